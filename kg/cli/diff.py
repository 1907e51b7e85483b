"""``kg diff``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from kg.cli.options import format_option, graph_option
from kg.cli.output import console, default_format, flat, note, to_json

if TYPE_CHECKING:
    from kg.trust import Change

__all__ = ["diff"]


@click.command(epilog="Example:  kg diff     kg diff 3 4     kg diff monday-graph tuesday-graph")
@click.argument("sides", nargs=-1, metavar="[OLD NEW]")
@graph_option
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True,
              help="Changes of each kind that the table lists at most; 0: all.")  # fmt: skip
@format_option("table", "json", "jsonl")
def diff(sides: tuple[str, ...], graph: str, limit: int, form: str | None) -> None:
    """List papers, entities, mentions and statements that were added, removed or changed from OLD to NEW.

    Each of the two is a graph's folder or the number of a generation of the graph (`kg history`). Without them, what
    the last build changed.
    """
    from kg.store import GraphFolder
    from kg.trust import diff as run
    from kg.trust import sides as named

    if len(sides) not in (0, 2):
        raise click.UsageError("give two graphs or generations, or none for the last build")
    changes = run(*named(GraphFolder(graph), *sides))
    chosen = default_format(form)
    if chosen == "jsonl":
        for change in changes:
            click.echo(to_json(change))
        return
    counts: Counter[tuple[str, str]] = Counter()
    listed: list[Change] = []
    for change in changes:
        counts[change.kind, change.way] += 1
        if chosen == "json" or not limit or counts[change.kind, change.way] <= limit:
            listed.append(change)
    if chosen == "json":
        from kg.trust.diff import KINDS, WAYS

        told = {kind: {way: counts[kind, way] for way in WAYS} for kind in KINDS}
        click.echo(to_json({"counts": told, "changes": listed}, pretty=True))
    elif counts:
        _print(counts, listed)
    else:
        note("no difference")


def _print(counts: Counter[tuple[str, str]], listed: list[Change]) -> None:
    from rich.table import Table
    from rich.text import Text

    from kg.trust.diff import KINDS, WAYS

    out = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", *WAYS):
        table.add_column(name, justify="right" if name else "left")
    for kind in KINDS:
        table.add_row({"entity": "entities"}.get(kind, f"{kind}s"), *(f"{counts[kind, way]:,}" for way in WAYS))
    out.print(table)
    signs = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
    for kind in KINDS:
        for way in WAYS:
            shown = [change for change in listed if (change.kind, change.way) == (kind, way)]
            for change in shown:
                out.print(Text.assemble((f"{signs[way][0]} {kind}  ", signs[way][1]), flat(change.what)))
                if change.paper:
                    out.print(Text(f"    {flat(change.paper)}", "dim"))
            if counts[kind, way] > len(shown):
                out.print(Text(f"  … and {counts[kind, way] - len(shown):,} more {kind}s {way} (--limit)", "dim"))
