"""Small HTML builder: everything that comes from data is escaped, tables carry classes and full headers."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..errors import visible

#: Printed where a unit has no value; the state beside it says why.
DASH = "—"


class Html(str):
    """Ready HTML that a notebook shows as rich output."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return "HTML"  # a notebook stores the plain text beside the rich one: once is enough

    def __add__(self, other: str) -> Html:
        return Html(str(self) + str(other))


@dataclass(frozen=True)
class Column:
    """A table column: heading, and whether it holds numbers (right-aligned, padded to equal decimals) or long text.

    An ``optional`` column is left out when no row has anything in it.
    """

    heading: str
    kind: str = "text"
    optional: bool = False


def esc(value: Any) -> str:
    """Text of a value, escaped; control and bidirectional characters are spelled out."""
    return _escaped(str(value))


@lru_cache(maxsize=1 << 14)
def _escaped(text: str) -> str:
    """The same names, states and numbers stand in thousands of cells."""
    return html.escape(visible(text), quote=True)


def number_texts(values: Sequence[Any]) -> list[str]:
    """Numbers of one column as texts with the same number of decimals; None is a dash.

    >>> number_texts([Decimal("93.02"), Decimal("83.9"), None])
    ['93.02', '83.90', '—']
    """
    exponents = [int(v.normalize().as_tuple().exponent) for v in values if isinstance(v, Decimal)]
    decimals = max([0, *(-e for e in exponents)])
    return [DASH if v is None else format(v, f".{decimals}f") if isinstance(v, Decimal) else str(v) for v in values]


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, caption: str = "", row_classes: Sequence[str] = (), wide: bool = False
) -> Html:
    """A full table. ``rows`` hold one value per column; ``row_classes`` mark rows (selected, pending …)."""
    data = list(rows)
    kept = [n for n, c in enumerate(columns) if not c.optional or any(row[n] not in (None, "") for row in data)]
    if len(kept) < len(columns):
        columns, data = [columns[n] for n in kept], [[row[n] for n in kept] for row in data]
    for position, column in enumerate(columns):
        if column.kind == "number":
            texts = number_texts([row[position] for row in data])
            data = [[*row[:position], text, *row[position + 1 :]] for row, text in zip(data, texts, strict=True)]
    head = "".join(f'<th scope="col" class="{c.kind}">{esc(c.heading)}</th>' for c in columns)
    line = "<tr%s>" + "".join(f'<td class="{c.kind}">%s</td>' for c in columns) + "</tr>"
    body = []
    for number, row in enumerate(data):
        css = f' class="{row_classes[number]}"' if number < len(row_classes) and row_classes[number] else ""
        body.append(line % (css, *[_escaped(value) if type(value) is str and value else _cell(value) for value in row]))
    title = f"<caption>{esc(caption)}</caption>" if caption else ""
    kind = "sheet wide" if wide else "sheet"
    return Html(
        f'<div class="table-box"><table class="{kind}">{title}<thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table></div>'
    )


def _cell(value: Any) -> str:
    """A value in a cell; nothing is a dash."""
    if type(value) is Html:
        return value
    return DASH if value is None else _escaped(str(value) or DASH)


def heading(level: int, text: str) -> Html:
    """A heading; the publisher gives it an id and lists h1 to h3 in the contents."""
    return Html(f"<h{level}>{esc(text)}</h{level}>")


def paragraph(text: str, css: str = "") -> Html:
    """A paragraph."""
    return Html(f'<p class="{css}">{esc(text)}</p>' if css else f"<p>{esc(text)}</p>")


def bullets(items: Iterable[str]) -> Html:
    """A list; nothing for no items."""
    inner = "".join(f"<li>{esc(item)}</li>" for item in items)
    return Html(f"<ul>{inner}</ul>" if inner else "")


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Two-column list of facts."""
    rows = "".join(f'<tr><th scope="row">{esc(k)}</th><td>{esc(v or DASH)}</td></tr>' for k, v in pairs)
    return Html(f'<div class="table-box"><table class="facts"><tbody>{rows}</tbody></table></div>')


def join(parts: Iterable[str]) -> Html:
    """Pieces of HTML in a row."""
    return Html("".join(parts))
