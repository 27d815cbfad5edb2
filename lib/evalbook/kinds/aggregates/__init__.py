"""Aggregates: how a branch combines its children. One module, one kind."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from ..discovery import kinds_in, one_of
from .base import Aggregate

AGGREGATES = kinds_in(__name__, Aggregate)


def _bare_name(raw: Any) -> Any:
    """``sum`` is short for ``{sum: null}``."""
    return {raw: None} if isinstance(raw, str) else raw


AnyAggregate: Any = Annotated[one_of(AGGREGATES, "汇总方式"), BeforeValidator(_bare_name)]
