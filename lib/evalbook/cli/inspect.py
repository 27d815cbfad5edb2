"""Looking without running: ``check``, ``lint``, ``explain``, ``coverage``, ``schema``."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ..errors import UsageError, nearest, visible
from .screen import known_scheme, known_unit, open_book, print_faults, print_json, print_table

if TYPE_CHECKING:
    from ..analysis.explain import Explanation
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("check", check, "只检查不执行：列出参数和数据的全部问题", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made = commands.add("lint", lint, "检查考核办法的参数，包括每一种读法", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", nargs="?", metavar="考核期", help="默认检查全部考核期")
    made = commands.add("explain", explain, "解释一个对象的得分从何而来", json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    made.add_argument("unit", metavar="考核对象", help="名称或代码")
    made.add_argument("indicator", nargs="?", metavar="指标", help="指标代号或名称（默认全部）")
    made = commands.add("coverage", coverage, "列出文件的每一条由什么承载，检查对照表有没有落空", json=True)
    made.add_argument("scheme", nargs="?", metavar="办法", help="只列这个办法的文件（默认全部）")
    commands.add("schema", schema, "写出参数文件的 JSON Schema，供编辑器补全和检查")


def check(options: Namespace) -> int:
    """``check SCHEME PERIOD``: everything a run would check, without a kernel."""
    from ..analysis.targets import targets_of
    from ..run.closed import differing

    book = open_book(options)
    prepared = book.prepare(options.scheme, options.period)
    notes = [*prepared.notes, *differing(book.root / "outputs", prepared.evaluation)]
    if options.json:
        print_json(
            {
                "ok": True,
                "scheme": prepared.scheme,
                "period": prepared.period,
                "notes": [n.as_dict() for n in notes],
                "final_blockers": [b.as_dict() for b in prepared.blockers],
                "flags": list(prepared.flags),
                "result_sha256": prepared.evaluation.digest(),
            }
        )
        return 0
    evaluation = prepared.evaluation
    print(visible(f"{prepared.title}：参数和数据没有错误，可以执行。"))
    indicators = evaluation.leaves or targets_of(evaluation.scheme) or evaluation.scheme.measures
    print(f"考核对象{len(evaluation.unit_codes)}个，指标{len(indicators)}项，数据{len(evaluation.dataset.figures)}个。")
    print_faults([n for n in notes if n.severity == "finding"], "问题记录")
    print_faults([n for n in notes if n.severity == "question"], "疑点（须询问，不妨碍定稿）")
    print_faults([n for n in notes if n.severity == "note"], "读入时的处理")
    print_faults(list(prepared.blockers), "定稿前还须处理")
    return 0


def lint(options: Namespace) -> int:
    """``lint SCHEME [PERIOD]``: the parameters alone, every reading included."""
    from ..scheme.lint import lint_edition

    book = open_book(options)
    known_scheme(book, options.scheme)
    periods = [options.period] if options.period else book.periods(options.scheme)
    if not periods:
        raise UsageError(f"考核办法“{options.scheme}”还没有考核期文件（params/{options.scheme}/periods/…）")
    found = list(dict.fromkeys(f for period in periods for f in lint_edition(book.root, options.scheme, period)))
    if options.json:
        print_json({"ok": not found, "faults": [f.as_dict() for f in found]})
    elif found:
        print_faults(found, "发现问题")
    else:
        print(f"{options.scheme}：{'、'.join(periods)} 的参数没有问题，全部读法均可用。")
    return 1 if found else 0


def explain(options: Namespace) -> int:
    """``explain SCHEME PERIOD UNIT [INDICATOR]``: the chain in the terminal."""
    from ..analysis.explain import explain as explain_one

    prepared = open_book(options).prepare(options.scheme, options.period)
    evaluation = prepared.evaluation
    row = known_unit(evaluation, options.unit)
    scheme = evaluation.scheme
    names = [*(name for name, _ in evaluation.nodes), *scheme.measures, *scheme.rankings, *scheme.outcomes]
    if options.indicator is None:
        wanted = list(scheme.roots or scheme.outcomes)
    else:
        wanted = [n for n in names if options.indicator in (n, evaluation.scheme.label(n))][:1]
        if not wanted:
            raise UsageError(
                f"没有指标“{options.indicator}”；{nearest(options.indicator, [*names, *(evaluation.scheme.label(n) for n in names)])}"
            )
    found = [explain_one(evaluation, evaluation.unit_codes[row], name) for name in wanted]
    if options.json:
        print_json([e.as_dict() for e in found])
        return 0
    print(visible(f"{prepared.title}　{found[0].unit_name}（{found[0].unit_code}）" if found else prepared.title))
    if not (taking_part := evaluation.walk.participation[row]).plain:
        print(visible(f"参评方式：{taking_part.sentence}"))
    for explanation in found:
        _print_explanation(explanation, traces=options.indicator is not None)
    for name in scheme.outcomes if options.indicator is None and scheme.roots else ():
        verdict = evaluation.decision(name).verdicts[row]
        print(visible(f"{scheme.label(name)}：{scheme.outcomes[name].main.text(verdict)}"))
    return 0


def _print_explanation(explanation: Explanation, *, traces: bool) -> None:
    for depth, part in explanation.walk():
        indent = "  " * depth
        state = "" if part.state == "正常" else f"〔{part.state}〕"
        marks, clause = f"／{part.marks}分" if part.marks else "", f"　〔{part.clause}〕" if part.clause else ""
        print(visible(f"{indent}{part.label}　{part.points}{marks}{state}{clause}"))
        for step in part.steps:
            print(visible(f"{indent}    {step}"))
        for trace in part.traces if traces else ():
            where = (
                f"{trace.place}"
                + (f"，来源 {trace.source}" if trace.source else "")
                + (f"，佐证 {trace.evidence_id}" if trace.evidence_id else "")
            )
            figure = "，".join(text for text in (trace.measured, trace.calibre) if text)
            print(visible(f"{indent}      ← {trace.label} {trace.period} {figure}（{trace.origin}）{where}"))
            if trace.trail:
                print(visible(f"{indent}         {trace.trail}"))


def coverage(options: Namespace) -> int:
    """``coverage [SCHEME]``: every clause and what carries it; entries that point nowhere."""
    from ..scheme.coverage import check_coverage, documents_of, read_clauses
    from ..workbook import CLAUSES
    from .parser import command_names

    book = open_book(options)
    clauses = read_clauses(book.root / CLAUSES)
    faults = check_coverage(book.root, clauses, command_names())
    if options.scheme:
        known_scheme(book, options.scheme)
        clauses = documents_of(clauses, options.scheme)
    if options.json:
        rows = [{"document": c.document, "clause": c.clause, "carried_by": c.carried_by, "case": c.cases} for c in clauses]
        print_json({"ok": not faults, "clauses": rows, "faults": [f.as_dict() for f in faults]})
        return 1 if faults else 0
    shown = [[c.document, c.clause, "软件之外" if c.outside else "; ".join(c.carried_by), len(c.cases) or ""] for c in clauses]
    print_table(["文件", "条款", "承载之处", "算例"], shown)
    outside = sum(c.outside for c in clauses)
    print(f"\n共{len(clauses)}条，{len(clauses) - outside}条由工作簿承载，{outside}条在软件之外。")
    print_faults(faults, "对照表有问题")
    return 1 if faults else 0


def schema(options: Namespace) -> int:
    """``schema``: JSON Schemas into params/, the reference of all kinds into docs/."""
    from ..scheme.jsonschema import write_schemas
    from ..scheme.reference import write_reference

    root = open_book(options).root
    written = write_schemas(root / "params")
    if (root / "docs").is_dir():
        written.append(write_reference(root / "docs"))
    for path in written:
        print(path)
    return 0
