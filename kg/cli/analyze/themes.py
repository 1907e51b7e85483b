"""``kg analyze themes`` and ``kg analyze evolution``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.cli.analyze.options import partition_options
from kg.cli.analyze.printing import line
from kg.cli.options import Date, filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import default_format, emit

if TYPE_CHECKING:
    from kg.analyze import Event, Evolution

__all__ = ["evolution", "themes"]

F = TypeVar("F", bound=Callable[..., Any])


def _options(command: F) -> F:
    return graph_option(partition_options(filter_options(format_option()(command))))


@click.command(epilog="Example:  kg analyze themes --since 2023")
@_options
def themes(graph: str, form: str | None, resolution: float, seed: int, **options: Any) -> None:
    """The thematic map: which clusters are motor, basic, niche, and emerging or declining themes, by Callon's
    centrality and density (Cobo et al. 2011). `kg plot themes` draws it."""
    found = open_graph(graph).themes(filters=make_filters(options), resolution=resolution, seed=seed)
    emit(
        found.themes,
        form,
        {
            "theme": lambda t: t.theme,
            "name": lambda t: t.name,
            "papers": lambda t: t.papers,
            "entities": lambda t: t.size,
            "centrality": lambda t: t.centrality,
            "density": lambda t: t.density,
            "rank of centrality": lambda t: t.centrality_rank,
            "rank of density": lambda t: t.density_rank,
        },
        empty="no themes: no two entities stand in papers together more than chance gives",
    )


@click.command(epilog="Example:  kg analyze evolution --cut 2018 --cut 2022")
@click.option(
    "--slices", type=click.IntRange(2, 20), default=3, show_default=True, help="Slices with as many papers each."
)
@click.option(
    "--cut", "cuts", type=Date(), multiple=True, metavar="DATE",
    help="First date of a slice, instead of --slices; may be repeated.",
)  # fmt: skip
@click.option(
    "--min-inclusion", type=click.FloatRange(0, 1), default=0.1, show_default=True,
    help="Least share of the smaller cluster that two clusters have in common.",
)  # fmt: skip
@_options
def evolution(
    graph: str,
    form: str | None,
    slices: int,
    cuts: tuple[str, ...],
    min_inclusion: float,
    resolution: float,
    seed: int,
    **options: Any,
) -> None:
    """Thematic evolution: clusters in slices of time, and which of them go on, split, merge, begin or end. Papers
    without a date are counted apart, never guessed. `kg plot evolution` draws it."""
    found = open_graph(graph).evolution(
        filters=make_filters(options),
        slices=slices,
        cuts=cuts,
        min_inclusion=min_inclusion,
        resolution=resolution,
        seed=seed,
    )
    chosen = default_format(form)
    if chosen in ("csv", "tsv"):
        emit(found.flows, form, {}, empty="no cluster hands on to one of the next slice")
    elif chosen != "table":
        emit([found], form, {})
    else:
        _table(found)
    if found.undated:
        total = found.dated + found.undated
        click.echo(f"{found.undated:,} of {total:,} papers have no date fit for the slices and are left out", err=True)


def _table(found: Evolution) -> None:
    if not found.stages:
        click.echo("no evolution: no paper has a date", err=True)
    for number, stage in enumerate(found.stages):
        span = stage.since if stage.since == stage.until else f"{stage.since} to {stage.until}"
        emit(
            stage.clusters,
            "table",
            {"cluster": lambda c: c.name, "papers": lambda c: c.papers, "entities": lambda c: c.size,
             "theme": lambda c: c.theme},
            title=f"{span}: {stage.papers:,} papers",
            empty=f"{span}: no clusters",
        )  # fmt: skip
        for event in (e for e in found.events if e.stage == number):
            line(f"  {_said(event)}")


def _said(event: Event) -> str:
    before, after = " + ".join(event.before_names), " + ".join(event.after_names)
    return {
        "continuation": f"goes on: {before} → {after}",
        "split": f"splits: {before} → {after}",
        "merge": f"merges: {before} → {after}",
        "birth": f"begins: {after}",
        "death": f"ends: {before}",
    }[event.kind]
