"""A server is asked as a graph is: the named queries with their answers, every format, and its refusals in one line."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph
import pytest
from exchange_graphs import oxigraph_server
from helpers_cli import process
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "query"))
from fixture import lines, resolve
from test_query_named import ANSWERS, shown

from kg.errors import KGError, NotFoundError, QueryError
from kg.exchange import Endpoint
from kg.iri import PREFIXES
from kg.query import all_queries, bind, load, run, with_values, write


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A server with the small graph of the query tests, its default graph the union of all."""
    place = tmp_path_factory.mktemp("server") / "store"
    store = pyoxigraph.Store(str(place))
    store.bulk_load("\n".join(lines()), pyoxigraph.RdfFormat.N_QUADS)
    store.flush()
    del store
    with oxigraph_server(place, "--union-default-graph") as address, Endpoint(f"{address}/query") as found:
        yield found


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_named_query_gives_there_what_it_gives_here(server: Endpoint, name: str) -> None:
    values, expected = ANSWERS[name]
    query = load(name)
    result = server.run(query.text, bindings=bind(query, values, resolve))
    if result.kind == "ask":
        assert bool(result) == expected
    elif result.kind == "graph":
        assert {tuple(shown(t) for t in (x.subject, x.predicate, x.object)) for x in result.triples()} == expected
    else:
        kept = [i for i, variable in enumerate(result.variables) if variable not in result.bound]
        assert [tuple(shown(row[i]) for i in kept) for row in result.rows()] == expected


@pytest.mark.parametrize(
    ("kind", "value", "iri"),
    [
        ("entity", "AlphaNet", "concept/alphanet"),
        ("entity", "alphanet", "concept/alphanet"),
        ("entity", "ALPHANET", "concept/alphanet"),
        ("entity", "https://w3id.org/kg-papers/concept/alphanet", "concept/alphanet"),
        ("paper", "arXiv:2101.00001v3", "paper/arxiv/2101.00001"),
        ("paper", "alphanet: picture sorting made simple", "paper/arxiv/2101.00001"),
    ],
)
def test_a_thing_is_found_there_by_any_of_its_names(server: Endpoint, kind: str, value: str, iri: str) -> None:
    assert server.resolve(kind, value) == f"https://w3id.org/kg-papers/{iri}"


def test_a_name_that_is_not_there_is_told(server: Endpoint) -> None:
    with pytest.raises(NotFoundError, match='no entity called “x" }} #” there'):
        server.resolve("entity", 'x" }} #')


@pytest.mark.parametrize("format", ["table", "json", "jsonl", "csv", "tsv", "xml"])
def test_rows_are_written_in_every_format_as_those_of_a_graph(server: Endpoint, format: str) -> None:
    query = "SELECT ?p ?t { ?p a kg:Paper ; dcterms:title ?t } ORDER BY ?p"
    store = pyoxigraph.Store()
    store.bulk_load("\n".join(lines()), pyoxigraph.RdfFormat.N_QUADS)
    here, there = io.BytesIO(), io.BytesIO()
    write(run(store, query), format, here)
    write(server.run(query), format, there)
    assert there.getvalue() == here.getvalue()


def test_a_graph_is_written_as_turtle_and_a_yes_as_a_yes(server: Endpoint) -> None:
    out = io.BytesIO()
    write(server.run("CONSTRUCT { ?p a kg:Paper } WHERE { ?p a kg:Paper }"), "turtle", out)
    assert len(list(pyoxigraph.parse(out.getvalue(), pyoxigraph.RdfFormat.TURTLE))) == 5
    assert bool(server.run("ASK { ?p a kg:Paper }")) is True
    assert bool(server.run("ASK { ?p a kg:Nothing }")) is False


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { ?s ?p ?o } LIMT 3", 'line 1, column 23: syntax error near "LIMT 3"; did you mean LIMIT'),
        ("DROP ALL", "updates are refused"),
        ("SELECT * { ?s nope:x ?o }", "the prefix nope: is not declared"),
    ],
)
def test_a_wrong_query_is_told_as_one_of_a_graph(server: Endpoint, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        server.run(query)
    assert message in str(caught.value)


@settings(deadline=None, max_examples=50)
@given(value=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_no_value_of_a_parameter_changes_the_question(server: Endpoint, value: str) -> None:
    query = load("papers-of-author")
    (name,) = [p.name for p in query.parameters if p.default is None]
    result = server.run(query.text, bindings=bind(query, {name: value}, resolve))
    assert (
        result.variables == run(pyoxigraph.Store(), query.text, bindings=bind(query, {name: value}, resolve)).variables
    )
    assert all(shown(row[result.variables.index(name)]) == value for row in result.rows())


@settings(deadline=None)
@given(value=st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_a_value_that_is_written_in_is_read_back_as_it_was(value: str) -> None:
    text = with_values("SELECT ?x { BIND(1 AS ?y) }", {"x": str(pyoxigraph.Literal(value))})
    assert [row[0].value for row in run(pyoxigraph.Store(), text).rows()] == [value]  # type: ignore[union-attr]


def test_every_named_query_stays_valid_with_its_values_written_in() -> None:
    for query in all_queries():
        terms = bind(query, query.example, lambda kind, value: PREFIXES["concept"] + "x")
        run(pyoxigraph.Store(), with_values(query.text, {name: str(term) for name, term in terms.items()}))


@contextmanager
def saying(status: int, media: str, body: bytes, *, whole: bool = True) -> Iterator[str]:
    """A server that always says the same."""

    class Says(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-type", media)
            self.send_header("content-length", str(len(body) + (0 if whole else 10)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()


JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    ("status", "media", "body", "whole", "message"),
    [
        (200, "text/html", b"<html>hello</html>", True, "answers with text/html, which is no result of SPARQL"),
        (200, JSON, b"{", True, "cannot be read"),
        (200, JSON, b'{"head":{"vars":["x"]},"results":{"bindings":[', False, "the server does not answer"),
        (200, "text/turtle", b"<a> <b> ", True, "cannot be read"),
        (503, "text/html", b"<h1>Busy</h1>", True, "the server answers 503: Busy"),
        (401, "text/plain", b"", True, "give --user NAME"),
    ],
)
def test_what_a_server_says_that_is_no_answer_is_one_line(
    status: int, media: str, body: bytes, whole: bool, message: str
) -> None:
    with (
        saying(status, media, body, whole=whole) as url,
        Endpoint(url) as asked,
        pytest.raises(KGError, match=message) as caught,
    ):
        result = asked.run("SELECT ?x { ?x ?y ?z }")
        list(result.rows() if result.kind == "select" else result.triples())
    assert "\n" not in str(caught.value)


def test_the_command_asks_a_server(server: Endpoint, tmp_path: Path) -> None:
    ran = process("query", "--endpoint", server.url, "--name", "authors-on", "-p", "entity=AlphaNet", cwd=tmp_path)
    assert (ran.code, len(ran.rows)) == (0, 2), ran.err
    ran = process(
        "query", "--endpoint", server.url, "SELECT ?t { ?p dcterms:title ?t }", "--format", "csv", cwd=tmp_path
    )
    assert len(ran.out.split()) > 5
    assert (
        "--endpoint goes neither"
        in process("query", "--endpoint", server.url, "--data", "x.ttl", "ASK {}", cwd=tmp_path).message
    )
    assert "is no address" in process("query", "--endpoint", "nowhere", "ASK {}", cwd=tmp_path).message
    assert "does not answer" in process("query", "--endpoint", "http://127.0.0.1:1/", "ASK {}", cwd=tmp_path).message
