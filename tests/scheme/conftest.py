"""A small edition and a period file as text, to be spoilt one line at a time, and what every fault must look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Fault, Refused
from evalbook.periods import Period
from evalbook.scheme.scheme import Scheme, build_scheme
from evalbook.scheme.source import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
EDITION_FILE = "params/demo/2020.yaml"
PERIOD_FILE = "params/demo/periods/2023.yaml"

EDITION = """\
schema: 1
edition:
  title: 示例办法
  number: 示例〔2020〕1号
  issued: 2020-01-01
  governs: {from: 2020}
  roster: 4
  totals: {total: 20}
tables:
  units:
    label: 县
    attributes:
      group: {label: 分组, type: text, values: [县, 区]}
    columns:
      trade: {label: 贸易额, uom: 万元}
      investment: {label: 投资额, uom: 万元}
      grade: {label: 等级, type: text}
      sound: {label: 机制健全, type: yes_no}
  projects:
    label: 项目
    belongs_to: units
    key: [list]
    columns:
      list: {label: 名单, type: text, values: [国家库, 省库]}
      money: {label: 金额, uom: 万元}
measures:
  trade_growth: {growth: $trade, against: previous}
tree:
  total: {label: 总分, marks: 20, clause: 一, children: [trade_points, project_points]}
  trade_points:
    label: 贸易
    marks: 10
    clause: 一（一）
    measure: {gap: $trade, against: previous}
    rule: {rank_bands: {1: 10, 2-3: 6, 4: 2}}
  project_points:
    label: 项目
    marks: 10
    clause: 一（二）
    measure: {count: projects, where: {eq: [$list, "国家库"]}}
    rule: {per_item: 2, cap: marks}
rankings:
  place: {of: total, label: 名次, clause: 二}
outcomes:
  awarded: {quota: 2, by: place, label: 激励, clause: 三}
assumptions:
  ties:
    clause: 一（一）
    silent: 并列时名次如何占位
    default: {competition: 后续名次空出}
    alternatives:
      dense: {label: 后续名次连续, patch: {tree.*.rule.ties: dense}}
      worst: {label: 取最后一名, patch: {tree.*.rule.ties: worst}}
"""

PERIOD = """\
schema: 1
period: 2023
as_of: 2024-03-31
prepared_by: 示例科室
"""

_CHINESE = re.compile("[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"\b(input|should|valid|expected|error|extra|permitted|field|required|instance|none|literal)\b", re.IGNORECASE)


def instruction(fault: Fault) -> Fault:
    """The fault itself, held against what every fault promises: Chinese, a file, what to do, no word of a library."""
    assert fault.file, f"no file: {fault}"
    assert _CHINESE.search(fault.message), f"not Chinese: {fault}"
    assert not _ENGLISH.search(re.sub("“[^”]*”", "", fault.message)), f"speaks English: {fault}"
    assert fault.remedy or "应" in fault.message, f"does not say what to do: {fault}"
    return fault


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each first part, which must stand in it once, replaced by the second."""
    for old, new in changes:
        assert text.count(old) == 1, f"stands {text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def line_of(text: str, part: str) -> int:
    """Number of the first line that holds a part."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@dataclass(frozen=True)
class Small:
    """The small edition; changes are (old, new) texts."""

    edition: str = EDITION
    period: str = PERIOD

    def build(self, *changes: tuple[str, str], settings: str = PERIOD, period: str = "2023", **options: Any) -> Scheme:
        """The scheme of the changed edition."""
        edition = parse_yaml(changed(self.edition, *changes), EDITION_FILE)
        file = f"params/demo/periods/{period}.yaml"
        return build_scheme("demo", Period.parse(period), edition, parse_yaml(settings, file), files=(EDITION_FILE, file), **options)

    def faults(self, *changes: tuple[str, str], **options: Any) -> list[Fault]:
        """Every fault of the changed edition, each one an instruction; empty when it loads."""
        try:
            self.build(*changes, **options)
        except Refused as refused:
            return [instruction(fault) for fault in refused.faults]
        return []

    def line(self, part: str, *changes: tuple[str, str]) -> int:
        """Line of the changed edition on which a part first stands."""
        return line_of(changed(self.edition, *changes), part)


@pytest.fixture(scope="session")
def small() -> Small:
    """The small edition, ready to be spoilt."""
    return Small()


@pytest.fixture(scope="session")
def told() -> Any:
    """Holds a fault against what every fault promises."""
    return instruction


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder of its own with the shipped parameters and the small edition as scheme ``demo``."""
    import shutil

    shutil.copytree(ROOT / "params", tmp_path / "params")
    folder = tmp_path / "params" / "demo" / "periods"
    folder.mkdir(parents=True)
    (folder.parent / "2020.yaml").write_text(EDITION, encoding="utf-8")
    (folder / "2023.yaml").write_text(PERIOD, encoding="utf-8")
    return tmp_path
