"""``kg analyze bridges`` and ``gaps``: what joins the fields, and where nothing does."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.analyze.options import partition_options, shared_options
from kg.cli.analyze.printing import branch, proofs_under
from kg.cli.options import make_filters, open_graph
from kg.cli.output import console, default_format, emit

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
        root = branch(
            None,
            (bridge.label, "bold"),
            f"  {bridge.type}, {bridge.papers} papers, {bridge.ratio:.1f} times the expected links (z {bridge.z:.1f})",
        )
        for side in bridge.sides:
            told = f"  {side.papers} papers; ties of {side.amount:.1f}, expected {side.expected:.1f}"
            proofs_under(branch(root, (side.name, "italic"), told), side.evidence)
        console().print(root)


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
        root = branch(None, (gap.one_name, "bold"), " and ", (gap.other_name, "bold"))
        branch(root, f"{gap.observed} papers name both where {gap.expected:.1f} are expected (chance {gap.chance:.2g})")
        for unmet in gap.unmet:
            branch(root, unmet.statement)
        if gap.closers:
            closers = ", ".join(f"{c.label} ({c.papers} papers)" for c in gap.closers)
            branch(root, ("could close it: ", "dim"), closers)
        console().print(root)
