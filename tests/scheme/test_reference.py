"""The reference of kinds: every kind with its title, its example and its fields, written from the classes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalbook.kinds.aggregates import AGGREGATES
from evalbook.kinds.fields import MEASURES
from evalbook.kinds.outcomes import OUTCOMES
from evalbook.kinds.rules import RULES
from evalbook.scheme.reference import reference, write_reference

KINDS = {**MEASURES, **RULES, **AGGREGATES, **OUTCOMES}
PAGE = reference()


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_its_entry(name: str) -> None:
    """A kind stands under its YAML key and its Chinese title, with every field that the YAML may have."""
    cls = KINDS[name]
    entry = PAGE.split(f"### `{name}` {cls.title}\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    fields = entry.rpartition("Fields: ")[2]
    missing = [info.alias or field for field, info in cls.model_fields.items() if f"`{info.alias or field}`" not in fields]
    assert missing == []
    assert re.search("[\u4e00-\u9fff]", entry)


def test_optional_fields_are_marked() -> None:
    """What may be left out is told apart from what must be written."""
    entry = PAGE.split("### `growth` 增长率\n", 1)[1].split("\n### ", 1)[0]
    assert "`growth`, " in entry
    assert "`against`, " in entry
    assert "`undefined` (optional)" in entry


def test_page_says_where_it_comes_from() -> None:
    """A reader who would edit the page learns that it is written from the classes."""
    assert "do not edit" in PAGE.split("## ", 1)[0]


def test_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    """Written with line feeds and UTF-8, ending in one line end."""
    raw = write_reference(tmp_path).read_bytes()
    assert raw.decode("utf-8") == PAGE
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not raw.endswith(b"\n\n")
