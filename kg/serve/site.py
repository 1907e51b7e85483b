"""The graph that is served: one generation with the processes that answer about it, swapped for the next one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

from kg.errors import KGError
from kg.graph import Graph
from kg.pages.tree import Tree
from kg.query.diagnosis import diagnose
from kg.query.engine import unknown_function
from kg.serve import protocol
from kg.serve.engine import Oxigraph, Question, Refused, Worker
from kg.serve.kept import Answers
from kg.serve.limits import Limits
from kg.serve.pool import Busy, Places, Pool
from kg.serve.results import Answer, answer

__all__ = ["Served", "Site", "aside"]

T = TypeVar("T")

_LOOK = 1.0
_READERS = 4
_REMEMBERED = 64
_SMALL = 64 * 1024
_log = logging.getLogger("kg.serve")


async def aside(size: int, work: Callable[[], T]) -> T:
    """What some work gives; done beside the event loop where it is about more than a few bytes."""
    return work() if size < _SMALL else await asyncio.to_thread(work)


class Served:
    """One generation, open: its graph for pages, its processes for SPARQL."""

    def __init__(self, graph: Graph, places: Places) -> None:
        self.graph = graph
        self.limits = places.limits
        self._places = places
        self.sparql: Pool[Oxigraph] = Pool(graph.generation.store, places, Oxigraph.start)
        self.named: Pool[Worker] = Pool(graph.generation.store, places, Worker.start)
        self.answers = Answers()
        self.users = 0
        self.unused = asyncio.Event()
        self.unused.set()
        self._remembered: dict[object, object] = {}
        self._lock = Lock()

    @cached_property
    def tree(self) -> Tree:
        """The vocabulary as a tree."""
        return Tree.read(self.graph.store)

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """A result that costs much, made once in a generation for each key."""
        with self._lock:
            if key not in self._remembered:
                while len(self._remembered) >= _REMEMBERED:
                    self._remembered.pop(next(iter(self._remembered)))
                self._remembered[key] = make()
            return self._remembered[key]  # type: ignore[return-value]

    async def ask(self, query: str, dataset: tuple[tuple[str, str], ...] = ()) -> Answer:
        """The answer to a client's query, within the limits.

        :raises KGError: of the kind that says why there is none
        """
        if len(query.encode("utf-8", "replace")) > self.limits.query:
            raise protocol.WrongRequest(413, f"the query is longer than {self.limits.query // 1024} KiB")
        if protocol.nests_too_deep(query, self.limits.nesting):
            raise protocol.WrongRequest(400, f"the query nests deeper than {self.limits.nesting} brackets")
        text = protocol.PROLOGUE + query
        union = self.limits.union and not dataset and not protocol.names_dataset(query)
        question = Question(text, (("union-default-graph", ""),) if union else dataset)
        async with self._places.take() as place:
            if protocol.mentions_service(query):
                await self.named.ask(place, Question(query, check=True))
            try:
                raw = await self.sparql.ask(place, question)
            except Refused as error:
                if error.what.startswith("error at "):
                    raise diagnose(protocol.unshifted(error.what), query) from error
                if (unknown := unknown_function(error.what)) is not None:
                    raise unknown from error
                raise
        return await aside(len(raw.body), partial(answer, raw, self.limits.rows))

    async def ask_named(self, text: str, bindings: Mapping[str, str]) -> Answer:
        """The answer to a query of the package with its parameters bound."""
        async with self._places.take() as place:
            raw = await self.named.ask(place, Question(text, bindings=bindings))
        return await aside(len(raw.body), partial(answer, raw, self.limits.rows))

    async def close(self) -> None:
        """Waits until nobody uses it, then ends its processes and closes its files."""
        await self.unused.wait()
        await self.sparql.close()
        await self.named.close()
        self.graph.index.close()


class Site:
    """What a server serves, always the current generation of a graph.

    :param path: the folder of the graph
    """

    def __init__(self, path: str | Path, limits: Limits) -> None:
        self.path = Path(path)
        self.limits = limits
        self._now: Served | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Opens the graph and starts to watch it.

        :raises KGError: if it cannot be opened, or no process be started
        """
        self.places = Places(self.limits)
        self._readers = asyncio.Semaphore(_READERS)
        self._measurers = asyncio.Semaphore(1)
        self._measuring = 0
        self._now = await self._opened()
        self._watcher = asyncio.create_task(self._watch())

    async def _opened(self) -> Served:
        def load() -> Graph:
            graph = Graph(self.path)
            _ = graph.store, graph.index, graph.table
            return graph

        served = Served(await asyncio.to_thread(load), self.places)
        try:
            await served.sparql.warm()
        except BaseException:
            await served.close()
            raise
        return served

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Served]:
        """The current generation, which stays open for as long as it is used."""
        served = self._now
        if served is None:
            raise Busy("the server is closing")
        served.users += 1
        served.unused.clear()
        try:
            yield served
        finally:
            served.users -= 1
            if not served.users:
                served.unused.set()

    async def look(self, work: Callable[[], T]) -> T:
        """Runs something that reads the graph's files for a moment, beside the event loop."""
        async with self._readers:
            return await asyncio.to_thread(work)

    async def measure(self, work: Callable[[], T]) -> T:
        """Runs something that computes for long; one at a time, a few wait.

        :raises Busy: if too many wait already
        """
        if self._measuring >= self.limits.concurrency:
            raise Busy("too much is being measured already", hint="try again in a moment")
        self._measuring += 1
        try:
            async with self._measurers:
                return await asyncio.to_thread(work)
        finally:
            self._measuring -= 1

    async def _watch(self) -> None:
        """Swaps the generation when another one has become current; a query that runs ends where it began."""
        while True:
            await asyncio.sleep(_LOOK)
            old = self._now
            try:
                found = await asyncio.to_thread(lambda: Graph(self.path).generation.path)
                if old is None or found == old.graph.generation.path:
                    continue
                self._now = await self._opened()
            except (KGError, OSError) as error:
                _log.warning("the new generation cannot be served, the old one goes on: %s", error)
                continue
            _log.info("serves generation %s", self._now.graph.generation.path.name)
            task = asyncio.create_task(old.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Ends the watching and all processes."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
        served, self._now = self._now, None
        if served is not None:
            # What still runs is not waited for: the server's own time for that is over.
            served.unused.set()
            await served.close()
        if self._closing:
            await asyncio.wait(list(self._closing), timeout=10)
