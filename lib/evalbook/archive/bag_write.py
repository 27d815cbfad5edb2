"""Writing a bag: payload copied in and hashed in the same pass, manifests and tag manifests at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from .bag_format import DECLARATION, DECLARED, INFO, digest_of, hashers, info_text, manifest_name, manifest_text, tag_manifest_name
from .names import is_safe

__all__ = ["BagWriter"]

_CHUNK = 1 << 20


class BagWriter:
    """A bag in the making, in a folder that is empty and private.

    Parameters
    ----------
    algorithms
        Names of hash algorithms, the first of which identifies the bag.

    Examples
    --------
    >>> import tempfile
    >>> bag = BagWriter(Path(tempfile.mkdtemp()) / "bag", ("sha256", "sha512"))
    >>> _ = bag.add("a.txt", b"a")
    >>> len(bag.close([("External-Identifier", "x/2023/v1")])), sorted(path.name for path in bag.folder.iterdir())[:2]
    (64, ['bag-info.txt', 'bagit.txt'])
    """

    def __init__(self, folder: Path, algorithms: Sequence[str]) -> None:
        self.folder, self.algorithms = folder, tuple(algorithms)
        self._hashes: dict[str, dict[str, str]] = {name: {} for name in self.algorithms}
        self._bytes = 0
        (folder / "data").mkdir(parents=True)

    @property
    def names(self) -> list[str]:
        """Files of the payload so far, relative to ``data/``."""
        return [name.removeprefix("data/") for name in self._hashes[self.algorithms[0]]]

    def add(self, name: str, source: Path | bytes) -> str:
        """Copy a file in (or write bytes) under a safe name; its first hash, of the very bytes that were written."""
        full = f"data/{name}"
        if not is_safe(name) or full in self._hashes[self.algorithms[0]]:
            raise ValueError(f"no name for a bag: {name}")
        target = self.folder / full
        target.parent.mkdir(parents=True, exist_ok=True)
        made = hashers(self.algorithms)
        with target.open("xb") as out:
            if isinstance(source, bytes):
                blocks: Iterable[bytes] = (source,)
                self._write(out, blocks, made)
            else:
                with source.open("rb", buffering=0) as stream:
                    self._write(out, iter(lambda: stream.read(_CHUNK), b""), made)
        for algorithm, one in made.items():
            self._hashes[algorithm][full] = one.hexdigest()
        return made[self.algorithms[0]].hexdigest()

    def _write(self, out: IO[bytes], blocks: Iterable[bytes], made: Mapping[str, hashlib._Hash]) -> None:
        for block in blocks:
            out.write(block)
            self._bytes += len(block)
            for one in made.values():
                one.update(block)

    def close(self, info: Iterable[tuple[str, str]]) -> str:
        """Write the tag files; returns the hash of the bag, which is that of its first tag manifest."""
        count = len(self._hashes[self.algorithms[0]])
        entries = [*info, ("Payload-Oxum", f"{self._bytes}.{count}")]
        texts = {DECLARED: DECLARATION, INFO: info_text(entries)}
        texts |= {manifest_name(name): manifest_text(self._hashes[name]) for name in self.algorithms}
        for name, text in texts.items():
            (self.folder / name).write_bytes(text.encode("utf-8"))
        found = {name: digest_of(self.folder / name, self.algorithms)[0] for name in texts}
        for algorithm in self.algorithms:
            tagged = manifest_text({name: hashes[algorithm] for name, hashes in found.items()})
            (self.folder / tag_manifest_name(algorithm)).write_bytes(tagged.encode("utf-8"))
        first = self.algorithms[0]
        return digest_of(self.folder / tag_manifest_name(first), (first,))[0][first]
