"""``kg history``."""

from __future__ import annotations

import click

from kg.cli.options import format_option, graph_option
from kg.cli.output import emit

__all__ = ["history"]


@click.command(epilog="Example:  kg history")
@graph_option
@format_option()
def history(graph: str, form: str | None) -> None:
    """List the generations of the graph that are kept, the oldest first: the current one and those before it.

    Each build that changes something makes a generation; three are kept.
    """
    from kg.store import GraphFolder

    emit(
        GraphFolder(graph).history(),
        form,
        {
            "generation": lambda b: str(b.number),
            "built": lambda b: b.built,
            "papers": lambda b: b.papers,
            "entities": lambda b: b.entities,
            "mentions": lambda b: b.mentions,
            "records": lambda b: b.records,
            "": lambda b: "current" if b.current else "undone" if b.undone else "",
        },
    )
