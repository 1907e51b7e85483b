"""The server's HTTP: what goes over the line, and in how many pieces."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvicorn
from uvicorn.server import ServerState

from kg.serve.heads import HEAD, bounded

BODY = b"HTTP/1.1 200 is not always a head\n"


async def _app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    """Answers with what it was sent and a body, or in pieces, or with nothing at all."""
    sent = (await receive())["body"]
    if scope["path"] == "/broken":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        return
    pieces = [b"one ", b"two"] if scope["path"] == "/pieces" else [sent + BODY]
    length = (b"content-length", str(sum(map(len, pieces))).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    for number, piece in enumerate(pieces, 1):
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})
        await asyncio.sleep(0)


def _with_server(talk: Callable[[socket.socket], Awaitable[None]]) -> None:
    async def main() -> None:
        config = uvicorn.Config(_app, log_config=None, access_log=False, ws="none")
        config.load()
        loop = asyncio.get_running_loop()
        made = bounded()
        async with await loop.create_server(lambda: made(config, ServerState(), {}), "127.0.0.1", 0) as server:
            with socket.create_connection(server.sockets[0].getsockname()) as line:
                line.setblocking(False)
                async with asyncio.timeout(10):
                    await talk(line)

    asyncio.run(main())


async def _said(line: socket.socket) -> bytes:
    return await asyncio.get_running_loop().sock_recv(line, 1 << 20)


async def _say(line: socket.socket, text: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(line, text)


def test_head_and_body_come_in_one_piece() -> None:
    async def talk(line: socket.socket) -> None:
        for _ in range(3):
            await _say(line, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            head, _, body = (await _said(line)).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 OK") and body == BODY

    _with_server(talk)


def test_a_body_in_pieces_follows_in_order() -> None:
    async def talk(line: socket.socket) -> None:
        await _say(line, b"GET /pieces HTTP/1.1\r\nhost: a\r\n\r\n")
        said = b""
        while not said.endswith(b"two"):
            said += await _said(line)
        assert said.partition(b"\r\n\r\n")[2] == b"one two"

    _with_server(talk)


def test_a_head_alone_is_sent_where_it_alone_was_asked() -> None:
    async def talk(line: socket.socket) -> None:
        await _say(line, b"HEAD / HTTP/1.1\r\nhost: a\r\n\r\n")
        said = await _said(line)
        assert said.endswith(b"\r\n\r\n") and b"content-length" in said

    _with_server(talk)


def test_who_asks_before_sending_is_told_to_go_on() -> None:
    async def talk(line: socket.socket) -> None:
        await _say(line, b"POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")
        assert await _said(line) == b"HTTP/1.1 100 Continue\r\n\r\n"
        await _say(line, b"abc")
        assert (await _said(line)).partition(b"\r\n\r\n")[2] == b"abc" + BODY

    _with_server(talk)


def test_requests_sent_together_are_answered_in_their_order() -> None:
    async def talk(line: socket.socket) -> None:
        await _say(line, b"GET /pieces HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n")
        said = b""
        while not said.endswith(BODY):
            said += await _said(line)
        assert said.count(b"200 OK") == 2 and said.index(b"one two") < said.index(BODY)

    _with_server(talk)


def test_a_head_without_its_body_is_sent_before_the_line_is_closed() -> None:
    async def talk(line: socket.socket) -> None:
        await _say(line, b"GET /broken HTTP/1.1\r\nhost: a\r\n\r\n")
        assert (await _said(line)).startswith(b"HTTP/1.1 200 OK")
        assert await _said(line) == b""

    _with_server(talk)


def test_a_head_of_a_request_has_its_limit() -> None:
    async def talk(line: socket.socket) -> None:
        await _say(line, b"GET / HTTP/1.1\r\n")
        for number in range(2 + HEAD // 1000):
            await _say(line, b"x-%d: %s\r\n" % (number, b"a" * 1000))
            await asyncio.sleep(0.001)
        said = await _said(line)
        assert said.startswith(b"HTTP/1.1 400") and b"too long" in said

    _with_server(talk)
