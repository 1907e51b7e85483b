"""``/api``: what the pages show, as JSON; and ``/openapi.json``, made from the same table of addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

import kg
from kg.analyze import Bridge, Cluster
from kg.describe import EntityView, PaperView
from kg.graph import Filters, Stats
from kg.serve.examples import named_query
from kg.serve.pages import entity_of, paper_of
from kg.serve.parameters import FILTERS, Parameter, read, schema
from kg.serve.replies import JsonResponse, while_there
from kg.serve.results import Answer
from kg.serve.schemas import schema_of
from kg.serve.site import Site
from kg.store import Hit

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Api", "Operation"]

_LIMIT = Parameter("limit", "integer", "items at most in each list", "20", 1, 500)
_TOP = Parameter("top", "integer", "how many", "20", 1, 200)


@dataclass(frozen=True, slots=True)
class Operation:
    """An address of the interface. ``gives`` is the type of its answer; ``open`` where any parameter is taken."""

    path: str
    title: str
    run: Callable[[Request, dict[str, Any]], Awaitable[Response]]
    parameters: tuple[Parameter, ...] = ()
    gives: object = dict
    open: bool = False

    async def __call__(self, request: Request) -> Response:
        """Answers a request."""
        values = {} if self.open else read(request.query_params.multi_items(), self.parameters)
        return await self.run(request, values)


class Api:
    """The interface of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.operations = (
            Operation("/api/entity/{slug}", "All about one entity", self._entity, (_LIMIT,), EntityView),
            Operation("/api/paper/{path}", "All about one paper", self._paper, (), PaperView),
            Operation(
                "/api/search", "Entities and papers by their words", self._search,
                (Parameter("q", "string", "words; the last one may be a beginning", None), _LIMIT), list[Hit],
            ),
            Operation("/api/stats", "Counts", self._stats, (_TOP, *FILTERS), Stats),
            Operation(
                "/api/clusters", "Communities of entities", self._clusters,
                (Parameter("resolution", "number", "larger gives more and smaller ones", "1", 0.05, 20), *FILTERS),
                list[Cluster],
            ),
            Operation("/api/bridges", "Entities that join communities", self._bridges, (_TOP, *FILTERS), list[Bridge]),
            Operation("/api/queries", "Named queries with their parameters", self._queries, (), list[dict[str, Any]]),
            Operation(
                "/api/query/{name}", "The rows of a named query; its parameters are those that /api/queries lists",
                self._query, open=True,
            ),
            Operation("/health", "Whether the server answers, and about which generation", self._health),
        )  # fmt: skip

    async def _entity(self, request: Request, values: dict[str, Any]) -> Response:
        slug = request.path_params["slug"]
        async with self._site.use() as served:
            found = await self._site.look(lambda: entity_of(served.graph, lambda: served.tree, slug, values["limit"]))
        return JsonResponse(found)

    async def _paper(self, request: Request, values: dict[str, Any]) -> Response:
        path = request.path_params["path"]
        async with self._site.use() as served:
            return JsonResponse(await self._site.look(lambda: served.graph.paper(paper_of(served.graph, path))))

    async def _search(self, request: Request, values: dict[str, Any]) -> Response:
        async with self._site.use() as served:
            return JsonResponse(await self._site.look(lambda: served.graph.search(values["q"], values["limit"])))

    async def _stats(self, request: Request, values: dict[str, Any]) -> Response:
        return await self._measured("stats", values, top=values["top"])

    async def _clusters(self, request: Request, values: dict[str, Any]) -> Response:
        return await self._measured("clusters", values, resolution=values["resolution"])

    async def _bridges(self, request: Request, values: dict[str, Any]) -> Response:
        return await self._measured("bridges", values, top=values["top"])

    async def _measured(self, name: str, values: dict[str, Any], **options: Any) -> Response:
        filters = Filters(values["since"], values["until"], values["type"], values["source"], values["min_confidence"])
        async with self._site.use() as served:
            work = partial(getattr(served.graph, name), filters=filters, **options)
            key = (name, filters, tuple(options.items()))
            return JsonResponse(await self._site.measure(lambda: served.remembered(key, work)))

    async def _queries(self, request: Request, values: dict[str, Any]) -> Response:
        from kg.query import all_queries

        return JsonResponse(all_queries())

    async def _query(self, request: Request, values: dict[str, Any]) -> Response:
        from kg.query import bind

        query = named_query(request.path_params["name"])
        given = {p.name: p for p in (Parameter(p.name, "string", "", "") for p in query.parameters)}
        pairs = request.query_params.multi_items()
        asked = {k: v for k, v in read(pairs, tuple(given.values())).items() if any(k == name for name, _ in pairs)}
        async with self._site.use() as served:
            terms = await self._site.look(lambda: bind(query, asked, served.graph.resolve))
            bindings = {name: str(term) for name, term in terms.items()}
            found = await while_there(request, served.ask_named(query.text, bindings), self._site.places.ticks)
        variables, rows = await asyncio.to_thread(_plain, found)
        return JsonResponse(
            {"name": query.name, "title": query.title, "variables": variables, "rows": rows, "cut": found.cut}
        )

    async def _health(self, request: Request, values: dict[str, Any]) -> Response:
        async with self._site.use() as served:
            manifest = await self._site.look(lambda: served.graph.generation.manifest)
        places = self._site.places
        return JsonResponse(
            {
                "status": "ok", "version": kg.__version__, "generation": manifest["generation"],
                "papers": manifest["papers"], "triples": manifest["triples"], "running": len(places.running),
                "waiting": places.waiting, "slow": len(places.slow),
            }
        )  # fmt: skip

    async def description(self, request: Request) -> Response:
        """The OpenAPI document."""
        schemas: dict[str, Any] = {}
        paths = {}
        for operation in self.operations:
            named = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
            answers = {"200": _answer("The answer", schema_of(operation.gives, schemas))}
            answers |= {code: _answer(text, {"$ref": "#/components/schemas/Error"}) for code, text in _ERRORS.items()}
            paths[operation.path] = {
                "get": {
                    "summary": operation.title,
                    "operationId": operation.path.strip("/").replace("/", "_").replace("{", "").replace("}", ""),
                    "parameters": [
                        *({"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in named),
                        *(schema(p) for p in operation.parameters),
                    ],
                    "responses": answers,
                }
            }
        schemas["Error"] = {
            "type": "object", "required": ["error"], "properties": {"error": {"type": "string"}},
        }  # fmt: skip
        return JsonResponse(
            {
                "openapi": "3.1.0",
                "info": {"title": "kg", "version": kg.__version__, "description": "A graph of papers, read-only."},
                "servers": [{"url": "/"}],
                "paths": paths,
                "components": {"schemas": schemas},
            }
        )


_ERRORS = {
    "400": "A parameter is wrong", "404": "There is nothing of that name", "503": "Too much is asked at present",
    "504": "It took too long",
}  # fmt: skip


def _answer(text: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": content}}}


def _plain(found: Answer) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns and rows of an answer with plain values."""
    import pyoxigraph as ox

    from kg.query.formats import plain

    if found.kind == "boolean":
        return ["answer"], [{"answer": found.body.endswith(b"true}")}]
    if found.kind == "graph":
        triples = ox.parse(found.body, ox.RdfFormat.N_TRIPLES)
        names = ["subject", "predicate", "object"]
        return names, [dict(zip(names, map(plain, (q.subject, q.predicate, q.object)), strict=True)) for q in triples]
    solutions: Any = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
    variables = [v.value for v in solutions.variables]
    return variables, [dict(zip(variables, map(plain, row), strict=True)) for row in solutions]
