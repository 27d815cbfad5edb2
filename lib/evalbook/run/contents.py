"""What a run folder holds, made from a plan: copies of the inputs, the executed notebook, its page, tables and workbook.

The same for a run that is published, for the second execution of a final one and for one that reproduces an earlier run: each
fills a folder of its own, and equal inputs fill it with equal bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .. import durable
from ..errors import Fault
from ..safe import write_bytes
from .ahead import Ahead
from .environment import HASH_SEED, ZONE
from .plan import RUN_FILE, Plan

if TYPE_CHECKING:
    from .execute import Execution

NOTEBOOK, PAGE, WORKBOOK, TABLES, UNITS = "report.ipynb", "report.html", "scores.xlsx", "tables", "units"


class Contents:
    """The contents of one run, in the making.

    Parameters
    ----------
    folder
        An empty folder, private to this run.
    cache
        Folder that keeps what every kernel would otherwise find out anew (see :class:`~evalbook.run.environment.KernelHome`).
    """

    execution: Execution
    _beside: Ahead[dict[str, bytes]]

    def __init__(self, plan: Plan, folder: Path, *, cache: Path, progress: Callable[[str], None] = lambda _text: None) -> None:
        self.plan, self.folder, self._cache, self._progress = plan, folder, cache, progress

    def make(self, *, cold: bool = False, zone: str = ZONE, hash_seed: str = HASH_SEED) -> list[Fault]:
        """Copy the inputs, execute, judge, write notebook and page; what keeps them from being evidence."""
        from .gate import reconcile

        self._copy_inputs()
        self._beside = Ahead(self._make_beside)
        self._execute(cold, zone, hash_seed)
        faults = self.execution.faults or [*reconcile(self.plan.prepared.evaluation), *self._judge()]
        if not faults:
            self._tell("生成报告")
            faults = self._render()
        return faults

    def _tell(self, text: str) -> None:
        self._progress(f"{self.plan.job.name}：{text}")

    def _copy_inputs(self) -> None:
        """The run's own copies: the kernel reads only these, and a report can be executed again from its folder."""
        plan = self.plan
        for item in plan.prepared.inputs:
            target = self.folder / "inputs" / item.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(item.path.read_bytes())
        template = self.folder / "inputs" / plan.template_name
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_bytes(plan.template_bytes)
        (self.folder / RUN_FILE).write_bytes(plan.run_file)

    def _execute(self, cold: bool, zone: str, hash_seed: str) -> None:
        from .execute import execute

        told = [0.0]

        def on_cell(number: int, count: int) -> None:
            # One line a second at most: progress is for people.
            if time.monotonic() - told[0] > 1:
                told[0] = time.monotonic()
                self._tell(f"执行笔记本 {number}/{count}")

        job = self.plan.job
        self.execution = execute(
            self.plan.template,
            self.plan.parameters,
            folder=self.folder,
            file=self.plan.template_name,
            address="" if cold else job.address,
            cache=self._cache,
            limits=job.limits,
            zone=zone,
            hash_seed=hash_seed,
            on_cell=on_cell,
        )

    def _judge(self) -> list[Fault]:
        """The gate, and that the notebook neither changed nor added a file."""
        from .execute import injected_source
        from .gate import judge

        plan = self.plan
        expected = {
            "scheme": plan.job.scheme,
            "period": plan.prepared.period,
            "run_file_sha256": plan.prepared.run_file_sha256,
            "inputs": plan.inputs,
            "result_sha256": plan.prepared.evaluation.digest(),
        }
        faults = judge(self.execution.notebook, plan.template, injected_source(plan.parameters), expected, file=plan.template_name)
        known = self._known()
        found = {name: durable.sha256(path) for name, path in durable.files(self.folder)} | dict.fromkeys(self._odd(), "")
        for name in sorted(known.keys() | found.keys()):
            if known.get(name) != found.get(name):
                message = "笔记本在运行文件夹里改动、添加或删去了文件"
                faults.append(Fault("gate.files", message, "模板只应读入和展示，不写文件", file=name))
        return faults

    def _known(self) -> dict[str, str]:
        """Files that stand in the folder before the notebook runs, with their hashes."""
        plan = self.plan
        known = {f"inputs/{name}": digest for name, digest in plan.inputs.items()}
        return known | {f"inputs/{plan.template_name}": plan.template_sha256, RUN_FILE: plan.prepared.run_file_sha256}

    def _odd(self) -> list[str]:
        """What is neither a plain file nor a folder: links, pipes, sockets."""
        odd = (path for path in self.folder.rglob("*") if path.is_symlink() or not (path.is_file() or path.is_dir()))
        return [path.relative_to(self.folder).as_posix() for path in odd]

    def _render(self) -> list[Fault]:
        """Write the notebook and its page, judged as pages of evidence are."""
        from ..publish.audit import audit
        from ..publish.html import render
        from ..publish.normalise import dumps, normalise
        from ..publish.report import page_info

        notebook = self.execution.notebook
        html = render(notebook, page=page_info(self.plan.prepared))
        (self.folder / NOTEBOOK).write_text(dumps(normalise(notebook)), "utf-8", newline="\n")
        (self.folder / PAGE).write_text(html, "utf-8", newline="\n")
        return audit(html)

    def write_tables(self) -> None:
        """The tables, the workbook and, above 30 units, a page for each unit."""
        self._tell("写出表格和评分表")
        for name, data in self._beside.result().items():
            write_bytes(self.folder / name, data, flush=False)

    def _make_beside(self) -> dict[str, bytes]:
        """The files beside the report, by their names in the folder: they come from the supervisor's evaluation, not from the notebook."""
        from ..present.sections import SHEETS_IN_REPORT, unit_sheet
        from ..present.tables import published_tables
        from ..publish.report import page_info, score_sheets
        from ..publish.tables import csv_tables
        from ..publish.unit_pages import page_files
        from ..publish.xlsx import workbook_bytes

        prepared = self.plan.prepared
        tables = published_tables(prepared)
        files = {f"{TABLES}/{name}": data for name, data in csv_tables(tables).items()}
        files[WORKBOOK] = workbook_bytes(score_sheets(prepared, tables), title=prepared.title)
        evaluation = prepared.evaluation
        if len(evaluation.unit_codes) > SHEETS_IN_REPORT:
            sheets = {evaluation.unit_names[row]: unit_sheet(prepared, row) for row in evaluation.order}
            files |= {f"{UNITS}/{name}": data for name, data in page_files(sheets, page_info(prepared)).items()}
        return files

    def write_failed(self, faults: list[Fault]) -> None:
        """A failed run is a document too: its notebook with the error in place, marked as failed, and nothing the notebook left beside."""
        from dataclasses import replace

        from ..publish.html import render
        from ..publish.normalise import dumps, normalise
        from ..publish.report import page_info

        for name in {name for name, _ in durable.files(self.folder)}.union(self._odd()) - self._known().keys():
            (self.folder / name).unlink()
        notebook = self.execution.notebook
        page = replace(page_info(self.plan.prepared), status="failed", preliminary_lines=tuple(str(f) for f in faults[:20]))
        (self.folder / NOTEBOOK).write_text(dumps(normalise(notebook)), "utf-8", newline="\n")
        (self.folder / PAGE).write_text(render(notebook, page=page), "utf-8", newline="\n")
