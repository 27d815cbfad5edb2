"""What a verification sheet for the items of a list looks like: its tab and its columns, as written and as read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..scheme.tables import TableSpec
from ..terms import HEADINGS
from .answers import SIGNED
from .sheet import Heading
from .text import key

#: What says which item it is; all of them but the name are needed to read a sheet.
WHICH = {name: HEADINGS[name] for name in ("unit_code", "unit_name", "item_id", "item_name")}
#: What is told beside the columns of the list.
TOLD = {"current": "现用", "evidence_id": "填报佐证"}
#: Whether the item is recognised.
VERDICT = {"verdict": "认定"}
#: Names of columns: ``filed_size`` is what was filed of the column ``size``, ``set_size`` what it is verified to be.
FILED, SET = "filed_", "set_"
#: What stands before the label of a column that is to be filled in, by stage.
STAGE_WORDS = {"verified": "核定", "spot_check": "抽查"}
_TAB_LENGTH = 31
_NOT_IN_A_TAB = "[]:*?/\\'"


def list_tabs(tables: Mapping[str, TableSpec]) -> dict[str, str]:
    """List → name of its tab: its label, as far as a spreadsheet takes it; its own name where two would be the same.

    >>> list_tabs({"events": TableSpec(label="活动", belongs_to="units"), "units": TableSpec(label="对象")})
    {'events': '清单 活动'}
    """
    found: dict[str, str] = {}
    for name, spec in tables.items():
        if spec.belongs_to:
            tab = f"清单 {''.join(c for c in spec.label if c not in _NOT_IN_A_TAB)}"[:_TAB_LENGTH]
            found[name] = f"清单 {name}"[:_TAB_LENGTH] if key(tab) in map(key, found.values()) else tab
    return found


def titles(spec: TableSpec) -> dict[str, str]:
    """Column → label with its uom; with its name where two columns of the list are called the same."""
    labels = {name: quantity.label + (f"（{quantity.uom}）" if quantity.uom else "") for name, quantity in spec.columns.items()}
    spelled = [key(label) for label in labels.values()]
    return {name: label if spelled.count(key(label)) == 1 else f"{label} {name}" for name, label in labels.items()}


def headings_of(spec: TableSpec) -> list[Heading]:
    """Every column that a sheet of the list may have, whichever the department and stage."""
    fixed = [Heading(name, label) for name, label in (WHICH | TOLD | VERDICT | SIGNED).items()]
    filed = [Heading(FILED + name, f"填报：{title}") for name, title in titles(spec).items()]
    asked = [Heading(SET + name, f"{word}：{title}") for name, title in titles(spec).items() for word in STAGE_WORDS.values()]
    return [*fixed, *filed, *asked]


def required_of(spec: TableSpec, own: Sequence[str]) -> list[str]:
    """The columns without which a sheet cannot be read; ``own`` are those that its department verifies."""
    which = [name for name in WHICH if name != "item_name"]
    return [*which, *(FILED + name for name in spec.columns), *VERDICT, *(SET + name for name in own), *SIGNED]


def own_columns(departments: Mapping[str, tuple[str, ...]], department: str) -> tuple[str, ...] | None:
    """The columns of a list that a department verifies; None where it has nothing to do with the list.

    >>> [own_columns(columns, "甲局") for columns in ({"size": ("甲局",), "output": ("乙局",)}, {"": ("甲局",)}, {})]
    [('size',), (), None]
    """
    found = [name for name, names in departments.items() if department in names]
    return tuple(name for name in found if name) if found else None
