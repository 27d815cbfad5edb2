"""The files behind evidence.csv: missing, altered, unreferenced, unregistered; and their index."""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import pytest

from evalbook.cli import main
from evalbook.errors import Refused
from evalbook.intake.evidence_index import index
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
SCHEME, PERIOD = "county_trial", "2019"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The county trial with one file of its own, registered and cited by the first figure."""
    for name in (f"params/{SCHEME}", f"data/{SCHEME}", "data/_sources"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "notebooks").mkdir()
    folder = tmp_path / "data" / SCHEME / PERIOD
    (folder / "evidence").mkdir()
    (folder / "evidence" / "月报.pdf").write_bytes(b"%PDF-1.7 one")
    return folder


def codes(folder: Path) -> list[str]:
    notes = Workbook(folder.parents[2]).prepare(SCHEME, PERIOD).notes
    return sorted(note.code for note in notes if note.code.startswith("evidence."))


def register(folder: Path, line: str, *, cite: str = "") -> None:
    path = folder / "evidence.csv"
    path.write_bytes(path.read_bytes().rstrip(b"\r\n") + f"\r\n{line}\r\n".encode())
    if cite:
        values = folder / "values.csv"
        rows = list(csv.reader(values.read_text("utf-8-sig").splitlines()))
        rows[1][rows[0].index("evidence_id")] += f"、{cite}"
        with values.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "evidence" / "月报.pdf").read_bytes()).hexdigest()


def test_a_file_that_nobody_registered(folder: Path) -> None:
    """What lies in the folder and not in the list is a finding."""
    assert codes(folder) == ["evidence.unlisted"]


def test_a_registered_file_in_order(folder: Path) -> None:
    """Registered with its hash and cited: nothing to say, and the file is an input of the run."""
    register(folder, f"YB1,月报,evidence/月报.pdf,第3页,{digest(folder)},外资,", cite="YB1")
    assert codes(folder) == []
    names = [item.name for item in Workbook(folder.parents[2]).prepare(SCHEME, PERIOD).inputs]
    assert names.count(f"data/{SCHEME}/{PERIOD}/evidence/月报.pdf") == 1
    assert "data/_sources/shaoyang_counties_annual.csv" in names


@pytest.mark.parametrize(
    ("line", "cite", "expected"),
    [
        ("YB1,月报,evidence/没有.pdf,,,,", "YB1", ["evidence.file_missing", "evidence.unlisted"]),
        (f"YB1,月报,evidence/月报.pdf,,{'0' * 64},,", "YB1", ["evidence.altered"]),
        ("YB1,月报,evidence/月报.pdf,,,,", "YB1", ["evidence.no_hash"]),
        ("YB1,月报,evidence/月报.pdf,,,,", "", ["evidence.no_hash", "evidence.unreferenced"]),
    ],
    ids=["missing", "altered", "no-hash", "unreferenced"],
)
def test_a_file_out_of_order(folder: Path, line: str, cite: str, expected: list[str]) -> None:
    """Missing, altered and unreferenced files are findings; one without a hash is noted."""
    register(folder, line, cite=cite)
    assert codes(folder) == expected


@pytest.mark.parametrize("name", ["../../../x.pdf", "/etc/passwd", "C:/x.pdf", "a\\b.pdf"], ids=["up", "absolute", "drive", "backslash"])
def test_a_path_that_leads_out_is_refused(folder: Path, name: str) -> None:
    """Evidence lies inside the project."""
    register(folder, f"YB1,月报,{name},,,,", cite="YB1")
    with pytest.raises(Refused, match="应在工作簿之内"):
        codes(folder)


def test_the_index_registers_and_keeps_what_people_wrote(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new file gets a row with its hash; every cell that was there stays; a second time nothing changes."""
    before = list(csv.DictReader((folder / "evidence.csv").read_text("utf-8-sig").splitlines()))
    assert main(["evidence", "index", SCHEME, PERIOD, "--root", str(folder.parents[2])]) == 0
    after = list(csv.DictReader((folder / "evidence.csv").read_text("utf-8-sig").splitlines()))
    assert after[:-1] == before
    assert (after[-1]["title"], after[-1]["file"], after[-1]["sha256"]) == ("月报", "evidence/月报.pdf", digest(folder))
    once = (folder / "evidence.csv").read_bytes()
    assert index(folder).added == []
    assert (folder / "evidence.csv").read_bytes() == once
    assert "新登记1个文件" in capsys.readouterr().out


def test_an_altered_file_is_registered_anew_only_on_request(folder: Path) -> None:
    """Without --refresh the old hash stays and the exit code is 1."""
    index(folder)
    (folder / "evidence" / "月报.pdf").write_bytes(b"%PDF-1.7 two")
    root = str(folder.parents[2])
    assert main(["evidence", "index", SCHEME, PERIOD, "--root", root]) == 1
    assert digest(folder) not in (folder / "evidence.csv").read_text("utf-8-sig")
    assert main(["evidence", "index", SCHEME, PERIOD, "--refresh", "--root", root]) == 0
    assert digest(folder) in (folder / "evidence.csv").read_text("utf-8-sig")


def test_a_file_name_never_becomes_a_formula(folder: Path) -> None:
    """A title made of a file's name is kept as text."""
    (folder / "evidence" / "=1+1.pdf").write_bytes(b"x")
    index(folder)
    rows = list(csv.DictReader((folder / "evidence.csv").read_text("utf-8-sig").splitlines()))
    assert "'=1+1" in [row["title"] for row in rows]
