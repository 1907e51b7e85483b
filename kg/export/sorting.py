"""Lines sorted by their bytes, each once, with memory that does not grow with their number: an external merge sort."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kg.errors import KGError

__all__ = ["LineSorter"]

# Bytes of lines that are held and sorted at a time; with what Python adds to each line, near 1.4 times that in memory.
RUN = 32 << 20
# Files that one merge reads, each with its buffer; far below any limit on open files.
WAYS = 64
_BUFFER = 1 << 17


class LineSorter:
    r"""Takes lines in any order and gives them back sorted, each once. Used in a ``with`` statement.

    The order is that of ``LC_ALL=C sort -u``.

    :param scratch: folder for temporary files; None is the system's
    :param run: bytes of lines held in memory

    >>> with LineSorter() as sorter:
    ...     sorter.add([b"b\n", b"a\n", b"b\n"])
    ...     list(sorter.lines())
    [b'a\n', b'b\n']
    """

    def __init__(self, scratch: Path | None = None, *, run: int = RUN) -> None:
        self._scratch = scratch
        self._run = run
        self._held: list[bytes] = []
        self._size = 0
        # Runs by level: one of level n + 1 is WAYS of level n, so that each line is merged a few times at most.
        self._levels: list[list[IO[bytes]]] = [[]]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for level in self._levels:
            for file in level:
                file.close()
        self._levels = [[]]
        self._held = []

    def add(self, lines: Iterable[bytes]) -> None:
        """Adds lines, each with its line end.

        :raises KGError: if the temporary files cannot be written
        """
        before = len(self._held)
        self._held.extend(lines)
        self._size += sum(map(len, self._held[before:]))
        if self._size >= self._run:
            self._held.sort()
            self._keep(0, _once(self._held))
            self._held = []
            self._size = 0

    def _keep(self, level: int, lines: Iterable[bytes]) -> None:
        with _temporary(self._scratch):
            file = tempfile.TemporaryFile(dir=self._scratch, buffering=_BUFFER)  # noqa: SIM115 (closed on exit)
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(file)
            file.writelines(lines)
            file.seek(0)
        runs = self._levels[level]
        if len(runs) == WAYS:
            self._keep(level + 1, _once(heapq.merge(*runs)))
            for old in runs:
                old.close()
            runs.clear()

    def lines(self) -> Iterator[bytes]:
        """All lines, sorted, each once; to be asked for one time, after the last :meth:`add`."""
        self._held.sort()
        runs = [file for level in self._levels for file in level]
        yield from _once(heapq.merge(*runs, self._held) if runs else self._held)


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (line for line, _ in groupby(lines))


@contextmanager
def _temporary(scratch: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KGError(
            f"temporary files cannot be written ({error.strerror or error})",
            where=str(scratch or tempfile.gettempdir()),
            hint="make room there, or set TMPDIR to another folder",
        ) from error
