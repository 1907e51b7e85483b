"""``kg view``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.options import filter_options, graph_option, make_filters, open_graph
from kg.cli.output import note
from kg.errors import KGError

__all__ = ["view"]


@click.command(epilog="Example:  kg view --focus LoRA -o lora.html")
@graph_option
@click.option("--focus", metavar="ENTITY", help="Show what papers name together with this entity.")
@click.option(
    "--limit", type=click.IntRange(1, 5000), default=None, help="Nodes at most (default: 120, or 60 with --focus)."
)
@click.option(
    "-o", "--output", metavar="FILE", help="The page to write; `-` for standard output (default: in exports/)."
)
@filter_options
def view(graph: str, focus: str | None, limit: int | None, output: str | None, **options: Any) -> None:
    """Write the interactive graph: one HTML page that opens offline in any browser.

    Without --focus it shows the entities in most papers, joined by their strongest links.
    """
    from kg.iri import slugify

    filters = make_filters(options)
    found = open_graph(graph)
    if filters.any and not found.keep(filters).any():
        raise KGError("nothing passes these filters", hint="widen them; `kg stats` tells what the graph holds")
    if output == "-":
        sys.stdout.write(found.view(focus, filters=filters, limit=limit))
        return
    place = Path(output) if output else Path("exports") / f"{(slugify(focus) if focus else '') or 'graph'}.html"
    page = found.view(focus, filters=filters, limit=limit, out=place)
    note(f"wrote {place} ({len(page.encode()) / 1e6:.1f} MB); open it in a browser")
