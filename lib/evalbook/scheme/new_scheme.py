"""A new scheme to start from: a commented edition, a period and figures that run as they stand (``evalbook new scheme NAME``)."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from .. import durable
from ..errors import UsageError

_SKELETON = Path(__file__).resolve().parent / "skeleton"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_YEAR = re.compile(r"[12][0-9]{3}")


def new_scheme(root: Path, name: str, *, title: str, year: str) -> list[Path]:
    """Write parameters and sample figures of a scheme; returns the paths.

    The figures are three units named 示例 with synthetic values, so that the first run works before anything is filled in.

    Raises
    ------
    UsageError
        A name that is no plain name, or one that is taken; a year that is none.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"办法代号“{name}”写法有误：只能用小写字母、数字和下划线，以字母开头，不超过40个字符，如 county_opening")
    if not _YEAR.fullmatch(year):
        raise UsageError(f"年度“{year}”写法有误：应为四位数字，如 2024")
    if any(mark in title for mark in "\n\r\"'{}[]#:：&*!|>%@`"):
        raise UsageError("名称中不能有引号、括号、冒号等 YAML 记号；可先用简单的名称，之后在文件里修改")
    taken = [folder for folder in (root / "params" / name, root / "data" / name) if folder.exists()]
    if taken:
        raise UsageError(f"{'、'.join(f.relative_to(root).as_posix() for f in taken)} 已存在；请换一个代号，或先移走原有文件夹")
    words = {"name": name, "title": title or name, "year": year, "before": str(int(year) - 1)}
    texts = {
        f"params/{name}/{year}.yaml": "edition.yaml",
        f"params/{name}/periods/{year}.yaml": "period.yaml",
        **{f"data/{name}/{year}/{file}": file for file in ("units.csv", "values.csv", "items.csv", "evidence.csv", "SOURCE.md")},
    }
    written = []
    for target, source in texts.items():
        text = Template((_SKELETON / source).read_text("utf-8")).substitute(words)
        # Excel takes a csv file for UTF-8 only if it starts with a byte order mark, and writes CRLF itself.
        data = ("\ufeff" + text.replace("\n", "\r\n")).encode("utf-8") if target.endswith(".csv") else text.encode("utf-8")
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(path, data)
        written.append(path)
    return written
