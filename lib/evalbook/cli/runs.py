"""Runs: ``run``, ``reproduce``, ``list``, ``ledger verify``."""

from __future__ import annotations

import json
import math
import sys
import time
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .screen import known_scheme, open_book, print_faults, print_json, print_table, progress, stderr_faults
from .trial import add_trial_options, print_grid, trial_of

if TYPE_CHECKING:
    from ..run.execute import Limits
    from ..run.reproduce import Reproduction
    from ..workbook import Workbook
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    one = commands.add("run", run, "执行一次评价，生成报告")
    one.add_argument("scheme", nargs="?", metavar="办法", help="考核办法代号")
    one.add_argument("period", nargs="?", metavar="考核期", help="如 2023、2023H1、2023Q1、2023-05")
    one.add_argument("--all", action="store_true", help="执行全部办法和考核期（可用 --scheme、--period 限定）")
    one.add_argument("--scheme", dest="only_scheme", default=None, metavar="办法", help="与 --all 同用：只执行这个办法")
    one.add_argument("--period", dest="only_period", default=None, metavar="考核期", help="与 --all 同用：只执行这个考核期")
    one.add_argument("--jobs", type=int, default=None, metavar="N", help="同时执行几个（默认按处理器数）")
    one.add_argument("--cluster", default="", metavar="地址", help="与 --all 同用：交给 Dask 集群（tcp://主机:8786），local 为本机集群")
    one.add_argument("--force", action="store_true", help="与 --all 同用：输入未变的也重新执行")
    one.add_argument("--final", action="store_true", help="定稿：须全部核实、无未决事项，并两次执行结果一致")
    one.add_argument("--cold", action="store_true", help="不用预热的内核（结果逐字节相同，只是慢一些）")
    one.add_argument("--timeout", type=float, default=None, metavar="秒", help="一个单元格最多执行多久（默认600秒；整个执行为其三倍）")
    one.add_argument("--memory", type=float, default=None, metavar="GB", help="内核最多用多少内存（默认8GB，且不超过本机的五分之四）")
    one.add_argument("--open", action="store_true", help="完成后在浏览器中打开报告")
    add_trial_options(one)
    made = commands.add("reproduce", reproduce, "按一次运行记录的输入重新执行，逐文件对照，指出哪里不同、为什么", json=True)
    made.add_argument("run", metavar="运行", help="运行的文件夹或名称")
    commands.add("list", listing, "列出考核办法、考核期和最近一次执行的状态", json=True)
    commands.add("ledger verify", ledger_verify, "核对台账、签发、公布和收表记录的链条，指出断在哪里")


def run(options: Namespace) -> int:
    """``run SCHEME PERIOD`` or ``run --all``."""
    from ..run.runner import run_many, run_one

    book = open_book(options)
    if options.jobs is not None and options.jobs < 1:
        raise UsageError("--jobs 应为不小于1的整数")
    trial = trial_of(book, options)
    if options.all:
        if options.scheme or options.period:
            raise UsageError("--all 不与具体的办法、考核期同用；限定范围请用 --scheme 和 --period")
        return _run_all(book, options, run_many)
    if not options.scheme or not options.period:
        raise UsageError(
            f"请写明办法和考核期，如 evalbook run zhejiang_city 2023，或用 --all；现有办法：{'、'.join(book.schemes()) or '无'}"
        )
    if options.only_scheme or options.only_period or options.force or options.cluster:
        raise UsageError("--scheme、--period、--force、--cluster 只与 --all 同用")
    if trial is not None and trial.grid:
        return print_grid(book, options, trial)
    status = "final" if options.final else "what-if" if trial else "draft"
    report = run_one(
        book,
        options.scheme,
        options.period,
        status=status,
        progress=progress,
        warm=False if options.cold else None,
        limits=_limits(options),
        overrides=trial.overrides if trial else None,
        reason=trial.reason if trial else "",
    )
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
    stderr_faults(report.faults)
    return 130 if report.outcome == "interrupted" else 3


def _run_all(book: Workbook, options: Namespace, run_many: Any) -> int:
    from ..run.workers import begin_imports
    from ..terms import OUTCOMES

    if not options.cluster:
        begin_imports()
    jobs = book.all_periods()
    if options.only_scheme:
        known_scheme(book, options.only_scheme)
        jobs = [j for j in jobs if j[0] == options.only_scheme]
    if options.only_period:
        jobs = [j for j in jobs if j[1] == options.only_period]
    if not jobs:
        raise UsageError("没有符合条件的考核期")
    if options.cluster not in ("", "local") and options.jobs is not None:
        raise UsageError("--jobs 只用于本机；集群有多少工作进程就同时执行多少个")
    started = time.monotonic()
    reports = run_many(
        book,
        jobs,
        workers=options.jobs,
        status="final" if options.final else "draft",
        force=options.force,
        progress=progress,
        warm=False if options.cold else None,
        limits=_limits(options),
        cluster=options.cluster,
    )
    print()
    rows = []
    for report in reports:
        skipped = getattr(report, "skipped", False)
        word = "未变，沿用" if skipped else OUTCOMES[report.outcome]
        rows.append(
            [report.scheme, report.period, word, "" if skipped else f"{report.seconds:.1f}秒", report.report_html or report.folder or ""]
        )
    print_table(["办法", "考核期", "结果", "用时", "报告"], rows)
    failed = [r for r in reports if r.outcome != "completed"]
    for report in failed:
        print(f"\n{report.scheme} {report.period}：", file=sys.stderr)
        stderr_faults(report.faults)
    print(f"\n共{len(reports)}个，完成{len(reports) - len(failed)}个，用时{time.monotonic() - started:.1f}秒。")
    codes = {"refused": 1, "interrupted": 130}
    return max((codes.get(r.outcome, 3) for r in failed), default=0)


def reproduce(options: Namespace) -> int:
    """``reproduce RUN``: 0 identical, 1 something differs."""
    from ..run.reproduce import find_run
    from ..run.reproduce import reproduce as execute_again

    found = execute_again(find_run(options.run, options.root), progress=progress)
    return print_reproduction(found, as_json=options.json)


def print_reproduction(found: Reproduction, *, as_json: bool) -> int:
    """Tell what came of executing a run again; exit code."""
    if as_json:
        print_json(found.as_dict())
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


def listing(options: Namespace) -> int:
    """``list``: schemes, periods, newest run."""
    from ..terms import OUTCOMES, STATUSES

    book = open_book(options)
    rows = [_state(book, scheme, period) for scheme, period in book.all_periods()]
    if options.json:
        print_json(rows)
        return 0
    if not rows:
        print("还没有考核办法。")
        return 0
    shown = []
    for row in rows:
        state = f"{STATUSES.get(row['status'], row['status'])}·{OUTCOMES.get(row['outcome'], row['outcome'])}" if row["run"] else "未执行"
        shown.append([row["scheme"], row["period"], row["title"], state, row["run"] or ""])
    print_table(["办法", "考核期", "名称", "最近一次执行", "运行"], shown)
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


def ledger_verify(options: Namespace) -> int:
    """``ledger verify``."""
    from ..archive import release, signoff
    from ..ledger import verify
    from ..run.collecting import LOG

    outputs = open_book(options).root / "outputs"
    faults = [*verify(outputs), *signoff.log_faults(outputs), *release.log_faults(outputs), *verify(outputs, name=LOG)]
    if faults:
        print_faults(faults, "台账有问题")
        return 1
    print("台账、签发记录、公布记录和收表记录完整，链条未断。")
    return 0
