"""D18: a figure is shifted so that a unit passes a threshold."""

from __future__ import annotations

from typing import Any


def test_the_signer_sees_which_figures_moved(office: Any, screen: Any) -> None:
    """Before signing, the command lists the cells that changed since the run before, old and new."""
    path = office.root / "data/county_trial/2019/values.csv"
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    number = lines.index(next(line for line in lines[1:] if line.startswith("430503,")))
    cells = lines[number].split(",")
    place = lines[0].split(",").index("value")
    old, cells[place] = cells[place], "999.5"
    lines[number] = ",".join(cells)
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))
    run = office.final("2019")
    code, text = office.main("sign", str(run))
    assert code == 0
    assert f"{old} → 999.5" in text
    assert f"第{number + 1}行" in text
    screen(text)


def test_the_report_says_how_close_it_was(office: Any) -> None:
    """The totals of the archived run stand beside their places, so that who looks sees who is near whom."""
    totals = (office.bag() / "data/run/tables/totals.csv").read_text("utf-8-sig")
    assert "综合得分" in totals.splitlines()[0]
    assert "排名" in totals.splitlines()[0]
