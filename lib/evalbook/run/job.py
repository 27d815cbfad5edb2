"""One run from parameters and figures to a published folder: check, copy, execute, judge, render, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import EvalbookError, Fault, Refused
from .calm import calm_collector
from .contents import NOTEBOOK, PAGE, Contents
from .plan import Plan
from .publication import Stage, output_hashes, stamp

if TYPE_CHECKING:
    from ..scheme.models import Change
    from .execute import Limits
    from .kept import Kept

#: The kernel of the second execution of a final run: whatever of this shows in the bytes would be chance, not result.
SECOND_ZONE, SECOND_HASH_SEED = "America/New_York", "4242"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """What to run. ``address`` is that of a warm server (empty: cold kernels); ``fresh`` runs even if nothing changed, unless the same
    was already run ``since`` a moment (a cluster gives a job out again whose worker was lost)."""

    root: Path
    scheme: str
    period: str
    status: str = "draft"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    fresh: bool = True
    address: str = ""
    limits: Limits | None = None
    since: str = ""

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


def perform(job: Job, progress: Progress = lambda _text: None, kept: Kept | None = None) -> Report:
    """Carry out a job. Refusals and failures come back as a report; only an interruption is raised.

    ``kept`` is what is left of earlier jobs in this process.
    """
    with calm_collector():
        return _perform(job, progress, kept)


def _perform(job: Job, progress: Progress, kept: Kept | None) -> Report:
    begun = time.monotonic()

    def ended(outcome: str, folder: Path | None = None, faults: tuple[Fault, ...] = (), *, skipped: bool = False) -> Report:
        return Report(job.scheme, job.period, outcome, time.monotonic() - begun, folder, faults, skipped)

    progress(f"{job.name}：检查参数和数据")
    try:
        plan = Plan(job, kept)
    except Refused as refused:
        return ended("refused", faults=(*refused.faults, *_enter_refusal(job, refused.faults)))
    except OSError as error:
        return ended("failed", faults=(_disk_fault(job, error),))
    for finding in plan.differing:
        progress(f"{job.name}：{finding}")
    if (not job.fresh or job.since) and (unchanged := plan.unchanged(since=job.since if job.fresh else "")):
        return ended("completed", unchanged, skipped=True)
    stage = Stage(job.outputs, {"scheme": job.scheme, "period": job.period, "status": job.status})
    attempt = _Attempt(plan, stage, progress, begun)
    try:
        with stage:
            outcome, folder, faults = attempt.run()
        return ended(outcome, folder, tuple(faults))
    except OSError as error:
        return ended("failed", stage.landed, (_disk_fault(job, error, landed=stage.landed is not None),))
    except KeyboardInterrupt:
        # Stopped in the moment of landing: what can be seen is complete and entered, and to deny it would be wrong.
        if attempt.outcome != "completed" or stage.landed is None:
            raise
        return ended("completed", stage.landed)


def _enter_refusal(job: Job, faults: list[Fault]) -> list[Fault]:
    """A refused run leaves no folder, but a line in the ledger; what kept that line from being written."""
    try:
        with Stage(job.outputs, {"scheme": job.scheme, "period": job.period, "status": job.status}) as stage:
            stage.end("refused", faults=len(faults), first=str(faults[0]) if faults else "")
    except OSError as error:
        return [_disk_fault(job, error)]
    return []


def _disk_fault(job: Job, error: OSError, *, landed: bool = False) -> Fault:
    name = ""
    if error.filename:
        path = Path(str(error.filename))
        name = path.relative_to(job.root).as_posix() if path.is_relative_to(job.root) else path.name
    told = error.strerror or str(error)
    if landed:
        message = "结果已写入文件夹，但登记台账或确认写盘时出错"
        return Fault("run.disk_after", message, "请检查磁盘，再执行一次；未登记的会自动补记", file=name, value=told)
    remedy = "请检查磁盘空间、权限和文件是否被占用，然后重新执行"
    return Fault("run.disk", "读写失败，未发布任何结果", remedy, file=name, value=told)


class _Attempt:
    """The part of a job that happens inside its stage."""

    outcome = ""

    def __init__(self, plan: Plan, stage: Stage, progress: Progress, begun: float) -> None:
        self.plan, self.job, self.stage, self.progress, self.begun = plan, plan.job, stage, progress, begun
        self.contents = Contents(plan, stage.folder, cache=self.job.outputs / ".cache", progress=progress)

    def run(self) -> tuple[str, Path | None, list[Fault]]:
        """(outcome, folder, faults)."""
        contents = self.contents
        faults = contents.make()
        if not faults and self.job.status == "final":
            faults = self._again()
        faults = faults or self.plan.changed()
        if faults:
            return self._failed(faults)
        contents.write_tables()
        self.outcome = "completed"
        manifest = self._manifest(self.outcome) | {"outputs": output_hashes(self.stage.folder)}
        return self.outcome, self.stage.publish(self.plan.parent, self._name(), manifest), []

    def _name(self) -> str:
        return f"{stamp(self.stage.started)}-{self.job.status}-{self.plan.inputs_sha256[:8]}"

    def _again(self) -> list[Fault]:
        """A final run is executed a second time in a cold kernel, in another folder, zone and hash seed; the bytes must agree."""
        self.progress(f"{self.job.name}：定稿复核，换环境再执行一次")
        with self.stage.aside() as folder:
            second = Contents(self.plan, folder, cache=self.job.outputs / ".cache", progress=self.progress)
            faults = second.make(cold=True, zone=SECOND_ZONE, hash_seed=SECOND_HASH_SEED)
            for name in (NOTEBOOK, PAGE) if not faults else ():
                if (folder / name).read_bytes() != (self.stage.folder / name).read_bytes():
                    message = "定稿复核：两次执行的结果不完全相同"
                    faults.append(Fault("final.not_repeatable", message, "结果不可复现，不能定稿；请检查模板和程序版本", file=name))
        return faults

    def _failed(self, faults: list[Fault]) -> tuple[str, Path | None, list[Fault]]:
        told = self.contents.execution.outcome
        self.outcome = told if told in ("timeout", "refused") else "failed"
        self.contents.write_failed(faults)
        manifest = self._manifest(self.outcome) | {"faults": [f.as_dict() for f in faults], "outputs": output_hashes(self.stage.folder)}
        return self.outcome, self.stage.publish(f"{self.plan.parent}/_failed", self._name(), manifest), faults

    def _manifest(self, outcome: str) -> dict[str, Any]:
        from .closed import periods_read
        from .identity import circumstances
        from .publication import now

        plan, prepared, execution = self.plan, self.plan.prepared, self.contents.execution
        definition = prepared.definition
        finished = now()
        sizes = {item.name: item.path.stat().st_size for item in prepared.inputs if item.path.is_file()}
        inputs = [
            {"role": item.role, "name": item.name, "sha256": plan.inputs[item.name], "bytes": sizes.get(item.name)}
            for item in prepared.inputs
        ]
        return {
            "manifest": 1,
            "scheme": self.job.scheme,
            "period": prepared.period,
            "title": prepared.title,
            "status": self.job.status,
            "outcome": outcome,
            "flags": list(prepared.flags),
            "started": self.stage.started.isoformat(timespec="seconds"),
            "finished": finished.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self.begun, 2),
            **circumstances(self.job.root),
            "as_of": definition.settings.as_of,
            "prepared_by": definition.settings.prepared_by,
            "edition": definition.edition_file,
            "parameters": plan.parameters,
            "assumptions": prepared.settings,
            "overrides": dict(prepared.overrides),
            "reason": prepared.reason,
            "trial": [asdict(changed) for changed in prepared.trial],
            "changes": [{"path": one.path, "old": one.old, "new": one.new, **_why(one.change)} for one in definition.amendments],
            "inputs": inputs,
            "periods": periods_read(self.job.outputs, prepared.evaluation),
            "inputs_sha256": plan.inputs_sha256,
            "template": {"name": plan.template_name, "sha256": plan.template_sha256},
            "library": {"version": __version__, "sha256": plan.identity["library"]},
            "environment": plan.identity["environment"],
            "kernel": {
                "kind": execution.kernel,
                "network": execution.network,
                "starts": execution.starts,
                "seconds": round(execution.seconds, 2),
            },
            "result_sha256": prepared.evaluation.digest(),
            "open_before_final": len(prepared.blockers),
        }


def _why(change: Change) -> dict[str, str]:
    return {"reason": change.reason, "by": change.by, "date": change.date}


def failed_report(job: Job, error: EvalbookError | str, seconds: float = 0.0, outcome: str = "failed") -> Report:
    """Report of a job that could not even begin, or whose process was lost."""
    return Report(job.scheme, job.period, outcome, seconds, faults=(Fault("run.lost", str(error), "请重新执行"),))
