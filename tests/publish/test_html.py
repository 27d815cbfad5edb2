"""The page: complete, self-contained, the same every time, inert whatever the data hold."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from types import ModuleType

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode, v4

from evalbook.publish.audit import audit
from evalbook.publish.html import CSP, PageInfo, render
from evalbook.publish.normalise import normalise
from evalbook.publish.sanitise import Rewriter, clean
from evalbook.terms import FLAGS

EVIL = "<script>alert(1)</script>"
PAYLOADS = {
    "script": f"<p>{EVIL}</p>",
    "handler": '<img src=x onerror="alert(1)"><b onmouseover=alert(1)>x</b>',
    "javascript-link": '<a href="javascript:alert(1)">x</a><a href=" java\nscript:alert(1)">y</a>',
    "remote-image": '<img src="https://example.org/a.png" srcset="https://example.org/b.png 2x"><img src="/etc/hostname">',
    "remote-frame": '<iframe src="https://example.org"></iframe><object data="x.swf"></object><embed src="x">',
    "style": '<style>@import "https://example.org/x.css"; .eb-stamp{display:none}</style><p style="background:url(https://example.org)">x</p>',
    "svg": '<svg onload="alert(1)"><script>alert(1)</script><image href="https://example.org/a.png"/></svg>',
    "math": '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)"></style></mglyph></table></mtext></math>',
    "html-data-link": '<a href="data:text/html,<script>alert(1)</script>">x</a><img src="data:text/html;base64,PHNjcmlwdD4=">',
    "meta": '<meta http-equiv="refresh" content="0;url=https://example.org"><base href="https://example.org"><link rel=stylesheet href=x>',
    "form": '<form action="https://example.org"><input name=a><button formaction="javascript:alert(1)">x</button></form>',
    "closing": "</main></body></html><script>alert(1)</script></details></div></table>",
    "comment": "<!--><script>alert(1)</script>--><![CDATA[<script>alert(1)</script>]]>",
    "posing": '<p class="eb-stamp eb-stamp-final" id="eb-x">定稿</p><div class="eb-banner-trial eb-watermark">x</div>',
}
CHANNELS = {
    "html-output": lambda build, payload: build.shown(1, {"text/html": payload}),
    "markdown-output": lambda build, payload: build.shown(1, {"text/markdown": f"段落 {payload}"}),
    "markdown-cell": lambda build, payload: v4.new_markdown_cell(f"## 标题 {payload}\n\n{payload}\n\n[x](javascript:alert(1)) ![x](https://example.org/a.png)"),
    "stdout": lambda build, payload: build.code(1, [v4.new_output("stream", name="stdout", text=payload)]),
    "plain": lambda build, payload: build.shown(1, {"text/plain": payload}),
    "source": lambda build, payload: build.code(1, [], f"# {payload}\nx = {payload!r}"),
    "mermaid": lambda build, payload: build.shown(1, {"text/vnd.mermaid": payload, "text/plain": "x"}),
    "javascript": lambda build, payload: build.shown(1, {"application/javascript": payload, "text/plain": "x"}),
    "svg-output": lambda build, payload: build.shown(1, {"image/svg+xml": f"<svg>{payload}</svg>"}, {"alt": payload}),
    "tags": lambda build, payload: build.code(1, [], "1", (payload.replace(",", ""), '"><script>alert(1)</script>')),
}  # fmt: skip


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def active(text: str) -> list[str]:
    """Everything in a page that could run or load."""
    tree = soup(text)
    found = [str(e)[:80] for e in tree.find_all(["script", "iframe", "object", "embed", "base", "link", "form", "input", "svg", "math"])]
    for element in tree.find_all(True):
        for name, value in element.attrs.items():
            value = " ".join(value) if isinstance(value, list) else value
            fine = (name == "href" and value.startswith("#")) or (name == "src" and re.match(r"data:image/(png|svg\+xml);base64,", value))
            if name.startswith("on") or (name in ("src", "href", "srcset", "action", "data", "formaction", "style") and not fine):
                found.append(f"{element.name} {name}={value[:60]}")
    return found


# --- inert -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_content_is_inert(build: ModuleType, payload: str, channel: str, page: PageInfo) -> None:
    """No payload becomes active through any way into the page, and the page's own marks cannot be imitated."""
    text = render(build.notebook(CHANNELS[channel](build, PAYLOADS[payload])), page=page)
    tree = soup(text)

    assert active(text) == []
    assert len(tree.select(".eb-stamp")) == len(tree.select(".eb-watermark")) == 1
    assert [e.name for e in tree.body.find_all(recursive=False)][-1] == "div"  # the page's frame was not closed from inside
    assert tree.select_one("footer.eb-provenance").find_parent("main") is None


def test_page_information_is_text(build: ModuleType, page: PageInfo) -> None:
    """Titles, names and numbers come from files, too: they show as they are written."""
    evil = '"><script>alert(1)</script></style>{{7*7}}\\'
    lines = (evil,)
    hostile = replace(page, title=evil, subtitle=evil, number=evil, audience=evil, prepared_by=evil, flags=(evil,), preliminary_lines=lines)
    text = render(build.notebook(v4.new_markdown_cell("x")), page=replace(hostile, provenance=((evil, evil),), status=evil))

    assert active(text) == []
    assert soup(text).h1.get_text() == evil
    assert "49" not in soup(text).h1.get_text()
    assert [f.code for f in audit(text)] == []


def test_heading_ids_are_ours(build: ModuleType, page: PageInfo) -> None:
    """An id in the data neither doubles nor replaces one of the page's own."""
    evil = '<h2 id="s-1">甲</h2><h2 id="s-1">甲</h2><div id="s-2">x</div><h2 id="s-3&quot; onclick=x">丙</h2>'
    ids = [e["id"] for e in soup(render(build.notebook(build.shown(1, {"text/html": evil})), page=page)).select("[id^=s-]")]

    assert ids == ["s-1", "s-2", "s-3"]


# --- complete ----------------------------------------------------------------------------------------------------------------


def test_the_first_screen_says_what_for_whom_and_how_far_to_trust(report: NotebookNode, page: PageInfo) -> None:
    """Title, number, audience, status and every flag stand before the body, in the strip and in the print header."""
    text = render(report, page=page)
    tree = soup(text)

    head = tree.select_one(".eb-masthead").get_text()
    for part in (page.title, page.subtitle, page.number, page.audience, page.period_label, "初稿", page.preliminary_lines[0]):
        assert part in head
    assert [e.b.get_text() for e in tree.select(".eb-banners li")] == ["含模拟数据", "试评", "含未公开口径"]
    assert [e.get_text() for e in tree.select(".eb-strip b")] == ["初稿", "含模拟数据", "试评", "含未公开口径"]
    assert '@top-right{content:"初稿·含模拟数据·试评·含未公开口径"' in text
    assert tree.select_one(".eb-watermark").get_text() == "含模拟数据"


@pytest.mark.parametrize(
    ("status", "mark"),
    [("final", "定稿（以签发记录为准）"), ("draft", "初稿"), ("what-if", "试算"), ("look", "试看"), ("failed", "失败")],
)
def test_each_status_has_its_stamp(build: ModuleType, status: str, mark: str, page: PageInfo) -> None:
    """A final page says that only the sign-off record makes it final."""
    tree = soup(render(build.notebook(v4.new_markdown_cell("x")), page=replace(page, status=status)))

    assert tree.select_one(".eb-strip b").get_text() == mark
    assert mark in tree.title.get_text()
    assert f"eb-stamp-{status}" in tree.select_one(".eb-stamp")["class"]


def test_the_page_is_chinese_and_locked_from_its_first_line(report: NotebookNode, page: PageInfo) -> None:
    """The security policy is the first thing in the head; the language is declared; there is no script at all."""
    tree = soup(render(report, page=page))

    assert tree.html["lang"] == "zh-CN"
    assert tree.head.find(True)["content"] == CSP
    assert tree.find("script") is None


def test_contents_lists_chapters_and_every_link_has_its_place(report: NotebookNode, page: PageInfo) -> None:
    """The list of contents follows the headings; links written in a text lead to the heading of that name."""
    tree = soup(render(report, page=page))
    links = [a["href"][1:] for a in tree.find_all("a")]

    assert [a.get_text() for a in tree.select(".eb-contents a")] == ["评价结果", "一、依据", "指标体系", "二、总分与排名"]
    assert len(links) == 5
    assert all(tree.find(id=link) is not None for link in links)
    assert tree.select_one("main a")["href"] == "#" + tree.find("h2", string="二、总分与排名")["id"]


def test_the_notebooks_own_title_is_not_said_twice(build: ModuleType, page: PageInfo) -> None:
    """A first heading that repeats the page's title is left out."""
    tree = soup(render(build.notebook(v4.new_markdown_cell(f"# {page.title}\n\n## 甲")), page=page))

    assert [h.get_text() for h in tree.find_all(["h1", "h2", "h3"])] == [page.title, "甲", "来源与复现"]


def test_nothing_is_cut(build: ModuleType, page: PageInfo) -> None:
    """Every row of a long table and every column of a wide one is on the page, with a head that print repeats."""
    rows = [[f"第{i}县", *(str(i * j) for j in range(1, 30))] for i in range(1, 400)]
    nb = build.notebook(build.shown(1, {"text/html": build.table(["考核对象", *(f"指标{j}" for j in range(1, 30))], rows)}))

    tree = soup(render(nb, page=page))

    assert [[c.get_text() for c in row.find_all("td")] for row in tree.select("main tbody tr")] == rows
    assert len(tree.select("main thead tr th")) == 30


def test_code_is_there_but_folded(report: NotebookNode, page: PageInfo) -> None:
    """Sources stand on the page in full, folded: the result comes first."""
    tree = soup(render(report, page=page))
    folded = {d.summary.get_text(): d for d in tree.select("details.eb-code")}

    assert [name for name, d in folded.items() if d.has_attr("open")] == []
    assert folded["代码 2　本次运行的参数"].pre.get_text().strip() == 'scheme = "zhejiang_city"\nperiod = "2023"  # 考核期'
    assert folded["代码 2　本次运行的参数"].select_one("span.s2") is not None


def test_figures_are_images_with_text(report: NotebookNode, page: PageInfo) -> None:
    """A figure is embedded as an image, unchanged, with the text that its metadata give."""
    (image,) = soup(render(report, page=page)).select("main img")

    assert image["alt"] == "各市综合得分，宁波最高"
    assert base64.b64decode(image["src"].partition(",")[2]).decode().startswith("<svg")


def test_captions_and_png_and_escaped_alt(build: ModuleType, page: PageInfo) -> None:
    """PNG figures work as well; texts of figures are escaped."""
    said = {"alt": '甲" onerror="x', "caption": "图1 <得分>", "width": 90}
    nb = build.notebook(build.shown(1, {"image/png": "iVBORw0KGgo=\n"}, {"image/png": said}))

    figure = soup(render(nb, page=page)).select_one("main figure")

    assert (figure.img["alt"], figure.img["width"], figure.figcaption.get_text()) == (said["alt"], "90", said["caption"])
    assert figure.img["src"] == "data:image/png;base64,iVBORw0KGgo="


def test_an_image_that_a_text_brings_along_is_shown(build: ModuleType, page: PageInfo) -> None:
    """Each cell shows its own attachment, even where two cells have the same words."""
    cells = [v4.new_markdown_cell("![章](attachment:seal.png)") for _ in range(2)]
    cells[0].attachments, cells[1].attachments = {"seal.png": {"image/png": "AAAA"}}, {"seal.png": {"image/png": "BBBB"}}

    images = soup(render(build.notebook(*cells), page=page)).select("main img")

    assert [(image["src"], image["alt"]) for image in images] == [
        ("data:image/png;base64,AAAA", "章"),
        ("data:image/png;base64,BBBB", "章"),
    ]


def test_the_same_words_are_headings_of_each_page(build: ModuleType, page: PageInfo) -> None:
    """A text that stands in many notebooks is numbered and linked in each by itself."""
    texts = [v4.new_markdown_cell("## 甲"), v4.new_markdown_cell("## 乙\n[往甲](#甲)")]

    for cells, expected in ((texts, ["s-1", "s-2"]), (texts[::-1], ["s-2", "s-1"])):
        tree = soup(render(build.notebook(*cells), page=page))
        assert [tree.find("h3", string=text)["id"] for text in "甲乙"] == expected
        assert tree.select_one("main a")["href"] == f"#{expected[0]}"


def test_a_cell_says_its_number_and_tags(build: ModuleType, page: PageInfo) -> None:
    """A link or a style can name a cell, and a tag can be nothing but a class."""
    cells = [build.code(1, [], "1", ("result", '"><b>x')), build.code(2, [], "2")]
    found = soup(render(build.notebook(*cells), page=page)).select("main > .code_cell")

    assert [cell["id"] for cell in found] == ["cell-id=cell-1", "cell-id=cell-2"]
    assert [[c for c in cell["class"] if c.startswith("celltag")] for cell in found] == [["celltag_result", 'celltag_"><b>x'], []]


def test_the_machine_readable_result_is_not_shown(report: NotebookNode, page: PageInfo) -> None:
    """The sentinel output belongs to the notebook file, not to readers."""
    assert "seal" not in render(report, page=page)


def test_a_failed_run_is_still_a_document(build: ModuleType, page: PageInfo) -> None:
    """The error stands in its place, without terminal colours, and the audit refuses the page."""
    trace = ["\x1b[31mTraceback (most recent call last)\x1b[0m", "ValueError: <坏>"]
    nb = build.notebook(build.code(1, [v4.new_output("error", ename="ValueError", evalue="<坏>", traceback=trace)]))

    text = render(nb, page=replace(page, status="failed"))

    assert soup(text).select_one(".eb-error").get_text() == "Traceback (most recent call last)\nValueError: <坏>"
    assert [f.code for f in audit(text)] == ["page.traceback"]


def test_what_stands_at_the_end(report: NotebookNode, page: PageInfo) -> None:
    """Lines to sign, and enough to do it again."""
    tree = soup(render(report, page=page))

    assert [p.span.get_text() for p in tree.select(".eb-signatures p")] == ["制表：", "复核：", "审批：", "日期："]
    assert tree.select_one(".eb-signatures i").get_text() == page.prepared_by
    assert "9f2b" * 16 in tree.select_one(".eb-provenance").get_text()


# --- tables --------------------------------------------------------------------------------------------------------------------


def test_columns_of_numbers_are_set_to_the_right(report: NotebookNode, page: PageInfo) -> None:
    """Points and places are numbers; names and unit codes are not."""
    ranking = soup(render(report, page=page)).find("caption", string="综合得分排名").parent
    kinds = ["number" in c.get("class", []) for c in ranking.select("tbody tr")[0].find_all("td")]

    assert kinds == [True, False, False, True, True, False]
    assert ["number" in c.get("class", []) for c in ranking.thead.find_all("th")] == kinds


def test_columns_with_kinds_of_their_own_are_left_alone(build: ModuleType, page: PageInfo) -> None:
    """Where the notebook says what a column holds, its word counts."""
    own = '<table><thead><tr><th class="text">代号</th></tr></thead><tbody><tr><td class="text">12</td></tr></tbody></table>'

    assert "number" not in soup(render(build.notebook(build.shown(1, {"text/html": own})), page=page)).td["class"]


@pytest.mark.parametrize(
    ("columns", "expected"), [(3, set()), (14, {"eb-small"}), (20, {"eb-across", "eb-scroll"}), (40, {"eb-across", "eb-scroll", "eb-tiny"})]
)
def test_wide_tables_get_the_paper_they_need(build: ModuleType, columns: int, expected: set[str], page: PageInfo) -> None:
    """Small print first, then the page on its side; on screen such a table scrolls in its own box."""
    rows = [[city, *["12.34"] * columns] for city in build.CITIES]
    nb = build.notebook(build.shown(1, {"text/html": build.table(["单位", *["得分"] * columns], rows)}))

    (box,) = soup(render(nb, page=page)).select(".eb-box")

    assert set(box["class"]) - {"eb-box"} == expected
    assert ("eb-stick" in box.find("td").get("class", [])) == ("eb-scroll" in expected)


def test_a_row_of_headings_becomes_a_head(build: ModuleType, page: PageInfo) -> None:
    """Print repeats only a real head."""
    bare = "<table><tr><th>甲</th><th>乙</th></tr><tr><td>1</td><td>2</td></tr></table>"

    (found,) = soup(render(build.notebook(build.shown(1, {"text/html": bare})), page=page)).select("main table")

    assert [len(found.select(part)) for part in ("thead tr", "tbody tr", "thead th", "tbody td")] == [1, 1, 2, 2]


def test_spans_do_not_shift_columns(build: ModuleType, page: PageInfo) -> None:
    """A cell over several rows or columns leaves the kinds of the other columns right."""
    spanned = (
        "<table><thead><tr><th rowspan=2>单位</th><th colspan=2>得分</th></tr><tr><th>上年</th><th>本年</th></tr></thead>"
        "<tbody><tr><td rowspan=2>甲</td><td>1</td><td>升</td></tr><tr><td>2</td><td>降</td></tr></tbody></table>"
    )
    tree = soup(render(build.notebook(build.shown(1, {"text/html": spanned})), page=page))

    assert [c.get_text() for c in tree.select("td.number")] == ["1", "2"]


# --- the same every time ---------------------------------------------------------------------------------------------------------


def test_two_renders_are_byte_identical(report: NotebookNode, page: PageInfo) -> None:
    """Raw or normalised, now or later: the same notebook gives the same page."""
    report.cells[0].id = "another"
    first = render(report, page=page)
    report.cells[0].id = "yet-another"
    report.metadata["papermill"]["start_time"] = "2031-01-01"

    assert render(report, page=page) == first
    assert render(normalise(report), page=page) == first


def test_a_good_report_has_no_faults(report: NotebookNode, page: PageInfo) -> None:
    """What we make ourselves passes our own audit."""
    assert [str(f) for f in audit(render(report, page=page))] == []


def test_all_words_of_the_report_survive(build: ModuleType, report: NotebookNode, page: PageInfo) -> None:
    """Cleaning takes no text away."""
    text = soup(render(report, page=page)).get_text()

    assert [w for w in (*build.CITIES, *build.INDICATORS, "合计核对无误", "逐项", "引文") if w not in text] == []


def test_every_mark_says_what_it_means() -> None:
    """No flag stands on a page as a bare word: each banner has its sentence."""
    assert [word for _, word, sentence in PageInfo(title="题", flags=tuple(FLAGS)).banners if not sentence] == []


def test_a_table_with_the_path_of_a_parameter_scrolls_by_itself() -> None:
    """A word that cannot be broken needs its whole width: else the page, and not the table, would be pushed sideways."""

    def box(word: str) -> str:
        cells = "".join(f"<td>{text}</td>" for text in ["考核对象名称"] * 6 + ["代码一", word])
        head = "<th>列</th>" * 8
        return Rewriter().fragment(clean(f"<table><thead><tr>{head}</tr></thead><tbody><tr>{cells}</tr></tbody></table>")).split(">")[0]

    assert "eb-scroll" in box("measures.district_domestic.constant")
    assert "eb-scroll" not in box("measures.district")
