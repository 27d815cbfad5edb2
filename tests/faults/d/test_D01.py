"""D01: one byte of a published file is changed, its size stays."""

from __future__ import annotations

from typing import Any


def test_same_size_edit_is_named(office: Any, screen: Any) -> None:
    """Verification names the file, says since when it is known to have been whole, and fails."""
    path = office.bag() / "data/run/tables/totals.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"1", b"7", 1))
    assert len(path.read_bytes()) == len(before)
    entered = office.verify().faults[0]
    assert (entered.code, entered.file) == ("bag.changed", "county_trial/2019/v1/data/run/tables/totals.csv")
    assert "归档时完好" in entered.message
    code, text = office.main("archive", "verify")
    assert code == 1
    assert "data/run/tables/totals.csv" in text
    screen(text)


def test_any_file(office: Any) -> None:
    """Whichever file it is, tag files and manifests too, that file is named."""
    for path in sorted(path for path in office.bag().rglob("*") if path.is_file()):
        before = path.read_bytes()
        place = len(before) // 2
        path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
        # A manifest that changed is named by the other manifests, or as the one that the files differ from.
        assert any(path.name in str(fault) for fault in office.verify().faults), path
        path.write_bytes(before)
    assert office.verify().faults == ()
