"""Which entities stand in the middle: degree, strength, PageRank, eigenvector, k-core, HITS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.brokerage import betweenness as betweenness_of
from kg.analyze.projection import Matrix, Weight, cooccurrence
from kg.model import EntityType
from kg.store import Index, MentionTable

__all__ = ["MEASURES", "Central", "Measure", "authorities", "central", "core_number", "eigenvector", "pagerank"]

Measure = Literal["pagerank", "degree", "strength", "eigenvector", "core", "authority", "betweenness", "papers"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


@dataclass(frozen=True, slots=True)
class Central:
    """An entity and its place in the co-occurrence graph.

    ``degree`` counts the entities it stands in papers with, ``strength`` sums the weights of these links, ``core`` is
    the largest k such that it is in a group in which each has k links; ``authority`` is that of HITS on papers and
    entities. ``betweenness`` is sampled above 5,000 entities, with its standard error.
    """

    iri: str
    label: str
    type: EntityType
    papers: int
    degree: int
    strength: float
    pagerank: float
    eigenvector: float
    core: int
    authority: float
    betweenness: float
    betweenness_error: float


def central(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    by: Measure = "pagerank",
    top: int = 50,
    weight: Weight = "npmi",
    min_papers: int = 2,
    min_support: int = 2,
) -> list[Central]:
    """Entities by their place in the co-occurrence graph.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    by : str
        The measure to sort by, one of :data:`MEASURES`.
    top : int
        Number of rows.
    weight, min_papers, min_support
        As :func:`kg.analyze.cooccurrence`.

    Returns
    -------
    list of Central
    """
    found = cooccurrence(table, keep, weight=weight, min_papers=min_papers, min_support=min_support)
    weights = found.weights
    between, error = betweenness_of(weights)
    columns = {
        "papers": found.papers,
        "degree": np.diff(weights.indptr),
        "strength": np.asarray(weights.sum(axis=1)).ravel(),
        "pagerank": pagerank(weights),
        "eigenvector": eigenvector(weights),
        "core": core_number(weights),
        "authority": authorities(found.incidence),
        "betweenness": between,
    }
    # Rounded, so that ties are ties and not the last digit of a sum.
    order = np.lexsort((-found.papers, -np.round(columns[by].astype(np.float64), 9)))[:top]
    return [
        Central(
            iri=e.iri,
            label=e.label,
            type=e.type,
            papers=int(found.papers[n]),
            degree=int(columns["degree"][n]),
            strength=round(float(columns["strength"][n]), 4),
            pagerank=round(float(columns["pagerank"][n]), 6),
            eigenvector=round(float(columns["eigenvector"][n]), 6),
            core=int(columns["core"][n]),
            authority=round(float(columns["authority"][n]), 6),
            betweenness=round(float(between[n]), 6),
            betweenness_error=round(float(error[n]), 6),
        )
        for e, n in zip(index.entities(found.entities[order].tolist()), order.tolist(), strict=True)
    ]


def pagerank(
    weights: Matrix, *, alpha: float = 0.85, restart: NDArray[np.float64] | None = None, tol: float = 1e-12
) -> NDArray[np.float64]:
    """Where a walker is found who follows links by their weight and now and then jumps anywhere.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Weight of the link from row to column, not negative.
    alpha : float
        Chance to follow a link.
    restart : float array, shape (n,), optional
        How often a jump leads to each node, not negative and not all 0: personalised PageRank. By default all alike.
    tol : float
        Stops when a step changes less than this in all.

    Returns
    -------
    float64 array, shape (n,)
        Sums to 1.

    Notes
    -----
    Power iteration, O(m) a step, some 170 steps.

    References
    ----------
    L. Page, S. Brin, R. Motwani, T. Winograd, "The PageRank citation ranking: Bringing order to the Web", 1999.

    Examples
    --------
    >>> import networkx as nx
    >>> pagerank(nx.to_scipy_sparse_array(nx.star_graph(3), format="csr", dtype=float)).round(3).tolist()
    [0.48, 0.173, 0.173, 0.173]
    """
    n = weights.shape[0]
    if not n:
        return np.empty(0)
    strength = np.asarray(weights.sum(axis=1)).ravel()
    lost = strength == 0
    share = np.divide(1.0, strength, out=np.zeros(n), where=~lost)
    step = sp.csr_array((sp.diags_array(share) @ weights).T)
    jump = np.full(n, 1 / n) if restart is None else restart / restart.sum()
    found = jump.copy()
    for _ in range(int(np.log(tol) / np.log(alpha)) + 10):
        after = alpha * (step @ found + found[lost].sum() * jump) + (1 - alpha) * jump
        change = np.abs(after - found).sum()
        found = after
        if change < tol:
            break
    return found


def eigenvector(weights: Matrix) -> NDArray[np.float64]:
    """Nodes that are linked to nodes that are linked: the leading eigenvector.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric.

    Returns
    -------
    float64 array, shape (n,)
        Not negative, of length 1; 0 outside the strongest component.

    Notes
    -----
    Lanczos iteration, O(m) a step.

    References
    ----------
    P. Bonacich, "Power and centrality: A family of measures", American Journal of Sociology 92 (1987).

    Examples
    --------
    >>> import networkx as nx
    >>> eigenvector(nx.to_scipy_sparse_array(nx.star_graph(4), format="csr", dtype=float)).round(3).tolist()
    [0.707, 0.354, 0.354, 0.354, 0.354]
    """
    return _leading(weights)


def authorities(incidence: Matrix) -> NDArray[np.float64]:
    """HITS on papers and entities: entities that the papers name which name such entities.

    Parameters
    ----------
    incidence : csr_array, shape (papers, entities)

    Returns
    -------
    float64 array, shape (entities,)
        Sums to 1. The papers' hub scores are ``incidence @ authorities``, up to a factor.

    References
    ----------
    J. Kleinberg, "Authoritative sources in a hyperlinked environment", Journal of the ACM 46 (1999).
    """
    from scipy.sparse.linalg import LinearOperator  # type: ignore[import-untyped]

    links = incidence.astype(np.float64)
    back = sp.csr_array(links.T)
    n = links.shape[1]
    found = _leading(LinearOperator((n, n), matvec=lambda x: back @ (links @ x), dtype=np.float64))
    total = found.sum()
    return found / total if total else found


def core_number(weights: Matrix) -> NDArray[np.int64]:
    """The largest k such that a node is in a group in which each has at least k links.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric; each stored entry is a link.

    Returns
    -------
    int64 array, shape (n,)

    Notes
    -----
    Peels off all nodes of too low a degree at once, k by k: O(m) in all.

    References
    ----------
    V. Batagelj, M. Zaveršnik, "An O(m) algorithm for cores decomposition of networks", 2003.

    Examples
    --------
    >>> import networkx as nx
    >>> core_number(nx.to_scipy_sparse_array(nx.lollipop_graph(3, 1), format="csr")).tolist()
    [2, 2, 2, 1]
    """
    degree = np.diff(weights.indptr).astype(np.int64)
    found = np.zeros(len(degree), dtype=np.int64)
    left = np.ones(len(degree), dtype=np.bool_)
    k = 0
    while left.any():
        peel = np.flatnonzero(left & (degree <= k))
        if not len(peel):
            k = int(degree[left].min())
            continue
        found[peel] = k
        left[peel] = False
        degree -= np.bincount(weights[peel].indices, minlength=len(degree))
    return found


def _leading(operator: Matrix) -> NDArray[np.float64]:
    """The eigenvector of the largest eigenvalue of a symmetric, not negative operator, itself not negative."""
    from scipy.sparse.linalg import eigsh

    n = operator.shape[0]
    start = np.ones(n)
    if not n or not np.any(operator @ start):
        return np.zeros(n)
    if n <= 2:
        found = np.linalg.eigh(operator @ np.eye(n))[1][:, -1]
    else:
        found = eigsh(operator, k=1, which="LA", v0=start, tol=0)[1][:, 0]
    positive: NDArray[np.float64] = np.abs(found)
    return positive
