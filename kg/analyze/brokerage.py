"""Where a node stands between others: betweenness, structural holes, participation, cut points.

Functions of a symmetric ``csr_array`` without diagonal; :func:`kg.analyze.on_graph` hands them a networkx graph.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix

__all__ = ["betweenness", "constraint", "cut_edges", "cut_points", "effective_size", "participation"]

_BATCH = 64


def betweenness(
    weights: Matrix, *, exact: int = 5000, samples: int = 500, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share of shortest paths between others that pass through each node.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric; each stored entry is an edge of length 1.
    exact : int
        Up to this number of nodes all are sources, above it ``samples`` drawn at random.
    samples, seed : int

    Returns
    -------
    values : float64 array, shape (n,)
        Between 0 and 1, as networkx normalises it.
    errors : float64 array, shape (n,)
        Standard error of each, 0 where it is exact.

    Notes
    -----
    Brandes' algorithm [1]_ on 64 sources at a time, as products of sparse and dense matrices: O(sources · m ·
    diameter), memory 64 n floats times the diameter. A sampled value is the mean over sources drawn without
    replacement [2]_, its error that of such a mean. Of a node that only few sources pass through, both are rough.

    References
    ----------
    .. [1] U. Brandes, "A faster algorithm for betweenness centrality", J. Mathematical Sociology 25 (2001).
    .. [2] U. Brandes, C. Pich, "Centrality estimation in large networks", Int. J. Bifurcation and Chaos 17 (2007).

    Examples
    --------
    >>> import networkx as nx
    >>> betweenness(nx.to_scipy_sparse_array(nx.path_graph(4), format="csr"))[0].round(3).tolist()
    [0.0, 0.667, 0.667, 0.0]
    """
    n = weights.shape[0]
    if n < 3:
        return np.zeros(n), np.zeros(n)
    edges = sp.csr_array((np.ones(len(weights.data)), weights.indices, weights.indptr), shape=weights.shape)
    chosen = np.arange(n) if n <= max(exact, samples) else np.sort(
        np.random.default_rng(seed).choice(n, samples, replace=False)
    )  # fmt: skip
    total, squares = np.zeros(n), np.zeros(n)
    for first in range(0, len(chosen), _BATCH):
        passed = _dependencies(edges, chosen[first : first + _BATCH])
        total += passed.sum(axis=1)
        squares += (passed**2).sum(axis=1)
    k, scale = len(chosen), n / ((n - 1) * (n - 2))
    mean = total / k
    if k == n:
        return mean * scale, np.zeros(n)
    variance = np.maximum(squares / k - mean**2, 0) * k / (k - 1)
    return mean * scale, np.sqrt(variance / k * (1 - k / n)) * scale


def _dependencies(edges: Matrix, sources: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much each node (row) lies on the shortest paths from each source (column)."""
    n, b = edges.shape[0], len(sources)
    paths = np.zeros((n, b))
    paths[sources, np.arange(b)] = 1
    front = paths.copy()
    fronts = [front]
    while True:
        front = edges @ front
        front[paths > 0] = 0
        if not front.any():
            break
        paths += front
        fronts.append(front)
    found = np.zeros((n, b))
    inverse = np.divide(1.0, paths, out=np.zeros((n, b)), where=paths > 0)
    for level in range(len(fronts) - 1, 0, -1):
        here = fronts[level] > 0
        back = edges @ np.where(here, (1 + found) * inverse, 0)
        found += np.where(fronts[level - 1] > 0, back * paths, 0)
    found[sources, np.arange(b)] = 0
    return found


def constraint(weights: Matrix) -> NDArray[np.float64]:
    """How much a node's neighbours are tied to each other: low for a broker between groups.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, positive.

    Returns
    -------
    float64 array, shape (n,)
        NaN for a node without a neighbour.

    Notes
    -----
    As ``networkx.constraint(G, weight="weight")``: the sum over its neighbours j of (p_ij + Σ_q p_iq p_qj)². One
    sparse product, of the pairs at distance two: O(Σ degree²).

    References
    ----------
    R. Burt, "Structural holes and good ideas", American Journal of Sociology 110 (2004).

    Examples
    --------
    >>> import networkx as nx
    >>> constraint(nx.to_scipy_sparse_array(nx.star_graph(4), format="csr")).tolist()
    [0.25, 1.0, 1.0, 1.0, 1.0]
    """
    strength = np.asarray(weights.sum(axis=1)).ravel()
    share = sp.csr_array(sp.diags_array(_inverse(strength)) @ weights)
    found = np.empty(weights.shape[0])
    for rows in _blocks(share):
        tie = share[rows] + (share[rows] @ share) * (share[rows] != 0)
        found[rows] = np.asarray((tie.power(2)).sum(axis=1)).ravel()
    found[strength == 0] = np.nan
    return found


def effective_size(weights: Matrix, *, weighted: bool = False) -> NDArray[np.float64]:
    """Neighbours of a node, less what they have in common with each other.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, positive.
    weighted : bool
        Burt's formula on the weights; else each edge counts as one, where it is degree - 2 t / degree with t the
        number of edges between the neighbours [2]_.

    Returns
    -------
    float64 array, shape (n,)
        NaN for a node without a neighbour.

    Notes
    -----
    As ``networkx.effective_size``, node by node. O(Σ degree²).

    References
    ----------
    .. [1] R. Burt, "Structural Holes: The Social Structure of Competition", Harvard University Press, 1995.
    .. [2] S. Borgatti, "Structural holes: Unpacking Burt's redundancy measures", Connections 20 (1997).

    Examples
    --------
    >>> import networkx as nx
    >>> effective_size(nx.to_scipy_sparse_array(nx.barbell_graph(3, 0), format="csr")).round(2).tolist()
    [1.0, 1.0, 2.33, 2.33, 1.0, 1.0]
    """
    degree = np.diff(weights.indptr).astype(np.float64)
    edges = sp.csr_array((np.ones(len(weights.data)), weights.indices, weights.indptr), shape=weights.shape)
    if weighted:
        share = sp.csr_array(sp.diags_array(_inverse(np.asarray(weights.sum(axis=1)).ravel())) @ weights)
        most = weights.max(axis=1).toarray().ravel() if weights.nnz else np.zeros(weights.shape[0])
        # Column j holds the ties of j, each relative to its strongest.
        tie = sp.csr_array(weights @ sp.diags_array(_inverse(most)))
    else:
        share = sp.csr_array(sp.diags_array(_inverse(degree)) @ edges)
        tie = edges
    redundant = np.empty(weights.shape[0])
    for rows in _blocks(share):
        redundant[rows] = np.asarray(((share[rows] @ tie) * edges[rows]).sum(axis=1)).ravel()
    found: NDArray[np.float64] = np.where(degree > 0, degree - redundant, np.nan)
    return found


def participation(weights: Matrix, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """How evenly a node's links spread over the groups: 0 if all go to one, near 1 if they go everywhere alike.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
    labels : int array, shape (n,)
        Group of each node; -1 counts as one more.

    Returns
    -------
    float64 array, shape (n,)
        NaN for a node without a neighbour.

    References
    ----------
    R. Guimerà, L. A. N. Amaral, "Functional cartography of complex metabolic networks", Nature 433 (2005).

    Examples
    --------
    >>> import networkx as nx, numpy as np
    >>> participation(nx.to_scipy_sparse_array(nx.path_graph(3), format="csr"), np.array([0, 0, 1])).tolist()
    [0.0, 0.5, 0.0]
    """
    n = len(labels)
    groups = sp.csr_array((np.ones(n), (np.arange(n), labels + 1)), shape=(n, int(labels.max(initial=-1)) + 2))
    strength = np.asarray(weights.sum(axis=1)).ravel()
    share = sp.diags_array(_inverse(strength)) @ sp.csr_array(weights @ groups)
    found: NDArray[np.float64] = np.maximum(1 - np.asarray(share.power(2).sum(axis=1)).ravel(), 0)
    found[strength == 0] = np.nan
    return found


def cut_points(weights: Matrix) -> NDArray[np.bool_]:
    """Articulation points: nodes without which their component falls apart.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric.

    Returns
    -------
    bool array, shape (n,)

    Notes
    -----
    A depth-first walk of each component; O(n + m).

    References
    ----------
    J. Hopcroft, R. Tarjan, "Efficient algorithms for graph manipulation", Communications of the ACM 16 (1973).

    Examples
    --------
    >>> import networkx as nx
    >>> cut_points(nx.to_scipy_sparse_array(nx.path_graph(3), format="csr")).tolist()
    [False, True, False]
    """
    n = weights.shape[0]
    found = np.zeros(n, dtype=np.bool_)
    if not weights.nnz:
        return found
    child, parent, low, number, roots = _walk(weights)
    found[parent[low[child] >= number[parent]]] = True
    found[roots] = np.bincount(parent, minlength=n)[roots] > 1
    return found


def cut_edges(weights: Matrix) -> NDArray[np.int64]:
    """Bridge edges: links without which their component falls apart.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric.

    Returns
    -------
    int64 array, shape (k, 2)
        The two nodes of each, the smaller first; sorted.

    Notes
    -----
    As ``networkx.bridges``. A depth-first walk of each component; O(n + m).

    References
    ----------
    R. Tarjan, "A note on finding the bridges of a graph", Information Processing Letters 2 (1974).

    Examples
    --------
    >>> import networkx as nx
    >>> cut_edges(nx.to_scipy_sparse_array(nx.lollipop_graph(3, 2), format="csr")).tolist()
    [[2, 3], [3, 4]]
    """
    if not weights.nnz:
        return np.empty((0, 2), dtype=np.int64)
    child, parent, low, number, _ = _walk(weights)
    # Nothing below the child leads to the parent or above it, but for the link itself.
    cut = low[child] > number[parent]
    ends = np.sort(np.column_stack([parent[cut], child[cut]]), axis=1)
    found: NDArray[np.int64] = ends[np.lexsort((ends[:, 1], ends[:, 0]))].astype(np.int64)
    return found


def _walk(weights: Matrix) -> tuple[NDArray[np.int64], ...]:
    """A depth-first walk of each component: the nodes but the roots and their parents, the number of the earliest node
    that each one's subtree is linked to other than by its link to its parent, the number of each node, the roots."""
    from scipy.sparse.csgraph import connected_components, depth_first_order  # type: ignore[import-untyped]

    n = weights.shape[0]
    # One node more, with a link to the first of each component, so that one walk from it sees them all.
    _, part = connected_components(weights, directed=False)
    roots = np.unique(part, return_index=True)[1]
    places = np.append(weights.indptr, len(weights.indices) + len(roots))
    nodes = np.concatenate([weights.indices, roots])
    walk = sp.csr_array((np.ones(len(nodes)), nodes, places), shape=(n + 1, n + 1))
    order, above = depth_first_order(walk, n)
    number = np.empty(n + 1, dtype=np.int64)
    number[order] = np.arange(n + 1)

    up = np.repeat(above[:n], np.diff(weights.indptr))
    seen = np.where(weights.indices == up, n + 1, number[weights.indices])
    linked = np.flatnonzero(np.diff(weights.indptr))
    low = number[:n].copy()
    low[linked] = np.minimum(low[linked], np.minimum.reduceat(seen, weights.indptr[linked]))
    lows, parents = low.tolist(), above.tolist()
    for node in order[:0:-1].tolist():
        parent = parents[node]
        if parent < n and lows[node] < lows[parent]:
            lows[parent] = lows[node]
    child = np.flatnonzero(above[:n] < n)
    return child, above[child], np.array(lows), number[:n], roots


def _inverse(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.divide(1.0, values, out=np.zeros(len(values)), where=values > 0)
    return found


def _blocks(matrix: Matrix, budget: int = 20_000_000) -> list[NDArray[np.int64]]:
    """Rows in runs whose product with the matrix stays within a budget of entries."""
    pattern = sp.csr_array((np.ones(len(matrix.data)), matrix.indices, matrix.indptr), shape=matrix.shape)
    reach = np.cumsum(pattern @ np.diff(matrix.indptr).astype(np.float64))
    ends = np.searchsorted(reach, np.arange(budget, reach[-1] if len(reach) else 0, budget))
    return [run for run in np.split(np.arange(matrix.shape[0]), np.unique(ends)) if len(run)]
