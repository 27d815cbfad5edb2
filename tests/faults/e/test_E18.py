"""E18: data that drive the terminal or forge a line of the log."""

from __future__ import annotations

from typing import Any

import pytest

from evalbook import ledger

EVIL = "\x1b[2J\x1b]0;x\x07\r\n伪造的一行"


@pytest.mark.parametrize("command", ["run", "check", "list", "explain", "lint"])
def test_title_does_not_reach_the_terminal_raw(workshop: Any, command: str) -> None:
    """A title with control characters, as YAML can carry them, is spelled out wherever it is printed, or refused."""
    workshop.edit(
        f"params/{workshop.scheme}/2018.yaml",
        lambda text: text.replace("title: 县（市、区）三项开放指标试评（公开数据）", r'title: "试评\e[2J\a"', 1),
    )
    arguments = {"list": [], "lint": [workshop.scheme], "explain": [workshop.scheme, workshop.period, "大祥区"]}
    _, text = workshop.main(command, *arguments.get(command, [workshop.scheme, workshop.period]))
    assert "\x1b" not in text
    assert "\x07" not in text


def test_arguments_do_not_reach_the_terminal_raw(workshop: Any) -> None:
    """What was typed is told in messages with its control characters spelled out."""
    for arguments in (["run", EVIL, "2023"], ["reproduce", EVIL], [EVIL], ["run", "--" + EVIL]):
        code, text = workshop.main(*arguments)
        assert code == 2
        assert "\x1b" not in text
        assert "\r" not in text


def test_ledger_is_one_line_per_run(workshop: Any) -> None:
    """A line break in an entry is written as an escape: it cannot pretend to be a line of its own."""
    before = len((workshop.outputs / ledger.NAME).read_bytes().splitlines())
    ledger.append(workshop.outputs, {"scheme": EVIL + '\n{"n": 3}', "outcome": "refused"})
    assert len((workshop.outputs / ledger.NAME).read_bytes().split(b"\n")) == before + 2
    workshop.sound()
