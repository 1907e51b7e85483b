"""A kept connection to a program on this machine: HTTP/1.1, a request in one piece, an answer awaited as a whole.

A general client sends a request's head and body apart and wakes up for each piece of a response; between two programs
that have nothing else to wait for, that took longer than most queries do.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httptools

__all__ = ["Answered", "Connection"]

# Seconds without a request after which a connection is opened anew. Oxigraph gives one up after 60.
_IDLE = 30.0
# Linux alone has it.
_QUICK: int | None = getattr(socket, "TCP_QUICKACK", None)


@dataclass(frozen=True, slots=True)
class Answered:
    """A response. ``whole`` unless reading was stopped; the program then has to be ended."""

    status: int
    content_type: str
    body: bytes
    whole: bool


class Connection:
    """One connection, for one request at a time.

    :param port: of 127.0.0.1
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._line: _Line | None = None

    async def post(
        self, target: str, headers: Sequence[tuple[str, str]], body: bytes, enough: Callable[[str, bytes], bool]
    ) -> Answered:
        """Sends a request and waits for its response.

        :param enough: told the content type and each piece of the body; where it says so, reading stops
        :raises OSError: if the program does not answer, or not to the end
        """
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers)
        head = f"POST {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n{fields}content-length: {len(body)}\r\n\r\n"
        request = head.encode("ascii") + body
        if self._line is not None and self._line.alive:
            try:
                return await self._line.ask(request, enough)
            except OSError:
                # One that was kept may have been closed by the other side meanwhile; a fresh one says the truth.
                if self._line.began:
                    raise
        self.close()
        _, line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", self._port)
        self._line = line
        return await line.ask(request, enough)

    def close(self) -> None:
        """Lets go of it."""
        if self._line is not None:
            self._line.close()
            self._line = None


class _Line(asyncio.Protocol):
    """The connection itself: what comes is parsed as it comes, and wakes nobody before the answer is there."""

    def __init__(self) -> None:
        from httptools import HttpResponseParser

        self._parser: httptools.HttpResponseParser = HttpResponseParser(self)
        self._waiting: asyncio.Future[Answered] | None = None
        self._used = time.monotonic()
        self._open = True
        #: Whether anything of the present response has come.
        self.began = False

    @property
    def alive(self) -> bool:
        """Whether another request may be sent over it."""
        return self._open and time.monotonic() - self._used < _IDLE

    async def ask(self, request: bytes, enough: Callable[[str, bytes], bool]) -> Answered:
        """As :meth:`Connection.post` says."""
        self._enough = enough
        self._media = ""
        self._parts: list[bytes] = []
        self.began = False
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        self._quick()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    def close(self) -> None:
        """Lets go of it."""
        self._open = False
        self._transport.close()

    def _quick(self) -> None:
        """Acknowledges at once what comes next.

        The other side writes a response in pieces and holds each back until the last was acknowledged (Nagle), which
        the system puts off by 40 ms where nothing is there to be sent along. The option holds for a while only.
        """
        if _QUICK is not None:
            with suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, _QUICK, 1)

    def _answer(self, *, whole: bool) -> None:
        if self._waiting is not None and not self._waiting.done():
            status = self._parser.get_status_code()
            self._waiting.set_result(Answered(status, self._media, b"".join(self._parts), whole))
        self._open &= whole

    def connection_made(self, transport: Any) -> None:
        """As asyncio says."""
        self._transport: asyncio.Transport = transport
        self._socket = transport.get_extra_info("socket")

    def data_received(self, data: bytes) -> None:
        """As asyncio says."""
        from httptools import HttpParserError

        if self._waiting is None or self._waiting.done():
            # Oxigraph ends a connection that nothing came over for a minute with an error of its own, which stands
            # there like the answer to whatever is asked next.
            self.close()
            return
        self.began = True
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self.close()
            if not self._waiting.done():
                self._waiting.set_exception(ConnectionError(str(error)))
        if not self._waiting.done():
            self._quick()

    def connection_lost(self, error: Exception | None) -> None:
        """As asyncio says."""
        self._open = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(str(error or "the program closed the connection")))

    def on_header(self, name: bytes, value: bytes) -> None:
        """As httptools says."""
        if name.lower() == b"content-type":
            self._media = value.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        """As httptools says."""
        self._parts.append(part)
        if self._enough(self._media, part):
            self._answer(whole=False)
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """As httptools says."""
        if self._parser.get_status_code() >= 200:
            self._used = time.monotonic()
            self._open &= self._parser.should_keep_alive()
            self._answer(whole=True)
