"""An empty environment with a wheelhouse of one package, for what is installed; a session full of traps, for what is executed."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))  # where bootstrap.py takes it from; it is no part of the package

from environment import lockfile  # noqa: E402 - after the path above
from environment.virtualenv import Environment  # noqa: E402

_METADATA = "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n"
_WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


class Installing:
    """A project whose set-up can install one package, ``sample``, from its wheelhouse."""

    def __init__(self, root: Path) -> None:
        self.environment = Environment(root)
        venv.create(self.environment.folder, with_pip=False, symlinks=True)
        self.environment.wheelhouse.mkdir()

    def wheel(self, source: str) -> str:
        """Put the package with this source into the wheelhouse; returns its hash."""
        files = {"sample.py": source, "sample-1.0.dist-info/METADATA": _METADATA, "sample-1.0.dist-info/WHEEL": _WHEEL}
        record = "".join(f"{name},{_digest(text)},{len(text)}\n" for name, text in files.items()) + "sample-1.0.dist-info/RECORD,,\n"
        path = self.environment.wheelhouse / "sample-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in {**files, "sample-1.0.dist-info/RECORD": record}.items():
                archive.writestr(zipfile.ZipInfo(name), text)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def install(self, digest: str) -> str:
        """Install it as set-up does, locked by this hash (or by none); returns the installed source, empty when there is none."""
        text = f"sample==1.0 --hash=sha256:{digest}" if digest else "sample==1.0"
        made = self.environment
        made.install_with_pip(made.pip(), made.requirements("all", [lockfile.Locked("sample", "1.0", "", text)]))
        return self.installed()

    def installed(self) -> str:
        """The installed source."""
        path = self.environment.site_packages / "sample.py"
        return path.read_text("utf-8") if path.exists() else ""


def _digest(text: str) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def installing(tmp_path: Path) -> Installing:
    """An empty environment; pip comes from the interpreter, as in a first set-up."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this Python has no pip")
    return Installing(tmp_path)


@pytest.fixture(params=["warm", "cold"])
def said(request: pytest.FixtureRequest, cells: Callable[..., object], printed: Callable[..., list[str]]) -> Callable[[str], str]:
    """What a cell prints in a warm and in a cold kernel."""

    def run(source: str) -> str:
        (text,) = printed(cells(source, cold=request.param == "cold"))
        return text

    return run
