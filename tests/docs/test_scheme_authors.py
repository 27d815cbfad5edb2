"""The guide for scheme authors: its fragments, put together, are a scheme that gives the table it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evalbook.exact import exact
from evalbook.scheme.lint import lint_edition
from evalbook.scoring.evaluation import Evaluation
from evalbook.workbook import Workbook

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "scheme-authors.md"
NAME = "township_investment"
_FENCE = re.compile(r"^```(yaml|csv)(?: (\S+))?\n(.*?)^```$", re.M | re.S)


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """The scheme as somebody writes it who copies the page."""
    root = tmp_path_factory.mktemp("guide")
    fragments = _FENCE.findall(GUIDE.read_text("utf-8"))
    edition = "".join(text for kind, _, text in fragments if kind == "yaml")
    (root / "params" / NAME / "periods").mkdir(parents=True)
    (root / "params" / NAME / "2024.yaml").write_text(edition, "utf-8")
    (root / "params" / NAME / "periods" / "2024.yaml").write_text("schema: 1\nperiod: 2024\naccept: [edition]\ndemo: true\n", "utf-8")
    folder = root / "data" / NAME / "2024"
    folder.mkdir(parents=True)
    for kind, file, text in fragments:
        if kind == "csv":
            (folder / file).write_text(text, "utf-8")
    (folder / "evidence.csv").write_text("evidence_id,title,file,page,sha256,supports,note\n", "utf-8")
    assert lint_edition(root, NAME, "2024") == []
    return Workbook(root).prepare(NAME, "2024").evaluation


def test_the_scheme_gives_the_table_that_the_page_prints(evaluation: Evaluation) -> None:
    """Points, total, place, grade and money of all six towns are those worked by hand on the page."""
    printed = re.findall(r"^\| (示例.镇) \|(.*)\|$", GUIDE.read_text("utf-8"), re.M)
    assert len(printed) == 6
    for unit, cells in printed:
        *numbers, grade, prize = (cell.strip() for cell in cells.split("|"))
        row = evaluation.row(unit)
        nodes = ("funds_points", "signed_points", "bonus", "deduction", "total")
        expected = [exact(text) for text in numbers[:5]]
        actual = [evaluation.points(node, row) for node in nodes]
        assert actual == expected, unit
        assert evaluation.place("place", row) == int(numbers[5])
        assert evaluation.decision("grade").verdicts[row] == grade
        assert exact(evaluation.decision("prize").verdicts[row]) == exact(prize)


def test_the_veto_names_its_cause(evaluation: Evaluation) -> None:
    """Two towns missed the target of funds and are listed with that cause."""
    verdicts = evaluation.decision("veto").verdicts
    listed = {name for name, verdict in zip(evaluation.unit_names, verdicts, strict=True) if "一票否决" in str(verdict)}
    assert listed == {"示例三镇", "示例五镇"}


def test_commands_on_the_page_exist() -> None:
    """Every command the page tells the reader to type is one of the command line's."""
    from evalbook.cli.parser import command_names

    typed = re.findall(r"^evalbook (new scheme|\w+)", GUIDE.read_text("utf-8"), re.M)
    assert set(typed) <= command_names()
    assert {"new scheme", "lint", "check", "explain", "run"} <= set(typed)
