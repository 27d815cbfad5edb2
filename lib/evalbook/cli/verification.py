"""Verification by departments: ``verification sheet``, ``verification import``, ``verification spot``."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError, nearest, visible
from ..terms import CONFIRMED
from .screen import open_book, print_faults, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..analysis.verification import ItemLine
    from ..scheme.scheme import Scheme
    from ..workbook import Workbook
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("verification sheet", sheet, "给每个核实部门写一份核实表（xlsx）", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--department", default="", metavar="部门", help="只写这个部门的")
    made.add_argument("--all", action="store_true", help="已经核实的也列入（默认只列尚未核实的）")
    made.add_argument("--spot", type=int, default=None, metavar="N", help="写抽查表：列最值得抽查的N个数据")
    made.add_argument("--spot-items", nargs="+", default=[], metavar="编号", help="写抽查表：列这些项目（清单的项目编号）")
    made.add_argument("--to", type=Path, default=None, metavar="文件夹", help="写到哪里（默认 outputs/办法/考核期/_verification）")
    made = commands.add("verification import", take_in, "读入退回的核实表，登记核定值：只增不改，有错全部列出、一个不登", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("files", nargs="+", type=Path, metavar="文件", help="退回的核实表（xlsx）")
    made = commands.add("verification spot", spot, "按对奖惩的影响排出建议抽查的数据", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--top", type=int, default=20, metavar="N", help="列几个（默认20）")


def sheets_folder(book: Workbook, scheme: str, period: str) -> Path:
    """Where sheets are written: beside the runs, not among them."""
    return book.root / "outputs" / scheme / period / "_verification"


def lock_of(book: Workbook, scheme: str, period: str) -> Path:
    """The lock of a period's record."""
    return book.root / "outputs" / ".locks" / f"record-{scheme}-{period}.lock"


def sheet(options: Namespace) -> int:
    """``verification sheet SCHEME PERIOD``."""
    from ..analysis.verification import departments, item_lines, lines, list_departments
    from ..publish.verification_sheets import write_sheets

    book = open_book(options)
    prepared = book.prepare(options.scheme, options.period)
    lists = list_departments(prepared.definition)
    by_column = (*departments(prepared.definition).values(), *(names for columns in lists.values() for names in columns.values()))
    known = sorted({name for names in by_column for name in names})
    if options.department and options.department not in known:
        raise UsageError(f"没有核实部门“{options.department}”；{nearest(options.department, known)}")
    stage = "verified"
    found, items = lines(prepared.evaluation, every=options.all), item_lines(prepared.evaluation, every=options.all)
    if options.spot is not None or options.spot_items:
        stage, found, items = "spot_check", [], _named(options.spot_items, item_lines(prepared.evaluation, every=True))
    if options.spot is not None:
        from ..analysis.spot_check import proposals

        if options.spot < 1:
            raise UsageError("--spot 应为不小于1的整数")
        picked = [p.key for p in proposals(prepared.evaluation)[: options.spot]]
        every = {(line.unit_code, line.quantity, line.period): line for line in lines(prepared.evaluation, every=True)}
        found = [every[key] for key in picked if key in every]
    folder = options.to or sheets_folder(book, prepared.scheme, prepared.period)
    written = write_sheets(prepared, found, items, folder, stage=stage, only=options.department)
    if options.json:
        print_json({department: {"file": str(path), "lines": count} for department, (path, count) in written.items()})
        return 0
    if not written:
        print("没有需要核实的数据（已经核实的用 --all 列出）。")
        return 0
    print_table(["部门", "项数", "文件"], [[department, count, path] for department, (path, count) in written.items()])
    return 0


def _named(numbers: list[str], items: list[ItemLine]) -> list[ItemLine]:
    """The items with these numbers; one that nobody filed, or that is not to be verified, is told."""
    known = {line.which.item_id for line in items}
    for number in numbers:
        if number not in known:
            raise UsageError(f"须核实的清单中没有项目“{number}”；{nearest(number, known) if known else '本期没有须核实的清单项目'}")
    return [line for line in items if line.which.item_id in numbers]


def take_in(options: Namespace) -> int:
    """``verification import SCHEME PERIOD FILE…``."""
    from ..analysis.verification import departments, list_departments
    from ..intake.answers import Identity
    from ..intake.journal import enter
    from ..intake.returned import read_returned

    book = open_book(options)
    prepared = book.prepare(options.scheme, options.period)
    for path in options.files:
        if not path.is_file():
            raise UsageError(f"文件不存在：{path}")
    definition, dataset = prepared.definition, prepared.evaluation.dataset
    wanted = Identity(
        prepared.scheme,
        Path(definition.edition_file).stem,
        prepared.period,
        departments(definition),
        definition.tables["units"].columns,
        frozenset(record["evidence_id"] for record in dataset.evidence),
        today(),
        definition.tables,
        list_departments(definition),
    )
    found = read_returned(options.files, dataset, wanted)
    numbers = enter(
        book.data_folder(prepared.scheme, prepared.period),
        found.entries,
        lock_of(book, prepared.scheme, prepared.period),
        keep={name: path for name, (path, _) in found.files.items()},
    )
    if options.json:
        print_json({"entered": found.entries, "numbers": numbers, "known": found.known, "blank": found.blank})
        return 0
    changed = [e for e in found.entries if e["value"].rstrip("%") != e.get("disputed", "") and e["value"] != CONFIRMED]
    print(f"登记{len(numbers)}条（其中改变填报值的{len(changed)}条），已登记过的{found.known}条未重复。")
    if changed:
        rows = [
            [
                *(e["unit_name"], _called(e, definition), e["period"], e.get("disputed", "") or ("" if e.get("table") else "未报")),
                *(e["value"], e["reason"], e["department"]),
            ]
            for e in changed
        ]
        print_table(["考核对象", "数据", "所属期", "填报值", "核定值", "原因", "部门"], rows)
    for department, count in found.blank.items():
        print(visible(f"{department}：还有{count}项没有核实。"))
    print_faults(found.notes, "读入时的处理")
    return 0


def _called(entry: Mapping[str, str], definition: Scheme) -> str:
    """What an entry is about: a figure, or an item of a list."""
    spec = definition.tables[entry.get("table") or "units"]
    label = spec.columns[entry["indicator"]].label if entry["indicator"] else "认定"
    return f"{spec.label} {entry['item_id']} {label}" if entry.get("table") else label


def spot(options: Namespace) -> int:
    """``verification spot SCHEME PERIOD``: what to spot-check first."""
    from ..analysis.spot_check import proposals

    if options.top < 1:
        raise UsageError("--top 应为不小于1的整数")
    prepared = open_book(options).prepare(options.scheme, options.period)
    found = proposals(prepared.evaluation)
    shown = found[: options.top]
    if options.json:
        print_json([proposal.as_dict() for proposal in shown])
        return 0
    if not shown:
        print("没有一个数据换成上期值或同组中位数会改变奖惩、名次或得分。")
        return 0
    print_table(
        ["序", "考核对象", "数据", "所用值", "换成", "依据", "改变奖惩", "改变名次", "得分变动", "状态"],
        [[number, *proposal.cells()] for number, proposal in enumerate(shown, 1)],
    )
    print(f"共{len(found)}个数据会有影响，列出前{len(shown)}个。写抽查表：evalbook verification sheet 办法 考核期 --spot {len(shown)}")
    return 0


def today() -> date:
    """The office's own calendar."""
    return date.today()  # noqa: DTZ011 - a date on a sheet is a date of the office's own calendar
