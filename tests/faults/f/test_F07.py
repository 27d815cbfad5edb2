"""F07: the clock gets into results: today's date, or the year in another zone at New Year."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import evalbook
from evalbook.run import publication

CLOCKS = {"now", "today", "utcnow", "time", "localtime", "gmtime", "fromtimestamp", "utcfromtimestamp"}
#: Modules that may know what time it is, with the reason.
ALLOWED = {
    "archive/bag_check.py": "whether something in a bag is dated after today",
    "archive/keys.py": "which keys are valid today",
    "cli/filing.py": "the day on which returned files are taken in",
    "cli/verification.py": "the day of an entry that names none; none may be later than today",
    "doctor/machine.py": "whether the machine's clock is right",
    "ledger.py": "when a line was entered",
    "run/publication.py": "when a run began and ended: folder name, manifest, ledger",
    "run/environment.py": "how old a folder is that somebody left behind",
}


def test_new_year_in_another_zone(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past midnight of 2027 in Beijing, 2026 in Greenwich: the folder and the manifest tell the time, the report does not change."""
    monkeypatch.setattr(publication, "now", lambda: datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
    report = workshop.perform()
    assert report.outcome == "completed", report.faults
    assert report.folder.name.startswith("20261231T163000Z-")
    assert workshop.changed_since_earlier() == []
    assert "2026" not in (report.folder / "report.html").read_text("utf-8").partition("<main")[2]
    workshop.sound()


@pytest.mark.parametrize(
    "source", ["import pandas as pd\npd.Timestamp.now()", "import pandas as pd\npd.Timestamp.today()", "import datetime"]
)
def test_template_may_not_ask_for_the_time(workshop: Any, screen: Any, source: str) -> None:
    """Dates of a report stand in the period file."""
    workshop.template(source)
    code, text = workshop.run()
    assert code == 1
    screen(text)
    workshop.sound()


def test_library_does_not_ask_either() -> None:
    """Only the modules that enter runs and clear up read a clock; nothing that computes or shows does."""
    root = Path(evalbook.__file__).parent
    found = set()
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in CLOCKS and _is_clock(called):
                found.add(path.relative_to(root).as_posix())
    assert found == set(ALLOWED)


def _is_clock(called: ast.Attribute) -> bool:
    """Whether it is the clock of ``time`` or ``datetime``; ``value.time()`` and ``datetime.time(…)`` read none."""
    modules = ("time",) if called.attr == "time" else ("time", "datetime", "date", "dt", "pd")
    return isinstance(called.value, ast.Name) and called.value.id in modules
