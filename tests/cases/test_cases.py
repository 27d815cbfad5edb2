"""Situations worked by hand, as YAML: scored exactly and once more on floats. The format is told in README.md."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import numpy as np
import pytest
from pydantic import BaseModel

from evalbook.analysis.explain import explain
from evalbook.errors import Refused, nearest
from evalbook.exact import exact, is_number_text, plain
from evalbook.kinds.aggregates import AGGREGATES
from evalbook.kinds.base import Grading, KindFault, Rule
from evalbook.kinds.column import is_exact, objects
from evalbook.kinds.conditions import Condition
from evalbook.kinds.fields import MEASURES
from evalbook.kinds.history import History
from evalbook.kinds.outcomes import OUTCOMES
from evalbook.kinds.ranking import Ranking
from evalbook.kinds.rules import RULES
from evalbook.scheme.models import Branch, Leaf
from evalbook.scheme.source import parse_yaml
from evalbook.scoring.evaluate import Walk
from evalbook.scoring.evaluation import Evaluation
from evalbook.scoring.results import BranchResult, LeafResult
from evalbook.terms import State

FOLDER = Path(__file__).parent
SITUATION = ("period", "edition", "settings", "change", "units", "figures", "items", "others")
HEAD = {*SITUATION, "source", "cases"}
CASE = {*SITUATION, "source", "case", "expect", "exact_only"}
EXPECT = {
    *("points", "measured", "places", "marks", "assessed", "rescaled"),
    *("verdicts", "margins", "pending", "says", "faults", "assumptions"),
    *("payments", "causes", "notes", "lines", "findings"),
}
#: Relative distance within which the walk on floats must agree.
NEAR = 1e-9


def read_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, case) of every file: the head of a file holds for all of its cases."""
    for path in sorted(FOLDER.glob("*.yaml")):
        data = parse_yaml(path.read_text(encoding="utf-8"), path.name).data
        single = "cases" not in data
        known(path.name, data, CASE if single else HEAD)
        head = {key: value for key, value in data.items() if key != "cases"}
        for slug, own in {"": {}}.items() if single else data["cases"].items():
            known(f"{path.name} {slug}", own, CASE)
            yield f"{path.stem}-{slug}".rstrip("-"), joined(head, own)


def known(where: str, given: Mapping[str, Any], keys: set[str]) -> None:
    """A misspelt key in a case must not pass for a case without expectations."""
    for key in set(given) - keys:
        raise KeyError(f"{where}: {key}；{nearest(key, keys)}")


def joined(head: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The head with the case's own parts: blocks, columns, lists and settings replace those of the same name, null drops one."""
    found = {**head, **own}
    for part in ("settings", "change", "figures", "items", "others"):
        if part in head and part in own:
            found[part] = {**head[part], **own[part]}
    if "edition" in head and "edition" in own:
        blocks = {s: {**(head["edition"].get(s) or {}), **block} for s, block in own["edition"].items()}
        found["edition"] = {**head["edition"], **{s: {n: b for n, b in block.items() if b is not None} for s, block in blocks.items()}}
    return found


ALL = list(read_cases())
CASES = [pytest.param(case, id=slug) for slug, case in ALL]


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], situation: Callable[[Any], Any], spread: Callable[[Any, int], list[Any]]) -> None:
    """What the library finds is what was worked by hand, with exact numbers and with floats."""
    expect = case["expect"]
    known(case["case"], expect, EXPECT)
    assert expect, "a case expects something"
    assert case["source"], "a case names the clause or the reason it comes from"
    given = {key: case[key] for key in SITUATION if key in case}
    if "faults" in expect:
        with pytest.raises(Refused) as refused:
            situation(given).evaluate()
        check_faults(expect["faults"], refused.value)
        return
    built = situation(given)
    evaluation = built.evaluate()
    check = Check(evaluation, spread)
    for part in EXPECT & set(expect) | ({"pending", "findings"} if "verdicts" in expect else set()):
        getattr(check, part)(expect.get(part) or {})
    agree(evaluation.walk, built.floats(), case.get("exact_only", ""))


def check_faults(expected: list[Any], refused: Refused) -> None:
    """Each fault has its code and says what the case asks it to say, and there is no other fault."""
    wanted = [entry if isinstance(entry, dict) else {entry: []} for entry in expected]
    assert [fault.code for fault in refused.faults] == [code for entry in wanted for code in entry]
    for entry, fault in zip(wanted, refused.faults, strict=True):
        for fragment in next(iter(entry.values())):
            assert fragment in str(fault)


class Check:
    """Compares an evaluation with what a case expects; one method per key of ``expect``."""

    def __init__(self, evaluation: Evaluation, spread: Callable[[Any, int], list[Any]]) -> None:
        self.evaluation, self.spread = evaluation, spread
        self.units = evaluation.unit_names

    def _wanted(self, given: Any) -> dict[str, Any]:
        """Expected value per unit; a mapping may name some of the units only."""
        by_unit = (
            given
            if isinstance(given, dict) and "each" not in given
            else dict(zip(self.units, self.spread(given, len(self.units)), strict=True))
        )
        return {unit: number(exact(v)) if isinstance(v, str) and is_number_text(v) else v for unit, v in by_unit.items()}

    def _compare(self, name: str, given: Any, found: Mapping[str, Any]) -> None:
        expected = self._wanted(given)
        actual = {unit: found[unit] for unit in expected}
        assert {name: actual} == {name: expected}

    def _column(self, column: Any) -> dict[str, str]:
        """Text of a number (a ratio without end as a fraction), or the word for the state, per unit."""
        rows = zip(self.units, column.values, column.states, strict=True)
        return {unit: number(value) if state == State.OK else State(int(state)).label for unit, value, state in rows}

    def points(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            self._compare(name, wanted, self._column(self.evaluation.node(name).points))

    def measured(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            result = self.evaluation.walk.results[name]
            self._compare(name, wanted, self._column(result.measured if isinstance(result, LeafResult) else result.column))

    def places(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            ranking = self.evaluation.walk.rankings.get(name)
            self._compare(name, wanted, self._column(ranking.places if ranking else self.evaluation.walk.results[name].graded))  # type: ignore[union-attr]

    def marks(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            self._compare(name, wanted, dict(zip(self.units, map(number, self.evaluation.node(name).marks), strict=True)))

    def assessed(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            self._compare(name, wanted, dict(zip(self.units, map(number, self.evaluation.node(name).assessed), strict=True)))

    def rescaled(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            result = self.evaluation.node(name)
            assert isinstance(result, BranchResult)
            assert [unit for unit, scaled in zip(self.units, result.rescaled, strict=True) if scaled] == wanted

    def verdicts(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            found = [v if isinstance(v, str) else number(v) for v in self.evaluation.decision(name).verdicts]
            self._compare(name, wanted, dict(zip(self.units, found, strict=True)))

    def margins(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            found = [None if v is None else number(v) for v in self.evaluation.decision(name).margins]
            self._compare(name, wanted, dict(zip(self.units, found, strict=True)))

    def pending(self, given: dict[str, Any]) -> None:
        """What waits for a ruling; a case about verdicts that does not speak of it expects nothing to wait."""
        found = {name: decision.pending for name, decision in self.evaluation.walk.decisions.items() if decision.pending}
        assert list(found) == list(given)
        for name, texts in given.items():
            self._fragments(found[name], texts)

    def payments(self, given: dict[str, Any]) -> None:
        """What each unit is paid in yuan, and what divisions leave over: all of it, nobody else gets anything."""
        for name, wanted in given.items():
            found: dict[str, Any] = {}
            for payment in self.evaluation.decision(name).payments:
                who = "余数" if payment.unit is None else self.units[payment.unit]
                found[who] = found.get(who, exact(0)) + payment.amount
            assert {unit: number(amount) for unit, amount in found.items()} == {unit: number(exact(v)) for unit, v in wanted.items()}

    def causes(self, given: dict[str, Any]) -> None:
        for name, wanted in given.items():
            found = dict(zip(self.units, map(list, self.evaluation.decision(name).causes), strict=True))
            self._compare(name, wanted, found)

    def notes(self, given: dict[str, Any]) -> None:
        for name, texts in given.items():
            self._fragments(self.evaluation.decision(name).notes, texts)

    def lines(self, given: dict[str, Any]) -> None:
        """Word or amount for every item of the list that an outcome speaks of."""
        for name, wanted in given.items():
            frame = self.evaluation.outcome_lines(name)
            found = {item: str(verdict) for item, verdict in zip(frame["item_id"], frame["verdict"], strict=True)}
            assert found == {item: str(verdict) for item, verdict in wanted.items()}

    def findings(self, given: dict[str, Any]) -> None:
        """What checks found; a case that does not speak of it expects that they found nothing."""
        found = {name: decision.findings for name, decision in self.evaluation.walk.decisions.items() if decision.findings}
        assert list(found) == list(given)
        for name, texts in given.items():
            self._fragments([finding.text for finding in found[name]], texts)

    def _fragments(self, found: Any, texts: list[str]) -> None:
        assert len(found) == len(texts), found
        for text, fragment in zip(found, texts, strict=True):
            assert fragment in text

    def says(self, given: dict[str, Any]) -> None:
        for name, by_unit in given.items():
            for unit, wanted in by_unit.items():
                assert explain(self.evaluation, unit, name).sentence == wanted

    def assumptions(self, given: dict[str, str]) -> None:
        found = {a.name: a.choice for a in self.evaluation.scheme.assumptions}
        assert {name: found[name] for name in given} == given


def number(value: Any) -> str:
    """An exact number as a case writes it: a decimal, or a fraction where the decimals do not end."""
    text = plain(value)
    return str(value) if text.startswith("≈") else text


def agree(exactly: Walk, floating: Walk, exact_only: str) -> None:
    """The same classes on floats: same states, values within 1e-9, same places and verdicts.

    ``exact_only`` is the reason why floats may see another tie; then only measured values are compared.
    """
    for name, result in exactly.results.items():
        parts = ["measured", "points"] if isinstance(result, LeafResult) else ["points"] if isinstance(result, BranchResult) else ["column"]
        for part in parts:
            if part != "points" or not exact_only:
                close(f"{name}.{part}", getattr(result, part), getattr(floating.results[name], part))
    if exact_only:
        return
    for name, view in exactly.rankings.items():
        close(name, view.places, floating.rankings[name].places)
    for name, decision in exactly.decisions.items():
        found = [v if isinstance(v, str) else float(v) for v in decision.verdicts]
        other = floating.decisions[name]
        assert [v if isinstance(v, str) else pytest.approx(float(v), rel=NEAR) for v in other.verdicts] == found
        assert other.standings.tolist() == decision.standings.tolist()
        assert [float(p.amount) for p in other.payments] == pytest.approx([float(p.amount) for p in decision.payments], rel=NEAR)


def close(name: str, column: Any, other: Any) -> None:
    """Two columns agree, and the exact one holds no binary float."""
    assert is_exact(column.values[column.ok]), name
    assert other.is_float, name
    assert column.states.tolist() == other.states.tolist(), name
    found = np.array([float(v) for v in column.values])
    assert np.allclose(np.where(column.ok, other.values, 0), found, rtol=NEAR, atol=NEAR), name


# --- every kind has its case ----------------------------------------------------------------------------------------------

KINDS = {**MEASURES, **RULES, **AGGREGATES, **OUTCOMES}
MODELS = [*KINDS.values(), Ranking, History, Leaf, Branch]


def models_in(value: Any) -> Iterator[BaseModel]:
    """Every model inside a value, at any depth."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from models_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from models_in(item)


@pytest.fixture(scope="module")
def used(situation: Callable[[Any], Any]) -> list[BaseModel]:
    """Every model of every case, those of refused figures included."""
    found: list[BaseModel] = []
    for _, case in ALL:
        try:
            scheme = situation({key: case[key] for key in SITUATION if key in case}).scheme
        except Refused:
            continue  # the scheme itself is at fault
        for _, model in scheme.blocks():
            found += models_in(model)
    return found


@pytest.mark.parametrize("name", [pytest.param(name, id=f"{cls.__module__.split('.')[-2]}-{name}") for name, cls in KINDS.items()])
def test_every_kind_has_a_case(name: str, used: list[BaseModel]) -> None:
    """No measure, rule, aggregate or outcome goes without a situation worked by hand."""
    assert any(type(model) is KINDS[name] for model in used)


@pytest.mark.parametrize("operator", sorted(Condition.model_fields))
def test_every_condition_has_a_case(operator: str, used: list[BaseModel]) -> None:
    """Every operator of the condition grammar decides in some case."""
    assert any(isinstance(model, Condition) and getattr(model, operator) is not None for model in used)


def options(annotation: Any) -> list[str]:
    """Words that a field accepts, whatever else it accepts too."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for argument in get_args(annotation) if not isinstance(argument, str) for word in options(argument)]


def declared(cls: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    """(class that declares the field, field) for every field: a policy shared by all ranking kinds is one policy."""
    for field in cls.model_fields:
        yield next(c for c in cls.__mro__ if field in inspect.get_annotations(c)), field


def of(model: BaseModel, field: str) -> list[Any]:
    """What a model says in a field: one word, or several where the field lists them."""
    value = getattr(model, field, None)
    return value if isinstance(value, list) else [value]


CHOICES = [
    pytest.param(cls, field, option, id=f"{cls.__name__}-{field}-{option}")
    for cls, field in dict.fromkeys(pair for model in MODELS for pair in declared(model))
    for option in options(cls.model_fields[field].annotation)
]


@pytest.mark.parametrize(("cls", "field", "option"), CHOICES)
def test_every_policy_has_a_case(cls: type[BaseModel], field: str, option: str, used: list[BaseModel]) -> None:
    """Every named choice of every kind (ties, missing, rounding of cuts …) is worked by hand in some case."""
    assert any(isinstance(model, cls) and option in of(model, field) for model in used)


# --- what holds for every rule that a case writes down ---------------------------------------------------------------------


def graded(rule: Rule, values: np.ndarray) -> list[Any] | str:
    """Points of a field of eleven, or the code with which the rule refuses."""
    everywhere = np.full(values.shape[-1], 11)
    try:
        return rule.points(values, Grading(exact(10), everywhere, everywhere)).tolist()  # type: ignore[no-any-return]
    except KindFault as fault:
        return fault.code


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_local(name: str, used: list[BaseModel]) -> None:
    """A row's points depend on its own number only, the numbers given are left alone, and floats give the same points."""
    rules = [model for model in used if type(model) is RULES[name]]
    written = {rule.model_dump_json(): rule for rule in rules if isinstance(rule, Rule)}
    assert written
    for rule in written.values():
        values = objects([exact(n) for n in (3, 1, 11, 2, 2, 7)])
        kept = values.copy()
        together, alone = graded(rule, values), [graded(rule, values[row : row + 1]) for row in range(len(values))]
        assert values.tolist() == kept.tolist()
        if isinstance(together, str):
            assert together in alone
            assert graded(rule, values.astype(float)) == together
            continue
        assert [points for one in alone for points in one] == together
        assert graded(rule, values.astype(float)) == pytest.approx([float(points) for points in together], abs=NEAR)
