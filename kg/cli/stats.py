"""``kg stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import console, default_format, emit, flat

if TYPE_CHECKING:
    from kg.graph import Stats

__all__ = ["print_stats", "stats"]


@click.command(epilog="Example:  kg stats --since 2023")
@graph_option
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="Entities named.")
@filter_options
@format_option()
def stats(graph: str, top: int, form: str | None, **options: Any) -> None:
    """Count what the graph holds: papers, entities by type, roles, coverage, sizes on disk."""
    found = open_graph(graph).stats(filters=make_filters(options), top=top)
    if default_format(form) == "table":
        print_stats(found)
    else:
        emit([found], form, {})


def print_stats(found: Stats) -> None:
    """The counts for a person."""
    from rich.table import Table

    def share(part: int, whole: int) -> str:
        return f"{part:,} ({100 * part / whole:.0f} %)" if whole else f"{part:,}"

    out = console()
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in (
        ("papers", f"{found.papers:,} from {found.records:,} records"),
        ("with a date", share(found.papers_with_date, found.papers)),
        ("that name an entity", share(found.papers_with_entities, found.papers)),
        ("entities", f"{found.entities:,}"),
        ("known to the vocabulary", share(found.known_entities, found.entities)),
        ("mentions", f"{found.mentions:,}"),
        ("of known entities", share(found.known_mentions, found.mentions)),
        ("statements (triples)", f"{found.triples:,}"),
        ("titles left unclear", f"{found.unclear_papers:,}"),
        ("on disk", ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in found.sizes if size > 50_000)),
    ):
        table.add_row(name, value)
    out.print(table)
    kinds = Table(title="Types", title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in ("type", "entities", "mentions"):
        kinds.add_column(name, justify="left" if name == "type" else "right")
    for kind, entities, mentions in found.types:
        kinds.add_row(kind, f"{entities:,}", f"{mentions:,}")
    out.print(kinds)
    roles = Table(title="Roles", title_justify="left", box=None, pad_edge=False, header_style="bold")
    roles.add_column("role")
    roles.add_column("paper × entity", justify="right")
    for role, count in found.roles:
        roles.add_row(role, f"{count:,}")
    out.print(roles)
    if found.top:
        tops = Table(title="In most papers", title_justify="left", box=None, pad_edge=False, header_style="bold")
        for name in ("entity", "type", "papers"):
            tops.add_column(name, justify="right" if name == "papers" else "left")
        for _, label, kind, papers in found.top:
            tops.add_row(flat(label), kind, f"{papers:,}")
        out.print(tops)
