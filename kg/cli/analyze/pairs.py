"""``kg analyze path`` and ``compare``: how two entities hang together."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.analyze.options import shared_options
from kg.cli.analyze.printing import branch, line, proofs_under, sentences
from kg.cli.options import make_filters, open_graph
from kg.cli.output import console, default_format, emit

__all__ = ["compare", "path"]


@click.command(epilog='Example:  kg analyze path LoRA "Diffusion Model"')
@click.argument("one")
@click.argument("other")
@shared_options(top=3)
def path(one: str, other: str, graph: str, top: int, form: str | None, **options: Any) -> None:
    """How two entities hang together: the shortest paths of shared papers, each step with its sentence."""
    found = open_graph(graph).path(one, other, filters=make_filters(options), top=top)
    if default_format(form) != "table":
        emit(found, form, {})
        return
    if not found:
        click.echo("no path: no chain of papers joins the two", err=True)
    for way in found:
        root = branch(None, (" → ".join([way.steps[0].source_label, *(s.target_label for s in way.steps)]), "bold"))
        for step in way.steps:
            told = f"{step.source_label} – {step.target_label}: {step.papers} papers"
            proofs_under(branch(root, told), step.evidence[:2])
        console().print(root)


@click.command(epilog='Example:  kg analyze compare LoRA "Prefix Tuning"')
@click.argument("one")
@click.argument("other")
@shared_options()
def compare(one: str, other: str, graph: str, top: int, form: str | None, **options: Any) -> None:
    """Two entities side by side: papers of both and of each alone, who is said to outperform whom, what they share.

    Shared are tasks, data sets and metrics. A claim that the text denies or hedges is marked so.
    """
    found = open_graph(graph).compare(one, other, filters=make_filters(options), top=top)
    if default_format(form) != "table":
        emit([found], form, {})
        return
    line((found.one_label, "bold"), " and ", (found.other_label, "bold"))
    line(f"  {found.statement}")
    line(f"  papers: {found.both} name both, {found.only_one} only the first, {found.only_other} only the second")
    if found.first_together:
        line(f"  first together: {found.first_together}")
    sentences(found.evidence)
    line(f"  {found.verdict}")
    for claim in found.claims:
        relation = claim.relation.replace("_", " ") + (" (denied or hedged)" if claim.denied else "")
        line(f"  {claim.subject_label} {relation} {claim.object_label}, sure to {claim.confidence:.0%}:")
        sentences([claim.evidence])
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
