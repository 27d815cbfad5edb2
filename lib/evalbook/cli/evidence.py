"""Evidence (佐证材料): ``evidence index``."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors import visible
from .screen import open_book, print_json

if TYPE_CHECKING:
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("evidence index", index, "登记佐证文件夹里的材料，补登校验码；人填的栏目不动", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--refresh", action="store_true", help="文件已核对更换的，重新登记校验码")


def index(options: Namespace) -> int:
    """``evidence index SCHEME PERIOD``: 0 all in order, 1 a file is missing or is not the one registered."""
    from ..intake.evidence_index import index as index_files

    book = open_book(options)
    book.scheme_exists(options.scheme, options.period)
    found = index_files(book.data_folder(options.scheme, options.period), refresh=options.refresh)
    wrong = bool(found.missing or (found.altered and not options.refresh))
    if options.json:
        print_json(asdict(found))
        return int(wrong)
    print(f"新登记{len(found.added)}个文件，补登校验码{len(found.hashed)}个。")
    for words, names in (("新登记，请补填材料名称、页码和证明事项", found.added), ("文件不在", found.missing)):
        for name in names:
            print(visible(f"  {words}：{name}"))
    for name in found.altered:
        print(visible(f"  {'已按更换后的文件重新登记' if options.refresh else '与登记时不同（核对后可加 --refresh）'}：{name}"))
    return int(wrong)
