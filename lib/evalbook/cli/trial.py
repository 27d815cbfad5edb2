"""试算 on the command line: ``run --set path=value … --reason``, ``run --what-if NAME``, and grids of values."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import UsageError, visible
from .screen import print_table, progress

if TYPE_CHECKING:
    from ..run.grid import Grid, Trial
    from ..workbook import Workbook
    from .parser import Parser

#: Up to this many combinations stand side by side; more are told as ranges.
_ABREAST = 8
_MOST_NAMED = 6


@dataclass(frozen=True)
class Asked:
    """What was asked for: every path with its values, and why."""

    settings: Mapping[str, Sequence[Any]]
    reason: str

    @property
    def grid(self) -> bool:
        """Whether some path has several values."""
        return any(len(values) > 1 for values in self.settings.values())

    @property
    def overrides(self) -> dict[str, Any]:
        """The only combination."""
        return {path: values[0] for path, values in self.settings.items()}


def add_trial_options(parser: Parser) -> None:
    """The options of ``run``."""
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        metavar="路径=值",
        help="试算：改一处参数（tree.指标.marks=8）、读法（assumptions.ties=dense）或数据（values.宁波市.trade_total=13000），可重复；"
        "几个值用逗号隔开，逐一组合比较",
    )
    parser.add_argument("--what-if", default=None, metavar="名称", help="试算：用 params/<办法>/what_if/名称.yaml 里的改动")
    parser.add_argument("--reason", default="", metavar="理由", help="试算的理由（必填，印在报告首屏）")


def trial_of(book: Workbook, options: Namespace) -> Asked | None:
    """What the options ask for; None for an ordinary run. UsageError for what does not go together."""
    if not options.settings and options.what_if is None:
        if options.reason:
            raise UsageError("--reason 只与试算（--set 或 --what-if）同用")
        return None
    if options.final:
        raise UsageError("试算不能定稿；正式采用请写进考核期文件的 changes（注明理由、经办和日期），再执行 --final")
    if options.all or not options.scheme or not options.period:
        raise UsageError("试算只针对一个考核期：evalbook run 办法 考核期 --set 路径=值 --reason 理由")
    from ..run.grid import read_settings

    settings, reason = read_settings(options.settings), options.reason.strip()
    book.scheme_exists(options.scheme, options.period)
    if options.what_if is not None:
        from ..scheme.what_if_file import load_what_if

        file = load_what_if(book.root, options.scheme, options.period, options.what_if)
        twice = [path for path in settings if path in file.set]
        if twice:
            raise UsageError(f"“{twice[0]}”在试算文件和 --set 里各写了一次；请保留一处")
        settings = {path: value if isinstance(value, list) else [value] for path, value in file.set.items()} | settings
        reason = reason or file.reason
    if not reason:
        raise UsageError("试算须写明理由：--reason 理由（印在报告首屏，记入运行清单）")
    return Asked(settings, reason)


def print_grid(book: Workbook, options: Namespace, asked: Asked) -> int:
    """Every combination in a table: who gets in, who falls out, whose place moves."""
    from ..run.grid import score_grid

    def tell(done: int, count: int) -> None:
        if done == count or done % 10 == 0:
            progress(f"{options.scheme} {options.period}：试算 {done}/{count}")

    grid = score_grid(book, options.scheme, options.period, asked.settings, progress=tell)
    paths = list(dict.fromkeys(path for trial in grid.trials for path in trial.overrides))
    varied = [path for path in paths if len({str(trial.overrides.get(path)) for trial in grid.trials}) > 1]
    rows = []
    for number, trial in enumerate(grid.trials, 1):
        moved = grid.moved(trial)
        rows.append([number, *(trial.overrides.get(path) for path in varied), _in_out(grid, trial), len(moved), _moves(grid, trial, moved)])
    print(visible(f"{book.scheme(options.scheme, options.period).meta.title}：{len(grid.trials)}种组合与正式口径相比（试算，未生成报告）"))
    for path in paths:
        if path not in varied:
            print(visible(f"各组合相同的改动：{path} = {grid.trials[0].overrides[path]}"))
    print_table(["组合", *varied, "名单变化", "名次变动", "其中"], rows)
    if grid.base.places:
        print()
        _print_places(grid)
    print("\n要看某一组合的完整报告，请只写一个值再执行一次。")
    return 0


def _in_out(grid: Grid, trial: Trial) -> str:
    """＋ who gets onto a list, － who falls off it."""
    parts = []
    for outcome, label in grid.labels.items():
        entered, left = grid.entered(trial, outcome)
        if entered or left:
            changes = [f"＋{grid.names[code]}" for code in entered] + [f"－{grid.names[code]}" for code in left]
            parts.append(f"{label} {' '.join(changes[:_MOST_NAMED])}" + (f" 等{len(changes)}个" if len(changes) > _MOST_NAMED else ""))
    if trial.pending > grid.base.pending:
        parts.append(f"待裁定{trial.pending}项")
    return "；".join(parts) or "不变"


def _moves(grid: Grid, trial: Trial, moved: Sequence[str]) -> str:
    words = [f"{grid.names[code]} {_place(grid.base.places[code])}→{_place(trial.places.get(code))}" for code in moved[:_MOST_NAMED]]
    return "，".join(words) + ("……" if len(moved) > _MOST_NAMED else "")


def _place(place: int | None) -> str:
    return "—" if place is None else str(place)


def _print_places(grid: Grid) -> None:
    """Places of the units that move at all: in each combination, or as a range when there are many."""
    moving = [code for code in grid.base.places if any(trial.places.get(code) != grid.base.places[code] for trial in grid.trials)]
    if not moving:
        print("各组合的名次都与正式口径相同。")
        return
    if len(grid.trials) <= _ABREAST:
        headings = ["考核对象", "正式", *(f"组合{number}" for number in range(1, len(grid.trials) + 1))]
        rows = [[grid.names[code], grid.base.places[code], *(trial.places.get(code) for trial in grid.trials)] for code in moving]
    else:
        headings, rows = ["考核对象", "正式", "最好", "最差"], []
        for code in moving:
            found = [place for trial in grid.trials if (place := trial.places.get(code)) is not None]
            rows.append([grid.names[code], grid.base.places[code], min(found, default=None), max(found, default=None)])
    print("名次随组合变动的考核对象：")
    print_table(headings, rows)
