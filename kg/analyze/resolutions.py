"""Which resolution to cut a corpus at: clusters over a range of them, and how stable they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.analyze.affinity import affinity
from kg.analyze.agreement import RESOLUTIONS, Resolution, scan
from kg.analyze.communities import Method
from kg.analyze.partition import core
from kg.analyze.projection import cooccurrence, narrowed
from kg.store import MentionTable

__all__ = ["resolutions"]


def resolutions(
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    at: Sequence[float] = RESOLUTIONS,
    method: Method = "leiden",
    seeds: int = 5,
    seed: int = 0,
    min_papers: int = 2,
    min_support: int = 2,
    min_size: int = 5,
) -> list[Resolution]:
    """Clusters of a corpus at several resolutions, and how alike they are from seed to seed.

    Of the entities that clusters are found among (:func:`kg.analyze.partition`).

    Parameters
    ----------
    table : MentionTable
    keep : bool array, one flag a mention, optional
        Mentions that count.
    at : sequence of float
        Resolutions.
    seeds : int
        Answers that are compared at each.
    method, seed, min_papers, min_support, min_size
        As :func:`kg.analyze.partition`.

    Returns
    -------
    list of Resolution
        As :func:`kg.analyze.scan`; empty where no two entities stand in papers together.
    """
    projection = cooccurrence(table, keep, weight="npmi", min_papers=min_papers)
    ties = affinity(narrowed(projection, core(projection)), min_support=min_support)
    if not ties.nnz:
        return []
    return scan(ties, at, method=method, seeds=seeds, seed=seed, min_size=min_size)
