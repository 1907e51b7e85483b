"""What holds fields together: entities that join clusters more than chance gives, with the sentences that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze.brokerage import betweenness, constraint, cut_points, effective_size, participation
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.nullmodel import Ties, rewired, ties
from kg.analyze.partition import Partition, partition
from kg.model import EntityType
from kg.store import Index, MentionTable

__all__ = ["Bridge", "Side", "bridges", "bridges_of"]

# Less than one whole paper of a cluster is no tie to it.
_LEAST = 1.0
# Papers of a side that are looked through for the best sentences.
_READ = 50


@dataclass(frozen=True, slots=True)
class Side:
    """One cluster that a bridge joins.

    ``papers`` of the bridge name other entities of the cluster. Each counts by the share that the cluster has in it:
    ``amount`` in all, ``ratio`` times the ``expected`` one, ``z`` standard deviations above it
    (:class:`kg.analyze.Ties`). ``evidence`` are sentences of such papers.
    """

    cluster: int
    name: str
    papers: int
    amount: float
    expected: float
    ratio: float
    z: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """An entity that joins two or more clusters; ``sides`` has the strongest tie first.

    ``z`` and ``ratio`` are those of its second side: a bridge is as strong as the weaker of its two best ties.
    ``chance`` is the share of rows this strong that the null model would bring forth. ``betweenness`` (normalised),
    ``constraint``, ``effective_size`` and ``participation`` are of the backbone (:func:`kg.analyze.validated`), the
    last three None where it has no link there; without a ``cut_point`` a component of the backbone falls apart.
    """

    iri: str
    label: str
    type: EntityType
    papers: int
    z: float
    ratio: float
    chance: float
    sides: tuple[Side, ...]
    betweenness: float
    constraint: float | None
    effective_size: float | None
    participation: float | None
    cut_point: bool


def bridges(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 50,
    min_z: float = 2.0,
    min_ratio: float = 2.5,
    min_share: float = 0.05,
    max_chance: float = 0.1,
    evidence: int = 2,
    rounds: int = 20,
    **options: Any,
) -> list[Bridge]:
    """Entities that join clusters more than a degree-preserving null model does, the surest first.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    top : int
        Number of rows.
    min_z, min_ratio : float
        What the tie to a cluster must reach. An entity that two of five papers name cannot reach a ratio of 2.5,
        wherever it stands.
    min_share : float
        What share of its papers the tie must be at least. What a large part of a corpus names has ties to many clusters
        that chance does not explain, and yet does not stand between them.
    max_chance : float
        Share of the rows that may be the null model's.
    evidence : int
        Sentences of each side, each of another paper.
    rounds : int
        How many random networks the share is read from.
    **options
        As :func:`kg.analyze.partition`.

    Returns
    -------
    list of Bridge

    Notes
    -----
    Rows stand by how many times the expected amount their second tie is at least: the lower limit of its 90 % interval.
    An entity is a bridge if it has two ties (:func:`kg.analyze.ties`) of ``min_z``, ``min_ratio`` and ``min_share`` or
    more, each in two papers or more. Among hundreds of entities and dozens of clusters some reach that by chance; so
    the same count is taken on random networks with the same degrees, and only as many rows are given as keep the share
    of such ones below ``max_chance`` [1]_. O(rounds · (mentions + papers · clusters)).

    References
    ----------
    .. [1] V. Tusher, R. Tibshirani, G. Chu, "Significance analysis of microarrays applied to the ionizing radiation
       response", PNAS 98 (2001), for the false discovery rate by permutation.
    """
    found = partition(index, table, keep, **options)
    return bridges_of(
        found, index, table, keep,
        top=top, min_z=min_z, min_ratio=min_ratio, min_share=min_share, max_chance=max_chance, evidence=evidence,
        rounds=rounds,
    )  # fmt: skip


def bridges_of(
    found: Partition,
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 50,
    min_z: float = 2.0,
    min_ratio: float = 2.5,
    min_share: float = 0.05,
    max_chance: float = 0.1,
    evidence: int = 2,
    rounds: int = 20,
) -> list[Bridge]:
    """The bridges of a partition made before; parameters as :func:`bridges`."""
    if found.size < 2:
        return []
    real = ties(found.projection.incidence, found.labels, found.rarity)
    papers = found.projection.papers
    bounds = min_z, min_ratio, min_share
    joined = _joined(real, papers, *bounds)
    strength = _second(joined)
    nodes = np.flatnonzero(strength > 0)
    nodes = nodes[np.argsort(-strength[nodes], kind="stable")]
    chance = _chance(found, strength[nodes], rounds, bounds)
    nodes = nodes[: int((chance <= max_chance).sum())][:top]
    if not len(nodes):
        return []
    place = _Place(found)
    sentences = Sentences(table, index, keep)
    rows = []
    for i, (node, entity) in enumerate(
        zip(nodes.tolist(), index.entities(found.projection.entities[nodes].tolist()), strict=True)
    ):
        order = [c for c in np.argsort(-joined[node], kind="stable").tolist() if joined[node, c] > 0]
        seen: set[int] = set()
        sides = tuple(
            Side(
                cluster=c,
                name=found.names[c],
                papers=int(real.papers[node, c]),
                amount=round(float(real.amount[node, c]), 3),
                expected=round(float(real.expected[node, c]), 3),
                ratio=round(float(real.ratio[node, c]), 3),
                z=round(float(real.z[node, c]), 3),
                evidence=_evidence(sentences, found, node, c, evidence, seen),
            )
            for c in order
        )
        rows.append(
            Bridge(
                iri=entity.iri,
                label=entity.label,
                type=entity.type,
                papers=int(found.projection.papers[node]),
                z=sides[1].z,
                ratio=sides[1].ratio,
                chance=round(float(chance[i]), 4),
                sides=sides,
                **place.of(node),
            )
        )
    return rows


def _joined(
    found: Ties, papers: NDArray[np.int64], min_z: float, min_ratio: float, min_share: float
) -> NDArray[np.float64]:
    """How many times the expected amount each tie that counts is at least, 0 for the others.

    The lower limit of Poisson's 90 % interval (Garwood 1936) over the expected amount: by z alone what most papers name
    would come first, by the ratio alone what two papers name.
    """
    from scipy.special import gammaincinv  # type: ignore[import-untyped]

    least_amount = np.maximum(_LEAST, min_share * papers)[:, None]
    counts = (found.papers >= 2) & (found.amount >= least_amount) & (found.z >= min_z) & (found.ratio >= min_ratio)
    least = gammaincinv(np.where(counts, found.amount, 1.0), 0.05) / np.maximum(found.expected, 1e-12)
    joined: NDArray[np.float64] = np.where(counts, least, 0.0)
    return joined


def _second(joined: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.partition(joined, -2, axis=1)[:, -2]
    return found


def _chance(
    found: Partition, strength: NDArray[np.float64], rounds: int, bounds: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Of the rows as strong as each one (sorted, strongest first), the share that random networks have too."""
    if not len(strength):
        return strength
    random = np.sort(
        np.concatenate(
            [
                _second(_joined(ties(network, found.labels, found.rarity), found.projection.papers, *bounds))
                for network in (rewired(found.projection.incidence, seed) for seed in range(rounds))
            ]
        )
    )
    as_strong = (len(random) - np.searchsorted(random, strength, side="left")) / rounds
    share = np.minimum(as_strong / np.arange(1, len(strength) + 1), 1.0)
    # A stronger row is no less sure than a weaker one.
    rising: NDArray[np.float64] = np.minimum.accumulate(share[::-1])[::-1]
    return rising


class _Place:
    """Where nodes stand in the backbone."""

    def __init__(self, found: Partition) -> None:
        backbone = found.backbone
        self._betweenness, _ = betweenness(backbone)
        self._measures = {
            "constraint": constraint(backbone),
            "effective_size": effective_size(backbone),
            "participation": participation(backbone, found.labels),
        }
        self._cut = cut_points(backbone)

    def of(self, node: int) -> dict[str, Any]:
        measures = {
            name: None if np.isnan(values[node]) else round(float(values[node]), 4)
            for name, values in self._measures.items()
        }
        return {
            "betweenness": round(float(self._betweenness[node]), 6),
            "cut_point": bool(self._cut[node]),
            **measures,
        }


def _evidence(
    sentences: Sentences, found: Partition, node: int, cluster: int, count: int, seen: set[int]
) -> tuple[Evidence, ...]:
    """Sentences of the papers in which the entity stands with the cluster, first where they stand in one sentence.

    Papers ``seen`` on another side go last; those shown are added.
    """
    entities, incidence = found.projection.entities, found.projection.incidence
    entity = int(entities[node])
    own = found.rarity[node] * (found.labels[node] == cluster)
    papers = sentences.papers(entity)
    votes = found.votes[papers]
    share = (votes[:, cluster] - own) / np.maximum(votes.sum(axis=1) - own, 1e-9)
    ranked = []
    for i in np.argsort(-share, kind="stable")[:_READ].tolist():
        paper = int(papers[i])
        named = incidence.indices[incidence.indptr[paper] : incidence.indptr[paper + 1]]
        beside = entities[named[(found.labels[named] == cluster) & (named != node)]].tolist()
        if beside:
            joint = sentences.joint(paper, entity, beside)
            ranked.append((paper in seen, not joint, -float(share[i]), paper, beside))
    ranked.sort()
    seen.update(paper for *_, paper, _ in ranked[:count])
    shown = (sentences.of(paper, entity, beside) for *_, paper, beside in ranked[:count])
    return tuple(s for s in shown if s is not None)
