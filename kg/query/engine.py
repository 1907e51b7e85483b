"""SPARQL over a store: one way in, for the command line, the library and the server.

A query sees the union of all graphs as its default graph, because a user asks about papers and vocabulary together; one
that says ``FROM`` itself, or a call with ``union=False``, gets the dataset as the standard has it. Nothing is written
and no other host is asked: updates and ``SERVICE`` are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import QueryError
from kg.iri import PREFIXES
from kg.query.diagnosis import diagnose
from kg.query.printable import printable

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store, Triple
    from pyoxigraph import Literal as RdfLiteral

    #: What a variable may be bound to.
    Term = NamedNode | BlankNode | RdfLiteral | Triple

__all__ = ["Kind", "Result", "run", "unknown_function"]

Kind = Literal["select", "ask", "graph"]

# No query can mention it, so that binding it stops the engine after parsing and before evaluation.
_NOWHERE = "kg_query_parses"


@dataclass(frozen=True, slots=True)
class Result:
    """An answer that is read once, as it is computed.

    ``kind`` is ``select`` (:meth:`rows`), ``ask`` (``bool(result)``) or ``graph`` (:meth:`triples`).
    ``variables`` are the columns of a select, in order; ``bound`` those among them that the caller gave a value.
    ``answer`` is pyoxigraph's own object, for its serialisers.
    """

    kind: Kind
    variables: tuple[str, ...]
    bound: frozenset[str]
    answer: QuerySolutions | QueryBoolean | QueryTriples

    def __bool__(self) -> bool:
        """The answer to ASK.

        :raises QueryError: if the query was no ASK
        """
        if self.kind != "ask":
            raise QueryError("only ASK has a yes or no for an answer", hint="read its rows or triples")
        return bool(self.answer)

    def rows(self) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT, one term a variable, None where unbound.

        :raises QueryError: if the query was no SELECT, or its evaluation fails
        """
        if self.kind != "select":
            raise QueryError("only SELECT has rows", hint="read the yes or no of ASK, the triples of CONSTRUCT")
        answer: Any = self.answer
        return (tuple(row) for row in _guarded(answer))

    def triples(self) -> Iterator[Triple]:
        """The triples of a CONSTRUCT or DESCRIBE.

        :raises QueryError: if the query was neither, or its evaluation fails
        """
        if self.kind != "graph":
            raise QueryError("only CONSTRUCT and DESCRIBE give triples", hint="read the rows of a SELECT")
        answer: Any = self.answer
        return _guarded(answer)

    def to_pandas(self) -> Any:
        """The rows or triples as a ``pandas.DataFrame``; see :func:`kg.query.frames.to_pandas`."""
        from kg.query.frames import to_pandas

        return to_pandas(self)

    def to_polars(self) -> Any:
        """The rows or triples as a ``polars.DataFrame``; see :func:`kg.query.frames.to_polars`."""
        from kg.query.frames import to_polars

        return to_polars(self)


def run(
    store: Store,
    sparql: str,
    *,
    union: bool = True,
    bindings: Mapping[str, Term] | None = None,
    base_iri: str | None = None,
) -> Result:
    """Asks a store.

    :param sparql: a SPARQL 1.1 query; the prefixes of :data:`kg.iri.PREFIXES` need no declaration
    :param union: whether the default graph is the union of all graphs; a query with ``FROM`` decides for itself
    :param bindings: values of variables (names without ``?``), handed to the engine as terms, never put into the text;
        a SELECT must project each of them
    :param base_iri: what relative IRIs in the query are resolved against
    :raises QueryError: if the query cannot be parsed or evaluated, is an update, or calls another host

    >>> import pyoxigraph
    >>> store = pyoxigraph.Store()
    >>> a, b = (pyoxigraph.NamedNode(f"http://example.org/{x}") for x in "ab")
    >>> store.add(pyoxigraph.Quad(a, pyoxigraph.NamedNode("https://w3id.org/kg-papers/ontology#uses"), b))
    >>> [str(paper) for paper, _ in run(store, "SELECT ?paper ?x { ?paper kg:uses ?x }", bindings={"x": b}).rows()]
    ['<http://example.org/a>']
    >>> run(store, "SELECT * { ?s ?p ?o } LIMT 3")
    Traceback (most recent call last):
    kg.errors.QueryError: line 1, column 23: syntax error near "LIMT 3"; did you mean LIMIT?
    """
    from pyoxigraph import QueryBoolean, QuerySolutions, Variable

    if re.search("service", sparql, re.IGNORECASE) and _uses_keyword(sparql, "service", base_iri):
        raise QueryError(
            "SERVICE is refused: a query reaches no other host",
            hint="fetch that data first and ask it with `kg query --data FILE`",
        )
    if union and re.search("from", sparql, re.IGNORECASE) and _uses_keyword(sparql, "from", base_iri):
        union = False
    try:
        answer = store.query(
            sparql,
            prefixes=PREFIXES,
            base_iri=base_iri,
            use_default_graph_as_union=union,
            substitutions={Variable(name): term for name, term in bindings.items()} if bindings else None,
        )
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise _failure(error, sparql) from error
    names = tuple(bindings or ())
    if isinstance(answer, QuerySolutions):
        variables = tuple(v.value for v in answer.variables)
        return Result("select", variables, frozenset(names) & frozenset(variables), answer)
    return Result("ask" if isinstance(answer, QueryBoolean) else "graph", (), frozenset(names), answer)


def _guarded(answer: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from answer
    except (RuntimeError, OSError, ValueError, SyntaxError) as error:
        raise QueryError(f"the evaluation failed: {error}") from error


def _failure(error: Exception, sparql: str) -> QueryError:
    if isinstance(error, SyntaxError):
        return diagnose(str(error.msg or error), sparql)
    missing = re.search(r"variable \?(\S+) in its SELECT projection", str(error))
    if missing:
        name = missing.group(1)
        return QueryError(f"the query has no variable ?{name} to bind", hint=f"put ?{name} into its SELECT clause")
    if (unknown := unknown_function(str(error))) is not None:
        return unknown
    return QueryError(f"the evaluation failed: {error}")


def unknown_function(message: str) -> QueryError | None:
    """The error of a function that the engine does not have, from the engine's own message; None for another one."""
    function = re.search(r"custom function (<.*>) is not supported", message)
    if function is None:
        return None
    return QueryError(
        f"unknown function {printable(function.group(1))}",
        hint="those of SPARQL 1.1 and the casts of XML Schema, such as xsd:integer, are known",
    )


def _parses(sparql: str, base_iri: str | None) -> bool:
    """Whether the text is a query, found out without evaluating it."""
    from pyoxigraph import Literal as RdfLiteral
    from pyoxigraph import Store, Variable

    try:
        Store().query(sparql, prefixes=PREFIXES, base_iri=base_iri, substitutions={Variable(_NOWHERE): RdfLiteral("")})
    except RuntimeError:
        return True
    except (SyntaxError, ValueError):
        return False
    return True


def _uses_keyword(sparql: str, word: str, base_iri: str | None) -> bool:
    """Whether the word stands in the query as a keyword, not in a literal, an IRI, a name or a comment.

    The engine's own parser decides: a query that no longer parses when the word is misspelt everywhere used it as a
    keyword. A lexer of our own would have to agree with the engine's on every ``<`` and quote to be safe.
    """
    misspelt = re.sub(word, f"{word[:-1]}q", sparql, flags=re.IGNORECASE)
    return not _parses(misspelt, base_iri) and _parses(sparql, base_iri)
