"""E04: markdown with a ``javascript:`` link, a local file as picture, a remote picture."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from evalbook.publish.audit import audit
from evalbook.publish.html import PageInfo, render

PROSE = {
    "script link": "[点此](javascript:alert(1)) <a href=' java\nscript:alert(1)'>x</a>",
    "local file": "![x](/etc/hostname) <img src='/etc/hostname'> ![y](../../../../etc/hostname)",
    "remote picture": "![x](https://example.org/a.png) <img srcset='https://example.org/b.png 2x'>",
    "file address": "<a href='file:///etc/hostname'>x</a> <iframe src='file:///etc/hostname'></iframe>",
}


@pytest.mark.parametrize("prose", PROSE.values(), ids=list(PROSE))
def test_prose_loads_nothing(prose: str) -> None:
    """No address leads outside, no file is embedded."""
    notebook: nbformat.NotebookNode = v4.new_notebook(cells=[v4.new_markdown_cell(f"# 题\n\n{prose}")])
    html = render(notebook, page=PageInfo(title="题"))
    page = BeautifulSoup(html, "html.parser")
    addresses = [
        value for element in page.find_all(True) for key, value in element.attrs.items() if key in ("src", "href", "srcset", "data")
    ]
    assert [address for address in addresses if not address.startswith(("#", "data:image/"))] == []
    assert page.find_all("iframe") == []
    assert [fault.code for fault in audit(html)] == []
