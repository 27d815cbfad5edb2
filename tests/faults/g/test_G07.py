"""G07: a report is opened after ten years without network."""

from __future__ import annotations

import html
import re
from typing import Any

from evalbook.publish.audit import audit


def test_one_file_without_script(office: Any) -> None:
    """The archived page loads nothing, runs nothing, carries its fonts, and passes the audit of published pages."""
    text = (office.bag() / "data/run/report.html").read_text("utf-8")
    assert audit(text) == []
    assert "<script" not in text.lower()
    assert re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:|//|file:)""", text) == []
    assert re.findall(r"url\(\s*[\"']?(?!data:)", text) == []
    assert "default-src 'none'" in html.unescape(text)


def test_tables_are_plain_text(office: Any) -> None:
    """What a program of another time must read is UTF-8 text."""
    for path in (office.bag() / "data/run/tables").glob("*.csv"):
        path.read_text("utf-8")
