"""What a graph holds about one entity or one paper, as RDF."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kg.iri import PREFIXES, TERM

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store, Triple

__all__ = ["FORMATS", "about_entity", "about_paper"]

#: Suffix of an address -> media type, the preferred one first.
FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
_LABELS = (f"{PREFIXES['skos']}prefLabel", f"{PREFIXES['dcterms']}title")


def about_entity(store: Store, iri: str, rows: int) -> tuple[bytes, bool]:
    """An entity's own statements, the papers that name it, and the labels of what stands beside it, in N-Triples.

    :param rows: triples at most
    :return: the triples, sorted, and whether some were left out
    """
    from pyoxigraph import NamedNode

    def triples() -> Iterator[Triple]:
        entity = NamedNode(iri)
        for quad in store.quads_for_pattern(entity, None, None, None):
            yield quad.triple
            if isinstance(quad.object, NamedNode):
                yield from _labels(store, quad.object)
        for quad in store.quads_for_pattern(None, None, entity, None):
            yield quad.triple
            if isinstance(quad.subject, NamedNode):
                yield from _labels(store, quad.subject)

    return _lines(triples(), rows)


def about_paper(store: Store, iri: str, rows: int) -> tuple[bytes, bool]:
    """A paper's own statements, its authorships, mentions and statements, and its entities' labels, in N-Triples."""
    from pyoxigraph import NamedNode

    paper = NamedNode(iri)
    inward = [NamedNode(f"{TERM}{name}") for name in ("inPaper", "statedIn")]

    def triples() -> Iterator[Triple]:
        for quad in store.quads_for_pattern(paper, None, None, None):
            yield quad.triple
            if isinstance(quad.object, NamedNode):
                if quad.predicate.value == f"{TERM}authorship":
                    yield from _about(store, quad.object)
                yield from _labels(store, quad.object)
        for predicate in inward:
            for quad in store.quads_for_pattern(None, predicate, paper, None):
                if isinstance(quad.subject, NamedNode):
                    yield from _about(store, quad.subject)

    return _lines(triples(), rows)


def _about(store: Store, subject: NamedNode) -> Iterator[Triple]:
    return (quad.triple for quad in store.quads_for_pattern(subject, None, None, None))


def _labels(store: Store, subject: NamedNode) -> Iterator[Triple]:
    from pyoxigraph import NamedNode

    for predicate in _LABELS:
        for quad in store.quads_for_pattern(subject, NamedNode(predicate), None, None):
            yield quad.triple


def _lines(triples: Iterator[Triple], rows: int) -> tuple[bytes, bool]:
    found = {f"{triple} .\n" for triple in islice(triples, rows)}
    cut = next(triples, None) is not None
    return "".join(sorted(found)).encode(), cut
