"""One notebook in one kernel, through papermill; what happened is told in the notebook and in faults.

Papermill's exit code and metadata are not proof (``sys.exit(0)`` in a cell counts as success, a dead kernel leaves every cell
``completed``), so nothing here decides that a run is good: :mod:`evalbook.run.gate` does.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault
from ..publish.normalise import RESULT_MIME
from .environment import HASH_SEED, ZONE, KernelHome, machine_memory
from .template import check_parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from .manager import PinnedKernelManager

#: Name under which papermill knows our engine, our translator and our kernel; nothing of papermill's own is replaced.
ENGINE = "evalbook"
_LEAST_MEMORY = 3 << 30
_LOG_END = 65536
#: Files that a runner has open at once while one notebook executes, generously.
_FEW_FILES = 128
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Limits:
    """What one execution may take: seconds for a cell, for all of it and for the kernel's start; bytes of the kernel's memory (at
    most four fifths of the machine's), of a file it writes and of what it puts out."""

    cell: float = 600.0
    wall: float = 1800.0
    start: float = 60.0
    memory: int = 8 << 30
    file: int = 256 << 20
    output: int = 256 << 20

    def of_kernel(self) -> dict[str, int]:
        """Limits that the system enforces, as :func:`evalbook.run.guard.watch` takes them; a crash leaves no image with data in it."""
        # Address space is counted, of which libraries alone take more than one gigabyte.
        memory = min(self.memory, max(_LEAST_MEMORY, machine_memory() * 4 // 5))
        return {"AS": memory, "FSIZE": self.file, "CORE": 0}


@dataclass
class Execution:
    """What came of it: the notebook as far as it got, ``outcome`` of ``terms.OUTCOMES``, and what stopped it."""

    notebook: NotebookNode
    outcome: str = "completed"
    faults: list[Fault] = field(default_factory=list)
    seconds: float = 0.0
    kernel: str = ""
    network: str = ""
    starts: int = 0


def injected_source(parameters: Mapping[str, str]) -> str:
    """Source of the injected cell, readable in Chinese.

    >>> print(injected_source({"scheme": "浙江“督查”", "period": "2023"}))
    # Parameters
    scheme = "浙江“督查”"
    period = "2023"
    <BLANKLINE>
    """
    from papermill.translators import translate_parameters

    _register()
    source: str = translate_parameters(ENGINE, "python", dict(parameters), "Parameters")
    return source


def execute(
    template: NotebookNode,
    parameters: Mapping[str, str],
    *,
    folder: Path,
    file: str = "",
    address: str = "",
    cache: Path | None = None,
    limits: Limits | None = None,
    zone: str = ZONE,
    hash_seed: str = HASH_SEED,
    on_cell: Callable[[int, int], None] | None = None,
) -> Execution:
    """Execute a copy of the template in a fresh kernel that works in ``folder``.

    Parameters
    ----------
    template
        Notebook as it stands under ``notebooks/``; it is not changed.
    parameters
        Texts for names that the template declares; anything else is refused before a kernel starts.
    address
        Address of a :class:`~evalbook.run.warm.WarmServer`; without one the kernel starts cold.
    zone, hash_seed
        Time zone and hash seed of the kernel; a second run for a final report takes others. Another seed needs a cold kernel.
    on_cell
        Called with number and count of each cell before it runs.

    Returns
    -------
    Execution
        ``outcome`` is ``refused`` (parameters), ``failed``, ``timeout`` or, as far as papermill can tell, ``completed``.
    """
    from copy import deepcopy

    if faults := check_parameters(template, parameters, file=file):
        return Execution(deepcopy(template), "refused", faults)
    if fault := _descriptor_fault():
        return Execution(deepcopy(template), "failed", [fault])
    limits = limits or Limits()
    if hash_seed != HASH_SEED:
        address = ""
    begun = time.monotonic()
    run = Execution(deepcopy(template))
    # Only the start of a kernel is ever repeated, never the cells: a second try of those could hide that they do not repeat.
    for attempt in (1, 2):
        run.starts = attempt
        with KernelHome(cache) as home:
            session = _Session(run, home, limits, folder, home.environment(zone=zone, hash_seed=hash_seed), on_cell, address)
            if session.run(template, parameters, file, started=begun) or attempt == 2:
                break
        address = ""
    run.seconds = time.monotonic() - begun
    return run


def _descriptor_fault() -> Fault | None:
    """Too few files may be open at once: the library below Jupyter would end the whole process instead of raising an error."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _FEW_FILES <= hard or (soft < _FEW_FILES and hard == resource.RLIM_INFINITY):
        resource.setrlimit(resource.RLIMIT_NOFILE, (_FEW_FILES, hard))
    elif soft < _FEW_FILES:
        remedy = f"请放宽限制（ulimit -n，至少{_FEW_FILES}）后重新执行"
        return Fault("run.files", "本机允许同时打开的文件太少，无法启动执行内核", remedy, value=str(soft))
    return None


class _Session:
    """One kernel with one notebook."""

    def __init__(
        self,
        run: Execution,
        home: KernelHome,
        limits: Limits,
        folder: Path,
        environment: Mapping[str, str],
        on_cell: Callable[[int, int], None] | None,
        address: str,
    ) -> None:
        from .manager import PinnedKernelManager

        self.result = run
        self.limits = limits
        self.folder = folder
        self.environment = dict(environment)
        self.on_cell = on_cell
        self.manager: PinnedKernelManager = PinnedKernelManager(home, address, limits.of_kernel())
        self.deadline = 0.0
        self.ready = False
        self.at = 0
        self.put_out = 0
        self.client: Any = None

    def run(self, template: NotebookNode, parameters: Mapping[str, str], file: str, *, started: float) -> bool:
        """Execute; False when the kernel did not start, so that another may be tried."""
        from copy import deepcopy

        import papermill
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError
        from zmq import ZMQError

        _register()
        self.deadline = started + self.limits.wall
        result = self.result
        result.outcome, result.faults = "failed", []
        try:
            papermill.execute_notebook(
                deepcopy(template),
                None,
                parameters=dict(parameters),
                engine_name=ENGINE,
                kernel_name=ENGINE,
                language="python",
                progress_bar=False,
                # Nothing is saved on the way: the clock need not be asked at each message whether it is time to.
                autosave_cell_every=0,
                session=self,
            )
            # A cell that exits counts as success for papermill: later cells never ran.
            result.faults = _error_faults(result.notebook, file)
            result.outcome = "failed" if result.faults else "completed"
        except PapermillExecutionError:
            result.faults = _error_faults(result.notebook, file)
        except CellTimeoutError:
            result.outcome = "timeout"
            result.faults = [self._timeout_fault(file)]
        except DeadKernelError:
            result.faults = [self._flood_fault(file) if self.flooded else self._death_fault(file)]
        except (RuntimeError, OSError, TimeoutError, ZMQError) as error:
            if self.ready:
                result.faults = [
                    Fault("run.kernel_lost", "与执行内核的通信中断", "请重新执行；反复出现请检查本机内存和磁盘", value=str(error))
                ]
            else:
                result.faults = [self._start_fault(error)]
        finally:
            result.kernel, result.network = self.manager.kind, self.manager.network
            self.manager.kill_now()
            if self.client is not None:
                # nbclient leaves the channels of a manager that it was given to whoever gave it.
                self.client.stop_channels()
            _finish(self.manager)
        return self.ready

    @property
    def where(self) -> str:
        """The cell in which the execution stands."""
        return f"第{self.at}个单元格" if self.at else "第一个单元格之前"

    @property
    def flooded(self) -> bool:
        """Whether the kernel has put out more than it may."""
        return self.put_out > self.limits.output

    def count(self, content: Mapping[str, Any]) -> None:
        """Add up what a message puts out; a kernel that never stops printing would fill the memory of this process, not its own."""
        texts = [content.get("text"), *(content.get("data") or {}).values()]
        self.put_out += sum(len(text) for text in texts if isinstance(text, str))
        if self.flooded:
            self.manager.kill_now()

    def cell_limit(self, _cell: Any) -> float:
        """Seconds that the next cell may take: its own limit, or what is left of the whole run's."""
        return max(0.05, min(self.limits.cell, self.deadline - time.monotonic()))

    def _timeout_fault(self, file: str) -> Fault:
        whole = time.monotonic() >= self.deadline
        limit = f"整个执行超过{self.limits.wall:g}秒" if whole else f"单元格执行超过{self.limits.cell:g}秒"
        return Fault("run.timeout", limit, "请检查该单元格；数据确实很大时可用 --timeout 放宽", file=file, path=self.where)

    def _death_fault(self, file: str) -> Fault:
        if "MemoryError" in self._log():
            return _memory_fault(file, self.where, "")
        message = "执行内核意外退出（内存不足、被系统终止或程序崩溃）"
        return Fault("run.kernel_died", message, "请检查该单元格和本机内存后重新执行", file=file, path=self.where)

    def _log(self) -> str:
        """The end of what the kernel wrote besides its answers."""
        try:
            with self.manager.log_file.open("rb") as log:
                log.seek(max(0, log.seek(0, 2) - _LOG_END))
                return log.read().decode("utf-8", errors="replace")
        except OSError:
            return ""

    def _flood_fault(self, file: str) -> Fault:
        message = f"输出超过{self.limits.output >> 20}MB，执行已停止"
        return Fault("run.output", message, "请检查该单元格是否在循环中不断输出", file=file, path=self.where)

    def _start_fault(self, error: BaseException) -> Fault:
        lines = self._log().strip().splitlines()
        told = lines[-1] if lines else str(error)
        return Fault("run.kernel_start", "执行内核两次未能启动", "请重新准备运行环境（bootstrap.py setup）；机器繁忙时稍后再试", value=told)


def _finish(manager: PinnedKernelManager) -> None:
    """Cancel what nbclient left waiting, and close the sockets."""
    import asyncio

    from jupyter_core.utils import ensure_event_loop

    async def close() -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await manager.cleanup_resources()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        ensure_event_loop().run_until_complete(close())
    else:
        manager.context.destroy(linger=0)


def _error_faults(notebook: NotebookNode, file: str) -> list[Fault]:
    """The errors that stand in the cells, as instructions."""
    # papermill puts a cell with a link to the error first; it is no cell of ours.
    cells = [cell for cell in notebook["cells"] if "papermill-error-cell-tag" not in cell["metadata"].get("tags", [])]
    errors = [(n, output) for n, cell in enumerate(cells, 1) for output in cell.get("outputs", []) if output["output_type"] == "error"]
    starved = [n for n, cell in enumerate(cells, 1) if any(_starved(output) for output in cell.get("outputs", []))]
    return [_cell_fault(number, output, file) for number, output in errors] + [_memory_fault(file, f"第{n}个单元格", "") for n in starved]


def _starved(output: Mapping[str, Any]) -> bool:
    """Whether a cell had not even the memory to raise its error: then it stands in what it wrote to stderr."""
    return output["output_type"] == "stream" and output.get("name") == "stderr" and "MemoryError" in output.get("text", "")


def _cell_fault(number: int, error: Mapping[str, Any], file: str) -> Fault:
    """The exception of a cell, as an instruction."""
    place = f"第{number}个单元格"
    name, said = error["ename"], _ANSI.sub("", f"{error['ename']}: {error['evalue']}")
    if name == "SystemExit":
        return Fault("run.exit", "单元格中途退出了执行", "模板里不能用 exit", file=file, path=place, value=said)
    # numpy and pyarrow have memory errors of their own names.
    if name.endswith("MemoryError"):
        return _memory_fault(file, place, said)
    remedy = "报错原文留在失败的笔记本里；属于输入问题的请按提示修改输入"
    return Fault("run.cell_error", "单元格执行出错", remedy, file=file, path=place, value=said)


def _memory_fault(file: str, place: str, said: str) -> Fault:
    remedy = "请检查该单元格；数据确实很大时可用 --memory 放宽上限，或在内存更大的机器上执行"
    return Fault("run.memory", "内存不足", remedy, file=file, path=place, value=said)


def _shown_texts(kind: str, content: Mapping[str, Any]) -> NotebookNode | None:
    """The output of a message that shows texts and no more than a result beside them, as nearly all do; None for any other message.

    Such an output is valid by its form; to hold it against the schema of notebooks, as nbclient does, takes longer than all else that
    is done for a message.

    >>> _shown_texts("display_data", {"data": {"text/html": "<b>1</b>"}, "metadata": {}})
    {'output_type': 'display_data', 'data': {'text/html': '<b>1</b>'}, 'metadata': {}}
    >>> _shown_texts("display_data", {"data": {"text/html": 1}, "metadata": {}}) is None
    True
    """
    from nbformat import from_dict

    data, metadata, count = content.get("data"), content.get("metadata"), content.get("execution_count")
    if not isinstance(data, dict) or not isinstance(metadata, dict):
        return None
    if not all(isinstance(shown, str) or mime == RESULT_MIME for mime, shown in data.items()):
        return None
    output: dict[str, Any] = {"output_type": kind, "data": data, "metadata": metadata}
    if kind == "execute_result" and type(count) is int and count >= 0:
        output["execution_count"] = count
    elif kind != "display_data":
        return None
    node: NotebookNode = from_dict(output)  # type: ignore[no-untyped-call]
    return node


def _register() -> None:
    """Teach papermill our engine and translator, once per process."""
    from papermill.engines import papermill_engines

    if ENGINE in papermill_engines._engines:
        return
    from nbformat import v4
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine
    from papermill.translators import PythonTranslator, papermill_translators

    from .manager import LOG

    class ReadableTranslator(PythonTranslator):  # type: ignore[misc]
        """Texts as they are: papermill's own translator writes every Chinese character as an escape."""

        @classmethod
        def translate_escaped_str(cls, str_val: object) -> str:
            return json.dumps(str(str_val), ensure_ascii=False)

    class EvidenceClient(PapermillNotebookClient):  # type: ignore[misc]
        """papermill's client that says when the kernel has answered: from then on nothing is tried again."""

        session: _Session

        def start_new_kernel_client(self, **kwargs: Any) -> Any:
            client = super().start_new_kernel_client(**kwargs)
            self.session.ready, self.session.client = True, client
            return client

        def process_message(self, msg: Any, *args: Any, **kwargs: Any) -> Any:
            self.session.count(msg["content"])
            return super().process_message(msg, *args, **kwargs)

        def output(self, outs: list[Any], msg: Any, display_id: str | None, cell_index: int) -> Any:
            hooked = self.clear_before_next_output or self.output_hook_stack.get(msg["parent_header"].get("msg_id"))
            if hooked or display_id or (shown := _shown_texts(msg["msg_type"], msg["content"])) is None:
                return super().output(outs, msg, display_id, cell_index)
            outs.append(shown)
            return shown

    class EvidenceEngine(NBClientEngine):  # type: ignore[misc]
        """papermill's engine with our kernel manager; the notebook stays at hand whatever happens."""

        @classmethod
        def execute_notebook(cls, nb: Any, *args: Any, **kwargs: Any) -> Any:
            executed = super().execute_notebook(nb, *args, **kwargs)
            # papermill makes text of what it gets back, megabytes of it, even where that is written nowhere; the session has the notebook.
            outputs = (output for cell in executed.cells for output in cell.get("outputs", []))
            failed = executed.metadata.papermill.get("exception") or any(output["output_type"] == "error" for output in outputs)
            return executed if failed else v4.new_notebook(metadata=executed.metadata)  # type: ignore[no-untyped-call]

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, session: _Session, **kwargs: Any) -> Any:
            session.result.notebook = nb_man.nb
            total = len(nb_man.nb.cells)

            def started(cell: Any, cell_index: int) -> None:
                # Reports carry no times, and papermill would read its own one back from text after the cell.
                cell.metadata.papermill["start_time"] = None
                session.at = cell_index + 1
                if session.on_cell is not None:
                    session.on_cell(cell_index + 1, total)

            client = EvidenceClient(
                nb_man,
                km=session.manager,
                log=LOG,
                timeout=session.limits.start,
                timeout_func=session.cell_limit,
                startup_timeout=session.limits.start,
                # A cell is complete when its outputs are here; on a busy machine large ones take longer than the default four seconds.
                iopub_timeout=ceil(session.limits.cell),
                record_timing=False,
                on_cell_start=started,
                shutdown_kernel="immediate",
            )
            client.session = session
            return client.execute(cwd=str(session.folder), env=session.environment)

    papermill_engines.register(ENGINE, EvidenceEngine)
    papermill_translators.register(ENGINE, ReadableTranslator)
