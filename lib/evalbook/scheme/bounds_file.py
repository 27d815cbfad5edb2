"""A file of its own with the bounds of a study (``robustness --spec FILE``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ..errors import Refused, UsageError
from ..kinds.base import Model
from .bounds import Bounds
from .models import Version
from .source import load_yaml
from .validate import validate


class BoundsFile(Model):
    """A file with bounds for one study."""

    schema_: Version = Field(alias="schema")
    robustness: Bounds


def load_bounds(path: Path) -> Bounds:
    """Read a file of bounds. UsageError when there is none, Refused with what is wrong in it."""
    if not path.is_file():
        raise UsageError(f"没有幅度文件：{path}；请写一个含 schema: 1 和 robustness 的 YAML 文件")
    source = load_yaml(path, path.name)
    model, faults = validate(BoundsFile, source, source.data)
    if model is None:
        raise Refused(faults)
    found: Bounds = model.robustness
    return found
