"""The short way through what is plain sees what the long one sees, however a page is broken."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evalbook.publish import audit
from evalbook.publish.audit import _Reader


class Careful(_Reader):
    """The same reader with the standard parser's own way for every tag."""

    parse_starttag = HTMLParser.parse_starttag


PIECES = st.sampled_from(
    [
        '<td class="n">1.5</td>',
        "<td>…</td>",
        '<th scope="row" class="u">甲</th>',
        '<td id="a">nan</td>',
        "<td>&lt;</td>",
        "<td><b>1</b></td>",
        "<td>a</th>",
        '<td onclick="x()">1</td>',
        '<td style="background:url(http://x)">1</td>',
        '<td class="a"onclick="x()">1</td>',
        '<td class="a" class="b">1</td>',
        "<td class=a>1</td>",
        "<td class='a'>1</td>",
        "<TD>1</TD>",
        '<tr class="a"><th scope="row">甲</th><td>1</td></tr>',
        "<tr><td>1</td><td> NaN\n</td><td>2</td></tr>",
        "<tr><td>…</td></tr>",
        "<tr><td>&lt;NA&gt;</td><td>&amp;lt;</td></tr>",
        "<tr><td>&nbsp;None&nbsp;</td></tr>",
        "<tr><td>#N/&#65;</td></tr>",
        '<tr><td>1</td><td onclick="x()">2</td></tr>',
        '<tr id="a"><td>1</td></tr>',
        '<tr><td id="a" class="b">1</td></tr>',
        "<tr><td>Traceback (most recent</td><td> call last)</td></tr>",
        "<tr></tr>",
        "<table><tbody><tr>",
        "</tr></tbody></table>",
        '<a href="#a">x</a>',
        '<a href=" #b">x</a>',
        '<a href="https://x">',
        '<img src="data:image/png;base64,AA==" alt="图">',
        '<img src="x">',
        "<br/>",
        '<p lang="zh">',
        "</p>",
        "<style>td{background:url(x)}",
        '<style media="all">',
        "</style>",
        "<script>",
        "</script>",
        "<title><td>1</td>",
        "</title>",
        "<textarea>",
        "<!-- ",
        "-->",
        "<!--><td>x</td>",
        "<![CDATA[",
        "<?pi ",
        "<!doctype html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta http-equiv="Content-Security-Policy" content="x">',
        "</head>",
        "<svg><td>1</td></svg>",
        "<",
        ">",
        '"',
        "&",
        "\n",
        "\x00",
        "文字",
        "Traceback (most recent call last)",
    ]
)


ROW = st.sampled_from(["<tr><td>1</td><td>甲</td></tr>", '<tr class="a"><td> None </td></tr>', "<tr>\n<td>2</td></tr>"])
MANY = st.builds(lambda count, rows: count * "<tr><td>1</td></tr>" + "".join(rows), st.integers(0, 120), st.lists(ROW, max_size=3))


@given(st.lists(st.one_of(PIECES, MANY, st.text("<>/=\"' atdhrefon&;-\n", max_size=8)), max_size=30).map("".join))
@example('<title><td class="n">1</td></title>')
@example('<style><td class="n">1</td></style><td>1</td>')
@example('<!--<td class="n">1</td>--><td>nan</td>')
@example("<head><tr><td>1</td></tr><meta><style><tr><td>1</td></tr>")
@example("<table><tbody><td>nan<tr><td>1</td></tr></td><tr><td>\n…</td></tr></tbody></table><tr><td>…</td></tr>")
def test_plain_tags_are_read_like_all_others(page: str) -> None:
    """Faults with their lines, texts, styles, ids, links, language and policy are the same by either way."""
    seen = []
    for reader in (_Reader(False), Careful(False)):
        reader.feed(page)
        reader.close()
        seen.append((reader.faults, reader.text, reader.styles, reader.ids, reader.links, reader.language, reader.csp))

    assert seen[0] == seen[1]


SVG_PIECES = st.sampled_from(
    [
        '<path id="m1" d="M 0 0 \nL 1 1\nz\n"/>',
        '\n  <use xlink:href="#m1" x="1.5" y="-2" style="fill: #222222"/>',
        "<g>\n",
        " </g>",
        "<defs>",
        "</defs>",
        '<use xlink:href="https://example.org/a.svg#b"/>',
        '<use xlink:href="#a" onload="x()"/>',
        '<use onload="x()" x="1"/>',
        '<path style="fill: url(#a)"/>',
        '<path style="fill: url(https://example.org)"/>',
        '<path d="\non x"/>',
        '<image xlink:href="data:image/png;base64,\nAA=="/>',
        "<script>",
        "@import",
        "<",
        "</",
        "script",
        "ſcript",
        " on",
        "click",
        "=",
        'href="',
        "url(",
        "#",
        "data:",
        '"',
        "'",
        " ",
        ">",
    ]
)


@given(st.lists(SVG_PIECES, max_size=12).map("".join))
@example('href="<g>#a')
@example("url(<g>#a")
@example("<<g>script>")
def test_shapes_hide_nothing_in_a_figure(svg: str) -> None:
    """A figure has the same faults whether its shapes are passed over or searched letter by letter."""
    source = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    seen = []
    for shapes in (audit._SHAPES, re.compile("(?!)")):
        reader = _Reader(False)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(audit, "_SHAPES", shapes)
            reader.handle_starttag("img", [("alt", "图"), ("src", source)])
        seen.append(reader.faults)

    assert seen[0] == seen[1]
