"""D02: a payload file is changed and every manifest is written anew."""

from __future__ import annotations

from typing import Any


def change(text: str) -> str:
    return text.replace("1", "2", 1)


def test_the_bag_alone(office: Any) -> None:
    """The format is in order again; the signatures are not those of this run."""
    office.replace_run("2019", "tables/totals.csv", change)
    codes = office.bag_codes(office.bag())
    assert "signoff.other_run" in codes
    assert not any(code.startswith("bag.") for code in codes)


def test_in_the_archive(office: Any) -> None:
    """The chain knows another bag; and where the chain is written anew as well, the signatures still tell."""
    office.replace_run("2019", "tables/totals.csv", change)
    assert "archive.other_bag" in office.codes()
    office.reseal()
    codes = office.codes()
    assert not {code for code in codes if code.startswith("archive.chain")}
    assert "signoff.other_run" in codes


def test_what_no_signature_covers(office: Any, archiving: Any) -> None:
    """Library, entry program and lock are held against the signed manifest of the run."""
    for name, code in (("replay.py", "content.entry"), ("environment/requirements.lock", "content.lock")):
        path = office.bag() / "data" / name
        before = path.read_bytes()
        path.write_bytes(before.replace(b"numpy==2", b"numpy==1").replace(b"import sys", b"import sys as sys"))
        assert path.read_bytes() != before
        archiving.rehash(office.bag())
        assert code in office.bag_codes(office.bag())
        path.write_bytes(before)
    wheel = next((office.bag() / "data/library").glob("*.whl"))
    wheel.write_bytes(b"PK")
    archiving.rehash(office.bag())
    assert "content.library" in office.bag_codes(office.bag())
