"""The end of a study's notebook: what it was made from, and its seal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .. import __version__
from ..analysis.replay import Side
from ..workbook import InputFile
from .html import Column, Html, facts, join, table
from .sections import Seal


class Studied(Protocol):
    """A comparison or a trend with what ties it to its inputs."""

    @property
    def scheme(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def sides(self) -> Sequence[Side]: ...
    @property
    def inputs(self) -> Sequence[InputFile]: ...
    @property
    def run_file_sha256(self) -> str: ...
    def digest(self) -> str:
        """sha256 of what was found."""
        ...


def study_provenance(study: Studied) -> Html:
    """The sides with edition, program and result, and every input with its hash."""
    rows = [
        [side.name, side.scheme.edition_file, f"evalbook {side.program[0]}（{side.program[1][:8]}）", side.evaluation.digest()]
        for side in study.sides
    ]
    columns = [Column("对照的一方"), Column("版本"), Column("程序"), Column("结果校验码", "code")]
    inputs = [[item.name, item.sha256()] for item in study.inputs]
    return join(
        [
            facts(
                [
                    ("程序", f"evalbook {__version__}"),
                    ("运行文件校验码", study.run_file_sha256 or "无（试看）"),
                    ("结果校验码", study.digest()),
                ]
            ),
            table(columns, rows, caption="对照的各方", wide=True),
            table([Column("输入文件"), Column("SHA-256", "code")], inputs, caption="输入文件及校验码", wide=True) if inputs else Html(""),
        ]
    )


def study_seal(study: Studied) -> Seal:
    """The result record of a study's notebook."""
    return Seal(
        {
            "scheme": study.scheme,
            "period": study.period,
            "run_file_sha256": study.run_file_sha256,
            "inputs": {item.name: item.sha256() for item in study.inputs},
            "result_sha256": study.digest(),
        }
    )
