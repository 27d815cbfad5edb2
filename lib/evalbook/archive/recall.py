"""Recall (追溯): archived runs that a known defect may have touched, computed anew with the present library: whose result would differ?

Only what decides something is compared: points, places, awards and money, as the archived tables state them. No kernel is needed;
the archive is read and never changed. Who finds a difference corrects the year by a new final run and a new version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EvalbookError, Refused, visible
from ..run.environment import PrivateFolder
from ..terms import HEADINGS
from ..workbook import Workbook
from . import library
from .bag_check import check_bag
from .chain import entries
from .content import BagContent
from .defects import LIST, Defect, known_ids, parts_of
from .replay import restore

__all__ = ["Effect", "Finding", "recall"]

Progress = Callable[[str], None]
Rows = dict[tuple[str, ...], dict[str, str]]
#: Tables that say how a result is made, not what it is.
_BESIDE = ("figures.csv", "assumptions.csv", "calibres.csv", "exemptions.csv", "participation.csv")


@dataclass(frozen=True)
class Effect:
    """One thing that would differ: whose, in which table and column, as archived and as computed now."""

    unit: str
    table: str
    column: str
    was: str
    now: str

    @property
    def kind(self) -> str:
        """得分, 名次 or 奖惩."""
        if self.table.startswith(("outcome_", "items_", "payments", "accounts")):
            return "奖惩"
        return "名次" if self.column.endswith(HEADINGS["rank"]) else "得分"

    def __str__(self) -> str:
        return visible(f"{self.kind} {self.unit} {self.column}（{self.table}）：{self.was or '（空）'} → {self.now or '（空）'}")


@dataclass(frozen=True)
class Finding:
    """An archived run that may be affected; ``effects`` are empty when the result is the same, ``stopped`` says why none is known."""

    folder: str
    title: str
    defects: tuple[Defect, ...]
    effects: tuple[Effect, ...]
    stopped: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for ``--json``."""
        effects = [{**vars(effect), "kind": effect.kind} for effect in self.effects]
        return {
            "bag": self.folder,
            "title": self.title,
            "defects": [d.id for d in self.defects],
            "effects": effects,
            "stopped": self.stopped,
        }


def recall(archive: Path, defects: list[Defect], *, everything: bool = False, progress: Progress = lambda _text: None) -> Iterator[Finding]:
    """Findings for the newest version of each archived period.

    Parameters
    ----------
    everything
        Compute each archived run anew, whether or not the list points to it.
    """
    newest = {(entry.scheme, entry.period): entry for entry in entries(archive)}
    for entry in newest.values():
        progress(f"追溯：{entry.folder}")
        finding = _one(archive / entry.folder, entry.folder, defects, everything)
        if finding is not None:
            yield finding


def _one(bag: Path, folder: str, defects: list[Defect], everything: bool) -> Finding | None:
    checked = check_bag(bag, folder)
    content = BagContent(checked, folder)
    faults = [*checked.faults, *(content.check() if checked.files else ())]
    title = str(content.manifest.get("title", folder))
    if faults:
        return Finding(folder, title, (), (), f"档案包有问题，没有追溯：{faults[0]}")
    known = known_ids(library.read_wheel(content.data / content.wheel(), LIST, checked.files[content.wheel()]).entry)
    with PrivateFolder() as private:
        run = restore(content, private.folder)
        parts = parts_of(run / "inputs" / "params")
        touching = tuple(defect for defect in defects if defect.may_touch(content.manifest, parts, known))
        if not touching and not everything:
            return None
        try:
            effects = tuple(_effects(run, content, private.folder / "now"))
        except Refused as refused:
            return Finding(folder, title, touching, (), f"现在的程序不接受当时的参数或数据：{refused.faults[0]}")
        except EvalbookError as error:
            return Finding(folder, title, touching, (), f"没有算成：{error}")
    return Finding(folder, title, touching, effects)


def _effects(run: Path, content: BagContent, place: Path) -> Iterator[Effect]:
    """What the present library makes of the run's inputs, held against the archived tables."""
    from ..present.tables import published_tables
    from ..publish.tables import write_tables

    manifest = content.manifest
    prepared = Workbook(run / "inputs").prepare(manifest["scheme"], manifest["period"], overrides=manifest.get("overrides") or None)
    write_tables(place, published_tables(prepared))
    names = {path.name for folder in (run / "tables", place) for path in folder.glob("*.csv")}
    for name in sorted(names - set(_BESIDE), key=lambda name: (name != "totals.csv", name)):
        yield from _compared(name.removesuffix(".csv"), _rows(run / "tables" / name), _rows(place / name))


def _rows(path: Path) -> Rows:
    """Rows by what names them: the unit, and, where it has several rows, the texts that tell them apart."""
    if not path.is_file():
        return {}
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    names = [HEADINGS["unit_name"], HEADINGS["indicator"], HEADINGS["item_id"], "名称", "奖惩项目", "用途"]
    found: Rows = {}
    for row in rows:
        key = tuple(row[name] for name in names if row.get(name))
        number = 1
        while (*key, str(number)) in found:
            number += 1
        found[(*key, str(number))] = row
    return found


def _compared(table: str, was: Rows, now: Rows) -> Iterator[Effect]:
    for key in [*was, *(key for key in now if key not in was)]:
        before, after = was.get(key), now.get(key)
        unit = (before or after or {}).get(HEADINGS["unit_name"]) or " ".join(key[:-1])
        if before is None or after is None:
            yield Effect(unit, table, "整行", "有" if before else "没有", "有" if after else "没有")
            continue
        for column in [*before, *(column for column in after if column not in before)]:
            if before.get(column) != after.get(column):
                yield Effect(unit, table, column, before.get(column) or "", after.get(column) or "")
