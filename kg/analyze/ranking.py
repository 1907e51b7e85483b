"""How good a ranking is whose hits are known: the area under the curve, average precision, hits at k.

Ties are groups: no figure depends on the order in which equal scores come.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ranking", "ranking"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranking:
    """Figures of a ranking.

    ``auc`` is the chance that a hit stands before a miss, ``average_precision`` the mean of the precision at each hit,
    ``hits`` how many of the first k are hits, by k in the order asked for.
    """

    auc: float
    average_precision: float
    hits: tuple[float, ...]


def ranking(scores: NDArray[np.floating], hit: NDArray[np.bool_], at: tuple[int, ...] = (100,)) -> Ranking:
    """Measures a ranking.

    Parameters
    ----------
    scores : float array, shape (n,)
        Higher stands first.
    hit : bool array, shape (n,)
        At least one hit and one miss.
    at : tuple of int
        The k of ``hits``.

    Returns
    -------
    Ranking
        Among equal scores each order is as likely as another: ``auc`` counts them half, ``hits`` by their share.

    Notes
    -----
    One sort, O(n log n). The area is the Mann-Whitney statistic [1]_; average precision sums precision over the steps
    of recall, without interpolation, as ``sklearn.metrics.average_precision_score``.

    References
    ----------
    .. [1] J. Hanley, B. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
       curve", Radiology 143 (1982).

    Examples
    --------
    >>> import numpy as np
    >>> ranking(np.array([3.0, 2.0, 1.0, 1.0]), np.array([True, False, True, False]), (1, 3))
    Ranking(auc=0.625, average_precision=0.75, hits=(1.0, 1.5))
    """
    order = np.argsort(-scores, kind="stable")
    ranked, found = scores[order], hit[order]
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True)) + 1
    hits = np.cumsum(found)[ends - 1].astype(np.float64)
    fresh, wide = np.diff(hits, prepend=0), np.diff(ends, prepend=0)
    positive, negative = float(hits[-1]), float(len(hit) - hits[-1])
    misses = wide - fresh
    # Misses behind a group, and half of those in it.
    behind = negative - np.cumsum(misses) + misses / 2
    auc = float((fresh * behind).sum() / (positive * negative)) if positive and negative else float("nan")
    precision = float((fresh * hits / ends).sum() / positive) if positive else float("nan")
    counts = []
    for k in at:
        group = int(np.searchsorted(ends, min(k, len(hit))))
        before = hits[group - 1] if group else 0.0
        taken = min(k, len(hit)) - (ends[group - 1] if group else 0)
        counts.append(float(before + fresh[group] * taken / wide[group]) if len(hit) else 0.0)
    return Ranking(auc, precision, tuple(counts))
