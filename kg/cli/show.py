"""``kg show``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import console, default_format, emit, flat

if TYPE_CHECKING:
    from rich.text import Text

    from kg.describe import EntityView, Neighbour, PaperView
    from kg.store.evidence import Evidence

__all__ = ["show"]


@click.command(epilog="Example:  kg show LoRA     kg show 2106.09685")
@click.argument("name", nargs=-1, required=True, metavar="ENTITY-OR-PAPER")
@graph_option
@click.option("--limit", type=click.IntRange(1), default=8, show_default=True, help="Items at most in each list.")
@filter_options
@format_option()
def show(name: tuple[str, ...], graph: str, limit: int, form: str | None, **options: Any) -> None:
    """Show all about one entity or one paper: by label, alias, IRI, arXiv id, DOI or title.

    Of an entity: labels, type, definition, broader and narrower, papers by role, what it occurs with, and the sentences
    that prove it. Of a paper: what it names, in which role.
    """
    from kg.describe import EntityView

    words = " ".join(name).strip()
    if not words:
        raise click.UsageError("the name is empty")
    found = open_graph(graph).show(words, filters=make_filters(options), limit=limit)
    if default_format(form) != "table":
        emit([found], form, {})
    elif isinstance(found, EntityView):
        _entity(found, limit)
    else:
        _paper(found)


def _entity(found: EntityView, limit: int) -> None:
    from rich.text import Text

    out = console()
    known = "" if found.known else "  (not in the vocabulary)"
    out.print(Text.assemble((flat(found.label), "bold"), f"  {found.type}{known}"))
    if found.definition:
        out.print(Text(flat(found.definition)))
    if found.aliases:
        out.print(Text(f"also: {flat(', '.join(found.aliases))}", "dim"))
    out.print(Text(found.iri, "dim"))
    for name, ends in (("broader", found.broader), ("narrower", found.narrower), ("related", found.related)):
        if ends:
            out.print(Text.assemble((f"{name}: ", "bold"), _names(ends, limit)))
    roles = ", ".join(f"{role} {count}" for role, count in found.roles)
    years = f"; {found.years[0][0]}–{found.years[-1][0]}" if found.years else ""
    out.print(Text.assemble(("papers: ", "bold"), f"{found.papers} ({roles}{years}), {found.mentions} mentions"))
    for paper in found.listed:
        out.print(Text.assemble(f"  {paper.role:<14}{(paper.issued or '')[:4]:<6}", flat(paper.title)))
    if found.papers > len(found.listed):
        out.print(Text(f"  … and {found.papers - len(found.listed)} more (--limit)", "dim"))
    if found.cooccurring:
        out.print(Text.assemble(("occurs with: ", "bold"), _names(found.cooccurring, limit)))
    if found.evidence:
        out.print(Text("evidence:", "bold"))
        for proof in found.evidence:
            out.print(Text.assemble("  ", _marked(proof), ("  — " + flat(proof.title), "dim")))


def _paper(found: PaperView) -> None:
    from rich.table import Table
    from rich.text import Text

    out = console()
    out.print(Text(flat(found.title), "bold"))
    names = [flat(a.name) for a in found.authors]
    by = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    facts = [by, found.issued or "", flat(found.venue or ""), " ".join(found.identifiers)]
    out.print(Text("; ".join(f for f in facts if f) or "no authors or date in the source", "dim"))
    out.print(Text(found.iri, "dim"))
    if found.abstract:
        out.print(Text(flat(found.abstract)))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("role", "entity", "type", "evidence"):
        table.add_column(name, overflow="fold")
    for entity in found.entities:
        table.add_row(entity.role, Text(flat(entity.label)), entity.type, _marked(entity.evidence))
    out.print(table)


def _names(ends: Iterable[Neighbour], limit: int) -> str:
    listed = list(ends)
    text = ", ".join(f"{flat(e.label)} ({e.papers})" if e.papers else flat(e.label) for e in listed[:limit])
    return text + (f" … {len(listed) - limit} more" if len(listed) > limit else "")


def _marked(proof: Evidence) -> Text:
    """The sentence with the mention marked; where no colour can be shown, by brackets."""
    from rich.text import Text

    left, mention, right = (
        proof.sentence[: proof.start], proof.sentence[proof.start : proof.end], proof.sentence[proof.end :],
    )  # fmt: skip
    style = console().is_terminal
    shown = flat(mention) if style else f"[{flat(mention)}]"
    gap = " " if left[-1:].isspace() else ""
    lead = " " if right[:1].isspace() else ""
    return Text.assemble(flat(left) + gap, (shown, "bold reverse"), lead + flat(right))
