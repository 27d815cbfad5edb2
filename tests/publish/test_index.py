"""Lists of runs, read off the manifests that are there."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from evalbook.publish.audit import audit
from evalbook.publish.index import read_runs, write_index

EVIL = '"><script>alert(1)</script>'


def run(outputs: Path, place: str, **fields: object) -> Path:
    """A run folder with its manifest and report."""
    folder = outputs / place
    folder.mkdir(parents=True)
    told = {
        "scheme": "zhejiang_city",
        "period": "2023",
        "title": "督查激励评价 2023年",
        "status": "draft",
        "outcome": "completed",
        "started": "2026-11-24T02:00:00Z",
        "inputs_sha256": "ab12" * 16,
        "flags": ["synthetic"],
    }
    (folder / "manifest.json").write_text(json.dumps(told | fields, ensure_ascii=False), "utf-8")
    if (told | fields)["outcome"] == "completed":
        (folder / "report.html").write_text("x", "utf-8")
    return folder


def page(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def rows(path: Path) -> list[list[str]]:
    return [[c.get_text() for c in row.find_all("td")] for row in page(path).select("main tbody tr")]


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    """Two completed runs, a failed one after them, and another period."""
    run(tmp_path, "zhejiang_city/2023/20261124T020000Z-draft-ab12ab12")
    run(tmp_path, "zhejiang_city/2023/20261124T030000Z-final-cd34cd34", started="2026-11-24T03:00:00Z", status="final", flags=[])
    run(tmp_path, "zhejiang_city/2023/_failed/20261124T040000Z-draft-ef56ef56", started="2026-11-24T04:00:00Z", outcome="failed")
    run(tmp_path, "county_trial/2019/20261124T010000Z-draft-0000aaaa", scheme="county_trial", period="2019", flags=["trial"])
    return tmp_path


def test_lists_show_what_is_there(outputs: Path) -> None:
    """Runs stand newest first with status, result, flags and files, in Beijing time; failed ones stay visible."""
    paths = write_index(outputs)

    listed = rows(outputs / "zhejiang_city/2023/index.html")
    assert [p.relative_to(outputs).as_posix() for p in paths] == [
        "index.html",
        "zhejiang_city/2023/index.html",
        "zhejiang_city/2023/latest.html",
        "county_trial/2019/index.html",
        "county_trial/2019/latest.html",
    ]
    assert [row[:4] for row in listed] == [
        ["2026-11-24 12:00", "初稿", "失败", "含模拟数据"],
        ["2026-11-24 11:00", "定稿", "完成", "—"],
        ["2026-11-24 10:00", "初稿", "完成", "含模拟数据"],
    ]
    assert [row[0] for row in rows(outputs / "index.html")] == [
        "督查激励评价 2023年county_trial 2019",
        "督查激励评价 2023年zhejiang_city 2023",
    ]


def test_lists_tell_what_took_the_place_of_what_and_who_signed(outputs: Path) -> None:
    """A final run waits for signatures until they are entered; the drafts before it are superseded; a damaged log is passed over."""
    final = "zhejiang_city/2023/20261124T030000Z-final-cd34cd34"

    write_index(outputs)
    before = [row[4] for row in rows(outputs / "zhejiang_city/2023/index.html")]
    told = [{"run": final, "role": "prepared", "person": EVIL}, {"run": final, "role": "approved", "person": "王五"}]
    lines = [json.dumps({"envelope": {"payload": base64.b64encode(json.dumps(one).encode()).decode()}}) for one in told]
    (outputs / "signoff.jsonl").write_text("\n".join([*lines, "{", '{"envelope": {"payload": "?"}}']) + "\n", "utf-8")
    paths = write_index(outputs)
    after = [row[4] for row in rows(outputs / "zhejiang_city/2023/index.html")]

    assert before == ["—", "待签发", "已被 20261124T030000Z-final-cd34cd34 取代"]
    assert after == ["—", f"已签（制表{EVIL}、审批王五）", before[2]]
    assert [str(f) for path in paths for f in audit(path.read_text("utf-8"), local_links=True)] == []


def test_latest_is_the_newest_completed_run(outputs: Path) -> None:
    """A later failure does not hide the result that counts."""
    write_index(outputs)

    latest = outputs / "zhejiang_city/2023/latest.html"
    assert page(latest).select_one("p.result a")["href"] == "20261124T030000Z-final-cd34cd34/report.html"
    assert "定稿" in page(latest).select_one(".eb-stamp").get_text()


def test_links_resolve_and_pages_pass_the_audit(outputs: Path) -> None:
    """Every link leads to a file that is there, and lists are as closed to the outside as reports."""
    for path in write_index(outputs):
        assert [str(f) for f in audit(path.read_text("utf-8"), local_links=True)] == []
        for link in page(path).find_all("a"):
            assert (path.parent / unquote(link["href"])).is_file(), link


def test_foreign_folders_and_broken_manifests_are_passed_over(outputs: Path) -> None:
    """Other people's folders neither stop the list nor are written to."""
    for place, content in {
        "notes/2023/mine/manifest.json": "[]",
        "zhejiang_city/2023/broken/manifest.json": '{"scheme": ',
        "zhejiang_city/2023/binary/manifest.json": "\udcff",
        "zhejiang_city/2023/other/manifest.json": '{"name": "webapp"}',
        "stray.txt": "x",
    }.items():
        path = outputs / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8", errors="surrogateescape")
    (outputs / "zhejiang_city/2024").mkdir()

    write_index(outputs)

    assert len(read_runs(outputs)) == 4
    assert not (outputs / "notes/2023/index.html").exists()
    assert not (outputs / "zhejiang_city/2024/index.html").exists()


def test_manifests_cannot_run_or_lead_anything(tmp_path: Path) -> None:
    """Texts of a manifest are text, and a made-up scheme name does not choose where pages are written."""
    run(
        tmp_path,
        "a/2023/r1",
        scheme="../../elsewhere",
        title=EVIL,
        status=EVIL,
        outcome="completed",
        started=EVIL,
        flags=[EVIL],
        inputs_sha256=EVIL,
    )

    paths = write_index(tmp_path)

    assert paths == [tmp_path / "index.html"]
    assert "<script" not in paths[0].read_text("utf-8")
    assert "alert(1)" in page(paths[0]).get_text()


def test_only_what_changed_is_written(outputs: Path) -> None:
    """Pages of the periods asked for are written; unchanged ones keep their time."""
    first = write_index(outputs)
    times = {p: p.stat().st_mtime_ns for p in first}
    run(outputs, "zhejiang_city/2023/20261124T050000Z-draft-99999999", started="2026-11-24T05:00:00Z")

    second = write_index(outputs, [("zhejiang_city", "2023")])

    changed = {p for p in first if p.stat().st_mtime_ns != times[p]}
    assert second == first[:3]
    assert changed == set(first[:3])


def test_no_runs_is_said(tmp_path: Path) -> None:
    """An empty workbook has a list that says so."""
    (path,) = write_index(tmp_path)

    assert "还没有运行记录" in page(path).get_text()
    assert audit(path.read_text("utf-8"), local_links=True) == []


def test_lists_are_written_without_the_library_of_scores(tmp_path: Path) -> None:
    """The process that only starts runs and lists them loads neither numbers nor kinds nor charts."""
    script = (
        "import sys; from pathlib import Path; from evalbook.publish.index import write_index\n"
        "write_index(Path(sys.argv[1])); print(*sys.modules, sep='\\n')"
    )
    told = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True, encoding="utf-8")
    assert (
        set(told.stdout.split()) & {"numpy", "pandas", "pydantic", "matplotlib", "fontTools", "evalbook.kinds", "evalbook.present"} == set()
    )
