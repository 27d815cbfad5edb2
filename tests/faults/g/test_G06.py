"""G06: restoring from a backup: the drill."""

from __future__ import annotations

import shutil
from typing import Any

from evalbook import ledger


def test_the_drill(office: Any) -> None:
    """The archive comes back elsewhere: it verifies against the printed head, one run replays to the same bytes, both are recorded."""
    printed = office.head
    restored = office.home / "restored"
    shutil.copytree(office.archive, restored)
    shutil.rmtree(office.archive)
    code, text = office.main("archive", "verify", restored, "--head", printed, "--record")
    assert (code, "与给出的摘要相符" in text) == (0, True)
    code, text = office.main("archive", "replay", restored / "county_trial/2019/v1", "--record")
    assert (code, "逐字节相同" in text) == (0, True), text
    lines = list(ledger.entries(office.outputs, name="checks.jsonl"))
    assert [(line["kind"], line["ok"]) for line in lines] == [("verify", True), ("replay", True)]
    assert ledger.verify(office.outputs, name="checks.jsonl") == []


def test_a_damaged_backup_is_not_executed(office: Any) -> None:
    """What does not verify is not replayed: the refusal names the file."""
    office.edit(office.bag() / "data/run/run.json", lambda text: text + " ")
    code, text = office.main("archive", "replay", office.bag())
    assert (code, "run.json" in text) == (1, True)
