"""Every mistake that the types of a block show: where it stands, what was found, what to do, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.scheme.models import Years
from evalbook.scheme.source import Source
from evalbook.scheme.validate import validate

TRADE = "measure: {gap: $trade, against: previous}"
BANDS = "rule: {rank_bands: {1: 10, 2-3: 6, 4: 2}}"
ITEMS = "rule: {per_item: 2, cap: marks}"
WHERE = '{eq: [$list, "国家库"]}'
MARKS = "marks: 10\n    clause: 一（一）"
ROSTER = "roster: 4"
T, P, A = "tree.trade_points", "tree.project_points", "assumptions.ties"

# id: (what stands in the edition, what the author wrote instead, path of the fault, what the fault says)
UNKNOWN_KEYS = {
    "file": ("schema: 1", "schema: 1\ntrees: {}", "trees", "“tree”"),
    "edition": ("number:", "numbr:", "edition.numbr", "“number”"),
    "governs": ("{from: 2020}", "{form: 2020}", "edition.governs.form", "“from”"),
    "round": (ROSTER, "round: {decimal: 2}", "edition.round.decimal", "“decimals”"),
    "table": ("belongs_to: units", "belong_to: units", "tables.projects.belong_to", "“belongs_to”"),
    "column": ("{label: 贸易额, uom", "{label: 贸易额, oum", "tables.units.columns.trade.oum", "“uom”"),
    "column-far": (
        "{label: 贸易额, uom",
        "{label: 贸易额, unit",
        "tables.units.columns.trade.unit",
        "可用的名称：breaks、clause、cumulative",
    ),
    "leaf": (MARKS, "mark: 10\n    clause: 一（一）", f"{T}.mark", "“marks”"),
    "branch": ("points]}", "points], agregate: sum}", "tree.total.agregate", "“aggregate”"),
    "aggregate": (
        "points]}",
        "points], aggregate: {geometric: {decimal: 1}}}",
        "tree.total.aggregate.geometric.decimal",
        "最接近的名称是“decimals”",
    ),
    "clip": (ITEMS, f"clip: {{flor: 0}}\n    {ITEMS}", f"{P}.clip.flor", "“floor”"),
    "rule": ("cap: marks", "caps: marks", f"{P}.rule.caps", "“cap”"),
    "rule-table": (ITEMS, "rule: {steps: {first: 10, each: -1, flor: 0}}", f"{P}.rule.steps.flor", "“floor”"),
    "measure": (TRADE, "measure: {gap: $trade, against: previous, rond: 1}", f"{T}.measure.rond", "“round”"),
    "named-measure": (
        "{growth: $trade,",
        "{growth: $trade, undefind: best,",
        "measures.trade_growth.undefind",
        "最接近的名称是“undefined”",
    ),
    "inner-measure": (
        TRADE,
        "measure: {rank: {growth: $trade, against: previous, undefind: best}}",
        f"{T}.measure.rank.undefind",
        "最接近的名称是“undefined”",
    ),
    "at-least": (
        WHERE,
        "{at_least: {k: 1, of: [{missing: $list}], offf: 1}}",
        f"{P}.measure.where.at_least.offf",
        "最接近的名称是“of”",
    ),
    "ranking": ("label: 名次,", "label: 名次, tie: dense,", "rankings.place.tie", "“ties”"),
    "outcome": ("by: place,", "by: place, refil: true,", "outcomes.awarded.refil", "“refill”"),
    "case": (
        "{quota: 2, by: place,",
        "{choose: [{when: {ge: [total, 1]}, value: 1, val: 2}, {else: 0}],",
        "outcomes.awarded.choose.0.val",
        "最接近的名称是“value”",
    ),
    "decided-by": (
        "by: place,",
        "by: place, across_tie: {decided_by: total, oder: asc},",
        "outcomes.awarded.across_tie.oder",
        "最接近的名称是“order”",
    ),
    "assumption": (
        "    silent: 并列",
        "    note: x\n    silence: 1\n    silent: 并列",
        f"{A}.silence",
        "最接近的名称是“silent”",
    ),
    "alternative": (
        "label: 后续名次连续,",
        "label: 后续名次连续, labl: x,",
        f"{A}.alternatives.dense.labl",
        "最接近的名称是“label”",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN_KEYS.values(), ids=UNKNOWN_KEYS)
def test_unknown_key_at_every_level(small: Any, case: tuple[str, str, str, str]) -> None:
    """An unknown key is refused wherever it stands, with line, path and the nearest key that means something there."""
    old, new, path, remedy = case
    key = path.rpartition(".")[2]
    (fault,) = [f for f in small.faults((old, new)) if f.code == "key.unknown"]
    assert fault.path == path
    assert fault.row == small.line(f"{key}:", (old, new))
    assert f"不认识的键“{key}”" in fault.message
    assert remedy in fault.remedy
    assert fault.remedy.startswith(("最接近的名称是", "可用的名称"))


# id: (what stands in the edition, what the author wrote instead, code, path, words of the fault)
WRONG = {
    # kinds
    "misspelt-measure": ("gap: $trade", "gapp: $trade", "value.unknown_kind", f"{T}.measure", ["“gapp”", "“gap”"]),
    "misspelt-rule": ("rank_bands", "rank_band", "value.unknown_kind", f"{T}.rule", ["“rank_band”", "“rank_bands”"]),
    "misspelt-aggregate": ("points]}", "points], aggregate: summ}", "value.unknown_kind", "tree.total.aggregate", ["“summ”", "“sum”"]),
    "no-kind-at-all": ("quota: 2, by: place", "by: place", "value.no_kind", "outcomes.awarded", ["没有写明用哪一种结果运用方式", "quota"]),
    "misspelt-outcome": ("quota: 2", "quotas: 2", "value.unknown_kind", "outcomes.awarded", ["“quotas”", "“quota”"]),
    "misspelt-condition": (WHERE, "{equal: [1, 1]}", "value.unknown_condition", f"{P}.measure.where", ["“equal”", "eq"]),
    "misspelt-inner-condition": (
        WHERE,
        '{all: [{is: $x}, {nott: {eq: [$list, "省库"]}}]}',
        "value.unknown_condition",
        f"{P}.measure.where.all.1",
        ["“nott”", "“not”"],
    ),
    "two-measures": (
        TRADE,
        "measure: {gap: $trade, ratio: $trade, against: previous}",
        "value.two_kinds",
        f"{T}.measure",
        ["gap、ratio"],
    ),
    "two-rules": ("cap: marks", "cap: marks, met: marks", "value.two_kinds", f"{P}.rule", ["per_item、met"]),
    "two-aggregates": (
        "points]}",
        "points], aggregate: {sum: null, mean: null}}",
        "value.two_kinds",
        "tree.total.aggregate",
        ["sum、mean"],
    ),
    "two-outcomes": ("quota: 2,", "quota: 2, choose: [{else: 1}],", "value.two_kinds", "outcomes.awarded", ["quota、choose"]),
    "two-conditions": (WHERE, "{missing: $list, is: $list}", "value.not_a_condition", f"{P}.measure.where", ["只有一个键"]),
    "not-a-kind": (ITEMS, "rule: per_item", "value.not_a_kind", f"{P}.rule", ["计分规则", "per_item"]),
    "bare-text": (WHERE, "{eq: [$list, 国家库]}", "value.not_a_name", f"{P}.measure.where.eq.1", ["加引号的文字", "国家库"]),
    "blank-condition": (WHERE, "{not: null}", "value.blank_condition", f"{P}.measure.where", ["“not”"]),
    "one-operand": (WHERE, "{eq: [$list]}", "value.two_operands", f"{P}.measure.where", ["“eq”", "两个比较对象"]),
    "not-in-list": (
        "by: place,",
        "by: place, across_tie: pendng,",
        "value.not_allowed",
        "outcomes.awarded.across_tie",
        ["pendng", "“pending”"],
    ),
    "otherwise": (MARKS, f"otherwise: exemt\n    {MARKS}", "value.not_allowed", f"{T}.otherwise", ["exemt", "“exempt”"]),
    # scalars that other readers change behind the author's back
    "flag-no": (MARKS, f"counts: no\n    {MARKS}", "value.not_a_flag", f"{T}.counts", ["true 或 false", "no"]),
    "flag-yes": (MARKS, f"official: yes\n    {MARKS}", "value.not_a_flag", f"{T}.official", ["true 或 false", "yes"]),
    "flag-on": (MARKS, f"counts: on\n    {MARKS}", "value.not_a_flag", f"{T}.counts", ["true 或 false", "on"]),
    "flag-capital": (MARKS, f"counts: False\n    {MARKS}", "value.not_a_flag", f"{T}.counts", ["true 或 false", "False"]),
    "number-yes": (MARKS, MARKS.replace("10", "yes"), "value.not_a_number", f"{T}.marks", ["应为数", "yes"]),
    "leading-zero": (ROSTER, "roster: 010000", "value.leading_zero", "edition.roster", ["加引号", "010000"]),
    "leading-zero-marks": (MARKS, MARKS.replace("10", "010"), "value.leading_zero", f"{T}.marks", ["去掉前面的0", "010"]),
    "code-without-quotes": (
        WHERE,
        "{eq: [$list, 010000]}",
        "value.leading_zero",
        f"{P}.measure.where.eq.1",
        ["加引号", "010000"],
    ),
    "exponent": (MARKS, MARKS.replace("10", "1e1"), "value.not_a_number", f"{T}.marks", ["1e1"]),
    "infinite": (MARKS, MARKS.replace("10", ".inf"), "value.not_a_number", f"{T}.marks", [".inf"]),
    "separator": (MARKS, MARKS.replace("10", "1,000"), "value.not_a_number", f"{T}.marks", ["1,000"]),
    "with-unit": (MARKS, MARKS.replace("10", "10分"), "value.not_a_number", f"{T}.marks", ["10分"]),
    "full-width-digits": (ROSTER, "roster: ４", "value.not_an_integer", "edition.roster", ["整数", "４"]),
    "negative-roster": (ROSTER, "roster: -4", "value.not_an_integer", "edition.roster", ["非负整数", "-4"]),
    "fraction-roster": (ROSTER, "roster: 4.0", "value.not_an_integer", "edition.roster", ["整数", "4.0"]),
    "endless-number": (ROSTER, "roster: " + "9" * 5000, "value.not_an_integer", "edition.roster", ["共5000字"]),
    "too-many-decimals": (ROSTER, "round: {decimals: 400}", "value.decimals", "edition.round.decimals", ["0到12", "400"]),
    # wrong types
    "list-for-text": ("title: 示例办法", "title: [示例办法]", "value.string_type", "edition.title", ["应为文字"]),
    "mapping-for-text": ("title: 示例办法", "title: {a: b}", "value.string_type", "edition.title", ["应为文字"]),
    "blank-text": ("title: 示例办法", "title:", "value.string_type", "edition.title", ["没有填写"]),
    "flag-for-text": ("title: 示例办法", "title: true", "value.string_type", "edition.title", ["应为文字", "“true”"]),
    "text-for-list": ("[trade_points, project_points]", "trade_points", "value.list_type", "tree.total.children", ["应为列表", "[甲, 乙]"]),
    "empty-list": ("[trade_points, project_points]", "[]", "value.too_short", "tree.total.children", ["至少应有1项"]),
    "text-for-mapping": ("governs: {from: 2020}", "governs: 2020", "value.model_type", "edition.governs", ["映射", "2020"]),
    "blank-block": ("{label: 投资额, uom: 万元}", " ", "value.model_type", "tables.units.columns.investment", ["没有填写"]),
    "three-thirds": (BANDS, "rule: {thirds: [10, 6]}", "value.too_short", f"{T}.rule.thirds", ["3项"]),
    "column-type": (
        "{label: 投资额, uom",
        "{label: 投资额, type: numbr, uom",
        "value.not_allowed",
        "tables.units.columns.investment.type",
        ["“number”"],
    ),
    "schema-version": ("schema: 1", "schema: 2", "value.not_allowed", "schema", ["应为“1”", "“2”"]),
    "owner": ("belongs_to: units", "belongs_to: unit", "value.not_allowed", "tables.projects.belongs_to", ["“unit”", "“units”"]),
    # names
    "name-in-chinese": ("  trade_points:\n", "  贸易:\n", "value.string_pattern_mismatch", "tree.贸易", ["小写字母", "label"]),
    "name-in-capitals": ("  trade_points:\n", "  Trade:\n", "value.string_pattern_mismatch", "tree.Trade", ["小写字母"]),
    "name-like-a-marker": ("  trade_points:\n", '  "[key]":\n', "value.string_pattern_mismatch", "tree.[key]", ["小写字母"]),
    "missing-key": ("  issued: 2020-01-01\n", "", "key.missing", "edition", ["“issued”", "请补写"]),
    "notebook-path": (ROSTER, "notebook: ../secret.ipynb", "value.notebook", "edition.notebook", ["不含路径", "../secret.ipynb"]),
    # bands
    "bands-overlap": (
        BANDS,
        BANDS.replace("2-3", "1-3"),
        "value.bands_overlap",
        f"{T}.rule.rank_bands",
        ["第1名", "两个分档"],
    ),
    "bands-gap": (BANDS, BANDS.replace("2-3", "3"), "value.bands_gap", f"{T}.rule.rank_bands", ["第2名没有分档"]),
    "bands-late": (
        BANDS,
        BANDS.replace("{1: 10, 2-3", "{3"),
        "value.bands_gap",
        f"{T}.rule.rank_bands",
        ["第1名到第2名没有分档"],
    ),
    "bands-reversed": (BANDS, BANDS.replace("2-3", "3-2"), "value.band_reversed", f"{T}.rule.rank_bands", ["“3-2”", "颠倒"]),
    "bands-from-zero": (BANDS, BANDS.replace("{1:", "{0-1:"), "value.band", f"{T}.rule.rank_bands", ["“0-1: 10”"]),
    "bands-long-dash": (BANDS, BANDS.replace("2-3", "2—3"), "value.band", f"{T}.rule.rank_bands", ["“2—3: 6”"]),
    "bands-other-digits": (BANDS, BANDS.replace("{1:", "{²:"), "value.band", f"{T}.rule.rank_bands", ["“²: 10”"]),
    # full-width punctuation that YAML takes for a part of the word
    "full-width-colon-in-key": ("{from: 2020}", "{from：2020}", "key.unknown", "edition.governs.from：2020", ["半角“:”"]),
    "full-width-colon-in-value": ("governs: {from: 2020}", "governs: from：2020", "value.model_type", "edition.governs", ["半角“:”"]),
    "by-without-dollar": (
        MARKS,
        MARKS.replace("10", "{by: group, 县: 10}"),
        "value.not_a_number",
        f"{T}.marks",
        ["by: $group"],
    ),
    "by-attribute-for-all": (
        ROSTER,
        "roster: {by: $group, 县: 4, 区: 3}",
        "value.not_an_integer",
        "edition.roster",
        ["year 或 period_kind"],
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_wrong_value_is_an_instruction(small: Any, case: tuple[str, str, str, str, list[str]]) -> None:
    """Each wrong kind, type, scalar, name and band is told in Chinese with its path, its line, the value and what to do."""
    old, new, code, path, words = case
    fault = next(f for f in small.faults((old, new)) if f.code == code)
    text = str(fault)
    assert fault.path == path
    assert [word for word in words if word not in text] == []
    first = small.edition[: small.edition.index(old)].count("\n") + 1
    assert fault.row in (range(first, first + 1 + new.count("\n")) if new else [small.line("edition:")])


def test_line_is_the_line_of_the_key(small: Any) -> None:
    """In a block over several lines the fault names the line of the key and not that of the block."""
    change = (ITEMS, "rule:\n      per_item: 2\n      cap: marcks")
    (fault,) = small.faults(change)
    assert fault.row == small.line("cap: marcks", change)
    assert fault.value == "marcks"


def test_misspelt_children_are_not_taken_for_a_leaf(small: Any) -> None:
    """A branch whose `children` is misspelt is told just that, and not that it lacks a measure and a rule."""
    faults = small.faults(("children: [trade", "childrn: [trade"))
    assert ("key.unknown", "最接近的名称是“children”") in [(f.code, f.remedy) for f in faults]
    assert not any("measure" in f.message or "rule" in f.message for f in faults)


def test_only_the_member_that_was_meant_complains(small: Any) -> None:
    """Where a word or a mapping may stand, a misspelt word is told once, and a misspelt key in the mapping as a key."""
    (word,) = small.faults(("by: place,", "by: place, across_tie: all_inn,"))
    assert word.code == "value.not_allowed"
    (other,) = small.faults((TRADE, "measure: {lookup: $grade, table: {甲: 1}, else: refus}"))
    assert (other.code, other.remedy) == ("value.not_allowed", "最接近的名称是“refuse”")
    (down,) = small.faults((ITEMS, "rule: {slices: {up: [{per: 1}], down: [{per: 1, pont: 2}]}}"))
    assert (down.code, down.path) == ("key.unknown", f"{P}.rule.slices.down.0.pont")
    codes = {f.code for f in small.faults(("by: place,", "by: place, across_tie: {decide_by: total},"))}
    assert codes == {"key.missing", "key.unknown"}


def test_all_faults_of_both_files_at_once(small: Any) -> None:
    """Mistakes of type in five sections, one that only the whole shows and one of the period file come out together, by file and line."""
    changes = [
        ("schema: 1", "schema: 1\ntrees: {}"),
        ("{label: 金额, uom", "{label: 金额, oum"),
        ("{growth: $trade,", "{growth: $trad,"),
        ("cap: marks", "caps: marks"),
        ("quota: 2", "quota: two"),
        ("silent: 并列时", "silnt: 并列时"),
        ("totals: {total: 20}", "totals: {total: 30}"),
    ]
    faults = small.faults(*changes, settings="schema: 1\nperiod: 2023\nprepard_by: x\n")
    paths = [f.path for f in faults]
    assert paths == [
        "trees",
        "tables.projects.columns.money.oum",
        "measures.trade_growth.growth",
        "tree.total.marks",
        f"{P}.rule.caps",
        "outcomes.awarded.quota",
        "assumptions.ties",
        f"{A}.silnt",
        "prepard_by",
    ]


def test_a_broken_block_is_not_told_twice(small: Any) -> None:
    """What refers to a block that cannot be read is not reported as referring to nothing."""
    assert [f.path for f in small.faults(("quota: 2", "quota: two"))] == ["outcomes.awarded.quota"]
    assert [f.code for f in small.faults((BANDS, "rule: {rank_bandz: {1: 10}}"))] == ["value.unknown_kind"]
    assert [f.path for f in small.faults(("label: 名次,", "label: 名次, tie: dense,"))] == ["rankings.place.tie"]


@pytest.mark.parametrize(
    ("annotation", "raw"),
    [(int, "x"), (float, "x"), (list[int], ["x"]), (dict[str, bytes], {"a": 1.5})],
    ids=["int", "float", "items", "bytes"],
)
def test_no_word_of_a_library_reaches_the_author(told: Any, annotation: Any, raw: Any) -> None:
    """A complaint that nobody has put into Chinese yet is told in general words, never in those of the library."""
    model, faults = validate(annotation, Source({"k": raw}, "x.yaml"), raw, ("k",))
    assert model is None
    assert [told(fault).file for fault in faults] == ["x.yaml"]


def test_a_valid_value_has_no_faults() -> None:
    """What fits comes back as the model, with an empty list."""
    assert validate(Years, Source({}, "x.yaml"), {"from": "2020"}) == (Years.model_validate({"from": "2020"}), [])
