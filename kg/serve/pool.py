"""Who is asked, when, and for how long: the places that queries take, and the processes that answer them.

At most N queries run at a time, each in a process of its own; a bounded number waits; the next is sent away. A query
that takes longer than a moment counts as slow: its process then goes last on the machine, and slow ones take at most
a quarter of the places, so that quick ones find one. What exceeds its time is ended by ending its process.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Generic, TypeVar

from kg.errors import KGError
from kg.serve.engine import Crashed, Engine, Question, Raw, Refused
from kg.serve.limits import Limits
from kg.serve.process import Process
from kg.serve.waiting import EVERY, Ticks, within

__all__ = ["Busy", "Place", "Places", "Pool", "TooSlow"]

_AT_ONCE = 0.1
_STARTS = 2
# Processes with nothing to do that are made ready for the next questions: a start takes longer than most queries do.
_SPARE = 4
E = TypeVar("E", bound=Engine)


class Busy(KGError):
    """More is asked at present than the server answers; it may be tried again later."""


class TooSlow(KGError):
    """A query that took longer than it may."""


class Place:
    """What a running query holds; ``worked`` are seconds of the processor that it has taken, ``lose`` ends it."""

    def __init__(self) -> None:
        self.worked = 0.0
        self.lose: Callable[[], None] = lambda: None


class Places:
    """The places of a server, shared by all its pools."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.running: set[Place] = set()
        self.slow: set[Place] = set()
        self.waiting = 0
        self.sending = 0
        self.ticks = Ticks()
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
            await within(self.limits.timeout, self._free.acquire())
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
            most.lose()


class _Watch:
    """Looks after a query while it runs: what works long goes last, what takes too long is ended with its process.

    :param calmed: called when the process goes last, and so will not answer another question
    """

    def __init__(self, places: Places, place: Place, process: Process, calmed: Callable[[], None]) -> None:
        self._places, self._place, self._process, self._calmed = places, place, process, calmed
        self._loop = asyncio.get_running_loop()
        self._started = self._loop.time()
        self._before: float | None = None
        self._last = False
        places.ticks.add(self._look)
        #: Why the query was ended, where it was.
        self.verdict: KGError | None = None
        place.lose = self._lose

    def stop(self) -> None:
        """The query has ended."""
        self._places.ticks.discard(self._look)
        self._place.lose = lambda: None

    def _look(self) -> None:
        limits, process, place = self._places.limits, self._process, self._place
        took = self._loop.time() - self._started
        if took > limits.timeout:
            self._end(TooSlow(f"the query took longer than {limits.timeout:g} s", hint="ask for less; add a LIMIT"))
            return
        if took < EVERY:
            # Nearly all have ended before it is worth a look at what they worked.
            return
        worked = process.worked()
        self._before = worked if self._before is None else self._before
        place.worked = worked - self._before
        if place.worked > limits.haste and not process.calmed:
            process.calm()
            self._calmed()
        if place.worked > limits.labour and not self._last:
            self._last = True
            process.last()
        if took > limits.patience and place not in self._places.slow:
            self._places.slows(place)

    def _lose(self) -> None:
        took = self._loop.time() - self._started
        what = f"the query had not ended after {took:.0f} s while {self._places.limits.slow} others were slow as well"
        self._end(Busy(what, hint="try again later, or ask for less"))

    def _end(self, verdict: KGError) -> None:
        self.verdict = verdict
        self.stop()
        self._process.kill()


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
        self._waiters: deque[asyncio.Future[E]] = deque()
        self._making = 0
        self._closed = False

    async def warm(self) -> None:
        """Has one ready, and soon a few more.

        :raises KGError: if none can be started
        """
        await self._make()
        self._spare()

    async def ask(self, place: Place, question: Question) -> Raw:
        """An answer, within the limits.

        :raises Refused: if the question is wrong
        :raises TooSlow: if it takes too long
        :raises Busy: if it is slow and too many others are
        :raises Crashed: if its process died of it
        """
        asked = asyncio.get_running_loop().time()
        try:
            return await self._asked(place, question)
        except Crashed:
            # What is gone so soon may have died while it had nothing to do, and nobody had noticed.
            if asyncio.get_running_loop().time() - asked > _AT_ONCE:
                raise
            return await self._asked(place, question)

    async def _asked(self, place: Place, question: Question) -> Raw:
        limits = self._places.limits
        engine = await self._taken()
        watch = _Watch(self._places, place, engine.process, self._spare)
        sound = False
        try:
            raw = await engine.ask(question, limits.answer, limits.rows)
            sound = raw.whole
            return raw
        except Refused:
            sound = True
            raise
        except Crashed as error:
            raise watch.verdict or error from None
        finally:
            watch.stop()
            # What went last once goes last for ever: a nice value can be raised, not lowered.
            if sound and engine.process.alive and not engine.process.calmed and watch.verdict is None:
                self._free(engine)
            else:
                self._end(engine)
                self._spare()

    async def _taken(self) -> E:
        """A process that has nothing to do: the first that comes free or is made."""
        while self._idle:
            engine = self._idle.pop()
            if engine.process.alive:
                return engine
            self._end(engine)
        waiter: asyncio.Future[E] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._spare()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._free(waiter.result())
            raise

    async def _make(self) -> None:
        """Makes one, for whoever comes first."""
        engine = await self._start(self._store, self._places.limits.memory * 2**20)
        self._all.add(engine)
        self._free(engine)

    def _free(self, engine: E) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(engine)
                return
        if self._closed or len(self._idle) >= self._places.limits.concurrency:
            self._end(engine)
        else:
            self._idle.append(engine)

    def _end(self, engine: E) -> None:
        engine.process.kill()

        async def end() -> None:
            await engine.close()
            self._all.discard(engine)

        self._aside(end())

    def _spare(self) -> None:
        """Has some made for those who wait, and for the next questions."""

        async def make() -> None:
            try:
                await self._make()
            except KGError as error:
                # Of those who wait one is told; whoever asks next meets the error itself.
                waiter = next((w for w in self._waiters if not w.done()), None)
                if waiter is not None:
                    waiter.set_exception(error)
            finally:
                self._making -= 1
                if self._waiters:
                    self._spare()

        wanted = len(self._waiters) + _SPARE - len(self._idle)
        # Few at a time: what many starts take of the machine, the running ones lack, and one of them is free sooner.
        while self._making < min(wanted, _STARTS) and not self._closed:
            self._making += 1
            self._aside(make())

    def _aside(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task

    async def close(self) -> None:
        """Ends all processes."""
        self._closed = True
        self._idle.clear()
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_exception(Busy("the server is closing"))
        for engine in list(self._all):
            self._end(engine)
        while self._beside:
            await asyncio.wait(list(self._beside))
