"""How near two nodes that no edge joins stand to each other: what predicts that one will.

Functions of a symmetric ``csr_array`` without diagonal and of the rows that are asked about; each gives a dense block,
one row for each, one column for each node. All are symmetric: ``f(A, [i])[0, j] == f(A, [j])[0, i]``.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix

__all__ = [
    "adamic_adar",
    "common_neighbours",
    "factorised",
    "katz",
    "largest_eigenvalue",
    "personalised_pagerank",
    "preferential_attachment",
    "resource_allocation",
    "spectrum",
]

Block = NDArray[np.float64]


def common_neighbours(weights: Matrix, rows: NDArray[np.int64]) -> Block:
    """Neighbours that both nodes have.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Each stored entry is an edge, whatever its weight.
    rows : int array, shape (b,)

    Returns
    -------
    float64 array, shape (b, n)

    Notes
    -----
    As ``networkx.common_neighbor_centrality`` counts them with ``alpha=1``; O(Σ degree² of the rows).

    References
    ----------
    D. Liben-Nowell, J. Kleinberg, "The link-prediction problem for social networks", JASIST 58 (2007).

    Examples
    --------
    >>> import networkx as nx, numpy as np
    >>> common_neighbours(nx.to_scipy_sparse_array(nx.cycle_graph(4), format="csr"), np.array([0])).tolist()
    [[2.0, 0.0, 2.0, 0.0]]
    """
    return _through(weights, rows, np.ones(weights.shape[0]))


def adamic_adar(weights: Matrix, rows: NDArray[np.int64]) -> Block:
    """Common neighbours, each worth 1 / log of its degree: the pickier, the more it says.

    Parameters and costs as :func:`common_neighbours`; values as ``networkx.adamic_adar_index``.

    References
    ----------
    L. Adamic, E. Adar, "Friends and neighbors on the Web", Social Networks 25 (2003).
    """
    degree = np.diff(weights.indptr)
    # A neighbour of two nodes has a degree of two or more.
    return _through(weights, rows, np.divide(1.0, np.log(np.maximum(degree, 2))))


def resource_allocation(weights: Matrix, rows: NDArray[np.int64]) -> Block:
    """Common neighbours, each worth 1 / degree.

    Parameters and costs as :func:`common_neighbours`; values as ``networkx.resource_allocation_index``.

    References
    ----------
    T. Zhou, L. Lü, Y.-C. Zhang, "Predicting missing links via local information", Eur. Phys. J. B 71 (2009).
    """
    return _through(weights, rows, 1.0 / np.maximum(np.diff(weights.indptr), 1))


def preferential_attachment(weights: Matrix, rows: NDArray[np.int64]) -> Block:
    """The product of the two degrees: what popularity alone predicts.

    Parameters as :func:`common_neighbours`; values as ``networkx.preferential_attachment``.

    References
    ----------
    A.-L. Barabási, R. Albert, "Emergence of scaling in random networks", Science 286 (1999).
    """
    degree = np.diff(weights.indptr).astype(np.float64)
    return np.outer(degree[rows], degree)


def katz(weights: Matrix, rows: NDArray[np.int64], *, beta: float | None = None, length: int = 4) -> Block:
    """Walks between the two nodes, each step of which costs a factor.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
    rows : int array, shape (b,)
    beta : float, optional
        The factor, below 1 over the largest eigenvalue; half of that by default.
    length : int
        Longest walk that counts.

    Returns
    -------
    float64 array, shape (b, n)
        Σ βˡ (Aˡ) for l from 1 to ``length``; the rest of the endless sum is less than 2 to the -length of it with the
        default factor.

    Notes
    -----
    O(b m length).

    References
    ----------
    L. Katz, "A new status index derived from sociometric analysis", Psychometrika 18 (1953).

    Examples
    --------
    >>> import networkx as nx, numpy as np
    >>> path = nx.to_scipy_sparse_array(nx.path_graph(3), format="csr", dtype=float)
    >>> katz(path, np.array([0]), beta=0.1, length=2).round(3).tolist()
    [[0.01, 0.1, 0.01]]
    """
    if beta is None:
        largest = largest_eigenvalue(weights)
        beta = 0.5 / largest if largest else 0.0
    walks = _starts(weights.shape[0], rows)
    found = np.zeros_like(walks)
    for _ in range(length):
        walks = beta * (weights @ walks)
        found += walks
    return np.ascontiguousarray(found.T)


def personalised_pagerank(weights: Matrix, rows: NDArray[np.int64], *, alpha: float = 0.5, steps: int = 10) -> Block:
    """How often walkers from the one are found at the other, and back.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, positive: a walker takes an edge by its weight.
    rows : int array, shape (b,)
    alpha : float
        Chance to walk on; else the walker starts again.
    steps : int
        Longest walk that counts; what is left out is alpha to that power.

    Returns
    -------
    float64 array, shape (b, n)
        The two probabilities, added.

    Notes
    -----
    O(b m steps). In an undirected graph the way back follows from the way there: π_i(j) s_i = π_j(i) s_j with s the
    strengths, so that one direction is walked.

    References
    ----------
    G. Jeh, J. Widom, "Scaling personalized web search", WWW 2003.

    Examples
    --------
    >>> import networkx as nx, numpy as np
    >>> pair = nx.to_scipy_sparse_array(nx.path_graph(2), format="csr", dtype=float)
    >>> personalised_pagerank(pair, np.array([0]), steps=60).round(3).tolist()
    [[1.333, 0.667]]
    """
    strength = np.asarray(weights.sum(axis=1)).ravel()
    share = np.divide(1.0, strength, out=np.zeros(len(strength)), where=strength > 0)
    step = sp.csr_array(weights @ sp.diags_array(share))
    walkers = _starts(weights.shape[0], rows)
    found = (1 - alpha) * walkers
    for _ in range(steps):
        walkers = alpha * (step @ walkers)
        found += (1 - alpha) * walkers
    there = found.T
    back = strength[rows][:, None] * share[None, :]
    return np.ascontiguousarray(there * (1 + back))


def spectrum(weights: Matrix, dimensions: int = 64, *, seed: int = 0) -> tuple[NDArray[np.float64], Block]:
    """The adjacency matrix in a few dimensions: the largest eigenvalues of D^-½ A D^-½ by size, and their vectors.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric.
    dimensions : int
    seed : int
        Of the vector that the iteration starts from.

    Returns
    -------
    values : float64 array, shape (d,)
    vectors : float64 array, shape (n, d)

    Notes
    -----
    Lanczos iteration, O(m d) a step. Fewer dimensions where the graph has fewer nodes.

    References
    ----------
    U. von Luxburg, "A tutorial on spectral clustering", Statistics and Computing 17 (2007).
    """
    from scipy.sparse.linalg import eigsh  # type: ignore[import-untyped]

    n = weights.shape[0]
    strength = np.asarray(weights.sum(axis=1)).ravel()
    root = np.divide(1.0, np.sqrt(strength), out=np.zeros(n), where=strength > 0)
    matrix = sp.csr_array(sp.diags_array(root) @ weights @ sp.diags_array(root)).astype(np.float64)
    d = min(dimensions, n - 2)
    if d < 1 or not matrix.nnz:
        return np.zeros(0), np.zeros((n, 0))
    start = np.random.default_rng(seed).random(n)
    values, vectors = eigsh(matrix, k=d, which="LM", v0=start)
    return values, vectors


def factorised(values: NDArray[np.float64], vectors: Block, rows: NDArray[np.int64]) -> Block:
    """What a matrix of few dimensions (:func:`spectrum`) says of pairs: the entries that it puts where no edge is.

    References
    ----------
    A. K. Menon, C. Elkan, "Link prediction via matrix factorization", ECML PKDD 2011, for the idea.
    """
    found: Block = (vectors[rows] * values) @ vectors.T
    return found


def largest_eigenvalue(weights: Matrix, *, steps: int = 100, tol: float = 1e-6) -> float:
    """The largest eigenvalue of a symmetric matrix that is not negative, by power iteration; 0 without an edge."""
    vector = np.asarray(weights.sum(axis=1)).ravel().astype(np.float64)
    value = 0.0
    for _ in range(steps):
        length = float(np.linalg.norm(vector))
        if length == 0:
            return 0.0
        vector /= length
        # The shift makes the largest one the only one of its size, in a bipartite graph too.
        after = weights @ vector
        before, value = value, float(vector @ after)
        if abs(value - before) <= tol * abs(value):
            break
        vector = after + value * vector
    return value


def _through(weights: Matrix, rows: NDArray[np.int64], worth: NDArray[np.float64]) -> Block:
    """Common neighbours, each with its worth."""
    edges = sp.csr_array((np.ones(len(weights.indices)), weights.indices, weights.indptr), shape=weights.shape)
    found: Block = (edges[rows] @ sp.diags_array(worth) @ edges).toarray()
    return found


def _starts(n: int, rows: NDArray[np.int64]) -> Block:
    found = np.zeros((n, len(rows)))
    found[rows, np.arange(len(rows))] = 1
    return found
