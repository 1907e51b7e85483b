"""Which part of a graph a page shows: the neighbourhood of an entity, one cluster, or the entities in most papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError
from kg.store import EntityRow, Index, MentionTable
from kg.view.parts import edges, node
from kg.view.payload import Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.analyze import Projection

__all__ = ["cluster", "neighbourhood", "overview"]

LINKS = 5
"""How many of its strongest links each node keeps."""

_NEAR = 0.4
"""What share of a page of more than one step the nearest step takes."""


def overview(index: Index, table: MentionTable, keep: NDArray[np.bool_], limit: int = 120) -> Page:
    """The entities in most papers, joined by their strongest links.

    :param keep: rows of the mention table that count
    :param limit: nodes at most
    """
    import numpy as np

    from kg.analyze import cooccurrence

    projection = cooccurrence(table, keep, weight="npmi")
    order = np.lexsort((np.arange(len(projection)), -projection.papers))
    nodes = [int(n) for n in order[:limit]]
    links = _links(projection, nodes, least=2)
    linked = {n for pair in links for n in pair}
    nodes = [n for n in nodes if n in linked] or nodes
    subtitle = f"{_shown(len(nodes), projection)}: those in most papers, joined by their strongest links"
    return _page(index, table, keep, projection, nodes, links, "Entities that papers name together", subtitle)


def neighbourhood(
    index: Index, table: MentionTable, keep: NDArray[np.bool_], focus: EntityRow, depth: int = 1, limit: int = 60
) -> Page:
    """An entity, what papers name with it and, from a depth of 2 on, what they name with that.

    :param depth: steps from the focus at most
    """
    from kg.analyze import cooccurrence

    projection = cooccurrence(table, keep, weight="npmi")
    centre = projection.node(focus.row)
    if centre is None:
        empty = f"No paper that passes the filters names {focus.label}."
        return Page(focus.label, _shown(0, projection), empty=empty)
    nodes = _around(projection, centre, depth, limit)
    links = _links(projection, nodes, focus=centre)
    steps = "what papers name with it" if depth == 1 else f"what lies within {depth} steps of shared papers"
    subtitle = f"and {steps}: {_shown(len(nodes), projection)}"
    return _page(index, table, keep, projection, nodes, links, focus.label, subtitle, focus.iri)


def cluster(index: Index, table: MentionTable, keep: NDArray[np.bool_], number: int, limit: int = 120) -> Page:
    """One cluster of entities that stand in papers together, as :func:`kg.analyze.clusters` numbers them.

    :raises NotFoundError: if there is no cluster of that number
    """
    from kg.analyze import partition

    found = partition(index, table, keep)
    if not 0 <= number < found.size:
        there = f"there are 0 to {found.size - 1}" if found.size else "no two entities stand together often enough"
        raise NotFoundError(f"no cluster {number}: {there}", hint="`kg analyze clusters` lists them")
    members = found.members(number)
    # Its own terms first, but a term of a single paper tells little: both count.
    worth = found.scores[number, members] * found.projection.papers[members] ** 0.5
    nodes = [int(n) for n in members[(-worth).argsort(kind="stable")][:limit]]
    links = _links(found.projection, nodes, least=1)
    subtitle = (
        f"cluster {number}: {len(nodes):,} of {len(members):,} entities, {int((found.home == number).sum()):,} papers"
    )
    return _page(index, table, keep, found.projection, nodes, links, found.names[number], subtitle)


def _shown(count: int, projection: Projection) -> str:
    total = f"{len(projection):,} entities in {projection.total:,} papers"
    return f"{count:,} of {total}" if count < len(projection) else total


def _around(projection: Projection, centre: int, depth: int, limit: int) -> list[int]:
    """The centre, and what is nearest to it step by step; each step has a share of the page."""
    worth = {centre: 1.0}
    ring = [centre]
    for step in range(1, depth + 1):
        found: dict[int, float] = {}
        for near in ring:
            counts = projection.counts[[near]].tocoo()
            weights = projection.weights[[near]].toarray()[0]
            # Papers in common tell how much there is to see, NPMI how much it is about each other.
            for n, count in zip(counts.coords[1].tolist(), counts.data.tolist(), strict=True):
                if n not in worth:
                    found[n] = max(found.get(n, 0.0), worth[near] * float(count) * (0.2 + weights[n]))
        room = limit - len(worth) if step == depth else int((limit - len(worth)) * _NEAR)
        ring = sorted(found, key=lambda n: (-found[n], n))[: max(room, 0)]
        most = max((found[n] for n in ring), default=1.0)
        worth |= {n: found[n] / most for n in ring}
    return list(worth)


def _links(
    projection: Projection, nodes: list[int], focus: int | None = None, least: int = 1
) -> dict[tuple[int, int], int]:
    """For each node its strongest links, and all of the focus; with the papers in common.

    :param least: papers in common of a link, where there are links of more than that
    """
    if not nodes:
        return {}
    counts = projection.counts[nodes][:, nodes].tocoo()
    weights = projection.weights[nodes][:, nodes].tocsr()
    least = least if counts.nnz and counts.data.max() > least else 1
    per_node: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for a, b, count in zip(*counts.coords, counts.data, strict=True):
        if count >= least:
            per_node[int(a)].append((float(weights[a, b]) * float(count) ** 0.5, int(b), int(count)))
    found: dict[tuple[int, int], int] = {}
    for a, ends in per_node.items():
        ends.sort(key=lambda e: (-e[0], e[1]))
        for _, b, count in ends if nodes[a] == focus else ends[:LINKS]:
            one, two = sorted((nodes[a], nodes[b]))
            found[one, two] = count
    return found


def _page(
    index: Index, table: MentionTable, keep: NDArray[np.bool_], projection: Projection, nodes: Sequence[int],
    links: dict[tuple[int, int], int], title: str, subtitle: str, focus: str | None = None,
) -> Page:  # fmt: skip
    from kg.analyze import Sentences

    labels, names = _groups(projection, nodes, links, index)
    rows = dict(zip(nodes, index.entities([int(projection.entities[n]) for n in nodes]), strict=True))
    made = tuple(node(index, table, keep, rows[n], labels.get(n)) for n in nodes)
    joined = {(rows[a], rows[b]): count for (a, b), count in sorted(links.items())}
    return Page(title, subtitle, made, edges(Sentences(table, index, keep), joined), tuple(names), focus)


def _groups(
    projection: Projection, nodes: Sequence[int], links: dict[tuple[int, int], int], index: Index
) -> tuple[dict[int, int], list[str]]:
    """The community of each node among the links of the page, and the communities' names."""
    import numpy as np
    import scipy.sparse as sp  # type: ignore[import-untyped]

    from kg.analyze import communities

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
    names = [_name(index, projection, groups[label]) for label in joined]
    number = {label: i for i, label in enumerate(joined)}
    return {n: number[int(label)] for n, label in zip(nodes, found, strict=True) if int(label) in number}, names


def _name(index: Index, projection: Any, group: list[int]) -> str:
    inside = {n: float(projection.weights[[n]][:, group].sum()) for n in group}
    tightest = sorted(group, key=lambda n: (-inside[n], n))[:2]
    return " · ".join(e.label for e in index.entities([int(projection.entities[n]) for n in tightest]))
