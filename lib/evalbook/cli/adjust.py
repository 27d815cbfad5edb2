"""Comparing: ``compare A B`` and ``trend``."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import UsageError, visible
from .screen import known_scheme, open_book, print_json, print_table, progress, stderr_faults

if TYPE_CHECKING:
    from ..analysis.compare import Comparison, Move
    from ..analysis.differ import Difference
    from ..analysis.replay import Side
    from ..scheme.bounds import Bounds
    from .parser import Commands, Parser

PAGE = "report.html"
#: So many differences of a group, and rows of a table, are printed; the report has them all.
_MOST = 20
_WIDEST = 40


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("compare", compare, "比较两次运行或两个考核期：哪里不同，谁的得分、名次、名单和金额变了，各由什么引起", json=True)
    made.add_argument("before", metavar="甲", help="运行的文件夹或名称；或 办法/考核期，如 etdz/2021（按现在的文件）")
    made.add_argument("after", metavar="乙", help="同上；与甲同一办法时可只写考核期")
    _add_report(made)
    made.add_argument("--editions", action="store_true", help="只分“办法”和“表现”两种原因：名次变化有多少来自办法，多少来自自身")
    made = commands.add("trend", trend, "几个考核期的名次和总分，指出哪几期的版本、参数、读法或口径不同", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("periods", nargs="*", metavar="考核期", help="从早到晚，至少两个（默认同一长短的全部考核期）")
    _add_report(made)


def _add_report(parser: Parser) -> None:
    parser.add_argument("--report", action="store_true", help="另外生成报告（执行笔记本，放在 outputs/<办法>/_compare 或 _trend）")
    parser.add_argument("--open", action="store_true", help="生成报告并在浏览器中打开")


def compare(options: Namespace) -> int:
    """``compare A B``."""
    from ..analysis.compare import Comparison
    from ..run.sides import sides_of

    before, after = sides_of([options.before, options.after], options.root)
    if options.report or options.open:
        return study_report(options, "compare", [before, after], together=options.editions)
    comparison = Comparison(before, after, together=options.editions)
    if options.json:
        found = comparison.as_dict()
        faults = comparison.refused.faults if comparison.refused else []
        print_json({"ok": not faults, **found, "faults": [fault.as_dict() for fault in faults]})
        return 1 if faults else 0
    _print(comparison)
    if comparison.refused is None:
        return 0
    print("\n两边混合后无法计分，上面变化的原因分解不了：", file=sys.stderr)
    stderr_faults(comparison.refused.faults[:_MOST])
    return 1


def trend(options: Namespace) -> int:
    """``trend SCHEME [PERIOD …]``."""
    from ..analysis.trend import Trend
    from ..run.sides import sides_of

    book = open_book(options)
    known_scheme(book, options.scheme)
    periods = options.periods or same_length(book.periods(options.scheme))
    if len(periods) < 2:
        raise UsageError(f"趋势至少要两个考核期；{options.scheme} 现有：{'、'.join(book.periods(options.scheme)) or '无'}")
    sides = sides_of([f"{options.scheme}/{period}" for period in periods], options.root)
    if options.report or options.open:
        return study_report(options, "trend", sides)
    found = Trend(sides)
    if options.json:
        print_json({"ok": True, **found.as_dict()})
        return 0
    print(visible(f"{sides[-1].scheme.meta.title}：{'、'.join(found.labels)}"))
    for one in found.breaks[:_MOST]:
        print(visible(f"注意：{one.before} → {one.after} {one.kind}不同：{one.text}"))
    if len(found.breaks) > _MOST:
        print(f"另有{len(found.breaks) - _MOST}处不同（--json 列出全部）")
    rows = [
        [found.units[code], *(f"{number(p.place)}／{number(p.total)}" if p.on_roster else "不在名单" for p in points)]
        for code, points in found.points.items()
    ]
    print_table(["考核对象", *(f"{label} 名次／总分" for label in found.labels)], rows)
    return 0


def same_length(periods: Sequence[str]) -> list[str]:
    """Of all periods those of the longest kind that there are at least two of: years before halves, quarters and months.

    >>> same_length(["2020", "2020Q3", "2020Q4", "2021", "2021Q1"]), same_length(["2020", "2020Q3", "2020Q4"])
    (['2020', '2021'], ['2020Q3', '2020Q4'])
    """
    from ..periods import Period

    parsed = [Period.parse(period) for period in periods]
    for count in sorted({period.per_year for period in parsed}):
        own = sorted(period for period in parsed if period.per_year == count)
        if len(own) > 1:
            return [str(period) for period in own]
    return list(periods)


def study_report(options: Namespace, kind: str, sides: Sequence[Side], *, together: bool = False, bounds: Bounds | None = None) -> int:
    """An executed notebook about the sides."""
    from ..run.publication import recover
    from ..run.runner import started, terminable
    from ..run.study import StudyMaker
    from ..terms import OUTCOMES

    book = open_book(options)
    with started(book.root / "outputs" / ".cache", None, count=1) as address, terminable():
        recover(book.root / "outputs")
        maker = StudyMaker(book, kind, sides, together=together, bounds=bounds)
        report = maker.make(address=address, progress=progress)
    if options.json:
        print_json({"ok": report.outcome == "completed", "outcome": report.outcome, "folder": str(report.folder)})
    elif report.outcome == "completed":
        print(f"完成（{report.seconds:.1f}秒）：{report.folder / PAGE}" if report.folder else "完成")
    else:
        print(f"{OUTCOMES[report.outcome]}：{report.folder or ''}", file=sys.stderr)
        stderr_faults(report.faults)
    if options.open and report.folder and report.outcome == "completed":
        import webbrowser

        webbrowser.open((report.folder / PAGE).as_uri())
    return 0 if report.outcome == "completed" else 3


def _print(comparison: Comparison) -> None:
    from ..present.comparison import cause_words

    moves, verdicts = comparison.moves, comparison.verdicts
    print(visible(f"{comparison.after.scheme.meta.title}\n甲：{comparison.before.name}\n乙：{comparison.after.name}\n"))
    _print_differences(comparison)
    for what, heading in (("place", "名次"), ("total", "总分"), ("money", "金额（元）")):
        _print_moves(comparison, heading, largest_first(comparison.moved(what)))
    if details := len(comparison.moved("points")) + len(comparison.moved("rank")):
        print(f"\n各项得分和其他排名有变化的{details}处，见 --report 的报告或 --json。")
    if verdicts:
        print(f"\n结果运用有变化的（{len(verdicts)}处）：")
        labels = comparison.labels
        rows = [
            [comparison.label(v.outcome), comparison.units[v.unit], v.before, v.after, cause_words(v, labels)] for v in verdicts[:_MOST]
        ]
        print_table(["项目", "考核对象", "甲", "乙", "原因"], rows)
        _more(len(verdicts))
    if not moves and not verdicts:
        print("得分、名次、名单和金额都没有变化。")
    for text, units in (("只在乙的名单里", comparison.entered), ("只在甲的名单里", comparison.left)):
        if units:
            print(visible(f"{text}（{len(units)}个）：{'、'.join(list(units.values())[:_MOST])}"))
    for note in comparison.notes:
        print(visible(f"说明：{note}"))


def _print_differences(comparison: Comparison) -> None:
    from ..analysis.replay import GROUPS

    if not comparison.differences:
        print("参数、版本、数据、名单和程序都相同。")
        return
    rows, cut = [], []
    for group, word in GROUPS.items():
        own = [difference for difference in comparison.differences if difference.group == group]
        rows += [[word, d.label or d.path, _brief(d.before), _brief(d.after), _where(d)] for d in own[:_MOST]]
        cut += [f"{word}另有{len(own) - _MOST}处"] if len(own) > _MOST else []
    print("不同之处：")
    print_table(["类别", "什么", "甲", "乙", "在哪里"], rows)
    if cut:
        print("；".join(cut) + "（--json 列出全部）")


def _brief(text: str) -> str:
    """One side of a difference, cut where a block would push the other side off the screen."""
    return "（无）" if not text else text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _where(difference: Difference) -> str:
    """The cell of a figure, the path of anything else."""
    return difference.place if difference.group == "data" and difference.place else difference.path


def _print_moves(comparison: Comparison, heading: str, moves: Sequence[Move]) -> None:
    from ..present.comparison import signed

    if not moves:
        return
    labels = comparison.labels
    hint = "；负数为前进" if heading == "名次" else ""
    print(f"\n{heading}有变化的（{len(moves)}个；各原因之和等于变化{hint}）：")
    rows: list[list[Any]] = []
    for move in moves[:_MOST]:
        parts = ["—"] * len(labels) if move.parts is None else [signed(move.parts.get(cause)) for cause in labels]
        rows.append([comparison.units[move.unit], number(move.before), number(move.after), signed(move.change), *parts])
    print_table(["考核对象", "甲", "乙", "变化", *labels.values()], rows)
    _more(len(moves))


def largest_first(moves: Sequence[Move]) -> list[Move]:
    """In order of rank as long as all are shown, else the largest changes first."""
    if len(moves) <= _MOST:
        return list(moves)
    return sorted(moves, key=lambda move: -abs(move.change or 0))


def _more(count: int) -> None:
    if count > _MOST:
        print(f"另有{count - _MOST}个未列出（--json 列出全部）")


def number(value: Any) -> str:
    """An exact number, or a dash for none."""
    from ..exact import plain

    return "—" if value is None else plain(value)
