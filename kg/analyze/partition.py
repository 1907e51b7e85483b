"""A corpus cut into clusters: what clusters, bridges and gaps are all read from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.affinity import affinity
from kg.analyze.agreement import Resolution, scan
from kg.analyze.backbone import validated
from kg.analyze.communities import Method, communities
from kg.analyze.nullmodel import votes
from kg.analyze.projection import Matrix, Projection, cooccurrence, narrowed
from kg.analyze.terms import log_odds, title
from kg.model import TYPES
from kg.store import Index, MentionTable

__all__ = ["Partition", "core", "least_papers", "partition"]

# What is tried where no resolution is given, the finest first. A finer cut is taken if seeds disagree on it at most
# that many times as much as on the steadiest one, and if it keeps that share of the best modularity: where there are no
# finer clusters it loses both. Clusters of a handful of papers each are no fields: how many papers are a field grows
# with the corpus, as the square root of it, so that the number of fields does too (20 papers of 810, 113 of 25,000).
_RESOLUTIONS = (8.0, 4.0, 2.0, 1.0)
_UNSTEADY = 1.5
_KEPT = 0.7
_FIELD = 1.4
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
        How much any two entities belong together (:func:`kg.analyze.affinity`).
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
        Above 1 for more and smaller clusters, below 1 for fewer. By default the finest of 8, 4, 2 and 1 at which
        clusters are nearly as alike from seed to seed as at the most stable one of them (:func:`kg.analyze.scan`), and
        no more than 1.4 times the square root of the number of papers.
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
    Clusters are found among the entities of :func:`least_papers` papers or more; each other entity goes to the cluster
    that it is tied to most. A paper belongs to the cluster that most of its entities are of, each weighted by its
    inverse document frequency.
    """
    projection = cooccurrence(table, keep, weight="npmi", min_papers=min_papers)
    backbone = validated(projection, alpha=alpha, min_support=min_support)
    ties = affinity(projection, min_support=min_support)
    nodes = core(projection)
    inner = ties if len(nodes) == len(projection) else affinity(narrowed(projection, nodes), min_support=min_support)
    labels = _spread(ties, nodes, _cut(inner, projection.total, method, resolution, seed, min_size), min_size)
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


def least_papers(papers: int) -> int:
    """How many papers must name an entity so that clusters are sought among it and its like.

    A tenth of the square root of the number of papers, at least 2: 3 of 810, 16 of 25,000.

    Notes
    -----
    What two of a thousand papers name lies where those two papers lie, and pulls clusters together by chance. Measured
    on three corpora (810, 12,000 and 25,000 papers): clusters of two random halves of the papers agree better (adjusted
    mutual information) if entities below about this bound are left out, and worse again far above it.

    >>> least_papers(100), least_papers(810), least_papers(25_000)
    (2, 3, 16)
    """
    return max(2, math.ceil(math.sqrt(papers) / 10))


def core(projection: Projection) -> NDArray[np.int64]:
    """The nodes that clusters are found among (:func:`least_papers`)."""
    return np.flatnonzero(projection.papers >= least_papers(projection.total))


def _cut(
    ties: Matrix, papers: int, method: Method, resolution: float | None, seed: int, min_size: int
) -> NDArray[np.int64]:
    if resolution is None:
        resolution = _finest(scan(ties, _RESOLUTIONS, method=method, seed=seed, min_size=min_size), papers)
    return communities(ties, method=method, resolution=resolution, seed=seed)


def _finest(tried: Sequence[Resolution], papers: int) -> float:
    """The finest resolution, of those tried from the finest on, that is as good as the others."""
    apart = max(r.modularity for r in tried) * _KEPT
    fields = [r for r in tried if r.modularity >= apart and r.communities <= _FIELD * math.sqrt(papers)] or [tried[-1]]
    unsteady = min(1 - r.stability for r in fields) * _UNSTEADY + 0.01
    return next(r.resolution for r in fields if 1 - r.stability <= unsteady)


def _spread(ties: Matrix, nodes: NDArray[np.int64], found: NDArray[np.int64], min_size: int) -> NDArray[np.int64]:
    """The clusters of some nodes, with each other node in the one that it is tied to most; by falling size.

    Clusters of fewer than ``min_size`` nodes are none; -1 for what is tied to no cluster.
    """
    labels = np.full(ties.shape[0], -1, dtype=np.int64)
    labels[nodes] = found
    rest = np.setdiff1d(np.arange(len(labels)), nodes, assume_unique=True)
    if len(nodes) and len(rest):
        member = sp.csr_array((np.ones(len(nodes)), (nodes, found)), shape=(len(labels), int(found.max()) + 1))
        strength = np.round((ties[rest] @ member).toarray(), 12)
        labels[rest] = np.where(strength.max(axis=1) > 0, strength.argmax(axis=1), -1)
    size = np.bincount(labels[labels >= 0])
    order = np.argsort(-size, kind="stable")
    rank = np.empty(len(size), dtype=np.int64)
    rank[order] = np.where(size[order] >= min_size, np.arange(len(size)), -1)
    return np.where(labels >= 0, rank[labels], -1) if len(size) else labels


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
