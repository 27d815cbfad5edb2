"""Archiving: ``archive make|verify|replay|head``."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError, visible
from .screen import open_book, print_faults, print_json, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.x509 import Certificate

    from ..archive.content import BagContent
    from ..archive.keys import Key
    from ..archive.recall import Finding
    from .parser import Commands, Parser


def add_commands(commands: Commands) -> None:
    """Register them."""
    made = commands.add("archive make", make, "把一年的已签发定稿做成档案包（BagIt），登记归档链", json=True)
    made.add_argument("year", metavar="年度")
    made.add_argument("--to", type=Path, default=None, metavar="文件夹", help="归档文件夹（默认按 signing/policy.yaml）")
    made.add_argument("--scheme", default="", metavar="办法", help="只归档这个办法")
    made.add_argument("--period", default="", metavar="考核期", help="只归档这个考核期")
    made.add_argument("--ready", action="store_true", help="尚未定稿或签发的先不管，其余照常归档")
    made.add_argument("--supersedes", default="", metavar="版本", help="更正：针对哪一个版本，如 v1（必须是最新的）")
    made.add_argument("--reason", default="", metavar="理由", help="更正的理由")
    made = commands.add("archive verify", verify, "核对归档文件夹或一个档案包：只读，逐字节，含签名和归档链", json=True)
    made.add_argument("place", nargs="?", type=Path, default=None, metavar="文件夹", help="归档文件夹或档案包（默认本工作簿的归档）")
    made.add_argument("--head", default="", metavar="摘要", help="纸面上或另存的归档摘要：用来发现撤档和整链重写")
    made.add_argument("--keys", type=Path, default=None, metavar="文件夹", help="可信的公钥文件夹（默认本工作簿的 signing/keys）")
    made.add_argument("--tsa", type=Path, default=None, metavar="文件夹", help="时间戳机构的根证书（默认本工作簿的 signing/tsa）")
    made.add_argument("--jobs", type=int, default=None, metavar="N", help="同时核对几个（默认按处理器数）")
    _recordable(made)
    made = commands.add("archive replay", replay, "按档案包里的环境、程序和数据重新执行，逐字节比较", json=True)
    made.add_argument("bag", type=Path, metavar="档案包")
    made.add_argument("--wheelhouse", type=Path, default=None, metavar="文件夹", help="不联网时从这里取安装包")
    made.add_argument("--here", action="store_true", help="用现在的环境和程序执行（与当时不同时会说明）")
    made.add_argument("--rebuild", action="store_true", help="环境相同也重建")
    _recordable(made)
    made = commands.add("archive stamp", stamp, "可信时间戳（RFC 3161）：写出请求文件，或附上并核对应答（不联网）")
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--request", type=Path, default=None, metavar="文件", help="写出对归档摘要的请求（.tsq），带到能联网处取应答")
    which.add_argument("--attach", type=Path, default=None, metavar="文件", help="附上时间戳机构的应答（.tsr）")
    made.add_argument("--to", type=Path, default=None, metavar="文件夹", help="归档文件夹（默认按 signing/policy.yaml）")
    made.add_argument("--tsa", type=Path, default=None, metavar="文件夹", help="时间戳机构的根证书（默认 signing/tsa）")
    made = commands.add("recall", recall, "追溯已知缺陷：查找受影响的归档，用现在的程序重算，列出谁的得分、名次或奖惩会不同", json=True)
    made.add_argument("place", nargs="?", type=Path, default=None, metavar="归档", help="归档文件夹（默认本工作簿的归档）")
    made.add_argument("--defects", type=Path, default=None, metavar="文件", help="缺陷清单（默认程序自带的）")
    made.add_argument("--all", action="store_true", help="不管清单，重算全部归档")
    made.add_argument("--list", action="store_true", help="只列出已知缺陷")
    made = commands.add("archive head", head, "显示归档摘要（归档链最新一行的摘要），供印在公布件上", json=True)
    made.add_argument("--to", type=Path, default=None, metavar="文件夹", help="归档文件夹（默认按 signing/policy.yaml）")


def _recordable(made: Parser) -> None:
    made.add_argument("--record", action="store_true", help="把这次核对（或恢复演练）记入本工作簿的 outputs/checks.jsonl")


def _record(options: Namespace, kind: str, place: Path, *, ok: bool, **more: str) -> None:
    if options.record:
        from ..archive.verify import record_check

        record_check(open_book(options).root / "outputs", kind, place, ok=ok, **more)


def make(options: Namespace) -> int:
    """``archive make YEAR``."""
    from ..archive.chain import archive_folder
    from ..archive.make import Correction
    from ..archive.make import make as make_bags

    if not re.fullmatch(r"[0-9]{4}", options.year):
        raise UsageError(f"年度应为四位数字，如 2023，实为“{options.year}”")
    correction = None
    if options.supersedes or options.reason:
        if not re.fullmatch(r"v?[1-9][0-9]{0,5}", options.supersedes) or not options.reason.strip():
            raise UsageError("更正须同时写明 --supersedes v1 和 --reason 理由")
        correction = Correction(int(options.supersedes.removeprefix("v")), options.reason)
    book = open_book(options)
    found = make_bags(
        book,
        int(options.year),
        archive_folder(book.root, options.to),
        scheme=options.scheme,
        period=options.period,
        correction=correction,
        ready_only=options.ready,
        progress=progress,
    )
    if options.json:
        waiting = [fault.as_dict() for fault in found.waiting]
        print_json({"ok": True, "made": list(found.folders), "before": list(found.before), "waiting": waiting, "head": found.head})
        return 0
    for name in found.folders:
        print(f"已归档：{found.archive / name}")
    for name in found.before:
        print(f"以前已归档，没有变化：{name}")
    print_faults(list(found.waiting), "尚未归档")
    print(f"归档摘要：{found.head}（请印在公布件上，或另存别处）")
    return 0


def verify(options: Namespace) -> int:
    """``archive verify [FOLDER|BAG]``."""
    if options.jobs is not None and options.jobs < 1:
        raise UsageError("--jobs 应为不小于1的整数")
    place = _place(options)
    keys = _keys(options)
    with _unpacked(place) as found_at:
        return _verify(options, found_at, place, keys)


def _verify(options: Namespace, place: Path, named: Path, keys: Mapping[str, Key] | None) -> int:
    """Verify what lies at a place; messages name it as the user did."""
    from ..archive.chain import CHAIN
    from ..archive.verify import is_bag, verify_archive, verify_bag

    # What was unpacked is a bag, sound or not, unless it is a whole archive.
    if is_bag(place) or (place != named and not (place / CHAIN).is_file()):
        if options.head:
            raise UsageError("--head 用于整个归档文件夹，不用于单个档案包")
        faults = verify_bag(place, keys, shown=named.name if place != named else "")
        _record(options, "verify", named, ok=not faults)
        if options.json:
            print_json({"ok": not faults, "faults": [fault.as_dict() for fault in faults]})
        elif faults:
            print_faults(faults, "档案包有问题")
        else:
            print(visible(f"档案包完好：{named}"))
            print("单独的档案包看不出是否最新；请连同归档链核对整个归档文件夹。")
        return 1 if faults else 0
    found = verify_archive(place, keys, anchor=options.head, roots=_roots(options), workers=options.jobs)
    _record(options, "verify", place, ok=found.sound, head=found.head)
    if options.json:
        print_json(found.as_dict())
        return 0 if found.sound else 1
    print_faults(list(found.faults), "归档有问题")
    for note in found.notes:
        print(f"说明：{note}")
    print(f"共{found.bags}个档案包，{found.files}个文件，{found.bytes / 1e6:.1f}MB；归档摘要：{found.head}")
    if found.sound:
        known = "，与给出的摘要相符" if options.head else "；撤档和整链重写须与纸面上的归档摘要对照（--head）才能发现"
        print(f"核对无误{known}。")
    return 0 if found.sound else 1


@contextmanager
def _unpacked(place: Path) -> Iterator[Path]:
    """The folder itself, or a private one with what a zip or tar file holds."""
    from ..archive.unpack import is_packed, unpack

    if not is_packed(place):
        yield place
        return
    from ..run.environment import PrivateFolder

    with PrivateFolder() as private:
        folder = private.folder / "bag"
        folder.mkdir()
        yield unpack(place, folder)


def _place(options: Namespace) -> Path:
    from ..archive.chain import archive_folder

    if options.place is None:
        return archive_folder(open_book(options).root)
    if not options.place.exists():
        raise UsageError(f"没有这个文件夹：{options.place}")
    return Path(options.place).resolve()


def _keys(options: Namespace) -> Mapping[str, Key] | None:
    """Trusted keys: those named, else the workbook's; None where there are neither."""
    from ..archive.keys import KEYS, read_keys

    if options.keys is not None:
        found = read_keys(options.keys, options.keys.name)
        if not found:
            raise UsageError(f"文件夹里没有公钥文件：{options.keys}")
        return found
    try:
        root = open_book(options).root
    except UsageError:
        return None
    return read_keys(root / KEYS) or None


def _roots(options: Namespace) -> list[Certificate]:
    """Root certificates: those named, else the workbook's."""
    from ..archive.stamp import ROOTS, roots_of

    if options.tsa is not None:
        if not (found := roots_of(options.tsa)):
            raise UsageError(f"文件夹里没有根证书（*.pem）：{options.tsa}")
        return found
    try:
        return roots_of(open_book(options).root / ROOTS)
    except UsageError:
        return []


def stamp(options: Namespace) -> int:
    """``archive stamp --request FILE`` or ``--attach FILE``."""
    from ..archive.chain import archive_folder
    from ..archive.stamp import attach, request
    from ..safe import write_bytes

    archive = archive_folder(open_book(options).root, options.to)
    if options.request is not None:
        write_bytes(options.request, request(archive))
        print(f"请求文件：{options.request}；请向时间戳机构取得应答（.tsr），再用 --attach 附上。")
        return 0
    try:
        answer = options.attach.read_bytes()
    except OSError:
        raise UsageError(f"应答文件无法读取：{options.attach}") from None
    path, moment = attach(archive, answer, _roots(options))
    print(f"已附上：{path}；证明归档摘要 {path.stem[:16]}… 在{moment.isoformat(timespec='seconds')}已经存在。")
    return 0


def replay(options: Namespace) -> int:
    """``archive replay BAG``: 0 identical, 1 something differs."""
    from ..archive.replay import opened

    if options.here and (options.rebuild or options.wheelhouse):
        raise UsageError("--here 不与 --rebuild、--wheelhouse 同用")
    with _unpacked(options.bag.resolve()) as bag:
        content = opened(bag, options.bag.name)
        code = _replay(options, content)
    _record(options, "replay", options.bag.resolve(), ok=code == 0)
    return code


def _replay(options: Namespace, content: BagContent) -> int:
    from ..archive.replay import replay_here, replay_rebuilt, same_environment
    from .runs import print_reproduction

    if not options.here and (options.rebuild or options.wheelhouse or not same_environment(content)):
        return replay_rebuilt(content, wheelhouse=options.wheelhouse, as_json=options.json)
    return print_reproduction(replay_here(content, progress=progress), as_json=options.json)


def head(options: Namespace) -> int:
    """``archive head``."""
    from ..archive.chain import archive_folder, entries
    from ..archive.chain import head as newest

    archive = archive_folder(open_book(options).root, options.to)
    count = sum(1 for _ in entries(archive))
    if options.json:
        print_json({"head": newest(archive), "bags": count})
    else:
        print(f"{newest(archive)}　（共{count}个档案包）")
    return 0


def recall(options: Namespace) -> int:
    """``recall``: 0 nothing would differ, 1 something would, or could not be computed."""
    from ..archive.chain import CHAIN
    from ..archive.defects import read_defects
    from ..archive.recall import recall as recall_runs

    defects = read_defects(options.defects)
    if options.list:
        if options.json:
            print_json([{"id": one.id, "title": one.title, "corrected": one.corrected} for one in defects])
        for one in [] if options.json else defects:
            print(visible(f"{one.id}：{one.title}；现已改正：{one.corrected}"))
        return 0
    place = _place(options)
    if not (place / CHAIN).is_file():
        raise UsageError(f"这里没有归档：{place}")
    found = list(recall_runs(place, defects, everything=options.all, progress=progress))
    if options.json:
        print_json({"ok": not any(f.effects or f.stopped for f in found), "findings": [finding.as_dict() for finding in found]})
    else:
        _print_recall(found)
    return 1 if any(finding.effects or finding.stopped for finding in found) else 0


def _print_recall(found: list[Finding]) -> None:
    if not found:
        print("没有受已知缺陷影响的归档。")
    for finding in found:
        print(visible(f"{finding.folder} {finding.title}"))
        for defect in finding.defects:
            print(visible(f"  可能涉及：{defect.title}（{defect.id}）"))
        if finding.stopped:
            print(visible(f"  {finding.stopped}"))
        elif not finding.effects:
            print("  重算结果相同。")
        for effect in finding.effects:
            print(f"  {effect}")
    if any(finding.effects for finding in found):
        print("确需更正的：重新定稿、签发，再用 archive make --supersedes … --reason … 归档新的版本。")
