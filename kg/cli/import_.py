"""``kg import``."""

from __future__ import annotations

import click

from kg.cli.options import graph_option
from kg.cli.output import counted, note
from kg.cli.progress import progress_bar

__all__ = ["import_"]


@click.command(
    "import", epilog="Example:  kg import graph.nq -g kg-graph     gunzip -c graph.nq.gz | kg import -g copy -"
)
@click.argument("file", metavar="FILE")
@graph_option
@click.option("--replace", is_flag=True, help="Put the imported graph in the place of the one that is there.")
def import_(file: str, graph: str, replace: bool) -> None:
    """Make a graph from a file that `kg export --format nquads` or `trig` wrote; `-` is N-Quads on standard input.

    The new graph exports the same bytes, and is asked, shown and measured as the old one was. Later builds add to it,
    and change it, as they would have changed the old one; the first of them reads all texts again. Papers that were
    imported stay until `kg remove` takes them away: no file that is read later replaces them.
    """
    from kg.exchange import import_graph
    from kg.store import GraphFolder

    with progress_bar() as progress:
        result = import_graph(GraphFolder(graph), file, replace=replace, progress=progress)
    note(
        f"{graph}: {counted(result.papers, 'paper')}, {counted(result.entities, 'entity')}, "
        f"{counted(result.mentions, 'mention')}, {counted(result.triples, 'statement')}; {result.seconds:.1f} s."
        + ("" if result.whole_records else " The file holds no source records: each paper is its own.")
    )
