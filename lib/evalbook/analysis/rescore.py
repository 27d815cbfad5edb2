"""One period scored again with some settings changed: what readings and the what-if desk share.

Figures are read again only where the change concerns them; results of other periods stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..intake.period_data import read_period
from ..scheme.scheme import Scheme, load_scheme
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
    scheme = load_scheme(root, base.scheme.id, str(base.scheme.period), overrides={**base.scheme.overrides.as_dict(), **overrides})
    return evaluate(scheme, _dataset(root, base, scheme), base.others)


def _dataset(root: Path, base: Evaluation, scheme: Scheme) -> Dataset:
    was = base.scheme
    same = scheme.tables == was.tables and scheme.needed() == was.needed() and scheme.tables_read == was.tables_read
    if same and scheme.overrides.figures == was.overrides.figures:
        return base.dataset
    dataset, _ = read_period(
        root / "data" / scheme.id / str(scheme.period),
        tables=scheme.tables,
        period=scheme.period,
        needed=scheme.needed(),
        used=scheme.tables_read,
        excused=scheme.excused,
        what_if=scheme.overrides.figures,
        elsewhere=scheme.elsewhere,
    )
    return dataset
