"""JSON Schema: an editor accepts what loads and marks what does not, with YAML read as editors read it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from evalbook.scheme.jsonschema import FILES, json_schema, write_schemas
from evalbook.scheme.models import EditionFile, PeriodFile

ROOT = Path(__file__).resolve().parents[2]
EDITIONS = sorted([*ROOT.glob("params/*/*.yaml"), *ROOT.glob("examples/params/*/*.yaml")])
PERIODS = sorted([*ROOT.glob("params/*/periods/*.yaml"), *ROOT.glob("examples/params/*/periods/*.yaml")])
EDITION, PERIOD = (Draft202012Validator(json_schema(model)) for model in (EditionFile, PeriodFile))


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 core schema, as editors read it: numbers, truths and nulls are typed, dates and `no` are texts."""


EditorLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    EditorLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), [c if c != "\0" else "" for c in _first]
    )


def as_editor(text: str) -> Any:
    """The data that an editor holds against the schema; keys are texts."""

    def keyed(data: Any) -> Any:
        if isinstance(data, dict):
            return {str(key): keyed(value) for key, value in data.items()}
        return [keyed(value) for value in data] if isinstance(data, list) else data

    return keyed(yaml.load(text, Loader=EditorLoader))  # noqa: S506 - a subclass of the safe loader


def marks(validator: Draft202012Validator, text: str) -> list[str]:
    """Places that the editor marks."""
    return [".".join(map(str, error.absolute_path)) for error in validator.iter_errors(as_editor(text))]


def test_the_editor_types_what_we_keep_as_text() -> None:
    """The loader of these tests reads as an editor does, and not as ours does."""
    assert as_editor("a: 1\nb: 2020-01-01\nc: no\nd: 0.5\ne: true\nf:\n1-3: x") == {
        "a": 1,
        "b": "2020-01-01",
        "c": "no",
        "d": 0.5,
        "e": True,
        "f": None,
        "1-3": "x",
    }


@pytest.mark.parametrize("model", FILES.values(), ids=FILES)
def test_schemas_are_schemas(model: Any) -> None:
    """What is written is a valid JSON Schema of the draft it names."""
    schema = json_schema(model)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", EDITIONS, ids=[f"{p.parent.name}-{p.stem}" for p in EDITIONS])
def test_shipped_editions_are_not_marked(path: Path) -> None:
    """An editor finds nothing to mark in an edition that loads."""
    assert marks(EDITION, path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", PERIODS, ids=[f"{p.parents[1].name}-{p.stem}" for p in PERIODS])
def test_shipped_period_files_are_not_marked(path: Path) -> None:
    """An editor finds nothing to mark in a period file that loads."""
    assert marks(PERIOD, path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", EDITIONS, ids=[f"{p.parent.name}-{p.stem}" for p in EDITIONS])
def test_shipped_editions_name_their_schema(path: Path) -> None:
    """Each shipped edition points its editor at the schema, by a path that leads there."""
    pointer = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", path.read_text("utf-8").splitlines()[0])
    assert pointer is not None
    assert (path.parent / pointer[1]).resolve() == ROOT / "params" / "scheme.schema.json"


TRADE = "measure: {gap: $trade, against: previous}"
ITEMS = "rule: {per_item: 2, cap: marks}"
MARKS = "marks: 10\n    clause: 一（一）"
WHERE = '{eq: [$list, "国家库"]}'
SEEDED = {
    "unknown-section": ("schema: 1", "schema: 1\ntrees: {}"),
    "unknown-edition-key": ("number:", "numbr:"),
    "unknown-governs-key": ("{from: 2020}", "{form: 2020}"),
    "unknown-table-key": ("belongs_to: units", "belong_to: units"),
    "unknown-column-key": ("{label: 投资额, uom", "{label: 投资额, oum"),
    "unknown-leaf-key": (MARKS, f"mark: 1\n    {MARKS}"),
    "unknown-branch-key": ("points]}", "points], agregate: sum}"),
    "unknown-rule-key": ("cap: marks", "caps: marks"),
    "unknown-measure-key": ("against: previous}\n    rule", "against: previous, rond: 1}\n    rule"),
    "unknown-condition": (WHERE, "{equal: [1, 1]}"),
    "unknown-outcome-key": ("by: place,", "by: place, refil: true,"),
    "unknown-assumption-key": ("    silent:", "    silence: x\n    silent:"),
    "unknown-alternative-key": ("label: 后续名次连续,", "label: 后续名次连续, labl: x,"),
    "misspelt-rule": ("rank_bands", "rank_band"),
    "misspelt-measure": ("gap: $trade", "gapp: $trade"),
    "misspelt-outcome": ("quota: 2", "quotas: 2"),
    "two-rules": ("cap: marks", "cap: marks, met: marks"),
    "two-measures": (TRADE, "measure: {gap: $trade, ratio: $trade, against: previous}"),
    "two-conditions": (WHERE, "{missing: $list, is: $list}"),
    "flag-as-word": (MARKS, f"counts: no\n    {MARKS}"),
    "number-as-word": (MARKS, MARKS.replace("10", "ten")),
    "negative-roster": ("roster: 4", "roster: -4"),
    "decimals": ("roster: 4", "round: {decimals: 40}"),
    "children-as-word": ("[trade_points, project_points]", "trade_points"),
    "no-children": ("[trade_points, project_points]", "[]"),
    "missing-title": ("  title: 示例办法\n", ""),
    "missing-against": (TRADE, "measure: {gap: $trade}"),
    "chinese-name": ("  trade_points:\n", "  贸易:\n"),
    "other-version": ("schema: 1", "schema: 2"),
    "notebook-path": ("roster: 4", "notebook: ../x.ipynb"),
    "owner": ("belongs_to: units", "belongs_to: unit"),
    "word-not-allowed": ("by: place,", "by: place, across_tie: pendng,"),
    "empty-patch": ("patch: {tree.*.rule.ties: worst}", "patch: {}"),
    "by-without-dollar": (MARKS, MARKS.replace("10", "{by: group, 县: 10}")),
    "by-without-keys": (MARKS, MARKS.replace("10", "{by: $group}")),
}


@pytest.mark.parametrize("change", SEEDED.values(), ids=SEEDED)
def test_seeded_mistakes_are_marked_and_do_not_load(small: Any, change: tuple[str, str]) -> None:
    """What the editor marks is refused by loading too: the two agree on each mistake that a schema can show."""
    old, new = change
    assert small.edition.count(old) == 1
    assert marks(EDITION, small.edition.replace(old, new)) != []
    assert small.faults(change) != []


ALLOWED = {
    "unchanged": ("schema: 1", "schema: 1"),
    "by-attribute": (MARKS, MARKS.replace("10", "{by: $group, 县: 10, else: 10}")),
    "by-year": ("roster: 4", "roster: {by: year, 2023: 4, else: 5}"),
    "by-kind": (TRADE, "measure: {by: period_kind, year: {gap: $trade, against: previous}, else: $trade}"),
    "by-in-a-list": ("[trade_points, project_points]", "[trade_points, {by: year, 2023: project_points}]"),
    "by-for-a-block": ("{quota: 2, by: place, label: 激励, clause: 三}", "{by: year, 2023: {quota: 2, by: place, clause: 三}}"),
    "bare-operand": (TRADE, "measure: $trade"),
    "bare-aggregate": ("points]}", "points], aggregate: sum}"),
    "quoted-number": (MARKS, MARKS.replace("10", '"10"')),
    "fraction": (MARKS, MARKS.replace("10", "20/2")),
    "listed-in": (WHERE, '{not: {listed_in: "国家库"}}'),
    "number-for-text": ("title: 示例办法", "title: 2020"),
    "null-patch": ("{tree.*.rule.ties: worst}", "{tree.project_points.rule.cap: null}"),
}


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_what_loads_is_not_marked(small: Any, change: tuple[str, str]) -> None:
    """By-tables, short forms and numbers in every spelling that loads are accepted by the editor."""
    old, new = change
    assert small.edition.count(old) == 1
    assert small.faults(change) == []
    assert marks(EDITION, small.edition.replace(old, new)) == []


WHO = "by: 乙, date: 2024-01-01"
PERIOD_MISTAKES = {
    "unknown-key": "prepard_by: 甲",
    "no-such-form-of-day": "as_of: 2024年3月",
    "waiver-of-nothing": f"waivers: [{{what: finding, reason: 甲, {WHO}}}]",
    "change-without-reason": f"changes: [{{path: a.b, value: 1, {WHO}}}]",
    "name-in-capitals": "assumptions: {Ties: dense}",
    "flag-as-word": "demo: yes",
}


@pytest.mark.parametrize("line", PERIOD_MISTAKES.values(), ids=PERIOD_MISTAKES)
def test_mistakes_of_a_period_file_are_marked(small: Any, line: str) -> None:
    """The schema of period files is as strict as their loading."""
    text = f"schema: 1\nperiod: 2023\n{line}\n"
    assert marks(PERIOD, text) != []
    assert small.faults(settings=text) != []


def test_period_files_have_no_by_tables() -> None:
    """The analyst sets one period: there is nothing to tell apart."""
    assert marks(PERIOD, "schema: 1\nperiod: 2023\ndemo: {by: year, 2023: true}\n") == ["demo"]


def test_schemas_are_written_alike_everywhere(tmp_path: Path) -> None:
    """Written with line feeds, sorted keys and Chinese as Chinese, so that only a change of a model changes the file."""
    for path in write_schemas(tmp_path):
        raw = path.read_bytes()
        assert b"\r" not in raw
        assert raw.decode("utf-8") == json.dumps(json_schema(FILES[path.name]), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        assert "名" in raw.decode("utf-8") or path.name.startswith("period")
