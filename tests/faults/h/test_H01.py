"""H01: a package arrives with other bytes than those that were locked."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.slow
def test_other_bytes_are_not_installed(installing: Any) -> None:
    """The same name and version with one more line is refused with an instruction; the locked bytes are installed."""
    locked = installing.wheel("x = 1\n")
    installing.wheel("x = 1\nprint('changed')\n")
    with pytest.raises(Exception, match=r"requirements\.lock 不符") as refused:
        installing.install(locked)
    assert type(refused.value).__name__ == "SetupError"
    assert installing.installed() == ""
    installing.wheel("x = 1\n")
    assert installing.install(locked) == "x = 1\n"
