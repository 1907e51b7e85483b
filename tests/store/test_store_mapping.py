"""The mapping to triples, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from helpers_papers import dump, paper
from hypothesis import given
from hypothesis import strategies as st

from kg import vocabulary
from kg.iri import GRAPHS
from kg.model import Author, Extraction, Mention, Origin, PaperEntity, Relation
from kg.resolve import Entity
from kg.store.mapping import (
    RELATION_TERMS,
    ROLE_TERMS,
    build_quads,
    entity_quads,
    extractor_quads,
    literal,
    paper_quads,
    provenance_quads,
    vocabulary_quads,
)
from kg.vocabulary import Concept

IRI = "https://w3id.org/kg-papers/paper/arxiv/2101.00001"
SHORT = [
    ("https://w3id.org/kg-papers/ontology#", "kg:"),
    ("https://w3id.org/kg-papers/", "/"),
    ("http://purl.org/dc/terms/", "dcterms:"),
    ("http://www.w3.org/2001/XMLSchema#", "xsd:"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:"),
    ("http://www.w3.org/2004/02/skos/core#", "skos:"),
    ("http://xmlns.com/foaf/0.1/", "foaf:"),
]

GOLDEN = """
</authorship/arxiv/2101.00001/1> <dcterms:identifier> "https://orcid.org/0000-0001" .
</authorship/arxiv/2101.00001/1> <foaf:name> "Ada One" .
</authorship/arxiv/2101.00001/1> <kg:position> "1"^^<xsd:integer> .
</authorship/arxiv/2101.00001/1> <rdf:type> <kg:Authorship> .
</mention/M> <kg:confidence> "0.9"^^<xsd:decimal> .
</mention/M> <kg:end> "3"^^<xsd:integer> .
</mention/M> <kg:field> "title" .
</mention/M> <kg:inPaper> </paper/arxiv/2101.00001> .
</mention/M> <kg:matchKind> "label" .
</mention/M> <kg:ofEntity> </concept/net> .
</mention/M> <kg:sentenceEnd> "4"^^<xsd:integer> .
</mention/M> <kg:sentenceStart> "0"^^<xsd:integer> .
</mention/M> <kg:start> "0"^^<xsd:integer> .
</mention/M> <kg:surface> "Net" .
</mention/M> <rdf:type> <kg:Mention> .
</paper/arxiv/2101.00001> <dcterms:abstract> "We say \\"it\\"." .
</paper/arxiv/2101.00001> <dcterms:identifier> "arxiv:2101.00001" .
</paper/arxiv/2101.00001> <dcterms:issued> "2021-06"^^<xsd:gYearMonth> .
</paper/arxiv/2101.00001> <dcterms:title> "Net!" .
</paper/arxiv/2101.00001> <kg:abstractHash> "H" .
</paper/arxiv/2101.00001> <kg:authorship> </authorship/arxiv/2101.00001/1> .
</paper/arxiv/2101.00001> <kg:extractedBy> </extractor/M> .
</paper/arxiv/2101.00001> <kg:introduces> </concept/net> .
</paper/arxiv/2101.00001> <kg:mentions> </concept/net> .
</paper/arxiv/2101.00001> <kg:titleHash> "H" .
</paper/arxiv/2101.00001> <kg:venue> "Garden" .
</paper/arxiv/2101.00001> <kg:year> "2021"^^<xsd:integer> .
</paper/arxiv/2101.00001> <rdf:type> <kg:Paper> .
</statement/M> <kg:confidence> "0.65"^^<xsd:decimal> .
</statement/M> <kg:evidence> </mention/M> .
</statement/M> <kg:object> </concept/net> .
</statement/M> <kg:predicate> <kg:introduces> .
</statement/M> <kg:statedIn> </paper/arxiv/2101.00001> .
</statement/M> <kg:subject> </paper/arxiv/2101.00001> .
</statement/M> <rdf:type> <kg:Statement> .
"""


def shown(lines: Iterable[str]) -> list[str]:
    """The lines with short names, hashes left out, sorted."""
    text = "\n".join(sorted(lines))
    for iri, prefix in SHORT:
        text = text.replace(f"<{iri}", f"<{prefix}")
    text = re.sub(r"\b[0-9a-f]{64}\b", "H", re.sub(r"/[0-9a-f]{24}>", "/M>", text))
    return sorted(text.split("\n"))


def parsed(lines: Iterable[str]) -> list[pyoxigraph.Quad]:
    """The lines as a strict parser reads them, each on its own."""
    quads = []
    for line in lines:
        [quad] = pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_QUADS)
        quads.append(quad)
    return quads


def net(role: str = "introduces") -> PaperEntity:
    """A thing that a title names."""
    place = Mention("title", 0, 3, "Net", 0, 4, "label", 0.9)
    return PaperEntity("net", "Net", "Method", True, role, 0.65, 0.9, 0, (place,))  # type: ignore[arg-type]


def test_a_small_paper_becomes_these_lines() -> None:
    made = paper("Net!", 'We say "it".', "arxiv:2101.00001", issued="2021-06", venue="Garden")
    made = replace(made, authors=(Author("Ada One", "https://orcid.org/0000-0001"),))
    assert shown(paper_quads(IRI, made, Extraction((net(),)), "v1")) == GOLDEN.strip().split("\n")


def test_a_bare_paper_has_no_empty_values() -> None:
    lines = shown(paper_quads(IRI, paper("Net!"), Extraction(), "v1"))
    assert [line.split(" ")[1] for line in lines] == [
        "<dcterms:title>", "<kg:abstractHash>", "<kg:extractedBy>", "<kg:titleHash>", "<rdf:type>"
    ]  # fmt: skip


def test_a_thing_only_mentioned_makes_no_statement() -> None:
    lines = shown(paper_quads(IRI, paper("Net!"), Extraction((net("mentions"),)), "v1"))
    assert not any("/statement/" in line for line in lines)
    assert sum("<kg:mentions>" in line for line in lines) == 1


def test_a_denied_relation_says_so_and_stands_nowhere_as_plain_triple() -> None:
    relation = Relation("net", "outperforms", "web", "abstract", 0, 9, 0.6, negated=True)
    lines = shown(paper_quads(IRI, paper("Net!"), Extraction((), (relation,)), "v1"))
    assert '</statement/M> <kg:polarity> "negative" .' in lines
    assert "</concept/net> <kg:outperforms> </concept/web> ." not in lines


@pytest.mark.parametrize(("asserted", "times"), [(True, 1), (False, 0)])
def test_only_a_relation_that_is_sure_stands_as_a_plain_triple(asserted: bool, times: int) -> None:
    relation = Relation("net", "outperforms", "web", "abstract", 0, 9, 0.9, asserted=asserted)
    lines = shown(paper_quads(IRI, paper("Net!"), Extraction((), (relation,)), "v1"))
    assert lines.count("</concept/net> <kg:outperforms> </concept/web> .") == times


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ("2021", '"2021"^^<xsd:gYear>'),
        ("2021-06", '"2021-06"^^<xsd:gYearMonth>'),
        ("2021-06-17", '"2021-06-17"^^<xsd:date>'),
    ],
)
def test_a_date_has_the_type_of_its_precision(issued: str, expected: str) -> None:
    lines = shown(paper_quads(IRI, paper("Net!", issued=issued), Extraction(), "v1"))
    assert f"</paper/arxiv/2101.00001> <dcterms:issued> {expected} ." in lines


def test_every_role_and_relation_has_a_term_of_its_own() -> None:
    terms = [*ROLE_TERMS.values(), *RELATION_TERMS.values()]
    assert len(set(terms)) == len(terms)


def test_a_thing_that_the_vocabulary_holds_is_described_there_alone() -> None:
    assert list(entity_quads(Entity("net", "Net", "Method", True, 1, 1))) == []
    assert (
        shown(entity_quads(Entity("net", "Net", "Method", False, 1, 1)))[-1]
        == '</concept/net> <skos:prefLabel> "Net" .'
    )


def test_every_line_of_the_built_in_vocabulary_parses_and_stands_in_its_graph() -> None:
    quads = parsed(vocabulary_quads(vocabulary.load()))
    assert {quad.graph_name for quad in quads} == {pyoxigraph.NamedNode(GRAPHS["vocabulary"])}
    assert len(set(quads)) == len(quads)


TEXT = st.text(max_size=30) | st.text(st.sampled_from('a"\\\r\n\t\x0b\x85\u2028\U0001f33f<>^@ ._:'), max_size=12)


@given(TEXT)
def test_a_literal_is_read_back_as_it_was(text: str) -> None:
    [quad] = parsed([f"<urn:s> <urn:p> {literal(text)} ."])
    assert quad.object == pyoxigraph.Literal(text)


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", 'say "hi"', "back\\slash", "\\n", "𝛼 🌿", "\x85\u2028", ""])
def test_a_literal_survives_the_store(text: str) -> None:
    store = pyoxigraph.Store()
    store.bulk_load(f"<urn:s> <urn:p> {literal(text)} .", pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    [quad] = store
    assert quad.object == pyoxigraph.Literal(text)


@given(TEXT, TEXT, TEXT, st.integers(1, 9))
def test_every_line_of_any_paper_parses(one: str, two: str, slug: str, number: int) -> None:
    place = Mention("abstract", 0, number, two, 0, number, "alias", number / 9)
    entity = PaperEntity(slug, one, "Task", False, "studies", number / 9, 0.5, 0, (place,))
    extraction = Extraction((entity,), (Relation(slug, "is_a", two, "title", 0, number, 0.5),))
    made = paper(one, two, "arxiv:2101.00001", authors=[two], venue=one, url=two)
    origin = Origin(one, "jsonl", number)
    lines = [
        *paper_quads(IRI, made, extraction, two),
        *entity_quads(Entity(slug, one, "Task", False, 1, 1)),
        *provenance_quads(IRI, [("k" * 64, [origin])]),
        *extractor_quads(one, two),
        *build_quads("20260101T000000Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", one, number),
        *vocabulary_quads([Concept(slug, one, "Task", (two,), (one,), two, (one,), cues=(two,))]),
    ]
    assert len(parsed(lines)) == len(lines)


def test_every_line_of_a_built_graph_parses_strictly(graph: Path) -> None:
    lines = dump(graph, provenance=True)
    assert len(set(parsed(lines))) == len(lines)
