"""Time stamps on the head of the archive, from an authority made with openssl; everything is checked without network."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evalbook.archive import stamp

pytest.importorskip("rfc3161_client")
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
_SETTINGS = """
[tsa]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[stamping]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = critical,CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
"""


class Authority:
    """A time stamp authority with a root of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "settings").write_text(_SETTINGS, "utf-8")
        (folder / "serial").write_text("01\n", "utf-8")
        key = ["-newkey", "rsa:2048", "-nodes", "-config", "/dev/null"]
        self._call(
            "req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=root", "-days", "3650", *self._with("root")
        )
        self._call("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=tsa")
        signed = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "settings", "-extensions", "stamping"]
        self._call("x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", "-days", "3650", *signed)

    @staticmethod
    def _with(section: str) -> list[str]:
        lines = _SETTINGS.partition(f"[{section}]\n")[2].partition("[")[0].split("\n")
        return [word for line in lines if line for word in ("-addext", line.replace(" = ", "="))]

    def _call(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def answer(self, query: bytes) -> bytes:
        """The answer to a query."""
        (self.folder / "query.tsq").write_bytes(query)
        names = ["-queryfile", "query.tsq", "-inkey", "tsa.key", "-signer", "tsa.pem", "-out", "answer.tsr"]
        self._call("ts", "-reply", "-config", "settings", "-section", "tsa", *names)
        return (self.folder / "answer.tsr").read_bytes()

    def trusted_by(self, office: Any) -> None:
        """Put the root where the office keeps those it trusts."""
        folder = office.root / stamp.ROOTS
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / "root.pem", folder / f"{self.folder.name}.pem")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all tests: keys take their time."""
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def stamped(office: Any, authority: Authority, tmp_path: Path) -> Any:
    """The office with a token on the head of its archive, fetched and attached as a user does."""
    authority.trusted_by(office)
    assert office.main("archive", "stamp", "--request", tmp_path / "q.tsq")[0] == 0
    (tmp_path / "a.tsr").write_bytes(authority.answer((tmp_path / "q.tsq").read_bytes()))
    code, text = office.main("archive", "stamp", "--attach", tmp_path / "a.tsr")
    assert code == 0, text
    return office


def verified(office: Any) -> Any:
    return office.verify(roots=stamp.roots_of(office.root / stamp.ROOTS))


def test_attached_and_checked_offline(stamped: Any) -> None:
    """The token verifies against the root alone and says what it proves."""
    found = verified(stamped)
    assert found.faults == ()
    assert "2个档案包当时已经存在" in found.notes[0]
    assert stamped.main("archive", "verify")[0] == 0
    assert "未核对" in stamped.verify().notes[0]


def test_it_anchors(stamped: Any) -> None:
    """Removing the newest bag with its line is found through the token alone."""
    shutil.rmtree(stamped.bag("2022"))
    path = stamped.archive / "archive.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert {fault.code for fault in verified(stamped).faults} == {"archive.rolled_back"}


def test_other_heads_other_roots_other_bytes(stamped: Any, authority: Authority, tmp_path: Path) -> None:
    """A token of another head under this name, of an authority nobody trusts, or with a flipped bit proves nothing."""
    (path,) = (stamped.archive / "anchors").iterdir()
    good = path.read_bytes()
    first = stamped.archive / "anchors" / f"{next(iter(stamp.entries(stamped.archive))).hash}.tsr"
    shutil.copy(path, first)
    assert {fault.code for fault in verified(stamped).faults} == {"stamp.invalid"}
    first.unlink()
    for place in (len(good) // 3, len(good) // 2, len(good) - 10):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert {fault.code for fault in verified(stamped).faults} == {"stamp.invalid"}, place
    stranger = Authority(tmp_path / "stranger")
    path.write_bytes(stranger.answer(stamp.request(stamped.archive)))
    assert {fault.code for fault in verified(stamped).faults} == {"stamp.invalid"}
    path.write_bytes(good)
    assert verified(stamped).faults == ()


def test_what_cannot_be_attached(office: Any, authority: Authority, tmp_path: Path) -> None:
    """Without roots, an answer to something else, or no answer at all: nothing is attached."""
    query = stamp.request(office.archive)
    (tmp_path / "a.tsr").write_bytes(authority.answer(query))
    assert office.main("archive", "stamp", "--attach", tmp_path / "a.tsr")[0] == 2
    authority.trusted_by(office)
    office.sign(office.final("2019"))
    office.correct("2019")
    office.reseal(lambda lines: lines[0].update(reason="x"))
    assert office.main("archive", "stamp", "--attach", tmp_path / "a.tsr")[0] == 1
    (tmp_path / "a.tsr").write_bytes(b"x")
    assert office.main("archive", "stamp", "--attach", tmp_path / "a.tsr")[0] == 1
    assert not (office.archive / "anchors").exists()


def test_clocks_are_held_against_the_authority(stamped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bag entered after the token's time, or one behind the stamped head entered long before it: somebody set a clock."""
    monkeypatch.setattr(stamp, "_TOLERANCE", timedelta(days=-1))
    assert {fault.code for fault in verified(stamped).faults} == {"stamp.time"}
