"""Missing links: the measures against networkx, and predictions on corpora in which it is known what comes."""

from __future__ import annotations

from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from corpora import Corpus, corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import analyze
from kg.errors import KGError

NAMED = (nx.karate_club_graph, nx.les_miserables_graph, nx.florentine_families_graph)
INDICES = {
    "adamic_adar": (analyze.adamic_adar, nx.adamic_adar_index),
    "resource_allocation": (analyze.resource_allocation, nx.resource_allocation_index),
    "preferential_attachment": (analyze.preferential_attachment, nx.preferential_attachment),
}


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("make", NAMED)
def test_indices_are_those_of_networkx(name: str, make: Any) -> None:
    graph = make()
    matrix, nodes = analyze.to_matrix(graph)
    ours, theirs = INDICES[name]
    found = ours(matrix, np.arange(len(nodes)))
    at = {node: i for i, node in enumerate(nodes)}
    for a, b, value in theirs(graph, combinations(nodes, 2)):
        assert found[at[a], at[b]] == pytest.approx(value, abs=1e-9)
        assert found[at[b], at[a]] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("make", NAMED)
def test_common_neighbours_are_those_of_networkx(make: Any) -> None:
    graph = make()
    matrix, nodes = analyze.to_matrix(graph)
    found = analyze.common_neighbours(matrix, np.array([2, 5]))
    for row, node in zip(found, (nodes[2], nodes[5]), strict=True):
        expected = [len(list(nx.common_neighbors(graph, node, other))) for other in nodes if other != node]
        assert [v for v, other in zip(row, nodes, strict=True) if other != node] == expected


def test_katz_is_the_sum_of_powers() -> None:
    matrix, nodes = analyze.to_matrix(nx.karate_club_graph(), weight=None)
    dense = matrix.toarray()
    everything = np.linalg.inv(np.eye(len(nodes)) - 0.05 * dense) - np.eye(len(nodes))
    found = analyze.katz(matrix, np.array([0, 33]), beta=0.05, length=60)
    assert found == pytest.approx(everything[[0, 33]], abs=1e-9)


@pytest.mark.parametrize("make", NAMED)
def test_personalised_pagerank_is_that_of_networkx_both_ways(make: Any) -> None:
    graph = make()
    matrix, nodes = analyze.to_matrix(graph)
    weight = "weight" if nx.is_weighted(graph) else None
    one, other = nodes[0], nodes[-1]
    expected = sum(
        nx.pagerank(graph, 0.5, {a: 1}, weight=weight, tol=1e-14, max_iter=500)[b]
        for a, b in ((one, other), (other, one))
    )
    found = analyze.personalised_pagerank(matrix, np.array([0, len(nodes) - 1]), steps=60)
    assert found[0, -1] == pytest.approx(expected, abs=1e-9)
    assert found[1, 0] == pytest.approx(found[0, -1], abs=1e-12)


def test_the_spectrum_of_all_dimensions_is_the_matrix() -> None:
    matrix, nodes = analyze.to_matrix(nx.les_miserables_graph())
    values, vectors = analyze.spectrum(matrix, len(nodes) - 2)
    strength = np.asarray(matrix.sum(axis=1)).ravel()
    whole = matrix.toarray() / np.sqrt(np.outer(strength, strength))
    found = analyze.factorised(values, vectors, np.arange(len(nodes)))
    assert np.abs(found - whole).max() < 1e-6


# Figures of a ranking


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=25), st.randoms())
def test_figures_are_those_of_their_definitions_and_heed_no_order(rows: list[tuple[int, bool]], order: Any) -> None:
    if len({hit for _, hit in rows}) < 2:
        rows = [*rows, (2, True), (3, False)]
    scores, hit = np.array([s for s, _ in rows], dtype=float), np.array([h for _, h in rows])
    found = analyze.ranking(scores, hit, (1, 5, len(rows)))
    pairs = [(a > b) + (a == b) / 2 for a in scores[hit] for b in scores[~hit]]
    assert found.auc == pytest.approx(np.mean(pairs))
    precision = [hit[scores >= s].mean() for s in scores[hit]]
    assert found.average_precision == pytest.approx(np.mean(precision))
    assert found.hits[2] == pytest.approx(hit.sum())
    mixed = order.sample(range(len(rows)), len(rows))
    assert analyze.ranking(scores[mixed], hit[mixed], (1, 5, len(rows))) == found


# How alike two groupings are


GROUPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30)


@given(GROUPS)
def test_the_rand_index_is_the_share_of_pairs_above_chance(rows: list[tuple[int, int]]) -> None:
    one, other = np.array(rows).T
    together = np.array([(one[i] == one[j], other[i] == other[j]) for i, j in combinations(range(len(rows)), 2)])
    both, a, b, every = (together.all(axis=1).sum(), *together.sum(axis=0), len(together))
    if (a + b) / 2 == a * b / every:
        assert analyze.adjusted_rand(one, other) == 1
    else:
        expected = (both - a * b / every) / ((a + b) / 2 - a * b / every)
        assert analyze.adjusted_rand(one, other) == pytest.approx(expected)


def test_mutual_information_is_adjusted_by_its_mean_over_all_orders() -> None:
    one, other = np.array([0, 0, 1, 1, 2, 2, 0]), np.array([0, 0, 1, 1, 1, 2, 2])

    def mutual(a: Any, b: Any) -> float:
        table = np.zeros((3, 3))
        np.add.at(table, (a, b), 1 / len(a))
        some = table > 0
        return float((table[some] * np.log(table[some] / np.outer(table.sum(1), table.sum(0))[some])).sum())

    chance = np.mean([mutual(one, other[list(p)]) for p in permutations(range(7))])
    entropy = (mutual(one, one) + mutual(other, other)) / 2
    expected = (mutual(one, other) - chance) / (entropy - chance)
    assert analyze.adjusted_mutual_information(one, other) == pytest.approx(expected, abs=1e-9)
    assert analyze.adjusted_mutual_information(one, one) == pytest.approx(1)


# Predictions


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Three groups of ten; until 2010 some pairs of a group have not met, after it just such meet, one in three."""
    rng = np.random.default_rng(4)
    groups = [[f"{g}{i}" for i in range(10)] for g in "ABC"]
    papers: list[list[list[str]]] = []
    dates = []
    for names in groups:
        pairs = list(combinations(names, 2))
        rng.shuffle(pairs)
        held, met = pairs[:15], pairs[15:]
        for pair in met:
            for _ in range(3):
                papers.append([[str(n) for n in pair]])
                dates.append(str(2000 + int(rng.integers(0, 8))))
        for pair in held[:5]:
            papers.append([[str(n) for n in pair]])
            dates.append("2009")
        for pair in held[5:10]:
            papers.append([[str(n) for n in pair]])
            dates.append("2012")
    types = {f"A{i}": "Task" for i in range(5)}
    return corpus(tmp_path_factory.mktemp("planted"), papers, dates=dates, types=types)  # type: ignore[arg-type]


def test_what_comes_is_predicted_and_popularity_does_not_see_it(planted: Corpus) -> None:
    found = analyze.backtest(planted.table, until=2010, horizon=3, at=(15,))
    rows = {row.by: row for row in found.rows}
    assert (found.met, set(rows)) == (15, set(analyze.PREDICTORS))
    for name in ("common-neighbours", "adamic-adar", "resource-allocation", "pagerank", "learned"):
        assert rows[name].auc > 0.95
        assert rows[name].average_precision > 3 * rows["preferential-attachment"].average_precision
    assert rows["preferential-attachment"].lift == 1
    assert rows["learned"].hits[0][1] > 5


def test_missing_links_are_pairs_of_a_group_with_the_way_that_leads_there(planted: Corpus) -> None:
    found = analyze.links(planted.index, planted.table, top=10)
    assert [row.by for row in found] == ["learned"] * 10
    together = analyze.cooccurrence(planted.table).counts
    for row in found:
        assert row.one_label[0] == row.other_label[0]
        assert together[planted.rows[row.one_label], planted.rows[row.other_label]] == 0
        assert row.statement == f"No paper here mentions both {row.one_label} and {row.other_label}."
        steps = row.paths[0].steps
        assert (steps[0].source_label, steps[-1].target_label) == (row.one_label, row.other_label)
        assert all(step.evidence for step in steps)
    assert [row.score for row in found] == sorted((row.score for row in found), reverse=True)


def test_links_of_one_entity_and_of_two_types(planted: Corpus) -> None:
    name = analyze.links(planted.index, planted.table, by="adamic-adar")[0].other_label
    one = analyze.links(planted.index, planted.table, entity=planted.rows[name], by="adamic-adar")
    assert {row.one_label for row in one} == {name}
    assert name not in {row.other_label for row in one}
    for row in analyze.links(planted.index, planted.table, types=("Method", "Task")):
        assert {row.one_type, row.other_type} == {"Method", "Task"}


def test_without_dates_nothing_is_learned_and_that_is_said(tmp_path: Path) -> None:
    papers = [[[f"A{i}", f"A{i + 1}"]] for i in range(6)] * 5
    made = corpus(tmp_path, papers)
    assert {row.by for row in analyze.links(made.index, made.table)} == {"resource-allocation"}
    with pytest.raises(KGError, match="nothing to learn from"):
        analyze.links(made.index, made.table, by="learned")
    with pytest.raises(KGError, match="no paper has a date"):
        analyze.backtest(made.table)


def test_predictions_do_not_change_from_one_run_to_the_next(planted: Corpus) -> None:
    args = (planted.index, planted.table)
    assert analyze.links(*args) == analyze.links(*args)
    assert analyze.backtest(planted.table, until=2010) == analyze.backtest(planted.table, until=2010)
