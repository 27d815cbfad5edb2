"""What-if files: ``params/<scheme>/what_if/<name>.yaml``, a trial (试算) that is kept under a name.

::

    schema: 1
    label: 外贸加分值
    reason: 领导小组要求测算分值由6分提到8分的影响
    set:
      tree.trade_increment.marks: 8
      values.宁波市.trade_total: "13000"
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from ..errors import Fault, Refused, UsageError, nearest
from ..kinds.base import Model, Text
from .models import Version, Words
from .source import load_yaml
from .validate import validate

FOLDER = "what_if"


class WhatIfFile(Model):
    """One trial kept under a name (具名试算): what it sets, and why. ``period`` limits it to one period."""

    schema_: Version = Field(alias="schema")
    label: Text = ""
    reason: Words
    period: Text = ""
    set: Annotated[dict[Text, Any], Field(min_length=1), WithJsonSchema({"type": "object", "minProperties": 1})]


def what_if_names(root: Path, scheme: str) -> list[str]:
    """Names of the trials that a scheme keeps."""
    return sorted(path.stem for path in (root / "params" / scheme / FOLDER).glob("*.yaml") if not path.is_symlink())


def load_what_if(root: Path, scheme: str, period: str, name: str) -> WhatIfFile:
    """Read one. UsageError for a name that is not there or another period, Refused with what is wrong in it."""
    known = what_if_names(root, scheme)
    if name not in known:
        raise UsageError(f"考核办法“{scheme}”没有名为“{name}”的试算文件（params/{scheme}/{FOLDER}）；{nearest(name, known)}")
    shown = f"params/{scheme}/{FOLDER}/{name}.yaml"
    source = load_yaml(root / shown, shown)
    model, faults = validate(WhatIfFile, source, source.data)
    if faults:
        raise Refused(faults)
    assert isinstance(model, WhatIfFile)
    if model.period and model.period != period:
        raise UsageError(f"试算文件“{name}”是为{model.period}写的，不用于{period}")
    empty = [path for path, value in model.set.items() if value is None and path.startswith("values.")]
    if empty:
        message, remedy = "没有填写数值", "请填写数值；试算为没有数据的写“缺失”"
        raise Refused([Fault("what_if.blank", message, remedy, file=shown, path=f"set.{path}") for path in empty])
    return model
