"""Forecast of a place among published scores (AY-5.2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.analysis.forecast import Score, forecast
from evalbook.cli import main
from evalbook.errors import Refused
from evalbook.exact import exact

numbers = st.integers(0, 1000).map(lambda n: exact(n) / 10)


@given(own=numbers, others=st.lists(st.tuples(numbers, numbers, numbers).map(sorted), max_size=12))
def test_place_lies_in_its_range(own: object, others: list[list[object]]) -> None:
    """Best ≤ expected ≤ worst, each between 1 and the number of units."""
    rivals = [Score.of(str(n), score, low, high) for n, (low, score, high) in enumerate(others)]  # type: ignore[arg-type]
    found = forecast(Score.of("本市", own), rivals)  # type: ignore[arg-type]
    assert 1 <= found.best <= found.place <= found.worst <= found.size == len(others) + 1


def test_bounds_must_hold_the_score() -> None:
    """A lowest score above the expected one is a mistake of the table."""
    with pytest.raises(Refused, match="没有包住"):
        Score.of("甲", exact(80), exact(85))


def test_a_name_twice_is_refused() -> None:
    """Also the own unit among the others, under its own name."""
    with pytest.raises(Refused) as caught:
        forecast(Score.of("本市", exact(80)), [Score.of(name, exact(70)) for name in ("甲", "甲", "本市")])
    assert [fault.value for fault in caught.value.faults] == ["本市", "甲"]


def test_command_tells_every_bad_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An estimate, a row without name and one without score are refused together, each with its row."""
    (tmp_path / "s.csv").write_text("名称,得分\n甲,约90\n,88\n丙,\n", "utf-8")
    assert main(["forecast", "安阳市", "89", "--scores", str(tmp_path / "s.csv")]) == 1
    shown = capsys.readouterr().err
    assert all(text in shown for text in ("第2行", "第3行", "第4行"))


def test_command_prints_place_and_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """89 among 92, 88 (85 to 91) and 80: second, at worst third; 3 points behind."""
    (tmp_path / "s.csv").write_text("名称,得分,最低,最高\n甲,92,,\n乙,88,85,91\n丙,80,,\n", "utf-8")
    assert main(["forecast", "安阳市", "89", "--scores", str(tmp_path / "s.csv")]) == 0
    shown = capsys.readouterr().out
    assert "在4个中排第2名（范围：第2—3名）" in shown
    assert "差3分" in shown
    assert main(["forecast", "安阳市", "8x", "--scores", str(tmp_path / "s.csv")]) == 2
    assert main(["forecast", "安阳市", "89", "--scores", str(tmp_path / "none.csv")]) == 1
