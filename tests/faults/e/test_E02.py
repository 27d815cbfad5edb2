"""E02: outputs that Jupyter does not escape: Styler, captions, ``to_html(escape=False)``, Markdown, JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from evalbook.publish.audit import audit
from evalbook.publish.html import PageInfo, render

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
SOURCES = {
    "styler": f"import pandas as pd\npd.DataFrame({{'名称': [{EVIL!r}]}}).style",
    "caption": f"import pandas as pd\npd.DataFrame({{'名称': ['甲']}}).style.set_caption({EVIL!r})",
    "to_html": f"import pandas as pd\nfrom IPython.display import HTML\nHTML(pd.DataFrame({{'名称': [{EVIL!r}]}}).to_html(escape=False))",
    "markdown": f"from IPython.display import Markdown\nMarkdown({EVIL!r})",
    "javascript": "from IPython.display import Javascript\nJavascript('alert(1)')",
    "svg": f"from IPython.display import SVG\nSVG(data={SVG!r})",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=list(SOURCES))
def test_output_is_inert(cells: Any, source: str) -> None:
    """What a real kernel puts out is made into a page in which nothing runs and nothing is loaded."""
    execution = cells(source)
    assert execution.outcome == "completed", execution.faults
    html = render(execution.notebook, page=PageInfo(title="题"))
    page = BeautifulSoup(html, "html.parser")
    assert page.find_all(["script", "iframe", "svg"]) == []
    assert [name for element in page.find_all(True) for name in element.attrs if name.startswith("on")] == []
    assert [a["href"] for a in page.find_all("a", href=True) if not a["href"].startswith("#")] == []
    # A picture with a script in it cannot run here, and is held back all the same.
    assert {fault.code for fault in audit(html)} <= {"page.no_alt", "page.active_svg"}


@pytest.mark.parametrize("kind", ["javascript"])
def test_such_a_notebook_is_no_evidence(workshop: Any, screen: Any, kind: str) -> None:
    """A notebook that puts out a script is not published at all."""
    workshop.template(SOURCES[kind], anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert workshop.runs() == []
    workshop.sound()
