"""Loading: schemes and periods by name, the edition by the evaluated year, the choices of the period, what is asked of the result."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused, UsageError
from evalbook.kinds.base import Ref
from evalbook.periods import Period
from evalbook.scheme.definition import Variants, column_refs, result_refs
from evalbook.scheme.scheme import SECTIONS, choose_edition, edition_sources, find, load_scheme, period_ids, scheme_ids


def file(project: Path, name: str) -> Path:
    """A file of the scheme ``demo``."""
    return project / "params" / "demo" / name


def replace(path: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def refused(project: Path, told: Any) -> Any:
    """Faults of loading ``demo`` for 2023, each held against what every fault promises."""

    def faults() -> list[Any]:
        with pytest.raises(Refused) as caught:
            load_scheme(project, "demo", "2023")
        return [told(fault) for fault in caught.value.faults]

    return faults


# --- names -------------------------------------------------------------------------------------------------------------


def test_schemes_and_periods_in_order(project: Path) -> None:
    """Schemes are folders with an edition, by name; periods are their files, in time order."""
    (project / "params" / "empty").mkdir()
    for name in ("2023Q2", "2022", "2023H1", "2024", "2023Q1"):
        shutil.copy(file(project, "periods/2023.yaml"), file(project, f"periods/{name}.yaml"))
    assert "demo" in scheme_ids(project)
    assert "empty" not in scheme_ids(project)
    assert scheme_ids(project) == sorted(scheme_ids(project))
    assert period_ids(project, "demo") == ["2022", "2023Q1", "2023H1", "2023Q2", "2023", "2024"]


def test_a_folder_without_parameters(tmp_path: Path) -> None:
    """Where there is no params folder there are no schemes, and asking for one says so."""
    assert scheme_ids(tmp_path) == []
    with pytest.raises(UsageError, match="没有名为“x”的考核办法"):
        find(tmp_path, "x", "2023")


@pytest.mark.parametrize(
    ("scheme", "period", "words"),
    [
        ("demmo", "2023", ["“demmo”", "最接近的名称是“demo”"]),
        ("../demo", "2023", ["没有名为“../demo”的考核办法"]),
        ("demo/../demo", "2023", ["没有名为"]),
        ("demo/periods", "2023", ["没有名为"]),
        (".", "2023", ["没有名为"]),
        ("", "2023", ["没有名为"]),
        ("Demo", "2023", ["没有名为"]),
        ("demo", "2031", ["没有考核期“2031”", "已有：2023", "evalbook new period demo 2031"]),
        ("demo", "23", ["写法有误", "2023Q1"]),
        ("demo", "../2020", ["写法有误"]),
        ("demo", "2023Q5", ["写法有误"]),
        ("demo", "2023\n", ["写法有误"]),
        ("demo", "２０２３", ["写法有误"]),
        ("demo", "", ["写法有误"]),
    ],
    ids=[
        "misspelt",
        "path-up",
        "path-around",
        "path-below",
        "dot",
        "blank",
        "capital",
        "no-such-period",
        "short",
        "period-path",
        "fifth-quarter",
        "line-end",
        "full-width",
        "blank-period",
    ],
)
def test_unknown_names_and_paths_for_names(project: Path, scheme: str, period: str, words: list[str]) -> None:
    """A name that is none is refused with the nearest one or the known ones; nothing outside the project is ever opened."""
    (project / "2020.yaml").write_text("schema: 1\n", "utf-8")
    (project / "demo").mkdir()
    with pytest.raises(UsageError) as caught:
        load_scheme(project, scheme, period)
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_copy_left_among_the_periods(project: Path, told: Any) -> None:
    """A file that is called otherwise than a period is told with its name: it may be the one that somebody edits."""
    for name in ("2023 - 副本.yaml", "旧.yaml"):
        shutil.copy(file(project, "periods/2023.yaml"), file(project, f"periods/{name}"))
    with pytest.raises(Refused) as caught:
        load_scheme(project, "demo", "2023")
    names = [told(fault).file for fault in caught.value.faults]
    assert names == ["params/demo/periods/2023 - 副本.yaml", "params/demo/periods/旧.yaml"]


# --- the edition that governs ------------------------------------------------------------------------------------------


@pytest.fixture
def two_editions(project: Path) -> Path:
    """``demo`` with a second edition, issued 2024, that governs from 2024; the first one ends 2023."""
    shutil.copy(file(project, "2020.yaml"), file(project, "2024.yaml"))
    replace(file(project, "2020.yaml"), "{from: 2020}", "{from: 2020, to: 2023}")
    replace(file(project, "2024.yaml"), "{from: 2020}", "{from: 2024}")
    for year in (2019, 2020, 2024, 2030):
        text = file(project, "periods/2023.yaml").read_text("utf-8").replace("period: 2023", f"period: {year}")
        file(project, f"periods/{year}.yaml").write_text(text, "utf-8")
    return project


@pytest.mark.parametrize(
    ("year", "expected"), [(2020, "2020"), (2023, "2020"), (2024, "2024"), (2030, "2024")], ids=["first", "last", "next", "open"]
)
def test_the_evaluated_year_chooses(two_editions: Path, year: int, expected: str) -> None:
    """The edition is the one that governs the evaluated year, both ends included, whatever today is."""
    assert load_scheme(two_editions, "demo", str(year)).edition_file == f"params/demo/{expected}.yaml"


def test_the_choice_is_part_of_what_a_run_depends_on(two_editions: Path) -> None:
    """Every edition and the period file are named as inputs: another edition's dates could change the choice."""
    files = load_scheme(two_editions, "demo", "2023").files
    assert files == ("params/demo/2020.yaml", "params/demo/2024.yaml", "params/demo/periods/2023.yaml")


def test_no_edition_governs(two_editions: Path, told: Any) -> None:
    """A year before all editions is refused with the years that they do govern."""
    with pytest.raises(Refused) as caught:
        load_scheme(two_editions, "demo", "2019")
    (fault,) = caught.value.faults
    assert told(fault).code == "edition.dates"
    assert "没有适用于2019年的版本" in fault.message
    assert "params/demo/2020.yaml（2020—2023）、params/demo/2024.yaml（2024—今）" in fault.remedy


def test_two_editions_govern(two_editions: Path, told: Any) -> None:
    """A year that two editions claim is refused with both names."""
    replace(file(two_editions, "2024.yaml"), "{from: 2024}", "{from: 2023}")
    with pytest.raises(Refused) as caught:
        load_scheme(two_editions, "demo", "2023")
    (fault,) = caught.value.faults
    assert told(fault).code == "edition.dates"
    assert "2023年同时适用多个版本：params/demo/2020.yaml、params/demo/2024.yaml" in fault.message


def test_the_choice_by_sources(two_editions: Path) -> None:
    """The same choice from sources that were read before."""
    sources = edition_sources(two_editions, "demo")
    assert choose_edition(sources, "demo", 2023).file == "params/demo/2020.yaml"


EXPECTED_EDITION = {
    "governing": ("2020", None, ""),
    "against-the-dates": ("2024", "edition.against_dates", "2023年适用的是2020版"),
    "misspelt": ("2O20", "edition.unknown", "可用的名称：2020、2024"),
}


@pytest.mark.parametrize("case", EXPECTED_EDITION.values(), ids=EXPECTED_EDITION)
def test_an_edition_that_the_period_file_expects(two_editions: Path, told: Any, case: tuple[str, str | None, str]) -> None:
    """A period file may say which edition it expects; another one than governs is refused at that line."""
    name, code, words = case
    with file(two_editions, "periods/2023.yaml").open("a", encoding="utf-8") as stream:
        stream.write(f"edition: {name}\n")
    if code is None:
        assert load_scheme(two_editions, "demo", "2023").edition_file == "params/demo/2020.yaml"
        return
    with pytest.raises(Refused) as caught:
        load_scheme(two_editions, "demo", "2023")
    (fault,) = caught.value.faults
    assert (told(fault).code, fault.path, fault.row) == (code, "edition", 5)
    assert words in str(fault)


def test_what_if_another_edition(two_editions: Path) -> None:
    """As an override any edition can be tried; an unknown one is a wrong request."""
    assert load_scheme(two_editions, "demo", "2023", overrides={"edition": "2024"}).edition_file == "params/demo/2024.yaml"
    with pytest.raises(UsageError, match="没有2021版"):
        load_scheme(two_editions, "demo", "2023", overrides={"edition": "2021"})


# --- files -------------------------------------------------------------------------------------------------------------


def test_faults_of_all_files_at_once(two_editions: Path, refused: Any) -> None:
    """An edition with a tab, another with a full-width colon and a period file with an unknown key come out together."""
    replace(file(two_editions, "2020.yaml"), "  roster: 4", "\troster: 4")
    replace(file(two_editions, "2024.yaml"), "  roster: 4", "  roster：4")
    replace(file(two_editions, "periods/2023.yaml"), "as_of", "as_off")
    assert [(f.file, f.code) for f in refused()] == [
        ("params/demo/2020.yaml", "yaml.syntax"),
        ("params/demo/2024.yaml", "yaml.syntax"),
        ("params/demo/periods/2023.yaml", "key.unknown"),
    ]


def test_a_period_file_that_cannot_be_read_does_not_hide_the_edition(project: Path, refused: Any) -> None:
    """What is wrong with the edition is told although the period file is no YAML."""
    file(project, "periods/2023.yaml").write_bytes("schema: 1\nprepared_by: 示例科室\n".encode("gbk"))
    replace(file(project, "2020.yaml"), "quota: 2", "quota: 9")
    assert [(f.file, f.code) for f in refused()] == [
        ("params/demo/2020.yaml", "outcome.quota"),
        ("params/demo/periods/2023.yaml", "file.encoding"),
    ]


def test_an_edition_without_its_head(project: Path, refused: Any) -> None:
    """An edition that does not say which years it governs is told what to write."""
    replace(file(project, "2020.yaml"), "  governs: {from: 2020}\n", "")
    (fault,) = refused()
    assert (fault.path, fault.file) == ("edition.governs", "params/demo/2020.yaml")


def test_a_period_file_of_another_period(project: Path, refused: Any) -> None:
    """A copied period file that still says the old period is refused with what it should say."""
    replace(file(project, "periods/2023.yaml"), "period: 2023", "period: 2022")
    (fault,) = refused()
    assert (fault.code, fault.value, fault.row, fault.remedy) == ("period.name", "2022", 2, "应为“2023”")


def test_a_period_written_as_a_path_inside_the_file(project: Path, refused: Any) -> None:
    """What the file says of itself never leads anywhere: it must be the name of the file."""
    replace(file(project, "periods/2023.yaml"), "period: 2023", "period: ../../../x")
    assert [f.code for f in refused()] == ["period.name"]


# --- the choices of a period -------------------------------------------------------------------------------------------


def test_defaults_and_choices(small: Any) -> None:
    """An assumption that the period file does not name keeps its default; one that it names is carried out and recorded."""
    (default,) = small.build().assumptions
    others = {"dense": "后续名次连续", "worst": "取最后一名"}
    assert (default.choice, default.is_default, default.alternatives) == ("competition", True, others)
    scheme = small.build(settings="schema: 1\nperiod: 2023\nassumptions: {ties: dense}\n")
    (chosen,) = scheme.assumptions
    assert (chosen.choice, chosen.label, chosen.is_default) == ("dense", "后续名次连续", False)
    assert chosen.changed == (("tree.trade_points.rule.ties", None, "dense"),)
    assert scheme.tree["trade_points"].main.rule.ties == "dense"


def test_changes_come_after_readings_and_overrides_last(small: Any) -> None:
    """The period's own change wins over the reading it chose, a what-if over both; changes and overrides are recorded in order."""
    change = "{path: tree.trade_points.rule.ties, value: worst, reason: 甲, by: 乙, date: 2024-01-01}"
    settings = f"schema: 1\nperiod: 2023\nassumptions: {{ties: dense}}\nchanges: [{change}]\n"
    scheme = small.build(settings=settings)
    assert scheme.tree["trade_points"].main.rule.ties == "worst"
    assert scheme.changes == (("tree.trade_points.rule.ties", "dense", "worst"),)
    tried = small.build(settings=settings, overrides={"tree.trade_points.rule.ties": "mean_points"})
    assert tried.tree["trade_points"].main.rule.ties == "mean_points"
    assert [new for _, _, new in tried.changes] == ["worst", "mean_points"]


def test_an_override_that_reaches_nothing(small: Any) -> None:
    """A misspelt what-if is told with the nearest name."""
    with pytest.raises(UsageError, match="“trade_points”"):
        small.build(overrides={"tree.trade_point.marks": "1"})


def test_an_indicator_not_assessed_carries_its_reason(small: Any) -> None:
    """not_assessed leaves a leaf in the tree with the reason why nothing is scored."""
    scheme = small.build(settings="schema: 1\nperiod: 2023\nnot_assessed: {trade_points: 数据未公布}\n")
    assert scheme.tree["trade_points"].main.not_assessed == "数据未公布"
    assert scheme.changes == ()


# --- what is asked of a scheme -----------------------------------------------------------------------------------------


def test_roots_leaves_and_labels(small: Any) -> None:
    """The tree in the document's order; results and columns by their Chinese names, unknown ones by themselves."""
    scheme = small.build()
    assert scheme.roots == ("total",)
    assert scheme.leaves() == ["trade_points", "project_points"]
    assert scheme.leaves("project_points") == ["project_points"]
    names = ["total", "place", "awarded", "trade", "group", "trade_growth", "nothing"]
    assert [scheme.label(name) for name in names] == ["总分", "名次", "激励", "贸易额", "分组", "trade_growth", "nothing"]
    assert [scheme.section_of(name) for name in ("trade_growth", "total", "place", "awarded", "trade")] == [
        "measures",
        "tree",
        "rankings",
        "outcomes",
        "",
    ]


def test_needed_figures_are_those_that_points_depend_on(small: Any) -> None:
    """Points need this and the previous trade; the growth that nothing reads needs nothing; an indicator not assessed neither."""
    assert small.build().needed() == {("trade", "2023"), ("trade", "2022")}
    assert small.build(settings="schema: 1\nperiod: 2023\nnot_assessed: {trade_points: 无}\n").needed() == frozenset()
    assert small.build().needed("trade_growth") == {("trade", "2023"), ("trade", "2022")}


@pytest.mark.parametrize(
    ("period", "previous", "before"), [("2023", "2022", "2022"), ("2023Q1", "2022Q4", "2022Q1"), ("2023-01", "2022-12", "2022-01")]
)
def test_neighbouring_periods(small: Any, period: str, previous: str, before: str) -> None:
    """previous is the period of the same kind just before, year_before the same one of the year before."""
    scheme = small.build(settings=f"schema: 1\nperiod: {period}\n", period=period)
    assert [str(scheme.at(word)) for word in ("current", "previous", "year_before")] == [period, previous, before]


def test_digest_follows_the_scheme_as_it_holds(small: Any) -> None:
    """Comments and layout do not change the digest, a reading or a mark does."""
    plain = small.build().digest()
    assert small.build(("schema: 1", "# 说明\nschema:   1")).digest() == plain
    assert small.build(settings="schema: 1\nperiod: 2023\nassumptions: {ties: dense}\n").digest() != plain
    assert small.build(("label: 贸易\n", "label: 外贸\n")).digest() != plain


def test_references_of_a_block(small: Any) -> None:
    """Columns come with their table and period, results by name: the edges of the graph."""
    scheme = small.build()
    trade, projects = scheme.tree["trade_points"].main, scheme.tree["project_points"].main
    assert set(column_refs(trade)) == {("", Ref("column", "trade"), "current"), ("", Ref("column", "trade"), "previous")}
    assert list(column_refs(projects)) == [("projects", Ref("column", "list"), "current")]
    assert result_refs(scheme.tree["total"].main) == ("trade_points", "project_points")
    assert result_refs(scheme.outcomes["awarded"].main) == ("place",)


def test_variants_are_read_in_order(small: Any) -> None:
    """The first variant stands for the block; all of them are there."""
    group: Variants[Any] = small.build(("label: 贸易\n", "label: {by: $group, 县: 甲, 区: 乙}\n")).tree["trade_points"]
    assert [model.label for model in group] == ["甲", "乙"]
    assert group.main.label == "甲"


def test_blocks_go_through_every_section(small: Any) -> None:
    """Every variant of every block of every section, once."""
    scheme = small.build(("label: 贸易\n", "label: {by: $group, 县: 甲, 区: 乙}\n"))
    names = [name for (_, name), _ in scheme.blocks()]
    assert names == ["trade_growth", "total", "trade_points", "trade_points", "project_points", "place", "awarded"]
    assert {section for (section, _), _ in scheme.blocks()} <= set(SECTIONS)


def test_periods_are_time_and_not_text(project: Path) -> None:
    """The period found is the one that was asked for, in its normal form."""
    assert find(project, "demo", "2023") == Period(2023)
