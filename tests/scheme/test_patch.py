"""Patches: they reach exactly what they name, keep the line of their own file, and say when they reach nothing."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.scheme.patch import apply_patch
from evalbook.scheme.source import Source, parse_yaml

RANKED = {"rank_bands": {"1": "6"}}
COUNTED = {"per_item": "1"}
STEPPED = {"steps": {"first": "6", "each": "-1"}}


def edition(**leaves: Any) -> Source:
    """An edition with the given nodes."""
    return Source({"tree": leaves}, "params/x/2020.yaml")


def leaf(rule: Any, measure: Any = None) -> dict[str, Any]:
    """A leaf with a rule."""
    return {"label": "甲", "marks": "6", "measure": measure or {"value": "$x"}, "rule": dict(rule)}


def patched(source: Source, **patch: Any) -> tuple[Source, list[str], list[Any]]:
    """(edition patched, paths changed, faults); ``__`` stands for a dot and ``_all_`` for a star."""
    mapping = {key.replace("_all_", "*").replace("__", "."): value for key, value in patch.items()}
    result, changed, faults = apply_patch(source, mapping, origin=Source(mapping, "origin.yaml"), at=())
    return result, [path for path, _, _ in changed], faults


def test_a_wildcard_touches_the_rules_that_know_the_key() -> None:
    """tree.*.rule.ties reaches rules that rank and leaves counts, branches and measures alone."""
    source = edition(a=leaf(RANKED), b=leaf(COUNTED), c={"label": "乙", "children": ["a", "b"]}, d=leaf({"thirds": ["3", "2", "1"]}))
    result, changed, faults = patched(source, tree___all___rule__ties="dense")
    assert (changed, faults) == (["tree.a.rule.ties", "tree.d.rule.ties"], [])
    assert "ties" not in result.data["tree"]["b"]["rule"]


def test_a_wildcard_reaches_inner_measures_and_tables() -> None:
    """Measures inside a rank and the table of a rule are reached like everything else."""
    source = edition(a=leaf(STEPPED, {"rank": {"growth": "$x", "against": "previous"}}), b=leaf(STEPPED, {"rank": "$x"}))
    _, changed, _ = patched(source, tree___all___measure__rank__undefined="best", tree___all___rule__steps__floor="0")
    assert changed == ["tree.a.measure.rank.undefined", "tree.a.rule.steps.floor", "tree.b.rule.steps.floor"]


def test_leaves_and_branches_are_told_apart() -> None:
    """`missing` means something to branches only, `measure` to leaves only."""
    source = edition(a=leaf(RANKED), t={"label": "总", "children": ["a"]})
    assert patched(source, tree___all___missing="refuse")[1] == ["tree.t.missing"]
    assert patched(source, tree___all___when=None)[1] == ["tree.a.when", "tree.t.when"]


KEYS = ("ties", "recut", "cut", "cap", "floor", "yields")
KNOWN = {
    "rank_bands": {"ties", "recut"},
    "thirds": {"ties", "cut"},
    "shares": {"ties", "cut"},
    "per_item": {"cap"},
    "deduct": {"floor"},
    "line": {"yields"},
    "met": set(),
}


@given(
    rules=st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=6),
    key=st.sampled_from(KEYS),
    present=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_wildcards_touch_exactly_the_nodes_that_match(rules: list[str], key: str, present: list[bool]) -> None:
    """Of any set of leaves those are changed whose rule has or may have the key; all others are what they were."""
    leaves = {f"n{n}": leaf({rule: "x"} | ({key: "old"} if present[n] and key in KNOWN[rule] else {})) for n, rule in enumerate(rules)}
    source = edition(**leaves)
    before = copy.deepcopy(source.data)
    result, changed, faults = patched(source, **{f"tree___all___rule__{key}": "new"})
    expected = [f"n{n}" for n, rule in enumerate(rules) if key in KNOWN[rule]]
    assert changed == [f"tree.{name}.rule.{key}" for name in expected]
    assert bool(faults) is (not expected)
    assert source.data == before, "the patch works on a copy"
    for name, was in before["tree"].items():
        rule = {**was["rule"], key: "new"} if name in expected else was["rule"]
        assert result.data["tree"][name] == {**was, "rule": rule}


def test_by_tables_are_passed_through() -> None:
    """A rule that differs by group is patched under each of its keys that know the path, never beside them."""
    source = edition(a=leaf({"by": "$group", "县": dict(RANKED), "区": dict(COUNTED)}))
    _, changed, _ = patched(source, tree___all___rule__ties="dense")
    assert changed == ["tree.a.rule.县.ties"]
    result, changed, _ = patched(source, tree__a__rule__cap="3")
    assert changed == ["tree.a.rule.区.cap"]
    assert "cap" not in result.data["tree"]["a"]["rule"]


def test_one_key_of_a_by_table_can_be_patched() -> None:
    """A path that names a key of the table reaches that key alone, also a new one."""
    source = edition(a={**leaf(RANKED), "marks": {"by": "$group", "县": "6"}})
    assert patched(source, tree__a__marks__县="5")[0].data["tree"]["a"]["marks"] == {"by": "$group", "县": "5"}
    assert patched(source, tree__a__marks__区="4")[0].data["tree"]["a"]["marks"] == {"by": "$group", "县": "6", "区": "4"}


def test_patches_follow_one_another() -> None:
    """Later paths of one patch see what earlier ones made."""
    source = edition(a=leaf(RANKED))
    result, _, _ = patched(source, tree__a__rule={"thirds": ["3", "2", "1"]}, tree___all___rule__cut="floor")
    assert result.data["tree"]["a"]["rule"] == {"thirds": ["3", "2", "1"], "cut": "floor"}


def test_old_and_new_value_are_recorded() -> None:
    """What a patch changed is told with the value before, None where there was none."""
    _, changed, _ = apply_patch(edition(a=leaf(COUNTED)), {"tree.a.rule.per_item": "2", "tree.a.rule.cap": "9"}, origin=edition(), at=())
    assert changed == [("tree.a.rule.per_item", "1", "2"), ("tree.a.rule.cap", None, "9")]


def test_places_of_a_patch_over_several_lines() -> None:
    """What a patch brings in stands where the patch stands: every inner path has its own line of the patch's file."""
    origin = parse_yaml("x: 1\npatch:\n  tree.a.rule:\n    steps:\n      first: 6\n      each: -1\n", "origin.yaml")
    source = parse_yaml("tree:\n  a:\n    rule: {met: marks}\n", "edition.yaml")
    result, _, _ = apply_patch(source, origin.data["patch"], origin=origin, at=("patch",))
    assert result.place(("tree", "a", "rule", "steps", "each")) == ("origin.yaml", 6)
    assert result.place(("tree", "a", "rule", "met")) == ("origin.yaml", 3)
    assert result.place(("tree", "a")) == ("edition.yaml", 2)


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("tree.aa.marks", "“a”"),
        ("tre.a.marks", "“tree”"),
        ("tree.a.rul.ties", "“rule”"),
        ("tree.*.rule.tie", "通配路径"),
        ("tree.*", "通配路径"),
        ("tree.a.marks.x", "请核对路径"),
        ("tree..marks", "a"),
    ],
    ids=["name", "section", "key", "no-rule-knows-it", "bare-star", "below-a-number", "empty-segment"],
)
def test_a_path_that_reaches_nothing(told: Any, path: str, remedy: str) -> None:
    """A patch that hits nothing is refused at its own line with the nearest name at the segment that is wrong."""
    origin = parse_yaml(f"a: 1\npatch:\n  {path}: 1\n", "origin.yaml")
    _, changed, faults = apply_patch(edition(a=leaf(COUNTED)), origin.data["patch"], origin=origin, at=("patch",))
    (fault,) = faults
    assert changed == []
    assert (told(fault).code, fault.file, fault.row) == ("patch.no_target", "origin.yaml", 3)
    assert path in fault.message
    assert remedy in fault.remedy


def test_overrides_have_no_line() -> None:
    """What is set on the command line stands in no file: the fault names no line rather than a wrong one."""
    result, _, _ = apply_patch(edition(a=leaf(COUNTED)), {"tree.a.rule.cap": "x"}, origin=Source({}, "--set"), at=())
    fault = result.fault("x", "应为数", ("tree", "a", "rule", "cap"))
    assert (fault.file, fault.row) == ("--set", None)


# --- blocks of by-tables, and blocks that a patch takes away --------------------------------------------------------------

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
    """The block and its name are gone; one that is not there, perhaps misspelt, cannot be taken away."""
    found, changed = outcomes("{outcomes.single: null}")
    assert list(found) == ["best", "behind"]
    assert changed == ["outcomes.single"]
    origin = parse_yaml("outcomes.sngle: null", "patch.yaml")
    _, _, faults = apply_patch(parse_yaml(EDITION, "edition.yaml"), origin.data, origin=origin, at=())
    assert [(fault.code, fault.remedy) for fault in faults] == [("patch.no_target", "最接近的名称是“single”")]


def test_null_inside_a_block_is_a_value() -> None:
    """A key of a block is set to null, which is a reading of its own (no floor, no cap)."""
    source = Source({"tree": {"x": {"rule": {"cap": "100"}}}}, "edition.yaml")
    patched, _, _ = apply_patch(source, {"tree.x.rule.cap": None}, origin=Source({}, "patch.yaml"), at=())
    assert patched.data == {"tree": {"x": {"rule": {"cap": None}}}}
