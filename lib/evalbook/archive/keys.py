"""Signing keys (签发密钥): Ed25519. The private half is its owner's and lies outside the workbook; the public half is data.

``signing/keys/<id>.yaml`` says whose key it is, for which roles and days it counts, and when it was revoked. Who verifies needs
these files only. They say what the office says: whoever receives an archive should have got the ids of the keys another way.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from .. import durable
from ..errors import Fault, Refused, UsageError, nearest, visible
from ..scheme.source import Source, load_yaml
from .policy import FOLDER, ROLES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Key", "load_private", "new_key", "private_folder", "read_keys", "revoke"]

KEYS = f"{FOLDER}/keys"
_BEIJING = timezone(timedelta(hours=8))
_FIELDS = ("schema", "key", "person", "roles", "valid_from", "valid_until", "revoked", "reason", "public")
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Key:
    """A public key: whose, for what, for when. Days are those of Beijing; ``revoked`` is the first day on which it no longer counts."""

    person: str
    roles: tuple[str, ...]
    valid_from: str
    valid_until: str
    public: bytes
    revoked: str = ""
    reason: str = ""

    @property
    def id(self) -> str:
        """First 16 digits of the SHA-256 of the raw public key."""
        return key_id(self.public)

    def fault_on(self, moment: datetime) -> str:
        """Why the key does not count at a moment; empty when it does."""
        day = moment.astimezone(_BEIJING).date().isoformat()
        if self.revoked and day >= self.revoked:
            return f"密钥已于{self.revoked}吊销" + (f"（{self.reason}）" if self.reason else "")
        if day < self.valid_from or day > self.valid_until:
            return f"密钥的有效期是{self.valid_from}至{self.valid_until}"
        return ""

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether the owner of the key signed these bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True

    def text(self) -> str:
        """The file that tells it."""
        lines = [
            "# 签发公钥。私钥由本人保管，不放在工作簿内；吊销请用 evalbook key revoke。",
            "schema: 1",
            f'key: "{self.id}"',
            f"person: {_quoted(self.person)}",
            f"roles: [{', '.join(self.roles)}]",
            f'valid_from: "{self.valid_from}"',
            f'valid_until: "{self.valid_until}"',
            f'revoked: "{self.revoked}"',
            f"reason: {_quoted(self.reason)}",
            f'public: "{base64.b64encode(self.public).decode("ascii")}"',
        ]
        return "\n".join(lines) + "\n"


def key_id(public: bytes) -> str:
    """Id of a raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def today() -> date:
    """The day in Beijing."""
    return datetime.now(_BEIJING).date()


# --- public keys --------------------------------------------------------------------------------------------------------------


def read_keys(folder: Path, shown: str = KEYS) -> dict[str, Key]:
    """Id → key of every file of a folder. Refused with everything wrong with them."""
    keys: dict[str, Key] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        name = f"{shown}/{path.name}"
        try:
            key = key_of(load_yaml(path, name))
        except Refused as refused:
            faults += refused.faults
            continue
        if path.stem != key.id:
            message, remedy = "文件名与公钥不符", f"应为 {key.id}.yaml；公钥可能被换过，请与本人核对"
            faults.append(Fault("key.file_name", message, remedy, file=name))
        keys[key.id] = key
    if faults:
        raise Refused(faults, "公钥文件有误")
    return keys


def key_of(source: Source) -> Key:
    """The key that parsed data tell."""
    faults: list[Fault] = []
    data = source.data if isinstance(source.data, dict) else {}
    for name in data:
        if name not in _FIELDS:
            faults.append(source.fault("key.unknown", f"不认识的键“{name}”", (name,), remedy=nearest(str(name), _FIELDS)))
    missing = [name for name in (*_FIELDS[:6], "public") if not data.get(name)]
    faults += [source.fault("key.missing", f"缺少 {name}", remedy="请用 evalbook key new 生成公钥文件") for name in missing]
    if faults:
        raise Refused(faults)
    roles = tuple(str(role) for role in data["roles"]) if isinstance(data["roles"], list) else (str(data["roles"]),)
    for role in roles:
        if role not in ROLES:
            faults.append(source.fault("key.role", f"没有“{role}”这个环节", ("roles",), remedy=nearest(role, ROLES)))
    for name in ("valid_from", "valid_until", "revoked"):
        text = str(data.get(name) or "")
        if (text or name != "revoked") and not _is_day(text):
            faults.append(source.fault("key.day", "应为日期，如 2026-11-28", (name,), value=text))
    try:
        public = base64.b64decode(str(data["public"]), validate=True)
    except (binascii.Error, ValueError):
        public = b""
    if len(public) != 32 or str(data["key"]) != key_id(public):
        faults.append(source.fault("key.public", "公钥与编号不符或不完整", ("public",), remedy="请向本人重新索取公钥文件"))
    if faults:
        raise Refused(faults)
    day = {name: str(data.get(name) or "") for name in ("valid_from", "valid_until", "revoked", "reason")}
    return Key(person=str(data["person"]), roles=roles, public=public, **day)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# --- private keys -------------------------------------------------------------------------------------------------------------


def private_folder() -> Path:
    """Where private keys go unless told otherwise: the user's own folder, never the workbook."""
    return Path.home() / ".evalbook" / "keys"


def new_key(
    root: Path, person: str, roles: Iterable[str], *, until: str = "", private: Path | None = None, passphrase: bytes | None = None
) -> tuple[Path, Path, Key]:
    """Make a pair; returns the private file (PEM, readable by its owner only), the public one, and the key.

    Raises
    ------
    UsageError
        An unknown role, a day that is none, a private key that would lie inside the workbook or over another file.
    """
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    person, roles = person.strip(), tuple(dict.fromkeys(roles))
    if not person or person != visible(person) or "\n" in person:
        raise UsageError("--person 应写明姓名，不含控制符")
    for role in roles:
        if role not in ROLES:
            raise UsageError(f"没有“{role}”这个环节；{nearest(role, ROLES)}")
    begin = today()
    until = until or begin.replace(year=begin.year + 2, day=min(begin.day, 28)).isoformat()
    if not _is_day(until) or until < begin.isoformat():
        raise UsageError(f"--until 应为今天以后的日期，如 {begin.year + 2}-12-31")
    made = Ed25519PrivateKey.generate()
    raw = made.public_key().public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)
    key = Key(person, roles, begin.isoformat(), until, raw)
    target = private or private_folder() / f"{key.id}.pem"
    if target.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"私钥不能放在工作簿里（{target}）；请放到自己的文件夹或U盘，用 --to 指明")
    cipher = forms.BestAvailableEncryption(passphrase) if passphrase else forms.NoEncryption()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_new(target, made.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, cipher))
    public = root / KEYS / f"{key.id}.yaml"
    public.parent.mkdir(parents=True, exist_ok=True)
    durable.replace(public, key.text().encode("utf-8"))
    return target, public, key


def _write_new(path: Path, data: bytes) -> None:
    """Write a file for its owner only, over nothing."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        raise UsageError(f"文件已存在，私钥不覆盖任何文件：{path}") from None
    with os.fdopen(number, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def load_private(path: Path, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """The private key in a PEM file. Refused when there is none, it is of another kind, or the passphrase does not open it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    def refused(code: str, message: str, remedy: str) -> Refused:
        return Refused([Fault(code, message, remedy, file=path.name)], "没有签名")

    try:
        key = load_pem_private_key(path.read_bytes(), passphrase)
    except OSError:
        raise refused("key.no_private", "私钥文件不存在或无法读取", "请用 --key 指明自己的私钥文件（evalbook key new 生成）") from None
    except TypeError:
        message = "私钥有口令，但没有给出口令" if passphrase is None else "私钥没有口令，却给出了口令"
        raise refused("key.passphrase", message, "请按提示输入口令，或用 --passphrase-file 指明口令文件") from None
    except ValueError:
        message = "私钥打不开：口令不对，或文件不是PEM私钥"
        raise refused("key.unreadable", message, "请核对口令和文件；口令丢失只能另生成密钥并吊销原密钥") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise refused("key.kind", "不是 Ed25519 私钥", "请用 evalbook key new 生成签发密钥")
    return key


def public_of(private: Ed25519PrivateKey) -> bytes:
    """Raw public half."""
    from cryptography.hazmat.primitives import serialization as forms

    return private.public_key().public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)


def revoke(root: Path, key: str, reason: str) -> Key:
    """Revoke a key from today on: what it signed before stays good, what it signs from today on does not count."""
    from dataclasses import replace

    keys = read_keys(root / KEYS)
    found = find(keys, key)
    if found.revoked:
        raise UsageError(f"密钥 {found.id}（{found.person}）已于{found.revoked}吊销")
    revoked = replace(found, revoked=today().isoformat(), reason=reason.strip())
    durable.replace(root / KEYS / f"{found.id}.yaml", revoked.text().encode("utf-8"))
    return revoked


def find(keys: Mapping[str, Key], text: str) -> Key:
    """A key by its id or by the name of its owner; UsageError when there is none or several."""
    found = [key for key in keys.values() if text in (key.id, key.person)]
    if len(found) != 1:
        many = f"“{text}”有{len(found)}把密钥，请写编号" if found else f"没有“{text}”的密钥"
        raise UsageError(f"{many}；{nearest(text, [*keys, *(key.person for key in keys.values())])}")
    return found[0]
