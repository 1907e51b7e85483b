"""Communities of a weighted graph, by modularity: the same answer whatever the order of nodes and edges."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix
from kg.errors import KGError

__all__ = ["METHODS", "Method", "communities", "modularity"]

Method = Literal["louvain", "leiden"]
METHODS: tuple[Method, ...] = get_args(Method)
_ROUNDS = 3
# Edges from which on one try must do.
_MANY = 200_000


def communities(
    weights: Matrix, *, method: Method = "louvain", resolution: float = 1.0, seed: int = 0, tries: int | None = None
) -> NDArray[np.int64]:
    """Communities of an undirected graph.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, not negative, empty diagonal.
    method : {"louvain", "leiden"}
        Louvain [1]_ as networkx has it; Leiden [2]_, whose communities are connected, as networkit has it (the extra
        ``kg-papers[fast]``), on one thread: on more it gives another answer each time.
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
    Some O(m) a pass and a few passes: a try takes 0.1 s for 15,000 edges with Louvain, 4 s for a million with Leiden.

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
    try:
        import networkit as nk  # type: ignore[import-untyped]
    except ImportError as error:
        raise KGError(
            "Leiden needs networkit", hint="pip install 'kg-papers[fast]', or take the method louvain"
        ) from error
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
