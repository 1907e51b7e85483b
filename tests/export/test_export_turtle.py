"""Turtle from the store's own blocks is, byte for byte, what a writer gives for the sorted statements."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox
import pytest
from export_graphs import VOCABULARY, little_papers, written
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.export import CHOICES
from kg.export.rdf import LABELS, Headed, parsed, sorted_prefixes
from kg.export.registry import Options
from kg.export.statements import node, sorted_statements
from kg.export.turtle import write_turtle
from kg.iri import BASE, TERM
from kg.store import Generation

_FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_XSD = "http://www.w3.org/2001/XMLSchema#"


def as_sorted_lines(generation: Generation, graphs: tuple[str, ...]) -> bytes:
    """The same by way of sorted N-Triples and a writer of Turtle."""
    out = io.BytesIO()
    headed = Headed(out, sorted_prefixes)
    with sorted_statements(generation, graphs, Options(), named=False) as lines:
        triples = (quad.triple for quad in parsed(lines))
        ox.serialize(triples, cast("IO[bytes]", headed), ox.RdfFormat.TURTLE, prefixes=dict(LABELS))
    headed.finish()
    return out.getvalue()


def by_blocks(generation: Generation, graphs: tuple[str, ...]) -> tuple[bytes, int]:
    out = io.BytesIO()
    count = write_turtle(generation, Options(), out, graphs, LABELS)
    return out.getvalue(), count


@pytest.mark.parametrize("graphs", [("papers",), ("vocabulary",), ("papers", "vocabulary", "decisions"), CHOICES])
def test_a_graph_of_papers(graph: Generation, graphs: tuple[str, ...]) -> None:
    text, count = by_blocks(graph, graphs)
    assert text == as_sorted_lines(graph, graphs)
    with sorted_statements(graph, graphs, Options(), named=False) as lines:
        assert count == sum(1 for _ in lines)


_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.sampled_from([" , ", 'a" , "b', " .\n", " ;\n\t", "\x01", "\\", '\\"', "kg:a , kg:b", "@prefix ", "1", "^^<x>"]),
)
_LOCAL = st.sampled_from(
    ["a", "a-b", "a.b", "a.", "-a", "a/b", "2101.00001", "a%20b", "a:b", "a(b)", "a,b", "", "ab", "é", "~a'b!"]
)
_IRI = st.one_of(
    st.builds(lambda space, local: ox.NamedNode(space + local), st.sampled_from([*LABELS.values(), BASE]), _LOCAL),
    st.sampled_from(["http://example.org/a", "http://example.org/a,b", "urn:x:y", "http://example.org/%20"]).map(
        ox.NamedNode
    ),
)
_NUMBER = st.sampled_from(["1", "-1", "+01", "1.5", "-.5", "1.", "1e5", "1.5E-3", ".5e0", "true", "false", "INF", "x"])
_LITERAL = st.one_of(
    _TEXT.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), _TEXT, st.sampled_from(["en", "de-at", "zh-hans"])),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)),
        st.one_of(_TEXT, _NUMBER),
        st.sampled_from([f"{_XSD}{name}" for name in ("integer", "decimal", "double", "boolean", "gYear", "date")]
                        + [f"{TERM}kind", "http://example.org/kind"]),
    ),
)  # fmt: skip
_BLANK = st.sampled_from(["b0", "b1", "aé"]).map(ox.BlankNode)
_STATEMENT = st.tuples(
    st.one_of(_IRI, _BLANK), st.one_of(_IRI, st.just(ox.NamedNode(f"{LABELS['rdf']}type"))),
    st.one_of(_IRI, _BLANK, _LITERAL), st.sampled_from(CHOICES),
)  # fmt: skip


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """A generation whose store is replaced."""
    return written(tmp_path_factory.mktemp("turtle") / "generation", little_papers(), VOCABULARY)


@_FEW
@given(st.lists(_STATEMENT, max_size=25))
@example([])
@example([(ox.NamedNode("urn:x:y"), ox.NamedNode(f"{TERM}a"), ox.Literal(" , "), name) for name in CHOICES])
def test_any_graph(shell: Generation, statements: list[tuple[object, object, object, str]]) -> None:
    _agree(shell, statements)


def _agree(shell: Generation, statements: list[tuple[object, object, object, str]]) -> None:
    """The two ways of writing give the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "manifest.json").write_bytes((shell.path / "manifest.json").read_bytes())
        generation = Generation(place)
        store = ox.Store(str(generation.store))
        store.extend([ox.Quad(s, p, o, node(name)) for s, p, o, name in statements])  # type: ignore[arg-type]
        store.flush()
        del store
        for graphs in (("papers",), CHOICES):
            text, count = by_blocks(generation, graphs)
            assert text == as_sorted_lines(generation, graphs)
            assert count == len({(s, p, o) for s, p, o, name in statements if name in graphs})


@pytest.mark.slow
@settings(_FEW, max_examples=150)
@given(st.lists(_STATEMENT, max_size=25))
def test_any_graph_of_many(shell: Generation, statements: list[tuple[object, object, object, str]]) -> None:
    _agree(shell, statements)
