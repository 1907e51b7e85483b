"""Thematic evolution: clusters slice by slice of time, and how they split, merge, appear, end or go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kg.analyze.clusters import Cluster, clusters_of
from kg.analyze.partition import Partition, partition
from kg.analyze.slices import TimeSlice, equal_cuts, time_slices
from kg.errors import KGError
from kg.store import Index, MentionTable

__all__ = ["Event", "EventKind", "Evolution", "Flow", "Stage", "evolution", "overlap"]

EventKind: TypeAlias = Literal["continuation", "split", "merge", "birth", "death"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A slice of time with its clusters; ``since`` and ``until`` are the dates of its first and its last paper."""

    since: str
    until: str
    papers: int
    clusters: tuple[Cluster, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What a cluster of ``stage`` (by number in it) hands on to one of the next stage.

    ``shared`` entities are in both, the first few by ``terms``; ``inclusion`` is their share of the smaller cluster,
    ``stability`` their share of the two together. ``chance`` is the probability of so many in clusters drawn at random.
    """

    stage: int
    source: int
    source_name: str
    target: int
    target_name: str
    shared: int
    inclusion: float
    stability: float
    chance: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What happens from ``stage`` to the next to clusters ``before`` and ``after`` it (by number in their stages)."""

    kind: EventKind
    stage: int
    before: tuple[int, ...]
    before_names: tuple[str, ...]
    after: tuple[int, ...]
    after_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evolution:
    """Stages, what flows between neighbours, and what happens; ``undated`` papers stand in no stage."""

    dated: int
    undated: int
    stages: tuple[Stage, ...]
    flows: tuple[Flow, ...]
    events: tuple[Event, ...]


def evolution(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    slices: int = 3,
    cuts: Sequence[str] = (),
    min_inclusion: float = 0.1,
    max_chance: float = 0.01,
    top: int = 10,
    **options: Any,
) -> Evolution:
    """How the themes of a corpus change over slices of time.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    slices : int
        Number of slices with about as many papers each (:func:`kg.analyze.equal_cuts`).
    cuts : sequence of str, optional
        The first dates of the second and later slices, instead of ``slices``.
    min_inclusion : float
        Least inclusion index of a flow.
    max_chance : float
        Greatest probability that two clusters drawn at random share as many entities.
    top : int
        Terms and papers told of each cluster.
    **options
        As :func:`kg.analyze.partition`, for each slice.

    Returns
    -------
    Evolution
        Without stages where no paper has a date.

    Raises
    ------
    KGError
        If there are fewer than two slices, or a cut is no date.

    Notes
    -----
    Each slice is clustered on its own. A cluster hands on to one of the next slice if the two share at least two
    entities, an inclusion index of ``min_inclusion`` [1]_, and more than chance gives (hypergeometric, among the
    entities that both slices cluster or name). A cluster with two or more heirs *splits*, one with two or more
    forebears is *merged*; where both have only each other it is a *continuation*; a cluster without forebears is
    *born*, one without heirs *ends* [2]_. Births in the first slice and deaths in the last one nobody can know.

    References
    ----------
    .. [1] M. J. Cobo, A. G. López-Herrera, E. Herrera-Viedma, F. Herrera, "An approach for detecting, quantifying, and
       visualizing the evolution of a research field", Journal of Informetrics 5 (2011), for inclusion and stability.
    .. [2] D. Greene, D. Doyle, P. Cunningham, "Tracking the evolution of communities in dynamic social networks",
       ASONAM 2010, for the events.
    """
    if slices < 2 and not cuts:
        raise KGError(f"{slices} slice shows no change", hint="take two or more")
    counted = np.ones(len(table), dtype=np.bool_) if keep is None else keep
    named = np.zeros(table.papers, dtype=np.bool_)
    named[table.paper[counted]] = True
    issued = np.where(named, table.issued, 0).astype(np.int32)
    found, places = time_slices(issued, list(cuts) or equal_cuts(issued, slices))
    dated = int((places >= 0).sum())
    parts, stages = [], []
    for number, part in enumerate(found):
        inside = counted & (places[table.paper] == number)
        cut = partition(index, table, inside, **options)
        parts.append(cut)
        stages.append(_stage(part, clusters_of(index, table, cut, inside, top=top)))
    flows = [
        flow
        for number in range(len(parts) - 1)
        for flow in _flows(index, number, parts[number], parts[number + 1], min_inclusion, max_chance)
    ]
    events = [event for number in range(len(parts) - 1) for event in _events(number, parts, flows)]
    return Evolution(dated, int(named.sum()) - dated, tuple(stages), tuple(flows), tuple(events))


def overlap(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many things each group of one clustering shares with each of another.

    Parameters
    ----------
    one, other : int arrays of one length
        Group of each thing; -1 for none.

    Returns
    -------
    int64 array, shape (groups of one, groups of other)

    Examples
    --------
    >>> import numpy as np
    >>> overlap(np.array([0, 0, 1, -1]), np.array([1, 0, 1, 1])).tolist()
    [[1, 1], [0, 1]]
    """
    shape = int(one.max(initial=-1)) + 1, int(other.max(initial=-1)) + 1
    both = (one >= 0) & (other >= 0)
    found = np.bincount(one[both] * shape[1] + other[both], minlength=shape[0] * shape[1])
    return found.astype(np.int64).reshape(shape)


def _stage(part: TimeSlice, found: list[Cluster]) -> Stage:
    return Stage(part.since, part.until, part.papers, tuple(found))


def _flows(
    index: Index, number: int, before: Partition, after: Partition, min_inclusion: float, max_chance: float
) -> list[Flow]:
    """The flows from one slice to the next, by cluster and then by falling inclusion."""
    entities = np.union1d(before.projection.entities, after.projection.entities)
    one, other = (_labels(part, entities) for part in (before, after))
    shared = overlap(one, other)
    if not shared.size:
        return []
    sizes = np.bincount(one[one >= 0], minlength=before.size), np.bincount(other[other >= 0], minlength=after.size)
    inclusion = shared / np.minimum.outer(*sizes)
    stability = shared / (np.add.outer(*sizes) - shared)
    # Only what both slices know can be in a cluster of both.
    known = np.isin(entities, before.projection.entities) & np.isin(entities, after.projection.entities)
    held = [
        np.bincount(side[known & (side >= 0)], minlength=len(size))
        for side, size in zip((one, other), sizes, strict=True)
    ]
    chance = _chance(shared, int(known.sum()), held[0][:, None], held[1][None, :])
    kept = (shared >= 2) & (inclusion >= min_inclusion) & (chance <= max_chance)
    rows, columns = np.nonzero(kept)
    order = np.lexsort((columns, -inclusion[rows, columns], rows))
    found = []
    for a, b in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        nodes = after.members(b)
        inside = nodes[np.isin(after.projection.entities[nodes], entities[(one == a) & (other == b)])][:5]
        found.append(
            Flow(
                stage=number,
                source=a,
                source_name=before.names[a],
                target=b,
                target_name=after.names[b],
                shared=int(shared[a, b]),
                inclusion=round(float(inclusion[a, b]), 4),
                stability=round(float(stability[a, b]), 4),
                chance=float(f"{chance[a, b]:.3g}"),
                terms=tuple(e.label for e in index.entities(after.projection.entities[inside].tolist())),
            )
        )
    return found


def _chance(
    shared: NDArray[np.int64], known: int, one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probability that ``other`` drawn of ``known`` things hold at least ``shared`` of the ``one``: hypergeometric.

    >>> round(float(_chance(np.array([[1]]), 4, np.array([[2]]), np.array([[1]]))[0, 0]), 6)
    0.5
    """
    # scipy.stats has it too, and takes a second to load.
    from scipy.special import gammaln  # type: ignore[import-untyped]

    def choose(n: NDArray[np.int64] | int, k: NDArray[np.int64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0)
        return found

    total = np.zeros(shared.shape)
    most = np.minimum(one, other)
    for more in range(int((most - shared).max(initial=-1)) + 1):
        drawn = np.minimum(shared + more, most)
        rest = np.maximum(other - drawn, 0)
        fits = (shared + more <= most) & (rest <= known - one)
        rest = np.minimum(rest, known - one)
        chance = np.exp(choose(one, drawn) + choose(known - one, rest) - choose(known, other))
        total += np.where(fits, chance, 0.0)
    return np.minimum(total, 1.0)


def _labels(part: Partition, entities: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cluster in a slice of each of the entities; -1 for none."""
    found = np.full(len(entities), -1, dtype=np.int64)
    found[np.searchsorted(entities, part.projection.entities)] = part.labels
    return found


def _events(number: int, parts: Sequence[Partition], flows: Sequence[Flow]) -> list[Event]:
    """What happens from one slice to the next."""
    before, after = parts[number].names, parts[number + 1].names
    heirs: dict[int, list[int]] = {a: [] for a in range(len(before))}
    forebears: dict[int, list[int]] = {b: [] for b in range(len(after))}
    for flow in flows:
        if flow.stage == number:
            heirs[flow.source].append(flow.target)
            forebears[flow.target].append(flow.source)

    def event(kind: EventKind, old: Sequence[int], new: Sequence[int]) -> Event:
        olds, news = tuple(sorted(old)), tuple(sorted(new))
        return Event(kind, number, olds, tuple(before[a] for a in olds), news, tuple(after[b] for b in news))

    found = [event("continuation", [a], to) for a, to in heirs.items() if len(to) == 1 and len(forebears[to[0]]) == 1]
    found += [event("split", [a], to) for a, to in heirs.items() if len(to) > 1]
    found += [event("merge", of, [b]) for b, of in forebears.items() if len(of) > 1]
    found += [event("birth", [], [b]) for b, of in forebears.items() if not of]
    found += [event("death", [a], []) for a, to in heirs.items() if not to]
    return found
