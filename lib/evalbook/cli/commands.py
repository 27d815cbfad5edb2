"""One function per command: load what it needs, call the library, print. Exit codes as in :func:`evalbook.cli.main`."""

from __future__ import annotations

import json
import math
import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import Fault, UsageError, nearest, visible

if TYPE_CHECKING:
    from ..analysis.explain import Explanation
    from ..run.execute import Limits
    from ..workbook import Workbook


def _book(options: Namespace) -> Workbook:
    from ..workbook import Workbook

    if options.root is None:
        return Workbook.discover()
    if not options.root.is_dir():
        raise UsageError(f"文件夹不存在：{options.root}")
    return Workbook.discover(options.root)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _width(text: str) -> int:
    """Columns a text takes in a terminal: Chinese characters take two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    texts = [[visible(str(v if v is not None else "—")) for v in row] for row in rows]
    widths = [max(_width(r[n]) for r in [list(headings), *texts]) for n in range(len(headings))]
    for row in [list(headings), *texts]:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_faults(faults: Sequence[Fault], heading: str) -> None:
    if faults:
        print(f"{heading}（{len(faults)}条）：")
        for number, fault in enumerate(faults, 1):
            print(f"  {number}. {fault}")


def run(options: Namespace) -> int:
    """``run SCHEME PERIOD`` or ``run --all``."""
    from ..run.runner import run_many, run_one

    book = _book(options)
    if options.jobs is not None and options.jobs < 1:
        raise UsageError("--jobs 应为不小于1的整数")
    if options.all:
        if options.scheme or options.period:
            raise UsageError("--all 不与具体的办法、考核期同用；限定范围请用 --scheme 和 --period")
        return _run_all(book, options, run_many)
    if not options.scheme or not options.period:
        raise UsageError(
            f"请写明办法和考核期，如 evalbook run zhejiang_city 2023，或用 --all；现有办法：{'、'.join(book.schemes()) or '无'}"
        )
    if options.only_scheme or options.only_period or options.force:
        raise UsageError("--scheme、--period、--force 只与 --all 同用")
    status, warm = "final" if options.final else "draft", False if options.cold else None
    report = run_one(book, options.scheme, options.period, status=status, progress=_progress, warm=warm, limits=_limits(options))
    return _finish(options, report)


def _limits(options: Namespace) -> Limits:
    """The usual limits, or those asked for."""
    from ..run.execute import Limits

    if options.timeout is not None and not 0 < options.timeout < math.inf:
        raise UsageError("--timeout 应为大于0的秒数")
    if options.memory is not None and not 0 < options.memory < math.inf:
        raise UsageError("--memory 应为大于0的数（GB）")
    limits = Limits()
    if options.timeout is not None:
        limits = replace(limits, cell=options.timeout, wall=3 * options.timeout)
    if options.memory is not None:
        limits = replace(limits, memory=int(options.memory * (1 << 30)))
    return limits


def _progress(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


def _finish(options: Namespace, report: Any) -> int:
    from ..errors import Refused
    from ..terms import OUTCOMES

    if report.outcome == "completed":
        print(f"完成（{report.seconds:.1f}秒）：{report.report_html}")
        if options.open:
            import webbrowser

            webbrowser.open(report.report_html.as_uri())
        return 0
    if report.outcome == "refused":
        raise Refused(list(report.faults), "不能定稿，未执行" if options.final else "输入有误，未执行")
    print(f"{OUTCOMES[report.outcome]}：{report.folder or ''}", file=sys.stderr)
    _stderr_faults(report.faults)
    return 130 if report.outcome == "interrupted" else 3


def _stderr_faults(faults: Sequence[Fault]) -> None:
    for number, fault in enumerate(faults, 1):
        print(f"  {number}. {fault}", file=sys.stderr)


def _run_all(book: Workbook, options: Namespace, run_many: Any) -> int:
    from ..terms import OUTCOMES

    jobs = book.all_periods()
    if options.only_scheme:
        if options.only_scheme not in book.schemes():
            raise UsageError(f"没有名为“{options.only_scheme}”的考核办法；{nearest(options.only_scheme, book.schemes())}")
        jobs = [j for j in jobs if j[0] == options.only_scheme]
    if options.only_period:
        jobs = [j for j in jobs if j[1] == options.only_period]
    if not jobs:
        raise UsageError("没有符合条件的考核期")
    started = time.monotonic()
    status, warm = "final" if options.final else "draft", False if options.cold else None
    reports = run_many(
        book, jobs, workers=options.jobs, status=status, force=options.force, progress=_progress, warm=warm, limits=_limits(options)
    )
    print()
    rows = []
    for report in reports:
        skipped = getattr(report, "skipped", False)
        word = "未变，沿用" if skipped else OUTCOMES[report.outcome]
        rows.append(
            [report.scheme, report.period, word, "" if skipped else f"{report.seconds:.1f}秒", report.report_html or report.folder or ""]
        )
    _print_table(["办法", "考核期", "结果", "用时", "报告"], rows)
    failed = [r for r in reports if r.outcome != "completed"]
    for report in failed:
        print(f"\n{report.scheme} {report.period}：", file=sys.stderr)
        _stderr_faults(report.faults)
    print(f"\n共{len(reports)}个，完成{len(reports) - len(failed)}个，用时{time.monotonic() - started:.1f}秒。")
    codes = {"refused": 1, "interrupted": 130}
    return max((codes.get(r.outcome, 3) for r in failed), default=0)


def reproduce(options: Namespace) -> int:
    """``reproduce RUN``: 0 identical, 1 something differs."""
    from ..run.reproduce import find_run
    from ..run.reproduce import reproduce as execute_again

    found = execute_again(find_run(options.run, options.root), progress=_progress)
    if options.json:
        _print_json(found.as_dict())
        return 0 if found.identical else 1
    if found.identical:
        print(f"复现一致：{found.files}个文件与发布时逐字节相同（{found.seconds:.1f}秒）。")
    else:
        print(f"复现不一致，共{len(found.differences)}处：")
        for number, difference in enumerate(found.differences, 1):
            print(f"  {number}. {difference}")
    for text in found.reasons:
        print(text)
    for text in found.notes:
        print(f"说明：{text}")
    return 0 if found.identical else 1


def check(options: Namespace) -> int:
    """``check SCHEME PERIOD``: everything a run would check, without a kernel."""
    from ..analysis.targets import targets_of
    from ..run.closed import differing

    book = _book(options)
    prepared = book.prepare(options.scheme, options.period)
    notes = [*prepared.notes, *differing(book.root / "outputs", prepared.evaluation)]
    if options.json:
        _print_json(
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
    _print_faults([n for n in notes if n.severity == "finding"], "问题记录")
    _print_faults([n for n in notes if n.severity == "note"], "读入时的处理")
    _print_faults(list(prepared.blockers), "定稿前还须处理")
    return 0


def lint(options: Namespace) -> int:
    """``lint SCHEME [PERIOD]``: the parameters alone, every reading included."""
    from ..scheme.lint import lint_edition

    book = _book(options)
    if options.scheme not in book.schemes():
        raise UsageError(f"没有名为“{options.scheme}”的考核办法；{nearest(options.scheme, book.schemes())}")
    periods = [options.period] if options.period else book.periods(options.scheme)
    if not periods:
        raise UsageError(f"考核办法“{options.scheme}”还没有考核期文件（params/{options.scheme}/periods/…）")
    found = list(dict.fromkeys(f for period in periods for f in lint_edition(book.root, options.scheme, period)))
    if options.json:
        _print_json({"ok": not found, "faults": [f.as_dict() for f in found]})
    elif found:
        _print_faults(found, "发现问题")
    else:
        print(f"{options.scheme}：{'、'.join(periods)} 的参数没有问题，全部读法均可用。")
    return 1 if any(f.severity == "error" for f in found) else 0


def listing(options: Namespace) -> int:
    """``list``: schemes, periods, newest run."""
    from ..terms import OUTCOMES, STATUSES

    book = _book(options)
    rows = [_state(book, scheme, period) for scheme, period in book.all_periods()]
    if options.json:
        _print_json(rows)
        return 0
    if not rows:
        print("还没有考核办法。")
        return 0
    shown = []
    for row in rows:
        state = f"{STATUSES.get(row['status'], row['status'])}·{OUTCOMES.get(row['outcome'], row['outcome'])}" if row["run"] else "未执行"
        shown.append([row["scheme"], row["period"], row["title"], state, row["run"] or ""])
    _print_table(["办法", "考核期", "名称", "最近一次执行", "运行"], shown)
    return 0


def _state(book: Workbook, scheme: str, period: str) -> dict[str, Any]:
    from ..errors import EvalbookError

    try:
        title = book.scheme(scheme, period).meta.title
    except EvalbookError:
        title = "（参数有误，请用 evalbook lint 查看）"
    newest: dict[str, Any] = {}
    folder = book.root / "outputs" / scheme / period
    for manifest in sorted(folder.glob("*/manifest.json")):
        try:
            newest = json.loads(manifest.read_text(encoding="utf-8")) | {"run": manifest.parent.name}
        except (OSError, ValueError):
            continue
    return {"scheme": scheme, "period": period, "title": title, **{k: newest.get(k) for k in ("run", "status", "outcome", "flags")}}


def explain(options: Namespace) -> int:
    """``explain SCHEME PERIOD UNIT [INDICATOR]``: the chain in the terminal."""
    from ..analysis.explain import explain as explain_one

    prepared = _book(options).prepare(options.scheme, options.period)
    evaluation = prepared.evaluation
    try:
        evaluation.row(options.unit)
    except KeyError:
        known = [*evaluation.unit_names, *evaluation.unit_codes]
        raise UsageError(f"没有考核对象“{options.unit}”；{nearest(options.unit, known)}") from None
    scheme = evaluation.scheme
    names = [*(name for name, _ in evaluation.nodes), *scheme.measures, *scheme.rankings, *scheme.outcomes]
    if options.indicator is None:
        wanted = scheme.roots or list(scheme.outcomes)
    else:
        wanted = [n for n in names if options.indicator in (n, evaluation.scheme.label(n))][:1]
        if not wanted:
            raise UsageError(
                f"没有指标“{options.indicator}”；{nearest(options.indicator, [*names, *(evaluation.scheme.label(n) for n in names)])}"
            )
    found = [explain_one(evaluation, options.unit, name) for name in wanted]
    if options.json:
        from dataclasses import asdict

        _print_json([asdict(e) for e in found])
        return 0
    print(visible(f"{prepared.title}　{found[0].unit_name}（{found[0].unit_code}）" if found else prepared.title))
    if not (taking_part := evaluation.walk.participation[evaluation.row(options.unit)]).plain:
        print(visible(f"参评方式：{taking_part.sentence}"))
    for explanation in found:
        _print_explanation(explanation, traces=options.indicator is not None)
    for name in scheme.outcomes if options.indicator is None and scheme.roots else ():
        verdict = evaluation.decision(name).verdicts[evaluation.row(options.unit)]
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

    book = _book(options)
    clauses = read_clauses(book.root / CLAUSES)
    faults = check_coverage(book.root, clauses, command_names())
    if options.scheme:
        if options.scheme not in book.schemes():
            raise UsageError(f"没有名为“{options.scheme}”的考核办法；{nearest(options.scheme, book.schemes())}")
        clauses = documents_of(clauses, options.scheme)
    if options.json:
        rows = [{"document": c.document, "clause": c.clause, "carried_by": c.carried_by, "case": c.cases} for c in clauses]
        _print_json({"ok": not faults, "clauses": rows, "faults": [f.as_dict() for f in faults]})
        return 1 if faults else 0
    shown = [[c.document, c.clause, "软件之外" if c.outside else "; ".join(c.carried_by), len(c.cases) or ""] for c in clauses]
    _print_table(["文件", "条款", "承载之处", "算例"], shown)
    outside = sum(c.outside for c in clauses)
    print(f"\n共{len(clauses)}条，{len(clauses) - outside}条由工作簿承载，{outside}条在软件之外。")
    _print_faults(faults, "对照表有问题")
    return 1 if faults else 0


def schema(options: Namespace) -> int:
    """``schema``: JSON Schemas into params/, the reference of all kinds into docs/."""
    from ..scheme.jsonschema import write_schemas
    from ..scheme.reference import write_reference

    root = _book(options).root
    written = write_schemas(root / "params")
    if (root / "docs").is_dir():
        written.append(write_reference(root / "docs"))
    for path in written:
        print(path)
    return 0


def new_period(options: Namespace) -> int:
    """``new period SCHEME PERIOD --from LAST``."""
    from ..intake.new_period import new_period as roll

    book = _book(options)
    if options.scheme not in book.schemes():
        raise UsageError(f"没有名为“{options.scheme}”的考核办法；{nearest(options.scheme, book.schemes())}")
    for path in roll(book.root, options.scheme, options.period, options.last):
        print(path)
    print("请填写本期数据和考核期文件，然后执行 evalbook check 检查。")
    return 0


def new_scheme(options: Namespace) -> int:
    """``new scheme NAME``."""
    from ..scheme.new_scheme import new_scheme as write

    book = _book(options)
    for path in write(book.root, options.name, title=options.title, year=options.year):
        print(path)
    print(f"样板可以直接执行：evalbook run {options.name} {options.year}；然后按文件逐行修改参数。")
    return 0


def ledger_verify(options: Namespace) -> int:
    """``ledger verify``."""
    from ..ledger import verify

    faults = verify(_book(options).root / "outputs")
    if faults:
        _print_faults(faults, "台账有问题")
        return 1
    print("台账完整，链条未断。")
    return 0


def lab(options: Namespace) -> int:
    """``lab``: JupyterLab with Chinese menus, offline."""
    from ..lab import start

    return int(start(_book(options).root, []))
