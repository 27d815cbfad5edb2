"""What leaves the office, and whether the office's machine is fit: ``publish``, ``doctor``."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError, visible
from .screen import open_book, print_json, progress

if TYPE_CHECKING:
    from .parser import Commands


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("publish", publish, "按公开范围生成公布件：公布名单、各单位反馈单、全部证据", json=True)
    made.add_argument("run", metavar="运行", help="运行的文件夹或名称")
    made.add_argument("--to", type=Path, default=None, metavar="文件夹", help="写到哪里（默认 outputs/_published）")
    made.add_argument("--level", choices=("public", "units", "full"), default="public", help="public 公布名单、units 反馈单、full 全部证据")
    made.add_argument("--word", action="store_true", help="另生成 Word 通报（模板可放在 params/<办法>/bulletin.docx）")
    made = commands.add("doctor", doctor, "体检：环境、字体、磁盘、时钟、台账、归档是否正常，离可复现的标准还差什么", json=True)
    made.add_argument("--deep", action="store_true", help="逐字节核对归档（大的归档要几分钟）")
    made = commands.add("archive checklist", checklist, "对一个档案包作四性检测（DA/T 70），生成检测表", json=True)
    made.add_argument("bag", type=Path, metavar="档案包")
    made.add_argument("--to", type=Path, default=None, metavar="文件", help="写到哪个 .html 文件（默认当前文件夹）")
    made.add_argument("--keys", type=Path, default=None, metavar="文件夹", help="可信的公钥文件夹（默认用档案包自带的公钥）")


def publish(options: Namespace) -> int:
    """``publish RUN``."""
    from ..archive.release import LEVELS
    from ..archive.release import publish as release
    from ..run.reproduce import find_run

    if options.word and options.level == "units":
        raise UsageError("--word 用于公布名单（--level public 或 full），不用于反馈单")
    open_book(options)
    found = release(find_run(options.run, options.root), options.to, level=options.level, word=options.word, progress=progress)
    if options.json:
        print_json({"ok": True, "folder": str(found.folder), "before": found.before, "files": found.files, "notes": list(found.notes)})
        return 0
    print(visible(f"{'以前已生成，内容相同' if found.before else '已生成'}（{LEVELS[options.level]}）：{found.folder}"))
    for name, digest in found.files.items():
        print(visible(f"  {digest[:16]}…  {name}"))
    for note in found.notes:
        print(visible(f"注意：{note}。"))
    return 0


def doctor(options: Namespace) -> int:
    """``doctor``: 0 when nothing is wrong."""
    from ..archive.chain import archive_folder
    from ..doctor import ladder, machine, records

    root = open_book(options).root
    archive = archive_folder(root)
    checks = [*machine.look(root, archive), *records.look(root, archive, deep=options.deep)]
    steps = list(ladder.look(root))
    wrong = [check for check in checks if check.result == "wrong"]
    if options.json:
        told = [{"level": level, **step.as_dict()} for level, step in steps]
        print_json({"ok": not wrong, "checks": [check.as_dict() for check in checks], "ladder": told})
        return 1 if wrong else 0
    for check in checks:
        print(visible(str(check)))
    for level, word in ladder.LEVELS.items():
        print(f"\n可复现分析流程（RAP）{word}：")
        for _, step in (one for one in steps if one[0] == level):
            print(visible(f"  {step}"))
    print(f"\n{len(wrong)}项有问题，请按提示处理。" if wrong else "\n没有问题。")
    return 1 if wrong else 0


def checklist(options: Namespace) -> int:
    """``archive checklist BAG``: 0 when no item speaks against the bag."""
    from dataclasses import asdict

    from ..archive.checklist import examine, page
    from ..archive.keys import read_keys
    from ..safe import write_bytes

    bag = options.bag.resolve()
    if not any((bag / name).is_file() for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")):
        raise UsageError(f"不是档案包：{options.bag}；请指明归档文件夹中 v1、v2 … 这样的文件夹")
    # Not beside the bag: verification would find a stranger in the archive.
    target = (options.to or Path(f"{'-'.join(bag.parts[-3:])}-四性检测.html")).resolve()
    if target.is_relative_to(bag):
        raise UsageError("检测表不能写进档案包，请用 --to 指明别的地方")
    keys = read_keys(options.keys, options.keys.name) if options.keys is not None else None
    if options.keys is not None and not keys:
        raise UsageError(f"文件夹里没有公钥文件：{options.keys}")
    found = examine(bag, keys)
    write_bytes(target, page(bag, found).encode("utf-8"))
    failed = [one for one in found if one.result == "不合格"]
    if options.json:
        print_json({"ok": not failed, "file": str(target), "items": [asdict(one) for one in found]})
        return 1 if failed else 0
    for one in found:
        print(visible(f"［{one.result}］{one.nature}·{one.item}" + (f"：{one.evidence}" if one in failed else "")))
    print(visible(f"检测表：{target}"))
    return 1 if failed else 0
