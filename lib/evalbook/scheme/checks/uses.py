"""Uses: what outcomes reward by, what the period file decides, and that everything names its clause."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Fault, nearest
from ..bounds import Bounds
from ..definition import Scheme
from ..lint_kinds import lint_kinds
from ..outcomes import lint_outcomes
from .subject import Subject


def unofficial(scheme: Scheme) -> list[str]:
    """Names marked ``official: false``: a final run needs each of them accepted in the period file."""
    names = [] if scheme.meta.official else ["edition"]
    if "units" in scheme.tables and not scheme.participation.official:
        names.append("participation")
    return list(dict.fromkeys(names + [name for (_, name), model in scheme.blocks() if getattr(model, "official", True) is False]))


def _kinds(subject: Subject) -> Iterator[Fault]:
    """What single kinds, conditions and outcomes say."""
    yield from lint_kinds(subject.scheme, subject.blocks)
    yield from lint_outcomes(subject.scheme, subject.broken)


def _accepted(subject: Subject) -> Iterator[Fault]:
    """The period file accepts only what is marked as our own choice; a what-if run on another edition, never final, asks for nothing."""
    scheme, known = subject.scheme, unofficial(subject.scheme)
    if scheme.overrides.edition:
        return
    for number, name in enumerate(scheme.settings.accept):
        if name not in known and name not in subject.broken:
            message = f"accept 中的“{name}”不是标明自定或未公开的名称"
            yield scheme.settings_source.fault("accept.unknown", message, ("accept", number), remedy=nearest(name, known))


def _explained(subject: Subject) -> Iterator[Fault]:
    """A reading other than the edition's own needs a ruling before a final run; until then it can be tried and discussed."""
    yield from unexplained(subject.scheme)


def unexplained(scheme: Scheme) -> list[Fault]:
    """Readings chosen against the edition's default without who decided it, when and why."""
    found = []
    for one in scheme.assumptions:
        if not one.explained and not one.tried:
            message = f"“{one.silent}”选了不同于默认的读法，没有写明理由、裁定人和日期"
            remedy = f"写成 {one.name}: {{reading: {one.choice}, reason: 理由, by: 裁定人, date: 年-月-日}}；未写明前不能定稿"
            where = ("assumptions", one.name)
            found.append(
                scheme.settings_source.fault("assumption.unexplained", message, where, value=one.choice, remedy=remedy, severity="finding")
            )
    return found


def _bounds(subject: Subject) -> Iterator[Fault]:
    """Errors of their own are stated for figures that points rest on."""
    scheme = subject.scheme
    if subject.broken:
        return
    for source, bounds in ((scheme.source, scheme.source.data.get("robustness")), (scheme.settings_source, scheme.settings.robustness)):
        stated = bounds.columns if isinstance(bounds, Bounds) else bounds.get("columns") if isinstance(bounds, dict) else None
        for name in stated if isinstance(stated, dict) else ():
            if name not in scheme.varied:
                message = f"没有名为“{name}”、参加计分的数值数据"
                yield source.fault("robustness.column", message, ("robustness", "columns", name), remedy=nearest(name, scheme.varied))


def _clauses(subject: Subject) -> Iterator[Fault]:
    """Whatever decides points or rewards names its clause."""
    for (section, name), model in subject.blocks:
        if section not in ("measures", "periods") and not getattr(model, "clause", "").strip():
            yield subject.fault("clause.missing", f"“{name}”没有写明条款", (section, name), remedy="请在 clause 中写明文件条款")


CHECKS = (_kinds, _accepted, _explained, _bounds, _clauses)
