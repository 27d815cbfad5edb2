"""The pages of a verification sheet with the items of lists: one page a list, one line an item, all columns of the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..analysis.verification import ItemLine
from ..exact import Exact
from ..intake.answers import display
from ..intake.item_sheet import FILED, SET, TOLD, VERDICT, WHICH, titles
from ..intake.item_sheet import STAGE_WORDS as ASKED_WORDS
from ..scheme.tables import Quantity, TableSpec
from ..scoring.dataset import Item
from ..terms import CHANGED, CONFIRMED, REASONS, STAGES, STRUCK, State
from .sheet_page import STAGE_WORDS, Page, width

if TYPE_CHECKING:
    from ..workbook import Prepared

_WIDTHS = {"unit_code": 9, "unit_name": 10, "item_id": 16, "item_name": 17, "current": 16, "evidence_id": 12, "verdict": 8}
#: Both columns of a quantity, as filed and as verified, by its type.
_BY_TYPE = {"yes_no": 7, "integer": 8, "number": 9, "date": 10, "text": 11}
_SIGNED = {"reason": 13, "note": 15, "by": 7, "date": 10, "given": 9}
_A3, _MOST_ON_A4 = 8, 190
#: Excel takes no more characters of a list that stands in a cell's rule itself.
_MOST_TYPED = 255


def write_items(
    book: Any, page: Any, prepared: Prepared, table: str, own: Sequence[str], department: str, stage: str, lines: Sequence[ItemLine]
) -> None:
    """Write one page; ``own`` are the columns that the department verifies."""
    from ..intake.answers import SIGNED

    spec, word = prepared.definition.tables[table], STAGE_WORDS[stage]
    labels = WHICH | {FILED + name: f"填报：{title}" for name, title in titles(spec).items()} | TOLD | VERDICT | SIGNED
    labels |= {SET + name: f"{ASKED_WORDS[stage]}：{titles(spec)[name]}" for name in own}
    asked = (*VERDICT, *(SET + name for name in own), *SIGNED)
    given = [_given(spec, line) for line in lines]
    told = [name for name in TOLD if any(one[name][1] for one in given)]
    columns = [*WHICH, *(FILED + name for name in spec.columns), *told, *asked]
    by_type = {part + name: _BY_TYPE[quantity.type] for name, quantity in spec.columns.items() for part in (FILED, SET)}
    widths = _WIDTHS | by_type | _SIGNED
    written = Page(book, page, columns, asked)
    written.head(
        f"{prepared.title}　{spec.label}{word}表（{department}）",
        f"共{len(lines)}个项目。全部与填报一致的，认定填“{CONFIRMED}”；有不一致的填“{CHANGED}”并填核定的值、选原因；"
        f"不能计入的填“{STRUCK}”并选原因；尚未{word}的整行留空。",
        labels,
        widths,
    )
    page.set_row(2, 56)
    forms = {SET + name: "@" if spec.columns[name].type in ("text", "yes_no") else _form(spec.columns[name]) for name in own}
    for number, one in enumerate(given):
        if any(width(one[name][1]) > widths[name] for name in columns if name in one):
            page.set_row(number + 3, 28)
        written.line(number, one, forms)
    count = len(lines)
    written.choices(count, "verdict", [CONFIRMED, CHANGED, STRUCK], "认定", f"请填{CONFIRMED}、{CHANGED}或{STRUCK}")
    for name in own:
        words = _words(spec.columns[name])
        if words:
            written.choices(count, SET + name, words, titles(spec)[name], "请从列表中选择")
    written.choices(count, "reason", f"='原因代码'!$A$1:$A${len(REASONS)}", "原因代码", "请从列表中选择原因")
    written.hint(count, "date", "日期", "如 2024-03-10")
    written.hint(count, "given", "佐证编号", "已登记的编号，多个用“、”分隔")
    written.finish(count, len(WHICH))
    if sum(widths[name] for name in columns) > _MOST_ON_A4:
        page.set_paper(_A3)


def _given(spec: TableSpec, line: ItemLine) -> dict[str, tuple[Any, str]]:
    """What stands in the locked cells of a line, as value and text."""
    item = line.item
    which = {"unit_code": line.which.unit_code, "unit_name": line.unit_name, "item_id": line.which.item_id, "item_name": item.label}
    found: dict[str, tuple[Any, str]] = {name: (text, text) for name, text in which.items()}
    for name, quantity in spec.columns.items():
        value, state = item.filed[name]
        blank = state.label if state == State.NOT_APPLICABLE else "缺失"
        found[FILED + name] = value, blank if value is None else display(value, quantity)
    now = _current(spec, item)
    return found | {"current": (now, now), "evidence_id": (item.row.evidence_id, item.row.evidence_id)}


def _current(spec: TableSpec, item: Item) -> str:
    """What was made of an item before this sheet; blank where it stands as filed."""
    if not item.entries:
        return ""
    if item.struck:
        return f"{STRUCK}（{STAGES[item.whole.used.stage]}）"
    values = [f"{spec.columns[name].label} {_used(item, name, spec.columns[name])}" for name in item.changed]
    return "；".join(values) or (CONFIRMED if item.verified else "")


def _used(item: Item, name: str, quantity: Quantity) -> str:
    value, state = item.used(name)
    return state.label if value is None else display(value, quantity) + (quantity.uom if isinstance(value, Exact) else "")


def _form(quantity: Quantity) -> str:
    return "yyyy-mm-dd" if quantity.type == "date" else "General"


def _words(quantity: Quantity) -> list[str]:
    """The answers that a column allows, where it has few."""
    words = ["是", "否"] if quantity.type == "yes_no" else quantity.values
    return words if len(",".join(words)) <= _MOST_TYPED and not any("," in word for word in words) else []
