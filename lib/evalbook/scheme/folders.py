"""Which schemes and periods there are, by the names of their files: what a command asks before it reads any of them."""

from __future__ import annotations

from pathlib import Path

from ..errors import Fault, Refused, UsageError, nearest
from ..periods import Period

__all__ = ["PERIOD_FOLDER", "find", "period_file", "period_ids", "scheme_ids"]

PERIOD_FOLDER = "periods"


def scheme_ids(root: Path) -> list[str]:
    """Schemes that have parameters."""
    folder = root / "params"
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and any(p.glob("*.yaml"))) if folder.is_dir() else []


def period_ids(root: Path, scheme: str) -> list[str]:
    """Periods of a scheme that have a period file, in time order. Refused when a file is named otherwise (a copy left behind)."""
    periods, faults = [], []
    for path in sorted((root / "params" / scheme / PERIOD_FOLDER).glob("*.yaml")):
        try:
            periods.append(Period.parse(path.stem))
        except UsageError:
            shown = period_file(scheme, path.stem)
            faults.append(Fault("period.file_name", "文件名不是考核期", "请改为 2023.yaml 这样的名称，或移出此文件夹", file=shown))
    if faults:
        raise Refused(faults)
    return [str(period) for period in sorted(periods)]


def find(root: Path, scheme: str, period: str) -> Period:
    """The period, or UsageError naming the nearest scheme or the known periods."""
    ids = scheme_ids(root)
    if scheme not in ids:
        raise UsageError(f"没有名为“{scheme}”的考核办法；{nearest(scheme, ids)}")
    parsed = Period.parse(period)
    known = period_ids(root, scheme)
    if str(parsed) not in known:
        raise UsageError(
            f"考核办法“{scheme}”没有考核期“{period}”；已有：{'、'.join(known) or '无'}。"
            f"新增用 evalbook new period {scheme} {period} --from 上一期"
        )
    return parsed


def period_file(scheme: str, period: str) -> str:
    """Where a period file stands, from the project's folder."""
    return f"params/{scheme}/{PERIOD_FOLDER}/{period}.yaml"
