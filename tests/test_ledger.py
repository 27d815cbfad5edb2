"""The ledger: append-only, chained, torn lines cut off, every change found where it was made, nonsense told and never tripped over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evalbook import ledger


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """Three runs, entered one after the other; the second began first."""
    for name, time in (("甲", "2024-01-01T10:00:05+00:00"), ("乙", "2024-01-01T10:00:00+00:00"), ("丙", "2024-01-01T10:00:09+00:00")):
        ledger.append(tmp_path, {"scheme": name, "time": time, "outcome": "completed"})
    return tmp_path


def lines(outputs: Path) -> list[str]:
    return (outputs / ledger.NAME).read_text("utf-8").splitlines()


def write(outputs: Path, changed: list[str]) -> None:
    (outputs / ledger.NAME).write_text("".join(f"{line}\n" for line in changed), "utf-8", newline="\n")


def found(outputs: Path) -> list[tuple[str, int | None]]:
    return [(fault.code, fault.row) for fault in ledger.verify(outputs)]


def rehashed(line: str, change: Callable[[dict[str, object]], None]) -> str:
    """A line changed by somebody who knows how its hash is made."""
    entry = json.loads(line)
    change(entry)
    entry["hash"] = ledger._hash({key: value for key, value in entry.items() if key != "hash"})
    return ledger._text(entry)


def test_runs_may_end_in_another_order_than_they_began(outputs: Path) -> None:
    """A run that began earlier and ended later is no sign of a clock set back."""
    assert found(outputs) == []
    assert [entry["n"] for entry in ledger.entries(outputs)] == [1, 2, 3]


def test_edited_removed_moved_and_inserted_lines(outputs: Path) -> None:
    """Each kind of change is found at the line where it was made, or at the first line after it."""
    first, second, third = lines(outputs)
    write(outputs, [first, second.replace("completed", "refused"), third])
    assert found(outputs) == [("ledger.line_changed", 2)]
    write(outputs, [first, rehashed(second, lambda entry: entry.update(outcome="refused")), third])
    assert found(outputs) == [("ledger.chain_broken", 3)]
    write(outputs, [first, third])
    assert found(outputs) == [("ledger.chain_broken", 2), ("ledger.number", 2)]
    write(outputs, [second, first, third])
    assert {row for _, row in found(outputs)} == {1, 2, 3}


def test_clock_set_back(outputs: Path) -> None:
    """A line entered earlier than the one before it is told."""
    *before, last = lines(outputs)
    write(outputs, [*before, rehashed(last, lambda entry: entry.update(entered="2001-01-01T00:00:00+00:00"))])
    assert found(outputs) == [("ledger.time", 3)]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "7",
        '{"n": NaN}',
        '{"n": "x"}',
        '{"n": [1]}',
        '{"a": "\\ud800"}',
        "[" * 100_000,
        '{"n": 1e999}',
        '{"n":' + "9" * 5000 + "}",
    ],
    ids=["empty", "torn", "list", "number", "nan", "text", "nested", "half a pair", "deep", "infinite", "long"],
)
def test_nonsense_is_told_and_not_tripped_over(outputs: Path, line: str) -> None:
    """Whatever stands in a line, it is named by its row, and the next run can still be entered behind it."""
    first, _, third = lines(outputs)
    write(outputs, [first, line, third])
    assert 2 in {row for _, row in found(outputs)}
    write(outputs, [first, line])
    ledger.append(outputs, {"scheme": "丁", "outcome": "completed"})
    assert {row for _, row in found(outputs)} == {2}, "the new line stands"


def test_manifest_that_is_not_the_one_entered(tmp_path: Path) -> None:
    """A manifest edited after its run was entered is found from the ledger."""
    folder = tmp_path / "s" / "2023" / "run"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", "utf-8")
    ledger.append(tmp_path, {"folder": "s/2023/run", "manifest_sha256": "0" * 64})
    assert found(tmp_path) == [("ledger.manifest_changed", 1)]
