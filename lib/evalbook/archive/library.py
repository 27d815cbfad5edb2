"""The library's own source, kept with every run that somebody signed: as a wheel, which is a zip of its files that pip installs.

A year's runs may have been made by several versions. The first signature of a run puts the version that made it, and the lock of
its environment, into ``outputs/.library/<hash>/``; the archive takes them from there.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .. import __version__, durable
from ..run.identity import library_sha256

__all__ = ["STORE", "WHEEL", "find", "keep", "lock_of", "lock_versions", "read_wheel"]

STORE = ".library"
LOCK = "requirements.lock"
WHEEL = f"evalbook-{__version__}-py3-none-any.whl"
_PACKAGE = Path(__file__).resolve().parents[1]
_TIME = (1980, 1, 1, 0, 0, 0)
_REQUIREMENT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
#: No member of our wheel is larger: what claims to be is not ours.
_MOST_BYTES = 64 << 20


def keep(outputs: Path, root: Path) -> Path | None:
    """Put the library that runs here, and its lock, into the store; the folder, or None where there is no lock."""
    folder = outputs / STORE / library_sha256()
    if (folder / LOCK).is_file():
        return folder
    lock = lock_of(root)
    if lock is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    durable.replace(folder / WHEEL, build())
    # Last: a folder with a lock is whole.
    durable.replace(folder / LOCK, lock.read_bytes())
    return folder


def find(outputs: Path, sha256: str) -> Path | None:
    """Folder of the store with the library of that hash."""
    folder = outputs / STORE / sha256
    return folder if (folder / LOCK).is_file() and len(list(folder.glob("*.whl"))) == 1 else None


def lock_of(root: Path) -> Path | None:
    """The lock of the environment: the workbook's, or that of the checkout from which the library runs."""
    return next((path for path in (root / LOCK, _PACKAGE.parents[1] / LOCK) if path.is_file()), None)


def build() -> bytes:
    """The library that runs here as a wheel; equal files give equal bytes on one machine."""
    info = f"evalbook-{__version__}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: evalbook\nVersion: {__version__}\nRequires-Python: >=3.11\n"
    kind = "Wheel-Version: 1.0\nGenerator: evalbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    entry = "[console_scripts]\nevalbook = evalbook.cli:main\n"
    files = {f"evalbook/{name}": path.read_bytes() for name, path in durable.files(_PACKAGE) if "__pycache__" not in name}
    files |= {f"{info}/{name}": text.encode() for name, text in (("METADATA", metadata), ("WHEEL", kind), ("entry_points.txt", entry))}
    record = "".join(f"{name},sha256={_urlsafe(data)},{len(data)}\n" for name, data in files.items()) + f"{info}/RECORD,,\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as wheel:
        for name, data in {**files, f"{info}/RECORD": record.encode()}.items():
            member = zipfile.ZipInfo(name, _TIME)
            member.external_attr = 0o644 << 16
            wheel.writestr(member, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode("ascii")


@dataclass(frozen=True)
class Wheel:
    """What is needed of a wheel: ``sha256`` is what :func:`~evalbook.run.identity.library_sha256` gives once it is installed (empty for
    what is no wheel of ours), ``entry`` the text of one of its files."""

    sha256: str
    entry: bytes


def read_wheel(path: Path, entry: str, file_sha256: str = "") -> Wheel:
    """Read a wheel. Many bags hold the same one: it is read once for each ``file_sha256`` (the hash of an undamaged file)."""
    if file_sha256 and (file_sha256, entry) in _known:
        return _known[file_sha256, entry]
    found = _read(path, entry)
    if file_sha256:
        _known[file_sha256, entry] = found
    return found


_known: dict[tuple[str, str], Wheel] = {}


def _read(path: Path, entry: str) -> Wheel:
    total, text = hashlib.sha256(), b""
    try:
        with zipfile.ZipFile(path) as wheel:
            members = [member for member in wheel.infolist() if member.filename.startswith("evalbook/")]
            names = [member.filename for member in members]
            if len(set(names)) != len(names) or any(member.file_size > _MOST_BYTES for member in members):
                return Wheel("", b"")
            for member in sorted(members, key=lambda member: member.filename):
                digest = hashlib.sha256()
                with wheel.open(member) as stream:
                    while block := stream.read(1 << 20):
                        digest.update(block)
                        text += block if member.filename == f"evalbook/{entry}" else b""
                total.update(f"{member.filename.removeprefix('evalbook/')}\0{digest.hexdigest()}\n".encode())
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return Wheel("", b"")
    return Wheel(total.hexdigest(), text)


@lru_cache(maxsize=64)
def _versions(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, version in _REQUIREMENT.findall(text):
        found.setdefault(name.lower().replace("_", "-"), set()).add(version)
    return {name: frozenset(versions) for name, versions in found.items()}


def lock_versions(lock: str, environment: Mapping[str, Any]) -> list[str]:
    """Packages of a run's environment that the lock pins otherwise, or not at all: ``name version``."""
    pinned = _versions(lock)
    beside = {"python", "implementation", "system", "machine"}
    return [f"{name} {version}" for name, version in environment.items() if name not in beside and version not in pinned.get(name, ())]
