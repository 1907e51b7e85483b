"""The forms for other programs hold what the graph holds: SKOS, RDF 1.2, Web Annotations, Cytoscape, Parquet."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyoxigraph as ox
import pytest
import rdflib
from export_graphs import Make, little_papers
from rdflib.namespace import RDF, SKOS

from kg.errors import KGError
from kg.export import export, export_file
from kg.iri import PREFIXES, TERM, concept_iri, paper_iri
from kg.store import Generation, Index, MentionTable, open_store

ONE = paper_iri(("arxiv:2101.00001",), "")


def exported(generation: Generation, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    count = export(generation, format, out, **options)
    assert count > 0
    return out.getvalue()


# SKOS


@pytest.fixture(scope="module")
def skos(graph: Generation) -> rdflib.Graph:
    return rdflib.Graph().parse(data=exported(graph, "skos"), format="turtle")


def test_the_thesaurus_holds_the_vocabulary_and_no_term_of_ours(skos: rdflib.Graph) -> None:
    assert {str(c) for c in skos.subjects(RDF.type, SKOS.Concept)} == {
        concept_iri(slug) for slug in ("adapter", "tuning", "rust", "gloss")
    }
    assert not [p for p in set(skos.predicates()) if str(p).startswith(TERM)]
    assert not [o for o in skos.objects(None, RDF.type) if str(o).startswith(TERM)]


def test_its_texts_have_a_language_and_its_hierarchy_stands_both_ways(skos: rdflib.Graph) -> None:
    adapter, tuning = rdflib.URIRef(concept_iri("adapter")), rdflib.URIRef(concept_iri("tuning"))
    assert skos.value(adapter, SKOS.prefLabel) == rdflib.Literal("Adapter", "en")
    assert set(skos.objects(adapter, SKOS.altLabel)) == {
        rdflib.Literal("adapter layer", "en"), rdflib.Literal("adapter module", "en")
    }  # fmt: skip
    assert (adapter, SKOS.broader, tuning) in skos and (tuning, SKOS.narrower, adapter) in skos
    (scheme,) = skos.subjects(RDF.type, SKOS.ConceptScheme)
    tops = set(skos.objects(scheme, SKOS.hasTopConcept))
    assert adapter not in tops and tuning in tops
    assert tops == set(skos.subjects(SKOS.topConceptOf, scheme))
    assert all((c, SKOS.inScheme, scheme) in skos for c in skos.subjects(RDF.type, SKOS.Concept))


def test_every_type_that_occurs_is_a_collection(skos: rdflib.Graph) -> None:
    labels = {str(skos.value(c, SKOS.prefLabel)) for c in skos.subjects(RDF.type, SKOS.Collection)}
    assert labels == {"Methods", "Metrics", "Other concepts"}
    members = set(skos.objects(None, SKOS.member))
    assert members == set(skos.subjects(RDF.type, SKOS.Concept))


# RDF 1.2


def test_each_statement_reifies_the_triple_that_it_claims(graph: Generation) -> None:
    triples = [q.triple for q in ox.parse(exported(graph, "rdf12"), ox.RdfFormat.TURTLE)]
    reifies = ox.NamedNode(f"{PREFIXES['rdf']}reifies")
    found = {t.subject: t.object for t in triples if t.predicate == reifies}
    claimed: dict[object, dict[str, object]] = {}
    store = open_store(graph.store)
    parts = [f"{TERM}{name}" for name in ("subject", "predicate", "object")]
    for part in parts:
        for quad in store.quads_for_pattern(None, ox.NamedNode(part), None, None):
            claimed.setdefault(quad.subject, {})[part] = quad.object
    assert len(found) == 5
    assert found == {s: ox.Triple(*(values[part] for part in parts)) for s, values in claimed.items()}  # type: ignore[arg-type]
    assert not {t.predicate.value for t in triples} & set(parts)


def test_all_else_is_as_in_turtle(graph: Generation) -> None:
    # As a set of triples: a statement loses three and gains one.
    def said(format: str) -> set[str]:
        return {str(q.triple) for q in ox.parse(exported(graph, format), ox.RdfFormat.TURTLE)}

    old, new = said("turtle"), said("rdf12")
    assert {line for line in new - old if "reifies" not in line} == set()
    assert {
        line for line in old - new if not any(f"{TERM}{n}>" in line for n in ("subject", "predicate", "object"))
    } == set()


# Web Annotation


def test_each_mention_is_an_annotation_that_finds_its_place(graph: Generation) -> None:
    page = json.loads(exported(graph, "webannotation"))
    assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
    items = page["items"]
    store = open_store(graph.store)
    held = {q.subject.value for q in store.quads_for_pattern(None, ox.NamedNode(f"{TERM}ofEntity"), None, None)}  # type: ignore[union-attr]
    assert {item["id"] for item in items} == held
    assert len(items) == len(held) == len(MentionTable.open(graph.mentions))
    texts = {paper_iri(p.identifiers, p.title): {"title": p.title, "abstract": p.abstract} for p, _ in little_papers()}
    for item in items:
        assert item["type"] == "Annotation" and item["body"].startswith(PREFIXES["concept"])
        target = item["target"]
        source, _, field = target["source"].rpartition("#")
        assert source == target["scope"]
        position, quote = target["selector"]
        text = texts[source][field]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert quote["prefix"] + quote["exact"] + quote["suffix"] in text


# Cytoscape


def test_the_network_of_cytoscape_is_that_of_the_other_formats(graph: Generation) -> None:
    import networkx as nx

    found = json.loads(exported(graph, "cytoscape"))
    nodes = {node["data"]["id"]: node["data"] for node in found["elements"]["nodes"]}
    edges = {(e["data"]["source"], e["data"]["target"]): e["data"]["weight"] for e in found["elements"]["edges"]}
    other = nx.read_graphml(io.BytesIO(exported(graph, "graphml")))
    assert set(nodes) == set(other.nodes)
    assert {frozenset(pair): weight for pair, weight in edges.items()} == {
        frozenset((a, b)): data["weight"] for a, b, data in other.edges(data=True)
    }
    gloss = nodes[concept_iri("gloss")]
    assert (gloss["name"], gloss["type"], gloss["papers"], gloss["known"]) == ("Gloss & Sheen", "Metric", 2, True)
    ids = [e["data"]["id"] for e in found["elements"]["edges"]]
    assert len(set(ids) | set(nodes)) == len(ids) + len(nodes)


def test_a_graph_without_entities_is_an_empty_network(make: Make) -> None:
    found = json.loads(_any(make([]), "cytoscape"))
    assert found["elements"] == {"nodes": [], "edges": []}
    assert json.loads(_any(make([]), "webannotation"))["items"] == []


def _any(generation: Generation, format: str) -> bytes:
    out = io.BytesIO()
    export(generation, format, out)
    return out.getvalue()


# Parquet


def read(generation: Generation, name: str) -> list[dict[str, Any]]:
    data = exported(generation, "parquet", table=name)
    return pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist()  # type: ignore[no-any-return]


def test_parquet_is_a_folder_of_typed_tables(graph: Generation, tmp_path: Path) -> None:
    count = export_file(graph, "parquet", tmp_path / "tables")
    tables = {path.stem: pyarrow.parquet.read_table(path) for path in (tmp_path / "tables").iterdir()}
    assert set(tables) == {"papers", "entities", "mentions", "statements"}
    assert count == sum(table.num_rows for table in tables.values())
    assert str(tables["papers"].schema.field("authors").type) == "list<element: string>"
    assert str(tables["mentions"].schema.field("confidence").type) == "double"


def test_papers_and_entities_are_those_of_the_index(graph: Generation) -> None:
    paper = next(row for row in read(graph, "papers") if row["id"] == ONE)
    assert (paper["issued"], paper["year"], paper["authors"]) == ("2021-01-02", 2021, ["Ada Örn", "@Bo"])
    assert [row["year"] for row in read(graph, "papers") if row["id"] != ONE] == [2022, 2023]
    index = Index(graph.index)
    assert [row["label"] for row in read(graph, "entities")] == index.labels()
    index.close()


def test_a_mention_has_its_text_and_its_sentence(graph: Generation) -> None:
    rows = read(graph, "mentions")
    assert len(rows) == len(MentionTable.open(graph.mentions))
    abstracts = {paper_iri(p.identifiers, p.title): p.abstract for p, _ in little_papers()}
    for row in rows:
        text = abstracts[row["paper"]]
        assert text[row["start"] : row["end"]] == row["surface"]
        assert text[row["sentence_start"] : row["sentence_end"]] == row["sentence"]
    assert {(row["entity"], row["role"]) for row in rows if row["paper"] == ONE} == {
        (concept_iri("adapter"), "introduces"), (concept_iri("gloss"), "evaluates_on"),
        (concept_iri("tiny-net"), "mentions"),
    }  # fmt: skip


def test_statements_say_roles_and_relations(graph: Generation) -> None:
    rows = read(graph, "statements")
    relation = next(row for row in rows if row["predicate"] == "extends")
    assert (relation["subject"], relation["polarity"], relation["confidence"]) == (
        concept_iri("adapter"),
        "positive",
        0.7,
    )
    assert sorted(row["predicate"] for row in rows if row["subject"] == ONE) == ["evaluatesOn", "introduces"]


def test_groups_of_rows_change_nothing(graph: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(graph, "mentions")
    monkeypatch.setattr("kg.export.parquet._GROUP", 2)
    assert read(graph, "mentions") == whole


def test_without_pyarrow_one_line_says_what_to_install(graph: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(KGError, match=r"the package pyarrow is missing; run `pip install \"kg-papers\[parquet\]\"`"):
        export(graph, "parquet", io.BytesIO())


def test_what_does_not_go_with_a_format_is_refused(graph: Generation) -> None:
    with pytest.raises(KGError, match="parquet has no table 'edges'; there are papers, entities, mentions, statements"):
        export(graph, "parquet", io.BytesIO(), table="edges")
    with pytest.raises(KGError, match="skos holds no RDF graphs to choose from"):
        export(graph, "skos", io.BytesIO(), graphs=("papers",))


# VoID and DCAT


def test_the_description_counts_what_the_store_holds_and_names_its_licence(graph: Generation) -> None:
    said = rdflib.Graph().parse(data=exported(graph, "void"), format="turtle")
    void, dc = rdflib.Namespace("http://rdfs.org/ns/void#"), rdflib.Namespace(PREFIXES["dcterms"])
    store = open_store(graph.store)
    whole = next(s for s in said.subjects(RDF.type, rdflib.URIRef("http://www.w3.org/ns/dcat#Dataset")))
    assert int(str(said.value(whole, void.triples))) == len(store)
    assert str(said.value(whole, dc.license)) == "https://www.apache.org/licenses/LICENSE-2.0"
    assert said.value(whole, dc.rights)
    subsets = list(said.objects(whole, void.subset))
    assert sum(int(str(said.value(s, void.triples))) for s in subsets) == len(store)
    mentions = len(MentionTable.open(graph.mentions))
    part = next(said.subjects(void["class"], rdflib.URIRef(f"{TERM}Mention")))
    assert int(str(said.value(part, void.entities))) == mentions
    part = next(said.subjects(void.property, rdflib.URIRef(f"{TERM}surface")))
    assert int(str(said.value(part, void.triples))) == mentions
