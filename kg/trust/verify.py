"""Reads every mention and statement of a generation again, in this process or in several."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass

from kg.errors import GraphError
from kg.records import Records
from kg.store import Generation, Index
from kg.trust.reread import CHECKS, Finding, Reread

__all__ = ["Verification", "verify"]

# Papers that are checked between two reports of progress, or by a process at a time.
PART = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """The figures of a verification: for each of :data:`CHECKS` how many were checked, and how many are wrong."""

    checks: tuple[tuple[str, int, int], ...]
    triples: int
    seconds: float

    @property
    def wrong(self) -> int:
        """How many findings there are; none means that everything holds."""
        return sum(wrong for _, _, wrong in self.checks)


_Counts = dict[str, int]

# In a worker: the generation that it checks.
_reread: Reread | None = None


def verify(
    generation: Generation,
    report: Callable[[Finding], None],
    progress: Callable[[str, int, int | None], None] | None = None,
    *,
    workers: int = 1,
) -> Verification:
    """Checks all that a generation holds.

    :param report: is called with everything that is wrong
    :param workers: processes that read papers
    :raises GraphError: if a file of the generation cannot be opened
    """
    started = time.monotonic()
    with _readable(generation), _opened(generation, report) as run:
        run.files()
        papers = 0
        for part in _parts(run, workers):
            papers += part
            if progress is not None:
                progress("verify", papers, run.table.papers)
        run.all_papers(papers)
        run.entities()
        run.relations()
        run.strays()
        checks = tuple((name, run.checked[name], run.wrong[name]) for name in CHECKS)
        return Verification(checks, run.triples, time.monotonic() - started)


def _parts(run: Reread, workers: int) -> Iterator[int]:
    """Checks the papers part by part; gives the number of papers of each."""
    starts = range(0, max(run.table.papers, 1), PART)
    # The last part takes what the index has beyond the mention table.
    ranges = [(start, None if start == starts[-1] else start + PART) for start in starts]
    if workers <= 1 or len(ranges) == 1:
        for start, stop in ranges:
            yield run.papers(start, stop)
        return
    context = multiprocessing.get_context("spawn")
    generation = run.generation
    with ProcessPoolExecutor(min(workers, len(ranges)), context, initializer=_start, initargs=(generation,)) as pool:
        for papers, accounted, checked, findings in pool.map(_check, *zip(*ranges, strict=True)):
            run.accounted += accounted
            for check, count in checked.items():
                run.checked[check] += count
            for finding in findings:
                run.say(finding.check, finding.iri, finding.reason)
            yield papers


def _start(generation: Generation) -> None:
    global _reread
    index, records = Index(generation.index), Records(generation.records, frozen=True)
    _reread = Reread(generation, index, records, lambda finding: None)


def _check(start: int, stop: int | None) -> tuple[int, int, _Counts, list[Finding]]:
    """Papers, accounted triples, checks and findings of some rows."""
    if _reread is None:
        raise RuntimeError("the worker has no graph: _start has not run")
    findings: list[Finding] = []
    _reread.report = findings.append
    _reread.accounted = 0
    _reread.checked = dict.fromkeys(CHECKS, 0)
    papers = _reread.papers(start, stop)
    return papers, _reread.accounted, _reread.checked, findings


@contextmanager
def _opened(generation: Generation, report: Callable[[Finding], None]) -> Iterator[Reread]:
    with closing(Index(generation.index)) as index, closing(Records(generation.records, frozen=True)) as records:
        yield Reread(generation, index, records, report)


@contextmanager
def _readable(generation: Generation) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError, ValueError, sqlite3.DatabaseError) as error:
        raise GraphError(
            f"generation {generation.path.name} cannot be read ({error})",
            where=str(generation.path.parents[1]),
            hint="go back with `kg undo`, or build it again with `kg build --replace SOURCE…`",
        ) from error
