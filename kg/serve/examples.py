"""The named queries as texts that can be changed and run: their parameters stand in them with the example's values."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.errors import NotFoundError
from kg.graph import Graph
from kg.iri import PREFIXES

if TYPE_CHECKING:
    from kg.query import NamedQuery

__all__ = ["example_text", "named_query"]

_NAME = 60


def named_query(name: str) -> NamedQuery:
    """A query of the package, and of nowhere else: what a client calls a query is never the name of a file.

    :raises NotFoundError: if there is none of that name
    """
    from kg.query import all_queries

    known = {query.name: query for query in all_queries()}
    if name not in known:
        close = get_close_matches(name[:_NAME], known, n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(close)}?" if close else "/api/queries lists them"
        raise NotFoundError(f"no named query “{name[:_NAME]}”", hint=hint)
    return known[name]


def example_text(name: str, graph: Graph) -> str:
    """A named query with the values of its example.

    Where this graph does not hold what the example names, the entity or paper that most others are about stands there.

    :raises NotFoundError: if there is no query of that name
    """
    from kg.query import bind, with_values

    query = named_query(name)

    def resolve(kind: str, value: str) -> str:
        try:
            return graph.resolve(kind, value)
        except NotFoundError:
            if kind == "paper":
                return graph.index.papers([0])[0].iri if graph.table.papers else PREFIXES["paper"]
            entities = graph.stats(top=1).top
            return entities[0][0] if entities else PREFIXES["concept"]

    terms = bind(query, query.example, resolve)
    body = re.sub(r"\A(?:#[^\n]*\n)+", "", query.text)
    head = f"# {query.title}\n# {query.description}\n"
    return head + with_values(body, {name: _written(str(term)) for name, term in terms.items()})


def _written(term: str) -> str:
    """A term of N-Triples as short as SPARQL has it."""
    if match := re.fullmatch(r'"([+-]?\d+)"\^\^<http://www\.w3\.org/2001/XMLSchema#integer>', term):
        return match.group(1)
    if term.startswith("<"):
        for name, iri in PREFIXES.items():
            rest = term[1 + len(iri) : -1]
            if term.startswith(f"<{iri}") and re.fullmatch(r"[A-Za-z0-9](?:[\w-]*\w)?", rest, re.ASCII):
                return f"{name}:{rest}"
    return term
