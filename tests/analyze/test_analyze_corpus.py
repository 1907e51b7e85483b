"""What analyses say of small corpora with a known answer."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from time import process_time
from typing import Any, cast

import networkx as nx
import numpy as np
import pytest
from corpora import Corpus, corpus, themes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from kg import analyze
from kg.build import build
from kg.iri import slugify
from kg.model import Extraction, Origin, Paper, Predicate, Relation
from kg.store import GraphFolder, Index, MentionTable
from kg.store.mapping import paper_quads

NAMES = ("Speech", "Vision", "Music", "Code", "Law", "Health", "Games", "Maps")
FIELDS = {name: [f"{name} {letter}" for letter in "ABCDEFGHIJKL"] for name in NAMES}
TWO = {name: FIELDS[name] for name in NAMES[:2]}


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Eight fields of 30 papers; Hub is in every second paper, Joiner in 5 of speech and 5 of vision."""
    papers = [list(p) for p in themes(FIELDS, 30, 6)]
    for number in range(0, 240, 2):
        papers[number] = [*papers[number], ["Hub"]]
    for number in (1, 3, 5, 7, 9, 31, 33, 35, 37, 39):
        papers[number] = [[*papers[number][0], "Joiner"], *papers[number][1:]]
    return corpus(tmp_path_factory.mktemp("eight"), papers)


def labels(rows: Any) -> list[str]:
    return [row.label for row in rows]


# Projections


def test_a_projection_counts_papers_not_mentions(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"], ["A", "B"], ["A"]], [["A"], ["B"]], [["A", "C"]]])
    found = analyze.cooccurrence(made.table)
    assert found.papers.tolist() == [3, 2, 1]
    assert found.counts.toarray().tolist() == [[0, 2, 1], [2, 0, 0], [1, 0, 0]]
    assert found.total == 3


def test_weights_are_what_their_names_say(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"]], [["A", "B", "C"]], [["A"]], [["D"]]])
    weight = {w: analyze.cooccurrence(made.table, weight=w).weights.toarray() for w in analyze.WEIGHTS}
    assert weight["count"][0, 1] == 2
    assert weight["jaccard"][0, 1] == pytest.approx(2 / 3)
    assert weight["fractional"][0, 1] == pytest.approx(1 + 1 / 2)
    assert weight["npmi"][0, 1] == pytest.approx(np.log(2 * 4 / (3 * 2)) / np.log(4 / 2))
    assert all((w == w.T).all() for w in weight.values())


def test_a_projection_heeds_types_support_and_the_filter(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B", "C"]], [["A", "B"]], [["A", "C"]]], types={"C": "Task"})
    rows = made.rows
    assert analyze.cooccurrence(made.table, types=["Method"]).entities.tolist() == [rows["A"], rows["B"]]
    assert analyze.cooccurrence(made.table, min_papers=3).entities.tolist() == [rows["A"]]
    assert analyze.cooccurrence(made.table, min_support=2).counts[1, 2] == 0
    assert analyze.cooccurrence(made.table, roles=["introduces"]).entities.tolist() == []
    assert analyze.cooccurrence(made.table, made.table.paper == 1).papers.tolist() == [1, 1]


def test_networkx_gets_all_attributes(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"]], [["A"]], [["C"]]])
    graph = analyze.to_networkx(analyze.cooccurrence(made.table), made.index)
    a, b = (made.index.entity(made.rows[n]).iri for n in "AB")
    assert graph.nodes[a] == {"iri": a, "label": "A", "type": "Method", "papers": 2}
    assert graph.edges[a, b] == {"weight": 1, "papers": 1, "npmi": pytest.approx(np.log(1.5) / np.log(3))}
    assert graph.number_of_edges() == 1


def test_the_bipartite_graph_tells_how_often_a_paper_names_an_entity(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"], ["A"]], [["B"]]])
    graph = analyze.bipartite_to_networkx(analyze.cooccurrence(made.table), made.table, made.index)
    assert nx.is_bipartite(graph)
    first, a = made.index.paper(0).iri, made.index.entity(made.rows["A"]).iri
    assert graph.edges[first, a]["mentions"] == 2
    assert graph.number_of_edges() == 3


def test_papers_are_similar_by_rare_entities_more_than_by_common_ones(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["Rare", "Common"]], [["Rare", "X"]], [["Common", "Y"]], [["Common", "Z"]], [["Common"]]])
    found = analyze.paper_similarity(analyze.cooccurrence(made.table))
    assert found[0, 1] > found[0, 2] > 0
    assert (found != found.T).nnz == 0
    assert analyze.papers_to_networkx(found, made.index).number_of_nodes() == 5


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=5, unique=True), min_size=1, max_size=8))
def test_counts_are_those_of_a_loop(tmp_path_factory: pytest.TempPathFactory, papers: list[list[str]]) -> None:
    made = corpus(tmp_path_factory.mktemp("loop"), [[p] for p in papers])
    found = analyze.cooccurrence(made.table)
    for one, i in made.rows.items():
        for other, j in made.rows.items():
            expected = 0 if one == other else sum(one in p and other in p for p in papers)
            assert found.counts[i, j] == expected


# Null model


def test_rewired_networks_keep_all_degrees_and_no_link_twice(eight: Corpus) -> None:
    incidence = analyze.cooccurrence(eight.table).incidence
    for seed in range(5):
        found = analyze.rewired(incidence, seed)
        assert found.max() == 1
        assert found.sum(axis=0).tolist() == incidence.sum(axis=0).tolist()
        assert found.sum(axis=1).tolist() == incidence.sum(axis=1).tolist()
        assert (found != incidence).nnz > 0


def test_expected_ties_are_those_of_rewired_networks(eight: Corpus) -> None:
    found = analyze.partition(eight.index, eight.table)
    real = analyze.ties(found.projection.incidence, found.labels, found.rarity)
    drawn = [
        analyze.ties(analyze.rewired(found.projection.incidence, seed), found.labels, found.rarity).amount
        for seed in range(200)
    ]
    middle, spread = np.mean(drawn, axis=0), np.std(drawn, axis=0)
    many = found.projection.papers >= 8
    assert real.expected[many] == pytest.approx(middle[many], rel=0.25)
    assert np.abs(real.expected - middle)[many].mean() < 0.5 * spread[many].mean()


def test_chance_links_are_left_out_of_the_backbone(eight: Corpus) -> None:
    found = analyze.cooccurrence(eight.table)
    kept = analyze.validated(found)
    hub, a, b, far = (found.node(eight.rows[n]) for n in ("Hub", "Speech A", "Speech B", "Vision A"))
    assert kept[a, b] > 0
    assert kept[a, far] == 0
    assert kept[[hub]].nnz == 0


# Clusters


def test_fields_are_found_and_named_by_their_own_terms(eight: Corpus) -> None:
    found = analyze.clusters(eight.index, eight.table)
    assert len(found) == len(FIELDS)
    for cluster in found:
        assert len({label.split()[0] for label in labels(cluster.terms)} - {"Joiner"}) == 1
        assert "Hub" not in cluster.name
        assert 28 <= cluster.papers <= 32
    for cluster in found:
        for example in cluster.examples:
            assert example.evidence is not None
            shown = example.evidence.sentence[example.evidence.start : example.evidence.end]
            assert shown in labels(cluster.terms)


def test_clusters_tell_their_years_or_that_there_are_none(tmp_path: Path, eight: Corpus) -> None:
    dates = [str(2000 + i % 20) if i % 2 else None for i in range(80)]
    made = corpus(tmp_path, themes(TWO, 40, 6), dates=dates)
    found = analyze.clusters(made.index, made.table)
    assert [(c.dated, c.years) for c in found] == [(20, (2001, 2009, 2019))] * 2
    assert all(c.dated == 0 and c.years is None for c in analyze.clusters(eight.index, eight.table))


def test_callon_density_and_centrality_are_sums_of_equivalence(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"]], [["A", "B"]], [["B", "C"]], [["C", "D"]]])
    found = analyze.cooccurrence(made.table)
    density, centrality = analyze.callon(found.counts, found.papers, np.array([0, 0, 1, 1]))
    assert density.tolist() == pytest.approx([100 * (4 / 6) / 2, 100 * (1 / 2) / 2])
    assert centrality.tolist() == pytest.approx([10 / 6, 10 / 6])


def test_rows_are_plain_data(eight: Corpus) -> None:
    rows: list[Any] = [
        *analyze.clusters(eight.index, eight.table),
        *analyze.bridges(eight.index, eight.table),
        *analyze.central(eight.index, eight.table),
        *analyze.gaps(eight.index, eight.table),
        analyze.compare(eight.index, eight.table, 0, 1),
    ]
    for row in rows:
        assert json.loads(json.dumps(dataclasses.asdict(row)))


def test_a_cluster_tells_the_clusters_within_it(tmp_path: Path) -> None:
    halves = {f"{name} {half}": [f"{name} {half} {i}" for i in range(8)] for name in NAMES[:3] for half in ("x", "y")}
    joint = {name: [*halves[f"{name} x"], *halves[f"{name} y"]] for name in NAMES[:3]}
    made = corpus(tmp_path, [*themes(halves, 30, 5), *themes(joint, 60, 6, seed=1)])
    found = analyze.clusters(made.index, made.table, resolution=0.5)
    assert len(found) == 3
    for cluster in found:
        labels_of = [{made.index.entity(made.rows[n]).iri for n in names} for names in halves.values()]
        assert {frozenset(p.members) for p in cluster.parts} <= {frozenset(x) for x in labels_of}
        assert len(cluster.parts) == 2


# Bridges


def test_the_bridge_is_found_with_sentences_of_both_sides_and_the_hub_is_not(eight: Corpus) -> None:
    found = analyze.bridges(eight.index, eight.table)
    assert "Hub" not in labels(found)
    joiner = found[0]
    assert joiner.label == "Joiner"
    assert len(joiner.sides) == 2
    for side in joiner.sides:
        field = next(name for name in TWO if name in side.name)
        assert side.z > 2
        assert side.ratio == pytest.approx(side.amount / side.expected, rel=1e-2)
        assert len({e.paper for e in side.evidence}) == 2
        for evidence in side.evidence:
            assert evidence.sentence[evidence.start : evidence.end] == "Joiner"
            assert field in evidence.sentence
    assert len({e.paper for side in joiner.sides for e in side.evidence}) == 4


def test_a_bridge_rests_on_both_sides(eight: Corpus) -> None:
    for least in (0.05, 0.2):
        for row in analyze.bridges(eight.index, eight.table, min_share=least):
            assert all(side.amount >= least * row.papers for side in row.sides[:2])
    assert labels(analyze.bridges(eight.index, eight.table, min_share=0.2)) == ["Joiner"]
    assert analyze.bridges(eight.index, eight.table, min_share=0.6) == []


def test_near_clusters_meet_the_same_others() -> None:
    seen = np.array([[0.0, 0, 9, 1], [0, 0, 9, 1], [9, 9, 0, 0], [1, 1, 0, 0]])
    found = analyze.nearness(seen, 4 * (1 - np.eye(4)))
    assert found[0, 1] == pytest.approx(1)
    assert found[0, 3] == found[2, 3] == 0
    assert (found == found.T).all()


def test_what_few_papers_name_joins_the_cluster_that_it_is_tied_to(tmp_path: Path) -> None:
    papers = list(themes(TWO, 250, 6, extra=[["Rare", *FIELDS["Vision"][:5]]] * 2))
    made = corpus(tmp_path, papers)
    assert analyze.least_papers(len(papers)) == 3
    of = {iri: c.id for c in analyze.clusters(made.index, made.table) for iri in c.members}
    rare, vision, speech = (
        e.iri for e in made.index.entities([made.rows[n] for n in ("Rare", "Vision A", "Speech A")])
    )
    assert of[rare] == of[vision] != of[speech]


def test_a_random_corpus_has_no_bridges(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    names = [f"Thing {i}" for i in range(60)]
    papers = [[[str(n) for n in rng.choice(names, 5, replace=False)]] for _ in range(200)]
    made = corpus(tmp_path, papers)
    assert len(analyze.bridges(made.index, made.table, max_chance=0.05)) <= 2


def test_links_between_clusters_are_the_papers_that_name_both(tmp_path: Path) -> None:
    papers = themes(FIELDS, 20, 6, extra=[["Speech A", "Vision A"]] * 6)
    made = corpus(tmp_path, papers)
    found = analyze.partition(made.index, made.table)
    one, other = (int(found.labels[made.rows[f"{name} A"]]) for name in TWO)
    best = analyze.links_between(found, made.index, made.table, one, other)[0]
    assert (best.one_label, best.other_label, best.papers) == ("Speech A", "Vision A", 6)
    assert best.evidence[0].sentence == "We see Speech A and Vision A."


# Gaps


def test_a_gap_names_the_two_clusters_that_do_not_meet_and_what_no_paper_mentions(tmp_path: Path) -> None:
    rng, names = np.random.default_rng(1), NAMES[:4]
    papers = themes({name: FIELDS[name] for name in names}, 40, 6)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if (one, other) != ("Speech", "Vision"):
                for _ in range(12):
                    papers.append([[str(n) for f in (one, other) for n in rng.choice(FIELDS[f], 4, replace=False)]])
    made = corpus(tmp_path, papers)
    gap = analyze.gaps(made.index, made.table)[0]
    assert {gap.one_name.split()[0], gap.other_name.split()[0]} == {"Speech", "Vision"}
    assert (gap.observed, gap.expected > 5) == (0, True)
    assert gap.unmet[0].statement.startswith("No paper here mentions both")
    together = analyze.cooccurrence(made.table)
    for pair in gap.unmet:
        assert together.counts[made.rows[pair.one_label], made.rows[pair.other_label]] == 0
    for closer in gap.closers:
        assert len(closer.evidence) == 2


def test_quasi_independence_keeps_the_sums() -> None:
    rng = np.random.default_rng(0)
    half = np.triu(rng.integers(0, 20, (6, 6)), 1)
    observed = (half + half.T).astype(float)
    found = analyze.quasi_independent(observed)
    assert found.sum(axis=1) == pytest.approx(observed.sum(axis=1), abs=1e-6)
    assert not found.diagonal().any()


# Paths and comparisons


def test_a_path_goes_over_the_special_and_not_over_the_common(tmp_path: Path) -> None:
    papers = [[["A", "Special"]]] * 3 + [[["Special", "B"]]] * 3 + [[["A", "Common"]], [["B", "Common"]]]
    papers += [[["Common", f"X{i}"]] for i in range(12)]
    made = corpus(tmp_path, papers)
    found = analyze.evidence_paths(made.index, made.table, made.rows["A"], made.rows["B"])
    assert [step.target_label for step in found[0].steps] == ["Special", "B"]
    assert found[0].steps[0].evidence[0].sentence == "We see A and Special."
    assert [p.length for p in found] == sorted(p.length for p in found)


def test_a_path_between_things_that_never_meet_is_no_path(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"]], [["C", "D"]]])
    assert analyze.evidence_paths(made.index, made.table, made.rows["A"], made.rows["D"]) == []


def test_a_comparison_counts_papers_and_says_what_is_shared(tmp_path: Path) -> None:
    papers = [[["A", "B", "Score"]], [["A"], ["B"]], [["A", "Score"]], [["B"]], [["Other"]]]
    made = corpus(tmp_path, papers, dates=["2020-05", "2019", None, None, None], types={"Score": "Metric"})
    found = analyze.compare(made.index, made.table, made.rows["A"], made.rows["B"])
    assert (found.both, found.only_one, found.only_other, found.in_a_sentence) == (2, 1, 1, 1)
    assert found.first_together == "2019"
    assert found.statement == "2 papers mention both A and B, 1 in one sentence."
    assert [(s.label, s.with_one, s.with_other) for s in found.shared] == [("Score", 2, 1)]
    assert [e.sentence for e in found.evidence] == ["We see A and B and Score.", "We see A.", "We see B."]


def test_a_comparison_says_that_no_paper_mentions_both(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "C"]], [["B", "C"]]])
    found = analyze.compare(made.index, made.table, made.rows["A"], made.rows["B"])
    assert found.statement == "No paper here mentions both A and B."
    assert (found.both, found.npmi, found.first_together) == (0, None, None)


def stated(made: Corpus, relations: dict[int, list[tuple[str, str, str, float, bool]]]) -> Store:
    """A store with statements of the papers, each on the first sentence, written by the one mapping."""
    store = Store()
    for paper in made.index.each_paper():
        end = paper.abstract.index(".") + 1
        said = tuple(
            Relation(slugify(a), cast(Predicate, relation), slugify(b), "abstract", 0, end, sure, denied)
            for a, relation, b, sure, denied in relations.get(paper.row, [])
        )
        record = Paper(paper.title, paper.abstract, Origin("x.jsonl", "jsonl", 0))
        lines = paper_quads(paper.iri, record, Extraction((), said), "test-1")
        store.load("\n".join(lines).encode(), format=RdfFormat.N_QUADS)
    return store


def test_a_comparison_says_who_is_said_to_outperform_whom_and_where(tmp_path: Path) -> None:
    made = corpus(tmp_path, [[["A", "B"], ["C"]], [["B", "A"]], [["A", "B"]], [["A", "B"]], [["B", "C"]]])
    said = {
        0: [("A", "outperforms", "B", 0.9, False), ("A", "outperforms", "C", 0.9, False)],
        1: [("B", "outperforms", "A", 0.8, True)],
        2: [("A", "compared_with", "B", 0.7, False)],
        3: [("A", "outperforms", "B", 0.3, False)],
    }
    ends = made.rows["A"], made.rows["B"]
    store = stated(made, said)
    found = analyze.compare(made.index, made.table, *ends, store=store)
    assert [(c.subject_label, c.relation, c.object_label, c.denied, c.confidence) for c in found.claims] == [
        ("A", "outperforms", "B", False, 0.9),
        ("A", "outperforms", "B", False, 0.3),
        ("B", "outperforms", "A", True, 0.8),
        ("A", "compared_with", "B", False, 0.7),
    ]
    assert (
        found.verdict
        == "1 paper says that A outperforms B (1 more may). 1 paper denies or hedges that B outperforms A."
    )
    for claim in found.claims:
        proof = claim.evidence
        assert made.index.find_paper(proof.paper).abstract.startswith(proof.sentence)
        assert proof.sentence[proof.start : proof.end] == claim.subject_label
    back = analyze.compare(made.index, made.table, *reversed(ends), store=store)
    assert sorted(map(repr, back.claims)) == sorted(map(repr, found.claims))
    few = analyze.compare(made.index, made.table, *ends, made.table.paper != 0, store=store)
    assert few.verdict == "1 paper may say that A outperforms B. 1 paper denies or hedges that B outperforms A."
    other = analyze.compare(made.index, made.table, made.rows["B"], made.rows["C"], store=store)
    assert (other.verdict, other.claims) == ("No paper here says that one outperforms the other.", ())


# Centrality


def test_central_entities_come_first_by_each_measure(eight: Corpus) -> None:
    for measure in analyze.MEASURES:
        rows = analyze.central(eight.index, eight.table, by=measure, weight="count", min_support=1, top=3)
        assert rows[0].label == "Hub"


# Corner cases


def everything(made: Corpus) -> list[Any]:
    args = (made.index, made.table)
    first, last = 0, max(made.table.entities - 1, 0)
    found: list[Any] = [
        analyze.clusters(*args), analyze.bridges(*args), analyze.gaps(*args), analyze.central(*args),
        analyze.trends(*args), analyze.new(*args, "2020"),
        analyze.paper_similarity(analyze.cooccurrence(made.table)),
        analyze.to_networkx(analyze.cooccurrence(made.table), made.index),
    ]  # fmt: skip
    if made.table.entities:
        found += [analyze.compare(*args, first, last), analyze.evidence_paths(*args, first, last)]
    return found


@pytest.mark.parametrize(
    "papers",
    [[], [[]], [[], []], [[["A"]]], [[["A", "B", "C"]]], [[["A", "B", "C"]]] * 6, [[["A"]], [["B"]]]],
    ids=["no paper", "no entity", "two empty papers", "one entity", "one paper", "identical papers", "two apart"],
)
def test_a_corpus_with_next_to_nothing_in_it_has_an_answer(tmp_path: Path, papers: Any) -> None:
    everything(corpus(tmp_path, papers))


def test_one_abstract_of_a_hundred_thousand_words_has_an_answer_in_seconds(tmp_path: Path) -> None:
    giant = [[f"Thing {i % 1000}" for i in range(j, j + 20)] for j in range(0, 34_000, 20)]
    made = corpus(tmp_path, [giant, [["Thing 1", "Thing 2"]]])
    assert len(made.index.paper(0).abstract.split()) > 100_000
    began = process_time()
    everything(made)
    assert process_time() - began < 10


def test_answers_do_not_change_from_one_run_to_the_next(eight: Corpus) -> None:
    def run() -> list[Any]:
        args = (eight.index, eight.table)
        return [analyze.clusters(*args), analyze.bridges(*args), analyze.gaps(*args), analyze.central(*args)]

    assert run() == run()


# Real papers


@pytest.mark.slow
def test_fields_of_the_daily_papers_stand_apart_and_no_hub_leads_the_bridges(tmp_path: Path, shared: Path) -> None:
    folder = GraphFolder(tmp_path / "graph")
    build(folder, [str(page) for page in sorted((shared / "corpus").glob("daily-papers-*.txt"))])
    generation = folder.current()
    index, table = Index(generation.index), MentionTable.open(generation.mentions)
    found = analyze.clusters(index, table, top=40)
    named = [
        "Quantization", "Diffusion Model", "Information Retrieval", "Automatic Speech Recognition",
        "Parameter-Efficient Fine-Tuning", "Mixture of Experts",
    ]  # fmt: skip
    of = {term.label: c.id for c in found for term in c.terms}
    assert len({of[name] for name in named}) == len(named)
    # A trivial hub is what every tenth paper names.
    hubs = {e.label for e in index.entities() if 10 * e.papers >= table.papers}
    assert len(hubs) >= 5
    best = analyze.bridges(index, table, top=20)
    assert len(best) == 20
    assert not hubs & set(labels(best))
    assert all(len({e.paper for side in row.sides for e in side.evidence}) >= 2 for row in best)
