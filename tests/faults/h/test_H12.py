"""H12: the analyst holds the signing key, on the machine on which the runs are made."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from evalbook.archive.signoff import LOG, approval_of, read_run
from evalbook.errors import Refused


def test_the_analyst_alone_finishes_nothing(office: Any) -> None:
    """With one person's key, for whatever roles it is good, a run stays unsigned and cannot be archived."""
    (office.outputs / LOG).unlink()
    shutil.rmtree(office.archive)
    run = office.run("2019")
    office.sign(run, "prepared")
    for role in ("checked", "approved"):
        with pytest.raises(Refused):
            office.sign(run, role, people={role: "张三"})
    assert approval_of(read_run(run, office.outputs)).missing == {"checked": 1, "approved": 1}
    with pytest.raises(Refused) as refused:
        office.make(2019)
    assert [fault.code for fault in refused.value.faults] == ["archive.unsigned"]
