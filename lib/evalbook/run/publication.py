"""Publishing one run: staged beside, flushed, renamed in one step, entered in the ledger; every interruption leaves old or new.

A run holds a lock file in ``outputs/.locks`` for as long as it lives. What the file says (its *intent*) is enough for the next
start to finish or to undo what a killed run left: a folder already renamed is entered in the ledger, anything else is removed and
entered as interrupted.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

from .. import ledger
from ..durable import Lock, files, flush_tree, flush_upwards, remove_tree, rename, sha256

STAGING, LOCKS, FAILED = ".staging", ".locks", "_failed"
MANIFEST = "manifest.json"
_RECOVERY_SECONDS = 30.0


def now() -> datetime:
    """The present moment in UTC; the only clock of a run, and only its manifest tells it."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as folder names carry it.

    >>> stamp(datetime(2026, 11, 24, 16, 52, 35, tzinfo=UTC))
    '20261124T165235Z'
    """
    return moment.strftime("%Y%m%dT%H%M%SZ")


def dump(manifest: Mapping[str, Any]) -> bytes:
    """Text of a manifest: readable Chinese, keys in the order given."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


class Stage:
    """The private folder in which one run is built, and the only way out of it.

    Parameters
    ----------
    outputs
        The outputs folder of the workbook.
    run
        Scheme, period and status, for the ledger.

    Examples
    --------
    >>> import tempfile
    >>> outputs = Path(tempfile.mkdtemp())
    >>> with Stage(outputs, {"scheme": "s", "period": "2023", "status": "draft"}) as stage:
    ...     _ = (stage.folder / "report.html").write_text("x", "utf-8")
    ...     path = stage.publish("s/2023", "20240101T000000Z-draft-00000000", {"outcome": "completed"})
    >>> path.relative_to(outputs).as_posix(), sorted(p.name for p in path.iterdir()), [e["outcome"] for e in ledger.entries(outputs)]
    ('s/2023/20240101T000000Z-draft-00000000', ['manifest.json', 'report.html'], ['completed'])
    """

    def __init__(self, outputs: Path, run: Mapping[str, str]) -> None:
        self.outputs = outputs
        self.started = now()
        token = f"{stamp(self.started)}-{os.getpid()}-{secrets.token_hex(4)}"
        self._entry = {"id": token, "time": self.started.isoformat(timespec="seconds"), **run}
        self._intent: dict[str, Any] = {"entry": self._entry}
        self.folder = outputs / STAGING / token
        self._lock = Lock(outputs / LOCKS / f"run-{token}.lock")

    def __enter__(self) -> Stage:
        self._lock.acquire()
        try:
            self._intend(self._intent)
            self.folder.mkdir(parents=True)
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    @contextlib.contextmanager
    def aside(self) -> Iterator[Path]:
        """A second folder for the same run, gone when the block ends: nothing in it is ever published."""
        folder = self.folder.with_name(f"{self.folder.name}.second")
        folder.mkdir()
        try:
            yield folder
        finally:
            remove_tree(folder)

    def _intend(self, intent: dict[str, Any]) -> None:
        self._intent = intent
        self._lock.write(json.dumps(intent, ensure_ascii=False))

    @property
    def landed(self) -> Path | None:
        """Where the run was published, even if it was stopped right after; None while it is not."""
        return _landed(self.outputs, self._intent)

    def publish(self, parent: str, name: str, manifest: Mapping[str, Any]) -> Path:
        """Write the manifest, move the folder to ``outputs/<parent>/<name>``, enter it; returns where it now lies.

        A name that is taken (two runs of the same inputs within one second) gets a number behind it.
        """
        for number in range(1, 1000):
            target = self.outputs / parent / (name if number == 1 else f"{name}-{number}")
            (self.folder / MANIFEST).write_bytes(dump({"run": target.name, **manifest}))
            entry = self._entry | {"outcome": manifest["outcome"], "folder": target.relative_to(self.outputs).as_posix()}
            entry |= {key: manifest[key] for key in ("inputs_sha256", "result_sha256", "user", "host") if key in manifest}
            entry["manifest_sha256"] = sha256(self.folder / MANIFEST)
            flush_tree(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._intend({"target": entry["folder"], "entry": entry})
            try:
                rename(self.folder, target)
            except FileExistsError:
                continue
            flush_upwards(target.parent, self.outputs)
            self._enter(entry)
            return target
        raise FileExistsError(f"too many runs named {name}")

    def end(self, outcome: str, **more: Any) -> None:
        """Enter a run that leaves no folder (refused, interrupted) and remove what was staged."""
        remove_tree(self.folder)
        self._enter(self._entry | {"outcome": outcome, **more})

    def _enter(self, entry: Mapping[str, Any]) -> None:
        ledger.append(self.outputs, entry)
        self._lock.release(remove=True)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._lock.held:
            return
        # Whatever stopped the run must come out; a disk that is full may refuse even this line, and recovery then enters it.
        with contextlib.suppress(OSError):
            outcome = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            _settle(self.outputs, self._intent, outcome, error=kind.__name__ if kind else "")
            self._lock.release(remove=True)
        self._lock.release()


def recover(outputs: Path) -> int:
    """Finish or undo what killed runs left behind; returns how many there were. Safe to call at any time, by anybody."""
    found = 0
    guard = Lock(outputs / LOCKS / "recovery.lock")
    if not (outputs / LOCKS).is_dir() or not guard.acquire(_RECOVERY_SECONDS):
        return 0
    try:
        # Folders first, locks after: a run that starts meanwhile has its lock before it has its folder, and so is never taken for dead.
        staged = list((outputs / STAGING).glob("*"))
        for path in sorted((outputs / LOCKS).glob("run-*.lock")):
            lock = Lock(path)
            if lock.acquire(timeout=0):
                _settle(outputs, _intent(path, lock.read()), "interrupted", recovered=True)
                lock.release(remove=True)
                found += 1
        live = {path.stem.removeprefix("run-") for path in (outputs / LOCKS).glob("run-*.lock")}
        for folder in staged:
            if folder.name.partition(".")[0] not in live:
                remove_tree(folder)
    finally:
        guard.release()
    return found


def _intent(path: Path, text: str) -> dict[str, Any]:
    """What a lock file says. A run killed before it had said anything has staged nothing and is nowhere to be entered."""
    try:
        intent = json.loads(text)
    except ValueError:
        return {}
    named = isinstance(intent, dict) and isinstance(intent.get("entry"), dict)
    # Which folder belongs to a lock is told by its name: a text could name any folder, and it is going to be removed.
    return intent if named and intent["entry"].get("id") == path.stem.removeprefix("run-") else {}


def _landed(outputs: Path, intent: Mapping[str, Any]) -> Path | None:
    """The folder a run wanted to become, if it is there with the very manifest that was intended."""
    target = intent.get("target")
    if not isinstance(target, str) or ".." in (parts := PurePosixPath(target).parts) or parts[:1] == ("/",):
        return None
    folder = outputs / target
    manifest = folder / MANIFEST
    return folder if manifest.is_file() and sha256(manifest) == intent["entry"].get("manifest_sha256") else None


def _settle(outputs: Path, intent: Mapping[str, Any], outcome: str, **more: Any) -> None:
    """Enter a run that was stopped, as far as it had come, unless that was done already; ``outcome`` is for one that did not land."""
    if not intent:
        return
    entry = intent["entry"]
    landed = _landed(outputs, intent)
    if not landed:
        remove_tree(outputs / STAGING / entry["id"])
        entry = {key: entry[key] for key in ("id", "time", "scheme", "period", "status") if key in entry} | {"outcome": outcome}
    if not any(line.get("id") == entry["id"] for line in ledger.entries(outputs)):
        ledger.append(outputs, entry | more)


def output_hashes(folder: Path) -> dict[str, str]:
    """Hash of every file of a run but its manifest."""
    return {name: sha256(path) for name, path in files(folder) if name != MANIFEST}
