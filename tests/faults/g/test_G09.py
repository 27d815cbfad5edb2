"""G09: a published year is corrected."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evalbook.archive.bag_format import parse_info
from evalbook.errors import Refused, UsageError


@pytest.fixture
def revised(office: Any) -> Any:
    """The office with another final run of 2019, signed."""
    office.edit(office.root / "params/county_trial/periods/2019.yaml", lambda text: text.replace("notes:\n", "notes:\n  - 更正说明。\n"))
    office.sign(office.final("2019"))
    return office


def test_a_new_version_beside_the_old(revised: Any) -> None:
    """v2 names v1, the reason and who approved; v1 is untouched; both verify; a third follows the second."""
    before = {path: path.read_bytes() for path in revised.bag().rglob("*") if path.is_file()}
    printed = revised.head
    assert revised.correct("2019", reason="某县数据更正").folders == ("county_trial/2019/v2",)
    assert {path: path.read_bytes() for path in revised.bag().rglob("*") if path.is_file()} == before
    info = parse_info((revised.bag("2019", 2) / "bag-info.txt").read_text("utf-8"))
    assert info is not None
    told = [info[label] for label in ("Evalbook-Supersedes", "Evalbook-Reason", "Evalbook-Approved-By", "Evalbook-Previous")]
    assert told == ["v1", "某县数据更正", "王五", printed]
    line = json.loads((revised.archive / "archive.jsonl").read_text("utf-8").splitlines()[-1])
    assert (line["supersedes"], line["reason"], line["approved_by"]) == (1, "某县数据更正", ["王五"])
    assert revised.verify(anchor=printed).faults == ()


def test_not_silently(revised: Any) -> None:
    """Without version and reason a second final run is not archived; the command says how a correction is made."""
    with pytest.raises(Refused) as refused:
        revised.make(2019)
    assert [fault.code for fault in refused.value.faults] == ["archive.correction"]
    assert "--supersedes v1" in str(refused.value)
    assert revised.main("archive", "make", "2019", "--supersedes", "v1")[0] == 2
    with pytest.raises(UsageError, match="理由"):
        revised.correct("2019", reason=" ")


def test_nothing_to_correct(office: Any) -> None:
    """The very run that is archived is no correction of itself."""
    with pytest.raises(Refused) as refused:
        office.correct("2019")
    assert "archive.same" in {fault.code for fault in refused.value.faults}


def test_the_old_version_may_not_go(revised: Any) -> None:
    """Removing v1 after the correction is told."""
    import shutil

    revised.correct("2019")
    shutil.rmtree(revised.bag())
    assert revised.codes() == {"archive.missing_bag"}
