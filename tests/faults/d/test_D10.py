"""D10: an output of the executed notebook is changed, its sources stay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evalbook.archive.bag_check import check_bag
from evalbook.archive.content import BagContent
from evalbook.archive.replay import replay_here
from evalbook.errors import Refused


def change(text: str) -> str:
    """Another hash of the result in the sealed output."""
    notebook = json.loads(text)
    output = notebook["cells"][-1]["outputs"][0]["data"]
    output["text/plain" if "text/plain" in output else next(iter(output))] = "99"
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def test_before_signing(office: Any) -> None:
    """The hash that was taken when the kernel ended stands in the manifest, and that in the ledger: nobody can sign it."""
    run = office.run("2019")
    office.edit(run / "report.ipynb", change)
    with pytest.raises(Refused) as refused:
        office.sign(run)
    assert [fault.code for fault in refused.value.faults] == ["run.changed"]


def test_after_archiving(office: Any) -> None:
    """With every hash written anew the signatures tell; and a replay gives another notebook, whoever signed."""
    office.replace_run("2019", "report.ipynb", change)
    assert "signoff.other_run" in office.bag_codes(office.bag())
    content = BagContent(check_bag(office.bag(), "bag"), "bag")
    content.check()
    found = replay_here(content, warm=False)
    assert [difference.file for difference in found.differences] == ["report.ipynb"]
    assert "unexplained" in found.differences[0].causes
