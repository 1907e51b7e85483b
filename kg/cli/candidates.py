"""``kg candidates``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from kg.cli.options import EntityTypes, OneOf, filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import counted, emit, note

if TYPE_CHECKING:
    from kg.graph.curating import CurationOrder
    from kg.model import EntityType
    from kg.resolve import Decision

__all__ = ["candidates"]


@click.group(
    invoke_without_command=True,
    epilog="Example:  kg candidates --type Method --min-papers 3     kg candidates accept MossNet",
)
@graph_option
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="How many to list."
)
@click.option(
    "--by", type=OneOf(["score", "c_value", "papers", "mentions"]), default="score", show_default=True,
    help="What they are ranked by: score is the C-value times the logarithm of the number of papers.",
)  # fmt: skip
@click.option(
    "--min-papers", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
    help="Papers that name it, at least.",
)  # fmt: skip
@click.option(
    "--sentences", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
    help="Sentences to show of each, from different papers.",
)  # fmt: skip
@filter_options
@format_option()
@click.pass_context
def candidates(
    context: click.Context, /, graph: str, limit: int, by: str, min_papers: int, sentences: int, form: str | None,
    **options: Any,
) -> None:  # fmt: skip
    """List terms that papers name and the vocabulary does not hold, and decide about them.

    A decision is one line in the graph's decisions.tsv. The next `kg build` follows it, in old papers too; delete the
    line to undo it. To have a term found at every place that names it, give it an entry with `kg vocab add`.
    """
    if context.invoked_subcommand is not None:
        context.obj = graph
        return
    filters = make_filters(options)
    found = open_graph(graph).candidates(
        limit, by=cast("CurationOrder", by), min_papers=min_papers, sentences=sentences, filters=filters
    )
    columns: dict[str, Any] = {
        "term": lambda c: c.label,
        "type": lambda c: c.type,
        "papers": lambda c: c.papers,
        "mentions": lambda c: c.mentions,
        "score": lambda c: c.score,
        "spelt alike": lambda c: ", ".join(c.near),
    }
    if sentences:
        columns["sentence"] = lambda c: " / ".join(e.sentence for e in c.evidence)
    emit(found, form, columns, empty="no candidate: the vocabulary holds all that the papers name")


@candidates.command("accept", epilog="Example:  kg candidates accept MossNet --type Model")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@graph_option
@click.option("--label", default="", metavar="TEXT", help="The name that it bears (default: what most papers say).")
@click.option(
    "--type", "kind", type=EntityTypes(), metavar="TYPE", help="Its type (default: what most papers suggest)."
)
@click.option("--note", "remark", default="", metavar="TEXT", help="Why, for those who read the file.")
def accept(names: tuple[str, ...], graph: str, label: str, kind: EntityType | None, remark: str) -> None:
    """Accept candidates as entities of this graph."""
    _written(graph, open_graph(graph).accept(*names, label=label, type=kind, note=remark))


@candidates.command("merge", epilog='Example:  kg candidates merge "Moss Net" moss-network --into MossNet')
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@graph_option
@click.option("--into", required=True, metavar="NAME", help="The entity that they are.")
@click.option("--note", "remark", default="", metavar="TEXT", help="Why, for those who read the file.")
def merge(names: tuple[str, ...], graph: str, into: str, remark: str) -> None:
    """Make entities one with another. What the vocabulary says is not the same (kg:notSameAs) stays apart."""
    _written(graph, open_graph(graph).merge(*names, into=into, note=remark))


@candidates.command("reject", epilog='Example:  kg candidates reject "Our Approach"')
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@graph_option
@click.option("--note", "remark", default="", metavar="TEXT", help="Why, for those who read the file.")
def reject(names: tuple[str, ...], graph: str, remark: str) -> None:
    """Take out what is no entity, with its mentions and roles."""
    _written(graph, open_graph(graph).reject(*names, note=remark))


@candidates.command(
    "split", epilog='Example:  kg candidates split SAM --into "Sharpness-Aware Minimization" --paper 2010.01412'
)
@click.argument("name", metavar="NAME")
@graph_option
@click.option("--into", required=True, metavar="NAME", help="The other entity: one that is there, or a new name.")
@click.option("--surface", "surfaces", multiple=True, metavar="TEXT", help="A form, as written, that names the other.")
@click.option("--paper", "papers", multiple=True, metavar="PAPER", help="A paper in which the other is meant.")
@click.option("--type", "kind", type=EntityTypes(), metavar="TYPE", help="The type of a new entity.")
@click.option("--note", "remark", default="", metavar="TEXT", help="Why, for those who read the file.")
def split(
    name: str, graph: str, into: str, surfaces: tuple[str, ...], papers: tuple[str, ...], kind: EntityType | None,
    remark: str,
) -> None:  # fmt: skip
    """Give some mentions of an entity to another: those of a form, or those in a paper."""
    made = open_graph(graph).split(name, into=into, surfaces=surfaces, papers=papers, type=kind, note=remark)
    _written(graph, made)


@candidates.command("decisions", epilog="Example:  kg candidates decisions --format tsv")
@graph_option
@format_option()
def decisions(graph: str, form: str | None) -> None:
    """List what was decided, by line of decisions.tsv."""
    emit(
        open_graph(graph).decisions(),
        form,
        {
            "line": lambda d: d.line,
            "decision": lambda d: d.kind,
            "entity": lambda d: d.entity,
            "target": lambda d: d.target,
            "type": lambda d: d.type or "",
            "where": lambda d: d.where,
            "note": lambda d: d.note,
        },
        empty="nothing was decided",
    )


def _written(graph: str, made: tuple[Decision, ...]) -> None:
    from kg.store import GraphFolder

    path = GraphFolder(graph).decisions
    note(f"{counted(len(made), 'decision')} in {path}; `kg build -g {graph}` follows")
