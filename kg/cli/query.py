"""``kg query``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import graph_option, open_graph
from kg.cli.output import console, emit, flat, interactive

__all__ = ["query"]

_FORMATS = ("table", "json", "jsonl", "csv", "tsv", "xml", "turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")


@click.command(
    epilog="Example:  kg query 'SELECT ?label { ?e a kg:Method ; skos:prefLabel ?label } LIMIT 5'     "
    "kg query --name papers-using -p entity=LoRA"
)
@click.argument("sparql", required=False, metavar="[SPARQL]")
@graph_option
@click.option("--file", "path", metavar="F.rq", help="Read the query from a file; `-` for standard input.")
@click.option("--name", metavar="NAME", help="Ask one of the named queries; --list tells which there are.")
@click.option(
    "-p", "--param", "values", multiple=True, metavar="KEY=VALUE", help="A parameter of a named query; may be repeated."
)
@click.option("--list", "list_", is_flag=True, help="List the named queries with their parameters.")
@click.option("--data", multiple=True, metavar="FILE", help="Ask these RDF files instead of a graph; may be repeated.")
@click.option(
    "--standard-dataset", is_flag=True, help="The default graph alone, as SPARQL has it, not the union of all graphs."
)
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default=None,
    help="How to print: table or Turtle on a terminal, jsonl or Turtle when piped.",
)  # fmt: skip
def query(
    sparql: str | None, graph: str, path: str | None, name: str | None, values: tuple[str, ...], list_: bool,
    data: tuple[str, ...], standard_dataset: bool, form: str | None,
) -> None:  # fmt: skip
    """Ask the graph in SPARQL 1.1. The usual prefixes are declared: kg, skos, dcterms, paper, concept, prov, …"""
    from kg import query as asking
    from kg.graph import Graph

    if list_:
        _list(form)
        return
    if sum(map(bool, (sparql, path, name))) != 1:
        raise click.UsageError("give one of: a query, --file F.rq, --name NAME, --list")
    parameters = _parameters(values)
    store_of: Graph | None = None if data else open_graph(graph)
    store = asking.data_store(data) if store_of is None else store_of.store
    bindings = None
    if name or (path and path != "-"):
        found = asking.load(name or Path(path or ""))
        text = found.text
        if store_of is None and any(p.type in ("entity", "paper") for p in found.parameters):
            bindings = asking.bind(found, parameters, lambda kind, value: value)
        else:
            bindings = asking.bind(found, parameters, store_of.resolve if store_of else lambda kind, value: value)
    else:
        if parameters:
            raise click.UsageError("-p goes with --name or --file")
        text = sys.stdin.read() if path == "-" else str(sparql)
    result = asking.run(store, text, union=not standard_dataset, bindings=bindings)
    asking.write(
        result, form or ("table" if interactive() else "turtle" if result.kind == "graph" else "jsonl"), sys.stdout
    )


def _parameters(values: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for value in values:
        key, sign, rest = value.partition("=")
        if not sign or not key:
            raise click.UsageError(f"“{value}” is no parameter: write key=value")
        found[key] = rest
    return found


def _list(form: str | None) -> None:
    from rich.text import Text

    from kg.query import all_queries

    if form not in (None, "table") or not interactive():
        rows = [
            {
                "name": q.name,
                "title": q.title,
                "description": q.description,
                "parameters": [
                    {"name": p.name, "type": p.type, "default": p.default, "description": p.description}
                    for p in q.parameters
                ],
                "example": dict(q.example),
            }
            for q in all_queries()
        ]
        if form != "table":
            emit(rows, form if form in ("json", "jsonl", "csv", "tsv") else "jsonl", {})
            return
    out = console()
    for q in all_queries():
        needs = " ".join(f"{p.name}={p.type}" if p.default is None else f"[{p.name}={p.default}]" for p in q.parameters)
        out.print(Text.assemble((q.name, "bold"), f"  {needs}"))
        out.print(Text(f"    {flat(q.description or q.title)}", "dim"))
