"""Patches through by-tables, and blocks that a patch takes away."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.scheme.patch import apply_patch
from evalbook.scheme.source import Source, parse_yaml

EDITION = """
rankings: {place: {of: total}}
outcomes:
  best: {by: period_kind, year: {quota: 5, by: place}, else: null}
  single: {by: period_kind, year: {quota: 3, by: place}, else: null}
  behind: {list: {lt: [done, 100]}}
"""


def outcomes(patch: str) -> tuple[dict[str, Any], list[str]]:
    """The outcomes after a patch, and the paths that it changed."""
    origin = parse_yaml(patch, "patch.yaml")
    source, changed, faults = apply_patch(parse_yaml(EDITION, "edition.yaml"), origin.data, origin=origin, at=())
    assert not faults
    return source.data["outcomes"], [path for path, _, _ in changed]


@pytest.mark.parametrize("path", ["outcomes.*.quota", "outcomes.*.year.quota"], ids=["passed-through", "named"])
def test_a_wildcard_goes_through_the_table_of_a_block(path: str) -> None:
    """Whether the path names the key of the by-table or not, it reaches the two that have a quota and not the list."""
    found, changed = outcomes(f"{path}: 2")
    assert changed == ["outcomes.best.year.quota", "outcomes.single.year.quota"]
    assert [found[name]["year"]["quota"] for name in ("best", "single")] == ["2", "2"]


def test_a_named_key_may_get_what_its_kind_has() -> None:
    """A key that no block has yet is added where its kind knows it: ties across the cut-off are a matter of quotas, not of lists."""
    found, changed = outcomes("outcomes.*.year.across_tie: all_in")
    assert changed == ["outcomes.best.year.across_tie", "outcomes.single.year.across_tie"]
    assert found["behind"] == {"list": {"lt": ["done", "100"]}}


def test_null_takes_a_block_away() -> None:
    """The block and its name are gone; of one that is not there nothing is told."""
    found, changed = outcomes("{outcomes.single: null, outcomes.absent: null}")
    assert list(found) == ["best", "behind"]
    assert changed == ["outcomes.single"]


def test_null_inside_a_block_is_a_value() -> None:
    """A key of a block is set to null, which is a reading of its own (no floor, no cap)."""
    source = Source({"tree": {"x": {"rule": {"cap": "100"}}}}, "edition.yaml")
    patched, _, _ = apply_patch(source, {"tree.x.rule.cap": None}, origin=Source({}, "patch.yaml"), at=())
    assert patched.data == {"tree": {"x": {"rule": {"cap": None}}}}
