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
            answer = await asking.post("/query", (), body, lambda media, part: False)
            assert answer.whole
            found.append((answer.status, answer.body))
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


async def _ask_until_enough(most: int) -> list[tuple[bytes, bool]]:
    found = []
    engine = Engine(patience=30)
    async with await asyncio.start_server(engine, "127.0.0.1", 0) as server:
        asking = Connection(server.sockets[0].getsockname()[1])
        for body in (b"x" * 3_000_000, b"short"):
            seen = [0]

            def enough(media: str, part: bytes, seen: list[int] = seen) -> bool:
                seen[0] += len(part)
                return seen[0] > most

            answer = await asking.post("/query", (), body, enough)
            found.append((answer.body, answer.whole))
        asking.close()
        await asyncio.sleep(0.05)
    return found


def test_reading_stops_where_there_is_enough_and_the_rest_is_no_answer_to_the_next_question() -> None:
    (cut, whole), last = asyncio.run(_ask_until_enough(1000))
    assert not whole and 1000 < len(cut) < 3_000_000
    assert last == (b"short", True)


async def _ask_broken(said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        asking = Connection(server.sockets[0].getsockname()[1])
        try:
            await asking.post("/query", (), b"", lambda media, part: False)
        finally:
            asking.close()
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"])
def test_an_answer_that_is_none_or_breaks_off_is_an_error(said: bytes) -> None:
    with pytest.raises(OSError):
        asyncio.run(_ask_broken(said))
