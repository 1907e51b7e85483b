"""VoID and DCAT: what a graph holds, how much of it, in which terms and under which licence, in Turtle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from kg.export.registry import Exporter, Options
from kg.iri import BASE, GRAPHS, PREFIXES
from kg.store import Generation, open_store

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions, Store

__all__ = ["FORMATS", "LICENCE", "describe_graph"]

#: The licence of what kg adds to the papers, and of its vocabulary.
LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
_ABOUT = "Papers, what they name (methods, models, tasks, data sets, metrics, concepts), and the sentences as proof."
_RIGHTS = (
    "Mentions, statements, identities and the vocabulary are under the licence named. Titles, abstracts and other data "
    "of papers come from the sources that the provenance names, and stay under their terms."
)
_TITLES = {
    "papers": "What papers say", "vocabulary": "The vocabulary", "decisions": "The curator's decisions",
    "provenance": "Source records and builds",
}  # fmt: skip
_VOCABULARIES = (
    PREFIXES["kg"], PREFIXES["skos"], PREFIXES["dcterms"], PREFIXES["prov"], PREFIXES["foaf"], PREFIXES["schema"],
)  # fmt: skip
_HEAD = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in sorted(
        {
            "dcat": "http://www.w3.org/ns/dcat#", "dcterms": PREFIXES["dcterms"], "foaf": PREFIXES["foaf"],
            "kg": PREFIXES["kg"], "sd": "http://www.w3.org/ns/sparql-service-description#",
            "void": "http://rdfs.org/ns/void#", "xsd": PREFIXES["xsd"],
        }.items()
    )
)  # fmt: skip


def describe_graph(generation: Generation, endpoint: str | None = None) -> str:
    """The description of a graph as Turtle.

    :param endpoint: where it is asked in SPARQL, if it is served
    """
    store, manifest = open_store(generation.store), generation.manifest
    counted = {name: _count(store, name) for name in GRAPHS}
    text = f"""{_HEAD}
<{BASE}graph> a void:Dataset , dcat:Dataset ;
    dcterms:title "A knowledge graph of research papers"@en ;
    dcterms:description "{_ABOUT}"@en ;
    dcterms:license <{LICENCE}> ;
    dcterms:rights "{_RIGHTS}"@en ;
    dcterms:conformsTo <{BASE}ontology> ;
    foaf:homepage <{BASE}> ;
    dcat:keyword "research papers"@en , "knowledge graph"@en , "entity linking"@en ;
    void:uriSpace "{BASE}" ;
    void:triples {manifest["triples"]} ;
    void:entities {manifest["entities"]} ;
    void:documents {manifest["papers"]} ;
"""
    text += "".join(f"    void:vocabulary <{iri}> ;\n" for iri in _VOCABULARIES)
    if "built" in manifest:
        text += f'    dcterms:issued "{manifest["built"]}"^^xsd:dateTime ;\n'
    if endpoint is not None:
        text += f"    void:sparqlEndpoint <{endpoint}> ;\n    dcat:distribution <{BASE}graph#service> ;\n"
    subsets = [name for name, (triples, _, _) in counted.items() if triples]
    text += f"    void:subset {' , '.join(f'<{GRAPHS[name]}>' for name in subsets)} .\n"
    if endpoint is not None:
        text += f"""
<{BASE}graph#service> a dcat:Distribution ;
    dcterms:title "SPARQL 1.1 Protocol"@en ;
    dcterms:license <{LICENCE}> ;
    dcat:accessURL <{endpoint}> .
"""
    for name in subsets:
        text += _subset(name, *counted[name])
    return text


def _subset(name: str, triples: int, classes: dict[str, int], properties: dict[str, int]) -> str:
    lines = [f"\n<{GRAPHS[name]}> a void:Dataset ;", f'    dcterms:title "{_TITLES[name]}"@en ;']
    lines += [f"    dcterms:license <{LICENCE}> ;"] if name == "vocabulary" else []
    # What papers say stands in the graph without a name.
    lines += [f"    sd:name <{GRAPHS[name]}> ;"] if name != "papers" else []
    lines += [f"    void:triples {triples} ;", f"    void:classes {len(classes)} ;",
              f"    void:properties {len(properties)} ;"]  # fmt: skip
    lines += [
        f"    void:classPartition [ void:class <{iri}> ; void:entities {count} ] ;" for iri, count in classes.items()
    ]
    lines += [
        f"    void:propertyPartition [ void:property <{iri}> ; void:triples {count} ] ;"
        for iri, count in properties.items()
    ]
    return "\n".join(lines)[:-2] + " .\n"


def _count(store: Store, name: str) -> tuple[int, dict[str, int], dict[str, int]]:
    """Triples of a graph, instances by class and triples by property, the most first."""

    def rows(pattern: str) -> Iterator[tuple[str, int]]:
        inner = pattern if name == "papers" else f"GRAPH <{GRAPHS[name]}> {{ {pattern} }}"
        query = f"SELECT ?x (COUNT(*) AS ?n) {{ {inner} }} GROUP BY ?x ORDER BY DESC(?n) ?x"
        for iri, count in cast("QuerySolutions", store.query(query)):
            yield iri.value, int(count.value)

    properties = dict(rows("?s ?x ?o"))
    return sum(properties.values()), dict(rows("?s a ?x")), properties


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    text = describe_graph(generation)
    out.write(text.encode())
    return text.count("\n")


FORMATS = (
    Exporter(
        name="void",
        description="VoID and DCAT in Turtle: what the graph holds, how much, in which terms, under which licence",
        extension=".void.ttl",
        media_type="text/turtle",
        rdf=False,
        write=_write,
    ),
)
