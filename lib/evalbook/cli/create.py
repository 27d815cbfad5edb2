"""Beginning something: ``new scheme``, ``new period``, ``lab``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from .screen import known_scheme, open_book

if TYPE_CHECKING:
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("new period", new_period, "由上一期滚动生成新的考核期：名单、基期数和假设带过来，本期数据留空")
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--from", dest="last", required=True, metavar="上一期", help="从哪一期滚动")
    made = commands.add("new scheme", new_scheme, "新建考核办法：写出带注释的参数样板和示例数据，执行后再逐行换成文件里的内容")
    made.add_argument("name", metavar="代号", help="小写字母、数字和下划线，如 county_opening")
    made.add_argument("--title", default="", metavar="名称", help="办法名称")
    made.add_argument("--year", default="2024", metavar="年度", help="第一个被评价年度（默认2024）")
    commands.add("lab", lab, "打开 JupyterLab（中文界面，不联网）")


def new_period(options: Namespace) -> int:
    """``new period SCHEME PERIOD --from LAST``."""
    from ..intake.new_period import new_period as roll

    book = open_book(options)
    known_scheme(book, options.scheme)
    for path in roll(book.root, options.scheme, options.period, options.last):
        print(path)
    print("请填写本期数据和考核期文件，然后执行 evalbook check 检查。")
    return 0


def new_scheme(options: Namespace) -> int:
    """``new scheme NAME``."""
    from ..scheme.new_scheme import new_scheme as write

    book = open_book(options)
    for path in write(book.root, options.name, title=options.title, year=options.year):
        print(path)
    print(f"样板可以直接执行：evalbook run {options.name} {options.year}；然后按文件逐行修改参数。")
    return 0


def lab(options: Namespace) -> int:
    """``lab``: JupyterLab with Chinese menus, offline."""
    from ..lab import start

    return int(start(open_book(options).root, []))
