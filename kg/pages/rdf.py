"""What a graph holds about one entity or one paper, as RDF."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kg.iri import CONCEPT, PREFIXES, TERM

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store, Triple

__all__ = ["FORMATS", "about_entity", "about_paper", "entity_triples", "lines", "paper_triples"]

#: Suffix of an address -> media type, the preferred one first.
FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
_LABELS = (f"{PREFIXES['skos']}prefLabel", f"{PREFIXES['dcterms']}title")


# What has a label: entities and papers.
_ABOUT = (CONCEPT, PREFIXES["paper"])


def about_entity(store: Store, iri: str, rows: int) -> tuple[bytes, bool]:
    """:func:`entity_triples` in N-Triples.

    :param rows: triples at most
    :return: the triples, sorted, and whether some were left out
    """
    return _cut(entity_triples(store, iri), rows)


def about_paper(store: Store, iri: str, rows: int) -> tuple[bytes, bool]:
    """:func:`paper_triples` in N-Triples; as :func:`about_entity`."""
    return _cut(paper_triples(store, iri), rows)


def entity_triples(store: Store, iri: str) -> Iterator[Triple]:
    """An entity's own statements, the papers that name it, and the labels of what stands beside it.

    The mentions, and the statements that a text makes, are told with their paper.
    """
    from pyoxigraph import NamedNode

    entity = NamedNode(iri)
    seen = {iri}
    for quad in store.quads_for_pattern(entity, None, None, None):
        yield quad.triple
        if isinstance(quad.object, NamedNode):
            yield from _labels(store, quad.object, seen)
    for quad in store.quads_for_pattern(None, None, entity, None):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(_ABOUT):
            yield quad.triple
            yield from _labels(store, quad.subject, seen)


def paper_triples(store: Store, iri: str) -> Iterator[Triple]:
    """A paper's own statements, its authorships, mentions and statements, and its entities' labels."""
    from pyoxigraph import NamedNode

    paper = NamedNode(iri)
    inward = [NamedNode(f"{TERM}{name}") for name in ("inPaper", "statedIn")]
    seen = {iri}
    for quad in store.quads_for_pattern(paper, None, None, None):
        yield quad.triple
        if isinstance(quad.object, NamedNode):
            if quad.predicate.value == f"{TERM}authorship":
                yield from _about(store, quad.object)
            yield from _labels(store, quad.object, seen)
    for predicate in inward:
        for quad in store.quads_for_pattern(None, predicate, paper, None):
            if isinstance(quad.subject, NamedNode):
                yield from _about(store, quad.subject)


def lines(triples: Iterator[Triple]) -> list[Triple]:
    """Triples in their order as N-Triples, each once: the same graph gives the same file."""
    found = {str(triple): triple for triple in triples}
    return [found[line] for line in sorted(found)]


def _about(store: Store, subject: NamedNode) -> Iterator[Triple]:
    return (quad.triple for quad in store.quads_for_pattern(subject, None, None, None))


def _labels(store: Store, subject: NamedNode, seen: set[str]) -> Iterator[Triple]:
    from pyoxigraph import NamedNode

    if subject.value in seen or not subject.value.startswith(_ABOUT):
        return
    seen.add(subject.value)
    for predicate in _LABELS:
        for quad in store.quads_for_pattern(subject, NamedNode(predicate), None, None):
            yield quad.triple


def _cut(triples: Iterator[Triple], rows: int) -> tuple[bytes, bool]:
    found = {f"{triple} .\n" for triple in islice(triples, rows)}
    cut = next(triples, None) is not None
    return "".join(sorted(found)).encode(), cut
