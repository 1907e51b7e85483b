"""``/sparql``: what a client sends, and what it gets."""

from __future__ import annotations

import csv
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib
from starlette.testclient import TestClient

ROWS = 300
METHODS = "SELECT ?s ?label { ?s a kg:Method ; skos:prefLabel ?label } ORDER BY ?s LIMIT 3"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def ask(client: TestClient, query: str, accept: str | None = None, **params: str | list[str]):  # type: ignore[no-untyped-def]
    headers = {"accept": accept} if accept else {}
    return client.get("/sparql", params={"query": query, **params}, headers=headers)


def triples_of(answer) -> set[pyoxigraph.Triple]:  # type: ignore[no-untyped-def]
    form = pyoxigraph.RdfFormat.from_media_type(answer.headers["content-type"].split(";")[0])
    return {quad.triple for quad in pyoxigraph.parse(answer.content, form)}


def names(client: TestClient) -> list[str]:
    return [b["label"]["value"] for b in ask(client, METHODS).json()["results"]["bindings"]]


def test_the_three_ways_to_send_a_query_give_the_same(client: TestClient) -> None:
    by_get = ask(client, METHODS)
    by_form = client.post("/sparql", data={"query": METHODS})
    direct = client.post("/sparql", content=METHODS, headers={"content-type": "application/sparql-query"})
    assert by_get.status_code == by_form.status_code == direct.status_code == 200
    assert by_get.content == by_form.content == direct.content
    assert len(by_get.json()["results"]["bindings"]) == 3


def test_a_select_comes_in_each_format_of_results(client: TestClient) -> None:
    expected = names(client)
    table = list(csv.DictReader(io.StringIO(ask(client, METHODS, "text/csv").text)))
    assert [row["label"] for row in table] == expected
    tabs = ask(client, METHODS, "text/tab-separated-values").text.splitlines()
    assert tabs[0] == "?s\t?label" and [line.split("\t")[1].strip('"') for line in tabs[1:]] == expected
    xml = ElementTree.fromstring(ask(client, METHODS, "application/sparql-results+xml").content)
    space = "{http://www.w3.org/2005/sparql-results#}"
    found = [b.findtext(f"{space}literal") for b in xml.iter(f"{space}binding") if b.get("name") == "label"]
    assert found == expected


@pytest.mark.parametrize("media", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml",
                                   "application/n-quads", "application/trig", "text/n3"])  # fmt: skip
def test_a_construct_comes_in_each_format_of_graphs(client: TestClient, media: str) -> None:
    answer = ask(client, "CONSTRUCT { ?s skos:prefLabel ?l } { ?s a kg:Method ; skos:prefLabel ?l } LIMIT 5", media)
    assert answer.headers["content-type"].split(";")[0] == media
    assert len(triples_of(answer)) == 5


def test_an_ask_is_answered(client: TestClient) -> None:
    assert ask(client, "ASK { ?s a kg:Paper }").json()["boolean"] is True
    assert "false" in ask(client, "ASK { ?s a kg:Nothing }", "application/sparql-results+xml").text


def test_what_cannot_be_accepted_gets_406(client: TestClient) -> None:
    assert ask(client, METHODS, "image/png").status_code == 406
    assert ask(client, METHODS, "text/turtle").status_code == 406
    assert ask(client, METHODS, "text/turtle, */*;q=0.1").status_code == 200


def test_the_default_graph_is_the_union_unless_a_dataset_is_named(client: TestClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?x a skos:Concept }}"
    vocabulary = "https://w3id.org/kg-papers/graph/vocabulary"

    def counted(query: str, **params: str) -> int:
        return int(ask(client, query, **params).json()["results"]["bindings"][0]["n"]["value"])

    everything = counted(count.format(""))
    assert everything > 100
    assert counted(count.format(f"FROM <{vocabulary}>")) == everything
    assert counted(count.format(""), **{"default-graph-uri": vocabulary}) == everything
    assert counted(count.format("FROM <urn:nothing>")) == 0
    assert counted(count.format(""), **{"default-graph-uri": "urn:nothing"}) == 0
    assert counted("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?x a skos:Concept } }") == everything


def test_relative_iris_are_the_graphs_own(client: TestClient) -> None:
    assert ask(client, "ASK { <concept/lora> a kg:Method }").json()["boolean"] is True


def test_the_service_is_described(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.text, format="turtle", publicID="http://localhost/sparql")
    space = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = graph.value(None, rdflib.RDF.type, space.Service)
    assert graph.value(service, space.endpoint) == rdflib.URIRef("http://localhost/sparql")
    assert (service, space.feature, space.UnionDefaultGraph) in graph
    assert (service, space.feature, space.BasicFederatedQuery) not in graph
    as_xml = client.get("/sparql", headers={"accept": "application/rdf+xml"})
    assert len(rdflib.Graph().parse(data=as_xml.content, format="xml")) == len(graph)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/sparql-update", "CLEAR ALL"), ("application/x-www-form-urlencoded", "update=CLEAR+ALL"),
     ("application/sparql-query", "INSERT DATA { <urn:a> <urn:b> <urn:c> }")],
)  # fmt: skip
def test_updates_are_refused_and_change_nothing(client: TestClient, content_type: str, body: str) -> None:
    before = ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()
    answer = client.post("/sparql", content=body, headers={"content-type": content_type})
    assert answer.status_code == 400
    assert "updates are refused" in answer.text
    assert ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json() == before


@pytest.mark.parametrize(
    "query",
    ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SELECT * { sErViCe SILENT ?x { ?s ?p ?o } }",
     "SELECT * { { { SERVICE <urn:x> { SERVICE <urn:y> {} } } } }",
     "# 'service\nSELECT * { ?s ?p '''\" service''' . SERVICE<urn:x>{} }"],
)  # fmt: skip
def test_no_query_reaches_another_host(client: TestClient, query: str) -> None:
    answer = ask(client, query)
    assert answer.status_code == 400
    assert "SERVICE is refused" in answer.text


def test_the_word_service_may_stand_in_a_text(client: TestClient) -> None:
    answer = ask(client, 'SELECT ?x { BIND("a SERVICE <http://a/> {}" AS ?x) } # service')
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "a SERVICE <http://a/> {}"


def test_a_syntax_error_says_where_it_is(client: TestClient) -> None:
    answer = ask(client, "SELECT * {\n  ?s ?p ?o\n} LIMT 3")
    assert answer.status_code == 400
    assert answer.text.startswith('line 3, column 3: syntax error near "LIMT 3"; did you mean LIMIT?')


def test_more_rows_than_allowed_are_cut_off_and_a_header_says_so(client: TestClient) -> None:
    answer = ask(client, "SELECT * { ?s ?p ?o }")
    assert answer.headers["x-sparql-maxrows"] == str(ROWS)
    assert len(answer.json()["results"]["bindings"]) == ROWS
    lines = ask(client, "SELECT * { ?s ?p ?o }", "text/csv").text.splitlines()
    assert len(lines) > ROWS
    triples = ask(client, "CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert len(triples.text.splitlines()) == ROWS and triples.headers["x-sparql-maxrows"] == str(ROWS)
    exact = ask(client, "SELECT * { ?s ?p ?o } LIMIT 300")
    assert "x-sparql-maxrows" not in exact.headers and len(exact.json()["results"]["bindings"]) == ROWS


@pytest.mark.slow
def test_what_takes_too_long_is_ended_and_nobody_else_waits(client: TestClient) -> None:
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(ask, client, PRODUCT)
        time.sleep(0.3)
        quick_started = time.monotonic()
        assert ask(client, "ASK {}").status_code == 200
        quick = time.monotonic() - quick_started
        assert slow.result(timeout=30).status_code == 504
    assert "longer than 4 s" in slow.result().text
    assert time.monotonic() - started < 15
    assert quick < 3


@pytest.mark.parametrize(
    "query",
    ["SELECT * { FILTER(" + "!" * 200000 + "1) }",
     "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a"],
)  # fmt: skip
def test_what_breaks_its_process_gets_400_and_harms_nobody(client: TestClient, query: str) -> None:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code in (400, 503, 504)
    assert "memory" in answer.text or "longer" in answer.text
    assert ask(client, "ASK {}").status_code == 200


@pytest.mark.parametrize("brackets", ["()", "{}", "[]"])
def test_what_nests_too_deep_is_refused_before_a_process_dies_of_it(client: TestClient, brackets: str) -> None:
    query = "SELECT * { FILTER(" + brackets[0] * 20000 + "1" + brackets[1] * 20000 + ") }"
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 400
    assert answer.text == "the query nests deeper than 1000 brackets\n"
    quoted = ask(client, "ASK { FILTER('" + brackets[0] * 2000 + "' = 'x') }")
    assert quoted.json()["boolean"] is False


@pytest.mark.slow
def test_slow_queries_take_at_most_a_quarter_of_the_places(client: TestClient) -> None:
    with ThreadPoolExecutor() as pool:
        slow = [pool.submit(ask, client, PRODUCT) for _ in range(4)]
        statuses = sorted(one.result(timeout=30).status_code for one in slow)
    assert statuses == [503, 503, 503, 504]
    refused = next(one.result() for one in slow if one.result().status_code == 503)
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.slow
def test_a_full_queue_sends_away(client: TestClient) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(ask, client, PRODUCT) for _ in range(16)]
        statuses = [one.result(timeout=60).status_code for one in answers]
    assert set(statuses) <= {503, 504}
    assert statuses.count(503) >= 8


def test_a_query_longer_than_allowed_gets_413(client: TestClient) -> None:
    assert client.post("/sparql", data={"query": "ASK {} #" + "x" * 300_000}).status_code == 413


def test_an_answer_has_a_tag_and_who_holds_it_is_told_so(client: TestClient) -> None:
    first = ask(client, METHODS)
    tag = first.headers["etag"]
    assert ask(client, METHODS).content == first.content and ask(client, METHODS).headers == first.headers
    again = client.get("/sparql", params={"query": METHODS}, headers={"if-none-match": f'"other", W/{tag}'})
    assert again.status_code == 304 and not again.content and again.headers["etag"] == tag
    assert client.get("/sparql", params={"query": METHODS}, headers={"if-none-match": '"other"'}).status_code == 200
    assert ask(client, METHODS, "text/csv").headers["etag"] != tag
    posted = client.post("/sparql", data={"query": METHODS}, headers={"if-none-match": tag})
    assert posted.status_code == 200 and posted.content == first.content


def test_what_differs_each_time_is_asked_each_time(client: TestClient) -> None:
    for query in ("SELECT (RAND() AS ?x) {}", "SELECT (STRUUID() AS ?x) {}"):
        one, other = ask(client, query), ask(client, query)
        assert one.content != other.content and "etag" not in one.headers


def test_a_cut_answer_says_so_each_time(client: TestClient) -> None:
    query = "SELECT * { ?s ?p ?o } # cut"
    assert [ask(client, query).headers.get("x-sparql-maxrows") for _ in range(2)] == [str(ROWS)] * 2


def test_other_sites_may_ask(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    preflight = client.options(
        "/sparql",
        headers={"origin": "https://example.org", "access-control-request-method": "POST",
                 "access-control-request-headers": "content-type"},
    )  # fmt: skip
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_a_browser_gets_a_page_with_the_answer_as_a_table(client: TestClient) -> None:
    answer = ask(client, METHODS, "text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.headers["content-type"].startswith("text/html")
    assert all(f">{name}<" in answer.text for name in names(client))
    assert '<a href="/entity/' in answer.text
    wrong = ask(client, "SELEC", "text/html")
    assert wrong.status_code == 400 and 'role="alert"' in wrong.text and "SELECT" in wrong.text


def test_the_format_parameter_goes_before_accept(client: TestClient) -> None:
    assert ask(client, METHODS, "text/html", format="csv").headers["content-type"].startswith("text/csv")
    assert ask(client, "DESCRIBE concept:lora", format="json-ld").headers["content-type"] == "application/ld+json"


def test_answers_are_those_of_the_library(client: TestClient, graph_folder) -> None:  # type: ignore[no-untyped-def]
    import kg

    graph = kg.open(graph_folder)
    query = "SELECT ?type (COUNT(?e) AS ?n) { ?e a kg:Entity, ?type } GROUP BY ?type ORDER BY ?type"
    out = io.BytesIO()
    answer = graph.query(query).answer
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    answer.serialize(out, pyoxigraph.QueryResultsFormat.JSON)
    assert ask(client, query).json() == json.loads(out.getvalue())
    graph.index.close()


@pytest.mark.parametrize("path", ["/.well-known/void", "/void"])
def test_the_graph_is_described_with_where_it_is_asked(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"host": "example.org:8000"})
    assert answer.headers["content-type"].startswith("text/turtle")
    said = [q.triple for q in pyoxigraph.parse(answer.content, pyoxigraph.RdfFormat.TURTLE)]
    endpoint = pyoxigraph.NamedNode("http://rdfs.org/ns/void#sparqlEndpoint")
    assert [t.object for t in said if t.predicate == endpoint] == [
        pyoxigraph.NamedNode("http://example.org:8000/sparql")
    ]
    hostile = client.get(path, headers={"host": "x> a <urn:y"})
    assert "<urn:y" not in hostile.text
