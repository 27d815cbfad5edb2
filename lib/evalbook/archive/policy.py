"""What an office has decided about signing and archiving, as data: ``signing/policy.yaml``; without it the defaults hold.

Sign-off is *k of n*: each role needs so many signatures of different persons with different keys, and some roles must not be
played by the same person (四眼原则).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import Fault, Refused, nearest
from ..scheme.source import Source, load_yaml

__all__ = ["FOLDER", "POLICY", "ROLES", "Policy", "read_policy"]

#: Public keys and the policy, inside the workbook.
FOLDER = "signing"
POLICY = f"{FOLDER}/policy.yaml"
#: Roles in the order in which they sign.
ROLES: dict[str, str] = {"prepared": "制表", "checked": "复核", "approved": "审批"}
#: Hash algorithms of every bag, and those that may be added where an order demands them.
ALWAYS, MORE = ("sha256", "sha512"), ("sm3",)
_FIELDS = ("schema", "roles", "apart", "archive", "algorithms", "templates")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Policy:
    """The rules of an office.

    ``needed`` says how many signatures each role needs; ``apart`` lists pairs of roles that one person must not both play;
    ``archive`` is the folder of the archive (relative to the workbook); ``templates`` are the approved notebook templates by
    SHA-256 (empty: those that are signed with the run are approved by that).
    """

    needed: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(ROLES, 1))
    apart: tuple[tuple[str, str], ...] = (("prepared", "approved"), ("prepared", "checked"))
    archive: str = "archive"
    algorithms: tuple[str, ...] = ALWAYS
    templates: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping, as it is laid into each bag."""
        return {
            "roles": dict(self.needed),
            "apart": [list(pair) for pair in self.apart],
            "algorithms": list(self.algorithms),
            "templates": list(self.templates),
        }


def read_policy(root: Path) -> Policy:
    """The policy of a workbook. Refused with everything wrong with the file."""
    path = root / POLICY
    if not path.exists():
        return Policy()
    return policy_of(load_yaml(path, POLICY))


def policy_of(source: Source) -> Policy:
    """The policy that parsed data tell; Refused when they tell none."""
    faults: list[Fault] = []
    data = source.data or {}
    if not isinstance(data, dict):
        raise Refused([source.fault("policy.shape", "签发规则应是键和值", remedy="请参照 docs/archiving.md")])
    for key in data:
        if key not in _FIELDS:
            faults.append(source.fault("policy.unknown", f"不认识的键“{key}”", (key,), remedy=nearest(str(key), _FIELDS)))
    policy = Policy()
    if "roles" in data:
        policy = replace(policy, needed=_needed(source, data["roles"], faults))
    if "apart" in data:
        policy = replace(policy, apart=_apart(source, data["apart"], faults))
    if "archive" in data:
        policy = replace(policy, archive=str(data["archive"]) or "archive")
    if "algorithms" in data:
        policy = replace(policy, algorithms=_algorithms(source, data["algorithms"], faults))
    if "templates" in data:
        policy = replace(policy, templates=_templates(source, data["templates"], faults))
    if faults:
        raise Refused(faults)
    return policy


def _needed(source: Source, given: Any, faults: list[Fault]) -> dict[str, int]:
    found = dict.fromkeys(ROLES, 1)
    if not isinstance(given, dict):
        faults.append(
            source.fault("policy.roles", "应写明各环节需要几人签名", ("roles",), remedy="如 roles: {prepared: 1, checked: 1, approved: 2}")
        )
        return found
    for role, count in given.items():
        if role not in ROLES:
            faults.append(source.fault("policy.role", f"没有“{role}”这个环节", ("roles", role), remedy=nearest(str(role), ROLES)))
        elif not re.fullmatch(r"[0-9]", str(count)):
            faults.append(source.fault("policy.count", "应为0到9的整数", ("roles", role), value=str(count)))
        else:
            found[role] = int(count)
    if not any(found.values()):
        faults.append(source.fault("policy.nobody", "没有任何环节需要签名", ("roles",), remedy="至少保留一个环节"))
    return found


def _apart(source: Source, given: Any, faults: list[Fault]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for number, pair in enumerate(given if isinstance(given, list) else [given]):
        if isinstance(pair, list) and len(pair) == 2 and all(role in ROLES for role in pair) and pair[0] != pair[1]:
            pairs.append((str(pair[0]), str(pair[1])))
        else:
            remedy = "如 apart: [[prepared, approved], [prepared, checked]]"
            faults.append(source.fault("policy.apart", "应为两个不同环节的代号", ("apart", number), remedy=remedy))
    # Whatever else an office decides: who prepares does not approve.
    if not any(set(pair) == {"prepared", "approved"} for pair in pairs):
        faults.append(source.fault("policy.four_eyes", "制表和审批必须由不同的人签名", ("apart",), remedy="请保留 [prepared, approved]"))
    return tuple(pairs)


def _algorithms(source: Source, given: Any, faults: list[Fault]) -> tuple[str, ...]:
    named = tuple(str(name) for name in given) if isinstance(given, list) else (str(given),)
    for name in named:
        if name not in (*ALWAYS, *MORE):
            faults.append(
                source.fault("policy.algorithm", "不能用这种摘要算法", ("algorithms",), value=name, remedy=nearest(name, (*ALWAYS, *MORE)))
            )
    for name in ALWAYS:
        if name not in named:
            faults.append(source.fault("policy.algorithm", f"{name} 不可少", ("algorithms",), remedy="请保留 sha256 和 sha512，可另加 sm3"))
    return (*ALWAYS, *(name for name in MORE if name in named))


def _templates(source: Source, given: Any, faults: list[Fault]) -> tuple[str, ...]:
    named = tuple(str(digest) for digest in given) if isinstance(given, list) else (str(given),)
    for number, digest in enumerate(named):
        if not _SHA256.fullmatch(digest):
            remedy = "请写模板文件的 SHA-256（64位小写十六进制）"
            faults.append(source.fault("policy.template", "不是 SHA-256", ("templates", number), value=digest, remedy=remedy))
    return named
