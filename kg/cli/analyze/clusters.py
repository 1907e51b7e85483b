"""``kg analyze clusters``."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.analyze.options import partition_options, shared_options
from kg.cli.options import make_filters, open_graph
from kg.cli.output import default_format, emit

__all__ = ["clusters", "resolutions"]


@click.command(epilog="Example:  kg analyze clusters --resolution 1.5")
@partition_options
@shared_options()
def clusters(graph: str, top: int, form: str | None, resolution: float | None, seed: int, **options: Any) -> None:
    """Which fields are there: communities of entities that stand in papers together, named by their own terms."""
    found = open_graph(graph).clusters(filters=make_filters(options), resolution=resolution, seed=seed)
    emit(
        found if default_format(form) != "table" else found[:top],
        form,
        {
            "name": lambda c: c.name,
            "entities": lambda c: c.size,
            "papers": lambda c: c.papers,
            "years": lambda c: f"{c.years[0]}–{c.years[2]}" if c.years else "",
            "density": lambda c: c.density,
            "centrality": lambda c: c.centrality,
            "theme": lambda c: c.theme,
            "terms": lambda c: ", ".join(t.label for t in c.terms[:6]),
        },
        empty="no clusters: no two entities stand in papers together more than chance gives",
    )
    if len(found) > top and default_format(form) == "table":
        click.echo(f"… and {len(found) - top} more (--top)", err=True)


@click.command(epilog="Example:  kg analyze resolutions --type Method --type Task")
@click.option("--seed", type=int, default=0, show_default=True, help="For the same answer again.")
@shared_options()
def resolutions(graph: str, top: int, form: str | None, seed: int, **options: Any) -> None:
    """Which --resolution to choose: how many clusters there are at each, and how alike they are from seed to seed."""
    found = open_graph(graph).resolutions(filters=make_filters(options), seed=seed)
    emit(
        found[:top],
        form,
        {
            "resolution": lambda r: r.resolution,
            "clusters": lambda r: r.communities,
            "largest": lambda r: r.largest,
            "entities inside": lambda r: f"{r.inside:.0%}",
            "modularity": lambda r: r.modularity,
            "stability": lambda r: r.stability,
        },
        empty="no clusters: no two entities stand in papers together more than chance gives",
    )
