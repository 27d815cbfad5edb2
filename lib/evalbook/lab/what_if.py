"""The what-if desk (试算台) in JupyterLab: choose a period, turn figures, marks and readings, see what follows, save it as a run.

The notebook only shows it; what it computes is in :mod:`evalbook.lab.desk`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from ..errors import EvalbookError, Refused
from ..present.html import Html, bullets, esc, paragraph
from ..terms import OUTCOMES
from ..workbook import Workbook
from .desk import Desk, Knob

_STYLE = Html(
    "<style>.evalbook-desk table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    ".evalbook-desk th,.evalbook-desk td{border:1px solid #bbb;padding:2px 8px;text-align:left}"
    ".evalbook-desk td.number,.evalbook-desk th.number{text-align:right}.evalbook-desk caption{text-align:left;padding:4px 0}"
    ".evalbook-desk tr.selected td{background:#fff3c4;color:#222}.evalbook-desk .fault{color:#b00020}</style>"
)
#: Parts that carry a class of their own, so that style sheets and tests find them.
_NAMED = ("scheme", "period", "unit", "figures", "weights", "readings", "reason", "save", "undo", "message", "changes", "places")
_WIDE = {"description_width": "22em"}


class WhatIf:
    """The desk with its widgets; the last line of a cell shows it. ``book`` is the project around the notebook unless given."""

    def __init__(self, book: Workbook | None = None, scheme: str = "", period: str = "") -> None:
        import ipywidgets as w

        self._w = w
        self.book = book or Workbook.discover()
        schemes = self.book.schemes()
        self.scheme = w.Dropdown(options=schemes, value=scheme or schemes[0], description="考核办法")
        self.period = w.Dropdown(description="考核期")
        self.unit = w.Dropdown(description="考核对象")
        self.figures, self.weights, self.readings = w.VBox(), w.VBox(), w.VBox()
        knobs = w.Tab(children=[self.figures, self.weights, self.readings])
        for number, title in enumerate(("数据", "分值", "读法")):
            knobs.set_title(number, title)
        self.reason = w.Text(placeholder="理由（印在报告首屏）", layout={"width": "28em"})
        self.save = w.Button(description="保存为试算", button_style="primary")
        self.undo = w.Button(description="恢复原值")
        self.message, self.changes, self.places = w.HTML(), w.HTML(), w.HTML()
        for name in _NAMED:
            getattr(self, name).add_class(f"evalbook-{name}")
        choice = w.HBox([self.scheme, self.period, self.unit])
        self.box = w.VBox(
            [w.HTML(_STYLE), choice, knobs, w.HBox([self.reason, self.save, self.undo]), self.message, self.changes, self.places]
        )
        self.box.add_class("evalbook-desk")
        self.desk: Desk | None = None
        self._filling = False
        self._choose_scheme(period)
        self._follow(self.scheme, lambda _: self._choose_scheme())
        self._follow(self.period, lambda _: self._choose_period())
        self._follow(self.unit, lambda _: self._fill_figures())
        self.undo.on_click(lambda _: self._reset())
        self.save.on_click(lambda _: self._save())

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)  # type: ignore[no-untyped-call]

    def _follow(self, widget: Any, then: Callable[[str], None]) -> None:
        """Do something with each value that the user gives a widget."""

        def follow(change: dict[str, Any]) -> None:
            if not self._filling:
                then(change["new"])

        widget.observe(follow, "value")

    # choosing ----------------------------------------------------------------------------------------------------------

    def _choose_scheme(self, period: str = "") -> None:
        with self._told(), self._quietly():
            periods = self.book.periods(self.scheme.value)
            self.period.options = periods
            self.period.value = period or (periods[-1] if periods else None)
        self._choose_period()

    def _choose_period(self) -> None:
        self.desk = None
        self.changes.value = self.places.value = ""
        for box in (self.figures, self.weights, self.readings):
            box.children = ()
        with self._told():
            desk = Desk(self.book, self.scheme.value, self.period.value)
            with self._quietly():
                self.unit.options = desk.units
                self.unit.value = desk.units[0][1]
            self.desk = desk
            self.weights.children = [self._field(knob) for knob in desk.weights()]
            self.readings.children = [self._field(knob) for knob in desk.readings()]
            self._fill_figures()
            self._show()

    def _fill_figures(self) -> None:
        if self.desk is not None:
            self.figures.children = [self._field(knob) for knob in self.desk.figures(self.unit.value)]

    def _field(self, knob: Knob) -> Any:
        """The widget of one thing that can be set, at its present value."""
        assert self.desk is not None
        value = self.desk.settings.get(knob.path, knob.value)
        layout = {"width": "46em"}
        if knob.options:
            made = self._w.Dropdown(options=knob.options, value=value, description=knob.label, style=_WIDE, layout=layout)
        else:
            made = self._w.Text(value=value, description=knob.label, continuous_update=False, style=_WIDE, layout=layout)
        made.description_allow_html = False
        self._follow(made, lambda value: self._set(knob, value))
        return made

    # following ---------------------------------------------------------------------------------------------------------

    def _set(self, knob: Knob, value: str) -> None:
        if self.desk is None:
            return
        with self._told():
            self.desk.set(knob, value)
            self._show()

    def _reset(self) -> None:
        if self.desk is None:
            return
        self.desk.reset()
        self.message.value = ""
        with self._quietly():
            self.weights.children = [self._field(knob) for knob in self.desk.weights()]
            self.readings.children = [self._field(knob) for knob in self.desk.readings()]
            self._fill_figures()
        self._show()

    def _show(self) -> None:
        assert self.desk is not None
        self.changes.value, self.places.value = str(self.desk.changes()), str(self.desk.places())

    def _save(self) -> None:
        if self.desk is None:
            return
        with self._told():
            self.message.value = paragraph("正在执行试算……")
            self.save.disabled = True
            try:
                report = _apart(lambda: self.desk.save(self.reason.value))  # type: ignore[union-attr]
            finally:
                self.save.disabled = False
            if report.outcome == "completed":
                self.message.value = paragraph(f"已保存为试算：{report.report_html.relative_to(self.book.root).as_posix()}")
            else:
                self._tell(f"{OUTCOMES[report.outcome]}，没有保存", list(map(str, report.faults)))

    # telling -----------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever is refused is told on the page as an instruction; the last state that could be scored stays."""
        self.message.value = ""
        try:
            yield
        except Refused as refused:
            self._tell("不能这样试算，下表仍是上一次的结果", list(map(str, refused.faults)))
        except (EvalbookError, OSError) as error:
            self._tell(str(error), [])

    @contextlib.contextmanager
    def _quietly(self) -> Iterator[None]:
        """Widgets are filled without being followed."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def _tell(self, lead: str, faults: list[str]) -> None:
        self.message.value = f'<div class="fault"><p>{esc(lead)}</p>{bullets(faults)}</div>'


def _apart(work: Callable[[], Any]) -> Any:
    """What ``work`` returns, done in a thread: the notebook's own thread has an event loop running, in which no other can."""
    from concurrent.futures import ThreadPoolExecutor

    from jupyter_core.utils import ensure_event_loop

    def done() -> Any:
        try:
            return work()
        finally:
            ensure_event_loop().close()  # the thread's own, which the execution left open

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()
