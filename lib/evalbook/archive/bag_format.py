"""How a bag is written (RFC 8493) and the narrower profile that ours keep.

Ours: version 1.0, UTF-8; sha256 and sha512 manifests of payload and of tag files, all four (sm3 besides where ordered); no
``fetch.txt``; no links; safe ASCII names; nothing unlisted. ``sha256sum -c manifest-sha256.txt`` works inside a bag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

__all__ = ["DECLARATION", "INFO", "digest_of", "info_text", "manifest_name", "parse_info", "parse_manifest", "tag_manifest_name"]

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
DECLARED, INFO = "bagit.txt", "bag-info.txt"
LENGTHS = {"sha256": 64, "sha512": 128, "sm3": 64}
_CHUNK = 1 << 20


def manifest_name(algorithm: str) -> str:
    """File that lists the payload."""
    return f"manifest-{algorithm}.txt"


def tag_manifest_name(algorithm: str) -> str:
    """File that lists the tag files, manifests included."""
    return f"tagmanifest-{algorithm}.txt"


def hashers(algorithms: Sequence[str]) -> dict[str, hashlib._Hash]:
    """A hash object for each algorithm; ValueError where this Python lacks one."""
    return {name: hashlib.new(name) for name in algorithms}


def digest_of(path: Path, algorithms: Sequence[str]) -> tuple[dict[str, str], int]:
    """Hashes of a file under each algorithm, and its size; read once, in pieces."""
    made = hashers(algorithms)
    size = 0
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(_CHUNK):
            size += len(block)
            for one in made.values():
                one.update(block)
    return {name: one.hexdigest() for name, one in made.items()}, size


def manifest_text(hashes: Mapping[str, str]) -> str:
    """Lines as ``sha256sum`` writes them, in the order of names."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def parse_manifest(text: str, algorithm: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Name → hash, and the lines that are not as a manifest of ours has them: (number, what is wrong)."""
    found: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    line = re.compile(rf"([0-9a-f]{{{LENGTHS[algorithm]}}})  (\S.*)")
    lines = text.split("\n")
    if lines.pop() != "":
        wrong.append((len(lines) + 1, "最后一行没有换行，可能被截断"))
    for number, raw in enumerate(lines, 1):
        matched = line.fullmatch(raw)
        if matched is None:
            wrong.append((number, "不是“摘要、两个空格、文件名”"))
        elif matched[2] in found:
            wrong.append((number, f"重复列出 {matched[2]}"))
        else:
            found[matched[2]] = matched[1]
    return found, wrong


def info_text(entries: Iterable[tuple[str, str]]) -> str:
    """``bag-info.txt``: one line per entry."""
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in entries)


def parse_info(text: str) -> dict[str, str] | None:
    """Entries of ``bag-info.txt``; None unless every line is ``Label: value`` and no label comes twice."""
    found: dict[str, str] = {}
    for line in text.removesuffix("\n").split("\n"):
        label, colon, value = line.partition(": ")
        if not colon or label in found or label != label.strip():
            return None
        found[label] = value
    return found
