"""Units whose boundary changed: which series scores in which year, what must be filed, what the report shows of both."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from evalbook import Workbook, present
from evalbook.analysis.explain import explain
from evalbook.cli import main
from evalbook.errors import Fault, Refused
from evalbook.present.sections import unit_sheet
from evalbook.present.tables import published_tables
from evalbook.scheme.lint import lint_edition
from evalbook.workbook import Prepared

#: 商资函〔2021〕523号 第一条: for two years the old boundary scores and the new one is filed too; the third year may use the new one.
EDITION = """
schema: 1
edition: {title: 开发区考核, issued: 2021-10-18, governs: {from: 2015}}
tables:
  units:
    label: 开发区
    attributes: {moved: {label: 管辖范围调整日期, type: date}, moved_by: {label: 调整依据, type: text}}
    columns:
      trade: {label: 进出口总额, uom: 亿元}
      jobs: {label: 从业人数, type: integer, uom: 人}
      rate: {label: 单位能耗降幅, uom: "%"}
      sound: {label: 机制健全, type: yes_no}
    calibre: {changed: moved, basis: moved_by, old_for_years: 2, counted: date, same: [rate]}
tree:
  total: {label: 综合得分, marks: 100, clause: 一, children: [increment, level, other, mechanism]}
  increment:
    {label: 进出口增加值, marks: 40, clause: 一, measure: {gap: $trade, against: previous}, rule: {line: {slope: 1, cap: marks, floor: 0}}}
  level: {label: 从业, marks: 40, clause: 一, measure: {value: $jobs}, rule: {line: {slope: "0.1", cap: marks}}}
  other: {label: 能耗, marks: 10, clause: 一, measure: {value: $rate}, rule: {line: {slope: 1, cap: marks}}}
  mechanism: {label: 机制, marks: 10, clause: 一, measure: {value: $sound}, rule: {line: {slope: 10, cap: marks}}}
rankings: {place: {of: total, clause: 七}}
assumptions:
  years:
    clause: 第一条
    silent: 自调整之日起两年怎样对应数据年度
    default: {date: 按日期：数据年度12月31日在两年期内的用调整前口径}
    alternatives:
      calendar: {label: 按年度：调整当年及其后两个年度用调整前口径, patch: {tables.units.calibre.counted: calendar_years}}
  third:
    clause: 第一条
    silent: 第三年“可以”用调整后口径，是否采用
    default: {new: 采用调整后口径}
    alternatives: {old: {label: 第三年仍用调整前口径, patch: {tables.units.calibre.old_for_years: 3}}}
"""
#: Trade of 示例开发区001 on the old boundary and on the new one; there is nothing new before the change of 2020-06-30.
BEFORE = {2018: 90, 2019: 100, 2020: 110, 2021: 121, 2022: 130, 2023: 140}
AFTER = {2020: 150, 2021: 165, 2022: 180, 2023: 200}
HEADER = "unit_code,indicator,period,calibre,stage,value,uom"


def rows_of(year: int) -> list[str]:
    """values.csv of one year as an office fills it in, both series wherever it has them."""
    rows = []
    for when in (year - 1, year):
        series = {"before": BEFORE.get(when)} if when < 2020 else {"调整前": BEFORE.get(when), "调整后": AFTER.get(when)}
        rows += [f"Z1,trade,{when},{word},verified,{value},亿元" for word, value in series.items()]
        rows += [f"Z2,trade,{when},,verified,{when - 1990},亿元"]
    words = {"before": 200} if year < 2020 else {"before": 200, "after": 300}
    rows += [f"Z1,jobs,{year},{word},verified,{value},人" for word, value in words.items()]
    for code in ("Z1", "Z2"):
        rows += [f"{code},rate,{year},,verified,3%,", f"{code},sound,{year},,verified,是,"]
    return [*rows, f"Z2,jobs,{year},,verified,100,人"]


def write(root: Path, year: int, rows: list[str] | None = None, *, settings: str = "", roster: str = "", edition: str = EDITION) -> None:
    """A project of two zones, of which Z1 changed its boundary on 2020-06-30."""
    moved = roster or "Z1,示例开发区001,2020-06-30,示例〔2020〕3号\nZ2,示例开发区002,,\n"
    texts = {
        "params/zones/2015.yaml": edition,
        f"params/zones/periods/{year}.yaml": f"schema: 1\nperiod: {year}\n{settings}\n",
        f"data/zones/{year}/units.csv": f"unit_code,unit_name,moved,moved_by\n{moved}",
        f"data/zones/{year}/values.csv": "\n".join([HEADER, *(rows_of(year) if rows is None else rows)]) + "\n",
        f"data/zones/{year}/evidence.csv": "evidence_id,title\n",
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "notebooks").mkdir(exist_ok=True)


def prepare(root: Path, year: int, rows: list[str] | None = None, **others: Any) -> Prepared:
    """The project of one year, prepared."""
    write(root, year, rows, **others)
    return Workbook(root).prepare("zones", str(year))


def faults(root: Path, year: int, rows: list[str], **others: Any) -> list[Fault]:
    """What a year is refused for."""
    with pytest.raises(Refused) as refused:
        prepare(root, year, rows, **others)
    return refused.value.faults


def without(year: int, *starts: str) -> list[str]:
    """The rows of a year but those that start so."""
    kept = [row for row in rows_of(year) if not row.startswith(starts)]
    assert len(kept) == len(rows_of(year)) - len(starts)
    return kept


@pytest.mark.parametrize(
    ("reading", "year", "used", "increment"),
    [
        # by the date: two years end on 2022-06-30; 31 December of 2020 and 2021 lie within them
        ("date", 2019, "", 10),
        ("date", 2020, "before", 10),
        ("date", 2021, "before", 11),
        ("date", 2022, "after", 15),
        ("date", 2023, "after", 20),
        # by years: that of the change, 2020, and two more
        ("calendar", 2020, "before", 10),
        ("calendar", 2021, "before", 11),
        ("calendar", 2022, "before", 9),
        ("calendar", 2023, "after", 20),
    ],
)
def test_a_date_chooses_the_series(tmp_path: Path, reading: str, year: int, used: str, increment: int) -> None:
    """Changed on 2020-06-30: data years 2020 to 2023 under both readings; base and current value are of one series."""
    run = prepare(tmp_path, year, settings=f"assumptions: {{years: {reading}}}")
    told = run.evaluation.dataset.calibres.get("Z1")
    assert (told.used if told else "") == used
    assert run.evaluation.walk.results["increment"].measured.listed() == [increment, 1]  # type: ignore[union-attr]
    assert run.evaluation.points("level", 0) == {"": 20, "before": 20, "after": 30}[used]
    assert run.evaluation.points("other", 0) == 3


def test_the_third_year_may_stay_old(tmp_path: Path) -> None:
    """The other reading of 可以: 2022 on the old boundary (9), 2023 on the new one (20)."""
    found = []
    for year in (2022, 2023):
        run = prepare(tmp_path / str(year), year, settings="assumptions: {third: old}")
        found.append(run.evaluation.walk.results["increment"].measured.at(0))  # type: ignore[union-attr]
    assert found == [9, 20]


def test_lint_is_clean_in_every_reading(tmp_path: Path) -> None:
    """Each reading changes the scheme and leaves it whole."""
    write(tmp_path, 2022)
    assert lint_edition(tmp_path, "zones", "2022") == []


def test_the_other_series_stays_beside(tmp_path: Path) -> None:
    """Frame, report, unit sheet and explanation show which series was used, why, and what the other one says."""
    run = prepare(tmp_path, 2021)
    evaluation = run.evaluation
    frame = evaluation.figures()
    mine = frame[(frame["unit_code"] == "Z1") & (frame["indicator"] == "trade")]
    assert list(mine[["period", "verified", "calibre", "other_calibre"]].itertuples(index=False, name=None)) == [
        ("2020", Decimal(110), "调整前", Decimal(150)),
        ("2021", Decimal(121), "调整前", Decimal(165)),
    ]
    assert set(frame[frame["unit_code"] == "Z2"]["calibre"]) == {""}
    tables = published_tables(run)
    assert tables["calibres"].values.tolist() == [
        ["Z1", "示例开发区001", "trade", "进出口总额", "2020", "亿元", Decimal(110), Decimal(150), Decimal(40), "调整前", "2020-06-30"],
        ["Z1", "示例开发区001", "trade", "进出口总额", "2021", "亿元", Decimal(121), Decimal(165), Decimal(44), "调整前", "2020-06-30"],
        ["Z1", "示例开发区001", "jobs", "从业人数", "2021", "人", Decimal(200), Decimal(300), Decimal(100), "调整前", "2020-06-30"],
    ]
    assert list(tables["calibres"].columns)[-5:] == ["调整前口径", "调整后口径", "差额（后−前）", "计分所用口径", "管辖范围调整日期"]
    text = BeautifulSoup(str(present.calibre(run)), "html.parser").get_text(" ")
    reason = "2020-06-30调整；自调整之日起2年内（至2022-06-30）用调整前口径，2021年末（2021-12-31）在期限内，用调整前口径"
    assert all(words in text for words in ("共1个考核对象", "示例开发区001", "示例〔2020〕3号", reason, "+44", "165"))
    assert "示例开发区002" not in text
    assert reason in BeautifulSoup(str(unit_sheet(run, 0)), "html.parser").get_text()
    told = explain(evaluation, "Z1", "increment")
    assert told.steps[-1] == "所用数据为调整前口径（管辖范围2020-06-30调整）"
    assert [trace.calibre for trace in told.traces] == ["调整前口径（调整后口径为150亿元）", "调整前口径（调整后口径为165亿元）"]
    assert "口径" not in explain(evaluation, "Z2", "increment").sentence
    assert evaluation.record()["calibres"] == {"Z1": "before"}
    assert "另一口径" in str(present.figures(run))


def test_the_terminal_shows_both_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """explain of one indicator prints the figure used with its value on the other boundary."""
    write(tmp_path, 2021)
    assert main(["explain", "zones", "2021", "Z1", "increment", "--root", str(tmp_path)]) == 0
    assert "← 进出口总额 2021年 121亿元，调整前口径（调整后口径为165亿元）（官方公布）" in capsys.readouterr().out


def test_nothing_is_said_where_nothing_changed(tmp_path: Path) -> None:
    """Before the change, and without any change, the section says so and the tables have no columns for it."""
    run = prepare(tmp_path, 2019)
    assert "没有管辖范围调整过的考核对象" in str(present.calibre(run))
    assert "calibres" not in published_tables(run)
    assert "没有管辖范围调整的规定" in str(present.calibre(Workbook(Path(__file__).resolve().parents[2]).prepare("county_trial", "2019")))


@pytest.mark.parametrize(
    ("year", "missing", "message", "place"),
    [
        (2021, ["Z1,jobs,2021,after"], "“示例开发区001”2021年缺少调整后口径的“从业人数”：使用调整前口径期间须同时报送调整后口径", "before"),
        (2021, ["Z1,jobs,2021,before"], "“示例开发区001”2021年缺少调整前口径的“从业人数”，而本期用的就是该口径", "after"),
        (
            2021,
            ["Z1,trade,2020,调整后"],
            "“示例开发区001”2020年缺少调整后口径的“进出口总额”：使用调整前口径期间须同时报送调整后口径",
            "调整前",
        ),
        (2022, ["Z1,jobs,2022,after"], "“示例开发区001”2022年缺少调整后口径的“从业人数”，而本期用的就是该口径", "before"),
        (2022, ["Z1,trade,2021,调整后"], "“示例开发区001”2021年缺少调整后口径的“进出口总额”，而本期用的就是该口径", "调整前"),
    ],
    ids=["new-series", "old-series", "new-series-of-the-base", "third-year", "third-year-base"],
)
def test_an_incomplete_series_is_named(tmp_path: Path, year: int, missing: list[str], message: str, place: str) -> None:
    """One fault per year and series, at the row of the series that is there; no missing figure is taken from the other boundary."""
    rows = without(year, *missing)
    (fault,) = faults(tmp_path, year, rows)
    assert (fault.code, fault.message, fault.column) == ("calibre.incomplete", message, "calibre")
    assert fault.row is not None
    assert rows[fault.row - 2].split(",")[3] == place
    assert "按该口径填“缺失”" in fault.remedy


def test_several_quantities_are_one_fault(tmp_path: Path) -> None:
    """Both figures of 2021 lack the new series: one fault names both; the two years are told apart."""
    found = faults(tmp_path, 2021, without(2021, "Z1,jobs,2021,after", "Z1,trade,2021,调整后", "Z1,trade,2020,调整后"))
    assert [fault.message.partition("：")[0] for fault in found] == [
        "“示例开发区001”2020年缺少调整后口径的“进出口总额”",
        "“示例开发区001”2021年缺少调整后口径的“进出口总额”、“从业人数”",
    ]


def test_after_the_term_the_old_series_may_be_left_out(tmp_path: Path) -> None:
    """2022 by the date: only the new series is asked for, of the year and of its base."""
    run = prepare(tmp_path, 2022, without(2022, "Z1,jobs,2022,before", "Z1,trade,2022,调整前", "Z1,trade,2021,调整前"))
    assert run.evaluation.walk.results["increment"].measured.at(0) == 15  # type: ignore[union-attr]
    assert not [note for note in run.notes if note.severity == "finding"]


def test_a_base_on_the_other_boundary_is_refused(tmp_path: Path) -> None:
    """If the new boundary scored at once, 2020 on it would have a base of 2019 that knows only the old one."""
    edition = EDITION.replace("old_for_years: 2, counted: date", "old_for_years: 0, counted: date")
    (fault,) = faults(tmp_path, 2020, rows_of(2020), edition=edition)
    assert fault.code == "calibre.base"
    assert fault.message == ("“示例开发区001”2019年缺少调整后口径的“进出口总额”：本期用调整后口径，基期只有调整前口径，两种口径不得混用")
    run = prepare(tmp_path / "traced", 2020, [*rows_of(2020), "Z1,trade,2019,after,verified,135,亿元"], edition=edition)
    assert run.evaluation.walk.results["increment"].measured.at(0) == 15  # type: ignore[union-attr]


def test_a_series_confirmed_to_have_no_figures_counts_as_filed(tmp_path: Path) -> None:
    """缺失 on the old boundary, which scores: the figure is missing, and is not taken from the new one."""
    rows = [*without(2021, "Z1,jobs,2021,before"), "Z1,jobs,2021,before,verified,缺失,人"]
    run = prepare(tmp_path, 2021, rows)
    assert run.evaluation.state("level", 0).label == "缺失"
    assert run.evaluation.dataset.figures["Z1", "jobs", "2021"].other.value == 300  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("year", "change", "code", "severity", "words"),
    [
        (2021, ("Z1,jobs,2021,before", "Z1,jobs,2021,"), "calibre.blank", "error", "2021年“从业人数”没有写是哪种口径"),
        (2021, ("Z1,jobs,2021,before", "Z1,jobs,2021,调整钱"), "calibre.word", "error", "没有这种口径"),
        (2021, ("Z1,jobs,2021,after", "Z1,jobs,2021,before"), "figure.twice", "error", "调整前口径核定值"),
        (2021, ("Z2,jobs,2021,", "Z2,jobs,2021,after"), "calibre.no_change", "finding", "“示例开发区002”没有管辖范围调整日期"),
        (2021, ("Z1,rate,2021,", "Z1,rate,2021,after"), "calibre.same", "finding", "“单位能耗降幅”与管辖范围无关"),
        (2021, ("Z1,sound,2021,", "Z1,sound,2021,before"), "calibre.same", "finding", "“机制健全”与管辖范围无关"),
        (
            2022,
            ("Z1,jobs,2022,after", "Z1,jobs,2022,"),
            "calibre.assumed",
            "note",
            "2022年没有写口径，已过使用调整前口径的期限，读作调整后",
        ),
        (2023, ("Z1,trade,2022,调整前", "Z1,trade,2022,before"), "", "", ""),
    ],
    ids=["blank", "misspelt", "twice", "no-change", "same", "an-answer", "after-the-term", "english"],
)
def test_each_row_says_its_series(tmp_path: Path, year: int, change: tuple[str, str], code: str, severity: str, words: str) -> None:
    """What the column may say of which figure: refused, asked about, or read in the one way there is."""
    rows = [row.replace(*change) if row.startswith(change[0] + ("" if change[0].endswith(",") else ",")) else row for row in rows_of(year)]
    assert rows != rows_of(year)
    if severity == "error":
        found = faults(tmp_path, year, rows)
    else:
        found = [note for note in prepare(tmp_path, year, rows).notes if note.code.startswith("calibre")]
    assert [(fault.code, fault.severity) for fault in found if fault.code == code] == ([(code, severity)] if code else [])
    assert all(words in fault.message for fault in found if fault.code == code)
    assert len([fault for fault in found if not fault.code.endswith("incomplete")]) == bool(code)


def test_a_scheme_without_boundaries_ignores_the_column(tmp_path: Path) -> None:
    """The column is a finding wherever it says anything."""
    edition = EDITION.replace("    calibre: {changed: moved, basis: moved_by, old_for_years: 2, counted: date, same: [rate]}\n", "")
    edition = edition[: edition.index("assumptions:")]
    rows = [
        row.replace(",after,", ",,").replace(",调整后,", ",,") for row in rows_of(2021) if ",before," not in row and ",调整前," not in row
    ]
    run = prepare(tmp_path, 2021, rows, edition=edition)
    assert not [note for note in run.notes if note.code == "calibre.no_change"]
    marked = [row.replace("Z2,jobs,2021,,", "Z2,jobs,2021,after,") for row in rows]
    found = [note for note in prepare(tmp_path / "marked", 2021, marked, edition=edition).notes if note.code == "calibre.no_change"]
    assert [(note.severity, note.value) for note in found] == [("finding", "调整后")]


def test_a_total_row_says_which_series_it_adds(tmp_path: Path) -> None:
    """110 and 30 on the old boundary, 150 and 30 on the new one; without the word the sum has two readings."""
    rows = rows_of(2021)
    accepted = prepare(tmp_path, 2021, [*rows, "合计,trade,2020,before,verified,140,亿元", "合计,trade,2020,after,verified,180,亿元"])
    assert len([note for note in accepted.notes if note.code == "figure.total"]) == 1
    (fault,) = faults(tmp_path / "blank", 2021, [*rows, "合计,trade,2020,,verified,140,亿元"])
    assert (fault.code, fault.row) == ("figure.total_calibre", len(rows) + 2)
    (fault,) = faults(tmp_path / "wrong", 2021, [*rows, "合计,trade,2020,after,verified,140,亿元"])
    assert (fault.code, "之和为180亿元" in fault.message) == ("figure.total_differs", True)


def test_revisions_compare_like_with_like(tmp_path: Path) -> None:
    """2022 scores the new boundary: its base of 2021 is compared with what 2021 filed on that boundary, not with what it used."""
    write(tmp_path, 2021)
    assert not [note for note in prepare(tmp_path, 2022).notes if note.code == "figure.base_revised"]
    revised = [row.replace("Z1,trade,2021,调整后,verified,165", "Z1,trade,2021,调整后,verified,166") for row in rows_of(2022)]
    found = [note for note in prepare(tmp_path, 2022, revised).notes if note.code == "figure.base_revised"]
    assert len(found) == 1
    assert "基数为166亿元" in found[0].message or "166" in found[0].message
    assert "165" in found[0].message


def test_rolling_forward_asks_for_what_the_next_year_needs(tmp_path: Path) -> None:
    """2021 from 2020: both series of base and year; 2022 from 2021: the new one only, and the change of boundary is announced."""
    write(tmp_path, 2020)
    assert main(["new", "period", "zones", "2021", "--from", "2020", "--root", str(tmp_path)]) == 0
    lines = (tmp_path / "data/zones/2021/values.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[2:8] for line in lines if line.startswith("Z1,示例开发区001,trade")] == [
        ["trade", "2020", "before", "verified", "110", "亿元"],
        ["trade", "2020", "after", "verified", "150", "亿元"],
        ["trade", "2021", "before", "reported", "", "亿元"],
        ["trade", "2021", "after", "reported", "", "亿元"],
    ]
    assert "与上期不同" not in (tmp_path / "data/zones/2021/SOURCE.md").read_text("utf-8")
    Workbook(tmp_path).prepare("zones", "2021")
    root = tmp_path / "later"
    write(root, 2021)
    assert main(["new", "period", "zones", "2022", "--from", "2021", "--root", str(root)]) == 0
    lines = (root / "data/zones/2022/values.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[2:8] for line in lines if line.startswith("Z1,示例开发区001,trade")] == [
        ["trade", "2021", "after", "verified", "165", "亿元"],
        ["trade", "2022", "after", "reported", "", "亿元"],
    ]
    told = "“示例开发区001”的口径：本期起用调整后口径（2020-06-30调整"
    assert told in (root / "data/zones/2022/SOURCE.md").read_text("utf-8")
    assert told in (root / "params/zones/periods/2022.yaml").read_text("utf-8")
    Workbook(root).prepare("zones", "2022")


def test_a_figure_read_of_another_period_may_be_on_another_boundary(tmp_path: Path) -> None:
    """The trade of 2021 was scored on the old boundary, that of 2022 on the new one: reading the former under periods is a finding."""
    edition = EDITION.replace("tree:\n", "periods: {last_trade: {of: $trade, over: previous}}\ntree:\n", 1)
    write(tmp_path, 2020, edition=edition, settings="assumptions: {}")
    found = {}
    edition = edition.replace("over: previous}", "over: previous, absent: skip}")
    for year in (2020, 2021, 2022):
        run = prepare(tmp_path, year, edition=edition)
        found[year] = [note.message for note in run.notes if note.code == "calibre.mixed"]
    assert found == {
        2020: [],
        2021: [],
        2022: ["“示例开发区001”2021用调整前口径，本期用调整后口径，跨期取用的“进出口总额”口径不一"],
    }


@pytest.mark.parametrize(
    ("spec", "code", "words"),
    [
        ("{changed: movd, old_for_years: 2, counted: date}", "calibre.attribute", "最接近的名称是“moved”"),
        ("{changed: moved_by, old_for_years: 2, counted: date}", "calibre.attribute", "应为日期（type: date）"),
        ("{changed: moved, basis: moved, old_for_years: 2, counted: date}", "calibre.attribute", "应为文字（type: text）"),
        ("{changed: moved, old_for_years: 2, counted: date, same: [rat]}", "calibre.same", "最接近的名称是“rate”"),
        ("{changed: moved, old_for_years: 2}", "key.missing", "counted"),
        ("{changed: moved, old_for_years: 2, counted: days}", "value.not_allowed", "calendar_years"),
        ("{changed: moved, old_for_years: 2021, counted: date}", "value.many_years", "不超过99"),
        ("{changed: moved, old_for_year: 2, counted: date}", "key.unknown", "“old_for_years”"),
    ],
    ids=["attribute", "not-a-date", "not-a-text", "same", "counted", "counted-misspelt", "a-year", "key"],
)
def test_a_wrong_declaration_is_told(tmp_path: Path, spec: str, code: str, words: str) -> None:
    """The scheme's own mistakes, with the nearest name, before any figure is read."""
    written = "{changed: moved, basis: moved_by, old_for_years: 2, counted: date, same: [rate]}"
    found = faults(tmp_path, 2021, rows_of(2021), edition=EDITION.replace(written, spec))
    assert code in [fault.code for fault in found]
    assert any(words in str(fault) for fault in found)


def test_a_list_has_no_boundary(tmp_path: Path) -> None:
    """calibre and participation belong to the units; the columns of participation cannot be declared."""
    edition = EDITION.replace(
        "tree:\n",
        "  lists: {label: 清单, belongs_to: units, columns: {participation_from: {label: 起, type: date}},\n"
        "    calibre: {changed: moved, old_for_years: 2, counted: date}, participation: {years: round}}\ntree:\n",
        1,
    )
    found = {fault.code for fault in faults(tmp_path, 2021, rows_of(2021), edition=edition)}
    assert found == {"calibre.units_only", "participation.units_only", "column.reserved"}
