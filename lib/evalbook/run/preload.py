"""What the forkserver does once, so that no worker has to: imports, and the first use of everything that is slow the first time.

Templates compile, fonts are read and pandas builds its tables on first use; in a fork all of that is already there.
"""

from __future__ import annotations

import contextlib
import io

import nbclient  # noqa: F401 - for its being there
import papermill  # noqa: F401
from nbformat import v4

from ..analysis import explain  # noqa: F401
from ..intake import period_data  # noqa: F401
from ..present import tables  # noqa: F401
from ..publish import audit, html, normalise, report, unit_pages, xlsx  # noqa: F401
from ..publish import tables as csv_tables
from . import execute, gate, identity, manager  # noqa: F401


def _use_once() -> None:
    import pandas as pd

    prose = v4.new_markdown_cell("# 题\n\n- 一\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |")  # type: ignore[no-untyped-call]
    code = v4.new_code_cell("x = 1", execution_count=1)  # type: ignore[no-untyped-call]
    notebook = v4.new_notebook(cells=[prose, code])  # type: ignore[no-untyped-call]
    normalise.dumps(normalise.normalise(notebook))
    audit.audit(html.render(notebook, page=html.PageInfo(title="题")))
    frame = pd.DataFrame({"甲": ["一"], "乙": [None]}, dtype=object).rename(columns={"甲": "丙"})
    identity.environment()
    identity.library_sha256()
    csv_tables.csv_tables({"x": frame})
    xlsx.workbook_bytes([xlsx.Sheet("题", "题", [xlsx.Col("甲")], [["一"]])])
    unit_pages.page_files({"甲": "<p>一</p>"}, html.PageInfo(title="题"))


# What goes wrong here goes wrong again in a job, and is told there.
with contextlib.suppress(Exception), contextlib.redirect_stderr(io.StringIO()):
    _use_once()
