"""What the commands share: the project they work in, and how they print."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import Fault, UsageError, nearest, visible

if TYPE_CHECKING:
    from ..scoring.evaluation import Evaluation
    from ..workbook import Workbook


def open_book(options: Namespace) -> Workbook:
    from ..workbook import Workbook

    if options.root is None:
        return Workbook.discover()
    if not options.root.is_dir():
        raise UsageError(f"文件夹不存在：{options.root}")
    return Workbook.discover(options.root)


def known_scheme(book: Workbook, name: str) -> str:
    """The name of an existing scheme; UsageError with the nearest otherwise."""
    if name not in book.schemes():
        raise UsageError(f"没有名为“{name}”的考核办法；{nearest(name, book.schemes())}")
    return name


def known_unit(evaluation: Evaluation, word: str) -> int:
    """Row of a unit by code, name or the beginning of one name alone (宁波); UsageError with the nearest otherwise."""
    names = evaluation.unit_names
    try:
        return evaluation.row(word)
    except KeyError:
        begun = [row for row, name in enumerate(names) if word and name.startswith(word)]
    if len(begun) > 1:
        raise UsageError(f"“{word}”开头的考核对象有{len(begun)}个，请写全：{'、'.join(names[row] for row in begun[:10])}")
    if not begun:
        raise UsageError(f"没有考核对象“{word}”；{nearest(word, [*names, *evaluation.unit_codes])}")
    return begun[0]


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _width(text: str) -> int:
    """Columns a text takes in a terminal: Chinese characters take two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def folded(text: str, width: int) -> list[str]:
    """Lines of at most so many columns, broken at blanks where there are any.

    >>> folded("section:figures; section:scores", 18), folded("综合得分排名", 8)
    (['section:figures;', 'section:scores'], ['综合得分', '排名'])
    """
    lines = [""]
    for word in text.split(" "):
        begun = f"{lines[-1]} {word}" if lines[-1] else word
        if _width(begun) <= width:
            lines[-1] = begun
            continue
        lines += [""] if lines[-1] else []
        for character in word:
            if _width(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return lines


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns side by side; on a terminal the widest one is folded to what fits, into a file it is left whole."""
    texts = [list(headings), *([visible(str(v if v is not None else "—")) for v in row] for row in rows)]
    widths = [max(_width(row[n]) for row in texts) for n in range(len(headings))]
    widest = widths.index(max(widths))
    spare = shutil.get_terminal_size().columns - sum(widths) - 2 * (len(widths) - 1)
    if sys.stdout.isatty() and spare < 0:
        widths[widest] = max(20, widths[widest] + spare)
    for row in texts:
        cells = [folded(text, width) if n == widest else [text] for n, (text, width) in enumerate(zip(row, widths, strict=True))]
        for line in range(len(cells[widest])):
            shown = [cell[line] if line < len(cell) else "" for cell in cells]
            print("  ".join(text + " " * (width - _width(text)) for text, width in zip(shown, widths, strict=True)).rstrip())


def print_faults(faults: Sequence[Fault], heading: str) -> None:
    if faults:
        print(f"{heading}（{len(faults)}条）：")
        for number, fault in enumerate(faults, 1):
            print(f"  {number}. {fault}")


def stderr_faults(faults: Sequence[Fault]) -> None:
    for number, fault in enumerate(faults, 1):
        print(f"  {number}. {fault}", file=sys.stderr)


def progress(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)
