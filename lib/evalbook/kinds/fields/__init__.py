"""Measures that read the field: a number that depends on the other units. One module, one kind."""

from typing import Any

from ..base import Measure, Operand
from ..discovery import kinds_in, one_of
from ..measures import LOCAL_MEASURES

FIELD_MEASURES = kinds_in(__name__, Measure)
MEASURES: dict[str, Any] = {**LOCAL_MEASURES, **FIELD_MEASURES}
#: Any measure, or the name of what is measured.
AnyMeasure = one_of(MEASURES, "指标口径", operand=Operand)
