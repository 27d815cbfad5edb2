"""G12: the metadata list a missing file or one outside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from evalbook.archive.crate import METADATA


def rewritten(office: Any, archiving: Any, change: Any) -> set[str]:
    """Codes of the bag after its metadata were changed and every manifest written anew."""
    path = office.bag() / "data" / METADATA
    told = json.loads(path.read_text("utf-8"))
    change(told["@graph"])
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    archiving.rehash(office.bag())
    codes: set[str] = office.bag_codes(office.bag())
    return codes


def root(graph: list[Any]) -> Any:
    return next(entity for entity in graph if entity["@id"] == "./")


@pytest.mark.parametrize("name", ["missing.csv", "../../../etc/hostname", "/etc/hostname", "file:///etc/hostname"])
def test_a_part_that_is_not_there(office: Any, archiving: Any, name: str) -> None:
    """As a part of the whole or as a file by itself."""
    assert rewritten(office, archiving, lambda graph: root(graph)["hasPart"].append({"@id": name})) == {"content.crate"}
    assert rewritten(office, archiving, lambda graph: graph.append({"@id": name, "@type": "File"})) == {"content.crate"}


def test_a_file_left_out(office: Any, archiving: Any) -> None:
    """Every file of the payload is described."""
    assert rewritten(office, archiving, lambda graph: root(graph)["hasPart"].pop()) == {"content.crate"}


def test_no_metadata(office: Any, archiving: Any) -> None:
    """What is no JSON-LD graph is told."""
    (office.bag() / "data" / METADATA).write_text("[]", "utf-8")
    archiving.rehash(office.bag())
    assert office.bag_codes(office.bag()) == {"content.crate"}


def test_others_can_read_it(office: Any) -> None:
    """An RO-Crate library of others finds the run, its program, its files and who signed."""
    rocrate = pytest.importorskip("rocrate.rocrate")
    crate = rocrate.ROCrate(str(office.bag() / "data"))
    run = crate.dereference("#run")
    assert run.type == "CreateAction"
    assert [entity.id for entity in run["instrument"]][1] == "run/inputs/notebooks/evaluation.ipynb"
    assert "run/report.html" in {entity.id for entity in run["result"]}
    signers = {entity["name"] for entity in crate.get_entities() if entity.type == "Person" and entity.id.startswith("#signer")}
    assert signers == {"张三", "李四", "王五"}
    assert crate.root_dataset["conformsTo"].id == "https://w3id.org/ro/wfrun/process/0.5"
