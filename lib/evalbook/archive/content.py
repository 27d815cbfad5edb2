"""What a bag of ours holds and whether its parts agree: run and manifest, page and notebook, library and lock, signatures.

The format says that nothing changed since somebody wrote the manifests; this says that it is the run that was signed, made by the
library that lies beside it, for the scheme and period that stand outside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..errors import Fault, Refused
from ..run.publication import MANIFEST
from ..scheme.source import Source
from . import library, tree
from .approval import Approval, judge
from .bag_check import CheckedBag
from .bag_format import INFO
from .crate import METADATA, wrong_parts
from .keys import Key, read_keys
from .names import safe_name
from .policy import Policy, policy_of

__all__ = ["ENTRY", "KEYS", "LOCK", "NAMES", "POLICY", "RECORDS", "RUN", "BagContent"]

RUN, NAMES = "run/", "names.json"
RECORDS, KEYS, POLICY = "signoff/records.jsonl", "signoff/keys", "signoff/policy.json"
LOCK, LIBRARY, ENTRY = "environment/requirements.lock", "library/", "replay.py"
#: The module whose text is the bag's ``replay.py``.
ENTRY_MODULE = "archive/entry.py"
_KEEP = "请保留现场，用另一份副本核对"
_MOST_JSON = 256 << 20


class BagContent:
    """The content of a bag whose format was checked.

    Parameters
    ----------
    bag
        What :func:`~evalbook.archive.bag_check.check_bag` found.
    keys
        Public keys that the verifier trusts; None takes those of the bag, which then vouch only for themselves.
    """

    def __init__(self, bag: CheckedBag, shown: str, keys: Mapping[str, Key] | None = None) -> None:
        self.bag, self.data, self.shown = bag, bag.folder / "data", shown
        self.faults: list[Fault] = []
        self.keys = keys
        self.manifest: dict[str, Any] = {}
        self.run_files: dict[str, str] = {}
        self.approval: Approval | None = None

    def fault(self, code: str, message: str, file: str = "", remedy: str = _KEEP) -> None:
        self.faults.append(Fault(code, message, remedy, file=f"{self.shown}/data/{file}" if file else f"{self.shown}/{INFO}"))

    def check(self) -> list[Fault]:
        """Everything that does not agree."""
        manifest = self._json(f"{RUN}{MANIFEST}")
        if not _is_manifest(manifest):
            self.fault("content.manifest", "运行清单读不出来或缺项", f"{RUN}{MANIFEST}")
            return self.faults
        self.manifest = manifest
        self.run_files = self._run_files()
        self._outputs()
        self._identity()
        self._notebook()
        self._library()
        self._signatures()
        if not self._damaged(METADATA):
            for wrong in wrong_parts(self._json(METADATA), self.bag.files):
                self.fault("content.crate", f"RO-Crate 元数据{wrong}", METADATA)
        return self.faults

    # --- the run --------------------------------------------------------------------------------------------------------------

    def original_names(self) -> dict[str, str]:
        """Name in the bag → name in the run, for the files that had to be called otherwise."""
        told = self._json(NAMES) if NAMES in self.bag.files else {}
        if not isinstance(told, dict):
            self.fault("content.names", "原名对照表读不出来", NAMES)
            return {}
        good = {}
        for safe, name in told.items():
            if isinstance(name, str) and safe == safe_name(name) != name and safe in self.bag.files and _stays_inside(name):
                good[safe] = name
            else:
                self.fault("content.names", f"原名对照表的 {safe} 与文件不符", NAMES)
        return good

    def _run_files(self) -> dict[str, str]:
        """Original name → SHA-256 of the files of the run."""
        original = self.original_names()
        names = {name: original.get(name, name) for name in self.bag.files if name.startswith(RUN)}
        return {original.removeprefix(RUN): self.bag.files[name] for name, original in names.items()}

    def _outputs(self) -> None:
        stated = self.manifest["outputs"]
        for name in sorted(self.run_files.keys() | stated.keys()):
            if name != MANIFEST and self.run_files.get(name) != stated.get(name):
                what = "缺失" if name not in self.run_files else "不是发布的" if name in stated else "发布时没有"
                self.fault("content.run_changed", f"运行文件{what}：与运行清单不符", safe_name(f"{RUN}{name}"))
        template = self.manifest["template"]
        if self.run_files.get(f"inputs/{template['name']}") != template["sha256"]:
            self.fault("content.template", "笔记本模板不是运行清单所记的那一份", safe_name(f"{RUN}inputs/{template['name']}"))
        if self.manifest["status"] != "final" or self.manifest["outcome"] != "completed":
            self.fault("content.not_final", "归档的运行不是定稿", f"{RUN}{MANIFEST}")

    def _identity(self) -> None:
        """Scheme, period and version stand in the description and must be those of the run: an old bag cannot be shown as another."""
        info, manifest = self.bag.info, self.manifest
        expected = {"Evalbook-Scheme": manifest["scheme"], "Evalbook-Period": manifest["period"]}
        expected |= {"Evalbook-Run-SHA256": tree.digest(self.run_files), "Evalbook-Result-SHA256": manifest["result_sha256"]}
        version = info.get("Evalbook-Version", "")
        expected["External-Identifier"] = f"{manifest['scheme']}/{manifest['period']}/v{version}"
        for label, value in expected.items():
            if info.get(label) != value:
                self.fault("content.identity", f"档案包说明的 {label} 是“{info.get(label, '无')}”，运行的是“{value}”")
        if not version.isdigit() or version == "0":
            self.fault("content.identity", f"档案包说明的版本号“{version}”不对")

    def _notebook(self) -> None:
        """The executed notebook has the template's cells and one of parameters."""
        template = self._json(safe_name(f"{RUN}inputs/{self.manifest['template']['name']}"))
        executed = self._json(f"{RUN}report.ipynb")
        if (wanted := _sources(template)) is None or (found := _sources(executed)) is None:
            self.fault("content.notebook", "执行后的笔记本或模板读不出来", f"{RUN}report.ipynb")
            return
        injected = [n for n, (_, tags) in enumerate(found) if "injected-parameters" in tags]
        texts = [text for text, _ in found]
        if len(injected) == 1:
            del texts[injected[0]]
        if len(injected) != 1 or texts != [text for text, _ in wanted]:
            self.fault("content.sources", "执行后的笔记本的代码或文字与模板不同", f"{RUN}report.ipynb")

    # --- library and lock -----------------------------------------------------------------------------------------------------

    def wheel(self) -> str:
        """Name of the library's wheel in the payload; empty when there is none, or several."""
        wheels = [name for name in self.bag.files if name.startswith(LIBRARY) and name.endswith(".whl")]
        return wheels[0] if len(wheels) == 1 else ""

    def _library(self) -> None:
        name = self.wheel()
        if not name:
            self.fault("content.library", "没有程序源码（library/*.whl）", LIBRARY)
            return
        if self._damaged(name):
            return
        wheel = library.read_wheel(self.data / name, ENTRY_MODULE, self.bag.files[name])
        if wheel.sha256 != self.manifest["library"]["sha256"]:
            self.fault("content.library", "程序源码不是运行清单所记的那一份", name)
        if ENTRY not in self.bag.files or self._bytes(ENTRY) != wheel.entry:
            self.fault("content.entry", "复演程序 replay.py 与程序源码中的不同", ENTRY)
        if LOCK not in self.bag.files:
            self.fault("content.lock", "没有环境锁定文件", LOCK)
            return
        lock = self._bytes(LOCK).decode("utf-8", errors="replace")
        if others := library.lock_versions(lock, self.manifest["environment"]):
            self.fault("content.lock", f"环境锁定文件与运行清单记录的软件包不符：{'、'.join(others[:5])}", LOCK)

    # --- signatures -----------------------------------------------------------------------------------------------------------

    def _signatures(self) -> None:
        keys, policy = self._keys(), self._policy()
        lines = self._lines(RECORDS)
        if keys is None or policy is None or lines is None:
            return
        run = {"scheme": self.manifest["scheme"], "period": self.manifest["period"], "run_sha256": tree.digest(self.run_files)}
        envelopes = [line.get("envelope") for line in lines]
        self.approval = judge(envelopes, run, keys=keys, policy=policy, shown=f"{self.shown}/data/{RECORDS}")
        self.faults += self.approval.faults
        if self.approval.missing:
            self.fault("signoff.missing", f"签发不齐：还差{self.approval.wanted}", RECORDS)
        finished = datetime.fromisoformat(self.manifest["finished"])
        early = [one for one in self.approval.signatures if datetime.fromisoformat(one.time) < finished]
        if early:
            self.fault("signoff.before_run", f"{early[0].person}的签名时间早于运行完成的时间，时钟可能被拨回", RECORDS)
        if policy.templates and self.manifest["template"]["sha256"] not in policy.templates:
            self.fault("content.template", "笔记本模板不在批准的模板之列", safe_name(f"{RUN}inputs/{self.manifest['template']['name']}"))

    def _keys(self) -> Mapping[str, Key] | None:
        if self.keys is not None:
            return self.keys
        try:
            return read_keys(self.data / KEYS, f"{self.shown}/data/{KEYS}")
        except Refused as refused:
            self.faults += refused.faults
            return None

    def _policy(self) -> Policy | None:
        told = self._json(POLICY)
        try:
            # JSON numbers are texts to the reader of policies, as everything in YAML is.
            texts = json.loads(json.dumps(told), parse_int=str) if isinstance(told, dict) else None
            if texts is None:
                raise Refused([])
            return policy_of(Source({"schema": "1", **texts}, POLICY))
        except Refused:
            self.fault("signoff.policy", "签发规则读不出来", POLICY)
            return None

    def _lines(self, name: str) -> list[dict[str, Any]] | None:
        try:
            lines = [json.loads(line) for line in (self.data / name).read_text("utf-8").splitlines()]
        except (OSError, ValueError, RecursionError):
            lines = [None]
        if not all(isinstance(line, dict) for line in lines):
            self.fault("signoff.records", "签发记录读不出来", name)
            return None
        return lines

    # --- reading --------------------------------------------------------------------------------------------------------------

    def _damaged(self, name: str) -> bool:
        """Whether the format check has told of a file already."""
        return any(fault.file == f"{self.shown}/data/{name}" for fault in self.bag.faults)

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.data / name).read_bytes()
        except OSError:
            return b""

    def _json(self, name: str) -> Any:
        path = self.data / name
        try:
            if path.stat().st_size > _MOST_JSON:
                return None
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return None


def _is_manifest(told: Any) -> bool:
    texts = ("scheme", "period", "status", "outcome", "result_sha256")
    try:
        return (
            all(isinstance(told[name], str) for name in texts)
            and all(isinstance(value, str) for value in told["outputs"].values())
            and isinstance(told["environment"], dict)
            and isinstance(told["library"]["sha256"], str)
            and all(isinstance(told["template"][name], str) for name in ("name", "sha256"))
            and datetime.fromisoformat(told["finished"]).tzinfo is not None
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return False


def _sources(notebook: Any) -> list[tuple[str, list[str]]] | None:
    """Kind and source of each cell, with its tags; None for what is no notebook."""
    try:
        cells = notebook["cells"]
        return [(f"{cell['cell_type']}\0{''.join(cell['source'])}", list(cell.get("metadata", {}).get("tags", []))) for cell in cells]
    except (KeyError, TypeError, AttributeError):
        return None


def _stays_inside(name: str) -> bool:
    """Whether a name leads nowhere outside, on any system: a backslash parts folders on Windows, a colon after one letter names a drive."""
    parts = re.split(r"[/\\]", name)
    return not re.match(r".:", name) and "\0" not in name and not any(part in ("", ".", "..") for part in parts)
