"""What `python bootstrap.py ...` understands."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from environment import lockfile, wheelhouse
from environment.console import SetupError, last_lines, run_in_front, run_quietly, say, speak_utf8
from environment.virtualenv import Environment

ROOT = Path(__file__).resolve().parents[2]
CALL_WORKBOOK = "import sys; from evalbook.cli import main; sys.exit(main())"

# Optional parts that every set-up has, and those that are asked for with `setup --extras`.
RUN_EXTRAS = ("lab", "word")
OTHER_EXTRAS = ("sensitivity", "cluster", "crate", "timestamp")

CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")

HELP = """\
用法：python bootstrap.py 命令 [选项]        （Windows：py -3.11 bootstrap.py 命令）

  run [选项]      准备运行环境，对全部考核期运行评价（evalbook run --all），最后列出报告的位置
  test [选项]     准备运行环境并运行测试；选项交给 pytest
  evalbook …      准备运行环境并调用工作簿的任一命令，如 evalbook check zhejiang_city 2023
  lab             准备运行环境并打开 JupyterLab（中文界面，不联网）
  setup           只准备运行环境（加 --extras 则包括可选部分：敏感度指数、集群、
                  RO-Crate、时间戳；加 --test 则再加测试工具）
  wheelhouse      下载全部软件包到 wheelhouse 文件夹，供不能上网的机器使用
                  --platform win_amd64 等：为另一种机器下载，可重复；--python 3.12：Python 版本，可重复
  lock            由 pyproject.toml 重新生成 requirements.lock（加 --upgrade 则升级全部版本）
  lint            检查代码风格与类型（ruff、mypy）
  clean           删除运行环境与缓存（不动 outputs 与 wheelhouse）

运行环境在 .venv 中；requirements.lock 没有变化时不重复安装。退出码：0 完成，1 拒绝或有问题，2 用法错误，3 运行失败，130 中断。
"""


class ChineseParser(argparse.ArgumentParser):
    """argparse speaks English and exits by itself; a user of ours gets a Chinese fault."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"命令行有误：{message}\n\n{HELP}")


class UsageError(SetupError):
    """The command line cannot be understood; exit code 2."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; no user's mistake ends in a traceback."""
    speak_utf8()
    commands = {
        "run": run,
        "test": test,
        "evalbook": call_workbook,
        "lab": lab,
        "setup": setup,
        "wheelhouse": make_wheelhouse,
        "lock": lock,
        "lint": lint,
        "clean": clean,
    }
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0 if arguments else 2
    name, rest = arguments[0], list(arguments[1:])
    try:
        if name not in commands:
            raise UsageError(f"没有“{name}”这个命令。\n\n{HELP}")
        return commands[name](rest)
    except UsageError as fault:
        print(fault, file=sys.stderr)
        return 2
    except SetupError as fault:
        print(f"错误：{fault}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"错误：没有权限：{error.filename}；请检查该文件的权限，或关闭正在使用它的程序。", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"错误：读写失败：{error}；请检查磁盘空间和文件权限后再试。", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("已中断；下次运行会接着准备。", file=sys.stderr)
        return 130


def prepared(*sections: str) -> Environment:
    """The environment with these sections of the lock."""
    environment = Environment(ROOT)
    environment.prepare(sections)
    return environment


def run(arguments: list[str]) -> int:
    """The main job: every scheme and period."""
    return call_workbook(["run", "--all", *arguments])


def call_workbook(arguments: list[str]) -> int:
    """Any command of the workbook."""
    environment = prepared("run")
    return run_in_front([str(environment.python), "-c", CALL_WORKBOOK, *arguments], str(ROOT))


def lab(arguments: list[str]) -> int:
    """JupyterLab on the notebooks."""
    return call_workbook(["lab", *arguments])


def test(arguments: list[str]) -> int:
    """The tests, in as many processes as there are cores (two at least), each test file in one of them."""
    environment = prepared("run", "extra", "test")
    workers = str(max(2, min(os.cpu_count() or 2, 8)))
    parallel = [] if any(word.startswith(("-n", "--numprocesses")) for word in arguments) else ["-n", workers, "--dist", "loadfile"]
    return run_in_front([str(environment.python), "-m", "pytest", *parallel, *arguments], str(ROOT))


def setup(arguments: list[str]) -> int:
    """Only the environment."""
    parser = ChineseParser(prog="bootstrap.py setup", add_help=False)
    parser.add_argument("--extras", action="store_true")
    parser.add_argument("--test", action="store_true")
    options = parser.parse_args(arguments)
    environment = prepared("run", *(["extra"] if options.extras or options.test else []), *(["test"] if options.test else []))
    say(f"运行环境：{environment.folder}")
    return 0


def make_wheelhouse(arguments: list[str]) -> int:
    """All files of the lock, for machines without network."""
    parser = ChineseParser(prog="bootstrap.py wheelhouse", add_help=False)
    parser.add_argument("--platform", action="append", default=[], choices=sorted(wheelhouse.PLATFORMS))
    parser.add_argument("--python", action="append", default=[], choices=wheelhouse.PYTHONS)
    options = parser.parse_args(arguments)
    if options.python and not options.platform:
        raise UsageError(f"--python 要与 --platform 一起用；可选的平台：{'、'.join(sorted(wheelhouse.PLATFORMS))}。")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    wheelhouse.make(prepared("run"), options.platform, options.python or [here])
    return 0


def lock(arguments: list[str]) -> int:
    """Resolve pyproject.toml anew; versions in the present lock are kept unless `--upgrade` is given."""
    parser = ChineseParser(prog="bootstrap.py lock", add_help=False)
    parser.add_argument("--upgrade", action="store_true")
    options = parser.parse_args(arguments)
    uv = find_uv()
    target = ROOT / lockfile.NAME
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "everything.txt"
        if target.is_file() and not options.upgrade:
            shutil.copyfile(target, everything)  # uv prefers the versions that it finds in its output file
        resolve(uv, everything, ["--all-extras", "--group", "setup"])
        of_run, of_extra, of_setup = (Path(folder) / name for name in ("run.txt", "extra.txt", "setup.txt"))
        resolve(uv, of_run, [*as_options(RUN_EXTRAS), "--constraints", str(everything)])
        resolve(uv, of_extra, [*as_options(RUN_EXTRAS + OTHER_EXTRAS), "--constraints", str(everything)])
        resolve(uv, of_setup, ["--group", "pyproject.toml:setup", "--constraints", str(everything)], source=False)
        entries = as_entries(everything)
        # in this order: what an earlier section has is not named again
        keys = {"setup": as_entries(of_setup), "run": as_entries(of_run), "extra": as_entries(of_extra), "test": entries}
    sections: dict[str, list[lockfile.Locked]] = {name: [] for name in lockfile.SECTIONS}
    for key, entry in entries.items():
        sections[next(name for name in lockfile.SECTIONS if key in keys[name])].append(entry)
    target.write_text(lockfile.render(sections), "utf-8", newline="\n")
    say(f"已写入 {lockfile.NAME}：" + "，".join(f"{name} {len(found)} 个" for name, found in sections.items()) + "。")
    return 0


def as_options(extras: tuple[str, ...]) -> list[str]:
    """Extras as uv wants them."""
    return [word for extra in extras for word in ("--extra", extra)]


def find_uv() -> str:
    """uv of .venv, or of the machine: the only command that cannot do without it is `lock`."""
    own = Environment(ROOT).uv
    found = str(own) if own.is_file() else shutil.which("uv")
    if not found:
        raise SetupError("生成 requirements.lock 需要 uv；请先运行 python bootstrap.py setup，或 python -m pip install uv。")
    return found


def resolve(uv: str, output: Path, options: list[str], *, source: bool = True) -> None:
    """Let uv write a universal, hashed list of requirements."""
    command = [uv, "pip", "compile", *(["pyproject.toml"] if source else []), "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate", "--quiet", "--output-file", str(output), *options]
    code, text = run_quietly(command, folder=str(ROOT))
    if code != 0:
        raise SetupError(f"无法确定软件包的版本；请检查 pyproject.toml 和网络。\n技术信息：\n{last_lines(text)}")


def as_entries(path: Path) -> dict[tuple[str, str], lockfile.Locked]:
    """The requirements that uv wrote, by name and version."""
    found = lockfile.parse("# [run]\n" + path.read_text("utf-8"))["run"]
    # What pyproject.toml overrides with an impossible marker is still listed by uv, but never wanted.
    return {(entry.name, entry.version): entry for entry in found if "'never'" not in entry.marker}


def lint(arguments: list[str]) -> int:
    """Style and types."""
    environment = prepared("run", "extra", "test")
    python = str(environment.python)
    checks = (["ruff", "check", *arguments], ["ruff", "format", "--check"], ["mypy"])
    codes = [run_in_front([python, "-m", *check], str(ROOT)) for check in checks]
    return 1 if any(codes) else 0


def clean(arguments: list[str]) -> int:
    """Remove what can be made again."""
    ChineseParser(prog="bootstrap.py clean", add_help=False).parse_args(arguments)
    environment = Environment(ROOT)
    with environment.locked():
        for name in (".venv", *CACHES):
            shutil.rmtree(ROOT / name, ignore_errors=True)
        for folder in ("lib", "tests", "tools", "benchmarks"):
            for cache in (ROOT / folder).rglob("__pycache__"):
                shutil.rmtree(cache, ignore_errors=True)
    say("已删除运行环境与缓存；outputs 与 wheelhouse 未动。")
    return 0
