"""D13: the template is exchanged for a friendlier one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evalbook.archive.policy import POLICY
from evalbook.errors import Refused


def test_where_templates_are_approved(office: Any, archiving: Any) -> None:
    """An office may name its approved templates; a run of another one is not signed."""
    template = office.root / "notebooks/evaluation.ipynb"
    (office.root / POLICY).write_text(f'schema: 1\ntemplates: ["{archiving.sha256(template)}"]\n', "utf-8")
    assert office.main("sign", str(office.run("2019")))[0] == 0
    office.edit(template, lambda text: text.replace("# 题", "# 另一个题"))
    run = office.final("2019")
    with pytest.raises(Refused) as refused:
        office.sign(run, "prepared")
    assert [fault.code for fault in refused.value.faults] == ["sign.template"]


def test_the_template_is_part_of_what_is_signed(office: Any) -> None:
    """In the bag the template is the one of the signed manifest; the statement names its hash."""
    manifest = json.loads((office.bag() / "data/run/manifest.json").read_text("utf-8"))
    office.replace_run("2019", "inputs/notebooks/evaluation.ipynb", lambda text: text.replace("# 题", "# 另一个题"))
    assert {"content.template", "content.sources", "signoff.other_run"} <= office.bag_codes(office.bag())
    line = json.loads((office.bag() / "data/signoff/records.jsonl").read_text("utf-8").splitlines()[0])
    statement = archived_statement(line)
    assert statement["template_sha256"] == manifest["template"]["sha256"]


def archived_statement(line: dict[str, Any]) -> dict[str, Any]:
    import base64

    told: dict[str, Any] = json.loads(base64.b64decode(line["envelope"]["payload"]))
    return told
