"""A kept connection to a program on this machine: HTTP/1.1 by h11, a request in one piece.

A general client sends a request's head and body apart and wakes up for each piece of a response; between two programs
that have nothing else to wait for, that took longer than most queries do.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, SupportsIndex

if TYPE_CHECKING:
    import h11

__all__ = ["Answered", "Connection"]

_PIECE = 256 * 1024
# Seconds without a request after which a connection is opened anew. Oxigraph gives one up after 60.
_IDLE = 30.0
# Linux alone has it.
_QUICK: int | None = getattr(socket, "TCP_QUICKACK", None)


@dataclass(frozen=True, slots=True)
class Answered:
    """The head of a response; ``parts`` is its body as it comes, and must be read to its end or the process ended."""

    status: int
    content_type: str
    parts: AsyncIterator[bytes]


class _Listener(asyncio.StreamReader):
    """Notes whether the other side spoke while nothing was asked.

    Oxigraph ends a connection that nothing came over for a minute with an error of its own, which stands there like
    the answer to whatever is asked next.
    """

    asked = False
    unasked = False

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        self.unasked |= not self.asked
        super().feed_data(data)


class Connection:
    """One connection, for one request at a time.

    :param port: of 127.0.0.1
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._protocol: h11.Connection | None = None
        self._used = 0.0

    async def post(self, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> Answered:
        """Sends a request and waits for the head of its response.

        :raises OSError: if the program does not answer
        """
        import h11

        # One that was kept may have been closed by the other side meanwhile; a fresh one says the truth.
        for kept in (True, False) if self._alive() else (False,):
            try:
                if not kept:
                    self.close()
                    await self._open()
                return await self._ask(target, headers, body)
            except (OSError, h11.RemoteProtocolError) as error:
                self.close()
                if not kept:
                    raise ConnectionError(str(error)) from error
        raise AssertionError("a fresh connection answers or fails")

    async def _ask(self, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> Answered:
        import h11

        protocol = self._protocol
        assert protocol is not None
        self._reader.asked = True
        every = [("host", "127.0.0.1"), *headers, ("content-length", str(len(body)))]
        head = protocol.send(h11.Request(method="POST", target=target, headers=every))
        data = protocol.send(h11.Data(data=body)) if body else b""
        self._writer.write((head or b"") + (data or b"") + (protocol.send(h11.EndOfMessage()) or b""))
        await self._writer.drain()
        self._quick()
        event = await self._next(protocol)
        while isinstance(event, h11.InformationalResponse):
            event = await self._next(protocol)
        assert isinstance(event, h11.Response)
        media = next((value for name, value in event.headers if name == b"content-type"), b"")
        return Answered(event.status_code, media.decode("latin-1"), self._parts(protocol))

    async def _parts(self, protocol: h11.Connection) -> AsyncIterator[bytes]:
        import h11

        try:
            while not isinstance(event := await self._next(protocol), h11.EndOfMessage):
                if isinstance(event, h11.Data):
                    yield bytes(event.data)
        except h11.RemoteProtocolError as error:
            self.close()
            raise ConnectionError(str(error)) from error
        if protocol.our_state is h11.DONE and protocol.their_state is h11.DONE:
            protocol.start_next_cycle()
            self._reader.asked = False
            self._used = time.monotonic()
        else:
            self.close()

    async def _next(self, protocol: h11.Connection) -> h11.Event | type[h11.PAUSED]:
        import h11

        while (event := protocol.next_event()) is h11.NEED_DATA:
            protocol.receive_data(await self._reader.read(_PIECE))
            self._quick()
        return event  # type: ignore[return-value]

    def _quick(self) -> None:
        """Acknowledges at once what comes next.

        The other side writes a response in pieces and holds each back until the last was acknowledged (Nagle), which
        the system puts off by 40 ms where nothing is there to be sent along. The option holds for a while only.
        """
        if _QUICK is not None:
            self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICK, 1)

    async def _open(self) -> None:
        import h11

        # As asyncio.open_connection does it, with a reader of our own.
        loop = asyncio.get_running_loop()
        self._reader = _Listener(limit=_PIECE, loop=loop)
        pieces = asyncio.StreamReaderProtocol(self._reader, loop=loop)
        transport, _ = await loop.create_connection(lambda: pieces, "127.0.0.1", self._port)
        self._writer = asyncio.StreamWriter(transport, pieces, self._reader, loop)
        self._protocol = h11.Connection(h11.CLIENT)

    def _alive(self) -> bool:
        if self._protocol is None:
            return False
        ended = self._reader.unasked or self._reader.at_eof() or self._writer.is_closing()
        return not ended and time.monotonic() - self._used < _IDLE

    def close(self) -> None:
        """Lets go of it."""
        if self._protocol is not None:
            self._protocol = None
            self._writer.close()
