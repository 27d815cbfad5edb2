"""docs/clauses.csv the other way round: no part of an edition is without a clause, and rows name the kinds of what carries them.

That every entry points at something is tested in tests/scheme/test_coverage.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evalbook.kinds.fields import MEASURES
from evalbook.kinds.outcomes import OUTCOMES
from evalbook.kinds.rules import RULES
from evalbook.scheme.by import is_table
from evalbook.scheme.coverage import FILE, Clause, read_clauses
from evalbook.scheme.scheme import edition_sources

ROOT = Path(__file__).resolve().parents[2]
#: Schemes whose documents the table covers in full.
COVERED = ("zhejiang_city", "zhejiang_county", "county_opening", "haizhou")


def blocks_of(path: str, section: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, block) of a section; what differs by kind of period stands under each kind."""
    if is_table(section):
        for key in section.keys() - {"by"}:
            yield from blocks_of(f"{path}.{key}", section[key])
        return
    for name, block in (section or {}).items():
        variants = [block[key] for key in block if key != "by"] if is_table(block) else [block]
        yield from ((f"{path}.{name}", variant) for variant in variants if variant is not None)


BLOCKS = sorted(
    (
        (f"{scheme}:{place}", section, block)
        for scheme in COVERED
        for source in edition_sources(ROOT, scheme)
        for section in ("tree", "rankings", "outcomes", "assumptions")
        for place, block in blocks_of(section, source.data.get(section))
    ),
    key=lambda found: found[0],
)
each_block = pytest.mark.parametrize(("ref", "section", "block"), BLOCKS, ids=[ref for ref, _, _ in BLOCKS])


@pytest.fixture(scope="module")
def carriers() -> dict[str, list[Clause]]:
    """What carries a clause → the clauses it carries."""
    found: dict[str, list[Clause]] = {}
    for clause in read_clauses(ROOT / FILE):
        for ref in clause.carried_by:
            found.setdefault(ref, []).append(clause)
    return found


@each_block
def test_no_part_of_an_edition_is_without_a_clause(
    carriers: dict[str, list[Clause]], ref: str, section: str, block: dict[str, Any]
) -> None:
    """A node, ranking or outcome stands in the row of the clause that it names itself; an assumption in some row."""
    clauses = [clause.clause for clause in carriers.get(ref, [])]
    assert clauses
    assert section == "assumptions" or clauses_named(block) <= set(clauses)


@each_block
def test_rows_name_the_kinds_of_what_carries_them(carriers: dict[str, list[Clause]], ref: str, section: str, block: dict[str, Any]) -> None:
    """The measure, rule, aggregate or outcome of a block stands in the column kind of each of its rows."""
    for clause in carriers[ref]:
        assert kinds_of(section, block) <= set(clause.kinds)


def clauses_named(block: dict[str, Any]) -> set[str]:
    """Clauses that a block names: one, or one per kind of period."""
    clause = block["clause"]
    return {text for key, text in clause.items() if key != "by"} if is_table(clause) else {clause}


def kinds_of(section: str, block: dict[str, Any]) -> set[str]:
    """Names of the kinds that a block of an edition uses."""
    if section == "rankings":
        return {"ranking"}
    if section == "outcomes":
        return set(block) & set(OUTCOMES)
    if section == "assumptions":
        return set()
    if "children" in block:
        return {block.get("aggregate", "sum")}
    return (set(block["measure"]) & set(MEASURES)) | (set(block["rule"]) & set(RULES))
