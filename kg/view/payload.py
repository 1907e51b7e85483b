"""What a page shows: the contract between the step that reads a graph and the step that draws it.

Everything is plain data; nothing here knows a store, HTML or vis-network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.model import TYPES, EntityType, Field, Role

__all__ = ["KINDS", "Edge", "Evidence", "Kind", "Node", "Page", "PaperRef"]

#: What a node can be: an entity of one of the types, a paper, or anything else that a query names.
Kind = EntityType | Literal["Paper", "Resource"]
KINDS: tuple[Kind, ...] = (*TYPES, "Paper", "Resource")


@dataclass(frozen=True, slots=True)
class PaperRef:
    """A paper in which an entity plays a role; ``url`` becomes a link only when it is http or https."""

    iri: str
    title: str
    year: int | None
    role: Role
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a paper (by IRI) that names the entity.

    ``start`` and ``end`` are the offsets of the mention in ``sentence``: 0-based, end exclusive, Unicode code points.
    """

    paper: str
    title: str
    field: Field
    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """An entity. ``weight`` is its number of papers; ``papers`` and ``evidence`` may be a selection of all.

    ``cluster`` is an index in :attr:`Page.clusters`. ``years`` are pairs (year, papers) and ``roles`` pairs
    (role, papers), both over *all* papers of the entity; where ``roles`` is empty the roles of ``papers`` stand in.
    ``facts`` are pairs (name, value) that a query found; ``url`` is where the node itself can be read.
    """

    iri: str
    label: str
    type: Kind
    weight: float
    cluster: int | None = None
    definition: str = ""
    aliases: tuple[str, ...] = ()
    papers: tuple[PaperRef, ...] = ()
    paper_count: int = 0
    evidence: tuple[Evidence, ...] = ()
    years: tuple[tuple[int, int], ...] = ()
    roles: tuple[tuple[Role, int], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two nodes (by IRI): ``weight`` shared papers, titles of a few of them, sentences that show it.

    ``kind`` is ``co-occurrence`` or a predicate. An undirected edge has no meaning in the order of its ends.
    """

    source: str
    target: str
    weight: float
    kind: str = "co-occurrence"
    directed: bool = False
    papers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """All that one page shows; ``focus`` is the IRI of the node that is open at first.

    ``noun`` is what its nodes are called and ``groups`` what its clusters are, both in one word. ``places`` gives nodes
    (by IRI) a place, in pixels at zoom 1; where there is any, each node needs one. ``empty`` says what it means that
    there is nothing to show.

    :raises ValueError: where two nodes share an IRI, or an edge, a cluster or the focus names what is not there

    >>> Page("Empty", "", focus="x")
    Traceback (most recent call last):
    ...
    ValueError: the focus is no node of the page: x
    """

    title: str
    subtitle: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    clusters: tuple[str, ...] = ()
    focus: str | None = None
    noun: str = "concept"
    groups: str = "Clusters"
    places: tuple[tuple[str, float, float], ...] = ()
    empty: str = "There is no concept to show in this graph."

    def __post_init__(self) -> None:
        known = {node.iri for node in self.nodes}
        if len(known) < len(self.nodes):
            raise ValueError("two nodes of the page have the same IRI")
        for edge in self.edges:
            if edge.source not in known or edge.target not in known:
                raise ValueError(f"an edge has an end that is no node of the page: {edge.source} - {edge.target}")
        for node in self.nodes:
            if node.cluster is not None and not 0 <= node.cluster < len(self.clusters):
                raise ValueError(f"{node.iri} is in cluster {node.cluster}, which has no name in the page")
        if self.focus is not None and self.focus not in known:
            raise ValueError(f"the focus is no node of the page: {self.focus}")
        if self.places and {iri for iri, _, _ in self.places} != known:
            raise ValueError("some nodes of the page have a place and others have none")
