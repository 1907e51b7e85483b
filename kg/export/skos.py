"""SKOS: the vocabulary alone, in terms that every thesaurus program knows (Skosmos, VocBench, TemaTres, Protégé).

A concept scheme with its top concepts, and a collection of each type. Labels and definitions carry their language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from kg.export.registry import Exporter, Options
from kg.export.statements import sorted_statements
from kg.iri import BASE, CONCEPT, PREFIXES, TERM
from kg.model import TYPES
from kg.store import Generation

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode, Triple

__all__ = ["FORMATS"]

_SKOS, _RDF, _DC = PREFIXES["skos"], PREFIXES["rdf"], PREFIXES["dcterms"]
_SCHEME = f"{BASE}vocabulary"
_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
_TEXTS = tuple(f"{_SKOS}{name}" for name in ("prefLabel", "altLabel", "hiddenLabel", "definition"))
_LINKS = tuple(
    f"{_SKOS}{name}" for name in ("broader", "related", "exactMatch", "closeMatch", "broadMatch", "inScheme")
)
_COLLECTIONS = {
    "Method": "Methods", "Model": "Models", "Task": "Tasks", "Dataset": "Data sets", "Metric": "Metrics",
    "Concept": "Other concepts",
}  # fmt: skip


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    from pyoxigraph import RdfFormat, serialize

    from kg.export.rdf import Headed, sorted_prefixes

    prefixes = {name: PREFIXES[name] for name in ("concept", "dcterms", "owl", "rdf", "skos")}
    count = 0

    def counted() -> Iterator[Triple]:
        nonlocal count
        for triple in _triples(generation, options):
            count += 1
            yield triple

    headed = Headed(out, sorted_prefixes)
    serialize(counted(), headed, RdfFormat.TURTLE, prefixes=prefixes)  # type: ignore[arg-type]
    headed.finish()
    return count


def _triples(generation: Generation, options: Options) -> Iterator[Triple]:
    """The vocabulary, a concept after the other, then what is said of the scheme and the collections."""
    from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

    a, concept = NamedNode(f"{_RDF}type"), NamedNode(f"{_SKOS}Concept")
    scheme, top_of = NamedNode(_SCHEME), NamedNode(f"{_SKOS}topConceptOf")
    narrower: dict[str, list[str]] = {}
    members: dict[str, list[NamedNode]] = {name: [] for name in TYPES}
    tops: list[NamedNode] = []
    with sorted_statements(generation, ("vocabulary",), options, named=False) as lines:
        said = list(parse(b"".join(lines), RdfFormat.N_TRIPLES, lenient=True))
    for quad in said:
        if quad.predicate.value == f"{_SKOS}broader":
            narrower.setdefault(quad.object.value, []).append(quad.subject.value)
    by_subject: dict[NamedNode, list[tuple[str, NamedNode | Literal]]] = {}
    for quad in said:
        by_subject.setdefault(quad.subject, []).append((quad.predicate.value, quad.object))
    for subject, facts in by_subject.items():
        if not subject.value.startswith(CONCEPT):
            continue
        yield Triple(subject, a, concept)
        for predicate, value in facts:
            if predicate in _TEXTS:
                yield Triple(subject, NamedNode(predicate), Literal(value.value, language="en"))
            elif predicate in _LINKS:
                yield Triple(subject, NamedNode(predicate), value)
            elif predicate == a.value and value.value.removeprefix(TERM) in members:
                members[value.value.removeprefix(TERM)].append(subject)
        yield Triple(subject, NamedNode(f"{_SKOS}notation"), Literal(subject.value.removeprefix(CONCEPT)))
        for child in narrower.get(subject.value, ()):
            yield Triple(subject, NamedNode(f"{_SKOS}narrower"), NamedNode(child))
        if all(predicate != f"{_SKOS}broader" for predicate, _ in facts):
            tops.append(subject)
            yield Triple(subject, top_of, scheme)
    yield Triple(scheme, a, NamedNode(f"{_SKOS}ConceptScheme"))
    yield Triple(scheme, NamedNode(f"{_DC}title"), Literal("The vocabulary of kg-papers", language="en"))
    yield Triple(scheme, NamedNode(f"{_DC}license"), NamedNode(_LICENCE))
    version = str(generation.manifest.get("vocabulary", ""))
    yield Triple(scheme, NamedNode(f"{PREFIXES['owl']}versionInfo"), Literal(version))
    for one in tops:
        yield Triple(scheme, NamedNode(f"{_SKOS}hasTopConcept"), one)
    for name, held in members.items():
        if held:
            collection = NamedNode(f"{BASE}collection/{name.lower()}")
            yield Triple(collection, a, NamedNode(f"{_SKOS}Collection"))
            yield Triple(collection, NamedNode(f"{_SKOS}prefLabel"), Literal(_COLLECTIONS[name], language="en"))
            for one in held:
                yield Triple(collection, NamedNode(f"{_SKOS}member"), one)


FORMATS = (
    Exporter(
        name="skos",
        description="SKOS in Turtle: the vocabulary alone, as a thesaurus, without terms of our own",
        extension=".skos.ttl",
        media_type="text/turtle",
        rdf=False,
        write=_write,
    ),
)
