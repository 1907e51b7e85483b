"""The group of all commands. A command's module loads when the command runs, so that ``kg --help`` answers at once."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

import kg
from kg.errors import KGError

__all__ = ["cli", "main"]

# Command -> (module, what it does). The order is that of the help page.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("kg.cli.demo", "Build a graph from the sample corpus and show what is in it."),
    "build": ("kg.cli.build", "Read papers from files and folders into the graph."),
    "extract": ("kg.cli.extract", "Read papers and print what each names, without a graph."),
    "query": ("kg.cli.query", "Ask the graph in SPARQL, or by one of the named queries."),
    "show": ("kg.cli.show", "Show all about one entity or one paper."),
    "search": ("kg.cli.search", "Find entities and papers by their words."),
    "stats": ("kg.cli.stats", "Count what the graph holds."),
    "analyze": ("kg.cli.analyze", "Measure it: clusters, bridges, central entities."),
    "view": ("kg.cli.view", "Write the interactive graph, one HTML page that opens offline."),
    "export": ("kg.cli.export", "Write the graph as Turtle or in another format."),
    "vocab": ("kg.cli.vocab", "List, show, check and extend the vocabulary."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            ctx.fail(f"no command “{name}”{f'; did you mean “{near[0]}”?' if near else ''}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="kg")
@click.option(
    "-g", "--graph", "graph", envvar="KG_GRAPH", metavar="DIR", default="kg-graph", show_default=True,
    help="The folder of the graph (environment: KG_GRAPH).",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, graph: str) -> None:
    """The knowledge graph of research papers: which methods, models, tasks, data sets, metrics and concepts they name,
    and how these hang together.

    \b
    Start with:  kg demo
    Then:        kg build papers.bib   kg show LoRA   kg view --focus LoRA
    """
    ctx.obj = graph


def main() -> None:
    """Runs the command line. Exit codes: 0 done, 1 done but some records failed, 2 wrong use or unusable input."""
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads our output has gone: nothing is left to say, not even at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run() -> int:
    try:
        result: Any = cli.main(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        click.echo("kg: stopped; the graph is as it was, and what was read so far need not be read again", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KGError as error:
        click.echo(f"kg: {error}", err=True)
        return 2
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"kg: {place}{error.strerror or error}", err=True)
        return 2
