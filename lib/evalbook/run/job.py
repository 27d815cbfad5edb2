"""One run from parameters and figures to a published folder: check, copy, execute, judge, render, publish."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__, durable
from ..errors import EvalbookError, Fault, Refused
from ..workbook import Prepared, Workbook
from .publication import MANIFEST, Stage, output_hashes, stamp

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .execute import Execution, Limits

RUN_FILE = "run.json"
#: The kernel of the second execution of a final run: whatever of this shows in the bytes would be chance, not result.
SECOND_ZONE, SECOND_HASH_SEED = "America/New_York", "4242"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """What to run. ``address`` is that of a warm server (empty: cold kernels); ``fresh`` runs even if nothing changed."""

    root: Path
    scheme: str
    period: str
    status: str = "draft"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    fresh: bool = True
    address: str = ""
    limits: Limits | None = None

    @property
    def name(self) -> str:
        """Scheme and period, as messages call the run."""
        return f"{self.scheme} {self.period}"

    @property
    def outputs(self) -> Path:
        """Where runs are published."""
        return self.root / "outputs"


@dataclass(frozen=True)
class Report:
    """What came of a job: ``outcome`` of ``terms.OUTCOMES``, the folder if there is one, what stopped it if anything did."""

    scheme: str
    period: str
    outcome: str
    seconds: float
    folder: Path | None = None
    faults: tuple[Fault, ...] = ()
    skipped: bool = False

    @property
    def report_html(self) -> Path | None:
        """The page to open."""
        return self.folder / "report.html" if self.folder else None


def perform(job: Job, progress: Progress = lambda _text: None) -> Report:
    """Carry out a job. Refusals and failures come back as a report; only an interruption is raised."""
    begun = time.monotonic()

    def ended(outcome: str, folder: Path | None = None, faults: tuple[Fault, ...] = (), *, skipped: bool = False) -> Report:
        return Report(job.scheme, job.period, outcome, time.monotonic() - begun, folder, faults, skipped)

    progress(f"{job.name}：检查参数和数据")
    try:
        plan = _Plan(job)
    except Refused as refused:
        _enter_refusal(job, refused.faults)
        return ended("refused", faults=tuple(refused.faults))
    if not job.fresh and (unchanged := plan.unchanged()):
        return ended("completed", unchanged, skipped=True)
    try:
        with Stage(job.outputs, {"scheme": job.scheme, "period": job.period, "status": job.status}) as stage:
            outcome, folder, faults = _Attempt(plan, stage, progress, begun).run()
        return ended(outcome, folder, tuple(faults))
    except OSError as error:
        return ended("failed", faults=(_disk_fault(job, error),))


def _enter_refusal(job: Job, faults: list[Fault]) -> None:
    """A refused run leaves no folder, but a line in the ledger."""
    with Stage(job.outputs, {"scheme": job.scheme, "period": job.period, "status": job.status}) as stage:
        stage.end("refused", faults=len(faults), first=str(faults[0]) if faults else "")


def _disk_fault(job: Job, error: OSError) -> Fault:
    name = ""
    if error.filename:
        path = Path(str(error.filename))
        name = path.relative_to(job.root).as_posix() if path.is_relative_to(job.root) else path.name
    return Fault(
        "run.disk", "读写失败，未发布任何结果", "请检查磁盘空间、权限和文件是否被占用，然后重新执行", file=name, value=error.strerror or ""
    )


class _Plan:
    """Everything known before a kernel starts: the checked evaluation, the template, the identity of the run.

    Raises
    ------
    Refused
        Parameters, figures or template are at fault, or a final run is not ready to be one.
    """

    def __init__(self, job: Job) -> None:
        from .identity import canonical_sha256, environment, library_sha256
        from .template import lint

        self.job = job
        prepared = Workbook(job.root).prepare(job.scheme, job.period, overrides=job.overrides or None)
        self.prepared: Prepared = replace(prepared, status=job.status)
        self.template_name = f"notebooks/{prepared.notebook}"
        self.template, raw = _read_template(job.root / self.template_name, self.template_name)
        self.template_bytes = raw
        faults = lint(self.template, file=self.template_name)
        if job.status == "final":
            faults += self.prepared.blockers
        if faults:
            raise Refused(faults)
        self.inputs = {item.name: item.sha256() for item in prepared.inputs}
        self.template_sha256 = _sha256(raw)
        self.identity = {
            "scheme": job.scheme,
            "period": prepared.period,
            "status": job.status,
            "overrides": dict(job.overrides),
            "inputs": self.inputs,
            "template": self.template_sha256,
            "library": library_sha256(),
            "environment": environment(),
        }
        self.inputs_sha256 = canonical_sha256(self.identity)

    @property
    def parent(self) -> str:
        """Folder of the period's runs, relative to outputs."""
        return f"{self.job.scheme}/{self.prepared.period}"

    def run_file(self) -> bytes:
        """What the notebook opens: constant for the same inputs, so that its hash can stand in the report."""
        inputs = [{"name": item.name, "role": item.role, "sha256": self.inputs[item.name]} for item in self.prepared.inputs]
        content = {
            "scheme": self.job.scheme,
            "period": self.prepared.period,
            "status": self.job.status,
            "overrides": dict(self.job.overrides),
            "inputs": inputs,
        }
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")

    def changed(self) -> list[Fault]:
        """Inputs that are no longer what was checked."""
        now = {item.name: item.sha256() if item.path.is_file() else "" for item in self.prepared.inputs}
        message, remedy = "输入文件在运行中被改动，结果作废", "请确认改动后重新执行"
        return [Fault("run.input_changed", message, remedy, file=name) for name, digest in now.items() if digest != self.inputs[name]]

    def unchanged(self) -> Path | None:
        """The newest completed run of exactly these inputs whose files are still as they were published."""
        for path in sorted((self.job.outputs / self.parent).glob(f"*-{self.inputs_sha256[:8]}*/{MANIFEST}"), reverse=True):
            try:
                manifest = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                continue
            same = manifest.get("inputs_sha256") == self.inputs_sha256 and manifest.get("outcome") == "completed"
            if same and manifest.get("outputs") == output_hashes(path.parent):
                return path.parent
        return None


def _read_template(path: Path, name: str) -> tuple[NotebookNode, bytes]:
    import nbformat

    try:
        raw = path.read_bytes()
        # An old or a damaged template is refused; converting it silently would execute something nobody has reviewed.
        notebook = nbformat.reads(raw.decode("utf-8"), as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except OSError:
        raise Refused([Fault("template.missing", "没有这个笔记本模板", "请核对版本文件中的 notebook", file=name)]) from None
    except (ValueError, nbformat.ValidationError, AttributeError, KeyError):
        raise Refused([Fault("template.unreadable", "笔记本模板无法读取", "请用 JupyterLab 打开并另存，或恢复原文件", file=name)]) from None
    return notebook, raw


def _sha256(raw: bytes) -> str:
    import hashlib

    return hashlib.sha256(raw).hexdigest()


class _Attempt:
    """The part of a job that happens inside its stage."""

    def __init__(self, plan: _Plan, stage: Stage, progress: Progress, begun: float) -> None:
        self.plan, self.job, self.stage, self.progress, self.begun = plan, plan.job, stage, progress, begun
        run_file = plan.run_file()
        self.prepared = replace(plan.prepared, run_file_sha256=_sha256(run_file))
        self.parameters = {
            "scheme": plan.job.scheme,
            "period": plan.prepared.period,
            "run_file": RUN_FILE,
            "run_file_sha256": self.prepared.run_file_sha256,
        }
        self.run_file_bytes = run_file

    def run(self) -> tuple[str, Path | None, list[Fault]]:
        """(outcome, folder, faults)."""
        from .gate import reconcile

        self._copy_inputs(self.stage.folder)
        execution = self._execute(self.stage.folder)
        faults = execution.faults or [*reconcile(self.prepared.evaluation), *self._judge(execution, self.stage.folder)]
        if not faults:
            self.progress(f"{self.job.name}：生成报告")
            faults = self._render(execution.notebook, self.stage.folder)
        if not faults and self.job.status == "final":
            faults = self._again()
        faults = faults or self.plan.changed()
        if faults:
            return self._failed(execution, faults)
        self._write_tables()
        manifest = self._manifest("completed", execution) | {"outputs": output_hashes(self.stage.folder)}
        return "completed", self.stage.publish(self.plan.parent, self._name(), manifest), []

    def _name(self) -> str:
        return f"{stamp(self.stage.started)}-{self.job.status}-{self.plan.inputs_sha256[:8]}"

    def _copy_inputs(self, folder: Path) -> None:
        """The run's own copies: the kernel reads only these, and a report can be executed again from its folder."""
        for item in self.prepared.inputs:
            target = folder / "inputs" / item.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(item.path.read_bytes())
        template = folder / "inputs" / self.plan.template_name
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_bytes(self.plan.template_bytes)
        (folder / RUN_FILE).write_bytes(self.run_file_bytes)

    def _execute(self, folder: Path, **kernel: Any) -> Execution:
        from .execute import execute

        told = [0.0]

        def on_cell(number: int, count: int) -> None:
            # One line a second at most: progress is for people.
            if time.monotonic() - told[0] > 1:
                told[0] = time.monotonic()
                self.progress(f"{self.job.name}：执行笔记本 {number}/{count}")

        return execute(
            self.plan.template,
            self.parameters,
            folder=folder,
            file=self.plan.template_name,
            address=kernel.pop("address", self.job.address),
            cache=self.job.outputs / ".cache",
            limits=self.job.limits,
            on_cell=on_cell,
            **kernel,
        )

    def _judge(self, execution: Execution, folder: Path) -> list[Fault]:
        """The gate, and that the notebook neither changed nor added a file."""
        from .execute import injected_source
        from .gate import judge

        expected = {
            "scheme": self.job.scheme,
            "period": self.prepared.period,
            "run_file_sha256": self.prepared.run_file_sha256,
            "inputs": self.plan.inputs,
            "result_sha256": self.prepared.evaluation.digest(),
        }
        template = self.plan.template_name
        faults = judge(execution.notebook, self.plan.template, injected_source(self.parameters), expected, file=template)
        known = {f"inputs/{name}": digest for name, digest in self.plan.inputs.items()}
        known |= {f"inputs/{template}": self.plan.template_sha256, RUN_FILE: self.prepared.run_file_sha256}
        for name, path in durable.files(folder):
            if known.get(name) != durable.sha256(path):
                message = "笔记本在运行文件夹里改动或添加了文件"
                faults.append(Fault("gate.files", message, "模板只应读入和展示，不写文件", file=name))
        return faults

    def _render(self, notebook: NotebookNode, folder: Path) -> list[Fault]:
        """Write the notebook and its page, judged as pages of evidence are."""
        from ..publish.audit import audit
        from ..publish.html import render
        from ..publish.normalise import dumps, normalise
        from ..publish.report import page_info

        html = render(notebook, page=page_info(self.prepared))
        (folder / "report.ipynb").write_text(dumps(normalise(notebook)), "utf-8", newline="\n")
        (folder / "report.html").write_text(html, "utf-8", newline="\n")
        return audit(html)

    def _write_tables(self) -> None:
        from ..present.sections import SHEETS_IN_REPORT, unit_sheet
        from ..present.tables import published_tables
        from ..publish.report import page_info, score_sheets
        from ..publish.tables import write_tables
        from ..publish.unit_pages import unit_pages
        from ..publish.xlsx import write_workbook

        folder, evaluation = self.stage.folder, self.prepared.evaluation
        write_tables(folder / "tables", published_tables(self.prepared))
        write_workbook(folder / "scores.xlsx", score_sheets(self.prepared), title=self.prepared.title)
        if len(evaluation.unit_codes) > SHEETS_IN_REPORT:
            self.progress(f"{self.job.name}：生成单位评分表")
            sheets = {evaluation.unit_names[row]: unit_sheet(self.prepared, row) for row in evaluation.order}
            unit_pages(sheets, page_info(self.prepared), folder / "units")

    def _again(self) -> list[Fault]:
        """A final run is executed a second time in a cold kernel, in another folder, zone and hash seed; the bytes must agree."""
        self.progress(f"{self.job.name}：定稿复核，换环境再执行一次")
        with self.stage.aside() as second:
            self._copy_inputs(second)
            execution = self._execute(second, address="", zone=SECOND_ZONE, hash_seed=SECOND_HASH_SEED)
            faults = execution.faults or self._judge(execution, second) or self._render(execution.notebook, second)
            for name in ("report.ipynb", "report.html") if not faults else ():
                if (second / name).read_bytes() != (self.stage.folder / name).read_bytes():
                    message = "定稿复核：两次执行的结果不完全相同"
                    faults.append(Fault("final.not_repeatable", message, "结果不可复现，不能定稿；请检查模板和程序版本", file=name))
        return faults

    def _failed(self, execution: Execution, faults: list[Fault]) -> tuple[str, Path | None, list[Fault]]:
        """A failed run is a document too: its notebook with the error in place, marked as failed."""
        from ..publish.html import render
        from ..publish.normalise import dumps, normalise
        from ..publish.report import page_info

        folder = self.stage.folder
        outcome = execution.outcome if execution.outcome in ("timeout", "refused") else "failed"
        page = replace(page_info(self.prepared), status="failed", preliminary_lines=tuple(str(f) for f in faults[:20]))
        (folder / "report.ipynb").write_text(dumps(normalise(execution.notebook)), "utf-8", newline="\n")
        (folder / "report.html").write_text(render(execution.notebook, page=page), "utf-8", newline="\n")
        manifest = self._manifest(outcome, execution) | {"faults": [f.as_dict() for f in faults], "outputs": output_hashes(folder)}
        return outcome, self.stage.publish(f"{self.plan.parent}/_failed", self._name(), manifest), faults

    def _manifest(self, outcome: str, execution: Execution) -> dict[str, Any]:
        from .identity import circumstances
        from .publication import now

        plan, definition = self.plan, self.prepared.definition
        finished = now()
        sizes = {item.name: item.path.stat().st_size for item in self.prepared.inputs if item.path.is_file()}
        inputs = [
            {"role": item.role, "name": item.name, "sha256": plan.inputs[item.name], "bytes": sizes.get(item.name)}
            for item in self.prepared.inputs
        ]
        return {
            "manifest": 1,
            "scheme": self.job.scheme,
            "period": self.prepared.period,
            "title": self.prepared.title,
            "status": self.job.status,
            "outcome": outcome,
            "flags": list(self.prepared.flags),
            "started": self.stage.started.isoformat(timespec="seconds"),
            "finished": finished.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self.begun, 2),
            **circumstances(self.job.root),
            "as_of": definition.settings.as_of,
            "prepared_by": definition.settings.prepared_by,
            "edition": definition.edition_file,
            "parameters": self.parameters,
            "assumptions": self.prepared.settings,
            "overrides": dict(self.job.overrides),
            "reason": self.job.reason,
            "changes": [change.model_dump(mode="json") for change in definition.settings.changes],
            "inputs": inputs,
            "inputs_sha256": plan.inputs_sha256,
            "template": {"name": plan.template_name, "sha256": plan.template_sha256},
            "library": {"version": __version__, "sha256": plan.identity["library"]},
            "environment": plan.identity["environment"],
            "kernel": {"kind": execution.kernel, "starts": execution.starts, "seconds": round(execution.seconds, 2)},
            "result_sha256": self.prepared.evaluation.digest(),
            "open_before_final": len(self.prepared.blockers),
        }


def failed_report(job: Job, error: EvalbookError | str, seconds: float = 0.0, outcome: str = "failed") -> Report:
    """Report of a job that could not even begin, or whose process was lost."""
    return Report(job.scheme, job.period, outcome, seconds, faults=(Fault("run.lost", str(error), "请重新执行"),))
