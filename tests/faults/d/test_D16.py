"""D16: a run is dated back: the clock was set back when signing or archiving."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evalbook.archive import make as maker
from evalbook.archive.keys import load_private
from evalbook.archive.signoff import LOG
from evalbook.archive.statement import seal
from evalbook.errors import Refused


def test_signing(office: Any) -> None:
    """A signature before the last line of the ledger is refused with both times."""
    (office.outputs / LOG).unlink()
    with pytest.raises(Refused) as refused:
        office.sign(office.run("2019"), "prepared", moment=datetime.now(UTC) - timedelta(days=1))
    assert [fault.code for fault in refused.value.faults] == ["sign.clock"]


def test_archiving(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bag before the last line of the chain, the ledger or the sign-offs is refused; nothing is written."""
    run = office.final("2019")
    office.sign(run)
    before = office.head
    monkeypatch.setattr(maker, "now", lambda: datetime.now(UTC) - timedelta(days=400))
    with pytest.raises(Refused) as refused:
        office.correct("2019")
    assert [fault.code for fault in refused.value.faults] == ["archive.clock"]
    assert office.head == before
    assert not office.bag("2019", 2).exists()


def test_a_signature_before_the_run(office: Any, archiving: Any) -> None:
    """Made with a clock set back and put into a bag: the run was not yet finished then."""
    path = office.bag() / "data/signoff/records.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    manifest = json.loads((office.bag() / "data/run/manifest.json").read_text("utf-8"))
    told = json.loads(base64.b64decode(lines[0]["envelope"]["payload"]))
    told["time"] = (datetime.fromisoformat(manifest["finished"]) - timedelta(seconds=1)).isoformat(timespec="seconds")
    lines[0]["envelope"] = seal(told, load_private(office.private("张三")))
    path.write_bytes(b"".join(archiving.canonical(line) + b"\n" for line in lines))
    archiving.rehash(office.bag())
    assert office.bag_codes(office.bag()) == {"signoff.before_run"}


def test_the_ledger_tells_of_a_clock_that_went_back(office: Any) -> None:
    """Lines entered with a later clock and then an earlier one are a finding, whoever looks."""
    lines = [json.loads(line) for line in (office.archive / "archive.jsonl").read_text("utf-8").splitlines()]
    later = (datetime.now(UTC) + timedelta(days=9)).isoformat(timespec="seconds")
    office.reseal(lambda found: found[0].update(entered=later))
    assert lines[0]["entered"] != later
    assert "archive.chain_time" in office.codes()
