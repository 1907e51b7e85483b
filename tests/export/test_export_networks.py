"""GraphML and GEXF load in networkx with their attributes."""

from __future__ import annotations

import io
from itertools import combinations

import networkx as nx
import pytest
from export_graphs import VOCABULARY, Make, entity

from kg.errors import KGError
from kg.export import cooccurrence as module
from kg.export import export
from kg.export.cooccurrence import cooccurrence
from kg.iri import concept_iri
from kg.model import Extraction, Origin, Paper
from kg.store import Generation
from kg.vocabulary import Concept

READ = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


def loaded(generation: Generation, format: str, min_support: int | None = None) -> nx.Graph:
    out = io.BytesIO()
    export(generation, format, out, min_support=min_support)
    out.seek(0)
    return READ[format](out)


@pytest.mark.parametrize("format", READ)
def test_nodes_have_their_attributes(graph: Generation, format: str) -> None:
    node = loaded(graph, format).nodes[concept_iri("gloss")]
    assert node["label"] == "Gloss & Sheen"
    assert (node["type"], node["papers"], node["known"]) == ("Metric", 2, True)


@pytest.mark.parametrize("format", READ)
def test_what_the_vocabulary_does_not_hold_is_not_known(graph: Generation, format: str) -> None:
    assert loaded(graph, format).nodes[concept_iri("tiny-net")]["known"] is False


@pytest.mark.parametrize("format", READ)
def test_an_edge_weighs_the_papers_in_common(graph: Generation, format: str) -> None:
    edges = loaded(graph, format).edges
    assert edges[concept_iri("adapter"), concept_iri("gloss")]["weight"] == 2
    assert edges[concept_iri("adapter"), concept_iri("tiny-net")]["weight"] == 1


@pytest.mark.parametrize("format", READ)
def test_an_entity_is_not_joined_to_itself_and_edges_are_undirected(graph: Generation, format: str) -> None:
    found = loaded(graph, format)
    assert not found.is_directed()
    assert not found.is_multigraph()
    assert nx.number_of_selfloops(found) == 0
    assert found.number_of_edges() == 3


@pytest.mark.parametrize("format", READ)
def test_a_least_support_leaves_weaker_edges_and_rarer_entities_out(graph: Generation, format: str) -> None:
    found = loaded(graph, format, 2)
    assert set(found.nodes) == {concept_iri("adapter"), concept_iri("gloss")}


@pytest.mark.parametrize("format", READ)
def test_a_graph_without_entities_is_an_empty_network(make: Make, format: str) -> None:
    assert len(loaded(make([(Paper("A title", "", Origin("f", "csv", 1)), Extraction())]), format)) == 0


@pytest.mark.parametrize("format", READ)
def test_a_label_that_xml_cannot_hold_is_replaced_and_quotes_are_kept(make: Make, format: str) -> None:
    vocabulary = (Concept("x", "A\"'<\x02>\r\n", "Method"),)
    text = "Here is X."
    papers = [(Paper("A title", text, Origin("f", "csv", 1)), Extraction((entity(text, "x", "X"),)))]
    assert loaded(make(papers, vocabulary), format).nodes[concept_iri("x")]["label"] == "A\"'<\ufffd>\r\n"


def test_graphml_says_its_least_support_and_definitions(make: Make) -> None:
    text = "Tuning it."
    papers = [(Paper("A title", text, Origin("f", "csv", 1)), Extraction((entity(text, "tuning", "Tuning"),)))]
    found = loaded(make(papers), "graphml", 1)
    assert found.graph["min_support"] == 1
    assert found.nodes[concept_iri("tuning")]["definition"] == VOCABULARY[1].definition


def test_the_default_least_support_keeps_the_number_of_edges_in_bounds(
    graph: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cooccurrence(graph).min_support == 1
    monkeypatch.setattr(module, "EDGES", 2)
    bounded = cooccurrence(graph)
    assert bounded.min_support == 2
    assert len(list(bounded.edges())) == 1
    monkeypatch.setattr(module, "EDGES", 0)
    assert cooccurrence(graph).min_support == 3


def test_edges_do_not_depend_on_the_blocks_they_are_counted_in(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"m{n}" for n in range(12)]
    papers = []
    for number in range(20):
        here = [name for place, name in enumerate(names) if (number * (place + 3)) % 5 < 3]
        text = " ".join(f"{name};" for name in here)
        found = tuple(entity(text, name, f"{name};", known=False) for name in here)
        papers.append((Paper(f"Paper {number}", text, Origin("f", "csv", number + 1)), Extraction(found)))
    expected: dict[tuple[str, str], int] = {}
    for _, extraction in papers:
        for pair in combinations(sorted(e.slug for e in extraction.entities), 2):
            expected[pair] = expected.get(pair, 0) + 1
    generation = make(papers, ())
    for block in (1, 5, 512):
        monkeypatch.setattr(module, "_BLOCK", block)
        network = cooccurrence(generation, 1)
        slugs = [e.slug for e in network.entities]
        edges = list(network.edges())
        assert {(slugs[a], slugs[b]): w for a, b, w in edges} == expected
        assert edges == sorted(edges)


def test_a_support_below_one_and_graphs_of_a_network_are_refused(graph: Generation) -> None:
    with pytest.raises(KGError, match="0 papers in common are no edge"):
        export(graph, "graphml", io.BytesIO(), min_support=0)
    with pytest.raises(KGError, match="gexf holds no RDF graphs"):
        export(graph, "gexf", io.BytesIO(), graphs=["papers"])
