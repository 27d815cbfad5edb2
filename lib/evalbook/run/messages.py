"""What kernel and supervisor say to each other, and what they leave out because neither reads it."""

from __future__ import annotations

from typing import Any

from jupyter_client.session import Session


class TimelessSession(Session):
    """Session whose messages carry no time: nobody reads it, and both ends would turn it from text into a date and back for each
    message.

    >>> TimelessSession().msg("status")["header"]["date"]
    ''
    """

    def msg_header(self, msg_type: str) -> dict[str, Any]:
        """Header of a message; without the key, whoever reads it would put in a time of their own."""
        return super().msg_header(msg_type) | {"date": ""}


class KernelSession(TimelessSession):
    """The kernel's side of it, which does not announce that it is busy: whoever gave it a cell knows."""

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Send a message; None when there was no need to."""
        if msg_or_type == "status" and content == {"execution_state": "busy"}:
            return None
        return super().send(stream, msg_or_type, content, *args, **kwargs)
