"""What a page of a real graph shows: a neighbourhood, a cluster, a chain, the answer of a query."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.errors import KGError, NotFoundError, QueryError
from kg.graph import Filters, Graph
from kg.iri import concept_iri

LORA = concept_iri("lora")
INTRODUCES = "CONSTRUCT { ?p kg:introduces ?e } WHERE { ?p kg:introduces ?e }"


@pytest.fixture(scope="module")
def graph(demo_graph: Path) -> Graph:
    return kg.open(demo_graph)


def shown(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="kg-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def labels(data: Any) -> set[str]:
    return {node["label"] for node in data["nodes"]}


def test_one_step_shows_only_what_papers_name_with_the_focus(graph: Graph) -> None:
    data = shown(graph.view("LoRA", limit=40))
    rows = graph.query(f"SELECT DISTINCT ?e WHERE {{ ?p kg:mentions <{LORA}> , ?e }}").rows()
    beside = {row[0].value for row in rows if row[0] is not None}  # type: ignore[union-attr]
    assert data["nodes"][data["focus"]]["iri"] == LORA
    assert {node["iri"] for node in data["nodes"]} <= beside | {LORA}


def test_two_steps_also_show_what_no_paper_names_with_the_focus(graph: Graph) -> None:
    near = {node["iri"] for node in shown(graph.view("LoRA", limit=5000))["nodes"]}
    far = {node["iri"] for node in shown(graph.view("LoRA", depth=2, limit=60))["nodes"]}
    assert far - near
    assert len(far) == 60


def test_every_edge_of_a_neighbourhood_tells_a_sentence_and_a_paper(graph: Graph) -> None:
    data = shown(graph.view("LoRA", limit=20))
    for edge in data["edges"]:
        assert edge["papers"]
        for title, _, sentence, start, end, _ in edge["evidence"]:
            assert title
            assert 0 <= start < end <= len(sentence)


def test_a_cluster_is_the_one_that_analyze_numbers_so(graph: Graph) -> None:
    found = graph.clusters()[0]
    data = shown(graph.view(cluster=found.id))
    assert data["title"] == found.name
    assert {node["iri"] for node in data["nodes"]} <= set(found.members)


def test_a_cluster_that_is_not_there_is_refused_with_those_that_are(graph: Graph) -> None:
    with pytest.raises(NotFoundError, match="no cluster 999: there are 0 to"):
        graph.view(cluster=999)


def test_a_path_shows_the_steps_that_analyze_finds(graph: Graph) -> None:
    one, other = (row.label for row in graph.clusters()[0].terms[:2])
    paths = graph.path(one, other, top=5)
    data = shown(graph.view(path=(one, other)))
    assert {node["iri"] for node in data["nodes"]} == {
        iri for path in paths for step in path.steps for iri in (step.source, step.target)
    }
    assert all(edge["papers"] for edge in data["edges"])


def test_a_path_from_a_thing_to_itself_says_that_it_is_one(graph: Graph) -> None:
    data = shown(graph.view(path=("LoRA", "LoRA")))
    assert data["nodes"] == []
    assert data["empty"] == "LoRA and LoRA: They are the same entity."


@pytest.mark.parametrize("query", [INTRODUCES, "SELECT ?s ?p ?o WHERE { ?s ?p ?o FILTER(?p = kg:introduces) }"])
def test_a_query_is_seen_as_its_triples(graph: Graph, query: str) -> None:
    triples = list(graph.query(INTRODUCES).triples())
    data = shown(graph.view(query=query, limit=5000))
    assert len(data["edges"]) == len(triples)
    assert {node["iri"] for node in data["nodes"]} == {
        term.value for triple in triples for term in (triple.subject, triple.object)
    }
    assert {edge["kind"] for edge in data["edges"]} == {"kg:introduces"}


def test_papers_of_a_query_have_their_title_and_entities_their_sentences(graph: Graph) -> None:
    data = shown(graph.view(query=INTRODUCES, limit=5000))
    papers = [node for node in data["nodes"] if node["type"] == "Paper"]
    assert papers and {node["label"] for node in papers} == {graph.find_paper(n["iri"]).title for n in papers}
    assert all(node["evidence"] for node in data["nodes"] if node["type"] != "Paper")


def test_literals_of_a_query_are_told_of_their_subject_and_a_label_names_it(graph: Graph) -> None:
    query = 'CONSTRUCT { <urn:a> rdfs:label "A thing" ; kg:note "said of it" ; kg:next <urn:b> } WHERE {}'
    data = shown(graph.view(query=query))
    thing = next(node for node in data["nodes"] if node["iri"] == "urn:a")
    assert thing["label"] == "A thing"
    assert ["kg:note", "said of it"] in thing["facts"]
    assert len(data["nodes"]) == 2


def test_a_query_with_more_nodes_than_fit_says_so(graph: Graph) -> None:
    data = shown(graph.view(query=INTRODUCES, limit=10))
    assert len(data["nodes"]) == 10
    assert "10 of" in data["subtitle"]


def test_a_query_that_finds_nothing_says_so(graph: Graph) -> None:
    data = shown(graph.view(query="SELECT ?s ?p ?o WHERE { ?s kg:noSuchThing ?o BIND(kg:uses AS ?p) }"))
    assert (data["nodes"], data["empty"]) == ([], "The query found nothing.")


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "SELECT ?s WHERE { ?s ?p ?o }"])
def test_a_query_without_triples_is_refused(graph: Graph, query: str) -> None:
    with pytest.raises(QueryError, match="gives no triples"):
        graph.view(query=query)


def test_a_focus_that_the_filters_leave_out_gives_a_page_that_says_so(graph: Graph) -> None:
    data = shown(graph.view("LoRA", filters=Filters(types=("Dataset",))))
    assert data["nodes"] == []
    assert data["empty"] == "No paper that passes the filters names LoRA."


def test_two_things_at_once_are_refused(graph: Graph) -> None:
    with pytest.raises(KGError, match="one thing"):
        graph.view("LoRA", cluster=0)
