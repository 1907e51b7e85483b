"""Which part of a graph a page shows: the neighbourhood of one entity, or the entities in most papers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg.describe import papers_of
from kg.model import ROLES
from kg.store import EntityRow, Index, MentionTable
from kg.store.evidence import evidence
from kg.view.payload import Edge, Evidence, Node, Page, PaperRef

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["page"]

# What a node's panel lists at most, and how many of its strongest links each node keeps.
PAPERS, SENTENCES, LINKS, TITLES = 12, 5, 5, 5


def page(
    index: Index, table: MentionTable, keep: NDArray[np.bool_], focus: EntityRow | None = None, limit: int = 120
) -> Page:
    """The part of a graph that one page can show well.

    :param keep: rows of the mention table that count
    :param focus: the entity in whose neighbourhood to look; None for the entities in most papers
    :param limit: nodes at most
    """
    from kg.analyze.projection import cooccurrence

    projection = cooccurrence(table, keep, weight="npmi", min_papers=1)
    nodes = _choose(projection, focus, limit)
    links = _links(projection, nodes, focus)
    linked = {n for pair in links for n in pair}
    if focus is None:
        nodes = [n for n in nodes if n in linked] or nodes
    labels, names = _clusters(projection, nodes, links, index)
    entities = index.entities([int(projection.entities[n]) for n in nodes])
    made = tuple(_node(index, table, keep, entity, labels.get(n)) for n, entity in zip(nodes, entities, strict=True))
    iris = {n: entity.iri for n, entity in zip(nodes, entities, strict=True)}
    edges = tuple(
        Edge(iris[a], iris[b], float(count), papers=tuple(_titles(index, projection, a, b)))
        for (a, b), count in sorted(links.items())
    )
    total = f"{len(projection):,} entities in {projection.total:,} papers"
    shown = f"{len(made)} of {total}" if len(made) < len(projection) else total
    if focus is None:
        subtitle = f"{shown}: those in most papers, joined by their strongest links"
        return Page("Entities that papers name together", subtitle, made, edges, tuple(names))
    here = focus.iri if focus.iri in iris.values() else None
    return Page(focus.label, f"and what papers name with it: {shown}", made, edges, tuple(names), here)


def _choose(projection: Any, focus: EntityRow | None, limit: int) -> list[int]:
    """Nodes of the projection, best first."""
    import numpy as np

    if focus is None:
        order = np.lexsort((np.arange(len(projection)), -projection.papers))
        return [int(n) for n in order[:limit]]
    centre = projection.node(focus.row)
    if centre is None:
        return []
    counts, weights = projection.counts[[centre]].tocoo(), projection.weights[[centre]].toarray()[0]
    # Papers in common tell how much there is to see, NPMI how much it is about each other.
    score = {int(n): float(c) * (0.2 + weights[n]) for n, c in zip(counts.coords[1], counts.data, strict=True)}
    near = sorted(score, key=lambda n: (-score[n], n))[: limit - 1]
    return [centre, *near]


def _links(projection: Any, nodes: list[int], focus: EntityRow | None) -> dict[tuple[int, int], int]:
    """For each node its strongest links, and all of the focus; with the papers in common."""
    if not nodes:
        return {}
    counts = projection.counts[nodes][:, nodes].tocoo()
    weights = projection.weights[nodes][:, nodes].tocsr()
    least = 2 if counts.nnz and counts.data.max() > 2 and focus is None else 1
    per_node: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for a, b, count in zip(*counts.coords, counts.data, strict=True):
        if count >= least:
            per_node[int(a)].append((float(weights[a, b]) * float(count) ** 0.5, int(b), int(count)))
    found: dict[tuple[int, int], int] = {}
    for a, ends in per_node.items():
        ends.sort(key=lambda e: (-e[0], e[1]))
        kept = ends if focus is not None and a == 0 else ends[:LINKS]
        for _, b, count in kept:
            one, two = sorted((nodes[a], nodes[b]))
            found[one, two] = count
    return found


def _clusters(
    projection: Any, nodes: list[int], links: dict[tuple[int, int], int], index: Index
) -> tuple[dict[int, int], list[str]]:
    """The community of each node of the page, and the communities' names."""
    import numpy as np
    import scipy.sparse as sp  # type: ignore[import-untyped]

    from kg.analyze.communities import communities

    if not links:
        return {}, []
    place = {n: i for i, n in enumerate(nodes)}
    ends = np.array([[place[a], place[b]] for a, b in links])
    weight = np.array([projection.weights[a, b] * c**0.5 + 1e-3 for (a, b), c in links.items()])
    half = sp.coo_array((weight, (ends[:, 0], ends[:, 1])), shape=(len(nodes), len(nodes)))
    found = communities(sp.csr_array(half + half.T))
    groups: dict[int, list[int]] = defaultdict(list)
    for n, label in zip(nodes, found, strict=True):
        groups[int(label)].append(n)
    joined = [label for label in sorted(groups) if len(groups[label]) > 1]
    names = []
    for label in joined:
        inside = {n: sum(projection.weights[n, m] for m in groups[label]) for n in groups[label]}
        tightest = sorted(inside, key=lambda n: (-inside[n], n))[:2]
        names.append(" · ".join(e.label for e in index.entities([int(projection.entities[n]) for n in tightest])))
    number = {label: i for i, label in enumerate(joined)}
    return {n: number[int(label)] for n, label in zip(nodes, found, strict=True) if int(label) in number}, names


def _node(index: Index, table: MentionTable, keep: NDArray[np.bool_], entity: EntityRow, cluster: int | None) -> Node:
    import numpy as np

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


def _titles(index: Index, projection: Any, a: int, b: int) -> list[str]:
    one, two = projection.incidence[:, [a]], projection.incidence[:, [b]]
    both = one.multiply(two).tocoo().coords[0]
    return [p.title for p in index.papers([int(r) for r in both[:TITLES]])]
