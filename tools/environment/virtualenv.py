"""The project's own environment in .venv: is it whole, make it, fill it from the lock."""

import contextlib
import importlib.util
import json
import os
import shutil
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

from environment import lockfile
from environment.console import SetupError, clean_environment, last_lines, run_quietly, say

STAMP = "evalbook-environment.json"
PATH_FILE = "_evalbook.pth"

NO_NETWORK_HELP = (
    "若本机不能上网：请在能上网的同类机器上运行 python bootstrap.py wheelhouse，\n"
    "把生成的 wheelhouse 文件夹复制到本项目文件夹，再运行一次。\n"
    "若有内部镜像：请先设置 pip 的 index-url（pip config set global.index-url 镜像地址）。"
)


class Environment:
    """The .venv of the project in `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.wheelhouse = root / "wheelhouse"
        scripts = "Scripts" if os.name == "nt" else "bin"
        self.python = self.folder / scripts / ("python.exe" if os.name == "nt" else "python")
        self.uv = self.folder / scripts / ("uv.exe" if os.name == "nt" else "uv")

    @property
    def site_packages(self) -> Path:
        """Where the distributions lie."""
        if os.name == "nt":
            return self.folder / "Lib" / "site-packages"
        return self.folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"

    # -- is it whole?

    def stamp(self) -> dict[str, object]:
        """What the last set-up wrote down; empty if there was none."""
        try:
            found = json.loads((self.folder / STAMP).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_stamp(self, content: dict[str, object]) -> None:
        """Write the stamp so that it is either the old or the new one."""
        aside = self.folder / (STAMP + ".new")
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
        aside.replace(self.folder / STAMP)

    def reason_to_remake(self) -> str:
        """Why .venv must be made anew, in Chinese; empty if it can stay."""
        if not self.folder.exists():
            return "尚未建立"
        stamp = self.stamp()
        if stamp.get("state") == "installing":
            return "上次安装没有完成"
        if stamp and stamp.get("root") != str(self.root):
            return "项目文件夹移动过"
        code, output = run_quietly([str(self.python), "-I", "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"])
        if code != 0:
            return "其中的 Python 不能启动"
        here = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not output.strip().startswith(here + "."):
            return f"其中的 Python 是 {output.strip()}，当前用的是 {here}"
        if damaged := self.damaged_distribution():
            return f"其中的 {damaged} 不完整"
        return ""

    def damaged_distribution(self) -> str:
        """The first distribution of the last set-up of which a file is gone; empty if all are there."""
        installed = self.stamp().get("installed", [])
        for name in installed if isinstance(installed, list) else []:
            record = self.site_packages / str(name) / "RECORD"
            try:
                lines = record.read_text("utf-8").splitlines()
            except OSError:
                return str(name)
            for line in lines:
                # Scripts lie outside site-packages and byte code comes and goes: only the packages' own files count.
                file = line.rsplit(",", 2)[0].strip('"')
                if not file.startswith("..") and not file.endswith(".pyc") and not (self.site_packages / file).exists():
                    return str(name)
        return ""

    def is_ready(self, sections: Sequence[str]) -> bool:
        """Whether nothing has to be installed for `sections`."""
        stamp = self.stamp()
        have = stamp.get("sections", [])
        return stamp.get("digest") == lockfile.digest(self.root) and isinstance(have, list) and set(sections) <= set(have)

    # -- make and fill it

    def prepare(self, sections: Sequence[str]) -> None:
        """Make sure that .venv is whole and holds `sections` of the lock and the project; does nothing if so."""
        with self.locked():
            reason = self.reason_to_remake()
            if not reason and self.is_ready(sections):
                return
            if reason:
                self.make(reason)
            self.fill(sorted({*sections, *self.sections_to_keep()}, key=lockfile.SECTIONS.index))

    def sections_to_keep(self) -> set[str]:
        """What an earlier set-up installed stays up to date too."""
        have = self.stamp().get("sections", [])
        return {str(name) for name in have if name in lockfile.SECTIONS} if isinstance(have, list) else set()

    def make(self, reason: str) -> None:
        """Make an empty environment in place of what is there."""
        say(f"准备运行环境 .venv（{reason}）……")
        if Path(sys.prefix).resolve() == self.folder.resolve():
            raise SetupError(
                "运行环境 .venv 需要重建，但当前正在用它自己的 Python。请先退出（deactivate），再用系统的 Python 运行 bootstrap.py。"
            )
        try:
            if self.folder.is_symlink() or self.folder.is_file():
                self.folder.unlink()
            elif self.folder.exists():
                shutil.rmtree(self.folder)
        except OSError as error:
            raise SetupError(f"无法删除旧的运行环境 {self.folder}：{error}；请关闭正在使用它的程序（如 JupyterLab）后再试。") from None
        try:
            venv.create(self.folder, symlinks=os.name != "nt")
        except (OSError, ValueError) as error:
            raise SetupError(f"无法建立运行环境 {self.folder}：{error}") from None
        self.write_stamp({"state": "installing", "root": str(self.root)})

    def pip(self) -> list[str]:
        """The command of a pip that installs into .venv: its own, or the one of the Python that runs this."""
        own = [str(self.python), "-m", "pip"]
        if (self.site_packages / "pip").is_dir():
            return own
        if run_quietly([str(self.python), "-I", "-m", "ensurepip", "--default-pip"])[0] == 0:
            return own
        if importlib.util.find_spec("pip"):  # Debian without python3-venv: no ensurepip, but a pip of its own
            return [sys.executable, "-m", "pip", "--python", str(self.python)]
        raise SetupError(
            "这个 Python 没有 pip。请先安装：Debian、统信、麒麟：apt install python3-venv python3-pip；\n"
            "Windows：重新运行 Python 安装程序，勾选 pip。然后再运行一次。"
        )

    def source(self) -> list[str]:
        """Where pip and uv take files from: the wheelhouse if there is one, else what the machine is configured for."""
        return ["--no-index", "--find-links", str(self.wheelhouse)] if self.wheelhouse.is_dir() else []

    def requirements(self, name: str, locked: Sequence[lockfile.Locked]) -> Path:
        """Write a part of the lock as a file for pip and uv."""
        path = self.folder / f"requirements-{name}.txt"
        path.write_text("".join(entry.text + "\n" for entry in locked), "utf-8")
        return path

    def fill(self, sections: Sequence[str]) -> None:
        """Install the sections and the project itself."""
        lock = lockfile.read(self.root)
        needed = ["setup", *(name for name in sections if name != "setup")]
        # uv is installed on its own before the rest, and may be lacking where no wheel of it exists.
        locked = [entry for name in needed for entry in lock[name] if entry.name != "uv"]
        requirements = self.requirements("all", locked)
        say(f"安装 {len(locked)} 个软件包（来自{' wheelhouse' if self.source() else '网络'}，首次可能需要一两分钟）……")
        self.write_stamp({"state": "installing", "root": str(self.root)})
        pip = self.pip()
        if not self.install_with_uv(pip, lock, requirements):
            self.install_with_pip(pip, requirements)
        self.install_project(pip)
        installed = sorted(path.name for path in self.site_packages.glob("*.dist-info") if not path.name.startswith("evalbook-"))
        self.write_stamp(
            {
                "state": "ready",
                "root": str(self.root),
                "digest": lockfile.digest(self.root),
                "sections": needed,
                "installed": installed,
            }
        )
        self.refresh_git()
        say("运行环境已就绪。")

    def install_with_uv(self, pip: Sequence[str], lock: dict[str, list[lockfile.Locked]], requirements: Path) -> bool:
        """Install by uv, which takes seconds; False where it cannot be had (pip then does the same in about a minute)."""
        uv_only = self.requirements("uv", [entry for entry in lock["setup"] if entry.name == "uv"])
        install = [*pip, "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--retries", "1"]
        if not self.uv.is_file() and run_quietly([*install, *self.source(), "-r", str(uv_only)])[0] != 0:
            return False
        variables = clean_environment()
        if not self.source() and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(variables):
            # uv does not read pip's configuration; an office that has set a mirror has set it for pip.
            code, output = run_quietly([*pip, "config", "get", "global.index-url"])
            index = variables.get("PIP_INDEX_URL") or (output.strip() if code == 0 else "")
            if index:
                variables["UV_DEFAULT_INDEX"] = index
        command = [str(self.uv), "pip", "install", "--quiet", "--python", str(self.python), "--no-deps", "--require-hashes"]
        return run_quietly([*command, *self.source(), "-r", str(requirements)], variables)[0] == 0

    def install_with_pip(self, pip: Sequence[str], requirements: Path) -> None:
        """Install by pip; raises with instructions when that fails."""
        command = [*pip, "install", "--quiet", "--no-deps", "--require-hashes", "--retries", "2"]
        code, output = run_quietly([*command, *self.source(), "-r", str(requirements)])
        if code == 0:
            return
        if self.source():
            help_text = (
                "wheelhouse 缺少所需的文件，或其中的文件与 requirements.lock 不符。"
                "请用同一版本的项目、为本机的系统和 Python 版本重新制作 wheelhouse；若本机能上网，删去 wheelhouse 文件夹即可。"
            )
        else:
            help_text = NO_NETWORK_HELP
        raise SetupError(f"安装软件包失败。\n{help_text}\n技术信息：\n{last_lines(output)}")

    def install_project(self, pip: Sequence[str]) -> None:
        """Install the workbook itself in place, so that `import evalbook` and the command `evalbook` work."""
        command = [*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(self.root)]
        code, output = run_quietly(command)
        if code != 0:
            raise SetupError(f"安装工作簿本身失败。请确认 pyproject.toml 和 lib 文件夹完整。\n技术信息：\n{last_lines(output)}")
        # A .pth file is read in the encoding of the machine, and an absolute path with Chinese characters breaks there (Windows,
        # Python 3.11 and 3.12). A relative path is plain ASCII.
        relative = os.path.relpath(self.root / "lib", self.site_packages)
        (self.site_packages / PATH_FILE).write_text(relative + "\n", "ascii")

    def refresh_git(self) -> None:
        """Let git note the state of a fresh clone's files: else it reads all of them again each time a run asks it for the commit, which
        must not write."""
        git = shutil.which("git")
        if git is not None and (self.root / ".git").exists():
            run_quietly([git, "-C", str(self.root), "update-index", "-q", "--refresh"])

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second set-up waiting; the system gives the lock back when this process ends, however it ends."""
        try:
            handle = (self.root / ".bootstrap.lock").open("a+b")
        except OSError as error:
            raise SetupError(f"项目文件夹不可写：{error}；请把项目放到有写权限的位置。") from None
        with handle:
            if os.name == "nt":
                import msvcrt

                while True:
                    try:
                        handle.seek(0)
                        msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten tries, a second apart
                        break
                    except OSError:
                        say("另一个 bootstrap.py 正在准备运行环境，等待……")
            else:
                import fcntl

                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    say("另一个 bootstrap.py 正在准备运行环境，等待……")
                    fcntl.flock(handle, fcntl.LOCK_EX)
            yield
