"""The id of a form: one visible line that says which scheme, edition, period and filer a workbook is of, and which shape it had."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from .filers import Filer
from .office import Office

#: Kind and version of the form; a reader of another version asks for a new form.
MARK = "EB1"
_LINE = re.compile(r"EB(?P<version>[0-9]+)\|(?P<rest>[^|]+(?:\|[^|]+){6})")


@dataclass(frozen=True)
class FormId:
    """What the line says. ``shape`` is a digest of all fields and columns, ``check`` one of the line itself."""

    scheme: str
    edition: str
    period: str
    kind: str
    filer: str
    shape: str

    @property
    def line(self) -> str:
        """The line as it is written, with a check that a retyped letter breaks.

        >>> FormId("x", "2020", "2023", "unit", "330100", "0f").line
        'EB1|x|2020|2023|unit|330100|0f|8bd1'
        """
        body = "|".join((MARK, self.scheme, self.edition, self.period, self.kind, self.filer, self.shape))
        return f"{body}|{_digest(body)[:4]}"

    @classmethod
    def parse(cls, text: str) -> FormId | None:
        """The id in a line, None where there is none or the check does not agree.

        >>> FormId.parse("表号 EB1|x|2020|2023|unit|330100|0f|8bd1").filer, FormId.parse("EB1|x|2020|2023|unit|330200|0f|ae81")
        ('330100', None)
        """
        match = _LINE.search(text)
        if match is None or f"EB{match['version']}" != MARK:
            return None
        *parts, check = match["rest"].strip().split("|")
        found = cls(*parts)
        return found if _digest(f"{MARK}|{'|'.join(parts)}")[:4] == check else None

    @classmethod
    def of(cls, office: Office, filer: Filer) -> FormId:
        """The id of a filer's form as it would be written now."""
        edition = PurePosixPath(office.scheme.edition_file).stem
        return cls(office.scheme.id, edition, str(office.scheme.period), filer.kind, filer.code, shape(office, filer))


def looks_like_one(text: str) -> bool:
    """Whether a text begins as an id does, whole or broken."""
    return bool(re.search(r"EB[0-9]+\|", text))


def shape(office: Office, filer: Filer) -> str:
    """A digest of everything that a form asks: fields, units of measure, lists and their columns."""
    scheme, filings = office.scheme, office.filings
    columns = scheme.tables["units"].columns
    parts = []
    for line in filings.lines(filer):
        for field in line.fields:
            parts.append(f"{office.roster.codes[field.unit]} {field.key} {columns[field.quantity].uom}")
    for name in filings.tables(filer):
        parts += [f"{name}.{column} {quantity.uom}" for column, quantity in scheme.tables[name].columns.items()]
    return _digest("\n".join(parts))[:8]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
