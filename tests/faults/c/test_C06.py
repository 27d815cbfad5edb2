"""C06: two kernels find each other's sockets because both lie in the working folder."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from evalbook.run.environment import KernelHome
from evalbook.run.manager import PinnedKernelManager

SHOW = "import IPython\nprint(IPython.get_ipython().kernel.config['IPKernelApp'].get('connection_file', '') or __import__('sys').argv)"


@pytest.mark.skipif(os.name != "posix", reason="sockets are files on POSIX systems")
def test_every_kernel_has_its_own_folder() -> None:
    """Connection file and sockets of two managers lie apart, in folders that only this user may enter."""
    with KernelHome() as one, KernelHome() as other:
        managers = [PinnedKernelManager(home) for home in (one, other)]
        places = [{Path(manager.connection_file).parent, Path(manager.ip).parent} for manager in managers]
        modes = {stat.S_IMODE(folder.stat().st_mode) for home in (one, other) for folder in (home.folder, home.folder / "runtime")}
    assert places == [{one.folder / "runtime"}, {other.folder / "runtime"}]
    assert one.folder != other.folder
    assert modes == {0o700}


def test_nothing_of_a_kernel_lies_in_its_working_folder(cells: Any, printed: Any) -> None:
    """Two kernels in the same working folder: it stays empty, and both answer for themselves."""
    for number in (1, 2):
        assert printed(cells(f"import os\nprint(os.listdir('.'), {number})")) == [f"[] {number}"]
