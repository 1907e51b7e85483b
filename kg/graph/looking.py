"""What shows a graph: pages that open in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.filters import Filters
from kg.graph.opened import Opened
from kg.graph.taking import place

if TYPE_CHECKING:
    from kg.view import Page

__all__ = ["Looking"]

_MOST = 100_000
"""Entities of a map: what a browser draws without a stutter."""


class Looking(Opened):
    """The part of :class:`kg.Graph` that draws."""

    def view(
        self,
        focus: str | None = None,
        *,
        depth: int = 1,
        query: str | None = None,
        cluster: int | None = None,
        path: tuple[str, str] | None = None,
        all: bool = False,
        filters: Filters = Filters(),
        limit: int | None = None,
        out: str | Path | None = None,
    ) -> str:
        """The interactive graph as one HTML page, which opens offline, and inline in a notebook.

        It shows one of these; without any, the entities in most papers:

        :param focus: the entity in whose neighbourhood to look
        :param depth: how many steps of shared papers from it
        :param query: SPARQL whose triples to show: a CONSTRUCT, or a SELECT of ?s ?p ?o
        :param cluster: the number of a cluster, as ``clusters`` gives them
        :param path: two entities, to see the shortest chains of papers between them
        :param all: whether to draw the map of all entities
        :param limit: nodes at most; without one 60 round a focus, 300 of a query, 100,000 of the map, else 120; of a
            path the number of chains, without one 5
        :raises KGError: if more than one of these is asked for, or what is asked for is not there
        """
        from kg.export import to_file
        from kg.notebook import Html
        from kg.view import render, render_map
        from kg.view.survey import survey

        if sum(asked is not None for asked in (focus, query, cluster, path, all or None)) > 1:
            raise KGError("a page shows one thing: a focus, a query, a cluster, a path or all")
        if all:
            page = render_map(survey(self.index, self.table, self.keep(filters), limit or _MOST))
        else:
            page = render(self._page(focus, depth, query, cluster, path, filters, limit))
        html = Html(page)
        if out is not None:
            to_file(place(out), lambda file: file.write(html.encode()))
        return html

    def map(self, *, filters: Filters = Filters(), limit: int | None = None, out: str | Path | None = None) -> str:
        """The map of all entities as one HTML page; as :meth:`view` with ``all``."""
        return self.view(all=True, filters=filters, limit=limit, out=out)

    def _page(
        self, focus: str | None, depth: int, query: str | None, cluster: int | None, path: tuple[str, str] | None,
        filters: Filters, limit: int | None,
    ) -> Page:  # fmt: skip
        from kg.query import run
        from kg.view import answer, chain, select

        data = (self.index, self.table, self.keep(filters))
        if query is not None:
            return answer.answer(*data, run(self.store, query), limit or 300)
        if cluster is not None:
            return select.cluster(*data, cluster, limit or 120)
        if path is not None:
            one, other = (self.find_entity(name) for name in path)
            return chain.chain(*data, one, other, limit or 5)
        if focus is not None:
            return select.neighbourhood(*data, self.find_entity(focus), depth, limit or (60 if depth == 1 else 120))
        return select.overview(*data, limit or 120)
