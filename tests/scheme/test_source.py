"""Reading YAML: nothing changes its meaning silently, and what cannot be read is told line by line."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from evalbook.errors import Refused
from evalbook.kinds.base import Quoted
from evalbook.scheme.source import load_yaml, parse_yaml

FILE = "params/x.yaml"


@pytest.fixture
def refused(told: Any) -> Any:
    """Faults of a text, each held against what every fault promises."""

    def faults(text: str) -> list[Any]:
        with pytest.raises(Refused) as caught:
            parse_yaml(text, FILE)
        return [told(fault) for fault in caught.value.faults]

    return faults


# --- what is read ------------------------------------------------------------------------------------------------------


def test_plain_scalars_stay_texts() -> None:
    """What YAML 1.1 readers turn into numbers, dates and truths stays the text that the author wrote."""
    texts = ["no", "yes", "on", "010000", "2020-03-26", "1e3", "0x1F", "12:30:45", "1_000", "1/3", "3-5", "True", "010", ".inf", "=", "６"]
    source = parse_yaml("".join(f"k{n}: {text}\n" for n, text in enumerate(texts)), FILE)
    assert list(source.data.values()) == texts
    assert {type(value) for value in source.data.values()} == {str}


def test_only_true_false_and_null_are_more_than_text() -> None:
    """true and false are truths; ~, null and nothing are no value."""
    assert parse_yaml("a: true\nb: false\nc: null\nd: ~\ne:", FILE).data == {"a": True, "b": False, "c": None, "d": None, "e": None}


def test_quoted_texts_are_marked() -> None:
    """A quoted or block text is a literal and never a name; a plain one is not marked."""
    source = parse_yaml("a: \"省库\"\nb: '1'\nc: place\nd: |\n  x\n", FILE)
    assert {key: isinstance(value, Quoted) for key, value in source.data.items()} == {"a": True, "b": True, "c": False, "d": True}


def test_every_path_has_its_line() -> None:
    """Keys and list items are found again by path, in flow and in block style; what is not there has its parent's line."""
    source = parse_yaml("a:\n  b:\n    - x\n    - {c: 1, d: [2,\n         3]}\n", FILE)
    lines = {
        path: source.place(path)[1]
        for path in [("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1, "d"), ("a", "b", 1, "d", 1), ("a", "b", 1, "z")]
    }
    assert list(lines.values()) == [1, 2, 3, 4, 5, 4]


def test_bom_and_windows_line_ends(tmp_path: Path) -> None:
    """UTF-8 with a byte-order mark and CRLF, as Windows editors write it, reads like any other."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + "甲: 1\r\n乙: 2\r\n".encode())
    source = load_yaml(path, FILE)
    assert source.data == {"甲": "1", "乙": "2"}
    assert source.place(("乙",)) == (FILE, 2)


keys = st.text(alphabet="abcdefgh_省库", min_size=1, max_size=5)
words = st.one_of(
    st.sampled_from(["no", "on", "010000", "2020-03-26", "1e3", "0.5", "-3", "1/3", "true", "~", "null", "12:30", "$x"]),
    st.text(alphabet="abc 省库#:,[]{}'\"\\%&*!|>-?@`，：\n\t", max_size=8),
)
trees = st.recursive(words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12)


def _as_texts(data: Any) -> Any:
    """What the reader types, as the text it stood for."""
    if isinstance(data, dict):
        return {key: _as_texts(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_as_texts(value) for value in data]
    return {True: "true", False: "false"}[data] if isinstance(data, bool) else data


@given(data=st.dictionaries(keys, trees, min_size=1, max_size=4), flow=st.booleans())
def test_same_data_as_the_base_loader(data: dict[str, Any], flow: bool) -> None:
    """On any mapping of texts, lists and mappings the reader returns what PyYAML's loader of plain texts returns."""
    text = yaml.dump(data, Dumper=_Plain, allow_unicode=True, default_flow_style=flow)
    expected = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader builds texts only
    actual = _as_texts(parse_yaml(text, FILE).data)
    assert actual == expected


class _Plain(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes texts plain wherever YAML can, as authors do; what the reader takes for no value is quoted."""

    def __init__(self, stream: Any, **options: Any) -> None:
        style = options.pop("default_flow_style", None)
        Emitter.__init__(self, stream, allow_unicode=options["allow_unicode"])
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, default_flow_style=style)
        BaseResolver.__init__(self)

    def ignore_aliases(self, data: Any) -> bool:
        """The reader refuses aliases, so none are written."""
        return True


def _text(dumper: SafeRepresenter, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"' if value in ("", "~", "null") else None)


_Plain.add_representer(str, _text)


# --- what is refused ---------------------------------------------------------------------------------------------------

REFUSED = {
    "duplicate-key": ("a: 1\nb: 2\na: 3", "yaml.duplicate_key", 3, "“a”重复（前一处在第1行）"),
    "duplicate-inner": ("a:\n  b: 1\n  c: 2\n  b: 1", "yaml.duplicate_key", 4, "“b”重复（前一处在第2行）"),
    "duplicate-flow": ("a: {b: 1, b: 2}", "yaml.duplicate_key", 1, "“b”重复"),
    "anchor": ("a: 1\nb: &x 2", "yaml.alias", 2, "锚点"),
    "alias": ("a: 1\nb: &x 2\nc: *x", "yaml.alias", 3, "直接写出来"),
    "tag": ("a: 1\nb: !!int 2", "yaml.tag", 2, "请去掉标签"),
    "python-tag": ('a: !!python/object/apply:os.system ["x"]', "yaml.tag", 1, "请去掉标签"),
    "own-tag": ("a: !set {b: 1}", "yaml.tag", 1, "!set"),
    "second-document": ("a: 1\n---\nb: 2", "yaml.documents", 2, "拆成两个文件"),
    "same-document-twice": ("a: 1\n---\na: 1", "yaml.documents", 2, "两份文档"),
    "empty-second-document": ("a: 1\n---\n", "yaml.documents", 2, "两份文档"),
    "list-as-key": ("a: 1\n? [b, c]\n: 2", "yaml.key", 2, "键应为简单文字"),
    "mapping-as-key": ("a: 1\n{b: c}: 2", "yaml.key", 2, "键应为简单文字"),
    "empty": ("", "yaml.empty", None, "空的"),
    "comment-only": ("# 只有注释\n", "yaml.empty", None, "空的"),
    "null": ("~", "yaml.empty", None, "空的"),
    "list": ("- a\n- b", "yaml.not_a_mapping", 1, "键: 值"),
    "text": ("示例", "yaml.not_a_mapping", 1, "键: 值"),
    "tab": ("a:\n\tb: 1", "yaml.syntax", 2, "制表符"),
    "full-width-colon": ("a: 1\nb：2\nc: 3", "yaml.syntax", 2, "全角“：”"),
    "full-width-colon-in-flow": ("a: {b: 1, c：2, [d}", "yaml.syntax", 1, "全角“：”"),
    "full-width-comma": ("a: {b: 1，c: 2}", "yaml.syntax", 1, "全角“，”"),
    "no-space": ("a: 1\nb:2\nc: 3", "yaml.syntax", 2, "冒号后面没有空格"),
    "open-quote": ('a: "x\nb: 2\nc: "y"', "yaml.syntax", 1, "双引号没有成对"),
    "open-bracket": ("a: [1, 2\nb: 3", "yaml.syntax", 1, "括号没有成对"),
    "comma-in-a-comment": ("a: 甲，乙  # {丙，丁\nb: {c: 1，d: 2}", "yaml.syntax", 2, "全角"),
    "colon-in-text": ("a: b: c", "yaml.syntax", 1, "可能缺少缩进或引号"),
    "control-character": ("a: 1\nb: x\x1by", "yaml.syntax", 2, "控制字符"),
    "zero-byte": ("a: 1\nb: x\x00y", "yaml.syntax", 2, "控制字符"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refused_with_line_and_remedy(refused: Any, case: tuple[str, str, int | None, str]) -> None:
    """Each thing that YAML allows and we do not, and each slip of the keyboard, is told with its line and what to do."""
    text, code, row, words = case
    faults = [fault for fault in refused(text) if fault.code == code]
    assert row in [fault.row for fault in faults]
    assert any(words in str(fault) for fault in faults)


def test_every_slip_of_a_file_at_once(refused: Any) -> None:
    """Two tabs, a full-width colon and a missing space come out together, each with its line, though the parser stops at the first."""
    faults = refused("a:\n\tb: 1\n\tc: 2\nd：3\ne:4\n")
    assert [(fault.row, fault.code) for fault in faults] == [(2, "yaml.syntax"), (3, "yaml.syntax"), (4, "yaml.syntax"), (5, "yaml.syntax")]


def test_what_stood_before_the_slip_is_told_too(refused: Any) -> None:
    """A duplicate key, an alias and a tag above the place where the parser gives up are not lost."""
    faults = refused("a: &x 1\na: 2\nb: !!int 3\nc: [1\nd: 2")
    assert {fault.code for fault in faults} == {"yaml.alias", "yaml.duplicate_key", "yaml.tag", "yaml.syntax"}


def test_a_text_with_full_width_signs_is_no_slip() -> None:
    """Chinese punctuation inside texts, and http://, are what they are."""
    text = 'a: 见附件：第一条，第二条\nb: "甲：乙，丙"\nc: http://example.org\nd: [一，二, 三]\n'
    assert parse_yaml(text, FILE).data == {
        "a": "见附件：第一条，第二条",
        "b": "甲：乙，丙",
        "c": "http://example.org",
        "d": ["一，二", "三"],
    }


@pytest.mark.parametrize("nest", ["[", "{b: ", "- "], ids=["lists", "mappings", "items"])
def test_endless_nesting_is_refused_quickly(refused: Any, nest: str) -> None:
    """A hundred thousand levels are refused at the forty-first, in no time and without exhausting the stack."""
    began = time.monotonic()
    (fault,) = refused("a:\n " + nest * 100_000)
    assert fault.code == "yaml.depth"
    assert fault.row == 2
    assert time.monotonic() - began < 2


def test_forty_levels_are_fine() -> None:
    """What a scheme can need is far from the limit."""
    assert parse_yaml("a: " + "[" * 39 + "]" * 39, FILE).data["a"] != []


@pytest.mark.parametrize(
    ("raw", "code", "row"),
    [
        ("甲: 1\n乙: 衢州市".encode("gbk"), "file.encoding", 1),
        ("a: 1\nb: 衢州市".encode("gb18030"), "file.encoding", 2),
        ("a: 1".encode("utf-16"), "file.encoding", 1),
        (b"a: " + b"x" * 4_000_000, "yaml.too_large", None),
    ],
    ids=["gbk", "gb18030", "utf-16", "too-large"],
)
def test_unreadable_files(tmp_path: Path, told: Any, raw: bytes, code: str, row: int | None) -> None:
    """Files in another encoding are refused with the line where it shows, files without measure before they are parsed."""
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(Refused) as caught:
        load_yaml(path, FILE)
    (fault,) = caught.value.faults
    assert (told(fault).code, fault.row, fault.file) == (code, row, FILE)


def test_a_folder_or_nothing_in_place_of_the_file(tmp_path: Path, told: Any) -> None:
    """A missing file and a folder of that name are told, not tripped over."""
    for path in (tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(Refused) as caught:
            load_yaml(path, FILE)
        assert [told(fault).code for fault in caught.value.faults] == ["file.unreadable"]
