"""Make ``bulletin.docx``, the shipped template of the bulletin: ``python -m evalbook.publish.word.build_template``.

Layout after GB/T 9704 (党政机关公文格式): A4, margins 37/35/28/26 mm, red heading and rule, title 2号小标宋, body 3号仿宋,
fixed line of 28 pt.
An office copies it to ``params/<scheme>/bulletin.docx`` and changes it in Word or WPS; the placeholders are those of ``bulletin.py``.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from ..bulletin import fixed_dates

TEMPLATE = Path(__file__).with_name("bulletin.docx")
_TITLE, _BODY, _HEAD = "方正小标宋简体", "仿宋_GB2312", "黑体"
_RED = "C00000"


def main() -> None:
    """Write the template."""
    from docx import Document
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    page.footer_distance = Mm(28)

    def face(run: Any, font: str, size: float, *, bold: bool = False, red: bool = False) -> None:
        run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold
        fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
        if red:
            run.font.color.rgb = RGBColor.from_string(_RED)

    def line(text: str, *, font: str = _BODY, size: float = 16, align: Any = ALIGN.LEFT, indent: bool = True, **more: Any) -> Any:
        paragraph = document.add_paragraph()
        paragraph.alignment = align
        shape = paragraph.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
        if indent:
            shape.first_line_indent = Pt(2 * size)
        face(paragraph.add_run(text), font, size, **more)
        return paragraph

    def rule(paragraph: Any) -> None:
        borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
        for key, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", _RED)):
            bottom.set(qn(f"w:{key}"), value)
        borders.append(bottom)
        paragraph._element.get_or_add_pPr().append(borders)

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(16)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)

    line("{{ 送审标记 }}", font=_HEAD, align=ALIGN.RIGHT, indent=False)
    line("{%p for 机关 in 发文机关列 %}", indent=False)
    head = line("{{ 机关 }}", font=_TITLE, size=30, align=ALIGN.CENTER, indent=False, red=True)
    head.paragraph_format.line_spacing = Pt(44)
    line("{%p endfor %}", indent=False)
    number = line("〔　　　　〕　　号", align=ALIGN.CENTER, indent=False)
    number.paragraph_format.space_before = Pt(14)
    rule(number)
    line("", indent=False)
    title = line("关于{{ 考核期 }}{{ 名称 }}结果的通报", font=_TITLE, size=22, align=ALIGN.CENTER, indent=False)
    title.paragraph_format.line_spacing = Pt(34)
    line("", indent=False)
    line("各{{ 对象 }}，各有关单位：", indent=False)
    line("根据{{ 依据 }}，现将{{ 考核期 }}评价结果通报如下。")
    line("{%p for 项 in 结果运用 %}")
    line("{{ 项.序号 }}、{{ 项.名称 }}", font=_HEAD)
    line("{{ 项.对象 }}。")
    line("{%p endfor %}")
    line("{%p if 排名 %}")
    line("各{{ 对象 }}排名见附件。").paragraph_format.keep_with_next = True  # no page with nothing but the signature
    line("{%p endif %}")
    line("{%p for 句 in 标记 %}")
    line("{{ 句 }}").paragraph_format.keep_with_next = True
    line("{%p endfor %}")
    line("", indent=False).paragraph_format.keep_with_next = True
    line("{%p for 机关 in 发文机关列 %}").paragraph_format.keep_with_next = True
    line("{{ 机关 }}", align=ALIGN.RIGHT, indent=False).paragraph_format.keep_with_next = True
    line("{%p endfor %}").paragraph_format.keep_with_next = True
    line("　　　　年　　月　　日", align=ALIGN.RIGHT, indent=False)

    line("{%p for 表 in 排名 %}")
    attached = line("附件{{ 表.附件号 }}", font=_HEAD, align=ALIGN.LEFT, indent=False)
    attached.paragraph_format.page_break_before = True
    line("{{ 考核期 }}{{ 表.名称 }}", font=_TITLE, size=18, align=ALIGN.CENTER, indent=False)
    table = document.add_table(rows=4, cols=3)
    table.style, table.alignment = "Table Grid", 1
    texts = [
        ["{%tc for 头 in 表.列 %}", "{{ 头 }}", "{%tc endfor %}"],
        ["{%tr for 行 in 表.行 %}", "", ""],
        ["{%tc for 值 in 行.值 %}", "{{ 值 }}", "{%tc endfor %}"],
        ["{%tr endfor %}", "", ""],
    ]
    for number_, row in enumerate(texts):
        for cell, text in zip(table.rows[number_].cells, row, strict=True):
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.alignment = ALIGN.CENTER
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            face(paragraph.add_run(text), _HEAD if number_ == 0 else _BODY, 12)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    line("{%p endfor %}")
    line("归档摘要：{{ 归档摘要 }}　结果校验码：{{ 结果校验码 }}", size=8, align=ALIGN.LEFT, indent=False)

    footer = page.footer.paragraphs[0]
    footer.alignment = ALIGN.CENTER
    for kind, text in (("", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("", " —")):
        run = footer.add_run(text if not kind else "")
        face(run, "宋体", 14)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.text = text
            run._element.append(code)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "evalbook", "通报模板", ""
    import datetime

    properties.created = properties.modified = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - what the file format holds
    buffer = BytesIO()
    document.save(buffer)
    TEMPLATE.write_bytes(fixed_dates(buffer.getvalue()))


if __name__ == "__main__":
    main()
