"""Execution: one kernel per notebook, warm or cold, closed off from user and machine; every abnormal end is told for what it was."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat import NotebookNode

from evalbook.run.execute import Execution, Limits, execute, injected_source

PARAMETERS = {"period": "2021"}
Make = Callable[..., NotebookNode]


def text(execution: Execution, cell: int = -1) -> str:
    """What a cell printed or returned."""
    outputs = [c for c in execution.notebook.cells if c.cell_type == "code"][cell].outputs
    return "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in outputs)


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Whether a process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(params=["warm", "cold"])
def address(request: pytest.FixtureRequest, warm_address: str) -> str:
    """Both ways of starting a kernel."""
    if request.param == "warm" and not warm_address:
        pytest.skip("no fork on this system")
    return warm_address if request.param == "warm" else ""


def test_parameters_stand_readable_in_the_notebook(make_template: Make, tmp_path: Path, address: str) -> None:
    """Chinese values are injected as they are, behind the defaults, and are what the code sees."""
    run = execute(make_template("period"), {"period": "浙江“督查”"}, folder=tmp_path, address=address)
    assert run.outcome == "completed"
    assert run.notebook.cells[2].source == injected_source({"period": "浙江“督查”"})
    assert 'period = "浙江“督查”"' in run.notebook.cells[2].source
    assert text(run) == "'浙江“督查”'"
    assert run.kernel == ("warm" if address else "cold")


def test_unknown_parameter_starts_no_kernel(make_template: Make, tmp_path: Path) -> None:
    """A misspelt parameter is refused before anything runs, with the nearest name."""
    run = execute(make_template(), {"priod": "2021"}, folder=tmp_path)
    assert (run.outcome, run.starts) == ("refused", 0)
    assert "period" in run.faults[0].remedy


def test_exit_in_a_cell_is_a_failure(make_template: Make, tmp_path: Path, address: str) -> None:
    """sys.exit(0) counts as success for papermill; here it names the cell."""
    run = execute(make_template("import sys\nsys.exit(0)", "1"), PARAMETERS, folder=tmp_path, address=address)
    assert run.outcome == "failed"
    assert [fault.code for fault in run.faults] == ["run.exit"]
    assert run.faults[0].path == "第4个单元格"


def test_error_stays_in_the_notebook(make_template: Make, tmp_path: Path, address: str) -> None:
    """A failing cell ends the run; what it said stands in the notebook and in the fault."""
    run = execute(make_template("1/0", "2"), PARAMETERS, folder=tmp_path, address=address)
    assert run.outcome == "failed"
    assert run.faults[0].code == "run.cell_error"
    assert "ZeroDivisionError" in run.faults[0].value
    assert any(o.output_type == "error" for c in run.notebook.cells if c.cell_type == "code" for o in c.outputs)


def test_dead_kernel_is_a_failure(make_template: Make, tmp_path: Path, address: str) -> None:
    """A kernel that vanishes (memory, crash) is told as such, at once."""
    begun = time.monotonic()
    run = execute(make_template("import os\nos._exit(0)", "1"), PARAMETERS, folder=tmp_path, address=address)
    assert (run.outcome, run.faults[0].code) == ("failed", "run.kernel_died")
    assert time.monotonic() - begun < 20


def test_hanging_cell_times_out(make_template: Make, tmp_path: Path, address: str) -> None:
    """A cell that never ends is stopped at its limit, and its kernel with it."""
    template = make_template("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)")
    run = execute(template, PARAMETERS, folder=tmp_path, address=address, limits=Limits(cell=1.5))
    assert (run.outcome, run.faults[0].code) == ("timeout", "run.timeout")
    assert "1.5秒" in run.faults[0].message
    assert gone(int(text(run)))


def test_whole_run_has_a_limit_too(make_template: Make, tmp_path: Path, warm_address: str) -> None:
    """Many cells below their own limit still end at the limit of the whole."""
    template = make_template(*["import time\ntime.sleep(1)"] * 10)
    run = execute(template, PARAMETERS, folder=tmp_path, address=warm_address, limits=Limits(cell=60, wall=4))
    assert run.outcome == "timeout"
    assert "整个执行超过4秒" in run.faults[0].message


@pytest.mark.skipif(os.name != "posix", reason="guards are processes of POSIX systems")
def test_nothing_of_a_kernel_survives(make_template: Make, tmp_path: Path, address: str) -> None:
    """The kernel, a child of its own session and a daemon it left behind are gone when the run has ended."""
    source = (
        "import os, subprocess, sys\n"
        "a = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "b = subprocess.run([sys.executable, '-c', 'import subprocess as s;"
        'print(s.Popen(["sleep", "600"], start_new_session=True, stdout=s.DEVNULL, stderr=s.DEVNULL).pid)\'], capture_output=True)\n'
        "print(os.getpid(), a.pid, int(b.stdout))"
    )
    run = execute(make_template(source), PARAMETERS, folder=tmp_path, address=address)
    pids = [int(word) for word in text(run).split()]
    assert len(pids) == 3
    assert [pid for pid in pids if not gone(pid)] == []


def test_environment_of_the_user_does_not_reach_the_kernel(
    make_template: Make, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Start-up files, PYTHONPATH, kernelspecs, locale, zone, hash seed and secrets of the session stay outside."""
    evil = tmp_path / "evil"
    (evil / "profile_default" / "startup").mkdir(parents=True)
    (evil / "profile_default" / "startup" / "00.py").write_text("import builtins; builtins.sum = lambda x: 11", "utf-8")
    (evil / "sitecustomize.py").write_text("import builtins; builtins.round = lambda *a: 42", "utf-8")
    (evil / "kernels" / "python3").mkdir(parents=True)
    (evil / "kernels" / "python3" / "kernel.json").write_text('{"argv": ["false"], "language": "python"}', "utf-8")
    for name, value in {
        "IPYTHONDIR": str(evil),
        "PYTHONPATH": str(evil),
        "JUPYTER_PATH": str(evil),
        "TZ": "America/New_York",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "SECRET_TOKEN": "geheim",
    }.items():
        monkeypatch.setenv(name, value)
    source = "import os, sys, time\nprint(sum([1, 2, 3]), round(2.5), time.tzname[0], os.environ.get('SECRET_TOKEN'), hash('甲'))"
    seen = text(execute(make_template(source), PARAMETERS, folder=tmp_path, address=address)).split()
    assert seen[:4] == ["6", "2", "CST", "None"]
    monkeypatch.setenv("PYTHONHASHSEED", "8")
    assert text(execute(make_template(source), PARAMETERS, folder=tmp_path, address=address)).split() == seen


def test_file_beside_the_notebook_shadows_no_library(make_template: Make, tmp_path: Path, address: str) -> None:
    """A module of the same name in the working folder is not imported."""
    (tmp_path / "pandas.py").write_text("raise SystemError('shadowed')", "utf-8")
    run = execute(make_template("import pandas\npandas.DataFrame.__name__"), PARAMETERS, folder=tmp_path, address=address)
    assert text(run) == "'DataFrame'"


def test_kernels_do_not_see_each_other(make_template: Make, tmp_path: Path, warm_address: str) -> None:
    """What one notebook does to the interpreter is unknown to the next kernel forked from the same server."""
    first = execute(make_template("import builtins\nbuiltins.sum = None"), PARAMETERS, folder=tmp_path, address=warm_address)
    second = execute(make_template("sum([1, 2])"), PARAMETERS, folder=tmp_path, address=warm_address)
    assert (first.outcome, text(second)) == ("completed", "3")


def test_vanished_warm_server_costs_nothing(make_template: Make, tmp_path: Path) -> None:
    """An address at which nobody answers means a cold start, not a failure."""
    run = execute(make_template("1"), PARAMETERS, folder=tmp_path, address=str(tmp_path / "nobody"))
    assert (run.outcome, run.kernel) == ("completed", "cold")


def test_outputs_stand_as_they_were_shown(make_template: Make, tmp_path: Path, warm_address: str) -> None:
    """What cells show, large or with metadata, stands in the notebook unchanged and is valid there."""
    show = "display({'text/html': '<b>一</b>'}, metadata={'caption': '题'}, raw=True)"
    run = execute(make_template(show, "'甲' * 100_000"), PARAMETERS, folder=tmp_path, address=warm_address)
    nbformat.validate(run.notebook)
    shown, result = run.notebook.cells[-2].outputs[0], run.notebook.cells[-1].outputs[0]
    assert shown == {"output_type": "display_data", "data": {"text/html": "<b>一</b>"}, "metadata": {"caption": "题"}}
    assert result == {"output_type": "execute_result", "data": {"text/plain": repr("甲" * 100_000)}, "metadata": {}, "execution_count": 4}


def test_an_output_that_no_notebook_may_hold_is_refused(make_template: Make, tmp_path: Path, warm_address: str) -> None:
    """An output that is not of the notebook format does not get into the notebook."""
    with pytest.raises(nbformat.ValidationError):
        execute(make_template("display({'text/plain': 5}, raw=True)"), PARAMETERS, folder=tmp_path, address=warm_address)


def test_what_is_printed_stands_in_its_place(make_template: Make, tmp_path: Path, address: str) -> None:
    """Lines of the cell and of its threads are there when the cell is complete, before and after what it shows between them."""
    source = (
        "import threading\nprint('甲')\ndisplay({'text/html': '<b>乙</b>'}, raw=True)\n"
        "thread = threading.Thread(target=print, args=('丙',))\nthread.start(); thread.join()\nprint('丁', end='')"
    )
    run = execute(make_template(source, "1"), PARAMETERS, folder=tmp_path, address=address)
    outputs = run.notebook.cells[-2].outputs
    assert [o.get("text") or o.data["text/html"] for o in outputs] == ["甲\n", "<b>乙</b>", "丙\n丁"]


def test_a_kernel_has_no_thread_that_nobody_needs(make_template: Make, tmp_path: Path, address: str) -> None:
    """Beside the main thread: one that broadcasts, one for control, and on POSIX two that collect what libraries print."""
    source = "import threading\n' '.join(sorted(t.name.partition('-')[0] for t in threading.enumerate()))"
    run = execute(make_template(source), PARAMETERS, folder=tmp_path, address=address)
    collecting = ["Thread", "Thread"] if os.name == "posix" else []
    assert text(run).strip("'").split() == ["Control", "IOPub", "MainThread", *collecting]
