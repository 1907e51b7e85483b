"""What tells of a graph: the report, and pictures for papers and slides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.filters import Filters, kept_papers
from kg.graph.opened import Opened
from kg.graph.taking import place

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Telling"]


class Telling(Opened):
    """The part of :class:`kg.Graph` that tells what the corpus is about."""

    def report(
        self,
        out: str | Path | None = None,
        *,
        format: str = "html",
        title: str | None = None,
        filters: Filters = Filters(),
        **options: Any,
    ) -> str:
        """What this corpus is about, as one page; also written to ``out`` where that is given.

        :param format: html (one page that opens offline), markdown or json
        :param title: of the page
        :param options: as :func:`kg.analyze.partition`
        """
        from kg.export import to_file
        from kg.report import FORMATS, report

        if format not in FORMATS:
            raise KGError(f"a report is not written as {format!r}", hint=f"there are {', '.join(FORMATS)}")
        keep = self.keep(filters) if filters.any else None
        papers = kept_papers(filters, self.index, self.table) if filters.any else None
        made = report(self.generation, self.index, self.table, keep, papers, title=title, **options)
        text = FORMATS[format](made)
        if out is not None:
            to_file(place(out), lambda file: file.write(text.encode()))
        return text

    def plot(self, name: str, out: str | Path | None = None, *, filters: Filters = Filters(), **options: Any) -> Figure:
        """A plot as a matplotlib figure; also written to ``out`` (.svg, .png or .pdf) where that is given.

        :param name: entities, trends, themes, evolution, clusters, cooccurrence or degree
        :param options: ``dark`` for a dark ground, and as the functions of :data:`kg.plot.PLOTS`; ``entities`` of the
            trends are names
        """
        from kg.export import to_file
        from kg.plot import FORMATS, draw, to_bytes

        form = Path(out).suffix.lower().removeprefix(".") if out is not None else FORMATS[0]
        if form not in FORMATS:
            raise KGError(
                f"a plot is not saved as {form or 'a file without an ending'!r}",
                where=str(out),
                hint=f"name it .{', .'.join(FORMATS)}",
            )
        if options.get("entities"):
            options["entities"] = [self.find_entity(entity).row for entity in options["entities"]]
        made = draw(name, self.index, self.table, self.keep(filters), **options)
        if out is not None:
            data = to_bytes(made, form)
            to_file(place(out), lambda file: file.write(data))
        return made
