"""``kg query``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import OneOf, graph_option, login, open_graph, user_option
from kg.cli.output import console, emit, field, flat, interactive, stdout
from kg.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.query import Result
    from kg.query.named import Resolve, Value

__all__ = ["query"]

_FORMATS = ("table", "json", "jsonl", "csv", "tsv", "xml", "turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
# What the engine writes without a line end.
_WITHOUT_END = ("json", "xml", "jsonld", "rdfxml")


@click.command(
    epilog="Example:  kg query 'SELECT ?label { ?e a kg:Method ; skos:prefLabel ?label } LIMIT 5'     "
    "kg query --name papers-using -p entity=LoRA     kg query --endpoint https://host/sparql --file my.rq"
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
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL server instead of a graph.")
@user_option
@click.option(
    "--standard-dataset", is_flag=True, help="The default graph alone, as SPARQL has it, not the union of all graphs."
)
@click.option(
    "--format", "form", type=OneOf(_FORMATS), default=None,
    help="How to print: table or Turtle on a terminal, jsonl or Turtle when piped.",
)  # fmt: skip
def query(
    sparql: str | None, graph: str, path: str | None, name: str | None, values: tuple[str, ...], list_: bool,
    data: tuple[str, ...], endpoint: str | None, user: str | None, standard_dataset: bool, form: str | None,
) -> None:  # fmt: skip
    """Ask the graph in SPARQL 1.1. The usual prefixes are declared: kg, skos, dcterms, paper, concept, prov, …"""
    from kg import query as asking
    from kg.graph import Graph

    if list_:
        _list(form)
        return
    if sum(part is not None for part in (sparql, path, name)) != 1:
        raise click.UsageError("give one of: a query, --file F.rq, --name NAME, --list")
    parameters = _parameters(values)
    if parameters and not name and path in (None, "-"):
        raise click.UsageError("-p goes with --name, or with --file and a file")
    if endpoint is not None:
        if data or standard_dataset:
            raise click.UsageError("--endpoint goes neither with --data nor with --standard-dataset")
        from kg.exchange import Endpoint

        with Endpoint(endpoint, login=login(user)) as server:
            text, bindings = _asked(sparql, path, name, parameters, server.resolve)
            _print(server.run(text, bindings=bindings), form)
        return
    if user is not None:
        raise click.UsageError("--user goes with --endpoint")
    graph_asked: Graph | None = None if data else open_graph(graph)
    # Plain RDF files have no index of names: there an entity is given by its IRI.
    resolve = graph_asked.resolve if graph_asked else lambda kind, value: value
    text, bindings = _asked(sparql, path, name, parameters, resolve)
    store = asking.data_store(data) if graph_asked is None else graph_asked.store
    base = Path(path).absolute().as_uri() if path and path != "-" else None
    _print(asking.run(store, text, union=not standard_dataset, bindings=bindings, base_iri=base), form)


def _asked(
    sparql: str | None, path: str | None, name: str | None, parameters: dict[str, str], resolve: Resolve
) -> tuple[str, Mapping[str, Value] | None]:
    """The text of a query, and the values of its parameters."""
    from kg.query import bind, load

    if name is not None or (path is not None and path != "-"):
        found = load(Path(path) if path is not None else str(name))
        return found.text, bind(found, parameters, resolve)
    return _standard_input() if path == "-" else _sound(str(sparql)), None


def _print(result: Result, form: str | None) -> None:
    """Writes an answer to standard output."""
    from kg import query as asking

    chosen = form or ("table" if interactive() else "turtle" if result.kind == "graph" else "jsonl")
    if chosen == "csv" and result.kind == "select":
        _csv(result)
    else:
        # Tables are drawn for a terminal already.
        asking.write(result, chosen, sys.stdout if chosen == "table" and result.kind != "graph" else stdout())
        if chosen in _WITHOUT_END or (result.kind == "ask" and chosen in ("csv", "tsv")):
            click.echo()


def _standard_input() -> str:
    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"no UTF-8 at byte {error.start + 1}", where="standard input") from error


def _sound(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise QueryError("the query holds bytes that are no UTF-8", hint="write it into a file and give --file")
    return text


def _csv(result: Result) -> None:
    """SPARQL 1.1 Results CSV, but for cells that a spreadsheet would run as a formula."""
    import csv

    from pyoxigraph import Literal, NamedNode

    from kg.query.formats import plain

    writer = csv.writer(stdout(), lineterminator="\n" if interactive() else "\r\n")
    writer.writerow(result.variables)
    for row in result.rows():
        cells: list[object] = []
        for term in row:
            value = plain(term)
            if isinstance(value, int | float) and isinstance(term, Literal):
                cells.append(term.value)
            else:
                cells.append(field(term.value if isinstance(term, Literal | NamedNode) else value))
        writer.writerow(cells)


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
