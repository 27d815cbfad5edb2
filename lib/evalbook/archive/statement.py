"""What is signed: one statement of one kind, sealed as DSSE does it, so that its signature counts for nothing else.

The signature covers the type and the exact bytes of the statement (``PAE`` of the Dead Simple Signing Envelope, secure-systems-lab/
dsse, protocol.md); the bytes are canonical JSON, so that one statement has one form.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .keys import Key, key_id, public_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: The only type that is signed here; another purpose takes another type.
SIGN_OFF = "application/vnd.evalbook.sign-off.v1+json"


class BadEnvelope(ValueError):
    """What was to be an envelope is none, or nobody known signed it; ``code`` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def canonical(statement: Mapping[str, Any]) -> bytes:
    """The one form of a statement.

    >>> canonical({"b": 1, "a": "甲"}).decode()
    '{"a":"甲","b":1}'
    """
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")


def pae(kind: str, body: bytes) -> bytes:
    """Pre-authentication encoding: lengths keep type and body apart.

    >>> pae("t", b"hello")
    b'DSSEv1 1 t 5 hello'
    """
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(body), body)


def seal(statement: Mapping[str, Any], private: Ed25519PrivateKey, kind: str = SIGN_OFF) -> dict[str, Any]:
    """The statement in an envelope, signed."""
    body = canonical(statement)
    signature = private.sign(pae(kind, body))
    signed = {"keyid": key_id(public_of(private)), "sig": _text(signature)}
    return {"payloadType": kind, "payload": _text(body), "signatures": [signed]}


def unseal(envelope: Any, keys: Mapping[str, Key], kind: str = SIGN_OFF) -> tuple[dict[str, Any], Key]:
    """The statement of an envelope and the key that signed it.

    Raises
    ------
    BadEnvelope
        The envelope is malformed or of another type, the key is not known, or the signature is not that of the key.
    """
    try:
        body, (signed,) = _bytes(envelope["payload"]), envelope["signatures"]
        stated, signature, named = envelope["payloadType"], _bytes(signed["sig"]), str(signed["keyid"])
        statement = json.loads(body.decode("utf-8"))
        regular = isinstance(statement, dict) and canonical(statement) == body
    except (KeyError, TypeError, ValueError, RecursionError, binascii.Error):
        raise BadEnvelope("signoff.envelope", "签发记录的格式不对") from None
    if not regular:
        raise BadEnvelope("signoff.envelope", "签发内容不是规范写法")
    if stated != kind:
        raise BadEnvelope("signoff.type", f"签名是为另一种用途作的（{stated}）")
    key = keys.get(named)
    if key is None:
        raise BadEnvelope("signoff.unknown_key", f"签名所用的密钥 {named} 不在公钥名单里")
    if not key.verifies(signature, pae(kind, body)):
        raise BadEnvelope("signoff.signature", f"签名与内容不符（密钥 {named}，{key.person}）：内容被改过，或签名是伪造的")
    return statement, key


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
