"""The files behind evidence.csv: are they there, are they the ones that were registered, does anything rest on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Set
from pathlib import Path, PurePosixPath

from .remarks import Place, Remarks
from .sheet import Sheet
from .text import trimmed

#: Folder of a period in which its evidence lies.
FOLDER = "evidence"
_MOST_NAMED = 5


def inside(name: str) -> bool:
    """Whether the name of a file stays inside the project.

    >>> inside("evidence/a.pdf"), inside("../a.pdf"), inside("/etc/passwd"), inside("C:\\\\a.pdf")
    (True, False, False, False)
    """
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def locate(folder: Path, name: str) -> Path | None:
    """The file that a row names: relative to the period's folder, else to the project; None when there is none."""
    if not inside(name):
        return None
    root = folder.parents[2] if len(folder.parents) > 2 else folder
    for base in (folder, root):
        path = base / name
        if path.is_file() and not path.is_symlink() and path.resolve().is_relative_to(root.resolve()):
            return path
    return None


def files_of(folder: Path, records: Iterable[Mapping[str, str]]) -> list[Path]:
    """The files that the list names and that are there: inputs of a run like the figures."""
    found = (locate(folder, record.get("file", "")) for record in records)
    return sorted({path for path in found if path is not None})


def listed_in(folder: Path) -> list[str]:
    """Files that lie in the period's evidence folder, relative to the period's folder."""
    inner = (folder / FOLDER).rglob("*") if (folder / FOLDER).is_dir() else ()
    return sorted(path.relative_to(folder).as_posix() for path in inner if path.is_file() and not path.name.startswith((".", "~$")))


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_files(folder: Path, sheet: Sheet, cited: Set[str], remarks: Remarks) -> None:
    """Findings: a file that is not there, that was altered since it was registered, that nothing rests on; files not registered.

    A path that leads out of the project is refused.
    """
    known, hashes = set(), dict[Path, str]()
    for row, cells in sheet.records(Remarks()):
        record = {name: trimmed(cells[index]) for name, index in sheet.columns.items()}
        name, number, at = record.get("file", ""), record.get("evidence_id", ""), sheet.place(row, "file")
        if not name:
            continue
        if not inside(name):
            remarks.error("evidence.path", "佐证文件的路径应在工作簿之内", "请写相对路径，如 evidence/海关证明.pdf", at, name)
            continue
        known.add(name)
        path = locate(folder, name)
        if path is None:
            remarks.finding("evidence.file_missing", f"佐证 {number} 的文件不在", "请放回文件，或改正路径", at, name)
            continue
        if path not in hashes:
            hashes[path] = sha256(path)
        given = record.get("sha256", "").lower()
        if given and given != hashes[path]:
            ask = "请恢复原文件；确已更换的，核对后用 evalbook evidence index 加 --refresh 重新登记"
            remarks.finding("evidence.altered", f"佐证 {number} 的文件与登记时不同", ask, at, name)
        elif not given:
            remarks.note("evidence.no_hash", "佐证文件没有登记校验码，可用 evalbook evidence index 补登", at, name)
        if number not in cited:
            ask = "请在所证明的数据或项目上写佐证编号，或移出清单"
            remarks.finding("evidence.unreferenced", f"佐证 {number} 没有任何数据或项目引用", ask, at, name)
    strange = [name for name in listed_in(folder) if name not in known]
    if strange:
        names = "、".join(strange[:_MOST_NAMED]) + (f"等{len(strange)}个" if len(strange) > _MOST_NAMED else "")
        ask = "请用 evalbook evidence index 登记，或移出文件夹"
        remarks.finding("evidence.unlisted", f"文件夹里有没有登记的材料：{names}", ask, Place(sheet.grid.file))
