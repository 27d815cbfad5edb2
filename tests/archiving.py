"""An office that has archived a year, for the tests of the archive and of the faults that befall it.

The office is made once (final runs take seconds), copied for each test, and then things happen to it. What the tests expect of
hashes and manifests is computed here with hashlib alone, not with the code under test.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from evalbook import durable
from evalbook.archive.chain import head
from evalbook.archive.keys import load_private, new_key
from evalbook.archive.make import Correction, Made, make
from evalbook.archive.policy import ROLES
from evalbook.archive.signoff import read_run, sign
from evalbook.archive.verify import Verification, verify_archive, verify_bag
from evalbook.cli import main
from evalbook.run.job import Job, perform
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
SCHEME = "county_trial"
PERIODS = ("2019", "2022")
PEOPLE = {"prepared": "张三", "checked": "李四", "approved": "王五"}
_WAIVED = "waivers:\n" + "".join(
    f"  - {{what: {what}, reason: 演示, by: 示例科室, date: 2020-03-31}}\n" for what in ("unverified", "findings", "missing")
)
_CELLS = (
    'scheme = ""\nperiod = ""\nrun_file = ""\nrun_file_sha256 = ""',
    "from evalbook import open_run, present\n\nrun = open_run(scheme, period, run_file, run_file_sha256)",
    "present.seal(run)",
)


def fill(root: Path) -> None:
    """Parameters and figures of the county trial, ready for final runs, and the smallest template."""
    for name in (f"params/{SCHEME}", f"data/{SCHEME}"):
        shutil.copytree(ROOT / name, root / name)
    for path in (root / f"params/{SCHEME}/periods").glob("*.yaml"):
        if path.stem not in PERIODS:
            path.unlink()
            continue
        path.write_text(path.read_text("utf-8") + _WAIVED, "utf-8")
    (root / "notebooks").mkdir()
    code = [v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(_CELLS)]
    code[0].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(
        v4.new_notebook(cells=[v4.new_markdown_cell("# 题", id="m0"), *code], metadata=kernel), root / "notebooks/evaluation.ipynb"
    )


class Office:
    """A workbook with final runs, keys, sign-offs and an archive; its folder can be moved."""

    def __init__(self, home: Path) -> None:
        self.home, self.root = home, home / "工作簿"
        self.outputs, self.archive = self.root / "outputs", self.root / "archive"

    # --- what an office does ----------------------------------------------------------------------------------------------------

    @property
    def book(self) -> Workbook:
        return Workbook(self.root)

    def key(self, person: str, *roles: str, **more: Any) -> Path:
        """A key pair for a person; the private file, without passphrase unless one is given."""
        return new_key(self.root, person, roles or tuple(ROLES), private=self.private(person), **more)[0]

    def private(self, person: str) -> Path:
        return self.home / "私钥" / f"{person}.pem"

    def final(self, period: str) -> Path:
        """A final run; its folder."""
        report = perform(Job(self.root, SCHEME, period, status="final"))
        assert report.folder is not None, report.faults
        return report.folder

    def run(self, period: str) -> Path:
        """The newest final run of a period."""
        return sorted((self.outputs / SCHEME / period).glob("*-final-*"))[-1]

    def sign(self, run: Path, *roles: str, people: dict[str, str] | None = None, **more: Any) -> None:
        """Sign in all roles, or in those given, by the usual people or others."""
        for role in roles or tuple(PEOPLE):
            person = (people or PEOPLE)[role]
            sign(read_run(run, self.outputs), load_private(self.private(person)), role, **more)

    def make(self, year: int, **more: Any) -> Made:
        return make(self.book, year, self.archive, **more)

    def correct(self, period: str, supersedes: int = 1, reason: str = "更正数据") -> Made:
        correction = Correction(supersedes, reason)
        return self.make(int(period[:4]), scheme=SCHEME, period=period, correction=correction)

    def verify(self, **more: Any) -> Verification:
        from evalbook.archive.keys import KEYS, read_keys

        return verify_archive(self.archive, more.pop("keys", read_keys(self.root / KEYS)), **{"workers": 1, **more})

    def codes(self, **more: Any) -> set[str]:
        return {fault.code for fault in self.verify(**more).faults}

    def bag_codes(self, bag: Path) -> set[str]:
        """Faults of a bag by itself, with the keys it brings."""
        return {fault.code for fault in verify_bag(bag)}

    @property
    def head(self) -> str:
        return head(self.archive)

    def bag(self, period: str = "2019", version: int = 1) -> Path:
        return self.archive / SCHEME / period / f"v{version}"

    def main(self, *arguments: str | Path) -> tuple[int, str]:
        """A command: exit code and what stands on the screen."""
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            code = main([*map(str, arguments), "--root", str(self.root)])
        return code, shown.getvalue()

    # --- what others do to it -----------------------------------------------------------------------------------------------------

    @staticmethod
    def edit(path: Path, change: Callable[[str], str]) -> None:
        """Change a text file, which must really change."""
        before = path.read_bytes().decode("utf-8")
        after = change(before)
        assert after != before
        path.write_bytes(after.encode("utf-8"))

    def replace_run(self, period: str, name: str, change: Callable[[str], str]) -> None:
        """Change a file of an archived run and everything that says its hash: manifests of run and bag, but no signature."""
        bag = self.bag(period)
        self.edit(bag / "data/run" / name, change)
        manifest = bag / "data/run/manifest.json"
        told = json.loads(manifest.read_text("utf-8"))
        told["outputs"][name] = sha256(bag / "data/run" / name)
        manifest.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        rehash(bag)

    def reseal(self, change: Callable[[list[dict[str, Any]]], None] = lambda _lines: None) -> None:
        """Write the whole chain anew over the bags as they lie there, as somebody would who can write everything."""
        path = self.archive / "archive.jsonl"
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        change(lines)
        previous = "0" * 64
        for number, line in enumerate(lines, 1):
            bag = self.archive / line["scheme"] / line["period"] / f"v{line['version']}"
            set_info(bag, "Evalbook-Previous", previous)
            line |= {"n": number, "previous": previous, "bag_sha256": sha256(bag / "tagmanifest-sha256.txt")}
            line["hash"] = hashlib.sha256(canonical({k: v for k, v in line.items() if k != "hash"})).hexdigest()
            previous = line["hash"]
        path.write_bytes(b"".join(canonical(line) + b"\n" for line in lines))


def canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def set_info(bag: Path, label: str, value: str) -> None:
    """Change an entry of a bag's description, and the tag manifests with it."""
    path = bag / "bag-info.txt"
    lines = [f"{label}: {value}" if line.startswith(f"{label}: ") else line for line in path.read_text("utf-8").splitlines()]
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))
    retag(bag)


def rehash(bag: Path, algorithms: Sequence[str] = ("sha256", "sha512")) -> None:
    """Write all manifests anew over what lies in the bag, as RFC 8493 has them."""
    payload = [path for _, path in durable.files(bag / "data")]
    for name in algorithms:
        lines = [f"{hashlib.new(name, path.read_bytes()).hexdigest()}  {path.relative_to(bag).as_posix()}\n" for path in payload]
        (bag / f"manifest-{name}.txt").write_bytes("".join(lines).encode("utf-8"))
    size = sum(path.stat().st_size for path in payload)
    info = (bag / "bag-info.txt").read_text("utf-8").splitlines()
    kept = [line for line in info if not line.startswith("Payload-Oxum")] + [f"Payload-Oxum: {size}.{len(payload)}"]
    (bag / "bag-info.txt").write_bytes(("\n".join(kept) + "\n").encode("utf-8"))
    retag(bag, algorithms)


def retag(bag: Path, algorithms: Sequence[str] = ("sha256", "sha512")) -> None:
    """Write the tag manifests anew."""
    tags = sorted(path for path in bag.iterdir() if path.is_file() and not path.name.startswith("tagmanifest"))
    for name in algorithms:
        lines = [f"{hashlib.new(name, path.read_bytes()).hexdigest()}  {path.name}\n" for path in tags]
        (bag / f"tagmanifest-{name}.txt").write_bytes("".join(lines).encode("utf-8"))


def build(home: Path) -> None:
    """The office that every test begins with: two years final, signed and archived."""
    office = Office(home)
    fill(office.root)
    for person in PEOPLE.values():
        office.key(person)
    for period in PERIODS:
        office.sign(office.final(period), checks=("数据与原件一致",))
        office.make(int(period))


def shared(base: Path) -> Path:
    """The office, made by the first of several test processes that asks for it."""
    place = base / "archived-office"
    with durable.Lock(base / "archived-office.lock"):
        if not (place / "done").exists():
            shutil.rmtree(place, ignore_errors=True)
            build(place)
            (place / "done").touch()
    return place


def copied(place: Path, target: Path) -> Office:
    """A copy for one test."""
    shutil.copytree(place, target, symlinks=True)
    return Office(target)


def base_of(factory: Any) -> Path:
    """A folder that all processes of one test run share."""
    base: Path = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
