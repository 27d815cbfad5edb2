"""H10: a file of an installed package is not the one that was installed."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from evalbook.run import identity


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package of one module, which results depend on."""
    module, info = tmp_path / "sample.py", tmp_path / "sample-1.0.dist-info"
    info.mkdir()
    module.write_text("x = 1\n", "utf-8")
    digest = base64.urlsafe_b64encode(hashlib.sha256(module.read_bytes()).digest()).rstrip(b"=").decode()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n", "utf-8")
    (info / "RECORD").write_text(f"sample.py,sha256={digest},6\nsample-1.0.dist-info/RECORD,,\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(identity, "PACKAGES", ("sample",))
    monkeypatch.setattr(identity, "altered_packages", identity.altered_packages.__wrapped__)
    return module


@pytest.mark.parametrize("change", ["edited", "removed"])
def test_no_final_run_on_altered_packages(workshop: Any, screen: Any, package: Path, change: str) -> None:
    """A final run is refused by the package's name; nothing was executed."""
    assert identity.altered_packages() == ()
    if change == "edited":
        package.write_text("x = 2\n", "utf-8")
    else:
        package.unlink()
    assert identity.altered_packages() == ("sample",)
    code, text = workshop.run("--final")
    assert code == 1
    screen(text)
    assert "软件包的文件与安装时不同，不能定稿：“sample”" in text
    assert workshop.runs() == []
    workshop.sound()


def test_own_files_are_part_of_the_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library itself counts with every byte: an edited copy has another hash, and so its runs another input hash."""
    folder = tmp_path / "evalbook"
    folder.mkdir()
    (folder / "exact.py").write_text("x = 1\n", "utf-8")
    monkeypatch.setattr(identity, "_PACKAGE_ROOT", folder)
    before = identity.library_sha256.__wrapped__()
    (folder / "exact.py").write_text("x = 2\n", "utf-8")
    assert identity.library_sha256.__wrapped__() != before
