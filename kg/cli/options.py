"""Options that commands share."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.cli.output import is_verbose, note
from kg.model import TYPES

if TYPE_CHECKING:
    from kg.graph import Filters, Graph

__all__ = [
    "Date",
    "EntityTypes",
    "OneOf",
    "filter_options",
    "format_option",
    "graph_option",
    "login",
    "make_filters",
    "open_graph",
    "profile_option",
    "user_option",
    "verbosity_options",
]

F = TypeVar("F", bound=Callable[..., Any])

ROW_FORMATS = ("table", "json", "jsonl", "csv", "tsv")


class Date(click.ParamType):  # type: ignore[type-arg]
    """YYYY, YYYY-MM or YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", str(value), re.ASCII)
        try:
            date(*(int(part or 1) for part in match.groups())) if match else date(0, 0, 0)
        except ValueError:
            self.fail(f"“{value}” is no date: write 2024, 2024-06 or 2024-06-17", param, ctx)
        return str(value)


class OneOf(click.ParamType):  # type: ignore[type-arg]
    """One of some words, whatever the case; a near miss suggests."""

    name = "choice"

    def __init__(self, choices: Sequence[str]) -> None:
        self.choices = tuple(choices)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(self.choices)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from difflib import get_close_matches

        known = {choice.casefold(): choice for choice in self.choices}
        word = str(value).casefold()
        if word not in known:
            near = get_close_matches(word, known, n=1)
            guess = f"did you mean “{known[near[0]]}”? There are" if near else "one of"
            self.fail(f"“{value}” is not known; {guess} {', '.join(self.choices)}", param, ctx)
        return known[word]


class EntityTypes(OneOf):
    """One of the six types, whatever the case."""

    name = "type"

    def __init__(self) -> None:
        super().__init__(TYPES)


def graph_option(command: F) -> F:
    """``--graph DIR``, where the group's holds if the command has none; and ``-v`` and ``-q``."""
    return click.option(
        "-g", "--graph", metavar="DIR", default=None, callback=lambda ctx, _, value: value or ctx.obj or "kg-graph",
        help="The folder of the graph (environment: KG_GRAPH; default: kg-graph).",
    )(verbosity_options(command))  # fmt: skip


def open_graph(path: str) -> Graph:
    """The graph that a command reads."""
    from kg.graph import Graph

    found = Graph(path)
    if is_verbose():
        manifest = found.generation.manifest
        note(f"{path}: generation {manifest['generation']}, built {manifest['built']} by {manifest['extractor']}")
    return found


def format_option(
    *formats: str, help: str = "How to print: table on a terminal, jsonl when piped."
) -> Callable[[F], F]:
    """``--format``; None where it is left to where the output goes."""

    def add(command: F) -> F:
        return click.option("--format", "form", type=OneOf(formats or ROW_FORMATS), default=None, help=help)(command)

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
        click.option("--since", type=Date(), metavar="DATE",
                     help="Only papers of this date (YYYY[-MM[-DD]]) or after."),
    ):  # fmt: skip
        command = option(command)
    return command


def profile_option(default: str | None, help: str) -> Callable[[F], F]:
    """``--profile``."""

    def add(command: F) -> F:
        # Said here, not asked of kg.extract: a help page need not load it.
        return click.option(
            "--profile", type=OneOf(["fast", "vocabulary"]), default=default, show_default=default is not None,
            help=f"{help} fast: a learned recogniser with the vocabulary; vocabulary: by rules alone, and quicker.",
        )(command)  # fmt: skip

    return add


def user_option(command: F) -> F:
    """``--user``, for servers that ask for a password."""
    return click.option(
        "--user", metavar="NAME",
        help="Who asks; the password is that of the environment's KG_PASSWORD, else it is asked for.",
    )(command)  # fmt: skip


def login(user: str | None) -> tuple[str, str] | None:
    """Name and password, where a name is given.

    :raises click.UsageError: if there is no password and nobody to ask for it
    """
    if user is None:
        return None
    password = os.environ.get("KG_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            raise click.UsageError("--user needs a password: set KG_PASSWORD")
        password = str(click.prompt("Password", hide_input=True, err=True))
    return user, password


def make_filters(options: dict[str, Any]) -> Filters:
    """Takes the filters out of a command's options.

    :raises click.UsageError: if they cannot let anything pass
    """
    from kg.graph import Filters

    since, until = options["since"], options["until"]
    if since and until and since[: len(until)] > until[: len(since)]:
        raise click.UsageError(f"--since {since} is later than --until {until}")
    return Filters(
        since=options.pop("since"),
        until=options.pop("until"),
        types=tuple(options.pop("types")),
        sources=tuple(options.pop("sources")),
        min_confidence=options.pop("min_confidence"),
    )


def verbosity_options(command: F) -> F:
    """``-v`` and ``-q``, for :func:`kg.cli.output.is_verbose` and :func:`kg.cli.output.is_quiet`."""

    def told(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value:
            ctx.meta[f"kg.{param.name}"] = True

    for option in (
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=told, help="Say nothing but errors."),
        click.option(
            "-v", "--verbose", is_flag=True, expose_value=False, callback=told, help="Say more of what is done."
        ),
    ):
        command = option(command)
    return command
