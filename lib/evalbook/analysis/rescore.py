"""One period scored again with some settings changed: what readings and the what-if desk share.

Figures are read again only where the change concerns how they are read, and only what reads something that differs is computed again;
results of other periods stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..intake.period_data import read_scheme
from ..intake.what_if import with_figures
from ..scheme.scheme import Scheme, load_scheme
from ..scheme.tables import ParticipationSpec, TableSpec
from ..scoring.dataset import Dataset
from ..scoring.evaluation import Evaluation, evaluate


def rescore(root: Path, base: Evaluation, overrides: Mapping[str, Any]) -> Evaluation:
    """The evaluation under ``overrides`` (path → value, as ``Workbook.prepare`` takes them), on top of those ``base`` has.

    Raises
    ------
    Refused
        What is set cannot be scored with these figures.
    UsageError
        A path or a reading that does not exist.
    """
    was = base.scheme
    scheme = load_scheme(root, was.id, str(was.period), overrides={**was.overrides.as_dict(), **overrides}, known=was)
    return evaluate(scheme, _dataset(root, base, scheme), base.others, known=base)


def _dataset(root: Path, base: Evaluation, scheme: Scheme) -> Dataset:
    was = base.scheme
    if _reads_alike(scheme, was):
        if scheme.overrides.figures == was.overrides.figures:
            return base.dataset
        if not was.overrides.figures and (changed := with_figures(base.dataset, scheme)) is not None:
            return changed
    return read_scheme(root / "data" / scheme.id / str(scheme.period), scheme)[0]


def _reads_alike(scheme: Scheme, was: Scheme) -> bool:
    """Whether two schemes read the same from one folder. How a unit takes part matters there only as the day on which it does."""
    one, other = ({**each.tables, "units": _without_participation(each.tables["units"])} for each in (scheme, was))
    days = {each.participation.day(each.period) for each in (scheme, was)}
    return one == other and len(days) == 1 and scheme.needed() == was.needed() and scheme.tables_read == was.tables_read


def _without_participation(spec: TableSpec) -> TableSpec:
    return spec.model_copy(update={"participation": ParticipationSpec()})
