"""``/sparql``: the SPARQL 1.1 Protocol for queries, and a page to ask on."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from kg.errors import KGError
from kg.iri import GRAPHS as NAMED_GRAPHS
from kg.serve import protocol, results
from kg.serve.examples import example_text
from kg.serve.guard import BODY
from kg.serve.kept import matches, repeatable
from kg.serve.negotiation import best
from kg.serve.pages import Pages
from kg.serve.protocol import WrongRequest
from kg.serve.replies import Long, failed, while_there
from kg.serve.results import GRAPHS, ROWS, Answer
from kg.serve.site import Site, aside
from kg.serve.table import Table

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

__all__ = ["CUT_HEADER", "Sparql", "own_address"]

#: Says, where an answer was cut off, after how many rows; Virtuoso's name for it, which clients know.
CUT_HEADER = "X-SPARQL-MaxRows"

_HTML = "text/html"
_EVERY = (*ROWS, *GRAPHS)
_BY_NAME = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",), "tsv": ("text/tab-separated-values",), "turtle": ("text/turtle",), "ttl": ("text/turtle",),
    "nt": ("application/n-triples",), "json-ld": ("application/ld+json",), "jsonld": ("application/ld+json",),
    "rdf+xml": ("application/rdf+xml",), "html": (_HTML,),
}  # fmt: skip
_DESCRIPTION = ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples")


class Sparql:
    """The endpoint.

    :param pages: what renders the page
    """

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site = site
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD", "POST"):
            raise WrongRequest(405, f"a query is not sent by {request.method}", hint="send it by GET or POST")
        content_type = request.headers.get("content-type")
        asked = protocol.read(request.method, request.scope["query_string"], content_type, request.scope[BODY])
        if asked.query is None and request.method == "POST":
            raise WrongRequest(400, "there is no query", hint="send one in the field query")
        accept = request.headers.get("accept")
        wants_page = best(accept, ("application/sparql-results+json", "text/turtle", _HTML)) == _HTML
        if asked.query is None:
            if wants_page:
                example = request.query_params.get("example", "")
                return await self._page(request, await self._example(example))
            return self._description(request)
        if (wants_page and asked.format is None) or asked.format == "html":
            return await self._results(request, asked)
        async with self._site.use() as served:
            key = (asked.query, asked.dataset, accept, asked.format)
            kept = served.answers.get(key)
            if kept is not None:
                return self._reply(request, kept.body, kept.headers)
            if best(accept, _EVERY) is None and asked.format not in _BY_NAME:
                raise _not_acceptable()
            found = await while_there(request, served.ask(asked.query, asked.dataset), self._site.places.ticks)
            media = _chosen(found, accept, asked.format)
            body = await aside(len(found.body), partial(results.write, found, media))
            charset = "; charset=utf-8" if media.startswith("text/") else ""
            headers: Mapping[str, str] = {
                "content-type": media + charset,
                "vary": "Accept",
                **_cut(found, served.limits.rows),
            }
            if repeatable(asked.query):
                length = len(asked.query) + len(accept or "")
                headers = served.answers.keep(key, length, body, headers).headers
        return self._reply(request, body, headers)

    def _reply(self, request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
        """An answer, or that the client has it already."""
        tag = headers.get("etag")
        if tag and request.method != "POST" and matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=headers)
        return Long(self._site.places, body, headers=headers)

    async def _results(self, request: Request, asked: protocol.Asked) -> Response:
        """The page with an answer, or with what was wrong."""
        started = time.perf_counter()
        try:
            async with self._site.use() as served:
                found = await while_there(
                    request, served.ask(asked.query or "", asked.dataset), self._site.places.ticks
                )
                table = await aside(len(found.body), partial(Table.of, found))
        except KGError as error:
            status, text, headers = failed(error, self._site.limits)
            return await self._page(request, asked.query or "", error=text, status=status, headers=headers)
        seconds = time.perf_counter() - started
        headers = _cut(found, served.limits.rows)
        return await self._page(request, asked.query or "", table=table, seconds=seconds, headers=headers)

    async def _page(
        self, request: Request, query: str, *, table: Table | None = None, seconds: float = 0.0, error: str = "",
        status: int = 200, headers: Mapping[str, str] | None = None,
    ) -> Response:  # fmt: skip
        from kg.query import all_queries

        dataset = [pair for pair in request.query_params.multi_items() if pair[0] in protocol.DATASET]
        return await self._pages.render(
            request, "sparql", status=status, headers=headers or {}, query=query, table=table, seconds=seconds,
            error=error, examples=all_queries(), dataset=dataset, formats=("json", "csv", "tsv", "xml"),
            graph_formats=("ttl", "json-ld", "nt", "xml"),
        )  # fmt: skip

    async def dataset(self, request: Request) -> Response:
        """``/.well-known/void``: what the graph holds, and where it is asked (VoID, DCAT)."""
        from kg.export.void import describe_graph

        endpoint = f"{own_address(request)}/sparql"
        async with self._site.use() as served:
            work = partial(describe_graph, served.graph.generation, "{}")
            text = await self._site.measure(lambda: served.remembered("void", work))
        return Response(text.replace("<{}>", f"<{endpoint}>"), media_type="text/turtle")

    async def _example(self, name: str) -> str:
        if not name:
            return "SELECT ?label ?definition WHERE {\n  ?entity a kg:Method ; skos:prefLabel ?label .\n" \
                   "  OPTIONAL { ?entity skos:definition ?definition }\n}\nORDER BY ?label\nLIMIT 25\n"  # fmt: skip
        async with self._site.use() as served:
            return await self._site.look(lambda: example_text(name, served.graph))

    def _description(self, request: Request) -> Response:
        from pyoxigraph import RdfFormat, parse, serialize

        media = best(request.headers.get("accept"), _DESCRIPTION)
        if media is None:
            raise _not_acceptable()
        text = _describe(self._site.limits.rows, self._site.limits.union)
        if media != "text/turtle":
            base = f"{own_address(request)}/sparql"
            triples = (q.triple for q in parse(text, RdfFormat.TURTLE, base_iri=base))
            text = (serialize(triples, format=getattr(RdfFormat, GRAPHS[media])) or b"").decode()
        return Response(text, media_type=media)


def own_address(request: Request) -> str:
    """Where the client found this server, if it said so in a way that can stand in an IRI."""
    host = request.headers.get("host", "")
    return f"http://{host if re.fullmatch(r'[A-Za-z0-9_.-]+(:[0-9]{1,5})?', host) else 'localhost'}"


def _chosen(found: Answer, accept: str | None, named: str | None) -> str:
    """The media type of an answer: what a parameter names, else what the client accepts."""
    offered = GRAPHS if found.kind == "graph" else ROWS
    for media in _BY_NAME.get((named or "").lower(), ()):
        if media in offered:
            return media
    wanted = best(accept, tuple(offered))
    if wanted is None:
        raise _not_acceptable()
    return wanted


def _cut(found: Answer, rows: int) -> dict[str, str]:
    return {CUT_HEADER: str(rows)} if found.cut else {}


def _not_acceptable() -> WrongRequest:
    known = ", ".join(dict.fromkeys((*ROWS, *GRAPHS)))
    return WrongRequest(406, "none of the formats that you accept is written", hint=f"accept one of {known}")


def _describe(rows: int, union: bool) -> str:
    """The service description (SPARQL 1.1 Service Description) in Turtle; the endpoint is where it is read from."""
    formats = (
        "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
        "JSON-LD", "RDF_XML", "N-Quads", "TriG", "N3",
    )  # fmt: skip
    listed = ", ".join(f"<http://www.w3.org/ns/formats/{name}>" for name in formats)
    # What papers say is the default graph, which has no name.
    names = (iri for name, iri in NAMED_GRAPHS.items() if name != "papers")
    graphs = ", ".join(f"[ a sd:NamedGraph ; sd:name <{iri}> ]" for iri in names)
    default = "The default graph is the union of all graphs unless a dataset is given. " if union else ""
    feature = "sd:feature sd:UnionDefaultGraph ;" if union else ""
    return f"""@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<#service> a sd:Service ;
    rdfs:label "kg, read-only" ;
    rdfs:comment "{default}At most {rows} rows." ;
    sd:endpoint <> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    {feature}
    sd:resultFormat {listed} ;
    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ; sd:namedGraph {graphs} ] .
"""
