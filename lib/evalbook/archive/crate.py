"""RO-Crate metadata of a bag (Process Run Crate 0.5): what was run, with which program, from which files, into which files, by whom.

For people and programs that know nothing of us: ``data/ro-crate-metadata.json`` is plain JSON-LD in the terms of schema.org. It only
repeats what manifest and signatures say; they are the evidence. https://w3id.org/ro/wfrun/process/0.5
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable, Mapping
from typing import Any

from ..run.publication import MANIFEST
from .approval import Approval
from .names import is_safe
from .policy import ROLES

__all__ = ["METADATA", "crate", "wrong_parts"]

METADATA = "ro-crate-metadata.json"
_CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
_CRATE, _PROFILE = "https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/wfrun/process/0.5"
_TYPES = {".md": "text/markdown", ".ipynb": "application/x-ipynb+json", ".yaml": "application/yaml", ".jsonl": "application/jsonl"}
_TYPES |= {".whl": "application/zip", ".lock": "text/plain", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def crate(manifest: Mapping[str, Any], approval: Approval, files: Mapping[str, str], *, wheel: str, template: str) -> bytes:
    """The metadata.

    Parameters
    ----------
    files
        Name in the payload → name under which the file was known to the run.
    wheel, template
        Names in the payload of what computed: the library and the notebook template.
    """
    inputs = [name for name in files if name.startswith("run/inputs/") and name != template]
    results = [name for name in files if name.startswith("run/") and not name.startswith("run/inputs/")]
    agent = {"@id": "#operator", "@type": "Person", "name": str(manifest.get("user") or manifest.get("prepared_by") or "")}
    run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": str(manifest.get("title", "")),
        "description": f"evalbook run {manifest['scheme']} {manifest['period']} --final",
        "startTime": manifest.get("started"),
        "endTime": manifest["finished"],
        "actionStatus": "http://schema.org/CompletedActionStatus",
        "agent": {"@id": "#operator"},
        "instrument": [{"@id": wheel}, {"@id": template}],
        "object": [{"@id": name} for name in inputs],
        "result": [{"@id": name} for name in results],
    }
    signed: list[dict[str, Any]] = []
    for number, one in enumerate(approval.signatures, 1):
        person = f"#signer-{one.key}"
        signed.append({"@id": person, "@type": "Person", "name": one.person, "identifier": one.key})
        action = {"@id": f"#sign-off-{number}", "@type": "EndorseAction", "name": ROLES[one.role], "endTime": one.time}
        signed.append({**action, "agent": {"@id": person}, "object": {"@id": f"run/{MANIFEST}"}})
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": str(manifest.get("title", "")),
        "description": "考核评价的定稿及其输入、程序、签发记录",
        "datePublished": str(manifest["finished"])[:10],
        "license": "未授权公开；使用按单位规定",
        "conformsTo": {"@id": _PROFILE},
        "hasPart": [{"@id": name} for name in sorted(files)],
        "mentions": [{"@id": "#run"}, *({"@id": one["@id"]} for one in signed if one["@type"] == "EndorseAction")],
    }
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _CRATE}},
        root,
        {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        run,
        agent,
        *_once(signed),
        *(_file(name, files[name], manifest, wheel, template) for name in sorted(files)),
    ]
    return (json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _once(entities: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({entity["@id"]: entity for entity in entities}.values())


def _file(name: str, known_as: str, manifest: Mapping[str, Any], wheel: str, template: str) -> dict[str, Any]:
    kinds: list[str] = ["File"]
    more: dict[str, Any] = {}
    if name == wheel:
        kinds.append("SoftwareApplication")
        more = {"version": str(manifest["library"].get("version", "")), "softwareVersion": str(manifest["library"].get("version", ""))}
    elif name == template:
        kinds.append("SoftwareSourceCode")
        more = {"programmingLanguage": "Python"}
    ending = name[name.rfind(".") :] if "." in name else ""
    form = _TYPES.get(ending) or mimetypes.types_map.get(ending) or "application/octet-stream"
    return {"@id": name, "@type": kinds if len(kinds) > 1 else kinds[0], "name": known_as, "encodingFormat": form, **more}


def wrong_parts(metadata: Any, present: Iterable[str]) -> list[str]:
    """What metadata say of files that is not so: a listed file that is missing or lies outside, a file that is not listed."""
    try:
        entities = {entity["@id"]: entity for entity in metadata["@graph"]}
        parts = [part["@id"] for part in _listed(entities["./"]["hasPart"])]
        files = [name for name, entity in entities.items() if "File" in _listed(entity["@type"])]
        regular = len(entities) == len(metadata["@graph"]) and all(isinstance(name, str) for name in [*parts, *files])
    except (KeyError, TypeError, AttributeError):
        regular = False
    if not regular:
        return ["元数据读不出来"]
    here = set(present) - {METADATA}
    wrong = [f"列出了不在档案包里的文件 {name}" for name in sorted({*parts, *files} - here) if is_safe(name)]
    wrong += [f"列出了档案包之外的路径 {name}" for name in sorted({*parts, *files}) if not is_safe(name)]
    return wrong + [f"没有列出 {name}" for name in sorted(here - (set(parts) & set(files)))]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
