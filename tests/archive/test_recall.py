"""Recall: the list of known defects, which runs it points to, and whose result would differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evalbook.archive.defects import Defect, known_ids, parts_of, read_defects
from evalbook.archive.recall import recall
from evalbook.errors import Refused
from evalbook.kinds.rules.shares import Thirds

PLANTED = Defect("planted", "末三分之一多给1分", "按规定给分", uses={"thirds": "any"})


def test_the_shipped_list_can_be_read() -> None:
    """Every correction that the changelog tells of results is in it, once."""
    ids = [defect.id for defect in read_defects()]
    assert ids == list(dict.fromkeys(ids))
    assert {"risk-deduct-base", "open-to-first", "undecided-eligibility"} <= set(ids)


@pytest.mark.parametrize(
    ("defect", "known", "touches"),
    [
        (Defect("d", "", ""), (), True),
        (Defect("d", "", ""), ("d",), False),
        (Defect("d", "", "", before="0.2"), (), True),
        (Defect("d", "", "", before="0.1.0"), (), False),
        (Defect("d", "", "", schemes=("s",)), (), True),
        (Defect("d", "", "", schemes=("other",)), (), False),
        (Defect("d", "", "", uses={"steps": "any"}), (), True),
        (Defect("d", "", "", uses={"mode": "half_up", "steps": "any"}), (), True),
        (Defect("d", "", "", uses={"mode": "half_even"}), (), False),
        (Defect("d", "", "", uses={"ladder": "any"}), (), False),
        (Defect("d", "", "", assumptions={"ties": "dense"}), (), True),
        (Defect("d", "", "", assumptions={"ties": "worst"}), (), False),
    ],
)
def test_which_runs_a_defect_may_touch(defect: Defect, known: tuple[str, ...], touches: bool) -> None:
    """Version, scheme, kinds and readings all have to fit, and the run's library must not have known it."""
    manifest = {"scheme": "s", "library": {"version": "0.1.0"}, "assumptions": {"ties": "dense"}}
    parts = {"steps": {"10"}, "mode": {"half_up"}}
    assert defect.may_touch(manifest, parts, frozenset(known)) is touches


def test_parts_of_parameter_files(tmp_path: Path) -> None:
    """Keys at any depth, with their plain values; what cannot be read is left to the replay."""
    (tmp_path / "a.yaml").write_text("tree: {x: {rule: {steps: {first: 10}}}}\nlists: [a, {mode: half_up}]\n", "utf-8")
    (tmp_path / "b.yaml").write_text("a: [", "utf-8")
    parts = parts_of(tmp_path)
    assert {"tree", "steps", "first", "mode"} <= parts.keys()
    assert (parts["first"], parts["mode"], parts["lists"]) == ({"10"}, {"half_up"}, {"a"})


def test_a_library_without_a_list_knows_nothing() -> None:
    """An older library, or a damaged list."""
    assert known_ids(b"") == known_ids(b"\xff") == known_ids(b"defects: 3") == frozenset()
    assert known_ids(b"defects: [{id: a}]") == {"a"}


def test_nothing_is_recalled_by_defects_that_the_library_knew(office: Any) -> None:
    """The bags were made by the library that has them corrected."""
    assert list(recall(office.archive, read_defects())) == []
    code, text = office.main("recall")
    assert (code, "没有受已知缺陷影响" in text) == (0, True)


def test_equal_results_are_told_as_equal(office: Any) -> None:
    """Everything computed anew with the library that made it gives what is archived."""
    found = list(recall(office.archive, [], everything=True))
    assert [(finding.folder, finding.effects, finding.stopped) for finding in found] == [
        ("county_trial/2019/v1", (), ""),
        ("county_trial/2022/v1", (), ""),
    ]


def test_a_planted_defect(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Archived by a library that gave the last third 2 points where 1 is right: by hand, whose total and whose place differ."""
    points = Thirds.points

    def repaired(self: Thirds, values: Any, grading: Any) -> Any:
        found = points(self, values, grading)
        return found - (found == 2).astype(int)

    monkeypatch.setattr(Thirds, "points", repaired)
    assert list(recall(office.archive, [Defect("planted", "", "", uses={"steps": "any"})])) == [], "the condition does not hold"
    found = list(recall(office.archive, [PLANTED]))
    assert [finding.folder for finding in found] == ["county_trial/2019/v1", "county_trial/2022/v1"]
    effects = [effect for effect in found[0].effects if effect.table == "totals"]
    assert {effect.unit: (effect.was, effect.now) for effect in effects if effect.column == "综合得分"} == {
        **dict.fromkeys(("双清区", "新邵县", "邵阳县", "新宁县"), ("18", "17")),
        "北塔区": ("12", "11"),
        "武冈市": ("10", "8"),
        **dict.fromkeys(("绥宁县", "城步苗族自治县"), ("4", "2")),
    }
    places = {effect.unit: (effect.was, effect.now) for effect in effects if effect.kind == "名次"}
    assert places == dict.fromkeys(("双清区", "新邵县", "邵阳县", "新宁县"), ("4", "5"))
    code, text = office.main("recall", "--all")
    assert code == 1
    assert "名次 双清区 排名（totals）：4 → 5" in text


def test_a_damaged_bag_is_not_computed(office: Any) -> None:
    """It is told instead; exit code 1."""
    office.edit(office.bag() / "data/run/run.json", lambda text: text + " ")
    code, text = office.main("recall", "--all", "--json")
    told = json.loads(text[text.index("{") :])
    assert code == 1
    assert "run.json" in told["findings"][0]["stopped"]


def test_a_list_of_ones_own(office: Any, tmp_path: Path) -> None:
    """An office may keep a list; what is wrong in it is told with its line."""
    path = tmp_path / "defects.yaml"
    path.write_text("schema: 1\ndefects:\n  - {id: x, title: t, corrected: c, uses: {steps: any}}\n", "utf-8")
    assert office.main("recall", "--defects", path)[0] == 0
    path.write_text("schema: 1\ndefects:\n  - {id: x, titel: t}\n", "utf-8")
    with pytest.raises(Refused):
        read_defects(path)
    assert office.main("recall", "--defects", path)[0] == 1
