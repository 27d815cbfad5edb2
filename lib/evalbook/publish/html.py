"""Executed notebook → one HTML file that needs nothing else: no network, no script, no font on the reader's machine."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalbook.terms import FLAGS, STATUSES, STUDIES

from .font import characters_of, face_css
from .normalise import normalise
from .sanitise import Heading, Rewriter, clean

if TYPE_CHECKING:
    from jinja2 import Template
    from nbformat import NotebookNode

__all__ = ["CSP", "FAMILY", "RARE_FAMILY", "PageInfo", "render", "shell"]

#: Nothing may be fetched or run; what a page shows is inside it.
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"

#: Names of the embedded fonts in report.css: of the page, and of what a page has beyond a font that many pages share.
FAMILY, RARE_FAMILY = "Evalbook Sans SC", "Evalbook Sans SC Rare"

_TEMPLATES = Path(__file__).resolve().parent / "template"
_CONTENTS_LEVELS = (1, 2, 3)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_PIECE = re.compile(r'<eb-piece n="([0-9]+)"></eb-piece>')

_STATUS_NOTES = {
    "final": "以签发记录为准",
    "draft": "供核对，不对外使用",
    "what-if": "改动口径后的测算",
    "look": "未经正式运行",
    "failed": "未完成，不是结果",
    **dict.fromkeys(STUDIES, "对照分析，不是结果"),
}
_STATUS_LABELS = STATUSES | STUDIES | {"failed": "失败"}
_FLAG_TEXTS = {
    "synthetic": "部分数据为模拟生成，只用于演示和检验，不得作为考核、奖惩的依据。",
    "trial": "不是正式印发的考核办法，结果不代表任何机关的评价意见。",
    "incomplete": "有的指标还没有任何对象的数据，得分、名次和名单都不能作为依据，见“问题记录”。",
    "送审稿": "尚未签发，供审核和征求意见，不得对外公布。",
    "unofficial": "部分口径或名称尚未公开，由本工作簿补充设定，见“假设与口径”。",
}


@dataclass(frozen=True, kw_only=True)
class PageInfo:
    """What stands around the body of a page. Nothing here may vary from run to run: times, hosts and commits belong elsewhere.

    Parameters
    ----------
    title, subtitle
        What this is.
    audience
        For whom it is.
    number
        Number of the official document (文号).
    period_label
        The evaluated period as people say it.
    status
        Key of ``terms.STATUSES``, ``failed``, or nothing for a page that is a list.
    flags
        Keys of ``terms.FLAGS``, or the text of a banner of one's own.
    as_of, prepared_by
        Date of the figures and who prepared the page, from the period file.
    preliminary_lines
        Sentences for the first screen: result, margin, what to know before trusting it.
    provenance
        Pairs for the end of the page: inputs with their hashes, version of the program, how to do it again.
    signatures
        Who signs at the end of the printed page.
    draft_mark
        Pale word across each printed page of what is not signed off yet.

    Examples
    --------
    >>> page = PageInfo(title="督查激励评价", period_label="2023年", status="final", flags=("synthetic",))
    >>> page.marks
    ('定稿（以签发记录为准）', '含模拟数据')
    """

    title: str
    subtitle: str = ""
    audience: str = ""
    number: str = ""
    period_label: str = ""
    status: str = "draft"
    flags: tuple[str, ...] = ()
    as_of: str = ""
    prepared_by: str = ""
    preliminary_lines: tuple[str, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    signatures: tuple[str, ...] = ("制表", "复核", "审批")
    draft_mark: str = ""

    @property
    def status_label(self) -> str:
        """Chinese word on the stamp; none where the page is a list and has no status."""
        return _STATUS_LABELS.get(self.status, self.status)

    @property
    def status_note(self) -> str:
        """What the stamp adds in small print."""
        return _STATUS_NOTES.get(self.status, "")

    @property
    def status_css(self) -> str:
        """The status as part of a class name."""
        return self.status if self.status in _STATUS_LABELS else "other"

    @property
    def marks(self) -> tuple[str, ...]:
        """Status and flags as they stand on every page."""
        status = self.status_label + ("（以签发记录为准）" if self.status == "final" else "")
        return tuple(mark for mark in (status, *(FLAGS.get(flag, flag) for flag in self.flags)) if mark)

    @property
    def banners(self) -> tuple[tuple[str, str, str], ...]:
        """Class, word and sentence of each flag."""
        return tuple((f if f in FLAGS else "other", FLAGS.get(f, f), _FLAG_TEXTS.get(f, "")) for f in self.flags)

    @property
    def key_facts(self) -> tuple[tuple[str, str], ...]:
        """The short facts under the title that are known."""
        pairs = (("考核期", self.period_label), ("供谁使用", self.audience), ("数据截至", self.as_of), ("制表", self.prepared_by))
        return tuple((term, text) for term, text in pairs if text)

    @property
    def watermark(self) -> str:
        """Pale word across each printed page where the figures must not be taken for real ones."""
        if "synthetic" in self.flags:
            return FLAGS["synthetic"]
        return self.status_label if self.status in ("what-if", "look", "failed") else self.draft_mark


#: Stands in a page where the ``@font-face`` rules go, until its characters are known.
FONTS = "<fonts>"


def render(nb: NotebookNode, *, page: PageInfo) -> str:
    """The executed notebook as one self-contained page.

    The same notebook and the same page information give the same text: the notebook is normalised first. A failed run
    renders too, with its error in place; :func:`evalbook.publish.audit.audit` decides whether a page is evidence.

    Parameters
    ----------
    nb
        Executed notebook, raw or normalised.
    page
        What stands around it.

    Examples
    --------
    >>> from nbformat import v4
    >>> cell = v4.new_markdown_cell("## 结果\\n甲市 <script>x()</script> 第一")
    >>> text = render(v4.new_notebook(cells=[cell]), page=PageInfo(title="示例"))
    >>> '<h3 id="s-1">结果</h3>' in text, "<script" in text
    (True, False)
    """
    rewriter = Rewriter(page.title)
    body = _Body(rewriter).export(normalise(nb))
    body = re.sub(r'(<a\b[^>]*?href=")(#[^"]*)"', lambda m: f'{m[1]}#{escape(rewriter.link(m[2]))}"', body)
    return shell(body, page=page, headings=rewriter.headings)


def shell(body: str, *, page: PageInfo, headings: list[Heading] | None = None, fonts: str | None = None) -> str:
    """The page around a finished body: head, first screen, contents, signature lines, provenance.

    Parameters
    ----------
    body
        HTML that is already safe (see :func:`evalbook.publish.sanitise.clean`).
    page
        What stands around it.
    headings
        Headings of the body for the list of contents; without them there is none.
    fonts
        Ready ``@font-face`` rules; without them the page gets exactly the characters it shows. ``FONTS`` leaves their place open.
    """
    listed = [h for h in headings or () if h.level in _CONTENTS_LEVELS and h.text]
    contents = [replace(h, level=h.level - min(x.level for x in listed) + 1) for h in listed]
    parts = {"csp": CSP, "page": page, "contents": contents, "css": _css(), "print_css": _print_css(page)}
    whole = _page_template().render(body=_safe(body), fonts=_safe(FONTS), **parts)
    # What stands before it in the head is escaped, or ours, so the first one is the place for them.
    return whole.replace(FONTS, face_css(FAMILY, characters_of(whole)) if fonts is None else fonts, 1)


@cache
def _css() -> Any:
    return _safe((_TEMPLATES / "report.css").read_text("utf-8"))


@cache
def _page_template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    return environment.get_template("page.html.j2")


def _safe(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - what gets here was cleaned, escaped or written by us


def _css_text(text: str) -> str:
    """A text as a CSS string that can end neither the string nor the style element."""
    return '"' + "".join(c if c.isalnum() or c in " 　〔〕（）·，、：第页" else f"\\{ord(c):x} " for c in text) + '"'


def _print_css(page: PageInfo) -> Any:
    """Header and footer of each printed page: document and status above, page numbers below."""
    name = "　".join(part for part in (page.number, page.title, page.period_label) if part)
    font = f'font-family:"{FAMILY}","{RARE_FAMILY}","Microsoft YaHei",sans-serif;font-size:8pt;color:#555'
    above = "border-bottom:0.5pt solid #999;padding-bottom:2pt;vertical-align:bottom"
    # The weight of a name decides how much of the line it gets; without a width Chromium shares the line in three.
    boxes = (
        f"@top-left{{content:{_css_text(name)};{font};{above};width:70%;text-align:left}}"
        f"@top-right{{content:{_css_text('·'.join(page.marks))};{font};{above};width:30%;text-align:right;color:#a3211b}}"
        f'@bottom-center{{content:"第 " counter(page) " 页　共 " counter(pages) " 页";{font}}}'
    )
    return _safe(f"@page{{{boxes}}}")


@cache
def _exporter() -> Any:
    """nbconvert's exporter with our template; one per process, since compiling the templates takes longer than using them.

    The one for any template: that for HTML parses its whole result once more, for images without a text and cells that our template
    does not write.
    """
    from nbconvert import TemplateExporter  # lazy: more than a second

    return TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="evalbook",
        file_extension=".html",
        extra_template_basedirs=[str(_TEMPLATES)],
        optimistic_validation=True,  # once, not after each of a dozen preprocessors that do nothing here
    )


@cache
def _colouring() -> tuple[Any, Any]:
    """Lexer and formatter of sources; nbconvert's filter makes them anew for each cell, and loads all of IPython for its lexer."""
    from ipython_pygments_lexers import IPython3Lexer  # type: ignore[import-untyped]
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]

    return IPython3Lexer(), HtmlFormatter(cssclass=" highlight hl-ipython3")


# Templates are few, and the runs of one share all their cells but the parameters.
@lru_cache(maxsize=1 << 9)
def _coloured(source: str) -> str:
    """Source as pygments escapes and colours it."""
    from pygments import highlight  # type: ignore[import-untyped]

    return clean(highlight(source, *_colouring()))


@lru_cache(maxsize=1 << 9)
def _prose(source: str) -> str:
    """Markdown as nbconvert renders it."""
    return _prose_with(source, {})


def _prose_with(source: str, attachments: dict[str, Any]) -> str:
    """Markdown that may show images of its cell."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(source))


class _Body:
    """The cells of one notebook as HTML, through nbconvert's exporter with our template.

    Pieces that are finished are kept aside and put in afterwards: that keeps them byte for byte, and a report with large tables fast.
    """

    def __init__(self, rewriter: Rewriter) -> None:
        self._rewriter = rewriter
        self._pieces: list[str] = []

    def export(self, nb: NotebookNode) -> str:
        exporter = _exporter()
        for name in ("eb_code", "eb_code_label", "eb_output", "eb_prose"):
            exporter.register_filter(name, getattr(self, name))
        skeleton, _ = exporter.from_notebook_node(nb)
        return _PIECE.sub(lambda found: self._pieces[int(found[1])], skeleton)

    def _piece(self, finished: str) -> str:
        self._pieces.append(finished)
        return f'<eb-piece n="{len(self._pieces) - 1}"></eb-piece>'

    # --- filters of the template -------------------------------------------------------------------------------------------

    def eb_code_label(self, cell: Mapping[str, Any]) -> str:
        """What the folded code is called."""
        tags = cell["metadata"].get("tags", [])
        label = f"代码 {cell['execution_count']}" if cell.get("execution_count") else "代码（未执行）"
        if "injected-parameters" in tags:
            label += "　本次运行的参数"
        elif "parameters" in tags:
            label += "　默认参数"
        return self._piece(label)

    def eb_code(self, source: str) -> str:
        """Source of a cell, escaped and coloured."""
        return self._piece(_coloured(source))

    def eb_prose(self, cell: Mapping[str, Any]) -> str:
        """A Markdown cell."""
        source, attachments = cell["source"], cell.get("attachments")
        return self._piece(self._rewriter.fragment(_prose_with(source, attachments) if attachments else _prose(source)))

    def eb_output(self, output: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
        """One output, by the most telling of its representations."""
        return self._piece(self._output(output, cell))

    def _output(self, output: Mapping[str, Any], cell: Mapping[str, Any]) -> str:
        kind = output["output_type"]
        if kind == "stream":
            css = "eb-stderr" if output["name"] == "stderr" else "eb-stdout"
            return f'<pre class="{css}">{_plain(output["text"])}</pre>'
        if kind == "error":
            lines = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
            return f'<pre class="eb-error">{_plain(lines)}</pre>'
        data = output["data"]
        if "text/html" in data:
            return self._rewriter.fragment(clean(data["text/html"]))
        for mime in ("image/svg+xml", "image/png"):
            if mime in data:
                return _figure(mime, data[mime], output["metadata"], cell["metadata"])
        if "text/markdown" in data:
            from nbconvert.filters.markdown_mistune import markdown2html_mistune

            return self._rewriter.fragment(clean(markdown2html_mistune(data["text/markdown"])))
        return f'<pre class="eb-text">{_plain(data["text/plain"])}</pre>' if "text/plain" in data else ""


def _plain(text: str) -> str:
    return escape(_ANSI.sub("", text), quote=False)


def _figure(mime: str, data: str, metadata: Mapping[str, Any], cell_metadata: Mapping[str, Any]) -> str:
    """An image as data URI: SVG inside ``<img>`` can neither run nor load anything."""
    encoded = base64.b64encode(data.encode("utf-8")).decode("ascii") if mime == "image/svg+xml" else re.sub(r"[^A-Za-z0-9+/=]", "", data)
    said = {**cell_metadata, **metadata, **metadata.get(mime, {})}
    alt = f' alt="{escape(str(said["alt"]))}"' if said.get("alt") else ""
    size = "".join(f' {key}="{int(said[key])}"' for key in ("width", "height") if str(said.get(key, "")).isdecimal())
    caption = f"<figcaption>{escape(str(said['caption']), quote=False)}</figcaption>" if said.get("caption") else ""
    return f'<figure class="eb-figure"><img src="data:{mime};base64,{encoded}"{alt}{size}>{caption}</figure>'
