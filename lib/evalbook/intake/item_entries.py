"""Entries of the record about items of lists: which item and column an entry means, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import nearest
from ..scheme.tables import Quantity, TableSpec
from ..scoring.dataset import Item, ItemKey
from ..terms import CONFIRMED, RECOGNISED, STRUCK
from .items import ItemReader
from .reading import Reading, read_cell
from .remarks import Place, Remarks
from .text import key
from .uom import spelled

#: Joins what identifies an item beside its number, where that is more than one column.
JOINT = "；"
#: What an entry may say of an item as a whole.
WHOLE = (CONFIRMED, STRUCK, RECOGNISED)


def joined(which: ItemKey) -> str:
    """What identifies an item beside its number, as the record writes it.

    >>> joined(ItemKey("projects", "330100", "XM-1", ("省库",))), joined(ItemKey("events", "330100", "HD-1"))
    ('省库', '')
    """
    return JOINT.join(which.key)


class ItemEntryReader:
    """Resolves the rows of a record that are about items. ``text`` gives the cell of a column, ``place`` its place."""

    def __init__(self, items: ItemReader, remarks: Remarks) -> None:
        self.items, self.tables, self.remarks = items.items, items.tables, remarks
        self._labels, self._rows = items.roster.labels, items.roster.rows

    def target(self, text: Callable[[str], str], place: Callable[[str], Place], unit: str | None) -> tuple[ItemKey, str, TableSpec] | None:
        """The item, its column (blank: as a whole) and its list; None when they cannot be found (told)."""
        table = self._table(text("table"), place("table"))
        if table is None or unit is None:
            return None
        spec = self.tables[table]
        which = self.item(table, unit, text("item_id"), text("item_key"), place("item_id"))
        column = self._column(spec, text("indicator"), place("indicator"))
        return None if which is None or column is None else (which, column, spec)

    def _table(self, text: str, at: Place) -> str | None:
        found = next((name for name, spec in self.tables.items() if key(text) in (key(name), key(spec.label))), None)
        if found is None:
            known = [word for name, spec in self.tables.items() for word in (name, spec.label)]
            message = "没有这个清单" if text else "写了项目编号，没有写清单"
            self.remarks.error("entry.table", message, nearest(text, known) if known else "请核对办法", at, text)
        return found

    def item(self, table: str, unit: str, number: str, identity: str, at: Place) -> ItemKey | None:
        """The item of a unit that a number, and what identifies it beside that, mean; None when there is no one such item (told)."""
        label, who = self.tables[table].label, self._labels[self._rows[unit]]
        same = [which for which in self.items if which.table == table and which.item_id == number]
        own = [which for which in same if which.unit_code == unit and identity in ("", joined(which))]
        if len(own) == 1:
            return own[0]
        if own:
            listing = "、".join(joined(which) for which in own)
            self.remarks.error(
                "entry.which_item", f"“{who}”的{label}“{number}”有{len(own)}行", f"请在项目识别一栏写明是哪一行：{listing}", at
            )
        elif any(which.unit_code == unit for which in same):
            known = [joined(which) for which in same if which.unit_code == unit]
            self.remarks.error("entry.item", f"“{who}”的{label}“{number}”没有这一行", nearest(identity, known), at, identity)
        elif same:
            whose = "、".join(dict.fromkeys(self._labels[self._rows[which.unit_code]] for which in same))
            self.remarks.error(
                "entry.other_unit", f"{label}“{number}”是“{whose}”的项目，不是“{who}”的", "请核对考核对象和项目编号", at, number
            )
        else:
            known = [which.item_id for which in self.items if which.table == table]
            own_known = [which.item_id for which in self.items if which.table == table and which.unit_code == unit]
            remedy = nearest(number, own_known or known) if known else "该清单没有任何项目"
            self.remarks.error("entry.item", f"{label}中没有这个项目编号" if number else "没有写项目编号", remedy, at, number)
        return None

    def _column(self, spec: TableSpec, text: str, at: Place) -> str | None:
        if not text:
            return ""
        columns = spec.columns.items()
        found = next((name for name, quantity in columns if key(text) in (key(name), key(quantity.label))), None)
        if found is None:
            known = [word for name in spec.judged for word in (name, spec.columns[name].label)]
            self.remarks.error("entry.column", f"清单“{spec.label}”没有这一列", nearest(text, known) if known else "请留空", at, text)
        elif found not in spec.judged:
            message = f"“{spec.columns[found].label}”标明是哪一个项目，不能核定为别的值"
            self.remarks.error("entry.key_column", message, "请整项不予认定，另行补报", at, text)
            return None
        return found

    def value(self, spec: TableSpec, column: str, text: str, uom: str, at: Place) -> Reading | None:
        """What an entry says: the value of a column, or one of the words about the whole item."""
        if column:
            return read_cell(text, optional(spec.columns[column]), at, self.remarks, spelled(uom) or spec.columns[column].uom)
        return read_whole(text, at, self.remarks)


def read_whole(text: str, at: Place, remarks: Remarks) -> Reading | None:
    """One of the words that an entry may say of an item as a whole; None when it is none (told)."""
    word = next((word for word in WHOLE if key(text) == key(word)), None)
    if word is None:
        message = "没有写整个项目是否认定" if not text else "整个项目只能写是否认定；要核定某一列的值，请在指标一栏写明列名"
        remarks.error("entry.whole", message, f"应为{'、'.join(WHOLE)}", at, text)
        return None
    return Reading(word)


def optional(quantity: Quantity) -> Quantity:
    """The same column, of which somebody who verifies may say that there is nothing: only the filing has to fill it in."""
    return quantity.model_copy(update={"required": False}) if quantity.required else quantity


def name_of(spec: TableSpec, which: ItemKey, item: Item, column: str) -> str:
    """An entry's target in words: the list, the item and what of it."""
    beside = "，".join((which.item_id, *which.key))
    return f"{spec.label}“{item.label or which.item_id}”（{beside}）{spec.columns[column].label if column else '认定'}"
