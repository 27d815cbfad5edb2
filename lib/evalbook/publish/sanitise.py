"""Foreign HTML → HTML that may stand in a report: an allow-list by nh3, then headings, links and tables in the page's own form.

nbconvert lets raw HTML of Markdown cells and rich outputs through, so each piece passes here before it reaches the page.
Classes stay (the style sheet gives a meaning to some), except those that begin with ``eb-``: with them text out of a data file
could dress up as a status stamp or as a banner.

What this program itself wrote is known by its form (:mod:`evalbook.publish.plain`) and stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import chain, repeat
from urllib.parse import unquote

from .plain import clean_plain
from .tokens import Token, attributes_of, grid_of, tokens

__all__ = ["Heading", "Rewriter", "clean", "parsed"]

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
    plain = clean_plain(fragment)
    return parsed(fragment) if plain is None else plain


def parsed(fragment: str) -> str:
    """What :func:`clean` does with whatever is not plain: a parser builds the tree, and only what is on the lists is written out."""
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


@dataclass(frozen=True, slots=True, eq=False)
class _Dress:
    """What the tag of a cell says of it; the same object for the same tag, so that many cells of one dress are looked at once."""

    header: bool
    kinds: frozenset[str]
    colspan: int
    rowspan: int


@dataclass(slots=True)
class _Cells:
    """Cells of one dress, one under the other: where the tag of the first stands in the output, how far it is to the next, their texts."""

    start: int
    step: int
    dress: _Dress
    texts: list[str]

    def __iter__(self) -> Iterator[_Cells]:
        """Each by itself."""
        for number, text in enumerate(self.texts):
            yield _Cells(self.start + number * self.step, 1, self.dress, [text])


@dataclass
class _Table:
    """One table while it is read: where it began in the output, its rows, where its parts are.

    Each row is a band of cells; rows of the body whose cells have the same tags may be one band together.
    """

    start: int
    css: str
    bands: list[list[_Cells]] = field(default_factory=list)
    rows: int = 0
    head_rows: int = 0
    in_head: bool = False
    has_head: bool = False
    first_row: tuple[int, int] = (-1, -1)
    body_start: int = -1


class _Column:
    """The cells of one column from top to bottom, first those of the table's head one by one."""

    def __init__(self, heads: int, cells: Sequence[_Cells]) -> None:
        self.cells = cells
        head, body = [text for part in cells[:heads] for text in part.texts], cells[heads:]
        self.kinds = frozenset().union(*(part.dress.kinds for part in cells))
        self.heading = "".join(head).strip()
        self.head = [text.strip() for text in head]
        #: Its different texts: what is asked of a column is asked of each of them once.
        self.body = {text for part in body for text in map(str.strip, set(part.texts))}
        #: The same of the cells that this column has for itself; one that spans several says nothing of their widths.
        self.own_head, self.own_body = set(self.head), self.body
        if any(part.dress.colspan > 1 for part in cells):
            self.own_head = {text.strip() for part in cells[:heads] if part.dress.colspan == 1 for text in part.texts}
            self.own_body = {text.strip() for part in body if part.dress.colspan == 1 for text in part.texts}

    @property
    def numbers(self) -> bool:
        """Whether each cell below the head is a number or blank."""
        return all(text in _BLANKS or _is_number(text) for text in self.body)


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
#: Width of a Latin letter or a digit, and how many of them are certainly wider than that.
_NARROW = 0.56
_WORD_LETTERS = 1 + int(_LONGEST_WORD / _NARROW)
#: Texts up to this width never break: ``考核对象``, ``values.csv``.
_SHORT, _SHORT_HEADING = 6.0, 4.0
#: Words that may be wider than that; they cannot be broken.
_WORD = re.compile(rf"[!-~]{{{1 + int(_SHORT / _NARROW)},}}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARTS = frozenset({"thead", "tbody", "tr", "td", "th"})
_TALL = 40


class _Widths(dict[str, float]):
    """Character → its width in units of the font size, worked out when first met."""

    def __missing__(self, character: str) -> float:
        self[character] = 1.0 if unicodedata.east_asian_width(character) in "WFA" else _NARROW
        return self[character]


_WIDTHS = _Widths()


@lru_cache(maxsize=1 << 16)
def _width(text: str) -> float:
    """Width of a text in units of its font size; the same names and words recur in thousands of cells."""
    return sum(map(_WIDTHS.__getitem__, text))


def _wider(text: str, limit: float) -> bool:
    """Whether a text is wider than ``limit``; most are so long or so short that nothing need be added up."""
    return len(text) > limit and (len(text) * _NARROW > limit or _width(text) > limit)


def _any_wider(texts: Collection[str], limit: float) -> bool:
    """Whether one of the texts is wider than ``limit``; the longest one mostly tells."""
    longest = max(map(len, texts), default=0)
    return longest > limit and (longest * _NARROW > limit or any(_width(text) > limit for text in texts if len(text) > limit))


def _longest_word(texts: Iterable[str]) -> float:
    """Width of the longest word in Latin letters or digits, if it is wider than a short text; as much as ``_LONGEST_WORD`` is enough."""
    letters = max(map(len, _WORD.findall("\n".join(texts))), default=0)
    return min(_width("x" * min(letters, _WORD_LETTERS)), _LONGEST_WORD)


@lru_cache(maxsize=1 << 16)
def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _least_width(texts: Collection[str], *, long: bool) -> float:
    """Width below which a column becomes unpleasant: its longest word, and enough characters to wrap sensibly."""
    enough = 12.0 if long or _any_wider(texts, 40.0) else _SHORT
    if not _any_wider(texts, enough):
        return max(map(_width, texts), default=0.0) + 1.0
    return max(enough, _longest_word(texts)) + 1.0


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
            self._token(token)
        return "".join(self._out)

    def link(self, href: str) -> str:
        """Target of a ``#…`` link: the id of the heading with that text, or the id as it is written."""
        name = unquote(href.lstrip("#"))
        return self.targets.get(name) or self.targets.get(_slug(name)) or name

    # --- tokens ----------------------------------------------------------------------------------------------------------

    def _token(self, token: Token) -> None:
        if token.kind == "rows":
            self._rows(token)
        elif token.kind == "cell":
            self._cell(token)
        elif token.kind == "text":
            self._text(token)
        elif token.kind == "end":
            self._end(token)
        else:
            self._start(token)

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
        elif token.tag == "tr" and table.rows == 1:
            table.first_row = (table.first_row[0], len(self._out) - 1)
        elif token.tag == "table":
            self._tables.pop()
            self._close_table(table)

    def _rows(self, token: Token) -> None:
        """Rows of plain cells: below a table's head column by column if they are all alike, else cell by cell."""
        table = self._tables[-1] if self._tables else None
        below = table is not None and table.has_head and not table.in_head and not self._heading
        if table is None or not below or (grid := grid_of(token.raw)) is None:
            for piece in tokens(token.raw, small=True):
                self._token(piece)
            return
        width, pieces = grid
        start, band = len(self._out), []
        for place in range(1, width - 1, 2):
            texts = [piece[: -len("</td>")] for piece in pieces[place + 1 :: width]]
            if "&" in token.raw:
                texts = [unescape(text) if "&" in text else text for text in texts]
            band.append(_Cells(start + place, width, _dress(pieces[place]), texts))
        table.bands.append(band)
        table.rows += len(pieces) // width
        self._out += pieces

    def _cell(self, token: Token) -> None:
        self._new_cell(token, token.text)
        if self._heading:
            self._heading[2].append(token.text)
        end = len(token.raw) - len(token.inner) - len("</td>")
        self._out += (token.raw[:end], token.raw[end:])

    def _new_cell(self, token: Token, text: str = "") -> None:
        if self._tables and self._tables[-1].bands:
            dress = _dress(f"<{token.tag}{token.written}>")
            self._tables[-1].bands[-1].append(_Cells(len(self._out), 1, dress, [text]))

    def _text(self, token: Token) -> None:
        if self._heading:
            self._heading[2].append(token.text)
        if self._tables and self._tables[-1].bands and (row := self._tables[-1].bands[-1]):
            row[-1].texts[-1] += token.text
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
            table.bands.append([])
            table.rows += 1
            if table.in_head:
                table.head_rows += 1
            if table.rows == 1:
                table.first_row = (len(self._out), -1)
        elif tag in ("td", "th"):
            self._new_cell(token)

    def _close_table(self, table: _Table) -> None:
        self._add_head(table)
        columns = _columns(table)
        facts = "facts" in table.css.split()
        if not facts and not any(_OWN_KINDS & column.kinds for column in columns):
            self._align(columns)
        self._keep_short(columns)
        box = ["eb-box", *([] if facts else _print_classes(columns))]
        if "eb-scroll" in box:
            self._stick(columns)
        if table.rows - table.head_rows > _TALL:
            box.append("eb-tall")
        self._out[table.start] = f'<div class="{" ".join(box)}" tabindex="0">' + self._out[table.start]
        self._out.append("</div>")

    def _add_head(self, table: _Table) -> None:
        """A first row of headings becomes the table's head, which print repeats on each page."""
        first, last = table.first_row
        if table.has_head or table.rows < 2 or last < 0 or not all(cells.dress.header for cells in table.bands[0]):
            return
        if 0 <= table.body_start < first:
            self._out[table.body_start] = ""
            self._out[first] = "<thead>" + self._out[first]
            self._out[last] += "</thead><tbody>"
            table.head_rows, table.has_head = 1, True

    def _add_class(self, cells: _Cells, name: str) -> None:
        """One more class for cells, unless they span columns."""
        if cells.dress.colspan == 1:
            count = len(cells.texts)
            tag = _with_class(self._out[cells.start], name)
            self._out[cells.start : cells.start + count * cells.step : cells.step] = [tag] * count

    def _align(self, columns: list[_Column]) -> None:
        """Numbers to the right, column by column: a column is one of numbers if every cell in it is a number or blank."""
        for column in columns:
            if column.numbers and any(map(_is_number, column.body)) and not _CODE_HEADING.search(column.heading):
                for cells in column.cells:
                    self._add_class(cells, "number")

    def _keep_short(self, columns: list[_Column]) -> None:
        """Short headings and columns of short words stay on one line: a name that breaks in two is hard to read down a column."""
        for column in columns:
            short = [not _wider(text, _SHORT_HEADING) for text in column.head]
            short_body = not _any_wider(column.body, _SHORT)
            for cells, fits in zip(column.cells, chain(short, repeat(short_body)), strict=False):
                if fits and (cells.dress.header or not _NUMBER_KINDS & cells.dress.kinds):
                    self._add_class(cells, "eb-short")

    def _stick(self, columns: list[_Column]) -> None:
        """The column that names the row stays in sight when a wide table is pushed sideways: the first one of words."""
        for column in columns[:3]:
            if not column.numbers:
                for cells in column.cells:
                    self._add_class(cells, "eb-stick")
                return


@lru_cache(maxsize=1 << 10)
def _dress(start_tag: str) -> _Dress:
    """What a cell's tag says."""
    given = attributes_of(start_tag[len("<td") : -1])
    spans = (max(1, int(given.get(name) or 1)) for name in ("colspan", "rowspan"))
    return _Dress(start_tag.startswith("<th"), frozenset(given.get("class", "").split()), *spans)


@lru_cache(maxsize=1 << 10)
def _with_class(start_tag: str, name: str) -> str:
    """A cell's start tag with one more class."""
    if 'class="' in start_tag:
        return start_tag.replace('class="', f'class="{name} ', 1)
    return f'{start_tag[:3]} class="{name}"{start_tag[3:]}'


def _slug(text: str) -> str:
    """How nbconvert and JupyterLab spell a heading in a link."""
    return text.strip().replace(" ", "-")


def _columns(table: _Table) -> list[_Column]:
    """The columns of a table; a cell that spans columns stands in its first."""
    bands, heads = table.bands, table.head_rows
    dresses = {cells.dress for band in bands for cells in band}
    one_by_one = all(len(cells.texts) == 1 for band in bands[:heads] for cells in band)
    if one_by_one and len(set(map(len, bands))) == 1 and all(d.colspan == d.rowspan == 1 for d in dresses):
        return [_Column(heads, cells) for cells in zip(*bands, strict=True)]
    rows = [row for band in bands for row in (zip(*band, strict=True) if band else [()])]
    places: dict[int, list[tuple[int, _Cells]]] = {}
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            places.setdefault(column, []).append((number, cell))
            dress = cell.dress
            if dress.rowspan > 1:
                taken |= {(number + d, column + s) for d in range(1, min(dress.rowspan, len(rows))) for s in range(dress.colspan)}
            column += dress.colspan
    found = []
    for _, cells in sorted(places.items()):
        head = sum(number < heads for number, _ in cells)
        found.append(_Column(head, [cell for _, cell in cells]))
    return found


def _print_classes(columns: list[_Column]) -> Iterator[str]:
    """Whether a table scrolls on screen, and on which paper and in which size it prints without being cut."""
    need = 0.0
    for column in columns:
        if column.kinds & _NUMBER_KINDS or all(text in _BLANKS or _is_number(text) for text in column.own_body):
            least = max(map(_width, column.own_body), default=0.0) + 1.0
        else:
            least = _least_width(column.own_body, long="long" in column.kinds)
        need += max(least, max((_width(text[:4]) for text in column.own_head), default=0.0) + 1.0)
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
