"""An answer as a table for a page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.iri import BASE, CONCEPT
from kg.query import printable
from kg.query.formats import plain, shorten
from kg.serve.results import Answer, write

if TYPE_CHECKING:
    from kg.query.engine import Term

__all__ = ["Cell", "Table", "local"]

_SHOWN = 500
_TEXT = 200_000
_PAPER = f"{BASE}paper/"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, where it leads (None for nowhere), and whether it is a number."""

    text: str
    link: str | None = None
    number: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of an answer; or ``boolean`` of an ASK; or the Turtle of a graph.

    ``rows_found`` counts all rows, also those not shown; ``cut`` where there are even more.
    """

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    rows_found: int = 0
    cut: bool = False
    boolean: bool = False
    turtle: str = ""
    shortened: bool = False

    @classmethod
    def of(cls, found: Answer) -> Table:
        """The table of an answer."""
        import pyoxigraph as ox

        if found.kind == "boolean":
            return cls("boolean", boolean=found.body.endswith(b"true}"))
        if found.kind == "graph":
            text = write(found, "text/turtle").decode()
            triples = found.body.count(b"\n")
            return cls("graph", rows_found=triples, cut=found.cut, turtle=text[:_TEXT], shortened=len(text) > _TEXT)
        solutions: Any = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
        columns = tuple(v.value for v in solutions.variables)
        rows = tuple(tuple(_cell(term) for term in row) for row in islice(solutions, _SHOWN))
        more = sum(1 for _ in solutions)
        return cls("rows", columns, rows, len(rows) + more, found.cut, shortened=bool(more))


def local(iri: str) -> str | None:
    """The address of the page about a thing that the graph holds; of anything else its own, if it is of the web.

    >>> local("https://w3id.org/kg-papers/concept/lora"), local("http://example.org/a"), local("javascript:alert(1)")
    ('/entity/lora', 'http://example.org/a', None)
    >>> local("https://w3id.org/kg-papers/paper/arxiv/2106.09685")
    '/paper/arxiv/2106.09685'
    """
    if iri.startswith(CONCEPT) and len(iri) > len(CONCEPT):
        return f"/entity/{iri[len(CONCEPT) :]}"
    if iri.startswith(_PAPER) and len(iri) > len(_PAPER):
        return f"/paper/{iri[len(_PAPER) :]}"
    return iri if iri.startswith(("http://", "https://")) else None


def _cell(term: Term | None) -> Cell:
    from pyoxigraph import Literal, NamedNode

    if isinstance(term, NamedNode):
        return Cell(printable(shorten(term.value)), local(term.value))
    value = plain(term)
    if value is None:
        return Cell("")
    if isinstance(value, bool):
        return Cell(str(value).lower())
    number = isinstance(value, int | float)
    language = term.language if isinstance(term, Literal) else None
    text = str(value)
    return Cell(printable(text[:2000]) + ("…" if len(text) > 2000 else ""), number=number, language=language)
