"""The RDF formats hold the same statements, whoever reads them."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import rdflib
from export_graphs import VOCABULARY, Make, little_papers, written
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kg.errors import GraphError, KGError
from kg.export import CHOICES, FORMATS, export
from kg.export.registry import Options
from kg.export.statements import chosen
from kg.iri import GRAPHS, TERM, concept_iri, paper_iri
from kg.model import Extraction, Origin, Paper
from kg.store import Generation

# rdflib itself uses what rdflib has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated, use Dataset:DeprecationWarning")

ONE_GRAPH = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
DATASET = {"nquads": "nquads", "trig": "trig"}
TITLE = rdflib.URIRef("http://purl.org/dc/terms/title")
TYPE = rdflib.RDF.type


def exported(generation: Generation, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    export(generation, format, out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def parsed(generation: Generation, format: str, **options: object) -> rdflib.Graph:
    return rdflib.Graph().parse(data=exported(generation, format, **options), format=ONE_GRAPH[format])


@pytest.mark.parametrize("light", [False, True])
def test_four_formats_parse_into_isomorphic_graphs(graph: Generation, light: bool) -> None:
    first, *others = (parsed(graph, format, light=light) for format in ONE_GRAPH)
    assert len(first) > 50
    assert all(isomorphic(first, other) for other in others)


@pytest.mark.parametrize("format", ONE_GRAPH)
def test_awkward_texts_come_back_as_they_were(graph: Generation, format: str) -> None:
    texts = {str(o) for o in parsed(graph, format).objects()}
    for paper, _ in little_papers():
        assert {paper.title, paper.abstract} <= texts


@pytest.mark.parametrize("format", ONE_GRAPH)
def test_iris_with_percent_signs_come_back_as_they_were(graph: Generation, format: str) -> None:
    iri = paper_iri(("doi:10.1000/a(1)<2>;x%y",), "")
    assert "%" in iri
    assert str(next(parsed(graph, format).subjects(TITLE, rdflib.Literal("Adapters, twice")))) == iri


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), max_size=40).map(
    lambda text: "".join(c for c in text if c >= " " or c in "\t\n\r")
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8, unique=True))
def test_any_text_survives_every_format(titles: list[str]) -> None:
    papers = [
        (Paper(title, title, Origin("f", "csv", n), identifiers=(f"arxiv:2101.{n:05}",)), Extraction())
        for n, title in enumerate(titles)
    ]
    with tempfile.TemporaryDirectory() as folder:
        generation = written(Path(folder) / "generation", papers, ())
        for format in ONE_GRAPH:
            assert {str(o) for o in parsed(generation, format).objects(None, TITLE)} == set(titles), format


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_in_which_papers_came_changes_no_byte(make: Make, format: str) -> None:
    one, two = (make(little_papers(), order=order) for order in (1, -1))
    assert exported(one, format) == exported(two, format)


@pytest.mark.parametrize("format", FORMATS)
def test_two_processes_write_the_same_bytes(graph: Generation, format: str) -> None:
    program = (
        "import sys; from pathlib import Path; from kg.export import export; from kg.store import Generation;"
        "export(Generation(Path(sys.argv[1])), sys.argv[2], sys.stdout.buffer)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, graph.path, format], capture_output=True, check=True, timeout=60
    )
    assert ran.stdout == exported(graph, format)


@pytest.mark.parametrize("format", ["nquads", "ntriples"])
def test_lines_are_sorted_and_unique(graph: Generation, format: str) -> None:
    lines = exported(graph, format).splitlines(keepends=True)
    assert lines == sorted(set(lines))
    assert all(line.endswith(b" .\n") for line in lines)


def test_nquads_name_every_graph_but_that_of_the_papers(graph: Generation) -> None:
    data = rdflib.Dataset()
    data.parse(data=exported(graph, "nquads"), format="nquads")
    names = {str(g.identifier) for g in data.graphs() if len(g)}
    assert names == {str(rdflib.graph.DATASET_DEFAULT_GRAPH_ID), GRAPHS["vocabulary"], GRAPHS["provenance"]}


def test_trig_holds_what_nquads_hold(graph: Generation) -> None:
    one, two = rdflib.Dataset(), rdflib.Dataset()
    one.parse(data=exported(graph, "nquads"), format="nquads")
    two.parse(data=exported(graph, "trig"), format="trig")
    assert set(one.quads()) == set(two.quads())


def test_one_graph_formats_leave_provenance_out_unless_asked(graph: Generation) -> None:
    derived = rdflib.URIRef("http://www.w3.org/ns/prov#wasDerivedFrom")
    assert not list(parsed(graph, "turtle").triples((None, derived, None)))
    assert list(parsed(graph, "turtle", graphs=["papers", "provenance"]).triples((None, derived, None)))


def test_the_vocabulary_can_be_had_alone(graph: Generation) -> None:
    subjects = {
        str(s) for s in parsed(graph, "turtle", graphs=["vocabulary"]).subjects(TYPE, rdflib.URIRef(f"{TERM}Entity"))
    }
    assert subjects == {concept_iri(c.slug) for c in VOCABULARY}


@pytest.mark.parametrize("format", ["nquads", *ONE_GRAPH])
def test_light_leaves_mentions_and_statements_out(graph: Generation, format: str) -> None:
    data = rdflib.Dataset(default_union=True)
    data.parse(data=exported(graph, format, light=True), format=(ONE_GRAPH | DATASET)[format])
    kinds = {str(o).removeprefix(TERM) for o in data.objects(None, TYPE)}
    assert {"Paper", "Entity", "Candidate", "Authorship"} <= kinds
    assert not {"Mention", "Statement", "SourceRecord"} & kinds


def test_light_keeps_what_papers_say_directly(graph: Generation) -> None:
    introduces = rdflib.URIRef(f"{TERM}introduces")
    assert str(next(parsed(graph, "turtle", light=True).objects(None, introduces))) == concept_iri("adapter")


def test_light_keeps_of_the_vocabulary_what_occurs_and_what_that_is_narrower_than(graph: Generation) -> None:
    found = parsed(graph, "turtle", light=True)
    labels = {str(o) for o in found.objects(None, rdflib.SKOS.prefLabel)}
    assert labels == {"Adapter", "Tuning", "Gloss & Sheen", "Tiny𝔘net"}
    assert not list(found.triples((None, rdflib.SKOS.related, None))), "a link to an entity that was left out"


def test_light_statements_are_among_those_of_the_full_export(graph: Generation) -> None:
    assert set(exported(graph, "nquads", light=True).splitlines()) < set(exported(graph, "nquads").splitlines())


@pytest.mark.parametrize("format", ONE_GRAPH | DATASET)
def test_an_empty_graph_is_a_whole_document(graph: Generation, format: str) -> None:
    data = rdflib.Dataset()
    data.parse(data=exported(graph, format, graphs=["decisions"]), format=(ONE_GRAPH | DATASET)[format])
    assert len(data) == 0


def test_turtle_uses_prefixes_and_groups_by_subject(graph: Generation) -> None:
    text = exported(graph, "turtle").decode()
    assert text.count("\narxiv:2101.00001 ") == 1
    assert "\nconcept:adapter a " in text


def test_a_text_that_xml_cannot_hold_is_named(make: Make) -> None:
    papers = [(Paper("A \x01 title", "", Origin("f", "csv", 1), identifiers=("arxiv:2101.00001",)), Extraction())]
    with pytest.raises(KGError, match=r"paper/arxiv/2101\.00001: its .*title holds U\+0001, which RDF/XML cannot hold"):
        exported(make(papers), "rdfxml")


def test_an_unknown_graph_is_refused(graph: Generation) -> None:
    with pytest.raises(KGError, match="no graph is called 'paper'; there are papers, vocabulary"):
        exported(graph, "turtle", graphs=["paper"])


def test_a_missing_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"triples": 1}')
    with pytest.raises(GraphError, match="its store cannot be read"):
        exported(Generation(tmp_path), "turtle")


def test_progress_is_told(graph: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.export.statements._STEP", 1)
    told: list[tuple[str, int, int | None]] = []
    exported(graph, "nquads", progress=lambda *step: told.append(step))
    total = graph_size(graph)
    assert ("read", total, total) in told


def graph_size(generation: Generation) -> int:
    return int(generation.manifest["triples"])


def test_picked_graphs_go_before_light() -> None:
    assert chosen(Options(light=True, graphs=("provenance",)), CHOICES) == ("provenance",)
