"""E05: the report loads scripts from other machines."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup


def test_report_stands_alone(workshop: Any) -> None:
    """No script at all, no address but those inside the page, and a policy that would forbid both."""
    html = (workshop.earlier / "report.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert page.find_all("script") == []
    assert policy["content"].startswith("default-src 'none'")
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.sub(r"base64,[A-Za-z0-9+/=]+", "", html)) == []
