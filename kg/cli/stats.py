"""``kg stats``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kg.cli.draw import bar, inset, section, table, yearly
from kg.cli.options import filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import console, default_format, emit, flat

if TYPE_CHECKING:
    from rich.console import Console

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
    from rich.text import Text

    def share(part: int, whole: int) -> str:
        return f"{part:,} ({100 * part / whole:.0f} %)" if whole else f"{part:,}"

    out = console()
    facts = table("name", "value", head=False)
    for name, value in (
        ("papers", f"{found.papers:,} from {found.records:,} records"),
        ("with a date", share(found.papers_with_date, found.papers)),
        ("by year", yearly(found.years)),
        ("that name an entity", share(found.papers_with_entities, found.papers)),
        ("entities", f"{found.entities:,}"),
        ("known to the vocabulary", share(found.known_entities, found.entities)),
        ("mentions", f"{found.mentions:,}"),
        ("of known entities", share(found.known_mentions, found.mentions)),
        ("statements (triples)", f"{found.triples:,}"),
        ("titles left unclear", f"{found.unclear_papers:,}"),
        ("on disk", ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in found.sizes if size > 50_000)),
    ):
        if value:
            facts.add_row(name, value)
    out.print(facts)
    _measured(out, "Types", "type", [(kind, entities, mentions) for kind, entities, mentions in found.types])
    _measured(out, "Roles", "role", [(role.replace("_", " "), count, None) for role, count in found.roles])
    if found.top:
        out.print(section("In most papers"))
        tops = table("entity", "type", "share", "papers", right=("papers",))
        tops.columns[2].header = ""
        for _, label, kind, papers in found.top:
            tops.add_row(Text(flat(label)), kind, Text(bar(papers, found.top[0][3]), "blue"), f"{papers:,}")
        out.print(inset(tops))


def _measured(out: Console, title: str, name: str, rows: list[tuple[str, int, int | None]]) -> None:
    """Counts with bars; the last column only where there is one."""
    from rich.text import Text

    counted = "entities" if name == "type" else "paper × entity"
    more = any(row[2] is not None for row in rows)
    made = table(name, "bar", counted, *(["mentions"] if more else []), right=(counted, "mentions"))
    made.columns[1].header = ""
    most = max((row[1] for row in rows), default=0)
    for label, count, extra in rows:
        last = [] if extra is None else [f"{extra:,}"]
        made.add_row(label, Text(bar(count, most), "blue"), f"{count:,}", *last)
    out.print(section(title))
    out.print(inset(made))
