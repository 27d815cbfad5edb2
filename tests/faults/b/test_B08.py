"""B08: the disk is full, or outputs cannot be written at all."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

import pytest

#: In a mount namespace of its own: a small disk as outputs; a run that does not fit; room again; a run that does.
FULL = """
mount -t tmpfs -o size=50m none "$1/outputs" || exit 77
cp -a "$2/." "$1/outputs" || exit 78
used=$(df -k "$1/outputs" | awk 'END { print $3 }')
mount -o remount,size=$((used + 40))k "$1/outputs" || exit 77
"$3" -m evalbook run county_trial 2019 --root "$1" >"$1/first" 2>&1; echo $? >"$1/code"
ls "$1"/outputs/county_trial/2019 >"$1/listed"
mount -o remount,size=50m "$1/outputs" || exit 79
"$3" -m evalbook run county_trial 2019 --root "$1" >"$1/second" 2>&1 || exit 80
cp -a "$1/outputs/." "$1/after"
"""


@pytest.mark.slow
def test_full_disk(workshop: Any, screen: Any, unshared: Any, earlier: Any) -> None:
    """A real full disk: exit code 3, an instruction, the earlier run as it was; with room again, the next run goes through."""
    (workshop.root / "after").mkdir()
    done = unshared(FULL, "--mount", arguments=[str(workshop.root), str(earlier), sys.executable])
    if done.returncode == 77:
        pytest.skip("no small file system can be mounted here")
    assert done.returncode == 0, done.stderr
    text = (workshop.root / "first").read_text("utf-8")
    assert int((workshop.root / "code").read_text()) == 3
    screen(text)
    assert "磁盘空间" in text
    assert [name for name in (workshop.root / "listed").read_text().split() if name.startswith("2")] == [workshop.earlier.name]
    workshop.outputs.rename(workshop.root / "before")
    (workshop.root / "after").rename(workshop.outputs)
    assert len(workshop.runs()) == 1
    workshop.sound()


@pytest.mark.parametrize("persistent", [False, True], ids=["once", "from then on"])
def test_full_at_every_operation_of_publishing(publishing: Any, operations: Any, disk_errors: Any, persistent: bool) -> None:
    """ENOSPC at the 1st, 2nd, 3rd … operation: the run is wholly there or not at all, and with room again the next one lands."""
    for number in range(1, 1000):
        injected = operations(publishing.outputs, number, disk_errors["ENOSPC"], persistent=persistent)
        with injected as done, contextlib.suppress(OSError):
            publishing.publish("甲甲")
        seen = publishing.sound()
        publishing.publish("乙乙")
        assert len(publishing.sound()) == len(seen) + 1
        if done.count < number:
            break
    assert number > 30, "there are some forty operations"


@pytest.mark.parametrize("what", ["file", "read-only"])
def test_outputs_that_cannot_be_written(workshop: Any, screen: Any, unshared: Any, what: str) -> None:
    """A file where the folder should be, or a read-only disk: exit code 3 and an instruction, never a traceback."""
    if what == "file":
        workshop.outputs.rename(workshop.root / "kept")
        workshop.outputs.write_text("x", "utf-8")
        code, text = workshop.run()
        workshop.outputs.unlink()
        (workshop.root / "kept").rename(workshop.outputs)
    else:
        script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77\n"$2" -m evalbook run county_trial 2019 --root "$3"'
        done = unshared(script, "--mount", arguments=[str(workshop.outputs), sys.executable, str(workshop.root)])
        if done.returncode == 77:
            pytest.skip("nothing can be mounted read-only here")
        code, text = done.returncode, done.stdout + done.stderr
    assert code == 3
    screen(text)
    assert "权限" in text
    workshop.sound()


def test_refusal_is_told_on_a_full_disk_too(workshop: Any, screen: Any, operations: Any, disk_errors: Any) -> None:
    """What is wrong with the inputs reaches the screen even when its line in the ledger cannot be written."""
    workshop.edit(f"data/{workshop.scheme}/{workshop.period}/values.csv", lambda text: text.replace(",3015,", ",约3015,", 1))
    with operations(workshop.outputs, 1, disk_errors["ENOSPC"], persistent=True):
        report = workshop.perform(recovering=False)
    assert report.outcome == "refused"
    assert [fault.code for fault in report.faults][-1] == "run.disk"
    assert report.faults[0].row == 2
    screen("\n".join(map(str, report.faults)))
    assert json.loads(json.dumps([fault.as_dict() for fault in report.faults]))
    workshop.sound()
