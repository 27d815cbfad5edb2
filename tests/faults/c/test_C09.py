"""C09: outputs lie on a network share, whose locks and renames work differently or not at all (the answers of one are imitated)."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from evalbook import durable


@pytest.mark.parametrize("answer", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP], ids=["invalid", "no such call", "not supported"])
def test_rename_without_the_kernels_help(publishing: Any, fork: Any, join: Any, monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    """Where the file system cannot rename without replacing, eight writers of one name still replace nobody."""
    monkeypatch.setattr(durable, "_renameat2", lambda _source, _target: answer)
    name = "20240101T000000Z-draft-0123abcd"
    started = [fork(lambda text=text: publishing.publish(text * 2, name=name)) for text in "甲乙丙丁戊己庚辛"]
    assert [join(pid) for pid in started] == [0] * 8
    assert len(publishing.sound()) == 8


@pytest.mark.skipif(not hasattr(durable, "fcntl"), reason="locks of POSIX systems")
@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.EOPNOTSUPP], ids=["no locks", "not supported"])
def test_share_without_locks(workshop: Any, screen: Any, monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    """Without locks nothing is published: exit code 3 and an instruction."""

    def refuse(_fd: int, _how: int) -> None:
        raise OSError(answer, "no locks")

    with monkeypatch.context() as patch:
        patch.setattr(durable.fcntl, "flock", refuse)
        code, text = workshop.run()
    assert code == 3
    screen(text)
    assert workshop.runs() == []
    workshop.sound()


def rename_that_replaces(source: Any, target: Any) -> None:
    """What some shares do."""
    import shutil

    shutil.rmtree(target, ignore_errors=True)
    source.rename(target)


@pytest.mark.parametrize("lack", ["locks", "renames", "flushes"])
def test_archive_on_such_a_share(office: Any, screen: Any, monkeypatch: pytest.MonkeyPatch, lack: str) -> None:
    """The place of an archive is tried before anything is packed: where locks, renames or flushes do not hold, it is refused."""
    import shutil

    from evalbook.archive import place

    def broken(_path: Any) -> None:
        raise OSError(errno.EINVAL, "no flushing")

    shutil.rmtree(office.archive)
    if lack == "locks":
        monkeypatch.setattr(durable, "_lock", lambda _fd: True)
    elif lack == "renames":
        monkeypatch.setattr(place, "rename", rename_that_replaces)
    else:
        monkeypatch.setattr(place, "flush", broken)
    code, text = office.main("archive", "make", "2019")
    assert code == 1
    assert "网络盘" in text
    screen(text)
    assert not list(office.archive.glob("county_trial/*"))
