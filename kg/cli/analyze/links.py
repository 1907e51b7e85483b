"""``kg analyze links`` and ``backtest``: what may come, and how far that can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.cli.analyze.options import shared_options
from kg.cli.analyze.printing import branch, proofs_under
from kg.cli.options import EntityTypes, OneOf, make_filters, open_graph
from kg.cli.output import console, default_format, emit

__all__ = ["backtest", "links"]

F = TypeVar("F", bound=Callable[..., Any])

# Said here, not asked of kg.analyze: a help page need not load it.
_PREDICTORS = (
    "preferential-attachment", "recent-popularity", "common-neighbours", "adamic-adar", "resource-allocation", "katz",
    "pagerank", "spectral", "learned",
)  # fmt: skip


def _prediction_options(command: F) -> F:
    for option in (
        click.option("--min-papers", type=click.IntRange(1), default=5, show_default=True,
                     help="Least number of papers of an entity."),
        click.option("--horizon", type=click.IntRange(1), default=3, show_default=True, help="Years ahead."),
        click.option("--between", nargs=2, type=EntityTypes(), default=None, metavar="TYPE TYPE",
                     help="Only pairs of these two types, as --between Method Task."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(epilog="Example:  kg analyze links --between Method Task\n\n          kg analyze links LoRA --top 5")
@click.argument("entity", required=False)
@click.option("--by", type=OneOf(_PREDICTORS), default=None,
              help="What to rank by [default: learned; resource-allocation where papers have no dates].")  # fmt: skip
@_prediction_options
@shared_options()
def links(
    entity: str | None, graph: str, top: int, form: str | None, by: Any, between: Any, horizon: int, min_papers: int,
    **options: Any,
) -> None:  # fmt: skip
    """Missing links: entities that no paper names together yet, the likeliest to meet first, with the papers and
    sentences that already lead from one to the other. `kg analyze backtest` says how often such come true."""
    found = open_graph(graph).links(
        entity, filters=make_filters(options), by=by, between=between, horizon=horizon, min_papers=min_papers, top=top
    )
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no missing links: too few entities stand in enough papers, or all have met", err=True)
    for row in found:
        chance = f"chance {row.score:.0%}" if row.by == "learned" else f"{row.by} {row.score:.3g}"
        told = f"  {chance}, {row.common} in common"
        root = branch(None, (row.one_label, "bold"), " and ", (row.other_label, "bold"), told)
        branch(root, f"{row.statement} By chance {row.expected:.1f} would.")
        for way in row.paths:
            chain = branch(root, " → ".join([way.steps[0].source_label, *(s.target_label for s in way.steps)]))
            for step in way.steps:
                proofs_under(chain, step.evidence[:2])
        console().print(root)


@click.command(epilog="Example:  kg analyze backtest --year 2018 --between Method Task")
@click.option("--year", type=click.IntRange(1), default=None,
              help="Last year that predictions may know [default: --horizon years before the last].")  # fmt: skip
@_prediction_options
@shared_options()
def backtest(
    graph: str, top: int, form: str | None, year: int | None, between: Any, horizon: int, min_papers: int,
    **options: Any,
) -> None:  # fmt: skip
    """Whether missing links come true: each way to predict them is given the papers up to a year and measured on which
    entities first meet in the years after it, against what popularity alone predicts."""
    found = open_graph(graph).backtest(
        year, filters=make_filters(options), between=between, horizon=horizon, min_papers=min_papers
    )
    if default_format(form) != "table":
        emit([found], form, {})
        return
    click.echo(
        f"{found.papers:,} papers up to {found.until}; {found.entities:,} entities in {found.min_papers} of them "
        f"or more; {found.pairs:,} pairs had not met, {found.met:,} did by {found.until + found.horizon}",
        err=True,
    )
    columns: dict[str, Callable[[Any], object]] = {
        "ranked by": lambda t: t.by,
        "AUC": lambda t: t.auc,
        "average precision": lambda t: t.average_precision,
        "times popularity": lambda t: t.lift,
    }
    for i, (k, _) in enumerate(found.rows[0].hits if found.rows else ()):
        columns[f"hits at {k}"] = lambda t, i=i: t.hits[i][1]  # type: ignore[misc]
    emit(found.rows[:top], form, columns, empty="nothing to measure: no two entities first met in those years")
