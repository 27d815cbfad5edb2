"""Signing: ``sign``, ``key new|list|revoke``."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError, nearest, visible
from .screen import open_book, print_faults, print_json, print_table

if TYPE_CHECKING:
    from ..archive.approval import Approval
    from ..archive.signoff import SignedRun
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("sign", sign, "签发一次定稿：制表、复核、审批各用自己的密钥签名；不带 --role 时列出签发情况", json=True)
    made.add_argument("run", metavar="运行", help="运行的文件夹或名称")
    made.add_argument("--role", default=None, metavar="环节", help="prepared 制表、checked 复核、approved 审批")
    made.add_argument("--key", type=Path, default=None, metavar="文件", help="自己的私钥文件（PEM）")
    made.add_argument("--note", default="", metavar="说明", help="写入签发记录的说明")
    made.add_argument("--check", action="append", default=[], metavar="事项", help="核对过的事项，可写多次")
    made.add_argument("--passphrase-file", type=Path, default=None, metavar="文件", help="口令文件（默认在终端输入）")
    made = commands.add("key new", key_new, "生成签发密钥：私钥归本人，公钥登记在 signing/keys")
    made.add_argument("--person", required=True, metavar="姓名")
    made.add_argument("--roles", required=True, metavar="环节", help="可担任的环节，如 prepared,checked")
    made.add_argument("--until", default="", metavar="日期", help="有效期止（默认两年）")
    made.add_argument("--to", type=Path, default=None, metavar="文件", help="私钥放在哪里（默认用户文件夹下 .evalbook/keys）")
    made.add_argument("--passphrase-file", type=Path, default=None, metavar="文件", help="口令文件（默认在终端输入）")
    made.add_argument("--no-passphrase", action="store_true", help="私钥不设口令（只在私钥放在加密U盘等处时用）")
    commands.add("key list", key_list, "列出登记的公钥", json=True)
    made = commands.add("key revoke", key_revoke, "吊销密钥：自今天起的签名不再有效，以前的签名仍有效")
    made.add_argument("key", metavar="密钥", help="编号或姓名")
    made.add_argument("--reason", required=True, metavar="原因")


def sign(options: Namespace) -> int:
    """``sign RUN --role ROLE --key FILE``, or the state of a run's sign-off."""
    from ..archive.keys import load_private
    from ..archive.policy import ROLES
    from ..archive.signoff import approval_of, outputs_of, qa_log, read_run
    from ..archive.signoff import sign as sign_run
    from ..publish.index import write_index
    from ..run.reproduce import find_run

    folder = find_run(options.run, options.root)
    run = read_run(folder, outputs_of(folder))
    if options.role is None:
        if options.key or options.note or options.check:
            raise UsageError("请用 --role 写明以什么身份签名：prepared 制表、checked 复核、approved 审批")
        if not options.json:
            _review(run)
        return _state(options, approval_of(run), run.identity["run_sha256"], qa_log(run.outputs, run.identity["run_sha256"]))
    if options.role not in ROLES:
        raise UsageError(f"没有“{options.role}”这个环节；{nearest(options.role, ROLES)}")
    if options.key is None:
        raise UsageError("请用 --key 指明自己的私钥文件")
    private = load_private(options.key, _passphrase(options, private=options.key))
    signature, approval = sign_run(run, private, options.role, note=options.note, checks=options.check)
    with contextlib.suppress(OSError):  # a list for readers; what counts is entered
        write_index(run.outputs, [(run.identity["scheme"], run.identity["period"])])
    if not options.json:
        print(visible(f"已签名：{signature}"))
    return _state(options, approval, run.identity["run_sha256"], [])


def _review(run: SignedRun) -> None:
    """What a person should see before signing."""
    from ..archive.review import attempts_in_words, changed_since_last

    print(visible(f"本期执行情况：{attempts_in_words(run)}"))
    before, changes = changed_since_last(run)
    if before:
        print(f"与上一次完成的运行（{before}）相比，输入" + ("有以下改动：" if changes else "没有改动。"))
        for text in changes:
            print(visible(f"  {text}"))


def _state(options: Namespace, approval: Approval, run_sha256: str, log: list[str]) -> int:
    """Print what the signatures amount to; 0 when nothing is wrong, also while somebody is still wanted."""
    if options.json:
        print_json(
            {
                "ok": not approval.faults,
                "complete": approval.complete,
                "run_sha256": run_sha256,
                "signatures": [{"role": s.role, "person": s.person, "key": s.key, "time": s.time} for s in approval.signatures],
                "missing": dict(approval.missing),
                "faults": [fault.as_dict() for fault in approval.faults],
            }
        )
        return 1 if approval.faults else 0
    if log:
        print("签发记录：")
        for text in log:
            print(visible(f"  {text}"))
    print_faults(list(approval.faults), "签发记录有问题")
    print(
        "签发齐全，可以归档。"
        if approval.complete
        else f"待签发：还差{approval.wanted}。"
        if approval.missing
        else "签发记录有问题，不能归档。"
    )
    print(f"运行摘要：{run_sha256}")
    return 1 if approval.faults else 0


def _passphrase(options: Namespace, *, private: Path | None = None) -> bytes | None:
    """From a file, or typed in; None where the key file has none."""
    if options.passphrase_file is not None:
        try:
            return bytes(options.passphrase_file.read_bytes().rstrip(b"\r\n")) or None
        except OSError:
            raise UsageError(f"口令文件无法读取：{options.passphrase_file}") from None
    try:
        encrypted = private is None or b"ENCRYPTED" in private.read_bytes()[:100]
    except OSError:
        encrypted = False
    if not encrypted or not sys.stdin.isatty():
        return None
    import getpass

    return getpass.getpass("私钥口令：").encode("utf-8") or None


def key_new(options: Namespace) -> int:
    """``key new --person NAME --roles ROLES``."""
    from ..archive.keys import new_key

    roles = [role.strip() for role in options.roles.replace("，", ",").split(",") if role.strip()]
    passphrase = None if options.no_passphrase else _passphrase(options)
    if passphrase is None and not options.no_passphrase:
        raise UsageError("请设口令：在终端中执行并输入，或用 --passphrase-file；确不需要时写 --no-passphrase")
    private, public, key = new_key(
        open_book(options).root, options.person, roles, until=options.until, private=options.to, passphrase=passphrase
    )
    print(visible(f"密钥 {key.id}（{key.person}）"))
    print(f"私钥：{private}（只归本人，请妥善保管，不要放进工作簿）")
    print(f"公钥：{public}（随工作簿保存；请当面或另行告知归档方编号 {key.id}）")
    return 0


def key_list(options: Namespace) -> int:
    """``key list``."""
    from ..archive.keys import KEYS, read_keys
    from ..archive.policy import ROLES

    keys = read_keys(open_book(options).root / KEYS)
    if options.json:
        print_json(
            [
                {
                    "key": key.id,
                    "person": key.person,
                    "roles": list(key.roles),
                    "valid_from": key.valid_from,
                    "valid_until": key.valid_until,
                    "revoked": key.revoked,
                }
                for key in keys.values()
            ]
        )
        return 0
    if not keys:
        print("还没有登记公钥；请用 evalbook key new 生成。")
        return 0
    rows = [
        [key.id, key.person, "、".join(ROLES[role] for role in key.roles), key.valid_from, key.valid_until, key.revoked or "—"]
        for key in keys.values()
    ]
    print_table(["编号", "姓名", "环节", "有效期起", "有效期止", "吊销"], rows)
    return 0


def key_revoke(options: Namespace) -> int:
    """``key revoke KEY --reason …``."""
    from ..archive.keys import revoke

    key = revoke(open_book(options).root, options.key, options.reason)
    print(visible(f"已吊销：{key.id}（{key.person}），自{key.revoked}起的签名不再有效。"))
    return 0
