"""The sentences that prove what an analysis says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.model import FIELDS, Field
from kg.store import Index, MentionTable, PaperRow

__all__ = ["Evidence", "Sentences"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a paper (by IRI) that names an entity.

    ``start`` and ``end`` are the mention's offsets in ``sentence``, which itself begins at ``sentence_start`` of the
    paper's field: 0-based, end exclusive, Unicode code points.
    """

    paper: str
    title: str
    issued: str | None
    field: Field
    sentence_start: int
    sentence: str
    start: int
    end: int


class Sentences:
    """Looks up sentences: the index for the text, the mention table for the offsets.

    :param keep: mentions that count, one flag each, as :meth:`MentionTable.where` gives them
    """

    def __init__(self, table: MentionTable, index: Index, keep: NDArray[np.bool_] | None = None) -> None:
        self._table = table
        self._index = index
        rows = np.arange(len(table)) if keep is None else np.flatnonzero(keep)
        order = np.lexsort((table.start[rows], table.field[rows], table.paper[rows], table.entity[rows]))
        self._rows = rows[order]
        self._key = _key(table.entity[self._rows], table.paper[self._rows])
        self._papers: dict[int, PaperRow] = {}

    def paper(self, row: int) -> PaperRow:
        """The paper of a row, read once."""
        if row not in self._papers:
            self._papers[row] = self._index.paper(row)
        return self._papers[row]

    def papers(self, entity: int) -> NDArray[np.int64]:
        """Rows of the papers that name the entity, ascending."""
        first, last = np.searchsorted(self._key, _key(np.array([entity, entity + 1]), np.array([0, 0])))
        return np.unique(self._key[first:last] & 0xFFFFFFFF).astype(np.int64)

    def of(self, paper: int, entity: int, beside: Iterable[int] = ()) -> Evidence | None:
        """The sentence of a paper that best shows an entity; None if the paper does not name it.

        One that also names an entity of ``beside`` goes first, then one of the abstract, then the surer mention, then
        the earlier.
        """
        rows = self._of(paper, entity)
        if not len(rows):
            return None
        t = self._table
        near = self._near(paper, entity, beside)
        best = min(
            rows.tolist(),
            key=lambda r: (self._sentence(r) not in near, FIELDS[t.field[r]] != "abstract", -int(t.confidence[r]), r),
        )
        return self._read(best)

    def joint(self, paper: int, entity: int, beside: Iterable[int]) -> bool:
        """Whether a sentence of the paper names the entity and one of the others."""
        near = self._near(paper, entity, beside)
        return any(self._sentence(row) in near for row in self._of(paper, entity).tolist())

    def together(self, paper: int, one: int, other: int) -> tuple[Evidence, ...]:
        """The sentence of a paper that names both entities, else one for each; none if the paper lacks one of them."""
        first, second = self.of(paper, one, (other,)), self.of(paper, other, (one,))
        if first is None or second is None:
            return ()
        same = (first.field, first.sentence_start) == (second.field, second.sentence_start)
        return (first,) if same else (first, second)

    def stretch(self, paper: int, entities: Sequence[int], field: Field, start: int, end: int) -> Evidence | None:
        """A stretch of a paper's field, shown by the first of the entities that it names; None if it names none."""
        t = self._table
        for entity in entities:
            for row in self._of(paper, entity).tolist():
                if FIELDS[t.field[row]] == field and start <= t.start[row] and t.end[row] <= end:
                    return self._read(row, (start, end))
        return None

    def both(self, one: int, other: int, count: int | None = None) -> list[int]:
        """Rows of the papers that name both entities, those with both in one sentence first."""
        shared = np.intersect1d(self.papers(one), self.papers(other), assume_unique=True).tolist()
        found: list[int] = sorted(shared, key=lambda paper: (not self.joint(paper, one, [other]), paper))
        return found[:count]

    def _near(self, paper: int, entity: int, beside: Iterable[int]) -> set[tuple[int, int]]:
        others = (self._of(paper, other) for other in beside if other != entity)
        return {self._sentence(row) for rows in others for row in rows.tolist()}

    def _sentence(self, row: int) -> tuple[int, int]:
        return int(self._table.field[row]), int(self._table.sentence_start[row])

    def _of(self, paper: int, entity: int) -> NDArray[np.int64]:
        key = _key(np.array([entity]), np.array([paper]))[0]
        return self._rows[np.searchsorted(self._key, key) : np.searchsorted(self._key, key, side="right")]

    def _read(self, row: int, stretch: tuple[int, int] | None = None) -> Evidence:
        t = self._table
        paper = self.paper(int(t.paper[row]))
        field = FIELDS[t.field[row]]
        text = paper.title if field == "title" else paper.abstract
        start, end = stretch or (int(t.sentence_start[row]), int(t.sentence_end[row]))
        return Evidence(
            paper.iri, paper.title, paper.issued, field, start, text[start:end],
            int(t.start[row]) - start, int(t.end[row]) - start,
        )  # fmt: skip


def _key(entity: NDArray[np.integer[Any]], paper: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    return (entity.astype(np.int64) << 32) | paper.astype(np.int64)
