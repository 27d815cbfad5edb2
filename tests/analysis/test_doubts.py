"""Checks that find trouble: each is provoked by a small project, each real case by its published figures, and order raises nothing."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from evalbook.errors import Fault, Refused
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
_EDITION = """\
schema: 1
edition: {title: 试, issued: 2018-01-01, governs: {from: 2018}, official: false}
tables:
  units:
    label: 县
    columns:
      trade: {label: 进出口, uom: 万元}
      exports: {label: 出口, uom: 万元, part_of: trade}
      imports: {label: 进口, uom: 万元, part_of: trade}
      invested: {label: 投资, uom: 万元, cumulative: true}
      fdi: {label: 外资, uom: 万美元}
      done: {label: 完成, uom: 万元}
      target: {label: 任务, uom: 万元}
  projects:
    label: 项目
    belongs_to: units
    amount: amount
    started: started_on
    invested: paid
    columns:
      amount: {label: 总投资, uom: 万元}
      started_on: {label: 开工日期, type: date}
      paid: {label: 完成投资, uom: 万元, part_of: amount}
tree:
  total: {label: 总分, marks: 10, clause: 自定, official: false, children: [one, two]}
  one: {label: 进出口, marks: 5, clause: 自定, official: false, measure: {rank: $trade}, rule: {steps: {first: 5, each: "-0.1", floor: 0}}}
  two: {label: 任务, marks: 5, clause: 自定, official: false, measure: {completion: $done, to: $target}, rule: {percent: marks}}
rankings:
  place: {of: total, label: 排名, clause: 自定, ties: competition}
"""


class Project:
    """A made-up scheme of ten counties; tests say which figures it has."""

    def __init__(self, root: Path) -> None:
        self.root, self.units = root, [(f"4305{n:02d}", f"示例{word}县") for n, word in enumerate("甲乙丙丁戊己庚辛壬癸", 1)]
        (root / "notebooks").mkdir()
        self.edition(_EDITION)

    def edition(self, text: str) -> None:
        self._write("params/demo/2018.yaml", text)

    def period(
        self,
        period: str,
        figures: Mapping[str, Sequence[str]],
        *,
        items: Sequence[str] = (),
        references: Sequence[str] = (),
        checks: str = "",
    ) -> list[Fault]:
        """Write a period and return what the checks say of it."""
        self._write(f"params/demo/periods/{period}.yaml", f'schema: 1\nperiod: "{period}"\n{checks}')
        folder = f"data/demo/{period}"
        self._write(f"{folder}/units.csv", "unit_code,unit_name\n" + "".join(f"{code},{name}\n" for code, name in self.units))
        rows = [
            f"{code},{name},{period},reported,{value},{'万美元' if name == 'fdi' else '万元'},统计局\n"
            for name, values in figures.items()
            for (code, _), value in zip(self.units, values, strict=False)
            if value
        ]
        self._write(f"{folder}/values.csv", "unit_code,indicator,period,stage,value,uom,source\n" + "".join(rows))
        self._write(f"{folder}/items.csv", "table,item_id,unit_code,item_name,amount,started_on,paid\n" + "".join(f"{i}\n" for i in items))
        self._write(f"{folder}/evidence.csv", "evidence_id,title\n")
        if references:
            text = "unit_code,indicator,period,value,uom,source\n" + "".join(f"{r}\n" for r in references)
            self._write(f"{folder}/references.csv", text)
        notes = Workbook(self.root).prepare("demo", period).notes
        return [note for note in notes if note.code.startswith("doubt.")]

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def codes(found: list[Fault]) -> list[str]:
    return [fault.code.removeprefix("doubt.") for fault in found]


_LAST = [str(n) for n in (1003, 2017, 1511, 1733, 2222, 1871, 1395, 2468, 1987, 1646)]
_NOW = [str(n) for n in (1054, 2114, 1583, 1817, 2339, 1969, 1451, 2587, 2089, 1723)]


def test_ordinary_figures_raise_nothing(project: Project) -> None:
    """Ten counties that each grow by some five per cent, with parts, sums, targets and projects in order, are left in peace."""
    halves = [str(int(value) - 500) for value in _NOW]
    project.period("2020", {"trade": _LAST})
    figures = {"trade": _NOW, "exports": halves, "imports": ["500"] * 10, "done": _NOW, "target": _LAST, "fdi": _LAST}
    items = ["projects,A1,430501,年产十万吨新材料项目,5000,2021-03-01,800", "projects,A2,430502,智慧物流园一期项目,9000,2021-03-01,100"]
    assert project.period("2021", figures, items=items) == []


def test_a_jump_since_last_period(project: Project) -> None:
    """One county doubles while the others grow by five per cent: it is asked, with both values, and blocks nothing."""
    project.period("2020", {"trade": _LAST})
    found = project.period("2021", {"trade": ["2006", *_NOW[1:]]})
    assert codes(found) == ["jump"]
    assert found[0].severity == "question"
    assert "示例甲县" in found[0].message
    assert "由2020年的1003万元变为2006万元（+100.0%）" in found[0].message
    assert found[0].row == 2


def test_a_unit_of_measure_that_was_mistaken(project: Project) -> None:
    """A figure ten thousand times as large as those of its peers is asked for its unit of measure."""
    found = project.period("2021", {"trade": ["10540000", *_NOW[1:]]})
    assert codes(found) == ["peers"]
    assert "计量单位" in found[0].remedy


def test_thresholds_are_settings(project: Project) -> None:
    """The period may set a threshold, or leave a check out; the rest keeps its defaults."""
    project.period("2020", {"trade": _LAST})
    figures = {"trade": ["2006", *_NOW[1:]]}
    assert project.period("2021", figures, checks="checks: {jump: {change: 2}}\n") == []
    assert project.period("2021", figures, checks="checks: {jump: {off: true}}\n") == []
    strict = project.period("2021", figures, checks="checks: {jump: {severity: finding}}\n")
    assert [fault.severity for fault in strict] == ["finding"]
    blockers = {fault.code for fault in Workbook(project.root).prepare("demo", "2021").blockers}
    assert "final.findings" in blockers


def test_a_misspelt_threshold_is_told(project: Project) -> None:
    """An unknown key of a check is refused with the nearest one."""
    with pytest.raises(Refused, match="z"):
        project.period("2021", {"trade": _NOW}, checks="checks: {jump: {zz: 2}}\n")


def test_parts_larger_than_the_whole(project: Project) -> None:
    """Exports above trade are a finding at the exports; a part of an item above its whole as well."""
    items = ["projects,A1,430501,年产十万吨新材料项目,5000,2021-03-01,5001"]
    found = project.period("2021", {"trade": _NOW, "exports": ["1054.01", *["500"] * 9]}, items=items)
    assert codes(found) == ["part", "part"]
    assert {fault.severity for fault in found} == {"finding"}


def test_parts_that_do_not_add_up(project: Project) -> None:
    """A declared sum holds exactly, or within its tolerance."""
    sums = "checks:\n  sums: [{whole: trade, parts: [exports, imports], clause: 第2行%s}]\n"
    project.edition(_EDITION + sums % "")
    figures = {"trade": _NOW, "exports": ["554", "1614"], "imports": ["500", "499.5"]}
    found = project.period("2021", figures)
    assert codes(found) == ["sum"]
    assert "示例乙县" in found[0].message
    assert "2113.5万元" in found[0].message
    project.edition(_EDITION + sums % ", tolerance: 1")
    assert project.period("2021", figures) == []


def test_cumulative_figures_that_fall(project: Project) -> None:
    """Real case: the city's foreign capital of 2023 fell from 1,531.36 by April to 1,494.0 by May (邵阳统计月报)."""
    project.period("2023-04", {"invested": ["1531.36"]})
    found = project.period("2023-05", {"invested": ["1494.0"]})
    assert codes(found) == ["falls"]
    assert "1494万元，小于2023年4月的1531.36万元" in found[0].message
    assert project.period("2023-06", {"invested": ["1494.0"]}) == []


def test_targets_hit_to_the_digit_and_many_times(project: Project) -> None:
    """Six of ten units exactly at their targets are asked, and one at four times its target."""
    targets = ["1000.5", "2000.5", "3000.5", "4000.5", "5000.5", "6000.5", "7000", "8000", "9000", "1000"]
    done = [*targets[:6], "7100", "8100", "9100", "4000"]
    found = project.period("2021", {"done": done, "target": targets})
    assert codes(found) == ["overfulfilled", "exactly"]
    assert "4.00倍" in found[0].message


def test_one_project_under_two_numbers(project: Project) -> None:
    """Names alike and amounts within five per cent are asked; phases, other amounts and the same number are not."""
    items = [
        "projects,A1,430501,华盛年产十万吨新材料生产基地项目,50000,,",
        "projects,B7,430502,华盛年产十万吨新材料基地项目,49000,,",
        "projects,A2,430503,智慧物流园一期项目,9000,,",
        "projects,A3,430503,智慧物流园二期项目,9000,,",
        "projects,A4,430504,华盛年产十万吨新材料生产基地项目,90000,,",
    ]
    found = project.period("2021", {}, items=items)
    assert codes(found) == ["same_project"]
    assert "A1" in found[0].message
    assert "B7" in found[0].message
    assert "金额50000万元与49000万元" in found[0].message


def test_a_start_without_investment(project: Project) -> None:
    """Started sixty days before the end and nothing paid is asked; paid, or started yesterday, is not."""
    items = [
        "projects,A1,430501,新材料生产基地项目,5000,2021-03-01,0",
        "projects,A2,430502,智慧物流园一期,9000,2021-03-01,1",
        "projects,A3,430503,精密铸造生产线,7000,2021-12-20,0",
        "projects,A4,430504,冷链仓储中心,6100,,",
    ]
    found = project.period("2021", {}, items=items)
    assert codes(found) == ["idle"]
    assert "A1" in found[0].message
    assert "305天" in found[0].message


def test_too_many_round_figures(project: Project) -> None:
    """Six long figures of one unit, five of them with two digits that count."""
    figures = {name: [value] for name, value in zip(("trade", "exports", "imports", "invested", "fdi", "done"), _round(), strict=True)}
    found = project.period("2021", figures)
    assert "round" in codes(found)
    assert "6个4位以上的数中，5个只有两位有效数字" in next(f.message for f in found if f.code == "doubt.round")


def _round() -> list[str]:
    return ["25000", "12000", "13000", "4500", "9000", "1234"]


def test_two_sources_that_disagree(project: Project) -> None:
    """Real case: two published totals for 金华, January to November 2025, 9658.01 and 8788.32 亿元 (9.00 % apart); a finding.

    Sources that differ by rounding only are no finding.
    """
    project.edition(_EDITION.replace("{label: 进出口, uom: 万元}", "{label: 进出口, uom: 亿元}").replace("part_of: trade", 'note: ""'))
    project.units = [("330700", "金华市"), ("330100", "杭州市")]
    files = {"trade": ["9658.01亿元", "8029.7208亿元"]}
    references = ["330700,trade,2025,8788.32,亿元,同一作者另文", "330100,trade,2025,8030,亿元,快报"]
    notes = project.period("2025", files, references=references)
    assert [(note.code, note.severity) for note in notes] == [("doubt.sources", "finding")]
    assert "9658.01亿元（统计局），旁证8788.32亿元（同一作者另文），相差9.00%" in notes[0].message
    assert notes[0].file.endswith("references.csv")


def published(indicator: str, year: str) -> dict[str, str]:
    """Figures of the counties of 邵阳 as published (data/_sources)."""
    with (ROOT / "data/_sources/shaoyang_counties_annual.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == indicator and row["period"] == f"{year}-01..{year}-12"]
    return {row["unit_code"]: row["value"] for row in rows if row["unit_code"] != "430500" and row["unit_code"].isdigit()}


@pytest.mark.parametrize(
    ("indicator", "column", "last", "now", "expected"),
    [
        ("实际使用外资", "fdi", "2018", "2019", []),
        ("实际使用外资", "fdi", "2020", "2021", ["break"]),
        ("实际利用内资", "trade", "2018", "2019", []),
        ("实际利用内资", "trade", "2019", "2020", ["break"]),
    ],
    ids=["fdi-2019", "fdi-2021", "domestic-2019", "domestic-2020"],
)
def test_breaks_of_calibre_in_published_figures(
    project: Project, indicator: str, column: str, last: str, now: str, expected: list[str]
) -> None:
    """Foreign capital 2020→2021 and domestic capital 2019→2020 of 邵阳 broke; the years before did not."""
    before, after = published(indicator, last), published(indicator, now)
    project.units = [(code, f"县{code}") for code in sorted(before)]
    project.period(last, {column: [before[code] for code, _ in project.units]})
    found = project.period(now, {column: [after.get(code, "") for code, _ in project.units]})
    assert [code for code in codes(found) if code == "break"] == expected


def test_a_declared_break_that_is_compared_across(project: Project) -> None:
    """Where the edition declares the break and points compare across it, that is told in its words; elsewhere it is not."""
    declared = _EDITION.replace("fdi: {label: 外资, uom: 万美元}", 'fdi: {label: 外资, uom: 万美元, breaks: {"2021": 统计制度调整}}')
    declared = declared.replace("measure: {rank: $trade}", "measure: {gap: $fdi, against: previous}")
    project.edition(declared.replace('rule: {steps: {first: 5, each: "-0.1", floor: 0}}', "rule: {thirds: [5, 3, 1]}"))
    project.period("2020", {"fdi": _LAST})
    found = project.period("2021", {"fdi": _NOW})
    assert codes(found) == ["break_declared"]
    assert "统计制度调整" in found[0].message
    assert "break_declared" not in codes(project.period("2022", {"fdi": _NOW}))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("part_of: trade", "part_of: trde", "不是同一张表的其他列"),
        ("part_of: trade", "part_of: fdi", "计量单位“万元”与总项“万美元”不同"),
        ("cumulative: true", "cumulative: true, type: text", "累计的列应是数"),
        ("amount: amount\n", "amount: amout\n", "不是清单“项目”的列"),
        ("    started: started_on\n", "", "应同时声明"),
    ],
    ids=["unknown", "uom", "text", "amount", "alone"],
)
def test_lint_of_what_checks_read(project: Project, old: str, new: str, words: str) -> None:
    """A declaration that a check could not use is refused when the edition is read."""
    project.edition(_EDITION.replace(old, new, 1))
    with pytest.raises(Refused, match=words):
        project.period("2021", {"trade": _NOW})


@pytest.mark.parametrize(
    ("scheme", "period", "expected"),
    [
        ("zhejiang_city", "2023", ["jump"]),
        ("zhejiang_county", "2023", []),
        ("haizhou", "2019", []),
        ("county_opening", "2024Q3", []),
    ],
    ids=["city", "county", "haizhou", "opening"],
)
def test_shipped_figures_raise_no_false_alarm(scheme: str, period: str, expected: list[str]) -> None:
    """By the default thresholds only 金华: foreign capital +61 % among +9 %. A cumulative figure that a verification cut is explained."""
    found = [note for note in Workbook(ROOT).prepare(scheme, period).notes if note.code.startswith("doubt.")]
    assert codes(found) == expected
