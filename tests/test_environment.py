"""The three descriptions of the environment agree, and git keeps what it must keep."""

from __future__ import annotations

import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]

# What the user of this project asked environment.yml to carry, in so many words.
ASKED_FOR = {"jupyterlab", "papermill", "pandas", "nbconvert", "matplotlib", "pytest", "nbval"}

# The one package that conda-forge has under another name.
CONDA_NAMES = {"brotli-python": "brotli"}

# Tools of developers that environment.yml leaves to the lock.
ONLY_IN_THE_LOCK = {"mypy", "pymcdm", "ruff"}

PYTHONS = [f"3.{minor}.{patch}" for minor in (11, 12, 13) for patch in (0, 9)]
PLATFORMS = [("linux", "posix", "Linux"), ("win32", "nt", "Windows"), ("darwin", "posix", "Darwin")]


def named(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Requirements as name → specifiers."""
    parsed = [Requirement(text) for text in requirements]
    return {canonicalize_name(one.name): one.specifier for one in parsed}


def conda() -> dict[str, SpecifierSet]:
    """The conda layer of environment.yml under the names of pyproject.toml."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    found = named([entry for entry in entries if isinstance(entry, str)])
    return {CONDA_NAMES.get(name, name): specifier for name, specifier in found.items()}


def locked(text: str) -> list[tuple[str, str, Marker | None]]:
    """Name, version and marker of each line of a lock."""
    lines = [line.rstrip("\\ ") for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    parsed = [Requirement(line) for line in lines]
    return [(canonicalize_name(one.name), str(one.specifier).removeprefix("=="), one.marker) for one in parsed]


def disagreements(conda_layer: dict[str, SpecifierSet], project: dict[str, SpecifierSet]) -> list[str]:
    """Names and bounds that stand in one description and not in the other."""
    names = sorted(set(conda_layer) | set(project))
    return [f"{name}: {conda_layer.get(name)} / {project.get(name)}" for name in names if conda_layer.get(name) != project.get(name)]


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text("utf-8")


def expected_conda_layer() -> dict[str, SpecifierSet]:
    """What environment.yml must list, from pyproject.toml."""
    dev = {name: bounds for name, bounds in named(EXTRAS["dev"]).items() if name not in ONLY_IN_THE_LOCK}
    python = {"python": SpecifierSet(PROJECT["project"]["requires-python"]), "pip": SpecifierSet()}
    return named(PROJECT["project"]["dependencies"]) | named(EXTRAS["lab"]) | named(EXTRAS["word"]) | dev | python


def test_conda_and_pyproject_list_the_same_names_and_bounds() -> None:
    assert disagreements(conda(), expected_conda_layer()) == []


@pytest.mark.parametrize("drift", [{"pandas": SpecifierSet(">=2")}, {"tabulate": SpecifierSet()}], ids=["other-bound", "extra-name"])
def test_a_drift_between_them_would_be_seen(drift: dict[str, SpecifierSet]) -> None:
    assert len(disagreements(conda() | drift, expected_conda_layer())) == 1


def test_conda_carries_what_was_asked_for() -> None:
    assert set(conda()) >= ASKED_FOR


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS, ids=[names[0] for names in PLATFORMS])
def test_lock_holds_one_fitting_version_of_everything(lock: str, python: str, platform: tuple[str, str, str]) -> None:
    """On each system and Python, each requirement meets exactly one version, and it lies within the bounds."""
    target = {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_machine": "x86_64",
        **dict(zip(("sys_platform", "os_name", "platform_system"), platform, strict=True)),
    }
    versions: dict[str, list[str]] = {}
    for name, version, marker in locked(lock):
        if marker is None or marker.evaluate(target):
            versions.setdefault(name, []).append(version)
    wanted = named([*PROJECT["project"]["dependencies"], *chain.from_iterable(EXTRAS.values()), *PROJECT["dependency-groups"]["setup"]])

    doubled = {name: found for name, found in versions.items() if len(found) > 1}
    unmet = [f"{name}{bounds}" for name, bounds in wanted.items() if not versions.get(name) or versions[name][0] not in bounds]
    assert doubled == {}
    assert unmet == []


def test_every_entry_of_the_lock_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9#])", lock)
    without = [entry.splitlines()[0] for entry in entries if re.match(r"[A-Za-z0-9]", entry) and "--hash=sha256:" not in entry]

    assert without == []


def test_lock_names_no_address(lock: str) -> None:
    """An index or a mirror in the lock would bind everybody to it."""
    assert re.findall(r"\w+://|--(?:extra-)?index-url|--find-links|\bfile:", lock) == []


def test_lock_leaves_out_what_slows_every_notebook(lock: str) -> None:
    names = {name for name, _, _ in locked(lock)}

    assert names.isdisjoint({"rfc3987-syntax", "lark"})


def test_every_direct_dependency_has_its_reason_and_licence() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    explained = {canonicalize_name(name) for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
    direct = [*PROJECT["project"]["dependencies"], *chain.from_iterable(EXTRAS.values()), *PROJECT["dependency-groups"]["setup"]]

    assert set(named(direct)) - explained == set()
    assert [row for row in rows if len([cell for cell in row.split("|") if cell.strip()]) != 3] == []


def tracked_files() -> list[str]:
    """What git tracks or would track; skipped where the project was unpacked without its history."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git work tree")
    return done.stdout.decode("utf-8").split("\0")[:-1]


def ignored(*paths: str) -> set[str]:
    """Those of `paths` that git ignores."""
    tracked_files()
    done = subprocess.run(["git", "check-ignore", "--no-index", *paths], cwd=ROOT, capture_output=True, check=False)
    return set(done.stdout.decode("utf-8").splitlines())


def test_the_package_in_lib_is_tracked() -> None:
    """A stock Python .gitignore ignores lib/, and a clone then has no program."""
    tracked = tracked_files()

    assert "lib/evalbook/__init__.py" in tracked
    assert "lib/evalbook/lab/settings/overrides.json" in tracked
    assert ignored("lib/evalbook/new_module.py", "lib/evalbook/fonts/OFL.txt") == set()


def test_results_and_environments_are_not_tracked() -> None:
    leavings = {".venv/bin/python", "wheelhouse/x.whl", "uv.lock", "outputs/s/2023/run/report.html", "data/s/2023/~$values.xlsx"}

    assert ignored(*leavings) == leavings
    assert ignored("outputs/README.md") == set()


@pytest.mark.parametrize("path", ["data/s/2023/values.csv", "data/s/2023/a.xlsx", "tests/golden/t.txt", "tests/faults/x.yaml", "a/b.ttf"])
def test_git_keeps_the_bytes_of_figures(path: str) -> None:
    """Line ends changed by git would change the hash of an input."""
    tracked_files()
    shown = subprocess.run(["git", "check-attr", "text", "--", path], cwd=ROOT, capture_output=True, check=True).stdout

    assert shown.decode("utf-8").strip().endswith("text: unset")


def test_no_tracked_file_is_large() -> None:
    large = {name: size for name in tracked_files() if (path := ROOT / name).is_file() and (size := path.stat().st_size) > 2_000_000}

    assert large == {}
