"""The frozen result of one evaluation, as pandas frames and as a canonical record with a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import Fault
from ..exact import Exact, exact, to_decimal
from ..kinds.base import RankingView
from ..kinds.outcomes.base import Decision
from ..kinds.outcomes.payment import CENTS
from ..scheme.models import Branch, Leaf
from ..scheme.scheme import Scheme
from ..terms import CALIBRES, ORIGINS, REASONS, STAGES, State
from . import roster
from .dataset import Cell, Dataset, Figure
from .evaluate import Walk
from .payments import accounts, payment_sheet
from .results import BranchResult, LeafResult

if TYPE_CHECKING:
    import pandas as pd

#: Decimals at which a measured ratio is shown; scoring reads the exact value.
SHOWN_DECIMALS = 6
_FILING = ("file", "sheet", "cell", "sha256")
#: Where a value stood in the form that came back, and where the one used stood in the sheet of whoever checked it.
_RETURNED = tuple(f"{paper}_{part}" for paper in ("form", "check") for part in _FILING)
#: Columns that a frame has only where some figure has something in them.
_WHERE_USED = frozenset({"appeal", "reason", "department", *_RETURNED})
#: Words for states by their number: reading a member of an enumeration takes a microsecond, and a report asks for tens of thousands.
STATE_WORDS = {int(state): state.label for state in State}


@dataclass(frozen=True)
class Evaluation:
    """Everything computed for one period. Values are exact; frames hold ``decimal.Decimal``.

    ``walk`` keeps the columns; :mod:`evalbook.analysis.explain` turns any of them into its chain of sentences.
    """

    scheme: Scheme
    dataset: Dataset
    walk: Walk

    @property
    def others(self) -> dict[str, Evaluation]:
        """Evaluations of the other periods that this one reads, by period id."""
        return self.walk.others

    # reading single values ---------------------------------------------------------------------------------------------

    @property
    def unit_codes(self) -> tuple[str, ...]:
        """Codes in roster order."""
        return self.dataset.units.keys

    @property
    def unit_names(self) -> tuple[str, ...]:
        """Names in roster order."""
        return self.dataset.units.labels or self.dataset.units.keys

    def row(self, unit: str) -> int:
        """Row of a unit by code or name (KeyError when unknown)."""
        return self._row_of[unit]

    @cached_property
    def _row_of(self) -> dict[str, int]:
        """Row by code and by name; where one unit is called by the code of another, the first of them."""
        rows: dict[str, int] = {}
        for row, names in enumerate(zip(self.unit_codes, self.unit_names, strict=True)):
            for name in names:
                rows.setdefault(name, row)
        return rows

    def node(self, name: str) -> LeafResult | BranchResult:
        """Result of a node of the tree."""
        result = self.walk.results[name]
        assert isinstance(result, (LeafResult, BranchResult))
        return result

    def points(self, name: str, row: int) -> Exact | None:
        """Points of a unit at a node, None where it has none (missing, not applicable …)."""
        return self.node(name).points.at(row)

    def state(self, name: str, row: int) -> State:
        """State of a unit at a node."""
        return State(int(self.node(name).points.states[row]))

    def ranking(self, name: str) -> RankingView:
        """A computed ranking."""
        return self.walk.rankings[name]

    def place(self, ranking: str, row: int) -> int | None:
        """Place of a unit, None when it is not ranked."""
        value = self.ranking(ranking).places.at(row)
        return None if value is None else int(value)

    def decision(self, name: str) -> Decision:
        """A computed outcome."""
        return self.walk.decisions[name]

    @cached_property
    def nodes(self) -> tuple[tuple[str, int], ...]:
        """(name, depth) of the whole tree, in the document's order."""
        found: list[tuple[str, int]] = []

        def visit(name: str, depth: int) -> None:
            found.append((name, depth))
            for child in self._children(name):
                visit(child, depth + 1)

        for root in self.scheme.roots:
            visit(root, 0)
        return tuple(found)

    @cached_property
    def main_root(self) -> str | None:
        """The node whose points are the total: what the first ranking orders, else the first root."""
        for ranking in self.scheme.rankings.values():
            if ranking.main.of.name in self.scheme.tree:
                return str(ranking.main.of.name)
        return self.scheme.roots[0] if self.scheme.roots else None

    @cached_property
    def main_ranking(self) -> str | None:
        """The ranking of the total."""
        return next((n for n, r in self.scheme.rankings.items() if r.main.of.name in self.scheme.tree), None)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Children of the total: 一级指标."""
        return self._children(self.main_root) if self.main_root else ()

    def _children(self, name: str) -> tuple[str, ...]:
        """Children of a node, those of all its by-variants."""
        return tuple(dict.fromkeys(c for m in self.scheme.tree[name] if isinstance(m, Branch) for c in m.children))

    def dimension_of(self, leaf: str) -> str:
        """The dimension a leaf belongs to (itself when it hangs from the root)."""
        return next((d for d in self.dimensions if leaf == d or leaf in self.scheme.leaves(d)), leaf)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Indicators in the document's order."""
        return tuple(self.scheme.leaves())

    @cached_property
    def order(self) -> list[int]:
        """Rows in the order of the main ranking; unranked ones last, in roster order."""
        if self.main_ranking is None:
            return list(range(len(self.unit_codes)))
        view = self.ranking(self.main_ranking)
        return sorted(range(len(self.unit_codes)), key=lambda r: (not view.places.ok[r], int(view.order[r]), r))

    def figures_of(self, row: int, quantities: Iterable[tuple[str, str]]) -> list[tuple[str, str, Figure]]:
        """(quantity, period, figure) of a unit, in the order given, as far as they were filed."""
        unit, figures = self.unit_codes[row], self.dataset.figures
        return [(name, period, figures[key]) for name, period in quantities if (key := (unit, name, period)) in figures]

    # frames ------------------------------------------------------------------------------------------------------------

    def totals(self) -> pd.DataFrame:
        """One row per unit in order of rank: code, name, rank, total, points of each dimension (Decimal, None = none)."""
        names = [*([self.main_root] if self.main_root else []), *self.dimensions]
        found: dict[str, list[Any]] = {
            "unit_code": [self.unit_codes[row] for row in self.order],
            "unit_name": [self.unit_names[row] for row in self.order],
        }
        if self.main_ranking:
            places = self.ranking(self.main_ranking).places.listed()
            found["rank"] = [None if places[row] is None else int(places[row]) for row in self.order]
        for name in names:
            points = self.node(name).points.listed()
            found["total" if name == self.main_root else name] = [decimal(points[row]) for row in self.order]
        return _frame(found)

    def scores(self) -> pd.DataFrame:
        """One row per unit and indicator: measured value, place, points, marks, state (long form, document order)."""
        names = ("unit_code", "unit_name", "dimension", "indicator", "label", "clause", "measured", "rank", "marks", "points", "state")
        columns: dict[str, list[Any]] = {name: [] for name in names}
        for leaf in self.leaves:
            result, model = self.node(leaf), self.scheme.tree[leaf].main
            assert isinstance(result, LeafResult)
            count = len(self.unit_codes)
            places = result.graded.listed() if result.graded.low is not None else [None] * count
            found: tuple[Iterable[Any], ...] = (
                self.unit_codes,
                self.unit_names,
                [self.scheme.label(self.dimension_of(leaf))] * count,
                [leaf] * count,
                [model.label] * count,
                [model.clause] * count,
                [decimal(value, SHOWN_DECIMALS) for value in result.measured.listed()],
                [None if place is None else int(place) for place in places],
                [decimal(value) for value in result.marks.tolist()],
                [decimal(value) for value in result.points.listed()],
                [STATE_WORDS[state] for state in result.points.states.tolist()],
            )
            for column, values in zip(columns.values(), found, strict=True):
                column += values
        return _frame(columns)

    def matrix(self) -> pd.DataFrame:
        """Units × indicators: points (Decimal, None = none), rows in order of rank."""
        import pandas as pd

        data = {leaf: [decimal(self.points(leaf, row)) for row in self.order] for leaf in self.leaves}
        return pd.DataFrame(data, index=[self.unit_names[row] for row in self.order], dtype=object)

    def figures(self) -> pd.DataFrame:
        """One row per figure: value at every stage, the one used, the adjustment (核减), source, evidence and file cell.

        Of values that were collected also file, sheet, cell and hash of what came back (``form_…`` of the unit's, ``check_…`` of the
        department's). The columns are there only where some value was.
        Where the scheme knows of boundaries that change, also the boundary (口径) of the figure used and its value on the other one.
        """
        spec, names = self.scheme.tables["units"], dict(zip(self.unit_codes, self.unit_names, strict=True))
        keys, figures = list(self.dataset.figures), list(self.dataset.figures.values())
        used, trails = [figure.used for figure in figures], [{cell.stage: cell for cell in reversed(figure.cells)} for figure in figures]
        reported = [trail.get("reported") for trail in trails]
        checked = [None if cell is filed else cell for cell, filed in zip(used, reported, strict=True)]
        quantities = [spec.columns.get(quantity) for _, quantity, _ in keys]
        found: dict[str, list[Any]] = {
            "unit_code": [code for code, _, _ in keys],
            "unit_name": [names.get(code, code) for code, _, _ in keys],
            "indicator": [quantity for _, quantity, _ in keys],
            "label": [known.label if known else key[1] for known, key in zip(quantities, keys, strict=True)],
            "period": [period for _, _, period in keys],
            "uom": [known.uom if known else cell.uom for known, cell in zip(quantities, used, strict=True)],
            **{stage: [shown(trail[stage].value) if stage in trail else None for trail in trails] for stage in STAGES},
            "adjustment": [_adjustment(filed, cell) for filed, cell in zip(reported, checked, strict=True)],
            "state": ["已核实" if figure.verified else "未核实" for figure in figures],
            "origin": [ORIGINS.get(cell.origin, cell.origin) for cell in used],
            "source": [cell.source for cell in used],
            "evidence_id": [cell.evidence_id for cell in used],
            "reason": [REASONS.get(cell.reason, "") for cell in used],
            "department": [cell.department for cell in used],
            "by": [cell.by for cell in used],
            "date": [cell.date for cell in used],
            "note": [cell.note for cell in used],
            "place": [file_place(cell) for cell in used],
            **_returned("form", reported),
            **_returned("check", checked),
        }
        own = {name: values for name, values in found.items() if name not in _WHERE_USED or not {None, ""}.issuperset(values)}
        if spec.calibre is not None:
            own["calibre"] = [CALIBRES.get(cell.calibre, "") for cell in used]
            own["other_calibre"] = [None if (other := figure.other) is None else shown(other.value) for figure in figures]
        return _frame(own)

    def measures(self) -> pd.DataFrame:
        """One row per unit and named measure (Decimal, None = none), with the state: what a scheme without a tree reports."""
        rows = []
        for name in self.scheme.measures:
            column = self.walk.results[name].column
            for row, code in enumerate(self.unit_codes):
                rows.append(
                    {
                        "unit_code": code,
                        "unit_name": self.unit_names[row],
                        "indicator": name,
                        "label": self.scheme.label(name),
                        "measured": decimal(column.at(row), SHOWN_DECIMALS),
                        "uom": self.walk.uom(name),
                        "state": STATE_WORDS[int(column.states[row])],
                    }
                )
        return _frame(_columns(rows, ("unit_code", "unit_name", "indicator", "label", "measured", "uom", "state")))

    def history(self) -> pd.DataFrame:
        """One row per unit, result of other periods and period of its window: what the unit had then, and what came of them all."""
        rows, scope = [], self.walk.scope()
        for name, variants in self.scheme.periods.items():
            result = self.walk.results[name]
            for row, code in enumerate(self.unit_codes):
                model = variants.models[int(result.variant[row])][1]
                for part in model.parts(scope):
                    other = self.others.get(str(part.period))
                    rows.append(
                        {
                            "unit_code": code,
                            "unit_name": self.unit_names[row],
                            "indicator": name,
                            "label": self.scheme.label(name),
                            "period": str(part.period),
                            "found": model.found(part, row),
                            "measured": decimal(result.column.at(row), SHOWN_DECIMALS),
                            "state": STATE_WORDS[int(result.column.states[row])],
                            "result_sha256": other.digest() if other else "",
                        }
                    )
        names = ("unit_code", "unit_name", "indicator", "label", "period", "found", "measured", "state", "result_sha256")
        return _frame(_columns(rows, names))

    def outcome(self, name: str) -> pd.DataFrame:
        """One row per unit in list order: place, value ranked, margin to the cut-off, verdict, amount in yuan and cause, as it has them."""
        decision, model = self.decision(name), self.scheme.outcomes[name].main
        in_yuan = model.numeric and model.uom == "元"
        amounts = {} if in_yuan else self.paid(name)
        ranking = self.ranked_by(name)
        rows = []
        for row in decision.order:
            record: dict[str, Any] = {"unit_code": self.unit_codes[row], "unit_name": self.unit_names[row]}
            if ranking:
                record["rank"] = decision.places[row]
                record["total"] = decimal(self.ranking(ranking).of.at(row))
            if decision.margins:
                record["margin"] = decimal(decision.margins[row])
            verdict = decision.verdicts[row]
            record["verdict"] = to_decimal(verdict, CENTS) if in_yuan and not isinstance(verdict, str) else shown(verdict)
            if amounts:
                record["amount"] = to_decimal(amounts[row], CENTS) if row in amounts else None
            if any(decision.causes):
                record["cause"] = "；".join(decision.causes[row])
            rows.append(record)
        return _frame(_columns(rows, rows[0] if rows else ()))

    def outcome_lines(self, name: str) -> pd.DataFrame:
        """The items that an outcome speaks of (:meth:`listed_items`) as a frame."""
        return _frame(
            _columns(self.listed_items(name), ("unit_code", "unit_name", "item_id", "item_name", "verdict", "cause", "evidence_id"))
        )

    def listed_items(self, name: str) -> list[dict[str, Any]]:
        """One record per item of the child table that an outcome speaks of: unit, item, verdict, cause, evidence."""
        table = self.dataset.tables.get(self.scheme.outcomes[name].main.child_table())
        rows = []
        for line in self.decision(name).lines:
            assert table is not None
            cell = table.origin[line.item] if table.origin else None
            rows.append(
                {
                    "unit_code": self.unit_codes[line.unit],
                    "unit_name": self.unit_names[line.unit],
                    "item_id": table.keys[line.item],
                    "item_name": table.labels[line.item] if table.labels else table.keys[line.item],
                    "verdict": line.verdict if isinstance(line.verdict, str) else to_decimal(line.verdict, CENTS),
                    "cause": "；".join(line.causes),
                    "evidence_id": cell.evidence_id if cell else "",
                }
            )
        return rows

    def ranked_by(self, name: str) -> str:
        """The ranking by whose places an outcome goes, empty for none."""
        return self._ranked_by[name]

    @cached_property
    def _ranked_by(self) -> dict[str, str]:
        """Every outcome with the ranking by whose places it goes."""
        models = {name: variants.main for name, variants in self.scheme.outcomes.items()}
        deciding = {name: models.get(getattr(model, "shortlist", ""), model) for name, model in models.items()}
        return {name: str(getattr(model, "by", "")) for name, model in deciding.items()}

    def paid(self, name: str) -> dict[int, Exact]:
        """Row of a unit → what an outcome pays it in yuan, over all of its payments."""
        found: dict[int, Exact] = {}
        for payment in self.decision(name).payments:
            if payment.unit is not None:
                found[payment.unit] = found.get(payment.unit, exact(0)) + payment.amount
        return found

    @cached_property
    def findings(self) -> tuple[Fault, ...]:
        """What the scheme's own checks found, each with the outcome it comes from and, for an item, its place in the files.

        And units that are on another period's roster under the same name, but under another code; statuses that could not be
        decided; figures of other periods on another boundary.
        """
        found = roster.findings(self)
        for view in self.walk.views:
            for row, code in view.renamed:
                found.append(
                    Fault(
                        "history.code_changed",
                        f"“{self.unit_names[row]}”的代码{view.label}是{code}，本期是{self.unit_codes[row]}，该期结果没有计入",
                        "如是同一对象，请在本期名单的别名列写上原代码",
                        file=f"data/{self.scheme.id}/{self.scheme.period}",
                        path="units",
                        severity="finding",
                    )
                )
        for name, decision in self.walk.decisions.items():
            table = self.dataset.tables.get(self.scheme.outcomes[name].main.child_table())
            for finding in decision.findings:
                cell = table.origin[finding.item] if table is not None and finding.item is not None and table.origin else None
                found.append(
                    Fault(
                        f"check.{name}",
                        f"{self.scheme.label(name)}：{finding.text}",
                        finding.ask,
                        file=f"data/{self.scheme.id}/{self.scheme.period}/{cell.file}" if cell else self.scheme.edition_file,
                        sheet=cell.sheet if cell else "",
                        row=(cell.row or None) if cell else None,
                        path=f"outcomes.{name}",
                        severity=finding.severity,
                    )
                )
        return tuple(found)

    def assumptions(self) -> pd.DataFrame:
        """Every silent clause with the reading used, what it rests on, the other readings with their codes, and the ruling."""
        import pandas as pd

        ruling = ("reason", "by", "date")
        return pd.DataFrame(
            [
                {
                    "assumption": a.name,
                    "clause": a.clause,
                    "silent": a.silent,
                    "choice": a.choice,
                    "label": a.label,
                    "default": a.basis,
                    "alternatives": a.coded(*a.alternatives),
                    **({key: getattr(a.ruling, key) for key in ruling} if a.ruling else dict.fromkeys(ruling, "")),
                }
                for a in self.scheme.assumptions
            ],
            columns=["assumption", "clause", "silent", "choice", "label", "default", "alternatives", *ruling],
            dtype=object,
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames that a run writes as files; what a scheme does not have is left out."""
        found = {"totals": self.totals(), "scores": self.scores()} if self.leaves else {"measures": self.measures()}
        found |= {"history": self.history()} if self.scheme.periods else {}
        found |= {"figures": self.figures(), "assumptions": self.assumptions()}
        apart = {"participation": roster.participation(self), "exemptions": roster.exemptions(self), "calibres": roster.calibres(self)}
        found |= {name: frame for name, frame in apart.items() if not frame.empty}
        for name in self.scheme.outcomes:
            found[f"outcome_{name}"] = self.outcome(name)
            if self.decision(name).lines:
                found[f"items_{name}"] = self.outcome_lines(name)
        if any(decision.payments for decision in self.walk.decisions.values()):
            found |= {"payments": payment_sheet(self), "accounts": accounts(self)}
        return found

    # record ------------------------------------------------------------------------------------------------------------

    def record(self) -> dict[str, Any]:
        """Canonical result: every number as exact text, in roster order; what two runs must agree on."""

        def number(value: Any) -> str | None:
            return None if value is None else value if isinstance(value, str) else str(value)

        decisions = {n: self.decision(n) for n in self.scheme.outcomes}
        history = {n: [number(v) for v in self.walk.results[n].column.listed()] for n in self.scheme.periods}
        periods = {period: other.digest() for period, other in self.others.items()}
        lines = {n: [[line.item, number(line.verdict)] for line in d.lines] for n, d in decisions.items() if d.lines}
        payments = {n: [[p.unit, number(p.amount), p.recipient] for p in d.payments] for n, d in decisions.items() if d.payments}
        codes = self.unit_codes
        extras = {
            "lines": lines,
            "payments": payments,
            "history": history,
            "periods": periods,
            "participation": {codes[row]: one.status for row, one in enumerate(self.walk.participation) if not one.plain},
            "exemptions": [[codes[row], leaf] for row, leaf, _ in self.walk.exemptions],
            "calibres": {code: one.used for code, one in self.dataset.calibres.items()},
        }
        return {
            "scheme": self.scheme.id,
            "period": str(self.scheme.period),
            "edition": self.scheme.edition_file,
            "scheme_sha256": self.scheme.digest(),
            "figures_sha256": self.dataset.digest(),
            "assumptions": {a.name: a.choice for a in self.scheme.assumptions},
            "units": list(self.unit_codes),
            "points": {n: [number(v) for v in self.node(n).points.listed()] for n, _ in self.nodes},
            "states": {n: self.node(n).points.states.tolist() for n, _ in self.nodes},
            "places": {n: [None if v is None else int(v) for v in self.ranking(n).places.listed()] for n in self.scheme.rankings},
            "outcomes": {n: [number(v) for v in self.decision(n).verdicts] for n in self.scheme.outcomes},
            **{key: value for key, value in extras.items() if value},
        }

    def digest(self) -> str:
        """sha256 of the record."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        text = json.dumps(self.record(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @property
    def pending(self) -> tuple[str, ...]:
        """What still has to be ruled before a final run."""
        return tuple(f"{self.scheme.label(n)}：{text}" for n, d in self.walk.decisions.items() for text in d.pending)

    @property
    def has_synthetic(self) -> bool:
        """Whether any figure or item used is synthetic."""
        cells = [f.used for f in self.dataset.figures.values()] + [c for t in self.dataset.tables.values() for c in t.origin]
        return any(c.origin == "synthetic" for c in cells)

    def is_leaf(self, name: str) -> bool:
        """Whether a node is an indicator."""
        return isinstance(self.scheme.tree[name].main, Leaf)


def _adjustment(filed: Cell | None, checked: Cell | None) -> Any:
    """What a check took away or added; None where there are no two numbers."""
    if filed is None or checked is None or not isinstance(filed.value, Exact) or not isinstance(checked.value, Exact):
        return None
    return decimal(checked.value - filed.value)


def file_place(cell: Cell) -> str:
    """File, sheet and row of a cell, as tables name them."""
    return " ".join(filter(None, (cell.file, cell.sheet, f"第{cell.row}行" if cell.row else "")))


def _returned(paper: str, cells: Sequence[Cell | None]) -> dict[str, list[str]]:
    """File, sheet, cell and hash of what each value was collected from; blank for one that nobody collected."""
    filings = [None if cell is None else cell.filing for cell in cells]
    return {f"{paper}_{part}": ["" if filing is None else getattr(filing, part) for filing in filings] for part in _FILING}


def evaluate(
    scheme: Scheme, dataset: Dataset, others: Mapping[str, Evaluation] | None = None, *, known: Evaluation | None = None
) -> Evaluation:
    """Score one period, exactly. Refused with every fault when a figure breaks a rule.

    ``others`` are the evaluations of the other periods whose results are read (``scheme.others``), by period id. What is
    the same in an evaluation that is ``known`` is taken from it.
    """
    return Evaluation(scheme, dataset, Walk(scheme, dataset, others, known=None if known is None else known.walk).run())


def _columns(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in names}


def _frame(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """A frame of columns of one length. It gets them as one array of objects: lists it would look through and copy one by one."""
    import pandas as pd

    values = np.empty((len(columns), len(next(iter(columns.values()), ()))), dtype=object)
    for row, column in zip(values, columns.values(), strict=True):
        row[:] = column
    return pd.DataFrame(values.T, columns=list(columns), dtype=object, copy=False)


def decimal(value: Any, decimals: int | None = None) -> Any:
    """Decimal of an exact number for a frame; a ratio without end is shown at ``SHOWN_DECIMALS`` places."""
    if value is None or isinstance(value, str):
        return value
    return to_decimal(value, endless=SHOWN_DECIMALS if decimals is None else decimals)


def shown(value: Any) -> Any:
    """A figure's value for a frame: Decimal, text, or None."""
    return decimal(value) if isinstance(value, Exact) else value
