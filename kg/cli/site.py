"""``kg site``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import graph_option, open_graph
from kg.cli.output import counted, note
from kg.cli.progress import progress_bar

__all__ = ["site"]


@click.command(epilog="Example:  kg site -o site --title 'Papers of our group' --workers 2")
@graph_option
@click.option("-o", "--output", metavar="DIR", help="The folder of the site (default: exports/site).")
@click.option("--title", metavar="TEXT", default="Knowledge graph", show_default=True, help="What the site is called.")
@click.option(
    "--address", metavar="URL", default="", help="Where it will stand on the web, for the feed; pages do not need it."
)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that write pages."
)
def site(graph: str, output: str | None, title: str, address: str, workers: int) -> None:
    """Write the whole graph as a static site, which any web server or a folder on disk serves.

    A page for each entity, paper and field, with Turtle and JSON-LD beside it; lists, the vocabulary's tree, the map; a
    search that works offline; an Atom feed of new entities. All links are relative. A folder that `kg site` has written
    is brought up to date; one that holds other things is refused.
    """
    if address and not address.startswith(("http://", "https://")):
        raise click.UsageError(f"--address “{address}” is no address of the web: it starts with https://")
    place = Path(output) if output else Path("exports") / "site"
    with progress_bar() as progress:
        made = open_graph(graph).site(place, title=title, address=address, workers=workers, progress=progress)
    note(
        f"wrote {place}: {counted(made.papers, 'paper')}, {counted(made.entities + made.terms, 'entity')}, "
        f"{counted(made.fields, 'field')} in {counted(made.files, 'file')} ({made.bytes / 1e6:.0f} MB); "
        f"open {place / 'index.html'}"
    )
