"""The roster (units.csv): codes, names, aliases, participation and attributes; and finding a unit by code and name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np

from ..errors import nearest
from ..kinds.column import ZERO, Column, objects
from ..periods import Period
from ..scheme.tables import Quantity, TableSpec, first_day, last_day
from ..scoring.dataset import Table
from ..terms import State
from .participation import COLUMNS as PARTICIPATION_COLUMNS
from .participation import ParticipationReader
from .reading import MISSING, Reading
from .remarks import Remarks
from .sheet import Heading, Sheet, standard
from .text import half_width, key, trimmed, turned_around

#: Names of rows that hold the sum of the others.
TOTALS = ("合计", "总计", "共计", "全部合计")
SUBTOTALS = ("小计", "分计")
SUMS = frozenset((*TOTALS, *SUBTOTALS))
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,31}")
_OFFICIAL = (6, 9, 12)
_BUILT_IN = {"group": Quantity(label="分组", type="text")}
_SEPARATORS = re.compile(r"[、;；,，|/]")
_DATED = re.compile(r"(.+?)\((至|自)([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)\)")


@dataclass
class Roster:
    """The units in the order of the file. ``names`` maps spelling keys of names and aliases to rows.

    ``renamed`` are the aliases that hold for a time only (曾用名), with a sentence about it where the period lies outside that time.
    ``former`` are the codes among a unit's aliases, by row: under them it stands in other periods' files.
    """

    codes: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    table: Table = field(default_factory=lambda: Table("units", ()))
    rows: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    aliases: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict)
    former: dict[int, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codes)


def headings(spec: TableSpec) -> list[Heading]:
    """Columns that units.csv may have."""
    own = [Heading(name, quantity.label) for name, quantity in attributes(spec).items()]
    return [*standard(["unit_code", "unit_name", *PARTICIPATION_COLUMNS, "aliases", "note"]), *own]


def attributes(spec: TableSpec) -> dict[str, Quantity]:
    """The declared attributes and the built-in one, 分组."""
    return _BUILT_IN | spec.attributes


def read_roster(sheet: Sheet, spec: TableSpec, period: Period, remarks: Remarks) -> Roster:
    """Read units.csv for a period. Faults: codes and names that are no codes or names, twice there, or too short; attributes at fault."""
    roster, places = Roster(), dict[str, int]()
    named: dict[str, list[Reading]] = {name: [] for name in attributes(spec) if name in sheet.columns}
    taking_part = ParticipationReader(sheet, spec.participation, period, remarks)
    for row, cells in sheet.records(remarks):
        name = _name(sheet, row, cells, remarks)
        if key(name) in TOTALS + SUBTOTALS:
            remarks.error("roster.total", "名单中不应有合计行", "请删除该行", sheet.place(row, "unit_name"), name)
            continue
        code = clean_code(cells[sheet.columns["unit_code"]], sheet, row, remarks)
        if code is None:
            continue
        if code in roster.rows:
            at = sheet.place(row, "unit_code")
            remarks.error("roster.code_twice", f"单位代码与第{places[code]}行重复", "每个考核对象一行，请删去一行或改正代码", at, code)
            continue
        if not name:
            remarks.error("roster.no_name", "没有写考核对象名称", "请补填", sheet.place(row, "unit_name"))
        elif key(name) in roster.names:
            other = places[roster.codes[roster.names[key(name)]]]
            at = sheet.place(row, "unit_name")
            remarks.error("roster.name_twice", f"名称与第{other}行重复", "同名对象请在名称中加以区分", at, name)
        if name:
            roster.names[key(name)] = len(roster)
        roster.rows[code] = len(roster)
        places[code] = row + 1
        roster.codes.append(code)
        roster.labels.append(name)
        for attribute, readings in named.items():
            readings.append(sheet.read(row, cells, attribute, attributes(spec)[attribute], remarks) or MISSING)
        taking_part.read(row, cells, name)
    taking_part.close()
    _code_lengths(roster, sheet, places, remarks)
    _aliases(roster, sheet, period, remarks)
    _groups(roster, named.get("group"), sheet, places, remarks)
    if not roster.codes and not remarks.failed:
        remarks.error("roster.empty", "名单里没有考核对象", "请每个考核对象填一行", sheet.place())
    for attribute, quantity in spec.attributes.items():
        if quantity.required and attribute not in sheet.columns:
            remarks.error("roster.attribute", f"名单缺少列“{quantity.label}”（{attribute}）", "请补上该列", sheet.place(sheet.header_row))
    columns = {(attribute, ""): column_of(readings) for attribute, readings in (named | taking_part.found).items()}
    if roster.former:
        columns["aliases", ""] = column_of([Reading("、".join(roster.former.get(row, ()))) for row in range(len(roster))])
    roster.table = Table("units", tuple(roster.codes), columns, labels=tuple(roster.labels))
    return roster


def column_of(readings: list[Reading]) -> Column:
    """A column from what was read, with its states."""
    states = np.array([reading.state for reading in readings], dtype=np.uint8)
    return Column(objects([ZERO if reading.value is None else reading.value for reading in readings]), states)


def _name(sheet: Sheet, row: int, cells: list[str], remarks: Remarks) -> str:
    """The name as it is kept: blanks around it and characters that do not show are taken away."""
    raw = cells[sheet.columns["unit_name"]]
    name, at = trimmed(raw), sheet.place(row, "unit_name")
    if turned_around(raw):
        remarks.error("name.direction", "名称中有改变文字方向的不可见字符", "请重新录入名称", at, raw)
    elif name != raw:
        remarks.note("name.blanks", "名称前后的空格和不可见字符已去除", at, raw)
    if not name.isascii() and any(c.isspace() for c in name):
        name = "".join(name.split())
        remarks.note("name.inner_blanks", f"名称中的空格已去除，读作“{name}”", at, raw)
    return name


def clean_code(raw: str, sheet: Sheet, row: int, remarks: Remarks) -> str | None:
    """A unit's code as text, None when it is none. Only a cell that a spreadsheet stored as a number may have been one."""
    code, at = half_width(trimmed(raw)), sheet.place(row, "unit_code")
    if sheet.is_numeric(row, "unit_code"):
        remarks.note("code.number", "单位代码存成了数字，按整数读入；请把该列设为文本", at, raw)
    elif code != raw:
        remarks.note("code.cleaned", "单位代码中的全角字符、空格已更正", at, raw)
    if not code:
        remarks.error("code.missing", "没有写单位代码", "请补填代码（文本）", at)
        return None
    if not _CODE.fullmatch(code):
        remedy = "请把该列设为文本后重新填写"
        if re.fullmatch(r"[0-9.]+(?:[eE][+-]?[0-9]+)?", code):
            remedy = f"像是被表格软件改成了小数或科学计数，{remedy}"
        remarks.error("code.form", "单位代码只能用数字、字母、“-”和“_”", remedy, at, raw)
        return None
    return code


def _code_lengths(roster: Roster, sheet: Sheet, places: Mapping[str, int], remarks: Remarks) -> None:
    """Digits only: 6, 9 or 12 as official divisions have. One digit short is a lost zero; other lengths only where no unit of the
    roster has an official code (departments numbered 1, 2, 3 …)."""
    digits = [code for code in roster.codes if code.isdigit()]
    official = any(len(code) in _OFFICIAL for code in digits)
    for code in digits:
        at = sheet.place(places[code] - 1, "unit_code")
        if len(code) + 1 in _OFFICIAL:
            remedy = f"请把该列设为文本并按全码填写（是否为“0{code}”）；本办法自编的代码请加字母，如 B{code}"
            remarks.error("code.zero_lost", f"单位代码只有{len(code)}位数字，可能丢了开头的0", remedy, at, code)
        elif official and len(code) not in _OFFICIAL:
            remarks.error("code.length", f"单位代码有{len(code)}位，行政区划代码应为6、9或12位", "请核对代码", at, code)


def _aliases(roster: Roster, sheet: Sheet, period: Period, remarks: Remarks) -> None:
    """Register aliases; one that means two units, or is another unit's name, is at fault.

    ``甲县（至2020-06-30）`` is a former name, ``甲区（自2020-07-01）`` a new one: in a period outside that time it is a finding.
    """
    if "aliases" not in sheet.columns:
        return
    found: set[str] = set()
    quiet = Remarks()
    for row, cells in sheet.records(quiet):
        code = half_width(trimmed(cells[sheet.columns["unit_code"]]))
        own = roster.rows.get(code)
        for written in filter(None, map(trimmed, _SEPARATORS.split(cells[sheet.columns["aliases"]]))):
            alias, outside = _dated(written, period)
            known = roster.names.get(key(alias))
            if own is None or known == own:
                continue
            if known is not None:
                at = sheet.place(row, "aliases")
                remarks.error("alias.twice", f"别名“{alias}”也指“{roster.labels[known]}”", "别名只能指一个考核对象", at, alias)
                continue
            roster.names[key(alias)] = own
            found.add(key(alias))
            if outside:
                roster.renamed[key(alias)] = outside
            if _CODE.fullmatch(alias) and any(c.isdigit() for c in alias):
                roster.former.setdefault(own, []).append(alias)
    roster.aliases = frozenset(found)


def _dated(written: str, period: Period) -> tuple[str, str]:
    """The name in an alias, and what is odd about using it in this period (blank where nothing is).

    >>> _dated("甲县（至2020-06-30）", Period(2021)), _dated("甲县（至2020）", Period(2020)), _dated("甲", Period(2020))
    (('甲县', '只用到2020-06-30'), ('甲县', ''), ('甲', ''))
    """
    match = _DATED.fullmatch(half_width(written))
    if match is None:
        return written, ""
    name, side, bound = match.groups()
    if side == "至":
        return name, f"只用到{bound}" if last_day(bound) < period.first_day else ""
    return name, f"从{bound}起才用" if first_day(bound) > period.last_day else ""


def _groups(roster: Roster, readings: list[Reading] | None, sheet: Sheet, places: Mapping[str, int], remarks: Remarks) -> None:
    """Where some units have a group, all need one."""
    if not readings or all(reading.state != State.OK for reading in readings):
        return
    for code, reading in zip(roster.codes, readings, strict=True):
        if reading.state != State.OK:
            name = roster.labels[roster.rows[code]]
            remarks.error("roster.no_group", f"“{name}”没有分组", "请填写分组", sheet.place(places[code] - 1, "group"))


@dataclass
class UnitFinder:
    """Finds the row of a unit by the code and name in a row of figures; each pair is judged once and told in every row."""

    roster: Roster
    sheet: Sheet
    remarks: Remarks
    _known: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        columns = self.sheet.columns
        self._who = itemgetter(*(columns[name] for name in ("unit_code", "unit_name") if name in columns))

    def known(self, cells: list[str]) -> int | None:
        """Row of the unit in the roster, if code and name were found to say one without a doubt before."""
        return self._known.get(self._who(cells))

    def _said(self, cells: list[str]) -> tuple[str, str]:
        columns = self.sheet.columns
        code = cells[columns["unit_code"]] if "unit_code" in columns else ""
        return code, cells[columns["unit_name"]] if "unit_name" in columns else ""

    def find(self, row: int, cells: list[str]) -> int | None:
        """Row of the unit in the roster, None when code and name say no one unit (told)."""
        found = self.known(cells)
        if found is not None:
            return found
        raw, name = self._said(cells)
        found = self._judge(row, raw, name)
        plain = found is not None and raw == self.roster.codes[found] and name in ("", self.roster.labels[found])
        if found is not None and plain and not self.sheet.is_numeric(row, "unit_code"):  # anything else is told row by row
            self._known[self._who(cells)] = found
        return found

    def _judge(self, row: int, raw: str, name: str) -> int | None:
        by_name = self._by_name(row, name) if trimmed(name) else None
        if not trimmed(raw):
            if not trimmed(name):
                at = self.sheet.place(row, "unit_code" if "unit_code" in self.sheet.columns else "unit_name")
                self.remarks.error("unit.missing", "没有写考核对象", "请填写单位代码和名称", at)
            elif by_name is None:
                at = self.sheet.place(row, "unit_name")
                self.remarks.error("unit.unknown_name", "考核对象不在名单中", self._nearest(name, self.roster.labels), at, name)
            else:
                number = self.roster.codes[by_name]
                self.remarks.note("unit.by_name", "没有单位代码，按名称认定", self.sheet.place(row, "unit_name"), f"{name}（{number}）")
            return by_name
        code = clean_code(raw, self.sheet, row, self.remarks)
        if code is None:
            return None
        found = self.roster.rows.get(code)
        at = self.sheet.place(row, "unit_code")
        if found is None:
            if by_name is not None:
                remedy = f"按名称“{trimmed(name)}”应为“{self.roster.codes[by_name]}”"
            elif code.isdigit() and len(code) + 1 in _OFFICIAL:
                remedy = "可能丢了开头的0；请把该列设为文本后填写全码"
            elif trimmed(name):
                # Neither of the two is known: a unit that the roster lacks, not another one's code mistyped.
                remedy = f"名单里没有“{trimmed(name)}”：请补进名单；不参评的请删去它的数据"
            else:
                named = [f"{known}（{label}）" for known, label in zip(self.roster.codes, self.roster.labels, strict=True)]
                remedy = f"{self._nearest(code, named)}；都不是的，请补进名单"
            self.remarks.error_of("unit.unknown_code", "单位代码不在名单中", remedy, at, code)
            return None
        if trimmed(name) and by_name != found:
            own = self.roster.labels[found]
            whose = f"“{trimmed(name)}”的代码是“{self.roster.codes[by_name]}”" if by_name is not None else f"“{trimmed(name)}”不在名单中"
            self.remarks.error(
                "unit.disagree",
                f"代码“{code}”是“{own}”，{whose}",
                "请核对代码和名称，改正其一；若是同一对象的别称，请写进名单的别名列",
                self.sheet.place(row, "unit_name"),
                name,
            )
            return None
        return found

    def _nearest(self, text: str, known: list[str]) -> str:
        """The nearest name, as long as anybody will read it: in a wrong file of thousands of rows the search takes minutes."""
        return "请与名单核对" if self.remarks.full else nearest(trimmed(text), known)

    def _by_name(self, row: int, name: str) -> int | None:
        """Row of the unit that a name or alias stands for."""
        found = self.roster.names.get(key(name))
        if found is None or name == self.roster.labels[found]:
            return found
        at = self.sheet.place(row, "unit_name")
        if turned_around(name):
            self.remarks.error("name.direction", "名称中有改变文字方向的不可见字符", "请重新录入名称", at, name)
        elif key(name) in self.roster.renamed:
            message = f"“{trimmed(name)}”是“{self.roster.labels[found]}”的别名，{self.roster.renamed[key(name)]}"
            self.remarks.finding("unit.renamed", message, "请核对填报的是哪个范围的数", at, name)
        elif key(name) in self.roster.aliases:
            self.remarks.note("unit.alias", f"“{trimmed(name)}”是“{self.roster.labels[found]}”的别名", at, name)
        else:
            self.remarks.note("unit.spelling", f"“{self.roster.labels[found]}”的名称有空格、不可见或全角字符，已认定", at, name)
        return found
