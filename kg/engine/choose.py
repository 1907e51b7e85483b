"""Which engine a build runs on: this machine's processes, or Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.errors import KGError

if TYPE_CHECKING:
    from kg.engine.spark import Job

__all__ = ["ENGINES", "check_engine", "open_engine"]

ENGINES = ("local", "spark")


def check_engine(engine: str) -> None:
    """Sees to it that an engine is known and can start, before anything is touched.

    :raises KGError: with the one line that says what to install
    """
    if engine not in ENGINES:
        raise KGError(f"no engine “{engine}”", hint=f"there are {' and '.join(ENGINES)}")
    if engine == "spark":
        from kg.engine.spark import check_installed

        check_installed()


@contextmanager
def open_engine(
    engine: str, master: str | None, workers: int, work: str, tell: Callable[[str, int, int | None], None]
) -> Iterator[Job | None]:
    """What reads, maps and gathers in a build; None where this process and its workers do.

    :param master: URL of a Spark master; None takes Spark's own configuration, else this machine
    :param work: where Spark keeps what it has extracted: a path that driver and workers see
    """
    if engine == "local":
        yield None
        return
    from kg.engine.spark import open_job

    with open_job(master, workers, work, tell) as job:
        yield job
