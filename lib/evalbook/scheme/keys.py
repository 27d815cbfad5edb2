"""Which keys mean something at a place: asked for the nearest name of a misspelt key and by patches with a wildcard.

``options`` are the models a block may be. Going down one key narrows them by what the block says of itself: a kind by its name, a leaf
or a branch by the keys it has.
"""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Any

from pydantic import BaseModel

from ..kinds.base import Kind

Options = tuple[Any, ...]


def options_of(annotation: Any) -> Options:
    """What an annotation can hold, unions and markers unwrapped: models, and containers of them."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return options_of(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return tuple(option for argument in arguments for option in options_of(argument))
    return (annotation,)


def below(options: Options, block: Any, key: Any) -> Options:
    """What the value under ``key`` of a block can be."""
    found: list[Any] = []
    for option in options:
        origin: Any = typing.get_origin(option)
        if origin in (dict, list):
            found += options_of(typing.get_args(option)[-1])
    for model in _fitting(options, block):
        found += _fields(model).get(key, ())
    return tuple(found)


def keys_of(options: Options, block: Any) -> list[str]:
    """Keys that a block may have; none where it is no model.

    >>> from evalbook.kinds.fields import AnyMeasure
    >>> keys_of(options_of(AnyMeasure), {"gap": "$x", "agianst": "previous"})[-2:]
    ['gap', 'against']
    """
    return list(dict.fromkeys(key for model in _fitting(options, block) for key in _fields(model)))


@cache
def _fields(model: type[BaseModel]) -> dict[str, Options]:
    """Key → what stands under it in a model."""
    return {info.alias or name: options_of(info.annotation) for name, info in model.model_fields.items()}


def _fitting(options: Options, block: Any) -> list[type[BaseModel]]:
    """The models that share the most keys with a block; a kind only where its name is one of them."""
    if not isinstance(block, dict):
        return []
    models = [o for o in options if isinstance(o, type) and issubclass(o, BaseModel)]
    models = [m for m in models if not issubclass(m, Kind) or m.name() in block]
    shared = [len(_fields(m).keys() & block.keys()) for m in models]
    return [m for m, count in zip(models, shared, strict=True) if count == max(shared)]
