"""``kg analyze trends`` and ``new``: what changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from kg.cli.analyze.options import shared_options
from kg.cli.analyze.printing import line
from kg.cli.draw import sparkline
from kg.cli.options import Date, format_option, graph_option, make_filters, open_graph
from kg.cli.output import default_format, emit

__all__ = ["new", "trends"]


@click.command(epilog="Example:  kg analyze trends --by papers --type Method")
@click.option("--by", default="growth", show_default=True, help="growth, papers, first or burst.")
@shared_options()
def trends(graph: str, top: int, form: str | None, by: str, **options: Any) -> None:
    """What rises and falls: first seen, papers a year, growth and bursts (Kleinberg 2002). Papers without a date are
    counted apart, never guessed."""
    found = open_graph(graph).trends(filters=make_filters(options), by=by, top=top)
    emit(
        found.rows,
        form,
        {
            "entity": lambda t: t.label,
            "type": lambda t: t.type,
            "papers": lambda t: t.papers,
            "first": lambda t: t.first,
            "growth": lambda t: t.growth,
            "bursts": lambda t: ", ".join(f"{s.first}–{s.last}" for s in t.bursts),
            "years": lambda t: sparkline([n for _, n in t.years]),
        },
        empty="no trends: too few papers with a date",
    )
    if found.undated:
        click.echo(
            f"{found.undated:,} of {found.dated + found.undated:,} papers have no date and are left out", err=True
        )


@click.command(epilog="Example:  kg analyze new --since 2025-06")
@click.option(
    "--since", "start", type=Date(), required=True, metavar="DATE", help="What is first seen from this date on."
)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows at most.")
@graph_option
@format_option()
def new(graph: str, start: str, top: int, form: str | None) -> None:
    """What was first named since a date, and which entities first met in a paper."""
    found = open_graph(graph).new(start, top=top)
    if default_format(form) != "table":
        emit([found], form, {})
        return
    line(f"since {found.since}: {found.papers} papers, {found.before} before; {found.undated} without a date left out")
    columns: dict[str, Callable[[Any], object]] = {
        "entity": lambda n: n.label,
        "type": lambda n: n.type,
        "papers": lambda n: n.papers,
        "first": lambda n: n.first,
    }
    emit(found.entities, "table", columns, title="First named", empty="no entity is first named since then")
    columns = {
        "one": lambda m: m.one_label,
        "other": lambda m: m.other_label,
        "papers": lambda m: m.papers,
        "first": lambda m: m.first,
    }
    emit(found.meetings, "table", columns, title="First together", empty="no two entities first meet since then")
