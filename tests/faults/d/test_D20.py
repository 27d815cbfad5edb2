"""D20: run again and again until the result pleases."""

from __future__ import annotations

import base64
import json
from typing import Any

from evalbook.run.job import Job, perform


def test_every_run_is_counted_and_signed(office: Any) -> None:
    """Refused runs too: the signer sees how many there were, and the count stands in what is signed."""
    period = office.root / "params/county_trial/periods/2019.yaml"
    good = period.read_text("utf-8")
    for _ in range(3):
        period.write_text(good + "unknown: 1\n", "utf-8")
        assert perform(Job(office.root, "county_trial", "2019")).outcome == "refused"
    period.write_text(good, "utf-8")
    run = office.final("2019")
    code, text = office.main("sign", str(run))
    assert code == 0
    assert "初稿被拒绝3次" in text
    assert "定稿完成2次" in text
    office.sign(run, "prepared")
    line = json.loads((office.outputs / "signoff.jsonl").read_text("utf-8").splitlines()[-1])
    statement = json.loads(base64.b64decode(line["envelope"]["payload"]))
    assert statement["attempts"] == {"draft.refused": 3, "final.completed": 2}
