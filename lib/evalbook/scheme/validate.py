"""Models meet text: validates a source and turns every complaint into a Chinese instruction with file, line and path."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..errors import Fault, nearest
from ..kinds.discovery import is_tag
from .source import PathKey, Source

T = TypeVar("T")

_MESSAGES = {
    "missing": "缺少必填的键",
    "string_type": "应为文字",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "list_type": "应为列表",
    "dict_type": "应为“键: 值”的映射",
    "model_type": "应为“键: 值”的映射",
    "model_attributes_type": "应为“键: 值”的映射",
    "none_required": "此处不应有值",
    "too_short": "内容过少",
    "too_long": "内容过多",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "名称只能用小写字母、数字和下划线，并以字母开头",
}

#: Field names that differ from their YAML key.
_KEYS = {"not_": "not", "in_": "in", "is_": "is"}


def validate(annotation: Any, source: Source, raw: Any, at: PathKey = ()) -> tuple[Any, list[Fault]]:
    """(model, faults): the model is None when there are faults."""
    try:
        return TypeAdapter(annotation).validate_python(raw), []
    except ValidationError as error:
        return None, [_fault(annotation, source, raw, at, item) for item in error.errors(include_url=False)]


def _fault(annotation: Any, source: Source, raw: Any, at: PathKey, item: Any) -> Fault:
    where = tuple(_KEYS.get(part, part) for part in item["loc"] if not is_tag(part) and part != "[key]")
    path = (*at, *where)
    kind = item["type"]
    value = item.get("input")
    shown = "" if isinstance(value, (dict, list, BaseModel)) or value is None or kind == "missing" else str(value)
    if kind == "extra_forbidden":
        known = _known_keys(annotation, item["loc"][:-1])
        return source.fault("key.unknown", f"不认识的键“{where[-1]}”", path, remedy=nearest(str(where[-1]), known))
    if kind == "missing":
        return source.fault("key.missing", f"缺少必填的键“{where[-1]}”", path[:-1])
    if kind == "literal_error":
        options = [o.strip().strip("'") for o in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
        return source.fault(
            "value.not_allowed",
            "取值不在允许范围内",
            path,
            value=shown,
            remedy=nearest(shown, options) if len(options) > 1 else f"应为“{options[0]}”",
        )
    message = _MESSAGES.get(kind) or item["msg"]
    return source.fault(f"value.{kind}", message, path, value=shown)


def _known_keys(annotation: Any, loc: tuple[Any, ...]) -> list[str]:
    """Keys of the model at a location, following fields, dictionaries and union tags."""
    current = [annotation]
    for part in loc:
        if part == "[key]":
            continue
        models = [m for c in current for m in _models(c)]
        if is_tag(part):
            name = part[1:]
            current = [m for m in models if getattr(m, "name", lambda: "")() == name or m.__name__.lower() == name]
            continue
        fields = [info.annotation for m in models for n, info in m.model_fields.items() if part in (n, info.alias)]
        current = fields or current
    models = [m for c in current for m in _models(c)]
    return [(info.alias or n).rstrip("_") for m in models for n, info in m.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model class that an annotation can hold, containers and unions unwrapped."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in typing.get_args(annotation):
        if not isinstance(argument, str):
            yield from _models(argument)
