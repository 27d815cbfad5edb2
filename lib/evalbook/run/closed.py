"""Final runs of the other periods that a result is made of: what an office has signed must not silently be computed anew.

The result itself never depends on ``outputs``: it is computed from input files alone, and compared afterwards.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault
from .publication import MANIFEST

if TYPE_CHECKING:
    from ..scoring.evaluation import Evaluation


def periods_read(outputs: Path, evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Period → digest of its result as computed here, and the newest final run of that period with its own digest (None: none)."""
    found = {}
    for period, other in evaluation.others.items():
        run, digest = _final_run(outputs / evaluation.scheme.id / period)
        found[period] = {"result_sha256": other.digest(), "final_run": run, "final_result_sha256": digest}
    return found


def differing(outputs: Path, evaluation: Evaluation) -> list[Fault]:
    """Findings: periods whose result, computed again, is not the one of their final run."""
    faults = []
    for period, told in periods_read(outputs, evaluation).items():
        if told["final_run"] is not None and told["final_result_sha256"] != told["result_sha256"]:
            faults.append(
                Fault(
                    "closed.differs",
                    f"{evaluation.others[period].scheme.called(evaluation.others[period].scheme.period)}的结果与该期定稿不一致："
                    f"按现有文件重新计算为{told['result_sha256'][:12]}，定稿为{str(told['final_result_sha256'])[:12]}",
                    "定稿之后该期的参数、数据或程序有变动；请查明后恢复，或更正该期并重新定稿",
                    file=f"outputs/{evaluation.scheme.id}/{period}/{told['final_run']}",
                    severity="finding",
                )
            )
    return faults


def _final_run(folder: Path) -> tuple[str | None, str | None]:
    """Name and result digest of the newest completed final run of a period."""
    for path in sorted(folder.glob(f"*-final-*/{MANIFEST}"), reverse=True):
        try:
            manifest = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if manifest.get("status") == "final" and manifest.get("outcome") == "completed":
            return path.parent.name, manifest.get("result_sha256")
    return None, None
