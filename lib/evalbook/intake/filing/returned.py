"""What one returned file says, whatever its state: figures, rows of lists, evidence, who signed, and every fault it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import Fault
from ...scoring.dataset import Cell
from .filers import Field, Filer

#: What a file turned out to be.
FORM, TABLE, REFUSED = "form", "table", "refused"


@dataclass(frozen=True)
class Claim:
    """One figure as filed: the field, the value read with the text it was read from, and the cell it stood in."""

    field: Field
    cell: Cell
    sheet: str
    at: str

    @property
    def same(self) -> object:
        """What makes two claims equal: the value, and whether there is one."""
        return self.cell.value, self.cell.value is None and self.cell.raw.strip() != ""


@dataclass(frozen=True)
class Row:
    """One row of a list as filed: unit (row of the roster), texts by column, and the first cell of the row."""

    table: str
    unit: int
    texts: Mapping[str, str]
    sheet: str
    at: str

    @property
    def same(self) -> tuple[tuple[str, str], ...]:
        """What makes two rows equal: their texts."""
        return tuple(sorted((name, text) for name, text in self.texts.items() if text))


@dataclass
class Returned:
    """One file that came back."""

    name: str
    sha256: str
    size: int
    kind: str = REFUSED
    filer: Filer | None = None
    claims: list[Claim] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    evidence: list[dict[str, str]] = field(default_factory=list)
    value_column: str = ""
    signed: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether anything of it may be taken: one fault refuses the whole file."""
        return not self.faults and self.kind != REFUSED

    @property
    def blank(self) -> bool:
        """Whether nobody filled it in."""
        return not any(claim.cell.raw.strip() for claim in self.claims) and not any(self.rows.values())

    @property
    def by(self) -> str:
        """Who filed it, as the trail names them."""
        who = self.filer.label if self.filer is not None else ""
        return f"{who} {self.signed.get('填报人', '')}".strip()
