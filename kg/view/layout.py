"""Where each node stands: computed once, beforehand, so that the page is still when it opens.

Each cluster is laid out alone by force-directed placement (Fruchterman and Reingold 1991, as in networkx), the
clusters are then placed as discs by the links between them, and last whatever still overlaps is pushed apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

from kg.view.payload import Edge, Node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["positions", "radii"]

GAP = 9.0
"""Free space between two nodes, in pixels at zoom 1."""

_CORE = 500
"""Nodes of one cluster that the force-directed placement takes; it costs the square of their number."""


def radii(nodes: Sequence[Node]) -> list[float]:
    """The radius of each node's circumscribed circle, in pixels at zoom 1: its area grows with its weight.

    >>> radii([Node("a", "A", "Method", 4.0), Node("b", "B", "Method", 1.0)])
    [28.0, 17.5]
    >>> radii([Node("a", "A", "Method", 3.0)])
    [14.0]
    """
    weights = [max(node.weight, 0.0) for node in nodes]
    top = max(weights, default=0.0)
    if top == 0.0 or min(weights) == top:
        return [14.0] * len(nodes)
    return [round(7.0 + 21.0 * (weight / top) ** 0.5, 2) for weight in weights]


def positions(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, tuple[float, float]]:
    """The place of each node (by IRI) in pixels at zoom 1, x to the right and y down, the middle at the origin.

    A function of the *set* of nodes and edges: their order does not matter. No two nodes overlap, and neither do the
    discs in which clusters were placed. Cost: O(n log n) and O(500²) a cluster; 300 nodes take some tenths of a second.
    """
    import numpy as np

    if not nodes:
        return {}
    ordered = sorted(nodes, key=lambda node: node.iri)
    index = {node.iri: i for i, node in enumerate(ordered)}
    size = np.array(radii(ordered))
    links = _links(edges, index)
    groups = _groups(ordered, links)
    place = np.zeros((len(ordered), 2))
    extent = np.zeros(len(groups))
    for number, group in enumerate(groups):
        local = _separate(_force(group, links, size[group]), size[group], GAP)
        local -= (local.max(axis=0) + local.min(axis=0)) / 2
        extent[number] = (np.hypot(local[:, 0], local[:, 1]) + size[group]).max()
        place[group] = local
    centres = _centres(groups, links, extent)
    for _ in range(25):
        # Drawn together and pushed apart in turn, the discs end up close without touching, and wider than high.
        centres = _separate(centres * np.array([0.97, 0.92]), extent, 3 * GAP)
    for number, group in enumerate(groups):
        place[group] += centres[number]
    place = _landscape(place)
    return {node.iri: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(ordered, place, strict=True)}


def _links(edges: Sequence[Edge], index: dict[str, int]) -> dict[tuple[int, int], float]:
    """Weight by pair of node numbers (smaller first), without loops; the order is that of the pairs."""
    links: dict[tuple[int, int], float] = defaultdict(float)
    for a, b, weight in sorted((*sorted((index[e.source], index[e.target])), e.weight) for e in edges):
        if a != b:
            links[int(a), int(b)] += max(weight, 0.0)
    return dict(links)


def _groups(nodes: Sequence[Node], links: dict[tuple[int, int], float]) -> list[list[int]]:
    """The clusters' node numbers; nodes of no cluster go by what hangs together."""
    import networkx as nx  # type: ignore[import-untyped]

    loose: Any = nx.Graph()
    loose.add_nodes_from(i for i, node in enumerate(nodes) if node.cluster is None)
    loose.add_edges_from((a, b) for a, b in links if a in loose and b in loose)
    part = {i: number for number, part in enumerate(nx.connected_components(loose)) for i in part}
    members: dict[Hashable, list[int]] = defaultdict(list)
    for i, node in enumerate(nodes):
        members[("loose", part[i]) if node.cluster is None else node.cluster].append(i)
    return list(members.values())


def _force(group: list[int], links: dict[tuple[int, int], float], size: Array) -> Array:
    """Positions of one cluster's nodes around the origin, dense enough to be read as one group."""
    import networkx as nx
    import numpy as np

    count = len(group)
    if count == 1:
        return np.zeros((1, 2))
    number = {node: i for i, node in enumerate(group)}
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(count))
    for (a, b), weight in links.items():
        if a in number and b in number:
            # The logarithm keeps one pair with hundreds of shared papers from pulling the rest into one spot.
            graph.add_edge(number[a], number[b], weight=1.0 + float(np.log1p(weight)))
    by_size = sorted(range(count), key=lambda i: (-size[i], -graph.degree(i), i))
    core = sorted(by_size[:_CORE])
    inner = graph.subgraph(core).copy()
    hub = by_size[0]
    for part in list(nx.connected_components(inner)):
        # Parts without a link to the rest would fly off and squeeze everything else: a faint tie holds them.
        if hub not in part:
            inner.add_edge(hub, min(part, key=lambda i: (-size[i], i)), weight=0.3)
    drawn = nx.spring_layout(inner, seed=7, iterations=120 if len(core) < 200 else 60, method="force")
    place = np.zeros((count, 2))
    for i in core:
        place[i] = drawn[i]
    _attach(place, by_size[_CORE:], set(core), graph)
    # What lies far out is drawn in, or one loose node would double the room that its cluster takes.
    place -= place.mean(axis=0)
    reach = np.hypot(place[:, 0], place[:, 1])[:, None]
    usual = float(np.sqrt((reach**2).mean())) or 1.0
    place *= (np.maximum(reach, 1e-9) / usual) ** -0.35
    return place / usual * 0.95 * float(np.sqrt(((size + GAP) ** 2).sum()))


def _attach(place: Array, rest: list[int], placed: set[int], graph: Any) -> None:
    """Put each further node beside the middle of its placed neighbours, or on the rim where it has none."""
    import numpy as np

    for step, i in enumerate(rest):
        near = [j for j in graph.adj[i] if j in placed]
        # The golden angle spreads any number of points evenly around a circle.
        angle = step * 2.399963
        offset = np.array([np.cos(angle), np.sin(angle)])
        place[i] = place[near].mean(axis=0) + 0.08 * offset if near else 1.2 * offset
        placed.add(i)


def _centres(groups: list[list[int]], links: dict[tuple[int, int], float], extent: Array) -> Array:
    """First places for the clusters' discs: those with many links between them close to each other."""
    import networkx as nx
    import numpy as np

    if len(groups) == 1:
        return np.zeros((1, 2))
    of_node = {node: number for number, group in enumerate(groups) for node in group}
    between: dict[tuple[int, int], float] = defaultdict(float)
    for (a, b), weight in links.items():
        pair = (min(of_node[a], of_node[b]), max(of_node[a], of_node[b]))
        if pair[0] != pair[1]:
            between[pair] += weight
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(len(groups)))
    for (a, b), weight in between.items():
        graph.add_edge(a, b, weight=weight / float(np.sqrt(len(groups[a]) * len(groups[b]))))
    drawn = nx.spring_layout(graph, seed=7, iterations=200, method="force")
    place = np.array([drawn[number] for number in range(len(groups))])
    return place * float(np.sqrt((extent**2).sum()))


def _separate(place: Array, size: Array, gap: float) -> Array:
    """Push discs apart until none overlap, moving each as little as the others allow."""
    import numpy as np
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    place = place.copy()
    reach = 2 * float(size.max()) + gap
    for step in range(2000):
        pairs = cKDTree(place).query_pairs(reach, output_type="ndarray")
        if not len(pairs):
            break
        a, b = pairs[:, 0], pairs[:, 1]
        apart = place[b] - place[a]
        distance = np.hypot(apart[:, 0], apart[:, 1])
        short = size[a] + size[b] + gap - distance
        close = short > 0
        if not close.any() or float(short.max()) < gap / 3:
            break
        a, b, apart, distance, short = a[close], b[close], apart[close], distance[close], short[close]
        angle = (a * 2.399963 + b)[:, None]
        direction = np.where(
            distance[:, None] > 1e-9,
            apart / np.maximum(distance, 1e-9)[:, None],
            np.hstack([np.cos(angle), np.sin(angle)]),
        )
        push = direction * (short * 0.5)[:, None]
        move = np.zeros_like(place)
        np.add.at(move, a, -push)
        np.add.at(move, b, push)
        place += move
        if step % 50 == 49:
            # A tight knot only loosens when everything around it gives way.
            place *= 1.08
    return place


def _landscape(place: Array) -> Array:
    """Turn the drawing so that its longest side lies across, as screens do, and centre it."""
    import numpy as np

    turned: Array = place - place.mean(axis=0)
    if len(turned) > 2:
        _, axes = np.linalg.eigh(turned.T @ turned)
        turned = turned @ axes[:, ::-1]
    turned -= (turned.max(axis=0) + turned.min(axis=0)) / 2
    return turned
