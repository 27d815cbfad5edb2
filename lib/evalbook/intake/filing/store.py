"""Keeps collections: each a folder written once, chained by hash to the one before; then the period's files become what it says.

``_collected/<n>/`` holds ``record.json``, ``returned/`` (the files from which something was taken), ``before/`` and ``after/`` (the
period's files that it changed). A stop between the folder and the files is mended by the next collection: ``after/`` is all it needs.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...durable import Lock, flush_tree, remove_tree, rename
from ...errors import Fault, Refused
from ...safe import write_bytes
from ...terms import HEADINGS
from ..trail import COLUMNS
from .collection import Collection
from .period_rows import PeriodRows

FOLDER, RECORD = "_collected", "record.json"
_NUMBER = re.compile(r"[0-9]{3,}")
_STAGING = ".staging-"
#: What a row of the period's files is of.
_IDENTITY = ("table", "item_id", "unit_code", "indicator", "period", "calibre", "stage", "sheet", "cell")


class Store:
    """The collections of one period's folder. Use as a context: only one collects at a time."""

    def __init__(self, folder: Path, shown: str) -> None:
        self.folder, self.shown, self.place = folder, shown, folder / FOLDER
        self._lock = Lock(self.place / ".lock")

    def __enter__(self) -> Store:
        if not self._lock.acquire(timeout=2):
            raise Refused([Fault("collect.busy", "另有一次收集正在进行", "请等它结束后再试", file=f"{self.shown}/{FOLDER}")])
        for left in self.place.glob(f"{_STAGING}*"):
            remove_tree(left)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release(remove=True)
        if not any(self.place.iterdir()):
            self.place.rmdir()

    def numbers(self) -> list[str]:
        """Numbers of the collections there are."""
        return sorted((path.name for path in self.place.iterdir() if _NUMBER.fullmatch(path.name)), key=int) if self.place.is_dir() else []

    def last(self) -> tuple[str, dict[str, Any]] | None:
        """Number and record of the last collection."""
        numbers = self.numbers()
        return (numbers[-1], json.loads((self.place / numbers[-1] / RECORD).read_text("utf-8"))) if numbers else None

    def filed(self) -> frozenset[str]:
        """Everybody who filed in any collection."""
        records = (json.loads((self.place / number / RECORD).read_text("utf-8")) for number in self.numbers())
        return frozenset(key for record in records for key in record["filed"])

    def mend(self) -> None:
        """Finish a collection that was stopped after its folder was written; refuse rows that were collected and then edited by hand."""
        last = self.last()
        if last is None:
            return
        number, record = last
        faults: list[Fault] = []
        for name, after in record["after"].items():
            now = _hash(self.folder / name)
            if now == record["before"].get(name, "") and now != after:
                write_bytes(self.folder / name, (self.place / number / "after" / name).read_bytes())
            elif now != after:
                faults += self._edited(name, number)
        if faults:
            raise Refused(faults, "收集来的数据被改动过，未收集")

    def _edited(self, name: str, number: str) -> list[Fault]:
        """Rows with a place in a returned file that are no longer what was collected."""
        if not (self.folder / name).is_file():
            return []
        then = _collected_rows((self.place / number / "after" / name).read_bytes())
        now = _collected_rows((self.folder / name).read_bytes())
        remedy = f"填报值要改的请由单位改报，或写成核定值；改回第{number}次收集的值即可（见 {FOLDER}/{number}/after/{name}）"
        return [
            Fault(
                "collect.edited", "收集来的一行被手工改动或删去", remedy, file=f"{self.shown}/{name}", value=" ".join(filter(None, which))
            )
            for which, texts in then.items()
            if {column: now.get(which, {}).get(column, "") for column in texts} != texts
        ]

    def write(self, found: Collection, rows: PeriodRows, source: Path) -> str:
        """Keep a collection and bring the period's files up to it; returns its number, blank where there is nothing to take."""
        if not (found.taken or found.rows or found.evidence):
            return ""
        last = self.last()
        number = f"{int(last[0]) + 1 if last else 1:03d}"
        place = f"{FOLDER}/{number}/returned"
        figures = {which: (claim, f"{place}/{one.name}", one.sha256) for which, (claim, one) in found.taken.items()}
        lists = {pair: (filed, f"{place}/{one.name}", one.sha256) for pair, (filed, one) in found.rows.items()}
        after = rows.take(figures, lists, [record for record, _ in found.evidence.values()])
        before = {name: (self.folder / name).read_bytes() for name in after if (self.folder / name).is_file()}
        used = {one.name for _, one in (*found.taken.values(), *found.rows.values(), *found.evidence.values())}
        stage = self.place / f"{_STAGING}{os.getpid()}"
        try:
            for name in sorted(used):
                write_bytes(stage / "returned" / name, (source / name).read_bytes())
            for kind, files in (("before", before), ("after", after)):
                for name, data in files.items():
                    write_bytes(stage / kind / name, data)
            record = _record(found, number, last[0] if last else "", self.place, before, after, used)
            write_bytes(stage / RECORD, (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
            flush_tree(stage)
            rename(stage, self.place / number)
        finally:
            remove_tree(stage)
        for name, data in after.items():
            write_bytes(self.folder / name, data)
        return number


def _record(
    found: Collection, number: str, previous: str, place: Path, before: Mapping[str, bytes], after: Mapping[str, bytes], used: set[str]
) -> dict[str, Any]:
    """What a collection did, for people and programs."""
    approval, scheme = found.approval, found.office.scheme
    return {
        "number": number,
        "scheme": scheme.id,
        "period": str(scheme.period),
        "edition": scheme.edition_file,
        "date": approval.day.isoformat(),
        "by": approval.by,
        "reason": approval.reason,
        "approved_by": approval.approved_by,
        "accepted": list(approval.accept),
        "previous": _hash(place / previous / RECORD) if previous else "",
        "files": [
            {
                "name": one.name,
                "sha256": one.sha256,
                "bytes": one.size,
                "kind": one.kind,
                "filer": one.filer.key if one.filer else "",
                "taken": one.name in used,
                "signed": one.signed,
                "faults": [str(fault) for fault in one.faults],
                "notes": [str(note) for note in one.notes],
            }
            for one in found.files
        ],
        "changes": [asdict(change) for change in found.changes],
        "held": [asdict(change) for change in found.held],
        "conflicts": [str(fault) for fault in found.conflicts],
        "filed": sorted(found.filed),
        "not_filed": [filer.key for filer in found.not_filed],
        "before": {name: hashlib.sha256(data).hexdigest() for name, data in before.items()},
        "after": {name: hashlib.sha256(data).hexdigest() for name, data in after.items()},
    }


def _hash(path: Path) -> str:
    """sha256 of a file, blank where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _collected_rows(data: bytes) -> dict[tuple[str, ...], dict[str, str]]:
    """Rows that carry a place in a returned file: what they are → what they say, both by name of column, in whatever order they stand.

    Source, person, date and note are no part of it: they may be completed by hand.
    """
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig", errors="replace"), newline="")))
    english = {label: name for name, label in HEADINGS.items()}
    header = [english.get(name, name) for name in rows[0]] if rows else []
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for cells in rows[1:]:
        texts = {name: text for name, text in zip(header, cells, strict=False) if text and name not in COLUMNS}
        if texts.get("sha256") and texts.get("cell"):  # a material has a hash too, and no cell
            found[tuple(texts.get(name, "") for name in _IDENTITY)] = texts
    return found
