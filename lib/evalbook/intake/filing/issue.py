"""Sends forms out: which filers, into which folder, never over a file that somebody may have filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import Fault, Refused, UsageError, nearest
from ...safe import write_bytes
from .filers import DEPARTMENT, EVERYBODY, OFFICE, UNIT, Filer
from .form import write_form
from .office import Office


@dataclass(frozen=True)
class Issued:
    """One form: whose, where, and whether it was there already with the same bytes."""

    filer: Filer
    path: Path
    unchanged: bool


def chosen(office: Office, units: Sequence[str], departments: Sequence[str], *, together: bool) -> list[Filer]:
    """The filers asked for by code or name; all of them when nobody is named. UsageError with the nearest name."""
    everybody = office.filings.filers
    if together:
        others = [filer for filer in everybody if filer.kind != UNIT]
        return [EVERYBODY] if units or departments else [EVERYBODY, *others]
    if not units and not departments:
        return list(everybody)
    return [
        *_named(units, [f for f in everybody if f.kind == UNIT], "考核对象"),
        *_named(departments, [f for f in everybody if f.kind in (DEPARTMENT, OFFICE)], "填报部门"),
    ]


def _named(names: Sequence[str], known: Sequence[Filer], word: str) -> Iterator[Filer]:
    for name in names:
        found = [filer for filer in known if name in (filer.code, filer.label)]
        if not found:
            raise UsageError(f"没有{word}“{name}”；{nearest(name, [f.label for f in known])}")
        yield found[0]


def issue(office: Office, filers: Sequence[Filer], out: Path) -> list[Issued]:
    """Write the forms. Refused when one of them is there with other content: it may have been filled in."""
    forms = [(filer, out / filer.file_name, write_form(office, filer)) for filer in filers]
    faults = [
        Fault("form.there", "已有同名文件且内容不同，可能已经填写，不覆盖", "请移走该文件，或用 --out 换一个文件夹", file=path.name)
        for _, path, data in forms
        if path.exists() and path.read_bytes() != data
    ]
    if faults:
        raise Refused(faults)
    found = []
    for filer, path, data in forms:
        there = path.exists()
        if not there:
            write_bytes(path, data)
        found.append(Issued(filer, path, there))
    return found
