"""``kg remove``."""

from __future__ import annotations

import click

from kg.cli.options import graph_option
from kg.cli.output import counted, note
from kg.cli.progress import progress_bar

__all__ = ["remove"]


@click.command(
    epilog="Example:  kg remove 2106.09685     kg remove 'Attention Is All You Need' 10.1145/3292500.3330701"
)
@click.argument("papers", nargs=-1, required=True, metavar="PAPER...")
@graph_option
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read papers."
)
def remove(papers: tuple[str, ...], graph: str, workers: int) -> None:
    """Take papers out of the graph, by IRI, identifier or title, with all that only they support.

    What is left is what a fresh build without them gives. A later build of a file that still holds them brings them
    back. `kg undo` goes back.
    """
    from kg.build import remove as run
    from kg.store import GraphFolder

    with progress_bar() as progress:
        result = run(GraphFolder(graph), papers, workers=workers, progress=progress)
    note(
        f"{graph}: {counted(result.gone_records, 'record')} removed; {counted(result.papers, 'paper')}, "
        f"{counted(result.entities, 'entity')}, {counted(result.mentions, 'mention')} left."
    )
