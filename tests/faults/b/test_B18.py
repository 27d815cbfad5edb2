"""B18: the kernel wants more memory than there is, or puts out more than anybody can keep."""

from __future__ import annotations

from typing import Any

import psutil
import pytest

SOURCES = {
    "at once": "x = bytearray(64 << 30)",
    "array": "import numpy as np\nx = np.ones(8 << 30)",
    "bit by bit": "x = []\nwhile True:\n    x.append(bytearray(8 << 20))",
}


@pytest.mark.skipif(not psutil.LINUX, reason="only Linux holds to a limit of address space")
@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
@pytest.mark.parametrize("options", [(), ("--cold",)], ids=["warm", "cold"])
def test_memory_blow_up(workshop: Any, screen: Any, source: str, options: tuple[str, ...]) -> None:
    """The kernel fails for memory within its limit; the machine does not notice, and the instruction names memory."""
    workshop.template(source, anything=True)
    code, text = workshop.run("--memory", "2", *options)
    assert code == 3
    screen(text)
    assert "内存" in text
    assert "第5个单元格" in text
    assert workshop.outcomes() == ["failed"]
    workshop.sound()


def test_endless_output(cells: Any) -> None:
    """A loop that never stops printing is stopped before it fills the runner's memory."""
    execution = cells("while True:\n    print('x' * 1000)", limits={"output": 5 << 20})
    assert [fault.code for fault in execution.faults] == ["run.output"]
    assert execution.faults[0].path == "第2个单元格"


def test_limit_of_what_a_machine_has(cells: Any, printed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual limit is eight gigabytes, and never more than four fifths of what the machine or container has."""
    from evalbook.run import execute

    source = "import resource\nprint(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CORE)[0])"
    monkeypatch.setattr(execute, "machine_memory", lambda: 1 << 40)
    assert printed(cells(source)) == [f"{8 << 30} 0"]
    monkeypatch.setattr(execute, "machine_memory", lambda: 5 << 30)
    assert printed(cells(source, cold=True)) == [f"{4 << 30} 0"]
