"""Frames on the roster: who does not simply take part, who is exempt from what, and figures on two boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import Fault
from ..exact import Exact, to_decimal
from ..terms import CALIBRES
from .dataset import Cell
from .participation import doubts

if TYPE_CHECKING:
    import pandas as pd

    from .evaluation import Evaluation

_UNIT = ("unit_code", "unit_name")
_PARTICIPATION = (*_UNIT, "participation", "participation_basis", "participation_from", "participation_until")
_EXEMPTIONS = (*_UNIT, "indicator", "label", "reason", "by", "date")
_CALIBRES = (*_UNIT, "indicator", "label", "period", "uom", *CALIBRES, "difference", "used", "changed")


def participation(evaluation: Evaluation) -> pd.DataFrame:
    """One row per unit that does not simply take part, in roster order: its one status, the authority, from when to when."""
    import pandas as pd

    rows = [
        [*_who(evaluation, row), one.label, one.basis, one.since, one.until]
        for row, one in enumerate(evaluation.walk.participation)
        if not one.plain
    ]
    return pd.DataFrame(rows, columns=list(_PARTICIPATION), dtype=object)


def exemptions(evaluation: Evaluation) -> pd.DataFrame:
    """One row per unit and indicator from which the period file exempts it: reason, by whom, when."""
    import pandas as pd

    rows = [
        [*_who(evaluation, row), leaf, evaluation.scheme.label(leaf), entry.reason, entry.by, entry.date]
        for row, leaf, entry in evaluation.walk.exemptions
    ]
    return pd.DataFrame(rows, columns=list(_EXEMPTIONS), dtype=object)


def calibres(evaluation: Evaluation) -> pd.DataFrame:
    """The figures on two boundaries (:func:`on_two_boundaries`) as a frame."""
    import pandas as pd

    return pd.DataFrame(on_two_boundaries(evaluation), columns=list(_CALIBRES), dtype=object)


def on_two_boundaries(evaluation: Evaluation) -> list[dict[str, Any]]:
    """One record per figure of a unit whose boundary changed: both series (Decimal, text or None), after − before, which one scores."""
    names = dict(zip(evaluation.unit_codes, evaluation.unit_names, strict=True))
    columns = evaluation.scheme.tables["units"].columns
    rows = []
    for (code, quantity, period), figure in evaluation.dataset.figures.items():
        told, used = evaluation.dataset.calibres.get(code), figure.used
        if told is None or not used.calibre:
            continue
        pair = {cell.calibre: cell for cell in (used, figure.other) if cell is not None}
        before, after = (pair.get(name) for name in CALIBRES)
        values = [_decimal(before), _decimal(after), _difference(before, after)]
        spec = columns[quantity]
        row = [code, names[code], quantity, spec.label, period, spec.uom, *values, CALIBRES[used.calibre], told.changed]
        rows.append(dict(zip(_CALIBRES, row, strict=True)))
    return rows


def _who(evaluation: Evaluation, row: int) -> tuple[str, str]:
    return evaluation.unit_codes[row], evaluation.unit_names[row]


def _decimal(cell: Cell | None) -> Any:
    return None if cell is None else to_decimal(cell.value) if isinstance(cell.value, Exact) else cell.value


def _difference(before: Cell | None, after: Cell | None) -> Any:
    """After − before, None unless both are numbers."""
    if before is None or after is None or not isinstance(before.value, Exact) or not isinstance(after.value, Exact):
        return None
    return to_decimal(after.value - before.value)


def findings(evaluation: Evaluation) -> list[Fault]:
    """Statuses that could not be decided, and figures of other periods that stand on another boundary than those of this one."""
    file = f"data/{evaluation.scheme.id}/{evaluation.scheme.period}"
    return [*doubts(evaluation.walk.participation, evaluation.dataset.units, file), *_mixed(evaluation, file)]


def _mixed(evaluation: Evaluation, file: str) -> list[Fault]:
    """A figure that is read of another period has that period's boundary, whatever the one used here."""
    found = []
    scheme, own = evaluation.scheme, evaluation.dataset.calibres
    columns = scheme.tables["units"].columns
    reads = {ref.name for variants in scheme.periods.values() for model in variants for ref in model.refs() if ref.kind == "column"}
    read = [name for name in columns if name in reads]
    for period, other in evaluation.others.items() if read else ():
        for code, now in own.items():
            then = other.dataset.calibres.get(code)
            series = "before" if then is None else then.used
            if series != now.used:
                name = evaluation.unit_names[evaluation.row(code)]
                labels = "、".join(f"“{columns[quantity].label}”" for quantity in read)
                message = f"“{name}”{period}用{CALIBRES[series]}口径，本期用{CALIBRES[now.used]}口径，跨期取用的{labels}口径不一"
                remedy = "请改由本期数据带入同一口径的往期数，或在结果中说明"
                found.append(Fault("calibre.mixed", message, remedy, file=file, path="periods", severity="finding"))
    return found
