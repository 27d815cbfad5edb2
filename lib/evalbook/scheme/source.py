"""YAML as data with line numbers: a strict reading of YAML 1.2 scalars, in which nothing changes its meaning silently.

PyYAML's C parser supplies the events; what YAML 1.1 loaders do to scalars (``no`` → False, ``010000`` → 4096, dates) never
happens: plain scalars stay texts that the models type, quoted ones are :class:`~evalbook.kinds.base.Quoted`. Duplicate
keys, aliases, tags and several documents are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
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
    """Parsed data, the file it came from, and where every path in it stands: (file, line).

    ``settled`` keeps what :func:`evalbook.scheme.by.settle` made of it, by period.
    """

    data: Any
    file: str
    places: dict[PathKey, tuple[str, int | None]] = field(default_factory=dict)
    settled: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

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
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise Refused([Fault("file.unreadable", "文件不存在或无法读取", "请检查文件名和权限", file=shown)]) from error
    if len(raw) > _MAX_BYTES:
        raise Refused([Fault("yaml.too_large", "参数文件过大", f"请控制在{_MAX_BYTES // 1_000_000}MB以内", file=shown)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        message, remedy = "参数文件不是UTF-8编码（可能是GBK）", "请在编辑器中另存为UTF-8"
        raise Refused([Fault("file.encoding", message, remedy, file=shown, row=row)]) from error


def load_yaml(path: Path, shown: str) -> Source:
    """Read one YAML file; ``shown`` is the name faults print (relative to the project)."""
    return _parsed(read_text(path, shown), shown)


@lru_cache(maxsize=64)
def _parsed(text: str, shown: str) -> Source:
    """The same text once: trials read the same files again and again. Nobody changes a source, patches are made on copies."""
    return parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> Source:
    """Parse YAML text. Refused with everything wrong with its writing.

    >>> parse_yaml('a: no\\nb: "1"\\nc: 010', "x.yaml").data
    {'a': 'no', 'b': '1', 'c': '010'}
    """
    source = Source(None, shown)
    faults: list[Fault] = []
    events = yaml.parse(text, Loader=_Loader)
    documents = 0
    try:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    row = event.start_mark.line + 1
                    message, remedy = "一个文件里有两份文档（以“---”分隔）", "请拆成两个文件，或删去“---”"
                    faults.append(Fault("yaml.documents", message, remedy, file=shown, row=row))
                    break
                source.data = _node(next(events), events, (), source, faults)
    except yaml.YAMLError as error:
        raise Refused([*faults, *_syntax(text, shown, error)]) from error
    if source.data is None and not faults:
        faults.append(Fault("yaml.empty", "文件是空的", "请按同一文件夹中其他文件的样子填写", file=shown))
    elif not isinstance(source.data, dict) and not faults:
        faults.append(Fault("yaml.not_a_mapping", "文件最外层应为“键: 值”", "请在每行开头写键名、半角冒号和空格", file=shown, row=1))
    if faults:
        raise Refused(faults)
    return source


def scalar(text: str) -> Any:
    """A plain scalar as YAML 1.2 reads it, numbers left as text."""
    if text in ("", "~", "null"):
        return None
    return {"true": True, "false": False}.get(text, text)


#: What is easily mistyped, told line by line once the parser has given up.
_SLIPS = (
    (re.compile(r"\s*\t\s*\S"), "缩进用了制表符", "请改为空格"),
    (re.compile(r"(?:\s*-\s+)?\s*[A-Za-z_$][\w.*]*\s*：|.*[{,]\s*[A-Za-z_$][\w.*]*\s*："), "冒号是全角“：”", "请改为半角“:”并在后面空一格"),
    (re.compile(r"(?:\s*-\s+)?\s*[A-Za-z_][\w.*]*:[^\s/]"), "冒号后面没有空格", "请在冒号后面空一格"),
    (re.compile(r'[^"#]*"(?:[^"]*"[^"]*")*[^"]*$'), "双引号没有成对", "请补上另一半引号"),
    (re.compile(r".*[{\[][^}\]]*，\s*[A-Za-z_][\w.*]*\s*[:：]"), "逗号是全角“，”", "请改为半角“,”"),
    (re.compile(r".*[^\t\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"), "有看不见的控制字符", "请删去这一行重新输入"),
)


def _left_open(line: str, after: str) -> bool:
    """Whether brackets are opened on a line that the next one, no further indented, cannot close."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", line)
    opened = sum(bare.count(sign) for sign in "{[") - sum(bare.count(sign) for sign in "}]")
    indents = (len(text) - len(text.lstrip()) for text in (after, line))
    return opened > 0 and after.strip()[:1] not in "]}" and next(indents) <= next(indents)


def _syntax(text: str, shown: str, error: Any) -> list[Fault]:
    """What the parser gave up on, and every line that looks mistyped: one of these is the cause more often than not."""
    found: dict[int, Fault] = {}
    lines = [re.sub(r"(^|\s)#.*", "", line) for line in re.split(r"\r\n|\r|\n", text)]
    for row, line in enumerate(lines, 1):
        slip = next(((what, remedy) for pattern, what, remedy in _SLIPS if pattern.match(line)), None)
        if slip is None and _left_open(line, next((after for after in lines[row:] if after.strip()), "")):
            slip = ("括号没有成对", "请补上缺少的括号")
        if slip is not None:
            found[row] = Fault("yaml.syntax", f"YAML 写法有误：{slip[0]}", slip[1], file=shown, row=row)
    mark = getattr(error, "problem_mark", None)
    noticed = mark.line + 1 if mark else 0
    # a slip is noticed on its own line or on the one after it
    if not found or (noticed and not {noticed, noticed - 1} & set(found)):
        stray = "mapping values are not allowed" in str(getattr(error, "problem", ""))
        message = "此处不应出现“: ”，可能缺少缩进或引号" if stray else "括号、引号或缩进不配对"
        remedy = "请对照相邻行检查缩进、冒号和引号"
        found[noticed] = Fault("yaml.syntax", f"YAML 写法有误：{message}", remedy, file=shown, row=noticed or None)
    return [found[row] for row in sorted(found)]


def _node(event: Any, events: Any, path: PathKey, source: Source, faults: list[Fault]) -> Any:
    line = event.start_mark.line + 1
    source.places.setdefault(path, (source.file, line))
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        faults.append(source.fault("yaml.alias", "不支持锚点与引用（& 和 *）", path, remedy="请把内容直接写出来"))
    tag = getattr(event, "tag", None)
    if tag is not None and tag != "!":
        faults.append(source.fault("yaml.tag", "不支持类型标签", path, value=str(tag), remedy="请去掉标签"))
    if len(path) > _MAX_DEPTH:
        faults.append(Fault("yaml.depth", f"层次超过{_MAX_DEPTH}层", "请检查是否漏写了右括号", file=source.file, row=line))
        raise Refused(faults)
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
                faults.append(Fault("yaml.key", "键应为简单文字", "键名不能是列表或映射；含 { 或 [ 的请加引号", file=source.file, row=row))
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
