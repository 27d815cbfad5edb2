"""Which clause of which document is carried by what: ``docs/clauses.csv``, read, checked and told per scheme.

Each row is one numbered paragraph. ``carried_by`` lists what carries it, separated by ``;``: a place in an edition
(``zhejiang_city:tree.trade_increment``), a section of a report (``section:awards``), a command (``command:run``), or ``outside`` with the
reason in ``remark``. ``kind`` names the kinds at work and ``case`` the cases and tests that were worked by hand.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import Fault, Refused, nearest
from ..kinds.aggregates import AGGREGATES
from ..kinds.base import Kind
from ..kinds.fields import MEASURES
from ..kinds.outcomes import OUTCOMES
from ..kinds.rules import RULES
from .scheme import edition_sources, scheme_ids

FILE = "docs/clauses.csv"
COLUMNS = ("document", "clause", "summary", "carried_by", "kind", "case", "remark")
OUTSIDE = "outside"
_SECTION = re.compile(r"\bpresent\.([a-z_]+)\(")


@dataclass(frozen=True)
class Clause:
    """One numbered paragraph of a document and what carries it; ``row`` is its line in the file."""

    document: str
    clause: str
    summary: str
    carried_by: tuple[str, ...]
    kinds: tuple[str, ...]
    cases: tuple[str, ...]
    remark: str
    row: int

    @property
    def outside(self) -> bool:
        """Whether nothing in the software carries it."""
        return self.carried_by == (OUTSIDE,)

    @property
    def schemes(self) -> frozenset[str]:
        """Schemes that carry a part of it."""
        return frozenset(ref.partition(":")[0] for ref in self.carried_by if ref != OUTSIDE) - {"section", "command"}


def read_clauses(path: Path, shown: str = FILE) -> list[Clause]:
    """Rows of the file, in its order. Refused when it is not the table described above."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise Refused([Fault("coverage.columns", "列名应为 " + "、".join(COLUMNS), "请恢复表头", file=shown, row=1)])
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(
            [Fault("coverage.unreadable", "条款对照表无法读取", "请保存为 UTF-8 的 csv 文件", file=shown, value=str(error))]
        ) from None
    return [_clause(line, row) for line, row in rows]


def _clause(line: int, row: Mapping[str, Any]) -> Clause:
    parts = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    several = {name: tuple(p.strip() for p in parts[name].split(";") if p.strip()) for name in ("carried_by", "kind", "case")}
    return Clause(
        parts["document"], parts["clause"], parts["summary"], several["carried_by"], several["kind"], several["case"], parts["remark"], line
    )


def documents_of(clauses: list[Clause], scheme: str) -> list[Clause]:
    """Every clause of the documents that a scheme carries a part of, in order."""
    documents = {clause.document for clause in clauses if scheme in clause.schemes}
    return [clause for clause in clauses if clause.document in documents]


def check_coverage(root: Path, clauses: list[Clause], commands: frozenset[str]) -> list[Fault]:
    """Entries that point nowhere, say nothing or say it twice. ``commands`` are those of the command line."""
    known = _Known(root, commands)
    faults: list[Fault] = []
    seen: dict[tuple[str, str], int] = {}
    for clause in clauses:
        faults += [
            Fault(code, message, remedy, file=FILE, row=clause.row, column=column, value=value)
            for code, message, remedy, column, value in _faults(clause, known, seen)
        ]
        seen.setdefault((clause.document, clause.clause), clause.row)
    return faults


def _faults(clause: Clause, known: _Known, seen: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, str, str, str, str]]:
    first = seen.get((clause.document, clause.clause))
    if first is not None:
        yield "coverage.twice", f"条款“{clause.clause}”已在第{first}行列出", "请合并为一行", "clause", ""
    for column in ("document", "clause", "summary"):
        if not getattr(clause, column):
            yield "coverage.blank", "不能为空", "请填写", column, ""
    if not clause.carried_by:
        yield "coverage.nothing", "没有写明由什么承载", "请写明，或写 outside 并在 remark 说明理由", "carried_by", ""
    if OUTSIDE in clause.carried_by and (len(clause.carried_by) > 1 or not clause.remark):
        yield "coverage.outside", "软件之外的条款应单独写 outside 并说明理由", "请补 remark，或删去 outside", "carried_by", ""
    for ref in clause.carried_by:
        if ref != OUTSIDE and (told := known.lacks(ref)):
            yield "coverage.nowhere", "所指不存在", told, "carried_by", ref
    for kind in clause.kinds:
        if kind not in known.kinds:
            yield "coverage.kind", "没有这种口径、规则或结果运用", nearest(kind, known.kinds), "kind", kind


class _Known:
    """Everything an entry may point at."""

    def __init__(self, root: Path, commands: frozenset[str]) -> None:
        self.commands = commands
        rooms: list[dict[str, type[Kind]]] = [MEASURES, RULES, AGGREGATES, OUTCOMES]
        # Rankings and periods are sections of an edition rather than kinds of a room.
        self.kinds = frozenset(name for room in rooms for name in room) | {"ranking", "periods"}
        self.editions = {name: [source.data for source in edition_sources(root, name)] for name in scheme_ids(root)}
        self.sections = {name for path in (root / "notebooks").glob("*.ipynb") for name in _sections(path)}

    def lacks(self, ref: str) -> str:
        """What to do about a reference that points nowhere; empty when it points somewhere."""
        place, _, name = ref.partition(":")
        if place == "section":
            return "" if name in self.sections else nearest(name, self.sections)
        if place == "command":
            return "" if name in self.commands else nearest(name, self.commands)
        if place not in self.editions:
            return nearest(place, [*self.editions, "section", "command"])
        if any(_reaches(data, name.split(".")) for data in self.editions[place]):
            return ""
        section = name.partition(".")[0]
        return nearest(name, [f"{section}.{key}" for data in self.editions[place] for key in data.get(section) or {}])


def _reaches(data: Any, path: list[str]) -> bool:
    for part in path:
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _sections(path: Path) -> set[str]:
    """Functions of the present room that a notebook calls."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return {name for cell in cells if cell["cell_type"] == "code" for name in _SECTION.findall("".join(cell["source"]))}
