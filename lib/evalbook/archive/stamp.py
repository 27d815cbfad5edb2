"""Time stamps of others (可信时间戳, RFC 3161) on the head of the archive: proof that the whole chain existed at a time.

The office's clock proves nothing; an authority's token does. It is asked for with a file (``--request``) that is carried to where there
is network, and the answer is attached (``--attach``) and checked without any: ``anchors/<head>.tsr`` in the archive, against the
authority's root certificates in ``signing/tsa/``. A token also anchors: a chain that was cut or rewritten no longer has its head.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import durable
from ..errors import Fault, Refused, UsageError
from .chain import Entry, entries, head
from .policy import FOLDER

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["ANCHORS", "ROOTS", "attach", "check_stamps", "request", "roots_of"]

ANCHORS, ROOTS = "anchors", f"{FOLDER}/tsa"
#: Clocks of two machines may differ by this much without anybody having set one.
_TOLERANCE = timedelta(minutes=10)


def roots_of(folder: Path) -> list[Certificate]:
    """Root certificates (PEM) of trusted authorities in a folder; none where there is no folder. Refused when one cannot be read."""
    from cryptography.x509 import load_pem_x509_certificates

    found = []
    for path in sorted(folder.glob("*.pem")) if folder.is_dir() else ():
        try:
            found += load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            raise Refused([Fault("stamp.root", "不是 PEM 证书", "请放入时间戳机构的根证书", file=path.name)], "证书有误") from None
    return found


def request(archive: Path) -> bytes:
    """A query for the present head, to be carried to the authority."""
    client = _client()
    if not list(entries(archive)):
        raise UsageError("还没有归档，没有可以盖时间戳的摘要")
    query = client.TimestampRequestBuilder().data(head(archive).encode()).hash_algorithm(client.HashAlgorithm.SHA512).build()
    return bytes(query.as_bytes())


def attach(archive: Path, answer: bytes, roots: Sequence[Certificate]) -> tuple[Path, datetime]:
    """Check an answer and put it beside the chain; where it lies and the time that it proves.

    Raises
    ------
    Refused
        It is no token, of no trusted authority, or of no head of this chain.
    """
    if not roots:
        raise UsageError(f"请先把时间戳机构的根证书（PEM）放入 {ROOTS}")
    told = Fault("stamp.none", "不是这条归档链上任何摘要的时间戳，或不是可信机构所签", "请核对应答文件和根证书", file=ANCHORS)
    for entry in reversed(list(entries(archive))):
        moment = _proves(answer, entry.hash, roots)
        if isinstance(moment, datetime):
            path = archive / ANCHORS / f"{entry.hash}.tsr"
            path.parent.mkdir(exist_ok=True)
            durable.replace(path, answer)
            return path, moment
    raise Refused([told], "没有附上")


def check_stamps(archive: Path, roots: Sequence[Certificate]) -> tuple[list[Fault], list[str]]:
    """Faults of the tokens that lie in the archive, and what the sound ones prove, in words."""
    faults, notes = [], []
    chain = {entry.hash: entry for entry in entries(archive)}
    order = list(chain)
    for path in sorted((archive / ANCHORS).glob("*")):
        shown = f"{ANCHORS}/{path.name}"
        if path.is_symlink() or not path.is_file() or path.suffix != ".tsr":
            faults.append(Fault("archive.stray", "归档文件夹里不该有的文件", "请查明来历并移出", file=shown))
            continue
        entry = chain.get(path.stem)
        if entry is None:
            message = "盖过时间戳的摘要不在归档链上：最新的档案被撤下，或整条链被重写过"
            faults.append(Fault("archive.rolled_back", message, "请保留现场，用另一份副本核对", file=shown))
            continue
        if not roots:
            notes.append(f"时间戳 {path.stem[:16]} 未核对：没有时间戳机构的根证书（{ROOTS}）")
            continue
        moment = _proves(path.read_bytes(), entry.hash, roots)
        if not isinstance(moment, datetime):
            faults.append(Fault("stamp.invalid", f"时间戳无效（{moment}）", "请用原应答文件恢复，或核对根证书", file=shown))
            continue
        after = chain[order[order.index(path.stem) + 1]] if path.stem != order[-1] else None
        faults += _times(moment, entry, after, shown)
        notes.append(f"时间戳：到{moment.isoformat(timespec='seconds')}为止归档的{order.index(path.stem) + 1}个档案包当时已经存在")
    return faults, notes


def _times(moment: datetime, entry: Entry, after: Entry | None, shown: str) -> list[Fault]:
    """The office's clock held against the authority's."""
    remedy = "本机时钟当时可能被改过，请核对"
    if moment < datetime.fromisoformat(entry.entered) - _TOLERANCE:
        return [Fault("stamp.time", f"时间戳（{moment.isoformat()}）早于所盖档案的登记时间（{entry.entered}）", remedy, file=shown)]
    if after is not None and moment > datetime.fromisoformat(after.entered) + _TOLERANCE:
        message = f"{after.folder} 登记于{after.entered}，而在它之前的摘要到{moment.isoformat()}才盖时间戳：登记时间可能倒填"
        return [Fault("stamp.time", message, remedy, file=shown)]
    return []


def _proves(answer: bytes, hash_of_line: str, roots: Sequence[Certificate]) -> datetime | str:
    """The time at which a trusted authority saw a head; in words why it proves nothing."""
    client = _client()
    builder = client.VerifierBuilder(roots=list(roots))
    try:
        response = client.decode_timestamp_response(answer)
        builder.build().verify_message(response, hash_of_line.encode())
        moment: datetime = response.tst_info.gen_time
    except (client.VerificationError, ValueError, TypeError) as error:
        return " ".join(str(error).split())[:120] or type(error).__name__
    return moment


def _client() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise UsageError("时间戳需要可选的软件包 rfc3161-client；请用 bootstrap.py setup 安装") from None
    return rfc3161_client
