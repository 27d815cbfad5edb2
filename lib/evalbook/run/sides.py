"""What can be compared: a run (folder or name), or a period of the workbook as its files are now (``办法/考核期``)."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import durable
from ..analysis.replay import Recorded, Side
from ..errors import Fault, Refused, UsageError
from ..exact import Exact, exact, is_number_text
from ..terms import HEADINGS, OUTCOMES, STATUSES, STUDIES
from ..workbook import Prepared, Workbook
from .identity import canonical_sha256, library_sha256
from .publication import MANIFEST
from .reproduce import find_run

_INPUTS = "inputs"


def sides_of(texts: Sequence[str], start: Path | None = None) -> list[Side]:
    """Two sides, or more. A period alone (``2022``) belongs to the scheme named before it.

    Raises
    ------
    UsageError
        No such run, scheme or period; sides of different schemes.
    Refused
        A run whose inputs are gone or were changed after publication, or inputs that cannot be scored.
    """
    found: list[Side] = []
    done: dict[str, dict[str, Prepared]] = {}
    for text in texts:
        before = found[-1].scheme.id if found else ""
        found.append(_side(text, start, before, done))
        if found[0].scheme.id != found[-1].scheme.id:
            first, last = found[0], found[-1]
            raise UsageError(f"只能比较同一考核办法：{first.name}是{first.scheme.id}，{last.name}是{last.scheme.id}")
    names = [side.name for side in found]
    if len(set(names)) < len(names):
        raise UsageError(f"“{names[0]}”与自己没有差别；请写两次不同的运行或考核期")
    return found


def _side(text: str, start: Path | None, scheme: str, done: dict[str, dict[str, Prepared]]) -> Side:
    named, slash, period = text.rpartition("/")
    if not Path(text).exists() and ((slash and "/" not in named) or (scheme and _is_period(text))):
        book = Workbook.discover(start)
        who = named if slash else scheme
        return period_side(book, who, period if slash else text, done.setdefault(who, {}))
    return run_side(find_run(text, start), done)


def _is_period(text: str) -> bool:
    from ..periods import Period

    try:
        Period.parse(text)
    except UsageError:
        return False
    return True


def period_side(book: Workbook, scheme: str, period: str, done: dict[str, Prepared] | None = None) -> Side:
    """A period as its files are now."""
    from .. import __version__

    prepared = book.prepare(scheme, period, done=done)
    return Side(prepared.definition.period.label, book.root, prepared.evaluation, (__version__, library_sha256()), flags=prepared.flags)


def run_side(run: Path, done: dict[str, dict[str, Prepared]] | None = None) -> Side:
    """A published run, scored again from its own inputs. ``done`` keeps periods that several runs read from the same files."""
    manifest = _manifest(run)
    _whole(run, manifest)
    root = run / _INPUTS
    overrides, others = manifest["overrides"], {} if done is None else done.setdefault(_others(manifest), {})
    known = dict(others)
    try:
        prepared = Workbook(root).prepare(manifest["scheme"], manifest["period"], overrides=overrides or None, done=known)
    except (Refused, UsageError) as error:
        message, remedy = "现在的程序不能按这次运行的输入重新计算", "请用当时版本的程序比较，或比较考核期"
        cause = error.faults[0].message if isinstance(error, Refused) and error.faults else str(error)
        raise Refused([Fault("compare.not_scored", f"{message}：{cause}", remedy, file=run.name)]) from error
    others |= {period: found for period, found in known.items() if period != manifest["period"]}
    evaluation = prepared.evaluation
    same = manifest.get("result_sha256") == evaluation.digest()
    library = manifest["library"]
    name = f"{run.name}（{evaluation.scheme.period.label}·{STATUSES.get(manifest['status'], manifest['status'])}）"
    program = (str(library.get("version", "")), str(library["sha256"]))
    return Side(name, root, evaluation, program, None if same else recorded(run, evaluation.unit_codes), run.name, prepared.flags)


def _manifest(run: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((run / MANIFEST).read_text("utf-8"))
        needed = {"scheme": str, "period": str, "status": str, "outcome": str, "overrides": dict, "inputs": list, "library": dict}
        right = all(isinstance(manifest[key], kind) for key, kind in needed.items())
    except (OSError, ValueError, KeyError, TypeError):
        right = False
    if not right or not isinstance(manifest["library"].get("sha256"), str):
        raise Refused(
            [Fault("compare.manifest", "运行清单读不出来，无法比较", "请换一次运行，或恢复该文件夹", file=f"{run.name}/{MANIFEST}")]
        )
    if manifest["status"] in STUDIES:
        raise UsageError(f"“{run.name}”是{STUDIES[manifest['status']]}报告，不是评价的运行；请写评价的运行或考核期")
    if manifest["outcome"] != "completed":
        raise UsageError(f"运行“{run.name}”的结果是“{OUTCOMES.get(manifest['outcome'], manifest['outcome'])}”，没有可以比较的结果")
    return manifest


def _others(manifest: dict[str, Any]) -> str:
    """Hash of everything that the other periods of a run were made from: what belongs to its own period alone is left out."""
    scheme, period = manifest["scheme"], manifest["period"]
    own = (f"data/{scheme}/{period}/", f"params/{scheme}/periods/{period}.yaml")
    return canonical_sha256({str(item["name"]): item["sha256"] for item in manifest["inputs"] if not str(item["name"]).startswith(own)})


def _whole(run: Path, manifest: dict[str, Any]) -> None:
    """Refuse a run whose inputs are not those that it recorded: comparing them would say something of another result."""
    faults = []
    for item in manifest["inputs"]:
        path = run / _INPUTS / str(item["name"])
        if not path.resolve().is_relative_to(run.resolve()) or not path.is_file():
            message, remedy = "运行的输入文件不在了，无法重新计算", "请恢复该运行的 inputs 文件夹（备份或档案），或改为比较考核期"
            faults.append(Fault("compare.input_gone", message, remedy, file=f"{run.name}/{_INPUTS}/{item['name']}"))
        elif durable.sha256(path) != item["sha256"]:
            message, remedy = "运行的输入文件在发布后被改动", "请恢复原文件；现在的数据请按考核期比较"
            faults.append(Fault("compare.input_changed", message, remedy, file=f"{run.name}/{_INPUTS}/{item['name']}"))
    if faults:
        raise Refused(faults, "运行的输入不完整，无法比较")


def recorded(run: Path, codes: Sequence[str]) -> Recorded:
    """Totals, places and money as the run published them. What is not published as a number is left out."""
    totals, places = {}, {}
    rows = _rows(run / "tables" / "totals.csv")
    heads = list(rows[0]) if rows else []
    ranked = HEADINGS["rank"] in heads
    at = 3 if ranked else 2
    for row in rows:
        code, cells = row.get(HEADINGS["unit_code"], ""), list(row.values())
        if len(cells) > at:
            totals[code] = _number(cells[at])
            places[code] = _number(row.get(HEADINGS["rank"], "")) if ranked else None
    money: dict[str, Exact | None] = {}
    if (run / "tables" / "payments.csv").is_file():
        sums = dict.fromkeys(codes, exact(0))
        for row in _rows(run / "tables" / "payments.csv"):
            amount = _number(row.get("金额（元）", ""))
            if amount is not None and row.get(HEADINGS["unit_code"]):
                sums[row[HEADINGS["unit_code"]]] = sums.get(row[HEADINGS["unit_code"]], exact(0)) + amount
        money = dict(sums)
    return Recorded(totals, places, money)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return []


def _number(text: str) -> Exact | None:
    return exact(text) if text and is_number_text(text) else None
