"""G10: 四性检测 of a bag: nothing against a sound one, and whatever is done to a bag speaks against the item that it concerns."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evalbook.archive.checklist import ITEMS, examine, page
from evalbook.publish.audit import audit


def failed(bag: Path) -> set[str]:
    return {one.item for one in examine(bag) if one.result == "不合格"}


def test_a_sound_bag(office: Any) -> None:
    """Nothing is against it; what people must look at is left to them; the page is offline, complete and passes the audit."""
    found = examine(office.bag())
    html = page(office.bag(), found)

    assert [f"{one.item} {one.evidence}" for one in found if one.result == "不合格"] == []
    assert [one.item for one in found if one.result == "人工填写"] == ["病毒检测", "载体和保管"]
    assert [str(fault) for fault in audit(html)] == []
    assert all(nature in html and item in html for nature, items in ITEMS.items() for item, _, _ in items)


def _flip(bag: Path) -> None:
    path = bag / "data/run/scores.xlsx"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))


def _macro(bag: Path) -> None:
    with zipfile.ZipFile(bag / "data/run/scores.xlsx", "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")


CASES: dict[str, tuple[Callable[[Path], Any], set[str]]] = {
    "flipped": (_flip, {"内容真实性"}),
    "removed": (lambda bag: (bag / "data/run/report.html").unlink(), {"内容完整性", "报告可用性"}),
    "added": (lambda bag: (bag / "data/run/more.exe").write_bytes(b"MZ"), {"归档信息包完整性", "文件安全"}),
    "macro": (_macro, {"内容真实性", "文件安全"}),
    "no_info": (lambda bag: (bag / "bag-info.txt").unlink(), {"元数据完整性"}),
    "no_manifest": (lambda bag: (bag / "manifest-sha512.txt").unlink(), {"归档信息包完整性"}),
}


@pytest.mark.parametrize(("change", "items"), CASES.values(), ids=list(CASES))
def test_what_is_done_to_a_bag(change: Callable[[Path], Any], items: set[str], office: Any) -> None:
    """Each injury is found under the property that it hurts."""
    change(office.bag())

    assert items <= failed(office.bag())


def test_the_command(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is written into the current folder, never into the bag; 1 when something is against the bag, 2 for what is no bag."""
    bag = office.bag()
    monkeypatch.chdir(office.home)

    assert office.main("archive", "checklist", bag)[0] == 0
    assert (office.home / "county_trial-2019-v1-四性检测.html").is_file()
    assert office.verify().sound
    assert office.main("archive", "checklist", bag, "--to", bag / "x.html")[0] == 2
    assert office.main("archive", "checklist", office.root)[0] == 2
    _flip(bag)
    code, shown = office.main("archive", "checklist", bag, "--to", office.home / "x.html")
    assert code == 1
    assert "内容真实性" in shown
