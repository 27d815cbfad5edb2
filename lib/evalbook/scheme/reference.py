"""The reference of every kind, written from the classes themselves (docs/kinds.md)."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from ..kinds.aggregates import AGGREGATES
from ..kinds.base import Kind
from ..kinds.conditions import Condition
from ..kinds.fields import FIELD_MEASURES
from ..kinds.history import History
from ..kinds.measures import LOCAL_MEASURES
from ..kinds.outcomes import OUTCOMES
from ..kinds.ranking import Ranking
from ..kinds.rules import RULES

_ROOMS: tuple[tuple[str, str, dict[str, type[Kind]]], ...] = (
    ("Measures of a row", "lib/evalbook/kinds/measures/", LOCAL_MEASURES),
    ("Measures of the field", "lib/evalbook/kinds/fields/", FIELD_MEASURES),
    ("Rules", "lib/evalbook/kinds/rules/", RULES),
    ("Aggregates", "lib/evalbook/kinds/aggregates/", AGGREGATES),
    ("Outcomes", "lib/evalbook/kinds/outcomes/", OUTCOMES),
)
_HEAD = """# Kinds

Written by `evalbook schema` from the classes; do not edit. The YAML key of a kind is its main field. `$name` is a column, a quoted text
a text, a bare name a result; `marks` stands for the marks of the node.
"""


def reference() -> str:
    """Markdown of the whole vocabulary."""
    parts = [_HEAD]
    for title, folder, classes in _ROOMS:
        parts.append(f"## {title}\n\nOne module each in `{folder}`.\n")
        parts += [_entry(name, cls) for name, cls in classes.items()]
    parts.append("## Rankings\n\n" + _body(Ranking))
    parts.append("## Results of other periods\n\nBlocks of `periods`, in `lib/evalbook/kinds/history.py`.\n\n" + _body(History))
    parts.append("## Conditions\n\n" + inspect.cleandoc(Condition.__doc__ or "") + "\n")
    return "\n".join(parts).rstrip() + "\n"


def _entry(name: str, cls: type[Kind]) -> str:
    return f"### `{name}` {cls.title}\n\n{_body(cls)}"


def _body(cls: Any) -> str:
    fields = ", ".join(
        f"`{info.alias or field}`" + ("" if info.is_required() else " (optional)") for field, info in cls.model_fields.items()
    )
    return f"{inspect.cleandoc(cls.__doc__ or '')}\n\nFields: {fields}.\n"


def write_reference(folder: Path) -> Path:
    """Write ``kinds.md`` into docs/."""
    path = folder / "kinds.md"
    path.write_text(reference(), encoding="utf-8", newline="\n")
    return path
