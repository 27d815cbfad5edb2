"""YAML as data with line numbers: a strict reading of YAML 1.2 scalars, in which nothing changes its meaning silently.

PyYAML's C parser supplies the events; what YAML 1.1 loaders do to scalars (``no`` → False, ``010000`` → 4096, dates) never
happens: plain scalars stay texts that the models type, quoted ones are :class:`~evalbook.kinds.base.Quoted`. Duplicate
keys, aliases, tags and several documents are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..errors import Fault, Refused
from ..kinds.base import Quoted

PathKey = tuple[str | int, ...]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 4_000_000
_MAX_DEPTH = 40


@dataclass
class Source:
    """Parsed data, the file it came from, and where every path in it stands: (file, line)."""

    data: Any
    file: str
    places: dict[PathKey, tuple[str, int | None]] = field(default_factory=dict)

    def place(self, path: PathKey) -> tuple[str, int | None]:
        """File and line of a path, or of its nearest ancestor that stands in a file (a patch may come from another one)."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (self.file, None))

    def fault(self, code: str, message: str, path: PathKey = (), *, remedy: str = "", value: str = "", severity: str = "error") -> Fault:
        """A fault at a path of this file."""
        dotted = ".".join(str(p) for p in path)
        file, line = self.place(path)
        return Fault(code, message, remedy, file=file, row=line, path=dotted, value=value, severity=severity)


def read_text(path: Path, shown: str) -> str:
    """Text of a parameter file: UTF-8, with or without BOM."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Refused([Fault("file.unreadable", "文件不存在或无法读取", "请检查文件名和权限", file=shown)]) from error
    if len(raw) > _MAX_BYTES:
        raise Refused([Fault("yaml.too_large", "参数文件过大", f"请控制在{_MAX_BYTES // 1_000_000}MB以内", file=shown)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([Fault("file.encoding", "参数文件不是UTF-8编码", "请在编辑器中另存为UTF-8", file=shown)]) from error


def load_yaml(path: Path, shown: str) -> Source:
    """Read one YAML file; ``shown`` is the name faults print (relative to the project)."""
    return parse_yaml(read_text(path, shown), shown)


def parse_yaml(text: str, shown: str) -> Source:
    """Parse YAML text.

    >>> parse_yaml('a: no\\nb: "1"\\nc: 010', "x.yaml").data
    {'a': 'no', 'b': '1', 'c': '010'}
    """
    source = Source(None, shown)
    faults: list[Fault] = []
    try:
        events = iter(list(yaml.parse(text, Loader=_Loader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        raise Refused(
            [
                Fault(
                    "yaml.syntax",
                    "YAML 写法有误：" + _hint(text, row, str(getattr(error, "problem", ""))),
                    "请对照相邻行检查缩进、冒号和引号",
                    file=shown,
                    row=row,
                )
            ]
        ) from error
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            source.data = _node(next(events), events, (), source, faults)
            if source.data is None:
                faults.append(Fault("yaml.empty", "文件是空的", file=shown))
        elif isinstance(event, yaml.StreamEndEvent) and source.data is None and not faults:
            faults.append(Fault("yaml.empty", "文件是空的", file=shown))
    if not faults and not isinstance(source.data, dict):
        faults.append(Fault("yaml.not_a_mapping", "文件最外层应为“键: 值”", file=shown))
    if faults:
        raise Refused(faults)
    return source


def scalar(text: str) -> Any:
    """A plain scalar as YAML 1.2 reads it, numbers left as text."""
    if text in ("", "~", "null"):
        return None
    return {"true": True, "false": False}.get(text, text)


def _hint(text: str, row: int | None, problem: str) -> str:
    line = text.splitlines()[row - 1] if row and row <= len(text.splitlines()) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "缩进用了制表符，应改为空格"
    if "：" in line:
        return "冒号是全角“：”，应改为半角“:”并在后面空一格"
    return {"mapping values are not allowed here": "此处不应出现“: ”，可能缺少缩进或引号"}.get(problem, "括号、引号或缩进不配对")


def _node(event: Any, events: Any, path: PathKey, source: Source, faults: list[Fault]) -> Any:
    line = event.start_mark.line + 1
    source.places.setdefault(path, (source.file, line))
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        faults.append(source.fault("yaml.alias", "不支持锚点与引用（& 和 *）", path, remedy="请把内容直接写出来"))
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        faults.append(source.fault("yaml.tag", "不支持类型标签", path, value=str(tag), remedy="请去掉标签"))
    if len(path) > _MAX_DEPTH:
        raise Refused([source.fault("yaml.depth", "层次过深", path)])
    if isinstance(event, yaml.ScalarEvent):
        return Quoted(event.value) if event.style in ("'", '"', "|", ">") else scalar(event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(child := next(events), yaml.SequenceEndEvent):
            items.append(_node(child, events, (*path, len(items)), source, faults))
        return items
    if isinstance(event, yaml.MappingStartEvent):
        mapping: dict[str, Any] = {}
        while not isinstance(key_event := next(events), yaml.MappingEndEvent):
            key = str(key_event.value) if isinstance(key_event, yaml.ScalarEvent) else ""
            here = (*path, key)
            row = key_event.start_mark.line + 1
            if not isinstance(key_event, yaml.ScalarEvent):
                _node(key_event, events, (*path, "?"), source, faults)
                faults.append(Fault("yaml.key", "键应为简单文字", file=source.file, row=row))
            elif key in mapping:
                first = source.places[here][1]
                faults.append(
                    Fault(
                        "yaml.duplicate_key",
                        f"键“{key}”重复（前一处在第{first}行）",
                        "请保留一处",
                        file=source.file,
                        row=row,
                        path=".".join(map(str, here)),
                    )
                )
            else:
                source.places[here] = (source.file, row)
            mapping[key] = _node(next(events), events, here, source, faults)
        return mapping
    return None
