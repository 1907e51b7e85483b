"""The nodes and edges of a page, with all that its panels tell of them, read from a graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from kg.describe import papers_of
from kg.model import ROLES
from kg.store import EntityRow, Index, MentionTable
from kg.store.evidence import evidence
from kg.view.payload import Edge, Evidence, Node, PaperRef

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.analyze import Sentences

__all__ = ["edges", "node", "quoted"]

# What a node's panel lists at most, and an edge's.
PAPERS, SENTENCES, TITLES, QUOTED = 12, 5, 8, 2


def node(index: Index, table: MentionTable, keep: NDArray[np.bool_], entity: EntityRow, cluster: int | None) -> Node:
    """An entity with its papers and sentences.

    :param keep: rows of the mention table that count
    """
    rows = np.flatnonzero(keep & (table.entity == entity.row))
    hits = papers_of(index, table, entity.row, keep)
    years: dict[int, int] = defaultdict(int)
    for paper in np.unique(table.paper[rows]):
        if table.issued[paper] > 0:
            years[int(table.issued[paper]) // 10000] += 1
    first: dict[int, int] = {}
    for r in sorted(rows, key=lambda r: (-int(table.field[r]), int(table.start[r]))):
        first.setdefault(int(table.paper[r]), int(r))
    telling = sorted(first.values(), key=lambda r: (int(table.role[r]), -int(table.issued[table.paper[r]]), r))
    return Node(
        iri=entity.iri,
        label=entity.label,
        type=entity.type,
        weight=float(len(hits)),
        cluster=cluster,
        definition=entity.definition,
        aliases=entity.aliases,
        papers=tuple(
            PaperRef(h.iri, h.title, int(h.issued[:4]) if h.issued else None, h.role, h.url) for h in hits[:PAPERS]
        ),
        paper_count=len(hits),
        evidence=tuple(
            Evidence(e.paper, e.title, e.field, e.sentence, e.start, e.end)
            for e in evidence(index, table, telling[:SENTENCES])
        ),
        years=tuple(sorted(years.items())),
        roles=tuple((r, n) for r in ROLES if (n := sum(h.role == r for h in hits))),
    )


def edges(sentences: Sentences, links: Mapping[tuple[EntityRow, EntityRow], int]) -> tuple[Edge, ...]:
    """Links between entities with papers in common and the sentences that name both.

    :param links: the number of papers in common, by pair
    """
    made = []
    for (one, other), count in links.items():
        shared = sentences.both(one.row, other.row, TITLES)
        proofs = quoted(p for row in shared[:QUOTED] for p in sentences.together(row, one.row, other.row))
        titles = tuple(sentences.paper(row).title for row in shared)
        made.append(Edge(one.iri, other.iri, float(count), papers=titles, evidence=proofs))
    return tuple(made)


def quoted(proofs: Iterable[object]) -> tuple[Evidence, ...]:
    """Sentences as analyses give them, as a page holds them."""
    return tuple(Evidence(p.paper, p.title, p.field, p.sentence, p.start, p.end) for p in proofs)  # type: ignore[attr-defined]
