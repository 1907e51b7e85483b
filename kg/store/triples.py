"""The Oxigraph store of a generation: written in bulk, opened read only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["TripleWriter", "open_store"]

# Quads that one bulk load takes: 100,000 keep the memory of the loader near 200 MB, fewer make more files to merge.
CHUNK = 100_000


class TripleWriter:
    """Takes lines of N-Quads and loads them in bulk; once closed, ``count`` says how many different ones there were."""

    def __init__(self, path: Path) -> None:
        import pyoxigraph

        self._store = pyoxigraph.Store(str(path))
        self._format = pyoxigraph.RdfFormat.N_QUADS
        self._lines: list[str] = []
        self.count = 0

    def add(self, lines: Iterable[str]) -> None:
        """Adds lines, each ended by a full stop."""
        self._lines.extend(lines)
        if len(self._lines) >= CHUNK:
            self._load()

    def _load(self) -> None:
        # The mapping makes each IRI and literal itself, so that they need no second check.
        self._store.bulk_load("\n".join(self._lines), self._format, lenient=True)
        self._lines.clear()

    def close(self) -> None:
        """Loads what is left."""
        if self._lines:
            self._load()
        self._store.flush()
        # Lines may say the same: two papers that assert one relation.
        self.count = len(self._store)
        del self._store

    def release(self) -> None:
        """Lets go of the store, finished or not: it closes when nothing refers to it."""
        self.__dict__.pop("_store", None)


def open_store(path: Path) -> Store:
    """The store of a generation, read only: many processes may have it open at once."""
    import pyoxigraph

    return pyoxigraph.Store.read_only(str(path))
