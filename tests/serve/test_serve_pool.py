"""A process that had died before it was asked is no matter of the one who asks; one that dies of a question is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from kg.serve.engine import Crashed, Engine, Question, Raw
from kg.serve.limits import Limits
from kg.serve.pool import Places, Pool
from kg.serve.process import Process


class Still:
    """Stands for a process that has ended, which nobody has noticed."""

    alive, calmed = True, False

    def kill(self) -> None:
        self.alive = False

    def worked(self) -> float:
        return 0.0


class Failing:
    """Stands for an engine: it dies of a question after a time, or answers where none is given."""

    def __init__(self, after: float | None) -> None:
        self.process = cast(Process, cast(Any, Still()))
        self._after = after

    async def ask(self, question: Question, most_bytes: int, most_rows: int) -> Raw:
        if self._after is None:
            return Raw(False, b"{}", True)
        await asyncio.sleep(self._after)
        raise Crashed("gone")

    async def close(self) -> None:
        return None


async def _answer(*after: float | None) -> Raw:
    left = list(after)

    async def start(store: Path, memory: int) -> Engine:
        return Failing(left.pop(0) if left else 0.0)

    places = Places(Limits())
    pool = Pool(Path(), places, start)
    try:
        async with places.take() as place:
            return await pool.ask(place, Question("ASK {}"))
    finally:
        await pool.close()


def test_the_question_goes_to_another_where_one_is_gone_at_once() -> None:
    assert asyncio.run(_answer(0.0, None, None, None, None)).body == b"{}"


@pytest.mark.parametrize("after", [(0.0, 0.0), (0.3, None)], ids=["both gone", "dies of it"])
def test_what_dies_of_a_question_is_not_asked_again(after: tuple[float | None, ...]) -> None:
    with pytest.raises(Crashed):
        asyncio.run(_answer(*after))
