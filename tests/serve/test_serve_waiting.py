"""Work is given its time, and what looks after it is called while it runs."""

from __future__ import annotations

import asyncio

import pytest

from kg.serve.waiting import Ticks, within


class Loop(asyncio.SelectorEventLoop):
    """An event loop that counts its timers."""

    timers = 0

    def call_at(self, *arguments, **options):  # type: ignore[no-untyped-def]
        """As asyncio says."""
        self.timers += 1
        return super().call_at(*arguments, **options)


def run(work):  # type: ignore[no-untyped-def]
    """The result of some work, and how many timers it took."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        result = runner.run(work)
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        return result, loop.timers


async def _told(what: object) -> object:
    if isinstance(what, Exception):
        raise what
    return what


def test_what_ends_at_once_sets_no_timer() -> None:
    assert run(within(5, _told("done"))) == ("done", 0)


def test_what_waits_gives_its_result() -> None:
    async def work() -> str:
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        return "done"

    assert run(within(5, work()))[0] == "done"


@pytest.mark.parametrize("pause", [None, 0.0, 0.01])
def test_what_fails_fails_in_its_own_way(pause: float | None) -> None:
    async def work() -> None:
        if pause is not None:
            await asyncio.sleep(pause)
        raise LookupError("its own")

    with pytest.raises(LookupError, match="its own"):
        run(within(5, work()))


def test_what_takes_too_long_is_ended_in_order() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    with pytest.raises(TimeoutError):
        run(within(0.01, work()))
    assert ended == [True]


def test_a_cancellation_is_no_end_of_the_time() -> None:
    async def work() -> bool:
        task = asyncio.create_task(within(60, asyncio.sleep(60)))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})
        return task.cancelled()

    assert run(work())[0]


def test_what_deals_with_its_cancellation_goes_on() -> None:
    async def work() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
        return "tidied up"

    async def cancelled() -> str:
        task = asyncio.create_task(within(60, work()))
        await asyncio.sleep(0.01)
        task.cancel()
        return await task

    assert run(cancelled())[0] == "tidied up"


def test_many_looks_take_one_timer_until_none_is_left() -> None:
    async def watched() -> tuple[list[int], int]:
        ticks, called = Ticks(), []
        looks = [lambda number=number: called.append(number) for number in range(20)]
        for look in looks:
            ticks.add(look)
        await asyncio.sleep(0.1)
        for look in looks:
            ticks.discard(look)
        before = len(called)
        await asyncio.sleep(0.1)
        return called, len(called) - before

    (called, later), timers = run(watched())
    assert set(called) == set(range(20)) and later == 0
    # A look at all of them and the end of it, beside the two waits of the test.
    assert timers <= 2 + len(called) / 20 + 2


def test_a_look_that_ends_another_ends_it_at_once() -> None:
    async def watched() -> list[str]:
        ticks, called = Ticks(), []

        def one() -> None:
            called.append("one")
            ticks.discard(other)

        def other() -> None:
            called.append("other")
            ticks.discard(one)

        ticks.add(one)
        ticks.add(other)
        await asyncio.sleep(0.05)
        return called

    assert len(set(run(watched())[0])) == 1
