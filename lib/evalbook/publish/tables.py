"""Tables as csv files beside the report: for Excel, for WPS, and for whoever checks the figures with a program of his own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from numbers import Integral, Rational
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from evalbook.exact import exact, plain
from evalbook.safe import csv_bytes, defuse, write_bytes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cell_text", "csv_tables", "write_tables"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}")


def cell_text(value: Any) -> str:
    """A value as it stands in a csv cell: text defused, numbers exact and untouched, nothing for a missing one.

    >>> [cell_text(v) for v in ("=1+1", Decimal("-0.50"), exact("1/3"), 7, None, float("nan"), True)]
    ["'=1+1", '-0.50', '1/3', '7', '', '', '是']
    """
    if isinstance(value, str):
        return defuse(value)
    if isinstance(value, Decimal):
        return format(value, "f") if value == value else ""
    # pandas' NA has no truth value; NaN and NaT are not equal to themselves
    if value is None or type(value).__name__ == "NAType" or value != value:
        return ""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return "是" if value else "否"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Rational) or type(value).__name__ == "mpq":
        text = plain(exact(value))
        return str(value) if text.startswith("≈") else text
    if isinstance(value, float):
        return format(Decimal(repr(float(value))), "f")
    return defuse(str(value))


def csv_tables(frames: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Each frame as the file ``<name>.csv``, in the order given.

    UTF-8 with BOM, CRLF, no index column, quotation marks where needed; a ratio without end is written as a fraction, so that
    nothing is cut.

    Raises
    ------
    ValueError
        A name that is no plain file name.

    Examples
    --------
    >>> import pandas as pd
    >>> files = csv_tables({"totals": pd.DataFrame({"考核对象": ["=甲"], "综合得分": [Decimal("85.13")]})})
    >>> files["totals.csv"].decode("utf-8-sig")
    "考核对象,综合得分\\r\\n'=甲,85.13\\r\\n"
    """
    files = {}
    for name, frame in frames.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a file name: {name!r}")
        columns = [_texts(values) for values in frame.to_numpy(dtype=object).T.tolist()]
        files[f"{name}.csv"] = csv_bytes([defuse(str(heading)) for heading in frame.columns], zip(*columns, strict=True))
    return files


def _texts(values: Sequence[Any]) -> Iterable[str]:
    """The cells of a column; names, words and hashes recur over thousands of rows, and many figures have no value of a stage."""
    if {*map(type, values)} <= {str, NoneType}:
        return map({value: cell_text(value) for value in {*values}}.__getitem__, values)
    return ["" if value is None else cell_text(value) for value in values]


def write_tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write the files of :func:`csv_tables` into the folder and return their paths, in the order given."""
    files = csv_tables(frames)
    for name, data in files.items():
        write_bytes(Path(folder) / name, data)
    return [Path(folder) / name for name in files]
