"""One collection as it is carried out: what came back is read, matched and kept, and the act is entered whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import ledger
from ..errors import Refused
from ..intake.filing.collection import Approval, Collection, counts
from ..intake.filing.collection import collect as put_together
from ..intake.filing.files import read_hashes
from ..intake.filing.office import open_office
from ..intake.filing.period_rows import PeriodRows
from ..intake.filing.store import Store
from ..scheme.scheme import find
from .identity import circumstances
from .publication import now

__all__ = ["LOG", "carry_out"]

#: Log of collections inside ``outputs``, chained like the ledger: who collected what when, refused collections too.
LOG = "collections.jsonl"


def carry_out(root: Path, scheme: str, period: str, folder: Path, approval: Approval, *, dry_run: bool = False) -> tuple[Collection, str]:
    """Collect a folder into a period; returns what was found and the number under which it is kept, blank where nothing was taken.

    A collection that is no ``dry_run`` has its line in :data:`LOG`: with a number its record tells everything, without one (all files
    at fault, figures that wait for an approval, parameters that cannot be read) the line is all that remains of it.

    Raises
    ------
    Refused
        The period or what was collected before is at fault, so that no file was read.
    UsageError
        No such scheme or period.
    """
    about = {"scheme": scheme, "period": str(find(root, scheme, period)), "date": approval.day.isoformat()}
    about |= {"by": approval.by, "reason": approval.reason, "approved_by": approval.approved_by}
    try:
        office = open_office(root, scheme, period)
        with Store(office.folder, office.shown) as store:
            store.mend()
            office = open_office(root, scheme, period)
            office.only_csv()
            rows = PeriodRows(office)
            found = put_together(office, folder, approval, rows, store.filed())
            number = "" if dry_run else store.write(found, rows, folder)
    except Refused as refused:
        if not dry_run:
            files = [{"name": name, "sha256": digest} for name, digest in read_hashes(folder).items()]
            _enter(root, about, "refused", files, {"faults": len(refused.faults)})
        raise
    if not dry_run:
        _enter(root, about, *_outcome(found, number))
    return found, number


def _outcome(found: Collection, number: str) -> tuple[str, list[dict[str, Any]], dict[str, Any]]:
    """Outcome, files and results of a collection that read the files."""
    files = [{"name": one.name, "sha256": one.sha256, "faults": len(one.faults)} for one in found.files]
    told = counts(found)
    results = {"collection": number, "faults": len(found.faults), "held": told["held"], "figures": told["figures"]}
    return "refused" if not number and (found.faults or found.held) else "completed", files, results


def _enter(root: Path, about: dict[str, Any], outcome: str, files: Sequence[dict[str, Any]], results: dict[str, Any]) -> None:
    """One line: who collected when, which files by hash, and how many faults there were."""
    here = circumstances(root)
    who = {"time": now().isoformat(timespec="seconds"), "user": here["user"], "host": here["host"]}
    ledger.append(root / "outputs", {**about, **who, "outcome": outcome, **results, "files": list(files)}, name=LOG)
