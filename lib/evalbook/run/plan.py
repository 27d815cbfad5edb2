"""What is settled before a kernel starts: the checked evaluation, the template, the identity of the run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault, Refused, UsageError
from ..workbook import Prepared
from .kept import Kept
from .publication import MANIFEST, output_hashes

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .job import Job

#: Name of the file that tells the notebook what it is to compute, inside the run's folder.
RUN_FILE = "run.json"


class Plan:
    """A job that has passed every check there is before executing. ``kept`` is what is left of earlier jobs in this process.

    Raises
    ------
    Refused
        Parameters, figures or template are at fault, or a final run is not ready to be one.
    """

    def __init__(self, job: Job, kept: Kept | None = None) -> None:
        from ..analysis.waivers import open_findings
        from .closed import differing
        from .identity import altered_packages, canonical_sha256, environment, library_sha256
        from .template import lint

        self.job = job
        prepared = (kept or Kept()).prepare(job)
        trial = check_trial(job.status, prepared.overrides, job.reason)
        if trial and all(one.old == one.new for one in prepared.trial):
            raise UsageError("试算的改动与现行的值相同，没有可算的；请核对 --set 的取值")
        self.template_name = f"notebooks/{prepared.notebook}"
        self.template, self.template_bytes = read_template(job.root / self.template_name, self.template_name)
        faults = lint(self.template, file=self.template_name)
        self.differing = differing(job.outputs, prepared.evaluation)
        if job.status == "final":
            faults += [*prepared.blockers, *open_findings(prepared.evaluation, self.differing)]
            message, remedy = "软件包的文件与安装时不同，不能定稿", "请重新准备运行环境（bootstrap.py setup）"
            faults += [Fault("final.package_altered", message, remedy, value=name) for name in altered_packages()]
        if faults:
            raise Refused(faults)
        self.inputs = {item.name: item.sha256() for item in prepared.inputs}
        self.template_sha256 = hashlib.sha256(self.template_bytes).hexdigest()
        self.identity = {
            "scheme": job.scheme,
            "period": prepared.period,
            "status": job.status,
            "overrides": dict(prepared.overrides),
            **trial,
            "inputs": self.inputs,
            "template": self.template_sha256,
            "library": library_sha256(),
            "environment": environment(),
        }
        self.inputs_sha256 = canonical_sha256(self.identity)
        self.run_file = self._run_file(prepared, trial)
        digest = hashlib.sha256(self.run_file).hexdigest()
        self.prepared: Prepared = replace(prepared, status=job.status, reason=trial.get("reason", ""), run_file_sha256=digest)
        self.parameters = {
            "scheme": job.scheme,
            "period": prepared.period,
            "run_file": RUN_FILE,
            "run_file_sha256": self.prepared.run_file_sha256,
        }

    @property
    def parent(self) -> str:
        """Folder of the period's runs, relative to outputs."""
        return f"{self.job.scheme}/{self.prepared.period}"

    def _run_file(self, prepared: Prepared, trial: dict[str, str]) -> bytes:
        """What the notebook opens: constant for the same inputs, so that its hash can stand in the report."""
        inputs = [{"name": item.name, "role": item.role, "sha256": self.inputs[item.name]} for item in prepared.inputs]
        content = {
            "scheme": self.job.scheme,
            "period": prepared.period,
            "status": self.job.status,
            "overrides": dict(prepared.overrides),
            **trial,
            "inputs": inputs,
        }
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")

    def changed(self) -> list[Fault]:
        """Inputs that are no longer what was checked."""
        now = {item.name: item.sha256() if item.path.is_file() else "" for item in self.prepared.inputs}
        message, remedy = "输入文件在运行中被改动，结果作废", "请确认改动后重新执行"
        return [Fault("run.input_changed", message, remedy, file=name) for name, digest in now.items() if digest != self.inputs[name]]

    def unchanged(self, *, since: str = "") -> Path | None:
        """The newest completed run of exactly these inputs, begun no earlier, whose files are still as they were published."""
        for path in sorted((self.job.outputs / self.parent).glob(f"*-{self.inputs_sha256[:8]}*/{MANIFEST}"), reverse=True):
            try:
                manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                continue
            same = manifest.get("inputs_sha256") == self.inputs_sha256 and manifest.get("outcome") == "completed"
            same = same and str(manifest.get("started", "")) >= since
            if same and manifest.get("outputs") == output_hashes(path.parent):
                return path.parent
        return None


def check_trial(status: str, overrides: Mapping[str, Any], reason: str) -> dict[str, str]:
    """What a run of this status records of its reason.

    Raises
    ------
    UsageError
        Overrides without the status 试算 or without a reason, or the status without overrides: a trial is never taken for a result.
    """
    if overrides and status != "what-if":
        raise UsageError("有改动的运行只能是试算，不能是初稿或定稿；正式采用请写进考核期文件")
    if status != "what-if":
        return {}
    if not overrides:
        raise UsageError("试算没有改动任何参数或数据；请用 --set 路径=值 写明")
    if not reason.strip():
        raise UsageError("试算须写明理由：--reason 理由")
    return {"reason": reason}


def read_template(path: Path, name: str) -> tuple[NotebookNode, bytes]:
    """A notebook template and its bytes. Refused when it is not there, damaged or of an old format."""
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
