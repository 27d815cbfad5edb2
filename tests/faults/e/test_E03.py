"""E03: an output of the type ``text/vnd.mermaid``, which nbconvert lets through even when it sanitises."""

from __future__ import annotations

from typing import Any

from evalbook.publish.html import PageInfo, render

MERMAID = 'graph TD; A["<img src=x onerror=alert(1)>"]'


def test_gate_and_page_refuse_it(workshop: Any, cells: Any, screen: Any) -> None:
    """The gate names the type; the page leaves it out."""
    source = f"from IPython.display import display\ndisplay({{'text/vnd.mermaid': {MERMAID!r}, 'text/plain': 'x'}}, raw=True)"
    html = render(cells(source).notebook, page=PageInfo(title="题"))
    assert "<img src=x" not in html
    assert "graph TD" not in html.partition("<main")[2].replace("display(", "", 1) or "onerror=alert(1)&gt;" in html
    workshop.template(source, anything=True)
    code, text = workshop.run()
    assert code == 3
    screen(text)
    assert "text/vnd.mermaid" in text
    workshop.sound()
