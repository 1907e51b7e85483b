"""What the engine says when it fails becomes one clear line."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from kg.serve.engine import Crashed, Oxigraph, Question, Refused
from kg.serve.process import Process


class Dead:
    """Stands for the process behind a connection."""

    said = ("warning", "Internal server error while streaming results: disk full")
    killed = False

    def kill(self) -> None:
        self.killed = True

    async def ended(self) -> None:
        assert self.killed


async def _ask(said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        engine = Oxigraph(cast(Process, cast(Any, Dead())), server.sockets[0].getsockname()[1])
        try:
            await engine.ask(Question("ASK {}"), 1000, 10)
        finally:
            await engine.close()
            await asyncio.sleep(0.05)


def _said(status: str, body: bytes, media: str = "text/plain") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        (_said("500 Oh", b"disk\n  gone\n" * 100), Refused, r"^the evaluation failed: disk gone [^\n]{,320}$"),
        (_said("500 Oh", b""), Refused, "^the evaluation failed: the engine says no more$"),
        (_said("400 No", b"error at 1:2: expected x"), Refused, "^error at 1:2: expected x$"),
        (
            _said("200 OK", b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{}}', "application/json"),
            Refused, "^the evaluation failed: disk full$",
        ),
        (b"", Crashed, "more memory than one may take"),
    ],
    ids=["500", "500 without a word", "400", "breaks off", "dies"],
)  # fmt: skip
def test_a_failure_is_one_line(said: bytes, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        asyncio.run(_ask(said))
