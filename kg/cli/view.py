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


@click.command(
    epilog="Example:  kg view --focus LoRA -o lora.html     kg view --all     kg view --path LoRA Quantization     "
    "kg view --query 'CONSTRUCT { ?p kg:introduces ?e } WHERE { ?p kg:introduces ?e }'"
)
@graph_option
@click.option("--focus", metavar="ENTITY", help="Show what papers name together with this entity.")
@click.option(
    "--depth", type=click.IntRange(1, 5), default=1, show_default=True, help="Steps of shared papers from the focus."
)
@click.option("--query", metavar="SPARQL", help="Show the triples of a CONSTRUCT, or of a SELECT ?s ?p ?o.")
@click.option("--cluster", type=click.IntRange(0), help="Show one cluster, by its number in `kg analyze clusters`.")
@click.option(
    "--path", nargs=2, metavar="ENTITY ENTITY", default=None, help="Show the shortest chains of papers between two."
)
@click.option("--all", "all_", is_flag=True, help="Draw the map of all entities, with clusters, bridges and gaps.")
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=None,
    help="Nodes at most (default: 120; 60 with --focus, 300 with --query, 100,000 with --all), or chains of a --path "
    "(default: 5).",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="FILE", help="The page to write; `-` for standard output (default: in exports/)."
)
@filter_options
def view(
    graph: str, focus: str | None, depth: int, query: str | None, cluster: int | None, path: tuple[str, str] | None,
    all_: bool, limit: int | None, output: str | None, **options: Any,
) -> None:  # fmt: skip
    """Write the interactive graph: one HTML page that opens offline in any browser.

    It shows one of --focus, --query, --cluster, --path and --all; without any, the entities in most papers, joined by
    their strongest links.
    """
    filters = make_filters(options)
    found = open_graph(graph)
    if filters.any and not found.keep(filters).any():
        raise KGError("nothing passes these filters", hint="widen them; `kg stats` tells what the graph holds")
    asked = {"focus": focus, "query": query, "cluster": cluster, "path": path, "all": all_ or None}
    given = [f"--{name}" for name, value in asked.items() if value is not None]
    if len(given) > 1:
        raise click.UsageError(f"a page shows one thing: {' or '.join(given)}, not both")
    if depth > 1 and focus is None:
        raise click.UsageError("--depth goes with --focus")
    place = (
        None if output == "-" else Path(output or Path("exports") / f"{_name(focus, query, cluster, path, all_)}.html")
    )
    page = found.view(
        focus, depth=depth, query=query, cluster=cluster, path=path, all=all_, filters=filters, limit=limit, out=place
    )
    if place is None:
        sys.stdout.write(page)
    else:
        note(f"wrote {place} ({len(page.encode()) / 1e6:.1f} MB); open it in a browser")


def _name(focus: str | None, query: str | None, cluster: int | None, path: tuple[str, str] | None, all_: bool) -> str:
    """What the page's file is called where nothing is said."""
    from kg.iri import slugify

    if all_:
        return "map"
    if query is not None:
        return "query"
    if cluster is not None:
        return f"cluster-{cluster}"
    return slugify(focus or " to ".join(path or ())) or "graph"
