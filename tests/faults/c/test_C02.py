"""C02: a reader opens what is just being written."""

from __future__ import annotations

import json
from typing import Any

from evalbook.publish.index import write_index
from evalbook.run.publication import output_hashes


def look(outputs: Any) -> int:
    """Everything a reader can open at this moment is whole; how many runs there are."""
    seen = 0
    for folder in outputs.glob("county_trial/2019/2*"):
        seen += 1
        assert json.loads((folder / "manifest.json").read_text("utf-8"))["outputs"] == output_hashes(folder)
    for page in ("index.html", "county_trial/2019/index.html", "county_trial/2019/latest.html"):
        if (outputs / page).is_file():
            assert (outputs / page).read_text("utf-8").rstrip().endswith("</html>")
    return seen


def test_reader_sees_whole_runs_only(publishing: Any, fork: Any, join: Any) -> None:
    """While another process publishes and lists forty runs, a reader who looks all the time never meets a piece of one."""

    def publish() -> None:
        for _ in range(40):
            publishing.publish()
            write_index(publishing.outputs)

    import os

    pid = fork(publish)
    looks = []
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        looks.append(look(publishing.outputs))
    assert len(set(looks)) > 3, "the reader was there while it happened"
    assert look(publishing.outputs) == 40
    assert len(publishing.sound()) == 40
