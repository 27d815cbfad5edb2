"""What is known as plain by its form is what the parser would have left of it, and holds nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.publish.plain import clean_plain
from evalbook.publish.sanitise import clean, parsed

TEXT = st.one_of(
    st.sampled_from(
        ["", "1.5", "甲县", "1 &lt; 2", "&emsp;甲", "&quot;甲&#x27;", "甲<br>乙", "<strong>甲</strong>", "&nbsp;", "&copy", "甲&乙"]
    ),
    st.sampled_from(
        ["<b>3</b>", "1 < 2", "a > b", "\n", "\r", "\0", "\u00a0", "\ufeff", "<td>", "<p>", "</table>", "&amp;emsp;", "<!--", "<script>"]
    ),
    st.text(max_size=5),
)
GIVEN = st.sampled_from(
    [
        *(
            "",
            "",
            ' class="a"',
            ' class="a b"',
            ' class=" a"',
            ' class="a  b"',
            ' class="eb-a"',
            ' class="a eb-b"',
            ' class="eb"',
            ' class=""',
        ),
        *(' class="a" class="b"', " class='a'", " class=a", " CLASS=a", ' class="é"', f' class="{41 * "a"}"', f' class="{42 * "a"}"'),
        *(
            ' scope="col"',
            ' scope="row" class="a"',
            ' class="a" scope="row"',
            ' id="a"',
            ' style="a"',
            ' onclick="x()"',
            ' class="a"onclick="x()"',
        ),
    ]
)


def element(tag: str, content: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[str]:
    inside = st.lists(content, max_size=most).map("".join)
    return st.builds(lambda given, inner: f"<{tag}{given}>{inner}</{tag}>", st.one_of(st.just(""), GIVEN), inside)


CELL = st.one_of(element("td", TEXT, 1), element("th", TEXT, 1))
ROW = element("tr", CELL)
TABLE = element("table", st.one_of(element("caption", TEXT, 1), element("thead", ROW), element("tbody", ROW), ROW, TEXT))
BLOCK = st.one_of(element("p", TEXT, 2), element("h2", TEXT, 1), element("h3", TEXT, 1), element("ul", element("li", TEXT, 1)), TABLE)
FRAGMENT = st.lists(st.one_of(BLOCK, element("div", BLOCK), TEXT), max_size=3).map("".join)


@given(FRAGMENT)
def test_plain_is_what_the_parser_leaves(fragment: str) -> None:
    """The same text, whether a fragment is known by its form or parsed."""
    assert clean(fragment) == parsed(fragment)


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<td>", "<tr>", "<table>", "<tbody>", "</tbody>", "</table>", "</tr>", "</td>", "<br>", "甲"]))
)
def test_tags_out_of_place_are_left_to_the_parser(pieces: list[str]) -> None:
    """What is not closed where it ought to be is not plain, or the parser agrees that it is."""
    assert clean("".join(pieces)) == parsed("".join(pieces))


ORDINARY = (
    '<div class="table-box"><table class="sheet"><caption>题</caption><thead><tr><th scope="col" class="text">指标</th></tr></thead>'
    '<tbody><tr class="branch"><td class="long">&emsp;1 &lt; 2<br>乙</td></tr></tbody></table></div>'
    "<ul><li><strong>甲</strong>乙</li></ul>"
)


def test_what_this_program_writes_is_plain() -> None:
    """Tables in boxes, headings, paragraphs and lists need no parser."""
    assert clean_plain(ORDINARY) == parsed(ORDINARY) == ORDINARY.replace("&emsp;", "\u2003")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class="text"', 'class="eb-stamp"'),
        ('class="text"', 'class="a eb-stamp"'),
        ('class="text"', "onclick=x()"),
        ('class="long"', 'scope="row"'),
        ("<caption>", "<caption><script>"),
        ("乙<", "<img src=x onerror=x()><"),
        ("</table></div>", "</table>"),
        ("<strong>甲</strong>", "<strong>甲"),
        ("指标", "指标<!-- -->"),
        ("指标", "指&#106;标"),
    ],
)
def test_anything_else_is_not(old: str, new: str) -> None:
    """One attribute, tag or entity that is not ours is enough."""
    assert old in ORDINARY
    assert clean_plain(ORDINARY.replace(old, new)) is None
