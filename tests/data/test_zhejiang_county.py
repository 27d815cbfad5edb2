"""The shipped county figures hold the situations that SOURCE.md promises, and three totals come out as worked out by hand.

Facts are read from the csv files with the standard library alone; points follow 浙发改开放〔2020〕101号 附件2, line by line.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest

from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "zhejiang_county"
SILENT = ("339901", "示例县")

#: Codes and names by hand from the national list of administrative divisions (GB/T 2260) of 2023.
NATIONAL_LIST = """
330102上城区 330105拱墅区 330106西湖区 330108滨江区 330109萧山区 330110余杭区 330111富阳区 330112临安区 330113临平区 330114钱塘区
330122桐庐县 330127淳安县 330182建德市
330203海曙区 330205江北区 330206北仑区 330211镇海区 330212鄞州区 330213奉化区 330225象山县 330226宁海县 330281余姚市 330282慈溪市
330302鹿城区 330303龙湾区 330304瓯海区 330305洞头区 330324永嘉县 330326平阳县 330327苍南县 330328文成县 330329泰顺县 330381瑞安市
330382乐清市 330383龙港市
330402南湖区 330411秀洲区 330421嘉善县 330424海盐县 330481海宁市 330482平湖市 330483桐乡市
330502吴兴区 330503南浔区 330521德清县 330522长兴县 330523安吉县
330602越城区 330603柯桥区 330604上虞区 330624新昌县 330681诸暨市 330683嵊州市
330702婺城区 330703金东区 330723武义县 330726浦江县 330727磐安县 330781兰溪市 330782义乌市 330783东阳市 330784永康市
330802柯城区 330803衢江区 330822常山县 330824开化县 330825龙游县 330881江山市
330902定海区 330903普陀区 330921岱山县 330922嵊泗县
331002椒江区 331003黄岩区 331004路桥区 331022三门县 331023天台县 331024仙居县 331081温岭市 331082临海市 331083玉环市
331102莲都区 331121青田县 331122缙云县 331123遂昌县 331124松阳县 331125云和县 331126庆元县 331127景宁畲族自治县 331181龙泉市
"""
DIVISIONS = NATIONAL_LIST.split()


@dataclass(frozen=True)
class Year:
    """The files of one period. ``used`` maps (county, quantity, year) to the text of the last stage, 缺失 where there are no data."""

    period: str
    units: list[dict[str, str]]
    values: list[dict[str, str]]
    items: list[dict[str, str]]
    used: dict[tuple[str, str, str], str]

    def measured(self, line: str) -> dict[str, Fraction]:
        """What 附件2 ranks in lines 1–3 and 9, per county that has data: an increment, or the figure of the year."""
        quantity, gap = {
            "export_increment": ("export_total", True),
            "fdi_increment": ("fdi_actual", True),
            "contracting": ("contracting_turnover", False),
            "information": ("information_adopted", False),
        }[line]
        before = str(int(self.period) - 1)
        found = {}
        for unit in (row["unit_name"] for row in self.units):
            texts = [self.used.get((unit, quantity, year), "缺失") for year in ([self.period, before] if gap else [self.period])]
            if "缺失" not in texts:
                numbers = [Fraction(text) for text in texts]
                found[unit] = numbers[0] - numbers[1] if gap else numbers[0]
        return found

    def place(self, line: str, unit: str) -> tuple[int, int]:
        """Place of a county (tied counties share the better one) and how many are ranked."""
        values = self.measured(line)
        return 1 + sum(value > values[unit] for value in values.values()), len(values)

    def listed(self, unit: str, table: str, **cells: str) -> list[str]:
        """Ids of a county's items in a list whose cells are as given."""
        code = next(row["unit_code"] for row in self.units if row["unit_name"] == unit)
        own = [row for row in self.items if (row["unit_code"], row["table"]) == (code, table)]
        return [row["item_id"] for row in own if all(row[column] == text for column, text in cells.items())]


@pytest.fixture(scope="module")
def year() -> Callable[[str], Year]:
    """Reads one period."""

    def load(period: str) -> Year:
        files = {}
        for name in ("units", "values", "items"):
            with (DATA / period / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
                files[name] = list(csv.DictReader(stream))
        stages = ["reported", "verified", "spot_check"]
        ordered = sorted(files["values"], key=lambda row: stages.index(row["stage"]))
        used = {(row["unit_name"], row["indicator"], row["period"]): row["value"] for row in ordered}
        return Year(period, files["units"], files["values"], files["items"], used)

    return load


each_period = pytest.mark.parametrize("period", ["2022", "2023"])


# ---------------------------------------------------------------------------------------------------------- roster and honesty


@each_period
def test_roster_is_the_official_one_and_one_fiction(year: Callable[[str], Year], period: str) -> None:
    """90 divisions (37 districts, 20 cities, 33 counties) with their codes, in the order of the codes, then 示例县."""
    listed = [row["unit_code"] + row["unit_name"] for row in year(period).units]
    assert listed == [*DIVISIONS, "".join(SILENT)]
    kinds = Counter(entry[-1] for entry in DIVISIONS)
    assert (len(DIVISIONS), kinds) == (90, {"区": 37, "市": 20, "县": 33})


@each_period
def test_everything_is_synthetic_and_says_so(year: Callable[[str], Year], period: str) -> None:
    """Every row of figures and lists is marked in three columns; names of items too."""
    data = year(period)
    for row in data.values + data.items:
        assert (row["origin"], row["source"]) == ("synthetic", "模拟数据")
        assert "模拟" in row["note"]
    assert {row["item_name"][:2] for row in data.items} == {"模拟"}


@each_period
def test_nothing_bad_is_said_of_a_real_county(year: Callable[[str], Year], period: str) -> None:
    """No task is late, no word accuses; the one that files nothing is fictitious and has neither figure nor item."""
    data = year(period)
    assert {row["finished_on_time"] for row in data.items if row["table"] == "tasks"} == {"是"}
    text = "".join((DATA / period / name).read_text(encoding="utf-8-sig") for name in ("values.csv", "items.csv", "evidence.csv"))
    accusing = ("造假", "瞒报", "虚报", "弄虚作假", "处置不力", "未按期", "未报送", "核减", *SILENT)
    assert [word for word in accusing if word in text] == []
    filed = {row["unit_code"] for row in data.values}
    assert filed == {entry[:6] for entry in DIVISIONS}


# ------------------------------------------------------------------------------------------------------- planned situations


@pytest.mark.parametrize(
    ("period", "line", "ranked"),
    [
        ("2022", "export_increment", 89),
        ("2022", "fdi_increment", 86),
        ("2022", "contracting", 58),
        ("2022", "information", 90),
        ("2023", "export_increment", 88),
        ("2023", "fdi_increment", 86),
        ("2023", "contracting", 58),
        ("2023", "information", 90),
    ],
)
def test_number_with_data(year: Callable[[str], Year], period: str, line: str, ranked: int) -> None:
    """How many counties have data; in lines 1–3 the number is never a multiple of three."""
    assert len(year(period).measured(line)) == ranked
    assert ranked % 3 or line == "information"


def test_gaps(year: Callable[[str], Year]) -> None:
    """洞头区 has no exports in 2022 and therefore no increment in 2023, 嵊泗县 none in 2023; four have no foreign investment."""
    names = {entry[6:] for entry in DIVISIONS}
    without = {(p, line): names - set(year(p).measured(line)) for p in ("2022", "2023") for line in ("export_increment", "fdi_increment")}
    four = {"云和县", "庆元县", "景宁畲族自治县", "嵊泗县"}
    assert without == {
        ("2022", "export_increment"): {"洞头区"},
        ("2023", "export_increment"): {"洞头区", "嵊泗县"},
        ("2022", "fdi_increment"): four,
        ("2023", "fdi_increment"): four,
    }
    later = year("2023").used
    assert (later["洞头区", "export_total", "2022"], later["嵊泗县", "export_total", "2023"]) == ("缺失", "缺失")
    assert later["洞头区", "export_total", "2023"] != "缺失"


@pytest.mark.parametrize(
    ("period", "units", "gap", "shared", "third"),
    [
        ("2022", ("宁海县", "武义县"), "18.0", 30, 1),
        ("2022", ("嵊泗县", "庆元县"), "0.7", 60, 2),
        ("2023", ("安吉县", "宁海县"), "19.3", 30, 1),
    ],
    ids=["2022-first-cut", "2022-second-cut", "2023-first-cut"],
)
def test_ties_across_a_third(year: Callable[[str], Year], period: str, units: tuple[str, str], gap: str, shared: int, third: int) -> None:
    """Exactly two counties share the place at which a third, rounded up, ends: one of them lies beyond it."""
    data = year(period)
    values = data.measured("export_increment")
    assert {unit for unit, value in values.items() if value == Fraction(gap)} == set(units)
    assert [data.place("export_increment", unit) for unit in units] == [(shared, len(values))] * 2
    assert shared == ceil(Fraction(third * len(values), 3))


def test_a_tie_that_binary_floats_break(year: Callable[[str], Year]) -> None:
    """708.8 − 689.5 and 194.1 − 174.8 are both 19.3, and floats give them an order."""
    used = year("2023").used
    legs = [[used[unit, "export_total", y] for y in ("2023", "2022")] for unit in ("安吉县", "宁海县")]
    assert legs == [["708.8", "689.5"], ["194.1", "174.8"]]
    assert {Fraction(own) - Fraction(base) for own, base in legs} == {Fraction("19.3")}
    assert len({float(own) - float(base) for own, base in legs}) == 2


def test_a_place_that_depends_on_how_the_third_is_cut(year: Callable[[str], Year]) -> None:
    """平阳县 is 29th of 86 in foreign investment: inside 86 ÷ 3 rounded up, outside rounded down."""
    assert year("2023").place("fdi_increment", "平阳县") == (29, 86)


def test_falls_and_zeros(year: Callable[[str], Year]) -> None:
    """滨江区 falls in exports and foreign investment in 2023; some counties report a turnover of zero, and they share the last place."""
    data = year("2023")
    assert data.measured("export_increment")["滨江区"] < 0
    assert data.measured("fdi_increment")["滨江区"] < 0
    zeros = [unit for unit, value in data.measured("contracting").items() if value == 0]
    assert len(zeros) >= 2
    place, ranked = data.place("contracting", zeros[0])
    assert place == ranked - len(zeros) + 1


def test_beyond_place_35_on_information(year: Callable[[str], Year]) -> None:
    """In 2023 place 34 is held by one county, place 35 by three; more than half of all lie beyond."""
    data = year("2023")
    places = Counter(data.place("information", unit)[0] for unit in data.measured("information"))
    assert (places[34], places[35]) == (1, 3)
    assert [unit for unit in data.measured("information") if data.place("information", unit)[0] == 35] == ["镇海区", "瑞安市", "温岭市"]
    assert sum(count for place, count in places.items() if place > 35) == 53


@pytest.mark.parametrize(("period", "expected"), [("2022", {"钱塘区": 1}), ("2023", {"诸暨市": 1, "长兴县": 2})], ids=["2022", "2023"])
def test_projects_in_both_libraries(year: Callable[[str], Year], period: str, expected: dict[str, int]) -> None:
    """A project in both libraries stands in two rows with one id under one county; no id stands under two counties."""
    data = year(period)
    both = {
        unit: len(set(data.listed(unit, "projects", list="国家库")) & set(data.listed(unit, "projects", list="省库")))
        for unit in (row["unit_name"] for row in data.units)
    }
    assert {unit: count for unit, count in both.items() if count} == expected
    owners: dict[str, set[str]] = {}
    for row in data.items:
        owners.setdefault(row["item_id"], set()).add(row["unit_code"])
    assert {len(codes) for codes in owners.values()} == {1}


def test_more_items_than_the_marks_allow(year: Callable[[str], Year]) -> None:
    """萧山区 2023: six provincial projects at 1 point and three innovations at 2, for 5 points each."""
    data = year("2023")
    assert len(data.listed("萧山区", "projects", list="省库")) == 6
    assert len(data.listed("萧山区", "innovations", effective="是")) == 3


def test_base_year_continues_last_year(year: Callable[[str], Year]) -> None:
    """What 2023 takes as its base is what 2022 ended with, for every county and both increments."""
    last, this = year("2022").used, year("2023").used
    shared = {key for key in last if key in this}
    assert len(shared) == 180
    assert [key for key in shared if last[key] != this[key]] == []


@pytest.mark.parametrize(("period", "differing", "unverified"), [("2022", 3, 4), ("2023", 4, 5)])
def test_stages(year: Callable[[str], Year], period: str, differing: int, unverified: int) -> None:
    """Some figures differ from the filing, a handful rest on it alone, one was spot-checked; information is counted by the department,
    and what the county left blank the department confirms as absent."""
    trail: dict[tuple[str, str], dict[str, str]] = {}
    for row in year(period).values:
        if row["period"] == period:
            trail.setdefault((row["unit_name"], row["indicator"]), {})[row["stage"]] = row["value"]
    changed = [k for k, s in trail.items() if s.get("reported") and s.get("verified", s["reported"]) != s["reported"]]
    alone = [k for k, s in trail.items() if set(s) == {"reported"}]
    blank = {s.get("verified") for s in trail.values() if s.get("reported") == ""}
    checked = [k for k, s in trail.items() if "spot_check" in s and s["spot_check"] != s["verified"]]
    assert (len(changed), len(alone), len(checked), blank) == (differing, unverified, 1, {"缺失"})
    assert {tuple(s) for k, s in trail.items() if k[1] == "information_adopted"} == {("verified",)}


# --------------------------------------------------------------------------------------------------------- worked out by hand

#: County → line of 附件2 → (measured, place, number ranked) and points, or (items that count) and points. 2023.
#: Thirds end at 30 and 59 of 88, 29 and 58 of 86, 20 and 39 of 58; information gives 10 − 0.3 × (place − 1).
RANKED: dict[str, dict[str, tuple[str, int, int, str]]] = {
    "诸暨市": {
        "export_increment": ("29.4", 20, 88, "10"),  # 869.3 − 839.9
        "fdi_increment": ("2921.6", 17, 86, "10"),  # 27472.9 − 24551.3
        "contracting": ("33526", 15, 58, "10"),
        "information": ("57", 17, 90, "5.2"),  # 10 − 4.8
    },
    "鄞州区": {
        "export_increment": ("15", 32, 88, "6"),  # 1678.1 − 1663.1
        "fdi_increment": ("1531.3", 24, 86, "10"),  # 22224.8 − 20693.5
        "contracting": ("40720", 6, 58, "10"),
        "information": ("73", 7, 90, "8.2"),  # 10 − 1.8
    },
    "嵊泗县": {"information": ("16", 77, 90, "0")},  # 10 − 22.8 is below zero; no data in lines 1–3
}
COUNTED: dict[str, dict[str, tuple[int, int]]] = {
    "诸暨市": {
        "national_projects": (1, 5),  # XM-03
        "provincial_projects": (2, 2),  # XM-01 and XM-02; XM-03 is in the national library
        "signed_projects": (0, 0),  # XM-04 has not started
        "exchange_events": (1, 5),
        "landmark_tasks": (2, 10),
        "results_list": (2, 2),
        "platform_awards": (0, 0),
        "leader_instructions": (0, 0),
        "innovation": (2, 4),
    },
    "鄞州区": {
        "national_projects": (1, 5),  # XM-01, task force
        "provincial_projects": (2, 2),
        "signed_projects": (1, 5),
        "exchange_events": (2, 10),
        "landmark_tasks": (1, 5),
        "results_list": (0, 0),
        "platform_awards": (0, 0),
        "leader_instructions": (0, 0),
        "innovation": (1, 2),  # the second one has no effect so far
    },
    "嵊泗县": {
        "national_projects": (0, 0),
        "provincial_projects": (0, 0),
        "signed_projects": (0, 0),
        "exchange_events": (0, 0),
        "landmark_tasks": (1, 5),
        "results_list": (1, 1),
        "platform_awards": (0, 0),
        "leader_instructions": (0, 0),
        "innovation": (1, 2),
    },
}
TOTALS = {"诸暨市": "63.2", "鄞州区": "63.2", "嵊泗县": "8"}


@pytest.mark.parametrize("unit", TOTALS, ids=["zhuji", "yinzhou", "shengsi"])
def test_facts_behind_the_totals(year: Callable[[str], Year], unit: str) -> None:
    """The figures, places and items from which the three totals were worked out stand in the files."""
    data = year("2023")
    ranked = {line: (str(data.measured(line)[unit]), *data.place(line, unit)) for line in RANKED[unit]}
    assert ranked == {line: (str(Fraction(text)), place, size) for line, (text, place, size, _) in RANKED[unit].items()}
    missing = {line for line in ("export_increment", "fdi_increment", "contracting") if unit not in data.measured(line)}
    assert missing == {"export_increment", "fdi_increment", "contracting"} - set(RANKED[unit])
    national = data.listed(unit, "projects", list="国家库")
    counted = {
        "national_projects": data.listed(unit, "projects", list="国家库", newly_listed="是")
        + data.listed(unit, "projects", list="国家重大外资专班", newly_listed="是"),
        "provincial_projects": [item for item in data.listed(unit, "projects", list="省库") if item not in national],
        "signed_projects": data.listed(unit, "projects", list="签约项目", active="是"),
        "exchange_events": data.listed(unit, "events", qualified="是"),
        "landmark_tasks": data.listed(unit, "tasks", finished_on_time="是"),
        "results_list": data.listed(unit, "results"),
        "platform_awards": data.listed(unit, "platforms"),
        "leader_instructions": data.listed(unit, "instructions"),
        "innovation": data.listed(unit, "innovations", effective="是"),
    }
    assert {line: len(items) for line, items in counted.items()} == {line: count for line, (count, _) in COUNTED[unit].items()}


@pytest.mark.parametrize("unit", TOTALS, ids=["zhuji", "yinzhou", "shengsi"])
def test_hand_worked_points_add_up(unit: str) -> None:
    """The points per line make the total that SOURCE.md names."""
    points = [Fraction(row[-1]) for row in RANKED[unit].values()] + [Fraction(points) for _, points in COUNTED[unit].values()]
    assert sum(points) == Fraction(TOTALS[unit])


@pytest.fixture(scope="module")
def scored() -> Callable[[str], Evaluation]:
    """The shipped figures, scored by the shipped edition."""
    return lambda period: Workbook(ROOT).prepare("zhejiang_county", period).evaluation


def test_the_library_agrees_with_the_hand(scored: Callable[[str], Evaluation]) -> None:
    """Every line and the total of the three counties, exactly; where there are no data there are no points."""
    evaluation = scored("2023")
    for unit, total in TOTALS.items():
        row = evaluation.row(unit)
        by_hand = {line: Fraction(points) for line, (*_, points) in RANKED[unit].items()}
        by_hand |= {line: Fraction(points) for line, (_, points) in COUNTED[unit].items()}
        assert {line: evaluation.points(line, row) for line in evaluation.leaves} == {line: by_hand.get(line) for line in evaluation.leaves}
        assert evaluation.points("total", row) == Fraction(total)


def test_award_list_of_2023(scored: Callable[[str], Evaluation]) -> None:
    """Five get in, the two that share place 6 wait for a ruling, nine are on the shortlist; the silent one is listed without a chance."""
    evaluation = scored("2023")
    verdicts = dict(zip(evaluation.unit_names, evaluation.decision("awarded").verdicts, strict=True))
    assert {unit for unit, verdict in verdicts.items() if verdict == "入选"} == {"钱塘区", "义乌市", "慈溪市", "余杭区", "德清县"}
    assert {unit for unit, verdict in verdicts.items() if verdict == "待裁定"} == {"鄞州区", "诸暨市"}
    assert len(evaluation.pending) == 1
    assert list(evaluation.decision("recommended").verdicts).count("入选") == 9
    assert (verdicts["示例县"], evaluation.points("total", evaluation.row("示例县"))) == ("无入选资格", 0)
    assert evaluation.decision("filing").verdicts[evaluation.row("示例县")] == "未报送"
    assert list(evaluation.decision("filing").verdicts).count("未报送") == 1


def test_award_list_of_2022(scored: Callable[[str], Evaluation]) -> None:
    """Six get in; two counties with 55.7 points share place 9, the last of the shortlist, which therefore holds ten."""
    evaluation = scored("2022")
    assert list(evaluation.decision("awarded").verdicts).count("入选") == 6
    assert evaluation.pending == ()
    tied = [evaluation.row(unit) for unit in ("萧山区", "钱塘区")]
    assert [(evaluation.place("place", row), evaluation.points("total", row)) for row in tied] == [(9, Fraction("55.7"))] * 2
    assert list(evaluation.decision("recommended").verdicts).count("入选") == 10
