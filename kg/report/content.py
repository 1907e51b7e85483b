"""What a report says: plain data that HTML, Markdown and JSON are all written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kg.analyze import (
    Bridge,
    Closer,
    Cluster,
    Event,
    Evidence,
    Evolution,
    Meeting,
    New,
    PaperRef,
    Term,
    ThematicMap,
    Unmet,
)
from kg.model import EntityType

__all__ = [
    "HUB",
    "LARGE",
    "Change",
    "CitedPaper",
    "Figures",
    "Named",
    "OpenGap",
    "Question",
    "Report",
    "Riser",
    "Statement",
    "TypeCount",
    "own_terms",
    "read_first",
]

#: The fields that are told with their terms and a paper; of the others a report gives the name.
LARGE = 10
#: What that share of the papers names is a hub: that it is named with something is no news.
HUB = 0.1

Years: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the report, and the sentences of papers that it stands on."""

    text: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An entity in a list: how many papers name it, and a sentence of one of them."""

    iri: str
    label: str
    type: EntityType
    papers: int
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class TypeCount:
    """The entities of one type: how many there are, and the ones in most papers."""

    type: EntityType
    entities: int
    top: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The size of the corpus. ``first`` and ``last`` are the dates of its papers, None where none has one.

    ``known`` of the entities stand in the vocabulary; ``placed`` papers are mostly about one of the clusters.
    """

    papers: int
    papers_with_entities: int
    papers_without_abstract: int
    dated: int
    first: str | None
    last: str | None
    entities: int
    known: int
    mentions: int
    placed: int
    years: Years
    types: tuple[TypeCount, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question worth asking: about two entities that no paper here mentions both."""

    text: str
    about: Unmet


@dataclass(frozen=True, slots=True)
class OpenGap:
    """Two clusters that ``observed`` papers take up together where ``expected`` would, with questions worth asking.

    ``closers`` stand with both already.
    """

    one: int
    one_name: str
    other: int
    other_name: str
    observed: int
    expected: float
    chance: float
    questions: tuple[Question, ...]
    closers: tuple[Closer, ...]


@dataclass(frozen=True, slots=True)
class Riser:
    """An entity whose share of the papers grows: ``growth`` times as large in the last years as before."""

    named: Named
    growth: float
    z: float
    first: str
    years: Years


@dataclass(frozen=True, slots=True)
class Change:
    """What changes. ``recent`` years are set against those before; ``since`` is the date that parts new from known.

    ``evolution`` is None where there are too few papers to cut into slices; ``events`` are the largest of its events.
    """

    dated: int
    undated: int
    recent: str
    since: str
    new_papers: int
    rising: tuple[Riser, ...]
    new: tuple[New, ...]
    meetings: tuple[Meeting, ...]
    evolution: Evolution | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A paper that the report leads to: its number, and the sentences that the report stands on."""

    number: int
    iri: str
    title: str
    issued: str | None
    url: str | None
    sentences: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report says. ``change`` is None where too few papers have a date; ``no_change`` then says so."""

    title: str
    summary: tuple[Statement, ...]
    figures: Figures
    clusters: tuple[Cluster, ...]
    map: ThematicMap
    bridges: tuple[Bridge, ...]
    gaps: tuple[OpenGap, ...]
    change: Change | None
    no_change: str
    method: tuple[str, ...]
    limits: tuple[str, ...]
    papers: tuple[CitedPaper, ...]


def own_terms(cluster: Cluster, count: int = 5) -> list[Term]:
    """The terms of a field that its name does not hold, the first few."""
    named = set(cluster.name.split(" · "))
    return [t for t in cluster.terms if t.label not in named][:count]


def read_first(cluster: Cluster, count: int = 1) -> list[PaperRef]:
    """The papers of a field that a report names: the first ones with a sentence."""
    return [e for e in cluster.examples if e.evidence][:count]
