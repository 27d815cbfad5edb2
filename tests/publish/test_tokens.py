"""Reading cleaned HTML: every piece, nothing lost, and a refusal of what no cleaning leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.publish.sanitise import clean
from evalbook.publish.tokens import tokens

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
