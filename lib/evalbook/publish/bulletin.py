"""通报: the public list as a Word document, from a template that the office can change in Word or WPS.

Needs the optional part ``word``. The template holds placeholders such as ``{{ 考核期 }}`` and loops; :data:`PLACEHOLDERS` names them.
The same list and template give the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault, Refused, nearest, visible
from ..present.html import number_texts
from ..scoring.evaluation import decimal

if TYPE_CHECKING:
    from ..present.public_list import PublicList, PublicRanking

__all__ = ["PLACEHOLDERS", "SHIPPED", "bulletin", "fixed_dates"]

#: The template that is used unless the scheme has its own.
SHIPPED = Path(__file__).parent / "word" / "bulletin.docx"
#: Placeholder → what stands there.
PLACEHOLDERS = {
    "发文机关": "办法的制定机关",
    "发文机关列": "同上，一个机关一行，循环使用",
    "名称": "考核办法的名称",
    "文号": "考核办法的文号",
    "依据": "名称和文号，带书名号",
    "考核期": "如 2023年",
    "对象": "考核对象的称呼",
    "得分名称": "综合得分的名称",
    "结果运用": "各项名单，循环使用：序号、名称、条款、对象",
    "排名": "各个排名，循环使用：附件号、名称、列（表头）、行（名次、对象、分组、得分，或依表头排好的 值）",
    "标记": "含模拟数据、试评等须说明的句子，循环使用",
    "送审标记": "尚未签发时为“送审稿”，否则为空",
    "归档摘要": "归档链的摘要，没有归档时为“—”",
    "结果校验码": "结果的校验码",
}
_NUMBERS = "一二三四五六七八九十"
_MOST_BYTES = 20_000_000
_EPOCH = (2000, 1, 1, 0, 0, 0)


def bulletin(found: PublicList, template: Path, *, shown: str, draft: str, notes: tuple[str, ...], head: str, result_sha256: str) -> bytes:
    """The bulletin as the bytes of a docx file.

    Parameters
    ----------
    template
        A docx file with placeholders.
    shown
        How faults call it.
    draft
        Mark of a bulletin that is not signed off yet, or nothing.
    notes
        Sentences that must stand on it: synthetic data, a scheme that is none.
    head
        The archive's head.

    Raises
    ------
    Refused
        The optional part is not installed, the template cannot be read, or it has a placeholder that nobody knows.
    """
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        remedy = "请安装可选部分：python bootstrap.py setup，或 pip install evalbook[word]；不要 Word 稿时去掉 --word"
        raise Refused([Fault("word.not_installed", "没有安装生成 Word 稿所需的 docxtpl", remedy)], "没有生成通报") from None
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.sandbox import SandboxedEnvironment

    try:
        raw = _checked(template)
        document = DocxTemplate(BytesIO(raw))
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        unknown = sorted(document.get_undeclared_template_variables(environment) - PLACEHOLDERS.keys())
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        message, remedy = "这个 Word 模板读不出来", "应为 Word 或 WPS 存的 .docx 文件；可从自带模板重新改起"
        raise Refused([Fault("word.template", message, remedy, file=shown, value=visible(str(error))[:80])], "没有生成通报") from None
    except TemplateError as error:
        raise Refused([_syntax(error, shown)], "没有生成通报") from None
    if unknown:
        faults = [
            Fault("word.placeholder", "模板里有不认识的占位符", nearest(name, PLACEHOLDERS), file=shown, value=visible(name))
            for name in unknown
        ]
        raise Refused(faults, "没有生成通报")
    try:
        document.render(_context(found, draft, notes, head, result_sha256), environment, autoescape=True)
        buffer = BytesIO()
        document.save(buffer)
    except UndefinedError as error:
        names = "项：序号、名称、条款、对象；表：附件号、名称、列、行；行：名次、对象、分组、得分、值"
        message = "模板循环里有不认识的名称"
        raise Refused([Fault("word.placeholder", message, names, file=shown, value=visible(str(error))[:120])], "没有生成通报") from None
    except TemplateError as error:
        raise Refused([_syntax(error, shown)], "没有生成通报") from None
    return fixed_dates(buffer.getvalue())


def _syntax(error: Exception, shown: str) -> Fault:
    message, remedy = "模板里的占位符写法不对", "占位符写作 {{ 考核期 }}，循环写作 {%p for 项 in 结果运用 %} … {%p endfor %}；花括号须成对"
    return Fault("word.syntax", message, remedy, file=shown, value=visible(str(error))[:120])


def _checked(template: Path) -> bytes:
    """The bytes of a docx file of a reasonable size."""
    raw = template.read_bytes()
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        if sum(item.file_size for item in archive.infolist()) > _MOST_BYTES:
            raise ValueError("文件过大")
        if "word/document.xml" not in archive.namelist():
            raise ValueError("不是 Word 文档")
    return raw


def _context(found: PublicList, draft: str, notes: tuple[str, ...], head: str, result_sha256: str) -> dict[str, Any]:
    """What the placeholders stand for; every text free of characters that a docx cannot hold."""
    several = len(found.rankings) > 1
    rankings = [_ranking(found, ranking, str(number) if several else "") for number, ranking in enumerate(found.rankings, 1)]
    outcomes = [
        {"序号": _NUMBERS[number] if number < len(_NUMBERS) else str(number + 1), "名称": _text(one.label), "条款": _text(one.clause)}
        | {"对象": _names(one.listed) if not one.pending else "有待裁定的事项，裁定之前不公布"}
        for number, one in enumerate(found.outcomes)
    ]
    return {
        "发文机关": _text(found.issuer),
        "发文机关列": [_text(one) for one in re.split("[、，,]", found.issuer)],
        "名称": _text(found.title),
        "文号": _text(found.number),
        "依据": _text(f"《{found.title}》" + (f"（{found.number}）" if found.number else "")),
        "考核期": _text(found.period),
        "对象": _text(found.unit_word),
        "得分名称": _text(found.total_label),
        "结果运用": outcomes,
        "排名": rankings,
        "标记": [_text(note) for note in notes],
        "送审标记": _text(draft),
        "归档摘要": head or "—",
        "结果校验码": result_sha256,
    }


def _ranking(found: PublicList, ranking: PublicRanking, number: str) -> dict[str, Any]:
    """A ranking with the columns that it has something in."""
    grouped, totals = any(one.group for one in ranking.lines), any(one.total is not None for one in ranking.lines)
    heads = [*(["分组"] if grouped else []), "名次", found.unit_word, *([found.total_label] if totals else [])]
    rows = []
    shown = number_texts([decimal(one.total) for one in ranking.lines])
    for one, total in zip(ranking.lines, shown, strict=True):
        told = {"名次": str(one.place), "对象": _text(one.name), "分组": _text(one.group)}
        told["得分"] = total
        kept = [*(["分组"] if grouped else []), "名次", "对象", *(["得分"] if totals else [])]
        rows.append({**told, "值": [told[key] for key in kept]})
    return {"附件号": number, "名称": _text(ranking.label), "列": [_text(head) for head in heads], "行": rows}


def _names(listed: tuple[tuple[str, str], ...]) -> str:
    """Units under the word that they share, amounts each with its own."""
    by_word: dict[str, list[str]] = {}
    for name, word in listed:
        by_word.setdefault(word, []).append(name)
    return _text("；".join(f"{'、'.join(names)}（{word}）" for word, names in by_word.items())) or "无"


def _text(text: str) -> str:
    return re.sub(r"[\ud800-\udfff\ufffe\uffff]", "\ufffd", visible(text)).replace("\n", " ")


def fixed_dates(raw: bytes) -> bytes:
    """A docx with the dates of its members set to a constant, and their order by name: the same text gives the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        # Word wants the list of content types first.
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            item = zipfile.ZipInfo(name, _EPOCH)
            item.compress_type, item.external_attr, item.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            target.writestr(item, _undated(name, source.read(name)))
    return buffer.getvalue()


def _undated(name: str, data: bytes) -> bytes:
    """The properties without the moment of saving."""
    if name != "docProps/core.xml":
        return data
    return re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</)", rb"\g<1>2000-01-01T00:00:00Z\g<3>", data)


def own_template(root: Path, scheme: str) -> tuple[Path, str]:
    """The office's template of a scheme, or the shipped one; with how faults call it."""
    name = f"params/{scheme}/bulletin.docx"
    path = root / name
    return (path, name) if path.is_file() else (SHIPPED, "自带模板 bulletin.docx")
