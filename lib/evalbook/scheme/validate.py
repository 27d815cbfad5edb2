"""Models meet text: validates a source and turns every complaint into a Chinese instruction with file, line and path."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..errors import Fault, nearest
from ..kinds.discovery import is_tag
from .by import inside, is_table
from .keys import below, keys_of, options_of
from .source import PathKey, Source

#: Type of a complaint → (what is wrong, what to do).
_MESSAGES = {
    "string_type": ("应为文字", ""),
    "list_type": ("应为列表", "写成 [甲, 乙]，或每行一项、以“- ”开头"),
    "dict_type": ("应为“键: 值”的映射", "写成 {{键: 值}}，或每行一个“键: 值”并缩进"),
    "model_type": ("应为“键: 值”的映射", "写成 {{键: 值}}，或每行一个“键: 值”并缩进"),
    "too_short": ("至少应有{min_length}项", "请补写"),
    "too_long": ("至多应有{max_length}项", "请只留{max_length}项"),
    "string_too_short": ("不能为空", "请填写"),
    "string_pattern_mismatch": ("名称只能用小写字母、数字和下划线，并以字母开头", "请改名，汉字写在 label 里"),
}
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: A value longer than this is cut where a fault shows it.
_SHOWN = 60

#: Complaints that a value has another form altogether.
_FORMS = {"literal_error", "string_type", "list_type", "dict_type", "model_type", "bool_type", "not_a_number", "not_an_integer"}

#: Field names that differ from their YAML key.
_KEYS = {"not_": "not", "in_": "in", "is_": "is"}


def validate(
    annotation: Any, source: Source, raw: Any, at: PathKey = (), *, locate: Callable[[PathKey], PathKey] | None = None
) -> tuple[Any, list[Fault]]:
    """(model, faults): the model is None when there are faults. ``locate`` finds a path of ``raw`` in the file, where they differ."""
    try:
        return _adapter(annotation).validate_python(raw), []
    except ValidationError as error:
        found = [(item, *_path(item, raw)) for item in error.errors(include_url=False)]
        return None, [_fault(annotation, source, raw, at, item, where, locate or (lambda p: p)) for item, where in _meant(found)]


def _path(item: Any, raw: Any) -> tuple[PathKey, tuple[PathKey, str] | None]:
    """The path of a complaint in the data, and which member of an untagged union complains there: (place of the union, member)."""
    where: list[str | int] = []
    member = None
    for number, part in enumerate(item["loc"], 1):
        key = _KEYS.get(part, part)
        missing = number == len(item["loc"]) and item["type"] == "missing"
        if missing or (isinstance(raw, dict) and key in raw) or (isinstance(raw, list) and isinstance(key, int)):
            where.append(key)
            raw = inside(raw, key)
        elif not is_tag(part) and part != "[key]":
            member = member or (tuple(where), str(part))
    return tuple(where), member


def _meant(found: list[tuple[Any, PathKey, tuple[PathKey, str] | None]]) -> list[tuple[Any, PathKey]]:
    """Complaints without those of union members that were not meant: what does not even have the right form speaks last."""
    members: dict[PathKey, dict[str, bool]] = {}
    for item, where, member in found:
        if member is not None:
            place, name = member
            wrong_form = where == place and item["type"] in _FORMS
            forms = members.setdefault(place, {})
            forms[name] = forms.get(name, True) and not wrong_form
    chosen = {place: next((name for name, fits in forms.items() if fits), next(iter(forms))) for place, forms in members.items()}
    return [(item, where) for item, where, member in found if member is None or chosen[member[0]] == member[1]]


def _fault(
    annotation: Any, source: Source, raw: Any, at: PathKey, item: Any, where: PathKey, locate: Callable[[PathKey], PathKey]
) -> Fault:
    kind, value = item["type"], item.get("input")
    if kind in ("missing", "extra_forbidden"):
        key, block = str(where[-1]), where[:-1]
        if kind == "missing":
            return source.fault("key.missing", f"缺少必填的键“{key}”", (*at, *locate(block)), remedy=f"请补写 {key}")
        path = (*at, *locate(where))
        return source.fault(
            "key.unknown", f"不认识的键“{key}”", path, remedy=_full_width(key) or nearest(key, _known(annotation, raw, block))
        )
    path, shown = (*at, *locate(where)), _shown(value)
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", item["ctx"]["expected"])
        remedy = nearest(shown, options) if len(options) > 1 else f"应为“{options[0]}”"
        return source.fault("value.not_allowed", "取值不在允许范围内", path, value=shown, remedy=remedy)
    told = "string_too_short" if kind == "too_short" and isinstance(value, str) else kind
    if told in _MESSAGES:
        message, remedy = (text.format_map(item.get("ctx", {})) for text in _MESSAGES[told])
    else:  # a complaint of our own says what is wrong and, after a semicolon, what to do
        message, _, remedy = (item["msg"] if _CHINESE.search(item["msg"]) else "写法不符合要求").partition("；")
        remedy = remedy or ("" if "应" in message else "请核对后改正")
    if value is None:
        message, remedy = f"没有填写，{message}", remedy or "请填写，或删去这一键"
    if kind in _FORMS and isinstance(value, dict) and isinstance(value.get("by"), str):
        remedy = _by_remedy(value)
    return source.fault(f"value.{kind}", message, path, value=shown, remedy=_full_width(shown) or remedy)


def _by_remedy(table: dict[str, Any]) -> str:
    """What to do about a by-table that is not taken as one."""
    if is_table(table):
        return "这里的取值对全部考核对象相同，只能按 year 或 period_kind 列表"
    return f"按属性取值应写 by: ${table['by']}，按年度写 by: year，按考核期种类写 by: period_kind"


def _full_width(text: str) -> str:
    return "冒号应为半角“:”并在后面空一格" if "：" in text else ""


def _shown(value: Any) -> str:
    """A scalar as it stands in the YAML, cut when endless."""
    if value is None or isinstance(value, (dict, list, BaseModel)):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…（共{len(text)}字）"


def _known(annotation: Any, raw: Any, path: PathKey) -> list[str]:
    """Keys that the block at a path may have."""
    options = options_of(annotation)
    for key in path:
        options, raw = below(options, raw, key), inside(raw, key)
    return keys_of(options, raw)


def ready(*annotations: Any) -> None:
    """Build what validates, ahead of the first use: processes forked from one that has imported their module have it already."""
    for annotation in annotations:
        _adapter(annotation)


@functools.cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)
