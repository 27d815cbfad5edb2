"""F06: the order of sets, mappings and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook.run.contents import Contents
from evalbook.run.plan import Plan


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_hash_seed_of_the_kernel_does_not_decide(workshop: Any, tmp_path: Path, seed: str) -> None:
    """A kernel with another hash seed and zone makes the same report: that is what a final run demands of every template."""
    folder = tmp_path / "again"
    folder.mkdir()
    contents = Contents(Plan(workshop.job()), folder, cache=workshop.outputs / ".cache")
    assert contents.make(cold=True, zone="America/New_York", hash_seed=seed) == []
    for name in ("report.html", "report.ipynb"):
        assert (folder / name).read_bytes() == (workshop.earlier / name).read_bytes()


def test_hash_seed_of_the_runner_does_not_decide(workshop: Any) -> None:
    """The runner's own seed is the session's; tables, workbook and page are the same."""
    code, text = workshop.call(environment={"PYTHONHASHSEED": "3"})
    assert code == 0, text
    assert workshop.changed_since_earlier() == []
    workshop.sound()


def test_seed_of_ordinary_kernels_is_fixed(cells: Any, printed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cold kernels and one with another seed: hashes agree where they shall, and differ where they shall."""
    monkeypatch.setenv("PYTHONHASHSEED", "77")
    first, second, other = (printed(cells("print(hash('甲'))", cold=True, **more)) for more in ({}, {}, {"hash_seed": "4242"}))
    assert first == second
    assert other != first
