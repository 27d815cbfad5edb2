"""One page per unit: each complete by itself, all of them made quickly."""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from evalbook.publish.audit import audit
from evalbook.publish.html import PageInfo
from evalbook.publish.unit_pages import unit_pages


def sheet(build: ModuleType, unit: str) -> str:
    return f"<h3>{unit}</h3><p>第1名</p>" + build.table(["指标", "得分"], [[name, "5.00"] for name in build.INDICATORS])


def test_each_page_stands_alone(tmp_path: Path, page: PageInfo, build: ModuleType) -> None:
    """A page carries fonts, marks and its unit's own characters, and passes the audit; the index leads to each."""
    units = ["鄠邑区", "硚口区", "深水埗区"]
    index, *paths = unit_pages({unit: sheet(build, unit) for unit in units}, page, tmp_path)

    assert [p.name for p in paths] == ["001-鄠邑区.html", "002-硚口区.html", "003-深水埗区.html"]
    assert [str(f) for p in paths for f in audit(p.read_text("utf-8"))] == []
    assert audit(index.read_text("utf-8"), local_links=True) == []
    links = BeautifulSoup(index.read_text("utf-8"), "html.parser").select("main a")
    assert [unquote(a["href"]) for a in links] == [p.name for p in paths]
    assert "含模拟数据" in BeautifulSoup(paths[0].read_text("utf-8"), "html.parser").select_one(".eb-strip").get_text()


def test_names_from_data_stay_in_the_folder(tmp_path: Path, page: PageInfo) -> None:
    """No unit's name can lead out of the folder, hide a file or run anything."""
    names = ["../../x", "a/b\\c", "<script>alert(1)</script>", "", "...", "CON", "甲\n乙"]

    paths = unit_pages(dict.fromkeys(names, "<script>alert(1)</script><p>x</p>"), page, tmp_path / "units")

    assert {p.parent for p in paths} == {tmp_path / "units"}
    assert len(list((tmp_path / "units").iterdir())) == len(names) + 1
    assert all("<script" not in p.read_text("utf-8") for p in paths)


@pytest.mark.slow
def test_two_hundred_and_thirty_units_are_quick_and_the_same_twice(tmp_path: Path, page: PageInfo, build: ModuleType) -> None:
    """230 pages in under ten seconds, byte for byte the same again, none larger than half a megabyte."""
    sheets = {f"{chr(0x4E00 + 37 * i % 2000)}山{i}县": sheet(build, f"{i}县") for i in range(230)}

    start = time.perf_counter()
    first = unit_pages(sheets, page, tmp_path / "a")
    taken = time.perf_counter() - start
    second = unit_pages(sheets, page, tmp_path / "b")

    assert taken < 10
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert max(p.stat().st_size for p in first) < 500_000
