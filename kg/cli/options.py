"""Options that commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.graph import Filters, Graph
from kg.model import TYPES

__all__ = ["filter_options", "format_option", "graph_option", "make_filters", "open_graph", "verbosity_options"]

F = TypeVar("F", bound=Callable[..., Any])

ROW_FORMATS = ("table", "json", "jsonl", "csv", "tsv")


class Date(click.ParamType):  # type: ignore[type-arg]
    """YYYY, YYYY-MM or YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", str(value))
        if not match or not 1 <= int(match[2] or 1) <= 12 or not 1 <= int(match[3] or 1) <= 31:
            self.fail(f"“{value}” is no date: write 2024, 2024-06 or 2024-06-17", param, ctx)
        return str(value)


class EntityTypes(click.ParamType):  # type: ignore[type-arg]
    """One of the six types, whatever the case."""

    name = "type"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        for kind in TYPES:
            if str(value).casefold() == kind.casefold():
                return kind
        self.fail(f"no type “{value}”: one of {', '.join(TYPES)}", param, ctx)


def graph_option(command: F) -> F:
    """``--graph DIR``; the group's holds where the command has none."""
    return click.option(
        "-g", "--graph", metavar="DIR", default=None, callback=lambda ctx, _, value: value or ctx.obj or "kg-graph",
        help="The folder of the graph (environment: KG_GRAPH; default: kg-graph).",
    )(command)  # fmt: skip


def open_graph(path: str) -> Graph:
    """The graph that a command reads."""
    return Graph(path)


def format_option(
    *formats: str, help: str = "How to print: table on a terminal, jsonl when piped."
) -> Callable[[F], F]:
    """``--format``; None where it is left to where the output goes."""

    def add(command: F) -> F:
        return click.option("--format", "form", type=click.Choice(formats or ROW_FORMATS), default=None, help=help)(
            command
        )

    return add


def filter_options(command: F) -> F:
    """The filters that commands share."""
    for option in (
        click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="0..1",
                     help="Only mentions of at least this confidence."),
        click.option("--source", "sources", multiple=True, metavar="NAME",
                     help="Only papers from this format or file (a part of the name is enough); may be repeated."),
        click.option("--type", "types", multiple=True, type=EntityTypes(), metavar="TYPE",
                     help=f"Only entities of this type ({', '.join(TYPES)}); may be repeated."),
        click.option("--until", type=Date(), metavar="DATE", help="Only papers of this date or earlier."),
        click.option("--since", type=Date(), metavar="DATE", help="Only papers of this date (YYYY[-MM[-DD]]) or later."),
    ):  # fmt: skip
        command = option(command)
    return command


def make_filters(options: dict[str, Any]) -> Filters:
    """Takes the filters out of a command's options."""
    return Filters(
        since=options.pop("since"),
        until=options.pop("until"),
        types=tuple(options.pop("types")),
        sources=tuple(options.pop("sources")),
        min_confidence=options.pop("min_confidence"),
    )


def verbosity_options(command: F) -> F:
    """``-v`` and ``-q``."""
    command = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")(command)
    return click.option("-v", "--verbose", is_flag=True, help="List everything that went wrong or is unclear.")(command)
