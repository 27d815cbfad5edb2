"""D15: a signature is forged, re-used, or of a key that is revoked or unknown."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from evalbook.archive.keys import KEYS, load_private, read_keys
from evalbook.archive.statement import seal


def records(bag: Path) -> Path:
    return bag / "data/signoff/records.jsonl"


def rewritten(office: Any, archiving: Any, change: Any, period: str = "2019") -> set[str]:
    """Codes of a bag after its records were changed and every manifest written anew."""
    path = records(office.bag(period))
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    change(lines)
    path.write_bytes(b"".join(archiving.canonical(line) + b"\n" for line in lines))
    archiving.rehash(office.bag(period))
    codes: set[str] = office.bag_codes(office.bag(period))
    return codes


def test_forged(office: Any, archiving: Any) -> None:
    """A statement changed by one word is not the one that was signed."""

    def change(lines: list[Any]) -> None:
        body = base64.b64decode(lines[0]["envelope"]["payload"]).decode().replace("数据与原件一致", "一切都很好")
        lines[0]["envelope"]["payload"] = base64.b64encode(body.encode()).decode()

    assert rewritten(office, archiving, change) == {"signoff.signature", "signoff.missing", "signoff.not_counted"}


def test_reused_from_another_year(office: Any, archiving: Any) -> None:
    """Good signatures of 2022 under the run of 2019."""
    other = [json.loads(line) for line in records(office.bag("2022")).read_text("utf-8").splitlines()]
    assert rewritten(office, archiving, lambda lines: lines.__setitem__(slice(None), other)) == {"signoff.other_run", "signoff.missing"}


def test_taken_twice(office: Any, archiving: Any) -> None:
    """The same record twice counts once."""
    assert rewritten(office, archiving, lambda lines: lines.append(lines[0])) == {"signoff.not_counted"}


def test_left_out(office: Any, archiving: Any) -> None:
    """Without the approval the sign-off is not complete."""
    assert rewritten(office, archiving, lambda lines: lines.pop()) == {"signoff.missing"}


def test_no_records(office: Any, archiving: Any) -> None:
    """Unreadable records vouch for nothing."""
    records(office.bag()).write_text("x\n", "utf-8")
    archiving.rehash(office.bag())
    assert office.bag_codes(office.bag()) == {"signoff.records"}


def test_signed_with_a_key_of_ones_own_making(office: Any, archiving: Any, tmp_path: Path) -> None:
    """Whoever signs everything anew with own keys and puts those into the bag passes by itself, and not before trusted keys."""
    mallory = archiving.Office(tmp_path / "mallory")
    for person in archiving.PEOPLE.values():
        mallory.key(person)
    own = {key.person: key for key in read_keys(mallory.root / KEYS).values()}

    def change(lines: list[Any]) -> None:
        for line in lines:
            told = json.loads(base64.b64decode(line["envelope"]["payload"]))
            told["key"] = own[told["person"]].id
            line["envelope"] = seal(told, load_private(mallory.private(told["person"])))
        folder = office.bag() / "data/signoff/keys"
        for path in folder.iterdir():
            path.unlink()
        for key in own.values():
            (folder / f"{key.id}.yaml").write_text(key.text(), "utf-8")

    assert rewritten(office, archiving, change) <= {"content.crate"}  # its description still names the keys of before
    office.reseal()
    assert {"signoff.unknown_key", "signoff.missing"} <= office.codes()
    assert office.verify(keys=None).notes


def test_revoked(office: Any) -> None:
    """A key revoked before the day of signing does not count, whatever the bag's copy of it says."""
    path = next(path for path in (office.root / KEYS).glob("*.yaml") if "李四" in path.read_text("utf-8"))
    office.edit(path, lambda text: text.replace('revoked: ""', 'revoked: "2020-01-01"'))
    assert {"signoff.not_counted", "signoff.missing"} <= office.codes()


def test_key_file_exchanged(office: Any) -> None:
    """A public key under the number of another is refused before anything is verified with it."""
    paths = sorted((office.root / KEYS).glob("*.yaml"))
    paths[0].write_bytes(paths[1].read_bytes())
    code, text = office.main("archive", "verify")
    assert code == 1
    assert "公钥可能被换过" in text
