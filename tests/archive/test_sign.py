"""Sign-off: k of n, four eyes, bound to one run; what does not count and why."""

from __future__ import annotations

import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evalbook import ledger
from evalbook.archive.keys import KEYS, load_private, new_key, read_keys, revoke
from evalbook.archive.policy import POLICY, Policy, read_policy
from evalbook.archive.signoff import LOG, approval_of, log_faults, qa_log, read_run, records, sign
from evalbook.archive.statement import SIGN_OFF, BadEnvelope, seal, unseal
from evalbook.errors import Refused, UsageError


@pytest.fixture
def fresh(office: Any) -> Any:
    """The office with its log of sign-offs taken away: the run of 2019 waits for signatures."""
    (office.outputs / LOG).unlink()
    return office


def refused(call: Any) -> str:
    """Text of the one fault for which a call is refused."""
    with pytest.raises(Refused) as found:
        call()
    (fault,) = found.value.faults
    return str(fault)


def test_three_people_sign(fresh: Any) -> None:
    """Each says what was checked; the log tells it, the state goes from waiting to complete."""
    run = fresh.run("2019")
    fresh.sign(run, "prepared", checks=("数据与原件一致", "假设经确认"), note="初核")
    assert approval_of(read_run(run, fresh.outputs)).missing == {"checked": 1, "approved": 1}
    fresh.sign(run, "checked", "approved")
    approval = approval_of(read_run(run, fresh.outputs))
    assert approval.complete
    assert [(one.role, one.person) for one in approval.signatures] == [("prepared", "张三"), ("checked", "李四"), ("approved", "王五")]
    told = qa_log(fresh.outputs, read_run(run, fresh.outputs).identity["run_sha256"])
    assert told[0].endswith("制表 张三：数据与原件一致；假设经确认；初核")


def test_nobody_approves_what_he_prepared(fresh: Any) -> None:
    """By person, also with another key, and by key."""
    run = fresh.run("2019")
    fresh.sign(run, "prepared", "checked")
    office_key = fresh.private("张三").rename(fresh.private("张三").with_name("旧.pem"))
    fresh.key("张三")
    assert "必须由不同的人" in refused(lambda: fresh.sign(run, "approved", people={"approved": "张三"}))
    assert "必须由不同的人" in refused(
        lambda: sign(read_run(run, fresh.outputs), load_private(office_key), "approved"),
    )


def test_order_and_once(fresh: Any) -> None:
    """Who checks signs after who prepared; nobody counts twice."""
    run = fresh.run("2019")
    assert "应先由制表签名" in refused(lambda: fresh.sign(run, "approved"))
    fresh.sign(run, "prepared")
    assert "一人只计一次" in refused(lambda: fresh.sign(run, "prepared"))


def test_k_of_n(fresh: Any) -> None:
    """Where two have to approve, one does not do."""
    (fresh.root / POLICY).write_text("schema: 1\nroles: {prepared: 1, checked: 0, approved: 2}\n", "utf-8")
    fresh.key("赵六", "approved")
    run = fresh.run("2019")
    fresh.sign(run, "prepared", "approved")
    assert approval_of(read_run(run, fresh.outputs)).wanted == "审批1人"
    fresh.sign(run, "approved", people={"approved": "赵六"})
    assert approval_of(read_run(run, fresh.outputs)).complete


def test_roles_and_days_of_keys(fresh: Any) -> None:
    """A key counts for its roles and days only; revoked today, it no longer signs, and what it signed before stays good."""
    run = fresh.run("2019")
    fresh.key("赵六", "checked")
    assert "只能用于复核" in refused(lambda: fresh.sign(run, "prepared", people={"prepared": "赵六"}))
    later = datetime.now(UTC) + timedelta(days=1000)
    assert "有效期" in refused(lambda: fresh.sign(run, "prepared", moment=later))
    fresh.sign(run, "prepared")
    revoked = revoke(fresh.root, "李四", "遗失")
    assert "吊销（遗失）" in refused(lambda: fresh.sign(run, "checked"))
    assert read_keys(fresh.root / KEYS)[revoked.id].revoked == revoked.revoked


def test_signed_before_the_revocation_stays_good(office: Any) -> None:
    """Revoked from tomorrow on: yesterday's signatures, and the archive with them, still verify."""
    path = next(path for path in (office.root / KEYS).glob("*.yaml") if "王五" in path.read_text("utf-8"))
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    office.edit(path, lambda text: text.replace('revoked: ""', f'revoked: "{tomorrow}"'))
    assert office.verify().faults == ()
    office.edit(path, lambda text: text.replace(tomorrow, "2020-01-01"))
    assert "signoff.not_counted" in office.codes()


def test_wrong_missing_and_locked_keys(fresh: Any, tmp_path: Path) -> None:
    """A key that is not there, is none, is of another kind, is locked, or is nobody's: told, nothing signed."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    run = str(fresh.run("2019"))
    other = generate_private_key(SECP256R1()).private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    locked = fresh.key("赵六", "prepared", passphrase="口令".encode())
    stranger = Ed25519PrivateKey.generate().private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    files = {"none": b"-----BEGIN X-----", "other": other, "stranger": stranger, "wrong": "错".encode(), "right": "口令\n".encode()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    def attempt(key: Path, *more: Any) -> tuple[int, str]:
        return fresh.main("sign", run, "--role", "prepared", "--key", key, *more)

    assert "不存在" in attempt(tmp_path / "absent")[1]
    assert "打不开" in attempt(tmp_path / "none")[1]
    assert "不是 Ed25519" in attempt(tmp_path / "other")[1]
    assert "不在公钥名单里" in attempt(tmp_path / "stranger")[1]
    assert "没有给出口令" in attempt(locked)[1]
    assert "打不开" in attempt(locked, "--passphrase-file", tmp_path / "wrong")[1]
    assert not (fresh.outputs / LOG).exists()
    assert attempt(locked, "--passphrase-file", tmp_path / "right")[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX systems")
def test_private_keys_stay_outside_and_private(office: Any, tmp_path: Path) -> None:
    """A private key is readable by its owner only, is never written into the workbook, and never over another file."""
    path = office.key("赵六", "checked")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="不能放在工作簿里"):
        new_key(office.root, "钱七", ["checked"], private=office.root / "data" / "x.pem")
    with pytest.raises(UsageError, match="不覆盖"):
        office.key("赵六", "checked")
    code, text = office.main("key", "new", "--person", "钱七", "--roles", "checked", "--to", tmp_path / "q.pem")
    assert (code, "口令" in text) == (2, True)


def test_a_signature_counts_for_one_kind_of_statement(office: Any) -> None:
    """The type is signed too: what was signed as something else is no sign-off, nor is a changed statement."""
    private = load_private(office.private("张三"))
    keys = read_keys(office.root / KEYS)
    envelope = seal({"a": 1}, private, "application/vnd.other+json")
    with pytest.raises(BadEnvelope) as found:
        unseal({**envelope, "payloadType": SIGN_OFF}, keys)
    assert found.value.code == "signoff.signature"
    with pytest.raises(BadEnvelope) as found:
        unseal(envelope, keys)
    assert found.value.code == "signoff.type"
    assert unseal(seal({"a": 1}, private), keys)[0] == {"a": 1}


def test_the_log_cannot_be_rewritten_silently(office: Any) -> None:
    """A changed note breaks the chain; a chain written anew no longer fits what the next signer signed."""
    path = office.outputs / LOG
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert log_faults(office.outputs) == []
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines[1:]), "utf-8")
    assert {"ledger.chain_broken", "ledger.line_changed"} <= {fault.code for fault in log_faults(office.outputs)}
    path.unlink()
    for line in lines[1:]:
        kept = {key: value for key, value in line.items() if key not in ("n", "entered", "previous", "hash")}
        ledger.append(office.outputs, kept, name=LOG)
    assert ledger.verify(office.outputs, name=LOG) == []
    assert {fault.code for fault in log_faults(office.outputs)} == {"signoff.log_rewritten"}
    run = read_run(office.run("2019"), office.outputs)
    assert not approval_of(run).complete


def test_a_ledger_written_anew_lacks_the_head_that_was_signed(office: Any) -> None:
    """Somebody who rewrites the whole ledger is found out through the sign-offs."""
    lines = list(ledger.entries(office.outputs))
    (office.outputs / ledger.NAME).unlink()
    for line in lines:
        kept = {key: value for key, value in line.items() if key not in ("n", "entered", "previous", "hash")}
        ledger.append(office.outputs, {**kept, "user": "别人"})
    assert ledger.verify(office.outputs) == []
    assert "signoff.ledger_rewritten" in {fault.code for fault in log_faults(office.outputs)}
    assert office.main("ledger", "verify")[0] == 1


def test_two_sign_at_once(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes second looks again before signing: both records stand, each on the one before."""
    run = fresh.run("2019")
    append = ledger.append
    first = [True]

    def late(*args: Any, **more: Any) -> Any:
        if first and more.get("name") == LOG:
            first.clear()
            fresh.sign(fresh.run("2022"), "prepared")
        return append(*args, **more)

    monkeypatch.setattr(ledger, "append", late)
    fresh.sign(run, "prepared")
    monkeypatch.undo()
    assert [line["period"] for line in ledger.entries(fresh.outputs, name=LOG)] == ["2022", "2019"]
    assert log_faults(fresh.outputs) == []
    assert len(records(fresh.outputs, read_run(run, fresh.outputs).identity["run_sha256"])) == 1


def test_policy_faults_come_all_at_once(office: Any) -> None:
    """A policy that lets one person do both, drops an algorithm or is misspelt is refused with every place."""
    assert read_policy(office.root) == Policy()
    text = "schema: 1\nrols: {}\nroles: {prepared: x}\napart: [[prepared, checked]]\nalgorithms: [sha256, md5]\ntemplates: [abc]\n"
    (office.root / POLICY).write_text(text, "utf-8")
    with pytest.raises(Refused) as found:
        read_policy(office.root)
    codes = [fault.code for fault in found.value.faults]
    assert codes == ["policy.unknown", "policy.count", "policy.four_eyes", "policy.algorithm", "policy.algorithm", "policy.template"]
    assert all(fault.row for fault in found.value.faults)


def test_the_state_in_words(fresh: Any) -> None:
    """Without a role the command tells who signed and who is wanted; usage errors name the nearest role."""
    run = str(fresh.run("2019"))
    code, text = fresh.main("sign", run)
    assert (code, "待签发：还差制表1人、复核1人、审批1人" in text) == (0, True)
    code, text = fresh.main("sign", run, "--role", "approve", "--key", "x")
    assert (code, "approved" in text) == (2, True)
    code, text = fresh.main("sign", run, "--json")
    assert json.loads(text)["missing"] == {"prepared": 1, "checked": 1, "approved": 1}
