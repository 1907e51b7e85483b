"""A graph folder opened at its current generation, and what stands in it by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kg.errors import NotFoundError
from kg.filters import Filters, kept_mentions
from kg.store import EntityRow, Generation, GraphFolder, Index, MentionTable, PaperRow, open_store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyoxigraph import Store

T = TypeVar("T")

__all__ = ["Opened"]


class Opened:
    """A graph folder, open for reading. Cheap to make: what a method needs is loaded when it is first used."""

    def __init__(self, path: str | Path) -> None:
        self.folder = GraphFolder(path)
        self.generation: Generation = self.folder.current()

    def __repr__(self) -> str:
        manifest = self.generation.manifest
        return f"<kg.Graph {self.folder.path}: {manifest['papers']} papers, {manifest['entities']} entities>"

    @cached_property
    def store(self) -> Store:
        """The Oxigraph store, read only."""
        return self._opened(lambda: open_store(self.generation.store))

    @cached_property
    def index(self) -> Index:
        """Papers and entities by row, and the search."""

        def opened() -> Index:
            index = Index(self.generation.index)
            # SQLite reads a file only when it is first asked.
            index.find_entity("")
            return index

        return self._opened(opened)

    @cached_property
    def table(self) -> MentionTable:
        """The mention table."""
        return self._opened(lambda: MentionTable.open(self.generation.mentions))

    def _opened(self, opener: Callable[[], T]) -> T:
        try:
            return opener()
        except (OSError, RuntimeError, ValueError, sqlite3.DatabaseError) as error:
            raise self.generation.unreadable(error) from error

    def _reopen(self) -> None:
        self.__init__(self.folder.path)  # type: ignore[misc]
        for name in ("store", "index", "table"):
            self.__dict__.pop(name, None)

    def find_entity(self, name: str) -> EntityRow:
        """The entity of that label, alias, slug or IRI.

        :raises NotFoundError: with names that are near
        """
        found = self.index.find_entity(name)
        if found is None:
            raise self._not_found("entity", name)
        return found

    def find_paper(self, name: str) -> PaperRow:
        """The paper of that IRI, identifier or title.

        :raises NotFoundError: if there is none
        """
        found = self.index.find_paper(name)
        if found is None:
            raise self._not_found("paper", name)
        return found

    def _not_found(self, kind: str, name: str) -> NotFoundError:
        near = self.index.near(name) or [h.label for h in self.index.search(name, 3)]
        hint = f"did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else "try `kg search` with a word of it"
        return NotFoundError(f"no {kind} called “{name}” in this graph", hint=hint)

    def keep(self, filters: Filters = Filters()) -> NDArray[np.bool_]:
        """Which rows of the mention table pass the filters."""
        return kept_mentions(filters, self.index, self.table)
