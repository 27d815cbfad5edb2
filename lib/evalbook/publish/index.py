"""Static lists of runs, so that a reader finds the newest report with nothing but a browser.

``outputs/index.html`` lists schemes and periods; each period's ``index.html`` lists its runs and ``latest.html`` says which one
counts. They are conveniences read off the manifests, not evidence: delete them and nothing is lost.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from evalbook.errors import visible
from evalbook.safe import write_bytes
from evalbook.terms import FLAGS, OUTCOMES, STATUSES, STUDIES

from .html import PageInfo, shell

__all__ = ["ListedRun", "read_runs", "write_index"]

_BEIJING = timezone(timedelta(hours=8))
_FAILED = "_failed"
#: Log of sign-offs (see archive.signoff) and the words for its roles.
_SIGNED = "signoff.jsonl"
_ROLES = {"prepared": "制表", "checked": "复核", "approved": "审批"}
#: Files of a run folder that readers look for, with the words under which they are listed.
_FILES = {"report.html": "报告", "scores.xlsx": "得分表", "report.ipynb": "笔记本", "units/index.html": "单位评分表"}


@dataclass(frozen=True)
class ListedRun:
    """One run as its manifest tells it; ``folder`` is relative to outputs, ``files`` are those of it that are there.

    ``signed`` are the signatures that were entered, ``superseded_by`` the name of the run that took its place.
    """

    folder: str
    scheme: str
    period: str
    title: str
    status: str
    outcome: str
    started: str
    inputs_sha256: str
    flags: tuple[str, ...]
    files: tuple[str, ...]
    signed: tuple[str, ...] = ()
    superseded_by: str = ""

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.rpartition("/")[2]

    @property
    def completed(self) -> bool:
        """Whether the run ended as a report that can be opened."""
        return self.outcome == "completed" and "report.html" in self.files


def _text(value: Any) -> str:
    return visible(str(value)) if isinstance(value, (str, int)) else ""


def _read(manifest: Path, outputs: Path) -> ListedRun | None:
    """A run by its manifest; None for whatever else carries that name."""
    try:
        data = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not all(isinstance(data.get(key), str) for key in ("scheme", "period", "status", "outcome")):
        return None
    folder = manifest.parent
    flags = data.get("flags")
    return ListedRun(
        folder=folder.relative_to(outputs).as_posix(),
        scheme=data["scheme"],
        period=data["period"],
        title=_text(data.get("title")) or data["scheme"],
        status=data["status"],
        outcome=data["outcome"],
        started=_text(data.get("started")),
        inputs_sha256=_text(data.get("inputs_sha256")),
        flags=tuple(_text(flag) for flag in flags) if isinstance(flags, list) else (),
        files=tuple(name for name in _FILES if (folder / name).is_file()),
    )


def read_runs(outputs: Path) -> list[ListedRun]:
    """All runs below an outputs folder, newest first; folders of other kinds and unreadable manifests are passed over.

    >>> read_runs(Path("no such folder"))
    []
    """
    outputs = Path(outputs)
    places = ("*/*/*/manifest.json", f"*/*/{_FAILED}/*/manifest.json", f"{_FAILED}/*/manifest.json")
    found = {path for place in places for path in outputs.glob(place)}
    runs = [run for path in sorted(found) if (run := _read(path, outputs)) is not None]
    signatures = _signatures(outputs)
    runs = [replace(run, signed=tuple(signatures.get(run.folder, ()))) for run in runs]
    return _superseded(sorted(runs, key=lambda run: (run.started, run.folder), reverse=True))


def _signatures(outputs: Path) -> dict[str, list[str]]:
    """Role and person of each signature by run, as they were entered; whether they count is for ``evalbook sign`` to say."""
    found: dict[str, list[str]] = {}
    try:
        lines = (outputs / _SIGNED).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return found
    for line in lines:
        try:
            told = json.loads(base64.b64decode(json.loads(line)["envelope"]["payload"]))
            run, role, person = str(told["run"]), str(told["role"]), str(told["person"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        found.setdefault(run, []).append(f"{_ROLES.get(role, role)}{visible(person)}")
    return found


def _superseded(runs: list[ListedRun]) -> list[ListedRun]:
    """Runs, newest first, each with what took its place: a final run that of earlier ones and drafts, a draft that of drafts."""
    newest: dict[tuple[str, str, str], str] = {}
    found = []
    for run in runs:
        final, draft = (newest.get((run.scheme, run.period, status), "") for status in ("final", "draft"))
        if not run.completed or run.status not in ("final", "draft"):
            found.append(run)
            continue
        found.append(replace(run, superseded_by=final if run.status == "final" else final or draft))
        newest.setdefault((run.scheme, run.period, run.status), run.name)
    return found


def write_index(outputs: Path, periods: Iterable[tuple[str, str]] | None = None) -> list[Path]:
    """Write the lists and return their paths; pages that would not change stay untouched.

    Parameters
    ----------
    outputs
        The outputs folder of a workbook.
    periods
        (scheme, period) pairs whose pages are to be written; all of them unless told otherwise. The list of everything is
        always written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_index(Path(place))]
    ['index.html']
    """
    outputs = Path(outputs)
    by_period: dict[tuple[str, str], list[ListedRun]] = {}
    for run in read_runs(outputs):
        by_period.setdefault((run.scheme, run.period), []).append(run)
    wanted = None if periods is None else set(periods)
    paths = [_write(outputs / "index.html", _overview(by_period))]
    for (scheme, period), runs in by_period.items():
        folder = outputs / scheme / period
        # A manifest can name any scheme; pages are written only where its runs lie.
        if (wanted is not None and (scheme, period) not in wanted) or not any(r.folder.startswith(f"{scheme}/{period}/") for r in runs):
            continue
        own = [replace(r, folder=r.folder.removeprefix(f"{scheme}/{period}/")) for r in runs if r.folder.startswith(f"{scheme}/{period}/")]
        paths.append(_write(folder / "index.html", _period_page(own)))
        newest = next((run for run in own if run.completed), None)
        if newest:
            paths.append(_write(folder / "latest.html", _latest_page(newest)))
    return paths


def _write(path: Path, text: str) -> Path:
    data = text.encode("utf-8")
    if not path.is_file() or path.read_bytes() != data:
        write_bytes(path, data)
    return path


# --- pages -------------------------------------------------------------------------------------------------------------------


def _shown_time(started: str) -> str:
    """Time of day in Beijing, where the readers are; a text that is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return started
    return moment.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M") if moment.tzinfo else started


def _link(address: str, text: str) -> str:
    return f'<a href="{quote(address)}">{escape(text)}</a>'


def _flags(run: ListedRun) -> str:
    return escape("、".join(FLAGS.get(flag, flag) for flag in run.flags) or "—")


def _table(head: list[str], rows: list[list[str]], css: list[str]) -> str:
    """A table of cells that are HTML already."""
    top = "".join(f'<th class="eb-short">{h}</th>' for h in head)
    dress = [' class="eb-short"' if h in _UNBROKEN else "" for h in head]
    cells = ("".join(f"<td{d}>{cell}</td>" for d, cell in zip(dress, row, strict=True)) for row in rows)
    body = "".join(f'<tr class="{c}">{row}</tr>' for row, c in zip(cells, css, strict=True))
    return f'<div class="eb-box"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _files(run: ListedRun) -> str:
    return "　".join(_link(f"{run.folder}/{name}", _FILES[name]) for name in run.files) or "—"


def _row(run: ListedRun) -> list[str]:
    words = [(STATUSES | STUDIES).get(run.status, run.status), OUTCOMES.get(run.outcome, run.outcome)]
    return [
        escape(_shown_time(run.started)),
        *map(escape, words),
        _flags(run),
        escape(_sign_off(run)),
        f"<code>{escape(run.inputs_sha256[:8])}</code>",
        _files(run),
    ]


def _sign_off(run: ListedRun) -> str:
    """Whether a final run waits for signatures, and what took the place of a run."""
    parts = []
    if run.status == "final" and run.completed:
        state = "已签" if any(text.startswith(_ROLES["approved"]) for text in run.signed) else "待签发"
        parts.append(state + (f"（{'、'.join(run.signed)}）" if run.signed else ""))
    if run.superseded_by:
        parts.append(f"已被 {run.superseded_by} 取代")
    return "；".join(parts) or "—"


def _css(run: ListedRun) -> str:
    return "" if run.completed and not run.superseded_by else "gap"


#: Columns whose cells never break.
_UNBROKEN = frozenset({"开始时间", "状态", "结果", "运行"})
_HEAD = ["开始时间", "状态", "结果", "标记", "签发", "输入校验码", "文件"]


def _overview(by_period: dict[tuple[str, str], list[ListedRun]]) -> str:
    rows, css = [], []
    for (scheme, period), runs in sorted(by_period.items(), key=lambda item: (item[0][0], item[0][1])):
        # What counts: the newest final run, while nobody has made a newer one; else the newest that completed.
        counting = [run for run in runs if run.completed and run.status == "final"] or [run for run in runs if run.completed]
        shown = counting[0] if counting else runs[0]
        place = f"{scheme}/{period}/index.html"
        inside = shown.folder.startswith(f"{scheme}/{period}/")
        name = escape(shown.title) + f"<br><code>{escape(scheme)} {escape(period)}</code>"
        more = _link(place, f"全部{len(runs)}次") if inside else f"{len(runs)}次"
        rows.append([name, *_row(shown)[:5], _files(shown), more])
        css.append(_css(shown))
    lines: tuple[str, ...] = ("还没有运行记录。",)
    if by_period:
        count = f"共{len(by_period)}个考核期有运行记录；每行列出最近一次定稿，没有定稿的列最近一次完成的运行。"
        lines = (count, "签发一栏按登记列出，以 evalbook sign 核对为准。")
    page = PageInfo(title="考核评价工作簿　运行一览", status="", preliminary_lines=lines, signatures=())
    return shell(_table(["考核办法与考核期", *_HEAD[:5], "文件", "运行"], rows, css) if rows else "", page=page)


def _period_page(runs: list[ListedRun]) -> str:
    page = PageInfo(title=runs[0].title, subtitle="运行记录", status="", preliminary_lines=("新的在前。",), signatures=())
    return shell(_table(_HEAD, [_row(run) for run in runs], [_css(run) for run in runs]), page=page)


def _latest_page(run: ListedRun) -> str:
    page = PageInfo(title=run.title, subtitle="最近一次完成的运行", status=run.status, flags=run.flags, signatures=())
    big = f'<p class="result">{_link(f"{run.folder}/report.html", "打开报告")}</p>'
    digest = f"<code>{escape(run.inputs_sha256)}</code>"
    pairs = (("开始时间", escape(_shown_time(run.started))), ("输入校验码", digest), ("文件", _files(run)))
    rows = "".join(f'<tr><th scope="row">{term}</th><td>{text}</td></tr>' for term, text in pairs)
    others = f'<p class="note">{_link("index.html", "本考核期的全部运行")}</p>'
    return shell(f'{big}<div class="eb-box"><table class="facts"><tbody>{rows}</tbody></table></div>{others}', page=page)
