"""Lint: what no single block shows. Each check is provoked by the smallest change that breaks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import UsageError
from evalbook.scheme.definition import SECTIONS
from evalbook.scheme.lint import lint_edition, lint_scheme, unofficial
from evalbook.scheme.scheme import build_scheme, find, load_scheme, load_sources, period_ids, scheme_ids
from evalbook.scheme.source import Source

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [(scheme, period) for scheme in scheme_ids(ROOT) for period in period_ids(ROOT, scheme)]

T, P = "tree.trade_points", "tree.project_points"
W = f"{P}.measure.where"
TRADE = "measure: {gap: $trade, against: previous}"
BANDS = "rule: {rank_bands: {1: 10, 2-3: 6, 4: 2}}"
ITEMS = "rule: {per_item: 2, cap: marks}"
WHERE = '{eq: [$list, "国家库"]}'
CHILDREN = "[trade_points, project_points]"
MARKS = "marks: 10\n    clause: 一（一）"
RANKING = "{of: total, label: 名次, clause: 二}"
AWARD = "{quota: 2, by: place, label: 激励, clause: 三}"
EXTRA = "  extra: {label: 附加, marks: 10, clause: 四, measure: {value: $trade}, rule: {judged: marks}}\nrankings:"

# id: (what stands in the edition, what the author wrote instead, code, path, words of the fault)
LINT = {
    # names
    "name-twice": ("  trade_growth:", "  total:", "name.twice", "tree.total", ["measures", "tree", "请改名"]),
    "name-reserved": ("  trade_growth:", "  previous:", "name.reserved", "measures.previous", ["另有含义"]),
    "unknown-result": ("of: total", "of: totl", "name.unknown", "rankings.place.of", ["“totl”", "“total”"]),
    "column-without-dollar": ("{gap: $trade", "{gap: trade", "name.unknown", f"{T}.measure.gap", ["请写 $trade"]),
    "unknown-tie-breaker": (RANKING, RANKING.replace("}", ", then: [totl]}"), "name.unknown", "rankings.place.then.0", ["“total”"]),
    "unknown-decider": (
        "by: place",
        "by: place, across_tie: {decided_by: totl}",
        "name.unknown",
        "outcomes.awarded.across_tie.decided_by",
        ["“total”"],
    ),
    "unknown-in-condition": (MARKS, f"when: {{ge: [totl, 1]}}\n    {MARKS}", "name.unknown", f"{T}.when.ge.0", ["“total”"]),
    "unknown-column": ("{gap: $trade", "{gap: $trad", "column.unknown", f"{T}.measure.gap", ["考核对象表", "“trade”"]),
    "column-by-its-label": ("{gap: $trade", "{gap: $贸易额", "column.unknown", f"{T}.measure.gap", ["“贸易额”是标签，请写 $trade"]),
    "unknown-item-column": (WHERE, '{eq: [$lst, "x"]}', "column.unknown", f"{W}.eq.0", ["清单“项目”", "“list”"]),
    "unknown-folded-column": (
        f"{{count: projects, where: {WHERE}}}",
        "{fold: $projects.mony}",
        "column.unknown",
        f"{P}.measure.fold",
        ["清单“项目”", "“money”"],
    ),
    "unknown-group": (RANKING, RANKING.replace("}", ", within: $grop}"), "column.unknown", "rankings.place.within", ["“group”"]),
    "unknown-published": (RANKING, RANKING.replace("}", ", published: $trad}"), "column.unknown", "rankings.place.published", ["“trade”"]),
    "unknown-list": ("count: projects", "count: project", "table.unknown", f"{P}.measure.count", ["“projects”"]),
    "units-are-no-list": ("count: projects", "count: units", "table.unknown", f"{P}.measure.count", ["projects"]),
    "unknown-folded-list": (
        f"{{count: projects, where: {WHERE}}}",
        "{fold: $project.money}",
        "table.unknown",
        P,
        ["“project”", "“projects”"],
    ),
    "circle-of-measures": (
        "{growth: $trade, against: previous}",
        "{gap: other, against: 1}\n  other: {gap: trade_growth, against: 1}",
        "graph.circle",
        "measures.trade_growth",
        ["trade_growth → other → trade_growth"],
    ),
    "circle-through-the-tree": (TRADE, "measure: {value: total}", "graph.circle", "tree.total", ["total → trade_points → total"]),
    "circle-of-one": (CHILDREN, "[trade_points, total]", "graph.circle", "tree.total", ["total → total"]),
    "circle-through-an-outcome": ("of: total", "of: awarded", "graph.circle", "rankings.place", ["place → awarded → place"]),
    # tables
    "no-roster-table": ("  units:", "  unit:", "tables.units", "tables", ["请在 tables 下声明 units"]),
    "list-of-nobody": ("    belongs_to: units\n", "", "table.no_owner", "tables.projects", ["belongs_to: units"]),
    "key-of-a-list": ("key: [list]", "key: [lst]", "column.unknown", "tables.projects.key.0", ["“list”"]),
    "column-twice": (
        "      trade: {label: 贸易额, uom: 万元}",
        "      trade: {label: 贸易额, uom: 万元}\n      group: {label: 分组}",
        "column.twice",
        "tables.units.columns.group",
        ["只在 attributes 或 columns"],
    ),
    "bounds-of-a-column": (
        "{label: 投资额, uom: 万元}",
        "{label: 投资额, min: 5, max: 1}",
        "column.bounds",
        "tables.units.columns.investment",
        ["min 大于 max"],
    ),
    # conditions
    "text-that-cannot-be": (WHERE, '{eq: [$list, "国家裤"]}', "condition.value", f"{W}.eq.1", ["国家裤", "“国家库”"]),
    "text-that-cannot-be-in": (
        WHERE,
        '{in: [$list, ["国家库", "市库"]]}',
        "condition.value",
        f"{W}.in.1.1",
        ["市库", "省库"],
    ),
    "list-that-cannot-be": (
        WHERE,
        '{not: {listed_in: "国库"}}',
        "condition.value",
        f"{W}.not.listed_in",
        ["国库", "“国家库”"],
    ),
    "size-of-texts": (MARKS, f'when: {{ge: [$grade, "B"]}}\n    {MARKS}', "condition.order_of_texts", f"{T}.when.ge.0", ["$grade", "大小"]),
    # the tree
    "unknown-child": (CHILDREN, "[trade_points, project_point]", "tree.unknown_child", "tree.total.children.1", ["“project_points”"]),
    "child-that-is-a-measure": (CHILDREN, "[trade_points, trade_growth]", "tree.not_a_node", "tree.total.children.1", ["tree 中的名称"]),
    "child-twice": (CHILDREN, "[trade_points, trade_points]", "tree.child_twice", "tree.total.children.0", ["请删去一处"]),
    "two-parents": (
        "rankings:",
        "  other: {label: 另, marks: 10, clause: 四, children: [trade_points]}\nrankings:",
        "tree.two_parents",
        "tree.other.children.0",
        ["“total”", "“other”", "一处"],
    ),
    # marks
    "marks-do-not-add-up": (MARKS, MARKS.replace("10", "12"), "marks.sum", "tree.total", ["分值为20", "12 + 10 ＝ 22"]),
    "marks-missing": ("    marks: 10\n    clause: 一（一）\n", "    clause: 一（一）\n", "marks.missing", T, ["请写明 marks"]),
    "marks-zero": (MARKS, MARKS.replace("10", "0"), "marks.not_positive", f"{T}.marks", ["大于0"]),
    "marks-negative": (MARKS, MARKS.replace("10", "-5"), "marks.not_positive", f"{T}.marks", ["大于0", "“-5”"]),
    "total-of-the-document": ("{total: 20}", "{total: 30}", "totals.differ", "tree.total.marks", ["载明", "30分", "20分"]),
    "total-of-nothing": ("{total: 20}", "{totl: 20}", "totals.unknown", "edition.totals.totl", ["“total”"]),
    "lines-of-the-document": ("{total: 20}", "{total: 20}\n  lines: {total: 3}", "lines.differ", "edition.lines.total", ["3项", "2项"]),
    "lines-of-nothing": ("{total: 20}", "{total: 20}\n  lines: {totl: 2}", "lines.unknown", "edition.lines.totl", ["“total”"]),
    # rules
    "bands-too-short": (BANDS, BANDS.replace(", 4: 2", ""), "bands.roster", f"{T}.rule", ["第3名", "4个"]),
    "bands-too-long": (BANDS, BANDS.replace("4: 2", "4-9: 2"), "bands.roster", f"{T}.rule", ["第9名", "4个"]),
    "bands-above": (BANDS, BANDS.replace("1: 10", "1: 11"), "rule.above_marks", f"{T}.rule", ["11分", "10分"]),
    "thirds-above": (BANDS, "rule: {thirds: [12, 6, 2]}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "shares-above": (BANDS, "rule: {shares: {1/2: 12, 1: 2}}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "steps-above": (BANDS, "rule: {steps: {first: 12, each: -1}}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "judged-above": (BANDS, "rule: {judged: 12}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "met-above": (BANDS, "rule: {met: 12}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "deduct-above": (BANDS, "rule: {deduct: 1, from: 12}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "value-bands-above": (BANDS, "rule: {value_bands: {0: 5, 9: 12}}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "line-above": (BANDS, "rule: {line: {cap: 12}}", "rule.above_marks", f"{T}.rule", ["12分"]),
    "cap-above": ("cap: marks", "cap: 11", "rule.above_marks", f"{P}.rule", ["11分", "封顶请写 marks"]),
    # outcomes
    "ranking-of-a-quota": ("by: place", "by: plce", "name.unknown", "outcomes.awarded.by", ["“place”"]),
    "node-for-a-ranking": ("by: place", "by: total", "outcome.ranking", "outcomes.awarded.by", ["不是排序", "place"]),
    "quota-above-roster": ("quota: 2", "quota: 5", "outcome.quota", "outcomes.awarded.quota", ["名额5", "4个"]),
    "quota-of-none": ("quota: 2", "quota: 0", "outcome.quota", "outcomes.awarded.quota", ["大于0"]),
    "shortlist-of-nothing": (
        "outcomes:",
        "outcomes:\n  short: {shortlist: award, margin: 0.5, clause: 三}",
        "name.unknown",
        "outcomes.short.shortlist",
        ["“awarded”"],
    ),
    "shortlist-of-a-ranking": (
        "outcomes:",
        "outcomes:\n  short: {shortlist: place, margin: 0.5, clause: 三}",
        "outcome.shortlist",
        "outcomes.short.shortlist",
        ["awarded"],
    ),
    "negative-margin": (
        "outcomes:",
        "outcomes:\n  short: {shortlist: awarded, margin: -0.5, clause: 三}",
        "outcome.margin",
        "outcomes.short.margin",
        ["“-0.5”", "不能为负"],
    ),
    "else-not-last": (
        AWARD,
        "{choose: [{else: 0}, {when: {ge: [total, 1]}, value: 1}], label: 激励, clause: 三}",
        "value.else_last",
        "outcomes.awarded",
        ["最后一种情形"],
    ),
    # clauses
    "leaf-without-clause": ("    clause: 一（一）\n    measure", "    measure", "clause.missing", T, ["请在 clause 中写明"]),
    "blank-clause": ("clause: 一（二）", 'clause: " "', "clause.missing", P, ["请在 clause 中写明"]),
    "branch-without-clause": ("clause: 一, children", "children", "clause.missing", "tree.total", ["请在 clause 中写明"]),
    "ranking-without-clause": (", clause: 二}", "}", "clause.missing", "rankings.place", ["请在 clause 中写明"]),
    "outcome-without-clause": (", clause: 三}", "}", "clause.missing", "outcomes.awarded", ["请在 clause 中写明"]),
}


@pytest.mark.parametrize("case", LINT.values(), ids=LINT)
def test_what_only_the_whole_shows(small: Any, case: tuple[str, str, str, str, list[str]]) -> None:
    """Each check finds the smallest change that breaks it, at its path, with its words and a line of the edition."""
    old, new, code, path, words = case
    found = [f for f in small.faults((old, new)) if (f.code, f.path) == (code, path)]
    assert len(found) == 1
    assert [word for word in words if word not in str(found[0])] == []
    assert found[0].row is not None
    assert found[0].file == "params/demo/2020.yaml"


def test_the_small_edition_itself_is_clean(small: Any) -> None:
    """Without a change nothing is found: every fault above comes from its change."""
    assert lint_scheme(small.build()) == []


def test_a_child_that_is_unknown_is_told_once(small: Any) -> None:
    """The sum of a branch is not doubted where a child is not known."""
    assert [f.code for f in small.faults((CHILDREN, "[trade_points, project_point]"))] == ["tree.unknown_child"]


def test_a_node_shown_without_counting_adds_nothing(small: Any) -> None:
    """counts: false leaves a node out of the sum, extra points too; without either the sum is wrong by its marks."""
    more = (CHILDREN, "[trade_points, project_points, extra]")
    assert [f.code for f in small.faults(more, ("rankings:", EXTRA))] == ["marks.sum"]
    for mark in ("counts: false", "extra: true"):
        assert small.faults(more, ("rankings:", EXTRA.replace("marks: 10", f"marks: 10, {mark}"))) == []


def test_a_branch_without_marks_is_worth_its_children(small: Any) -> None:
    """10 + (10) make 20 also where the branch in between does not repeat its marks."""
    between = "  inner: {label: 中, clause: 四, children: [project_points]}\nrankings:"
    assert small.faults((CHILDREN, "[trade_points, inner]"), ("rankings:", between)) == []
    faults = small.faults((CHILDREN, "[trade_points, inner]"), ("rankings:", between.replace("clause", "marks: 9, clause")))
    assert [(f.code, f.path) for f in faults] == [("marks.sum", "tree.total"), ("marks.sum", "tree.inner")]


def test_only_sums_must_add_up(small: Any) -> None:
    """The marks of a mean are not the sum of its children's."""
    assert small.faults((f"children: {CHILDREN}", f"children: {CHILDREN}, aggregate: mean"), ("{total: 20}", "{}")) == []


def test_totals_hold_for_the_document_not_for_a_changed_period(small: Any) -> None:
    """A change that the analyst makes for one period, with a reason, may leave the total of the document."""
    change = "schema: 1\nperiod: 2023\nchanges:\n  - {path: tree.project_points.marks, value: 5, reason: 甲, by: 乙, date: 2024-01-01}\n"
    (fault,) = small.faults(settings=change)
    assert fault.code == "marks.sum"
    more = change + "  - {path: tree.total.marks, value: 15, reason: 甲, by: 乙, date: 2024-01-01}\n"
    assert small.faults(settings=more) == []


def test_points_that_cannot_be_reached_are_a_finding(small: Any) -> None:
    """A cap below the marks does not refuse, for a document may say so; lint asks."""
    scheme = small.build(("cap: marks", "cap: 9"))
    (finding,) = lint_scheme(scheme)
    assert (finding.code, finding.severity, finding.path) == ("rule.below_marks", "finding", f"{P}.rule")
    assert "最多可得9分，达不到分值10分" in finding.message


@pytest.mark.parametrize(
    "rule",
    ["{line: {cap: 1.2}, yields: share}", "{percent: marks, cap: 120}", "{per_item: 2}", "{steps: {first: 1, each: 1, floor: null}}"],
    ids=["share", "percent", "no-cap", "rising"],
)
def test_a_declared_excess_is_no_fault(small: Any, rule: str) -> None:
    """A rule that says itself how far points may exceed the marks, or has no highest points, is not held against them."""
    assert small.faults((ITEMS, f"rule: {rule}")) == []


@pytest.mark.parametrize(
    "change",
    [
        (BANDS, BANDS.replace("}}", "}, recut: proportional}").replace(", 4: 2", "")),
        (BANDS, BANDS.replace("}}", "}, within: $group}").replace(", 4: 2", "")),
        (BANDS, BANDS.replace("4: 2", "rest: 2")),
    ],
    ids=["recut", "within-groups", "rest"],
)
def test_bands_that_need_not_end_with_the_roster(small: Any, change: tuple[str, str]) -> None:
    """Bands cut in proportion, within groups, or open at the end fit any number."""
    assert small.faults(change) == []


def test_a_quota_fits_a_group(small: Any) -> None:
    """With a ranking in groups a quota of the whole roster can never be filled."""
    grouped = (RANKING, RANKING.replace("}", ", within: $group}"))
    (fault,) = small.faults(grouped, ("quota: 2", "quota: 4"))
    assert fault.code == "outcome.quota"
    assert "分组" in fault.message
    assert small.faults(grouped, ("quota: 2", "quota: 3")) == []


def test_lint_goes_on_where_blocks_cannot_be_read(small: Any) -> None:
    """A block that is broken hides nothing of the others: sums, columns and clauses elsewhere are still checked."""
    changes = [
        ("{label: 金额, uom", "{label: 金额, oum"),
        (MARKS, MARKS.replace("10", "12")),
        (", clause: 三}", "}"),
        ("{growth: $trade,", "{growth: $trad,"),
    ]
    codes = [f.code for f in small.faults(*changes)]
    assert codes == ["key.unknown", "column.unknown", "marks.sum", "clause.missing"]


def test_a_section_that_cannot_be_read_is_all_that_is_told(small: Any) -> None:
    """Where a whole section is no mapping nobody knows its names: nothing is said of what refers to them."""
    text = small.edition
    tree = text[text.index("tree:") : text.index("rankings:")]
    assert [f.path for f in small.faults((tree, "tree: 无\n"))] == ["tree"]


# --- the period file ---------------------------------------------------------------------------------------------------

WHO = "reason: 甲, by: 乙, date: 2024-01-01"
# WHO stands for reason, person and day
SETTINGS = {
    "assumption": ("assumptions: {tie: dense}", "assumption.unknown", "assumptions.tie", "“ties”"),
    "reading": ("assumptions: {ties: denes}", "assumption.choice", "assumptions.ties", "“dense”"),
    "not-assessed": ("not_assessed: {trade_point: 无数据}", "not_assessed.unknown", "not_assessed.trade_point", "“trade_points”"),
    "branch-not-assessed": ("not_assessed: {total: 无数据}", "not_assessed.unknown", "not_assessed.total", "trade_points"),
    "accept": ("accept: [trade_points]", "accept.unknown", "accept.0", "此处没有可用的名称"),
    "ruling": ("rulings: {award: {units: [a], WHO}}", "ruling.unknown", "rulings.award", "“awarded”"),
    "change-of-nothing": ("changes: [{path: tree.x.marks, value: 1, WHO}]", "patch.no_target", "changes.0.tree.x.marks", "trade_points"),
    "change-that-breaks": ("changes: [{path: tree.total.marks, value: 1o, WHO}]", "value.not_a_number", "tree.total.marks", "1o"),
    "change-of-a-mark": ("changes: [{path: tree.project_points.marks, value: 9, WHO}]", "marks.sum", "tree.total", "10 + 9 ＝ 19"),
    "period-twice": ("notes: []\nperiod: 2022", "yaml.duplicate_key", "period", "请保留一处"),
}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_what_the_period_file_asks_for_in_vain(small: Any, case: tuple[str, str, str, str]) -> None:
    """Names of a period file that do not exist in the edition are told with the nearest one; a change that breaks it likewise."""
    line, code, path, words = case
    settings = f"schema: 1\nperiod: 2023\n{line}\n".replace("WHO", WHO)
    found = [f for f in small.faults(settings=settings) if f.code == code]
    assert [f.path for f in found] == [path]
    assert words in str(found[0])


def test_a_change_that_breaks_stands_in_the_period_file(small: Any) -> None:
    """The value that does not fit came from the period file, and there it is shown."""
    (fault,) = small.faults(settings=f"schema: 1\nperiod: 2023\nchanges:\n  - {{path: tree.trade_points.marks, value: 1o, {WHO}}}\n")
    assert (fault.file, fault.row) == ("params/demo/periods/2023.yaml", 4)


def test_all_that_the_period_file_asks_for_is_told_at_once(small: Any) -> None:
    """Three names that do not exist come out together, and the edition's own faults with them."""
    settings = "schema: 1\nperiod: 2023\nassumptions: {tie: dense}\nnot_assessed: {x: 无}\naccept: [y]\n"
    codes = [f.code for f in small.faults((", clause: 三}", "}"), settings=settings)]
    assert codes == ["clause.missing", "assumption.unknown", "not_assessed.unknown", "accept.unknown"]


def test_what_is_ours_is_listed_for_acceptance(small: Any) -> None:
    """Names marked official: false, and the edition when it is no document, wait for acceptance, each once."""
    scheme = small.build(("issued:", "official: false\n  issued:"), (MARKS, f"official: false\n    {MARKS}"))
    assert unofficial(scheme) == ["edition", "trade_points"]
    settings = "schema: 1\nperiod: 2023\naccept: [edition, trade_points]\n"
    assert small.faults(("issued:", "official: false\n  issued:"), (MARKS, f"official: false\n    {MARKS}"), settings=settings) == []


# --- readings ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "period"), SHIPPED, ids=["-".join(pair) for pair in SHIPPED])
def test_shipped_parameters_are_clean_in_every_reading(scheme: str, period: str) -> None:
    """Nothing is found in what is shipped, whichever reading of whichever assumption is chosen."""
    assert lint_edition(ROOT, scheme, period) == []


def _readings() -> list[tuple[str, str, str]]:
    """(scheme, assumption, reading) of every alternative that is shipped."""
    found = []
    for scheme in scheme_ids(ROOT):
        for source in {p: load_sources(ROOT, scheme, find(ROOT, scheme, p))[1] for p in period_ids(ROOT, scheme)}.values():
            for name, spec in (source.data.get("assumptions") or {}).items():
                found += [(scheme, name, choice) for choice in spec.get("alternatives", {})]
    return list(dict.fromkeys(found))


READINGS = _readings()


@pytest.mark.parametrize(("scheme", "assumption", "choice"), READINGS, ids=["-".join(reading) for reading in READINGS])
def test_every_shipped_reading_changes_the_scheme(scheme: str, assumption: str, choice: str) -> None:
    """In some period that is shipped, choosing the reading gives other models than the default does."""
    differs = []
    for period in period_ids(ROOT, scheme):
        when = find(ROOT, scheme, period)
        _, edition, settings = load_sources(ROOT, scheme, when)
        if assumption not in (edition.data.get("assumptions") or {}):
            continue
        spec = edition.data["assumptions"][assumption]
        if choice not in spec.get("alternatives", {}):
            continue
        built = [
            build_scheme(scheme, when, edition, Source({**settings.data, "assumptions": {assumption: reading}}, settings.file))
            for reading in (next(iter(spec["default"])), choice)
        ]
        differs.append(any(getattr(built[0], part) != getattr(built[1], part) for part in ("meta", "tables", *SECTIONS)))
    assert any(differs)


def write(project: Path, *changes: tuple[str, str]) -> None:
    """Change the edition of the scheme ``demo``."""
    path = project / "params/demo/2020.yaml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


READING = {
    "hits-nothing": ("{tree.*.rule.ties: worst}", "{tree.*.rule.tie: worst}", "assumption.broken", "补丁路径“tree.*.rule.tie”"),
    "breaks-a-type": ("{tree.*.rule.ties: worst}", "{tree.*.rule.ties: worse}", "assumption.broken", "“worst”"),
    "breaks-the-sum": ("{tree.*.rule.ties: worst}", "{tree.project_points.marks: 5}", "assumption.broken", "下级合计"),
    "new-key": ("{tree.*.rule.ties: worst}", "{tree.total.agregate: mean}", "assumption.broken", "“agregate”"),
    "changes-nothing": ("{tree.*.rule.ties: worst}", "{tree.*.rule.ties: competition}", "assumption.no_effect", "没有区别"),
}


@pytest.mark.parametrize("case", READING.values(), ids=READING)
def test_a_reading_that_does_not_work(project: Path, told: Any, case: tuple[str, str, str, str]) -> None:
    """An alternative whose patch hits nothing, breaks the edition or changes nothing is found before anybody chooses it."""
    old, new, code, words = case
    write(project, (old, new))
    (fault,) = lint_edition(project, "demo", "2023")
    assert told(fault).code == code
    assert fault.path == "assumptions.ties.alternatives.worst"
    assert words in str(fault)
    text = (project / "params/demo/2020.yaml").read_text("utf-8")
    assert fault.row == next(n for n, line in enumerate(text.splitlines(), 1) if "worst:" in line)


def test_a_reading_for_one_kind_of_period(project: Path) -> None:
    """A reading that brings in a block for years only is used there, and is no fault where quarters have nothing of it."""
    write(project, ("{tree.*.rule.ties: worst}", "{measures.extra: {by: period_kind, year: {value: $trade}, else: null}}"))
    folder = project / "params/demo/periods"
    for period in ("2023", "2023Q1"):
        ruled = f"assumptions: {{ties: {{reading: worst, {WHO}}}}}"
        (folder / f"{period}.yaml").write_text(f"schema: 1\nperiod: {period}\n{ruled}\n", "utf-8")
    assert ["extra" in load_scheme(project, "demo", period).measures for period in ("2023", "2023Q1")] == [True, False]
    assert [lint_edition(project, "demo", period) for period in ("2023", "2023Q1")] == [[], []]


def test_lint_of_an_edition_that_does_not_load(project: Path) -> None:
    """Its faults are returned, not raised."""
    write(project, ("quota: 2", "quota: 9"), ("cap: marks", "caps: marks"))
    assert [f.code for f in lint_edition(project, "demo", "2023")] == ["key.unknown", "outcome.quota"]


def test_lint_of_a_file_that_cannot_be_parsed(project: Path) -> None:
    """Files that are no YAML are told, edition and period file together."""
    write(project, ("  roster: 4", "\troster: 4"))
    (project / "params/demo/periods/2023.yaml").write_text("schema：1\n", "utf-8")
    files = [f.file for f in lint_edition(project, "demo", "2023")]
    assert files == ["params/demo/2020.yaml", "params/demo/periods/2023.yaml"]


def test_lint_of_an_unknown_scheme(project: Path) -> None:
    """An unknown name is a wrong request and no fault of a file."""
    with pytest.raises(UsageError, match="最接近的名称是“demo”"):
        lint_edition(project, "dmo", "2023")
