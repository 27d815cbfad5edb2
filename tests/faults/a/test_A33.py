"""A33: a filing comes late or is revised after the cut-off day."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def test_revision_needs_a_reason(kit: Any, collect: Any, dirty: Any) -> None:
    """A changed figure waits; with reason and approver it is a new collection, and the old file is kept."""
    place = kit.root / f"data/{dirty.SCHEME}/{dirty.PERIOD}"
    kit.wide()
    collect()
    first = (place / "values.csv").read_bytes()
    kit.wide(C2=1111)
    code, said = collect()
    assert code == 1
    assert [(c["before"], c["after"]) for c in said["held"]] == [("1000.5万元", "1111万元")]
    assert (place / "values.csv").read_bytes() == first
    _, said = collect("--reason", "统计口径更正", "--approved-by", "王主任", "--by", "小李")
    assert said["held"] == []
    assert said["collection"] == "002"
    record = json.loads((place / "_collected/002/record.json").read_text("utf-8"))
    assert (record["reason"], record["approved_by"], record["by"]) == ("统计口径更正", "王主任", "小李")
    assert (place / "_collected/002/before/values.csv").read_bytes() == first
    previous = (place / "_collected/001/record.json").read_bytes()
    assert record["previous"] == hashlib.sha256(previous).hexdigest()


def test_late_filing(kit: Any, collect: Any, dirty: Any) -> None:
    """After the last day, everything new needs a reason and an approver."""
    settings = kit.root / f"params/{dirty.SCHEME}/periods/{dirty.PERIOD}.yaml"
    settings.write_text(settings.read_text("utf-8") + "filing_due: 2024-02-15\n", "utf-8")
    kit.wide()
    _, said = collect()
    assert said["counts"]["figures"] == 0
    assert said["held"]
    _, said = collect("--date", "2024-02-15")
    assert said["counts"]["figures"] == 15


def test_half_an_approval(kit: Any, collect: Any) -> None:
    """A reason without an approver is a wrong call."""
    code, said = collect("--reason", "更正")
    assert code == 2
    assert "批准人" in said["error"]
