"""Outcomes: what the results lead to, as data. One module, one kind."""

from ..discovery import kinds_in, one_of
from .base import Outcome

OUTCOMES = kinds_in(__name__, Outcome)
AnyOutcome = one_of(OUTCOMES, "结果运用方式")
