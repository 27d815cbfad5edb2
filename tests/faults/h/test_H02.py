"""H02: a requirement without a hash would take whatever bytes come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_requirement_without_hash_is_not_installed(installing: Any) -> None:
    """Even from the own wheelhouse."""
    installing.wheel("x = 1\n")
    with pytest.raises(Exception, match="安装软件包失败"):
        installing.install("")
    assert installing.installed() == ""


def test_every_package_of_the_lock_has_one() -> None:
    """No line of the project's lock is without."""
    from environment import lockfile

    packages = [package for section in lockfile.read(ROOT).values() for package in section]
    assert len(packages) > 100
    assert [package.name for package in packages if not package.hashes] == []
