"""``kg serve``."""

from __future__ import annotations

import click

from kg.cli.options import graph_option
from kg.cli.output import is_quiet

__all__ = ["serve"]


@click.command(epilog="Example:  kg serve --port 8000")
@graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=7878, show_default=True, help="The port; 0 for any.")
@click.option(
    "--timeout",
    type=click.FloatRange(1, 3600),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds that a query may take.",
)
@click.option(
    "--rows",
    type=click.IntRange(1, 10_000_000),
    default=100_000,
    show_default=True,
    metavar="N",
    help="Rows that an answer may have; a header says when it was cut off.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 256),
    default=16,
    show_default=True,
    metavar="N",
    help="Queries that run at the same time.",
)
@click.option(
    "--queue",
    type=click.IntRange(0, 10_000),
    default=64,
    show_default=True,
    metavar="N",
    help="Queries that wait for their turn; the next gets 503.",
)
@click.option(
    "--memory", type=click.IntRange(64, 1_000_000), default=512, show_default=True, metavar="MB",
    help="Memory that one query may take.",
)  # fmt: skip
@click.option(
    "--standard-dataset", is_flag=True, help="The default graph alone, as SPARQL has it, not the union of all graphs."
)
def serve(
    graph: str, host: str, port: int, timeout: float, rows: int, concurrency: int, queue: int, memory: int,
    standard_dataset: bool,
) -> None:  # fmt: skip
    """Serve the graph over HTTP: SPARQL, linked-data pages, JSON. Read only.

    \b
    /sparql       SPARQL 1.1 Protocol for any client, and a page to ask on
    /             pages of entities, papers and the vocabulary
    /api          the same as JSON, described by /openapi.json
    """
    from kg.serve import Limits
    from kg.serve import serve as run

    limits = Limits(
        union=not standard_dataset, timeout=timeout, rows=rows, concurrency=concurrency, queue=queue, memory=memory
    )

    def ready(address: str) -> None:
        if not is_quiet():
            click.echo(f"serving {graph} at {address} (SPARQL: {address}sparql); Ctrl-C ends it", err=True)

    run(graph, host=host, port=port, limits=limits, ready=ready)
