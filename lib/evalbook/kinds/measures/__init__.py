"""Local measures: a number per row, from the row's own figures and child rows. One module, one kind."""

from ..base import Measure, Operand
from ..discovery import kinds_in, one_of

LOCAL_MEASURES = kinds_in(__name__, Measure)
#: A local measure, or the name of what is measured.
LocalMeasure = one_of(LOCAL_MEASURES, "指标口径", operand=Operand)
