"""The kinds of bags of the Library of Congress' conformance suite (github.com/LibraryOfCongress/bagit-conformance-suite), generated.

Each kind is made by code, named for its fault. Ours is a narrower profile than RFC 8493: what that calls invalid is refused, and so is
what it only warns of or allows where it would weaken evidence (other algorithms, ``fetch.txt``, tag files of one's own, odd names).
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from evalbook.archive.bag_check import check_bag
from evalbook.archive.bag_write import BagWriter

PAYLOAD = {"data/hello.txt": b"hello\n", "data/run/numbers.csv": "单位,数值\r\n甲,1\r\n".encode()}


class Bag:
    """A bag in the making: files by name, and manifests computed with hashlib at the end unless a fault put something in their place."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = dict(PAYLOAD)
        self.files["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        self.algorithms = ["sha256", "sha512"]
        self.info = f"Payload-Oxum: {sum(map(len, PAYLOAD.values()))}.{len(PAYLOAD)}\n"
        self.after: list[Callable[[Path], None]] = []
        self.listed: Callable[[str, str], str] = lambda _algorithm, text: text
        self.more_tags: list[str] = []

    def write(self, folder: Path) -> Path:
        self.files["bag-info.txt"] = self.info.encode()
        for algorithm in self.algorithms:
            self.files[f"manifest-{algorithm}.txt"] = self.listed(algorithm, self._lines(algorithm, PAYLOAD)).encode()
        tags = ["bagit.txt", "bag-info.txt", *(f"manifest-{a}.txt" for a in self.algorithms), *self.more_tags]
        tagged = {f"tagmanifest-{a}.txt": self._lines(a, tags).encode() for a in self.algorithms}
        for name, data in {**self.files, **tagged}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for change in self.after:
            change(folder)
        return folder

    def _lines(self, algorithm: str, names: object) -> str:
        return "".join(f"{hashlib.new(algorithm, self.files[n]).hexdigest()}  {n}\n" for n in names if n in self.files)  # type: ignore[attr-defined]


def basic(_bag: Bag) -> None:
    """Nothing is wrong."""


def no_bagit(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "bagit.txt").unlink())


def bom_in_bagit(bag: Bag) -> None:
    bag.files["bagit.txt"] = b"\xef\xbb\xbf" + bag.files["bagit.txt"]


def older_version(bag: Bag) -> None:
    bag.files["bagit.txt"] = b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"


def impossible_version(bag: Bag) -> None:
    bag.files["bagit.txt"] = b"BagIt-Version: .97\nTag-File-Character-Encoding: UTF-8\n"


def no_encoding(bag: Bag) -> None:
    bag.files["bagit.txt"] = b"BagIt-Version: 1.0\n"


def space_before_colon(bag: Bag) -> None:
    bag.files["bagit.txt"] = b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"


def tag_files_in_utf16(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "bag-info.txt").write_bytes(bag.info.encode("utf-16")))


def no_payload_folder(bag: Bag) -> None:
    import shutil

    bag.after.append(lambda folder: shutil.rmtree(folder / "data"))


def no_manifest(bag: Bag) -> None:
    bag.algorithms = []


def md5_only(bag: Bag) -> None:
    bag.algorithms = ["md5"]


def sha1_besides(bag: Bag) -> None:
    bag.algorithms = ["sha256", "sha512", "sha1"]


def one_algorithm(bag: Bag) -> None:
    bag.algorithms = ["sha512"]


def no_tag_manifests(bag: Bag) -> None:
    bag.after.append(lambda folder: [path.unlink() for path in folder.glob("tagmanifest-*")])


def payload_changed(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "data/hello.txt").write_bytes(b"hallo\n"))


def tag_file_changed(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "bag-info.txt").write_bytes(b"Contact-Name: x\n" + bag.info.encode()))


def payload_missing(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "data/hello.txt").unlink())


def payload_unlisted(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "data/extra.txt").write_bytes(b""))


def listed_in_one_manifest_only(bag: Bag) -> None:
    bag.listed = lambda algorithm, text: text if algorithm == "sha256" else text.splitlines(keepends=True)[0]


def listed_twice(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text + text.splitlines(keepends=True)[0]


def listed_twice_with_another_hash(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text + "0" + text.splitlines(keepends=True)[0][1:]


def upper_case_hash(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: "".join(f"{line[:64].upper()}{line[64:]}" for line in text.splitlines(keepends=True))


def hash_too_short(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text[1:]


def one_blank(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("  ", " ")


def binary_mark(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("  ", " *")


def dot_slash(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("  data/", "  ./data/")


def windows_slashes(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("data/", "data\\")


def crlf(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("\n", "\r\n")


def blank_lines(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("\n", "\n\n")


def no_last_line_end(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.rstrip("\n")


def parent_path(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("data/hello.txt", "data/../../hello.txt")


def absolute_path(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("data/hello.txt", "/etc/passwd")


def home_path(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("data/hello.txt", "~/hello.txt")


def drive_path(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("data/hello.txt", "C:/hello.txt")


def tag_file_as_payload(bag: Bag) -> None:
    bag.listed = lambda _algorithm, text: text.replace("data/hello.txt", "bagit.txt")


def fetch(bag: Bag) -> None:
    bag.files["fetch.txt"] = b"https://example.org/hello.txt 6 data/hello.txt\n"
    bag.more_tags.append("fetch.txt")


def tag_folder(bag: Bag) -> None:
    bag.files["meta/x.txt"] = b"x"
    bag.more_tags.append("meta/x.txt")


def wrong_oxum(bag: Bag) -> None:
    bag.info = "Payload-Oxum: 1.1\n"


def oxum_twice(bag: Bag) -> None:
    bag.info += bag.info


def malformed_info(bag: Bag) -> None:
    bag.info += "no colon\n"


def folded_info(bag: Bag) -> None:
    bag.info += "Description: a\n  b\n"


def hidden_file(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "data/.DS_Store").write_bytes(b"x"))


def windows_thumbnails(bag: Bag) -> None:
    bag.after.append(lambda folder: (folder / "data/Thumbs.db").write_bytes(b"x"))


def renamed(old: str, new: str) -> Callable[[Bag], None]:
    """A kind in which a payload file has another name, everywhere."""

    def kind(bag: Bag) -> None:
        bag.listed = lambda _algorithm, text: text.replace(old, new)

        def move(folder: Path) -> None:
            (folder / new).parent.mkdir(parents=True, exist_ok=True)
            (folder / old).rename(folder / new)

        bag.after.append(move)

    return kind


KINDS: dict[str, tuple[Callable[[Bag], None], set[str]]] = {
    "basic": (basic, set()),
    "no-bagit": (no_bagit, {"bag.no_bagit"}),
    "bom-in-bagit": (bom_in_bagit, {"bag.version"}),
    "older-version": (older_version, {"bag.version"}),
    "impossible-version": (impossible_version, {"bag.version"}),
    "no-encoding": (no_encoding, {"bag.version"}),
    "space-before-colon": (space_before_colon, {"bag.version"}),
    "tag-files-in-utf-16": (tag_files_in_utf16, {"bag.changed", "bag.unreadable", "bag.info"}),
    "no-payload-folder": (no_payload_folder, {"bag.missing"}),
    "no-manifest": (no_manifest, {"bag.no_manifest", "bag.unlisted"}),
    "md5-only": (md5_only, {"bag.no_manifest", "bag.unlisted"}),
    "sha1-besides": (sha1_besides, {"bag.unlisted", "bag.tag_file"}),
    "one-algorithm": (one_algorithm, {"bag.no_manifest"}),
    "no-tag-manifests": (no_tag_manifests, {"bag.no_manifest"}),
    "payload-changed": (payload_changed, {"bag.changed"}),
    "tag-file-changed": (tag_file_changed, {"bag.changed"}),
    "payload-missing": (payload_missing, {"bag.missing"}),
    "payload-unlisted": (payload_unlisted, {"bag.unlisted"}),
    "listed-in-one-manifest-only": (listed_in_one_manifest_only, {"bag.manifests_differ"}),
    "listed-twice": (listed_twice, {"bag.manifest_line"}),
    "listed-twice-with-another-hash": (listed_twice_with_another_hash, {"bag.manifest_line"}),
    "upper-case-hash": (upper_case_hash, {"bag.manifest_line"}),
    "hash-too-short": (hash_too_short, {"bag.manifest_line"}),
    "one-blank": (one_blank, {"bag.manifest_line"}),
    "binary-mark": (binary_mark, {"bag.manifest_line"}),
    "dot-slash": (dot_slash, {"bag.path"}),
    "windows-slashes": (windows_slashes, {"bag.path"}),
    "crlf": (crlf, {"bag.path"}),
    "blank-lines": (blank_lines, {"bag.manifest_line"}),
    "no-last-line-end": (no_last_line_end, {"bag.manifest_line"}),
    "parent-path": (parent_path, {"bag.path"}),
    "absolute-path": (absolute_path, {"bag.path"}),
    "home-path": (home_path, {"bag.path"}),
    "drive-path": (drive_path, {"bag.path"}),
    "tag-file-as-payload": (tag_file_as_payload, {"bag.path"}),
    "fetch": (fetch, {"bag.fetch"}),
    "tag-folder": (tag_folder, {"bag.unlisted", "bag.tag_file"}),
    "wrong-oxum": (wrong_oxum, {"bag.oxum"}),
    "oxum-twice": (oxum_twice, {"bag.info"}),
    "malformed-info": (malformed_info, {"bag.info"}),
    "folded-info": (folded_info, {"bag.info"}),
    "hidden-file": (hidden_file, {"bag.name", "bag.unlisted"}),
    "windows-thumbnails": (windows_thumbnails, {"bag.unlisted"}),
    "name-with-blank": (renamed("data/hello.txt", "data/hel lo.txt"), {"bag.name", "bag.path"}),
    "name-reserved-on-windows": (renamed("data/hello.txt", "data/con.txt"), {"bag.name", "bag.path"}),
    "name-in-chinese": (renamed("data/hello.txt", "data/你好.txt"), {"bag.name", "bag.path"}),
    "name-percent-encoded": (renamed("data/hello.txt", "data/hel%0Alo.txt"), {"bag.name", "bag.path"}),
    "name-decomposed": (renamed("data/hello.txt", unicodedata.normalize("NFD", "data/hé.txt")), {"bag.name", "bag.path"}),
}


@pytest.mark.skipif(os.name == "nt", reason="some names cannot be made on Windows")
@pytest.mark.parametrize(("kind", "expected"), KINDS.values(), ids=KINDS)
def test_kind(tmp_path: Path, kind: Callable[[Bag], None], expected: set[str]) -> None:
    """Sound bags are sound; each fault is told by its own code."""
    bag = Bag()
    kind(bag)
    found = {fault.code for fault in check_bag(bag.write(tmp_path / "bag"), "bag").faults}
    assert found >= expected
    assert bool(found) == bool(expected)


def test_a_bag_in_a_bag(tmp_path: Path) -> None:
    """What is payload is payload, also if it is a bag."""
    inner = Bag().write(tmp_path / "inner")
    outer = BagWriter(tmp_path / "outer", ("sha256", "sha512"))
    for path in sorted(path for path in inner.rglob("*") if path.is_file()):
        outer.add(f"inner/{path.relative_to(inner).as_posix()}", path)
    outer.close([("External-Identifier", "x")])
    assert check_bag(tmp_path / "outer", "outer").faults == []


def test_a_bag_without_payload(tmp_path: Path) -> None:
    """Nothing is listed and nothing is there."""
    BagWriter(tmp_path / "bag", ("sha256", "sha512")).close([])
    (tmp_path / "bag/data").rmdir()
    assert check_bag(tmp_path / "bag", "bag").faults == []


def test_the_writer_refuses_what_the_checker_would(tmp_path: Path) -> None:
    """Unsafe names and names twice never get into a bag."""
    bag = BagWriter(tmp_path / "bag", ("sha256", "sha512"))
    bag.add("a", b"")
    for name in ("a", "../a", "/a", "甲", "a b", "", "a//b", "con"):
        with pytest.raises(ValueError, match="no name for a bag"):
            bag.add(name, b"")
