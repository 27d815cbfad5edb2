"""What a what-if run (试算) sets: paths completed against the edition, told apart by what they reach.

``tree.trade_increment.marks`` is a parameter, ``assumptions.ties`` chooses a reading, ``edition`` takes another edition and
``values.330200.trade_total`` (with a period behind it for a base) is a figure. A path may leave its section out where the name says
which one is meant, and may say the Chinese label instead of the name: ``货物贸易进出口总额增加值.marks``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import Fault, UsageError, nearest
from ..periods import Period
from .by import absent, is_table, settle
from .models import EditionShape
from .offered import labels
from .source import Source

#: The source that faults of overrides are told under.
ORIGIN = "试算设定"
EDITION, READINGS, FIGURES = "edition", "assumptions", "values"
_PARTS = tuple(name for name in EditionShape.model_fields if name not in ("schema_", EDITION, "robustness"))
#: What a consistency check of the edition says of a change that was made on purpose: told as a finding, not refused.
TOLERATED = frozenset({"marks.sum", "totals.differ", "bands.roster", "rule.above_marks", "rule.below_marks"})


@dataclass(frozen=True)
class Overrides:
    """Overrides by kind. ``figures`` maps (unit, quantity, period or "") as they were written to the text of the value."""

    edition: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Overrides:
        """Told apart by their paths, which are not completed here. UsageError for a figure's path that is none."""
        readings, parameters, figures, edition = {}, {}, {}, ""
        for path, value in (raw or {}).items():
            parts = path.split(".")
            if path == EDITION:
                edition = _word(value)
                if not edition:
                    raise UsageError("试算设定 edition 没有写版本；请写发布年份，如 edition=2016")
            elif parts[0] == FIGURES:
                figures[_figure(path)] = _word(value)
            elif parts[0] == READINGS and len(parts) == 2:
                readings[parts[1]] = _word(value)
            else:
                parameters[path] = value
        return cls(edition, readings, parameters, figures)

    def completed(self, edition: Source, period: Period) -> Overrides:
        """With whole paths and names, as the edition spells them. UsageError for what it does not have, with the nearest name."""
        names = _Names(edition, period)
        readings = {names.reading(name): choice for name, choice in self.readings.items()}
        readings = {name: names.choice(name, choice) for name, choice in readings.items()}
        parameters = {}
        for path, value in self.parameters.items():
            whole = names.path(path)
            if whole.startswith(f"{READINGS}.") and whole.count(".") == 1:
                name = whole.partition(".")[2]
                readings[name] = names.choice(name, _word(value))
            else:
                parameters[whole] = value
        return Overrides(self.edition, readings, parameters, self.figures)

    def as_dict(self) -> dict[str, Any]:
        """Path → value, in a fixed order: what a run records."""
        found: dict[str, Any] = {EDITION: self.edition} if self.edition else {}
        found |= {f"{READINGS}.{name}": choice for name, choice in sorted(self.readings.items())}
        found |= dict(sorted(self.parameters.items()))
        return found | {".".join((FIGURES, *(part for part in key if part))): text for key, text in sorted(self.figures.items())}


def _word(value: Any) -> str:
    """A text as it was written; nothing for a blank."""
    return "" if value is None else str(value)


def _figure(path: str) -> tuple[str, str, str]:
    parts = path.split(".")
    if len(parts) not in (3, 4) or not all(parts):
        raise UsageError(
            f"“{path}”不是数据的路径；应写成 values.考核对象.数据=数值，基期数再加所属期：values.宁波市.trade_total.2022=12000"
        )
    if len(parts) == 4:
        Period.parse(parts[3])
    return parts[1], parts[2], parts[3] if len(parts) == 4 else ""


class _Names:
    """The names of an edition by section, with their labels."""

    def __init__(self, edition: Source, period: Period) -> None:
        settled, _ = settle(edition, period)
        self._raw, self._period = edition.data, period
        self._blocks: dict[str, dict[str, Any]] = {}
        for section in _PARTS:
            raw = settled.data.get(section)
            blocks = raw.items() if isinstance(raw, dict) else ()
            self._blocks[section] = {str(key): block for key, block in blocks if section != READINGS or not absent(block, period)}

    def path(self, path: str) -> str:
        """A path with its section in front and the name instead of the label."""
        head, *rest = path.split(".")
        if head == EDITION or (head in _PARTS and rest):
            by_kind = head != EDITION and is_table(self._raw.get(head)) and rest[0] in self._raw[head]
            if head == EDITION or rest[0] == "*" or by_kind:
                return path
            return ".".join((head, self._name(head, rest[0], path), *rest[1:]))
        if head in ("units", "items"):
            raise UsageError(f"“{path}”：名单和清单不能用试算设定来改；请在数据文件的副本里改，再用 evalbook compare 与原来的运行比较")
        found = [(section, name) for section in _PARTS for name in self._called(section, head)]
        if len(found) == 1:
            return ".".join((*found[0], *rest))
        if found:
            listing = "、".join(".".join(one) for one in found)
            raise UsageError(f"参数路径“{path}”不止一种读法：{listing}；请写全")
        if head in (*_PARTS, FIGURES):
            raise UsageError(f"参数路径“{path}”没有写全；应写到名称和键，如 tree.指标.marks、assumptions.假设、values.考核对象.数据")
        known = [spelling for section in _PARTS for spelling in self._spellings(section)]
        raise UsageError(f"没有参数路径“{path}”：“{head}”不是任何一节或名称；{nearest(head, [*_PARTS, FIGURES, EDITION, *known])}")

    def _name(self, section: str, word: str, path: str) -> str:
        found = self._called(section, word)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"参数路径“{path}”：{section} 里叫“{word}”的有{'、'.join(found)}；请写代号")
        raise UsageError(f"没有参数路径“{path}”：{section} 里没有“{word}”；{nearest(word, self._spellings(section))}")

    def reading(self, word: str) -> str:
        """Name of an assumption."""
        return self._name(READINGS, word, f"{READINGS}.{word}")

    def choice(self, name: str, word: str) -> str:
        """Name of one of its readings, given as name or label."""
        readings = labels(self._blocks[READINGS][name], self._period)
        found = [key for key, label in readings.items() if word in (key, label)]
        if len(found) != 1:
            raise UsageError(f"假设“{name}”没有“{word}”这种读法；{nearest(word, readings)}")
        return found[0]

    def _called(self, section: str, word: str) -> list[str]:
        blocks = self._blocks[section]
        return [word] if word in blocks else [name for name, block in blocks.items() if word in set(_labels(block))]

    def _spellings(self, section: str) -> list[str]:
        return [spelling for name, block in self._blocks[section].items() for spelling in (name, *_labels(block))]


def _labels(block: Any) -> Iterator[str]:
    """Labels of a block; of a by-table those of what stands under its keys."""
    if isinstance(block, dict):
        if isinstance(block.get("label"), str):
            yield str(block["label"])
        for inner in block.values() if is_table(block) else ():
            yield from _labels(inner)


def tolerated(faults: list[Fault]) -> tuple[list[Fault], list[Fault]]:
    """(what still refuses, what is only told) of the faults of an edition that was changed on purpose."""
    told = [
        replace(fault, severity="finding", message=f"试算后{fault.message}", remedy="这是试算改动的结果；正式采用前须使其一致")
        for fault in faults
        if fault.code in TOLERATED
    ]
    return [fault for fault in faults if fault.severity == "error" and fault.code not in TOLERATED], told
