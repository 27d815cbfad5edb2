"""F08: locale, zone, home, umask, working folder, temporary folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

ELSEWHERE = {
    "TZ": "America/New_York",
    "LC_ALL": "C",
    "LANG": "de_DE.UTF-8",
    "PYTHONUTF8": "0",
    "USER": "somebody",
    "COLUMNS": "20",
    "PYTHONOPTIMIZE": "0",
}


@pytest.mark.skipif(os.name != "posix", reason="umask and locales of POSIX systems")
@pytest.mark.parametrize("options", [(), ("--cold",)], ids=["warm", "cold"])
def test_same_bytes_elsewhere(workshop: Any, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Another everything around the run, warm or cold: every file is byte for byte that of the earlier run."""
    home = tmp_path / "a home with blanks"
    home.mkdir()
    code, text = workshop.call(
        *("run", workshop.scheme, workshop.period, *options),
        environment={**ELSEWHERE, "HOME": str(home), "TMPDIR": str(home)},
        cwd=home,
        umask=0o077,
    )
    assert code == 0, text
    assert "完成" in text, "Chinese on the screen whatever the locale"
    assert workshop.changed_since_earlier() == []
    workshop.sound()
