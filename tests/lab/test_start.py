"""Starting JupyterLab where it cannot be started ends in an instruction."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from evalbook import lab


def test_without_jupyterlab_the_user_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    code = lab.start(tmp_path)

    assert code == 1
    assert "没有安装 JupyterLab" in capsys.readouterr().err


def test_outside_of_a_project_the_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = lab.start(tmp_path)

    assert code == 1
    assert f"{tmp_path} 中没有 notebooks 文件夹" in capsys.readouterr().err


def test_the_default_notebook_opens_if_it_is_there(tmp_path: Path) -> None:
    without = lab.command(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / lab.FIRST_NOTEBOOK).write_text("{}", "utf-8")
    with_it = lab.command(tmp_path)

    assert "--LabApp.default_url=/lab/tree/notebooks" in without
    assert f"--LabApp.default_url=/lab/tree/{lab.FIRST_NOTEBOOK}" in with_it


def test_what_the_user_passes_comes_last_and_wins(tmp_path: Path) -> None:
    command = lab.command(tmp_path, ["--no-browser", "--ServerApp.port=1"])

    assert command[-2:] == ["--no-browser", "--ServerApp.port=1"]


def test_every_shipped_setting_exists_in_the_installed_jupyterlab() -> None:
    """A plugin that is renamed upstream would silently switch news and update checks on again."""
    import jupyterlab.labapp
    from jupyterlab.commands import get_app_dir

    schemas = Path(get_app_dir()) / "schemas"
    overrides = json.loads((lab.SETTINGS / "overrides.json").read_text("utf-8"))
    unknown = []
    for plugin, settings in overrides.items():
        package, name = plugin.split(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text("utf-8"))
        unknown += [f"{plugin} {key}" for key in settings if key not in schema["properties"]]
    traits = jupyterlab.labapp.LabApp.class_traits()
    unknown += [key for key in json.loads(lab.SERVER_CONFIG.read_text("utf-8"))["LabApp"] if key not in traits]

    assert unknown == []
