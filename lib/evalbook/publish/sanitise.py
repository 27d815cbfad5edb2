"""Foreign HTML → HTML that may stand in a report: an allow-list by nh3, then headings, links and tables in the page's own form.

nbconvert lets raw HTML of Markdown cells and rich outputs through, so each piece passes here before it reaches the page.
Classes stay (the style sheet gives a meaning to some), except those that begin with ``eb-``: with them text out of a data file
could dress up as a status stamp or as a banner.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

from .tokens import Token, attributes_of, cells_of, tokens

__all__ = ["Heading", "Rewriter", "clean"]

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
_DROPPED_WITH_CONTENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "textarea"})
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "div": {"id"},
    "h1": {"id"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "section": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CLASS = re.compile(r"(?!eb-)[A-Za-z][A-Za-z0-9_-]{0,40}")
_ID = re.compile(r"(?!eb-|s-)[A-Za-z][A-Za-z0-9_-]{0,80}")
_COUNT = re.compile(r"[0-9]{1,4}")
_IMAGE = re.compile(r"data:image/(?:png|svg\+xml);base64,[A-Za-z0-9+/=]+")


@lru_cache(maxsize=1 << 10)
def _classes(value: str) -> str | None:
    """The classes that may stay; the same few recur in every cell of a table."""
    return " ".join(c for c in value.split() if _CLASS.fullmatch(c)) or None


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What nh3 keeps of one attribute; None drops it."""
    if name == "class":
        return _classes(value)
    if name == "id":
        return value if _ID.fullmatch(value) else None
    if name == "src":
        # Line breaks inside base64 are legal and frequent.
        compact = re.sub(r"\s+", "", value)
        return compact if _IMAGE.fullmatch(compact) else None
    if name == "href":
        return value if value.startswith("#") and len(value) > 1 else None
    if name in ("colspan", "rowspan", "span", "start", "width", "height"):
        return value if _COUNT.fullmatch(value) else None
    if name == "scope":
        return value if value in ("col", "row", "colgroup", "rowgroup") else None
    return value


def clean(fragment: str) -> str:
    """The fragment without anything that could run, load or pose as part of the page.

    Examples
    --------
    >>> clean('<p onclick="x()">甲<script>x()</script><img src="https://example.org/a.png"></p>')
    '<p>甲</p>'
    >>> clean('<a href="javascript:x()">乙</a> <a href="#丙">丙</a>')
    '<a>乙</a> <a href="#丙">丙</a>'
    """
    import nh3  # lazy: only publishing needs it

    cleaned = nh3.clean(
        fragment,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"data"},
        link_rel=None,
    )
    # An image without a source is a broken frame on the page and no evidence.
    return re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", cleaned)


@dataclass(frozen=True)
class Heading:
    """A heading of the notebook: its level there (1–6), its text and its id on the page."""

    level: int
    text: str
    id: str


@dataclass(slots=True)
class _Cell:
    """One table cell while its table is read."""

    start: int
    header: bool
    css: str
    colspan: int
    rowspan: int
    text: str = ""


@dataclass
class _Table:
    """One table while it is read: where it began in the output, its rows of cells, where its parts are."""

    start: int
    css: str
    rows: list[list[_Cell]] = field(default_factory=list)
    head_rows: int = 0
    in_head: bool = False
    has_head: bool = False
    first_row: tuple[int, int] = (-1, -1)
    body_start: int = -1


_NUMBER = re.compile(r"[+\-−±≈]?[0-9][0-9,]*(?:\.[0-9]+)?[%％‰]?")
_BLANKS = frozenset({"", "—", "–", "-", "－", "/", "缺失", "无法计算", "不适用", "免评", "本期不考核", "不参与排名", "未参评"})
_CODE_HEADING = re.compile(r"代码|编号|条款|文号|考核期|年份|年度|日期|电话|行$")
_NUMBER_KINDS = frozenset({"number", "num", "right"})
_OWN_KINDS = _NUMBER_KINDS | {"text", "long"}
#: Width of a printed line in characters of body size (A4 upright and on its side, table text 9 pt), and how small it may get.
_UPRIGHT, _ACROSS = 54.0, 82.0
_SIZES = (("", 1.0), ("eb-small", 0.86), ("eb-tiny", 0.74))
_SCREEN = 64.0
#: Words wider than this are broken in print (hashes); narrower ones (paths of parameters) need their width.
_LONGEST_WORD = 24.0
#: Texts up to this width never break: ``考核对象``, ``values.csv``.
_SHORT, _SHORT_HEADING = 6.0, 4.0
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tr", "td", "th"})
_TALL = 40


class _Widths(dict[str, float]):
    """Character → its width in units of the font size, worked out when first met."""

    def __missing__(self, character: str) -> float:
        self[character] = 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.56
        return self[character]


_WIDTHS = _Widths()


@lru_cache(maxsize=1 << 16)
def _width(text: str) -> float:
    """Width of a text in units of its font size; the same names and words recur in thousands of cells."""
    return sum(map(_WIDTHS.__getitem__, text))


@lru_cache(maxsize=1 << 16)
def _longest_word(text: str) -> float:
    """Width of the longest word in Latin letters or digits, which cannot be broken."""
    return max((_width(w) for w in re.findall(r"[!-~]+", text)), default=0.0)


@lru_cache(maxsize=1 << 16)
def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _least_width(texts: Collection[str], *, long: bool) -> float:
    """Width below which a column becomes unpleasant: its longest word, and enough characters to wrap sensibly."""
    widest = max((_width(t) for t in texts), default=0.0)
    word = max((_longest_word(t) for t in texts), default=0.0)
    return max(min(widest, 12.0 if long or widest > 40 else _SHORT), min(word, _LONGEST_WORD)) + 1.0


class Rewriter:
    """Gives cleaned fragments the page's headings, links and table dress; one per page, since ids are numbered through.

    Headings move down one level (the page's own title is the only ``h1``) and get ids ``s-1``, ``s-2`` …; tables get a box that
    scrolls by itself, a repeated head, numbers on the right and a print size that fits the paper.
    """

    def __init__(self, title: str = "") -> None:
        self.headings: list[Heading] = []
        self.targets: dict[str, str] = {}
        self._title = "".join(title.split())
        self._out: list[str] = []
        self._tables: list[_Table] = []
        self._heading: tuple[int, int, list[str], str] | None = None

    def fragment(self, cleaned: str) -> str:
        """One cleaned piece (see :func:`clean`) in the page's form."""
        self._out, self._tables, self._heading = [], [], None
        for token in tokens(cleaned):
            if token.kind == "row":
                self._row(token)
            elif token.kind == "cell":
                self._cell(token)
            elif token.kind == "text":
                self._text(token)
            elif token.kind == "end":
                self._end(token)
            else:
                self._start(token)
        return "".join(self._out)

    def link(self, href: str) -> str:
        """Target of a ``#…`` link: the id of the heading with that text, or the id as it is written."""
        name = unquote(href.lstrip("#"))
        return self.targets.get(name) or self.targets.get(_slug(name)) or name

    # --- tokens ----------------------------------------------------------------------------------------------------------

    def _start(self, token: Token) -> None:
        if token.tag in _HEADINGS:
            self._heading = (int(token.tag[1]), len(self._out), [], token.attributes.get("id", ""))
            self._out.append("")  # filled in when the text is known
            return
        if token.tag == "table":
            self._tables.append(_Table(len(self._out), token.attributes.get("class", "")))
        elif self._tables and token.tag in _TABLE_PARTS:
            self._table_part(token)
        self._out.append(token.raw)

    def _end(self, token: Token) -> None:
        if self._heading and token.tag == f"h{self._heading[0]}":
            self._close_heading()
            return
        self._out.append(token.raw)
        if not self._tables:
            return
        table = self._tables[-1]
        if token.tag == "thead":
            table.in_head = False
        elif token.tag == "tr" and len(table.rows) == 1:
            table.first_row = (table.first_row[0], len(self._out) - 1)
        elif token.tag == "table":
            self._tables.pop()
            self._close_table(table)

    def _row(self, token: Token) -> None:
        opened, out = Token("start", "tr", token.raw[: len("<tr>") + len(token.written)], token.written), self._out
        self._start(opened)
        rows = self._tables[-1].rows if self._tables else [[]]
        for tag, written, inner in cells_of(token):
            text = unescape(inner) if "&" in inner else inner
            if self._heading:
                self._heading[2].append(text)
            rows[-1].append(_Cell(len(out), tag == "th", *_dress(written), text))
            out += (f"<{tag}{written}>", f"{inner}</{tag}>")
        self._end(Token("end", "tr", "</tr>"))

    def _cell(self, token: Token) -> None:
        if self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].append(_new_cell(token, len(self._out), token.text))
        if self._heading:
            self._heading[2].append(token.text)
        end = len(token.raw) - len(token.inner) - len("</td>")
        self._out += (token.raw[:end], token.raw[end:])

    def _text(self, token: Token) -> None:
        if self._heading:
            self._heading[2].append(token.text)
        if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
            self._tables[-1].rows[-1][-1].text += token.text
        self._out.append(token.raw)

    # --- headings --------------------------------------------------------------------------------------------------------

    def _close_heading(self) -> None:
        assert self._heading is not None
        level, start, texts, own_id = self._heading
        self._heading = None
        text = " ".join("".join(texts).split())
        if level == 1 and not self.headings and not self._tables and "".join(text.split()) == self._title:
            del self._out[start:]  # the notebook's title is the page's title: once is enough
            return
        identity = f"s-{len(self.headings) + 1}"
        self.headings.append(Heading(level, text, identity))
        for name in (text, _slug(text), own_id):
            self.targets.setdefault(name, identity)
        shown = min(level + 1, 6)
        self._out[start] = f'<h{shown} id="{identity}">'
        self._out.append(f"</h{shown}>")

    # --- tables ----------------------------------------------------------------------------------------------------------

    def _table_part(self, token: Token) -> None:
        table, tag = self._tables[-1], token.tag
        if tag == "thead":
            table.has_head = table.in_head = True
        elif tag == "tbody" and table.body_start < 0:
            table.body_start = len(self._out)
        elif tag == "tr":
            table.rows.append([])
            if table.in_head:
                table.head_rows += 1
            if len(table.rows) == 1:
                table.first_row = (len(self._out), -1)
        elif tag in ("td", "th") and table.rows:
            table.rows[-1].append(_new_cell(token, len(self._out)))

    def _close_table(self, table: _Table) -> None:
        self._add_head(table)
        columns = list(_columns(table))
        css = table.css.split()
        if "facts" not in css and not any(_OWN_KINDS & set(c.css.split()) for row in table.rows for c in row):
            self._align(table, columns)
        self._keep_short(table, columns)
        box = ["eb-box", *_print_classes(columns, table, facts="facts" in css)]
        if "eb-scroll" in box:
            self._stick(table, columns)
        if len(table.rows) - table.head_rows > _TALL:
            box.append("eb-tall")
        self._out[table.start] = f'<div class="{" ".join(box)}" tabindex="0">' + self._out[table.start]
        self._out.append("</div>")

    def _add_head(self, table: _Table) -> None:
        """A first row of headings becomes the table's head, which print repeats on each page."""
        first, last = table.first_row
        if table.has_head or len(table.rows) < 2 or last < 0 or not all(c.header for c in table.rows[0]):
            return
        if 0 <= table.body_start < first:
            self._out[table.body_start] = ""
            self._out[first] = "<thead>" + self._out[first]
            self._out[last] += "</thead><tbody>"
            table.head_rows, table.has_head = 1, True

    def _add_class(self, cell: _Cell, name: str) -> None:
        raw = self._out[cell.start]
        if 'class="' in raw:
            self._out[cell.start] = raw.replace('class="', f'class="{name} ', 1)
        else:
            self._out[cell.start] = f'{raw[:3]} class="{name}"{raw[3:]}'

    def _align(self, table: _Table, columns: list[list[tuple[int, _Cell]]]) -> None:
        """Numbers to the right, column by column: a column is one of numbers if every cell in it is a number or blank."""
        for column in columns:
            heading = "".join(c.text for row, c in column if row < table.head_rows)
            body = [c for row, c in column if row >= table.head_rows]
            texts = [c.text.strip() for c in body]
            if not any(_is_number(t) for t in texts) or _CODE_HEADING.search(heading.strip()):
                continue
            if all(t in _BLANKS or _is_number(t) for t in texts):
                for _, cell in column:
                    if cell.colspan == 1:
                        self._add_class(cell, "number")

    def _keep_short(self, table: _Table, columns: list[list[tuple[int, _Cell]]]) -> None:
        """Short headings and columns of short words stay on one line: a name that breaks in two is hard to read down a column."""
        for column in columns:
            short_body = all(_width(c.text.strip()) <= _SHORT for row, c in column if row >= table.head_rows)
            for row, cell in column:
                short = short_body if row >= table.head_rows else _width(cell.text.strip()) <= _SHORT_HEADING
                if short and cell.colspan == 1 and (cell.header or not _NUMBER_KINDS & set(cell.css.split())):
                    self._add_class(cell, "eb-short")

    def _stick(self, table: _Table, columns: list[list[tuple[int, _Cell]]]) -> None:
        """The column that names the row stays in sight when a wide table is pushed sideways: the first one of words."""
        for column in columns[:3]:
            body = [c.text.strip() for row, c in column if row >= table.head_rows]
            if any(t not in _BLANKS and not _is_number(t) for t in body):
                for _, cell in column:
                    if cell.colspan == 1:
                        self._add_class(cell, "eb-stick")
                return


def _new_cell(token: Token, start: int, text: str = "") -> _Cell:
    return _Cell(start, token.tag == "th", *_dress(token.written), text)


@lru_cache(maxsize=1 << 10)
def _dress(written: str) -> tuple[str, int, int]:
    """Classes of a cell, and the columns and rows it spans, from its attributes as they are written."""
    given = attributes_of(written)
    return given.get("class", ""), max(1, int(given.get("colspan") or 1)), max(1, int(given.get("rowspan") or 1))


def _slug(text: str) -> str:
    """How nbconvert and JupyterLab spell a heading in a link."""
    return text.strip().replace(" ", "-")


def _columns(table: _Table) -> Iterator[list[tuple[int, _Cell]]]:
    """The cells of each column with their row; a cell that spans columns stands in its first."""
    places: dict[int, list[tuple[int, _Cell]]] = {}
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table.rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            places.setdefault(column, []).append((number, cell))
            if cell.rowspan > 1:
                taken |= {(number + d, column + s) for d in range(1, min(cell.rowspan, len(table.rows))) for s in range(cell.colspan)}
            column += cell.colspan
    for column in sorted(places):
        yield places[column]


def _print_classes(columns: list[list[tuple[int, _Cell]]], table: _Table, *, facts: bool) -> Iterator[str]:
    """Whether a table scrolls on screen, and on which paper and in which size it prints without being cut."""
    if facts:
        return
    need = 0.0
    for column in columns:
        head = {c.text.strip() for row, c in column if row < table.head_rows and c.colspan == 1}
        body = {c.text.strip() for row, c in column if row >= table.head_rows and c.colspan == 1}
        kinds = {k for css in {c.css for _, c in column} for k in css.split()}
        least = _least_width(body, long="long" in kinds)
        if kinds & _NUMBER_KINDS or all(t in _BLANKS or _is_number(t) for t in body):
            least = max((_width(t) for t in body), default=0.0) + 1.0
        need += max(least, _least_width([t[:4] for t in head], long=False))
    if need > _SCREEN:
        yield "eb-scroll"
    for name, size in _SIZES[:2]:
        if need * size <= _UPRIGHT:
            if name:
                yield name
            return
    yield "eb-across"
    for name, size in _SIZES:
        if need * size <= _ACROSS:
            if name:
                yield name
            return
    yield "eb-tiny"
