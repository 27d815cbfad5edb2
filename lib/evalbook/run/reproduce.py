"""Reproducing a run: executed again from what it recorded, compared file by file, and where something differs, why.

Three versions of every file meet: what the manifest says was published, what lies in the run's folder now, and what comes out of
a new execution of the run's own inputs. Lying ≠ published means that somebody changed it after publication; new ≠ published means
that something the result depends on has changed, and those things (inputs, template, library, environment) are in the manifest
too. The new execution happens in a private temporary folder; nothing is written into ``outputs``.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import __version__, durable, ledger
from ..errors import EvalbookError, Refused, RunFailed, UsageError, nearest, visible
from ..terms import OUTCOMES, STUDIES
from ..workbook import Workbook
from .contents import Contents
from .differences import Place, places
from .environment import PrivateFolder
from .identity import altered_packages, environment, library_sha256
from .job import Job, Progress
from .plan import RUN_FILE, Plan
from .publication import FAILED, MANIFEST, output_hashes
from .runner import started, terminable

#: Why something differs → the word for it.
CAUSES = {
    "altered": "发布后被改动",
    "data": "数据",
    "parameters": "参数",
    "edition": "办法版本",
    "template": "笔记本模板",
    "library": "程序",
    "environment": "运行环境",
    "unexplained": "原因未查明",
}
#: Said of a run that lies apart from its ledger.
NOT_ENTERED = "旁边没有登记这次运行的台账，运行清单本身未能核对"
_INPUTS = "inputs/"
#: Faults of an execution that say something about this machine at this moment, not about the run.
_ACCIDENTS = frozenset({"run.timeout", "run.kernel_start", "run.kernel_lost", "run.kernel_died", "run.memory"})
#: More places of one file than these are counted, not listed.
_MOST_PLACES = 20


@dataclass(frozen=True)
class Difference:
    """One file, or one place in it, that is not what it should be; ``causes`` are keys of :data:`CAUSES`."""

    file: str
    causes: tuple[str, ...]
    place: Place

    def __str__(self) -> str:
        return visible(f"{self.file} {self.place}（{'、'.join(CAUSES[cause] for cause in self.causes)}）")

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for ``--json``."""
        return {"file": self.file, "causes": list(self.causes), **asdict(self.place), "text": str(self)}


@dataclass(frozen=True)
class Reproduction:
    """What came of it: ``differences`` and, for each cause at work, ``reasons`` in words; ``notes`` are for information."""

    run: Path
    files: int
    seconds: float
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every file is byte for byte what was published, and comes out so again."""
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for ``--json``."""
        return {
            "ok": self.identical,
            "run": str(self.run),
            "files": self.files,
            "seconds": round(self.seconds, 2),
            "differences": [difference.as_dict() for difference in self.differences],
            "reasons": list(self.reasons),
            "notes": list(self.notes),
        }


def find_run(text: str, start: Path | None = None) -> Path:
    """The folder of a run, given as a path (also of a file in it) or by its name in the workbook's outputs.

    Raises
    ------
    UsageError
        There is no such run, there are several, or it did not complete.
    """
    path = Path(text)
    if path.is_file() and path.parent.joinpath(MANIFEST).is_file():
        path = path.parent
    if not (path / MANIFEST).is_file():
        outputs = Workbook.discover(start).root / "outputs"
        runs = [manifest.parent for pattern in ("*/*/*", f"*/*/{FAILED}/*") for manifest in outputs.glob(f"{pattern}/{MANIFEST}")]
        found = [run for run in runs if run.name == path.name]
        if not found:
            raise UsageError(f"没有名为“{text}”的运行；{nearest(text, [run.name for run in runs])}（evalbook list 列出最近的运行）")
        if len(found) > 1:
            raise UsageError(f"名为“{text}”的运行不止一个，请写出文件夹：{'、'.join(str(run) for run in found)}")
        path = found[0]
    return path.resolve()


def reproduce(run: Path, *, progress: Progress = lambda _text: None, warm: bool | None = None) -> Reproduction:
    """Execute a run again from its own folder and compare everything.

    Raises
    ------
    UsageError
        The run did not complete, so there is nothing to compare with.
    RunFailed
        This machine could not carry out the new execution (memory, time, kernel); nothing is said about the run.
    """
    begun = time.monotonic()
    manifest = _manifest(run)
    if manifest is None:
        place = Place(what="运行清单读不出来，无法知道发布的是什么")
        return Reproduction(run, 0, time.monotonic() - begun, (Difference(MANIFEST, ("altered",), place),), (), ())
    if manifest["status"] in STUDIES:
        word = STUDIES[manifest["status"]]
        raise UsageError(f"这是{word}报告；同样的运行再执行一次 evalbook {manifest['status']} … --report，逐字节相同（看 inputs_sha256）")
    if manifest["outcome"] != "completed":
        raise UsageError(f"这次运行的结果是“{OUTCOMES.get(manifest['outcome'], manifest['outcome'])}”，没有可以对照的报告")
    with PrivateFolder() as private, terminable():
        comparison = _Comparison(run, manifest, private.folder, progress)
        comparison.copy_inputs()
        with started(comparison.cache, warm, count=1) as address:
            comparison.execute(address)
        differences = tuple(comparison.differences())
        return Reproduction(
            run, len(comparison.published), time.monotonic() - begun, differences, comparison.reasons(differences), tuple(comparison.notes)
        )


def _manifest(run: Path) -> dict[str, Any] | None:
    """The manifest with the entries that are needed here, in their types; None for anything else."""
    try:
        manifest = json.loads((run / MANIFEST).read_text("utf-8"))
        needed = {"scheme": str, "period": str, "status": str, "outcome": str, "outputs": dict, "overrides": dict, "environment": dict}
        right = all(isinstance(manifest[key], kind) for key, kind in needed.items()) and isinstance(manifest["library"]["sha256"], str)
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    return manifest if right else None


class _Comparison:
    """A run as it was published, as it lies there, and as it comes out again."""

    def __init__(self, run: Path, manifest: Mapping[str, Any], private: Path, progress: Progress) -> None:
        self.run, self.manifest, self.progress = run, manifest, progress
        self.published: Mapping[str, str] = manifest["outputs"]
        self.lying = output_hashes(run)
        self.again: dict[str, str] = {}
        self.root, self.folder = private / "project", private / "run"
        self.cache = private / "cache"
        self.notes: list[str] = []
        self.stopped = ""
        self.outputs = next((folder for folder in run.parents if (folder / ledger.NAME).is_file()), None)
        library = manifest["library"]
        self.changed = {
            "library": library["sha256"] != library_sha256(),
            "environment": manifest["environment"] != environment(),
        }

    # --- the new execution --------------------------------------------------------------------------------------------------

    def copy_inputs(self) -> None:
        """A project of the run's own copies. The cache is copied too: it is read from, and outputs are not written to."""
        self._copy(self.run / _INPUTS, self.root)
        if self.outputs is not None:
            self._copy(self.outputs / ".cache", self.cache)

    def execute(self, address: str) -> None:
        """Fill a folder from the copies; ``stopped`` says what kept it from being filled."""
        manifest = self.manifest
        asked = {key: manifest[key] for key in ("scheme", "period", "status", "overrides")}
        job = Job(self.root, **asked, reason=str(manifest.get("reason", "")), address=address)
        self.progress(f"{job.name}：按记录的输入重新执行")
        try:
            plan = Plan(job)
        except Refused as refused:
            self.stopped = f"重新执行被拒绝：{refused.faults[0]}" + (f"（共{len(refused.faults)}处）" if len(refused.faults) > 1 else "")
            return
        except (EvalbookError, OSError) as error:
            self.stopped = f"无法重新执行：{error}"
            return
        self.folder.mkdir()
        contents = Contents(plan, self.folder, cache=self.cache, progress=self.progress)
        if faults := contents.make():
            if accidents := [fault for fault in faults if fault.code in _ACCIDENTS]:
                raise RunFailed(f"复现没有完成：{accidents[0]}", contents.execution.outcome)
            self.stopped = f"重新执行没有通过：{faults[0]}"
            return
        contents.write_tables()
        self.again = output_hashes(self.folder)

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        for name, path in durable.files(source) if source.is_dir() else ():
            if not path.is_symlink():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target / name)

    # --- the comparison -------------------------------------------------------------------------------------------------------

    def differences(self) -> Iterator[Difference]:
        """Everything that is not byte for byte the same, the run's own inputs first."""
        yield from self._manifest_differences()
        names = sorted(self.published.keys() | self.lying.keys() | self.again.keys(), key=lambda name: (not _is_input(name), name))
        for name in names:
            yield from self._input_differences(name) if _is_input(name) else self._output_differences(name)
        if self.stopped:
            yield Difference("report.ipynb", self._causes(), Place(what=self.stopped))
        self._look_around()

    def _manifest_differences(self) -> Iterator[Difference]:
        """A manifest that is not the one entered in the ledger cannot vouch for anything."""
        entries = [] if self.outputs is None else list(ledger.entries(self.outputs))
        folder = self.run.relative_to(self.outputs).as_posix() if self.outputs else ""
        entered = [entry.get("manifest_sha256") for entry in entries if entry.get("folder") == folder]
        if not entered:
            self.notes.append(NOT_ENTERED)
        elif durable.sha256(self.run / MANIFEST) not in entered:
            yield Difference(MANIFEST, ("altered",), Place(what="运行清单与台账登记的不符"))

    def _input_differences(self, name: str) -> Iterator[Difference]:
        if (causes := self._altered(name)) is None:
            return
        if what := self._presence(name):
            yield Difference(name, causes, Place(what=what))
            return
        original = self._original(name)
        found = places(original, self.run / name) if original else [Place(what="与运行清单记录的不符")]
        yield from _limited(name, causes, found)

    def _altered(self, name: str) -> tuple[str, ...] | None:
        """Causes told by an input that is not what was recorded; None when it is."""
        return None if self.published.get(name) == self.lying.get(name) else ("altered", _role(name))

    def _presence(self, name: str) -> str:
        if name not in self.lying:
            return "发布时有，现在缺失"
        return "" if name in self.published else "发布时没有，后来添加"

    def _original(self, name: str) -> Path | None:
        """A file of the workbook that still is what was recorded, to show what was changed in the run's copy."""
        if self.outputs is None or not name.startswith(_INPUTS):
            return None
        path = self.outputs.parent / name.removeprefix(_INPUTS)
        return path if path.is_file() and durable.sha256(path) == self.published[name] else None

    def _output_differences(self, name: str) -> Iterator[Difference]:
        altered = self.published.get(name) != self.lying.get(name)
        moved = not self.stopped and self.published.get(name) != self.again.get(name)
        causes = (("altered",) if altered else ()) + (self._causes() if moved else ())
        if not causes:
            return
        if altered and (what := self._presence(name)):
            yield Difference(name, causes, Place(what=what))
        elif self.stopped:
            yield Difference(name, causes, Place(what="与运行清单记录的不符"))
        elif name not in self.again:
            yield Difference(name, causes, Place(what="重新执行没有生成这个文件"))
        elif name not in self.lying:
            yield Difference(name, causes, Place(what="重新执行多生成了这个文件"))
        elif altered and not moved:
            # The new execution gave what was published, so it shows what the altered file said before.
            yield from _limited(name, causes, places(self.folder / name, self.run / name))
        else:
            yield from _limited(name, causes, places(self.run / name, self.folder / name))

    def _causes(self) -> tuple[str, ...]:
        """What the result depends on and is no longer what it was."""
        inputs = {_role(name) for name in self.published.keys() | self.lying.keys() if _is_input(name) and self._altered(name)}
        found = inputs | {cause for cause, changed in self.changed.items() if changed}
        if not found and altered_packages():
            self.changed["environment"] = True
            found = {"environment"}
        return tuple(cause for cause in CAUSES if cause in found) or ("unexplained",)

    def reasons(self, differences: tuple[Difference, ...]) -> tuple[str, ...]:
        """For each cause at work, what has changed."""
        at_work = {cause for difference in differences for cause in difference.causes}
        found = []
        if "library" in at_work:
            then, now = self.manifest["library"], {"version": __version__, "sha256": library_sha256()}
            found.append("程序：" + " → ".join(f"evalbook {one.get('version', '')}（{one['sha256'][:8]}）" for one in (then, now)))
        if "environment" in at_work:
            then, now = self.manifest["environment"], environment()
            changed = [
                f"{key} {then.get(key, '无')} → {now.get(key, '无')}" for key in sorted({**then, **now}) if then.get(key) != now.get(key)
            ]
            found.append("运行环境：" + "，".join(changed or [f"软件包 {name} 的文件被改动" for name in altered_packages()]))
        if "unexplained" in at_work:
            found.append("输入、程序和运行环境都与当时相同，结果却不同：请保留现场并报告")
        return tuple(visible(text) for text in found)

    def _look_around(self) -> None:
        """What does not touch the reproduction and yet should be known."""
        changed = "、".join(CAUSES[cause] for cause, found in self.changed.items() if found)
        if changed and self.again and all(self.published.get(name) == digest for name, digest in self.again.items()):
            self.notes.append(f"{changed}与当时不同，结果完全相同")
        if self.outputs is None:
            return
        for name, digest in self.published.items():
            path = self.outputs.parent / name.removeprefix(_INPUTS)
            if name.startswith(_INPUTS) and _inside(path, self.outputs.parent) and path.is_file() and durable.sha256(path) != digest:
                self.notes.append(f"工作簿里的 {name.removeprefix(_INPUTS)} 在这次运行之后改过（不影响复现）")


def _is_input(name: str) -> bool:
    return name.startswith(_INPUTS) or name == RUN_FILE


def _role(name: str) -> str:
    """What an input of a run is, as a cause."""
    parts = name.removeprefix(_INPUTS).split("/")
    if name == RUN_FILE or (parts[0] == "params" and "periods" in parts):
        return "parameters"
    return {"params": "edition", "notebooks": "template"}.get(parts[0], "data")


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _limited(name: str, causes: tuple[str, ...], found: list[Place]) -> Iterator[Difference]:
    for place in found[:_MOST_PLACES]:
        yield Difference(name, causes, place)
    if len(found) > _MOST_PLACES:
        yield Difference(name, causes, Place(what=f"另有{len(found) - _MOST_PLACES}处"))
