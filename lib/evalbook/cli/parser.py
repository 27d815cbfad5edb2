"""Commands and options, with help and usage errors in Chinese and the nearest name for a misspelt one."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from .. import __version__
from ..errors import nearest


class UsageFault(Exception):
    """The command line is wrong; the text says what to type instead."""


class Parser(argparse.ArgumentParser):
    """argparse that speaks Chinese and never abbreviates."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_abbrev=False, add_help=False, **kwargs)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示帮助")

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "用法：")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "用法：")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse what is left over here, where the command's own options are known."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error("unrecognized arguments: " + " ".join(rest))
        return found, rest

    def error(self, message: str) -> NoReturn:
        raise UsageFault(f"{self._explain(message)}\n{self.format_usage().strip()}\n查看帮助：{self.prog} --help")

    def _explain(self, message: str) -> str:
        if found := re.match(r"unrecognized arguments: (.+)", message):
            word = found[1].split()[0]
            options = [o for a in self._actions for o in a.option_strings if o.startswith("--")]
            return f"不认识的选项或多余的参数“{found[1]}”" + (f"；{nearest(word.split('=')[0], options)}" if word.startswith("-") else "")
        if found := re.search(r"invalid choice: '(.*?)' \(choose from (.+)\)", message):
            options = [o.strip().strip("'") for o in found[2].split(",")]
            return f"没有“{found[1]}”这个命令或取值；{nearest(found[1], options)}"
        if found := re.match(r"the following arguments are required: (.+)", message):
            return f"缺少参数：{found[1]}"
        if found := re.match(r"argument (.+?): expected (?:one|at least one) argument", message):
            return f"选项 {found[1]} 后面需要一个值"
        if found := re.match(r"argument (.+?): invalid \w+ value: '(.*)'", message):
            return f"选项 {found[1]} 的值“{found[2]}”不对"
        if found := re.match(r"argument (.+?): not allowed with argument (.+)", message):
            return f"选项 {found[1]} 与 {found[2]} 不能同时使用"
        return message


def command_names(parser: argparse.ArgumentParser | None = None) -> frozenset[str]:
    """Every command, with its parent where it has one (``new period``), and the parents themselves."""
    parser = parser or build_parser()
    found = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                found |= {name, *(f"{name} {inner}" for inner in command_names(child))}
    return frozenset(found)


#: Groups of commands, in the order of the help text: each a module of this room with ``add_commands``.
GROUPS = (
    "runs",
    "adjust",
    "analysis",
    "inspect",
    "create",
    "filing",
    "verification",
    "appeals",
    "evidence",
    "signing",
    "archiving",
    "publication",
)
#: What stands in the help text for a word that begins several commands.
FAMILIES = {
    "new": "新建考核办法或考核期",
    "ledger": "运行台账",
    "key": "签发密钥",
    "archive": "归档",
    "verification": "部门核实",
    "appeal": "复核",
    "evidence": "佐证材料",
}


class Commands:
    """Where the groups register their commands."""

    def __init__(self, parser: Parser) -> None:
        self._common: Any = argparse.ArgumentParser(add_help=False)
        self._common.add_argument("--root", type=Path, default=None, help="工作簿所在文件夹（默认从当前文件夹向上查找）")
        self._machine = argparse.ArgumentParser(add_help=False)
        self._machine.add_argument("--json", action="store_true", help="输出 JSON，供程序读取")
        self._top: Any = parser.add_subparsers(metavar="命令", required=True, parser_class=Parser)
        self._families: dict[str, Any] = {}

    def add(self, name: str, function: Callable[[argparse.Namespace], int], text: str, *, json: bool = False) -> Parser:
        """A command, ``check`` or ``new period``; returns its parser, for its arguments."""
        family, _, word = name.rpartition(" ")
        parents = [self._common, self._machine] if json else [self._common]
        made: Parser = self._family(family).add_parser(word, help=text, description=text, parents=parents)
        made.set_defaults(function=function)
        return made

    def _family(self, name: str) -> Any:
        if not name:
            return self._top
        if name not in self._families:
            parser = self._top.add_parser(name, help=FAMILIES[name], description=FAMILIES[name])
            self._families[name] = parser.add_subparsers(metavar="什么", required=True, parser_class=Parser)
        return self._families[name]


def build_parser() -> Parser:
    """The whole command line."""
    parser = Parser(prog="evalbook", description="考核评价工作簿：把考核办法、数据和评分过程做成可复核、可复现的报告。")
    parser.add_argument("--version", action="version", version=f"evalbook {__version__}", help="显示版本")
    commands = Commands(parser)
    for group in GROUPS:
        import_module(f"evalbook.cli.{group}").add_commands(commands)
    return parser
