"""The command line: parse, call, print. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..errors import EvalbookError, Refused, visible
from ..run.calm import calm_collector


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or findings, 2 usage, 3 a run failed, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    from .parser import UsageFault, build_parser

    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        options = build_parser().parse_args(arguments)
        with calm_collector():
            return int(options.function(options))
    except UsageFault as fault:
        print(visible(str(fault)), file=sys.stderr)
        return 2
    except Refused as refused:
        return _refused(refused, "--json" in arguments)
    except EvalbookError as error:
        print(visible(f"错误：{error}"), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        told = f"错误：无法读写文件 {error.filename or ''}（{error.strerror or error}）；请检查磁盘空间、权限和文件是否被占用"
        print(visible(told), file=sys.stderr)
        return 3


def _refused(refused: Refused, as_json: bool) -> int:
    if as_json:
        import json

        print(json.dumps({"ok": False, "faults": [f.as_dict() for f in refused.faults]}, ensure_ascii=False, indent=1))
    else:
        print(refused, file=sys.stderr)
    return refused.exit_code
