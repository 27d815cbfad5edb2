"""The shipped figures are what their SOURCE.md says: real cells equal the raw source, planned situations are there, nobody is accused.

Expected values are written by hand or read from the raw files in data/_sources, never taken from the build scripts.
"""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
CITY = [DATA / "zhejiang_city" / period for period in ("2022", "2023")]
COUNTY = [DATA / "county_trial" / period for period in ("2019", "2022", "2024")]
PROVINCE = [DATA / "zhejiang_county" / period for period in ("2022", "2023")]  # its own situations: test_zhejiang_county.py
FOLDERS = CITY + COUNTY + PROVINCE
STAGES = ["reported", "verified", "spot_check"]
each_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}-{f.name}")
each_city_period = pytest.mark.parametrize("folder", CITY, ids=lambda f: f.name)
each_county_period = pytest.mark.parametrize("folder", COUNTY, ids=lambda f: f.name)

#: Administrative codes by hand from the national list.
CODES = {
    "杭州市": "330100", "宁波市": "330200", "温州市": "330300", "嘉兴市": "330400", "湖州市": "330500", "绍兴市": "330600",
    "金华市": "330700", "衢州市": "330800", "舟山市": "330900", "台州市": "331000", "丽水市": "331100",
    "双清区": "430502", "大祥区": "430503", "北塔区": "430511", "新邵县": "430522", "邵阳县": "430523", "隆回县": "430524",
    "洞口县": "430525", "绥宁县": "430527", "新宁县": "430528", "城步苗族自治县": "430529", "武冈市": "430581", "邵东市": "430582",
}  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a csv file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def used(folder: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    """The row that counts per (city, quantity, year): the one of the last stage."""
    rows = sorted(read(folder / "values.csv"), key=lambda r: STAGES.index(r["stage"]))
    return {(r["unit_name"], r["indicator"], r["period"]): r for r in rows}


def legs(folder: Path, unit: str, quantity: str) -> tuple[str, str]:
    """The texts of this year and the year before."""
    cells, year = used(folder), int(folder.name)
    return cells[unit, quantity, str(year)]["value"], cells[unit, quantity, str(year - 1)]["value"]


def raw(name: str) -> dict[tuple[str, str, str], dict[str, str]]:
    """Rows of a raw file by (name, indicator, period), of the units evaluated."""
    return {(r["unit"], r["indicator"], r["period"]): r for r in read(DATA / "_sources" / name) if r["unit"] in CODES}


# ------------------------------------------------------------------------------------------------------------------------ all files


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    """Running the committed scripts again reproduces every shipped file, byte for byte."""
    for script in ("build_zhejiang_city.py", "build_county_trial.py", "build_zhejiang_county.py"):
        subprocess.run([sys.executable, str(DATA / "_scripts" / script), "--out", str(tmp_path)], check=True)
    shipped = {p.relative_to(DATA).as_posix(): p.read_bytes() for folder in FOLDERS for p in folder.iterdir()}
    rebuilt = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert sorted(rebuilt) == sorted(shipped)
    assert [name for name in shipped if rebuilt[name] != shipped[name]] == []


@each_folder
def test_files_open_in_excel(folder: Path) -> None:
    """Every csv has a byte order mark, CRLF line ends, and as many cells in each row as in the heading."""
    for path in folder.glob("*.csv"):
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert len({len(row) for row in csv.reader(stream)}) == 1


@each_folder
def test_all_five_files_are_there_and_small(folder: Path) -> None:
    """A period's folder holds the four tables and SOURCE.md, none above 2 MB."""
    assert sorted(p.name for p in folder.iterdir()) == ["SOURCE.md", "evidence.csv", "items.csv", "units.csv", "values.csv"]
    assert max(p.stat().st_size for p in [*folder.iterdir(), *(DATA / "_sources").iterdir()]) < 2_000_000


@pytest.mark.parametrize("folder", CITY + COUNTY, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_units_have_their_official_codes(folder: Path) -> None:
    """Codes are the administrative ones, names and codes agree in every file, and the roster is complete."""
    units = {r["unit_name"]: r["unit_code"] for r in read(folder / "units.csv")}
    assert units == {name: code for name, code in CODES.items() if code.startswith("33" if folder in CITY else "43")}
    assert {(r["unit_name"], r["unit_code"]) for r in read(folder / "values.csv")} == set(units.items())
    assert {r["unit_code"] for r in read(folder / "items.csv")} <= set(units.values())


@each_folder
def test_rows_are_unique(folder: Path) -> None:
    """No figure stands twice at one stage, no item twice in one list."""
    values = Counter((r["unit_code"], r["indicator"], r["period"], r["stage"]) for r in read(folder / "values.csv"))
    items = Counter((r["table"], r["unit_code"], r["item_id"], r.get("list", "")) for r in read(folder / "items.csv"))
    assert [key for key, n in (values + items).items() if n > 1] == []


@each_folder
def test_evidence_is_consistent(folder: Path) -> None:
    """Every evidence id that is named exists and none is idle; a file that is named exists and has the stated hash."""
    evidence = {r["evidence_id"]: r for r in read(folder / "evidence.csv")}
    named = {r["evidence_id"] for name in ("values.csv", "items.csv") for r in read(folder / name)} - {""}
    assert named == set(evidence)
    for row in evidence.values():
        if row["file"]:
            assert hashlib.sha256((DATA.parent / row["file"]).read_bytes()).hexdigest() == row["sha256"]
        else:
            assert "模拟" in row["title"]


@each_folder
def test_origin_and_words_agree(folder: Path) -> None:
    """A synthetic row says 模拟 in source and note; a real one names its line in the raw file, or says that the source has no figure."""
    for row in read(folder / "values.csv") + read(folder / "items.csv"):
        if row["origin"] == "synthetic":
            assert row["source"] == "模拟数据"
            assert "模拟" in row["note"]
        else:
            assert row["source"] != "模拟数据"
            assert "原始表第" in row["note"] or (row["note"] == "来源无数据" and not row["value"])


# ---------------------------------------------------------------------------------------------------------------- zhejiang_city


@each_city_period
def test_real_city_cells_equal_the_raw_source(folder: Path) -> None:
    """Every cell that is not synthetic has the text, unit of measure and calibre of the raw file; no published trade was left out."""
    trade, fdi = raw("zhejiang11_trade.csv"), raw("zhejiang_fdi_ecommerce_partial.csv")
    real = {k: r for k, r in used(folder).items() if r["origin"] != "synthetic"}
    for (unit, quantity, year), row in real.items():
        source = trade[unit, "货物进出口总额", year] if quantity == "trade_total" else fdi[unit, "实际使用外资", year]
        assert (row["value"], row["uom"], row["unit_code"]) == (source["value"], source["unit_of_measure"], source["unit_code"])
    years = (str(int(folder.name) - 1), folder.name)
    published = {(u, "trade_total", p) for u, indicator, p in trade if indicator == "货物进出口总额" and p in years}
    assert {k for k in real if k[1] == "trade_total"} == published


def test_real_trade_is_what_the_sources_hold() -> None:
    """2023: all eleven official; 2022: four from the press and 杭州 derived; 2021: 温州, 嘉兴, 金华 from the press."""
    cells = used(DATA / "zhejiang_city" / "2022") | used(DATA / "zhejiang_city" / "2023")
    origins = {(u, y): r["origin"] for (u, q, y), r in cells.items() if q == "trade_total" and r["origin"] != "synthetic"}
    expected = {(u, "2023"): "official" for u, code in CODES.items() if code.startswith("33")}
    expected |= {(u, "2022"): "press" for u in ("宁波市", "温州市", "嘉兴市", "衢州市")} | {("杭州市", "2022"): "derived"}
    expected |= {(u, "2021"): "press" for u in ("温州市", "嘉兴市", "金华市")}
    assert origins == expected
    assert cells["杭州市", "trade_total", "2023"]["value"] == "8029.7208"
    assert cells["衢州市", "trade_total", "2022"]["value"] == "612.5"


def test_real_fdi_is_two_cells() -> None:
    """Of actual FDI only 宁波 2021 (press) and 舟山 2022 (derived) are the very measure, year and unit; a lower bound is no figure."""
    cells = used(DATA / "zhejiang_city" / "2022") | used(DATA / "zhejiang_city" / "2023")
    real = {(u, y): (r["value"], r["origin"]) for (u, q, y), r in cells.items() if q == "fdi_actual" and r["origin"] != "synthetic"}
    assert real == {("宁波市", "2021"): ("32.74", "press"), ("舟山市", "2022"): ("4.64", "derived")}
    assert {r["origin"] for (_, q, _), r in cells.items() if q not in ("fdi_actual", "trade_total")} == {"synthetic"}


@pytest.mark.parametrize(
    ("period", "units"),
    [("2022", "温州市 嘉兴市"), ("2023", "杭州市 宁波市 温州市 嘉兴市 衢州市")],
    ids=["2022", "2023"],
)
def test_increments_are_real_only_with_both_legs(period: str, units: str) -> None:
    """SOURCE.md lists as real exactly the trade increments of which both years are real, and no increment of FDI."""
    folder = DATA / "zhejiang_city" / period
    cells, before = used(folder), str(int(period) - 1)
    both = {
        (u, q)
        for u, q, y in cells
        if y == period and (u, q, before) in cells and "synthetic" not in (cells[u, q, y]["origin"], cells[u, q, before]["origin"])
    }
    assert both == {(u, "trade_total") for u in units.split()}
    page = (folder / "SOURCE.md").read_text(encoding="utf-8")
    assert f"本期为：{'、'.join(u + '货物贸易进出口总额' for u in units.split())}。" in page


@pytest.mark.parametrize(("folder", "year", "total"), [(CITY[0], "2021", 41400), (CITY[1], "2022", 46800)], ids=["2021", "2022"])
def test_base_year_trade_adds_up_to_the_province(folder: Path, year: str, total: int) -> None:
    """With the synthetic cells the eleven cities make the province's published total, exactly."""
    trade = [Fraction(r["value"]) for (_, q, y), r in used(folder).items() if q == "trade_total" and y == year]
    assert len(trade) == 11
    assert sum(trade) == total


def test_base_year_trade_follows_published_growth() -> None:
    """宁波 2021 = 12671.3 ÷ 1.063 and 衢州 2021 = 612.5 ÷ 1.243, rounded to 0.1: what the published growth implies."""
    cells = used(CITY[0])
    assert cells["宁波市", "trade_total", "2021"]["value"] == "11920.3"
    assert cells["衢州市", "trade_total", "2021"]["value"] == "492.8"


TIES = [
    ("2022", "fdi_actual", {"温州市": ("5.3", "4.2"), "台州市": ("7.3", "6.2"), "衢州市": ("2.9", "1.8")}, Fraction(11, 10)),
    ("2023", "fdi_actual", {"嘉兴市": ("31.4", "30.1"), "台州市": ("8.6", "7.3"), "衢州市": ("4.2", "2.9")}, Fraction(13, 10)),
]


@pytest.mark.parametrize(("period", "quantity", "texts", "gap"), TIES, ids=["2022", "2023"])
def test_increments_tie_in_decimals_only(period: str, quantity: str, texts: dict[str, tuple[str, str]], gap: Fraction) -> None:
    """Three increments are exactly equal, and binary floats would give them an order."""
    folder = DATA / "zhejiang_city" / period
    assert {unit: legs(folder, unit, quantity) for unit in texts} == texts
    assert {Fraction(own) - Fraction(base) for own, base in texts.values()} == {gap}
    assert len({float(own) - float(base) for own, base in texts.values()}) > 1


def test_growth_ties_in_decimals_only() -> None:
    """衢州 16.5 over 13.2 and 丽水 10.5 over 8.4 both grow by 25 %; the difference divided by the base in floats says otherwise."""
    pairs = [legs(CITY[1], unit, "cbec_retail") for unit in ("衢州市", "丽水市")]
    assert pairs == [("16.5", "13.2"), ("10.5", "8.4")]
    assert {Fraction(own) / Fraction(base) for own, base in pairs} == {Fraction(5, 4)}
    assert len({(float(own) - float(base)) / float(base) for own, base in pairs}) == 2


def test_information_ties() -> None:
    """温州 and 湖州 share 121 items in 2022, 绍兴 and 金华 128 in 2023, and nobody else ties."""
    shared = []
    for folder in CITY:
        counts = {u: r["value"] for (u, q, _), r in used(folder).items() if q == "information_adopted"}
        often = Counter(counts.values())
        shared.append({u: v for u, v in counts.items() if often[v] > 1})
    assert shared == [{"温州市": "121", "湖州市": "121"}, {"绍兴市": "128", "金华市": "128"}]


def test_one_figure_is_missing_per_period() -> None:
    """The only blanks are 丽水's turnover in 2022 and 舟山's retail in 2023, each a row whose note says 缺失."""
    blanks = [[(r["unit_name"], r["indicator"], r["period"], r["note"]) for r in read(f / "values.csv") if not r["value"]] for f in CITY]
    note = "缺失：未报送（模拟）"
    assert blanks == [[("丽水市", "contracting_turnover", "2022", note)], [("舟山市", "cbec_retail", "2023", note)]]


def test_negative_increases() -> None:
    """FDI of 嘉兴 falls in 2022 and of 湖州 in 2023; trade of 温州 falls in 2023 in truth; nothing else falls."""
    falls = {}
    for folder in CITY:
        for unit, code in CODES.items():
            for quantity in ("trade_total", "fdi_actual", "cbec_retail"):
                own, base = legs(folder, unit, quantity) if code.startswith("33") else ("", "")
                if own and Fraction(own) < Fraction(base):
                    falls[folder.name, unit, quantity] = Fraction(own) - Fraction(base)
    assert falls == {
        ("2022", "嘉兴市", "fdi_actual"): Fraction("-0.5"),
        ("2023", "湖州市", "fdi_actual"): Fraction("-0.8"),
        ("2023", "温州市", "trade_total"): Fraction("-127.695"),
    }


@each_city_period
def test_some_projects_are_in_both_libraries(folder: Path) -> None:
    """At least one project stands in the national and the provincial library: same id, same city, two rows."""
    lists: dict[tuple[str, str], set[str]] = {}
    for row in read(folder / "items.csv"):
        if row["table"] == "projects":
            lists.setdefault((row["unit_code"], row["item_id"]), set()).add(row["list"])
    assert len([k for k, found in lists.items() if found == {"国家库", "省库"}]) >= 1
    assert {frozenset(found) for found in lists.values() if len(found) > 1} == {frozenset({"国家库", "省库"})}


@each_city_period
def test_every_list_has_its_columns_and_words(folder: Path) -> None:
    """Each child table fills exactly its own columns, with the words the scheme knows; ratings are 0–10, five to seven per city."""
    words = {
        "events": {"kind": {"国际会议", "文化交流活动"}, "qualified": {"是", "否"}},
        "projects": {"list": {"国家库", "国家重大外资专班", "省库", "签约项目"}, "newly_listed": {"是", "否"}, "active": {"是", "否"}},
        "tasks": {"finished_on_time": {"是"}},
        "results": {"level": {"国际高峰论坛成果清单", "省级成果清单"}},
        "platforms": {"level": {"国家级", "省级"}},
        "instructions": {"level": {"国家有关部门", "省级领导"}},
        "risks": {"handled_badly": {"否"}},
        "innovations": {"effective": {"是", "否"}},
    }
    columns = {name for table in words.values() for name in table} | {"score"}
    experts = Counter()
    seen: dict[tuple[str, str], set[str]] = {}
    for row in read(folder / "items.csv"):
        filled = {c for c in columns if row[c]}
        if row["table"] == "ratings":
            assert filled == {"score"}
            assert 0 <= Fraction(row["score"]) <= 10
            experts[row["unit_code"]] += 1
            continue
        assert filled == set(words[row["table"]])
        for column in filled:
            seen.setdefault((row["table"], column), set()).add(row[column])
    assert seen == {(table, column): allowed for table, found in words.items() for column, allowed in found.items()}
    assert set(experts.values()) == ({5} if folder.name == "2022" else {7})
    assert len(experts) == 11


@each_city_period
def test_no_deduction_on_a_real_city(folder: Path) -> None:
    """Mechanisms are all in place, no risk was handled badly, no task is late, and no word accuses."""
    cells = used(folder)
    for quantity in ("mechanism_sound", "risk_mechanism"):
        assert [r["value"] for (_, q, _), r in cells.items() if q == quantity] == ["是"] * 11
    items = read(folder / "items.csv")
    assert {r["handled_badly"] for r in items if r["table"] == "risks"} == {"否"}
    assert {r["finished_on_time"] for r in items if r["table"] == "tasks"} == {"是"}
    text = "".join((folder / name).read_text(encoding="utf-8-sig") for name in ("values.csv", "items.csv", "evidence.csv"))
    assert [word for word in ("造假", "瞒报", "虚报", "弄虚作假", "处置不力", "未按期", "核减") if word in text] == []


@pytest.mark.parametrize(("folder", "differing", "unverified"), [(CITY[0], 4, 4), (CITY[1], 5, 5)], ids=["2022", "2023"])
def test_stages(folder: Path, differing: int, unverified: int) -> None:
    """Most figures are verified; some differ from the filing, a handful rest on it alone, one was spot-checked; never a real one."""
    trail: dict[tuple[str, str, str], dict[str, dict[str, str]]] = {}
    for row in read(folder / "values.csv"):
        trail.setdefault((row["unit_name"], row["indicator"], row["period"]), {})[row["stage"]] = row
    own = {k: s for k, s in trail.items() if k[2] == folder.name}
    changed = [k for k, s in own.items() if "verified" in s and s["verified"]["value"] != s["reported"]["value"]]
    alone = [k for k, s in own.items() if set(s) == {"reported"} and s["reported"]["value"]]
    checked = [k for k, s in own.items() if "spot_check" in s and s["spot_check"]["value"] != s["verified"]["value"]]
    assert (len(changed), len(alone), len(checked)) == (differing, unverified, 1)
    assert {s["reported"]["origin"] for k, s in own.items() if k in [*changed, *alone, *checked]} == {"synthetic"}
    for key in [*changed, *checked]:
        assert all(row["by"] and row["date"] for row in own[key].values())
    assert all(set(s) == {"verified"} for k, s in trail.items() if k[2] != folder.name)


def test_base_year_continues_last_year() -> None:
    """What 2023 takes as its base is what 2022 ended with: the shipped data contain no revision of the base."""
    last, this = used(CITY[0]), used(CITY[1])
    shared = set(last) & set(this)
    assert len(shared) == 33
    assert [k for k in shared if last[k]["value"] != this[k]["value"]] == []


# ----------------------------------------------------------------------------------------------------------------- county_trial

COUNTY_NAMES = {
    "fdi_actual": "实际使用外资",
    "trade_total": "货物进出口总额",
    "domestic_capital": "实际利用内资",
    "fdi_growth_rank": "实际使用外资_增速位次(公布)",
    "trade_growth_rank": "货物进出口总额_增速位次(公布)",
    "domestic_capital_growth_rank": "实际利用内资_增速位次(公布)",
}


@each_county_period
def test_county_cells_equal_the_raw_source(folder: Path) -> None:
    """Every figure has the raw file's text and unit of measure, is published and unverified; blank only where the source has none."""
    source = raw("shaoyang_counties_annual.csv")
    for row in read(folder / "values.csv"):
        assert (row["stage"], row["origin"], row["date"]) == ("reported", "official", "")
        month = 11 if folder.name == "2019" and row["indicator"].startswith("trade") else 12
        key = (row["unit_name"], COUNTY_NAMES[row["indicator"]], f"{row['period']}-01..{row['period']}-{month}")
        if row["value"]:
            assert (row["value"], row["uom"]) == (source[key]["value"], source[key]["unit_of_measure"])
        else:
            assert key not in source
    assert read(folder / "items.csv") == []


def test_counties_without_data() -> None:
    """Of all county figures only FDI of 北塔, 绥宁 and 城步 is blank, in 2018 and 2019, with its rank."""
    blank = [(f.name, r["unit_name"], r["indicator"], r["period"]) for f in COUNTY for r in read(f / "values.csv") if not r["value"]]
    three = ("北塔区", "绥宁县", "城步苗族自治县")
    levels = {("2019", unit, "fdi_actual", year) for unit in three for year in ("2018", "2019")}
    assert sorted(blank) == sorted(levels | {("2019", unit, "fdi_growth_rank", "2019") for unit in three})


def test_no_pair_crosses_a_break() -> None:
    """Exactly the pairs that the sources allow are shipped, trade of 2019 marked as January to November."""
    pairs = {(f.name, r["indicator"]) for f in COUNTY for r in read(f / "values.csv") if not r["indicator"].endswith("rank")}
    assert pairs == {
        ("2019", "fdi_actual"), ("2019", "trade_total"), ("2019", "domestic_capital"),
        ("2022", "fdi_actual"), ("2022", "domestic_capital"),
        ("2024", "fdi_actual"), ("2024", "trade_total"),
    }  # fmt: skip
    for folder in COUNTY:
        years = {r["period"] for r in read(folder / "values.csv")}
        assert years == {folder.name, str(int(folder.name) - 1)}
    notes = {"1—11月累计" in r["note"] for r in read(COUNTY[0] / "values.csv") if r["indicator"] == "trade_total"}
    assert notes == {True}


def half_up(value: Fraction) -> Fraction:
    """Rounded to 0.1, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * Fraction(int(abs(value) * 10 + Fraction(1, 2)), 10)


@pytest.mark.parametrize(
    ("period", "quantity", "reproduced", "ranked"),
    [
        ("2019", "fdi", 9, 9),
        ("2019", "domestic_capital", 12, 12),
        ("2019", "trade", 12, 12),
        ("2022", "fdi", 12, 12),
        ("2022", "domestic_capital", 8, 12),
        ("2024", "trade", 9, 12),
    ],
    ids=lambda v: str(v),
)
def test_published_ranks(period: str, quantity: str, reproduced: int, ranked: int) -> None:
    """Growth rounded to 0.1 and ranked with gaps after ties gives as many of the bureau's published ranks as SOURCE.md says."""
    cells, before = used(DATA / "county_trial" / period), str(int(period) - 1)
    level = {"fdi": "fdi_actual", "trade": "trade_total"}.get(quantity, quantity)
    scale = {"亿元": 10000}
    growth = {}
    for unit in CODES:
        own, base = cells.get((unit, level, period)), cells.get((unit, level, before))
        if own and base and own["value"]:
            now, then = (Fraction(c["value"]) * scale.get(c["uom"], 1) for c in (own, base))
            growth[unit] = half_up((now / then - 1) * 100)
    ranks = {unit: 1 + sum(other > g for other in growth.values()) for unit, g in growth.items()}
    published = {u: int(r["value"]) for (u, q, _), r in cells.items() if q == f"{quantity}_growth_rank" and r["value"]}
    assert len(ranks) == len(published) == ranked
    assert sum(ranks[unit] == published[unit] for unit in ranks) == reproduced
