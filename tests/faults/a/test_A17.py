"""A17: traditional and variant characters in names."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.intake.filing.matching import fold


@pytest.mark.parametrize(("name", "code"), [("臺州市", "331000"), ("阿垻縣", "513231"), ("朝陽縣", "211321"), ("杭州市", "330100")])
def test_only_one_simplified_form(kit: Any, name: str, code: str) -> None:
    """Characters with one simplified form leave one unit (design §6): matched and noted, never silently."""
    returned = kit.read(kit.wide(A2="", B2=name))
    assert returned.faults == []
    assert kit.office.roster.codes[returned.claims[0].field.unit] == code
    assert name == "杭州市" or any(note.code == "unit.matched" for note in returned.notes)


def test_names_are_not_converted(kit: Any) -> None:
    """乾安县 stays 乾安县: a converter would make 干安县 of it."""
    returned = kit.read(kit.wide(A4="", B4="乾安縣"))
    assert kit.office.roster.labels[returned.claims[2].field.unit] == "乾安县"
    assert fold("乾安县") == "乾安县"


def test_a_likeness_only_suggests(kit: Any, refused: Any) -> None:
    """干安县 is a question, with 乾安县 as suggestion."""
    refused(kit.wide(A4="", B4="干安县"), "unit.unknown", "“乾安县”")
