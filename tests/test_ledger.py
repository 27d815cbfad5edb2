"""The ledger: append-only, chained, torn lines cut off, every change found where it was made, nonsense told and never tripped over."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


# --- whatever is changed, wherever --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bit", [0x01, 0x10, 0x80], ids=["lowest", "middle", "highest"])
def test_any_flipped_bit_is_found_at_its_line(outputs: Path, bit: int) -> None:
    """Whichever byte of the file is damaged, the line where it stands, or the line that no longer ends there, is named."""
    path = outputs / ledger.NAME
    whole = path.read_bytes()
    missed = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        if whole[:place].count(b"\n") + 1 not in {row for _, row in found(outputs)}:
            missed.append(place)
    assert missed == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_inserted_byte_is_found_at_its_line(outputs: Path, data: st.DataObject) -> None:
    """A blank that changes nothing of what the line says is found like everything else."""
    path = outputs / ledger.NAME
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.sampled_from(b' \t\n\r0a"{}\xff\x00'))
    path.write_bytes(whole[:place] + bytes([byte]) + whole[place:])
    rows = {row for _, row in found(outputs)}
    path.write_bytes(whole)
    assert whole[:place].count(b"\n") + 1 in rows


def many(outputs: Path, number: int) -> list[str]:
    """A ledger of so many runs."""
    for step in range(number):
        ledger.append(outputs, {"scheme": f"办法{step}", "outcome": "completed"})
    return lines(outputs)


def test_any_removed_line_is_found_where_it_stood(tmp_path: Path) -> None:
    """The line that follows the gap is named; only the very last line can go unseen, and the head kept elsewhere tells that."""
    whole = many(tmp_path, 8)
    head = ledger.head(tmp_path)
    for gone in range(8):
        write(tmp_path, whole[:gone] + whole[gone + 1 :])
        rows = {row for _, row in found(tmp_path)}
        assert rows == ({gone + 1} if gone < 7 else set())
        assert ledger.head(tmp_path) != head or gone < 7


def test_any_two_swapped_lines_are_found(tmp_path: Path) -> None:
    """Both places are named, and what follows each of them."""
    whole = many(tmp_path, 6)
    for first in range(6):
        for second in range(first + 1, 6):
            moved = whole.copy()
            moved[first], moved[second] = moved[second], moved[first]
            write(tmp_path, moved)
            assert {first + 1, second + 1} <= {row for _, row in found(tmp_path)}


def test_any_inserted_line_is_found(tmp_path: Path) -> None:
    """A line entered twice, one of another ledger and one made up are found where they were put."""
    whole = many(tmp_path / "a", 5)
    stranger = many(tmp_path / "b", 3)[2]
    for text in (whole[1], stranger, json.dumps({"n": 3, "outcome": "completed"})):
        for place in range(6):
            write(tmp_path / "a", [*whole[:place], text, *whole[place:]])
            copy = place < 5 and text == whole[place]  # put before itself: which of the two was entered cannot be told
            assert place + 1 + copy in {row for _, row in found(tmp_path / "a")}


def test_a_torn_line_is_repaired_by_the_next_run(tmp_path: Path) -> None:
    """Wherever a writer died inside its line, verify tells it as nothing to worry about, and the next run is entered behind the
    last whole line."""
    many(tmp_path, 2)
    path = tmp_path / ledger.NAME
    before = path.read_bytes()
    ledger.append(tmp_path, {"scheme": "丙", "outcome": "completed"})
    torn = path.read_bytes()[len(before) : -1]
    for end in range(1, len(torn) + 1):
        path.write_bytes(before + torn[:end])
        assert [(f.code, f.row, f.severity) for f in ledger.verify(tmp_path)] == [("ledger.torn", 3, "finding")]
        entered = ledger.append(tmp_path, {"scheme": "丁", "outcome": "completed"})
        assert entered["n"] == 3
        assert ledger.verify(tmp_path) == []
        assert [entry["scheme"] for entry in ledger.entries(tmp_path)] == ["办法0", "办法1", "丁"]


def test_a_torn_first_line(tmp_path: Path) -> None:
    """A ledger whose only line was never finished begins anew."""
    (tmp_path / ledger.NAME).write_bytes(b'{"n": 1, "outc')
    assert ledger.append(tmp_path, {"outcome": "completed"})["n"] == 1
    assert ledger.verify(tmp_path) == []


WORKERS = """
from evalbook import ledger


def enter(outputs, name, steps):
    for step in range(steps):
        ledger.append(outputs, {"scheme": name, "step": step, "outcome": "completed"})
"""


def test_runs_of_several_processes_are_all_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes enter 50 runs each at the same time: 100 lines, the chain holds, each process's own in its order."""
    (tmp_path / "ledger_workers.py").write_text(WORKERS, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "ledger_workers", raising=False)
    workers = importlib.import_module("ledger_workers")
    outputs = tmp_path / "outputs"
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=workers.enter, args=(outputs, name, 50)) for name in ("甲", "乙")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    entries = list(ledger.entries(outputs))
    assert ledger.verify(outputs) == []
    assert [entry["n"] for entry in entries] == list(range(1, 101))
    for name in ("甲", "乙"):
        assert [entry["step"] for entry in entries if entry["scheme"] == name] == list(range(50))
