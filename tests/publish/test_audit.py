"""The audit refuses whatever is no evidence: each kind of fault is planted once into a good page."""

from __future__ import annotations

import base64
from types import ModuleType

import pytest
from nbformat import NotebookNode, v4

from evalbook.publish.audit import audit, audit_notebook
from evalbook.publish.html import CSP, PageInfo, render


@pytest.fixture
def good(report: NotebookNode, page: PageInfo) -> str:
    """A page without faults."""
    return render(report, page=page)


def svg(content: str) -> str:
    encoded = base64.b64encode(f'<svg xmlns="http://www.w3.org/2000/svg">{content}</svg>'.encode()).decode()
    return f'<img alt="x" src="data:image/svg+xml;base64,{encoded}">'


PLANTED = {
    "script": ("<script>1</script>", "page.forbidden_tag"),
    "script-source": ('<script src="https://example.org/x.js"></script>', "page.external"),
    "inline-svg": ("<svg></svg>", "page.forbidden_tag"),
    "frame": ("<iframe></iframe>", "page.forbidden_tag"),
    "handler": ('<p OnClick="x()">x</p>', "page.event_handler"),
    "remote-image": ('<img alt="x" src="https://example.org/a.png">', "page.external"),
    "file-image": ('<img alt="x" src="figures/a.png">', "page.external"),
    "html-image": ('<img alt="x" src="data:text/html;base64,PGI+">', "page.external"),
    "srcset": ('<img alt="x" srcset="https://example.org/a.png 2x">', "page.external"),
    "link": ('<a href="https://example.org">x</a>', "page.external"),
    "script-link": ('<a href=" javascript:x()">x</a>', "page.external"),
    "neighbour-link": ('<a href="other.html">x</a>', "page.external"),
    "style-url": ("<style>p{background:url( 'https://example.org/a.png')}</style>", "page.external"),
    "style-url-behind-font": ("<style>@font-face{src:url(data:font/woff2;base64,AAAA)}p{background:url(a.png)}</style>", "page.external"),
    "style-import-behind-font": ("<style>@font-face{src:url(data:font/woff2;base64,AAAA)}@Import 'x.css'</style>", "page.external"),
    "style-import": ('<style>@import "https://example.org/x.css";</style>', "page.external"),
    "style-attribute": ('<p style="background:url(//example.org/a.png)">x</p>', "page.external"),
    "svg-script": (svg("<script>1</script>"), "page.active_svg"),
    "svg-handler": (svg('<rect onload="x()"/>'), "page.active_svg"),
    "svg-remote": (svg('<image href="https://example.org/a.png"/>'), "page.active_svg"),
    "broken-image": ('<img alt="x" src="data:image/svg+xml;base64,%%%">', "page.broken_image"),
    "no-alt": ('<img src="data:image/png;base64,AAAA">', "page.no_alt"),
    "ellipsis": ("<table><tbody><tr><td> … </td></tr></tbody></table>", "page.truncated"),
    "dots": ("<table><tbody><tr><td>...</td></tr></tbody></table>", "page.truncated"),
    "nan": ("<table><tr><td>NaN</td></tr></table>", "page.no_number"),
    "none": ("<table><tr><td>None</td></tr></table>", "page.no_number"),
    "infinite": ("<table><tr><td>-inf</td></tr></table>", "page.no_number"),
    "na": ("<table><tr><td>&lt;NA&gt;</td></tr></table>", "page.no_number"),
    "traceback": ("<pre>Traceback (most recent call last):</pre>", "page.traceback"),
    "replacement": ("<p>\ufffd</p>", "page.replacement"),
    "missing-glyph": ("<p>\U0002c0b1</p>", "page.missing_glyph"),
    "dead-link": ('<a href="#nowhere">x</a>', "page.dead_link"),
    "duplicate-id": ('<p id="s-1">x</p>', "page.duplicate_id"),
}  # fmt: skip


def test_a_good_page_passes(good: str) -> None:
    """The audit has nothing to say about a page of ours."""
    assert audit(good) == []


@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_fault_is_found(plant: str, good: str) -> None:
    """Each kind of fault alone is enough, and is named with its place in the file."""
    piece, code = PLANTED[plant]

    faults = audit(good.replace("</main>", piece + "</main>"))

    assert code in {fault.code for fault in faults}
    assert all(fault.severity == "error" and fault.message and fault.remedy for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (CSP.replace("'", "&#39;"), "default-src *", "page.csp"),
        ('<meta charset="utf-8">', '<meta http-equiv="refresh" content="0">', "page.redirect"),
        ('lang="zh-CN"', 'lang="en"', "page.language"),
        ("font/woff2", "font/none", "page.no_font"),
    ],
    ids=["policy", "redirect", "language", "font"],
)
def test_a_changed_head_is_found(old: str, new: str, code: str, good: str) -> None:
    """Policy, language and fonts are part of the page's promise."""
    assert old in good
    assert code in {fault.code for fault in audit(good.replace(old, new))}


def test_the_policy_must_come_first(good: str) -> None:
    """A policy behind other elements would not hold for them."""
    moved = good.replace("<head>", '<head>\n<meta name="x" content="y">')

    assert "page.csp" in {fault.code for fault in audit(moved)}


def test_words_that_look_like_faults_are_none(page: PageInfo, build: ModuleType) -> None:
    """An ellipsis inside a sentence, and Nan as part of a name, are text."""
    nb = build.notebook(build.shown(1, {"text/html": build.table(["单位", "说明"], [["Nancy", "第一……第二…"], ["无", "None of these"]])}))

    assert audit(render(nb, page=page)) == []


def test_lists_of_pages_may_link_downwards(good: str) -> None:
    """With local links a page may lead to files below it, never up or out."""

    def codes(address: str) -> set[str]:
        return {fault.code for fault in audit(good.replace("</main>", f'<a href="{address}">x</a></main>'), local_links=True)}

    assert codes("zhejiang_city/2023/index.html") == codes("001-%E7%94%B2.html") == set()
    for address in ("../secret.html", "a/../../b", "/etc/passwd", "//example.org", "https://example.org", "javascript:x()", "file.html?x"):
        assert codes(address) == {"page.external"}, address


OUTPUTS = {
    "error": (v4.new_output("error", ename="ValueError", evalue="坏", traceback=[]), "notebook.error"),
    "stderr": (v4.new_output("stream", name="stderr", text="Warning"), "notebook.stderr"),
    "script": (v4.new_output("display_data", {"application/javascript": "x()", "text/plain": "x"}), "notebook.unknown_mime"),
    "mermaid": (v4.new_output("display_data", {"text/vnd.mermaid": "x"}), "notebook.unknown_mime"),
    "address": (v4.new_output("display_data", {"text/plain": "<Figure at 0x7f22aa00>"}), "notebook.address"),
    "printed-address": (v4.new_output("stream", name="stdout", text="<object at 0x7f22aa00>"), "notebook.address"),
    "address-in-lines": (v4.new_output("display_data", {"text/plain": ["<Figure at 0x7f", "22aa00>\n"]}), "notebook.address"),
    "styler": (v4.new_output("display_data", {"text/html": '<table id="T_0a1b2"></table>'}), "notebook.styler"),
    "styler-in-lines": (v4.new_output("display_data", {"text/html": ["<table ", 'id="T_0a1b2"></table>']}), "notebook.styler"),
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_outputs_that_are_no_evidence_are_found(kind: str, build: ModuleType) -> None:
    """Errors, warnings, unknown types and memory addresses are refused, with the cell that made them."""
    output, code = OUTPUTS[kind]

    (fault,) = audit_notebook(build.notebook(v4.new_markdown_cell("x"), build.code(1, [output])))

    assert (fault.code, fault.path) == (code, "第2个单元格")


def test_a_good_notebook_passes(report: NotebookNode) -> None:
    """The address that every rich output carries beside its HTML is no fault: it is not published."""
    assert audit_notebook(report) == []
