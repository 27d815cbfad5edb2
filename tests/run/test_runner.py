"""Whole runs on a small project: what lies there afterwards, the same bytes every time, and every way in which a run may not land."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from evalbook import durable, ledger
from evalbook.errors import UsageError
from evalbook.publish.audit import audit
from evalbook.run.job import Report
from evalbook.run.runner import run_many, run_one, terminable
from evalbook.workbook import Workbook

SCHEME, PERIOD = "county_trial", "2019"


def hashes(folder: Path) -> dict[str, str]:
    """Every file that must not vary, by its hash."""
    return {name: durable.sha256(path) for name, path in durable.files(folder) if name != "manifest.json"}


def outcomes(project: Path) -> list[str]:
    return [entry["outcome"] for entry in ledger.entries(project / "outputs")]


def runs(project: Path) -> list[str]:
    """Folders of completed runs."""
    return sorted(p.parent.name for p in (project / "outputs").glob(f"{SCHEME}/*/2*/manifest.json"))


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change a file of the project, which must really change."""
    before = path.read_bytes().decode("utf-8")
    after = change(before)
    assert after != before
    path.write_bytes(after.encode("utf-8"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """One completed run that several tests look at."""
    root = tmp_path_factory.mktemp("first") / "项目"
    shipped = Path(__file__).resolve().parents[2]
    for name in ("params/county_trial", "data/county_trial", "notebooks"):
        shutil.copytree(shipped / name, root / name)
    report = run_one(Workbook(root), SCHEME, PERIOD)
    assert report.outcome == "completed", report.faults
    return report


def test_a_run_leaves_everything_in_one_folder(first: Report) -> None:
    """Report, notebook, tables, workbook, inputs and manifest lie together; lists and ledger name the run."""
    assert first.folder is not None
    manifest = json.loads((first.folder / "manifest.json").read_text("utf-8"))
    names = {path.name for path in first.folder.iterdir()}
    assert names == {"inputs", "manifest.json", "report.html", "report.ipynb", "run.json", "scores.xlsx", "tables"}
    assert first.folder.name.split("-")[1:] == ["draft", manifest["inputs_sha256"][:8]]
    assert manifest["outputs"] == hashes(first.folder)
    assert {item["role"] for item in manifest["inputs"]} == {"params", "data"}
    assert all(item["sha256"] == durable.sha256(first.folder / "inputs" / item["name"]) for item in manifest["inputs"]), (
        "the copies are what was hashed"
    )
    outputs = first.folder.parents[2]
    assert (outputs / SCHEME / PERIOD / "latest.html").is_file()
    assert first.folder.name in (outputs / SCHEME / PERIOD / "index.html").read_text("utf-8")
    assert [entry["folder"] for entry in ledger.entries(outputs)] == [f"{SCHEME}/{PERIOD}/{first.folder.name}"]


def test_the_report_is_evidence(first: Report) -> None:
    """The page passes the audit; nothing on it tells time, host, user or folder of the run."""
    assert first.report_html is not None
    html = first.report_html.read_text("utf-8")
    assert audit(html) == []
    manifest = json.loads((first.report_html.parent / "manifest.json").read_text("utf-8"))
    varying = [manifest["host"], manifest["started"], str(first.report_html.parents[3]), first.report_html.parent.name]
    assert [word for word in varying if word and len(word) > 3 and word in html] == []
    assert manifest["result_sha256"] in html


@pytest.mark.slow
def test_same_inputs_give_the_same_bytes(first: Report, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another folder, a cold kernel, zone, locale, hash seed, umask, working directory and user: every file is byte for byte the same."""
    for name, value in {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "99", "USER": "somebody", "HOME": str(project)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project / "data")
    before = os.umask(0o077)
    try:
        report = run_one(Workbook(project), SCHEME, PERIOD, warm=False)
    finally:
        os.umask(before)
    assert report.outcome == "completed", report.faults
    assert first.folder is not None
    assert report.folder is not None
    expected = hashes(first.folder)
    actual = hashes(report.folder)
    assert actual == expected


@pytest.mark.slow
def test_a_report_can_be_executed_again_from_its_own_folder(first: Report, tmp_path: Path) -> None:
    """The run's inputs are a workbook of their own: executed there, the same report comes out."""
    assert first.folder is not None
    shutil.copytree(first.folder / "inputs", tmp_path / "again")
    report = run_one(Workbook(tmp_path / "again"), SCHEME, PERIOD)
    assert report.folder is not None
    assert durable.sha256(report.folder / "report.html") == durable.sha256(first.folder / "report.html")


def test_unknown_names_are_slips_not_runs(project: Path) -> None:
    """A misspelt scheme or period is told with the nearest name and leaves no line in the ledger."""
    with pytest.raises(UsageError, match="最接近的名称是“county_trial”"):
        run_one(Workbook(project), "county_trail", PERIOD)
    with pytest.raises(UsageError, match="已有：2019、2022、2024"):
        run_one(Workbook(project), SCHEME, "2031")
    assert outcomes(project) == []


def test_bad_figures_are_refused_before_a_kernel_starts(project: Path) -> None:
    """A refused run tells its faults, leaves a line in the ledger and no folder."""
    edit(project / f"data/{SCHEME}/{PERIOD}/values.csv", lambda text: text.replace(",3015,", ",约3015,", 1))
    report = run_one(Workbook(project), SCHEME, PERIOD)
    assert (report.outcome, report.folder) == ("refused", None)
    assert report.faults[0].row == 2
    assert (outcomes(project), runs(project)) == (["refused"], [])


def test_template_that_computes_is_refused(project: Path) -> None:
    """A notebook with a definition in it does not run."""
    path = project / "notebooks/evaluation.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(v4.new_code_cell("def bonus(x):\n    return x + 1"))
    nbformat.write(notebook, path)
    report = run_one(Workbook(project), SCHEME, PERIOD)
    assert (report.outcome, [f.code for f in report.faults]) == ("refused", ["template.definition"])


@pytest.mark.parametrize(("content", "code"), [(None, "template.missing"), ("{not json", "template.unreadable")], ids=["missing", "broken"])
def test_template_that_cannot_be_read(project: Path, content: str | None, code: str) -> None:
    """A missing or damaged template is an instruction."""
    path = project / "notebooks/evaluation.ipynb"
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    report = run_one(Workbook(project), SCHEME, PERIOD)
    assert (report.outcome, [f.code for f in report.faults]) == ("refused", [code])


def test_failed_run_is_kept_as_a_document(project: Path) -> None:
    """A cell that fails: the notebook with its error lies under _failed, stamped as failed; an earlier good run stays the latest."""
    book = Workbook(project)
    good = run_one(book, SCHEME, PERIOD)
    path = project / "notebooks/evaluation.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(-1, v4.new_code_cell("present.no_such_section(run)"))
    nbformat.write(notebook, path)
    report = run_one(book, SCHEME, PERIOD)
    assert report.outcome == "failed"
    assert report.folder is not None
    assert report.folder.parent.name == "_failed"
    manifest = json.loads((report.folder / "manifest.json").read_text("utf-8"))
    assert (manifest["outcome"], manifest["faults"][0]["code"]) == ("failed", "run.cell_error")
    html = (report.folder / "report.html").read_text("utf-8")
    assert "AttributeError" in html
    assert "失败" in html
    assert good.folder is not None
    assert good.folder.name in (good.folder.parent / "latest.html").read_text("utf-8")
    assert outcomes(project) == ["completed", "failed"]


def test_input_changed_while_running(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure that changes between check and end makes the run void, whatever the notebook computed."""
    values = project / f"data/{SCHEME}/{PERIOD}/values.csv"
    said: list[str] = []

    def progress(text: str) -> None:
        said.append(text)
        if "生成报告" in text:
            edit(values, lambda content: content.replace(",3015,", ",3016,", 1))

    report = run_one(Workbook(project), SCHEME, PERIOD, progress=progress)
    assert [f.code for f in report.faults] == ["run.input_changed"]
    assert report.faults[0].file == f"data/{SCHEME}/{PERIOD}/values.csv"
    assert runs(project) == []
    assert said[0].endswith("检查参数和数据")


def test_final_needs_everything_verified(project: Path) -> None:
    """A final run of unverified figures is refused with all that is missing."""
    report = run_one(Workbook(project), SCHEME, PERIOD, status="final")
    assert report.outcome == "refused"
    assert {"final.unverified", "final.findings"} <= {f.code for f in report.faults}


@pytest.mark.slow
def test_final_is_executed_twice(project: Path) -> None:
    """With waivers named, a final run executes a second time in another environment and is published as 定稿."""
    waivers = "\nwaivers:\n" + "".join(
        f"  - {{what: {what}, reason: 公开数据未经考核核实程序, by: 示例, date: 2020-04-01}}\n" for what in ("unverified", "findings")
    )
    edit(project / f"params/{SCHEME}/periods/{PERIOD}.yaml", lambda text: text + waivers)
    said: list[str] = []
    report = run_one(Workbook(project), SCHEME, PERIOD, status="final", progress=said.append)
    assert report.outcome == "completed", report.faults
    assert report.folder is not None
    assert "-final-" in report.folder.name
    assert any("换环境再执行一次" in text for text in said)
    assert "定稿" in (report.folder / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_final_that_does_not_repeat_is_not_published(project: Path) -> None:
    """A template whose output depends on chance (here: the hash seed) fails the second execution."""
    edit(
        project / f"params/{SCHEME}/periods/{PERIOD}.yaml",
        lambda text: (
            text
            + "\nwaivers:\n"
            + "".join(f"  - {{what: {what}, reason: 示例, by: 示例, date: 2020-04-01}}\n" for what in ("unverified", "findings"))
        ),
    )
    path = project / "notebooks/evaluation.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(-1, v4.new_code_cell("print(hash('甲'))"))
    nbformat.write(notebook, path)
    report = run_one(Workbook(project), SCHEME, PERIOD, status="final")
    assert [f.code for f in report.faults] == ["final.not_repeatable", "final.not_repeatable"]
    assert runs(project) == []


@pytest.mark.slow
def test_many_runs_at_once(project: Path) -> None:
    """All periods run in parallel; one that is refused stops no other; a second call finds the rest unchanged; force runs them anew."""
    book = Workbook(project)
    edit(project / f"data/{SCHEME}/2022/values.csv", lambda text: text.replace("fdi_actual,2022", "fdi_actul,2022", 1))
    jobs = book.all_periods()
    reports = run_many(book, jobs, workers=2)
    assert [(r.period, r.outcome, r.skipped) for r in reports] == [
        ("2019", "completed", False),
        ("2022", "refused", False),
        ("2024", "completed", False),
    ]
    again = run_many(book, jobs, workers=2)
    assert [(r.outcome, r.skipped) for r in again] == [("completed", True), ("refused", False), ("completed", True)]
    forced = run_many(book, jobs[:1], workers=1, force=True)
    assert (forced[0].outcome, forced[0].skipped) == ("completed", False)
    assert forced[0].folder != reports[0].folder
    assert hashes(forced[0].folder) == hashes(reports[0].folder)  # type: ignore[arg-type]
    assert ledger.verify(project / "outputs") == []


@pytest.mark.slow
def test_an_altered_run_is_not_taken_for_unchanged(project: Path) -> None:
    """A report edited after the fact is not reused: the period runs again."""
    book = Workbook(project)
    report = run_one(book, SCHEME, PERIOD)
    assert report.report_html is not None
    edit(report.report_html, lambda text: text.replace("第1名", "第2名", 1))
    again = run_many(book, [(SCHEME, PERIOD)])
    assert not again[0].skipped


@pytest.mark.slow
def test_two_analysts_run_the_same_period_at_once(project: Path) -> None:
    """Two processes on one period both land, in folders of their own, and the ledger's chain holds."""
    command = [sys.executable, "-m", "evalbook", "run", SCHEME, PERIOD, "--root", str(project)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    for process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, (out + err).decode("utf-8")
    assert len(runs(project)) == 2
    assert outcomes(project) == ["completed", "completed"]
    assert ledger.verify(project / "outputs") == []


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
@pytest.mark.parametrize("which", [[SCHEME, PERIOD], ["--all"]], ids=["one", "all"])
def test_stopping_leaves_nothing(project: Path, number: signal.Signals, which: list[str]) -> None:
    """Stopped in the middle: exit code 130 at once, no process left, nothing half-written, entered as interrupted."""
    path = project / "notebooks/evaluation.ipynb"
    notebook = nbformat.read(path, as_version=4)
    # long, in one call that no signal interrupts, and without memory: a run that fails by itself would be no interrupted one
    notebook.cells.insert(-1, v4.new_code_cell("sum(range(10**12))"))
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "evalbook", "run", *which, "--root", str(project)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "执行笔记本".encode() in line:
            break
    time.sleep(1.0)
    os.kill(process.pid, number)
    stopped = time.monotonic()
    process.communicate(timeout=30)
    seconds = time.monotonic() - stopped
    assert process.returncode == 130
    assert seconds < 6, "within a second on a quiet machine"
    assert runs(project) == []
    assert not list((project / "outputs" / ".staging").iterdir())
    assert set(outcomes(project)) == {"interrupted"}
    assert _processes_of(project) == []


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_an_interruption_that_a_library_renames_is_still_one(number: signal.Signals) -> None:
    """A compiled library that turns the interruption into an error of its own does not turn it into a fault of the program."""

    def library() -> None:
        with terminable():
            try:
                signal.raise_signal(number)
            except KeyboardInterrupt:
                raise ValueError("SchemaError: KeyboardInterrupt:") from None

    def fault() -> None:
        with terminable():
            raise ValueError("an error of its own")

    with pytest.raises(KeyboardInterrupt):
        library()
    with pytest.raises(ValueError, match="own"):
        fault()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_an_ignored_signal_stays_ignored() -> None:
    """Started in the background with Ctrl-C ignored, a run does not begin to hear it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with terminable():
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def _processes_of(project: Path) -> list[int]:
    """Processes that work in or know of the project."""
    import psutil

    deadline = time.monotonic() + 5
    while True:
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
            told = " ".join(process.info["cmdline"] or []) + (process.info["cwd"] or "")
            if str(project) in told and process.info["pid"] != os.getpid():
                found.append(process.info["pid"])
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.1)
