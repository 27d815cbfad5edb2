"""Commands and options, with help and usage errors in Chinese and the nearest name for a misspelt one."""

from __future__ import annotations

import argparse
import re
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


def build_parser() -> Parser:
    """The whole command line."""
    from . import commands

    parser = Parser(prog="evalbook", description="考核评价工作簿：把考核办法、数据和评分过程做成可复核、可复现的报告。")
    parser.add_argument("--version", action="version", version=f"evalbook {__version__}", help="显示版本")
    common: Any = argparse.ArgumentParser(add_help=False)
    common.add_argument("--root", type=Path, default=None, help="工作簿所在文件夹（默认从当前文件夹向上查找）")
    machine = argparse.ArgumentParser(add_help=False)
    machine.add_argument("--json", action="store_true", help="输出 JSON，供程序读取")
    sub = parser.add_subparsers(metavar="命令", required=True, parser_class=Parser)

    def command(name: str, function: Any, text: str, *, json: bool = False) -> Parser:
        parents: Any = [common, machine] if json else [common]
        made = sub.add_parser(name, help=text, description=text, parents=parents)
        made.set_defaults(function=function)
        return made

    one = command("run", commands.run, "执行一次评价，生成报告")
    one.add_argument("scheme", nargs="?", metavar="办法", help="考核办法代号")
    one.add_argument("period", nargs="?", metavar="考核期", help="如 2023、2023H1、2023Q1、2023-05")
    one.add_argument("--all", action="store_true", help="执行全部办法和考核期（可用 --scheme、--period 限定）")
    one.add_argument("--scheme", dest="only_scheme", default=None, metavar="办法", help="与 --all 同用：只执行这个办法")
    one.add_argument("--period", dest="only_period", default=None, metavar="考核期", help="与 --all 同用：只执行这个考核期")
    one.add_argument("--jobs", type=int, default=None, metavar="N", help="同时执行几个（默认按处理器数）")
    one.add_argument("--force", action="store_true", help="与 --all 同用：输入未变的也重新执行")
    one.add_argument("--final", action="store_true", help="定稿：须全部核实、无未决事项，并两次执行结果一致")
    one.add_argument("--cold", action="store_true", help="不用预热的内核（结果逐字节相同，只是慢一些）")
    one.add_argument("--timeout", type=float, default=None, metavar="秒", help="一个单元格最多执行多久（默认600秒；整个执行为其三倍）")
    one.add_argument("--memory", type=float, default=None, metavar="GB", help="内核最多用多少内存（默认8GB，且不超过本机的五分之四）")
    one.add_argument("--open", action="store_true", help="完成后在浏览器中打开报告")
    made = command("check", commands.check, "只检查不执行：列出参数和数据的全部问题", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made = command("lint", commands.lint, "检查考核办法的参数，包括每一种读法", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", nargs="?", metavar="考核期", help="默认检查全部考核期")
    command("list", commands.listing, "列出考核办法、考核期和最近一次执行的状态", json=True)
    made = command("explain", commands.explain, "解释一个对象的得分从何而来", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("unit", metavar="考核对象", help="名称或代码")
    made.add_argument("indicator", nargs="?", metavar="指标", help="指标代号或名称（默认全部）")
    made = command("coverage", commands.coverage, "列出文件的每一条由什么承载，检查对照表有没有落空", json=True)
    made.add_argument("scheme", nargs="?", metavar="办法", help="只列这个办法的文件（默认全部）")
    made = command("reproduce", commands.reproduce, "按一次运行记录的输入重新执行，逐文件对照，指出哪里不同、为什么", json=True)
    made.add_argument("run", metavar="运行", help="运行的文件夹或名称")
    command("schema", commands.schema, "写出参数文件的 JSON Schema，供编辑器补全和检查")
    new = sub.add_parser("new", help="新建考核办法或考核期", description="新建考核办法或考核期")
    kinds = new.add_subparsers(metavar="什么", required=True, parser_class=Parser)
    made = kinds.add_parser(
        "period",
        help="由上一期滚动生成新的考核期",
        description="由上一期滚动生成新的考核期：名单、基期数和假设带过来，本期数据留空",
        parents=[common],
    )
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("--from", dest="last", required=True, metavar="上一期", help="从哪一期滚动")
    made.set_defaults(function=commands.new_period)
    made = kinds.add_parser(
        "scheme",
        help="新建考核办法：写出带注释、可直接执行的样板",
        description="新建考核办法：写出带注释的参数样板和示例数据，执行后再逐行换成文件里的内容",
        parents=[common],
    )
    made.add_argument("name", metavar="代号", help="小写字母、数字和下划线，如 county_opening")
    made.add_argument("--title", default="", metavar="名称", help="办法名称")
    made.add_argument("--year", default="2024", metavar="年度", help="第一个被评价年度（默认2024）")
    made.set_defaults(function=commands.new_scheme)
    made = sub.add_parser("ledger", help="运行台账", description="运行台账")
    kinds = made.add_subparsers(metavar="什么", required=True, parser_class=Parser)
    made = kinds.add_parser("verify", help="核对台账是否被改动", description="核对台账的链条，指出断在哪里", parents=[common])
    made.set_defaults(function=commands.ledger_verify)
    command("lab", commands.lab, "打开 JupyterLab（中文界面，不联网）")
    return parser
