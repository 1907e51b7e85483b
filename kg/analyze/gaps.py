"""What is missing: clusters that meet in far fewer papers than others of their size, and what could join them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.nullmodel import Ties, ties
from kg.analyze.partition import Partition, partition
from kg.model import EntityType
from kg.store import EntityRow, Index, MentionTable

__all__ = ["Closer", "Gap", "Unmet", "gaps", "gaps_of", "nearness", "quasi_independent"]

# A paper is about a cluster from this share of its entities on.
_ABOUT = 0.2
# An entity that stands everywhere closes no gap: it must stand that many times as often with each side as by chance.
_TIED = 1.5
# Of the own terms of a cluster, those that a question is worth asking about.
_TERMS = 12


@dataclass(frozen=True, slots=True)
class Closer:
    """An entity tied to both clusters of a gap: ``z`` of the weaker tie, and a sentence of each side."""

    iri: str
    label: str
    type: EntityType
    papers: int
    z: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """Two entities, one of each cluster, that no paper here mentions both; ``expected`` such papers by chance."""

    one: str
    one_label: str
    other: str
    other_label: str
    expected: float
    statement: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Two clusters that ``observed`` papers take up together where ``expected`` would.

    ``chance`` is the probability of so few; ``nearness`` says how alike the two meet all other clusters, from 0 to 1;
    ``one`` and ``other`` are numbers of clusters.
    """

    one: int
    one_name: str
    one_papers: int
    other: int
    other_name: str
    other_papers: int
    observed: int
    expected: float
    ratio: float
    chance: float
    nearness: float
    unmet: tuple[Unmet, ...]
    closers: tuple[Closer, ...]


def gaps(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 20,
    max_ratio: float = 0.5,
    max_chance: float = 0.1,
    detail: int = 3,
    **options: Any,
) -> list[Gap]:
    """Pairs of clusters that share far fewer papers than expected, the surest between near ones first.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    top : int
        Number of rows.
    max_ratio, max_chance : float
        Observed over expected papers, and the probability of that few, at most.
    detail : int
        Pairs of entities and closers told of each gap.
    **options
        As :func:`kg.analyze.partition`.

    Returns
    -------
    list of Gap

    Notes
    -----
    A paper is about each cluster that a fifth or more of it is of. What is expected is :func:`quasi_independent`: it
    takes into account how much each of the two clusters meets any other one, so that a gap is between two clusters
    that are open elsewhere. The probability is Poisson's, of this one pair: among k clusters there are k (k - 1) / 2.
    That two distant fields do not meet is no news: rows stand by the probability of so few where the expected number is
    taken times :func:`nearness`, so that clusters come first that meet the same others and not each other: structural
    holes [1]_.

    References
    ----------
    .. [1] R. Burt, "Structural Holes: The Social Structure of Competition", Harvard University Press 1992.
    """
    found = partition(index, table, keep, **options)
    return gaps_of(
        found, index, table, keep, top=top, max_ratio=max_ratio, max_chance=max_chance, detail=detail
    )  # fmt: skip


def gaps_of(
    found: Partition,
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 20,
    max_ratio: float = 0.5,
    max_chance: float = 0.1,
    detail: int = 3,
) -> list[Gap]:
    """The gaps of a partition made before; parameters as :func:`gaps`."""
    from scipy.special import pdtr  # type: ignore[import-untyped]

    if found.size < 3:
        return []
    total = found.votes.sum(axis=1, keepdims=True)
    about = (found.votes >= _ABOUT * np.maximum(total, 1e-9)).astype(np.float64)
    observed = about.T @ about
    papers = np.diag(observed).astype(np.int64)
    np.fill_diagonal(observed, 0)
    expected = quasi_independent(observed)
    chance = pdtr(observed, np.maximum(expected, 1e-12))
    near = nearness(observed, expected)
    open_ = pdtr(observed, np.maximum(expected * near, 1e-12))
    one, other = np.triu_indices(found.size, k=1)
    few = (observed[one, other] <= max_ratio * expected[one, other]) & (chance[one, other] <= max_chance)
    one, other = one[few], other[few]
    order = np.argsort(open_[one, other], kind="stable")[:top]
    if not len(order):
        return []
    sentences = Sentences(table, index, keep)
    tied = ties(found.projection.incidence, found.labels, found.rarity)
    return [
        Gap(
            one=a,
            one_name=found.names[a],
            one_papers=int(papers[a]),
            other=b,
            other_name=found.names[b],
            other_papers=int(papers[b]),
            observed=int(observed[a, b]),
            expected=round(float(expected[a, b]), 2),
            ratio=round(float(observed[a, b] / expected[a, b]), 3),
            chance=round(float(chance[a, b]), 6),
            nearness=round(float(near[a, b]), 4),
            unmet=_unmet(index, found, a, b, detail),
            closers=_closers(index, sentences, found, tied, a, b, detail),
        )
        for a, b in zip(one[order].tolist(), other[order].tolist(), strict=True)
    ]


def quasi_independent(observed: NDArray[np.float64], *, rounds: int = 200) -> NDArray[np.float64]:
    """What a symmetric table without diagonal would be if its rows and columns had nothing to do with each other.

    Parameters
    ----------
    observed : float64 array, shape (k, k)
        Symmetric, with a diagonal of 0.
    rounds : int
        Steps at most.

    Returns
    -------
    float64 array, shape (k, k)
        The same sums of rows, a diagonal of 0, and each entry the product of a factor for its row and for its column.

    References
    ----------
    L. Goodman, "The analysis of cross-classified data: Independence, quasi-independence, and interactions in
    contingency tables with or without missing entries", JASA 63 (1968). Fitted by iterative proportional scaling.

    Examples
    --------
    >>> import numpy as np
    >>> quasi_independent(np.array([[0.0, 2, 4], [2, 0, 8], [4, 8, 0]])).round(1).tolist()
    [[0.0, 2.0, 4.0], [2.0, 0.0, 8.0], [4.0, 8.0, 0.0]]
    """
    sums = observed.sum(axis=1)
    factor = np.sqrt(np.maximum(sums, 0))
    for _ in range(rounds):
        reach = factor.sum() - factor
        # The square root of the plain step: the plain one swings between two values.
        after = np.sqrt(factor * np.divide(sums, reach, out=np.zeros(len(sums)), where=reach > 0))
        if np.abs(after - factor).max(initial=0) < 1e-12:
            break
        factor = after
    found: NDArray[np.float64] = np.outer(factor, factor)
    np.fill_diagonal(found, 0)
    return found


def nearness(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How alike two rows of a symmetric table deviate from what is expected, apart from where they meet each other.

    Parameters
    ----------
    observed, expected : float64 arrays, shape (k, k)
        Symmetric, with a diagonal of 0.

    Returns
    -------
    float64 array, shape (k, k)
        The cosine of the rows of √observed / √expected - 1 above 0 (what meets more than expected), without the columns
        of the two themselves: 1 where both meet the same others, 0 where none of them.

    Examples
    --------
    >>> import numpy as np
    >>> seen = np.array([[0.0, 0, 9, 1], [0, 0, 9, 1], [9, 9, 0, 0], [1, 1, 0, 0]])
    >>> nearness(seen, 4 * (1 - np.eye(4))).round(2)[0].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    ratio = np.divide(observed, expected, out=np.zeros(observed.shape), where=expected > 0)
    more = np.maximum(np.sqrt(ratio) - 1, 0)
    square = (more**2).sum(axis=1)
    # The columns of the two themselves hold the link between them, and nothing on the diagonal.
    left = np.sqrt(np.maximum(square[:, None] - more**2, 0) * np.maximum(square[None, :] - more.T**2, 0))
    found: NDArray[np.float64] = np.divide(more @ more.T, left, out=np.zeros(more.shape), where=left > 1e-12)
    np.fill_diagonal(found, 0)
    return np.minimum(found, 1.0)


def _unmet(index: Index, found: Partition, one: int, other: int, count: int) -> tuple[Unmet, ...]:
    """The pairs of the two clusters' own terms that one would expect most and no paper has."""
    projection = found.projection
    a, b = found.members(one)[:_TERMS], found.members(other)[:_TERMS]
    together = projection.counts[a][:, b].toarray()
    expected = np.outer(projection.papers[a], projection.papers[b]) / max(projection.total, 1)
    row, column = np.nonzero(together == 0)
    best = np.argsort(-expected[row, column], kind="stable")[:count]
    pairs = []
    for i in best.tolist():
        first, second = index.entities(projection.entities[[a[row[i]], b[column[i]]]].tolist())
        pairs.append(_pair(first, second, float(expected[row[i], column[i]])))
    return tuple(pairs)


def _pair(one: EntityRow, other: EntityRow, expected: float) -> Unmet:
    return Unmet(
        one.iri, one.label, other.iri, other.label, round(expected, 3),
        f"No paper here mentions both {one.label} and {other.label}.",
    )  # fmt: skip


def _closers(
    index: Index, sentences: Sentences, found: Partition, tied: Ties, one: int, other: int, count: int
) -> tuple[Closer, ...]:
    """The entities tied to both clusters, each in two papers or more."""
    both = np.array([one, other])
    fits = (tied.papers[:, both] >= 2) & (tied.ratio[:, both] >= _TIED)
    z = np.where(fits.all(axis=1), tied.z[:, both].min(axis=1), 0)
    nodes = np.argsort(-z, kind="stable")[:count]
    nodes = nodes[z[nodes] > 0]
    rows = []
    for node, entity in zip(nodes.tolist(), index.entities(found.projection.entities[nodes].tolist()), strict=True):
        rows.append(
            Closer(
                entity.iri,
                entity.label,
                entity.type,
                int(found.projection.papers[node]),
                round(float(z[node]), 3),
                tuple(s for c in (one, other) if (s := _sentence(sentences, found, node, c)) is not None),
            )
        )
    return tuple(rows)


def _sentence(sentences: Sentences, found: Partition, node: int, cluster: int) -> Evidence | None:
    """A sentence of the paper of the entity that is most of the cluster."""
    entities, incidence = found.projection.entities, found.projection.incidence
    papers = sentences.papers(int(entities[node]))
    if not len(papers):
        return None
    votes = found.votes[papers]
    paper = int(papers[np.argmax(votes[:, cluster] / np.maximum(votes.sum(axis=1), 1e-9))])
    named = incidence.indices[incidence.indptr[paper] : incidence.indptr[paper + 1]]
    return sentences.of(paper, int(entities[node]), entities[named[found.labels[named] == cluster]].tolist())
