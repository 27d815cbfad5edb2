"""A project small enough to be worked by hand: two editions, three units, three years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

_EDITION = """\
schema: 1
edition: {{title: 手算办法, number: 手〔{year}〕1号, issued: "{year}-01-01", governs: {governs}, notebook: evaluation.ipynb}}
tables:
  units:
    label: 县
    attributes: {{group: {{label: 分组, type: text}}}}
    columns:
      trade: {{label: 贸易, uom: 分}}
      funds: {{label: 引资, uom: 分}}
{more}
tree:
  total: {{label: 总分, marks: 100, clause: 一, children: [a, b]}}
  a: {{label: 甲项, marks: {a}, clause: 一, measure: {{value: $trade}}, rule: {{line: {{slope: {slope}, cap: marks}}}}}}
  b: {{label: 乙项, marks: {b}, clause: 一, measure: {{value: $funds}}, rule: {{line: {{cap: marks}}}}}}
rankings: {{place: {{of: total, label: 名次, clause: 二, ties: competition}}}}
outcomes:
  award: {{label: 奖励, clause: 三, quota: 1, by: place, across_tie: all_in, amount: 100, uom: 元, payer: 县财政}}
assumptions:
  ties:
    clause: 二
    silent: 并列
    default: {{competition: 空出}}
    alternatives: {{dense: {{label: 不空, patch: {{rankings.place.ties: dense}}}}}}
"""
_FIGURES = {
    "2019": {"01": ("30", "20"), "02": ("25", "28"), "03": ("10", "10")},
    "2020": {"01": ("30", "20"), "02": ("20", "35"), "03": ("10", "10")},
    "2021": {"01": ("50", "20"), "02": ("20", "30"), "04": ("10", "10")},
}
NAMES = {"01": "东县", "02": "西县", "03": "南县", "04": "北县"}


def _write_figures(root: Path, period: str, figures: dict[str, tuple[str, str]], **more: dict[str, str]) -> None:
    """Figures of a period: trade and funds by unit, and further columns."""
    folder = root / "data/hand" / period
    folder.mkdir(parents=True, exist_ok=True)
    units = "".join(f"{code},{NAMES[code]},甲组\n" for code in figures)
    (folder / "units.csv").write_text("unit_code,unit_name,group\n" + units, "utf-8")
    rows = [(code, name, value) for code, pair in figures.items() for name, value in zip(("trade", "funds"), pair, strict=True)]
    rows += [(code, name, value) for name, values in more.items() for code, value in values.items()]
    lines = "".join(f"{code},{name},{period},verified,{value},分,县局,official\n" for code, name, value in rows)
    (folder / "values.csv").write_text("unit_code,indicator,period,stage,value,uom,source,origin\n" + lines, "utf-8")
    (folder / "evidence.csv").write_text("evidence_id,title\n", "utf-8")


def _write_period(root: Path, period: str, more: str = "") -> None:
    """A period file."""
    path = root / "params/hand/periods" / f"{period}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"schema: 1\nperiod: {period}\nas_of: {int(period) + 1}-01-01\nprepared_by: 手\n{more}", "utf-8")


@pytest.fixture
def hand(tmp_path: Path) -> Path:
    """The project. Under the edition of 2015 (until 2019) a figure is its points, to 50 each; under that of 2020 trade counts twice, to
    60, and funds to 40."""
    for folder in ("notebooks", "params/hand/periods", "data"):
        (tmp_path / folder).mkdir(parents=True)
    old = _EDITION.format(year=2015, governs='{from: "2015", to: "2019"}', a=50, b=50, slope=1, more="")
    new = _EDITION.format(year=2020, governs='{from: "2020"}', a=60, b=40, slope=2, more="")
    (tmp_path / "params/hand/2015.yaml").write_text(old, "utf-8")
    (tmp_path / "params/hand/2020.yaml").write_text(new, "utf-8")
    for period, figures in _FIGURES.items():
        _write_period(tmp_path, period)
        _write_figures(tmp_path, period, figures)
    return tmp_path


@pytest.fixture(scope="session")
def write_figures() -> Callable[..., None]:
    """Writes the figures of a period: root, period, code → (trade, funds), and further columns by name."""
    return _write_figures


@pytest.fixture(scope="session")
def write_period() -> Callable[..., None]:
    """Writes a period file: root, period, further lines."""
    return _write_period
