"""Items of lists in 数据与核实: how far they were verified, which were changed or struck out, and every value that was replaced."""

from __future__ import annotations

from ..analysis.explain import value_text
from ..analysis.verification import ItemChange, difference, item_changes, list_departments, list_differences
from ..intake.item_entries import name_of
from ..scheme.tables import TableSpec
from ..scoring.dataset import Appeal, Cell, ItemKey
from ..scoring.evaluation import Evaluation, shown
from ..terms import HEADINGS, REASONS, STAGES
from .html import Column, Html, paragraph, table
from .outcomes import signed

_UNIT = Column(HEADINGS["unit_name"])


def item_states(evaluation: Evaluation) -> Html:
    """How many items of each list were verified; what is not verified by anybody is said."""
    found = list_differences(evaluation)
    if not found:
        return Html("")
    wanted = list_departments(evaluation.scheme)
    open_items = {name: one.items - one.verified if name in wanted else 0 for name, one in found.items()}
    rows = [
        [
            evaluation.scheme.tables[name].label,
            one.items,
            one.verified,
            open_items[name],
            one.changed or None,
            one.struck or None,
            one.synthetic,
        ]
        for name, one in found.items()
    ]
    heads = ("项目", "已核实", "未核实", "核实有调整", "不予认定", "模拟")
    columns = [Column(HEADINGS["table"]), *(Column(h, "number", optional=h in ("核实有调整", "不予认定")) for h in heads)]
    total, left = sum(one.items for one in found.values()), sum(open_items.values())
    lead = f"须核实的清单共有{total}个项目，" + (f"其中{left}个未经核实。" if left else "全部经过核实或抽查。")
    return paragraph(lead) + table(columns, rows, caption="清单项目与核实状态")


def item_adjustments(evaluation: Evaluation) -> Html:
    """Every item that is not recognised and every column whose used value is not the one filed: who, when, why."""
    rows = [_row(evaluation, change) for change in item_changes(evaluation)]
    if not rows:
        return Html("")
    columns = [
        _UNIT,
        Column(HEADINGS["table"]),
        Column("项目"),
        Column("栏目"),
        *(Column(word, "right", optional=True) for word in STAGES.values()),
        Column("核减（增）", "right", optional=True),
        Column("单位", optional=True),
        Column("原因", optional=True),
        Column("部门", optional=True),
        Column("经办"),
        Column("日期"),
        Column("说明", "long", optional=True),
    ]
    return table(columns, rows, caption=f"清单项目核实差异（{len(rows)}处；不予认定的不计分）", wide=True)


def _row(evaluation: Evaluation, change: ItemChange) -> list[str]:
    spec, used = evaluation.scheme.tables[change.which.table], change.figure.used
    amount = difference(change.figure.stage("reported"), used) if change.column else None
    numbers = change.column and spec.columns[change.column].type in ("number", "integer")
    return [
        change.unit_name,
        spec.label,
        item_label(change.item.label, change.which),
        spec.columns[change.column].label if change.column else "认定",
        *(_stage(spec, change, stage) for stage in STAGES),
        signed(shown(amount)) if amount is not None and numbers else "",
        spec.columns[change.column].uom if change.column else "",
        REASONS.get(used.reason, ""),
        used.department,
        used.by,
        used.date,
        used.note,
    ]


def _stage(spec: TableSpec, change: ItemChange, stage: str) -> str:
    cell = change.figure.stage(stage)
    return "" if cell is None or (stage == "reported" and not change.column) else cell_text(spec, change.column, cell)


def cell_text(spec: TableSpec, column: str, cell: Cell) -> str:
    """What a cell says of a column, or (blank) of the item as a whole."""
    return value_text(spec.columns[column].type if column else "text", cell)


def item_label(label: str, which: ItemKey) -> str:
    """An item as a reader finds it again: name, number, what tells it from others of the same number.

    >>> item_label("甲项目", ItemKey("projects", "1", "XM-1", ("省库",))), item_label("", ItemKey("projects", "1", "XM-1"))
    ('甲项目（XM-1，省库）', 'XM-1')
    """
    beside = [*([which.item_id] if label else []), *which.key]
    return f"{label or which.item_id}（{'，'.join(beside)}）" if beside else which.item_id


def item_trails(evaluation: Evaluation) -> list[list[str]]:
    """Rows of values that a later entry of their stage took the place of, with those that stand: as the trails of figures."""
    rows = []
    for which, item in evaluation.dataset.items.items():
        spec = evaluation.scheme.tables[which.table]
        for column in ("", *item.judged) if item.entries else ():
            figure = item.figure(column) if column else item.whole
            if {cell.value for cell in figure.replaced} <= {figure.used.value}:  # the same answer twice tells nobody anything
                continue
            for cell in figure.history[0 if column else 1 :]:
                state = "现用" if cell is figure.used else "已被替代" if cell in figure.replaced else "保留"
                about = [STAGES[cell.stage], cell_text(spec, column, cell), REASONS.get(cell.reason, ""), cell.department, cell.by]
                what = f"{spec.label} {item_label(item.label, which)} {spec.columns[column].label if column else '认定'}"
                unit = evaluation.unit_names[evaluation.row(which.unit_code)]
                rows.append([unit, what, str(evaluation.scheme.period), *about, cell.date, cell.note, state])
    return rows


def appeal_label(evaluation: Evaluation, appeal: Appeal) -> str:
    """What an appeal is about."""
    if appeal.item is None:
        return evaluation.scheme.tables["units"].columns[appeal.indicator].label
    return name_of(evaluation.scheme.tables[appeal.item.table], appeal.item, evaluation.dataset.items[appeal.item], appeal.indicator)
