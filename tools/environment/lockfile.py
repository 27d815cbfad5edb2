"""requirements.lock: every distribution with its version and hashes, in three sections.

`setup` is what installs (uv, the build backend), `run` what the workbook, JupyterLab and the Word bulletin need, `extra` what its other
optional parts need, `test` what only its tests need.
A plain `pip install --no-deps --require-hashes -r requirements.lock` understands the file too: to pip the headings are comments.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from environment.console import SetupError

NAME = "requirements.lock"
SECTIONS = ("setup", "run", "extra", "test")

_HEADING = re.compile(r"^# \[(\w+)\]")
_REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$")


@dataclass(frozen=True)
class Locked:
    """One distribution of the lock; `text` is its lines as they stand in the file."""

    name: str
    version: str
    marker: str
    text: str

    @property
    def hashes(self) -> frozenset[str]:
        """The sha256 digests of the files that may be installed."""
        return frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", self.text))

    @property
    def unconditional(self) -> "Locked":
        """The same without its marker, for pip downloading for another machine: it evaluates markers for its own."""
        rest = self.text.partition("\n")[2]
        return Locked(self.name, self.version, "", f"{self.name}=={self.version} \\\n{rest}")


def parse(text: str) -> dict[str, list[Locked]]:
    """The distributions of each section, in the order of the file."""
    sections: dict[str, list[Locked]] = {name: [] for name in SECTIONS}
    current, block = "", []

    def close() -> None:
        if not block:
            return
        found = _REQUIREMENT.match(block[0])
        if not found or not current:
            raise SetupError(f"{NAME} 无法读取：{block[0]!r}；请从版本库恢复这个文件。")
        locked = Locked(found["name"], found["version"], found["marker"] or "", "\n".join(block))
        if not locked.hashes:
            raise SetupError(f"{NAME} 中 {locked.name} 没有摘要（--hash），拒绝安装；请从版本库恢复这个文件。")
        sections[current].append(locked)
        block.clear()

    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading:
            close()
            current = heading[1]
            if current not in sections:
                raise SetupError(f"{NAME} 中的分节 [{current}] 不认识；可用的有：{'、'.join(SECTIONS)}。")
        elif line.startswith("#") or not line.strip():
            continue
        elif line.startswith((" ", "\t")):
            block.append(line)
        else:
            close()
            block.append(line)
    close()
    return sections


def read(root: Path) -> dict[str, list[Locked]]:
    """The lock of the project in `root`."""
    try:
        return parse((root / NAME).read_text("utf-8"))
    except FileNotFoundError:
        raise SetupError(f"找不到 {NAME}；请在项目文件夹中运行，或重新取得完整的项目。") from None


def digest(root: Path) -> str:
    """What the environment is made from, as one hash: the lock and the project's own metadata."""
    total = hashlib.sha256()
    for name in (NAME, "pyproject.toml"):
        # Line ends do not count: an archive tool or an editor on Windows may have changed them.
        total.update((root / name).read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def render(sections: dict[str, list[Locked]]) -> str:
    """The text of the file."""
    titles = {
        "setup": "what installs: uv and the build backend",
        "run": "what the workbook, JupyterLab and the Word bulletin need",
        "extra": "what the optional parts need: sensitivity indices, a cluster, RO-Crate, timestamps",
        "test": "what only the tests need",
    }
    parts = [
        "# Made by `python bootstrap.py lock` from pyproject.toml: do not edit. Hashes and no addresses, so that any mirror will do.",
        "# By hand: pip install --no-deps --require-hashes -r requirements.lock   (without --no-deps pip asks for rfc3987-syntax,",
        "# which is left out on purpose, see pyproject.toml)",
    ]
    for name in SECTIONS:
        parts += ["", f"# [{name}] {titles[name]}", *(locked.text for locked in sections[name])]
    return "\n".join(parts) + "\n"
