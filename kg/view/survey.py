"""A whole graph read for its map: which entities, their links, clusters, places, and what their panels tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kg.model import FIELDS, ROLES
from kg.store import EntityRow, Index, MentionTable
from kg.view.atlas import Atlas, Details, GapShown
from kg.view.spread import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kg.analyze import Partition, Projection
    from kg.store import PaperRow

    Mask = NDArray[np.bool_]
    Ints = NDArray[np.int64]

__all__ = ["homes", "strongest", "survey"]

LINKS = 6
"""How many of its strongest links each entity of a map shows."""

_CORE, _TIES, _INSIDE = 3, 12, 10.0
"""For the places: papers of an entity that others are placed by, how many of these, and what a link inside a cluster
counts more than one between two."""

_SENTENCES = 20_000
"""Entities of a map that bring a sentence, and links: of more, those in most papers, and the strongest. A sentence is
some 150 characters, and often serves several."""

_BRIDGES, _GAPS = 40, 20


def survey(
    index: Index, table: MentionTable, keep: Mask, limit: int | None = None, seed: int = 0, *,
    found: Partition | None = None,
) -> Atlas:  # fmt: skip
    """The map of all entities that pass, or of the ``limit`` in most papers.

    :param keep: rows of the mention table that count
    :param seed: of the layout; the same graph and seed give the same map
    :param found: the clusters of the same rows, where they are known already
    """
    from kg.analyze import cooccurrence, partition

    projection = cooccurrence(table, keep, weight="npmi")
    total = len(projection)
    if limit is not None and limit < total:
        chosen = np.sort(np.lexsort((np.arange(total), -projection.papers))[:limit])
        kept = np.zeros(table.entities, dtype=np.bool_)
        kept[projection.entities[chosen]] = True
        projection = cooccurrence(table, keep & kept[table.entity], weight="npmi")
    found = found or partition(index, table, keep)
    clusters = homes(found, projection)
    ends, weights, shared = strongest(projection, LINKS)
    ties = strongest(projection, _TIES, core=_CORE)
    inside = (clusters[ties[0][:, 0]] == clusters[ties[0][:, 1]]) & (clusters[ties[0][:, 0]] >= 0)
    place = spread(len(projection), ties[0], np.where(inside, _INSIDE, 1.0) * ties[1], clusters, seed=seed)
    rows = index.entities(projection.entities.tolist())
    order = np.argsort(-weights, kind="stable")
    part = f"{len(rows):,} of {total:,}" if len(rows) < total else f"{total:,}"
    return Atlas(
        title="Map of the concepts",
        subtitle=f"{part} entities in {projection.total:,} papers; near each other where papers name them together",
        labels=[row.label for row in rows],
        iris=[row.iri for row in rows],
        types=table.type[projection.entities].astype(np.int64),
        papers=projection.papers,
        clusters=clusters,
        names=found.names,
        place=place,
        ends=ends[order],
        shared=shared[order],
        details=_details(index, table, keep, projection, found, rows, ends[order]),
    )


def strongest(projection: Projection, links: int = LINKS, core: int = 1) -> tuple[Ints, NDArray[np.float64], Ints]:
    """The strongest links of each entity: the ends (m, 2) with the smaller number first, weights, papers in common.

    A link weighs NPMI · c / (c + 1), with c the papers that name both: one paper alone tells half. It is kept where
    it is among the ``links`` strongest of either end; of equals, those to the entity in more papers.

    :param core: of an entity's links, those to entities in that many papers count alone, where it has any
    """
    counts = projection.counts.tocsr()
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    column, both = counts.indices.astype(np.int64), counts.data.astype(np.int64)
    value = np.maximum(np.asarray(projection.weights[row, column]).ravel() if counts.nnz else both, 1e-3)
    value = value * both / (both + 1)
    if core > 1:
        firm = projection.papers[column] >= core
        has = np.zeros(counts.shape[0], dtype=np.bool_)
        has[row[firm]] = True
        firm |= ~has[row]
        row, column, both, value = row[firm], column[firm], both[firm], value[firm]
    order = np.lexsort((column, -projection.papers[column], -np.round(value, 9), row))
    begin = np.searchsorted(row, np.arange(counts.shape[0]))
    kept = order[np.arange(len(order)) - begin[row[order]] < links]
    ends = np.column_stack([np.minimum(row[kept], column[kept]), np.maximum(row[kept], column[kept])])
    _, once = np.unique(ends[:, 0] * np.int64(max(counts.shape[0], 1)) + ends[:, 1], return_index=True)
    return ends[once], value[kept][once], both[kept][once]


def homes(found: Partition, projection: Projection) -> Ints:
    """The cluster of each node of a projection: its own, else the one that most of its papers are about; -1 for none.

    Clusters are found among entities that stand in several papers. On a map the others stand with the papers that
    name them.
    """
    own = np.full(len(projection), -1, dtype=np.int64)
    both, here, there = np.intersect1d(
        projection.entities, found.projection.entities, assume_unique=True, return_indices=True
    )
    own[here] = found.labels[there]
    if not found.size or not len(both):
        return own
    votes: Any = projection.incidence.T @ found.votes
    best = np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), -1)
    return np.where(own >= 0, own, best)


def _details(
    index: Index, table: MentionTable, keep: Mask, projection: Projection, found: Partition, rows: list[EntityRow],
    ends: Ints,
) -> Details:  # fmt: skip
    count = len(rows)
    node = np.full(table.entities, -1, dtype=np.int64)
    node[projection.entities] = np.arange(count)
    mentions = np.flatnonzero(keep & (node[table.entity] >= 0))
    # One mention a pair of paper and entity: the most telling role, the abstract before the title, the earliest.
    sort = np.lexsort(
        (table.start[mentions], -table.field[mentions].astype(np.int64), table.role[mentions], table.paper[mentions],
         table.entity[mentions])
    )  # fmt: skip
    mentions = mentions[sort]
    pair = table.entity[mentions].astype(np.int64) * table.papers + table.paper[mentions]
    first = mentions[np.concatenate([[True], pair[1:] != pair[:-1]])] if len(mentions) else mentions
    entity, paper, role = (
        node[table.entity[first]],
        table.paper[first].astype(np.int64),
        table.role[first].astype(np.int64),
    )
    issued = table.issued[paper].astype(np.int64)
    told = np.lexsort((paper, -issued, role, entity))
    papers, number = np.unique(paper, return_inverse=True)
    dated = issued > 0
    years, many = np.unique(np.column_stack([entity[dated], issued[dated] // 10000]), axis=0, return_counts=True)
    listed = {p.row: p for p in index.papers(papers.tolist())}
    # One mention each shows an entity: that of its most telling paper.
    shown = np.full(count, -1, dtype=np.int64)
    shown[entity[told][::-1]] = first[told][::-1]
    shown[np.lexsort((np.arange(count), -projection.papers))[_SENTENCES:]] = -1
    joint = _joint(table, mentions, node, ends[:_SENTENCES])
    quotes, proofs, joined = _quotes(table, listed, papers, shown, joint, len(ends))
    return Details(
        roles=np.bincount(entity * len(ROLES) + role, minlength=count * len(ROLES)).reshape(count, len(ROLES)),
        years=np.column_stack([years, many]),
        refs=np.column_stack([entity[told], number[told], role[told]]),
        papers=[(listed[p].title, listed[p].year, listed[p].link) for p in papers.tolist()],
        texts=[(row.aliases, row.definition) if row.aliases or row.definition else None for row in rows],
        quotes=quotes,
        told=proofs,
        joined=joined,
        bridges=_bridges(index, table, keep, found, {row.iri: i for i, row in enumerate(rows)}),
        gaps=_gaps(index, table, keep, found, {row.iri: i for i, row in enumerate(rows)}),
    )


def _joint(table: MentionTable, mentions: Ints, node: Ints, ends: Ints) -> Ints:
    """For each link a mention of its first end in a sentence that names the other too, -1 where there is none.

    Of several sentences, that in which both have the most telling roles, an abstract's before a title, the first.
    """
    place = np.column_stack([table.paper[mentions], table.field[mentions], table.sentence_start[mentions]])
    sentence = np.unique(place, axis=0, return_inverse=True)[1].ravel()
    entity = node[table.entity[mentions]]
    order = np.lexsort((table.start[mentions], sentence, entity))
    again = (np.diff(entity[order]) == 0) & (np.diff(sentence[order]) == 0)
    order = order[np.concatenate([[True], ~again])] if len(order) else order
    mentions, sentence = mentions[order], sentence[order]
    at = np.searchsorted(entity[order], np.arange(int(entity.max(initial=-1)) + 2))
    role, title = table.role[mentions].astype(np.int64), table.field[mentions] == FIELDS.index("title")
    found = np.full(len(ends), -1, dtype=np.int64)
    for number, (a, b) in enumerate(ends.tolist()):
        _, here, there = np.intersect1d(
            sentence[at[a] : at[a + 1]], sentence[at[b] : at[b + 1]], assume_unique=True, return_indices=True
        )
        if len(here):
            here, there = here + at[a], there + at[b]
            found[number] = mentions[here[np.lexsort((title[here], role[here] + role[there]))[0]]]
    return found


def _quotes(
    table: MentionTable, listed: dict[int, PaperRow], papers: Ints, shown: Ints, joint: Ints, links: int
) -> tuple[list[tuple[int, str, str]], Ints, Ints]:
    """The sentences of some mentions, each once, and where each mention stands: of entities, and of links."""
    numbers: dict[tuple[int, int, int], int] = {}
    quotes: list[tuple[int, str, str]] = []

    def read(mentions: Ints, count: int) -> Ints:
        rows = np.repeat(np.array([[-1, 0, 0]]), count, axis=0)
        for number in np.flatnonzero(mentions >= 0).tolist():
            row = int(mentions[number])
            paper, name = int(table.paper[row]), FIELDS[table.field[row]]
            left, right = int(table.sentence_start[row]), int(table.sentence_end[row])
            key = (paper, int(table.field[row]), left)
            if key not in numbers:
                numbers[key] = len(quotes)
                text = listed[paper].title if name == "title" else listed[paper].abstract
                quotes.append((int(np.searchsorted(papers, paper)), name, text[left:right]))
            rows[number] = numbers[key], int(table.start[row]) - left, int(table.end[row]) - left
        return rows

    return quotes, read(shown, len(shown)), read(joint, links)


def _bridges(
    index: Index, table: MentionTable, keep: Mask, found: Partition, node: dict[str, int]
) -> list[tuple[int, float, tuple[int, ...]]]:
    from kg.analyze import bridges_of

    rows = bridges_of(found, index, table, keep, top=_BRIDGES, evidence=0) if found.size > 1 else []
    return [(node[b.iri], b.z, tuple(side.cluster for side in b.sides)) for b in rows if b.iri in node]


def _gaps(index: Index, table: MentionTable, keep: Mask, found: Partition, node: dict[str, int]) -> list[GapShown]:
    from kg.analyze import gaps_of

    rows = gaps_of(found, index, table, keep, top=_GAPS) if found.size > 1 else []
    return [
        GapShown(
            g.one, g.other, g.observed, g.expected, tuple(u.statement for u in g.unmet),
            tuple(node[c.iri] for c in g.closers if c.iri in node),
        )
        for g in rows
    ]  # fmt: skip
