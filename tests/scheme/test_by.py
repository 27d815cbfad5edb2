"""By-tables: a block once per combination of keys, sections once per kind of period, and every gap in a table told."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.periods import Period
from evalbook.scheme.by import Choice, fix, is_table, locate, problems, settle, variants
from evalbook.scheme.source import parse_yaml

YEAR = Period(2023)
MARKS = "marks: 10\n    clause: 一（一）"
OTHER = "marks: 10\n    clause: 一（二）"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"by": "$group", "县": "1"}, True),
        ({"by": "year", "2023": "1"}, True),
        ({"by": "period_kind", "year": "1"}, True),
        ({"by": "place", "quota": "3"}, False),
        ({"by": {"label": "经办"}}, False),
        ({"quota": "3"}, False),
        ("$group", False),
    ],
    ids=["attribute", "year", "kind", "ranking", "column-named-by", "no-by", "text"],
)
def test_what_is_a_by_table(raw: Any, expected: bool) -> None:
    """A by-table names an attribute with $, or a property of the period; a quota that goes by a ranking is none."""
    assert is_table(raw) is expected


def test_one_attribute_in_two_places_goes_together() -> None:
    """Two tables of one attribute give one variant per key, not four."""
    raw = {"marks": {"by": "$group", "县": "10", "区": "8"}, "rule": {"cap": {"by": "$group", "县": "a", "区": "b"}}}
    found = [({c.attribute: c.key for c in choices}, block) for choices, block in variants(raw, YEAR)]
    expected = [({"group": "县"}, {"marks": "10", "rule": {"cap": "a"}}), ({"group": "区"}, {"marks": "8", "rule": {"cap": "b"}})]
    assert found == expected


def test_else_stands_for_the_other_values() -> None:
    """else is meant for values without a key of their own, and for no other."""
    choice = Choice("group", "else", ("县", "区"))
    assert [value for value in ("县", "区", "开发区", "") if choice.allows(value)] == ["开发区", ""]
    assert [value for value in ("县", "区") if Choice("group", "县", ("县", "区")).allows(value)] == ["县"]


@pytest.mark.parametrize(("year", "expected"), [(2022, "1"), (2023, "2"), (2024, "9")], ids=["first", "second", "else"])
def test_year_is_settled_for_all(year: int, expected: str) -> None:
    """A table keyed by year leaves one variant."""
    assert variants({"x": {"by": "year", "2022": "1", "2023": "2", "else": "9"}}, Period(year)) == [((), {"x": expected})]


@pytest.mark.parametrize(
    ("period", "expected"), [("2023", "y"), ("2023H1", "h"), ("2023Q4", "q"), ("2023-05", "m")], ids=["year", "half", "quarter", "month"]
)
def test_kind_of_period_is_settled(period: str, expected: str) -> None:
    """Years, half-years, quarters and months each take their own."""
    raw = {"by": "period_kind", "year": "y", "half": "h", "quarter": "q", "month": "m"}
    assert fix([raw], Period.parse(period)) == [expected]


attributes = st.sampled_from(["a", "b", "c"])
tables = st.builds(
    lambda attribute, keys: {"by": f"${attribute}", **{key: f"{attribute}={key}" for key in keys}},
    attributes,
    st.lists(st.sampled_from(["县", "区", "镇", "else"]), min_size=1, unique=True),
)


@given(blocks=st.dictionaries(st.sampled_from("pqrst"), st.one_of(st.just("same"), tables, st.lists(tables, max_size=2)), min_size=1))
def test_variants_cover_the_product_of_the_keys(blocks: dict[str, Any]) -> None:
    """There is exactly one variant for each combination of the keys of all attributes, it holds no table any more, and every value
    in it is the one that its own choices select."""
    keys: dict[str, dict[str, None]] = {}
    for table in [t for b in blocks.values() for t in (b if isinstance(b, list) else [b]) if isinstance(t, dict)]:
        keys.setdefault(table["by"][1:], {}).update(dict.fromkeys(k for k in table if k != "by"))
    expected = {tuple(sorted(zip(keys, combination, strict=True))) for combination in itertools.product(*keys.values())}
    found = variants(blocks, YEAR)
    actual = [tuple(sorted((c.attribute, c.key) for c in choices)) for choices, _ in found]
    assert len(actual) == len(set(actual))
    assert set(actual) == expected
    for choices, block in found:
        chosen = {c.attribute: c.key for c in choices}
        for name, was in blocks.items():
            pairs = zip(was, block[name], strict=True) if isinstance(was, list) else [(was, block[name])]
            for before, after in pairs:
                by = before["by"][1:] if isinstance(before, dict) else ""
                assert after == (before.get(chosen[by], before.get("else")) if by else before)


def test_lists_of_children_may_differ() -> None:
    """A child list is a parameter like any other."""
    raw = {"children": {"by": "$group", "县": ["a", "b"], "else": ["a"]}}
    assert [block["children"] for _, block in variants(raw, YEAR)] == [["a", "b"], ["a"]]


def test_locate_finds_the_written_place() -> None:
    """A path of a variant is found again below the keys of the tables that stand in between, nested ones and years too."""
    raw = {"rule": {"by": "year", "else": {"by": "$group", "县": {"steps": [{"x": "1"}]}, "else": {"steps": []}}}}
    assert locate(raw, {"group": "县"}, YEAR, ("rule", "steps", 0, "x")) == ("rule", "else", "县", "steps", 0, "x")
    assert locate(raw, {"group": "else"}, YEAR, ("rule", "steps")) == ("rule", "else", "else", "steps")
    assert locate(raw, {"group": "县"}, YEAR, ("no", "such", 3)) == ("no", "such", 3)


PROBLEMS = {
    "no-keys": ({"by": "$group"}, "by.empty", ()),
    "year-that-is-none": ({"by": "year", "二三年": "1", "else": "2"}, "by.key", ("二三年",)),
    "year-of-other-digits": ({"by": "year", "２０２３": "1", "else": "2"}, "by.key", ("２０２３",)),
    "kind-that-is-none": ({"by": "period_kind", "quater": "1", "else": "2"}, "by.key", ("quater",)),
    "year-left-out": ({"by": "year", "2022": "1"}, "by.no_key", ()),
    "kind-left-out": ({"by": "period_kind", "quarter": "1"}, "by.no_key", ()),
    "key-only-beside": ({"x": {"by": "$g", "县": "1", "区": "2"}, "y": {"by": "$g", "县": "1"}}, "by.no_key", ("y",)),
    "else-only-beside": ({"x": {"by": "$g", "县": "1", "else": "2"}, "y": {"by": "$g", "县": "1"}}, "by.no_key", ("y",)),
}


@pytest.mark.parametrize("case", PROBLEMS.values(), ids=PROBLEMS)
def test_tables_that_leave_a_case_open(case: tuple[Any, str, tuple[str, ...]]) -> None:
    """A table without keys, with a key that nothing can have, or without one that is needed is a problem at its place."""
    raw, code, path = case
    assert (code, path) in [(problem.code, problem.path) for problem in problems(raw, YEAR)]


def test_tables_of_other_years_are_left_alone() -> None:
    """What stands under another year than the one evaluated may have other keys."""
    raw = {"by": "year", "2022": {"x": {"by": "$g", "镇": "1"}}, "2023": {"x": {"by": "$g", "县": "1", "区": "2"}}}
    assert list(problems(raw, YEAR)) == []


# --- in an edition -----------------------------------------------------------------------------------------------------


def by(text: str, *keys: str) -> tuple[str, str]:
    """A change that makes the marks of a leaf a by-table of $group."""
    return text, text.replace("10", "{by: $group, " + ", ".join(keys) + "}")


def test_faults_inside_a_table_stand_at_their_own_key(small: Any) -> None:
    """A mistake under one key of a by-table over several lines is told with the line and the path of that key."""
    change = ("rule: {per_item: 2, cap: marks}", "rule:\n      by: $group\n      县: {per_item: 2}\n      区: {per_itm: 1}")
    (fault,) = small.faults(change)
    assert fault.path == "tree.project_points.rule.区"
    assert fault.row == small.line("区: {per_itm", change)
    assert "“per_item”" in fault.remedy


def test_every_variant_is_checked_not_only_the_first(small: Any) -> None:
    """Two mistakes under two keys of one table come out together."""
    faults = small.faults(by(MARKS, "县: ten", "区: -1e"))
    assert [f.path for f in faults] == ["tree.trade_points.marks.县", "tree.trade_points.marks.区"]


@pytest.mark.parametrize(
    ("keys", "code", "words"),
    [
        (("县: 10", "市: 10"), "by.attribute", "区、县"),
        (("县: 10",), "", ""),
        (("县: 10", "else: 10"), "", ""),
    ],
    ids=["value-that-none-has", "key-left-out", "else"],
)
def test_keys_are_values_of_the_attribute(small: Any, keys: tuple[str, ...], code: str, words: str) -> None:
    """A key that the attribute cannot have is refused with its values; leaving one out is told only when a unit has it."""
    faults = small.faults(by(MARKS, *keys))
    assert [f.code for f in faults] == ([code] if code else [])
    assert all(words in f.remedy for f in faults)


@pytest.mark.parametrize(
    ("attribute", "code", "remedy"),
    [("$grop", "by.attribute", "“group”"), ("$trade", "by.attribute", "“grade”"), ("group", "value.not_a_number", "by: $group")],
    ids=["misspelt", "figure", "no-dollar"],
)
def test_attribute_of_a_table(small: Any, attribute: str, code: str, remedy: str) -> None:
    """A table is keyed by an attribute that units have, written with $."""
    faults = small.faults((MARKS, MARKS.replace("10", f"{{by: {attribute}, 县: 10, 区: 10}}")))
    assert {f.code for f in faults} == {code}
    assert all(remedy in f.remedy for f in faults)


def test_marks_add_up_in_every_case(small: Any) -> None:
    """A sum that is right for one group and wrong for another is told for the other, by the word of the attribute."""
    (fault,) = [f for f in small.faults(by(OTHER, "县: 10", "区: 8")) if f.code == "marks.sum"]
    assert "分组为“区”" in fault.message
    assert "10 + 8 ＝ 18" in fault.message


def test_marks_that_differ_and_add_up_are_fine(small: Any) -> None:
    """10 + 10 in one group and 8 + 12 in the other are both 20, in whatever order the keys are written."""
    rule = ("rule: {rank_bands: {1: 10, 2-3: 6, 4: 2}}", "rule: {rank_bands: {1: 8, 2-3: 6, 4: 2}}")
    assert small.faults(by(MARKS, "县: 10", "区: 8"), by(OTHER, "区: 12", "县: 10"), rule) == []


def test_a_ranking_has_no_table(small: Any) -> None:
    """Scoring reads one form of a ranking: another one per group would be left out silently, so it is refused."""
    (fault,) = small.faults(("{of: total, label: 名次", "{of: total, order: {by: $group, 县: desc, 区: asc}, label: 名次"))
    assert fault.code == "by.ranking"


def test_a_node_is_a_leaf_or_a_branch_for_all(small: Any) -> None:
    """A node cannot be an indicator here and a branch there."""
    leaf = "{label: 项目, marks: 10, clause: 一, measure: {value: $trade}, rule: {judged: marks}}"
    branch = "{label: 项目, marks: 10, clause: 一, children: [extra_points]}"
    block = f"project_points: {{by: $group, 县: {leaf}, 区: {branch}}}\n  extra_points:\n    label: 项目"
    assert "by.mixed" in [f.code for f in small.faults(("project_points:\n    label: 项目", block))]


# --- whole sections ----------------------------------------------------------------------------------------------------

SECTION = "tree:\n  by: period_kind\n  quarter:\n    part: {marks: 1}\n  year:\n    total: {marks: 4}\n"


@pytest.mark.parametrize(("period", "name", "line"), [("2023Q1", "part", 4), ("2023", "total", 6)], ids=["quarter", "year"])
def test_sections_by_kind_of_period_keep_their_lines(period: str, name: str, line: int) -> None:
    """The section that governs takes the place of the table, and its paths still know their lines."""
    source, faults = settle(parse_yaml(SECTION, "x.yaml"), Period.parse(period))
    assert faults == []
    assert list(source.data["tree"]) == [name]
    assert source.place(("tree", name)) == ("x.yaml", line)


def test_a_section_by_attribute_is_refused(told: Any) -> None:
    """Which blocks there are cannot differ from unit to unit."""
    _, faults = settle(parse_yaml("tree: {by: $group, 县: {a: 1}}", "x.yaml"), YEAR)
    assert [(told(f).code, f.row, f.path) for f in faults] == [("by.section", 1, "tree.by")]
