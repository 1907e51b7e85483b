"""Extraction on one machine: in this process, or in batches handed to workers that load the pipeline once."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from kg.extract import DEFAULT_PROFILE, Extractor
from kg.model import Extraction, Origin, Paper
from kg.store.cache import decode, encode

__all__ = ["Task", "extract_all", "extract_papers"]

#: Key, title and abstract of a text to read.
Task = tuple[str, str, str]
BATCH = 128
# Batches that wait or run at a time for each worker: enough to keep it busy, few enough to keep memory flat.
AHEAD = 3

# The extractor of a worker process.
_own: Extractor | None = None


def extract_all(
    tasks: Iterable[Task],
    *,
    profile: str = DEFAULT_PROFILE,
    vocabulary: Sequence[str] = (),
    builtin: bool = True,
    workers: int = 1,
) -> Generator[list[tuple[str, bytes]], None, None]:
    """Key and encoded extraction of each text, batch by batch, in the order given whatever the number of workers.

    Memory does not grow with the number of texts.
    """
    batches = _batches(tasks)
    if workers <= 1:
        extractor: Extractor | None = None
        for batch in batches:
            # Not before the first text: a build that finds them all in its cache does without the pipeline.
            extractor = extractor or Extractor(profile, vocabulary, builtin=builtin)
            yield _read(extractor, batch)
        return
    # Not forked: threads of the libraries in use do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, context, initializer=_work, initargs=(profile, tuple(vocabulary), builtin)
    ) as pool:
        waiting: deque[Future[list[tuple[str, bytes]]]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(_run, batch))
                if len(waiting) >= workers * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def extract_papers(
    papers: Iterable[Paper],
    *,
    profile: str = DEFAULT_PROFILE,
    vocabulary: Sequence[str] = (),
    builtin: bool = True,
    workers: int = 1,
) -> Iterator[tuple[Paper, Extraction]]:
    """Each paper with what its text says, in the order given."""
    waiting: deque[Paper] = deque()

    def tasks() -> Iterator[Task]:
        for paper in papers:
            waiting.append(paper)
            yield "", paper.title, paper.abstract

    for batch in extract_all(tasks(), profile=profile, vocabulary=vocabulary, builtin=builtin, workers=workers):
        for _, found in batch:
            yield waiting.popleft(), decode(found)


def _batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    stream = iter(tasks)
    while batch := list(islice(stream, BATCH)):
        yield batch


def _work(profile: str, vocabulary: Sequence[str], builtin: bool) -> None:
    """Makes a worker ready, and sees to it that it ends with the build that started it, even where that is killed."""
    from threading import Thread

    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()
    global _own
    _own = Extractor(profile, vocabulary, builtin=builtin)


def _follow(sentinel: int) -> None:
    import os
    from multiprocessing.connection import wait

    wait([sentinel])
    # Nobody waits for an answer, and what the build had finished is on disk.
    os._exit(1)


def _run(batch: list[Task]) -> list[tuple[str, bytes]]:
    if _own is None:
        raise RuntimeError("the worker has no pipeline: _work has not run")
    return _read(_own, batch)


def _read(extractor: Extractor, batch: list[Task]) -> list[tuple[str, bytes]]:
    nowhere = Origin("", "", 0)
    papers = [Paper(title, abstract, nowhere, id=key) for key, title, abstract in batch]
    return [(paper.id, encode(found)) for paper, found in extractor(papers)]
