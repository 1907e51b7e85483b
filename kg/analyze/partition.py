"""A corpus cut into clusters: what clusters, bridges and gaps are all read from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.affinity import affinity
from kg.analyze.backbone import validated
from kg.analyze.communities import Method, communities, modularity
from kg.analyze.nullmodel import votes
from kg.analyze.projection import Matrix, Projection, cooccurrence
from kg.analyze.terms import log_odds, title
from kg.model import TYPES
from kg.store import Index, MentionTable

__all__ = ["Partition", "partition"]

# What is tried where no resolution is given, the finest first; it must keep that share of the coarsest's modularity.
_RESOLUTIONS = (2.0, 1.0)
_KEPT = 0.95
# Types that name a field of research; models, data sets and metrics are its things.
_NAMING = ("Method", "Task", "Concept")


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Entities and papers by cluster.

    Attributes
    ----------
    projection : Projection
    backbone : csr_array, shape (n, n)
        Pairs that share more papers than chance gives (:func:`kg.analyze.validated`), for the measures of brokerage.
    ties : csr_array, shape (n, n)
        What the clusters were found in (:func:`kg.analyze.affinity`).
    labels : int64 array, shape (n,)
        Cluster of each node, from 0 by falling size; -1 for none.
    names : tuple of str
        A name for each of the k clusters, from its own terms.
    scores : float64 array, shape (k, n)
        How much each cluster's papers name each entity more than others do (:func:`kg.analyze.log_odds`).
    rarity : float64 array, shape (n,)
        Inverse document frequency of each entity, what it weighs in a paper.
    votes : float64 array, shape (papers of the table, k)
        How much of each cluster is in a paper: its entities there, the rarer the weightier.
    home : int64 array, shape (papers of the table,)
        The cluster of each paper, the one with most votes; -1 for none.
    """

    projection: Projection
    backbone: Matrix
    ties: Matrix
    labels: NDArray[np.int64]
    names: tuple[str, ...]
    scores: NDArray[np.float64]
    rarity: NDArray[np.float64]
    votes: NDArray[np.float64]
    home: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of clusters."""
        return len(self.names)

    def members(self, cluster: int) -> NDArray[np.int64]:
        """Nodes of a cluster, its own terms first."""
        nodes = np.flatnonzero(self.labels == cluster)
        found: NDArray[np.int64] = nodes[np.argsort(-self.scores[cluster, nodes], kind="stable")]
        return found


def partition(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    method: Method = "leiden",
    resolution: float | None = None,
    seed: int = 0,
    min_papers: int = 2,
    min_support: int = 2,
    min_size: int = 5,
    alpha: float | None = None,
) -> Partition:
    """Cuts a corpus into clusters of entities that share more papers than chance gives.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    method, seed
        As :func:`kg.analyze.communities`.
    resolution : float, optional
        Above 1 for more and smaller clusters, below 1 for fewer. By default 2, at which clusters of the corpora that
        this was tried on are most alike from seed to seed (:func:`kg.analyze.scan`); or 1, where the finer cut loses
        more than a twentieth of the modularity: then there are no finer clusters.
    min_papers, min_support : int
        Least number of papers of an entity, and of a pair of entities.
    min_size : int
        Least number of entities of a cluster; those of smaller ones belong to none.
    alpha : float, optional
        As :func:`kg.analyze.validated`.

    Returns
    -------
    Partition

    Notes
    -----
    A paper belongs to the cluster that most of its entities are of, each weighted by its inverse document frequency.
    """
    projection = cooccurrence(table, keep, weight="npmi", min_papers=min_papers)
    backbone = validated(projection, alpha=alpha, min_support=min_support)
    ties = affinity(projection, min_support=min_support)
    labels = _cut(ties, method, resolution, seed)
    size = np.bincount(labels) if len(labels) else np.empty(0, dtype=np.int64)
    labels = np.where(size[labels] >= min_size, labels, -1) if len(labels) else labels
    count = int(labels.max(initial=-1)) + 1
    rarity = np.log((projection.total + 1) / np.maximum(projection.papers, 1))
    shares = votes(projection.incidence, labels, rarity)
    home = (
        np.where(shares.max(axis=1, initial=0) > 0, shares.argmax(axis=1), -1) if count else np.full(table.papers, -1)
    )
    placed = np.flatnonzero(home >= 0)
    group = sp.csr_array((np.ones(len(placed)), (home[placed], placed)), shape=(count, table.papers))
    scores = log_odds(group @ projection.incidence)
    names = _names(index, table, projection, labels, scores)
    return Partition(projection, backbone, ties, labels, names, scores, rarity, shares, home)


def _cut(ties: Matrix, method: Method, resolution: float | None, seed: int) -> NDArray[np.int64]:
    if resolution is not None:
        return communities(ties, method=method, resolution=resolution, seed=seed)
    fine, coarse = (communities(ties, method=method, resolution=r, seed=seed) for r in _RESOLUTIONS)
    return fine if modularity(ties, fine) >= _KEPT * modularity(ties, coarse) else coarse


def _names(
    index: Index, table: MentionTable, projection: Projection, labels: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[str, ...]:
    naming = np.isin(table.type[projection.entities], [TYPES.index(t) for t in _NAMING])
    found = []
    for cluster in range(len(scores)):
        nodes = np.flatnonzero(labels == cluster)
        best = nodes[np.lexsort((-scores[cluster, nodes], ~naming[nodes]))][:12]
        found.append(title([e.label for e in index.entities(projection.entities[best].tolist())]))
    return tuple(found)
