"""Asks a SPARQL 1.1 server, as :mod:`kg.query` asks a graph: the same answers, formats and named queries."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import NotFoundError, QueryError
from kg.exchange.http import Login, client, refusal, unreachable
from kg.iri import PREFIXES, concept_iri, normalise_identifier, slugify
from kg.query import Result, with_values

if TYPE_CHECKING:
    import httpx

    from kg.query.engine import Term

__all__ = ["Endpoint"]

_ROWS = {
    "application/sparql-results+json": "JSON", "application/json": "JSON", "application/sparql-results+xml": "XML",
    "application/xml": "XML", "text/xml": "XML",
}  # fmt: skip
_GRAPHS = {
    "application/n-triples": "N_TRIPLES", "text/plain": "N_TRIPLES", "text/turtle": "TURTLE",
    "application/x-turtle": "TURTLE", "application/rdf+xml": "RDF_XML", "application/n-quads": "N_QUADS",
    "application/trig": "TRIG", "application/ld+json": "JSON_LD",
}  # fmt: skip
_ACCEPT = (
    "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8, "
    "application/sparql-results+xml;q=0.7, application/rdf+xml;q=0.6"
)
_PROLOGUE = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()) + "\n"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|[^\s/])\S*")


class Endpoint:
    """A server that answers the SPARQL 1.1 Protocol. Used in a ``with`` statement, or closed by :meth:`close`.

    :param url: where it is asked
    :param login: name and password, for a server that asks for them
    :param timeout: seconds that it may take to say anything
    """

    def __init__(self, url: str, *, login: Login | None = None, timeout: float = 60.0) -> None:
        if not re.match(r"https?://[^/\s]", url):
            raise QueryError(
                "is no address of a server", where=url, hint="give one that begins with http:// or https://"
            )
        self.url = url
        self._client = client(login, timeout)

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connection."""
        self._client.close()

    def run(self, sparql: str, *, bindings: Mapping[str, Term] | None = None) -> Result:
        """Asks; the prefixes of :data:`kg.iri.PREFIXES` need no declaration.

        :param bindings: values of variables, written into the query as terms (see :func:`kg.query.with_values`)
        :raises QueryError: if the server cannot be reached, refuses, or answers what is no SPARQL result
        """
        import httpx

        text = with_values(sparql, {name: str(term) for name, term in (bindings or {}).items()})
        # A form is the one way that every server knows for a query of any length.
        asked = self._client.build_request(
            "POST", self.url, data={"query": _PROLOGUE + text}, headers={"accept": _ACCEPT}
        )
        try:
            answer = self._client.send(asked, stream=True)
            if answer.status_code != 200:
                answer.read()
                raise self._refused(answer, sparql)
        except httpx.HTTPError as error:
            raise unreachable(self.url, error) from error
        return self._result(answer, frozenset(bindings or ()))

    def _refused(self, answer: httpx.Response, sparql: str) -> Exception:
        from pyoxigraph import Store

        from kg.query import run

        if answer.status_code == 400:
            # Where we know better what is wrong with it, and where it stands, we say so.
            try:
                run(Store(), sparql)
            except QueryError as error:
                return error
        return refusal(self.url, answer.status_code, answer.text)

    def _result(self, answer: httpx.Response, bound: frozenset[str]) -> Result:
        import pyoxigraph as ox

        media = answer.headers.get("content-type", "").split(";")[0].strip().lower()
        stream: Any = io.BufferedReader(_Body(answer, self.url), 1 << 16)
        if media in _GRAPHS:
            quads = ox.parse(stream, getattr(ox.RdfFormat, _GRAPHS[media]), base_iri=self.url)
            triples: Any = (quad.triple for quad in self._sound(quads))
            return Result("graph", (), bound, triples)
        if media not in _ROWS:
            answer.close()
            raise QueryError(
                f"answers with {media or 'something unnamed'}, which is no result of SPARQL", where=self.url,
                hint="check the address: is it that of the SPARQL service?",
            )  # fmt: skip
        try:
            found: Any = ox.parse_query_results(stream, getattr(ox.QueryResultsFormat, _ROWS[media]))
        except (SyntaxError, ValueError) as error:
            raise self._broken(error) from error
        if isinstance(found, ox.QueryBoolean):
            return Result("ask", (), bound, found)
        variables = tuple(variable.value for variable in found.variables)
        return Result("select", variables, bound & frozenset(variables), found)

    def _sound(self, items: Iterator[Any]) -> Iterator[Any]:
        try:
            yield from items
        except (SyntaxError, ValueError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> QueryError:
        return QueryError(f"answers what cannot be read ({error})", where=self.url)

    @property
    def resolve(self) -> Callable[[str, str], str]:
        """Finds an entity or a paper of the server's graph by what the user calls it, for :func:`kg.query.bind`."""
        return self._resolve

    def _resolve(self, kind: str, value: str) -> str:
        from pyoxigraph import Literal, NamedNode

        if _ABSOLUTE.fullmatch(value) and "://" in value:
            return value
        if kind == "entity":
            named = NamedNode(concept_iri(slugify(value)))
            tried = [f"VALUES ?x {{ {named} }} ?x skos:prefLabel ?l", f"?x skos:prefLabel {Literal(value)}",
                     f"?x skos:altLabel {Literal(value)}", _alike("skos:prefLabel|skos:altLabel", value)]  # fmt: skip
        else:
            known = normalise_identifier(value) or normalise_identifier(f"arxiv:{value}")
            tried = [f"?x dcterms:identifier {Literal(known)}"] if known else []
            tried += [f"?x dcterms:title {Literal(value)}", _alike("dcterms:title", value)]
        for pattern in tried:
            # Servers differ in what their default graph holds.
            query = f"SELECT DISTINCT ?x {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }} ORDER BY ?x LIMIT 1"
            for row in self.run(query).rows():
                return str(getattr(row[0], "value", row[0]))
        raise NotFoundError(f"no {kind} called “{value}” there", hint="give its label, an identifier or its IRI")


def _alike(properties: str, value: str) -> str:
    from pyoxigraph import Literal

    return f"?x {properties} ?l FILTER(LCASE(STR(?l)) = {Literal(value.lower())})"


class _Body(io.RawIOBase):
    """The body of a response as a file."""

    def __init__(self, answer: httpx.Response, url: str) -> None:
        self._answer = answer
        self._parts = answer.iter_bytes()
        self._rest = b""
        self._url = url

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        import httpx

        try:
            while not self._rest:
                self._rest = next(self._parts)
        except StopIteration:
            self._answer.close()
            return 0
        except httpx.HTTPError as error:
            raise unreachable(self._url, error) from error
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
