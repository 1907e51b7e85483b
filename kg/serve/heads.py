"""The server's HTTP: uvicorn's protocol on httptools, with a limit on the head of a request, which that has not."""

from __future__ import annotations

import asyncio

__all__ = ["HEAD", "bounded"]

#: Bytes of a request's line and headers.
HEAD = 64 * 1024


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
            super().on_headers_complete()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            # A head that came whole was never longer than one piece of what came.
            if self._reading_head and not self.transport.is_closing():
                self._head += len(data)
                if self._head > HEAD:
                    self.send_400_response("The head of the request is too long.")

    return Bounded
