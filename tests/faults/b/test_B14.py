"""B14: the last line of the ledger was not written to its end."""

from __future__ import annotations

from typing import Any

from evalbook import ledger


def test_torn_at_every_byte(tmp_path: Any) -> None:
    """Cut after each byte of the last line: the lines before stay, the torn one goes, the next run is entered, the chain holds."""
    for name in ("甲", "乙", "丙"):
        ledger.append(tmp_path, {"scheme": name, "outcome": "completed"})
    path = tmp_path / ledger.NAME
    whole = path.read_bytes()
    first, second, third = whole.splitlines(keepends=True)
    for cut in range(len(third)):
        path.write_bytes(first + second + third[:cut])
        assert [fault.code for fault in ledger.verify(tmp_path)] == (["ledger.torn"] if cut else [])
        entry = ledger.append(tmp_path, {"scheme": "丁", "outcome": "completed"})
        assert entry["n"] == 3
        assert path.read_bytes().startswith(first + second)
        assert ledger.verify(tmp_path) == []


def test_torn_line_is_no_obstacle(workshop: Any) -> None:
    """A run after a crash while entering: completes, and the ledger is whole."""
    with (workshop.outputs / ledger.NAME).open("ab") as stream:
        stream.write(b'{"n":2,"scheme":"county')
    code, _ = workshop.run()
    assert code == 0
    assert workshop.outcomes() == ["completed"]
    workshop.sound()
