"""Figures from those who file them: ``form``, ``collect``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError, visible
from .screen import open_book, print_faults, print_json, print_table

if TYPE_CHECKING:
    from ..intake.filing.changes import Change
    from ..intake.filing.collection import Collection
    from .parser import Commands

#: So many paths, and so many changes, are printed one by one.
_MOST_LISTED, _MOST_CHANGES = 12, 60


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("form", form, "生成填报表：每个考核对象和每个填报部门一个 xlsx", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--unit", action="append", default=[], metavar="对象", help="只要这个考核对象的（代码或名称，可多次）")
    made.add_argument("--department", action="append", default=[], metavar="部门", help="只要这个部门的（可多次）")
    made.add_argument("--together", action="store_true", help="全部考核对象合用一个填报表，由汇总单位填写")
    made.add_argument("--out", type=Path, metavar="文件夹", help="写到哪里（默认 forms/办法/考核期）")
    made = commands.add("collect", collect, "收表：读入退回的填报表和表格，核对单位，列出未报、重报和变动", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("folder", metavar="文件夹", type=Path, help="放着收回的文件（含下级文件夹）")
    made.add_argument("--dry-run", action="store_true", help="只看不写")
    made.add_argument(
        "--accept", action="append", default=[], metavar="文件", help="指明采用这个文件：内容不一致时以它为准，隐藏内容已看过"
    )
    made.add_argument("--reason", default="", metavar="理由", help="改报或逾期的理由")
    made.add_argument("--approved-by", default="", metavar="批准人", help="谁批准改报")
    made.add_argument("--by", default="", metavar="经办", help="谁收的表")
    made.add_argument("--date", default="", metavar="日期", help="收表日期（默认今天）")


def form(options: Namespace) -> int:
    """``form SCHEME PERIOD``: fill-in workbooks from the scheme."""
    from ..intake.filing.issue import chosen, issue
    from ..intake.filing.office import open_office

    book = open_book(options)
    if options.together and options.unit:
        raise UsageError("--together 是全部考核对象合用一个表，不与 --unit 同用")
    office = open_office(book.root, options.scheme, options.period)
    filers = chosen(office, options.unit, options.department, together=options.together)
    if not filers:
        raise UsageError(f"{office.name} 的结果不取决于任何填报数，没有要填的表")
    out = options.out or book.root / "forms" / office.scheme.id / str(office.scheme.period)
    issued = issue(office, filers, out)
    if options.json:
        print_json([{"filer": i.filer.key, "label": i.filer.label, "file": str(i.path), "unchanged": i.unchanged} for i in issued])
        return 0
    for one in issued[:_MOST_LISTED]:
        print(one.path)
    if len(issued) > _MOST_LISTED:
        print(f"…… 共{len(issued)}个，都在 {out}")
    print(f"填好收回后放进一个文件夹，再执行：evalbook collect {office.name} 文件夹")
    return 0


def collect(options: Namespace) -> int:
    """``collect SCHEME PERIOD FOLDER``: read what came back, say what is amiss, take what is in order."""
    from ..intake.filing.collection import Approval
    from ..run.collecting import carry_out

    book = open_book(options)
    if not options.folder.is_dir():
        raise UsageError(f"文件夹不存在：{options.folder}")
    if bool(options.reason) != bool(options.approved_by):
        raise UsageError("--reason 和 --approved-by 要一起写：改报须有理由和批准人")
    approval = Approval(_day(options.date), options.by, options.reason, options.approved_by, tuple(options.accept))
    unknown = [name for name in approval.accept if not (options.folder / name).is_file()]
    if unknown:
        raise UsageError(f"--accept 指明的文件不在文件夹中：{unknown[0]}")
    found, number = carry_out(book.root, options.scheme, options.period, options.folder, approval, dry_run=options.dry_run)
    if options.json:
        print_json(_as_json(found, number))
    else:
        _print(found, number, options.dry_run)
    return 0 if found.settled else 1


def _day(text: str) -> date:
    from datetime import datetime, timedelta, timezone

    if not text:
        return datetime.now(timezone(timedelta(hours=8))).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"日期“{text}”不对；请写成 2024-03-10") from None


def _as_json(found: Collection, number: str) -> dict[str, Any]:
    from dataclasses import asdict

    from ..intake.filing.collection import counts

    return {
        "ok": found.settled,
        "collection": number,
        "counts": counts(found),
        "faults": [fault.as_dict() for fault in found.faults],
        "notes": [note.as_dict() for note in found.notes],
        "changes": [asdict(change) for change in found.changes],
        "held": [asdict(change) for change in found.held],
        "not_filed": [{"filer": filer.key, "label": filer.label} for filer in found.not_filed],
        "filed": found.filed,
    }


def _print(found: Collection, number: str, dry_run: bool) -> None:
    from ..intake.filing.collection import counts

    told, office = counts(found), found.office
    filers = office.filings.filers
    print(visible(f"{office.scheme.meta.title} {office.scheme.period.label}：收到{told['files']}个文件，其中{told['refused']}个不能读入。"))
    print(f"应报{len(filers)}家，未报{told['not_filed']}家；读入数据{told['figures']}个，清单{told['lists']}份，佐证{told['evidence']}份。")
    print_faults(found.faults, "不能读入，请退回改正")
    if found.not_filed:
        names = "、".join(filer.label for filer in found.not_filed[:40]) + ("等" if len(found.not_filed) > 40 else "")
        print(visible(f"未报（{len(found.not_filed)}家）：{names}"))
    _print_changes(found.held, "改报或逾期，须写明 --reason 和 --approved-by 才收")
    _print_changes([change for change in found.changes if change.revises], "与上次不同")
    new = [change for change in found.changes if not change.revises]
    if new:
        print(f"新增{len(new)}处。")
    notes = found.notes
    print_faults([note for note in notes if note.severity == "finding"], "要问的")
    print_faults([note for note in notes if note.severity != "finding"], "读入时的处理")
    if number:
        print(f"已存为第{number}次收集：{office.shown}/_collected/{number}/，本期数据文件已更新。下一步：evalbook check {office.name}")
    else:
        print("只看不写，没有改动任何文件。" if dry_run else "没有可收的新内容，没有改动任何文件。")


def _print_changes(changes: Sequence[Change], heading: str) -> None:
    if changes:
        print(f"{heading}（{len(changes)}处）：")
        lines: dict[tuple[str, ...], list[str]] = {}
        for c in changes:  # rows of one list that share their fate are one line
            table, _, item = c.what.partition("”") if not c.place else (c.what, "", "")
            lines.setdefault((c.unit, table, c.before or "—", c.after, f"{c.file} {c.place}"), []).append(item)
        rows = [[unit, _named(table, items), *rest] for (unit, table, *rest), items in list(lines.items())[:_MOST_CHANGES]]
        print_table(["考核对象", "数据", "原值", "现值", "所在"], rows)
        if len(lines) > _MOST_CHANGES:
            print(f"…… 另有{len(lines) - _MOST_CHANGES}行，见收集记录或 --json")


def _named(table: str, items: list[str]) -> str:
    """A figure as it is called; of a list its first row and how many more."""
    if not items[0]:
        return table
    return f"{table}”{items[0]}" + (f" 等{len(items)}行" if len(items) > 1 else "")
