"""Executed notebook → the same notebook for the same results: what varies from run to run is taken out.

Papermill writes start and end times, durations, paths and a random id for the injected cell; kernels add object addresses to
``text/plain``. None of it is evidence. What is dropped here is judged before, by :func:`evalbook.publish.audit.audit_notebook`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["KNOWN_MIME", "RESULT_MIME", "dumps", "normalise", "one_text"]

#: The machine-readable result of a notebook: echoed parameters, input hashes, scores as texts.
RESULT_MIME = "application/vnd.evalbook.result+json"

#: What an output may consist of, the most telling first. Everything else (scripts, widgets, diagrams) is no evidence.
KNOWN_MIME = ("text/html", "image/svg+xml", "image/png", "text/markdown", RESULT_MIME, "text/plain")

_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# Without the interpreter's version: the manifest names it.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
_CELL_METADATA = ("alt", "caption", "tags")
_OUTPUT_METADATA = ("alt", "caption", "height", "width")


def one_text(value: str | Iterable[str]) -> str:
    """Multi-line text of the notebook format: a text, or a list of its lines.

    >>> one_text("甲\\n乙"), one_text(["甲\\n", "乙"])
    ('甲\\n乙', '甲\\n乙')
    """
    return value if isinstance(value, str) else "".join(value)


def _text(value: str | Iterable[str]) -> str:
    """The same with ``\\n`` endings."""
    return one_text(value).replace("\r\n", "\n").replace("\r", "\n")


def _stream_text(text: str) -> str:
    """Text of a stream; of a progress line that redraws itself by carriage returns, what was last seen."""
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """What a figure says about itself, at the top or under its MIME type."""
    kept = {key: metadata[key] for key in _OUTPUT_METADATA if key in metadata}
    for mime in KNOWN_MIME:
        inner = metadata.get(mime)
        if isinstance(inner, Mapping) and (found := {key: inner[key] for key in _OUTPUT_METADATA if key in inner}):
            kept[mime] = found
    return kept


def _data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The known representations of one output; ``text/plain`` only where it is the only one."""
    kept = {mime: value if mime == RESULT_MIME else _text(value) for mime, value in data.items() if mime in KNOWN_MIME}
    if len(kept) > 1:
        kept.pop("text/plain", None)
    return kept


def _outputs(outputs: list[Any]) -> list[dict[str, Any]]:
    """Outputs without transient parts; neighbouring pieces of one stream are joined, since how it was cut is chance."""
    kept: list[dict[str, Any]] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            text = one_text(output["text"])
            if kept and kept[-1]["output_type"] == "stream" and kept[-1]["name"] == output["name"]:
                kept[-1]["text"] += text
            else:
                kept.append({"output_type": kind, "name": output["name"], "text": text})
        elif kind == "error":
            traceback = [_text(line) for line in output["traceback"]]
            kept.append({"output_type": kind, "ename": output["ename"], "evalue": output["evalue"], "traceback": traceback})
        elif data := _data(output["data"]):
            one = {"output_type": kind, "data": data, "metadata": _metadata(output.get("metadata", {}))}
            if kind == "execute_result":
                one["execution_count"] = output.get("execution_count")
            kept.append(one)
    for one in kept:
        if one["output_type"] == "stream":
            one["text"] = _stream_text(one["text"])
    return kept


def normalise(nb: NotebookNode) -> NotebookNode:
    """A new notebook that depends on sources, parameters and results only; the given one is left as it is.

    Examples
    --------
    >>> from nbformat import v4
    >>> cell = v4.new_code_cell("1", id="x7f3", metadata={"papermill": {"duration": 0.1}, "tags": ["result"]})
    >>> nb = normalise(v4.new_notebook(cells=[cell], metadata={"papermill": {"start_time": "now"}}))
    >>> nb.cells[0].id, dict(nb.cells[0].metadata), sorted(nb.metadata)
    ('cell-1', {'tags': ['result']}, ['kernelspec', 'language_info'])
    """
    from nbformat import from_dict  # lazy: a quarter of a second

    cells = []
    for number, cell in enumerate(nb["cells"], start=1):
        clean: dict[str, Any] = {
            "cell_type": cell["cell_type"],
            "id": f"cell-{number}",
            "metadata": {key: cell["metadata"][key] for key in _CELL_METADATA if key in cell["metadata"]},
            "source": _text(cell["source"]),
        }
        if cell["cell_type"] == "code":
            clean["execution_count"] = cell.get("execution_count")
            clean["outputs"] = _outputs(cell.get("outputs", []))
        elif attachments := cell.get("attachments"):
            clean["attachments"] = {
                name: {mime: _text(data) for mime, data in one.items() if mime in KNOWN_MIME} for name, one in attachments.items()
            }
        cells.append(clean)
    metadata = {"kernelspec": dict(_KERNELSPEC), "language_info": dict(_LANGUAGE)}
    node: NotebookNode = from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})  # type: ignore[no-untyped-call]
    return node


def dumps(nb: NotebookNode) -> str:
    """Text of a notebook file: keys sorted, Chinese readable, ``\\n`` endings, one newline at the end.

    >>> from nbformat import v4
    >>> dumps(v4.new_notebook())
    '{\\n "cells": [],\\n "metadata": {},\\n "nbformat": 4,\\n "nbformat_minor": 5\\n}\\n'
    """
    return json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
