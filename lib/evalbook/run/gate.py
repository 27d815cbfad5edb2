"""The gate: whether an executed notebook is evidence, judged from the notebook and from the supervisor's own evaluation.

Papermill's word is not proof: a cell that calls ``sys.exit(0)``, a dead kernel or a swallowed error all look complete to it. What
cannot be faked by accident is: every cell has run once, in order, with the template's source; nothing went to stderr; and exactly one
result was sealed that echoes the parameters, the hashes of all inputs and the digest that the supervisor computed by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import Fault
from ..publish.audit import audit_notebook
from ..publish.normalise import RESULT_MIME, one_text
from ..terms import State
from .template import expected_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from ..scoring.evaluation import Evaluation

_AGAIN = "请重新执行；再次出现请保留失败的笔记本并报告"


def judge(executed: NotebookNode, template: NotebookNode, injected: str, expected: Mapping[str, Any], *, file: str = "") -> list[Fault]:
    """Everything that keeps an executed notebook from being evidence; an empty list lets it pass.

    Parameters
    ----------
    executed
        Notebook as it came from the kernel, not normalised.
    template
        What it was made from.
    injected
        Source of the cell that carries the parameters.
    expected
        The sealed result the supervisor expects: scheme, period, run_file_sha256, inputs (name → hash), result_sha256.
    file
        Name of the template, for the faults.

    Examples
    --------
    >>> from nbformat import v4
    >>> nb = v4.new_notebook(cells=[v4.new_code_cell("1", execution_count=2)])
    >>> [f.code for f in judge(nb, v4.new_notebook(cells=[v4.new_code_cell("1")]), "", {})]
    ['gate.not_in_order', 'gate.no_result']
    """
    faults = [*_sources(executed, template, injected, file), *_counts(executed, file)]
    # A fault of the output says which cell; the file is the same for all of them.
    faults += [Fault(f.code, f.message, f.remedy, file=file, path=f.path, value=f.value) for f in audit_notebook(executed)]
    return [*faults, *_result(executed, expected, file)]


def _sources(executed: NotebookNode, template: NotebookNode, injected: str, file: str) -> Iterator[Fault]:
    found = [(cell["cell_type"], one_text(cell["source"])) for cell in executed["cells"]]
    wanted = expected_cells(template, injected)
    if len(found) != len(wanted):
        yield Fault("gate.cells", f"单元格数与模板不符：应为{len(wanted)}个，实为{len(found)}个", _AGAIN, file=file)
    for number, (ours, theirs) in enumerate(zip(found, wanted, strict=False), 1):
        if ours[0] != theirs[0] or ours[1].strip() != theirs[1].strip():
            yield Fault("gate.source", "执行过的内容与模板不符", "请核对模板是否被改动后重新执行", file=file, path=f"第{number}个单元格")


def _counts(executed: NotebookNode, file: str) -> Iterator[Fault]:
    due = 0
    for number, cell in enumerate(executed["cells"], 1):
        if cell["cell_type"] != "code" or not one_text(cell["source"]).strip():
            continue
        due += 1
        count = cell.get("execution_count")
        if count is None:
            yield Fault("gate.not_executed", "单元格没有执行", _AGAIN, file=file, path=f"第{number}个单元格")
        elif count != due:
            yield Fault("gate.not_in_order", f"执行次序不对：应为第{due}，实为第{count}", _AGAIN, file=file, path=f"第{number}个单元格")


def _result(executed: NotebookNode, expected: Mapping[str, Any], file: str) -> Iterator[Fault]:
    sealed = [
        output["data"][RESULT_MIME]
        for cell in executed["cells"]
        for output in cell.get("outputs", [])
        if RESULT_MIME in output.get("data", {})
    ]
    if len(sealed) != 1:
        code, found = ("gate.no_result", "没有") if not sealed else ("gate.two_results", f"有{len(sealed)}处")
        yield Fault(code, f"笔记本里{found}结果记录，应恰有一处", "模板末尾应为 present.seal(run)", file=file)
        return
    words = {
        "scheme": "考核办法",
        "period": "考核期",
        "run_file_sha256": "运行文件校验码",
        "inputs": "输入文件校验码",
        "result_sha256": "结果校验码",
    }
    for key, word in words.items():
        if sealed[0].get(key) != expected.get(key):
            yield Fault(
                "gate.result", f"笔记本记录的{word}与检查时算出的不一致", _AGAIN, file=file, path=key, value=_brief(sealed[0].get(key))
            )


def reconcile(evaluation: Evaluation) -> list[Fault]:
    """Totals that are not what their parts add up to: a check of the sums that does not use the code that made them.

    Holds for branches that simply add (no rescaling, base, bounds or rounding of their own).
    """
    faults = []
    for name, _ in evaluation.nodes:
        node = evaluation.scheme.tree[name].main
        if evaluation.is_leaf(name) or not node.aggregate.additive or len(evaluation.scheme.tree[name].models) > 1:
            continue
        if node.base is not None or node.clip is not None or node.round is not None or node.when is not None:
            continue
        result = evaluation.node(name)
        for row, unit in enumerate(evaluation.unit_names):
            if result.rescaled[row] or result.points.states[row] != State.OK:  # type: ignore[union-attr]
                continue
            counted = [c for c in node.children if evaluation.scheme.tree[c].main.counts]
            total = sum(evaluation.points(child, row) or 0 for child in counted)
            if total != evaluation.points(name, row):
                faults.append(Fault("gate.total", f"{unit}“{node.label}”与下级得分之和不一致", _AGAIN, path=f"tree.{name}"))
    return faults


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."
