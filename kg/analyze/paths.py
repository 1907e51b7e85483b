"""How two entities hang together: the shortest paths between them, each step with the papers that make it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.projection import Matrix, Projection, cooccurrence
from kg.store import Index, MentionTable

__all__ = ["EvidencePath", "Step", "evidence_paths", "paths_between", "shortest_paths"]

# What each step costs at least, so that a detour over certain links is still a detour.
_STEP = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """Two entities that papers name together; ``evidence`` has a sentence that names both, else one for each."""

    source: str
    source_label: str
    target: str
    target_label: str
    papers: int
    npmi: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class EvidencePath:
    """A way from one entity to another; the shorter, the closer."""

    length: float
    steps: tuple[Step, ...]


def evidence_paths(
    index: Index,
    table: MentionTable,
    one: int,
    other: int,
    keep: NDArray[np.bool_] | None = None,
    *,
    count: int = 3,
    papers: int = 2,
) -> list[EvidencePath]:
    """The shortest paths between two entities.

    Parameters
    ----------
    index, table
        Of one generation.
    one, other : int
        Rows of the entities in the index.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    count : int
        Number of paths.
    papers : int
        Papers that give evidence for a step.

    Returns
    -------
    list of EvidencePath
        The shortest first; none where the entities are not linked at all.

    Notes
    -----
    A step costs 1.1 - NPMI · c / (c + 1), with c the papers that name both: one over an entity that stands everywhere
    costs more than one over an entity that stands just there, and a single paper counts half [1]_.

    References
    ----------
    .. [1] P. Pantel, D. Lin, "Discovering word senses from text", KDD 2002, for the discount.
    """
    found = cooccurrence(table, keep, weight="npmi")
    start, end = found.node(one), found.node(other)
    if start is None or end is None or start == end:
        return []
    return paths_between(index, Sentences(table, index, keep), found, start, end, count=count, papers=papers)


def paths_between(
    index: Index, sentences: Sentences, found: Projection, start: int, end: int, *, count: int = 3, papers: int = 2
) -> list[EvidencePath]:
    """The shortest paths between two nodes of a projection weighted by NPMI; as :func:`evidence_paths`."""
    return [
        EvidencePath(
            length=round(length, 4),
            steps=tuple(_step(index, sentences, found, a, b, papers) for a, b in pairwise(nodes)),
        )
        for length, nodes in shortest_paths(_costs(found), start, end, count)
    ]


def shortest_paths(costs: Matrix, start: int, end: int, count: int = 3) -> list[tuple[float, list[int]]]:
    """The k shortest paths without a loop.

    Parameters
    ----------
    costs : csr_array, shape (n, n)
        Symmetric; each stored entry is a link, its value the length, above 0.
    start, end : int
    count : int

    Returns
    -------
    list of (float, list of int)
        Length and nodes of each.

    Notes
    -----
    Yen's algorithm [1]_ as networkx has it, on the links that a path of limited length can take; the limit grows until
    there are enough paths. Two runs of Dijkstra's algorithm find these links, O(m log n).

    References
    ----------
    .. [1] J. Yen, "Finding the k shortest loopless paths in a network", Management Science 17 (1971).

    Examples
    --------
    >>> import networkx as nx
    >>> ring = nx.to_scipy_sparse_array(nx.cycle_graph(5), format="csr", dtype=float)
    >>> shortest_paths(ring, 0, 2)
    [(2.0, [0, 1, 2]), (3.0, [0, 4, 3, 2])]
    """
    import networkx as nx  # type: ignore[import-untyped]
    from scipy.sparse.csgraph import dijkstra  # type: ignore[import-untyped]

    there, back = dijkstra(costs, indices=[start, end])
    reach = there + back
    if not np.isfinite(reach[start]):
        return []
    links = sp.triu(costs, k=1, format="coo")
    least = links.data + np.minimum(there[links.row] + back[links.col], there[links.col] + back[links.row])
    farthest = float(least[np.isfinite(least)].max())
    limit = 1.1 * float(reach[end]) + 1e-9
    while True:
        inside = least <= limit
        graph = nx.Graph()
        ends = (links.row[inside].tolist(), links.col[inside].tolist(), links.data[inside].tolist())
        graph.add_weighted_edges_from(sorted(zip(*ends, strict=True)))
        paths: list[tuple[float, list[int]]] = []
        for nodes in nx.shortest_simple_paths(graph, start, end, weight="weight"):
            length = sum(graph[a][b]["weight"] for a, b in pairwise(nodes))
            # Beyond the limit, nodes outside could do better.
            if len(paths) == count or (length > limit and limit < farthest):
                break
            paths.append((float(length), nodes))
        if len(paths) == count or limit >= farthest:
            return paths
        limit *= 1.5


def _costs(found: Projection) -> Matrix:
    weights = found.weights
    row = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    both = np.asarray(found.counts[row, weights.indices]).ravel() if weights.nnz else np.empty(0)
    data = 1 + _STEP - weights.data * both / (both + 1)
    return sp.csr_array((data, weights.indices, weights.indptr), shape=weights.shape)


def _step(index: Index, sentences: Sentences, found: Projection, one: int, other: int, count: int) -> Step:
    source, target = index.entities(found.entities[[one, other]].tolist())
    shared = sentences.both(source.row, target.row)
    return Step(
        source=source.iri,
        source_label=source.label,
        target=target.iri,
        target_label=target.label,
        papers=len(shared),
        npmi=round(float(found.weights[one, other]), 4),
        evidence=tuple(s for p in shared[:count] for s in sentences.together(p, source.row, target.row)),
    )
