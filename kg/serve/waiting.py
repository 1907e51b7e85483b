"""Waiting that costs little where nothing has to be waited for, and watching that costs little where much is watched.

A timer for each step of a request takes longer than most steps: nearly all of them have ended when first looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

__all__ = ["EVERY", "Ticks", "within"]

T = TypeVar("T")
#: Seconds between two looks.
EVERY = 0.03


async def within(seconds: float, work: Awaitable[T]) -> T:
    """The result of some work that may take so long; no timer is set where it ends without a wait.

    :raises TimeoutError: if it takes longer

    >>> async def one() -> int:
    ...     return 1
    >>> asyncio.run(within(5, one()))
    1
    >>> asyncio.run(within(0.01, asyncio.sleep(5)))
    Traceback (most recent call last):
    TimeoutError
    """
    steps = work.__await__()
    try:
        first = next(steps)
    except StopIteration as ended:
        result: T = ended.value
        return result
    async with asyncio.timeout(seconds):
        return await _Rest(steps, first)


class _Rest(Awaitable[T]):
    """Goes on with work whose first wait is known already.

    :param steps: the work
    :param first: what it waits for
    """

    def __init__(self, steps: Generator[Any, None, T], first: Any) -> None:
        self._steps = steps
        self._first = first

    def __await__(self) -> Generator[Any, None, T]:
        """As Python says."""
        step = self._first
        try:
            while True:
                try:
                    yield step
                except BaseException as error:
                    # The work's own to deal with, a cancellation too.
                    step = self._steps.throw(error)
                else:
                    step = next(self._steps)
        except StopIteration as ended:
            result: T = ended.value
            return result


class Ticks:
    """Calls whatever looks after something that runs, some thirty times a second.

    There is one timer for all, and none where nothing runs.
    """

    def __init__(self) -> None:
        self._looks: set[Callable[[], None]] = set()
        self._running = False

    def add(self, look: Callable[[], None]) -> None:
        """Calls it from now on, the first time after a tick at most."""
        self._looks.add(look)
        if not self._running:
            self._running = True
            asyncio.get_running_loop().call_later(EVERY, self._tick)

    def discard(self, look: Callable[[], None]) -> None:
        """Calls it no more."""
        self._looks.discard(look)

    def _tick(self) -> None:
        self._running = bool(self._looks)
        if self._running:
            asyncio.get_running_loop().call_later(EVERY, self._tick)
        for look in list(self._looks):
            # One may have ended what another looks after.
            if look in self._looks:
                look()
