"""Which links of a network say something: all others are what its nodes' degrees alone would give."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix, Projection, npmi

__all__ = ["disparity", "tail", "validated"]

# From the strictest on; the last takes any pair that stands together more than expected.
_LEVELS = (0.01, 0.05, 0.2, 1.0)


def validated(projection: Projection, *, alpha: float | None = None, min_support: int = 2) -> Matrix:
    """The pairs of entities that share more papers than chance gives, weighted by their NPMI.

    Parameters
    ----------
    projection : Projection
    alpha : float, optional
        A pair stays if that many shared papers, or more, have a smaller probability than this when each entity keeps
        its number of papers and draws them at random. By default the first of 0.01, 0.05, 0.2 and 1 at which half of
        the entities keep a link: few papers cannot make much significant.
    min_support : int
        Least number of papers of a pair.

    Returns
    -------
    csr_array of float64, shape (n, n)

    Notes
    -----
    The test is the hypergeometric one of a statistically validated projection [1]_, without its correction for many
    tests: here a false link costs less than a missed one. An entity that half of the papers name has next to no link
    left, because all its pairs are expected. O(m).

    References
    ----------
    .. [1] M. Tumminello et al., "Statistically validated networks in bipartite complex systems", PLoS ONE 6 (2011).
    """
    upper = sp.triu(projection.counts, k=1, format="coo")
    enough = upper.data >= min_support
    row, column, both = upper.row[enough], upper.col[enough], upper.data[enough]
    one, other = projection.papers[row], projection.papers[column]
    more = both * projection.total > one * other
    row, column, both, one, other = row[more], column[more], both[more], one[more], other[more]
    chance = tail(both, one, other, projection.total)
    for level in _LEVELS if alpha is None else (alpha,):
        sure = chance <= level
        if 2 * len(np.union1d(row[sure], column[sure])) >= len(projection):
            break
    weight = npmi(both[sure].astype(np.float64), one[sure], other[sure], projection.total)
    half = sp.csr_array((weight, (row[sure], column[sure])), shape=projection.counts.shape)
    found = sp.csr_array(half + half.T)
    found.sort_indices()
    return found


def tail(both: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64], total: int) -> NDArray[np.float64]:
    """The probability that two random sets of papers share that many papers or more (hypergeometric).

    Parameters
    ----------
    both, one, other : int arrays of one length
        Papers shared, which must be more than expected, papers of the one, papers of the other.
    total : int
        All papers.

    Returns
    -------
    float64 array

    Notes
    -----
    Sums the terms from ``both`` on, each from the one before, until they no longer count: above the mean they fall
    fast. Some hundred times as fast as ``scipy.stats.hypergeom.sf``, which it equals to 1e-9 of its value.

    Examples
    --------
    >>> import numpy as np
    >>> tail(np.array([2]), np.array([2]), np.array([2]), 10).round(4).tolist()
    [0.0222]
    """
    from scipy.special import gammaln  # type: ignore[import-untyped]

    log_factorial = gammaln(np.arange(total + 2) + 1.0)

    def log_choose(n: NDArray[np.int64] | int, k: NDArray[np.int64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = log_factorial[n] - log_factorial[k] - log_factorial[n - k]
        return found

    term = np.exp(log_choose(one, both) + log_choose(total - one, other - both) - log_choose(total, other))
    found = term.copy()
    left = np.arange(len(both))
    x, a, b = both.astype(np.float64), one.astype(np.float64), other.astype(np.float64)
    while len(left):
        term = term * (a - x) * (b - x) / ((x + 1) * (total - a - b + x + 1))
        found[left] += term
        going = term > 1e-12 * found[left]
        left, term, x, a, b = left[going], term[going], x[going] + 1, a[going], b[going]
    return found


def disparity(weights: Matrix, *, alpha: float = 0.05) -> Matrix:
    """The multiscale backbone: links that carry more of a node's weight than an even share would.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        Symmetric, positive.
    alpha : float
        A link stays if it is significant at this level for one of its two nodes.

    Returns
    -------
    csr_array, shape (n, n)

    Notes
    -----
    O(m). A node with a single link never makes it significant.

    References
    ----------
    M. A. Serrano, M. Boguñá, A. Vespignani, "Extracting the multiscale backbone of complex weighted networks",
    PNAS 106 (2009).

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> star = sp.csr_array([[0, 9.0, 0.1, 0.1], [9.0, 0, 0, 0], [0.1, 0, 0, 0], [0.1, 0, 0, 0]])
    >>> disparity(star).toarray()[0].tolist()
    [0.0, 9.0, 0.0, 0.0]
    """
    entries = weights.tocoo()
    strength = np.asarray(weights.sum(axis=1)).ravel()
    degree = np.diff(weights.indptr)
    share = entries.data / strength[entries.row]
    chance = np.where(degree[entries.row] > 1, (1 - share) ** (degree[entries.row] - 1), 1.0)
    sure = sp.csr_array((chance < alpha, (entries.row, entries.col)), shape=weights.shape)
    found = sp.csr_array(weights * (sure + sure.T))
    found.eliminate_zeros()
    return found
