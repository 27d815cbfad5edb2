"""JupyterLab as an analyst meets it: Chinese menus, and no request that leaves the machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from evalbook import lab

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]

# Imported by every Python that the server starts: notes each address that is looked up or connected to.
WATCHER = """
import os, sys

def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.connect"):
        address = args[0] if event == "socket.getaddrinfo" else args[1]
        host = address[0] if isinstance(address, tuple) else address
        with open(os.environ["ADDRESS_LOG"], "a", encoding="utf-8") as log:
            log.write(f"{event} {host}\\n")

sys.addaudithook(watch)
"""

# A cell that is run before the kernel has connected is lost.
KERNEL_IS_IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"

NOTEBOOK = {
    "cells": [{"id": "a", "cell_type": "code", "metadata": {}, "source": "print('甲' * 3)", "outputs": [], "execution_count": None}],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder with a blank and Chinese characters in its path, as on an analyst's desktop."""
    root = tmp_path / "评价 工作簿"
    (root / "notebooks").mkdir(parents=True)
    (root / lab.FIRST_NOTEBOOK).write_text(json.dumps(NOTEBOOK), "utf-8")
    return root


@pytest.fixture
def address_log(tmp_path: Path) -> Path:
    return tmp_path / "addresses.txt"


@pytest.fixture
def server(project: Path, tmp_path: Path, address_log: Path) -> Iterator[str]:
    """A running JupyterLab of ours, with a home of its own; yields its address."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCHER, "utf-8")
    port = free_port()
    home = {
        name: str(tmp_path / name.lower())
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    variables = inherited | home | {"PYTHONPATH": str(tmp_path / "watch"), "ADDRESS_LOG": str(address_log)}
    # The test runs as root in containers, which Jupyter refuses unless told; an analyst never needs this.
    extra = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--IdentityProvider.token=t"]
    extra += ["--LabApp.expose_app_in_browser=True"]  # so that the test can ask the page whether the kernel is idle
    program = f"import sys; from pathlib import Path; from evalbook import lab; sys.exit(lab.start(Path({str(project)!r}), {extra!r}))"
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", program], env=variables, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for_server(f"http://127.0.0.1:{port}/api/status?token=t", process, tmp_path / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl+C in a terminal does
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            pytest.fail("one Ctrl+C did not end JupyterLab")


def wait_for_server(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail("JupyterLab ended: " + log.read_text("utf-8", "replace")[-2000:])
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("JupyterLab did not answer: " + log.read_text("utf-8", "replace")[-2000:])


def test_menus_are_chinese_and_nothing_leaves_the_machine(server: str, address_log: Path) -> None:
    """The notebook opens by itself, runs, and neither the browser nor the server asks anybody outside for anything."""
    from playwright.sync_api import sync_playwright

    requested: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.on("request", lambda request: requested.append(request.url))
        page.on("websocket", lambda socket: requested.append(socket.url))
        page.goto(f"{server}/?token=t")
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60_000)
        page.wait_for_selector(".lm-MenuBar-itemLabel:has-text('文件')", timeout=60_000)
        page.wait_for_function(KERNEL_IS_IDLE, timeout=60_000)
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector(".jp-OutputArea-output:has-text('甲甲甲')", timeout=60_000)
        menus = [text.strip() for text in page.locator("#jp-MainMenu .lm-MenuBar-itemLabel").all_inner_texts()]
        notifications = page.locator(".Toastify__toast").count()
        extension_manager = page.locator("[data-id='extensionmanager.main-view']").count()
        if picture := os.environ.get("EVALBOOK_PICTURES"):  # for a look by eye
            page.screenshot(path=str(Path(picture) / "lab.png"))
        browser.close()

    outside = [url for url in requested if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"]
    looked_up = {line.split(" ", 1)[1] for line in address_log.read_text("utf-8").splitlines()}
    local = {"127.0.0.1", "localhost", "::1", "0.0.0.0", "::", "", "None", socket.gethostname()}  # noqa: S104 - compared, not bound
    assert menus[:4] == ["文件", "编辑", "查看", "运行"]
    assert all(re.search(r"[\u4e00-\u9fff]", menu) for menu in menus)
    assert outside == []
    assert looked_up <= local
    assert notifications == 0
    assert extension_manager == 0


@pytest.fixture
def desk(project: Path) -> Path:
    """The project with the what-if notebook, one scheme and its figures."""
    top = Path(__file__).resolve().parents[2]
    for folder in ("params/county_trial", "data/county_trial"):
        shutil.copytree(top / folder, project / folder)
    shutil.copy(top / "notebooks/evaluation.ipynb", project / "notebooks/evaluation.ipynb")
    text = (top / "notebooks/what_if.ipynb").read_text("utf-8")
    text = text.replace("zhejiang_city", "county_trial").replace("2023", "2024")
    (project / "notebooks/what_if.ipynb").write_text(text, "utf-8")
    return project


def test_the_what_if_desk_follows_and_saves(desk: Path, server: str, address_log: Path) -> None:
    """A mark is turned in the browser, the table follows, a slip is told, and the button makes a what-if run."""
    from playwright.sync_api import sync_playwright

    requested: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1500, "height": 1400})
        page.set_default_timeout(60_000)
        page.on("request", lambda request: requested.append(request.url))
        page.goto(f"{server}/lab/tree/notebooks/what_if.ipynb?token=t")
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
        page.wait_for_function(KERNEL_IS_IDLE, timeout=60_000)
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector(".evalbook-places table")
        before = page.locator(".evalbook-places").inner_text()
        page.locator(".evalbook-desk .lm-TabBar-tab:has-text('分值')").click()
        mark = page.locator(".evalbook-weights input").first
        mark.fill("90")
        mark.press("Enter")
        page.wait_for_selector(".evalbook-changes:has-text('改动1处')")
        after = page.locator(".evalbook-places").inner_text()
        mark.fill("-3")
        mark.press("Enter")
        page.wait_for_selector(".evalbook-message .fault")
        told = page.locator(".evalbook-message").inner_text()
        mark.fill("90")
        mark.press("Enter")
        page.wait_for_selector(".evalbook-message .fault", state="detached")
        page.locator(".evalbook-save button, button.evalbook-save").click()
        page.wait_for_selector(".evalbook-message:has-text('请先写明理由')")
        page.locator(".evalbook-reason input").fill("试一试 <b>")
        page.locator(".evalbook-reason input").press("Tab")
        page.locator(".evalbook-save button, button.evalbook-save").click()
        page.wait_for_selector(".evalbook-message:has-text('已保存为试算')", timeout=120_000)
        menus = [text.strip() for text in page.locator("#jp-MainMenu .lm-MenuBar-itemLabel").all_inner_texts()]
        if picture := os.environ.get("EVALBOOK_PICTURES"):  # for a look by eye
            page.screenshot(path=str(Path(picture) / "what_if.png"))
        browser.close()

    (run,) = (desk / "outputs/county_trial/2024").glob("*-what-if-*")
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    outside = [url for url in requested if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"]
    assert before != after
    assert "不能这样试算" in told
    assert manifest["status"] == "what-if"
    assert manifest["reason"] == "试一试 <b>"
    assert menus[:4] == ["文件", "编辑", "查看", "运行"]
    assert outside == []
