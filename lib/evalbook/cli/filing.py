"""Figures from those who file them: ``form``, ``collect``."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from .screen import open_book, print_json

if TYPE_CHECKING:
    from .parser import Commands

#: So many paths are printed one by one.
_MOST_LISTED = 12


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("form", form, "生成填报表：每个考核对象和每个填报部门一个 xlsx", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--unit", action="append", default=[], metavar="对象", help="只要这个考核对象的（代码或名称，可多次）")
    made.add_argument("--department", action="append", default=[], metavar="部门", help="只要这个部门的（可多次）")
    made.add_argument("--together", action="store_true", help="全部考核对象合用一个填报表，由汇总单位填写")
    made.add_argument("--out", type=Path, metavar="文件夹", help="写到哪里（默认 forms/办法/考核期）")


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
