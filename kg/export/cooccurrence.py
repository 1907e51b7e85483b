"""The network of entities that papers name together: an edge weighs as many papers as name both of its ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.store import EntityRow, Generation, Index, MentionTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

__all__ = ["EDGES", "Cooccurrence", "cooccurrence"]

#: Edges that a network holds at most where no least number of papers is given: what desktop programs still draw.
EDGES = 200_000
# Entities whose edges are counted at a time.
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """The network, its edges counted anew each time they are asked for, so that they need not be held.

    :param entities: the nodes: entities that at least ``min_support`` papers name, by row
    :param papers: how many papers name each
    :param min_support: how many papers the ends of an edge share at least
    """

    entities: tuple[EntityRow, ...]
    papers: tuple[int, ...]
    min_support: int
    _matrix: csr_array

    def edges(self) -> Iterator[tuple[int, int, int]]:
        """Positions in ``entities`` of the two ends, the lesser first, and the weight; sorted."""
        for one, two, weight in _blocks(self._matrix, self.min_support):
            yield from zip(one.tolist(), two.tolist(), weight.tolist(), strict=True)


def cooccurrence(generation: Generation, min_support: int | None = None) -> Cooccurrence:
    """The network of a graph.

    :param min_support: papers that the ends of an edge share at least, and that name a node; None is the least number
        that leaves at most :data:`EDGES` edges
    """
    import numpy as np

    table = MentionTable.open(generation.mentions)
    whole = _matrix(table)
    least = _least(whole) if min_support is None else min_support
    papers = np.diff(whole.tocsc().indptr)
    rows = np.flatnonzero(papers >= least)
    index = Index(generation.index)
    try:
        entities = index.entities(rows.tolist())
    finally:
        index.close()
    return Cooccurrence(tuple(entities), tuple(papers[rows].tolist()), least, whole[:, rows])


def _matrix(table: MentionTable) -> csr_array:
    """Papers by entities, 1 where the one names the other."""
    import numpy as np
    from scipy.sparse import csr_array

    pairs = np.unique(table.paper.astype(np.uint64) * max(table.entities, 1) + table.entity)
    paper, entity = np.divmod(pairs, max(table.entities, 1))
    shape = (table.papers, table.entities)
    ones = np.ones(len(pairs), dtype=np.int32)
    return csr_array((ones, (paper.astype(np.int64), entity.astype(np.int64))), shape=shape)


def _least(matrix: csr_array) -> int:
    import numpy as np

    counts = np.zeros(1, dtype=np.int64)
    for _, _, weight in _blocks(matrix, 1):
        found = np.bincount(weight)
        size = max(len(counts), len(found))
        counts = np.pad(counts, (0, size - len(counts))) + np.pad(found, (0, size - len(found)))
    # at_least[n] is the number of edges of weight n and more.
    at_least = np.append(np.cumsum(counts[::-1])[::-1], 0)
    return max(1, int(np.argmax(at_least <= EDGES)))


def _blocks(matrix: csr_array, least: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]]:
    import numpy as np

    by_entity = matrix.T.tocsr()
    for start in range(0, by_entity.shape[0], _BLOCK):
        block = (by_entity[start : start + _BLOCK] @ matrix).tocoo()
        one, two = block.coords
        one = one.astype(np.int64) + start
        keep = (two > one) & (block.data >= least)
        one, two, weight = one[keep], two[keep].astype(np.int64), block.data[keep]
        order = np.lexsort((two, one))
        yield one[order], two[order], weight[order]
