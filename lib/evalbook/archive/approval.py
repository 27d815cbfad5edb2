"""Whether a run is signed as the office's policy demands: who signed, who is still wanted, which signatures do not count and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import Fault
from .keys import Key
from .policy import ROLES, Policy
from .statement import BadEnvelope, unseal

__all__ = ["Approval", "Signature", "judge"]


@dataclass(frozen=True)
class Signature:
    """One signature that counts: role, person, key, when, and what the person wrote down."""

    role: str
    person: str
    key: str
    time: str
    note: str
    checks: tuple[str, ...]

    def __str__(self) -> str:
        more = "；".join([*self.checks, *([self.note] if self.note else [])])
        return f"{ROLES[self.role]} {self.person}（{self.key}，{self.time}）" + (f"：{more}" if more else "")


@dataclass(frozen=True)
class Approval:
    """What the signatures of a run amount to; ``missing`` is role → how many are still wanted."""

    signatures: tuple[Signature, ...]
    missing: Mapping[str, int]
    faults: tuple[Fault, ...]

    @property
    def complete(self) -> bool:
        """Whether the run is signed as the policy demands and nothing speaks against a signature."""
        return not self.missing and not self.faults

    @property
    def wanted(self) -> str:
        """Who still has to sign, in words; empty when nobody."""
        return "、".join(f"{ROLES[role]}{count}人" for role, count in self.missing.items())

    def persons(self, role: str) -> tuple[str, ...]:
        """Who signed in a role."""
        return tuple(one.person for one in self.signatures if one.role == role)


def judge(envelopes: Iterable[Any], run: Mapping[str, str], *, keys: Mapping[str, Key], policy: Policy, shown: str) -> Approval:
    """Judge the signatures of one run.

    Parameters
    ----------
    envelopes
        Sealed statements, the oldest first.
    run
        ``scheme``, ``period`` and ``run_sha256``: what a statement must be about, word for word, to count.
    """
    found: list[Signature] = []
    faults: list[Fault] = []

    def fault(code: str, message: str, remedy: str) -> None:
        faults.append(Fault(code, message, remedy, file=shown))

    for number, envelope in enumerate(envelopes, 1):
        try:
            statement, key = unseal(envelope, keys)
            signature = _signature(statement, key)
        except BadEnvelope as bad:
            fault(bad.code, f"第{number}条签发记录：{bad}", "请与签名人核对，必要时重新签发")
            continue
        told = {name: statement.get(name) for name in run}
        if different := [name for name in run if told[name] != run[name]]:
            what = "、".join(f"{name}={str(told[name])[:16]}" for name in different)
            fault(
                "signoff.other_run",
                f"第{number}条签发记录（{signature.person}）签的不是这次运行（{what}）",
                "签名不能移用；请对这次运行重新签发",
            )
            continue
        if statement.get("person") != key.person or statement.get("key") != key.id:
            fault("signoff.person", f"第{number}条签发记录写的是{statement.get('person')}，密钥是{key.person}的", "请由本人重新签发")
            continue
        if reason := counts_not(signature, key, found, policy):
            fault(
                "signoff.not_counted",
                f"第{number}条签发记录（{ROLES[signature.role]} {key.person}）无效：{reason}",
                "请由符合规定的人重新签发",
            )
            continue
        found.append(signature)
    missing = {role: need - have for role, need in policy.needed.items() if (have := sum(one.role == role for one in found)) < need}
    return Approval(tuple(found), missing, tuple(faults))


def _signature(statement: Mapping[str, Any], key: Key) -> Signature:
    role, time, note, checks = (statement.get(name) for name in ("role", "time", "note", "checks"))
    regular = role in ROLES and isinstance(note, str) and isinstance(checks, list) and _moment(time) is not None
    if not regular:
        raise BadEnvelope("signoff.envelope", "签发内容缺项")
    return Signature(str(role), key.person, key.id, str(time), str(note), tuple(str(one) for one in checks or ()))


def _moment(time: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(time)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def counts_not(new: Signature, key: Key, before: Iterable[Signature], policy: Policy) -> str:
    """Why a signature does not count after those before it; empty when it does."""
    moment = _moment(new.time)
    assert moment is not None
    before = list(before)
    if reason := key.fault_on(moment):
        return reason
    if new.role not in key.roles:
        return f"这把密钥只能用于{'、'.join(ROLES[role] for role in key.roles)}"
    for one in before:
        same = one.person == new.person or one.key == new.key
        if same and one.role == new.role:
            return f"{one.person}已在{ROLES[new.role]}环节签过名，一人只计一次"
        if same and any({one.role, new.role} == set(pair) for pair in policy.apart):
            return f"{one.person}已作为{ROLES[one.role]}签名，{ROLES[one.role]}和{ROLES[new.role]}必须由不同的人担任"
    if before and moment < datetime.fromisoformat(before[-1].time):
        return "签名时间早于前一个签名"
    order = list(ROLES)
    for role in order[: order.index(new.role)]:
        if (have := sum(one.role == role for one in before)) < policy.needed[role]:
            return f"{ROLES[role]}还差{policy.needed[role] - have}人，应先由{ROLES[role]}签名"
    return ""
