# -*- coding: utf-8 -*-
"""Set up the workbook and run it, its tests or its helpers: `python bootstrap.py --help`.

Needs Python 3.11 to 3.13 and nothing else. This file only checks the interpreter, in a way that Python 2.7 and 3.6 can still
read (both are found under the name `python` in offices); the work is done in tools/environment/.
"""

from __future__ import print_function

import os
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
HERE = os.path.dirname(os.path.abspath(__file__))


def complain(text):
    """Write one line of UTF-8 to stderr, whatever the interpreter thinks the console speaks."""
    stream = getattr(sys.stderr, "buffer", None)
    if stream is None:  # Python 2
        sys.stderr.write(text.encode("utf-8") + b"\n")
    elif os.name == "nt" and stream.isatty():  # the text layer speaks Unicode to a Windows console, whatever its code page
        sys.stderr.write(text + "\n")
    else:
        stream.write(text.encode("utf-8") + b"\n")


def main():
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(str(number) for number in sys.version_info[:3])
        complain(
            "需要 Python {0}.{1} 至 {2}.{3}，当前是 {4}（{5}）。\n"
            "请安装合适的版本后用它运行，例如：python3.11 bootstrap.py run（Windows：py -3.11 bootstrap.py run）。".format(
                OLDEST[0], OLDEST[1], NEWEST[0], NEWEST[1], found, sys.executable
            )
        )
        return 2
    sys.path.insert(0, os.path.join(HERE, "tools"))
    from environment.commands import main as commands

    return commands(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
