"""Files that other programs open: no formula hides in a text, no half is ever seen."""

from __future__ import annotations

import csv
import io
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.safe import defuse, write_bytes, write_csv

SIGNS = "=+-@＝＋－＠"


@pytest.mark.parametrize("sign", SIGNS, ids=[f"U+{ord(sign):04X}" for sign in SIGNS])
@pytest.mark.parametrize(
    "before", ["", " ", "\u3000", "\u200b", "\ufeff", "\xa0 \u2060"], ids=["plain", "blank", "wide", "zero", "bom", "mixed"]
)
def test_a_formula_is_shown_and_not_run(sign: str, before: str) -> None:
    """A text that starts like a formula, whatever invisible characters stand before it, gets an apostrophe and loses nothing."""
    text = f"{before}{sign}cmd|' /C calc'!A0"
    assert defuse(text) == "'" + text


@pytest.mark.parametrize("start", ["\t", "\r", "\n"], ids=["tab", "return", "feed"])
def test_control_characters_at_the_start(start: str) -> None:
    """A tab or line end before the text moves it into another cell of a pasted table: it is defused whatever follows."""
    assert defuse(start + "x") == "'" + start + "x"


NOT_FORMULAS = {
    "empty": "",
    "dash": "-",
    "long-dash": "—",
    "wide-plus": "＋",
    "spaced-dash": " - ",
    "name": "杭州市",
    "sum-inside": "1+1",
    "equals-inside": "a=b",
    "number": "5",
    "defused": "'=1",
}


@pytest.mark.parametrize("text", NOT_FORMULAS.values(), ids=NOT_FORMULAS)
def test_what_is_no_formula_stays(text: str) -> None:
    """A lone sign means no value; signs inside a text, words and numbers stay as they are."""
    assert defuse(text) == text


@given(st.text())
def test_defusing_adds_at_most_an_apostrophe(text: str) -> None:
    """No character is lost or changed, and what is safe already is not touched again."""
    once = defuse(text)
    assert once in (text, "'" + text)
    assert defuse(once) == once


cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)


@given(rows=st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_a_csv_reads_back_as_it_was_written(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Quotes, commas, line feeds and Chinese survive; the file has a byte-order mark and CRLF line ends, as Excel and WPS want it."""
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_csv(path, ["名称", "数值"], rows)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.endswith(b"\r\n")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))) == [["名称", "数值"], *rows]


def test_cells_are_written_as_given(tmp_path: Path) -> None:
    """Writing does not defuse: a negative number stays a number, and who writes texts of others defuses them."""
    write_csv(tmp_path / "t.csv", ["x"], [["-5"], ["=1"]])
    assert (tmp_path / "t.csv").read_text("utf-8-sig").split() == ["x", "-5", "=1"]


def test_the_old_file_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves what was there before and no leavings beside it."""
    path = tmp_path / "a" / "report.html"
    write_bytes(path, "旧".encode())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == "旧".encode()
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


def test_an_interruption_leaves_nothing_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C while writing is no exception of the program, and cleans up all the same."""

    def interrupted(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "x", b"1")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_never_sees_a_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the very rename the name shows the old bytes, and the new ones are complete by then."""
    path = tmp_path / "x"
    write_bytes(path, b"old")
    seen: list[tuple[bytes, bytes]] = []
    real = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append((path.read_bytes(), self.read_bytes()))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_bytes(path, b"new" * 1000)
    assert seen == [(b"old", b"new" * 1000)]
    assert path.read_bytes() == b"new" * 1000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_result_is_for_everybody(tmp_path: Path) -> None:
    """The temporary file is the writer's own, the result may be read by the whole office."""
    write_bytes(tmp_path / "x", b"1")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o644
