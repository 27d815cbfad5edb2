"""Base of all typed models: strict keys, exact numbers, frozen."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from ..exact import Exact, exact, is_number_text, plain


class Quoted(str):
    """A text that stood in quotes in the YAML: a literal, never a name."""

    __slots__ = ()


class Model(BaseModel):
    """Unknown keys are refused, values are frozen, exact numbers are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _to_exact(value: Any) -> Exact:
    if isinstance(value, Exact):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not is_number_text(str(value)):
        raise PydanticCustomError("not_a_number", "应为数（如 6、2.5、1/3）")
    return exact(value)


#: A number written in YAML, kept exact.
ExactNumber = Annotated[
    Any,
    BeforeValidator(_to_exact),
    PlainSerializer(lambda v: plain(v), return_type=str),
    WithJsonSchema({"type": ["number", "string"], "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$|^[+-]?[0-9]+/[1-9][0-9]*$"}),
]
