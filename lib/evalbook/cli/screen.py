"""What the commands share: the project they work in, and how they print."""

from __future__ import annotations

import json
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


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    texts = [[visible(str(v if v is not None else "—")) for v in row] for row in rows]
    widths = [max(_width(r[n]) for r in [list(headings), *texts]) for n in range(len(headings))]
    for row in [list(headings), *texts]:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())


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
