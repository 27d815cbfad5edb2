"""Messages to the person who sets up the workbook."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence


class SetupError(Exception):
    """Setting up cannot go on; the text is Chinese and says what to do. Shown without a traceback."""


def speak_utf8() -> None:
    """Write UTF-8 wherever the output goes; only a Windows console is left alone, since Python speaks Unicode to it anyway."""
    for stream in (sys.stdout, sys.stderr):
        if not (os.name == "nt" and stream.isatty()):
            stream.reconfigure(encoding="utf-8", errors="replace")


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def clean_environment() -> dict[str, str]:
    """The variables for every program that we start.

    PYTHONPATH and PYTHONHOME of another Python would shadow the packages of the lock, and pip's PIP_TARGET, PIP_PREFIX and PIP_USER
    would put them elsewhere. Mirrors (PIP_INDEX_URL, pip's configuration) are kept: in many offices nothing else can be reached.
    """
    dropped = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in dropped}
    return kept | {
        "PYTHONUTF8": "1",
        "PYTHONIOENCODING": "utf-8",
        "PIP_USER": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
    }


def run_quietly(command: Sequence[str], environment: Mapping[str, str] | None = None, folder: str | None = None) -> tuple[int, str]:
    """Run a program, return its exit code and everything it printed."""
    try:
        done = subprocess.run(
            command,
            env=environment or clean_environment(),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout


def run_in_front(command: Sequence[str], folder: str) -> int:
    """Run a program that speaks to the user itself, return its exit code; Ctrl+C is its own to answer."""
    process = subprocess.Popen(command, env=clean_environment(), cwd=folder)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the program got it too and ends by itself
            continue


def last_lines(output: str, count: int = 12) -> str:
    """The end of a program's output, indented, as the technical part of a fault."""
    lines = [line for line in output.splitlines() if line.strip() and not line.startswith("WARNING")][-count:]
    return "\n".join(f"    {line}" for line in lines)
