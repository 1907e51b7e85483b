"""The measures against networkx's own values on its named graphs, and what must hold for any graph."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from kg import analyze

NAMED = {
    "karate": nx.karate_club_graph,
    "miserables": nx.les_miserables_graph,
    "florentine": nx.florentine_families_graph,
    "women": nx.davis_southern_women_graph,
}


@pytest.fixture(params=NAMED)
def graph(request: pytest.FixtureRequest) -> nx.Graph:
    return NAMED[request.param]()


def same(found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    assert found.keys() == expected.keys()
    assert [found[n] for n in found] == pytest.approx([expected[n] for n in found], abs=1e-9, nan_ok=True)


def values(matrix: Any, **options: Any) -> Any:
    return analyze.betweenness(matrix, **options)[0]


def test_betweenness_is_that_of_networkx(graph: nx.Graph) -> None:
    same(analyze.on_graph(values, graph), nx.betweenness_centrality(graph))


def test_constraint_is_that_of_networkx(graph: nx.Graph) -> None:
    same(analyze.on_graph(analyze.constraint, graph), nx.constraint(graph, weight="weight"))
    same(analyze.on_graph(analyze.constraint, graph, weight=None), nx.constraint(graph))


def test_effective_size_is_that_of_networkx(graph: nx.Graph) -> None:
    same(analyze.on_graph(analyze.effective_size, graph, weight=None), nx.effective_size(graph))


def test_weighted_effective_size_is_that_of_networkx() -> None:
    for graph in (nx.les_miserables_graph(), nx.karate_club_graph()):
        found = analyze.on_graph(analyze.effective_size, graph, weighted=True)
        # Of all nodes at once, networkx 3.6 scales by the maximum of the wrong node.
        same(found, nx.effective_size(graph, list(graph), weight="weight"))


def test_pagerank_is_that_of_networkx(graph: nx.Graph) -> None:
    same(analyze.on_graph(analyze.pagerank, graph), nx.pagerank(graph, tol=1e-15, max_iter=1000))


def test_eigenvector_is_that_of_networkx(graph: nx.Graph) -> None:
    expected = nx.eigenvector_centrality_numpy(graph, weight="weight")
    same(analyze.on_graph(analyze.eigenvector, graph), {n: abs(v) for n, v in expected.items()})


def test_core_number_is_that_of_networkx(graph: nx.Graph) -> None:
    assert analyze.on_graph(analyze.core_number, graph) == nx.core_number(graph)


def test_cut_points_are_those_of_networkx(graph: nx.Graph) -> None:
    cut = {node for node, is_cut in analyze.on_graph(analyze.cut_points, graph).items() if is_cut}
    assert cut == set(nx.articulation_points(graph))


def test_authorities_are_those_of_networkx() -> None:
    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    directed = nx.DiGraph((w, e) for w in women for e in graph[w])
    _, expected = nx.hits(directed, tol=1e-14, max_iter=10_000)
    incidence = nx.bipartite.biadjacency_matrix(graph, women, events, format="csr")
    assert analyze.authorities(sp.csr_array(incidence)) == pytest.approx([expected[e] for e in events], abs=1e-9)


def test_modularity_is_that_of_networkx(graph: nx.Graph) -> None:
    matrix, nodes = analyze.to_matrix(graph)
    labels = analyze.communities(matrix)
    groups = [{nodes[i] for i in np.flatnonzero(labels == c)} for c in range(labels.max() + 1)]
    assert analyze.modularity(matrix, labels) == pytest.approx(nx.community.modularity(graph, groups), abs=1e-9)


def test_shortest_paths_are_those_of_networkx() -> None:
    graph = nx.les_miserables_graph()
    matrix, nodes = analyze.to_matrix(graph)
    expected = nx.shortest_simple_paths(graph, "Napoleon", "Marius", weight="weight")
    lengths = [nx.path_weight(graph, path, "weight") for path, _ in zip(expected, range(8), strict=False)]
    found = analyze.shortest_paths(matrix, nodes.index("Napoleon"), nodes.index("Marius"), 8)
    assert [length for length, _ in found] == lengths
    assert all(nx.path_weight(graph, [nodes[i] for i in path], "weight") == length for length, path in found)


def test_nothing_leads_between_two_components() -> None:
    matrix, _ = analyze.to_matrix(nx.Graph([("a", "b"), ("c", "d")]))
    assert analyze.shortest_paths(matrix, 0, 3) == []


def test_sampled_betweenness_states_an_error_that_holds() -> None:
    matrix, _ = analyze.to_matrix(nx.powerlaw_cluster_graph(600, 3, 0.3, seed=1))
    exact, none = analyze.betweenness(matrix)
    found, error = analyze.betweenness(matrix, exact=0, samples=200)
    assert not none.any()
    top = np.argsort(-exact)[:30]
    assert (np.abs(found - exact)[top] <= 3 * error[top]).mean() >= 0.9
    assert error.max() < 0.1 * exact.max()


def test_the_disparity_filter_keeps_what_one_of_two_nodes_finds_significant() -> None:
    graph = nx.les_miserables_graph()
    matrix, nodes = analyze.to_matrix(graph)
    expected = set()
    for a, b, weight in graph.edges(data="weight"):
        for node in (a, b):
            degree, strength = graph.degree(node), graph.degree(node, weight="weight")
            if degree > 1 and (1 - weight / strength) ** (degree - 1) < 0.05:
                expected.add(frozenset((a, b)))
    found = sp.triu(analyze.disparity(matrix), format="coo")
    pairs = {frozenset((nodes[i], nodes[j])) for i, j in zip(found.row, found.col, strict=True)}
    assert pairs == expected


@given(st.lists(st.tuples(*[st.integers(1, 60)] * 3), min_size=1, max_size=20), st.integers(0, 100))
def test_the_tail_is_that_of_the_hypergeometric_distribution(triples: list[tuple[int, int, int]], more: int) -> None:
    triples = [(min(t), *t[1:]) for t in triples]
    total = max(a + b for _, a, b in triples) + more
    triples = [t for t in triples if t[0] * total > t[1] * t[2]]
    both, one, other = np.array(triples, dtype=np.int64).reshape(-1, 3).T
    expected = hypergeom.sf(both - 1, total, one, other)
    assert analyze.tail(both, one, other, total) == pytest.approx(expected, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("method", ["louvain", "leiden"])
def test_planted_communities_are_found(method: Any) -> None:
    graph = nx.LFR_benchmark_graph(
        400, 2.5, 1.5, 0.15, average_degree=10, max_degree=40, min_community=20, max_community=80, seed=3
    )
    planted = {node: min(members) for node, members in graph.nodes(data="community")}
    matrix, nodes = analyze.to_matrix(graph)
    labels = analyze.communities(matrix, method=method)
    assert agreement([planted[n] for n in nodes], labels.tolist()) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("mixing", [0.1, 0.3, 0.45])
def test_planted_communities_are_found_as_well_as_by_the_best_peer(mixing: float) -> None:
    import networkit as nk

    graph = nx.LFR_benchmark_graph(
        1000, 2.5, 1.5, mixing, average_degree=15, max_degree=50, min_community=20, max_community=100, seed=1
    )
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    planted = np.unique([min(graph.nodes[v]["community"]) for v in range(1000)], return_inverse=True)[1]
    ours = analyze.communities(analyze.to_matrix(graph, weight=None)[0])
    theirs = nk.nxadapter.nx2nk(graph)
    nk.setNumberOfThreads(1)
    peers = {"Louvain of networkx": np.empty(1000, dtype=np.int64)}
    for number, nodes in enumerate(nx.community.louvain_communities(graph, seed=0)):
        peers["Louvain of networkx"][list(nodes)] = number
    for kind in (nk.community.ParallelLeiden, nk.community.PLM):
        nk.setSeed(0, False)
        peers[kind.__name__] = np.array(kind(theirs).run().getPartition().getVector())
    reached = {name: analyze.adjusted_mutual_information(planted, labels) for name, labels in peers.items()}
    assert analyze.adjusted_mutual_information(planted, ours) >= max(reached.values()) - 0.02


def test_bridge_edges_are_those_of_networkx(graph: nx.Graph) -> None:
    matrix, nodes = analyze.to_matrix(graph)
    found = {frozenset((nodes[i], nodes[j])) for i, j in analyze.cut_edges(matrix).tolist()}
    assert found == {frozenset(edge) for edge in nx.bridges(graph)}


def test_personalised_pagerank_is_that_of_networkx(graph: nx.Graph) -> None:
    matrix, nodes = analyze.to_matrix(graph)
    restart = np.zeros(len(nodes))
    restart[[0, 3]] = 1, 2
    expected = nx.pagerank(graph, personalization={nodes[0]: 1, nodes[3]: 2}, tol=1e-15, max_iter=1000)
    found = analyze.pagerank(matrix, restart=restart)
    assert found == pytest.approx([expected[n] for n in nodes], abs=1e-9)


def test_a_stable_resolution_is_seen_as_one() -> None:
    matrix, _ = analyze.to_matrix(nx.ring_of_cliques(8, 6))
    found = {row.resolution: row for row in analyze.scan(matrix, (0.05, 1.0))}
    assert (found[1.0].communities, found[1.0].largest, found[1.0].stability, found[1.0].inside) == (8, 6, 1.0, 1.0)
    assert found[0.05].communities < 8


def test_each_level_of_a_hierarchy_lies_within_the_one_above() -> None:
    matrix, _ = analyze.to_matrix(nx.les_miserables_graph())
    found = analyze.hierarchy(matrix, levels=3)
    for above, below in pairwise(found):
        assert all(len(set(above[below == c])) == 1 for c in range(below.max() + 1))
    assert found[1].max() > found[0].max()


def test_terms_near_known_terms_rise() -> None:
    words = sp.csr_array(np.kron(np.eye(2), np.ones((4, 4)) - np.eye(4)))
    scores = np.array([5.0, 5.0])
    found = analyze.semantic_rank([[0, 1], [4, 5]], scores, words, seeds=[2])
    assert found[0] > found[1]
    same = analyze.semantic_rank([[0, 1], [4, 5]], scores, words)
    assert same[0] == pytest.approx(same[1])


@pytest.mark.parametrize("method", ["louvain", "leiden"])
def test_communities_do_not_depend_on_the_order_of_nodes_and_edges(method: Any) -> None:
    graph = nx.les_miserables_graph()
    expected, nodes = None, sorted(graph)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        edges = list(graph.edges(data="weight"))
        other = nx.Graph()
        other.add_nodes_from(rng.permutation(nodes).tolist())
        other.add_weighted_edges_from(edges[i] for i in rng.permutation(len(edges)))
        matrix, order = analyze.to_matrix(other)
        assert order == nodes
        found = analyze.communities(matrix, method=method).tolist()
        assert expected in (None, found)
        expected = found


def test_leiden_heeds_the_weights() -> None:
    # A ring of four in which heavy links pair the nodes; without weights any neighbouring pairs would do.
    for heavy in ([(0, 1), (2, 3)], [(1, 2), (3, 0)]):
        graph = nx.Graph()
        graph.add_weighted_edges_from((i, (i + 1) % 4, 0.1) for i in range(4))
        graph.add_weighted_edges_from((a, b, 9.0) for a, b in heavy)
        labels = analyze.communities(analyze.to_matrix(graph)[0], method="leiden")
        assert all(labels[a] == labels[b] for a, b in heavy)
        assert len(set(labels.tolist())) == 2


def test_participation_is_highest_where_links_spread_alike() -> None:
    matrix, _ = analyze.to_matrix(nx.star_graph(4))
    found = analyze.participation(matrix, np.array([0, 1, 2, 3, 4]))
    assert found[0] == pytest.approx(1 - 4 * (1 / 4) ** 2)
    assert found[1:].tolist() == [0, 0, 0, 0]


MEASURES: list[Callable[..., Any]] = [
    values, analyze.constraint, analyze.effective_size, analyze.pagerank, analyze.core_number, analyze.cut_points,
]  # fmt: skip


@st.composite
def networks(draw: st.DrawFn) -> nx.Graph:
    size = draw(st.integers(1, 12))
    pairs = [(i, j) for i in range(size) for j in range(i)]
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    for i, j in draw(st.lists(st.sampled_from(pairs), max_size=30)) if pairs else []:
        graph.add_edge(i, j, weight=draw(st.sampled_from([1.0, 2.0, 5.0])))
    return graph


@settings(max_examples=60, deadline=None)
@given(graph=networks(), order=st.randoms(use_true_random=False))
def test_names_of_nodes_do_not_matter(graph: nx.Graph, order: Any) -> None:
    nodes = list(graph)
    names = dict(zip(nodes, order.sample(nodes, len(nodes)), strict=True))
    for measure in MEASURES:
        before = analyze.on_graph(measure, graph)
        after = analyze.on_graph(measure, nx.relabel_nodes(graph, names))
        same({names[n]: v for n, v in before.items()}, {names[n]: after[names[n]] for n in nodes})


@settings(max_examples=60, deadline=None)
@given(graph=networks())
def test_scaled_weights_change_nothing(graph: nx.Graph) -> None:
    matrix, _ = analyze.to_matrix(graph)
    for measure in MEASURES:
        assert measure(matrix * 8.0) == pytest.approx(measure(matrix), abs=1e-9, nan_ok=True)
    assert analyze.communities(matrix * 8.0).tolist() == analyze.communities(matrix).tolist()


@settings(max_examples=60, deadline=None)
@given(graph=networks())
def test_any_graph_gets_networkx_s_answers(graph: nx.Graph) -> None:
    same(analyze.on_graph(values, graph), nx.betweenness_centrality(graph))
    same(analyze.on_graph(analyze.constraint, graph), nx.constraint(graph, weight="weight"))
    assert analyze.on_graph(analyze.core_number, graph) == nx.core_number(graph)
    cut = {node for node, is_cut in analyze.on_graph(analyze.cut_points, graph).items() if is_cut}
    assert cut == set(nx.articulation_points(graph))
    edges = {frozenset(edge) for edge in analyze.cut_edges(analyze.to_matrix(graph)[0]).tolist()}
    assert edges == {frozenset(edge) for edge in nx.bridges(graph)}


@pytest.mark.parametrize("graph", [nx.Graph(), nx.empty_graph(1), nx.empty_graph(3), nx.path_graph(2)])
def test_a_graph_with_next_to_nothing_in_it_has_an_answer(graph: nx.Graph) -> None:
    for measure in (*MEASURES, analyze.eigenvector, analyze.communities):
        assert len(analyze.on_graph(measure, graph)) == len(graph)


def agreement(one: list[int], other: list[int]) -> float:
    """Normalised mutual information of two ways to group the same things."""
    n = len(one)
    table = np.zeros((len(set(one)), len(set(other))))
    rows, columns = np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]
    np.add.at(table, (rows, columns), 1 / n)
    a, b = table.sum(axis=1), table.sum(axis=0)
    some = table > 0
    information = (table[some] * np.log(table[some] / np.outer(a, b)[some])).sum()
    return float(2 * information / -((a * np.log(a)).sum() + (b * np.log(b)).sum()))
