"""The schema says what the code writes: nothing undeclared, nothing declared in vain, and a built graph conforms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from fixture import lines
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from kg.iri import PREFIXES, TERM
from kg.model import PREDICATES, ROLES, TYPES
from kg.resources import ontology
from kg.store.mapping import RELATION_TERMS, ROLE_TERMS

CODE = Path(__file__).parents[2] / "kg"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
MENTION = URIRef("https://w3id.org/kg-papers/mention/")


@cache
def schema() -> Graph:
    return Graph().parse(ontology() / "kg.ttl")


def declared() -> set[str]:
    return {str(s).removeprefix(TERM) for kind in KINDS for s in schema().subjects(RDF.type, kind) if TERM in str(s)}


def written() -> set[str]:
    """Terms of ours in a graph that the mapping wrote."""
    return set(re.findall(rf"<{re.escape(TERM)}(\w+)>", "\n".join(lines())))


def named(text: str) -> set[str]:
    """Terms of ours in a text, as prefixed names or after the namespace's constant."""
    return set(re.findall(r"(?<![\w./-])kg:([A-Za-z]\w*)", text)) | set(re.findall(r'TERM \+ "(\w+)"', text))


def built() -> Graph:
    """The small graph as SHACL sees it: the union of its graphs."""
    graph = Graph()
    for quad in pyoxigraph.parse("\n".join(lines()), pyoxigraph.RdfFormat.N_QUADS):
        graph.parse(data=f"{quad.triple} .", format="nt")
    return graph


def problems(graph: Graph) -> str:
    """What pySHACL reports, empty where the graph conforms."""
    import pyshacl

    shapes = Graph().parse(ontology() / "shapes.ttl")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    return "" if conforms else str(report)


def test_every_term_that_is_written_into_a_graph_is_declared() -> None:
    assert written() - declared() == set()


def test_every_term_of_the_model_is_declared_and_written() -> None:
    terms = {*TYPES, *(ROLE_TERMS[r] for r in ROLES), *(RELATION_TERMS[p] for p in PREDICATES)}
    assert terms <= declared() & written()


@pytest.mark.parametrize(
    "path",
    [
        *sorted((ontology() / "queries").glob("*.rq")),
        *(ontology() / n for n in ("shapes.ttl", "alignments.ttl", "context.jsonld")),
        *sorted(p for p in CODE.rglob("*") if p.suffix in (".py", ".j2", ".js")),
    ],
    ids=lambda p: p.name,
)
def test_every_term_in_a_query_a_shape_or_code_is_declared(path: Path) -> None:
    assert named(path.read_text(encoding="utf-8")) - declared() == set()


def test_the_vocabulary_uses_declared_terms_alone() -> None:
    used = set[str]()
    for path in (ontology() / "vocabulary").glob("*.ttl"):
        used |= named(re.sub(r'"[^"\n]*"', "", path.read_text(encoding="utf-8")))
    assert used
    assert used - declared() == set()


def test_every_declared_term_is_used_or_says_why_not() -> None:
    in_code = set().union(*(named(p.read_text(encoding="utf-8")) for p in CODE.rglob("*.py")))
    noted = {str(s).removeprefix(TERM) for s in schema().subjects(SKOS.editorialNote)}
    assert declared() - written() - in_code - noted == set()


def test_every_term_has_a_label_a_comment_an_example_and_a_home() -> None:
    for name in declared():
        term = URIRef(TERM + name)
        for key in (RDFS.label, RDFS.comment, SKOS.example, RDFS.isDefinedBy):
            assert len(list(schema().objects(term, key))) == 1, f"{name}: {key}"


def test_every_property_has_one_domain_and_one_range() -> None:
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in schema().subjects(RDF.type, kind):
            if TERM in str(term):
                for key in (RDFS.domain, RDFS.range):
                    assert len(list(schema().objects(term, key))) == 1, f"{term}: {key}"


def test_every_example_is_turtle() -> None:
    prefixes = "".join(f"@prefix {k}: <{v}> .\n" for k, v in PREFIXES.items())
    for example in schema().objects(None, SKOS.example):
        # The examples write a paper's path as it reads; Turtle wants its slash escaped.
        text = re.sub(r"paper:arxiv/", r"paper:arxiv\\/", str(example))
        assert list(pyoxigraph.parse(prefixes + text, pyoxigraph.RdfFormat.TURTLE, base_iri="http://example.org/"))


@pytest.mark.parametrize("name", ["kg.ttl", "shapes.ttl", "alignments.ttl"])
def test_both_libraries_read_the_same_number_of_triples(name: str) -> None:
    path = ontology() / name
    assert len(Graph().parse(path)) == len(set(pyoxigraph.parse(path=str(path))))


def test_the_header_has_version_and_licence() -> None:
    (header,) = schema().subjects(RDF.type, OWL.Ontology)
    assert str(header) == TERM.rstrip("#")
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(schema().value(header, OWL.versionInfo)))
    licence = schema().value(header, rdflib.DCTERMS.license)
    assert licence == URIRef("https://www.apache.org/licenses/LICENSE-2.0")


def test_the_hierarchy_is_what_others_expect() -> None:
    for one, key, two in (
        ("Paper", RDFS.subClassOf, PREFIXES["schema"] + "ScholarlyArticle"),
        ("Entity", RDFS.subClassOf, PREFIXES["skos"] + "Concept"),
        *((t, RDFS.subClassOf, TERM + "Entity") for t in (*TYPES, "Candidate")),
        *((ROLE_TERMS[r], RDFS.subPropertyOf, TERM + "mentions") for r in ROLES if r != "mentions"),
    ):
        assert (URIRef(TERM + one), key, URIRef(two)) in schema()


def test_a_built_graph_conforms_to_the_shapes() -> None:
    assert problems(built()) == ""


def _first(graph: Graph, kind: str) -> URIRef:
    return URIRef(min(str(s) for s in graph.subjects(RDF.type, URIRef(TERM + kind))))


def _change(kind: str, term: str, *values: Literal | URIRef) -> Callable[[Graph], None]:
    """Gives the first node of a kind other values of a property."""

    def change(graph: Graph) -> None:
        node, key = _first(graph, kind), URIRef(term if ":/" in term else TERM + term)
        graph.remove((node, key, None))
        for value in values:
            graph.add((node, key, value))

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_change("Mention", "start", Literal(900)), "a mention ends after its start"),
        (_change("Mention", "end", Literal(900)), "a mention ends within its sentence"),
        (_change("Mention", "start"), "a mention has one start"),
        (_change("Mention", "start", Literal("4")), "a mention has one start"),
        (_change("Mention", "sentenceStart", Literal(899)), "a mention starts within its sentence"),
        (_change("Mention", "field", Literal("body")), "a mention stands in the title or in the abstract"),
        (_change("Mention", "matchKind", Literal("guess")), "a mention says how it was found"),
        (_change("Mention", "confidence", Literal("1.5", datatype=XSD.decimal)), "a mention has one confidence"),
        (_change("Mention", "ofEntity", URIRef(PREFIXES["concept"] + "nobody")), "a mention names one entity"),
        (_change("Mention", "inPaper", URIRef(PREFIXES["paper"] + "none")), "a mention stands in one paper"),
        (_change("Paper", PREFIXES["dcterms"] + "title"), "a paper has one title"),
        (_change("Paper", PREFIXES["dcterms"] + "issued", Literal("soon")), "a paper has one date of publication"),
        (_change("Paper", PREFIXES["dcterms"] + "identifier", Literal("isbn:1")), "an identifier is scheme:value"),
        (_change("Paper", "titleHash", Literal("abc")), "a paper has the SHA-256 of its title"),
        (_change("Paper", "extractedBy"), "a paper says what read it"),
        (_change("Paper", "uses", URIRef(PREFIXES["concept"] + "nobody")), "a role leads to an entity"),
        (_change("Statement", "evidence"), "a statement is either a role"),
        (_change("Statement", "predicate", URIRef(TERM + "mentions")), "a statement is either a role"),
        (_change("Statement", "confidence"), "a statement has one confidence"),
        (_change("Entity", PREFIXES["skos"] + "prefLabel", Literal("A"), Literal("B")), "one preferred label"),
        (_change("Candidate", PREFIXES["rdf"] + "type", URIRef(TERM + "Entity")), "exactly one of the six types"),
        (
            _change("Candidate", PREFIXES["skos"] + "inScheme", URIRef("http://example.org/x")),
            "a candidate is not in the",
        ),
        (_change("Authorship", "position", Literal(0)), "one place among the authors"),
        (_change("SourceRecord", "origin"), "a source record has a file"),
        (_change("Extractor", "version"), "an extractor has one version"),
    ],
)
def test_a_planted_fault_is_reported(change: Callable[[Graph], None], message: str) -> None:
    graph = built()
    change(graph)
    assert message in (problems(graph) or "conforms")


def test_the_context_turns_plain_json_into_our_terms() -> None:
    context = json.loads((ontology() / "context.jsonld").read_text(encoding="utf-8"))
    document = context | {
        "id": "paper:arxiv/2101.00001",
        "type": "Paper",
        "title": "AlphaNet",
        "year": 2021,
        "introduces": ["concept:alphanet"],
        "authorship": [{"id": "http://example.org/a", "type": "Authorship", "position": 1, "name": "Ada Ahl"}],
    }
    paper, concept = URIRef(PREFIXES["paper"] + "arxiv/2101.00001"), URIRef(PREFIXES["concept"] + "alphanet")
    expected = {
        (paper, RDF.type, URIRef(TERM + "Paper")),
        (paper, rdflib.DCTERMS.title, Literal("AlphaNet")),
        (paper, URIRef(TERM + "year"), Literal(2021)),
        (paper, URIRef(TERM + "introduces"), concept),
        (paper, URIRef(TERM + "authorship"), URIRef("http://example.org/a")),
        (URIRef("http://example.org/a"), RDF.type, URIRef(TERM + "Authorship")),
        (URIRef("http://example.org/a"), URIRef(TERM + "position"), Literal(1)),
        (URIRef("http://example.org/a"), rdflib.FOAF.name, Literal("Ada Ahl")),
    }
    quads = pyoxigraph.parse(json.dumps(document), pyoxigraph.RdfFormat.JSON_LD)
    assert set(Graph().parse(data="".join(f"{q.triple} .\n" for q in quads), format="nt")) == expected


def test_the_context_has_our_prefixes_and_every_declared_term() -> None:
    context = json.loads((ontology() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert {k: context[k] for k in PREFIXES} == PREFIXES
    values = {v["@id"] if isinstance(v, dict) else v for v in context.values()}
    assert {f"kg:{name}" for name in declared()} <= values


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 50), st.integers(0, 50))
def test_offsets_conform_exactly_where_the_start_is_before_the_end(start: int, end: int) -> None:
    node, graph = MENTION + "1", Graph()
    graph.add((node, URIRef(TERM + "start"), Literal(start)))
    graph.add((node, URIRef(TERM + "end"), Literal(end)))
    graph.add((node, RDF.type, URIRef(TERM + "Mention")))
    assert ("ends after its start" in problems(graph)) == (start >= end)
