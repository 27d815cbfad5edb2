"""Reading cleaned HTML: every piece, nothing lost, and a refusal of what no cleaning leaves."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.publish import sanitise
from evalbook.publish.sanitise import Rewriter, clean
from evalbook.publish.tokens import grid_of, tokens

PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<td class='a b'>",
        "</td>",
        "<table>",
        "<tr>",
        "</table>",
        "<h2 id=x>",
        "甲 & 乙",
        "1 < 2",
        '"',
        "<br/>",
        "<a href='#丙>丁'>",
        "]]>",
        "<!-- x -->",
        "<",
        ">",
        "&amp;",
        "&nbsp;",
        "<b title='\">'>",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_whatever_was_cleaned_is_read_whole(fragment: str) -> None:
    """Put together again, the tokens of any cleaned fragment are that fragment."""
    cleaned = clean(fragment)
    assert "".join(token.raw for token in tokens(cleaned)) == cleaned


def test_attributes_and_texts_are_resolved() -> None:
    """Entities in texts and attributes are the characters they stand for."""
    found = list(tokens('<td class="a&amp;b" rowspan="2">1 &lt; <b>2 &amp; 3</b></td>'))
    assert dict(found[0].attributes) == {"class": "a&b", "rowspan": "2"}
    assert [token.text for token in found if token.kind == "text"] == ["1 < ", "2 & 3"]


def test_a_cell_of_text_comes_whole() -> None:
    """A table cell that holds only text is one token with both its tags; one that holds more is read piece by piece."""
    plain, *parts = tokens('<td class="a&amp;b" rowspan="2">1 &lt; 2</td><th><b>甲</b></th>')
    assert (plain.kind, plain.tag, plain.inner, plain.text) == ("cell", "td", "1 &lt; 2", "1 < 2")
    assert dict(plain.attributes) == {"class": "a&b", "rowspan": "2"}
    assert [(token.kind, token.raw) for token in parts] == [
        ("start", "<th>"),
        ("start", "<b>"),
        ("text", "甲"),
        ("end", "</b>"),
        ("end", "</th>"),
    ]


@pytest.mark.parametrize("fragment", ["<p onclick='x'>", "a < b", "<P>", "<p><!-- x --></p>", "<p"])
def test_what_was_never_cleaned_is_refused(fragment: str) -> None:
    """HTML that nh3 did not write is no input for this reader."""
    with pytest.raises(ValueError, match="no cleaned HTML"):
        list(tokens(fragment))


def test_rows_of_texts_come_whole() -> None:
    """Table rows of nothing but such cells are one token; one with anything else in it is read cell by cell."""
    plain = '<tr class="a"><th scope="row">甲</th><td>1 &lt; 2</td></tr><tr><td>1</td></tr>'
    rows, *others = tokens(plain + "<tr><td>1</td><td><b>2</b></td></tr>")
    assert (rows.kind, rows.raw) == ("rows", plain)
    assert [token.kind for token in others] == ["start", "cell", "start", "start", "text", "end", "end", "end"]


def test_small_tokens_are_smaller_than_rows() -> None:
    """Where it is asked for, rows are read cell by cell."""
    assert [token.kind for token in tokens("<tr><td>1</td><td>2</td></tr>", small=True)] == ["start", "cell", "cell", "end"]


@pytest.mark.parametrize(
    "second",
    [
        "<tr><td>2</td></tr>",
        "<tr><td>2</td><td>3</td><td>4</td></tr>",
        "<tr><td>2</td><th>3</th></tr>",
        '<tr><td>2</td><td class="a">3</td></tr>',
        "<tr><td>2</td><td>3 > 2</td></tr>",
    ],
)
def test_rows_that_are_not_alike_make_no_grid(second: str) -> None:
    """More or fewer cells, other tags, or a sign that might end a tag: such rows have no columns that could be taken at once."""
    row = "<tr><td>0</td><td>1</td></tr>"
    assert grid_of(row + row) is not None
    assert grid_of(row + second) is None


GIVEN = st.sampled_from(["", ' class="number"', ' colspan="2"', ' rowspan="2" class="text a"'])
TEXT = st.sampled_from(["", "1.5", "甲县", "1 &lt; 2", "values.csv", "<b>3</b>", "一二三四五六七八九十" * 5, "—", "measures.of.district"])
CELL = st.builds("<{0}{1}>{2}</{0}>".format, st.sampled_from(["td", "th"]), GIVEN, TEXT)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=6).map(lambda cells: f"<tr>{''.join(cells)}</tr>"), max_size=8).map("".join)


@st.composite
def alike(draw: st.DrawFn) -> str:
    """Rows of cells with the same tags."""
    tags = draw(st.lists(st.tuples(st.sampled_from(["td", "td", "th"]), GIVEN), min_size=1, max_size=6))
    texts = draw(st.lists(st.tuples(*[TEXT] * len(tags)), min_size=1, max_size=50))
    row = "".join(f"<{tag}{given}>{{}}</{tag}>" for tag, given in tags)
    return "".join(f"<tr>{row.format(*cells)}</tr>" for cells in texts)


PART = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["thead", "tbody"]), st.one_of(alike(), ROWS))
TABLE = st.lists(st.one_of(PART, PART, ROWS), min_size=1, max_size=3).map(lambda parts: f"<h2>题</h2><table>{''.join(parts)}</table>")


@given(st.lists(TABLE, max_size=3).map("".join))
def test_rows_and_cells_lead_to_the_same_page(fragment: str) -> None:
    """A page is the same whether rows are read as a whole or cell by cell."""
    cleaned = clean(fragment)
    whole = Rewriter("题").fragment(cleaned)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sanitise, "tokens", partial(tokens, small=True))
        assert Rewriter("题").fragment(cleaned) == whole
