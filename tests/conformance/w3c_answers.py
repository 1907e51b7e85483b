"""Answers of SPARQL queries, read from any format of the W3C suites and compared up to the names of blank nodes."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import cast

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

__all__ = ["Answer", "Rows", "Term", "Triples", "normalised", "read", "same"]

Term = NamedNode | BlankNode | Literal | Triple

_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RESULTS = {
    "srx": QueryResultsFormat.XML, "srj": QueryResultsFormat.JSON, "tsv": QueryResultsFormat.TSV,
}  # fmt: skip
_GRAPHS = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "nt": RdfFormat.N_TRIPLES}


@dataclass(frozen=True, slots=True)
class Rows:
    """The solutions of a SELECT: one mapping of variable to term each, in their order."""

    variables: frozenset[str]
    solutions: tuple[frozenset[tuple[str, Term]], ...]


@dataclass(frozen=True, slots=True)
class Triples:
    """The graph of a CONSTRUCT or DESCRIBE."""

    triples: frozenset[Triple]


Answer = bool | Rows | Triples


def read(data: bytes, form: str, base_iri: str = "http://example.org/") -> Answer:
    """An answer from its text.

    :param form: ``srx``, ``srj``, ``csv``, ``tsv``, or ``ttl``, ``rdf``, ``nt`` for a graph or the result set in one
    :raises SyntaxError: if the text is not of that form

    >>> read(b'{"head": {}, "boolean": true}', "srj")
    True
    """
    if form == "csv":
        return _from_csv(data.decode())
    if form in _GRAPHS:
        quads = list(parse(BytesIO(data), _GRAPHS[form], base_iri=base_iri))
        described = _from_result_set(quads)
        return Triples(frozenset(quad.triple for quad in quads)) if described is None else described
    results = parse_query_results(data, _RESULTS[form])
    if isinstance(results, QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return _rows(names, (tuple(cast("Term | None", solution[name]) for name in names) for solution in results))


def same(actual: Answer, expected: Answer, *, ordered: bool = False, reduced: bool = False) -> bool:
    """Whether two answers say the same, whatever their blank nodes are called.

    :param ordered: whether the solutions must come in the expected order
    :param reduced: whether an expected solution may come fewer times, but once at least

    >>> one, two = (read(f"?x\\n_:{name}\\n".encode(), "tsv") for name in "ab")
    >>> same(one, two)
    True
    """
    match actual, expected:
        case Rows(), Rows():
            if actual.variables != expected.variables:
                return False
            if reduced:
                given, most = Counter(actual.solutions), Counter(expected.solutions)
                return given.keys() == most.keys() and given <= most
            return _isomorphic(_row_quads(actual, ordered), _row_quads(expected, ordered))
        case Triples(), Triples():
            return _isomorphic(*([Quad(*triple) for triple in answer.triples] for answer in (actual, expected)))
        case _:
            return actual is expected


def normalised(answer: Answer) -> Answer:
    """The answer with each literal in the form that Oxigraph's store gives it.

    >>> decimal = "http://www.w3.org/2001/XMLSchema#decimal"
    >>> one, two = (read(f'?x\\n"{x}"^^<{decimal}>\\n'.encode(), "tsv") for x in ("1", "01.0"))
    >>> same(one, two), same(one, normalised(two))
    (False, True)
    """
    if isinstance(answer, Rows):
        rows = (frozenset((name, _stored(term)) for name, term in row) for row in answer.solutions)
        return Rows(answer.variables, tuple(rows))
    if isinstance(answer, Triples):
        return Triples(frozenset(cast("Triple", _stored(triple)) for triple in answer.triples))
    return answer


def _stored(term: Term) -> Term:
    store, node = Store(), NamedNode("urn:any")
    store.add(Quad(node, node, term))
    stored: Term = next(iter(store)).object
    return stored


def _rows(names: Sequence[str], rows: Iterable[Sequence[Term | None]]) -> Rows:
    solutions = (frozenset((n, term) for n, term in zip(names, row, strict=True) if term is not None) for row in rows)
    return Rows(frozenset(names), tuple(solutions))


def _from_csv(text: str) -> Rows:
    """CSV says neither the datatype of a literal nor an IRI from a text: each value is read as a plain literal."""
    names, *rows = csv.reader(StringIO(text, newline=""))

    def term(value: str) -> Term | None:
        return BlankNode(value[2:]) if value.startswith("_:") else Literal(value) if value else None

    return _rows(names, ([term(value) for value in row] for row in rows))


def _from_result_set(quads: list[Quad]) -> Rows | bool | None:
    """The answer that a graph in the test vocabulary for result sets describes; None where it describes none."""
    held: dict[tuple[str, str], list[Term]] = {}
    for quad in quads:
        held.setdefault((str(quad.subject), quad.predicate.value), []).append(quad.object)

    def of(node: object, name: str) -> list[Term]:
        return held.get((str(node), _RS + name), [])

    def value(node: object, name: str) -> str:
        return cast("Literal", of(node, name)[0]).value

    roots = [q.subject for q in quads if isinstance(q.object, NamedNode) and q.object.value == f"{_RS}ResultSet"]
    if not roots:
        return None
    if of(roots[0], "boolean"):
        return value(roots[0], "boolean") == "true"
    solutions = of(roots[0], "solution")
    if all(of(solution, "index") for solution in solutions):
        solutions = sorted(solutions, key=lambda solution: int(value(solution, "index")))
    return Rows(
        frozenset(cast("Literal", name).value for name in of(roots[0], "resultVariable")),
        tuple(
            frozenset((value(pair, "variable"), of(pair, "value")[0]) for pair in of(solution, "binding"))
            for solution in solutions
        ),
    )


def _row_quads(rows: Rows, ordered: bool) -> list[Quad]:
    """The rows as a graph, so that equal rows are isomorphic graphs; equal rows are counted."""
    keys = list(enumerate(rows.solutions)) if ordered else [(n, row) for row, n in Counter(rows.solutions).items()]
    quads = []
    for number, row in keys:
        node = NamedNode(f"urn:row:{number}") if ordered else BlankNode()
        quads.append(Quad(node, NamedNode("urn:times"), Literal(number)))
        quads += [Quad(node, NamedNode(f"urn:var:{name}"), term) for name, term in row]
    return quads


def _isomorphic(one: Iterable[Quad], two: Iterable[Quad]) -> bool:
    graphs = [Dataset(quads) for quads in (one, two)]
    if len(graphs[0]) != len(graphs[1]):
        return False
    for graph in graphs:
        graph.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return graphs[0] == graphs[1]
