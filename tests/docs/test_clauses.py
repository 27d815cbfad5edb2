"""docs/clauses.csv: every clause says what carries it, every name in it exists, and no part of an edition is without a clause.

``carried_by``, ``kind`` and ``case`` hold names separated by ``; ``. carried_by: ``<scheme>:<path in the edition>`` (``*`` stands for
any text), ``section:<section of the notebook>``, ``command:<command>`` or ``outside``. case: a situation of tests/cases, or
``<test file>::<test>``.
"""

from __future__ import annotations

import csv
import fnmatch
import re
from pathlib import Path
from typing import Any

import pytest

from evalbook import present
from evalbook.kinds.aggregates import AGGREGATES
from evalbook.kinds.fields import MEASURES
from evalbook.kinds.outcomes import OUTCOMES
from evalbook.kinds.rules import RULES
from evalbook.scheme.scheme import edition_sources, scheme_ids
from evalbook.scheme.source import load_yaml

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["document", "clause", "summary", "carried_by", "kind", "case", "remark"]
KINDS = {*MEASURES, *RULES, *AGGREGATES, *OUTCOMES, "ranking"}
#: The founding design's table of commands: a clause may name one before it is built.
COMMANDS = {
    "new", "form", "collect", "verification", "check", "lint", "schema", "coverage", "run", "list", "explain", "compare",
    "reproduce", "sign", "publish", "archive", "ledger", "doctor", "lab",
}  # fmt: skip
SECTIONS = ("tree", "rankings", "outcomes", "assumptions")


def names(cell: str) -> list[str]:
    """The names in one cell."""
    return [name for name in cell.split("; ") if name]


@pytest.fixture(scope="module")
def clauses() -> list[dict[str, str]]:
    """The rows of the table."""
    with (ROOT / "docs" / "clauses.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        assert reader.fieldnames == COLUMNS
        return list(reader)


@pytest.fixture(scope="module")
def editions() -> dict[str, list[Any]]:
    """The YAML of every edition of every scheme."""
    return {scheme: [source.data for source in edition_sources(ROOT, scheme)] for scheme in scheme_ids(ROOT)}


def test_each_clause_has_one_row_and_is_told(clauses: list[dict[str, str]]) -> None:
    """A clause stands once, with a summary; what carries it is named, and what lies outside says why."""
    keys = [(row["document"], row["clause"]) for row in clauses]
    assert sorted(keys) == sorted(set(keys))
    for row in clauses:
        assert row["summary"]
        assert names(row["carried_by"])
        assert row["remark"] or "outside" not in names(row["carried_by"])


def test_whatever_carries_a_clause_exists(clauses: list[dict[str, str]], editions: dict[str, list[Any]]) -> None:
    """Paths lead somewhere in an edition of the scheme; sections are those of notebooks, commands those of the design."""
    lost = []
    for row in clauses:
        for name in names(row["carried_by"]):
            where, _, path = name.partition(":")
            known = {"section": set(present.__all__), "command": COMMANDS, "outside": {""}}
            found = path in known[where] if where in known else any(leads(data, path) for data in editions.get(where, []))
            if not found:
                lost.append((row["clause"], name))
    assert lost == []


def leads(data: Any, path: str) -> bool:
    """Whether a dotted path exists in a mapping; ``*`` in it stands for any text."""
    head, _, rest = path.partition(".")
    found = [data[key] for key in fnmatch.filter(data, head)] if isinstance(data, dict) else []
    return any(leads(inner, rest) for inner in found) if rest else bool(found)


def test_kinds_are_those_of_the_nodes(clauses: list[dict[str, str]], editions: dict[str, list[Any]]) -> None:
    """Every kind named exists, and a row names the measure, rule, aggregate or outcome of each block that carries it."""
    for row in clauses:
        kinds = set(names(row["kind"]))
        assert kinds <= KINDS
        for name in names(row["carried_by"]):
            scheme, _, path = name.partition(":")
            section, _, block = path.partition(".")
            if section not in ("tree", "rankings", "outcomes") or "." in block:
                continue
            for data in editions[scheme]:
                for found in fnmatch.filter(data[section], block):
                    assert kinds_of(section, data[section][found]) <= kinds, (row["clause"], name)


def kinds_of(section: str, block: dict[str, Any]) -> set[str]:
    """Names of the kinds that a block of an edition uses."""
    if section == "rankings":
        return {"ranking"}
    if section == "outcomes":
        return {key for key in block if key in OUTCOMES}
    if "children" in block:
        return {block.get("aggregate", "sum")} if isinstance(block.get("aggregate", "sum"), str) else set(block["aggregate"])
    parts = [block["measure"], block["rule"]]
    return {key for part in parts if isinstance(part, dict) for key in part if key in MEASURES or key in RULES}


def test_cases_exist(clauses: list[dict[str, str]]) -> None:
    """A case is a situation of tests/cases or a test function."""
    situations = set()
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        data = load_yaml(path, path.name).data
        situations |= {f"{path.stem}-{slug}" for slug in data["cases"]} if "cases" in data else {path.stem}
    lost = []
    for case in {name for row in clauses for name in names(row["case"])}:
        file, separator, function = case.partition("::")
        found = case in situations
        if separator:
            found = re.search(rf"^def {function}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE) is not None
        if not found:
            lost.append(case)
    assert sorted(lost) == []


def test_no_part_of_an_edition_is_without_a_clause(clauses: list[dict[str, str]], editions: dict[str, list[Any]]) -> None:
    """In a scheme that the table speaks of, each node, ranking, outcome and assumption is carried by some row, and a node, ranking or
    outcome by the row of a clause that it names itself."""
    carried = [(name, row["clause"]) for row in clauses for name in names(row["carried_by"])]
    schemes = {name.partition(":")[0] for name, _ in carried} & set(editions)
    assert {"zhejiang_city", "zhejiang_county"} <= schemes
    blocks = [
        (f"{scheme}:{section}.{block}", section, content)
        for scheme in sorted(schemes)
        for data in editions[scheme]
        for section in SECTIONS
        for block, content in (data.get(section) or {}).items()
    ]
    stray = {}
    for name, section, content in blocks:
        found = [clause for pattern, clause in carried if fnmatch.fnmatchcase(name, pattern)]
        if not found or (section != "assumptions" and not any(clause in content["clause"] for clause in found)):
            stray[name] = content["clause"]
    assert stray == {}
