"""How firm a result is: ``readings``, ``margins``, ``robustness``, ``forecast``."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Refused, UsageError, visible
from .screen import known_scheme, known_unit, open_book, print_json, print_table, progress

if TYPE_CHECKING:
    from ..analysis.margins import Margins
    from ..analysis.readings import Reading, Readings
    from ..analysis.robustness import Study, Without
    from ..scheme.bounds import Bounds
    from ..scheme.definition import Chosen
    from .parser import Commands, Parser

#: So many names of a list are printed; ``--json`` has them all.
_MOST = 12


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = _of_period(commands, "readings", readings, "文件没有写明的每一处，换一种读法会改变谁的名次、名单和金额")
    made.add_argument("--combine", action="store_true", help="各种读法的组合也逐一计算")
    made.add_argument("--most", type=int, default=256, metavar="N", help="最多计算多少种组合（默认256）")
    made = _of_period(commands, "margins", margins, "每个名单离名额线多远，改动哪一个数、多少，就会改变结果")
    made.add_argument("--near", type=int, default=None, metavar="N", help="看名额线两边各几个对象（默认3，对象多于100个时为1）")
    made = _of_period(commands, "robustness", robustness, "权重、数据、专家稍有不同，名次和名单稳不稳")
    made.add_argument("--spec", type=Path, metavar="文件", help="另用一份幅度文件（默认用考核期文件、版本文件的 robustness）")
    made.add_argument("--draws", type=int, metavar="N", help="抽样次数（文件未写时10000）")
    made.add_argument("--seed", type=int, metavar="S", help="随机数种子；同一种子结果逐字节相同")
    made.add_argument("--weights", type=float, metavar="X", help="权重上下浮动多少（文件未写时0.2，即20%%）")
    made.add_argument("--figures", type=float, metavar="X", help="全部数值数据的误差（如0.05，即5%%）")
    made.add_argument("--column", action="append", default=[], metavar="数据=误差", help="某一项数据自己的误差，可重复，如 trade_total=0.1")
    made.add_argument("--experts", action="store_true", help="专家评分按人有放回重抽")
    made.add_argument("--leave-out", action="store_true", help="逐一去掉每个指标、每个对象，看谁的名次会变")
    made.add_argument("--sensitivity", action="store_true", help="权重的敏感度指数（需要可选部分 SALib）")
    made.add_argument("--unit", default="", metavar="考核对象", help="与 --sensitivity 同用：看这个对象的总分（默认看名次平均变动）")
    made.add_argument("--report", action="store_true", help="另外生成报告（读法、余地、权重抽样，放在 outputs/<办法>/_robustness）")
    made.add_argument("--open", action="store_true", help="生成报告并在浏览器中打开")
    made = commands.add("forecast", forecast, "由自己的得分和别人已公布的得分预判位次和范围", json=True)
    made.add_argument("unit", metavar="本单位", help="名称")
    made.add_argument("score", metavar="得分", help="预计得分")
    made.add_argument("--scores", type=Path, required=True, metavar="文件", help="其他对象的得分：csv，列为 名称、得分（可加 最低、最高）")
    made.add_argument("--low", default=None, metavar="最低", help="本单位得分最低可能")
    made.add_argument("--high", default=None, metavar="最高", help="本单位得分最高可能")


def _of_period(commands: Commands, name: str, function: Any, text: str) -> Parser:
    made = commands.add(name, function, text, json=True)
    made.add_argument("scheme", metavar="办法")
    made.add_argument("period", metavar="考核期")
    return made


def readings(options: Namespace) -> int:
    """``readings SCHEME PERIOD``."""
    from ..analysis.readings import Readings

    if options.most < 1:
        raise UsageError("--most 应为不小于1的整数")
    book = open_book(options)
    known_scheme(book, options.scheme)
    prepared = book.prepare(options.scheme, options.period)
    found = Readings(book.root, prepared.evaluation)
    single = found.single
    combined = list(found.combined(options.most)) if options.combine else []
    if options.json:
        print_json({"ok": True, **found.as_dict(), "combined": len(combined)})
        return 0
    label = prepared.definition.label
    number = f"{len(found.alternatives)}条未写明之处，{len(single)}种别的读法，组合共{found.combinations}种"
    print(visible(f"{prepared.title}：{number}。\n"))
    for one in prepared.definition.assumptions:
        _print_silent(one)
    print("（＊为本期读法）\n\n逐条换一种读法：")
    headings = ["读法", "未写明之处：读法", "总分变", "名次变", "结果变", "金额（元）", "变化的结果"]
    print_table(headings, [_reading_row(one, label) for one in single])
    if options.combine:
        changing = sum(bool(one.changes) for one in combined)
        print(f"\n有影响的读法两两以上组合{len(combined)}种，其中{changing}种改变结果运用。")
    _print_standing(found, label)
    return 0


def _reading_row(one: Reading, label: Any) -> list[Any]:
    codes = "、".join(f"assumptions.{name}={choice}" for name, choice in one.choices.items())
    if one.refused:
        return [codes, "；".join(one.words), "—", "—", "—", "—", f"按此读法不能计算：{one.refused[0].message}"]
    said = [f"{label(change.outcome)} {change.unit} {change.before}→{change.after}" for change in one.changes]
    return [codes, "；".join(one.words), one.totals, len(one.shifts), len(one.changes), _money(one.paid), few(said, "；")]


def _print_silent(one: Chosen) -> None:
    """A silent clause, its readings with the codes that a period file or ``--set`` names, and who chose the one that holds."""
    ruling = "" if one.ruling is None else f"：{one.ruling.reason}（{one.ruling.by}，{one.ruling.date}）"
    print(visible(f"{one.name}　{one.silent}〔{one.clause}〕　{one.basis}{ruling}"))
    for code, label in one.options.items():
        print(visible(f"  {'＊' if code == one.choice else '　'}{code}：{label}"))


def _money(value: Any) -> str:
    from ..exact import plain

    return "" if value is None else f"{'+' if value > 0 else ''}{plain(value)}"


def few(texts: Sequence[str], between: str = "、") -> str:
    """The first of many texts, and how many there are.

    >>> few(["甲", "乙"]), few([str(n) for n in range(20)])[-13:]
    ('甲、乙', '9、10、11……共20项')
    """
    return between.join(texts) if len(texts) <= _MOST else f"{between.join(texts[:_MOST])}……共{len(texts)}项"


def _print_standing(found: Readings, label: Any) -> None:
    for outcome, units in found.standing().items():
        firm = [unit for unit, (times, of) in units.items() if times == of]
        loose = [f"{unit}（{times}/{of}）" for unit, (times, of) in units.items() if times < of]
        print(visible(f"\n{label(outcome)}：在全部读法下都列入的{len(firm)}个：{few(firm) or '无'}"))
        if loose:
            print(visible(f"  只在部分读法下列入的{len(loose)}个：{few(loose)}"))


def margins(options: Namespace) -> int:
    """``margins SCHEME PERIOD``."""
    from ..analysis.margins import Margins

    if options.near is not None and options.near < 1:
        raise UsageError("--near 应为不小于1的整数")
    book = open_book(options)
    known_scheme(book, options.scheme)
    prepared = book.prepare(options.scheme, options.period)
    progress(f"{options.scheme} {options.period}：逐个试算")
    found = Margins(prepared.evaluation, options.near)
    if options.json:
        print_json({"ok": True, **found.as_dict()})
        return 0
    label = prepared.definition.label
    print(visible(f"{prepared.title}：离名额线的距离"))
    distances = found.distances()
    near = [d for d in distances if d.margin is not None][: 4 * _MOST]
    print_table(
        ["项目", "考核对象", "结果", "位次", "距名额线"],
        [[label(d.outcome), d.unit, d.word, d.place, _signed(d.margin)] for d in near],
    )
    if len(distances) > len(near):
        print(f"（共{len(distances)}行，--json 列出全部）")
    flips = found.flips()
    print(f"\n只改一个数就会改变结果的，共{len(flips)}处，由小到大：")
    for flip in flips[: 2 * _MOST]:
        print(visible(f"  {label(flip.outcome)}：{flip.sentence}{'（评定分）' if flip.judged else ''}"))
    if len(flips) > 2 * _MOST:
        print(f"  （其余{len(flips) - 2 * _MOST}处见 --json）")
    _print_items(found, label)
    experts = found.experts()
    print(f"\n一名专家一人改分就会改变结果的：{'无' if not experts else ''}")
    for one in experts[:_MOST]:
        change = f"“{one.item}”由{float(one.score):g}分改为{float(one.to):g}分"
        print(visible(f"  {label(one.outcome)}：{one.unit} {one.indicator}{change}，即为“{one.turns_to}”"))
    return 0


def _print_items(found: Margins, label: Any) -> None:
    for title, flips in (("只有一个项目（事项）不予认定", found.items.left_out), ("只改项目（事项）的一个数", found.items.numbers)):
        print(f"\n{title}就会改变结果的，共{len(flips)}处：")
        for flip in flips[: 2 * _MOST]:
            print(visible(f"  {label(flip.outcome)}：{flip.sentence}"))
        if len(flips) > 2 * _MOST:
            print(f"  （其余{len(flips) - 2 * _MOST}处见 --json）")
    if found.not_searched:
        print(f"\n办法中的条件随其变动，没有逐步试算：{'、'.join(found.not_searched)}")


def _signed(value: Any) -> str:
    from ..exact import plain, round_half_up

    return "" if value is None else f"{'+' if value > 0 else ''}{plain(round_half_up(value, 4))}"


def robustness(options: Namespace) -> int:
    """``robustness SCHEME PERIOD``."""
    from ..analysis.robustness import Robustness, Study, sensitivity
    from ..scheme.bounds_file import load_bounds

    book = open_book(options)
    known_scheme(book, options.scheme)
    bounds = None if options.spec is None else load_bounds(options.spec)
    if options.report or options.open:
        return _report(options, bounds)
    prepared = book.prepare(options.scheme, options.period)
    evaluation = prepared.evaluation
    if options.unit:
        options.unit = evaluation.unit_names[known_unit(evaluation, options.unit)]
    study = _study(options, bounds or prepared.definition.bounds)
    found = Robustness(evaluation, study)
    indices = sensitivity(evaluation, spread=study.weights or 0.2, seed=study.seed, unit=options.unit) if options.sensitivity else []
    if options.json:
        more = {"sensitivity": [vars(one) for one in indices]} if options.sensitivity else {}
        more |= {"without_indicators": [_plain(one) for one in found.without_indicators]} if options.leave_out else {}
        print_json({"ok": True, **found.as_dict(), **more})
        return 0
    label = prepared.definition.label
    origin = options.spec.name if options.spec else prepared.definition.bounds_from
    origin += "、命令行" if study != Study.of(bounds or prepared.definition.bounds) else ""
    print(visible(f"{prepared.title}：{study.words(label)}（幅度出自：{origin}）"))
    for name in found.left_out:
        print(visible(f"  {label(name)}随结果运用而定，不在此列"))
    for ranking, rows in found.intervals.items():
        print(visible(f"\n{label(ranking)}"))
        print_table(
            ["考核对象", "名次", "九成在", "中位", "最好", "最差"],
            [[one.unit, one.place, f"{one.low}—{one.high}", f"{one.median:g}", one.best, one.worst] for one in rows],
        )
    for outcome, shares in found.shares.items():
        texts = [f"{unit} {share:.1%}" for unit, share in sorted(shares.items(), key=lambda item: -item[1])]
        print(visible(f"\n{label(outcome)}，列入的比例：{few(texts)}"))
    if options.leave_out:
        _print_left_out("指标", found.without_indicators)
        try:
            _print_left_out("对象", found.without_units)
        except Refused as refused:  # the edition's bands are for a roster of one size
            print(visible(f"\n去掉一个对象：不能计算，{refused.faults[0].message}"))
    if indices:
        subject = f"{options.unit}的总分" if options.unit else "名次平均变动"
        print(visible(f"\n权重对{subject}的敏感度（Sobol 指数）"))
        print_table(["指标", "主效应", "总效应"], [[one.name, f"{one.main:.3f}", f"{one.total:.3f}"] for one in indices])
    return 0


def _study(options: Namespace, bounds: Bounds) -> Study:
    """What the file states, with what the command line says otherwise."""
    from ..analysis.robustness import Study

    own = {name: value for name in ("weights", "figures", "draws", "seed") if (value := getattr(options, name)) is not None}
    own |= {"columns": _columns(options.column)} if options.column else {}
    return replace(Study.of(bounds), **own, experts=options.experts or bounds.experts)


def _report(options: Namespace, bounds: Bounds | None) -> int:
    """The report of one period, on bounds from a file: refused beside others, so that nobody thinks that they were used."""
    from ..run.sides import sides_of
    from .adjust import study_report

    asked = [f"--{name}" for name in ("draws", "seed", "weights", "figures") if getattr(options, name) is not None]
    asked += [f"--{name.replace('_', '-')}" for name in ("column", "experts", "leave_out", "sensitivity", "unit") if getattr(options, name)]
    if asked:
        remedy = "请写进考核期文件的 robustness，或写成一份文件用 --spec"
        raise UsageError(f"报告的幅度出自文件，{'、'.join(asked)}不与 --report 同用；{remedy}（专家重抽、逐一去掉、敏感度报告里都有）")
    return study_report(options, "robustness", sides_of([f"{options.scheme}/{options.period}"], options.root), bounds=bounds)


def _columns(texts: Iterable[str]) -> dict[str, float]:
    found = {}
    for text in texts:
        name, _, error = text.partition("=")
        try:
            found[name.strip()] = float(error)
        except ValueError:
            raise UsageError(f"--column 应写成 数据=误差，如 trade_total=0.1，实为“{text}”") from None
    return found


def _plain(one: Without) -> dict[str, Any]:
    return {**vars(one), "gained": dict(one.gained), "lost": dict(one.lost)}


def _print_left_out(word: str, found: Sequence[Without]) -> None:
    print(f"\n去掉一个{word}：")
    rows = [[one.what, one.moved, one.most or "", one.who if one.most else ""] for one in found]
    print_table([f"去掉的{word}", "名次变的", "最多变几名", "谁"], rows)


def forecast(options: Namespace) -> int:
    """``forecast UNIT SCORE --scores FILE``."""
    from ..analysis.forecast import Score
    from ..analysis.forecast import forecast as judge
    from ..exact import plain
    from ..intake.scores_file import read_scores

    given = {"得分": options.score, "--low": options.low, "--high": options.high}
    own = Score.of(options.unit, *(_number(text, name) for name, text in given.items()))
    others = [Score.of(name, score, low, high) for name, score, low, high in read_scores(options.scores)]
    found = judge(own, others)
    if options.json:
        result = {"place": found.place, "best": found.best, "worst": found.worst, "of": found.size, "ahead": found.ahead}
        print_json({"ok": True, "unit": options.unit, **result, "to_next": None if found.to_next is None else plain(found.to_next)})
        return 0
    print(
        visible(
            f"{options.unit}：预计{plain(own.score)}分，在{found.size}个中排第{found.place}名（范围：第{found.best}—{found.worst}名）。"
        )
    )
    if found.to_next is not None:
        print(visible(f"前一名是{found.ahead}，差{plain(found.to_next)}分。"))
    return 0


def _number(text: str | None, name: str) -> Any:
    from ..intake.numbers import NotANumber, read_number

    if text is None:
        return None
    read = read_number(text)
    if isinstance(read, NotANumber) or read.uom not in ("", "分"):
        raise UsageError(f"{name} 应为数，实为“{text}”")
    return read.value
