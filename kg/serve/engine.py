"""The two programs that evaluate SPARQL for the server, each one question at a time, each in a process of its own.

:class:`Oxigraph` is the ``oxigraph`` package's own server in read-only mode; it answers what clients send.
:class:`Worker` is this package in another process; it answers named queries, whose parameters are bound as terms, and
decides whether a query calls another host. Whatever such a process does, the server is not hurt: it is killed.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

import orjson

from kg.errors import KGError
from kg.serve.connection import Connection
from kg.serve.process import Process
from kg.serve.worker import READY

__all__ = ["Crashed", "Engine", "Oxigraph", "Question", "Raw", "Refused", "Unavailable", "Worker", "binary"]

_STARTS = 5
_START_TIMEOUT = 60.0
_MOST_SAID = 300
_JSON = "application/sparql-results+json"
_NTRIPLES = "application/n-triples"
_HEADERS = (("content-type", "application/sparql-query"), ("accept", f"{_JSON}, {_NTRIPLES}"))
_FAILED = "Internal server error while streaming results: "


class Refused(KGError):
    """A question that is no query, or that may not be asked."""


class Crashed(KGError):
    """The process that answered died of the question."""


class Unavailable(KGError):
    """No process can be started to answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an engine is asked. ``text`` is a whole query; ``bindings`` are terms in N-Triples, for a worker alone.

    ``dataset`` are pairs of the protocol's parameters. ``check`` asks a worker only whether the query may be asked.
    """

    text: str
    dataset: tuple[tuple[str, str], ...] = ()
    bindings: Mapping[str, str] = field(default_factory=dict)
    check: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came: a ``graph`` in N-Triples, else results in JSON; ``whole`` unless reading was stopped."""

    graph: bool
    body: bytes
    whole: bool


class Engine(Protocol):
    """What answers one question at a time."""

    process: Process

    async def ask(self, question: Question, most_bytes: int, most_rows: int) -> Raw:
        """The answer, read until there is more of it than the limits.

        :raises Refused: if the question is wrong
        :raises Crashed: if the process died of it
        """

    async def close(self) -> None:
        """Ends it."""


def binary() -> str:
    """The program ``oxigraph`` of the package of that name, else the one on the path.

    :raises KGError: if there is none
    """
    try:
        files = distribution("oxigraph").files or ()
    except PackageNotFoundError:
        files = ()
    for file in files:
        found = Path(str(file.locate()))
        if found.stem == "oxigraph" and "bin" in file.parts and found.is_file():
            return str(found)
    on_path = shutil.which("oxigraph")
    if on_path is None:
        raise KGError("the SPARQL server oxigraph is not installed", hint='run `pip install "kg-papers[serve]"`')
    return on_path


class Oxigraph:
    """``oxigraph serve-read-only`` on a port of 127.0.0.1 that the system chose."""

    def __init__(self, process: Process, port: int) -> None:
        self.process = process
        self._connection = Connection(port)

    @classmethod
    async def start(cls, store: Path, memory: int) -> Oxigraph:
        """Starts one and waits until it listens.

        :raises Unavailable: if it does not start
        """
        said = ""
        for _ in range(_STARTS):
            port = _free_port()
            command = (binary(), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}")
            process = await Process.start(command, memory)
            try:
                listens = await process.heard("Listening for requests", _START_TIMEOUT)
            except BaseException:
                process.kill()
                raise
            if listens:
                process.ready()
                return cls(process, port)
            process.kill()
            await process.ended()
            said = " ".join(process.said)
            if "in use" not in said:
                break
        raise Unavailable(f"the SPARQL server did not start ({said.strip() or 'it said nothing'})", where=str(store))

    async def ask(self, question: Question, most_bytes: int, most_rows: int) -> Raw:
        """As :class:`Engine` says."""
        target = "/query" + (f"?{urlencode(question.dataset)}" if question.dataset else "")
        try:
            answer = await self._connection.post(
                target, _HEADERS, question.text.encode(), _Enough(most_bytes, most_rows)
            )
        except OSError as error:
            await self._died(error)
        body, graph = answer.body, answer.content_type.startswith(_NTRIPLES)
        if answer.status >= 500:
            # Its own words for a fault of its own may be long and of many lines.
            said = " ".join(body.decode(errors="replace").split())[:_MOST_SAID]
            raise Refused(f"the evaluation failed: {said or 'the engine says no more'}")
        if answer.status != 200:
            raise Refused(body.decode(errors="replace"))
        ended = not body or body.endswith(b".\n") if graph else body.endswith((b"]}}", b"true}", b"false}"))
        if answer.whole and not ended:
            failure = next((s for s in reversed(self.process.said) if s.startswith(_FAILED)), "")
            raise Refused(f"the evaluation failed: {failure.removeprefix(_FAILED) or 'the answer ended too early'}")
        return Raw(graph, body, answer.whole)

    async def _died(self, error: Exception) -> None:
        self.process.kill()
        await self.process.ended()
        raise Crashed("the query needs more memory than one may take, or nests too deep") from error

    async def close(self) -> None:
        """Ends it."""
        self.process.kill()
        self._connection.close()
        await self.process.ended()


class _Enough:
    """Says where surely more bytes or rows have come than are wanted."""

    def __init__(self, most_bytes: int, most_rows: int) -> None:
        self._bytes = most_bytes
        # A mark inside a literal counts too; so twice as many are let through, and counted with care later.
        self._rows = 2 * most_rows
        self._tail = b""

    def __call__(self, media: str, part: bytes) -> bool:
        mark = b"\n" if media.startswith(_NTRIPLES) else b"},{"
        self._bytes -= len(part)
        self._rows -= (self._tail + part).count(mark)
        self._tail = part[-len(mark) + 1 :] if len(mark) > 1 else b""
        return self._bytes < 0 or self._rows < 0


class Worker:
    """``python -m kg.serve.worker``: a question is a line of JSON on its input, an answer a line and the body."""

    def __init__(self, process: Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, store: Path, memory: int) -> Worker:
        """Starts one and waits until it is ready.

        :raises Unavailable: if it does not start
        """
        process = await Process.start((sys.executable, "-m", "kg.serve.worker", str(store)), memory, talks=True)
        assert process.inner.stdout is not None
        try:
            async with asyncio.timeout(_START_TIMEOUT):
                ready = await process.inner.stdout.readline()
        except TimeoutError:
            ready = b""
        except BaseException:
            process.kill()
            raise
        if ready != READY:
            process.kill()
            await process.ended()
            said = " ".join(process.said)
            raise Unavailable(f"the process for named queries did not start ({said})", where=str(store))
        process.ready()
        return cls(process)

    async def ask(self, question: Question, most_bytes: int, most_rows: int) -> Raw:
        """As :class:`Engine` says."""
        writer, reader = self.process.inner.stdin, self.process.inner.stdout
        assert writer is not None and reader is not None
        asked = {"text": question.text, "bindings": dict(question.bindings), "check": question.check}
        try:
            writer.write(orjson.dumps(asked | {"bytes": most_bytes}) + b"\n")
            await writer.drain()
            head = orjson.loads(await reader.readuntil(b"\n"))
            body = await reader.readexactly(head["size"])
        except (OSError, asyncio.IncompleteReadError, orjson.JSONDecodeError) as error:
            self.process.kill()
            raise Crashed("the query needs more memory than one may take, or nests too deep") from error
        if head["error"] is not None:
            raise Refused(head["error"])
        return Raw(head["graph"], body, head["whole"])

    async def close(self) -> None:
        """Ends it."""
        self.process.kill()
        await self.process.ended()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
