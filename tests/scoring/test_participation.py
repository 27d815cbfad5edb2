"""How units take part, from files: who is ranked in which round, with what authority, and what the report shows of the others.

The arithmetic of exemptions and the effect of each status are worked by hand in ``tests/cases/participation.yaml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from evalbook import Workbook, present
from evalbook.analysis.explain import explain
from evalbook.cli import main
from evalbook.errors import Refused
from evalbook.intake.new_period import new_period
from evalbook.present.sections import unit_sheet
from evalbook.present.tables import published_tables
from evalbook.scheme.lint import lint_edition
from evalbook.terms import PARTICIPATIONS
from evalbook.workbook import Prepared

#: 商资函〔2021〕523号 第七条: 13 zones upgraded in 2021 file data in the evaluations of 2021 and 2022 and are ranked from 2023.
EDITION = """
schema: 1
edition: {title: 开发区考核, issued: 2021-10-18, governs: {from: 2020}, period_label: "{year}年（{next_year}年考核评价）"}
tables:
  units:
    label: 开发区
    columns: {trade: {label: 进出口总额, uom: 亿元}, target: {label: 目标任务, uom: 亿元}}
    participation:
      years: round
      official: false
      rules: [{status: disqualified, when: {ge: [frauds, 1]}, basis: 查实统计造假, clause: 第九条}]
  problems: {label: 问题清单, belongs_to: units, columns: {confirmed: {label: 查实, type: yes_no}}}
measures: {frauds: {label: 查实造假数, count: problems, where: {is: $confirmed}}}
tree:
  total: {label: 综合得分, marks: 100, clause: 一, children: [trade, judged]}
  trade: {label: 进出口, marks: 20, clause: 一, measure: {value: $trade}, rule: {line: {slope: 1, cap: marks}}}
  judged: {label: 目标完成, marks: 80, clause: 一, measure: {value: $target}, rule: {line: {slope: 1, cap: marks}}}
rankings: {place: {of: total, clause: 七}}
outcomes: {awarded: {label: 激励名单, quota: 3, by: place, clause: 八, across_tie: all_in}}
assumptions:
  rounds:
    clause: 第七条
    silent: 2021、2022年考核评价指考核轮次还是数据年度
    default: {rounds: 考核轮次}
    alternatives: {data_years: {label: 数据年度, patch: {tables.units.participation.years: data}}}
  fraud:
    clause: 第九条
    silent: 查实造假的是否排名
    default: {shown: 列示得分，不排名}
    alternatives: {no_award: {label: 保留名次，只取消入选资格, patch: {tables.units.participation.disqualified: not_eligible}}}
"""
OLD = [f"OLD{number:02d}" for number in range(1, 5)]
NEW = [f"NEW{number:02d}" for number in range(1, 14)]
NAMES = dict(zip([*OLD, *NEW], [f"示例开发区{number:03d}" for number in range(1, 18)], strict=True))


def write(root: Path, period: str, settings: str = "", units: Mapping[str, str] | None = None, problems: tuple[str, ...] = ()) -> None:
    """A project with 17 zones; ``units`` replaces what stands in the columns of participation (status, basis, from, until)."""
    given = dict.fromkeys(NEW, "files_only,商资函〔2021〕523号第七条,2021,2022") | dict(units or {})
    roster = ["unit_code,unit_name,participation,participation_basis,participation_from,participation_until"]
    roster += [f"{code},{name},{given.get(code, ',,,')}" for code, name in NAMES.items()]
    values = ["unit_code,indicator,period,stage,value,uom"]
    for number, code in enumerate(NAMES, 1):
        values += [f"{code},trade,{period},verified,{number},亿元", f"{code},target,{period},verified,60,亿元"]
    items = ["table,item_id,unit_code,item_name,confirmed", *problems]
    texts = {
        "params/zones/2020.yaml": EDITION,
        f"params/zones/periods/{period}.yaml": f"schema: 1\nperiod: {period}\n{settings}",
        **{
            f"data/zones/{period}/{name}.csv": "\n".join(lines) + "\n"
            for name, lines in {"units": roster, "values": values, "items": items, "evidence": ["evidence_id,title"]}.items()
        },
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "notebooks").mkdir(exist_ok=True)


def prepare(root: Path, period: str, settings: str = "", **others: Any) -> Prepared:
    """The project of one period, prepared."""
    write(root, period, settings, **others)
    return Workbook(root).prepare("zones", period)


def ranked(run: Prepared) -> set[str]:
    """Codes of the units that have a place."""
    places = run.evaluation.ranking("place").places
    return {code for row, code in enumerate(run.evaluation.unit_codes) if places.ok[row]}


@pytest.mark.parametrize(
    ("period", "reading", "new_ones_ranked"),
    [
        ("2020", "rounds", False),  # evaluated in 2021
        ("2021", "rounds", False),  # evaluated in 2022
        ("2022", "rounds", True),  # evaluated in 2023
        ("2021", "data_years", False),
        ("2022", "data_years", False),
        ("2023", "data_years", True),
    ],
)
def test_thirteen_new_zones_are_ranked_from_2023_on(tmp_path: Path, period: str, reading: str, new_ones_ranked: bool) -> None:
    """Rounds of 2021 and 2022 unranked: data years 2020 and 2021, or, in the other reading, 2021 and 2022."""
    run = prepare(tmp_path, period, f"assumptions: {{rounds: {reading}}}")
    assert ranked(run) == ({*OLD, *NEW} if new_ones_ranked else {*OLD})
    assert {code: run.evaluation.points("total", row) for row, code in enumerate(run.evaluation.unit_codes)} == {
        code: 60 + number for number, code in enumerate(NAMES, 1)
    }, "unranked zones are scored like the others"


def test_a_status_that_is_over_is_noted(tmp_path: Path) -> None:
    """In the round of 2023 each of the 13 zones takes part, and the notes say until when it did not."""
    run = prepare(tmp_path, "2022")
    (note,) = [note for note in run.notes if note.code == "participation.over"]
    names = "、".join(NAMES[code] for code in NEW)
    assert (note.severity, note.row, note.column) == ("note", 6, "participation_until")
    assert note.message == f"只报数据不排名至2022止，已到期，本期参评：{names}"
    assert run.evaluation.record().get("participation") is None


def test_a_status_that_has_not_begun_is_noted(tmp_path: Path) -> None:
    """From the round of 2024 on: in that of 2023 the zone takes part."""
    run = prepare(tmp_path, "2022", units={"OLD01": "files_only,某文件,2024,"})
    assert [note.message for note in run.notes if note.code == "participation.not_yet"] == [
        "只报数据不排名自2024起，尚未开始，本期参评：示例开发区001"
    ]
    assert "OLD01" in ranked(run)


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        ("", "", True),
        ("2021-12-31", "", True),
        ("2022-01-01", "", False),
        ("", "2021-12-31", True),
        ("", "2021-12-30", False),
        ("2021年", "2021年", True),
        ("2021Q4", "2021Q4", True),
        ("", "2021H1", False),
        ("2021年1月1日", "2022/6/30", True),
    ],
)
def test_days_and_periods_bound_a_status(tmp_path: Path, since: str, until: str, holds: bool) -> None:
    """Data year 2021 has the status of its last day, 2021-12-31; both bounds are included."""
    run = prepare(tmp_path, "2021", "assumptions: {rounds: data_years}", units={"OLD01": f"files_only,某文件,{since},{until}"})
    assert ("OLD01" in ranked(run)) is not holds


def test_the_report_shows_who_does_not_simply_take_part(tmp_path: Path) -> None:
    """Under the ranking: 13 zones with status, authority, from and until; their points are shown, they have no place."""
    run = prepare(tmp_path, "2021")
    first, second = BeautifulSoup(str(present.totals(run)), "html.parser").select("table")
    assert [cell.get_text() for cell in second.select("thead th")] == [
        *("考核对象", "代码", "综合得分", "进出口", "目标完成"),
        *("参评方式", "参评依据", "参评方式起", "参评方式止"),
    ]
    rows = [[cell.get_text() for cell in row.select("td")] for row in second.select("tbody tr")]
    assert [row[1] for row in rows] == NEW
    assert rows[0] == ["示例开发区005", "NEW01", "65", "5", "60", "只报数据不排名", "商资函〔2021〕523号第七条", "2021", "2022"]
    assert len(first.select("tbody tr")) == 4
    sheet = BeautifulSoup(str(unit_sheet(run, 4)), "html.parser").get_text()
    assert "参评方式：只报数据不排名（商资函〔2021〕523号第七条；自2021至2022）" in sheet
    assert explain(run.evaluation, "NEW01", "place").sentence == "不参与排名：只报数据不排名（商资函〔2021〕523号第七条；自2021至2022）"
    frame = published_tables(run)["participation"]
    assert list(frame.columns) == ["单位代码", "考核对象", "参评方式", "参评依据", "参评方式起", "参评方式止"]
    assert len(frame) == 13
    assert "其中参与排名4个" in BeautifulSoup(str(present.summary(run)), "html.parser").get_text()
    assert "2021年（2022年考核评价）" in run.title


def test_the_terminal_says_how_a_unit_takes_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """explain of a zone that only files figures names its status first; of a ranked zone it says nothing of the kind."""
    write(tmp_path, "2021")
    told = []
    for unit in ("NEW01", "OLD01"):
        assert main(["explain", "zones", "2021", unit, "--root", str(tmp_path)]) == 0
        told.append("参评方式：只报数据不排名（商资函〔2021〕523号第七条；自2021至2022）" in capsys.readouterr().out)
    assert told == [True, False]


def test_a_confirmed_finding_disqualifies(tmp_path: Path) -> None:
    """OLD04 has a confirmed finding, OLD03 one that is not: shown and not ranked; in the other reading placed, but not rewarded."""
    problems = ("problems,W1,OLD04,虚报,是", "problems,W2,OLD03,疑点,否")
    run = prepare(tmp_path, "2021", problems=problems)
    assert ranked(run) == {"OLD01", "OLD02", "OLD03"}
    row = [cell.get_text() for cell in BeautifulSoup(str(present.totals(run)), "html.parser").select_one("tr.barred").select("td")]
    assert row[:3] == ["示例开发区004", "OLD04", "64"]
    assert row[-4:] == ["取消资格", "查实统计造假，第九条，查实造假数 1项", "—", "—"]
    assert run.evaluation.record()["participation"]["OLD04"] == "disqualified"
    placed = prepare(tmp_path, "2021", "assumptions: {fraud: no_award}", problems=problems)
    assert ranked(placed) == {*OLD}
    verdicts = dict(zip(placed.evaluation.unit_codes, placed.evaluation.decision("awarded").verdicts, strict=True))
    assert [verdicts[code] for code in OLD] == ["入选", "入选", "入选", "无入选资格"]
    shown = BeautifulSoup(str(present.totals(placed)), "html.parser").select("table")[1].select_one("tr.barred")
    assert [cell.get_text() for cell in shown.select("td")][:3] == ["示例开发区004", "OLD04", "1"], "placed, and told apart below"


def test_a_disqualification_may_stand_in_the_roster(tmp_path: Path) -> None:
    """With the authority and the date of the decision; from then on."""
    run = prepare(tmp_path, "2021", units={"OLD04": "取消资格,示例〔2022〕7号,2022-05-01,"})
    assert ranked(run) == {"OLD01", "OLD02", "OLD03"}
    assert run.evaluation.walk.participation[3].sentence == "取消资格（示例〔2022〕7号；自2022-05-01）"


def test_our_choice_blocks_a_final_run_until_accepted(tmp_path: Path) -> None:
    """``official: false`` of the rules on participation is accepted under the name participation."""
    blocked = {fault.message for fault in prepare(tmp_path, "2021").blockers}
    assert "“参评方式”的口径未公开或为自定，尚未在 accept 中确认" in blocked
    accepted = {fault.message for fault in prepare(tmp_path, "2021", "accept: [participation]").blockers}
    assert blocked - accepted == {"“参评方式”的口径未公开或为自定，尚未在 accept 中确认"}


def test_lint_is_clean_in_every_reading(tmp_path: Path) -> None:
    """Both assumptions on participation change the scheme and leave it whole."""
    write(tmp_path, "2021")
    assert lint_edition(tmp_path, "zones", "2021") == []


def test_who_cannot_be_decided_on_is_a_finding(tmp_path: Path) -> None:
    """A problem of which nobody says whether it is confirmed: the zone goes on taking part, and the report asks."""
    run = prepare(tmp_path, "2021", problems=("problems,W1,OLD04,虚报,",))
    assert [(note.severity, note.message) for note in run.notes if note.code == "participation.unknown"] == [
        ("finding", "“示例开发区004”缺少判定“取消资格”（查实造假数 ≥ 1）所需的数据")
    ]
    assert ranked(run) == {*OLD}


def test_a_status_without_authority_is_a_finding(tmp_path: Path) -> None:
    """Whoever does not simply take part needs a document or decision that says so."""
    run = prepare(tmp_path, "2021", units={"OLD04": "no_task,,,"})
    assert [note.message for note in run.notes if note.code == "participation.no_basis"] == ["“示例开发区004”无任务，没有写依据"]


@pytest.mark.parametrize(
    ("cells", "code", "column", "words"),
    [
        ("filesonly,某文件,,", "participation.unknown", "participation", "最接近的名称是“files_only”"),
        ("取消资,某文件,,", "participation.unknown", "participation", "最接近的名称是“取消资格”"),
        ("files_only,某文件,2021年5月,", "participation.bound", "participation_from", "2022-06-30"),
        ("files_only,某文件,,2022-02-30", "participation.bound", "participation_until", "日期"),
        ("files_only,某文件,2023,2022", "participation.order", "participation_until", "核对起止"),
        ("ranked,某文件,,2022", "participation.no_status", "participation_until", "写明参评方式"),
        (",,2021,", "participation.no_status", "participation_from", "清空"),
    ],
    ids=["misspelt", "misspelt-in-chinese", "month-in-words", "no-such-day", "wrong-way-round", "ranked-until", "blank-since"],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path: Path, cells: str, code: str, column: str, words: str) -> None:
    """One fault per cell, in units.csv, at its row and column, with what to do."""
    with pytest.raises(Refused) as refused:
        prepare(tmp_path, "2021", units={"OLD02": cells})
    (fault,) = refused.value.faults
    assert (fault.code, fault.file, fault.row, fault.column) == (code, "data/zones/2021/units.csv", 3, column)
    assert words in fault.remedy


def test_an_exempt_unit_need_not_file(tmp_path: Path) -> None:
    """OLD01 is exempt from the target by code, OLD02 by name; neither gap is asked for, that of OLD03 is."""
    settings = """exemptions:
  - {unit: OLD01, indicator: judged, reason: 负责考核该项, by: 商务部, date: 2022-03-01}
  - {unit: 示例开发区002, indicator: judged, reason: 新设, by: 商务部, date: 2022-03-02}
"""
    write(tmp_path, "2021", settings)
    path = tmp_path / "data/zones/2021/values.csv"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith(("OLD01,target", "OLD02,target", "OLD03,target"))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run = Workbook(tmp_path).prepare("zones", "2021")
    gaps = [note.message for note in run.notes if note.code == "figure.missing"]
    assert gaps == ["2021年“目标任务”缺少数据：示例开发区003"]
    assert [run.evaluation.points("total", row) for row in range(3)] == [5, 10, 3], "1 × 100/20, 2 × 100/20, 3 + 0"
    tables = BeautifulSoup(str(present.totals(run)), "html.parser").select("table")
    assert [[cell.get_text() for cell in row.select("td")] for row in tables[-1].select("tbody tr")] == [
        ["示例开发区001", "目标完成", "负责考核该项", "商务部", "2022-03-01", "不计入，“综合得分”按其余分值折算"],
        ["示例开发区002", "目标完成", "新设", "商务部", "2022-03-02", "不计入，“综合得分”按其余分值折算"],
    ]
    assert run.evaluation.record()["exemptions"] == [["OLD01", "judged"], ["OLD02", "judged"]]
    assert list(published_tables(run)["exemptions"].columns) == ["单位代码", "考核对象", "指标", "名称", "免评理由", "批准", "日期"]


def test_a_unit_without_a_task_is_asked_only_for_what_it_competes_with(tmp_path: Path) -> None:
    """No target is asked of it where only the ranking by trade is open to it."""
    write(tmp_path, "2021", units={"OLD01": "无任务,区政府文件,,"})
    edition = tmp_path / "params/zones/2020.yaml"
    text = EDITION.replace("rankings: {", "rankings: {by_trade: {of: trade_total, clause: 八, open_to: [no_task]}, ")
    edition.write_text(text.replace("measures: {", "measures: {trade_total: {value: $trade}, "), encoding="utf-8")
    values = tmp_path / "data/zones/2021/values.csv"
    kept = [line for line in values.read_text("utf-8").splitlines() if not line.startswith("OLD01,")]
    values.write_text("\n".join(kept) + "\n", encoding="utf-8")
    run = Workbook(tmp_path).prepare("zones", "2021")
    assert [note.message for note in run.notes if note.code == "figure.missing"] == ["2021年“进出口总额”缺少数据：示例开发区001"]


def test_rolling_forward_tells_what_is_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2022 from 2021: the 13 statuses end, the roster is carried as it stands, exemptions become comments; the new period loads."""
    settings = (
        "accept: [participation]\nexemptions:\n  - {unit: OLD01, indicator: judged, reason: 负责考核, by: 商务部, date: 2022-03-01}\n"
    )
    write(tmp_path, "2021", settings)
    assert main(["new", "period", "zones", "2022", "--from", "2021", "--root", str(tmp_path)]) == 0
    capsys.readouterr()
    told = "“示例开发区005”的参评方式：上期只报数据不排名，本期参评（名单所写起止）"
    period, source = (tmp_path / name for name in ("params/zones/periods/2022.yaml", "data/zones/2022/SOURCE.md"))
    assert f"# {told}\n" in period.read_text("utf-8")
    assert f"## 与上期不同\n- {told}\n" in source.read_text("utf-8")
    assert period.read_text("utf-8").count("本期参评（名单所写起止）") == 13
    assert '#   - {unit: "OLD01", indicator: judged, reason: "负责考核", by: "", date: ""}' in period.read_text("utf-8")
    assert (tmp_path / "data/zones/2022/units.csv").read_text("utf-8-sig").split() == (tmp_path / "data/zones/2021/units.csv").read_text(
        "utf-8"
    ).split()
    assert ranked(Workbook(tmp_path).prepare("zones", "2022")) == {*OLD, *NEW}
    with pytest.raises(Exception, match="已经存在"):
        new_period(tmp_path, "zones", "2022", "2021")


# --- what holds for every roster ---------------------------------------------------------------------------------------------

STATUSES = st.lists(st.sampled_from(list(PARTICIPATIONS)), min_size=1, max_size=8)


def evaluated(situation: Callable[[Any], Any], statuses: list[str], frauds: list[int], disqualified: str) -> Any:
    """A field of units with these statuses, some of them with findings."""
    return situation(
        {
            "units": {f"单位{n}": {"participation": status} for n, status in enumerate(statuses)},
            "edition": {
                "tables": {
                    "units": {
                        "participation": {
                            "disqualified": disqualified,
                            "rules": [{"status": "disqualified", "when": {"ge": ["$frauds", "1"]}, "basis": "查实", "clause": "九"}],
                        }
                    }
                },
                "tree": {"total": {"marks": "10", "measure": {"value": "$score"}, "rule": {"line": {"slope": "1", "cap": "marks"}}}},
                "rankings": {"place": {"of": "total"}},
            },
            "figures": {
                "score": [str(n % 3) for n in range(len(statuses))],
                "frauds": [str(n) for n in frauds[: len(statuses)]],
            },
        }
    ).evaluate()


@given(
    statuses=STATUSES,
    frauds=st.lists(st.integers(0, 2), min_size=8, max_size=8),
    disqualified=st.sampled_from(["unranked", "not_eligible"]),
)
def test_every_unit_is_in_exactly_one_state(
    situation: Callable[[Any], Any], statuses: list[str], frauds: list[int], disqualified: str
) -> None:
    """One status per unit; who has a place is in the ranking, everybody else and whoever does not simply take part is below, once."""
    evaluation = evaluated(situation, statuses, frauds, disqualified)
    found = [one.status for one in evaluation.walk.participation]
    assert found == ["disqualified" if fraud else status for status, fraud in zip(statuses, frauds, strict=False)]
    run = Prepared("x", "2023", evaluation, (), (), ())
    tables = BeautifulSoup(str(present.totals(run)), "html.parser").select("table")
    codes = [[row.select("td")[column].get_text() for row in t.select("tbody tr")] for t, column in zip(tables, (2, 1), strict=False)]
    above, below = codes[0], (codes[1] if len(codes) > 1 else [])
    in_field = {"ranked", "not_eligible"} | ({"disqualified"} if disqualified == "not_eligible" else set())
    assert sorted(above) == [code for code, status in zip(evaluation.unit_codes, found, strict=True) if status in in_field]
    assert sorted(below) == [code for code, status in zip(evaluation.unit_codes, found, strict=True) if status != "ranked"]
    assert set(above) | set(below) == set(evaluation.unit_codes)


@given(statuses=STATUSES)
def test_who_is_out_of_the_field_moves_nobody(situation: Callable[[Any], Any], statuses: list[str]) -> None:
    """The places of those ranked are the same whether the others are on the roster or not."""
    evaluation = evaluated(situation, statuses, [0] * 8, "unranked")
    inside = [n for n, status in enumerate(statuses) if status in ("ranked", "not_eligible")]
    better = {n: 1 + sum(m % 3 > n % 3 for m in inside) for n in inside}
    assert {n: evaluation.place("place", n) for n in inside} == better
    assert all(evaluation.place("place", n) is None for n in range(len(statuses)) if n not in inside)
