"""``kg search``."""

from __future__ import annotations

import re
from typing import Any

import click

from kg.cli.options import filter_options, format_option, graph_option, make_filters, open_graph
from kg.cli.output import emit

__all__ = ["search"]


@click.command(epilog="Example:  kg search 'low rank'")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@graph_option
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Rows at most.")
@filter_options
@format_option()
def search(text: tuple[str, ...], graph: str, limit: int, form: str | None, **options: Any) -> None:
    """Find entities and papers by label, alias, title and abstract, best first.

    All words must occur, the last one may be a beginning.
    """
    words = " ".join(text)
    if not re.search(r"\w", words):
        raise click.UsageError(f"“{words}” holds no word to search for")
    filters = make_filters(options)
    emit(
        open_graph(graph).search(words, limit, filters=filters),
        form,
        {"kind": lambda h: h.kind, "name": lambda h: h.label, "": lambda h: h.detail, "IRI": lambda h: h.iri},
        empty=f"nothing in {graph} holds “{words}”" + (" and passes the filters" if filters.any else ""),
    )
