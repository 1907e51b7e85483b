"""The server's HTTP: uvicorn's protocol on httptools, with two things that it has not.

The head of a request has a limit, and the head of a response is sent together with the first piece of its body: a
client that gets them apart wakes up twice.
"""

from __future__ import annotations

import asyncio
from typing import cast

__all__ = ["HEAD", "bounded"]

#: Bytes of a request's line and headers.
HEAD = 64 * 1024
_CONTINUE = b"HTTP/1.1 100 "


class _Together:
    """Where one response is written: its head is held until the first piece of its body comes, or nothing more.

    :param transport: what it writes to
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None
        self._begun = False

    def write(self, data: bytes) -> None:
        """As asyncio says."""
        if not self._begun and not data.startswith(_CONTINUE):
            self._begun, self._head = True, data
            return
        if self._head is not None:
            data, self._head = self._head + data, None
        self._transport.write(data)

    def close(self) -> None:
        """As asyncio says."""
        if self._head is not None:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        """As asyncio says."""
        return self._transport.is_closing()


def bounded() -> type[asyncio.Protocol]:
    """The protocol; made when it is needed, because the server's packages are an extra."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class Bounded(HttpToolsProtocol):
        _reading_head = False
        _head = 0

        def on_message_begin(self) -> None:
            self._reading_head, self._head = True, 0
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._reading_head = False
            before = self.cycle
            super().on_headers_complete()
            # Of HEAD the head is all that is written.
            if self.cycle is not before and self.scope["method"] != "HEAD":
                self.cycle.transport = cast(asyncio.Transport, _Together(self.transport))

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            # A head that came whole was never longer than one piece of what came.
            if self._reading_head and not self.transport.is_closing():
                self._head += len(data)
                if self._head > HEAD:
                    self.send_400_response("The head of the request is too long.")

    return Bounded
