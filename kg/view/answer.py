"""The answer of a SPARQL query as a page: its triples as nodes and links."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.errors import QueryError
from kg.iri import CONCEPT, PREFIXES
from kg.query.formats import shorten
from kg.store import Index, MentionTable, PaperRow
from kg.view.parts import node
from kg.view.payload import Edge, Node, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.query import Result

__all__ = ["answer"]

_NAMES = (
    PREFIXES["skos"] + "prefLabel", PREFIXES["dcterms"] + "title", PREFIXES["rdfs"] + "label",
    PREFIXES["foaf"] + "name", PREFIXES["schema"] + "name",
)  # fmt: skip
_READ = 1_000_000
"""Triples of an answer that are looked at; a page could not show more of them anyway."""


def answer(index: Index, table: MentionTable, keep: NDArray[np.bool_], result: Result, limit: int = 300) -> Page:
    """The triples of a CONSTRUCT or DESCRIBE, or of a SELECT of three variables, as a graph.

    Entities and papers bring what the graph knows of them. Literals are not nodes: they are told in the panel of
    their subject, and a label or a title names it. Of an answer with more nodes than ``limit`` those with most links
    are shown, and the page says so.

    :raises QueryError: if the answer has no triples by its form
    """
    facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    links: Counter[tuple[str, str, str]] = Counter()
    degree: Counter[str] = Counter()
    read = 0
    for s, p, o in _triples(result):
        read += 1
        if read > _READ:
            break
        subject, predicate, target = _key(s), _key(p), _key(o)
        if _literal(o):
            facts[subject].append((predicate, o.value))
            degree[subject] += 0
        else:
            links[subject, predicate, target] += 1
            degree[subject] += 1
            degree[target] += 1
    shown = sorted(degree, key=lambda iri: (-degree[iri], iri))[:limit]
    inside = set(shown)
    nodes = tuple(_node(index, table, keep, iri, facts[iri], degree[iri]) for iri in shown)
    edges = tuple(
        Edge(s, o, float(n), shorten(predicate), directed=True)
        for (s, predicate, o), n in sorted(links.items())
        if s in inside and o in inside
    )
    part = f"{len(shown):,} of {len(degree):,} nodes, those with most links" if len(degree) > limit else ""
    many = f"the first {_READ:,} triples" if read > _READ else f"{read:,} {'triple' if read == 1 else 'triples'}"
    subtitle = ", ".join(filter(None, (many, part)))
    return Page("The answer of a query", subtitle, nodes, edges, noun="node", empty="The query found nothing.")


def _triples(result: Result) -> Iterator[tuple[Any, Any, Any]]:
    if result.kind == "graph":
        for triple in result.triples():
            yield triple.subject, triple.predicate, triple.object
        return
    names = result.variables if result.kind == "select" else ()
    if {"s", "p", "o"} <= set(names):
        place = [names.index(name) for name in ("s", "p", "o")]
    elif len(names) == 3:
        place = [0, 1, 2]
    else:
        raise QueryError(
            "this query gives no triples", hint="write CONSTRUCT { … } WHERE { … }, or SELECT ?s ?p ?o WHERE { … }"
        )
    for row in result.rows():
        s, p, o = (row[i] for i in place)
        if s is not None and p is not None and o is not None:
            yield s, p, o


def _literal(term: Any) -> bool:
    from pyoxigraph import Literal

    return isinstance(term, Literal)


def _key(term: Any) -> str:
    """A term as the page names it: the IRI, or Turtle's way for anything else."""
    from pyoxigraph import NamedNode

    return term.value if isinstance(term, NamedNode) else str(term)


def _node(
    index: Index, table: MentionTable, keep: NDArray[np.bool_], iri: str, facts: Iterable[tuple[str, str]], links: int
) -> Node:
    told = tuple(dict.fromkeys((shorten(name), value) for name, value in facts))
    if iri.startswith(CONCEPT):
        entity = index.find_entity(iri)
        if entity is not None:
            return replace(node(index, table, keep, entity, None), facts=told)
    paper: PaperRow | None = index.find_paper(iri) if iri.startswith(PREFIXES["paper"]) else None
    if paper is not None:
        told = told or tuple((k, v) for k, v in (("issued", paper.issued), ("venue", paper.venue)) if v)
        return Node(iri, paper.title, "Paper", float(links), definition=paper.abstract, facts=told, url=paper.link)
    names = [value for name in _NAMES for key, value in facts if key == name]
    url = iri if iri.startswith(("http://", "https://")) else None
    return Node(iri, names[0] if names else shorten(iri), "Resource", float(links), facts=told, url=url)
