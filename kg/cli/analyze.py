"""``kg analyze``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.cli.options import filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import console, default_format, emit, flat

__all__ = ["analyze"]

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def analyze() -> None:
    """Measure the graph of entities that papers name together: clusters, bridges between them, central entities.

    \b
    Example:  kg analyze clusters
              kg analyze bridges --since 2023 --format json
    """


def _shared(command: F) -> F:
    for option in (
        format_option(),
        filter_options,
        click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows at most."),
        graph_option,
    ):
        command = option(command)
    return command


def _partition(command: F) -> F:
    command = click.option("--seed", type=int, default=0, show_default=True, help="For the same answer again.")(command)
    return click.option(
        "--resolution", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True,
        help="Above 1 for more and smaller clusters, below for fewer.",
    )(command)  # fmt: skip


@analyze.command(epilog="Example:  kg analyze clusters --resolution 1.5")
@_partition
@_shared
def clusters(graph: str, top: int, form: str | None, resolution: float, seed: int, **options: Any) -> None:
    """Which fields are there: communities of entities that stand in papers together, each with a name of its own terms."""
    filters = make_filters(options)
    found = open_graph(graph).clusters(filters=filters, resolution=resolution, seed=seed)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    emit(
        found[:top],
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
    if len(found) > top:
        click.echo(f"… and {len(found) - top} more (--top)", err=True)


@analyze.command(epilog="Example:  kg analyze bridges --top 5")
@_partition
@_shared
def bridges(graph: str, top: int, form: str | None, resolution: float, seed: int, **options: Any) -> None:
    """What holds the fields together: entities that join clusters more than a random graph of the same degrees would,
    with the sentences that make the link."""
    from rich.text import Text

    filters = make_filters(options)
    found = open_graph(graph).bridges(filters=filters, top=top, resolution=resolution, seed=seed)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no bridges: nothing joins two clusters more than chance gives", err=True)
        return
    out = console()
    for bridge in found:
        out.print(
            Text.assemble(
                (flat(bridge.label), "bold"), f"  {bridge.type}, {bridge.papers} papers, ",
                f"{bridge.ratio:.1f} times the expected links (z {bridge.z:.1f})",
            )
        )  # fmt: skip
        for side in bridge.sides:
            out.print(Text.assemble("  ", (flat(side.name), "italic"), f"  {side.papers} papers, expected {side.expected:.1f}"))
            for proof in side.evidence[:2]:
                out.print(Text(f"      {flat(proof.sentence)}  — {flat(proof.title)}", "dim"))


@analyze.command(epilog="Example:  kg analyze central --by pagerank")
@click.option("--by", default="pagerank", show_default=True, metavar="MEASURE",
              help="degree, strength, pagerank, eigenvector, core, betweenness, hub or authority.")  # fmt: skip
@_shared
def central(graph: str, top: int, form: str | None, by: str, **options: Any) -> None:
    """Which entities stand in the middle: degree, strength, PageRank, eigenvector, k-core, HITS."""
    filters = make_filters(options)
    found = open_graph(graph).central(filters=filters, by=by, top=top)
    emit(found, form, {"entity": lambda r: r.label, "type": lambda r: r.type, "papers": lambda r: r.papers})
