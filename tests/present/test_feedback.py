"""What a unit is told: all of its own, nothing of anybody else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evalbook.present.feedback import WITHHELD, Feedback
from evalbook.present.public_list import public_list, public_page
from evalbook.scheme.models import Publishes
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]


def text_of(html: str) -> str:
    import html as escapes

    return escapes.unescape(re.sub(r"<[^>]+>", "\n", html))


@pytest.mark.parametrize(("scheme", "period"), [("zhejiang_city", "2023"), ("county_opening", "2024"), ("anyang", "2021")])
def test_no_sheet_names_another_unit(scheme: str, period: str) -> None:
    """Neither name nor code of any other unit stands on a unit's sheet."""
    evaluation = Workbook(ROOT).prepare(scheme, period).evaluation
    told = Feedback(evaluation)
    for row, own in enumerate(evaluation.unit_names):
        text = text_of(told.page(row)).replace(own, "")
        found = [name for name in evaluation.unit_names if name != own and name in text]
        others = [code for code in evaluation.unit_codes if code != evaluation.unit_codes[row]]
        codes = [c for c in others if re.search(rf"(?<![0-9A-Za-z]){c}(?![0-9A-Za-z])", text)]
        assert (own, found, codes) == (own, [], [])


def test_no_figure_of_another_unit(tmp_path: Path) -> None:
    """Every figure of one city is made a number of its own; none of them stands on another city's sheet, all that count on its own."""
    for name in ("params/zhejiang_city", "data/zhejiang_city/2023", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    values = tmp_path / "data/zhejiang_city/2023/values.csv"
    lines = values.read_text("utf-8-sig").splitlines()
    head = lines[0].split(",")
    marked, number = [lines[0]], 0
    code = head.index("unit_code") if "unit_code" in head else head.index("单位代码")
    indicator = head.index("indicator") if "indicator" in head else head.index("指标")
    value = head.index("value") if "value" in head else head.index("数值")
    for line in lines[1:]:
        cells = line.split(",")
        if cells[code] == "330200" and cells[indicator] in ("trade_total", "cbec_retail", "fdi_actual") and len(cells) == len(head):
            number += 1
            cells[value] = f"{cells[value].split('.')[0]}.{77770000 + number}"
        marked.append(",".join(cells))
    values.write_text("\n".join(marked) + "\n", "utf-8")
    evaluation = Workbook(tmp_path).prepare("zhejiang_city", "2023").evaluation
    told = Feedback(evaluation)

    seen = {evaluation.unit_codes[row]: ".7777" in told.page(row) for row in range(len(evaluation.unit_codes))}

    assert number > 5
    assert [unit for unit, found in seen.items() if found] == ["330200"]


def test_a_value_made_of_others_is_not_told() -> None:
    """Where an indicator measures a share of the field's best, a unit is told its points, not the value that tells the best."""
    evaluation = Workbook(ROOT).prepare("etdz", "2023").evaluation
    lines = [line for line in Feedback(evaluation).lines(0) if not line.branch]

    assert {line.figure for line in lines if "外资金额" in line.label} == {"与其他对象比较得出"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=2, max_size=12).map(lambda t: f"※{t}"),
        min_size=2,
        max_size=6,
        unique=True,
    )
)
def test_texts_that_name_others_are_withheld(names: list[str]) -> None:
    """Whatever units are called, with signs of regular expressions, of HTML, one inside another: a text with a name is only its own."""
    evaluation: Any = SimpleNamespace(unit_names=tuple(names), unit_codes=tuple(f"K{n}" for n in range(len(names))))
    told = Feedback(evaluation)
    for row, own in enumerate(names):
        assert told.own(f"由{own}报送", row) == f"由{own}报送"
        for other, name in enumerate(names):
            if other != row and name not in own and own not in name:
                assert told.own(f"与{name}核对", row) == WITHHELD
        assert told.own("甲K1乙" if row != 1 else "K0。", row) in (WITHHELD, "甲K1乙")


def test_public_list_says_no_more_than_the_scheme() -> None:
    """Without a setting no total is published; with one, totals; sanctions only by name; never a code."""
    evaluation = Workbook(ROOT).prepare("zhejiang_city", "2023").evaluation
    total = str(evaluation.totals()["total"][0])

    silent = text_of(public_page(public_list(evaluation)))
    object.__setattr__(evaluation.scheme, "settings", evaluation.scheme.settings.model_copy(update={"publishes": Publishes(totals=True)}))
    spoken = text_of(public_page(public_list(evaluation)))

    assert total not in silent
    assert total in spoken
    assert not [code for code in evaluation.unit_codes if code in silent + spoken]


def test_sanctions_are_not_published_unless_named() -> None:
    """Vetoes, criticism and records of filing stay inside; a period file that names one publishes it."""
    evaluation = Workbook(ROOT).prepare("county_opening", "2024").evaluation
    labels = {one.label for one in public_list(evaluation).outcomes}

    assert not labels & {"一票否决", "通报批评", "周报逾期和未报", "全年黄牌情况"}
    assert "实际利用外资单项奖（乡镇）" in labels
