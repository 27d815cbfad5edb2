"""E11: YAML 1.1 makes other values of plain texts: no → False, 12:30:45 → 45045, 010000 → 4096."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.scheme.source import parse_yaml

PLAIN = ["no", "on", "off", "yes", "y", "12:30:45", "1_000", "010000", "0o17", "0x1F", "1e3", ".inf", "2023-01-01", "1.10", "+1"]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stays_text(text: str) -> None:
    """What stands in the file is what the models read."""
    assert parse_yaml(f"x: {text}", "x.yaml").data == {"x": text}


def test_words_reach_the_report_as_written(workshop: Any) -> None:
    """An office that calls itself ``no`` and a day that looks like a number keep their names."""
    name = f"params/{workshop.scheme}/periods/{workshop.period}.yaml"
    workshop.edit(name, lambda content: content.replace("prepared_by: 示例科室", "prepared_by: no", 1))
    report = workshop.perform()
    assert report.outcome == "completed", report.faults
    assert '"prepared_by": "no"' in (report.folder / "manifest.json").read_text("utf-8")
    workshop.sound()
