"""What shows a graph: pages that open in a browser."""

from __future__ import annotations

from pathlib import Path

from kg.filters import Filters
from kg.graph.opened import Opened
from kg.graph.taking import place

__all__ = ["Looking"]


class Looking(Opened):
    """The part of :class:`kg.Graph` that draws."""

    def view(
        self,
        focus: str | None = None,
        *,
        filters: Filters = Filters(),
        limit: int | None = None,
        out: str | Path | None = None,
    ) -> str:
        """The interactive graph as one HTML page, which opens offline, and inline in a notebook.

        :param focus: the entity in whose neighbourhood to look; None for the entities in most papers
        :param limit: nodes at most; without one 120, or 60 round a focus
        :param out: a file to write it to as well
        """
        from kg.export import to_file
        from kg.notebook import Html
        from kg.view import render
        from kg.view.select import page

        centre = self.find_entity(focus) if focus else None
        made = page(self.index, self.table, self.keep(filters), centre, limit or (60 if centre else 120))
        html = Html(render(made))
        if out is None:
            return html
        to_file(place(out), lambda file: file.write(html.encode()))
        return html
