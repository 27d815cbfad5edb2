"""The examination: each thing that can be wrong is made wrong, found, and told with a remedy."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evalbook import ledger
from evalbook.cli import main
from evalbook.doctor import ladder, machine, records
from evalbook.doctor.check import Check


def root_of(place: Path) -> Path:
    for name in ("params", "data", "notebooks", "outputs"):
        (place / name).mkdir(parents=True)
    return place


def of(checks: list[Check], subject: str) -> Check:
    return next(check for check in checks if check.subject == subject)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty workbook."""
    return root_of(tmp_path / "工作簿")


def test_a_sound_machine(root: Path) -> None:
    """On the machine that runs the tests nothing is wrong but what the test made so; every fault has a remedy."""
    checks = [*machine.look(root, root / "archive"), *records.look(root, root / "archive")]

    assert [str(check) for check in checks if check.result == "wrong"] == []
    assert of(checks, "台账").told == "还没有"


def test_versions_are_held_against_the_lock(root: Path) -> None:
    """Another version than the lock's is named with both; a package pinned twice may be either."""
    (root / "requirements.lock").write_text("numpy==0.0.1 \\\n    --hash=sha256:aa\npandas==0.1\nabsent-package==1.0\n", "utf-8")

    found = of(list(machine.look(root, root / "archive")), "环境锁定")

    assert found.result == "wrong"
    assert "numpy" in found.told
    assert "锁定 0.0.1" in found.told
    assert "absent" not in found.told
    assert "bootstrap.py setup" in found.remedy


def test_a_clock_set_back(root: Path) -> None:
    """A clock before the last entry of the ledger, or before the program itself, is told."""
    ledger.append(root / "outputs", {"run": "a", "outcome": "completed"})

    back = of(list(machine.look(root, root / "archive", datetime(2025, 1, 1, tzinfo=UTC))), "时钟")
    long_ago = of(list(machine.look(root, root / "archive", datetime(1970, 1, 1, tzinfo=UTC))), "时钟")

    assert (back.result, long_ago.result) == ("wrong", "wrong")
    assert "台账最后一次登记" in back.told


def test_full_disk_and_folder_without_permission(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little room, and a folder that refuses a file, are told."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage(10**12, 10**12 - 1000, 1000))

    def refuse(**_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(machine.tempfile, "TemporaryFile", refuse)
    checks = list(machine.look(root, root / "archive"))

    assert (of(checks, "磁盘").result, of(checks, "写入").result) == ("wrong", "wrong")


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="Linux lists its mounts here")
def test_a_network_drive(root: Path, tmp_path: Path) -> None:
    """The innermost mount decides; blanks in its name are understood."""
    share = str(root).replace(" ", "\\040")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {share} nfs4 rw 0 0\nbad\n", "utf-8")

    assert machine.file_system(root, mounts) == "nfs4"
    assert machine.file_system(tmp_path, mounts) == "ext4"


def test_records_that_were_tampered_with(root: Path) -> None:
    """An edited line of the ledger and what a killed run left are told."""
    outputs = root / "outputs"
    ledger.append(outputs, {"run": "a", "outcome": "completed"})
    path = outputs / ledger.NAME
    path.write_text(path.read_text("utf-8").replace("completed", "refused"), "utf-8")
    (outputs / ".staging" / "20260101T000000Z-1-aa").mkdir(parents=True)
    (outputs / "_published" / "s" / "2023" / ".staging-1").mkdir(parents=True)

    checks = list(records.look(root, root / "archive"))

    assert of(checks, "台账").result == "wrong"
    assert ".staging-1" in of(checks, "中断的残留").told
    assert "20260101T000000Z-1-aa" in of(checks, "中断的残留").told


def test_the_ladder_checks_what_it_can_and_asks_the_rest(root: Path) -> None:
    """Each level has steps of both sorts; an empty workbook has not climbed; a question is never answered by the program."""
    steps = list(ladder.look(root))

    assert {level for level, _ in steps} == set(ladder.LEVELS)
    assert all(any(step.result == "question" for at, step in steps if at == level) for level in ladder.LEVELS)
    assert next(step for _, step in steps if step.subject == "自动记日志").result == "note"
    ledger.append(root / "outputs", {"run": "a", "outcome": "completed"})
    assert next(step for _, step in ladder.look(root) if step.subject == "自动记日志").result == "ok"


def test_the_command(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 when nothing is wrong, 1 with a remedy when something is; --json for programs."""
    (root / "requirements.lock").write_text("numpy==0.0.1\n", "utf-8")

    assert main(["doctor", "--root", str(root), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert [check["subject"] for check in told["checks"] if check["result"] == "wrong"] == ["环境锁定"]
    assert main(["doctor", "--root", str(root)]) == 1
    shown = capsys.readouterr().out
    assert "金级" in shown
    assert "1项有问题" in shown
