"""Which fields are there: clusters with a name, their terms, their papers, their place in the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.communities import communities
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.partition import Partition, partition
from kg.analyze.projection import Matrix
from kg.analyze.terms import title
from kg.model import EntityType
from kg.store import Index, MentionTable

__all__ = ["Cluster", "PaperRef", "Part", "Term", "Theme", "callon", "clusters", "clusters_of"]

# Of a cluster's terms, those that its papers to read should name.
_OWN = 10

#: The four corners of a thematic map: central and dense, dense, central, neither.
Theme: TypeAlias = Literal["motor", "niche", "basic", "emerging or declining"]

# Entities of a part that is told.
_SMALLEST = 3


@dataclass(frozen=True, slots=True)
class Term:
    """An entity of a cluster; ``score`` says how much it is the cluster's own (:func:`kg.analyze.log_odds`)."""

    iri: str
    label: str
    type: EntityType
    papers: int
    score: float


@dataclass(frozen=True, slots=True)
class PaperRef:
    """A paper of a cluster, and the sentence that shows why."""

    iri: str
    title: str
    issued: str | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Part:
    """A cluster within a cluster (:func:`kg.analyze.hierarchy`); ``members`` are the IRIs of its entities."""

    name: str
    size: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A community of entities that stand in papers together.

    ``size`` counts its entities, ``papers`` the papers that are mostly about it, ``dated`` those with a date;
    ``years`` are the first, the median and the last one of these, None without any. ``terms`` and ``examples`` are
    the first few, the most telling ones first; ``members`` are the IRIs of all its entities in that order; ``parts``
    are the clusters that it falls into, the largest first, without those of one or two entities.
    """

    id: int
    name: str
    size: int
    papers: int
    dated: int
    years: tuple[int, int, int] | None
    density: float
    centrality: float
    theme: Theme
    terms: tuple[Term, ...]
    examples: tuple[PaperRef, ...]
    members: tuple[str, ...]
    parts: tuple[Part, ...]


def clusters(
    index: Index, table: MentionTable, keep: NDArray[np.bool_] | None = None, *, top: int = 10, **options: Any
) -> list[Cluster]:
    """The clusters of a corpus, the largest first.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    top : int
        Terms and papers told of each.
    **options
        As :func:`kg.analyze.partition`.

    Returns
    -------
    list of Cluster
        None where no two entities stand together more than chance gives.
    """
    return clusters_of(index, table, partition(index, table, keep, **options), keep, top=top)


def clusters_of(
    index: Index, table: MentionTable, found: Partition, keep: NDArray[np.bool_] | None = None, *, top: int = 10
) -> list[Cluster]:
    """The clusters of a partition made before; parameters as :func:`clusters`."""
    sentences = Sentences(table, index, keep)
    density, centrality = callon(found.projection.counts, found.projection.papers, found.labels)
    return [
        Cluster(
            id=cluster,
            name=found.names[cluster],
            size=len(found.members(cluster)),
            papers=int((found.home == cluster).sum()),
            density=round(float(density[cluster]), 4),
            centrality=round(float(centrality[cluster]), 4),
            theme=_theme(density, centrality, cluster),
            terms=_terms(index, found, cluster, top),
            examples=_examples(sentences, found, cluster, top),
            members=tuple(e.iri for e in index.entities(_rows(found, found.members(cluster)))),
            parts=_parts(index, found, cluster),
            **_years(table.issued[found.home == cluster]),
        )
        for cluster in range(found.size)
    ]


def callon(
    counts: Matrix, papers: NDArray[np.int64], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Density and centrality of clusters: how much holds each together, and how much ties it to the others.

    Parameters
    ----------
    counts : csr_array, shape (n, n)
        Papers that two terms share.
    papers : int array, shape (n,)
        Papers of each term.
    labels : int array, shape (n,)
        Cluster of each term; -1 for none.

    Returns
    -------
    density, centrality : float64 arrays, shape (k,)
        100 times the sum of the equivalence indices e = c² / (p q) inside a cluster over its number of terms, and 10
        times the sum of those that leave it.

    References
    ----------
    M. Callon, J. P. Courtial, F. Laville, "Co-word analysis as a tool for describing the network of interactions
    between basic and technological research", Scientometrics 22 (1991).
    """
    count = int(labels.max(initial=-1)) + 1
    entries = counts.tocoo()
    one, other = labels[entries.row], labels[entries.col]
    strength = entries.data.astype(np.float64) ** 2 / (papers[entries.row] * papers[entries.col])
    inside, outside = (one == other) & (one >= 0), (one != other) & (one >= 0) & (other >= 0)
    size = np.bincount(labels[labels >= 0], minlength=count)
    density = 50 * np.bincount(one[inside], strength[inside], count).astype(np.float64) / np.maximum(size, 1)
    centrality = 10 * np.bincount(one[outside], strength[outside], count).astype(np.float64)
    return density, centrality


def _theme(density: NDArray[np.float64], centrality: NDArray[np.float64], cluster: int) -> Theme:
    dense = density[cluster] >= np.median(density)
    central = centrality[cluster] >= np.median(centrality)
    if central:
        return "motor" if dense else "basic"
    return "niche" if dense else "emerging or declining"


def _terms(index: Index, found: Partition, cluster: int, top: int) -> tuple[Term, ...]:
    nodes = found.members(cluster)[:top]
    return tuple(
        Term(e.iri, e.label, e.type, int(found.projection.papers[n]), round(float(found.scores[cluster, n]), 2))
        for e, n in zip(index.entities(_rows(found, nodes)), nodes, strict=True)
    )


def _parts(index: Index, found: Partition, cluster: int) -> tuple[Part, ...]:
    """The clusters within a cluster, in the links within it alone."""
    nodes = found.members(cluster)
    inner = communities(sp.csr_array(found.ties[nodes][:, nodes]))
    size = np.bincount(inner)
    parts = []
    for number in np.flatnonzero(size >= _SMALLEST).tolist() if len(size) > 1 else []:
        entities = index.entities(_rows(found, nodes[inner == number]))
        parts.append(Part(title([e.label for e in entities]), len(entities), tuple(e.iri for e in entities)))
    return tuple(parts)


def _examples(sentences: Sentences, found: Partition, cluster: int, top: int) -> tuple[PaperRef, ...]:
    papers = np.flatnonzero(found.home == cluster)
    votes = found.votes[papers]
    order = found.members(cluster)
    # Much of this cluster and little of others; of its own terms rather than of what it also holds.
    own = np.asarray(found.projection.incidence[papers][:, order[:_OWN]].sum(axis=1)).ravel()
    worth = own * votes[:, cluster] ** 2 / votes.sum(axis=1)
    rows = []
    for number in papers[np.argsort(-worth, kind="stable")][:top].tolist():
        named = set(found.projection.incidence[[number]].indices.tolist())
        shown = _rows(found, [n for n in order.tolist() if n in named][:2])
        paper = sentences.paper(number)
        evidence = sentences.of(number, shown[0], shown[1:]) if shown else None
        rows.append(PaperRef(paper.iri, paper.title, paper.issued, evidence))
    return tuple(rows)


def _rows(found: Partition, nodes: Any) -> list[int]:
    rows: list[int] = found.projection.entities[nodes].tolist() if len(nodes) else []
    return rows


def _years(issued: NDArray[np.int32]) -> dict[str, Any]:
    years = np.sort(issued[issued > 0]) // 10000
    if not len(years):
        return {"dated": 0, "years": None}
    return {"dated": len(years), "years": (int(years[0]), int(years[(len(years) - 1) // 2]), int(years[-1]))}
