"""A kept connection to the engine takes nothing for an answer that is none."""

from __future__ import annotations

import asyncio
import re

import pytest

from kg.serve import connection
from kg.serve.connection import Connection

FAREWELL = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\nidle"


class Engine:
    """A server that answers each request with its body, and gives up a connection as Oxigraph does.

    :param patience: seconds that it waits for the next request
    """

    def __init__(self, patience: float, farewell: bytes = FAREWELL) -> None:
        self.patience, self.farewell, self.opened = patience, farewell, 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        try:
            while True:
                async with asyncio.timeout(self.patience):
                    head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head)
                assert length
                body = await reader.readexactly(int(length.group(1)))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
                await writer.drain()
        except TimeoutError:
            writer.write(self.farewell)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def _ask_each(engine: Engine, bodies: list[bytes], pause: float) -> list[tuple[int, bytes]]:
    found = []
    async with await asyncio.start_server(engine, "127.0.0.1", 0) as server:
        asking = Connection(server.sockets[0].getsockname()[1])
        for body in bodies:
            answer = await asking.post("/query", (), body)
            found.append((answer.status, b"".join([part async for part in answer.parts])))
            await asyncio.sleep(pause)
        asking.close()
        # Until the other side has seen it.
        await asyncio.sleep(0.05)
    return found


BODIES = [b"one", b"two" * 100_000, b"three"]
ANSWERED = [(200, body) for body in BODIES]


def test_one_connection_serves_question_after_question() -> None:
    engine = Engine(patience=30)
    assert asyncio.run(_ask_each(engine, BODIES, 0)) == ANSWERED
    assert engine.opened == 1


@pytest.mark.parametrize("farewell", [FAREWELL, FAREWELL[:20], b""], ids=["whole", "cut off", "none"])
def test_what_the_engine_says_as_it_gives_a_connection_up_is_no_answer(farewell: bytes) -> None:
    engine = Engine(patience=0.1, farewell=farewell)
    assert asyncio.run(_ask_each(engine, BODIES, 0.4)) == ANSWERED
    assert engine.opened == 3


def test_a_connection_unused_for_long_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_IDLE", 0.0)
    engine = Engine(patience=30)
    assert asyncio.run(_ask_each(engine, BODIES, 0)) == ANSWERED
    assert engine.opened == 3
