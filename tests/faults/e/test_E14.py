"""E14: archives whose members lie outside, are links, or are there twice."""

from __future__ import annotations

import ast
import tarfile
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest

import evalbook
from evalbook.intake.xlsx_scan import BadWorkbook, scan

UNPACKING = {"extract", "extractall", "unpack_archive"}


def test_nothing_is_unpacked_to_the_disk() -> None:
    """No module leaves unpacking to a library: bags are unpacked by `archive/unpack.py`, member by member, as tested below.

    (`process.extract` of rapidfuzz takes nothing out of an archive.)
    """
    found = []
    for path in sorted(Path(evalbook.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in UNPACKING
                and ast.unparse(node.func.value) != "process"
            ):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_workbook_with_members_elsewhere(tmp_path: Any) -> None:
    """A spreadsheet is an archive, too: members that would lie outside or are there twice are read by nobody and written nowhere."""
    path = tmp_path / "in" / "values.xlsx"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../evil", "/evil", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")
    with pytest.raises(BadWorkbook) as refused:
        scan(path)
    assert refused.value.remedy
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == ["in", "in/values.xlsx"]


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    """A member that is a link."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def with_mode(name: str, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mode = mode
    return member


TARS = {
    "slip": [tarfile.TarInfo("../evil")],
    "deep slip": [tarfile.TarInfo("bag/../../evil")],
    "absolute": [tarfile.TarInfo("/evil")],
    "symlink": [link("bag/x", "/etc/passwd")],
    "symlink folder": [link("bag/x", "/var"), tarfile.TarInfo("bag/x/evil")],
    "hard link": [link("bag/x", "/etc/passwd", tarfile.LNKTYPE)],
    "device": [link("bag/x", "", tarfile.CHRTYPE)],
    "pipe": [link("bag/x", "", tarfile.FIFOTYPE)],
    "twice": [tarfile.TarInfo("bag/x"), tarfile.TarInfo("bag/x")],
    "case": [tarfile.TarInfo("bag/x"), tarfile.TarInfo("bag/X")],
    "setuid": [with_mode("bag/x", 0o4755)],
    "file and folder": [tarfile.TarInfo("bag/x"), tarfile.TarInfo("bag/x/y")],
}
ZIPS = ["../evil", "/evil", "bag/../../evil", "C:/evil", "bag\\..\\evil", "bag/con.txt", "bag/a\nb", "bag/."]


@pytest.mark.parametrize("members", TARS.values(), ids=[name.replace(" ", "-") for name in TARS])
def test_a_hostile_tar(office: Any, tmp_path: Path, screen: Any, members: list[tarfile.TarInfo]) -> None:
    """A bag that arrives packed: refused with each odd member by name, before anything is written."""
    path = tmp_path / "in" / "bag.tar"
    path.parent.mkdir()
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("bag/bagit.txt"))
        for member in members:
            archive.addfile(member)
    refuses(office, path, tmp_path, screen)


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip(office: Any, tmp_path: Path, screen: Any, name: str) -> None:
    """Paths that lead out, and names that only some systems can hold."""
    path = tmp_path / "in" / "bag.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bag/bagit.txt", "x")
        archive.writestr(zipfile.ZipInfo(name), "x")
    refuses(office, path, tmp_path, screen)


def test_a_zip_that_holds_a_link_a_double_and_a_bomb(office: Any, tmp_path: Path, screen: Any) -> None:
    """All three are told."""
    path = tmp_path / "in" / "bag.zip"
    path.parent.mkdir()
    symlink = zipfile.ZipInfo("bag/link")
    symlink.external_attr = 0o120777 << 16
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(symlink, "/etc/passwd")
        archive.writestr("bag/x", "1")
        archive.writestr("bag/x", "2")
        archive.writestr("bag/bomb", bytes(20 << 20))
    text = refuses(office, path, tmp_path, screen)
    assert all(word in text for word in ("链接或设备", "压缩炸弹", "bag/x"))


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + bytes(50), bytes(1024)], ids=["empty", "stub", "torn", "zeros"])
def test_what_is_no_archive(office: Any, tmp_path: Path, screen: Any, data: bytes) -> None:
    """A damaged file is told as one."""
    path = tmp_path / "in" / "bag.zip"
    path.parent.mkdir()
    path.write_bytes(data)
    refuses(office, path, tmp_path, screen)


def test_a_good_one(office: Any, tmp_path: Path) -> None:
    """A bag packed as zip or tar verifies as it stands; a torn file does not."""
    import shutil

    for form in ("zip", "gztar"):
        packed = Path(shutil.make_archive(str(tmp_path / form), form, office.bag().parent, "v1"))
        code, text = office.main("archive", "verify", packed)
        assert code == 0, text
        packed.write_bytes(packed.read_bytes()[:-2000])
        assert office.main("archive", "verify", packed)[0] == 1


def refuses(office: Any, path: Path, top: Path, screen: Any) -> str:
    """The command refuses, in words, and nothing lies anywhere that did not before."""
    before = sorted(p for p in top.rglob("*") if "office" not in p.parts)
    code, text = office.main("archive", "verify", path)
    assert code == 1, text
    screen(text)
    assert sorted(p for p in top.rglob("*") if "office" not in p.parts) == before
    assert not Path("/evil").exists()
    return str(text)


def test_a_whole_archive_in_one_file(office: Any, tmp_path: Path) -> None:
    """Packed as it stands it verifies against the printed head, too."""
    import shutil

    carried = shutil.copytree(office.archive, tmp_path / "carried", ignore=shutil.ignore_patterns(".locks", ".staging"))
    packed = shutil.make_archive(str(tmp_path / "archive"), "zip", carried)
    code, text = office.main("archive", "verify", packed, "--head", office.head)
    assert (code, "与给出的摘要相符" in text) == (0, True), text
