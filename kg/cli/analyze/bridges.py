"""``kg analyze bridges`` and ``gaps``: what joins the fields, and where nothing does."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.analyze.options import partition_options, shared_options
from kg.cli.analyze.printing import line, sentences
from kg.cli.options import make_filters, open_graph
from kg.cli.output import default_format, emit

__all__ = ["bridges", "gaps"]


@click.command(epilog="Example:  kg analyze bridges --top 5")
@partition_options
@shared_options()
def bridges(graph: str, top: int, form: str | None, resolution: float | None, seed: int, **options: Any) -> None:
    """What holds the fields together: entities that join clusters more than a random graph of the same degrees would,
    with the sentences that make the link."""
    found = open_graph(graph).bridges(filters=make_filters(options), top=top, resolution=resolution, seed=seed)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no bridges: nothing joins two clusters more than chance gives", err=True)
    for bridge in found:
        line(
            (bridge.label, "bold"),
            f"  {bridge.type}, {bridge.papers} papers, {bridge.ratio:.1f} times the expected links (z {bridge.z:.1f})",
        )
        for side in bridge.sides:
            line(
                "  ",
                (side.name, "italic"),
                f"  {side.papers} papers; ties of {side.amount:.1f}, expected {side.expected:.1f}",
            )
            sentences(side.evidence)


@click.command(epilog="Example:  kg analyze gaps --top 5")
@partition_options
@shared_options()
def gaps(graph: str, top: int, form: str | None, resolution: float | None, seed: int, **options: Any) -> None:
    """What is missing: pairs of clusters with far fewer links than expected, and entities that could close them."""
    found = open_graph(graph).gaps(filters=make_filters(options), top=top, resolution=resolution, seed=seed)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no gaps: no two clusters share far fewer links than expected", err=True)
    for gap in found:
        line((gap.one_name, "bold"), " and ", (gap.other_name, "bold"))
        line(f"  {gap.observed} papers name both where {gap.expected:.1f} are expected (chance {gap.chance:.2g})")
        for unmet in gap.unmet:
            line(f"  {unmet.statement}")
        if gap.closers:
            line("  could close it: ", ", ".join(f"{c.label} ({c.papers} papers)" for c in gap.closers))
