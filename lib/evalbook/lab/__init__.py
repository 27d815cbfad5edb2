"""JupyterLab for analysts: Chinese menus, no news, no update checks, no extension manager, nothing fetched from outside.

The settings are shipped here and handed to the server when it starts, so that nothing on the machine changes; what a user sets in
JupyterLab's own settings editor goes before them. `settings/` is what the browser gets, `server.json` what the server gets.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SETTINGS = Path(__file__).resolve().parent / "settings"
SERVER_CONFIG = Path(__file__).resolve().parent / "server.json"
FIRST_NOTEBOOK = "notebooks/evaluation.ipynb"

NOT_INSTALLED = """\
没有安装 JupyterLab，无法打开笔记本。
请安装后再试：python bootstrap.py lab（自动准备），或 pip install "evalbook[lab]"（需要 jupyterlab 与 jupyterlab-language-pack-zh-CN）。
不装 JupyterLab 也可以运行评价：evalbook run 考核办法 考核期。"""


def command(root: Path, extra_args: Sequence[str] = ()) -> list[str]:
    """The command that starts JupyterLab on the project in `root`; `extra_args` go to JupyterLab and win over ours."""
    opened = f"/lab/tree/{FIRST_NOTEBOOK}" if (root / FIRST_NOTEBOOK).is_file() else "/lab/tree/notebooks"
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--config={SERVER_CONFIG}",
        f"--LabApp.app_settings_dir={SETTINGS}",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={opened}",
        *extra_args,
    ]


def start(root: Path, extra_args: Sequence[str] = ()) -> int:
    """Open JupyterLab on `root` and wait until it is closed; returns its exit code, 1 if it cannot be started."""
    missing = [name for name in ("jupyterlab", "jupyterlab_server") if importlib.util.find_spec(name) is None]
    if missing:
        print(NOT_INSTALLED, file=sys.stderr)
        return 1
    if not (root / "notebooks").is_dir():
        print(f"{root} 中没有 notebooks 文件夹，不是评价工作簿；请在项目文件夹中运行。", file=sys.stderr)
        return 1
    print("正在打开 JupyterLab；浏览器若没有自动打开，请复制下面以 http://localhost 开头的地址。按 Ctrl+C 结束。", flush=True)
    process = subprocess.Popen(command(root.resolve(), extra_args), cwd=root)  # noqa: S603 - our own command; no shell reads it
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the server got it too, closes its kernels and ends
            continue
