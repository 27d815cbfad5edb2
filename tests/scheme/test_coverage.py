"""The table of clauses: every entry points at something that is there, and every case it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalbook.cli.parser import command_names
from evalbook.errors import Refused
from evalbook.scheme.coverage import COLUMNS, FILE, check_coverage, documents_of, read_clauses
from evalbook.scheme.source import load_yaml

ROOT = Path(__file__).resolve().parents[2]


def test_shipped_table_points_nowhere_into_the_void() -> None:
    """Every node, parameter, section, command and kind that the shipped table names exists."""
    assert [str(f) for f in check_coverage(ROOT, read_clauses(ROOT / FILE), command_names())] == []


def test_every_case_named_exists() -> None:
    """Cases are ``file-slug`` of tests/cases or ``tests/….py::test_name``."""
    slugs = {f"{p.stem}-{slug}" for p in (ROOT / "tests/cases").glob("*.yaml") for slug in load_yaml(p, p.name).data.get("cases") or {}}
    slugs |= {p.stem for p in (ROOT / "tests/cases").glob("*.yaml")}
    unknown = []
    for clause in read_clauses(ROOT / FILE):
        for case in clause.cases:
            file, _, name = case.partition("::")
            there = (ROOT / file).is_file() and re.search(rf"^def {re.escape(name)}\(", (ROOT / file).read_text("utf-8"), re.M)
            if case not in slugs and not there:
                unknown.append((clause.document, clause.clause, case))
    assert unknown == []


def test_every_shipped_official_scheme_is_covered() -> None:
    """A scheme that carries out a document has its clauses in the table (trials of our own have none)."""
    clauses = read_clauses(ROOT / FILE)
    official = {p.parent.name for p in ROOT.glob("params/*/*.yaml") if "official: false" not in p.read_text("utf-8").split("\ntables:")[0]}
    assert [scheme for scheme in sorted(official) if not documents_of(clauses, scheme)] == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("000,一,甲,zhejiang_city:tree.trade_incremnt,,,", "coverage.nowhere"),
        ("000,一,甲,zhejiang_ctiy:tree.total,,,", "coverage.nowhere"),
        ("000,一,甲,section:award,,,", "coverage.nowhere"),
        ("000,一,甲,command:rn,,,", "coverage.nowhere"),
        ("000,一,甲,section:awards,gapp,,", "coverage.kind"),
        ("000,一,甲,,,,", "coverage.nothing"),
        ("000,一,,section:awards,,,", "coverage.blank"),
        ("000,一,甲,outside,,,", "coverage.outside"),
        ("000,一,甲,outside; section:awards,,,理由", "coverage.outside"),
    ],
)
def test_entries_that_say_nothing(tmp_path: Path, row: str, code: str) -> None:
    """A misspelt place, an unknown kind, an empty entry and an unexplained outside are found, with their row."""
    path = tmp_path / "clauses.csv"
    path.write_text(",".join(COLUMNS) + f"\n{row}\n", "utf-8")
    faults = check_coverage(ROOT, read_clauses(path), command_names())
    assert [(f.code, f.row) for f in faults] == [(code, 2)]
    assert faults[0].remedy


def test_a_clause_listed_twice(tmp_path: Path) -> None:
    """One row per clause."""
    path = tmp_path / "clauses.csv"
    path.write_text(",".join(COLUMNS) + "\n" + "000,一,甲,section:awards,,,\n" * 2, "utf-8")
    assert [(f.code, f.row) for f in check_coverage(ROOT, read_clauses(path), command_names())] == [("coverage.twice", 3)]


def test_another_table_is_refused(tmp_path: Path) -> None:
    """A file with other columns is not read as if it were the table."""
    path = tmp_path / "clauses.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(Refused, match="列名应为"):
        read_clauses(path)
