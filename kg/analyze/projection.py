"""The mention table as networks: papers by entities, entities that papers name together.

All of it is sparse matrices from the table's columns; nothing loops over mentions, papers or pairs in Python.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.model import ROLES, TYPES, EntityType, Role
from kg.store import Index, MentionTable

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

__all__ = ["WEIGHTS", "Matrix", "Projection", "Weight", "cooccurrence", "narrowed", "npmi", "reweight", "to_networkx"]

Weight = Literal["count", "npmi", "jaccard", "fractional"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)

# Pairs that are listed at a time.
_LISTED = 10_000_000

#: A ``scipy.sparse.csr_array``; scipy has no types of its own.
Matrix: TypeAlias = Any


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Entities joined by the papers that name both.

    Node ``i`` of the matrices is the entity of row ``entities[i]`` in the index; rows ascend, so nodes stand in the
    order of their IRIs.

    Attributes
    ----------
    entities : int64 array, shape (n,)
        Row of each node's entity in the index.
    papers : int64 array, shape (n,)
        Papers that name it.
    total : int
        Papers that name any entity and pass the filter.
    incidence : csr_array of int64, shape (papers of the table, n)
        1 where the paper names the entity.
    counts : csr_array of int64, shape (n, n)
        Papers that name both; symmetric, empty diagonal.
    weights : csr_array of float64, shape (n, n)
        The same, weighted; holds positive weights only.
    weight : str
        Which weighting that is.
    """

    entities: NDArray[np.int64]
    papers: NDArray[np.int64]
    total: int
    incidence: Matrix
    counts: Matrix
    weights: Matrix
    weight: Weight

    def __len__(self) -> int:
        return len(self.entities)

    def node(self, entity: int) -> int | None:
        """The node of an entity's row in the index; None if the projection leaves it out."""
        i = int(np.searchsorted(self.entities, entity))
        return i if i < len(self.entities) and self.entities[i] == entity else None


def cooccurrence(
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    weight: Weight = "count",
    types: Sequence[EntityType] = (),
    roles: Sequence[Role] = (),
    min_papers: int = 1,
    min_support: int = 1,
) -> Projection:
    """Projects the mention table onto its entities: which ones stand in papers together.

    Parameters
    ----------
    table : MentionTable
    keep : bool array, one flag a mention, optional
        Mentions that count, as :meth:`MentionTable.where` gives them.
    weight : {"count", "npmi", "jaccard", "fractional"}
        How two entities that share papers are weighted. ``fractional`` gives each paper that names k entities 1 to
        share out over an entity's k - 1 pairs, so that a survey counts no more than a note [2]_.
    types, roles : sequences of str, optional
        Entity types and roles that count; all where empty.
    min_papers : int
        Least number of papers of an entity.
    min_support : int
        Least number of papers of a pair.

    Returns
    -------
    Projection

    Notes
    -----
    Time and memory grow with the number of pairs that papers name: the sum, over papers, of half the squared number of
    entities. NPMI [1]_ is between -1 (never together) and 1 (never apart), against the
    number of papers that pass; a pair with an NPMI of 0 or less has a count and no weight.

    References
    ----------
    .. [1] G. Bouma, "Normalized (pointwise) mutual information in collocation extraction", GSCL 2009.
    .. [2] A. Perianes-Rodriguez, L. Waltman, N. J. van Eck, "Constructing bibliometric networks: A comparison between
       full and fractional counting", Journal of Informetrics 10 (2016).
    """
    rows = np.ones(len(table), dtype=np.bool_) if keep is None else keep
    if types:
        rows = rows & np.isin(table.type, [TYPES.index(t) for t in types])[table.entity]
    if roles:
        rows = rows & np.isin(table.role, [ROLES.index(r) for r in roles])
    named = sp.csr_array(
        (np.ones(int(rows.sum()), dtype=np.int32), (table.paper[rows], table.entity[rows])),
        shape=(table.papers, max(table.entities, 1)),
    )
    # Adds up mentions and sorts each paper's entities; far faster than to sort all pairs of paper and entity.
    named.sum_duplicates()
    support = np.bincount(named.indices, minlength=table.entities).astype(np.int64)
    entities = np.flatnonzero((support >= min_papers) & (support > 0))
    node = np.full(max(table.entities, 1), -1, dtype=np.int64)
    node[entities] = np.arange(len(entities))
    inside = node[named.indices] >= 0
    begins = np.concatenate(([0], np.cumsum(inside)))[named.indptr]
    incidence = sp.csr_array(
        (np.ones(int(inside.sum()), dtype=np.int64), node[named.indices[inside]], begins),
        shape=(table.papers, len(entities)),
    )
    # What an engine has counted over all mentions holds for any choice of entities, not of mentions or roles.
    counted = table.pairs is not None and not roles and (keep is None or bool(keep.all()))
    counts = _counted(table, node, len(entities)) if counted else _together(incidence)
    if min_support > 1:
        counts.data[counts.data < min_support] = 0
        counts.eliminate_zeros()
    empty = sp.csr_array(counts.shape, dtype=np.float64)
    total = int(np.count_nonzero(np.diff(named.indptr)))
    found = Projection(entities, support[entities], total, incidence, counts, empty, weight)
    return reweight(found, weight)


def narrowed(projection: Projection, nodes: NDArray[np.int64]) -> Projection:
    """The same projection with these nodes alone; papers that name none of them still count in ``total``."""
    return replace(
        projection,
        entities=projection.entities[nodes],
        papers=projection.papers[nodes],
        incidence=sp.csr_array(projection.incidence[:, nodes]),
        counts=sp.csr_array(projection.counts[nodes][:, nodes]),
        weights=sp.csr_array(projection.weights[nodes][:, nodes]),
    )


def reweight(projection: Projection, weight: Weight) -> Projection:
    """The same projection under another weighting."""
    counts = projection.counts
    row, column = _ends(counts)
    both = counts.data.astype(np.float64)
    if weight == "npmi":
        data = npmi(both, projection.papers[row], projection.papers[column], projection.total)
    elif weight == "jaccard":
        data = both / (projection.papers[row] + projection.papers[column] - both)
    elif weight == "fractional":
        size = projection.incidence.sum(axis=1)
        share = sp.diags_array(1.0 / np.maximum(size - 1, 1))
        shared = _without_diagonal(projection.incidence.T @ share @ projection.incidence)
        data = (shared * (counts > 0)).tocsr().sorted_indices().data if counts.nnz else both
    else:
        data = both
    if len(data) and data.min() <= 0:
        # Only what is above 0 is held; else both matrices have the same pairs, and share where they stand.
        weights = sp.csr_array((np.maximum(data, 0), counts.indices.copy(), counts.indptr.copy()), shape=counts.shape)
        weights.eliminate_zeros()
    else:
        weights = sp.csr_array((data, counts.indices, counts.indptr), shape=counts.shape)
    return replace(projection, weights=weights, weight=weight)


def npmi(
    both: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64], total: int
) -> NDArray[np.float64]:
    """Normalised pointwise mutual information of pairs.

    Parameters
    ----------
    both, one, other : arrays of one length
        Papers that name both (1 or more), the one, the other.
    total : int
        All papers.

    Returns
    -------
    float64 array
        Between -1 and 1; 1 where both are in every paper, the limit for pairs that are never apart.

    Examples
    --------
    >>> import numpy as np
    >>> npmi(np.array([2.0, 1.0, 4.0]), np.array([2, 2, 4]), np.array([2, 2, 4]), 4)
    array([1., 0., 1.])
    """
    found: NDArray[np.float64] = np.ones(len(both))
    some = both < total
    b = both[some]
    # One logarithm of exact products, so that independence is 0 and not 1e-17.
    found[some] = np.log(b * total / (one[some].astype(np.float64) * other[some])) / np.log(total / b)
    return found


def to_networkx(projection: Projection, index: Index) -> nx.Graph:
    """The projection as a networkx graph, for any algorithm that takes one.

    Nodes are IRIs with ``label``, ``type``, ``papers``; edges (those with a positive weight) have ``weight``,
    ``papers`` and ``npmi``.

    Notes
    -----
    Some 1 kB a node and 0.6 kB an edge: use the sparse form for large graphs.
    """
    import networkx as nx

    graph = nx.Graph(weight=projection.weight, papers=projection.total)
    rows = index.entities(projection.entities.tolist())
    iris = [e.iri for e in rows]
    # What add_node and add_edge do, without looking at each end again: there are no nodes twice, nor edges.
    nodes, adjacency = graph._node, graph._adj
    for entity, iri, papers in zip(rows, iris, projection.papers.tolist(), strict=True):
        nodes[iri] = {"iri": iri, "label": entity.label, "type": entity.type, "papers": papers}
        adjacency[iri] = {}
    upper = sp.triu(projection.weights, k=1, format="coo")
    # Counts and weights need not hold the same pairs: those of the weights, in the weights' order.
    both = np.asarray(projection.counts[upper.row, upper.col]).ravel() if upper.nnz else np.empty(0, dtype=np.int64)
    information = npmi(
        both.astype(np.float64), projection.papers[upper.row], projection.papers[upper.col], projection.total
    )
    columns = (upper.row, upper.col, upper.data, both, information)
    neighbours = list(adjacency.values())
    with _uncollected():
        for i, j, w, c, m in zip(*(c.tolist() for c in columns), strict=True):
            neighbours[i][iris[j]] = neighbours[j][iris[i]] = {"weight": w, "papers": c, "npmi": m}
    return graph


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps the garbage collector, which took half the time, from what makes very many objects and no garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _counted(table: MentionTable, node: NDArray[np.int64], nodes: int) -> Matrix:
    """The counts that the table holds, between the entities that are nodes."""
    if table.pairs is None:
        raise ValueError("the table holds no counts")
    one, other, papers = (np.asarray(column) for column in table.pairs)
    row, column = node[one], node[other]
    inside = (row >= 0) & (column >= 0)
    ends, both = (row[inside], column[inside]), papers[inside].astype(np.int64)
    upper = sp.csr_array((both, ends), shape=(nodes, nodes))
    found = sp.csr_array(upper + upper.T)
    found.sort_indices()
    return found


def _together(incidence: Matrix) -> Matrix:
    """How many papers name both, for each pair of entities: the product of the incidence with itself, no diagonal.

    All pairs of each paper are listed and counted, one half of the matrix: some four times as fast as the product.
    """
    n = incidence.shape[1]
    size = np.diff(incidence.indptr)
    pairs = np.concatenate(([0], np.cumsum(size * (size - 1) // 2)))
    half = sp.csr_array((n, n), dtype=np.int32)
    first = 0
    while first < len(size):
        # At least one paper a block, at most so many pairs that their listing stays small.
        last = max(int(np.searchsorted(pairs, pairs[first] + _LISTED, side="right")) - 1, first + 1)
        half = half + _listed(incidence.indices[incidence.indptr[first] : incidence.indptr[last]], size[first:last], n)
        first = last
    half = sp.csr_array(half.astype(np.int64))
    found = sp.csr_array(half + half.T)
    found.sort_indices()
    return found


def _listed(entities: NDArray[np.int32], size: NDArray[np.int64], n: int) -> Matrix:
    """Counts of the pairs of papers that each name ``size`` of the entities, ascending; the smaller one in the row."""
    place = np.arange(len(entities))
    after = np.repeat(np.cumsum(size), size) - place - 1
    begins = np.cumsum(after) - after
    row = np.repeat(entities, after)
    column = entities[np.arange(len(row)) + np.repeat(place + 1 - begins, after)]
    return sp.coo_array((np.ones(len(row), dtype=np.int32), (row, column)), shape=(n, n)).tocsr()


def _ends(matrix: Matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of each stored entry."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.indices


def _without_diagonal(matrix: Matrix) -> Matrix:
    found = sp.csr_array(matrix)
    found.sort_indices()
    row, column = _ends(found)
    inside = row != column
    begins = np.concatenate(([0], np.cumsum(np.bincount(row[inside], minlength=found.shape[0]))))
    return sp.csr_array((found.data[inside], column[inside], begins), shape=found.shape)
