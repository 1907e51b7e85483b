"""``kg analyze central``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kg.cli.analyze.options import shared_options
from kg.cli.options import make_filters, open_graph
from kg.cli.output import emit

__all__ = ["central"]


@click.command(epilog="Example:  kg analyze central --by betweenness")
@click.option(
    "--by", default="pagerank", show_default=True,
    type=click.Choice(["pagerank", "degree", "strength", "eigenvector", "core", "authority", "betweenness"]),
    help="What to rank by.",
)  # fmt: skip
@shared_options()
def central(graph: str, top: int, form: str | None, by: str, **options: Any) -> None:
    """What stands in the middle: degree, strength, PageRank, eigenvector, k-core, HITS on papers and entities."""
    found = open_graph(graph).central(filters=make_filters(options), by=by, top=top)
    names = ("papers", "degree", "strength", "pagerank", "eigenvector", "core", "authority", "betweenness")
    columns: dict[str, Callable[[Any], object]] = {"entity": lambda r: r.label, "type": lambda r: r.type}
    columns |= {name: (lambda r, name=name: getattr(r, name)) for name in names}  # type: ignore[misc]
    emit(found, form, columns, empty="no two entities stand in papers together often enough")
