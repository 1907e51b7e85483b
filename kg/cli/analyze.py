"""``kg analyze``: rows for programs, and a page for people where a row holds sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.cli.options import Date, filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import console, default_format, emit, flat
from kg.cli.themes import evolution, themes

if TYPE_CHECKING:
    from kg.analyze import Evidence

__all__ = ["analyze"]

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def analyze() -> None:
    """Measure the graph: the fields in it, what joins them, what is missing, what is changing; each answer with its
    papers and sentences.

    \b
    Example:  kg analyze clusters
              kg analyze bridges --since 2023 --format json
              kg analyze compare LoRA "Prefix Tuning"
    """


analyze.add_command(themes)
analyze.add_command(evolution)


def _shared(command: F) -> F:
    for option in (
        format_option(),
        filter_options,
        click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows at most."),
        graph_option,
    ):
        command = option(command)
    return command


def _partition(command: F) -> F:
    command = click.option("--seed", type=int, default=0, show_default=True, help="For the same answer again.")(command)
    return click.option(
        "--resolution", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True,
        help="Above 1 for more and smaller clusters, below for fewer.",
    )(command)  # fmt: skip


@analyze.command(epilog="Example:  kg analyze clusters --resolution 1.5")
@_partition
@_shared
def clusters(graph: str, top: int, form: str | None, resolution: float, seed: int, **options: Any) -> None:
    """Which fields are there: communities of entities that stand in papers together, named by their own terms."""
    found = open_graph(graph).clusters(filters=make_filters(options), resolution=resolution, seed=seed)
    emit(
        found if default_format(form) != "table" else found[:top],
        form,
        {
            "name": lambda c: c.name,
            "entities": lambda c: c.size,
            "papers": lambda c: c.papers,
            "years": lambda c: f"{c.years[0]}–{c.years[2]}" if c.years else "",
            "density": lambda c: c.density,
            "centrality": lambda c: c.centrality,
            "theme": lambda c: c.theme,
            "terms": lambda c: ", ".join(t.label for t in c.terms[:6]),
        },
        empty="no clusters: no two entities stand in papers together more than chance gives",
    )
    if len(found) > top and default_format(form) == "table":
        click.echo(f"… and {len(found) - top} more (--top)", err=True)


@analyze.command(epilog="Example:  kg analyze bridges --top 5")
@_partition
@_shared
def bridges(graph: str, top: int, form: str | None, resolution: float, seed: int, **options: Any) -> None:
    """What holds the fields together: entities that join clusters more than a random graph of the same degrees would,
    with the sentences that make the link."""
    found = open_graph(graph).bridges(filters=make_filters(options), top=top, resolution=resolution, seed=seed)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no bridges: nothing joins two clusters more than chance gives", err=True)
    for bridge in found:
        _line(
            (bridge.label, "bold"),
            f"  {bridge.type}, {bridge.papers} papers, {bridge.ratio:.1f} times the expected links (z {bridge.z:.1f})",
        )
        for side in bridge.sides:
            _line(
                "  ",
                (side.name, "italic"),
                f"  {side.papers} papers; ties of {side.amount:.1f}, expected {side.expected:.1f}",
            )
            _sentences(side.evidence)


@analyze.command(epilog="Example:  kg analyze gaps --top 5")
@_partition
@_shared
def gaps(graph: str, top: int, form: str | None, resolution: float, seed: int, **options: Any) -> None:
    """What is missing: pairs of clusters with far fewer links than expected, and entities that could close them."""
    found = open_graph(graph).gaps(filters=make_filters(options), top=top, resolution=resolution, seed=seed)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no gaps: no two clusters share far fewer links than expected", err=True)
    for gap in found:
        _line((gap.one_name, "bold"), " and ", (gap.other_name, "bold"))
        _line(f"  {gap.observed} papers name both where {gap.expected:.1f} are expected (chance {gap.chance:.2g})")
        for unmet in gap.unmet:
            _line(f"  {unmet.statement}")
        if gap.closers:
            _line("  could close it: ", ", ".join(f"{c.label} ({c.papers} papers)" for c in gap.closers))


@analyze.command(epilog="Example:  kg analyze central --by betweenness")
@click.option(
    "--by", default="pagerank", show_default=True,
    type=click.Choice(["pagerank", "degree", "strength", "eigenvector", "core", "authority", "betweenness"]),
    help="What to rank by.",
)  # fmt: skip
@_shared
def central(graph: str, top: int, form: str | None, by: str, **options: Any) -> None:
    """What stands in the middle: degree, strength, PageRank, eigenvector, k-core, HITS on papers and entities."""
    found = open_graph(graph).central(filters=make_filters(options), by=by, top=top)
    names = ("papers", "degree", "strength", "pagerank", "eigenvector", "core", "authority", "betweenness")
    columns: dict[str, Callable[[Any], object]] = {"entity": lambda r: r.label, "type": lambda r: r.type}
    columns |= {name: (lambda r, name=name: getattr(r, name)) for name in names}  # type: ignore[misc]
    emit(found, form, columns, empty="no two entities stand in papers together often enough")


@analyze.command(epilog='Example:  kg analyze path LoRA "Diffusion Model"')
@click.argument("one")
@click.argument("other")
@_shared
def path(one: str, other: str, graph: str, top: int, form: str | None, **options: Any) -> None:
    """How two entities hang together: the shortest paths of shared papers, each step with its sentence."""
    found = open_graph(graph).path(one, other, filters=make_filters(options), count=min(top, 3) if top == 20 else top)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no path: no chain of papers joins the two", err=True)
    for way in found:
        _line((" → ".join([way.steps[0].source_label, *(s.target_label for s in way.steps)]), "bold"))
        for step in way.steps:
            _line(f"  {step.source_label} – {step.target_label}: {step.papers} papers")
            _sentences(step.evidence[:2])


@analyze.command(epilog='Example:  kg analyze compare LoRA "Prefix Tuning"')
@click.argument("one")
@click.argument("other")
@_shared
def compare(one: str, other: str, graph: str, top: int, form: str | None, **options: Any) -> None:
    """Two entities side by side: papers of both and of each alone, and the tasks, data sets and metrics they share."""
    found = open_graph(graph).compare(one, other, filters=make_filters(options), top=top)
    if default_format(form) != "table":
        emit([found], form, {})
        return
    _line((found.one_label, "bold"), " and ", (found.other_label, "bold"))
    _line(f"  {found.statement}")
    _line(f"  papers: {found.both} name both, {found.only_one} only the first, {found.only_other} only the second")
    if found.first_together:
        _line(f"  first together: {found.first_together}")
    _sentences(found.evidence)
    if found.shared:
        emit(
            found.shared,
            "table",
            {
                "shared": lambda s: s.label,
                "type": lambda s: s.type,
                f"papers with {found.one_label}": lambda s: s.with_one,
                f"papers with {found.other_label}": lambda s: s.with_other,
            },
        )


@analyze.command(epilog="Example:  kg analyze trends --by papers --type Method")
@click.option("--by", default="growth", show_default=True, help="growth, papers, first or burst.")
@_shared
def trends(graph: str, top: int, form: str | None, by: str, **options: Any) -> None:
    """What rises and falls: first seen, papers a year, growth and bursts (Kleinberg 2002). Papers without a date are
    counted apart, never guessed."""
    found = open_graph(graph).trends(filters=make_filters(options), by=by, top=top)
    emit(
        found.rows,
        form,
        {
            "entity": lambda t: t.label,
            "type": lambda t: t.type,
            "papers": lambda t: t.papers,
            "first": lambda t: t.first,
            "growth": lambda t: t.growth,
            "bursts": lambda t: ", ".join(f"{s.first}–{s.last}" for s in t.bursts),
            "years": lambda t: sparkline([n for _, n in t.years]),
        },
        empty="no trends: too few papers with a date",
    )
    if found.undated:
        click.echo(
            f"{found.undated:,} of {found.dated + found.undated:,} papers have no date and are left out", err=True
        )


@analyze.command(epilog="Example:  kg analyze new --since 2025-06")
@click.option(
    "--since", "start", type=Date(), required=True, metavar="DATE", help="What is first seen from this date on."
)
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Rows at most.")
@graph_option
@format_option()
def new(graph: str, start: str, top: int, form: str | None) -> None:
    """What was first named since a date, and which entities first met in a paper."""
    found = open_graph(graph).new(start, top=top)
    if default_format(form) != "table":
        emit([found], form, {})
        return
    _line(f"since {found.since}: {found.papers} papers, {found.before} before; {found.undated} without a date left out")
    columns: dict[str, Callable[[Any], object]] = {
        "entity": lambda n: n.label,
        "type": lambda n: n.type,
        "papers": lambda n: n.papers,
        "first": lambda n: n.first,
    }
    emit(found.entities, "table", columns, title="First named", empty="no entity is first named since then")
    columns = {
        "one": lambda m: m.one_label,
        "other": lambda m: m.other_label,
        "papers": lambda m: m.papers,
        "first": lambda m: m.first,
    }
    emit(found.meetings, "table", columns, title="First together", empty="no two entities first meet since then")


def sparkline(counts: Iterable[int]) -> str:
    """Counts as a row of bars.

    >>> sparkline([0, 1, 4, 8])
    '▁▂▅█'
    """
    values = list(counts)
    top = max(values, default=0) or 1
    return "".join("▁▂▃▄▅▆▇█"[round(7 * v / top)] for v in values)


def _line(*parts: str | tuple[str, str]) -> None:
    from rich.text import Text

    console().print(Text.assemble(*(_safe(p) if isinstance(p, str) else (_safe(p[0]), p[1]) for p in parts)))


def _safe(text: str) -> str:
    """One line, its outer spaces kept."""
    return text[: len(text) - len(text.lstrip())] + flat(text) + text[len(text.rstrip()) :] if text.strip() else text


def _sentences(proofs: Iterable[Evidence]) -> None:
    for proof in proofs:
        _line((f"      {flat(proof.sentence)}  — {flat(proof.title)}", "dim"))
