"""The group of all commands. A command's module loads when the command runs, so that ``kg --help`` answers at once."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

import kg
from kg.cli.options import verbosity_options
from kg.cli.output import complain, interactive
from kg.errors import KGError

__all__ = ["cli", "main", "run"]

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
    "report": ("kg.cli.report", "Write what the corpus is about on one page, with papers and sentences."),
    "plot": ("kg.cli.plot", "Draw it as SVG, PNG or PDF: top entities, trends, thematic map, evolution …"),
    "site": ("kg.cli.site", "Write the whole graph as a static site that opens offline."),
    "serve": ("kg.cli.serve", "Serve it over HTTP: SPARQL, pages, JSON."),
    "export": ("kg.cli.export", "Write the graph as Turtle or in another format."),
    "import": ("kg.cli.import_", "Make a graph from a file that `kg export` wrote."),
    "push": ("kg.cli.push", "Send the graph to a SPARQL server."),
    "eval": ("kg.cli.eval", "Measure recognition against annotated papers."),
    "train": ("kg.cli.train", "Train the learned recogniser on annotated papers."),
    "verify": ("kg.cli.verify", "Read every mention and statement again and compare it with its text."),
    "validate": ("kg.cli.validate", "Check the graph, or RDF files, against the SHACL shapes."),
    "remove": ("kg.cli.remove", "Take papers out of the graph, exactly."),
    "diff": ("kg.cli.diff", "List what two graphs or generations do not share."),
    "history": ("kg.cli.history", "List the generations of the graph."),
    "undo": ("kg.cli.undo", "Go back to the generation before."),
    "candidates": ("kg.cli.candidates", "List terms outside the vocabulary, and decide about them."),
    "vocab": ("kg.cli.vocab", "List, show, check, extend and align the vocabulary."),
}


@contextmanager
def _until_the_reader_goes() -> Iterator[None]:
    """Ends quietly at a closed pipe, as in ``kg export | head``, before click makes an error of it."""
    try:
        yield
    except BrokenPipeError:
        _leave_standard_output()
        raise click.exceptions.Exit(0) from None


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them when they run."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _until_the_reader_goes():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _until_the_reader_goes():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        # A command that would hide a builtin has an underscore behind its name.
        module = import_module(COMMANDS[cmd_name][0])
        command = getattr(module, f"{cmd_name}_" if hasattr(module, f"{cmd_name}_") else cmd_name)
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
@verbosity_options
@click.pass_context
def cli(ctx: click.Context, graph: str) -> None:
    """The knowledge graph of research papers: which methods, models, tasks, data sets, metrics and concepts they name,
    and how these hang together.

    \b
    Start with:  kg demo
    Then:        kg build papers.bib   kg show LoRA   kg view --focus LoRA
    """
    ctx.obj = graph


_INTERRUPTED = 128 + signal.SIGINT
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main() -> None:
    """The program ``kg``. Exit codes: 0 done, 1 done but some records failed, 2 wrong use or unusable input."""
    # A stream that the shell closed (>&-) is None.
    sys.stdin, sys.stdout, sys.stderr = (
        stream or open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )
    # Data is UTF-8 wherever it goes; a terminal of another encoding shows what it can.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace") if interactive() else sys.stdout.reconfigure(encoding="utf-8")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError as error:
        _leave_standard_output()
        if not isinstance(error, BrokenPipeError):
            complain(_said(error, "standard output"))
            code = 2
    if code == _INTERRUPTED:
        # Ends as the signal itself would end it: a loop of the shell around kg ends too, and `$?` is 130. Left to
        # sys.exit, Python does so only where the signal came while it ran code of a text (exec), as an import does.
        sys.excepthook = lambda *_: None
        raise KeyboardInterrupt
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs a command; returns its exit code. What goes wrong is said on standard error, one line each, never raised."""
    try:
        result: Any = cli.main(list(arguments), prog_name="kg", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except SystemExit as stop:
        # Rich ends the program where the reader of our output has gone; click does after completing a shell's line.
        return 0 if isinstance(stop.__context__, BrokenPipeError) or not isinstance(stop.code, int) else stop.code
    except (click.Abort, KeyboardInterrupt):
        complain("stopped; the graph is as it was, and what was read so far need not be read again")
        return _INTERRUPTED
    except click.UsageError as error:
        _wrong_use(error)
    except click.ClickException as error:
        complain(error.format_message())
    except KGError as error:
        complain(str(error).replace("<stdout>:", "standard output:"))
    except OSError as error:
        # Who writes to a file names it in the error.
        if error.errno in _FULL and not error.filename:
            _leave_standard_output()
        complain(_said(error, "standard output" if error.errno in _FULL else ""))
    except MemoryError:
        complain("out of memory; try less at once, or another machine")
    except Exception as error:
        if os.environ.get("KG_TRACEBACK"):
            raise
        if _is_of_sqlite(error):
            complain(f"a file of the graph cannot be read ({error}); build it again with `kg build --replace SOURCE…`")
        else:
            what = f"{type(error).__name__}: {error}"
            complain(f"a fault in kg itself ({what}); please report it with what KG_TRACEBACK=1 prints")
    return 2


def _wrong_use(error: click.UsageError) -> None:
    command = error.ctx.command_path if error.ctx else "kg"
    if not sys.argv[1:] or type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return
    text = error.format_message().rstrip(".")
    place = "" if command == "kg" else f"{command.removeprefix('kg ')}: "
    complain(f"{place}{text}{'' if text.endswith('?') else ';'} see `{command} --help`")


def _said(error: OSError, place: str) -> str:
    reasons = {
        errno.EEXIST: "a file stands where a folder is needed",
        errno.ENOTDIR: "a file stands where a folder is needed",
        errno.ENOSPC: "the disk is full; make room there, or write elsewhere",
        errno.EACCES: "no permission; change it, or name another place",
    }
    reason = reasons.get(error.errno or 0) or error.strerror or str(error)
    place = str(error.filename) if error.filename else place
    return f"{place}: {reason}" if place else reason


def _is_of_sqlite(error: Exception) -> bool:
    # Not imported for this: a command that has not opened the index has no error of it either.
    sqlite = sys.modules.get("sqlite3")
    return sqlite is not None and isinstance(error, sqlite.DatabaseError)


def _leave_standard_output() -> None:
    """What is still to be written goes nowhere, so that the interpreter's end does not stumble over it."""
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)
