"""Where the nodes stand."""

from __future__ import annotations

import math
import random
import time
from itertools import combinations

import graphs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.view.layout import positions, radii
from kg.view.payload import Edge, Node


def closest(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> float:
    """The least free space between two nodes' circles."""
    place = positions(nodes, edges)
    size = dict(zip([n.iri for n in nodes], radii(nodes), strict=True))
    return min(
        (math.dist(place[a.iri], place[b.iri]) - size[a.iri] - size[b.iri] for a, b in combinations(nodes, 2)),
        default=math.inf,
    )


def test_no_two_nodes_overlap() -> None:
    page = graphs.plausible()
    assert closest(page.nodes, page.edges) > 0


def test_the_order_of_nodes_and_edges_does_not_move_anything() -> None:
    page = graphs.plausible()
    nodes, edges = list(page.nodes), list(page.edges)
    random.Random(3).shuffle(nodes)
    random.Random(5).shuffle(edges)
    assert positions(nodes, edges) == positions(page.nodes, page.edges)


def test_clusters_stand_apart() -> None:
    page = graphs.plausible()
    place = positions(page.nodes, page.edges)
    middles, reach = [], []
    for cluster in range(len(page.clusters)):
        points = [place[n.iri] for n in page.nodes if n.cluster == cluster]
        xs, ys = zip(*points, strict=True)
        middles.append(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
        reach.append(sum(math.dist(p, middles[-1]) for p in points) / len(points))
    assert all(math.dist(middles[a], middles[b]) > reach[a] + reach[b] for a, b in combinations(range(len(reach)), 2))


def test_300_nodes_take_less_than_2_seconds() -> None:
    page = graphs.large(300, 900)
    positions(page.nodes[:3], ())  # the import of networkx and scipy is not what is measured
    started = time.process_time()
    positions(page.nodes, page.edges)
    assert time.process_time() - started < 2


@pytest.mark.slow
def test_a_cluster_beyond_the_core_is_placed_without_overlap() -> None:
    page = graphs.large(900, 1200)
    nodes = tuple(Node(n.iri, n.label, n.type, n.weight) for n in page.nodes)
    assert closest(nodes, page.edges) > 0


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.floats(0, 1e6), max_size=14),
    links=st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13), st.floats(0, 100)), max_size=30),
    clusters=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=14, max_size=14),
)
def test_any_small_graph_is_placed_without_overlap(
    weights: list[float], links: list[tuple[int, int, float]], clusters: list[int | None]
) -> None:
    nodes = tuple(Node(f"urn:{i}", "x", "Method", w, clusters[i]) for i, w in enumerate(weights))
    edges = tuple(Edge(f"urn:{a}", f"urn:{b}", w) for a, b, w in links if max(a, b) < len(nodes))
    place = positions(nodes, edges)
    assert all(math.isfinite(v) for point in place.values() for v in point)
    assert closest(nodes, edges) > 0
