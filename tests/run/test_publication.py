"""Publishing: wholly there or not there at all, entered in the ledger, recovered after whatever happened."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalbook import durable, ledger
from evalbook.run import publication
from evalbook.run.publication import Stage, recover

RUN = {"scheme": "s", "period": "2023", "status": "draft"}
NAME = "20240101T000000Z-draft-0123abcd"


def filled(stage: Stage) -> Stage:
    (stage.folder / "tables").mkdir()
    (stage.folder / "report.html").write_text("报告", "utf-8")
    (stage.folder / "tables" / "totals.csv").write_text("甲,1", "utf-8")
    return stage


def visible(outputs: Path) -> list[str]:
    """Everything a reader can see: published folders with their files."""
    return [name for name, _ in durable.files(outputs) if not name.startswith(".") and name != ledger.NAME]


def outcomes(outputs: Path) -> list[str]:
    return [entry["outcome"] for entry in ledger.entries(outputs)]


COMPLETE = [f"s/2023/{NAME}/{file}" for file in ("manifest.json", "report.html", "tables/totals.csv")]


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_run_that_starts_during_recovery_keeps_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """A run that begins right after the 1st, 2nd or 3rd look of a recovery into the folders is not taken for a dead one's."""
    (tmp_path / ".locks").mkdir()
    started: list[Stage] = []
    looks = []
    glob = Path.glob

    def look_then_start(self: Path, pattern: str) -> Any:
        found = list(glob(self, pattern))
        looks.append(pattern)
        if len(looks) == moment:
            started.append(Stage(tmp_path, RUN).__enter__())
        return found

    monkeypatch.setattr(Path, "glob", look_then_start)
    recover(tmp_path)
    monkeypatch.undo()
    assert len(looks) == 3
    assert started[0].folder.is_dir()
    filled(started[0]).publish("s/2023", NAME, {"outcome": "completed"})
    assert visible(tmp_path) == COMPLETE


def test_published_folder_is_whole_and_entered(tmp_path: Path) -> None:
    """The folder lies at its place, the ledger holds its manifest's hash, staging and locks are empty."""
    with Stage(tmp_path, RUN) as stage:
        target = filled(stage).publish("s/2023", NAME, {"outcome": "completed", "inputs_sha256": "x"})
    entry = next(ledger.entries(tmp_path))
    assert visible(tmp_path) == COMPLETE
    assert entry["folder"] == f"s/2023/{NAME}"
    assert entry["manifest_sha256"] == durable.sha256(target / "manifest.json")
    assert json.loads((target / "manifest.json").read_text("utf-8"))["run"] == NAME
    assert not list((tmp_path / ".staging").iterdir())
    assert [p.name for p in (tmp_path / ".locks").iterdir()] == ["ledger.lock"]


def test_same_name_twice_lands_beside(tmp_path: Path) -> None:
    """Two runs of the same inputs within one second both land; neither replaces the other."""
    for text in ("一", "二"):
        with Stage(tmp_path, RUN) as stage:
            (stage.folder / "report.html").write_text(text, "utf-8")
            stage.publish("s/2023", NAME, {"outcome": "completed"})
    found = {p.name: (p / "report.html").read_text("utf-8") for p in (tmp_path / "s/2023").iterdir()}
    assert found == {NAME: "一", f"{NAME}-2": "二"}
    assert outcomes(tmp_path) == ["completed", "completed"]


@pytest.mark.parametrize(("error", "outcome"), [(KeyboardInterrupt(), "interrupted"), (ValueError("x"), "failed")], ids=["ctrl-c", "bug"])
def test_a_run_that_stops_leaves_a_line_only(tmp_path: Path, error: BaseException, outcome: str) -> None:
    """Whatever stops a run before publication, nothing of it can be seen but its line in the ledger."""

    def run() -> None:
        with Stage(tmp_path, RUN) as stage:
            filled(stage)
            raise error

    with pytest.raises(type(error)):
        run()
    assert visible(tmp_path) == []
    assert outcomes(tmp_path) == [outcome]


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the process gets to run any more."""


def _abandon(stage: Stage) -> None:
    """What the system does to a killed process: its locks are free, its files stay."""
    stage._lock.release()


@pytest.mark.parametrize("step", ["before manifest", "before rename", "after rename", "before ledger", "after ledger"])
def test_recovery_finishes_or_undoes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Killed at any step: afterwards the run is complete and entered once, or gone and entered as interrupted; again changes nothing."""

    def kill(*_args: Any, **_more: Any) -> None:
        raise Killed

    def after(function: Callable[..., Any]) -> Callable[..., None]:
        def run(*args: Any, **more: Any) -> None:
            function(*args, **more)
            raise Killed

        return run

    patches = {
        "before manifest": ("dump", kill),
        "before rename": ("rename", kill),
        "after rename": ("rename", after(durable.rename)),
        "before ledger": ("ledger.append", kill),
        "after ledger": ("ledger.append", after(ledger.append)),
    }
    stage = filled(Stage(tmp_path, RUN).__enter__())
    with monkeypatch.context() as patch:
        name, function = patches[step]
        patch.setattr(f"{publication.__name__}.{name}" if name != "ledger.append" else "evalbook.ledger.append", function)
        with pytest.raises(Killed):
            stage.publish("s/2023", NAME, {"outcome": "completed"})
        _abandon(stage)
    recover(tmp_path)
    once = (visible(tmp_path), outcomes(tmp_path))
    recover(tmp_path)
    expected = ([], ["interrupted"]) if step.startswith(("before manifest", "before rename")) else (COMPLETE, ["completed"])
    assert once == expected
    assert (visible(tmp_path), outcomes(tmp_path)) == expected
    assert ledger.verify(tmp_path) == []
    assert not list((tmp_path / ".staging").iterdir())


@pytest.mark.parametrize("step", ["rename", "ledger.append"])
def test_stopped_right_after_landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Ctrl-C between the rename and the end of publishing: what can be seen is entered as completed, once."""
    real = durable.rename if step == "rename" else ledger.append

    def then_stop(*args: Any, **more: Any) -> None:
        monkeypatch.undo()
        real(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(f"{publication.__name__}.rename" if step == "rename" else "evalbook.ledger.append", then_stop)
    stage = Stage(tmp_path, RUN)
    with pytest.raises(KeyboardInterrupt), stage:
        filled(stage).publish("s/2023", NAME, {"outcome": "completed"})
    assert stage.landed == tmp_path / "s/2023" / NAME
    assert visible(tmp_path) == COMPLETE
    assert outcomes(tmp_path) == ["completed"]
    assert recover(tmp_path) == 0


def test_a_refused_run_is_entered_once(tmp_path: Path) -> None:
    """Killed between the line of a refused run and the removal of its lock: recovery adds no second line."""
    stage = Stage(tmp_path, RUN).__enter__()
    ledger.append(tmp_path, stage._entry | {"outcome": "refused"})
    _abandon(stage)
    assert recover(tmp_path) == 1
    assert outcomes(tmp_path) == ["refused"]


@pytest.mark.parametrize(
    "said",
    [
        '{"entry": {"id": "../../../victim"}}',
        '{"entry": {"id": "x"}, "stage": "../../../victim"}',
        '{"entry": {"id": "x", "manifest_sha256": ""}, "target": "../victim"}',
        '{"entry": {"id": "x"}, "target": 7}',
        '{"entry": 7}',
        "[]",
        "{",
        "",
    ],
)
def test_recovery_does_not_believe_everything(tmp_path: Path, said: str) -> None:
    """A lock file that somebody has written by hand makes recovery neither fail nor touch anything outside."""
    victim = tmp_path / "victim" / "file"
    victim.parent.mkdir()
    victim.write_text("x", "utf-8")
    outputs = tmp_path / "outputs"
    (outputs / ".locks").mkdir(parents=True)
    (outputs / ".locks" / "run-x.lock").write_text(said + "\n", "utf-8")
    assert recover(outputs) == 1
    assert victim.is_file()
    assert not list((outputs / ".locks").glob("run-*"))


def test_recovery_leaves_living_runs_alone(tmp_path: Path) -> None:
    """A run of somebody else that is under way is neither removed nor entered."""
    with Stage(tmp_path, RUN) as stage:
        filled(stage)
        assert recover(tmp_path) == 0
        with stage.aside() as second:
            assert recover(tmp_path) == 0
            assert second.is_dir()
        stage.publish("s/2023", NAME, {"outcome": "completed"})
    assert visible(tmp_path) == COMPLETE


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT], ids=["disk full", "io error", "quota"])
@pytest.mark.parametrize("function", ["flush_tree", "rename", "flush_upwards"])
def test_errors_of_the_disk_leave_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, function: str) -> None:
    """An error at any step of publishing is raised, never retried, and leaves either the whole folder or none; a rerun succeeds."""
    calls = []

    def fail(*_args: Any) -> None:
        calls.append(1)
        raise OSError(number, "injected")

    with monkeypatch.context() as patch:
        patch.setattr(publication, function, fail)
        with pytest.raises(OSError, match="injected"), Stage(tmp_path, RUN) as stage:
            filled(stage).publish("s/2023", NAME, {"outcome": "completed"})
    recover(tmp_path)
    assert len(calls) == 1
    landed = function == "flush_upwards"
    assert visible(tmp_path) == (COMPLETE if landed else [])
    assert outcomes(tmp_path) == (["completed"] if landed else ["failed"]), "the ledger says what a reader sees"
    with Stage(tmp_path, RUN) as stage:
        filled(stage).publish("s/2023", "20240102T000000Z-draft-0123abcd", {"outcome": "completed"})
    assert ledger.verify(tmp_path) == []
    assert outcomes(tmp_path)[-1] == "completed"
