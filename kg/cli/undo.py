"""``kg undo``."""

from __future__ import annotations

import click

from kg.cli.options import graph_option
from kg.cli.output import counted, note

__all__ = ["undo"]


@click.command(epilog="Example:  kg undo")
@graph_option
def undo(graph: str) -> None:
    """Go back to the generation before, in one step; the next build starts from there.

    What `kg vocab add` wrote stays: it belongs to the graph, not to a generation.
    """
    from kg.store import GraphFolder

    before = GraphFolder(graph).undo()
    note(f"{graph}: generation {before.number} is current again, {counted(before.manifest['papers'], 'paper')}.")
