"""The options that the commands of ``kg analyze`` share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.cli.options import filter_options, format_option, graph_option

__all__ = ["partition_options", "shared_options"]

F = TypeVar("F", bound=Callable[..., Any])


def shared_options(top: int = 20) -> Callable[[F], F]:
    """``--graph``, ``--top`` with its default, the filters and ``--format``."""

    def add(command: F) -> F:
        for option in (
            format_option(),
            filter_options,
            click.option("--top", type=click.IntRange(1), default=top, show_default=True, help="Rows at most."),
            graph_option,
        ):
            command = option(command)
        return command

    return add


def partition_options(command: F) -> F:
    """``--resolution`` and ``--seed``, of commands that cut the corpus into clusters."""
    command = click.option("--seed", type=int, default=0, show_default=True, help="For the same answer again.")(command)
    return click.option(
        "--resolution", type=click.FloatRange(0, min_open=True), default=None,
        help="Higher for more and smaller clusters [default: 2, or 1 where there are no finer clusters].",
    )(command)  # fmt: skip
