"""E19: the notebook itself reaches for the shell, the network or the disk."""

from __future__ import annotations

from typing import Any

import pytest

REFUSED = [
    "!curl x",
    "import os\nos.system('x')",
    "import socket",
    "import urllib.request",
    "import subprocess",
    "from pathlib import Path\nPath('x').write_text('x')",
    "open('x', 'w').write('x')",
    "__import__('os').system('x')",
    "eval('1')",
    "def f():\n    pass",
]
#: Through libraries that a template may use, or past the lint.
WRITING = {
    "new-file": "import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('tables.csv')",
    "other-figures": "from pathlib import Path\np = next(Path('inputs/data').rglob('values.csv'))\np.write_bytes(p.read_bytes() + b' ')",
    "figures-taken-away": "from pathlib import Path\nnext(Path('inputs/data').rglob('evidence.csv')).unlink()",
    "link": "import os\nos.symlink('/etc/passwd', 'link')",
    "pipe": "import os\nos.mkfifo('pipe')",
}


@pytest.mark.parametrize("source", REFUSED)
def test_template_is_refused(workshop: Any, screen: Any, source: str) -> None:
    """What a template has no use for is refused before a kernel starts, with the cell."""
    workshop.template(source)
    code, text = workshop.run()
    assert code == 1
    screen(text)
    assert "第4个单元格" in text
    workshop.sound()


@pytest.mark.parametrize("source", WRITING.values(), ids=list(WRITING))
def test_what_the_notebook_writes_is_found(workshop: Any, source: str) -> None:
    """A file added, changed or taken away in the run's folder: no evidence; nothing of it lies in the failed run's folder."""
    workshop.template(source, anything=True)
    report = workshop.refuses("gate.files", "run.cell_error")
    left = {path.name for path in report.folder.rglob("*")}
    assert not left & {"tables.csv", "link", "pipe"}
    assert "Traceback" not in str(report.faults[0])
    workshop.sound()
