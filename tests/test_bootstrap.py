"""bootstrap.py: what is wrong with an environment is seen, and a user's mistake ends in an instruction."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))  # where bootstrap.py takes it from; it is no part of the package

from environment import commands, console, lockfile, virtualenv, wheelhouse  # noqa: E402 - after the path above
from environment.console import SetupError  # noqa: E402
from environment.virtualenv import Environment  # noqa: E402

DIGEST = "0" * 64
LOCK = f"""\
# [setup] what installs
uv==1.0 \\
    --hash=sha256:{DIGEST}

# [run] what runs
numpy==2.4 ; python_full_version < '3.12' \\
    --hash=sha256:{DIGEST}
numpy==2.5 ; python_full_version >= '3.12' \\
    --hash=sha256:{DIGEST}
pywinpty==3.1 ; os_name == 'nt' \\
    --hash=sha256:{DIGEST}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with a small lock."""
    root = tmp_path / "评价 工作簿"
    root.mkdir()
    (root / lockfile.NAME).write_text(LOCK, "utf-8")
    (root / "pyproject.toml").write_text("", "utf-8")
    return root


@pytest.fixture
def environment(project: Path) -> Environment:
    """A whole environment with one distribution, as a set-up leaves it."""
    made = Environment(project)
    venv.create(made.folder, with_pip=False, symlinks=True)
    distribution = made.site_packages / "sample-1.0.dist-info"
    distribution.mkdir()
    (made.site_packages / "sample.py").write_text("", "utf-8")
    (distribution / "RECORD").write_text("sample.py,sha256=x,0\nsample-1.0.dist-info/RECORD,,\n../../../bin/sample,,\n", "utf-8")
    stamp = {"state": "ready", "root": str(project), "digest": lockfile.digest(project), "sections": ["setup", "run"]}
    made.write_stamp(stamp | {"installed": ["sample-1.0.dist-info"]})
    return made


def bootstrap(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call bootstrap.py as a user does."""
    return subprocess.run(
        [sys.executable, str(ROOT / "bootstrap.py"), *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )


# -- the interpreter


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)], ids=["2.7", "3.10", "3.14"])
def test_a_python_that_does_not_fit_is_named(version: tuple[int, int, int]) -> None:
    program = f"import runpy, sys; sys.version_info = {version}; sys.argv[1:] = ['run']; "
    program += f"runpy.run_path({str(ROOT / 'bootstrap.py')!r}, run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 2
    assert "需要 Python 3.11 至 3.13" in done.stderr
    assert ".".join(map(str, version)) in done.stderr
    assert "Traceback" not in done.stderr


def test_an_old_python_can_read_the_guard() -> None:
    """Python 2.7 stumbles over f-strings, annotations and text without a coding line before any message could be shown."""
    source = (ROOT / "bootstrap.py").read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    too_new = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr)]
    annotated = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns]

    assert source.startswith("# -*- coding: utf-8 -*-")
    assert too_new == []
    assert annotated == []


# -- the command line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rnu"], "没有“rnu”这个命令"),
        (["wheelhouse", "--platform", "amiga"], "amiga"),
        (["wheelhouse", "--python", "3.12"], "--python 要与 --platform 一起用"),
        (["setup", "--tset"], "--tset"),
    ],
    ids=["command", "platform", "python-alone", "option"],
)
def test_a_misspelt_command_line_is_answered_with_the_usage(arguments: list[str], said: str) -> None:
    done = bootstrap(*arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_help_needs_no_environment() -> None:
    done = bootstrap("--help")

    assert done.returncode == 0
    assert "wheelhouse" in done.stdout


# -- is .venv whole?


def test_a_whole_environment_stays(environment: Environment) -> None:
    assert environment.reason_to_remake() == ""
    assert environment.is_ready(["run"])


def test_tests_after_a_run_need_more(environment: Environment) -> None:
    assert not environment.is_ready(["run", "test"])


def test_no_environment_yet(project: Path) -> None:
    assert Environment(project).reason_to_remake() == "尚未建立"


def test_an_interrupted_installation_is_seen(environment: Environment) -> None:
    environment.write_stamp({"state": "installing", "root": str(environment.root)})

    assert environment.reason_to_remake() == "上次安装没有完成"


def test_a_moved_project_is_seen(environment: Environment, tmp_path: Path) -> None:
    """Scripts in .venv carry the absolute path under which they were installed."""
    moved = environment.root.rename(tmp_path / "moved")

    assert Environment(moved).reason_to_remake() == "项目文件夹移动过"


def test_a_broken_interpreter_is_seen(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.write_text("", "utf-8")

    assert environment.reason_to_remake() == "其中的 Python 不能启动"


def test_another_python_is_seen(environment: Environment) -> None:
    environment.python.unlink()
    environment.python.write_text("#!/bin/sh\necho 3.9.1\n", "utf-8")
    environment.python.chmod(0o755)

    assert environment.reason_to_remake().startswith("其中的 Python 是 3.9.1")


@pytest.mark.parametrize("lost", ["sample.py", "sample-1.0.dist-info/RECORD"], ids=["module", "record"])
def test_a_lost_file_of_a_package_is_seen(environment: Environment, lost: str) -> None:
    (environment.site_packages / lost).unlink()

    assert "sample-1.0.dist-info 不完整" in environment.reason_to_remake()


def test_an_unreadable_stamp_means_installing_again(environment: Environment) -> None:
    (environment.folder / virtualenv.STAMP).write_text("{", "utf-8")

    assert environment.stamp() == {}
    assert not environment.is_ready(["run"])


@pytest.mark.parametrize("name", [lockfile.NAME, "pyproject.toml"])
def test_a_changed_description_means_installing_again(environment: Environment, name: str) -> None:
    with (environment.root / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")

    assert not environment.is_ready(["run"])


def test_changed_line_ends_do_not(environment: Environment) -> None:
    path = environment.root / lockfile.NAME
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert environment.is_ready(["run"])


def test_the_environment_does_not_remove_itself(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run by the Python of .venv, a rebuild would saw off the branch; on Windows it could not even begin."""
    monkeypatch.setattr(sys, "prefix", str(environment.folder))

    with pytest.raises(SetupError, match="请先退出"):
        environment.make("测试")
    assert environment.python.exists()


# -- installing


def test_a_python_without_pip_is_told_what_to_install(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtualenv, "run_quietly", lambda *arguments: (1, "ensurepip is not available"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SetupError, match="python3-venv"):
        environment.pip()


@pytest.mark.slow
def test_a_wheelhouse_that_lacks_files_is_named(project: Path) -> None:
    """Nothing is fetched from the network behind the back of somebody who laid a wheelhouse there; the next set-up starts afresh."""
    (project / "wheelhouse").mkdir()
    made = Environment(project)

    with pytest.raises(SetupError, match="wheelhouse 缺少所需的文件"):
        made.prepare(["run"])
    assert made.reason_to_remake() == "上次安装没有完成"


def test_variables_that_would_lead_astray_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "mirror")

    variables = console.clean_environment()

    assert variables.keys().isdisjoint({"PYTHONPATH", "PIP_TARGET"})
    assert variables["PIP_INDEX_URL"] == "mirror"


def test_the_second_of_two_waits(environment: Environment) -> None:
    """Two windows, one folder: the second waits instead of writing into a half-filled environment."""
    program = f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r})\n"
    program += "from pathlib import Path\nfrom environment.virtualenv import Environment\n"
    program += f"with Environment(Path({str(environment.root)!r})).locked(): print('held', flush=True); input()\n"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == "held\n"
        second = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert second.stdout is not None
        waiting = second.stdout.readline().decode("utf-8")
        first.stdin.write("\n")
        first.stdin.close()
        told = second.stdout.read().decode("utf-8")
        second.stdout.close()
        second.wait(20)

    assert "等待" in waiting
    assert "held" in told


# -- the lock


def test_lock_is_read_by_section() -> None:
    sections = lockfile.parse(LOCK)

    assert [entry.name for entry in sections["setup"]] == ["uv"]
    assert [(entry.name, entry.version) for entry in sections["run"]] == [("numpy", "2.4"), ("numpy", "2.5"), ("pywinpty", "3.1")]
    assert sections["test"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LOCK.replace("# [run]", "# [rnu]"), "rnu"),
        (LOCK.replace(f"    --hash=sha256:{DIGEST}\n", ""), "没有摘要"),
        (LOCK.replace("uv==1.0", "uv>=1.0"), "无法读取"),
    ],
    ids=["section", "no-hash", "no-version"],
)
def test_a_damaged_lock_is_refused(text: str, said: str) -> None:
    with pytest.raises(SetupError, match=said):
        lockfile.parse(text)


def test_a_missing_lock_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="找不到 requirements"):
        lockfile.read(tmp_path)


def test_the_lock_of_the_project_can_be_read_and_written_back() -> None:
    text = (ROOT / lockfile.NAME).read_text("utf-8")

    assert lockfile.render(lockfile.parse(text)) == text


# -- the wheelhouse


@pytest.mark.parametrize(
    ("platform", "version", "expected"),
    [
        ("win_amd64", "3.12.0", ["numpy==2.5", "pywinpty==3.1"]),
        ("linux_x86_64", "3.11.9", ["numpy==2.4"]),
    ],
)
def test_another_machine_gets_what_it_needs(project: Path, platform: str, version: str, expected: list[str]) -> None:
    here = Environment(project)
    here.python = Path(sys.executable)

    chosen = wheelhouse.select(here, lockfile.parse(LOCK)["run"], platform, version)

    assert [f"{entry.name}=={entry.version}" for entry in chosen] == expected
    assert all(";" not in entry.text for entry in chosen)
    assert all(entry.hashes == {DIGEST} for entry in chosen)


def test_git_need_not_read_the_files_of_a_fresh_clone_again_and_again(project: Path) -> None:
    """After a set-up git knows the files by their time and size; before it, it would read each of them for every run."""

    def git(*arguments: str) -> str:
        call = ["git", "-C", str(project), "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
        return subprocess.run(call, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", "-A")
    os.utime(project / lockfile.NAME, (1, 1))
    assert lockfile.NAME in git("diff-files")

    Environment(project).refresh_git()

    assert git("diff-files") == ""


def test_a_folder_outside_git_is_set_up_too(project: Path) -> None:
    """Where there is no checkout, nothing is asked of git and nothing goes wrong."""
    Environment(project).refresh_git()

    assert not (project / ".git").exists()


def test_wheels_that_the_lock_does_not_name_are_removed(tmp_path: Path) -> None:
    (tmp_path / "stranger-1.0-py3-none-any.whl").write_bytes(b"changed on the way")

    dropped = wheelhouse.prune(tmp_path, lockfile.parse(LOCK)["run"])

    assert dropped == 1
    assert list(tmp_path.iterdir()) == []


def test_every_offered_platform_has_known_markers() -> None:
    variables = {name: wheelhouse.marker_variables(name, "3.11.99") for name in wheelhouse.PLATFORMS}

    assert {one["sys_platform"] for one in variables.values()} == {"win32", "linux", "darwin"}
    assert json.dumps(variables)
    assert {"run", "test", "wheelhouse"} <= {line.split()[0] for line in commands.HELP.splitlines() if line.startswith("  ")}
