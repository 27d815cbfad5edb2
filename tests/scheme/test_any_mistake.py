"""Whatever an author does to a file: it loads, or every fault is an instruction. Never a traceback, never a word of a library."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalbook.errors import Refused
from evalbook.kinds.base import Quoted
from evalbook.periods import Period
from evalbook.scheme.lint import lint_edition
from evalbook.scheme.scheme import build_scheme, find, load_sources, period_ids, scheme_ids
from evalbook.scheme.source import Source, parse_yaml

ROOT = Path(__file__).resolve().parents[2]

#: What may come to stand anywhere: nothing, the wrong form, names, numbers that are none, tables that are none.
WORDS = ["x", "$x", "$group", "total", "marks", "previous", "*", "a.b", "$projects.money"]
NUMBERS = ["80%", "010", "²", "9" * 50, "1/3", "-1", "0", ""]
VALUES = [
    *(None, True, [], {}, ["x"], [["x"]], [None], {"x": "1"}, {"by": "year"}, {"by": "$group"}, {"by": "$group", "县": "1"}),
    *({"by": "year", "2023": None}, {"by": "period_kind", "else": {}}, {"all": []}, {"not": None}, {"eq": ["1"]}, {"value": "$x"}),
    *(Quoted("x"), Quoted(""), *WORDS, *NUMBERS),
]
KEYS = ["x", "by", "when", "else", "marks", "children", "rule", "label", "Ab", "", "$group", "贸易", "not", "in", "[key]"]


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path of some data."""
    if path:
        yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


def spoil(data: Any, draw: Any) -> None:
    """Take something away, put something else in its place, or call it otherwise."""
    *above, key = draw(st.sampled_from(list(places(data))))
    for segment in above:
        data = data[segment]
    deed = draw(st.sampled_from(["remove", "replace", "rename"]))
    if deed == "remove":
        del data[key]
    elif deed == "replace" or not isinstance(data, dict):
        data[key] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    else:
        data[draw(st.sampled_from(KEYS))] = data.pop(key)


def outcome(edition: Source, period: Source, told: Any, scheme: str = "demo", when: str = "2023") -> None:
    """Loading ends with a scheme or with faults that say what to do."""
    try:
        build_scheme(scheme, Period.parse(when), edition, period)
    except Refused as refused:
        for fault in refused.faults:
            told(fault)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_spoilt_edition_ends_in_instructions(small: Any, told: Any, data: st.DataObject) -> None:
    """One to three things of the edition, or of the period file, are removed, replaced or renamed at random."""
    edition, period = parse_yaml(small.edition, "params/demo/2020.yaml"), parse_yaml(small.period, "params/demo/periods/2023.yaml")
    spoilt = data.draw(st.sampled_from([edition, edition, edition, period]))
    for _ in range(data.draw(st.integers(1, 3))):
        spoil(spoilt.data, data.draw)
    outcome(edition, period, told)


@pytest.mark.campaign
@settings(max_examples=2000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_spoilt_shipped_parameters_end_in_instructions(told: Any, data: st.DataObject) -> None:
    """The same with everything that is shipped."""
    scheme = data.draw(st.sampled_from(scheme_ids(ROOT)))
    when = data.draw(st.sampled_from(period_ids(ROOT, scheme)))
    # Sources are kept for whoever reads the same file again: only a copy may be spoilt.
    _, edition, period = copy.deepcopy(load_sources(ROOT, scheme, find(ROOT, scheme, when)))
    spoil(data.draw(st.sampled_from([edition, edition, period])).data, data.draw)
    outcome(edition, period, told, scheme, when)


#: What is typed too much; the empty one stands for a character too few.
SLIPS = ["", "\t", "：", "\n", " ", '"', "[", "}", "&a ", "!t ", "\x00", "- ", "#", "---\n"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    place=st.integers(min_value=0),
    what=st.sampled_from(["", "\t", "：", "\n", " ", '"', "[", "}", "&a ", "!t ", "\x00", "- ", "#", "---\n"]),
)
def test_a_slip_of_the_keyboard_ends_in_instructions(project: Path, told: Any, place: int, what: str) -> None:
    """A character that is missing or too much, anywhere in the file of an edition: it still loads, or every fault says what to do."""
    path = project / "params/demo/2020.yaml"
    text = path.read_text("utf-8")
    at = place % len(text)
    path.write_text(text[:at] + what + text[at + (not what) :], "utf-8", newline="\n")
    faults = lint_edition(project, "demo", "2023")
    path.write_text(text, "utf-8", newline="\n")
    for fault in faults:
        told(fault)
