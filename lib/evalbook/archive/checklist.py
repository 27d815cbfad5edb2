"""四性检测: the check list that archives ask for (DA/T 70), filled in for one bag: authentic, complete, usable, safe.

Everything comes from :func:`evalbook.archive.verify.verify_bag` and from looking into the files; each fault that verification finds
belongs to one item. What no program can vouch for (viruses, carriers, premises) is left to people and says so.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Fault, visible
from ..present.html import Column, facts, heading, join, paragraph, table
from ..publish.audit import audit
from ..publish.html import PageInfo, shell
from ..publish.sanitise import Rewriter, clean
from .bag_format import INFO, parse_info
from .keys import Key
from .verify import verify_bag

__all__ = ["ITEMS", "Finding", "examine", "page"]

#: Property → its items: what is checked, and the beginnings of the codes of the faults that speak against it.
ITEMS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "真实性": (
        ("来源真实性", "制表、复核、审批的数字签名有效、签齐，绑定本次运行", ("signoff.",)),
        (
            "元数据准确性",
            "档案包说明、运行清单、原名对照和 RO-Crate 元数据与文件相符",
            ("content.identity", "content.names", "content.crate", "content.manifest"),
        ),
        (
            "内容真实性",
            "报告、数据和参数与定稿时逐字节相同，笔记本的代码与模板相同",
            ("bag.changed", "content.run", "content.sources", "content.notebook", "content.template", "content.not_final"),
        ),
        ("归档信息包真实性", "BagIt 声明、清单的写法和目录结构符合规范", ()),
    ),
    "完整性": (
        ("总量相符", "文件数和字节数与说明（Payload-Oxum）相符", ("bag.oxum",)),
        ("元数据完整性", "档案包说明、签发规则等必备项齐全", ("bag.no_info", "bag.info", "content.policy")),
        (
            "内容完整性",
            "清单所列的文件都在；程序源码、环境锁定文件、复演程序齐全",
            ("bag.missing", "content.library", "content.lock", "content.entry"),
        ),
        (
            "归档信息包完整性",
            "没有清单以外的文件，四份清单齐全一致，不须到别处取文件",
            ("bag.unlisted", "bag.manifests_differ", "bag.no_manifest", "bag.fetch", "bag.tag_file"),
        ),
    ),
    "可用性": (
        ("内容可用性", "文件为长期保存的开放格式，可以读出，没有加密", ("bag.unreadable", "format.")),
        ("报告可用性", "报告不联网、不带脚本，字体和图在页面之内", ("page.",)),
        ("软硬件环境", "程序源码和环境锁定在包内，可按 replay.py 复演", ("environment.",)),
    ),
    "安全性": (
        ("文件安全", "没有可执行文件、宏、链接和不安全的文件名", ("bag.name", "tree.", "bag.link", "danger.")),
        ("病毒检测", "", ()),
        ("载体和保管", "", ()),
    ),
}
_BY_PEOPLE = {
    "病毒检测": "请用本单位的杀毒软件检测档案包所在的载体，并记下软件、病毒库日期和结果",
    "载体和保管": "请记下载体种类、编号、份数、保管地点和异地备份",
}
_REST = "归档信息包真实性"
#: Formats in which runs and bags are written, or evidence is commonly handed in.
_OPEN = frozenset(
    {
        ".html",
        ".ipynb",
        ".json",
        ".jsonl",
        ".csv",
        ".xlsx",
        ".yaml",
        ".yml",
        ".txt",
        ".md",
        ".py",
        ".whl",
        ".lock",
        ".docx",
        ".pdf",
        ".tsr",
        ".pem",
        ".xls",
        ".png",
        ".jpg",
    }
)
_DANGEROUS = frozenset({".exe", ".dll", ".bat", ".cmd", ".vbs", ".js", ".ps1", ".scr", ".com", ".msi", ".xlsm", ".docm", ".lnk"})
_MOST_MEMBERS = 20_000


@dataclass(frozen=True)
class Finding:
    """One line of the list: property, item, what was asked, result (合格, 不合格, 人工填写) and the evidence."""

    nature: str
    item: str
    asked: str
    result: str
    evidence: str


def examine(bag: Path, keys: Mapping[str, Key] | None = None) -> list[Finding]:
    """Fill in the list for one bag.

    Parameters
    ----------
    keys
        Public keys that are trusted; None takes the bag's own.
    """
    faults = [*verify_bag(bag, keys), *_contents(bag)]
    by_item: dict[str, list[Fault]] = {}
    for fault in faults:
        by_item.setdefault(item_of(fault.code), []).append(fault)
    evidence = _evidence(bag, keys)
    found = []
    for nature, items in ITEMS.items():
        for item, asked, _ in items:
            if item in _BY_PEOPLE:
                found.append(Finding(nature, item, _BY_PEOPLE[item], "人工填写", ""))
                continue
            against = by_item.get(item, [])
            told = "；".join(str(fault) for fault in against) if against else evidence.get(item, "逐项核对，未发现问题")
            found.append(Finding(nature, item, asked, "不合格" if against else "合格", told))
    return found


def item_of(code: str) -> str:
    """The item to which a fault belongs; one of a kind that nobody thought of speaks against the bag as such.

    >>> item_of("signoff.missing"), item_of("bag.changed"), item_of("something.new")
    ('来源真实性', '内容真实性', '归档信息包真实性')
    """
    for items in ITEMS.values():
        for item, _, beginnings in items:
            if any(code.startswith(text) for text in beginnings):
                return item
    return _REST


def _evidence(bag: Path, keys: Mapping[str, Key] | None) -> dict[str, str]:
    """What speaks for an item that has nothing against it."""
    info = _info(bag)
    count = sum(1 for path in (bag / "data").rglob("*") if path.is_file())
    told = "用指定的可信公钥核对" if keys is not None else "用档案包自带的公钥核对，公钥是否属实请另行核对"
    return {
        "来源真实性": told,
        "内容真实性": f"sha256、sha512 逐文件重算，共{count}个文件",
        "总量相符": f"Payload-Oxum {info.get('Payload-Oxum', '')}",
        "内容可用性": f"共{count}个文件，格式都在开放格式之列",
        "报告可用性": "按发布时的规则重新审查报告页面",
        "软硬件环境": "未在此处复演；evalbook archive replay 可重新执行并逐字节比较",
    }


def _info(bag: Path) -> dict[str, str]:
    try:
        return parse_info((bag / INFO).read_text("utf-8")) or {}
    except (OSError, ValueError):
        return {}


def _contents(bag: Path) -> list[Fault]:
    """Formats, dangerous members, the report as a page, what a replay needs."""
    data = bag / "data"
    faults = []
    for path in sorted(path for path in data.rglob("*") if path.is_file() and not path.is_symlink()):
        name, kind = path.relative_to(bag).as_posix(), path.suffix.lower()
        if kind in _DANGEROUS:
            faults.append(Fault("danger.file", "可执行文件或带宏的文件", "请查明来历", file=name))
        elif kind not in _OPEN:
            faults.append(Fault("format.unknown", "不是约定的开放格式", "请另存为开放格式后更正归档", file=name))
        if kind in (".xlsx", ".docx"):
            faults += _office(path, name)
    report = data / "run" / "report.html"
    try:
        wrong = audit(report.read_text("utf-8"))
        faults += [Fault(f"page.{fault.code}", fault.message, fault.remedy, file="data/run/report.html") for fault in wrong]
    except (OSError, ValueError):
        faults.append(Fault("page.unreadable", "报告页面读不出来", "请用另一份副本核对", file="data/run/report.html"))
    if not list(data.glob("library/*.whl")):
        faults.append(Fault("environment.library", "没有程序源码，不能复演", "请用另一份副本核对", file="data/library"))
    return faults


def _office(path: Path, name: str) -> list[Fault]:
    """A workbook or document that is encrypted, carries macros or links to elsewhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()[:_MOST_MEMBERS]
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        return [Fault("format.unreadable", "打不开：已加密或已损坏", "请用另一份副本核对", file=name)]
    if any("vbaproject" in member.lower() for member in members):
        return [Fault("danger.macro", "带有宏", "请查明来历", file=name)]
    return []


def page(bag: Path, findings: list[Finding]) -> str:
    """The list as an offline page, to be printed, completed by hand and filed with the bag."""
    info = _info(bag)
    passed = sum(one.result == "合格" for one in findings)
    failed = [one for one in findings if one.result == "不合格"]
    line = f"{len(failed)}项不合格" if failed else f"{passed}项合格，其余须人工填写"
    about = [
        ("档案包", info.get("External-Identifier", bag.name)),
        ("说明", info.get("External-Description", "")),
        ("归档日期", info.get("Bagging-Date", "")),
        ("文件数和字节数", info.get("Payload-Oxum", "")),
        ("依据", "DA/T 70《文书类电子档案检测一般要求》"),
    ]
    parts = [facts((term, text) for term, text in about if text), paragraph(f"结论：{line}。", "result")]
    for nature in ITEMS:
        mine = [one for one in findings if one.nature == nature]
        rows: list[list[Any]] = [[one.item, one.asked, one.result, one.evidence] for one in mine]
        css = ["adverse" if one.result == "不合格" else "pending" if one.result == "人工填写" else "" for one in mine]
        columns = [Column("检测项目"), Column("检测内容", "long"), Column("结果"), Column("依据和证据", "long")]
        parts += [heading(2, nature), table(columns, rows, row_classes=css)]
    title = "电子档案四性检测表"
    info_page = PageInfo(title=title, subtitle=visible(info.get("External-Identifier", bag.name)), status="", signatures=("检测", "复核"))
    return shell(Rewriter(title).fragment(clean(join(parts))), page=info_page)
