"""Publications: what leaves the office at each level, from a run that is only read; nothing is ever replaced."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evalbook import durable, ledger
from evalbook.archive.release import BULLETIN, LOG, RECORD, log_faults, publish
from evalbook.errors import Refused
from evalbook.publish import bulletin as bulletins
from evalbook.run.job import Job, perform
from evalbook.scoring.evaluation import Evaluation


def tree(folder: Path) -> dict[str, str]:
    return {name: durable.sha256(path) for name, path in durable.files(folder)}


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [fault.code for fault in refused.value.faults]


def test_three_levels_of_one_signed_run(office: Any) -> None:
    """Each level has its files, the record names them with their hashes, the run is untouched, nothing says 送审稿."""
    run = office.run("2019")
    before = tree(run)

    public, units, full = (publish(run, level=level) for level in ("public", "units", "full"))

    assert sorted(public.files) == ["publication.json", "公布名单.html", "公布名单.xlsx"]
    assert {Path(name).suffix for name in units.files} == {".html", ".json", ".xlsx"}
    assert {name.removeprefix("证据/") for name in full.files if name.startswith("证据/")} == {*before}
    told = json.loads((full.folder / RECORD).read_text("utf-8"))
    assert told["files"] == {name: digest for name, digest in full.files.items() if name != RECORD}
    assert (told["signed"], told["archive_head"]) == (True, office.head)
    assert tree(run) == before
    page = (public.folder / "公布名单.html").read_text("utf-8")
    assert "送审稿" not in page
    assert office.head in page
    assert public.notes == ()


def test_again_is_the_same_and_other_content_stands_beside(office: Any, tmp_path: Path) -> None:
    """The same publication is found, not written again; in another folder it has the same bytes; with a bulletin it is another one."""
    run = office.run("2019")
    first = publish(run)
    again, elsewhere, other = publish(run), publish(run, tmp_path / "别处"), publish(run, word=True)

    assert (again.folder, again.before, first.before) == (first.folder, True, False)
    assert elsewhere.files == first.files
    assert other.folder.name == f"{first.folder.name}-2"
    assert BULLETIN in other.files
    assert tree(first.folder) == first.files
    assert [path.name for path in first.folder.parent.iterdir() if path.name.startswith(".")] == []


def test_unsigned_runs_are_marked_on_every_page(office: Any) -> None:
    """A draft, and a final run that waits for signatures, are only for approval: the mark stands on page, workbook and bulletin."""
    draft = perform(Job(office.root, "county_trial", "2022")).folder
    assert draft is not None

    found = publish(draft, word=True)

    assert "送审稿" in found.notes[0]
    assert "送审稿" in (found.folder / "公布名单.html").read_text("utf-8")
    cells = [c.value for page in openpyxl.load_workbook(found.folder / "公布名单.xlsx") for row in page.iter_rows() for c in row]
    assert "【送审稿】" in cells
    with zipfile.ZipFile(found.folder / BULLETIN) as word:
        assert "送审稿" in word.read("word/document.xml").decode("utf-8")


def test_trials_are_no_results(office: Any) -> None:
    """A what-if run is refused, in words; nothing is written."""
    trial = office.run("2022")
    office.edit(trial / "manifest.json", lambda text: text.replace('"status": "final"', '"status": "what-if"'))

    with pytest.raises(Refused) as refused:
        publish(trial)

    assert codes(refused) == ["publish.no_result"]
    assert not (office.outputs / "_published").exists()


def test_a_changed_run_is_refused(office: Any) -> None:
    """Every file that is not what was published is named; a manifest that is not the one entered too."""
    run = office.run("2019")
    (run / "report.html").write_text("x", "utf-8")
    (run / "more.txt").write_text("x", "utf-8")
    office.edit(run / "manifest.json", lambda text: text.replace('"outcome": "completed"', '"outcome":  "completed"'))

    with pytest.raises(Refused) as refused:
        publish(run)

    assert sorted(codes(refused)) == ["run.changed", "run.changed", "run.not_entered"]


def test_a_full_disk_leaves_nothing(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be flushed is not published, and the next try succeeds."""
    run = office.run("2019")
    with monkeypatch.context() as patch:
        patch.setattr(durable, "flush_tree", lambda _folder: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            publish(run)
    parent = office.outputs / "_published" / "county_trial" / "2019"

    assert list(parent.iterdir()) == []
    assert publish(run).folder.is_dir()


def template(place: Path, old: str, new: str) -> None:
    """The shipped template with one text changed, as the office's own."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(bulletins.SHIPPED) as source, zipfile.ZipFile(place, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            target.writestr(name, data)


@pytest.mark.parametrize(
    ("new", "code", "words"),
    [
        ("{{ 考核其 }}", "word.placeholder", "考核期"),
        ("{{ 考核期 ", "word.syntax", "花括号"),
        ("{{ 考核期.__class__.__mro__ }}", "", ""),
    ],
    ids=["misspelt", "unbalanced", "python"],
)
def test_faults_of_the_offices_template(office: Any, new: str, code: str, words: str) -> None:
    """A misspelt placeholder is told with the nearest, an open bracket with how to write it; a template cannot reach into Python."""
    template(office.root / "params/county_trial/bulletin.docx", "{{ 考核期 }}", new)

    with pytest.raises(Exception) as raised:  # noqa: PT011 - either way nothing is written
        publish(office.run("2019"), word=True)

    assert isinstance(raised.value, Refused) or "unsafe" in str(raised.value)
    if code:
        assert raised.value.faults[0].code == code
        assert words in str(raised.value)
    assert not list((office.outputs / "_published" / "county_trial" / "2019").iterdir())


def test_the_offices_template_is_used(office: Any) -> None:
    """What the office writes into its own template stands in the bulletin; a file that is no docx is refused."""
    own = office.root / "params/county_trial/bulletin.docx"
    template(own, "各有关单位", "各有关直属单位")
    found = publish(office.run("2019"), word=True)
    with zipfile.ZipFile(found.folder / BULLETIN) as word:
        assert "各有关直属单位" in word.read("word/document.xml").decode("utf-8")

    own.write_bytes(b"PK not a document")
    with pytest.raises(Refused) as refused:
        publish(office.run("2019"), word=True)
    assert codes(refused) == ["word.template"]


def test_the_command(office: Any) -> None:
    """The command lists what it wrote with hashes; an unknown level or a bulletin of unit sheets is a usage error."""
    name = office.run("2019").name
    code, shown = office.main("publish", name)
    assert code == 0
    assert "公布名单.html" in shown
    assert office.main("publish", name, "--level", "secret")[0] == 2
    assert office.main("publish", name, "--level", "units", "--word")[0] == 2


def log(office: Any) -> list[dict[str, Any]]:
    return list(ledger.entries(office.outputs, name=LOG))


def test_what_has_left_is_in_a_log(office: Any, tmp_path: Path) -> None:
    """Each publication at each place has one line that names run, level, person and the hash of its record; the chain holds."""
    run = office.run("2019")
    first = publish(run)
    publish(run)
    elsewhere = publish(run, tmp_path / "别处", level="units")

    lines = log(office)
    assert [(line["level"], line["signed"], line["run"]) for line in lines] == [
        ("public", True, f"county_trial/2019/{run.name}"),
        ("units", True, f"county_trial/2019/{run.name}"),
    ]
    assert lines[0]["place"] == f"_published/county_trial/2019/{run.name}-public"
    assert lines[1]["place"] == str(elsewhere.folder)
    assert lines[0]["record_sha256"] == first.files[RECORD]
    assert {"user", "host", "time"} <= lines[0].keys()
    assert log_faults(office.outputs) == []


def test_a_line_that_was_not_written_is_made_up_for(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped between the folder and its line, the next call finds the folder and enters it."""
    run = office.run("2019")
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "append", lambda *_a, **_k: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            publish(run)
    assert log(office) == []
    assert publish(run).before
    assert len(log(office)) == 1


def test_a_publication_changed_later_is_found(office: Any) -> None:
    """A page altered after it was published, and a log that was edited, are told by ``ledger verify`` and by the check-up."""
    found = publish(office.run("2019"))
    office.edit(found.folder / "公布名单.html", lambda text: text.replace("第1名", "第2名", 1) + " ")
    assert [(fault.code, Path(fault.file).name) for fault in log_faults(office.outputs)] == [("publication.changed", "公布名单.html")]
    code, shown = office.main("ledger", "verify")
    assert code == 1
    assert "公布件与登记时不同" in shown

    office.edit(office.outputs / LOG, lambda text: text.replace('"level":"public"', '"level":"full"'))
    assert "ledger.line_changed" in [fault.code for fault in log_faults(office.outputs)]


def test_a_result_of_another_program_is_not_published(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library of today computes another result than the run, nothing is written, and the remedy is named."""
    run = office.run("2019")
    monkeypatch.setattr(Evaluation, "digest", lambda _self: "0" * 64)
    with pytest.raises(Refused) as refused:
        publish(run)
    assert codes(refused) == ["publish.other_result"]
    assert "reproduce" in refused.value.faults[0].remedy
    assert not (office.outputs / "_published").exists()
    assert log(office) == []


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("status", "compare", "publish.no_result"),
        ("status", "robustness", "publish.no_result"),
        ("outcome", "failed", "publish.not_completed"),
    ],
)
def test_studies_and_failed_runs_are_no_results(office: Any, key: str, value: str, code: str) -> None:
    """A comparison, a study of firmness and a run that failed are refused, by name; nothing is written."""
    run = office.run("2022")
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    office.edit(run / "manifest.json", lambda text: text.replace(f'"{key}": "{manifest[key]}"', f'"{key}": "{value}"'))
    with pytest.raises(Refused) as refused:
        publish(run)
    assert codes(refused) == [code]
    assert not (office.outputs / "_published").exists()


def test_a_units_workbook_tells_nothing_of_the_others(office: Any) -> None:
    """No other unit's name or code stands in any part of the workbook or page that is handed to a unit."""
    found = publish(office.run("2019"), level="units")
    roster = [line.split(",")[:2] for line in (office.root / "data/county_trial/2019/units.csv").read_text("utf-8-sig").split()[1:]]
    books = [name for name in found.files if name.endswith(".xlsx")]
    assert len(books) == len(roster) == 12
    for name in books:
        with zipfile.ZipFile(found.folder / name) as book:
            told = "".join(book.read(part).decode("utf-8") for part in book.namelist())
        told += (found.folder / name.replace(".xlsx", ".html")).read_text("utf-8")
        others = [unit for unit in roster if unit[1] not in name]
        assert len(others) == 11
        assert [text for unit in others for text in unit if text in told] == []
