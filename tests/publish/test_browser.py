"""The page in a real browser with the network off: it shows, asks for nothing and runs nothing."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from nbformat import NotebookNode, v4

from evalbook.publish.html import PageInfo, render

CHROMIUM = shutil.which("chromium")
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

HOSTILE = (
    '<img src=x onerror="document.title=1"><svg onload="document.title=1"></svg><script>document.title=1</script>'
    '<a id="bait" href="javascript:document.title=1">x</a><iframe src="https://example.org"></iframe>'
    '<style>@import "https://example.org/x.css"; body{background:url(https://example.org/a.png)}</style>'
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
        started = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path, report: NotebookNode, page: PageInfo) -> Iterator[tuple[Any, list[str], list[str]]]:
    """The report with hostile content in it, the requests it made and the messages of the console."""
    path = tmp_path / "report.html"
    report.cells.append(v4.new_markdown_cell(f"## 甲\n\n{HOSTILE}"))
    report.cells.append(v4.new_code_cell("1", execution_count=8, outputs=[v4.new_output("display_data", {"text/html": HOSTILE})]))
    path.write_text(render(report, page=page), "utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    requests: list[str] = []
    messages: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: messages.append(message.text))
    tab.goto(path.as_uri())
    yield tab, requests, messages
    tab.close()


def test_nothing_is_asked_for_but_the_file(opened: tuple[Any, list[str], list[str]], page: PageInfo) -> None:
    """One request, for the file itself; the security policy had nothing to block; no payload changed the title."""
    tab, requests, messages = opened

    assert [url[:7] for url in requests if not url.startswith("data:")] == ["file://"]
    assert messages == []
    assert tab.title().startswith(page.title)
    assert tab.evaluate("document.scripts.length") == 0


def test_the_chinese_text_is_drawn_with_the_embedded_font(opened: tuple[Any, list[str], list[str]]) -> None:
    """Both weights are loaded from the page: a machine without Chinese fonts shows the same."""
    tab, _, _ = opened

    tab.wait_for_function("document.fonts.status === 'loaded'")
    faces = tab.evaluate("[...document.fonts].map(f => f.weight + ' ' + f.status)")

    assert sorted(faces) == ["400 loaded", "700 loaded"]


@pytest.mark.parametrize("width", [1280, 1920, 600])
def test_the_page_fits_its_window_and_is_not_blank(width: int, opened: tuple[Any, list[str], list[str]]) -> None:
    """The page itself never scrolls sideways, wide tables do so in their own box, and there is something to see."""
    image = pytest.importorskip("PIL.Image")
    tab, _, _ = opened

    tab.set_viewport_size({"width": width, "height": 900})
    overflow = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    box = tab.evaluate("(b => b.scrollWidth > b.clientWidth)(document.querySelector('.eb-scroll'))")
    with image.open(io.BytesIO(tab.screenshot())) as shot:
        colours = shot.convert("RGB").getcolors(maxcolors=1 << 24)

    assert overflow <= 0
    assert box or width > 1280
    assert len(colours) > 50


def test_in_print_nothing_is_cut_and_code_is_hidden(opened: tuple[Any, list[str], list[str]]) -> None:
    """On paper no table is wider than the page, folded code is gone, the mark for synthetic data is there."""
    tab, _, _ = opened
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 680, "height": 960})  # the text width of A4 upright, at 96 dots an inch

    shown = "e => getComputedStyle(e).display"
    wide = tab.evaluate("[...document.querySelectorAll('.eb-box:not(.eb-across)')].filter(b => b.scrollWidth > b.clientWidth + 1).length")
    assert wide == 0
    assert tab.eval_on_selector(".eb-code", shown) == "none"
    assert tab.eval_on_selector(".eb-watermark", shown) == "block"
    tab.set_viewport_size({"width": 1016, "height": 680})  # and on its side
    assert tab.evaluate("[...document.querySelectorAll('.eb-across')].filter(b => b.scrollWidth > b.clientWidth + 1).length") == 0


def test_it_prints_as_a4_with_wide_tables_on_their_side(opened: tuple[Any, list[str], list[str]]) -> None:
    """The PDF has upright A4 pages and, for the wide table, one on its side."""
    tab, _, _ = opened

    data = tab.pdf(prefer_css_page_size=True, print_background=True)

    assert b"/MediaBox [0 0 594.95996 841.91998]" in data or b"/MediaBox [0 0 595" in data
    assert b"/MediaBox [0 0 841.91998 594.95996]" in data or b"/MediaBox [0 0 842" in data


def test_long_reports_and_their_targets(browser: Any, tmp_path: Path, page: PageInfo, build: ModuleType) -> None:
    """A link of the contents list brings its heading below the strip that stays in sight."""
    cells = [v4.new_markdown_cell(f"# 第{i}章\n\n" + "文字。\n\n" * 40) for i in range(1, 8)]
    path = tmp_path / "long.html"
    path.write_text(render(build.notebook(*cells), page=page), "utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.goto(path.as_uri())

    tab.click(".eb-contents a >> text=第5章")
    tab.wait_for_timeout(100)
    top, strip = tab.evaluate(
        "[document.getElementById('s-5').getBoundingClientRect().top, document.querySelector('.eb-strip').offsetHeight]"
    )
    tab.close()

    assert strip <= top < 200
