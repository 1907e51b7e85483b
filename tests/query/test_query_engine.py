"""Asking a store: the union of graphs, bound terms, and what is refused, in one line that says where."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from fixture import small_store
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from kg.errors import QueryError
from kg.query import run

ALPHANET = NamedNode("https://w3id.org/kg-papers/concept/alphanet")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and the requests that reach it."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(500)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Says nothing on the terminal."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", seen
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def count(query: str, *, union: bool = True) -> int:
    return len(list(run(small_store(), query, union=union).rows()))


def test_papers_and_vocabulary_are_asked_together() -> None:
    query = "SELECT DISTINCT ?label { ?paper kg:mentions ?e . ?e skos:prefLabel ?label }"
    assert count(query) == 9
    assert count(query, union=False) == 1


def test_a_query_that_names_its_graphs_gets_those() -> None:
    assert count("SELECT * FROM graph:vocabulary { ?s a kg:Paper }") == 0
    assert count("SELECT * FROM graph:vocabulary { ?s a skos:ConceptScheme }") == 1
    assert count("SELECT * { GRAPH graph:provenance { ?s a kg:SourceRecord } }") == 5
    assert count("SELECT * { ?s skos:prefLabel 'from' }") == 0


def test_a_bound_variable_is_known_by_name() -> None:
    query = "SELECT ?entity ?paper { ?paper kg:introduces ?entity }"
    result = run(small_store(), query, bindings={"entity": ALPHANET})
    assert (result.kind, result.variables, result.bound) == ("select", ("entity", "paper"), frozenset({"entity"}))
    assert [row[0] for row in result.rows()] == [ALPHANET]


def test_ask_and_construct_take_values_too() -> None:
    assert not run(small_store(), "ASK { ?x kg:introduces ?entity }", bindings={"entity": NamedNode("http://none")})
    query = "CONSTRUCT { ?x kg:uses ?entity } { ?x kg:introduces ?entity }"
    graph = run(small_store(), query, bindings={"entity": ALPHANET})
    assert [t.object for t in graph.triples()] == [ALPHANET]


def test_a_variable_that_is_not_selected_cannot_be_bound() -> None:
    with pytest.raises(QueryError, match=r"no variable \?x to bind; put \?x into its SELECT clause"):
        run(small_store(), "SELECT ?s { ?s kg:uses ?x }", bindings={"x": ALPHANET})


@given(st.text(max_size=20))
def test_a_bound_text_stays_one_literal(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    rows = list(run(Store(), "SELECT ?x { }", bindings={"x": Literal(text)}).rows())
    assert rows == [(Literal(text),)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "ASK {{ SERVICE SILENT <{}> {{ ?s ?p ?o }} }}",
        "ASK {{ ?s ?p 1service<{}>{{?s ?p ?o}} }}",
        "CONSTRUCT {{ ?s ?p ?o }} {{ OPTIONAL {{ SERVICE # comment\n <{}> {{ ?s ?p ?o }} }} }}",
        "ASK {{ FILTER(?a<'x>') SERVICE <{}> {{ ?s ?p ?o }} #'\n }}",
        "PREFIX e: <{}> ASK {{ SERVICE e:x {{ }} }}",
        "SELECT * {{ BIND(<{}> AS ?there) SERVICE ?there {{ ?s ?p ?o }} }}",
        "ASK {{ FILTER EXISTS {{ {{ SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }} }} }} }}",
        "DESCRIBE ?s {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
    ],
)
def test_a_query_reaches_no_other_host(query: str, listener: tuple[str, list[str]]) -> None:
    address, seen = listener
    with pytest.raises(QueryError, match="SERVICE is refused"):
        run(small_store(), query.format(address))
    assert seen == []


def test_the_word_service_in_names_texts_and_comments_is_no_service() -> None:
    query = """PREFIX service: <http://example.org/service#>  # SERVICE <http://example.org> { }
    SELECT ?service { ?service dcterms:title "SERVICE <http://example.org> { }" ; service:x ?o }"""
    assert count(query) == 0


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://a> <http://b> <http://c> }",
        "PREFIX a: <http://a> # why\nDELETE WHERE { ?s ?p ?o }",
        "drop all",
        "LOAD <http://127.0.0.1:9/x>",
        "CLEAR DEFAULT",
    ],
)
def test_an_update_is_refused(update: str) -> None:
    with pytest.raises(QueryError, match="updates are refused: the graph is read-only"):
        run(small_store(), update)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { ?s ?p ?o } LIMT 3", 'line 1, column 23: syntax error near "LIMT 3"; did you mean LIMIT?'),
        ("SELECT *\n{ ?s ?p ?o .\n  FILTR(?o) }", 'line 3, column 3: syntax error near "FILTR(?o) }"'),
        ("SELECT * {\n ?s kgg:x ?o }", "line 2, column 5: the prefix kgg: is not declared"),
        ("SELECT * { ?s ?p ?o", "the query ends too early; is a bracket } or ) missing?"),
        ("SELECT * { ?s ?p ?o }}", "line 1, column 22"),
        ("SELECT * { ?s <relative> ?o }", "line 1, column 15: an IRI is relative"),
        ("SELEC * { ?s ?p ?o }", 'not with "SELEC"; did you mean SELECT?'),
        ("SELECT ?x ?z { ?x ?y ?z } GROUP BY ?x", "put it into GROUP BY"),
        (" # only a comment", "the query is empty"),
    ],
)
def test_a_syntax_error_says_where_and_what_to_do(query: str, message: str) -> None:
    with pytest.raises(QueryError) as error:
        run(small_store(), query)
    assert message in str(error.value)


@given(st.text(alphabet="SELCTASKWHR*{}?spo.:<>\"'\\ \n#@^_1é\x1b", max_size=40))
def test_any_text_is_a_query_or_one_clear_line(text: str) -> None:
    try:
        run(Store(), text)
    except QueryError as error:
        assert "\n" not in str(error)
        assert "\x1b" not in str(error)


def test_relative_iris_are_resolved_where_a_base_is_given() -> None:
    result = run(Store(), "SELECT (<x> AS ?y) { }", base_iri="http://example.org/")
    assert list(result.rows()) == [(NamedNode("http://example.org/x"),)]


def test_an_answer_of_another_kind_is_told() -> None:
    answer = run(small_store(), "SELECT * { ?s ?p ?o } LIMIT 1")
    with pytest.raises(QueryError, match="only ASK"):
        bool(answer)
    with pytest.raises(QueryError, match="only CONSTRUCT"):
        answer.triples()
    with pytest.raises(QueryError, match="only SELECT"):
        run(small_store(), "ASK { }").rows()
