"""Publication (公布): what leaves the office of one run, at one of three levels of disclosure; built aside, then moved into place.

Everything is made from the run's own folder, which is only read. Nothing that was published before is ever replaced: the same content
again is found to be there, other content gets a folder of its own.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import __version__, durable, ledger
from ..errors import Fault, Refused, visible
from ..present.public_list import PublicList, public_list
from ..publish.bulletin import bulletin, own_template
from ..publish.disclosure import write_public_list, write_unit_sheets
from ..publish.html import PageInfo
from ..publish.report import page_info
from ..run.identity import circumstances
from ..run.plan import RUN_FILE
from ..run.publication import MANIFEST, dump, now, output_hashes
from ..terms import FLAGS, OUTCOMES, STATUSES, STUDIES
from ..workbook import Prepared, open_run
from . import chain, tree
from .signoff import approval_of, outputs_of, read_run

__all__ = ["BULLETIN", "LEVELS", "LOG", "PUBLISHED", "RECORD", "Publication", "log_faults", "publish"]

#: Level of disclosure → what it is.
LEVELS = {"public": "公布名单", "units": "反馈单", "full": "全部证据"}
#: Folder below ``outputs`` in which publications lie unless told otherwise.
PUBLISHED = "_published"
RECORD, BULLETIN, EVIDENCE = "publication.json", "通报.docx", "证据"
#: Log of publications inside ``outputs``, chained like the ledger: what has left the office, when, by whom.
LOG = "publications.jsonl"
_DRAFT = "送审稿"


@dataclass(frozen=True)
class Publication:
    """What was written: the folder, its files with their hashes, whether it was there already, and what is to be known."""

    folder: Path
    files: dict[str, str]
    before: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _State:
    """Whether a run is signed off: who signed, or why it is only for approval."""

    signed: bool
    told: str


def publish(
    run: Path, to: Path | None = None, *, level: str = "public", word: bool = False, progress: Callable[[str], None] = lambda _text: None
) -> Publication:
    """Publish a run.

    Parameters
    ----------
    run
        The run's folder inside ``outputs``.
    to
        Folder below which the publication gets a folder of its own.
    level
        Key of :data:`LEVELS`.
    word
        Also write the bulletin.

    Raises
    ------
    Refused
        The run is a trial, was changed since it was published, or gives another result with the library of today; or the bulletin's
        template is at fault.
    """
    outputs = outputs_of(run)
    manifest = _manifest(run, outputs)
    prepared = _opened(run, manifest)
    state = _state(run, outputs, manifest)
    parent = (outputs / PUBLISHED if to is None else to.resolve()) / str(manifest["scheme"]) / str(manifest["period"])
    if parent.resolve().is_relative_to(run.resolve()):
        raise Refused([Fault("publish.inside_run", "公布文件不能写进运行文件夹", "请用 --to 指明别的文件夹", file=run.name)], "没有公布")
    stage = parent / f".staging-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        stage.mkdir(parents=True)
        _Build(prepared, state, outputs, run, progress).write(stage, level, word=word)
        files = output_hashes(stage)
        (stage / RECORD).write_bytes(dump(_record(run, manifest, state, level, files, outputs)))
        durable.flush_tree(stage)
        folder, before = _place(stage, parent, f"{run.name}-{level}")
    finally:
        if stage.exists():
            durable.remove_tree(stage)
    files = {name: durable.sha256(path) for name, path in durable.files(folder)}
    _enter(outputs, manifest, run, folder, level, state, files[RECORD])
    return Publication(folder, files, before, () if state.signed else (f"{state.told}：每页标有“{_DRAFT}”，不得对外公布",))


def _manifest(run: Path, outputs: Path) -> dict[str, Any]:
    """The manifest of a run that still is what was published, and that may be published as a result."""
    shown = f"outputs/{run.relative_to(outputs).as_posix()}"
    try:
        manifest: dict[str, Any] = json.loads((run / MANIFEST).read_text("utf-8"))
        texts = [manifest[key] for key in ("scheme", "period", "status", "outcome")]
        stated = dict(manifest["outputs"])
        regular = all(isinstance(text, str) for text in texts)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        regular = False
    if not regular:
        raise Refused([Fault("run.manifest", "运行清单读不出来", "请重新执行 evalbook run", file=f"{shown}/{MANIFEST}")], "没有公布")
    if manifest["status"] not in ("final", "draft"):
        word = visible((STATUSES | STUDIES).get(manifest["status"], manifest["status"]))
        message, remedy = f"这次运行是“{word}”，不是结果，不能公布", "请公布定稿：evalbook run 办法 考核期 --final，签发后再公布"
        raise Refused([Fault("publish.no_result", message, remedy, file=shown)], "没有公布")
    if manifest["outcome"] != "completed":
        word = visible(OUTCOMES.get(manifest["outcome"], manifest["outcome"]))
        raise Refused([Fault("publish.not_completed", f"这次运行的结果是“{word}”", "请重新执行", file=shown)], "没有公布")
    faults = tree.odd(run, shown)
    now = output_hashes(run)
    for name in sorted(name for name in now.keys() | stated.keys() if now.get(name) != stated.get(name)):
        what = "不见了" if name not in now else "是后来添加的" if name not in stated else "在发布后被改动"
        faults.append(Fault("run.changed", f"文件{what}", "请保留现场，重新执行后再公布", file=f"{shown}/{name}"))
    entered = [line.get("manifest_sha256") for line in ledger.entries(outputs) if line.get("folder") == run.relative_to(outputs).as_posix()]
    if durable.sha256(run / MANIFEST) not in entered:
        faults.append(
            Fault(
                "run.not_entered", "运行清单不是台账登记的那一份", "请重新执行；台账见 evalbook ledger verify", file=f"{shown}/{MANIFEST}"
            )
        )
    if faults:
        raise Refused(faults, "没有公布")
    return manifest


def _opened(run: Path, manifest: dict[str, Any]) -> Prepared:
    """The run as it was, from its own copies; Refused when the library of today computes another result."""
    prepared = open_run(manifest["scheme"], manifest["period"], str(run / RUN_FILE), manifest["outputs"].get(RUN_FILE, ""))
    if prepared.evaluation.digest() != manifest.get("result_sha256"):
        message = f"现在的程序（evalbook {__version__}）算出的结果与这次运行不同"
        remedy = "请用当时的程序公布，或重新执行并签发；原因见 evalbook reproduce"
        raise Refused([Fault("publish.other_result", message, remedy, file=run.name)], "没有公布")
    return prepared


def _state(run: Path, outputs: Path, manifest: dict[str, Any]) -> _State:
    if manifest["status"] != "final":
        return _State(False, f"{STATUSES[manifest['status']]}，不是定稿")
    approval = approval_of(read_run(run, outputs))
    if approval.faults:
        return _State(False, f"签发记录有问题（{approval.faults[0].message}）")
    if approval.missing:
        return _State(False, f"定稿尚未签发（待签：{approval.wanted}）")
    return _State(True, "；".join(f"{one.person}（{one.role}）" for one in approval.signatures))


def _record(run: Path, manifest: dict[str, Any], state: _State, level: str, files: dict[str, str], outputs: Path) -> dict[str, Any]:
    return {
        "run": run.name,
        "scheme": manifest["scheme"],
        "period": manifest["period"],
        "level": level,
        "signed": state.signed,
        "manifest_sha256": durable.sha256(run / MANIFEST),
        "result_sha256": manifest["result_sha256"],
        "archive_head": _head(outputs),
        "program": f"evalbook {__version__}",
        "files": files,
    }


def _enter(outputs: Path, manifest: dict[str, Any], run: Path, folder: Path, level: str, state: _State, record: str) -> None:
    """One line for each publication at each place; a line that a stopped program did not come to write is made up for."""
    place = folder.relative_to(outputs).as_posix() if folder.is_relative_to(outputs) else str(folder)
    known = {(line.get("place"), line.get("record_sha256")) for line in ledger.entries(outputs, name=LOG)}
    if (place, record) in known:
        return
    about = circumstances(outputs.parent)
    entry = {key: manifest[key] for key in ("scheme", "period", "status")}
    entry |= {"run": run.relative_to(outputs).as_posix(), "level": level, "signed": state.signed, "place": place, "record_sha256": record}
    ledger.append(outputs, {**entry, "time": now().isoformat(timespec="seconds"), "user": about["user"], "host": about["host"]}, name=LOG)


def log_faults(outputs: Path) -> list[Fault]:
    """Everything wrong with the log of publications: its chain, and publications in ``outputs`` that are not what was entered."""
    faults = ledger.verify(outputs, name=LOG)
    for line in ledger.entries(outputs, name=LOG):
        place, stated = line.get("place"), line.get("record_sha256")
        record = outputs / str(place) / RECORD
        if not isinstance(place, str) or Path(place).is_absolute() or ".." in Path(place).parts or not record.is_file():
            continue  # elsewhere, or taken away: a copy may be
        told = [f"{place}/{RECORD}"] if durable.sha256(record) != stated else _changed(record.parent)
        remedy = "请保留现场，重新公布并与已发出的核对"
        faults += [Fault("publication.changed", "公布件与登记时不同", remedy, file=name) for name in told]
    return faults


def _changed(folder: Path) -> list[str]:
    """Files of a publication that are not those of its record."""
    try:
        stated = dict(json.loads((folder / RECORD).read_text("utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return [f"{folder.name}/{RECORD}"]
    found = {name: durable.sha256(path) for name, path in durable.files(folder) if name != RECORD}
    return [f"{folder.name}/{name}" for name in sorted(found.keys() | stated.keys()) if found.get(name) != stated.get(name)]


def _head(outputs: Path) -> str:
    """The archive's head; nothing where there is no archive yet."""
    archive = chain.archive_folder(outputs.parent)
    return chain.head(archive) if (archive / chain.CHAIN).is_file() else ""


def _place(stage: Path, parent: Path, name: str) -> tuple[Path, bool]:
    """Move what was built to a free name; what is there already with the same content stays as it is."""
    mine = {name: durable.sha256(path) for name, path in durable.files(stage)}
    for number in range(1, 1000):
        target = parent / (name if number == 1 else f"{name}-{number}")
        if target.is_dir() and {n: durable.sha256(path) for n, path in durable.files(target)} == mine:
            return target, True
        try:
            durable.rename(stage, target)
        except FileExistsError:
            continue
        durable.flush(parent)
        return target, False
    raise FileExistsError(f"too many publications named {name}")


class _Build:
    """The files of one publication."""

    def __init__(self, prepared: Prepared, state: _State, outputs: Path, run: Path, progress: Callable[[str], None]) -> None:
        self.prepared, self.state, self.outputs, self.run, self.progress = prepared, state, outputs, run, progress

    def write(self, folder: Path, level: str, *, word: bool) -> None:
        faults = []
        head = _head(self.outputs)
        listed = public_list(self.prepared.evaluation)
        if level in ("public", "full"):
            self.progress("生成公布名单")
            faults += write_public_list(listed, self._page(), folder, head=head)
        if level == "units":
            faults += write_unit_sheets(self.prepared.evaluation, self._page(), folder, self.progress)
        if level == "full":
            self.progress("复制全部证据")
            shutil.copytree(self.run, folder / EVIDENCE)
        if word:
            (folder / BULLETIN).write_bytes(self._bulletin(listed, head))
        if faults:
            raise Refused(faults, "没有公布")

    def _page(self) -> PageInfo:
        """The report's page, with what tells that it is not signed off; names of people and hashes of inputs stay inside."""
        page = page_info(self.prepared)
        kept = tuple(pair for pair in page.provenance if pair[0] in ("程序", "版本", "结果校验码"))
        page = replace(page, provenance=kept, prepared_by="", signatures=())
        return page if self.state.signed else replace(page, flags=(*page.flags, _DRAFT), draft_mark=_DRAFT, signatures=("复核", "审批"))

    def _bulletin(self, listed: PublicList, head: str) -> bytes:
        template, shown = own_template(self.outputs.parent, self.prepared.scheme)
        flags = self.prepared.flags
        notes = tuple(f"（{FLAGS[flag]}：本件只供演示，不得作为依据。）" for flag in flags if flag in ("synthetic", "trial"))
        draft = "" if self.state.signed else f"{_DRAFT}（{self.state.told}）"
        digest = self.prepared.evaluation.digest()
        return bulletin(listed, template, shown=shown, draft=draft, notes=notes, head=head, result_sha256=digest)
