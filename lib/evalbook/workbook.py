"""The front door: a project folder as a workbook of schemes and periods.

``Workbook(root).prepare(scheme, period)`` loads the parameters and figures, checks everything and scores them, without a
kernel. The command line, the runner and the notebooks all come in here, so that they cannot disagree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import Fault, Refused, UsageError
from .terms import FLAGS, STATUSES

if TYPE_CHECKING:
    from .periods import Period
    from .scheme.scheme import Scheme
    from .scoring.dataset import Dataset
    from .scoring.evaluation import Evaluation

#: Files of a project root that mark it as one.
LANDMARKS = ("params", "data", "notebooks")
#: Which clause is carried by what: printed in each report's appendix.
CLAUSES = "docs/clauses.csv"


@dataclass(frozen=True)
class InputFile:
    """One file a run depends on: its role, its name relative to the project (posix) and where it is."""

    role: str
    name: str
    path: Path

    def sha256(self) -> str:
        """Hash of the bytes as they are now."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Changed:
    """One thing that a what-if run sets otherwise: its path, what it is called, old and new as texts ("" = not written)."""

    path: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Prepared:
    """Everything known before a kernel starts: the evaluation, its inputs, notes, and what blocks a final run.

    ``read`` is what intake had to say, ``others`` are the other periods whose results are read. Figures are held against each other
    and against other periods (``notes``, ``blockers``) when somebody first asks what there is to be said.

    ``status`` is ``look`` (试看) until a runner stamps it; a trial (试算, any override) is ``what-if`` from the beginning, with the
    ``overrides`` in full, what they changed (``trial``) and the ``reason`` given. ``root`` is where its files lie.
    """

    scheme: str
    period: str
    evaluation: Evaluation
    inputs: tuple[InputFile, ...]
    read: tuple[Fault, ...]
    flags: tuple[str, ...]
    others: Mapping[str, Prepared] = field(default_factory=dict)
    status: str = "look"
    run_file_sha256: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    trial: tuple[Changed, ...] = ()
    reason: str = ""
    root: Path = Path()

    @property
    def definition(self) -> Scheme:
        """The scheme as it holds for the period."""
        return self.evaluation.scheme

    @cached_property
    def notes(self) -> tuple[Fault, ...]:
        """What there is to be known about figures and results: findings (问题记录), questions and notes."""
        return self._notes()

    def _notes(self, *, findings_only: bool = False) -> tuple[Fault, ...]:
        from .analysis.doubts import doubts

        checked = doubts(self.evaluation, findings_only=findings_only)
        return (*self.definition.told, *self.read, *self.evaluation.findings, *checked)

    @cached_property
    def blockers(self) -> tuple[Fault, ...]:
        """What a final run (定稿) would be refused for."""
        # Questions of the checks block nothing: where nobody has asked for all notes, they are not worked out for this.
        notes = self.notes if "notes" in vars(self) else self._notes(findings_only=True)
        own = _blockers(self.evaluation, self.flags, notes)
        return (*own, *_blocked_by(self.definition, self.others), *_blocked_by_trial(self.overrides))

    @property
    def title(self) -> str:
        """Title of the report: the document and the period."""
        return f"{self.definition.meta.title} {self.definition.called(self.definition.period)}"

    @property
    def notebook(self) -> str:
        """Name of the template under notebooks/."""
        return self.definition.meta.notebook

    @property
    def settings(self) -> dict[str, Any]:
        """The readings chosen, for the manifest."""
        return {a.name: a.choice for a in self.definition.assumptions}


class Workbook:
    """A project folder (params/, data/, notebooks/, outputs/)."""

    def __init__(self, root: Path | str = ".") -> None:
        self.root = Path(root).resolve()

    @classmethod
    def discover(cls, start: Path | None = None) -> Workbook:
        """The nearest folder upwards that has params/, data/ and notebooks/; UsageError when there is none."""
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if all((folder / mark).is_dir() for mark in LANDMARKS):
                return cls(folder)
        raise UsageError(
            "当前文件夹及其上级都不是考核工作簿（应含 params、data 和 notebooks 文件夹）；请先进入工作簿所在文件夹，或用 --root 指明"
        )

    def schemes(self) -> list[str]:
        """Ids of the schemes."""
        from .scheme.folders import scheme_ids

        return scheme_ids(self.root)

    def periods(self, scheme: str) -> list[str]:
        """Periods of a scheme, in time order."""
        from .scheme.folders import period_ids

        return period_ids(self.root, scheme)

    def all_periods(self) -> list[tuple[str, str]]:
        """Every (scheme, period)."""
        return [(scheme, period) for scheme in self.schemes() for period in self.periods(scheme)]

    def scheme(self, scheme: str, period: str, *, overrides: Mapping[str, Any] | None = None) -> Scheme:
        """The scheme as it holds for a period."""
        from .scheme.scheme import load_scheme

        return load_scheme(self.root, scheme, period, overrides=overrides)

    def scheme_exists(self, scheme: str, period: str) -> None:
        """UsageError, with the nearest name, unless there are such a scheme and period."""
        from .scheme.folders import find

        find(self.root, scheme, period)

    def data_folder(self, scheme: str, period: str) -> Path:
        """Where the figures of a period lie."""
        return self.root / "data" / scheme / period

    def prepare(
        self, scheme: str, period: str, *, overrides: Mapping[str, Any] | None = None, done: dict[str, Prepared] | None = None
    ) -> Prepared:
        """Load, lint, read and score one period. Refused with all faults, UsageError for unknown names.

        ``overrides`` maps paths to values and makes it a what-if (试算): parameters of the edition (``tree.trade_increment.marks``),
        readings (``assumptions.ties``), figures (``values.宁波市.trade_total``, ``values.330200.trade_total.2022`` for a base) or
        another ``edition``; see :mod:`evalbook.scheme.overrides` for what may be left out. The other periods whose results are read
        are prepared in the same way, from their own files and without the overrides. ``done`` keeps the periods of one scheme as they
        are, for several calls on unchanged files: each is prepared once.
        """
        known = {} if done is None else done
        if overrides or period not in known:
            prepared = self._prepare(scheme, period, overrides, known)
            if overrides:
                return prepared
            known[period] = prepared
        return known[period]

    def _prepare(self, scheme: str, period: str, overrides: Mapping[str, Any] | None, done: dict[str, Prepared]) -> Prepared:
        """``done`` are the periods prepared so far: each is prepared once, however many others read it."""
        from .scoring.evaluation import evaluate

        definition = self.scheme(scheme, period, overrides=overrides)
        folder = self.data_folder(scheme, str(definition.period))
        faults = self._prepare_others(definition, done)
        others = {str(p): done[str(p)] for p in definition.others if str(p) in done}
        try:
            dataset, read = self._read(definition, folder)
        except Refused as refused:
            faults = [*refused.faults, *faults]
        else:
            faults += _columns_lacking(definition, dataset) if definition.overrides.edition else []
        if faults:
            raise Refused(faults)
        evaluation = evaluate(definition, dataset, {key: other.evaluation for key, other in others.items()})
        flags = _flags(evaluation, others, read)
        governing = ""
        if definition.overrides.edition:
            from .scheme.scheme import find, load_sources

            governing = load_sources(self.root, scheme, find(self.root, scheme, period))[1].file
        trial = trial_changes(definition, dataset, governing)
        return Prepared(
            scheme=scheme,
            period=str(definition.period),
            evaluation=evaluation,
            inputs=_together(self._inputs(definition, folder, dataset), others),
            read=tuple(read),
            flags=flags,
            others=others,
            status="what-if" if overrides else "look",
            overrides=_canonical(definition, dataset) if overrides else {},
            trial=trial,
            root=self.root,
        )

    def _prepare_others(self, definition: Scheme, done: dict[str, Prepared]) -> list[Fault]:
        """Prepare the other periods that a scheme reads and that exist; returns what is wrong with them.

        It comes to an end: what is read is a part of the period or earlier (``History.window``).
        """
        existing, faults = set(self.periods(definition.id)), []
        for when in definition.others:
            if str(when) in existing and str(when) not in done:
                try:
                    done[str(when)] = self._prepare(definition.id, str(when), None, done)
                except Refused as refused:
                    faults += [_told_of(when, fault) for fault in refused.faults]
        return list(dict.fromkeys(faults))

    def _read(self, definition: Scheme, folder: Path) -> tuple[Dataset, list[Fault]]:
        """The figures of a period, with what is to be known about them."""
        from .intake.period_data import read_scheme

        if not folder.is_dir():
            raise Refused(
                [
                    Fault(
                        "data.no_folder",
                        "没有本期数据文件夹",
                        f"请建立并放入数据，或用 evalbook new period {definition.id} {definition.period} --from 上一期",
                        file=f"data/{definition.id}/{definition.period}",
                    )
                ]
            )
        return read_scheme(folder, definition)

    def _inputs(self, definition: Scheme, folder: Path, dataset: Dataset) -> list[InputFile]:
        """Parameters and figures of one period: every edition (the choice among them is part of the run), data file and evidence.

        Folders whose name begins with ``_`` hold what the data files were made from (``_collected``): the files carry its hashes.
        """
        from .intake.bases import base_files, compared_with
        from .intake.evidence_files import files_of

        found = [InputFile("params", name, self.root / name) for name in definition.files]
        if (self.root / CLAUSES).is_file():
            found.append(InputFile("docs", CLAUSES, self.root / CLAUSES))
        inner = (p for p in folder.rglob("*") if not any(part.startswith("_") for part in p.relative_to(folder).parts[:-1]))
        for path in sorted(p for p in inner if p.is_file() and not p.is_symlink()):
            found.append(InputFile("data", path.relative_to(self.root).as_posix(), path))
        whens = {when for _, when in definition.needed()} | set(compared_with(definition.period))
        for paths in base_files(folder, whens - {str(definition.period)}).values():  # 基数修订; compared with by the checks
            found += [InputFile("data", path.relative_to(self.root).as_posix(), path) for path in paths]
        names = {item.name for item in found}
        for path in files_of(folder, dataset.evidence):
            if (name := path.relative_to(self.root).as_posix()) not in names:
                found.append(InputFile("evidence", name, path))
        return found


def open_run(scheme: str, period: str, run_file: str = "", run_file_sha256: str = "") -> Prepared:
    """What a notebook opens with. With a run file (written by the runner) its inputs are checked against their hashes
    and read from the run's own copies; without one, as in JupyterLab, the project's files are read and the page says 试看.
    """
    if not run_file:
        return Workbook.discover().prepare(scheme, period)
    path = Path(run_file)
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != run_file_sha256:
        raise Refused([Fault("run.file_changed", "运行文件与启动时的校验码不符", "请重新运行", file=path.name)])
    run = json.loads(raw.decode("utf-8"))
    if (run["scheme"], run["period"]) != (scheme, period):
        raise Refused([Fault("run.other_period", "运行文件不属于这个考核办法和考核期", "请重新运行", file=path.name)])
    prepared = Workbook(path.resolve().parent / "inputs").prepare(scheme, period, overrides=run.get("overrides") or None)
    expected = {item["name"]: item["sha256"] for item in run["inputs"]}
    found = {item.name: item.sha256() for item in prepared.inputs}
    changed = sorted(name for name in found if expected.get(name) != found[name])
    if changed:
        raise Refused([Fault("run.input_changed", "输入文件在运行中被改动", "请重新运行", file=name) for name in changed])
    status = run["status"]
    if status not in STATUSES:
        raise Refused([Fault("run.status", "运行文件中的状态无效", "请重新运行", file=path.name, value=str(status))])
    if (status == "what-if") != bool(run.get("overrides")):
        raise Refused([Fault("run.status", "试算的运行文件应有改动，其他运行不得有改动", "请重新运行", file=path.name, value=str(status))])
    return replace(prepared, status=status, run_file_sha256=run_file_sha256, reason=str(run.get("reason", "")))


def trial_changes(definition: Scheme, dataset: Dataset, governing: str = "") -> tuple[Changed, ...]:
    """What a what-if sets otherwise, parameters first, then figures; ``governing`` is the edition that it was taken from."""
    found = [Changed("edition", "版本", governing, definition.edition_file)] if governing else []
    for path, old, new in definition.trial:
        parts = path.split(".")
        label = definition.label(parts[1]) if len(parts) > 1 and parts[1] in definition.names else ""
        if parts[0] == "assumptions":
            label = next((a.silent for a in definition.assumptions if a.name == parts[1]), "")
        found.append(Changed(path, label, as_text(old), as_text(new)))
    names = dict(zip(dataset.units.keys, dataset.units.labels or dataset.units.keys, strict=True))
    for one in dataset.replaced:
        quantity = definition.tables["units"].columns[one.quantity]
        path = ".".join(("values", one.unit, one.quantity, one.period))
        uom = f"（{quantity.uom}）" if quantity.uom else ""
        found.append(Changed(path, f"{names[one.unit]} {quantity.label}{uom}", as_text(one.old), as_text(one.new)))
    return tuple(found)


def as_text(value: Any) -> str:
    """A parameter or a figure as a reader sees it."""
    from .exact import Exact, plain

    if value is None:
        return ""
    if isinstance(value, Exact):
        return plain(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else str(value)


def _columns_lacking(definition: Scheme, dataset: Dataset) -> list[Fault]:
    """A trial under another edition needs that edition's columns: those that the period does not have at all are named."""
    columns = definition.tables["units"].columns
    absent = {name for name, when in definition.needed() if name in columns and (name, when) not in dataset.units.columns}
    if not absent:
        return []
    labels = "、".join(f"{columns[name].label}（{name}）" for name in columns if name in absent)
    message = f"本期数据缺少 {definition.edition_file} 要用的{len(absent)}项：{labels}"
    remedy = "请在该期 values.csv 中补充这些数据（该期自己的版本不用，只供对照），再试算"
    return [Fault("trial.columns", message, remedy, file=f"data/{definition.id}/{definition.period}")]


def _canonical(definition: Scheme, dataset: Dataset) -> dict[str, Any]:
    """The overrides with whole paths, codes and periods: what a run records and can be carried out again from."""
    written = list(definition.overrides.figures.values())
    figures = {(one.unit, one.quantity, one.period): text for one, text in zip(dataset.replaced, written, strict=True)}
    return replace(definition.overrides, figures=figures).as_dict()


def _blocked_by_trial(overrides: Mapping[str, Any] | None) -> list[Fault]:
    """A trial is never final."""
    if not overrides:
        return []
    remedy = "正式采用请写进考核期文件的 changes（注明理由、经办和日期）或 assumptions，数据改在数据表里"
    return [Fault("final.what_if", "这是试算，不能定稿", remedy)]


def _together(own: list[InputFile], others: Mapping[str, Prepared]) -> tuple[InputFile, ...]:
    """A period's own inputs, and those of the periods it reads: each once, by name."""
    names = {item.name for item in own}
    more = {item.name: item for other in others.values() for item in other.inputs if item.name not in names}
    return (*own, *(more[name] for name in sorted(more)))


def _told_of(when: Period, fault: Fault) -> Fault:
    """A fault of another period: the message says which where the file does not."""
    return fault if str(when) in fault.file else replace(fault, message=f"{when.label}：{fault.message}")


def _blocked_by(definition: Scheme, others: Mapping[str, Prepared]) -> list[Fault]:
    """A result can be no more final than the results it is made of."""
    file = definition.files[-1] if definition.files else ""
    return [
        Fault(
            "final.other_period",
            f"所用的{other.definition.called(other.definition.period)}的结果尚不能定稿（{len(other.blockers)}项未处理）",
            f"请先处理该期，见 evalbook check {definition.id} {key}",
            file=file,
        )
        for key, other in others.items()
        if other.blockers
    ]


def _flags(evaluation: Evaluation, others: Mapping[str, Prepared], read: Sequence[Fault]) -> tuple[str, ...]:
    """Flags that stand on every page: those of the periods read hold for this one too."""
    from .scheme.lint import unofficial

    found = {
        "synthetic": evaluation.has_synthetic,
        "trial": not evaluation.scheme.meta.official,
        "unofficial": evaluation.scheme.meta.official and bool(unofficial(evaluation.scheme)),
        "incomplete": any(note.code == "figure.none" for note in read),
    }
    taken_over = {flag for other in others.values() for flag in other.flags}
    return tuple(flag for flag in FLAGS if found[flag] or flag in taken_over)


def _blockers(evaluation: Evaluation, flags: tuple[str, ...], notes: Sequence[Fault]) -> list[Fault]:
    """What a final run (定稿) would be refused for."""
    from .analysis.waivers import open_findings, unverified
    from .scheme.lint import unexplained, unofficial

    settings, scheme = evaluation.scheme.settings, evaluation.scheme
    file = scheme.files[-1] if scheme.files else ""
    found = [Fault("final.pending", text, "请在考核期文件 rulings 中裁定", file=file) for text in evaluation.pending]
    for name in unofficial(scheme):
        if name not in settings.accept:
            found.append(
                Fault(
                    "final.unofficial",
                    f"“{scheme.label(name)}”的口径未公开或为自定，尚未在 accept 中确认",
                    f"请在 accept 中列出 {name}",
                    file=file,
                )
            )
    found += [replace(fault, code="final.assumption", severity="error") for fault in unexplained(scheme)]
    if {"synthetic", "trial"} & set(flags) and not settings.demo:
        words = "、".join(FLAGS[f] for f in flags)
        found.append(Fault("final.flagged", f"本期标有“{words}”，不能定稿", "仅演示时可在考核期文件写 demo: true", file=file))
    found += unverified(evaluation)
    gaps = open_findings(evaluation, notes)
    if gaps:
        remedy = "请处理，或在 waivers 中写明 what: findings 及理由（可用 codes 限定哪一类）"
        found.append(Fault("final.findings", f"有{len(gaps)}条问题记录未处理", remedy, file=file))
    if not settings.as_of or not settings.prepared_by:
        found.append(Fault("final.signature", "考核期文件缺少 as_of（截止日期）或 prepared_by（制表）", "请填写", file=file))
    return found
