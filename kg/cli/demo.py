"""``kg demo``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import graph_option
from kg.cli.output import console, counted, flat, safe
from kg.cli.progress import progress_bar
from kg.errors import KGError

if TYPE_CHECKING:
    from kg.analyze.bridges import Bridge
    from kg.graph import Graph

__all__ = ["demo"]


@click.command(epilog="Example:  kg demo     kg demo -g demo-graph")
@graph_option
@click.option(
    "-o", "--output", metavar="DIR", default="exports", show_default=True, help="Where the page and the Turtle go."
)
def demo(graph: str, output: str) -> None:
    """Build a graph from the sample corpus in the package and show what is in it.

    Prints counts, the entities in most papers and the three strongest bridges; writes the interactive graph and the
    Turtle; says what to try next.
    """
    from kg.build import build
    from kg.graph import Graph
    from kg.resources import sample
    from kg.store import GraphFolder

    folder = GraphFolder(graph)
    if folder.exists() and (folder.path / "CURRENT").is_file():
        _only_the_sample(Graph(graph), graph)
    with progress_bar() as progress:
        built = build(folder, [str(sample())], progress=progress)
    found = Graph(graph)
    _say(
        f"{graph}: {built.papers} landmark papers, {built.entities:,} entities, {built.mentions:,} mentions, "
        f"{built.triples:,} statements" + (f" in {built.seconds:.1f} s" if built.changed else " (built before)")
    )
    _top(found)
    # A corpus this small has few clusters at the usual resolution.
    _bridges(found.bridges(top=3, resolution=1.5))
    folder_out = Path(output)
    page, turtle = folder_out / "demo.html", folder_out / "demo.ttl"
    found.view(out=page)
    found.export("turtle", turtle)
    _say("\nWritten")
    _say(f"  {page}  the interactive graph; open it in a browser, it needs no network")
    _say(f"  {turtle}   all of it as Turtle")
    g = "" if graph == "kg-graph" else f" -g {shlex.quote(graph)}"
    _say("\nTry next")
    for command in (
        f"kg show{g} LoRA",
        f"kg query{g} --name papers-using -p entity=LoRA",
        f"kg analyze clusters{g}",
        f"kg view{g} --focus 'Mixture of Experts'",
        "kg build -g my-graph YOUR-PAPERS.bib",
    ):
        _say(f"  {command}")


def _say(text: str) -> None:
    click.echo(safe(text))


def _only_the_sample(found: Graph, graph: str) -> None:
    from kg.resources import sample

    if any(set(files) - {str(sample())} for _, _, files in found.index.sources()):
        raise KGError(
            "holds other papers than the sample", where=graph, hint="name a folder for the demo: kg demo -g demo-graph"
        )


def _top(found: Graph) -> None:
    from rich.table import Table
    from rich.text import Text

    stats = found.stats(top=8)
    _say(f"  {', '.join(counted(n, kind.lower()) for kind, n, _ in stats.types)}\n")
    table = Table(title="In most papers", title_justify="left", box=None, pad_edge=False, padding=(0, 2))
    for name in ("papers", "entity", "type"):
        table.add_column(name, justify="right" if name == "papers" else "left")
    for _, label, kind, papers in stats.top:
        table.add_row(str(papers), Text(flat(label)), kind)
    console().print(table)


def _bridges(bridges: list[Bridge]) -> None:
    from rich.text import Text

    out = console()
    out.print(
        Text("\nThe strongest bridges", "bold italic") if bridges else "\nNo bridges: nothing joins two clusters."
    )
    for bridge in bridges:
        names = " and ".join(f"“{side.name}”" for side in bridge.sides)
        out.print(Text.assemble((f"  {flat(bridge.label)}", "bold"), f" joins {flat(names)}"))
        for side in bridge.sides[:2]:
            for proof in side.evidence[:1]:
                out.print(Text(f"      {flat(proof.sentence)}  — {flat(proof.title)}", "dim"))
