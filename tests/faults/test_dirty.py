"""The corpus of dirty workbooks: each is taken, noted, asked about or refused as it says, and what is taken is what was meant."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evalbook.exact import exact

HERE = Path(__file__).resolve().parent
_SPEC = importlib.util.spec_from_file_location("dirty_workbooks", HERE / "dirty.py")
assert _SPEC is not None
assert _SPEC.loader is not None
dirty = importlib.util.module_from_spec(_SPEC)
sys.modules["dirty_workbooks"] = dirty
_SPEC.loader.exec_module(dirty)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the corpus."""
    root: Path = dirty.project(tmp_path_factory.mktemp("dirty"))
    return root


def test_the_corpus_is_large() -> None:
    """At least sixty faults, each under a name of its own."""
    names = [case.name for case in dirty.CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 60


@pytest.mark.parametrize("case", dirty.CASES, ids=lambda case: case.name)
def test_each_dirty_file(case: Any, project: Path, tmp_path: Path, screen: Any) -> None:
    """One dirty file, one outcome: taken, noted, asked or refused, with an instruction in Chinese that names the file."""
    kit = dirty.Kit(project, tmp_path)
    path = case.make(kit)
    returned = kit.read(path)
    told = {"refused": returned.faults, "noted": returned.notes, "asked": returned.notes, "taken": []}[case.outcome]
    shown = [f"{fault.code}: {fault}" for fault in (*returned.faults, *returned.notes)]
    assert bool(returned.faults) == (case.outcome == "refused"), shown
    if case.code:
        assert any(fault.code == case.code and case.hint in str(fault) for fault in told), shown
    if case.outcome == "asked":
        assert any(fault.code == case.code and fault.severity == "finding" for fault in told), shown
    if case.outcome == "taken":
        assert returned.notes == []
    for fault in returned.faults:
        screen(str(fault))
        assert fault.remedy, fault
        assert fault.file == path.name
    codes = kit.office.roster.codes
    claims = {(codes[c.field.unit], c.field.quantity): c for c in returned.claims if c.field.period == "2023" and c.cell.raw.strip()}
    for which, value in case.values.items():
        expected = None if value is None else exact(value)
        assert claims[which].cell.value == expected
    assert returned.usable == (case.outcome != "refused")


@pytest.mark.slow
def test_the_script_writes_the_corpus(tmp_path: Path) -> None:
    """``python tests/faults/dirty.py FOLDER`` writes every file and an index."""
    done = subprocess.run([sys.executable, HERE / "dirty.py", tmp_path], capture_output=True, encoding="utf-8", check=True)
    assert int(done.stdout) == len(dirty.CASES)
    assert len((tmp_path / "index.csv").read_text("utf-8-sig").splitlines()) == len(dirty.CASES) + 1


@pytest.mark.parametrize("seed", range(4))
def test_spoiled_files_never_break_the_reader(project: Path, tmp_path: Path, screen: Any, seed: int) -> None:
    """A form with flipped bytes, cut or with pieces twice is read or refused with an instruction; nothing is raised."""
    kit = dirty.Kit(project, tmp_path)
    path = kit.form({"trade@2023": 1000.5, "growth@2023": "12.5%"})
    whole, chance = path.read_bytes(), random.Random(seed)  # noqa: S311 - a seed, so that a red test is red again
    for _ in range(12):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        if chance.random() < 0.2:
            at = chance.randrange(len(data) + 1)
            data[at:at] = data[at // 2 : at // 2 + 500]
        path.write_bytes(bytes(data))
        returned = kit.read(path)
        assert returned.faults or returned.claims or returned.notes
        for fault in returned.faults:
            screen(str(fault))
