"""Making bags: what goes in, what is refused, and that a stranger can check it with what every Linux has."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused


def test_archive_is_sound(office: Any) -> None:
    """What was archived verifies, also against the head that was printed."""
    found = office.verify(anchor=office.head)
    assert found.faults == ()
    assert found.bags == 2


def test_a_stranger_checks_it_with_coreutils(office: Any, tmp_path: Path) -> None:
    """Carried to another folder, a bag is verified by sha256sum and sha512sum alone; one changed byte is found."""
    bag = shutil.copytree(office.bag(), tmp_path / "elsewhere")

    def check(tool: str) -> int:
        manifests = [f"{kind}manifest-{tool.removesuffix('sum')}.txt" for kind in ("", "tag")]
        return max(subprocess.run([tool, "-c", "--quiet", "--strict", name], cwd=bag, capture_output=True).returncode for name in manifests)

    assert (check("sha256sum"), check("sha512sum")) == (0, 0)
    path = bag / "data/run/report.html"
    path.write_bytes(path.read_bytes().replace(b"<", b"(", 1))
    assert (check("sha256sum"), check("sha512sum")) == (1, 1)


def test_the_bag_holds_everything(office: Any) -> None:
    """Inputs, edition, template, notebook, report, tables, workbook, manifest, lock, source, records, keys, entry program."""
    run = office.run("2019")
    expected = {f"run/{path.relative_to(run).as_posix()}" for path in run.rglob("*") if path.is_file()}
    data = office.bag() / "data"
    found = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    assert expected <= found
    rest = {name for name in found - expected if not name.startswith("signoff/keys/")}
    wheel = next(name for name in rest if name.endswith(".whl"))
    beside = {"README.md", "ledger.jsonl", "replay.py", "environment/requirements.lock", "signoff/policy.json", "signoff/records.jsonl"}
    assert rest - {wheel, "ro-crate-metadata.json"} == beside
    assert len(found - expected - rest) == 3


def test_names_that_are_not_ascii_are_mapped_and_restored(office: Any) -> None:
    """A file with a Chinese name gets a safe one; the list of original names leads back."""
    path = office.root / "data/county_trial/2019/说明.md"
    path.write_text("说明", "utf-8")
    office.sign(office.final("2019"))
    office.correct("2019")
    bag = office.bag("2019", 2)
    names = json.loads((bag / "data/names.json").read_text("utf-8"))
    assert list(names.values()) == ["run/inputs/data/county_trial/2019/说明.md"]
    assert (bag / "data" / next(iter(names))).read_text("utf-8") == "说明"
    assert office.verify().faults == ()


@pytest.mark.parametrize("status", ["draft", "what-if"])
def test_only_final_runs(office: Any, status: str) -> None:
    """A draft or a trial that calls itself final in its folder's name is not archived."""
    run = office.run("2019")
    later = run.with_name("9" + run.name[1:])
    shutil.copytree(run, later)
    office.edit(later / "manifest.json", lambda text: text.replace('"status": "final"', f'"status": "{status}"'))
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert "run.not_final" in {fault.code for fault in refused.value.faults}


def test_an_unsigned_run_is_not_archived_nor_an_older_signed_one(office: Any) -> None:
    """The newest final run counts: it waits for its signatures, and the one before does not go in its stead."""
    run = office.final("2019")
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert [fault.code for fault in refused.value.faults] == ["archive.unsigned"]
    assert run.name in str(refused.value)
    assert not office.bag("2019", 2).exists()


def test_a_run_changed_after_signing_is_not_archived(office: Any) -> None:
    """Every file is held against the manifest, and the manifest against the ledger."""
    office.edit(office.run("2019") / "tables/totals.csv", lambda text: text.replace("1", "2", 1))
    code, text = office.main("archive", "make", "2019")
    assert code == 1
    assert "tables/totals.csv" in text


def test_a_year_without_final_runs(office: Any) -> None:
    """The refusal says what is missing; --ready archives what is ready and lists the rest."""
    shutil.rmtree(office.archive)
    shutil.rmtree(office.outputs / "county_trial/2022")
    shutil.copy(office.root / "params/county_trial/periods/2019.yaml", office.root / "params/county_trial/periods/2019H1.yaml")
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert [fault.code for fault in refused.value.faults] == ["archive.no_final"]
    made = office.make(2019, ready_only=True)
    assert made.folders == ("county_trial/2019/v1",)
    assert [fault.code for fault in made.waiting] == ["archive.no_final"]
