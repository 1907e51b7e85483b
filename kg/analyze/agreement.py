"""How alike two ways are to group the same things, and how stable communities are from one resolution to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.communities import Method, communities, modularity
from kg.analyze.projection import Matrix

__all__ = ["RESOLUTIONS", "Resolution", "adjusted_mutual_information", "adjusted_rand", "scan"]

#: What a scan looks at.
RESOLUTIONS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Communities at a resolution.

    ``stability`` is the mean adjusted Rand index of the answers of several seeds, one try each: 1 where all give the
    same, 0 where they agree no more than by chance. ``communities`` counts those of ``min_size`` nodes or more, of the
    best answer; ``inside`` is the share of the nodes that are in one, ``largest`` the size of the largest.
    """

    resolution: float
    communities: int
    largest: int
    inside: float
    modularity: float
    stability: float


def adjusted_rand(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """The share of pairs on which two groupings agree, above chance.

    Parameters
    ----------
    one, other : int arrays, shape (n,)
        Group of each thing, from 0.

    Returns
    -------
    float
        1 where both are the same, 0 on average by chance.

    Notes
    -----
    O(n). Equal to ``sklearn.metrics.adjusted_rand_score``.

    References
    ----------
    L. Hubert, P. Arabie, "Comparing partitions", Journal of Classification 2 (1985).

    Examples
    --------
    >>> import numpy as np
    >>> round(adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])), 3)
    0.571
    """
    table = _contingency(one, other)
    rows, columns = (_pairs(np.asarray(table.sum(axis=axis)).ravel()) for axis in (1, 0))
    both, every = _pairs(table.data), len(one) * (len(one) - 1) / 2
    chance = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == chance else float((both - chance) / (most - chance))


def adjusted_mutual_information(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """What one grouping tells of the other, above chance, over the mean of what each holds.

    Parameters
    ----------
    one, other : int arrays, shape (n,)
        Group of each thing, from 0.

    Returns
    -------
    float
        1 where both are the same, 0 on average by chance.

    Notes
    -----
    O(n + Σ over pairs of groups of the smaller size). Equal to ``sklearn.metrics.adjusted_mutual_info_score``.

    References
    ----------
    N. X. Vinh, J. Epps, J. Bailey, "Information theoretic measures for clusterings comparison", JMLR 11 (2010).

    Examples
    --------
    >>> import numpy as np
    >>> round(adjusted_mutual_information(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])), 3)
    0.571
    """
    from scipy.special import gammaln  # type: ignore[import-untyped]

    table, n = _contingency(one, other).tocoo(), len(one)
    a, b = np.bincount(one).astype(np.float64), np.bincount(other).astype(np.float64)
    shared = table.data.astype(np.float64)
    mutual = float((shared / n * np.log(n * shared / (a[table.row] * b[table.col]))).sum())
    entropy = [-float((x[x > 0] / n * np.log(x[x > 0] / n)).sum()) for x in (a, b)]
    log_factorial = gammaln(np.arange(n + 2) + 1.0)
    expected = 0.0
    sizes = [np.unique(x[x > 0].astype(np.int64), return_counts=True) for x in (a, b)]
    for x, many in zip(*(s.tolist() for s in sizes[0]), strict=True):
        for y, times in zip(*(s.tolist() for s in sizes[1]), strict=True):
            k = np.arange(max(1, x + y - n), min(x, y) + 1)
            chance = np.exp(
                log_factorial[x] + log_factorial[y] + log_factorial[n - x] + log_factorial[n - y]
                - log_factorial[n] - log_factorial[k] - log_factorial[x - k] - log_factorial[y - k]
                - log_factorial[n - x - y + k]
            )  # fmt: skip
            expected += many * times * float((k / n * np.log(n * k / (x * y)) * chance).sum())
    most = sum(entropy) / 2
    if abs(most - expected) < 1e-15:
        return 1.0
    return (mutual - expected) / (most - expected)


def scan(
    weights: Matrix,
    resolutions: Sequence[float] = RESOLUTIONS,
    *,
    method: Method = "leiden",
    seeds: int = 5,
    seed: int = 0,
    min_size: int = 5,
) -> list[Resolution]:
    """Communities over a range of resolutions, and how stable they are: which one to choose.

    Parameters
    ----------
    weights : csr_array, shape (n, n)
        As :func:`kg.analyze.communities`.
    resolutions : sequence of float
    method, seed
        As :func:`kg.analyze.communities`.
    seeds : int
        Answers that are compared, of one try each.
    min_size : int
        Nodes of a community that counts.

    Returns
    -------
    list of Resolution
        In the order of ``resolutions``.

    References
    ----------
    R. Lambiotte, "Multi-scale modularity in complex networks", WiOpt 2010, for stability as a guide to resolution.
    """
    found = []
    for resolution in resolutions:
        answers = [
            communities(weights, method=method, resolution=resolution, seed=seed + i, tries=1) for i in range(seeds)
        ]
        quality = [modularity(weights, labels, resolution=resolution) for labels in answers]
        best = answers[int(np.argmax(quality))] if quality else np.empty(0, dtype=np.int64)
        size = np.bincount(best) if len(best) else np.zeros(1, dtype=np.int64)
        inside = size[size >= min_size]
        alike = [adjusted_rand(one, other) for one, other in combinations(answers, 2)]
        found.append(
            Resolution(
                resolution=resolution,
                communities=len(inside),
                largest=int(size.max()),
                inside=round(float(inside.sum() / max(len(best), 1)), 4),
                modularity=round(modularity(weights, best), 4),
                stability=round(float(np.mean(alike)), 4) if alike else 1.0,
            )
        )
    return found


def _contingency(one: NDArray[np.int64], other: NDArray[np.int64]) -> Matrix:
    shape = (int(one.max(initial=-1)) + 1, int(other.max(initial=-1)) + 1)
    table = sp.csr_array((np.ones(len(one), dtype=np.int64), (one, other)), shape=shape)
    table.sum_duplicates()
    return table


def _pairs(sizes: NDArray[np.int64]) -> float:
    return float((sizes.astype(np.float64) * (sizes - 1) / 2).sum())
