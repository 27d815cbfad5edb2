"""What a result depends on besides its inputs: this library, the packages below it, the interpreter. And what only describes a run.

:func:`environment` and :func:`library_sha256` enter the input hash, so that an unchanged run is recognised and a changed one is
not taken for it. :func:`circumstances` (host, user, commit) only stand in the manifest.
"""

from __future__ import annotations

import base64
import getpass
import hashlib
import json
import platform
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

from .. import durable

#: Packages whose version can show in a report, a notebook or a table.
PACKAGES = (
    "beautifulsoup4", "brotli", "fonttools", "gmpy2", "ipykernel", "ipython", "ipython-pygments-lexers", "jinja2", "matplotlib",
    "mistune", "nbclient", "nbconvert", "nbformat", "nh3", "numpy", "openpyxl", "pandas", "papermill", "pydantic", "pygments",
    "python-calamine", "pyyaml", "xlsxwriter",
)  # fmt: skip
_PACKAGE_ROOT = Path(__file__).resolve().parents[1]


@cache
def environment() -> dict[str, str]:
    """Interpreter, system and package versions, by name."""
    found = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    found |= {"system": platform.system(), "machine": platform.machine()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


@cache
def library_sha256() -> str:
    """Hash over every file of this library: names and bytes, caches left out."""
    total = hashlib.sha256()
    for name, path in durable.files(_PACKAGE_ROOT):
        if "__pycache__" not in name:
            total.update(f"{name}\0{durable.sha256(path)}\n".encode())
    return total.hexdigest()


@cache
def altered_packages() -> tuple[str, ...]:
    """Packages of :data:`PACKAGES` with a file that is not the one they were installed with.

    Versions alone would not tell a file that was edited in place. Reads some 180 MB (a second), so only those ask who must know.
    """
    return tuple(name for name in PACKAGES if _is_altered(name))


def _is_altered(name: str) -> bool:
    try:
        recorded = distribution(name).files or ()
    except PackageNotFoundError:
        return False
    for file in recorded:
        # Scripts are rewritten for their environment; what is imported is not.
        if file.hash is None or file.suffix not in (".py", ".so", ".pyd"):
            continue
        path = Path(str(file.locate()))
        try:
            with path.open("rb") as stream:
                found = hashlib.file_digest(stream, file.hash.mode).digest()
        except (OSError, ValueError):
            return True
        if base64.urlsafe_b64encode(found).rstrip(b"=").decode("ascii") != file.hash.value:
            return True
    return False


def canonical_sha256(value: Mapping[str, Any]) -> str:
    """Hash of a mapping that does not depend on the order of its keys.

    >>> canonical_sha256({"a": 1, "b": 2}) == canonical_sha256({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def circumstances(root: Path) -> dict[str, Any]:
    """Who ran it, where, from which commit: told in the manifest, never in the report."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    return {"host": socket.gethostname(), "user": user, **commit(root)}


def commit(root: Path) -> dict[str, Any]:
    """Commit of the project and whether its tracked files differ from it; both None outside a git checkout."""
    git = shutil.which("git")
    unknown: dict[str, Any] = {"commit": None, "dirty": None}
    if git is None:
        return unknown
    # Only reads: without the first option a status may rewrite the index under somebody else's hands.
    call = [git, "--no-optional-locks", "-C", str(root), "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    try:
        told = subprocess.run(call, capture_output=True, timeout=20, check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - git of the machine
    except (OSError, subprocess.SubprocessError):
        return unknown
    lines = told.stdout.decode("utf-8", "replace").splitlines()
    head = next((line.removeprefix("# branch.oid ") for line in lines if line.startswith("# branch.oid ")), "")
    if not re.fullmatch(r"[0-9a-f]{40,64}", head):
        return unknown
    return {"commit": head, "dirty": any(not line.startswith("#") for line in lines)}
