"""csv files that spreadsheets open rightly and that run nothing."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from evalbook.exact import exact
from evalbook.publish.tables import write_tables
from evalbook.safe import defuse, write_bytes


def test_excel_finds_its_encoding_and_line_ends(tmp_path: Path) -> None:
    """UTF-8 with BOM, CRLF, no index column."""
    (path,) = write_tables(tmp_path / "tables", {"totals": pd.DataFrame({"考核对象": ["杭州市", "宁波,市"], "名次": [1, 2]}, index=[7, 8])})

    assert path == tmp_path / "tables" / "totals.csv"
    assert path.read_bytes() == b"\xef\xbb\xbf" + '考核对象,名次\r\n杭州市,1\r\n"宁波,市",2\r\n'.encode()


BLANKS = ["", "  ", "\t", "\r", "\n", "\u3000", "\u200b", "\xa0"]


@pytest.mark.parametrize("text", [blank + sign for blank in BLANKS for sign in ("=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x")])
def test_formulas_are_defused(text: str) -> None:
    """Whatever a spreadsheet could take for a formula gets an apostrophe, also behind blanks that do not show."""
    assert defuse(text) == "'" + text


@pytest.mark.parametrize("text", ["杭州市", "", "—", "-", "1-2", "a=b", "'=1"])
def test_other_texts_are_left_alone(text: str) -> None:
    """Nothing is added where nothing can be run."""
    assert defuse(text) == text


def test_numbers_are_exact_and_untouched(tmp_path: Path) -> None:
    """Negative numbers get no apostrophe, decimals keep their zeros, nothing is rounded, missing is empty."""
    frame = pd.DataFrame({"甲": [Decimal("-0.50"), exact("85.13"), exact("1/3"), None, -7, float("nan"), pd.NA, True]}, dtype=object)

    (path,) = write_tables(tmp_path, {"t": frame})

    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert rows == [["甲"], ["-0.50"], ["85.13"], ["1/3"], [""], ["-7"], [""], [""], ["是"]]


def test_typed_columns_keep_their_numbers(tmp_path: Path) -> None:
    """Columns of numpy numbers are written as the numbers they are."""
    frame = pd.DataFrame({"整数": pd.array([1, 2]), "小数": [0.1, 1e-7], "真假": [True, False], "有缺": pd.array([1, None], dtype="Int64")})

    (path,) = write_tables(tmp_path, {"t": frame})

    assert path.read_text("utf-8-sig").splitlines() == ["整数,小数,真假,有缺", "1,0.1,是,1", "2,0.0000001,否,"]


def test_headings_are_defused_and_may_repeat(tmp_path: Path) -> None:
    """A heading can come from data, too; two columns of one name both stay."""
    frame = pd.DataFrame([["a", "b"]], columns=["=x", "=x"])

    (path,) = write_tables(tmp_path, {"t": frame})

    assert path.read_text("utf-8-sig").splitlines() == ["'=x,'=x", "a,b"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "甲", "a\x00"])
def test_names_are_file_names(name: str, tmp_path: Path) -> None:
    """A table cannot be written outside its folder."""
    with pytest.raises(ValueError, match="not a file name"):
        write_tables(tmp_path, {name: pd.DataFrame()})


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails the old content stays and no half file lies about."""
    path = tmp_path / "a.csv"
    write_bytes(path, b"old")

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        write_bytes(path, b"new")

    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
