"""``kg build``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kg.cli.options import graph_option, profile_option
from kg.cli.output import complain, counted, is_verbose, note
from kg.cli.progress import progress_bar

if TYPE_CHECKING:
    from kg.build import BuildResult
    from kg.model import Problem

__all__ = ["build", "report"]

# Problems that are listed unless -v asks for all.
LISTED = 20


@click.command(epilog="Example:  kg build daily-papers.txt library.bib arxiv/*.jsonl.gz --workers 2")
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@graph_option
@click.option("--replace", is_flag=True, help="Start afresh instead of adding to the graph.")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read papers."
)
@profile_option(default=None, help="How papers are read (default: as the graph has it, fast for a new one).")
@click.option(
    "--vocabulary", multiple=True, metavar="FILE",
    help="A SKOS file beside the built-in vocabulary; may be repeated. Kept for later builds of this graph.",
)  # fmt: skip
@click.option(
    "--builtin/--no-builtin", default=None,
    help="Whether the built-in vocabulary is used (default: as the graph has it, yes for a new one).",
)  # fmt: skip
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="What reads the papers: this machine's processes, or Apache Spark.",
)
@click.option("--master", metavar="URL", help="Spark's master (default: as Spark is configured, else this machine).")
@click.option(
    "--work",
    metavar="PATH",
    help="Where Spark keeps extractions and tables between steps: a path that all its workers see"
    " (default: in the graph's folder).",
)
@click.option(
    "--shards",
    metavar="PATH",
    help="Leave sorted N-Quads and Parquet there for another store, and make no graph (Spark alone).",
)
def build(
    sources: tuple[str, ...], graph: str, replace: bool, workers: int, profile: str | None,
    vocabulary: tuple[str, ...], builtin: bool | None, engine: str, master: str | None, work: str | None,
    shards: str | None,
) -> int:  # fmt: skip
    """Read papers from files, folders and globs into the graph; `-` is standard input.

    Formats are recognised by content: Hugging Face Daily Papers pages (text, HTML), arXiv records (JSON, Atom), JSON
    Lines, JSON, BibTeX, RIS, CSL-JSON (Zotero, Pandoc), CSV and TSV; gzipped or not. The same papers again change
    nothing.

    A file that was read before replaces what it said then: a changed abstract takes the place of the old one, and a
    record that it holds no more goes, unless another file holds it. Standard input and pipes only add; so does a file
    that is cut off. `kg undo` goes back.

    `--engine spark` builds the same graph on Apache Spark, from any path that Spark reads (`s3a://…`, `hdfs://…`);
    it reads Parquet as well.

    Without a source the papers that the graph holds are linked again, after its vocabulary has changed.

    Exit code: 0 done, 1 done but some records could not be read (they are listed), 2 nothing could be read.
    """
    from kg.build import build as run
    from kg.store import GraphFolder

    if engine == "local" and (master or work or shards):
        given = "--master" if master else "--work" if work else "--shards"
        raise click.UsageError(f"{given} is Spark's: add --engine spark")
    if shards:
        return _shards(sources, shards, master, workers, work, profile, vocabulary, builtin)
    folder = GraphFolder(graph)
    if not sources and not vocabulary and not profile:
        folder.current()
    with progress_bar() as progress:
        result = run(
            folder, sources, replace=replace, workers=workers, profile=profile,
            vocabulary=vocabulary or None,
            builtin=builtin, engine=engine, master=master, work=work, stdin=sys.stdin.buffer, progress=progress,
        )  # fmt: skip
    report(result, graph)
    return 1 if result.problems else 0


def _shards(
    sources: tuple[str, ...], out: str, master: str | None, workers: int, work: str | None, profile: str | None,
    vocabulary: tuple[str, ...], builtin: bool | None,
) -> int:  # fmt: skip
    from kg.engine.spark import build_shards

    with progress_bar() as progress:
        found = build_shards(
            sources, out, master=master, workers=workers, work=work, profile=profile, vocabulary=vocabulary,
            builtin=builtin is not False, progress=progress,
        )  # fmt: skip
    _complain(found.problems)
    note(
        f"{out}: {counted(found.papers, 'paper')} of {counted(found.records, 'record')}, "
        f"{counted(found.entities, 'entity')}, {counted(found.mentions, 'mention')}, "
        f"{counted(found.triples, 'statement')}; {found.seconds:.1f} s."
    )
    return 1 if found.problems else 0


def _complain(problems: Sequence[Problem]) -> None:
    shown = problems if is_verbose() else problems[:LISTED]
    for problem in shown:
        complain(problem)
    if len(problems) > len(shown):
        complain(f"… and {counted(len(problems) - len(shown), 'more problem')}; -v lists all")


def report(result: BuildResult, graph: str) -> None:
    """Says on standard error what a build did, and every problem it met."""
    _complain(result.problems)
    if is_verbose():
        for conflict in result.conflicts:
            note(f"kept apart, may be one paper: “{conflict.title}” ({len(conflict.records)} records)")
    if not result.changed:
        note(f"Nothing new: {graph} holds {counted(result.papers, 'paper')}.")
        return
    rate = f", {result.papers / result.seconds:,.0f} papers a second" if result.papers >= 100 and result.seconds else ""
    gone = f", {result.gone_records:,} gone from their files" if result.gone_records else ""
    note(
        f"{graph}: {counted(result.papers, 'paper')} ({counted(result.new_records, 'new record')}{gone}), "
        f"{counted(result.entities, 'entity')}, {counted(result.mentions, 'mention')}, "
        f"{counted(result.triples, 'statement')}; {result.seconds:.1f} s{rate}."
        + (f" {counted(len(result.problems), 'problem')}, listed above." if result.problems else "")
        + (
            f" {counted(len(result.conflicts), 'title')} may be one paper or several (-v lists them)."
            if result.conflicts
            else ""
        )
    )
