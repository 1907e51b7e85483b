"""``kg plot``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.options import Date, OneOf, filter_options, graph_option, make_filters, open_graph
from kg.cli.output import note
from kg.errors import KGError

__all__ = ["plot"]

# Name -> the options beside the common ones that it heeds. Said here: a help page need not load matplotlib.
_PLOTS: dict[str, tuple[str, ...]] = {
    "entities": ("top",),
    "trends": ("top", "by", "entities"),
    "themes": ("resolution", "seed"),
    "evolution": ("top", "slices", "cuts", "resolution", "seed"),
    "clusters": ("top", "resolution", "seed"),
    "cooccurrence": ("top",),
    "degree": (),
}


@click.command(epilog="Example:  kg plot themes -o themes.svg")
@click.argument("name", type=OneOf(list(_PLOTS)), metavar="NAME")
@click.option(
    "-o", "--output", metavar="FILE",
    help="The file to write, .svg, .png or .pdf; `-` for SVG on standard output (default: exports/NAME.svg).",
)  # fmt: skip
@click.option("--top", type=click.IntRange(1, 200), help="How many to show.")
@click.option("--dark", is_flag=True, help="Light lines on a dark ground.")
@click.option(
    "--by", type=OneOf(["growth", "papers", "burst", "first"]), help="Which entities trends shows (default: growth)."
)
@click.option(
    "--entity", "entities", multiple=True, metavar="NAME", help="An entity for trends; may be repeated, up to eight."
)
@click.option("--slices", type=click.IntRange(2, 20), help="Slices of the evolution (default: 3).")
@click.option(
    "--cut", "cuts", type=Date(), multiple=True, metavar="DATE", help="First date of a slice, instead of --slices."
)
@click.option("--resolution", type=click.FloatRange(0, min_open=True), help="Above 1 for more and smaller clusters.")
@click.option("--seed", type=int, help="Of the clusters (default: 0).")
@graph_option
@filter_options
def plot(graph: str, name: str, output: str | None, dark: bool, **options: Any) -> None:
    """Draw the graph for a paper or a slide. NAME is one of:

    \b
    entities      what most papers name, by type
    trends        shares of the papers by year
    themes        the thematic map: motor, basic, niche, emerging or declining
    evolution     how clusters split, merge, begin and end over the years
    clusters      papers of each cluster
    cooccurrence  which entities stand together, as a heat map
    degree        how names spread over entities and papers
    """
    filters = make_filters(options)
    given = {key: value for key, value in options.items() if value not in (None, ())}
    wrong = [key for key in given if key not in _PLOTS[name]]
    if wrong:
        shown = {"entities": "entity", "cuts": "cut"}.get(wrong[0], wrong[0])
        raise click.UsageError(f"the plot {name} has no --{shown}")
    found = open_graph(graph)
    if filters.any and not found.keep(filters).any():
        raise KGError("nothing passes these filters", hint="widen them; `kg stats` tells what the graph holds")
    if output == "-":
        from kg.plot import to_bytes

        sys.stdout.buffer.write(to_bytes(found.plot(name, filters=filters, dark=dark, **given), "svg"))
        sys.stdout.flush()
        return
    place = Path(output) if output else Path("exports") / f"{name}.svg"
    found.plot(name, place, filters=filters, dark=dark, **given)
    note(f"wrote {place}")
