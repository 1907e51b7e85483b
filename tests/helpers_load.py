"""Clients that load a server: cheap ones, so that on one machine they take little of what the server needs.

Run as a script it is the hostile ones, in a process of their own: ``helpers_load.py PORT CLIENTS SECONDS`` prints the
statuses that they met.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress

__all__ = ["ask_steadily", "hostile"]

GOOD = (
    "SELECT ?e ?l { ?e a kg:Method ; skos:prefLabel ?l } LIMIT 20",
    "SELECT ?e (COUNT(?p) AS ?n) { ?p kg:mentions ?e } GROUP BY ?e ORDER BY DESC(?n) LIMIT 10",
    "ASK { concept:lora a kg:Method }",
    "SELECT ?t { ?p kg:mentions concept:transformer ; dcterms:title ?t }",
)
BAD = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { ?a (!<urn:x>)* ?b . ?c (!<urn:y>)* ?d } ORDER BY ?d",
    f'SELECT ("{"x" * 200_000}" AS ?x) {{}}',
    "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
)
BROKEN = (
    b"GET\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\nASK",
    b"\x16\x03\x01" * 50,
    b"GET / HTTP/1.1\r\nx: " + b"y" * 200_000,
)


class Client:
    """A kept connection that asks one query after the other."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, query: str) -> tuple[int, bytes]:
        """Status and body."""
        body = query.encode()
        head = (
            "POST /sparql HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/sparql-results+json\r\n"
            f"content-type: application/sparql-query\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        if self._writer is None or self._writer.is_closing() or self._reader.at_eof():
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", answer)
        assert length, answer
        found = await self._reader.readexactly(int(length.group(1)))
        if b"connection: close" in answer:
            self.close()
        return int(answer[9:12]), found

    def close(self) -> None:
        """Ends it."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def ask_steadily(port: int, clients: int, seconds: float, pause: float) -> list[tuple[int, float]]:
    """Statuses and times of clients that ask, wait for the answer, pause, and ask again.

    No query is the same as another, so that no answer is one that the server kept.
    """
    found: list[tuple[int, float]] = []
    number = itertools.count()

    async def one(place: int, until: float) -> None:
        await asyncio.sleep(pause * place / clients)
        client = Client(port)
        turn = place
        while time.monotonic() < until:
            query = f"{GOOD[turn % len(GOOD)]} # {clients}.{next(number)}"
            started = time.perf_counter()
            status, body = await client.ask(query)
            found.append((status, time.perf_counter() - started))
            assert status != 200 or body.startswith(b'{"head"'), body[:200]
            turn += 1
            await asyncio.sleep(pause)
        client.close()

    async def every() -> None:
        until = time.monotonic() + seconds
        await asyncio.gather(*(one(place, until) for place in range(clients)))

    asyncio.run(every())
    return found


def hostile(port: int, clients: int, seconds: float) -> subprocess.Popen[str]:
    """Clients that ask the next harmful thing as soon as the last was refused; their statuses as JSON on the output."""
    command = [sys.executable, __file__, str(port), str(clients), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def _harm(port: int, turn: int, until: float, met: Counter[str]) -> None:
    client = Client(port)
    while time.monotonic() < until:
        if turn % (len(BAD) + 1) == len(BAD):
            await _broken(port)
        else:
            status, body = await client.ask(BAD[turn % (len(BAD) + 1)])
            met[str(status)] += 1
            met["traceback"] += b"Traceback" in body
        turn += 1
    client.close()


async def _broken(port: int) -> None:
    """HTTP that is none."""
    for text in BROKEN:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            writer.write(text)
            await writer.drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await reader.read()
        writer.close()


async def _all(port: int, clients: int, seconds: float) -> Counter[str]:
    met: Counter[str] = Counter()
    until = time.monotonic() + seconds
    await asyncio.gather(*(_harm(port, turn, until, met) for turn in range(clients)))
    return met


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_all(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))))
