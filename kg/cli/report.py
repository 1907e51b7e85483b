"""``kg report``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.options import OneOf, filter_options, graph_option, make_filters, open_graph
from kg.cli.output import note, stdout
from kg.errors import KGError

__all__ = ["report"]

_ENDINGS = {"html": ".html", "markdown": ".md", "json": ".json"}


@click.command(epilog="Example:  kg report -o report.html")
@click.option(
    "-o", "--output", metavar="FILE", help="The file to write; `-` for standard output (default: in exports/)."
)
@click.option(
    "--format", "form", type=OneOf(list(_ENDINGS)), default=None,
    help="How to write it; without one as the file's name ends, else html.",
)  # fmt: skip
@click.option("--title", metavar="TEXT", help="Title of the page.")
@click.option(
    "--resolution", type=click.FloatRange(0, min_open=True), default=None,
    help="Above 1 for more and smaller fields, below for fewer (default: as `kg analyze clusters`).",
)  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="For the same answer again.")
@graph_option
@filter_options
def report(
    graph: str,
    output: str | None,
    form: str | None,
    title: str | None,
    resolution: float | None,
    seed: int,
    **options: Any,
) -> None:
    """Write what the corpus is about on one page: its fields and their map, what joins them, what is missing, what is
    new, each with papers and sentences. One HTML file that opens offline, or Markdown, or JSON."""
    filters = make_filters(options)
    found = open_graph(graph)
    if filters.any and not found.keep(filters).any():
        raise KGError("nothing passes these filters", hint="widen them; `kg stats` tells what the graph holds")
    suffix = Path(output).suffix.lower() if output else ""
    chosen = form or next((name for name, ending in _ENDINGS.items() if ending == suffix), "html")
    more: dict[str, Any] = {} if resolution is None else {"resolution": resolution}
    if output == "-":
        text = found.report(format=chosen, title=title, filters=filters, seed=seed, **more)
        stdout().write(text)
        sys.stdout.flush()
        return
    place = Path(output) if output else Path("exports") / f"report{_ENDINGS[chosen]}"
    text = found.report(place, format=chosen, title=title, filters=filters, seed=seed, **more)
    how = "; open it in a browser" if chosen == "html" else ""
    note(f"wrote {place} ({len(text.encode()) / 1e3:,.0f} kB){how}")
