"""The steps towards a reproducible analytical pipeline (RAP): baseline, silver, gold.

Source: the levels of the NHS RAP community of practice. What a program can see is checked; the rest is printed as a question, since a
tick that nobody thought about is worth nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .. import ledger
from .check import Check

__all__ = ["LEVELS", "look"]

LEVELS = {"baseline": "基础级", "silver": "银级", "gold": "金级"}


def look(root: Path) -> Iterator[tuple[str, Check]]:
    """(level, step) in the ladder's order."""
    outputs = root / "outputs"

    def seen(step: str, ok: bool, remedy: str) -> Check:
        return Check(step, "ok" if ok else "note", "已做到" if ok else "还没有", "" if ok else remedy)

    def asked(step: str, question: str) -> Check:
        return Check(step, "question", question)

    def there(*names: str) -> bool:
        return all((root / name).exists() for name in names)

    yield "baseline", seen("结果由程序算出", there("params", "data", "notebooks"), "考核办法写进 params，数据放进 data")
    yield "baseline", seen("参数和模板受版本管理", _in_git(root), "在工作簿文件夹用 git init 建库并提交；数据涉密的只管参数和模板")
    yield "baseline", seen("有说明文件", bool(list(root.glob("README*"))), "写一页 README：这是什么、谁用、怎么重做")
    yield "baseline", asked("有人复核过参数", "参数文件由起草人以外的人对照办法原文逐条看过吗？（evalbook coverage 列出每一条）")
    yield "baseline", asked("公开", "参数和做法能公开的，公开了吗？公布件上写明了吗？")
    yield "silver", seen("不靠手工", bool(list(outputs.glob("*/*/*/report.html"))), "用 evalbook run 生成报告，不在报告上手改")
    yield "silver", seen("每条规定有着落", there("docs/clauses.csv"), "建 docs/clauses.csv，一行一条，写明由哪个参数实现")
    yield "silver", seen("目录规范", there("params", "data", "notebooks", "outputs"), "保持 params、data、notebooks、outputs 四个文件夹")
    yield "silver", seen("写明依赖", there("requirements.lock") or there("pyproject.toml"), "随工作簿保存 requirements.lock")
    yield "silver", seen("自动记日志", (outputs / ledger.NAME).is_file(), "台账随第一次运行建立")
    yield "silver", seen("有测试", there("tests"), "至少把一期已公布的结果作为对照（rankings 的 published）")
    yield "silver", asked("对照过已公布的结果", "用往年已公布的结果回测过吗？不一致的地方查明了吗？")
    yield "silver", asked("数据整洁", "数据文件一行一个数、列名规范、单位写明了吗？（evalbook check 没有问题记录）")
    tested = there(".ci") or there(".github/workflows") or there(".gitlab-ci.yml")
    yield "gold", seen("测试自动执行", tested, "提交时自动执行 bootstrap.py test")
    yield "gold", seen("程序打成包", there("pyproject.toml"), "程序以软件包安装（pip），不复制脚本")
    yield "gold", seen("变动有记录", there("CHANGELOG.md"), "记 CHANGELOG：改了什么，影响哪个办法、哪几期")
    yield "gold", asked("到期自动执行", "到考核期末会有人或计划任务按时执行吗？漏了谁会发现？")


def _in_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))
