"""Studies: executed notebooks about evaluations of one scheme: a comparison of two, the trend of many, how firm one is.

A study is made as a run is: its inputs are copied beside it (those of each side as a small project), the notebook executes in a fresh
kernel that reads only these, the gate judges it, the page is audited, and the folder appears in one step, under
``outputs/<scheme>/_compare``, ``_trend`` or ``_robustness``. The same sides give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__, durable
from ..analysis.compare import Comparison
from ..analysis.firmness import Firmness
from ..analysis.replay import Recorded, Side
from ..analysis.robustness import Study as Varied
from ..analysis.trend import Trend
from ..errors import Fault, Refused
from ..exact import Exact, exact
from ..publish.html import PageInfo
from ..scheme.bounds import Bounds
from ..terms import FLAGS
from ..workbook import InputFile, Workbook
from .contents import NOTEBOOK, PAGE
from .identity import canonical_sha256, circumstances, environment, library_sha256
from .plan import RUN_FILE, read_template
from .publication import Stage, now, output_hashes, stamp
from .sides import sides_of

if TYPE_CHECKING:
    from .execute import Execution

#: Kind of study → (template, what the page is called).
KINDS = {
    "compare": ("notebooks/compare.ipynb", "比较"),
    "trend": ("notebooks/trend.ipynb", "趋势"),
    "robustness": ("notebooks/robustness.ipynb", "稳健性"),
}


@dataclass(frozen=True)
class Study:
    """What a notebook of a study opens: what it found, and what ties it to its inputs."""

    kind: str
    sides: tuple[Side, ...]
    together: bool = False
    run_file_sha256: str = ""
    inputs: tuple[InputFile, ...] = ()
    bounds: Bounds | None = None

    @cached_property
    def found(self) -> Comparison | Trend | Firmness:
        """The comparison of the first two sides, the trend of all, or how firm the only one is."""
        if self.kind == "robustness":
            return Firmness(self.sides[0], None if self.bounds is None else Varied.of(self.bounds))
        return Comparison(self.sides[0], self.sides[1], together=self.together) if self.kind == "compare" else Trend(self.sides)

    @property
    def scheme(self) -> str:
        """Id of the scheme."""
        return self.sides[0].scheme.id

    @property
    def period(self) -> str:
        """What stands for the period of a run: the name of the folder."""
        return f"_{self.kind}"

    def digest(self) -> str:
        """sha256 of everything that was found."""
        return canonical_sha256(self.found.as_dict())

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the sides: what holds for one of them holds for what is said of all."""
        found = {flag for side in self.sides for flag in side.flags}
        return tuple(flag for flag in FLAGS if flag in found)


def open_comparison(first: str = "", second: str = "", run_file: str = "", run_file_sha256: str = "") -> Study:
    """What ``notebooks/compare.ipynb`` opens: two runs or periods (``办法/考核期``), or the run file that the runner wrote."""
    return _opened(run_file, run_file_sha256) if run_file else Study("compare", tuple(sides_of([first, second])))


def open_trend(periods: str = "", run_file: str = "", run_file_sha256: str = "") -> Study:
    """What ``notebooks/trend.ipynb`` opens: periods or runs, parted by blanks (``zhejiang_city/2022 2023``), or the run file."""
    return _opened(run_file, run_file_sha256) if run_file else Study("trend", tuple(sides_of(periods.split())))


def open_robustness(period: str = "", run_file: str = "", run_file_sha256: str = "") -> Study:
    """What ``notebooks/robustness.ipynb`` opens: a period or run (``zhejiang_city/2023``), or the run file."""
    return _opened(run_file, run_file_sha256) if run_file else Study("robustness", tuple(sides_of([period])))


# --- the run file --------------------------------------------------------------------------------------------------------------------


def _told(recorded: Recorded | None) -> dict[str, dict[str, str | None]] | None:
    if recorded is None:
        return None
    return {what: {code: None if v is None else str(v) for code, v in recorded.of(what).items()} for what in ("total", "place", "money")}


def _recorded(told: Mapping[str, Mapping[str, str | None]] | None) -> Recorded | None:
    def read(what: str) -> dict[str, Exact | None]:
        return {code: None if text is None else exact(text) for code, text in (told or {}).get(what, {}).items()}

    return None if told is None else Recorded(read("total"), read("place"), read("money"))


def _opened(run_file: str, expected: str) -> Study:
    """A study from the copies of its inputs, which are checked against their hashes."""
    path = Path(run_file)
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != expected:
        raise Refused([Fault("run.file_changed", "运行文件与启动时的校验码不符", "请重新运行", file=path.name)])
    told = json.loads(raw.decode("utf-8"))
    root = path.resolve().parent / "inputs"
    items = tuple(InputFile(item["role"], item["name"], root / item["name"]) for item in told["inputs"])
    changed = [item.name for item, known in zip(items, told["inputs"], strict=True) if item.sha256() != known["sha256"]]
    if changed:
        raise Refused([Fault("run.input_changed", "输入文件在运行中被改动", "请重新运行", file=name) for name in changed])
    sides = tuple(_side(root / str(number), side) for number, side in enumerate(told["sides"], 1))
    bounds = Bounds.model_validate(told["bounds"]) if "bounds" in told else None
    return Study(told["study"], sides, told["together"], expected, items, bounds)


def _side(root: Path, told: Mapping[str, Any]) -> Side:
    prepared = Workbook(root).prepare(told["scheme"], told["period"], overrides=told["overrides"] or None)
    program = (told["program"][0], told["program"][1])
    return Side(told["name"], root, prepared.evaluation, program, _recorded(told["recorded"]), told["run"], prepared.flags)


# --- making one ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StudyReport:
    """What came of it: ``outcome`` of ``terms.OUTCOMES``, the folder, what stopped it."""

    outcome: str
    seconds: float
    folder: Path | None
    faults: tuple[Fault, ...] = ()


class StudyMaker:
    """A study from its sides to a published folder."""

    def __init__(self, book: Workbook, kind: str, sides: Sequence[Side], *, together: bool = False, bounds: Bounds | None = None) -> None:
        from .template import lint

        self.book, self.kind = book, kind
        self.template_name, self.word = KINDS[kind]
        self.template, self.template_bytes = read_template(book.root / self.template_name, self.template_name)
        if faults := lint(self.template, file=self.template_name):
            raise Refused(faults)
        self.inputs = [item for number, side in enumerate(sides, 1) for item in _inputs(number, side)]
        self.hashes = {item.name: item.sha256() for item in self.inputs}
        self.run_file = self._run_file(sides, together, bounds)
        digest = hashlib.sha256(self.run_file).hexdigest()
        self.study = Study(kind, tuple(sides), together, digest, tuple(self.inputs), bounds)
        self.parameters = {"run_file": RUN_FILE, "run_file_sha256": digest}
        self.identity: dict[str, Any] = {"run_file": digest, "template": hashlib.sha256(self.template_bytes).hexdigest()}
        self.identity |= {"library": library_sha256(), "environment": environment()}
        self.inputs_sha256 = canonical_sha256(self.identity)

    def _run_file(self, sides: Sequence[Side], together: bool, bounds: Bounds | None) -> bytes:
        told = [
            {
                "name": side.name,
                "run": side.run,
                "scheme": side.scheme.id,
                "period": str(side.period),
                "overrides": _codes(side),
                "program": list(side.program),
                "recorded": _told(side.recorded),
            }
            for side in sides
        ]
        inputs = [{"name": item.name, "role": item.role, "sha256": self.hashes[item.name]} for item in self.inputs]
        content = {"study": self.kind, "together": together, "sides": told, "inputs": inputs}
        content |= {} if bounds is None else {"bounds": bounds.model_dump(mode="json", exclude_unset=True)}
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")

    def make(self, *, address: str = "", progress: Callable[[str], None] = lambda _text: None) -> StudyReport:
        """Execute, judge, publish."""
        begun = time.monotonic()
        outputs = self.book.root / "outputs"
        with Stage(outputs, {"scheme": self.study.scheme, "period": self.study.period, "status": self.kind}) as stage:
            execution, faults = self._fill(stage.folder, outputs / ".cache", address, progress)
            outcome = "completed" if not faults else execution.outcome if execution.outcome in ("timeout", "refused") else "failed"
            parent = f"{self.study.scheme}/_{self.kind}" + ("" if outcome == "completed" else "/_failed")
            manifest = self._manifest(outcome, stage, begun) | {"outputs": output_hashes(stage.folder)}
            if faults:
                manifest["faults"] = [fault.as_dict() for fault in faults]
            folder = stage.publish(parent, f"{stamp(stage.started)}-{self.kind}-{self.inputs_sha256[:8]}", manifest)
        return StudyReport(outcome, time.monotonic() - begun, folder, tuple(faults))

    def _fill(self, folder: Path, cache: Path, address: str, progress: Callable[[str], None]) -> tuple[Execution, list[Fault]]:
        from ..publish.audit import audit
        from ..publish.html import render
        from ..publish.normalise import dumps, normalise
        from ..publish.tables import write_tables
        from .execute import execute, injected_source
        from .gate import judge

        for item in self.inputs:
            target = folder / "inputs" / item.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(item.path.read_bytes())
        (folder / "inputs" / self.template_name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "inputs" / self.template_name).write_bytes(self.template_bytes)
        (folder / RUN_FILE).write_bytes(self.run_file)
        before = {name: durable.sha256(path) for name, path in durable.files(folder)}
        progress(f"{self.study.scheme}：执行笔记本（{self.word}）")
        execution = execute(self.template, self.parameters, folder=folder, file=self.template_name, address=address, cache=cache)
        faults = list(execution.faults)
        if not faults:
            expected = {
                "scheme": self.study.scheme,
                "period": self.study.period,
                "run_file_sha256": self.study.run_file_sha256,
                "inputs": self.hashes,
                "result_sha256": self.study.digest(),
            }
            faults += judge(execution.notebook, self.template, injected_source(self.parameters), expected, file=self.template_name)
            after = {name: durable.sha256(path) for name, path in durable.files(folder)}
            if after != before:
                message = "笔记本在运行文件夹里改动、添加或删去了文件"
                faults.append(Fault("gate.files", message, "模板只应读入和展示，不写文件", file=self.template_name))
        page = self._page() if not faults else replace(self._page(), status="failed", preliminary_lines=tuple(map(str, faults[:20])))
        html = render(execution.notebook, page=page)
        (folder / NOTEBOOK).write_text(dumps(normalise(execution.notebook)), "utf-8", newline="\n")
        (folder / PAGE).write_text(html, "utf-8", newline="\n")
        if not faults:
            faults += audit(html)
            write_tables(folder / "tables", study_tables(self.study.found))
        return execution, faults

    def _page(self) -> PageInfo:
        scheme = self.study.sides[-1].scheme
        names = " → ".join(side.name for side in self.study.sides) if self.kind == "compare" else "、".join(self._periods())
        return PageInfo(
            title=scheme.meta.title,
            subtitle=f"{self.word}：{names}",
            audience="考核分析、复核人员",
            number=scheme.meta.number,
            period_label="、".join(self._periods()),
            status=self.kind,
            flags=self.study.flags,
            provenance=(
                ("程序", f"evalbook {__version__}"),
                ("运行文件校验码", self.study.run_file_sha256),
                ("结果校验码", self.study.digest()),
            ),
            signatures=("制表", "复核"),
        )

    def _periods(self) -> list[str]:
        return list(dict.fromkeys(side.period.label for side in self.study.sides))

    def _manifest(self, outcome: str, stage: Stage, begun: float) -> dict[str, Any]:
        sides = [{"name": s.name, "run": s.run, "scheme": s.scheme.id, "period": str(s.period)} for s in self.study.sides]
        return {
            "manifest": 1,
            "scheme": self.study.scheme,
            "period": self.study.period,
            "title": f"{self.study.sides[-1].scheme.meta.title}　{self.word}",
            "status": self.kind,
            "outcome": outcome,
            "flags": list(self.study.flags),
            "started": stage.started.isoformat(timespec="seconds"),
            "finished": now().isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - begun, 2),
            **circumstances(self.book.root),
            "sides": sides,
            "overrides": {},
            "inputs": [{"role": item.role, "name": item.name, "sha256": self.hashes[item.name]} for item in self.inputs],
            "inputs_sha256": self.inputs_sha256,
            "library": {"version": __version__, "sha256": library_sha256()},
            "environment": environment(),
            "template": {"name": self.template_name, "sha256": self.identity["template"]},
            "result_sha256": self.study.digest() if outcome == "completed" else "",
        }


def _codes(side: Side) -> dict[str, Any]:
    """Overrides of a side with codes and periods in the paths of its figures."""
    overrides, replaced = side.scheme.overrides, side.evaluation.dataset.replaced
    figures = zip(((one.unit, one.quantity, one.period) for one in replaced), overrides.figures.values(), strict=True)
    return replace(overrides, figures=dict(figures)).as_dict()


def _inputs(number: int, side: Side) -> list[InputFile]:
    """Everything that a side's evaluation was made from, under the number of the side."""
    prepared = Workbook(side.root).prepare(side.scheme.id, str(side.period), overrides=_codes(side) or None)
    return [InputFile(item.role, f"{number}/{item.name}", item.path) for item in prepared.inputs]


def study_tables(found: Comparison | Trend | Firmness) -> dict[str, Any]:
    """The tables beside a study: everything, also what the page cuts."""
    from ..present.study_tables import comparison_tables, firmness_tables, trend_tables

    if isinstance(found, Firmness):
        return firmness_tables(found)

    return comparison_tables(found) if isinstance(found, Comparison) else trend_tables(found)
