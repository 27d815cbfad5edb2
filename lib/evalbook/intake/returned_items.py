"""Items of lists on the sheets that departments return: whether each is recognised, and what its columns are verified to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import nearest
from ..exact import Exact
from ..scoring.dataset import Cell, Item, ItemKey
from ..terms import CHANGED, CONFIRMED, RECOGNISED, STAGES, STRUCK, State
from .answers import AGREED, SAME, SIGNED, Answers, Seen, display, written
from .entries import shown
from .item_entries import joined, optional
from .item_sheet import FILED, SET
from .items import key_text
from .reading import MISSING, Reading, read_cell
from .remarks import Remarks
from .text import key, trimmed

#: Item and column (blank: whether it is recognised) → where these sheets answered it first.
Judged = dict[tuple[ItemKey, str], Seen]
_VERDICTS = {key(word): CONFIRMED for word in AGREED} | {key(word): word for word in (STRUCK, CHANGED)}


@dataclass
class ItemSheet(Answers):
    """The items of one list on one sheet; ``own`` are the columns that its department verifies, ``judged`` what was answered before."""

    table: str
    own: tuple[str, ...]
    judged: Judged

    def __post_init__(self) -> None:
        super().__post_init__()
        self.spec = self.wanted.tables[self.table]
        self.items = {which: item for which, item in self.dataset.items.items() if which.table == self.table}

    def read(self) -> None:
        """Every line; a tab without any is told."""
        lines = 0
        for row, cells in self.sheet.records(self.remarks):
            texts = {name: trimmed(cells[index]) for name, index in self.sheet.columns.items()}
            lines += 1
            self._line(row, texts)
        if not lines:
            self.remarks.error("sheet.empty", "清单里没有一个项目", "请核对文件", self.sheet.place())

    def _line(self, row: int, texts: Mapping[str, str]) -> None:
        if not texts["unit_code"] and not texts["item_id"]:
            self.remarks.error("sheet.extra_row", "核实表以外的行", "请删除该行；漏报的项目由考核对象补报", self.sheet.place(row))
            return
        if not self.unit(row, texts["unit_code"], texts["unit_name"]):
            return
        which = self._which(row, texts)
        if which is None:
            return
        item = self.items[which]
        for name, quantity in self.spec.columns.items():
            expected = self._filed(item, name)
            uom = quantity.uom if isinstance(item.filed[name][0], Exact) else ""
            self.unchanged(row, FILED + name, texts[FILED + name], expected, uom)
        given = {name: texts[name] for name in ("verdict", *(SET + column for column in self.own), *SIGNED)}
        if not self.blank(given):
            self._answer(row, which, item, given)

    def _filed(self, item: Item, name: str) -> str:
        value, state = item.filed[name]
        return state.label if value is None and state == State.NOT_APPLICABLE else display(value, self.spec.columns[name])

    def _which(self, row: int, texts: Mapping[str, str]) -> ItemKey | None:
        """The item of a line; a number that is not there, or is another unit's, is told."""
        identity = tuple(self._identity(name, texts[FILED + name]) for name in self.spec.key)
        which = ItemKey(self.table, texts["unit_code"], texts["item_id"], identity)
        if which in self.items:
            return which
        at, number, remedy = self.sheet.place(row, "item_id"), texts["item_id"], "请用原表重新填写"
        same = [other for other in self.items if other.item_id == number]
        own = [other for other in same if other.unit_code == which.unit_code]
        if own:
            beside = "、".join(self.spec.columns[name].label for name in self.spec.key)
            message = f"项目“{number}”的{beside}被改动（应为{'、'.join(map(joined, own))}）"
            self.remarks.error("sheet.changed_key", message, remedy, at, joined(which))
        elif same:
            whose = "、".join(dict.fromkeys(self.labels[other.unit_code] for other in same))
            message = f"项目“{number}”是“{whose}”的，不是“{self.labels[which.unit_code]}”的"
            self.remarks.error("sheet.changed_key", message, remedy, at, number)
        else:
            known = [other.item_id for other in self.items if other.unit_code == which.unit_code] or [o.item_id for o in self.items]
            hint = f"；{nearest(number, known)}" if known else ""
            message = f"清单“{self.spec.label}”中没有这个项目编号"
            self.remarks.error("sheet.changed_key", message, f"{remedy}{hint}", at, number)
        return None

    def _identity(self, name: str, text: str) -> str:
        """What a cell of an identifying column says, spelled as items are identified; anything that it cannot say finds no item."""
        found = read_cell(text, optional(self.spec.columns[name]), self.sheet.place(), Remarks(), self.spec.columns[name].uom)
        return text if found is None else key_text(found.value)

    # --- one answer -----------------------------------------------------------------------------------------------------------

    def _answer(self, row: int, which: ItemKey, item: Item, given: Mapping[str, str]) -> None:
        failed = self.remarks.failed_count
        verdict = self._verdict(row, given)
        readings = self._values(row, verdict, item, given)
        reason = self.reason(row, given["reason"])
        differs = [name for name, reading in readings.items() if reading.value != item.filed[name][0]]
        if self.remarks.failed_count == failed:
            self._consistent(row, verdict, differs, given)
        if self.remarks.failed_count == failed:
            what = "项目不予认定" if verdict == STRUCK else "核定值与填报值不同"
            self.reasoned(row, verdict == STRUCK or bool(differs), reason, given, what)
        day, cited = self.signed(row, given, item.row.date)
        if self.remarks.failed_count > failed:
            return
        signed = (given["note"], given["by"], day, cited)
        answers = {"": (STRUCK, reason, *signed) if verdict == STRUCK else (RECOGNISED, SAME, *signed)}
        for name, reading in readings.items() if verdict != STRUCK else ():
            answers[name] = (shown(reading.value), reason if name in differs else SAME, *signed)
        before = len(self.found.entries)
        left = self._new(row, which, item, answers)
        if self.remarks.failed_count == failed:
            self._enter(row, which, item, verdict, {name: answers[name] for name in left}, readings)
            self.found.known += len(self.found.entries) == before and len(left) < len(answers)

    def _verdict(self, row: int, given: Mapping[str, str]) -> str:
        found, at = _VERDICTS.get(key(given["verdict"]), ""), self.sheet.place(row, "verdict")
        if not given["verdict"]:
            message = "填了别的栏，认定却是空的：是尚未核定，还是认定了"
            remedy = f"尚未核定请清空整行；认定请填“{CONFIRMED}”“{CHANGED}”或“{STRUCK}”"
            self.remarks.error("sheet.no_verdict", message, remedy, at)
        elif not found:
            words = f"应为“{CONFIRMED}”“{CHANGED}”或“{STRUCK}”；{nearest(given['verdict'], [CONFIRMED, CHANGED, STRUCK])}"
            self.remarks.error("sheet.verdict", "没有这种认定", words, at, given["verdict"])
        return found

    def _values(self, row: int, verdict: str, item: Item, given: Mapping[str, str]) -> dict[str, Reading]:
        """Each own column as verified: what stands in its cell, or as filed where the cell is blank."""
        found = {}
        for name in self.own:
            text, quantity, at = given[SET + name], self.spec.columns[name], self.sheet.place(row, SET + name)
            found[name] = Reading(*item.filed[name])
            if text and verdict == STRUCK:
                message = "项目不予认定，却填了核定值：是不予认定，还是按此值认定"
                self.remarks.error("sheet.value_of_struck", message, f"请清空核定值，或把认定改为“{CHANGED}”", at, text)
            elif text and key(text) not in AGREED:
                found[name] = read_cell(text, optional(quantity), at, self.remarks, quantity.uom) or MISSING
        return found

    def _consistent(self, row: int, verdict: str, differs: list[str], given: Mapping[str, str]) -> None:
        """The verdict and the values say the same."""
        at = self.sheet.place(row, "verdict")
        if verdict == CONFIRMED and differs:
            labels = "、".join(self.spec.columns[name].label for name in differs)
            message = f"认定是“{given['verdict']}”，{labels}却与填报值不同"
            self.remarks.error("sheet.verdict_differs", message, f"请把认定改为“{CHANGED}”，或清空核定值", at, given["verdict"])
        elif verdict == CHANGED and not differs:
            message = f"认定是“{CHANGED}”，却没有一栏与填报值不同"
            remedy = f"请填核定的值；与填报一致的，认定改为“{CONFIRMED}”"
            self.remarks.error("sheet.verdict_idle", message, remedy, at, given["verdict"])

    def _new(self, row: int, which: ItemKey, item: Item, answers: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Columns (blank: recognition) whose answer is in neither these sheets nor the record yet; what contradicts either is told."""
        here, left = f"{self.name} 第{row + 1}行", []
        for name, answer in answers.items():
            at, first = SET + name if name else "verdict", self.judged.get((which, name))
            if first is not None:
                silent = not name and first.department != self.department and first.answer[:2] == answer[:2] == (RECOGNISED, SAME)
                if not silent:  # each recognises it with the columns that are its own
                    self.again(row, at, first, answer)
                continue
            self.judged[which, name] = Seen(here, self.department, answer)
            cell = self._cell(item, name)
            if cell is None or not self.entered(row, at, cell, answer):
                left.append(name)
        if answers[""][0] == STRUCK and "" in left:
            self._others(row, item)
        return left

    def _cell(self, item: Item, name: str) -> Cell | None:
        """The answer in force at this stage: of a column, or of whether the item is recognised."""
        figure = item.figure(name) if name else item.whole
        return figure.stage(self.stage) if item.entries else None

    def _others(self, row: int, item: Item) -> None:
        """An item of which another department verified a column at this stage is not struck out over its head."""
        for name, cell in item.entries:
            if name and cell.stage == self.stage and cell.department not in ("", self.department):
                whose = f"{cell.date}登记的{cell.department}{STAGES[self.stage]}"
                message = f"两个部门核定不一：{whose}认定了{self.spec.columns[name].label}，此处（{self.department}）{STRUCK}"
                remedy = f"请商定：改从此处的，先由{cell.department}写更正的日期填“{STRUCK}”；维持已登记的，清空此行"
                self.remarks.error("sheet.disagree", message, remedy, self.sheet.place(row, "verdict"))
                return

    def _enter(
        self, row: int, which: ItemKey, item: Item, verdict: str, left: Mapping[str, tuple[str, ...]], readings: Mapping[str, Reading]
    ) -> None:
        """The entries of an answer: one for the whole item where that says everything, else one for each column."""
        if verdict == STRUCK:
            if "" in left:
                self._whole(row, which, item, STRUCK, left[""])
            return
        columns = [name for name in left if name]
        if verdict == CONFIRMED and set(columns) == set(self.spec.judged) and "" in left:
            self._whole(row, which, item, CONFIRMED, left[""])
            return
        if "" in left and item.struck:
            self._whole(row, which, item, RECOGNISED, left[""])
        for name in columns:
            quantity, (value, state) = self.spec.columns[name], readings[name]
            self.found.entries.append(
                {
                    **self._target(row, SET + name, which, item, left[name]),
                    "indicator": name,
                    "disputed": self._filed(item, name),
                    "value": state.label if value is None else written(value, quantity),
                    "uom": quantity.uom if isinstance(value, Exact) else "",
                }
            )

    def _whole(self, row: int, which: ItemKey, item: Item, word: str, answer: tuple[str, ...]) -> None:
        self.found.entries.append({**self._target(row, "verdict", which, item, answer), "indicator": "", "value": word})

    def _target(self, row: int, name: str, which: ItemKey, item: Item, answer: tuple[str, ...]) -> dict[str, str]:
        entry = self.entry(row, name, which.unit_code, answer, item.row.origin)
        return {**entry, "table": which.table, "item_id": which.item_id, "item_key": joined(which), "period": self.dataset.period}
