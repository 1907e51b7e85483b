"""Who is asked, when, and for how long: the places that queries take, and the processes that answer them.

At most N queries run at a time, each in a process of its own; a bounded number waits; the next is sent away. A query
that takes longer than a moment counts as slow: its process then goes last on the machine, and slow ones take at most
a quarter of the places, so that quick ones find one. What exceeds its time is ended by ending its process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from kg.errors import KGError
from kg.serve.engine import Engine, Question, Raw, Refused
from kg.serve.limits import Limits

__all__ = ["Busy", "Place", "Places", "Pool", "TooSlow"]

_LOOK = 0.03
_STARTS = 2
E = TypeVar("E", bound=Engine)


class Busy(KGError):
    """More is asked at present than the server answers; it may be tried again later."""


class TooSlow(KGError):
    """A query that took longer than it may."""


class Place:
    """What a running query holds; ``worked`` are seconds of the processor that it has taken."""

    def __init__(self) -> None:
        self.worked = 0.0
        self.lost = asyncio.Event()


class Places:
    """The places of a server, shared by all its pools."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.running: set[Place] = set()
        self.slow: set[Place] = set()
        self.waiting = 0
        self.sending = 0
        self._free = asyncio.Semaphore(limits.concurrency)

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Place]:
        """A place, waited for where none is free.

        :raises Busy: if too many wait already, or none came free in the time of a query
        """
        if self._free.locked() and self.waiting >= self.limits.queue:
            raise Busy("too many queries wait already", hint="try again in a moment")
        self.waiting += 1
        try:
            async with asyncio.timeout(self.limits.timeout):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy("no place came free for the query", hint="try again in a moment") from error
        finally:
            self.waiting -= 1
        place = Place()
        self.running.add(place)
        try:
            yield place
        finally:
            self.running.discard(place)
            self.slow.discard(place)
            self._free.release()

    def slows(self, place: Place) -> None:
        """Counts a query among the slow ones. Where these are too many, the one that worked most loses its place.

        Not the last one: on a machine with much to do a query may be slow that has hardly worked.
        """
        self.slow.add(place)
        if len(self.slow) > self.limits.slow:
            most = max(self.slow, key=lambda one: one.worked)
            self.slow.discard(most)
            most.lost.set()


class Pool(Generic[E]):
    """Processes that answer questions about one store; made when needed, kept when sound.

    :param start: starts one
    """

    def __init__(self, store: Path, places: Places, start: Callable[[Path, int], Awaitable[E]]) -> None:
        self._store = store
        self._places = places
        self._start = start
        self._idle: list[E] = []
        self._all: set[E] = set()
        self._beside: set[asyncio.Task[None]] = set()
        self._next: asyncio.Task[None] | None = None
        self._came = asyncio.Event()
        self._starting = asyncio.Semaphore(_STARTS)
        self._closed = False

    async def warm(self) -> None:
        """Has one ready.

        :raises KGError: if none can be started
        """
        await self._make()

    async def ask(self, place: Place, question: Question) -> Raw:
        """An answer, within the limits.

        :raises Refused: if the question is wrong
        :raises TooSlow: if it takes too long
        :raises Busy: if it is slow and too many others are
        """
        limits = self._places.limits
        engine = await self._taken()
        asking = asyncio.ensure_future(engine.ask(question, limits.answer, limits.rows))
        sound = False
        try:
            await self._watch(place, engine, asking)
            try:
                raw = asking.result()
            except Refused:
                sound = True
                raise
            sound = raw.whole
            return raw
        finally:
            if not asking.done():
                asking.cancel()
            # What went last once goes last for ever: a nice value can be raised, not lowered.
            if sound and engine.process.alive and not engine.process.calmed:
                self._free(engine)
            else:
                self._end(engine)
                self._spare()
                await asyncio.wait({asking})
                if not asking.cancelled():
                    # Asked for, so that an error of a query nobody waits for is not reported as forgotten.
                    asking.exception()

    async def _watch(self, place: Place, engine: E, asking: asyncio.Future[Raw]) -> None:
        """Waits for an answer for as long as its query may take."""
        limits = self._places.limits
        started = asyncio.get_running_loop().time()
        before = engine.process.worked()
        lost = asyncio.ensure_future(place.lost.wait())
        try:
            while True:
                both: set[asyncio.Future[Any]] = {asking, lost}
                await asyncio.wait(both, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
                if asking.done():
                    return
                took = asyncio.get_running_loop().time() - started
                place.worked = engine.process.worked() - before
                if place.worked > limits.haste and not engine.process.calmed:
                    engine.process.calm()
                if took > limits.patience and place not in self._places.slow and not lost.done():
                    self._places.slows(place)
                if place.lost.is_set():
                    raise Busy(
                        f"the query had not ended after {took:.0f} s while {limits.slow} others were slow as well",
                        hint="try again later, or ask for less",
                    )
                if took > limits.timeout:
                    raise TooSlow(f"the query took longer than {limits.timeout:g} s", hint="ask for less; add a LIMIT")
        finally:
            lost.cancel()

    async def _taken(self) -> E:
        """A process that has nothing to do: the first that comes free or is made."""
        making: asyncio.Task[None] | None = None
        while True:
            while self._idle:
                engine = self._idle.pop()
                if engine.process.alive:
                    return engine
                self._end(engine)
            if making is None:
                making = self._aside(self._make())
            elif making.done():
                making.result()
            self._came.clear()
            came = asyncio.ensure_future(self._came.wait())
            try:
                await asyncio.wait({making, came}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                came.cancel()

    async def _make(self) -> None:
        """Makes one, for whoever comes first."""
        # Few at a time: what many starts take of the machine, the running ones lack, and one of them is free sooner.
        async with self._starting:
            engine = await self._start(self._store, self._places.limits.memory * 2**20)
        self._all.add(engine)
        self._free(engine)

    def _free(self, engine: E) -> None:
        if self._closed or len(self._idle) >= self._places.limits.concurrency:
            self._end(engine)
        else:
            self._idle.append(engine)
            self._came.set()

    def _end(self, engine: E) -> None:
        engine.process.kill()

        async def end() -> None:
            await engine.close()
            self._all.discard(engine)

        self._aside(end())

    def _spare(self) -> None:
        """Has one ready for the next question, where there is none."""

        async def make() -> None:
            # Whoever asks next meets the error itself.
            with suppress(KGError):
                await self._make()

        if not self._idle and not self._closed and (self._next is None or self._next.done()):
            self._next = self._aside(make())

    def _aside(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task

    async def close(self) -> None:
        """Ends all processes."""
        self._closed = True
        self._idle.clear()
        for engine in list(self._all):
            self._end(engine)
        while self._beside:
            await asyncio.wait(list(self._beside))
