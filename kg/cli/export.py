"""``kg export``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import OneOf, graph_option, open_graph
from kg.cli.output import counted, interactive, note
from kg.cli.progress import progress_bar

__all__ = ["export"]

_FORMATS = (
    "turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "rdf12", "skos", "void", "webannotation", "graphml",
    "gexf", "cytoscape", "csv", "parquet",
)  # fmt: skip
_GRAPHS = ("papers", "vocabulary", "decisions", "provenance")


@click.command(
    epilog="Example:  kg export --format turtle -o graph.ttl     kg export --format nquads | gzip > graph.nq.gz"
)
@graph_option
@click.option("--format", "form", type=OneOf(_FORMATS), default="turtle", show_default=True, help="What to write.")
@click.option(
    "-o", "--output", metavar="FILE",
    help="Where to write; `-` for standard output (default: exports/ on a terminal, standard output when piped).",
)  # fmt: skip
@click.option("--light", is_flag=True, help="Leave mentions, statements and provenance out.")
@click.option("--graphs", multiple=True, type=OneOf(_GRAPHS), help="Only this graph (RDF formats); may be repeated.")
@click.option(
    "--min-papers", type=click.IntRange(1), help="Papers that two joined entities share at least (networks, csv)."
)
@click.option(
    "--table",
    metavar="NAME",
    help="One table of csv (nodes, edges, paper_entity, papers) or parquet (papers, entities, mentions, statements).",
)
def export(
    graph: str, form: str, output: str | None, light: bool, graphs: tuple[str, ...], min_papers: int | None,
    table: str | None,
) -> None:  # fmt: skip
    """Write the graph: as RDF, as a graph of entities, or as tables.

    turtle, ntriples, jsonld and rdfxml hold papers and vocabulary as one graph, rdf12 the same with statements as
    RDF 1.2 reifiers; nquads (sorted, canonical) and trig all graphs, and `kg import` takes them back; skos the
    vocabulary as a thesaurus; void what the graph holds, with its licence (VoID, DCAT); webannotation each mention as
    a W3C Web Annotation; graphml, gexf and cytoscape the entities and how many papers name both; csv and parquet a
    folder of tables.
    """
    from kg.export import FORMATS

    found = open_graph(graph)
    streamed = output == "-" or (output is None and not interactive())
    place = Path(output) if output else Path("exports") / FORMATS[form].default_name
    with progress_bar(hidden=streamed and interactive()) as progress:
        count = found.export(
            form, sys.stdout.buffer if streamed else place, light=light, graphs=graphs or None, min_support=min_papers,
            table=table, progress=progress,
        )  # fmt: skip
    if not streamed:
        note(f"wrote {place} ({counted(count, 'statement' if FORMATS[form].rdf else 'row')})")
