"""What chance makes of a corpus in which papers keep their number of entities, entities their number of papers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix

__all__ = ["Ties", "rewired", "ties", "votes"]

_REPAIRS = 100


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """How much each entity is tied to each cluster, and how much the null model ties it.

    All arrays have the shape (entities, clusters). ``papers`` counts the entity's papers that name another entity of
    the cluster; ``amount`` is the sum, over its papers, of the share that the cluster has in their other entities;
    ``expected`` is what the null model gives, ``z`` the difference in standard deviations.
    """

    papers: NDArray[np.int64]
    amount: NDArray[np.float64]
    expected: NDArray[np.float64]
    z: NDArray[np.float64]

    @property
    def ratio(self) -> NDArray[np.float64]:
        """How many times the expected amount there is."""
        found: NDArray[np.float64] = self.amount / np.maximum(self.expected, 1e-12)
        return found


def votes(incidence: Matrix, labels: NDArray[np.int64], rarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each cluster is in each paper.

    Parameters
    ----------
    incidence : csr_array, shape (papers, entities)
    labels : int array, shape (entities,)
        Cluster of each entity; -1 for none.
    rarity : float array, shape (entities,)
        How much one entity weighs.

    Returns
    -------
    float64 array, shape (papers, clusters)
    """
    inside = np.flatnonzero(labels >= 0)
    count = int(labels.max(initial=-1)) + 1
    member = sp.csr_array((rarity[inside], (inside, labels[inside])), shape=(len(labels), count))
    found: NDArray[np.float64] = (incidence @ member).toarray().astype(np.float64)
    return found


def ties(incidence: Matrix, labels: NDArray[np.int64], rarity: NDArray[np.float64]) -> Ties:
    """Ties of entities to clusters, against the bipartite configuration model.

    Parameters
    ----------
    incidence, labels, rarity
        As in :func:`votes`.

    Returns
    -------
    Ties

    Notes
    -----
    An entity has no say in where its own papers belong, or each one would seem to stand in its own cluster: only the
    *other* entities of a paper count. In the null model [1]_ each paper keeps its number of entities and each entity
    its number of papers, so the papers of an entity are draws without replacement in which a paper's chance grows
    with its number of entities; mean and variance of a sum of such draws are those used here. Hence an entity that
    stands in a large share of all papers has a ratio near 1 to every cluster. O(mentions + papers · clusters).

    References
    ----------
    .. [1] M. Newman, S. Strogatz, D. Watts, "Random graphs with arbitrary degree distributions and their
       applications", Phys. Rev. E 64 (2001).
    """
    cluster = votes(incidence, labels, rarity)
    paper = np.repeat(np.arange(incidence.shape[0]), np.diff(incidence.indptr))
    entity = incidence.indices
    own = labels[entity]
    mine = np.where(own >= 0, rarity[entity], 0.0)
    left = cluster.sum(axis=1)[paper] - mine
    weight = np.divide(1.0, left, out=np.zeros(len(left)), where=left > 1e-9)
    shape = (incidence.shape[1], cluster.shape[1])
    shares = sp.csr_array((weight, (entity, paper)), shape=(shape[0], incidence.shape[0]))
    amount = shares @ cluster
    named = incidence.T.astype(np.float64) @ (cluster > 1e-9).astype(np.float64)
    square = np.bincount(paper, weight**2, incidence.shape[0]) @ cluster**2
    inside = own >= 0
    entry = (entity[inside], own[inside])
    before = cluster[paper[inside], own[inside]]
    after = before - mine[inside]
    np.subtract.at(amount, entry, mine[inside] * weight[inside])
    np.subtract.at(named, entry, after <= 1e-9)
    np.add.at(square, own[inside], (after**2 - before**2) * weight[inside] ** 2)
    amount = np.maximum(amount, 0)

    links = max(len(entity), 1)
    mean = amount.sum(axis=0) / links
    variance = np.maximum(square / links - mean**2, 0)
    drawn = np.bincount(entity, minlength=shape[0])[:, None].astype(np.float64)
    papers = int((np.diff(incidence.indptr) > 0).sum())
    unseen = np.maximum(papers - drawn, 0) / max(papers - 1, 1)
    expected = drawn * mean
    deviation = np.sqrt(drawn * variance * unseen)
    z = np.divide(amount - expected, deviation, out=np.zeros(shape), where=deviation > 1e-12)
    return Ties(np.rint(named).astype(np.int64), amount, expected, z)


def rewired(incidence: Matrix, seed: int = 0) -> Matrix:
    """A random network of papers and entities with the same degrees.

    Parameters
    ----------
    incidence : csr_array, shape (papers, entities)
    seed : int

    Returns
    -------
    csr_array, shape (papers, entities)

    Notes
    -----
    The entities of all links are shuffled; those that a paper then names twice change places with others, until none
    is left. Where that is impossible (an entity in nearly every paper) the last double links are dropped. O(links).

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> before = sp.csr_array([[1, 1, 0], [0, 1, 1], [1, 0, 0]])
    >>> after = rewired(before)
    >>> after.sum(axis=0).tolist() == before.sum(axis=0).tolist()
    True
    """
    rng = np.random.default_rng(seed)
    paper = np.repeat(np.arange(incidence.shape[0], dtype=np.int64), np.diff(incidence.indptr))
    entity = rng.permutation(incidence.indices.astype(np.int64))
    wide = max(incidence.shape[1], 1)
    for _ in range(_REPAIRS):
        key = paper * wide + entity
        order = np.argsort(key, kind="stable")
        twice = order[1:][np.diff(key[order]) == 0]
        if not len(twice):
            break
        change = np.union1d(twice, rng.integers(0, len(entity), 2 * len(twice)))
        entity[change] = rng.permutation(entity[change])
    found = sp.csr_array((np.ones(len(paper), dtype=np.int64), (paper, entity)), shape=incidence.shape)
    found.sum_duplicates()
    found.data[:] = 1
    return found
