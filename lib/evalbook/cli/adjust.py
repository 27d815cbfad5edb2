"""Comparing: ``compare A B`` and ``trend``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import visible
from .screen import print_json, print_table

if TYPE_CHECKING:
    from ..analysis.compare import Comparison, Move
    from .parser import Commands

#: So many differences of a group, and rows of a table, are printed; the report has them all.
_MOST = 20


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("compare", compare, "比较两次运行或两个考核期：哪里不同，谁的得分、名次、名单和金额变了，各由什么引起", json=True)
    made.add_argument("before", metavar="甲", help="运行的文件夹或名称；或 办法/考核期，如 etdz/2021（按现在的文件）")
    made.add_argument("after", metavar="乙", help="同上；与甲同一办法时可只写考核期")
    made.add_argument("--editions", action="store_true", help="只分“办法”和“表现”两种原因：名次变化有多少来自办法，多少来自自身")


def compare(options: Namespace) -> int:
    """``compare A B``."""
    from ..analysis.compare import Comparison
    from ..run.sides import sides_of

    before, after = sides_of([options.before, options.after], options.root)
    comparison = Comparison(before, after, together=options.editions)
    if options.json:
        found = comparison.as_dict()
        faults = comparison.refused.faults if comparison.refused else []
        print_json({"ok": not faults, **found, "faults": [fault.as_dict() for fault in faults]})
        return 1 if faults else 0
    _print(comparison)
    return 0


def _print(comparison: Comparison) -> None:
    moves, verdicts = comparison.moves, comparison.verdicts
    print(visible(f"{comparison.after.scheme.meta.title}\n甲：{comparison.before.name}\n乙：{comparison.after.name}\n"))
    _print_differences(comparison)
    if comparison.refused is not None:
        raise comparison.refused
    for what, heading in (("place", "名次"), ("total", "总分"), ("money", "金额（元）")):
        _print_moves(comparison, heading, largest_first(comparison.moved(what)))
    if verdicts:
        print(f"\n结果运用有变化的（{len(verdicts)}处）：")
        labels = comparison.labels
        rows = [
            [comparison.label(v.outcome), comparison.units[v.unit], v.before, v.after, cause_words(v.alone, v.needed, labels)]
            for v in verdicts[:_MOST]
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
        rows += [[word, d.label or d.path, d.before or "（无）", d.after or "（无）", d.place or d.path] for d in own[:_MOST]]
        cut += [f"{word}另有{len(own) - _MOST}处"] if len(own) > _MOST else []
    print("不同之处：")
    print_table(["类别", "什么", "甲", "乙", "在哪里"], rows)
    if cut:
        print("；".join(cut) + "（--json 列出全部）")


def _print_moves(comparison: Comparison, heading: str, moves: Sequence[Move]) -> None:
    if not moves:
        return
    labels = comparison.labels
    hint = "；负数为前进" if heading == "名次" else ""
    print(f"\n{heading}有变化的（{len(moves)}个；各原因之和等于变化{hint}）：")
    rows: list[list[Any]] = []
    for move in moves[:_MOST]:
        parts = ["—"] * len(labels) if move.parts is None else [signed(move.parts.get(cause)) for cause in labels]
        change = None if move.before is None or move.after is None else move.after - move.before
        rows.append([comparison.units[move.unit], number(move.before), number(move.after), signed(change), *parts])
    print_table(["考核对象", "甲", "乙", "变化", *labels.values()], rows)
    _more(len(moves))


def largest_first(moves: Sequence[Move]) -> list[Move]:
    """In order of rank as long as all are shown, else the largest changes first."""
    if len(moves) <= _MOST:
        return list(moves)
    return sorted(moves, key=lambda move: -abs(move.after - move.before) if None not in (move.before, move.after) else 1)  # type: ignore[operator]


def _more(count: int) -> None:
    if count > _MOST:
        print(f"另有{count - _MOST}个未列出（--json 列出全部）")


def number(value: Any) -> str:
    """An exact number, or a dash for none."""
    from ..exact import plain

    return "—" if value is None else plain(value)


def signed(value: Any) -> str:
    """A change with its sign; a fraction without end as the fraction that it is, so that parts still add up.

    >>> from evalbook.exact import exact
    >>> [signed(exact(text)) for text in ("1.5", "-2", "0", "1/3")]
    ['+1.5', '-2', '0', '+1/3']
    """
    from ..exact import plain

    if value is None:
        return "—"
    text = plain(value)
    if text.startswith("≈"):
        text = str(value)
    return f"+{text}" if value > 0 else text


def cause_words(alone: Sequence[str], needed: Sequence[str], labels: dict[str, str]) -> str:
    """What brought a verdict about, in words."""
    if alone:
        return "、".join(labels[cause] for cause in alone) + "单独即可"
    if needed:
        return "、".join(labels[cause] for cause in needed) + ("缺一不可" if len(needed) > 1 else "不可缺")
    return "几种原因共同作用"
