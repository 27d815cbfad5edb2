"""What varies from run to run does not reach the published notebook."""

from __future__ import annotations

import json
from types import ModuleType

from nbformat import NotebookNode, v4, validate

from evalbook.publish.normalise import RESULT_MIME, dumps, normalise


def test_two_runs_of_one_notebook_give_the_same_bytes(build: ModuleType) -> None:
    """Ids, times, durations, paths and object addresses differ between runs; the published file does not."""

    def run(tag: str) -> NotebookNode:
        out = {"text/html": "<p>甲</p>", "text/plain": f"<Html at 0x7f00{tag}>"}
        nb = build.notebook(v4.new_markdown_cell("# 标题"), build.shown(1, out))
        nb.metadata["papermill"]["start_time"] = nb.metadata["papermill"]["output_path"] = tag
        nb.cells[1].id, nb.cells[1].metadata["execution"] = f"id-{tag}", {"iopub.execute_input": tag}
        nb.cells[1].outputs[0]["metadata"]["transient"] = tag
        return nb

    first, second = dumps(normalise(run("aaaa01"))), dumps(normalise(run("bbbb02")))

    assert first == second
    assert "0x7f00" not in first


def test_normalising_twice_changes_nothing_and_leaves_the_original_alone(report: NotebookNode) -> None:
    """A published notebook can be published again."""
    before = json.dumps(report, sort_keys=True)
    once = normalise(report)

    assert dumps(normalise(once)) == dumps(once)
    assert json.dumps(report, sort_keys=True) == before
    validate(once)


def test_only_known_types_stay(build: ModuleType, report: NotebookNode) -> None:
    """Scripts and diagrams go; text/plain goes where something better is there, the machine-readable result stays whole."""
    nb = build.notebook(
        build.shown(1, {"application/javascript": "x()", "text/vnd.mermaid": "y", "text/plain": "只有文字"}),
        build.shown(2, {RESULT_MIME: {"points": "85.13"}, "text/plain": "x"}),
        build.shown(3, {"application/javascript": "x()"}),
    )

    first, second, third = normalise(nb).cells

    assert dict(first.outputs[0].data) == {"text/plain": "只有文字"}
    assert dict(second.outputs[0].data) == {RESULT_MIME: {"points": "85.13"}}
    assert third.outputs == []


def test_how_a_stream_was_cut_and_redrawn_does_not_show(build: ModuleType) -> None:
    """Pieces of one stream are joined; of a progress line the last state stays."""
    pieces = [v4.new_output("stream", name="stdout", text=t) for t in ("10%\r", "100%\r\n完", "成\n")]

    (cell,) = normalise(build.notebook(build.code(1, pieces))).cells

    assert [o.text for o in cell.outputs] == ["100%\n完成\n"]


def test_files_are_readable_and_end_lines_as_unix_does(build: ModuleType) -> None:
    """Chinese is readable in the file, keys are sorted, carriage returns are gone."""
    text = dumps(normalise(build.notebook(v4.new_markdown_cell("# 标题\r\n正文"))))

    assert '"# 标题\\n正文"' in text
    assert "\\r" not in text
    assert text.endswith("}\n")
    assert text.index('"cells"') < text.index('"metadata"') < text.index('"nbformat"')
