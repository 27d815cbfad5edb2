"""Results of other periods from files: which editions and inputs they come from, what travels along, what is refused.

The arithmetic is worked by hand in ``tests/cases`` (year_from_quarters, history, periods).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook import Workbook, open_run
from evalbook.analysis.explain import explain
from evalbook.errors import Refused, UsageError
from evalbook.exact import Exact, exact
from evalbook.intake.new_period import new_period
from evalbook.kinds.column import Column
from evalbook.kinds.history import History
from evalbook.kinds.windows import PARTS
from evalbook.periods import Period
from evalbook.present import figures, provenance
from evalbook.present.sections import unit_sheet
from evalbook.scheme.lint import lint_edition
from evalbook.scheme.source import parse_yaml
from evalbook.scoring.evaluate import Walk
from evalbook.terms import State
from evalbook.workbook import Prepared

UNITS = {"A1": "甲县", "A2": "乙县", "B1": "丙区"}

#: Quarters are scored, the year is their mean; it has nothing of its own but a roster.
QUARTERS = """
schema: 1
edition: {title: 四比四看, issued: 2020-06-24, governs: {from: 2020}}
tables:
  units: {label: 县区, columns: {score: {label: 评定分, uom: 分, min: 0, max: 100}}}
  projects: {label: 项目, belongs_to: units, columns: {started: {label: 开工, type: yes_no}}}
tree:
  by: period_kind
  quarter:
    total: {label: 综合得分, marks: 100, clause: 一, children: [judged, starts]}
    judged: {label: 评定, marks: 90, clause: 一, measure: {value: $score}, rule: {judged: marks}}
    starts: {label: 开工, marks: 10, clause: 一, measure: {count: projects, where: {is: $started}}, rule: {per_item: 5, cap: marks}}
  year: {year_total: {label: 年度得分, marks: 100, clause: AY-5.5, measure: combined, rule: {judged: marks}}}
rankings:
  by: period_kind
  quarter: {place: {of: total, clause: 三}}
  year: {place: {of: year_total, clause: 五}}
periods:
  by: period_kind
  year: {combined: {label: 季度平均得分, clause: AY-5.5, of: total, over: quarters, how: mean}}
  else: {}
assumptions:
  missing_quarter:
    clause: AY-5.5
    silent: 缺季度怎样办
    default: {refuse: 拒绝}
    alternatives: {skip: {label: 按已有季度平均, patch: {periods.combined.absent: skip}}}
"""
SCORES = {"2021Q1": (80, 70, 60), "2021Q2": (81, 71, 61), "2021Q3": (82, 72, 62), "2021Q4": (83, 73, 63)}

LABEL = '"数据年度{year}（{next_year}年考核评价）"'
#: Two editions with other names inside, one per span of years; the round is the year after the data year.
OLD = """
schema: 1
edition: {title: 开发区考核（2016年办法）, issued: 2016-01-01, governs: {from: 2016, to: 2020}, period_label: LABEL}
tables: {units: {label: 开发区, columns: {score: {label: 得分, uom: 分}}}}
tree: {total: {label: 总分, marks: 200, clause: 一, measure: {value: $score}, rule: {judged: marks}}}
rankings: {last_places: {label: 倒数名次, of: total, clause: 二, order: asc}}
"""
NEW = """
schema: 1
edition: {title: 开发区考核（2021年办法）, issued: 2021-01-01, governs: {from: 2021}, period_label: LABEL}
tables: {units: {label: 开发区, columns: {score: {label: 得分, uom: 分}}}}
tree: {total: {label: 总分, marks: 100, clause: 一, measure: {value: $score}, rule: {judged: marks}}}
rankings: {from_end: {label: 倒数名次, of: total, clause: 二, order: asc}}
outcomes: {exit: {label: 退出, clause: 三, choose: [{when: {ge: [times, 2]}, value: 退出}, {else: 保留}]}}
periods: {times: {label: 列末位次数, clause: 三, where: {le: [from_end, 1]}, over: {last: 3}, how: count, since: 2021, absent: skip}}
assumptions:
  window:
    clause: 三
    silent: 窗口从哪一年起
    default: {new: 从新办法施行起}
    alternatives: {back: {label: 向前追溯, patch: {periods.times.since: 2016}}}
"""


class Project:
    """A small project: editions and periods written as an office would."""

    def __init__(self, root: Path) -> None:
        self.root, self.book = root, Workbook(root)

    def edition(self, year: str, text: str) -> None:
        """params/s/<year>.yaml."""
        self._write(f"params/s/{year}.yaml", text)

    def period(self, period: str, *, units: Mapping[str, str] = UNITS, scores: Any = None, extra: str = "", aliases: str = "") -> None:
        """A period file and its figures; without scores the folder holds the roster alone."""
        head = f"schema: 1\nperiod: {period}\nas_of: 2022-01-31\nprepared_by: 示例\n{extra}"
        self._write(f"params/s/periods/{period}.yaml", head)
        rows = "".join(f"{code},{name},{aliases if code == next(iter(units)) else ''}\n" for code, name in units.items())
        self._write(f"data/s/{period}/units.csv", f"unit_code,unit_name,aliases\n{rows}")
        if scores is not None:
            head = "unit_code,indicator,period,stage,value,uom,source,origin\n"
            rows = "".join(f"{c},score,{period},verified,{v},分,考核办,official\n" for c, v in zip(units, scores, strict=True))
            self._write(f"data/s/{period}/values.csv", head + rows)
            self._write(f"data/s/{period}/items.csv", "table,item_id,unit_code\n")
            self._write(f"data/s/{period}/evidence.csv", "evidence_id,title\n")

    def prepare(self, period: str, **options: Any) -> Prepared:
        """Scored."""
        return self.book.prepare("s", period, **options)

    def points(self, period: str, name: str) -> list[str]:
        """Points of a node in roster order."""
        return [str(v) for v in self.prepare(period).evaluation.node(name).points.listed()]

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def year(tmp_path: Path) -> Project:
    """2021 with its four quarters."""
    project = Project(tmp_path)
    project.edition("2020", QUARTERS)
    for period, scores in SCORES.items():
        project.period(period, scores=scores)
    project.period("2021")
    return project


@pytest.fixture
def zones(tmp_path: Path) -> Project:
    """Data years 2020 (old method), 2021 and 2022 (new method)."""
    project = Project(tmp_path)
    project.edition("2016", OLD.replace("LABEL", LABEL))
    project.edition("2021", NEW.replace("LABEL", LABEL))
    project.period("2020", scores=(150, 40, 60))
    project.period("2021", scores=(50, 40, 60))
    project.period("2022", scores=(30, 40, 60))
    return project


def test_the_year_needs_a_roster_only(year: Project) -> None:
    """The year has units.csv and nothing else: its points are the means of the quarters' totals (80+81+82+83)÷4 …"""
    assert sorted(path.name for path in (year.root / "data/s/2021").iterdir()) == ["units.csv"]
    assert year.points("2021", "year_total") == ["163/2", "143/2", "123/2"]
    assert year.prepare("2021").notes == ()
    assert [note.code for note in year.prepare("2021Q1").notes] == ["item.none"]


def test_a_quarter_still_needs_its_figures(year: Project) -> None:
    """What a quarter is scored on must be there."""
    (year.root / "data/s/2021Q1/values.csv").unlink()
    with pytest.raises(Refused) as refused:
        year.prepare("2021Q1")
    assert [fault.code for fault in refused.value.faults] == ["folder.missing"]


def test_every_file_read_is_an_input_once(year: Project) -> None:
    """The year's inputs are its own files, then those of the quarters by name, each once."""
    names = [item.name for item in year.prepare("2021").inputs]
    own = ["params/s/2020.yaml", "params/s/periods/2021.yaml", "data/s/2021/units.csv"]
    sheets = ("evidence", "items", "units", "values")
    quarters = [f"data/s/{q}/{sheet}.csv" for q in SCORES for sheet in sheets] + [f"params/s/periods/{q}.yaml" for q in SCORES]
    assert names == own + quarters


def test_a_run_reads_its_own_copies(year: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    """From copies of its inputs alone a notebook prepares the same result."""
    prepared = year.prepare("2021")
    folder = tmp_path_factory.mktemp("run")
    for item in prepared.inputs:
        target = folder / "inputs" / item.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(item.path.read_bytes())
    inputs = [{"name": item.name, "role": item.role, "sha256": item.sha256()} for item in prepared.inputs]
    run = json.dumps({"scheme": "s", "period": "2021", "status": "draft", "overrides": {}, "inputs": inputs}).encode()
    (folder / "run.json").write_bytes(run)
    opened = open_run("s", "2021", str(folder / "run.json"), hashlib.sha256(run).hexdigest())
    assert opened.evaluation.digest() == prepared.evaluation.digest()
    assert [item.name for item in opened.inputs] == [item.name for item in prepared.inputs]


def test_the_digest_holds_the_quarters_digests(year: Project) -> None:
    """A quarter that changes without changing the mean changes the year's record all the same."""
    before = year.prepare("2021").evaluation
    year.period("2021Q1", scores=(81, 70, 60))
    year.period("2021Q2", scores=(80, 71, 61))
    after = year.prepare("2021").evaluation
    assert after.record()["history"] == before.record()["history"]
    assert after.record()["periods"] == {q: year.prepare(q).evaluation.digest() for q in SCORES}
    assert after.digest() != before.digest()


def test_a_scheme_without_periods_records_none(year: Project) -> None:
    """The record of a quarter has neither key, so that digests of schemes without history stay as they were."""
    assert not {"history", "periods"} & set(year.prepare("2021Q1").evaluation.record())


def test_a_missing_quarter_names_what_to_do(year: Project) -> None:
    """Refused by default, with the command and the reading that the edition offers; that reading then works."""
    (year.root / "params/s/periods/2021Q2.yaml").unlink()
    with pytest.raises(Refused) as refused:
        year.prepare("2021")
    told = str(refused.value.faults[0])
    assert [fault.code for fault in refused.value.faults] == ["history.absent"]
    assert "evalbook new period s 2021Q2" in told
    assert "按已有季度平均" in told
    year.period("2021", extra="assumptions: {missing_quarter: skip}\n")
    assert year.points("2021", "year_total") == ["8167/100", "7167/100", "6167/100"]


def test_the_reading_is_found_under_its_kind_of_period(year: Project) -> None:
    """A patch may name the key of the table it goes through; the remedy names the reading all the same."""
    year.edition("2020", QUARTERS.replace("{periods.combined.absent: skip}", "{periods.year.combined.absent: skip}"))
    (year.root / "params/s/periods/2021Q2.yaml").unlink()
    with pytest.raises(Refused, match="按已有季度平均"):
        year.prepare("2021")


def test_a_new_year_keeps_its_readings(year: Project) -> None:
    """Rolling on an edition whose sections differ by kind of period carries readings and acceptances over."""
    year.edition("2020", QUARTERS.replace("label: 年度得分,", "label: 年度得分, official: false,"))
    year.period("2021", extra="assumptions: {missing_quarter: skip}\naccept: [year_total]\n")
    new_period(year.root, "s", "2022", "2021")
    written = parse_yaml((year.root / "params/s/periods/2022.yaml").read_text("utf-8"), "2022.yaml").data
    assert (written["assumptions"], written["accept"]) == ({"missing_quarter": "skip"}, ["year_total"])


def test_faults_of_a_quarter_refuse_the_year(year: Project) -> None:
    """Faults of two quarters and of the year's own roster are told at once, each with the period it is in."""
    for period in ("2021Q1", "2021Q3"):
        path = year.root / f"data/s/{period}/values.csv"
        path.write_text(path.read_text("utf-8").replace("verified", "guessed", 1), encoding="utf-8")
    (year.root / "data/s/2021/units.csv").write_text("unit_code,unit_name\nA1,甲县\nA1,乙县\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        year.prepare("2021")
    files = [fault.file for fault in refused.value.faults]
    assert files == ["data/s/2021/units.csv", "data/s/2021Q1/values.csv", "data/s/2021Q3/values.csv"]


def test_a_fault_without_file_says_which_period(year: Project) -> None:
    """A figure against a rule of the quarter stands in a file that names the quarter; a fault of the edition is told with it."""
    year.period("2021Q2", scores=(81, 71, 61), extra="assumptions: {nothing: x}\n")
    with pytest.raises(Refused) as refused:
        year.prepare("2021")
    assert [(fault.code, fault.file) for fault in refused.value.faults] == [("assumption.unknown", "params/s/periods/2021Q2.yaml")]


def test_flags_and_blockers_travel(year: Project) -> None:
    """A year made of synthetic or unverified quarters is synthetic, and no more final than they are."""
    path = year.root / "data/s/2021Q4/values.csv"
    path.write_text(path.read_text("utf-8").replace("official", "synthetic").replace("verified", "reported"), encoding="utf-8")
    prepared = year.prepare("2021")
    assert prepared.flags == ("synthetic",)
    assert [fault.code for fault in prepared.blockers] == ["final.flagged", "final.other_period"]
    assert "2021年第四季度" in str(prepared.blockers[1])


def test_lint_of_each_kind_of_period(year: Project) -> None:
    """One edition serves quarters and year: a reading that concerns the year is no fault in a quarter."""
    assert lint_edition(year.root, "s", "2021Q1") == []
    assert lint_edition(year.root, "s", "2021") == []


def test_what_if_touches_this_period_only(year: Project) -> None:
    """Overrides hold for the period asked for; the quarters stand as they are."""
    found = year.prepare("2021", overrides={"periods.combined.how": "max"}).evaluation
    assert [str(v) for v in found.node("year_total").points.listed()] == ["83", "73", "63"]
    assert found.record()["periods"] == year.prepare("2021").evaluation.record()["periods"]


def test_each_period_is_read_under_the_edition_of_its_year(zones: Project) -> None:
    """The window starts with the new method: 乙县 was last in 2021, 甲县 in 2022; nobody twice."""
    found = zones.prepare("2022").evaluation
    assert {p: e.scheme.edition_file for p, e in found.others.items()} == {"2021": "params/s/2021.yaml"}
    assert found.walk.results["times"].column.listed() == [1, 1, 0]
    assert list(found.decision("exit").verdicts) == ["保留", "保留", "保留"]


def test_a_name_that_an_older_edition_does_not_know(zones: Project) -> None:
    """Reaching back meets the 2016 method, which calls its ranking otherwise: the fault names edition, period and nearest name."""
    zones.period("2022", scores=(30, 40, 60), extra="assumptions: {window: back}\n")
    with pytest.raises(Refused) as refused:
        zones.prepare("2022")
    told = str(refused.value.faults[0])
    assert [fault.code for fault in refused.value.faults] == ["history.unknown"]
    assert all(part in told for part in ("数据年度2020（2021年考核评价）", "params/s/2016.yaml", "from_end"))


def test_both_labels_are_shown(zones: Project) -> None:
    """Title and window carry data year and round."""
    prepared = zones.prepare("2022")
    assert prepared.title == "开发区考核（2021年办法） 数据年度2022（2023年考核评价）"
    told = explain(prepared.evaluation, "甲县", "times").sentence
    assert told == "倒数名次 ≤ 1：数据年度2021（2022年考核评价） 否（倒数名次 2）、数据年度2022（2023年考核评价） 是（倒数名次 1），共 1 期"


def test_an_edition_against_its_dates(zones: Project) -> None:
    """A period file that names another edition than the one in force is refused, with what to do."""
    zones.period("2020", scores=(50, 40, 60), extra="edition: 2021\n")
    with pytest.raises(Refused) as refused:
        zones.prepare("2020")
    told = str(refused.value.faults[0])
    assert [fault.code for fault in refused.value.faults] == ["edition.against_dates"]
    assert all(part in told for part in ("params/s/periods/2020.yaml", "2016版", "2021版", "删去 edition"))


def test_an_edition_by_its_dates(zones: Project) -> None:
    """Naming the edition in force is fine."""
    zones.period("2020", scores=(150, 40, 60), extra="edition: 2016\n")
    assert zones.prepare("2020").definition.edition_file == "params/s/2016.yaml"


def test_another_edition_as_a_what_if(zones: Project) -> None:
    """A what-if run may take the other method, which scores out of 100."""
    zones.period("2020", scores=(50, 40, 60))
    found = zones.prepare("2020", overrides={"edition": "2021"})
    assert found.definition.edition_file == "params/s/2021.yaml"
    assert str(found.evaluation.node("total").marks[0]) == "100"


def test_an_edition_that_does_not_exist(zones: Project) -> None:
    """An unknown edition is told with the nearest one."""
    with pytest.raises(UsageError, match="没有2012版"):
        zones.prepare("2020", overrides={"edition": "2012"})


def test_a_code_that_changed(year: Project) -> None:
    """Under a new code nothing is taken over, which is a finding; the old code among the aliases says that it is the same unit."""
    renamed = {"C9": "甲县", "A2": "乙县", "B1": "丙区"}
    year.period("2021", units=renamed)
    prepared = year.prepare("2021")
    assert [(note.code, note.severity) for note in prepared.notes] == [("history.code_changed", "finding")] * 4
    assert "“甲县”的代码2021年第一季度是A1，本期是C9" in str(prepared.notes[0])
    assert prepared.evaluation.node("year_total").points.listed() == [None, exact("71.5"), exact("61.5")]
    year.period("2021", units=renamed, aliases="A1、甲")
    prepared = year.prepare("2021")
    assert prepared.notes == ()
    assert prepared.evaluation.node("year_total").points.listed() == [exact("81.5"), exact("71.5"), exact("61.5")]


def test_an_alias_that_is_somebody_elses_code(year: Project) -> None:
    """A former code that stands on the roster belongs to the unit that has it."""
    units = {"C9": "丁县", "A1": "甲县", "A2": "乙县", "B1": "丙区"}
    year.period("2021", units=units, aliases="A1")
    assert year.prepare("2021").evaluation.node("year_total").points.listed() == [None, exact("81.5"), exact("71.5"), exact("61.5")]


def test_components_and_digests_are_shown(year: Project) -> None:
    """The chain of one number names each quarter and the result it comes from; so do the figures, the unit's sheet and provenance."""
    prepared = year.prepare("2021")
    digests = {q: year.prepare(q).evaluation.digest() for q in SCORES}
    traces = explain(prepared.evaluation, "甲县", "year_total").traces
    assert [(t.label, t.period, t.value, t.place) for t in traces] == [
        ("综合得分", "2021年第一季度", "80分", f"s 2021Q1 结果 {digests['2021Q1'][:12]}"),
        ("综合得分", "2021年第二季度", "81分", f"s 2021Q2 结果 {digests['2021Q2'][:12]}"),
        ("综合得分", "2021年第三季度", "82分", f"s 2021Q3 结果 {digests['2021Q3'][:12]}"),
        ("综合得分", "2021年第四季度", "83分", f"s 2021Q4 结果 {digests['2021Q4'][:12]}"),
    ]
    assert all(trace.place in unit_sheet(prepared, 0) for trace in traces)
    assert all(word in figures(prepared) for word in ("季度平均得分；AY-5.5", "第一季度", "81.5"))
    assert all(digest in provenance(prepared) for digest in digests.values())
    frame = prepared.evaluation.tables()["history"]
    assert frame["result_sha256"].tolist()[:4] == list(digests.values())


def test_history_is_constant_on_floats(year: Project) -> None:
    """A walk on floats takes the quarters as they are."""
    found = year.prepare("2021").evaluation
    walk = Walk(found.scheme, found.dataset, found.others, floats=True).run()
    assert walk.results["combined"].column.values.tolist() == [81.5, 71.5, 61.5]


def test_draws_of_this_period_meet_constants_of_the_others(situation: Callable[[str], Any]) -> None:
    """In a simulation each draw has its own window: 甲 is last in the first draw and 乙, last in 2022 too, in the second."""
    built = situation(
        """
        period: 2023
        units: [甲, 乙, 丙]
        edition:
          tree: {total: {marks: 100, measure: {value: $score}, rule: {judged: marks}}}
          rankings: {from_end: {of: total, order: asc}}
          periods:
            times: {where: {le: [from_end, 1]}, over: {last: 2}, how: count, absent: skip}
            row: {where: {le: [from_end, 1]}, over: {last: 2}, how: streak, absent: skip}
            mean: {of: total, over: {last: 2}, how: mean, absent: skip}
            lowest: {of: total, over: {last: 2}, how: min, absent: skip}
            lasts: {of: total, where: {le: [from_end, 1]}, over: {last: 2}, how: mean, absent: skip}
        figures: {score: [10, 20, 30]}
        others: {2022: {figures: {score: [50, 40, 60]}}}
        """
    )
    score = Column(np.array([[10.0, 20.0, 30.0], [40.0, 20.0, 30.0]]), np.zeros(3, dtype=np.uint8))
    units = dataclasses.replace(built.dataset.units, columns={**built.dataset.units.columns, ("score", "2023"): score})
    dataset = dataclasses.replace(built.dataset, tables={**built.dataset.tables, "units": units})
    results = Walk(built.scheme, dataset, built.evaluate().others, floats=True).run().results
    expected = {
        "times": [[1, 1, 0], [0, 2, 0]],
        "row": [[1, 0, 0], [0, 2, 0]],
        "mean": [[30, 30, 45], [45, 30, 45]],
        "lowest": [[10, 20, 30], [40, 20, 30]],
    }
    assert {name: results[name].column.values.tolist() for name in expected} == expected
    lasts = results["lasts"].column
    assert lasts.states.tolist() == [State.MISSING, State.OK, State.MISSING]
    assert lasts.values[:, 1].tolist() == [40, 30]


# --- what must hold for every history -----------------------------------------------------------------------------------

PERIODS = st.builds(
    lambda kind, year, number: Period(year, kind, number % Period(year, kind).per_year + 1),
    st.sampled_from(["", "H", "Q", "-"]),
    st.integers(1990, 2100),
    st.integers(0, 11),
)
WINDOWS = st.one_of(
    st.sampled_from(["previous", "year_before", "year_to_date", *PARTS]),
    st.builds(lambda word, size: {word: size}, st.sampled_from(["last", "before"]), st.integers(1, 12)),
)
VALUES = st.lists(st.fractions(0, 100, max_denominator=1000).map(lambda f: exact(f)), min_size=4, max_size=4)


@given(WINDOWS, PERIODS)
def test_a_window_never_leads_back(over: Any, period: Period) -> None:
    """Whatever is read is this period itself, or ends before it does, or is a part of it: reading results comes to an end."""
    how = {} if over in ("previous", "year_before") else {"how": "mean"}
    history = History(of="total", over=over, **how)
    window = history.window(period)
    assert list(window) == sorted(window, key=lambda p: p.first_day)
    for other in window:
        assert other == period or other.last_day < period.last_day or (other.per_year > period.per_year)
    assert (period in window) == history.reads_current


class Quarters:
    """Four quarters as a history sees them, without files: one column of values each."""

    def __init__(self, values: list[list[Exact]]) -> None:
        self.values = values

    def combined(self, how: Any) -> list[Exact]:
        """The year's values, unit by unit."""
        history = History(of="total", over="quarters", how=how)
        stacked = np.empty((4, len(self.values)), dtype=object)
        stacked[:] = np.array([[unit[q] for unit in self.values] for q in range(4)], dtype=object)
        return history.combine(Period(2021).parts("Q"), stacked, np.ones(stacked.shape, dtype=bool))[0].tolist()


@given(st.lists(VALUES, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_quarters_combine_as_they_must(values: list[list[Exact]], chance: Any) -> None:
    """Mean between lowest and highest; equal weights are the mean; the order of units changes nothing."""
    quarters = Quarters(values)
    mean, low, high = (quarters.combined(how) for how in ("mean", "min", "max"))
    assert all(a <= b <= c for a, b, c in zip(low, mean, high, strict=True))
    assert quarters.combined({"weights": dict.fromkeys(("Q1", "Q2", "Q3", "Q4"), "1/4")}) == mean
    assert [total / 4 for total in quarters.combined("sum")] == mean
    assert quarters.combined("last") == [unit[3] for unit in values]
    order = list(range(len(values)))
    chance.shuffle(order)
    assert Quarters([values[n] for n in order]).combined("mean") == [mean[n] for n in order]


@given(VALUES, st.lists(st.integers(1, 9), min_size=4, max_size=4), st.integers(2, 50))
def test_weights_are_relative(values: list[Exact], weights: list[int], factor: int) -> None:
    """Weights that are all multiplied by the same number give the same mean."""
    keys = ("Q1", "Q2", "Q3", "Q4")
    once = {"weights": dict(zip(keys, weights, strict=True))}
    more = {"weights": {key: weight * factor for key, weight in once["weights"].items()}}
    assert Quarters([values]).combined(once) == Quarters([values]).combined(more)
