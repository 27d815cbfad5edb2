"""What a what-if run sets: paths are completed, told apart and checked, and checks of the edition are told, not refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evalbook.errors import Refused, UsageError
from evalbook.scheme.overrides import Overrides
from evalbook.scheme.what_if_file import load_what_if
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
CITY = ("zhejiang_city", "2023")


def overrides(*, of: dict[str, Any]) -> dict[str, Any]:
    return Workbook(ROOT).scheme(*CITY, overrides=of).overrides.as_dict()


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ({"trade_increment.marks": "8"}, {"tree.trade_increment.marks": "8"}),
        ({"货物贸易进出口总额增加值.marks": "8"}, {"tree.trade_increment.marks": "8"}),
        ({"tree.货物贸易进出口总额增加值.marks": "8"}, {"tree.trade_increment.marks": "8"}),
        ({"ties": "dense"}, {"assumptions.ties": "dense"}),
        ({"assumptions.ties": "同名次，后续名次连续（1、2、2、3）"}, {"assumptions.ties": "dense"}),
        ({"edition.round.decimals": "1"}, {"edition.round.decimals": "1"}),
        ({"values.宁波市.trade_total": "1"}, {"values.宁波市.trade_total": "1"}),
        ({"rankings.*.ties": "dense"}, {"rankings.*.ties": "dense"}),
    ],
    ids=["section", "label", "label-in-section", "assumption", "reading-by-label", "edition-key", "figure", "wildcard"],
)
def test_paths_are_completed(written: dict[str, Any], whole: dict[str, Any]) -> None:
    """A path may leave out its section and say the label; what is recorded is whole."""
    assert overrides(of=written) == whole


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("trade_incremnt.marks", "trade_increment"),
        ("tree.trade_incremnt.marks", "trade_increment"),
        ("assumptions.tie", "ties"),
        ("tre.trade_increment.marks", "tree"),
        ("values.宁波市", "values.考核对象.数据=数值"),
        ("values.宁波市.trade_total.22", "考核期"),
        ("units.宁波市.group", "evalbook compare"),
        ("tree", "没有写全"),
        ("edition", "没有1版"),
    ],
    ids=["name", "name-in-section", "assumption", "section", "short-figure", "period", "roster", "section", "edition"],
)
def test_a_path_that_does_not_exist(path: str, words: str) -> None:
    """An unknown path is a slip of the hand, told with the nearest name."""
    with pytest.raises(UsageError, match=words):
        Workbook(ROOT).scheme(*CITY, overrides={path: "1"})


def test_a_reading_that_does_not_exist() -> None:
    """A reading is chosen among those that the edition has."""
    with pytest.raises(UsageError, match="最接近的名称是“dense”"):
        Workbook(ROOT).scheme(*CITY, overrides={"ties": "dens"})


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("tree.trade_increment.makrs", "8", "key.unknown"),
        ("tree.trade_increment.marks", "-1", "marks.not_positive"),
        ("tree.trade_increment.marks", "八", "value.not_a_number"),
        ("edition.round.decimals", "99", "value."),
    ],
    ids=["key", "negative", "no-number", "out-of-bounds"],
)
def test_a_value_is_checked_by_the_models(path: str, value: str, code: str) -> None:
    """What an edition may not say, a what-if may not say either."""
    with pytest.raises(Refused) as refused:
        Workbook(ROOT).scheme(*CITY, overrides={path: value})
    assert any(fault.code.startswith(code) for fault in refused.value.faults)


def test_marks_that_no_longer_add_up_are_told() -> None:
    """6 → 8 of 50 marks: the sum is 52, which an edition may not say and a trial may try; it stands in the findings."""
    prepared = Workbook(ROOT).prepare(*CITY, overrides={"trade_increment.marks": "8"})
    told = {note.code for note in prepared.notes}
    assert {"marks.sum", "rule.below_marks"} <= told
    with pytest.raises(Refused):
        Workbook(ROOT).scheme(*CITY, overrides={"main.children": ["trade_increment"], "tree.main.makrs": "1"})


def test_a_trial_is_never_final() -> None:
    """Status, record and what blocks a final run all say that it is a trial; the change is told old and new."""
    prepared = Workbook(ROOT).prepare(*CITY, overrides={"ties": "dense", "values.宁波市.trade_total": "9000"})
    assert prepared.status == "what-if"
    assert "final.what_if" in {blocker.code for blocker in prepared.blockers}
    assert prepared.overrides == {"assumptions.ties": "dense", "values.330200.trade_total.2023": "9000"}
    assert [(one.path, one.old, one.new) for one in prepared.trial][1:] == [("values.330200.trade_total.2023", "12779.3278", "9000")]
    assert prepared.trial[1].label == "宁波市 货物贸易进出口总额（亿元）"


def test_overrides_carried_out_again_give_the_same() -> None:
    """What a run records leads to the same result as what was typed."""
    typed = Workbook(ROOT).prepare(*CITY, overrides={"ties": "dense", "values.宁波市.trade_total": "9000"})
    recorded = Workbook(ROOT).prepare(*CITY, overrides=dict(typed.overrides))
    assert recorded.evaluation.digest() == typed.evaluation.digest()
    assert recorded.overrides == typed.overrides


def test_no_override_is_no_trial() -> None:
    """An ordinary period knows nothing of trials."""
    prepared = Workbook(ROOT).prepare(*CITY)
    assert (prepared.status, prepared.trial, dict(prepared.overrides)) == ("look", (), {})
    assert Overrides().as_dict() == {}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A project with a folder for what-if files."""
    (tmp_path / "params/x/what_if").mkdir(parents=True)
    return tmp_path


def test_what_if_files(kept: Path) -> None:
    """A file keeps a trial under a name, with its reason."""
    file = kept / "params/x/what_if/more_trade.yaml"
    file.write_text("schema: 1\nreason: 测算\nset: {tree.a.marks: 8}\n", "utf-8")
    found = load_what_if(kept, "x", "2023", "more_trade")
    assert (found.reason, found.set) == ("测算", {"tree.a.marks": "8"})
    with pytest.raises(UsageError, match="more_trade"):
        load_what_if(kept, "x", "2023", "more_trad")
    with pytest.raises(UsageError):
        load_what_if(kept, "x", "2023", "../periods/2023")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema: 1\nset: {a.b: 1}\n", "reason"),
        ("schema: 1\nreason: x\nset: {}\n", "至少应有1项"),
        ("schema: 1\nreason: x\nset: {a.b: 1}\nresaon: y\n", "resaon"),
        ("schema: 1\nreason: x\nset: {values.a.b: }\n", "没有填写数值"),
    ],
    ids=["no-reason", "nothing-set", "unknown-key", "blank-figure"],
)
def test_what_if_files_at_fault(kept: Path, text: str, words: str) -> None:
    """A file that cannot be used says where and why."""
    (kept / "params/x/what_if/a.yaml").write_text(text, "utf-8")
    with pytest.raises(Refused) as refused:
        load_what_if(kept, "x", "2023", "a")
    assert words in str(refused.value)


@pytest.mark.parametrize("path", sorted(ROOT.glob("params/*/what_if/*.yaml")), ids=lambda path: path.stem)
def test_shipped_what_if_files(path: Path) -> None:
    """Each can be scored for the last period of its scheme, fits the JSON Schema and changes something."""
    import jsonschema
    import yaml

    from evalbook.scheme.jsonschema import json_schema
    from evalbook.scheme.what_if_file import WhatIfFile

    scheme = path.parents[1].name
    period = Workbook(ROOT).periods(scheme)[-1]
    file = load_what_if(ROOT, scheme, period, path.stem)
    assert Workbook(ROOT).prepare(scheme, period, overrides=file.set).trial
    jsonschema.validate(yaml.safe_load(path.read_text("utf-8")), json_schema(WhatIfFile))
