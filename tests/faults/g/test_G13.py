"""G13: a hash algorithm grows old, or another one is ordered."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from typing import Any

import pytest

from evalbook.archive.policy import POLICY

try:
    hashlib.new("sm3")
except ValueError:
    pytestmark = pytest.mark.skip(reason="this Python has no SM3")


@pytest.fixture
def with_sm3(office: Any) -> Any:
    """The office after its policy has asked for SM3 besides."""
    shutil.rmtree(office.archive)
    (office.root / POLICY).write_text("schema: 1\nalgorithms: [sha256, sha512, sm3]\n", "utf-8")
    office.make(2019)
    return office


def test_a_third_where_it_is_ordered(with_sm3: Any) -> None:
    """Manifests of all three; each is checked, and coreutils still verify the first two."""
    bag = with_sm3.bag()
    assert {path.name for path in bag.glob("*manifest-*")} == {
        f"{kind}manifest-{name}.txt" for kind in ("", "tag") for name in ("sha256", "sha512", "sm3")
    }
    assert with_sm3.verify().faults == ()
    assert subprocess.run(["sha512sum", "-c", "--quiet", "manifest-sha512.txt"], cwd=bag).returncode == 0
    line = (bag / "manifest-sm3.txt").read_text("utf-8").splitlines()[0]
    digest, _, name = line.partition("  ")
    assert hashlib.new("sm3", (bag / name).read_bytes()).hexdigest() == digest


def test_each_of_the_three_counts(with_sm3: Any, archiving: Any) -> None:
    """If the first two were broken some day, the third would still tell."""
    path = with_sm3.bag() / "data/README.md"
    path.write_bytes(path.read_bytes() + b"x")
    archiving.rehash(with_sm3.bag())
    assert "bag.changed" in {f.code for f in with_sm3.verify().faults if f.file.endswith("README.md")}
    (with_sm3.bag() / "manifest-sm3.txt").unlink()
    assert "bag.no_manifest" in with_sm3.codes()
