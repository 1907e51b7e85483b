"""The pages for people, and the same things as RDF: home, entity, paper, vocabulary, search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from kg import pages
from kg.describe import EntityView
from kg.errors import NotFoundError
from kg.graph import Graph
from kg.iri import BASE, concept_iri
from kg.model import TYPES
from kg.pages import rdf, term_view
from kg.pages.tree import Tree
from kg.serve import results
from kg.serve.addresses import ServedAddresses
from kg.serve.negotiation import best
from kg.serve.protocol import WrongRequest
from kg.serve.replies import Long
from kg.serve.results import Answer
from kg.serve.site import Served, Site
from kg.serve.table import local

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Pages", "entity_of", "paper_of"]

_HTML = "text/html"
_OFFERED = (_HTML, *rdf.FORMATS.values())
_LISTED = 20
_MOST = 500
_NAME = 300
_PROGRAMS = (("/sparql", "SPARQL endpoint"), ("/openapi.json", "JSON interface"))


def entity_of(graph: Graph, tree: Callable[[], Tree], slug: str, limit: int) -> EntityView:
    """All about the entity of that slug, also one of the vocabulary that no paper names.

    :raises NotFoundError: with what a search finds
    """
    index = graph.index
    found = (index.find_entity(concept_iri(slug)) or index.find_entity(slug)) if len(slug) <= _NAME else None
    if found is not None and (found.slug == slug or slug not in tree().terms):
        return graph.entity(found.iri, limit=limit)
    terms = tree().terms
    if slug not in terms:
        near = [hit.label for hit in graph.search(slug[:_NAME], 3)]
        hint = f"did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else ""
        raise NotFoundError(f"no entity called “{slug[:_NAME]}” in this graph", hint=hint)
    return term_view(tree(), slug)


def paper_of(graph: Graph, path: str) -> str:
    """The IRI of the paper whose address ends so.

    :raises NotFoundError: if there is none
    """
    iri = f"{BASE}paper/{quote(path, safe='/-._~')}"
    found = graph.index.find_paper(iri) if len(path) <= _NAME else None
    if found is None:
        raise NotFoundError(f"no paper {path[:_NAME]} in this graph", hint="search for words of its title")
    return found.iri


class Pages:
    """The pages of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def render(
        self, request: Request, name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response:
        """A page from its template."""
        at = ServedAddresses(request.url.path)
        html = await asyncio.to_thread(partial(pages.render, name, at, **values))
        extra = {"content-type": "text/html; charset=utf-8", "vary": "Accept", **(headers or {})}
        return Long(self._site.places, html.encode("utf-8", "replace"), status_code=status, headers=extra)

    def failure(self, status: int, text: str) -> str:
        """The page that says what went wrong."""
        return pages.render("error", ServedAddresses(""), status=status, text=text)

    async def home(self, request: Request) -> Response:
        """Counts, what is named most, where to go."""
        async with self._site.use() as served:
            stats = await self._site.look(lambda: served.remembered("stats", partial(served.graph.stats, top=24)))
            return await self.render(request, "home", stats=stats, clusters=(), bridges=(), programs=_PROGRAMS)

    async def entity(self, request: Request) -> Response:
        """An entity: as a page, or as RDF by suffix or by Accept."""
        slug, media = _form(request, "slug")
        limit = _number(request, "limit", _LISTED, _MOST)
        async with self._site.use() as served:
            view = await self._site.look(lambda: entity_of(served.graph, lambda: served.tree, slug, limit))
            canonical = local(view.iri)
            if canonical and view.iri != concept_iri(slug):
                return RedirectResponse(canonical, 308)
            if media != _HTML:
                return await self._rdf(served, media, partial(rdf.about_entity, served.graph.store, view.iri))

            def above() -> list[tuple[str, str]]:
                tree = served.tree
                return [(t.iri, t.label) for t in tree.above(slug)][::-1] if slug in tree.terms else []

            line = await self._site.look(above)
            return await self.render(request, "entity", view=view, limit=limit, above=line, most=_MOST, cluster=None)

    async def paper(self, request: Request) -> Response:
        """A paper: as a page, or as RDF by suffix or by Accept."""
        path, media = _form(request, "path")
        async with self._site.use() as served:
            iri = await self._site.look(lambda: paper_of(served.graph, path))
            if media != _HTML:
                return await self._rdf(served, media, partial(rdf.about_paper, served.graph.store, iri))
            view = await self._site.look(lambda: served.graph.paper(iri))
            return await self.render(request, "paper", view=view)

    async def vocabulary(self, request: Request) -> Response:
        """The tree of the vocabulary, a type at a time."""
        kind = request.query_params.get("type", TYPES[0])
        if kind not in TYPES:
            raise WrongRequest(400, f"no type “{kind[:_NAME]}”", hint=f"one of {', '.join(TYPES)}")
        async with self._site.use() as served:
            roots = await self._site.look(lambda: served.tree.roots)
            counts = {k: sum(t.type == k for t in served.tree.terms.values()) for k in TYPES}
            return await self.render(request, "vocabulary", kind=kind, roots=roots[kind], counts=counts)

    async def search(self, request: Request) -> Response:
        """What a search finds."""
        text = request.query_params.get("q", "")[:_NAME]
        async with self._site.use() as served:
            hits = await self._site.look(lambda: served.graph.search(text, 50) if text.strip() else [])
            return await self.render(request, "search", text=text, hits=hits, static=False)

    async def _rdf(self, served: Served, media: str, about: Callable[[int], tuple[bytes, bool]]) -> Response:
        rows = served.limits.rows
        body, cut = await self._site.look(lambda: about(rows))
        text = await asyncio.to_thread(results.write, Answer("graph", body, cut), media)
        charset = "; charset=utf-8" if media.startswith("text/") else ""
        headers = {"content-type": media + charset, "vary": "Accept"}
        if cut:
            headers["X-SPARQL-MaxRows"] = str(rows)
        return Long(self._site.places, text, headers=headers)


def _form(request: Request, name: str) -> tuple[str, str]:
    """What is asked for and in which media type: the suffix decides, else Accept."""
    value: str = request.path_params[name]
    stem, dot, suffix = value.rpartition(".")
    if dot and suffix in rdf.FORMATS and stem:
        return stem, rdf.FORMATS[suffix]
    media = best(request.headers.get("accept"), _OFFERED)
    if media is None:
        raise WrongRequest(406, "none of the formats that you accept is written", hint=f"accept {', '.join(_OFFERED)}")
    return value, media


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise WrongRequest(400, f"{name} is no number from 1 to {most}")
    return int(text)
