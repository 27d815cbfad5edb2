"""Names as people write them: what has one reading finds its unit, everything else is a question."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from evalbook.exact import Exact
from evalbook.intake.filing.matching import _PAIRS, UnitMatcher, bare, fold
from evalbook.intake.filing.period_rows import safe
from evalbook.intake.numbers import Number, read_number
from evalbook.intake.roster import Roster
from evalbook.intake.text import key

STEMS = ["杭州", "宁波", "绍兴", "临海", "黄岩", "韩家店", "门头沟", "齐齐哈尔"]
SUFFIXES = ["市", "县", "区", "镇"]
BLANKS = ["", " ", "\u3000", "\u00a0", "\u200b", "\ufeff"]
TRADITIONAL = dict(zip(_PAIRS[1::2], _PAIRS[::2], strict=True))


def roster(labels: list[str]) -> Roster:
    """A roster with these names."""
    codes = [f"33{number:04d}" for number in range(len(labels))]
    return Roster(codes, labels, rows={c: n for n, c in enumerate(codes)}, names={key(label): n for n, label in enumerate(labels)})


names = st.lists(st.builds(str.__add__, st.sampled_from(STEMS), st.sampled_from(SUFFIXES)), min_size=1, max_size=8, unique=True)


@given(names, st.data())
def test_blanks_and_traditional_characters_find_the_unit(labels: list[str], data: st.DataObject) -> None:
    """However a name is spaced and whichever characters are traditional, it is its own unit, or a question; never another unit."""
    unit = data.draw(st.integers(0, len(labels) - 1))
    written = "".join((TRADITIONAL.get(c, c) if data.draw(st.booleans()) else c) + data.draw(st.sampled_from(BLANKS)) for c in labels[unit])
    match = UnitMatcher(roster(labels)).match("", written)
    assert match.unit == unit
    assert (match.note == "") == (written == labels[unit])


@given(names, st.sampled_from(STEMS), st.sampled_from(["", *SUFFIXES]))
def test_an_ending_is_never_exchanged(labels: list[str], stem: str, suffix: str) -> None:
    """A name is taken for a unit only if it is that name, or that name without its ending where one unit has that stem."""
    match = UnitMatcher(roster(labels)).match("", stem + suffix)
    same = [n for n, label in enumerate(labels) if label == stem + suffix]
    alike = [n for n, label in enumerate(labels) if bare(label)[0] == stem]
    expected = same[0] if same else alike[0] if not suffix and len(alike) == 1 else None
    assert match.unit == expected
    if match.unit is None:
        assert match.question
        assert match.remedy


@given(st.text(min_size=1, max_size=8))
def test_any_text_is_answered(text: str) -> None:
    """No text breaks matching; folding twice is folding once."""
    match = UnitMatcher(roster(["杭州市", "宁波市"])).match("", text)
    assert (match.unit is not None) or match.question
    assert fold(fold(text)) == fold(text)


def test_the_table_of_characters_has_one_simplified_form_each() -> None:
    """No traditional character stands twice with different simplified ones, and none is simplified itself."""
    pairs = list(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
    assert len({old for old, _ in pairs}) == len(dict(pairs))
    assert all(dict(pairs)[old] == new for old, new in pairs)
    assert not {old for old, _ in pairs} & {new for _, new in pairs}
    assert not {"乾", "後", "裡", "嶽", "幹"} & {old for old, _ in pairs}


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_numbers_pass_through_unchanged(number: object) -> None:
    """What is written into a csv file for a number reads as that number again."""
    text = f"{number:f}"
    read = read_number(safe(text))
    assert isinstance(read, Number)
    assert read.value == Exact(text)


@given(st.text(max_size=20))
def test_no_text_is_a_formula(text: str) -> None:
    """What is written for a text never begins as a formula does, unless it is a number or a lone sign."""
    written = safe(text)
    assume(len(written) > 1)
    if written[0] in "=@":
        raise AssertionError(written)
    if written[0] in "+-":
        assert written.strip("+-%").replace(".", "").replace(",", "").isdigit()
