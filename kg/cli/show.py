"""``kg show``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from kg.cli.draw import bar, branch, inset, section, table, yearly
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
    if found.broader or found.narrower or found.related:
        out.print(section("In the vocabulary"))
        out.print(inset(_tree(found, limit)))
    years = yearly(found.years)
    out.print(Text.assemble(section("Papers"), (f"  {found.papers:,}, with {found.mentions:,} mentions", "not bold")))
    if years:
        out.print(Text(f"  {years}"))
    roles = table("role", "bar", "papers", right=("papers",), head=False)
    for role, count in found.roles:
        roles.add_row(role.replace("_", " "), Text(bar(count, found.papers), "blue"), f"{count:,}")
    out.print(inset(roles))
    if found.listed:
        dated = any(paper.issued for paper in found.listed)
        papers = table("role", *(["year"] if dated else []), "title")
        for paper in found.listed:
            year = [(paper.issued or "")[:4]] if dated else []
            papers.add_row(paper.role.replace("_", " "), *year, Text(flat(paper.title)))
        out.print(inset(papers, above=1))
    if found.papers > len(found.listed):
        out.print(Text(f"  … and {found.papers - len(found.listed):,} more (--limit)", "dim"))
    if found.cooccurring:
        out.print(section("Named together with"))
        beside = table("entity", "bar", "papers", right=("papers",), head=False)
        for end in found.cooccurring:
            beside.add_row(Text(flat(end.label)), Text(bar(end.papers, found.papers), "blue"), f"{end.papers:,}")
        out.print(inset(beside))
    if found.evidence:
        out.print(section("Evidence"))
        for proof in found.evidence:
            when = f", {proof.year}" if proof.year else ""
            out.print(inset(_marked(proof)))
            out.print(inset(Text(f"{flat(proof.title)}{when}", "dim"), left=4))


def _tree(found: EntityView, limit: int) -> Any:
    """What stands above an entity, it, and what stands below."""
    from rich.text import Text

    root = branch(_names(found.broader, limit)) if found.broader else None
    own = Text(flat(found.label), "bold")
    here = root.add(own) if root else branch(own)
    for end in found.narrower[:limit]:
        here.add(Text(_name(end)))
    if len(found.narrower) > limit:
        here.add(Text(f"… and {len(found.narrower) - limit} more (--limit)", "dim"))
    if found.related:
        here.add(Text.assemble(("related: ", "dim"), _names(found.related, limit)))
    return root or here


def _paper(found: PaperView) -> None:
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
    if not found.entities:
        out.print(Text("It names nothing that is known here.", "dim"))
        return
    out.print(section("What it names"))
    named = table("role", "entity", "type", "evidence")
    for entity in found.entities:
        named.add_row(entity.role.replace("_", " "), Text(flat(entity.label)), entity.type, _marked(entity.evidence))
    out.print(inset(named))


def _name(end: Neighbour) -> str:
    return f"{flat(end.label)} ({end.papers:,})" if end.papers else flat(end.label)


def _names(ends: Sequence[Neighbour], limit: int) -> str:
    return ", ".join(map(_name, ends[:limit])) + (f" … {len(ends) - limit} more" if len(ends) > limit else "")


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
