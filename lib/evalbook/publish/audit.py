"""Is it evidence? Faults of a finished page, and of an executed notebook before it becomes one.

The page's template and sanitiser should leave nothing to find. This is the net below them, written against the result: whatever
way a script, an outside address, a cut table or a missing glyph got in, the page is not published.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING

from evalbook.errors import Fault

from .font import characters_of
from .html import CSP
from .normalise import KNOWN_MIME, one_text

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont
    from nbformat import NotebookNode

__all__ = ["audit", "audit_notebook"]

_EMBEDDED = "请改为写在页面之内"
_LOADING = frozenset(
    {"src", "href", "srcset", "data", "poster", "action", "formaction", "background", "xlink:href", "ping", "cite", "longdesc", "manifest"}
)
_FORBIDDEN_TAGS = frozenset(
    {"script", "iframe", "object", "embed", "base", "link", "form", "applet", "frame", "frameset", "portal", "svg", "math", "template"}
)
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_NO_NUMBER = frozenset(
    {"nan", "none", "inf", "-inf", "+inf", "infinity", "-infinity", "<na>", "nat", "null", "#n/a", "#div/0!", "#value!", "#ref!", "#name?"}
)
_ELLIPSES = frozenset({"…", "...", "……", "\u22ef", "\u22ee", "..", "[...]", "[…]"})
_SUSPECT = _NO_NUMBER | _ELLIPSES
#: A relative address without scheme, host, query or way up.
_BELOW = re.compile(r"(?!\.\./)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+(?:/(?!\.\./)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+)*")
_CSS_URL = re.compile(r"""url\(\s*["']?(?!data:)""", re.I)
_FONT = re.compile(r"url\(data:font/woff2;base64,([A-Za-z0-9+/=]+)\)")
_TRACEBACK = re.compile(r"Traceback \(most recent call last\)|^\s*File \".+\", line \d+", re.M)
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
#: What matplotlib says of a character that the figures' font lacks.
_GLYPH = re.compile(r"Glyph (\d+) .{0,120}? missing from font")
_STYLER = re.compile(r'id="T_[0-9a-f]{5}"')
_SVG_DANGER = re.compile(
    r"""<\s*(?:script|foreignObject|iframe|handler)\b|\son[a-z]+\s*=|(?:href|src)\s*=\s*["'](?!#|data:image/)"""
    r"""|url\(\s*["']?(?!#|data:)|@import""",
    re.I,
)
#: Shapes and letters as figures draw them, nearly all of an SVG; with these attributes and values they can neither run nor load anything.
_SHAPE = r"""<(?:path|use|g|defs)(?: (?:(?:id|d|x|y|style)="|xlink:href="#)[-#.:;,\w\s]*+")*+/?>|</(?:g|defs)>"""
_SHAPES = re.compile(rf"(?:{_SHAPE})(?:\s*+(?:{_SHAPE}))*+", re.A)


#: Start tags as our own pages write them, and table cells that hold nothing but text: nothing in them is open to interpretation.
_PLAIN_TAG = re.compile(r"""<([a-z][a-z0-9]*)((?: [a-z][a-z-]*="[^"<>&]*")*)>""")
_PLAIN_CELL = re.compile(r"""<(t[dh])((?: [a-z][a-z-]*="[^"<>&\n]*")*+)>([^<&\n]*)</\1>""")
#: Table rows of nothing but such cells, with attributes that nothing is asked of; one, or as many as are worth being read once more for
#: something wrong in one of them.
_HARMLESS = r"""(?: (?:class|scope|colspan|rowspan)="[^"<>&]*")*+"""
_PLAIN_TEXT = r"[^<>&]*+(?:&(?:amp|lt|gt|nbsp);[^<>&]*+)*+"
_ROW = rf"<tr{_HARMLESS}>(?:<td{_HARMLESS}>{_PLAIN_TEXT}</td>|<th{_HARMLESS}>{_PLAIN_TEXT}</th>)++</tr>"
_PLAIN_ROWS = (re.compile(rf"(?:{_ROW}){{2,50}}+"), re.compile(_ROW))
_CELL_TEXT = re.compile(r">([^<]+)")
_PLAIN_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
#: Elements whose content the parser reads otherwise than as tags and texts.
_RAW_TEXT = frozenset(
    {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext", "svg", "math"}
)


class _PlainFirst(HTMLParser):
    """The standard parser with a shorter way through what is plain, nine tenths of a report; whatever is not goes its usual way."""

    def parse_starttag(self, i: int) -> int:
        """The parser's own step at ``<``: handles what begins at ``i``, returns where it ends."""
        if self.cdata_elem is None:
            for rows in _PLAIN_ROWS:
                if (found := rows.match(self.rawdata, i)) and self.handle_rows(found[0]):
                    return found.end()
            begun = i
            while found := _PLAIN_CELL.match(self.rawdata, i):  # one after the other, in one line: the line stays known
                tag, written, text = found.groups()
                self.handle_starttag(tag, _PLAIN_ATTRIBUTE.findall(written) if written else [])
                if text:
                    self.handle_data(text)
                self.handle_endtag(tag)
                i = found.end()
            if i > begun:
                return i
            if (found := _PLAIN_TAG.match(self.rawdata, i)) and found[1] not in _RAW_TEXT:
                self.handle_starttag(found[1], _PLAIN_ATTRIBUTE.findall(found[2]) if found[2] else [])
                return found.end()
        return super().parse_starttag(i)

    def handle_rows(self, rows: str) -> bool:
        """Takes whole rows of plain cells, or leaves them to be read tag by tag."""
        return False


class _Reader(_PlainFirst):
    """Collects what can be wrong with a page while it is read once."""

    def __init__(self, local_links: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._local_links = local_links
        self.faults: list[Fault] = []
        self.text: set[str] = set()
        self.styles: list[str] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.language = self.csp = ""
        self._stack: list[str] = []
        self._head_position = 0
        self._cell: list[str] | None = None
        self._tables = 0
        self._rows = 0
        self._whole: list[str] = []

    def fault(self, code: str, message: str, remedy: str, value: str = "") -> None:
        self.faults.append(Fault(code, message, remedy, value=value[:80], path=f"第{self.getpos()[0]}行"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _FORBIDDEN_TAGS:
            self.fault("page.forbidden_tag", f"页面含有 {tag} 元素", "报告中不得有会执行或加载内容的元素", tag)
        for name, value in given.items():
            self._attribute(tag, name, value)
        if tag == "html":
            self.language = given.get("lang", "")
        elif self._stack[-1:] == ["head"]:
            self._head_position += 1
            if tag == "meta" and given.get("http-equiv", "").lower() == "content-security-policy" and self._head_position == 1:
                self.csp = given.get("content", "")
            elif tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
                self.fault("page.redirect", "页面会自动跳转", _EMBEDDED, given.get("content", ""))
        elif tag == "img" and not given.get("alt", "").strip():
            self.fault("page.no_alt", "图片没有文字说明", "请在输出的元数据中写 alt")
        elif tag == "table":
            self._tables += 1
        elif tag in ("td", "th"):
            self._cell = []
        if tag not in _VOID:
            self._stack.append(tag)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on"):
            self.fault("page.event_handler", f"{tag} 元素带有事件处理", "请删去", f"{name}={value}")
        elif name == "id":
            if value in self.ids:
                self.fault("page.duplicate_id", "页面内编号重复", "请使编号唯一", value)
            self.ids.add(value)
        elif name == "style" and (_CSS_URL.search(value) or "@import" in value.lower()):
            self.fault("page.external", "样式引用页面以外的内容", _EMBEDDED, value)
        elif name in _LOADING:
            compact = "".join(value.split())
            if tag == "a" and name == "href" and compact.startswith("#"):
                self.links.append(compact[1:])
            elif tag == "a" and name == "href" and self._local_links and _BELOW.fullmatch(value):
                pass
            elif not (tag == "img" and name == "src" and re.match(r"data:image/(png|svg\+xml);base64,", compact)):
                self.fault("page.external", f"{tag} 元素的 {name} 指向页面以外", _EMBEDDED, value)
            elif compact.startswith("data:image/svg"):
                self._svg(compact.partition(",")[2])

    def _svg(self, encoded: str) -> None:
        try:
            found = _SVG_DANGER.search(_SHAPES.sub("<>", base64.b64decode(encoded, validate=True).decode("utf-8")))
        except (binascii.Error, UnicodeDecodeError):
            self.fault("page.broken_image", "图片数据无法解码", "请重新生成图片")
            return
        if found:
            self.fault("page.active_svg", "SVG 图中含有会执行或加载的内容", "请重新生成图片", found[0])

    def handle_rows(self, rows: str) -> bool:
        """Plain rows open and close the same elements, so only their texts can be wrong; where one may be, each cell is looked at."""
        texts = _CELL_TEXT.findall(rows)
        if "&" in rows:
            texts = [unescape(text) if "&" in text else text for text in texts]
        if self._stack[-1:] == ["head"] or not _SUSPECT.isdisjoint(map(str.lower, map(str.strip, set(texts)))):
            return False
        self._whole += texts
        self._cell = None
        return True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self._check_cell("".join(self._cell).strip())
            self._cell = None
        if tag in self._stack:
            while self._stack.pop() != tag:
                pass

    def _check_cell(self, text: str) -> None:
        if text in _ELLIPSES and "tbody" in self._stack:
            self.fault("page.truncated", "表格被省略号截断", "请输出完整的表格", text)
        elif text.lower() in _NO_NUMBER:
            self.fault("page.no_number", "单元格里是程序的空值，不是数据", "请写明缺失、不适用或其他状态", text)

    def handle_data(self, data: str) -> None:
        if self._stack[-1:] == ["style"]:
            self.styles.append(data)
            return
        self._whole.append(data)
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        whole = "".join(self._whole)
        self.text = characters_of("".join(set(self._whole)))
        if ("Traceback" in whole or '", line ' in whole) and _TRACEBACK.search(whole):
            self.fault("page.traceback", "页面含有程序的出错信息", "请排除错误后重新运行")


def _style_faults(styles: list[str]) -> Iterator[Fault]:
    for style in styles:
        rules = _FONT.sub("url(data:)", style)  # nearly all of it is fonts
        for found in _CSS_URL.finditer(style) if _CSS_URL.search(rules) else ():
            yield Fault("page.external", "样式引用页面以外的内容", _EMBEDDED, value=style[found.start() : found.start() + 80])
        if "@import" in rules.lower():
            yield Fault("page.external", "样式引用另外的样式表", _EMBEDDED, value="@import")


def _codes(font: TTFont) -> set[int]:
    """Codes of the characters that a font shows, from the map of all planes as our fonts have it; fontTools would name each glyph first."""
    data = font.reader["cmap"]
    for platform, encoding, start in struct.iter_unpack(">HHI", data[4 : 4 + 8 * int.from_bytes(data[2:4], "big")]):
        form, _, _, _, count = struct.unpack_from(">2H3I", data, start)
        if (platform, encoding, form) == (3, 10, 12):
            runs = struct.iter_unpack(">3I", data[start + 16 : start + 16 + 12 * count])
            return {code for first, last, _ in runs for code in range(first, last + 1)}
    return set(font.getBestCmap())


def _glyph_faults(text: set[str], styles: list[str]) -> Iterator[Fault]:
    """Characters that would show as a box: those that no embedded font has."""
    from fontTools.ttLib import TTFont

    if "\ufffd" in text:
        yield Fault("page.replacement", "页面含有解码失败的字符（U+FFFD）", "请核对原始文件的编码")
    fonts = [found for style in styles for found in _FONT.findall(style)]
    if not fonts or len(fonts) % 2:
        yield Fault("page.no_font", "页面没有内嵌字体", "请用本程序生成页面")
        return
    maps = []
    for data in fonts:
        with TTFont(BytesIO(base64.b64decode(data)), lazy=True) as font:
            maps.append(_codes(font))
    # Faces come in pairs, regular and bold; a character that only one of them has would change its look or show as a box.
    shown = set().union(*(regular & bold for regular, bold in zip(maps[::2], maps[1::2], strict=True)))
    lacking = sorted(c for c in text if c.isprintable() and c != "\ufffd" and ord(c) not in shown)
    if lacking:
        named = "、".join(f"{c}（U+{ord(c):04X}）" for c in lacking[:20])
        yield Fault("page.missing_glyph", "内嵌字体缺少页面上的字", "请把这些字加入 extra_characters.txt 并重新生成字体", value=named)


def audit(html: str, *, local_links: bool = False) -> list[Fault]:
    """Everything that keeps a page from being evidence; an empty list says that it may be published.

    Looks for active content, anything loaded from outside, a missing or different security policy, cut tables, characters
    without glyph, programs' words for "no value" in cells, tracebacks, images without text, links into nowhere.

    Parameters
    ----------
    html
        The whole page.
    local_links
        Whether the page may link to files below its own folder, as lists of pages do.

    Examples
    --------
    >>> sorted({fault.code for fault in audit('<p onclick="x()">')})
    ['page.csp', 'page.event_handler', 'page.language', 'page.no_font']
    """
    reader = _Reader(local_links)
    reader.feed(html)
    reader.close()
    faults = list(reader.faults)
    if reader.csp != CSP:
        faults.append(Fault("page.csp", "页面没有规定的安全策略，或不在页首", "请用本程序生成页面", value=reader.csp))
    if reader.language != "zh-CN":
        faults.append(Fault("page.language", "页面没有标明语言 zh-CN", "请用本程序生成页面", value=reader.language))
    dead = [link for link in dict.fromkeys(reader.links) if link not in reader.ids]
    faults += [Fault("page.dead_link", "页内链接没有对应的位置", "请核对标题文字", value=link) for link in dead]
    return [*faults, *_style_faults(reader.styles), *_glyph_faults(reader.text, reader.styles)]


def audit_notebook(nb: NotebookNode) -> list[Fault]:
    """What in the outputs of an executed notebook is no evidence; judged before :func:`~evalbook.publish.normalise.normalise` drops it.

    Whether all cells ran, and ran the template's sources, is the runner's gate.

    Examples
    --------
    >>> from nbformat import v4
    >>> out = v4.new_output("stream", name="stderr", text="DeprecationWarning")
    >>> [fault.code for fault in audit_notebook(v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[out])]))]
    ['notebook.stderr']
    """
    faults = []
    for number, cell in enumerate(nb["cells"], start=1):
        for output in cell.get("outputs", []):
            for code, message, remedy, value in _output_faults(output):
                faults.append(Fault(code, message, remedy, value=value[:200], path=f"第{number}个单元格"))
    return faults


def _last_words(text: str) -> str:
    """What a stream said; of a traceback its end, where the reason stands."""
    return text.splitlines()[-1] if "Traceback (most recent call last)" in text else text


def _output_faults(output: NotebookNode) -> Iterator[tuple[str, str, str, str]]:
    kind = output["output_type"]
    if kind == "error":
        yield "notebook.error", "单元格执行出错", "请按错误信息处理后重新运行", f"{output['ename']}: {output['evalue']}"
    elif kind == "stream" and output["name"] == "stderr" and (codes := _GLYPH.findall(one_text(output["text"]))):
        remedy = "请把这些字报给维护人员收入字体（fonts/extra_characters.txt）；急用时在名单中暂用通行的写法，并在备注中说明"
        yield "notebook.glyph", "图中有字体里没有的字，印出来会是空框", remedy, "".join(dict.fromkeys(chr(int(code)) for code in codes))
    elif kind == "stream" and output["name"] == "stderr":
        yield "notebook.stderr", "单元格输出了警告或错误信息", "请消除警告后重新运行", _last_words(one_text(output["text"]).strip())
    elif kind in ("display_data", "execute_result"):
        for mime in output["data"]:
            if mime not in KNOWN_MIME:
                yield "notebook.unknown_mime", "输出含有报告不接受的类型", "请改用表格、图片或文字", mime
        shown = [mime for mime in output["data"] if mime in KNOWN_MIME]
        plain = one_text(output["data"].get("text/plain", ""))
        if shown == ["text/plain"] and (found := _ADDRESS.search(plain)):
            yield "notebook.address", "输出只有对象的内存地址，每次运行都不同", "请输出表格或文字", plain[: found.end()]
        if found := _STYLER.search(one_text(output["data"].get("text/html", ""))):
            yield "notebook.styler", "输出含有随机编号的表格（Styler），每次运行都不同", "请改用 present 的表格", found[0]
    elif kind == "stream" and (found := _ADDRESS.search(one_text(output["text"]))):
        yield "notebook.address", "输出含有对象的内存地址，每次运行都不同", "请输出表格或文字", found.string[: found.end()]
