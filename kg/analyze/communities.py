"""Communities of a weighted graph, by modularity: the same answer whatever the order of nodes and edges."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix

__all__ = ["METHODS", "Method", "communities", "hierarchy", "modularity"]

Method = Literal["leiden", "louvain"]
METHODS: tuple[Method, ...] = get_args(Method)
_ROUNDS = 3
# Edges from which on one try must do.
_MANY = 200_000


def communities(
    weights: Matrix, *, method: Method = "leiden", resolution: float = 1.0, seed: int = 0, tries: int | None = None
) -> NDArray[np.int64]:
    """Communities of an undirected graph.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, not negative, empty diagonal.
    method : {"leiden", "louvain"}
        Leiden [2]_, whose communities are connected, as networkit has it, on one thread: on more it gives another
        answer each time. Louvain [1]_ as networkx has it, for reference.
    resolution : float
        Above 1 for more and smaller communities, below 1 for fewer.
    seed : int
    tries : int, optional
        How often to try, with seeds from ``seed`` on; the answer with the highest modularity counts. By default 5
        times, once above 200,000 edges.

    Returns
    -------
    int64 array, shape (n,)
        Number of each node's community, from 0 by falling size, then by its first node. A node without a
        neighbour is a community of its own.

    Notes
    -----
    Some O(m) a pass and a few passes: for 80,000 edges a try of Leiden takes 0.06 s, one of Louvain 2 s.

    References
    ----------
    .. [1] V. Blondel et al., "Fast unfolding of communities in large networks", J. Stat. Mech. (2008) P10008.
    .. [2] V. Traag, L. Waltman, N. J. van Eck, "From Louvain to Leiden: guaranteeing well-connected communities",
       Scientific Reports 9 (2019).

    Examples
    --------
    >>> import networkx as nx
    >>> communities(nx.to_scipy_sparse_array(nx.barbell_graph(4, 0), format="csr")).tolist()
    [0, 0, 0, 0, 1, 1, 1, 1]
    """
    if not weights.nnz:
        return np.arange(weights.shape[0], dtype=np.int64)
    tries = tries or (1 if weights.nnz > 2 * _MANY else 5)
    once = _leiden if method == "leiden" else _louvain
    found = [once(weights, resolution, seed + i) for i in range(tries)]
    quality = [modularity(weights, labels, resolution=resolution) for labels in found]
    return _ranked(found[int(np.argmax(quality))])


def hierarchy(
    weights: Matrix,
    *,
    method: Method = "leiden",
    resolution: float = 1.0,
    seed: int = 0,
    levels: int = 2,
    min_size: int = 10,
) -> NDArray[np.int64]:
    """Communities, the communities within each, and so on.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
    method, resolution, seed
        As :func:`communities`.
    levels : int
        How deep to go.
    min_size : int
        A community of fewer nodes is not cut again.

    Returns
    -------
    int64 array, shape (levels, n)
        Number of each node's community, the coarsest level first; each community of a level lies within one of the
        level above.

    Notes
    -----
    Each community is cut by the links within it alone, so that what is small in the whole is seen. A cut counts where
    its modularity within the community is above 0.

    References
    ----------
    S. Fortunato, M. Barthélemy, "Resolution limit in community detection", PNAS 104 (2007), for why.

    Examples
    --------
    >>> import networkx as nx
    >>> rings = nx.disjoint_union(nx.ring_of_cliques(3, 5), nx.complete_graph(5))
    >>> found = hierarchy(nx.to_scipy_sparse_array(rings, format="csr"), resolution=0.1)
    >>> found[:, ::5].tolist()
    [[0, 0, 0, 1], [0, 1, 2, 3]]
    """
    above = communities(weights, method=method, resolution=resolution, seed=seed)
    found = [above]
    for _ in range(levels - 1):
        below = np.zeros(len(above), dtype=np.int64)
        for number in range(int(above.max(initial=-1)) + 1):
            nodes = np.flatnonzero(above == number)
            if len(nodes) < min_size:
                continue
            part = sp.csr_array(weights[nodes][:, nodes])
            cut = communities(part, method=method, seed=seed)
            if modularity(part, cut) > 0:
                below[nodes] = cut
        _, label = np.unique(np.column_stack([above, below]), axis=0, return_inverse=True)
        above = _ranked(label.ravel().astype(np.int64))
        found.append(above)
    return np.stack(found)


def modularity(weights: Matrix, labels: NDArray[np.int64], *, resolution: float = 1.0) -> float:
    """How much more weight lies inside the communities than in a random graph of the same strengths.

    References
    ----------
    M. Newman, M. Girvan, "Finding and evaluating community structure in networks", Phys. Rev. E 69 (2004).

    Examples
    --------
    >>> import networkx as nx, numpy as np
    >>> graph = nx.to_scipy_sparse_array(nx.barbell_graph(4, 0), format="csr")
    >>> round(modularity(graph, np.array([0, 0, 0, 0, 1, 1, 1, 1])), 3)
    0.423
    """
    total = float(weights.sum())
    if total == 0:
        return 0.0
    entries = weights.tocoo()
    inside = float(entries.data[labels[entries.row] == labels[entries.col]].sum())
    strength = np.bincount(labels, weights=np.asarray(weights.sum(axis=1)).ravel())
    return inside / total - resolution * float((strength**2).sum()) / total**2


def _louvain(weights: Matrix, resolution: float, seed: int) -> NDArray[np.int64]:
    import networkx as nx  # type: ignore[import-untyped]

    graph = nx.Graph()
    graph.add_nodes_from(range(weights.shape[0]))
    upper = sp.triu(weights, k=1, format="coo")
    order = np.lexsort((upper.col, upper.row))
    graph.add_weighted_edges_from(
        zip(upper.row[order].tolist(), upper.col[order].tolist(), upper.data[order].tolist(), strict=True)
    )
    labels = np.empty(weights.shape[0], dtype=np.int64)
    for number, nodes in enumerate(nx.community.louvain_communities(graph, resolution=resolution, seed=seed)):
        labels[list(nodes)] = number
    return labels


def _leiden(weights: Matrix, resolution: float, seed: int) -> NDArray[np.int64]:
    import networkit as nk  # type: ignore[import-untyped]

    upper = sp.triu(weights, k=1, format="coo")
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    try:
        nk.setSeed(seed, False)
        # As a tuple: of a coo_matrix it drops the weights.
        ends = (upper.row.astype(np.intp), upper.col.astype(np.intp))
        graph = nk.GraphFromCoo((upper.data.astype(np.float64), ends), n=weights.shape[0], weighted=True)
        found = nk.community.ParallelLeiden(graph, _ROUNDS, True, resolution)
        found.run()
        return np.asarray(found.getPartition().getVector(), dtype=np.int64)
    finally:
        nk.setNumberOfThreads(threads)


def _ranked(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Communities numbered by falling size, then by their first node."""
    if not len(labels):
        return labels
    _, first, number, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    found: NDArray[np.int64] = rank[number]
    return found
