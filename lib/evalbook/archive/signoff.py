"""Sign-off (签发): people sign a final run with their own keys; the records are appended to a chained log beside the ledger.

A record is bound to every byte of the run folder, to scheme and period, and to the heads of the ledger and of this log as they were
when it was signed: a ledger that is rewritten later no longer has the head that somebody else's key has signed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import ledger
from ..errors import Fault, Refused, visible
from ..run.identity import library_sha256
from ..run.publication import MANIFEST, now
from ..terms import OUTCOMES, STATUSES
from . import library, tree
from .approval import Approval, Signature, counts_not, judge
from .keys import KEYS, public_of, read_keys
from .policy import ROLES, Policy, read_policy
from .statement import SIGN_OFF, seal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["LOG", "SignedRun", "approval_of", "log_errors", "log_faults", "outputs_of", "qa_log", "read_run", "records", "sign", "unsigned"]

#: Name of the log of sign-offs inside ``outputs/``, of the make of the ledger.
LOG = "signoff.jsonl"
_ATTEMPTS = 20
_TEXT_LIMIT = 2000


@dataclass(frozen=True)
class SignedRun:
    """A run folder as it lies there, with what a signature is bound to."""

    folder: Path
    outputs: Path
    manifest: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def root(self) -> Path:
        """The workbook."""
        return self.outputs.parent

    @property
    def name(self) -> str:
        """The folder relative to ``outputs``."""
        return self.folder.relative_to(self.outputs).as_posix()

    @property
    def identity(self) -> dict[str, str]:
        """What a statement must be about."""
        return {"scheme": self.manifest["scheme"], "period": self.manifest["period"], "run_sha256": tree.digest(self.files)}


def read_run(folder: Path, outputs: Path) -> SignedRun:
    """A final run that still is, byte for byte, what was published and entered. Refused with everything that speaks against it."""
    shown = f"outputs/{folder.relative_to(outputs).as_posix()}" if folder.is_relative_to(outputs) else folder.name
    faults: list[Fault] = []

    def fault(code: str, message: str, remedy: str, file: str = "") -> None:
        faults.append(Fault(code, message, remedy, file=f"{shown}/{file}" if file else shown))

    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        told = {name: manifest[name] for name in ("scheme", "period", "status", "outcome", "result_sha256")}
        stated = dict(manifest["outputs"])
        regular = all(isinstance(value, str) for value in told.values())
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        regular = False
    if not regular:
        raise Refused([Fault("run.manifest", "运行清单读不出来", "请重新执行 evalbook run … --final", file=f"{shown}/{MANIFEST}")])
    if manifest["status"] != "final" or manifest["outcome"] != "completed":
        word = f"{STATUSES.get(manifest['status'], manifest['status'])}·{OUTCOMES.get(manifest['outcome'], manifest['outcome'])}"
        fault("run.not_final", f"这次运行是“{word}”，不是定稿", "只有定稿可以签发和归档：evalbook run 办法 考核期 --final")
    faults += tree.odd(folder, shown)
    files = tree.hashes(folder)
    changed = sorted(name for name in files.keys() | stated.keys() if name != MANIFEST and files.get(name) != stated.get(name))
    for name in changed:
        what = "不见了" if name not in files else "是后来添加的" if name not in stated else "在发布后被改动"
        fault("run.changed", f"文件{what}", "请保留现场，重新执行并定稿", name)
    if folder.is_relative_to(outputs):
        inside = folder.relative_to(outputs).as_posix()
        entered = [entry.get("manifest_sha256") for entry in ledger.entries(outputs) if entry.get("folder") == inside]
        if files.get(MANIFEST) not in entered:
            fault("run.not_entered", "运行清单不是台账登记的那一份", "请重新执行并定稿；台账见 evalbook ledger verify", MANIFEST)
    if faults:
        raise Refused(faults, "不能签发或归档")
    return SignedRun(folder, outputs, manifest, files)


def records(outputs: Path, run_sha256: str) -> list[dict[str, Any]]:
    """Lines of the log about one run, oldest first."""
    return [line for line in ledger.entries(outputs, name=LOG) if line.get("run_sha256") == run_sha256]


def log_errors(outputs: Path) -> list[Fault]:
    """What keeps the log of sign-offs from vouching for anything."""
    return [fault for fault in ledger.verify(outputs, name=LOG) if fault.severity == "error"]


def approval_of(run: SignedRun, policy: Policy | None = None, broken: Sequence[Fault] | None = None) -> Approval:
    """What the signatures of a run amount to; a log that was tampered with vouches for nothing.

    ``broken`` are the :func:`log_errors`, for who asks about many runs.
    """
    policy = policy or read_policy(run.root)
    envelopes = [line.get("envelope") for line in records(run.outputs, run.identity["run_sha256"])]
    found = judge(envelopes, run.identity, keys=read_keys(run.root / KEYS), policy=policy, shown=f"outputs/{LOG}")
    broken = log_errors(run.outputs) if broken is None else broken
    return Approval(found.signatures, found.missing, (*found.faults, *broken))


def unsigned(outputs: Path) -> Iterator[tuple[str, str]]:
    """Final runs that wait for signatures (待签发): folder relative to outputs, and who is still wanted or what is wrong."""
    broken = log_errors(outputs)
    for path in sorted(outputs.glob(f"*/*/*-final-*/{MANIFEST}")):
        try:
            approval = approval_of(read_run(path.parent, outputs), None, broken)
        except Refused as refused:
            yield path.parent.relative_to(outputs).as_posix(), refused.faults[0].message
            continue
        if not approval.complete:
            yield path.parent.relative_to(outputs).as_posix(), approval.wanted or approval.faults[0].message


def attempts(outputs: Path, scheme: str, period: str) -> dict[str, int]:
    """How often a period was run, refused and failed runs included: whoever signs should know.

    Keys are ``status.outcome``; what-if trials count too.
    """
    lines = (line for line in ledger.entries(outputs) if (line.get("scheme"), line.get("period")) == (scheme, period))
    counted = Counter(f"{line.get('status')}.{line.get('outcome')}" for line in lines)
    return dict(sorted(counted.items()))


def sign(
    run: SignedRun, private: Ed25519PrivateKey, role: str, *, note: str = "", checks: Sequence[str] = (), moment: datetime | None = None
) -> tuple[Signature, Approval]:
    """Sign a run in a role and enter the record; returns the signature and what all of them now amount to.

    Raises
    ------
    Refused
        The key is not known, does not count today or for the role; four eyes are not kept; somebody has to sign before; the clock
        stands before what is already entered; the template is not an approved one.
    """
    policy, keys = read_policy(run.root), read_keys(run.root / KEYS)
    from .keys import key_id

    key = keys.get(key_id(public_of(private)))
    if key is None:
        remedy = f"请把公钥文件放入 {KEYS}（evalbook key new 会自动放入），或换用登记过的密钥"
        raise Refused([Fault("sign.unknown_key", "这把密钥不在公钥名单里", remedy)], "没有签名")
    _template(run, policy)
    _keep_library(run)
    for text in (note, *checks):
        if text != visible(text) or len(text) > _TEXT_LIMIT:
            raise Refused([Fault("sign.text", f"说明含控制符或超过{_TEXT_LIMIT}字", "请改写 --note 或 --check")], "没有签名")
    for _ in range(_ATTEMPTS):
        head = ledger.head(run.outputs, name=LOG)
        before = approval_of(run, policy)
        if before.faults:
            raise Refused(list(before.faults), "签发记录有问题，没有签名")
        time = moment or now()
        _clock(run.outputs, time)
        signature = Signature(role, key.person, key.id, time.isoformat(timespec="seconds"), note, tuple(checks))
        if reason := counts_not(signature, key, before.signatures, policy):
            raise Refused([Fault("sign.refused", f"{key.person}不能作为{ROLES[role]}签名：{reason}", "请由符合规定的人签名")], "没有签名")
        statement = {
            **run.identity,
            "run": run.name,
            "status": run.manifest["status"],
            "result_sha256": run.manifest["result_sha256"],
            "manifest_sha256": run.files[MANIFEST],
            "template_sha256": run.manifest["template"]["sha256"],
            "role": role,
            "person": key.person,
            "key": key.id,
            "time": signature.time,
            "note": note,
            "checks": list(checks),
            "attempts": attempts(run.outputs, run.manifest["scheme"], run.manifest["period"]),
            "ledger": ledger.head(run.outputs),
            "log": head,
        }
        entry = {"kind": SIGN_OFF, **run.identity, "role": role, "person": key.person, "envelope": seal(statement, private)}
        try:
            ledger.append(run.outputs, entry, name=LOG, after=head)
        except ledger.Moved:
            # Somebody else signed meanwhile: look again, it may be that this signature no longer may follow.
            continue
        return signature, approval_of(run, policy)
    raise Refused([Fault("sign.busy", "签发记录一直被他人写入", "请稍后再签")], "没有签名")


def _template(run: SignedRun, policy: Policy) -> None:
    template = run.manifest["template"]
    if policy.templates and template["sha256"] not in policy.templates:
        message, remedy = "笔记本模板不在批准的模板之列", "请核对模板；确属新批准的，在 signing/policy.yaml 的 templates 中加上"
        raise Refused([Fault("sign.template", message, remedy, file=template["name"], value=template["sha256"])], "没有签名")


def _keep_library(run: SignedRun) -> None:
    """Who signs a result needs the program that made it to be there later: it is kept with the first signature."""
    wanted = run.manifest["library"]["sha256"]
    if library.find(run.outputs, wanted) is None and not (wanted == library_sha256() and library.keep(run.outputs, run.root)):
        message = "定稿之后程序换过（或没有 requirements.lock），当时的程序没有留存，将来无法复演"
        raise Refused([Fault("sign.library", message, "请用现在的程序重新定稿，再签发", file=f"outputs/{run.name}")], "没有签名")


def _clock(outputs: Path, time: datetime) -> None:
    """Times only go forwards: a clock that was set back would let a record be dated back."""
    last = max((str(line.get("entered", "")) for name in (ledger.NAME, LOG) for line in _last(outputs, name)), default="")
    if last and time.isoformat(timespec="seconds") < last:
        message = f"本机时钟（{time.isoformat(timespec='seconds')}）早于台账最后一次登记（{last}）"
        raise Refused([Fault("sign.clock", message, "请校准时钟后再签")], "没有签名")


def _last(outputs: Path, name: str) -> list[dict[str, Any]]:
    return list(ledger.entries(outputs, name=name))[-1:]


def log_faults(outputs: Path) -> list[Fault]:
    """Everything wrong with the log of sign-offs: its chain, and heads of the ledger that were signed and are no longer there."""
    faults = ledger.verify(outputs, name=LOG)
    known = {ledger.FIRST, *(str(line.get("hash")) for line in ledger.entries(outputs))}
    for line in ledger.entries(outputs, name=LOG):
        told = _payload(line)
        remedy = "请保留现场，由另一人对照备份核对"
        if told.get("ledger") not in known:
            message = f"{line.get('person')}签名时台账的摘要（{str(told.get('ledger'))[:16]}）已不在台账里：台账被截短或整本重写过"
            faults.append(Fault("signoff.ledger_rewritten", message, remedy, file=ledger.NAME))
        if told.get("log") != line.get("previous"):
            message = f"{line.get('person')}签名时前一条记录不是现在的前一条：签发记录被整本重写过"
            faults.append(
                Fault("signoff.log_rewritten", message, remedy, file=LOG, row=line.get("n") if isinstance(line.get("n"), int) else None)
            )
    return faults


def _payload(line: Mapping[str, Any]) -> dict[str, Any]:
    import base64

    try:
        told = json.loads(base64.b64decode(line["envelope"]["payload"]).decode("utf-8"))
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def qa_log(outputs: Path, run_sha256: str) -> list[str]:
    """The records of a run in words: when, who, as what, what was checked."""
    found = []
    for line in records(outputs, run_sha256):
        told = _payload(line)
        texts = [*(str(one) for one in told.get("checks") or ()), *([str(told["note"])] if told.get("note") else [])]
        found.append(f"{told.get('time')} {ROLES.get(str(told.get('role')), '?')} {told.get('person')}：{'；'.join(texts) or '（无说明）'}")
    return found


def outputs_of(folder: Path) -> Path:
    """The outputs folder a run lies in; Refused when it lies in none."""
    found = next((parent for parent in folder.parents if (parent / ledger.NAME).is_file()), None)
    if found is None:
        message, remedy = "这个文件夹不在工作簿的 outputs 里，旁边没有台账", "请指明 outputs 中的运行"
        raise Refused([Fault("run.no_ledger", message, remedy, file=folder.name)], "不能签发或归档")
    return found
