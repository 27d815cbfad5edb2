"""What a kernel of evidence does otherwise than ipykernel's."""

from __future__ import annotations

from typing import Any

from evalbook.run.kernel import Reserve


class Shell:
    """Notes whether the reserve was given back when the error was shown."""

    def set_custom_exc(self, kinds: tuple[type[BaseException], ...], handler: Any) -> None:
        self.kinds, self.handler = kinds, handler

    def showtraceback(self, shown: tuple[Any, ...], **_: Any) -> None:
        self.shown = shown, self.handler.__self__._kept.closed


def test_memory_is_given_back_before_an_error_for_want_of_it_is_shown() -> None:
    """A cell that used up all memory leaves the kernel enough to say so: what was kept is free by then."""
    shell, error = Shell(), MemoryError()
    reserve = Reserve(shell)
    assert shell.kinds == (MemoryError,)
    assert len(reserve._kept) >= 32 << 20

    shell.handler(shell, MemoryError, error, None)

    assert shell.shown == ((MemoryError, error, None), True)
