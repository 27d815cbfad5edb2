"""One small page per unit, for evaluations with more units than a report should hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import quote

from evalbook.safe import write_bytes

from .font import characters_of, face_css
from .html import FAMILY, FONTS, RARE_FAMILY, PageInfo, shell
from .sanitise import Rewriter, clean

__all__ = ["file_names", "page_files", "unit_pages"]

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def file_names(units: list[str]) -> list[str]:
    """A file name per unit that every system accepts: numbered, so that none is reserved, lost or twice there."""
    digits = max(3, len(str(len(units))))
    cleaned = (_UNSAFE.sub("", unit).strip(". ")[:60] for unit in units)
    return [f"{number:0{digits}d}-{name}.html" if name else f"{number:0{digits}d}.html" for number, name in enumerate(cleaned, start=1)]


def page_files(
    sheets: Mapping[str, str], page: PageInfo, *, word: str = "评分表", listed: bool = True, apart: bool = False
) -> dict[str, bytes]:
    """A page for each unit and an index, as files by name; the index (if there is one) first.

    Most characters are on most pages, so the font with those is made once; a page adds the few that only it needs.

    Parameters
    ----------
    sheets
        Name of the unit → its sheet as HTML (cleaned here), in the order in which they are to be listed.
    page
        The report's page information; the unit's name is put before its title.
    word
        What a page is called.
    listed
        Whether there is an index of them.
    apart
        Whether the pages go to different people: then the font they share has only the characters that all of them show, since
        others would tell what stands on somebody else's.

    Examples
    --------
    >>> list(page_files({"甲县": "<p>第1名</p>", "乙县": "<p>第2名</p>"}, PageInfo(title="评价")))
    ['index.html', '001-甲县.html', '002-乙县.html']
    """
    names = file_names(list(sheets))
    bodies = [_body(unit, fragment, page.title) for unit, fragment in sheets.items()]
    infos = [replace(page, title=f"{unit}　{word}", subtitle=page.title, preliminary_lines=()) for unit in sheets]
    # The page without fonts tells which characters the frame around each body needs.
    pages = [shell(body, page=info, fonts=FONTS) for body, info in zip(bodies, infos, strict=True)]
    characters = [characters_of(whole) for whole in pages]
    counts = Counter(c for found in characters for c in found)
    enough = len(bodies) if apart else len(bodies) / 2
    common = {c for c, count in counts.items() if count >= enough}
    shared = face_css(FAMILY, common)
    files = {"index.html": _index(list(sheets), names, page).encode("utf-8")} if listed else {}
    for name, whole, found in zip(names, pages, characters, strict=True):
        fonts = f"{shared}\n{face_css(RARE_FAMILY, found - common, base='')}"
        files[name] = whole.encode("utf-8").replace(FONTS.encode("utf-8"), fonts.encode("utf-8"), 1)
    return files


def unit_pages(
    sheets: Mapping[str, str], page: PageInfo, folder: Path, *, word: str = "评分表", listed: bool = True, apart: bool = False
) -> list[Path]:
    """Write the files of :func:`page_files` into a folder, which is made if it is not there; returns their paths."""
    files = page_files(sheets, page, word=word, listed=listed, apart=apart)
    for name, data in files.items():
        write_bytes(Path(folder) / name, data, flush=False)
    return [Path(folder) / name for name in files]


def _body(unit: str, fragment: str, title: str) -> str:
    """A unit's sheet in the page's form."""
    rewriter = Rewriter(unit)
    body = rewriter.fragment(clean(fragment))
    return re.sub(r'(<a\b[^>]*?href=")(#[^"]*)"', lambda m: f'{m[1]}#{escape(rewriter.link(m[2]))}"', body)


def _index(units: list[str], names: list[str], page: PageInfo) -> str:
    """The list of units, linked to the pages beside it."""
    rows = "".join(
        f'<tr><td class="right">{number}</td><td><a href="{quote(name)}">{escape(unit)}</a></td></tr>'
        for number, (unit, name) in enumerate(zip(units, names, strict=True), start=1)
    )
    head = '<thead><tr><th class="right">序号</th><th>考核对象</th></tr></thead>'
    table = f'<div class="eb-box"><table>{head}<tbody>{rows}</tbody></table></div>'
    lines = (f"共{len(units)}份，每个考核对象一份。",)
    info = replace(page, title=f"{page.title}　单位评分表", subtitle="", signatures=(), provenance=(), preliminary_lines=lines)
    return shell(table, page=info)
