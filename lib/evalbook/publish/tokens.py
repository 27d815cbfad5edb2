"""Tags and texts of cleaned HTML, one after the other.

What nh3 returns is regular: tags are balanced and in lower case, attributes stand in double quotes, ``<`` and ``&`` are escaped
in texts. Such HTML needs no parser that forgives; a regular expression reads it some ten times faster, which counts where a report
has four hundred thousand tags. HTML of any other origin goes through :func:`evalbook.publish.sanitise.clean` first.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

_GIVEN = r"""(?:\s+[^\s"'<>/=]+(?:="[^"]*")?)*+"""
#: The same where neither ``<`` nor ``>`` stands within a tag.
_PLAIN = _GIVEN.replace('"[^"]*"', '"[^"<>]*"')
_ROWS = rf"(?:<tr{_PLAIN}>(?:<td{_PLAIN}>[^<]*+</td>|<th{_PLAIN}>[^<]*+</th>)++</tr>)++"
_PIECE = rf"<(t[dh])({_GIVEN})>([^<]*)</\2>|<(/?)([a-z][a-z0-9]*)({_GIVEN})\s*/?>|([^<]+)"
_TOKEN = re.compile(rf"({_ROWS})|{_PIECE}")
_SMALL_TOKEN = re.compile(rf"(?!)()|{_PIECE}")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:="([^"]*)")?""")


class Token(NamedTuple):
    """``kind`` is ``start``, ``end``, ``text``, ``cell`` or ``rows``; ``raw`` is how it stands there.

    A ``cell`` is a table cell that holds nothing but text, with both its tags; ``rows`` are table rows of nothing but such cells, as
    many as follow one another: most of a report's tags are theirs.
    """

    kind: str
    tag: str
    raw: str
    written: str = ""
    inner: str = ""

    @property
    def attributes(self) -> Mapping[str, str]:
        """Attributes of a start tag by name, their entities resolved."""
        return attributes_of(self.written) if self.written else {}

    @property
    def text(self) -> str:
        """A text, or that of a cell, with its entities resolved."""
        raw = self.inner if self.kind == "cell" else self.raw
        return html.unescape(raw) if "&" in raw else raw


@lru_cache(maxsize=1 << 12)
def attributes_of(written: str) -> Mapping[str, str]:
    """Attributes as they are written, by name; the same few classes recur in every cell of a table."""
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def grid_of(rows: str) -> tuple[int, list[str]] | None:
    """Rows of plain cells (a ``rows`` token) cut behind each ``>``, and how many pieces make a row; None unless each ``>`` ends a tag and
    the cells of all rows have the same tags.

    >>> grid_of("<tr><th>甲</th><td>1</td></tr><tr><th>乙</th><td>2</td></tr>")
    (6, ['<tr>', '<th>', '甲</th>', '<td>', '1</td>', '</tr>', '<tr>', '<th>', '乙</th>', '<td>', '2</td>', '</tr>'])
    >>> grid_of("<tr><th>甲</th></tr><tr><td>乙</td></tr>")
    """
    if rows.count("<") != rows.count(">"):
        return None
    pieces = [f"{piece}>" for piece in rows.split(">")]
    pieces.pop()  # what follows the last one is nothing
    width = pieces.index("</tr>") + 1
    height, rest = divmod(len(pieces), width)
    # The tags of cells, and at the end that of the row, are every other piece.
    if rest or any(pieces[place::width].count(pieces[place]) != height for place in range(1, width, 2)):
        return None
    return width, pieces


def tokens(cleaned: str, *, small: bool = False) -> Iterator[Token]:
    """Every tag and text of a cleaned fragment; put together again, ``raw`` of all of them is the fragment.

    ``small`` ones are smaller than rows.

    Raises
    ------
    ValueError
        Something that cleaned HTML cannot contain.

    Examples
    --------
    >>> [(t.kind, t.tag or t.text) for t in tokens('<p class="a">甲 &lt; 乙<br></p>')]
    [('start', 'p'), ('text', '甲 < 乙'), ('start', 'br'), ('end', 'p')]
    >>> cell = next(tokens('<td class="a" colspan="2">1 &lt; 2</td>'))
    >>> cell.kind, cell.attributes, cell.text
    ('cell', {'class': 'a', 'colspan': '2'}, '1 < 2')
    """
    place, make = 0, tuple.__new__  # past the keyword handling of a named tuple, which takes as long as finding the token
    for found in (_SMALL_TOKEN if small else _TOKEN).finditer(cleaned):
        if found.start() != place:
            break
        place = found.end()
        rows, cell, dress, inner, closing, tag, attributes, text = found.groups()
        if rows is not None:
            yield make(Token, ("rows", "tr", rows, "", ""))
        elif cell is not None:
            yield make(Token, ("cell", cell, found[0], dress, inner))
        elif text is not None:
            yield make(Token, ("text", "", text, "", ""))
        elif closing:
            yield make(Token, ("end", tag, found[0], "", ""))
        else:
            yield make(Token, ("start", tag, found[0], attributes, ""))
    if place != len(cleaned):
        raise ValueError(f"no cleaned HTML: {cleaned[place : place + 40]!r}")
