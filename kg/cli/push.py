"""``kg push``."""

from __future__ import annotations

import click

from kg.cli.options import OneOf, graph_option, login, open_graph, user_option
from kg.cli.output import counted, note
from kg.cli.progress import progress_bar

__all__ = ["push"]

_GRAPHS = ("papers", "vocabulary", "decisions", "provenance")


@click.command(
    epilog="Example:  kg push http://localhost:7878/store     kg push http://localhost:3030/ds/data --replace     "
    "kg push https://host/sparql-graph-crud-auth --user dba --into https://example.org/graph"
)
@click.argument("endpoint", metavar="URL")
@graph_option
@click.option(
    "--replace", is_flag=True,
    help="Empty the graphs that are written to first, the server's default graph too; else statements are added.",
)  # fmt: skip
@click.option("--into", metavar="IRI", help="Put everything into this one graph of the server.")
@click.option("--light", is_flag=True, help="Leave mentions, statements and provenance out.")
@click.option("--graphs", multiple=True, type=OneOf(_GRAPHS), help="Only this graph; may be repeated.")
@click.option(
    "--chunk", type=click.IntRange(100, 10_000_000), default=10_000, show_default=True, metavar="N",
    help="Statements that one request holds.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(1, 3600), default=120.0, show_default=True, metavar="S",
    help="Seconds that the server may take for a request.",
)  # fmt: skip
@user_option
def push(
    endpoint: str, graph: str, replace: bool, into: str | None, light: bool, graphs: tuple[str, ...], chunk: int,
    timeout: float, user: str | None,
) -> None:  # fmt: skip
    """Send the graph to a server, by the SPARQL 1.1 Graph Store HTTP Protocol.

    URL is where the server takes graphs: /store of Oxigraph, /DATASET/data of Fuseki,
    /repositories/NAME/rdf-graphs/service of GraphDB and RDF4J, /sparql-graph-crud-auth of Virtuoso.

    What papers say goes into the default graph, vocabulary, decisions and provenance into named graphs. A push that was
    cut off goes on where it was, with the same command. Statements that an older push left stay, unless --replace.
    """
    found = open_graph(graph)
    with progress_bar() as progress:
        result = found.push(
            endpoint, replace=replace, into=into, light=light, graphs=graphs or None, chunk=chunk, timeout=timeout,
            login=login(user), progress=progress,
        )  # fmt: skip
    rest = f", {result.before:,} of them before" if result.before else ""
    note(
        f"{counted(result.statements, 'statement')} pushed{rest}; {result.requests:,} requests, {result.seconds:.1f} s."
    )
