"""D14: one person runs and approves."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.archive.approval import judge
from evalbook.archive.keys import KEYS, load_private, read_keys
from evalbook.archive.policy import Policy
from evalbook.archive.signoff import LOG, read_run
from evalbook.archive.statement import seal
from evalbook.errors import Refused


def test_refused_when_signing(office: Any) -> None:
    """By the person's name, and so with a second key of the same person."""
    (office.outputs / LOG).unlink()
    run = office.run("2019")
    office.sign(run, "prepared", "checked")
    with pytest.raises(Refused) as refused:
        office.sign(run, "approved", people={"approved": "张三"})
    assert [fault.code for fault in refused.value.faults] == ["sign.refused"]


def test_records_written_by_hand(office: Any) -> None:
    """Whoever writes the records himself is judged by the same rules when they are verified: two of three do not count."""
    run = read_run(office.run("2019"), office.outputs)
    keys = read_keys(office.root / KEYS)
    private = load_private(office.private("张三"))
    key = next(key for key in keys.values() if key.person == "张三")
    told = {**run.identity, "person": "张三", "key": key.id, "time": "2020-01-01T10:00:00+00:00", "note": "", "checks": []}
    envelopes = [seal({**told, "role": role}, private) for role in ("prepared", "checked", "approved")]
    found = judge(envelopes, run.identity, keys=keys, policy=Policy(), shown="x")
    assert [one.role for one in found.signatures] == []  # before the key's first day
    told["time"] = f"{key.valid_from}T10:00:00+08:00"
    envelopes = [seal({**told, "role": role}, private) for role in ("prepared", "checked", "approved")]
    found = judge(envelopes, run.identity, keys=keys, policy=Policy(), shown="x")
    assert [one.role for one in found.signatures] == ["prepared"]
    assert found.missing == {"checked": 1, "approved": 1}
    assert [fault.code for fault in found.faults] == ["signoff.not_counted"] * 2
