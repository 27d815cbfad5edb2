"""Appeals (复核): ``appeal open``, ``appeal decide``, ``appeal list``."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import Fault, Refused, UsageError, nearest, visible
from .screen import open_book, print_json, print_table

if TYPE_CHECKING:
    from ..scheme.tables import Quantity
    from ..scoring.dataset import Cell, ItemKey
    from ..workbook import Prepared, Workbook
    from .parser import Commands, Parser


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("appeal open", open_appeal, "登记一件复核：对某个数据提出异议，不改变数据", json=True)
    _period(made)
    made.add_argument("unit", metavar="考核对象", help="名称或代码")
    made.add_argument("indicator", metavar="数据", help="代号或名称；对清单项目写栏目名（或“清单.栏目”），对整个项目是否认定写清单名")
    made.add_argument("--item", default="", metavar="编号", help="清单里的项目编号")
    made.add_argument("--item-key", default="", metavar="识别", help="同一编号有几行时写明是哪一行，如所在名单、调度日")
    made.add_argument("--of", default="", metavar="所属期", help="基期数写明所属期（默认本期）")
    made.add_argument("--claim", default="", metavar="数值", help="主张的数值；整个项目为 予以认定 或 不予认定")
    _signed(made)
    made = commands.add("appeal decide", decide, "登记复核的决定：变更数值、维持或撤回", json=True)
    _period(made)
    made.add_argument("number", metavar="编号", help="复核编号")
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument("--value", default=None, metavar="数值", help="决定的数值；整个项目为 予以认定 或 不予认定")
    what.add_argument("--uphold", action="store_true", help="维持原值")
    what.add_argument("--withdraw", action="store_true", help="提出人撤回")
    _signed(made)
    made = commands.add("appeal list", listing, "列出复核和决定，以及每项决定改变了谁的得分、名次、奖惩", json=True)
    _period(made)


def _period(made: Parser) -> None:
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")


def _signed(made: Parser) -> None:
    made.add_argument("--reason", required=True, metavar="理由", help="理由")
    made.add_argument("--by", required=True, metavar="姓名", help="提出人或决定人")
    made.add_argument("--date", required=True, metavar="日期", help="如 2024-03-10")
    made.add_argument("--evidence", default="", metavar="编号", help="佐证编号，多个用“、”分隔")


def open_appeal(options: Namespace) -> int:
    """``appeal open SCHEME PERIOD UNIT INDICATOR``."""
    from ..intake.entries import appeal_number

    book = open_book(options)
    prepared = book.prepare(options.scheme, options.period)
    evaluation = prepared.evaluation
    try:
        row = evaluation.row(options.unit)
    except KeyError:
        known = [*evaluation.unit_names, *evaluation.unit_codes]
        raise UsageError(f"没有考核对象“{options.unit}”；{nearest(options.unit, known)}") from None
    code, who = evaluation.unit_codes[row], evaluation.unit_names[row]
    about = _item(options, prepared, code, who) if options.item else _figure(options, prepared, code, who)
    number = appeal_number(prepared.period, [appeal.number for appeal in evaluation.dataset.appeals])
    entry = {
        **_common(options, prepared, about, options.claim),
        "stage": "appeal_open",
        "disputed": about.disputed,
        "appeal_id": number,
    }
    _enter(book, prepared, entry)
    print_json(entry) if options.json else print(f"已登记复核 {number}：{who} {about.label} {about.period}。")
    return 0


def decide(options: Namespace) -> int:
    """``appeal decide SCHEME PERIOD NUMBER``."""
    book = open_book(options)
    prepared = book.prepare(options.scheme, options.period)
    appeals = {appeal.number: appeal for appeal in prepared.evaluation.dataset.appeals}
    appeal = appeals.get(options.number)
    if appeal is None:
        raise UsageError(f"没有复核“{options.number}”；{nearest(options.number, appeals)}")
    if appeal.decided is not None:
        at = f"（{appeal.decided.by} {appeal.decided.date}）"
        raise Refused([Fault("appeal.decided", f"复核 {options.number} 已有决定{at}", "再有异议的，请另提一次复核")], "没有登记")
    about = _about(prepared, appeal.unit_code, appeal.indicator, appeal.period, appeal.item)
    entry = {
        **_common(options, prepared, about, options.value or ""),
        "stage": "appeal",
        "calibre": appeal.opened.calibre,
        "disputed": about.disputed,
        "appeal_id": appeal.number,
        "result": "upheld" if options.uphold else "withdrawn" if options.withdraw else "changed",
    }
    if entry["date"] < appeal.opened.date:
        raise Refused([Fault("appeal.date", f"决定日期早于提出日期（{appeal.opened.date}）", "请核对 --date")], "没有登记")
    if options.value is not None and not entry["value"]:
        raise UsageError("--value 是空的；没有数据请写 缺失")
    _enter(book, prepared, entry)
    if options.json:
        print_json(entry)
        return 0
    print(f"已登记复核 {appeal.number} 的决定。下一次执行的报告列出因此变动的对象；现在可看 evalbook appeal list。")
    return 0


@dataclass(frozen=True)
class _About:
    """What an appeal is about: a figure of a unit, or a column of one of its items (none: whether the item is recognised)."""

    unit_code: str
    indicator: str
    period: str
    label: str
    quantity: Quantity | None
    used: Cell
    item: ItemKey | None = None

    @property
    def disputed(self) -> str:
        """The value in force."""
        from ..intake.answers import display

        return str(self.used.value) if self.quantity is None else display(self.used.value, self.quantity)


def _about(prepared: Prepared, code: str, indicator: str, period: str, which: ItemKey | None) -> _About:
    from ..intake.item_entries import name_of

    tables, dataset = prepared.definition.tables, prepared.evaluation.dataset
    if which is None:
        quantity = tables["units"].columns[indicator]
        return _About(code, indicator, period, quantity.label, quantity, dataset.figures[code, indicator, period].used)
    spec, item = tables[which.table], dataset.items[which]
    figure = item.figure(indicator) if indicator else item.whole
    label = name_of(spec, which, item, indicator)
    return _About(code, indicator, period, label, spec.columns[indicator] if indicator else None, figure.used, which)


def _figure(options: Namespace, prepared: Prepared, code: str, who: str) -> _About:
    """The figure that was meant."""
    tables = prepared.definition.tables
    columns, period = tables["units"].columns, options.of or prepared.period
    name = next((n for n, q in columns.items() if options.indicator in (n, q.label)), None)
    if name is None:
        lists = [spec for table, spec in tables.items() if spec.belongs_to and options.indicator in (table, spec.label)]
        if lists:
            raise UsageError(f"“{lists[0].label}”是清单：请用 --item 写明项目编号")
        known = [*columns, *(q.label for q in columns.values())]
        raise UsageError(f"没有数据“{options.indicator}”；{nearest(options.indicator, known)}（复核针对数据，不针对得分）")
    if (code, name, period) not in prepared.evaluation.dataset.figures:
        raise UsageError(f"{who}没有{period}的“{columns[name].label}”数据，无从复核")
    return _about(prepared, code, name, period, None)


def _item(options: Namespace, prepared: Prepared, code: str, who: str) -> _About:
    """The item and column that were meant."""
    from ..intake.item_entries import joined

    if options.of and options.of != prepared.period:
        raise UsageError("清单项目只有本期的，不写 --of")
    tables, items = prepared.definition.tables, prepared.evaluation.dataset.items
    own = [which for which in items if which.unit_code == code]
    same = [which for which in own if which.item_id == options.item]
    if not same:
        other = next((which for which in items if which.item_id == options.item), None)
        if other is not None:
            label = prepared.evaluation.unit_names[prepared.evaluation.row(other.unit_code)]
            raise UsageError(f"项目“{options.item}”是“{label}”的，不是“{who}”的")
        hint = nearest(options.item, [which.item_id for which in own]) if own else "该对象没有任何项目"
        raise UsageError(f"{who}没有项目“{options.item}”；{hint}")
    found, known = [], []
    for which in same:
        spec = tables[which.table]
        labels = {name: spec.columns[name].label for name in spec.judged}
        known += [spec.label, *labels.values()]
        column = "" if options.indicator in (which.table, spec.label) else None
        for name, label in labels.items():
            if options.indicator in (name, label, f"{which.table}.{name}", f"{spec.label}.{label}"):
                column = name
        if column is not None and options.item_key in ("", joined(which)):
            found.append((which, column))
    if len({which.table for which, _ in found}) > 1:
        choices = dict.fromkeys(f"{tables[w.table].label}.{tables[w.table].columns[c].label}" for w, c in found if c)
        raise UsageError(f"项目“{options.item}”在几个清单里都有“{options.indicator}”，请写明清单：{'、'.join(choices)}")
    if len(found) > 1:
        listing = "、".join(joined(which) for which, _ in found)
        raise UsageError(f"项目“{options.item}”有{len(found)}行，请用 --item-key 写明是哪一行：{listing}")
    if not found:
        if options.item_key and any(options.item_key != joined(which) for which in same):
            raise UsageError(f"项目“{options.item}”没有这一行；{nearest(options.item_key, [joined(which) for which in same])}")
        raise UsageError(f"项目“{options.item}”没有栏目“{options.indicator}”；{nearest(options.indicator, known)}")
    ((which, column),) = found
    return _about(prepared, code, column, prepared.period, which)


def _common(options: Namespace, prepared: Prepared, about: _About, text: str) -> dict[str, str]:
    """The columns that both kinds of entry have; refused with every fault of what was typed."""
    from ..intake.answers import written
    from ..intake.dates import read_date
    from ..intake.evidence import numbers
    from ..intake.item_entries import joined, optional, read_whole
    from ..intake.reading import read_cell
    from ..intake.remarks import Place, Remarks
    from .verification import today

    quantity, remarks, value, uom = about.quantity, Remarks(), "", ""
    at = Place("命令行", column="数值")
    if text and quantity is None:
        told = read_whole(text, at, remarks)
        value = "" if told is None else str(told.value)
    elif text and quantity is not None:
        reading = read_cell(text, quantity if about.item is None else optional(quantity), at, remarks, quantity.uom)
        if reading is not None:
            value = written(reading.value, quantity) if reading.value is not None else reading.state.label
            uom = quantity.uom if reading.value is not None and not isinstance(reading.value, str) else ""
    day = read_date(options.date)
    if day is None:
        remarks.error("date.form", "不是日期", "请写成 2024-03-10", Place("命令行", column="--date"), options.date)
    elif day > today().isoformat():
        remarks.error("date.future", "日期在今天以后", "请核对日期", Place("命令行", column="--date"), options.date)
    known = {record["evidence_id"] for record in prepared.evaluation.dataset.evidence}
    for number in numbers(options.evidence):
        if number not in known:
            message = f"佐证编号“{number}”不在佐证清单中"
            remarks.error("evidence.unknown", message, "请先在 evidence.csv 登记该材料", Place("命令行", column="--evidence"), number)
    for name in ("reason", "by"):
        if not getattr(options, name).strip():
            remarks.error("entry.unsigned", "是空的", "请写明", Place("命令行", column=f"--{name}"))
    if remarks.failed:
        raise Refused(remarks.faults({}), "没有登记")
    item = about.item
    return {
        "date": day or "",
        "unit_code": about.unit_code,
        "unit_name": prepared.evaluation.unit_names[prepared.evaluation.row(about.unit_code)],
        **({"table": item.table, "item_id": item.item_id, "item_key": joined(item)} if item is not None else {}),
        "indicator": about.indicator,
        "period": about.period,
        "calibre": about.used.calibre,
        "value": value,
        "uom": uom,
        "note": options.reason,
        "by": options.by,
        "evidence_id": "、".join(numbers(options.evidence)),
        "origin": about.used.origin,
    }


def _enter(book: Workbook, prepared: Prepared, entry: dict[str, str]) -> None:
    from ..intake.journal import enter
    from .verification import lock_of

    enter(book.data_folder(prepared.scheme, prepared.period), [entry], lock_of(book, prepared.scheme, prepared.period))


def listing(options: Namespace) -> int:
    """``appeal list SCHEME PERIOD``: appeals, decisions, and what each decision moved."""
    from ..analysis.appeals import decided
    from ..exact import plain
    from ..intake.entries import shown
    from ..terms import RESULTS

    prepared = open_book(options).prepare(options.scheme, options.period)
    evaluation = prepared.evaluation
    effects = {one.appeal.number: one for one in decided(evaluation)}
    rows, told = [], []
    for one in evaluation.dataset.appeals:
        effect = effects.get(one.number)
        record: dict[str, Any] = {
            "number": one.number,
            "unit": evaluation.unit_names[evaluation.row(one.unit_code)],
            "indicator": one.indicator,
            **({} if one.item is None else {"table": one.item.table, "item_id": one.item.item_id}),
            "label": _about(prepared, one.unit_code, one.indicator, one.period, one.item).label,
            "period": one.period,
            "disputed": one.disputed,
            "claimed": shown(one.opened.value) if one.opened.value is not None else "",
            "opened": [one.opened.by, one.opened.date, one.opened.note],
            "result": one.result or "open",
            "value": shown(one.decided.value) if one.decided is not None and one.result == "changed" else "",
            "decided": [one.decided.by, one.decided.date, one.decided.note] if one.decided is not None else None,
            "moved": [
                {
                    "unit": m.unit,
                    "points": [None if v is None else plain(v) for v in m.points],
                    "places": list(m.places),
                    "awards": [list(award) for award in m.awards],
                }
                for m in (effect.moved if effect else ())
            ],
        }
        rows.append(record)
    if options.json:
        print_json(rows)
        return 0
    if not rows:
        print("本期没有复核。")
        return 0
    heads = ["编号", "考核对象", "数据", "所属期", "原用值", "主张值", "结论", "决定值", "变动对象"]
    print_table(
        heads,
        [
            [
                *(r[n] for n in ("number", "unit", "label", "period", "disputed", "claimed")),
                RESULTS.get(str(r["result"]), "尚未决定"),
                r["value"],
                len(r["moved"]),
            ]
            for r in rows
        ],
    )
    for record in rows:
        for move in record["moved"]:
            awards = "；".join(f"{name} {before or '—'}→{after or '—'}" for name, before, after in move["awards"])
            points, places = ("→".join("—" if v is None else str(v) for v in move[name]) for name in ("points", "places"))
            told.append([record["number"], move["unit"], points, places, awards])
    if told:
        print()
        print_table(["编号", "考核对象", "得分", "排名", "奖惩"], [[visible(str(v)) for v in row] for row in told])
    return 0
