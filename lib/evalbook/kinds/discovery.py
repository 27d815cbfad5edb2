"""Finds the kinds of one room: every class of its modules that a scheme may name. Adding a kind adds one file."""

from __future__ import annotations

import importlib
import pkgutil
from difflib import get_close_matches
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Tag
from pydantic_core import PydanticCustomError

from ..errors import nearest
from .base import Kind, Ref


def kinds_in(package: str, base: type[Kind]) -> dict[str, type[Kind]]:
    """Name → class of every concrete kind defined in the modules of ``package``, in alphabetical order."""
    found: dict[str, type[Kind]] = {}
    root = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(root.__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{package}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__ and value.title:
                found[value.name()] = value
    return dict(sorted(found.items()))


def tag(name: str) -> str:
    """Marker that the union adds to an error's location; no YAML key can look like it, and it is dropped when the location is shown."""
    return f"\0{name}"


def is_tag(part: object) -> bool:
    """Whether a part of an error's location is such a marker."""
    return isinstance(part, str) and part.startswith("\0")


def one_of(classes: dict[str, type[Kind]], what: str, *, operand: Any = None) -> Any:
    """Union of kinds, told apart by the one key that names a kind; an ``operand`` may stand in its place.

    A mapping with no known key, or with two, is refused with the nearest name.
    """

    def check(raw: Any) -> Any:
        if isinstance(raw, (Kind, Ref)) or (operand is not None and not isinstance(raw, dict)):
            return raw
        if not isinstance(raw, dict):
            raise PydanticCustomError(
                "not_a_kind", "应写成一种{what}，如 {example}", {"what": what, "example": "{" + next(iter(classes)) + ": …}"}
            )
        named = [key for key in raw if key in classes]
        if len(named) > 1:
            raise PydanticCustomError("two_kinds", "一处只能用一种{what}，这里写了：{names}", {"what": what, "names": "、".join(named)})
        if not named:
            meant = (str(key) for key in raw if len(raw) == 1 or get_close_matches(str(key), classes, n=1))
            unknown = next(meant, "")
            if not unknown:
                near = nearest("", classes)
                raise PydanticCustomError("no_kind", "没有写明用哪一种{what}；{near}", {"what": what, "near": near})
            raise PydanticCustomError(
                "unknown_kind", "没有名为“{name}”的{what}；{near}", {"what": what, "name": unknown, "near": nearest(unknown, classes)}
            )
        return raw

    def discriminate(raw: Any) -> str:
        if isinstance(raw, Kind):
            return tag(raw.name())
        return tag(next(key for key in raw if key in classes)) if isinstance(raw, dict) else tag("operand")

    members = [Annotated[cls, Tag(tag(name))] for name, cls in classes.items()]
    if operand is not None:
        members.append(Annotated[operand, Tag(tag("operand"))])
    union = reduce(or_, members) if len(members) > 1 else members[0]
    return Annotated[union, Discriminator(discriminate), BeforeValidator(check)]
