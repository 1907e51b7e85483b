"""``kg extract``."""

from __future__ import annotations

import sys

import click

from kg.cli.options import OneOf, profile_option, verbosity_options
from kg.cli.output import complain, counted, interactive, is_verbose, note, stdout, to_json
from kg.cli.progress import progress_bar
from kg.model import Problem

__all__ = ["extract"]


@click.command(epilog="Example:  kg extract papers.jsonl --format jsonl > entities.jsonl")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--format", "form", type=OneOf(["jsonl"]), default="jsonl", show_default=True, help="One line a record.")
@profile_option(default="fast", help="How papers are read.")
@click.option(
    "--vocabulary", multiple=True, metavar="FILE", help="A SKOS file beside the built-in vocabulary; may be repeated."
)
@click.option("--builtin/--no-builtin", default=True, help="Whether the built-in vocabulary is used.")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes that read papers."
)
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=0.0, metavar="0..1", help="Only mentions of at least this."
)
@verbosity_options
def extract(
    sources: tuple[str, ...], form: str, profile: str, vocabulary: tuple[str, ...], builtin: bool, workers: int,
    min_confidence: float,
) -> int:  # fmt: skip
    """Print the entities, roles and statements that each record names, one line a record, without a graph.

    Offsets count Unicode code points in title, newline, abstract; the text is read unaltered, and no two records are
    brought together. `-` is standard input.
    """
    from kg import sources as readers
    from kg import vocabulary as vocabularies
    from kg.engine import extract_papers
    from kg.extract import record

    files = [str(f) for f in vocabularies.expand(vocabulary)]
    problems: list[Problem] = []
    papers = readers.read(sources, problems.append, stdin=sys.stdin.buffer)
    written, out = 0, stdout()
    with progress_bar(hidden=interactive()) as progress:
        for paper, found in extract_papers(papers, profile=profile, vocabulary=files, builtin=builtin, workers=workers):
            out.write(to_json(record(paper, found, min_confidence)) + "\n")
            written += 1
            if written % 100 == 0:
                progress("extract", written, None)
    for problem in problems:
        complain(problem)
    if is_verbose():
        note(f"{counted(written, 'record')}, {counted(len(problems), 'problem')}")
    return (1 if written else 2) if problems else 0
