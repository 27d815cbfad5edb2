"""The notebook before it runs: what it declares, and whether it is one that can give evidence.

The document speaks, the library computes: a template holds prose, calls and plain names. What it may not hold is refused before
a kernel starts, all of it at once.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import Fault, nearest

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS, INJECTED = "parameters", "injected-parameters"
#: What a template may import. The library computes and checks; the others only arrange what it returns.
IMPORTS = frozenset({"__future__", "decimal", "evalbook", "matplotlib", "numpy", "pandas"})
#: Names with which code would run that nobody has read, or cells would end the run.
_FORBIDDEN_NAMES = frozenset(
    {"__import__", "breakpoint", "compile", "eval", "exec", "exit", "get_ipython", "globals", "input", "open", "quit"}
)
#: Methods that read the clock: the report would differ tomorrow.
_CLOCKS = frozenset({"now", "today", "utcnow"})


def declared(notebook: Mapping[str, Any]) -> list[str]:
    """Names that the cell tagged ``parameters`` assigns, in order.

    >>> declared({"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "scheme = ''\\nperiod = '2023'"}]})
    ['scheme', 'period']
    """
    names: list[str] = []
    for _, cell in _tagged(notebook, PARAMETERS):
        try:
            tree = ast.parse(_source(cell))
        except SyntaxError:
            continue
        names.extend(_assigned(tree))
    return list(dict.fromkeys(names))


def check_parameters(notebook: Mapping[str, Any], parameters: Mapping[str, Any], *, file: str = "") -> list[Fault]:
    """Parameters that are not plain names, not declared by the template, or not texts.

    papermill itself only warns of an unknown parameter and runs on with the default, and a name may carry code into the notebook.

    >>> nb = {"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "period = ''"}]}
    >>> [f.code for f in check_parameters(nb, {"priod": "2023"})], check_parameters(nb, {"period": "2023"})
    (['template.unknown_parameter'], [])
    """
    known = declared(notebook)
    faults = []
    for name, value in parameters.items():
        if not (isinstance(name, str) and name.isascii() and name.isidentifier() and not keyword.iskeyword(name)):
            faults.append(
                Fault("template.parameter_name", "参数名不是合法的名称", "参数名只能用字母、数字和下划线", file=file, value=str(name))
            )
        elif name not in known:
            faults.append(Fault("template.unknown_parameter", f"笔记本没有声明参数“{name}”", nearest(name, known), file=file))
        elif not isinstance(value, str):
            faults.append(
                Fault("template.parameter_type", f"参数“{name}”应为文本", "代码、考核期等一律按文本传递", file=file, value=repr(value))
            )
    return faults


def lint(notebook: Mapping[str, Any], *, file: str = "") -> list[Fault]:
    """Everything that keeps a notebook from being a template of evidence; places are code cells, counted from 1 among all cells."""
    tagged = [number for number, _ in _tagged(notebook, PARAMETERS)]
    faults = []
    if len(tagged) != 1:
        found = f"实有{len(tagged)}个" if tagged else "一个也没有"
        faults.append(
            Fault(
                "template.parameters_cell",
                f"应有且只有一个标签为 parameters 的单元格，{found}",
                "请给放默认参数的单元格加上这个标签",
                file=file,
            )
        )
    if _tagged(notebook, INJECTED):
        faults.append(Fault("template.injected_cell", "模板里不应有 injected-parameters 单元格", "请删去（它由每次执行写入）", file=file))
    names = set(declared(notebook))
    start = tagged[0] if tagged else 0
    for number, cell in _code_cells(notebook):
        if "raises-exception" in _tags(cell) or "skip-execution" in _tags(cell):
            faults.append(_fault("template.tag", "单元格带有允许出错或跳过执行的标签", "请去掉该标签", file, number))
        faults.extend(_lint_cell(cell, number, file, names if number > start else set(), number == start))
    return faults


def _lint_cell(cell: Mapping[str, Any], number: int, file: str, parameters: set[str], is_parameters: bool) -> Iterator[Fault]:
    source = _source(cell)
    for row, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith(("!", "%", "?")) or line.rstrip().endswith("?"):
            what = "不能用 %、!、? 开头的命令：命令失败不会中止执行，结果不可信"
            yield _fault("template.magic", what, "请改用 evalbook 的函数", file, number, row, line)
            return
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield _fault("template.syntax", "代码写法有误", "请改正", file, number, error.lineno or 0, (error.text or "").strip())
        return
    if is_parameters:
        for statement in tree.body:
            plain = (
                isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
            )
            if not plain:
                yield _fault(
                    "template.parameters_plain", "参数单元格只能写“名称 = 文本”", '例如 period = "2023"', file, number, statement.lineno
                )
        return
    for name in sorted(parameters & set(_assigned(tree))):
        yield _fault("template.reassigned", f"参数“{name}”被重新赋值", "记录的参数会与实际计算所用的不同，请改用别的名称", file, number)
    for node in ast.walk(tree):
        yield from _lint_node(node, number, file)


def _lint_node(node: ast.AST, number: int, file: str) -> Iterator[Fault]:
    row = getattr(node, "lineno", 0)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        yield _fault("template.definition", "模板里不能定义函数或类", "请写进 lib 下的模块（那里有测试），这里只调用", file, number, row)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for module in modules:
            if module.split(".")[0] not in IMPORTS or (isinstance(node, ast.ImportFrom) and node.level):
                allowed = "可引入的只有：" + "、".join(sorted(IMPORTS - {"__future__"}))
                yield _fault("template.import", f"模板里不能引入“{module}”", allowed, file, number, row)
    elif isinstance(node, ast.Name) and node.id in _FORBIDDEN_NAMES:
        yield _fault("template.name", f"模板里不能用“{node.id}”", "请改用 evalbook 的函数", file, number, row)
    elif isinstance(node, ast.Attribute) and node.attr in _CLOCKS:
        yield _fault("template.clock", f"模板里不能取当前时间（{node.attr}）", "日期请写在考核期文件的 as_of", file, number, row)
    elif isinstance(node, ast.Raise | ast.Try):
        yield _fault("template.control", "模板里不能自行抛出或吞掉错误", "错误应使执行停下", file, number, row)


def _fault(code: str, message: str, remedy: str, file: str, number: int, row: int = 0, value: str = "") -> Fault:
    place = f"第{number}个单元格" + (f"第{row}行" if row else "")
    return Fault(code, message, remedy, file=file, path=place, value=value)


def _assigned(tree: ast.AST) -> list[str]:
    """Names that any statement of the tree binds."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names.append(node.id)
        elif isinstance(node, ast.alias):
            names.append((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
    return names


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _tags(cell: Mapping[str, Any]) -> list[str]:
    return list(cell.get("metadata", {}).get("tags", []))


def _code_cells(notebook: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    return [(n, cell) for n, cell in enumerate(notebook["cells"], 1) if cell["cell_type"] == "code"]


def _tagged(notebook: Mapping[str, Any], tag: str) -> list[tuple[int, Mapping[str, Any]]]:
    return [(number, cell) for number, cell in _code_cells(notebook) if tag in _tags(cell)]


def expected_cells(notebook: NotebookNode, injected: str) -> list[tuple[str, str]]:
    """Type and source of each cell of the executed notebook: the template plus the one injected cell behind its parameters."""
    cells: list[tuple[str, str]] = []
    for cell in notebook["cells"]:
        cells.append((cell["cell_type"], _source(cell)))
        if cell["cell_type"] == "code" and PARAMETERS in _tags(cell):
            cells.append(("code", injected))
    return cells
