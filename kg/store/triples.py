"""The Oxigraph store of a generation: written in bulk, opened read only."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["TripleWriter", "open_store"]

# Quads, and characters, that one bulk load takes: 100,000 keep the memory of the loader near 200 MB, fewer make more
# files to merge. The source records are few lines, but long ones.
CHUNK = 100_000
CHARACTERS = 1 << 24


class TripleWriter:
    """Takes lines of N-Quads and loads them in bulk; once closed, ``count`` says how many different ones there were.

    :param beside: load in a thread of its own, while the next lines are made: the store needs no lock of Python's
    """

    def __init__(self, path: Path, *, beside: bool = False) -> None:
        import pyoxigraph

        self._store = pyoxigraph.Store(str(path))
        self._format = pyoxigraph.RdfFormat.N_QUADS
        self._lines: list[str] = []
        self._characters = 0
        self._thread = ThreadPoolExecutor(1, "load") if beside else None
        self._loading: Future[None] | None = None
        self.count = 0

    def add(self, lines: Iterable[str]) -> None:
        """Adds lines, each ended by a full stop."""
        before = len(self._lines)
        self._lines.extend(lines)
        self._characters += sum(map(len, self._lines[before:]))
        if len(self._lines) >= CHUNK or self._characters >= CHARACTERS:
            self._load()

    def _load(self) -> None:
        text = "\n".join(self._lines)
        self._lines.clear()
        self._characters = 0
        if self._thread is None:
            self._bulk_load(text)
        else:
            # One load at a time, so that no more than two chunks are in memory.
            self._loaded()
            self._loading = self._thread.submit(self._bulk_load, text)

    def _bulk_load(self, text: str) -> None:
        # The mapping makes each IRI and literal itself, so that they need no second check.
        self._store.bulk_load(text, self._format, lenient=True)

    def _loaded(self) -> None:
        """Waits for the load that goes on, and raises what went wrong in it."""
        if self._loading is not None:
            loading, self._loading = self._loading, None
            loading.result()

    def close(self) -> None:
        """Loads what is left."""
        if self._lines:
            self._load()
        self._loaded()
        self._store.flush()
        # Lines may say the same: two papers that assert one relation.
        self.count = len(self._store)
        del self._store

    def release(self) -> None:
        """Lets go of the store, finished or not: it closes when nothing refers to it."""
        if self._thread is not None:
            self._thread.shutdown()
            # What cannot be loaded any more belongs to a store that is thrown away.
            self._loading = None
        self.__dict__.pop("_store", None)


def open_store(path: Path) -> Store:
    """The store of a generation, read only: many processes may have it open at once."""
    import pyoxigraph

    return pyoxigraph.Store.read_only(str(path))
