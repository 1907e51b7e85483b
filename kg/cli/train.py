"""``kg train``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import verbosity_options
from kg.cli.output import note

__all__ = ["train"]


@click.command(epilog="Example:  kg train fast --gold gold.jsonl --out my-model")
@click.argument("config", metavar="CONFIG")
@click.option(
    "--gold", multiple=True, required=True, metavar="FILE", help="Annotated papers, JSON Lines; may be repeated."
)
@click.option("--out", required=True, metavar="DIR", help="Where the trained parts are written.")
@click.option(
    "--corpus",
    multiple=True,
    metavar="FILE",
    help="Unlabelled papers for the words' clusters and phrase counts; may be repeated. Default: those that ship.",
)
@click.option(
    "--terms",
    multiple=True,
    metavar="FILE",
    help="A list of terms, one a line, for the phrases; two at most. With --corpus.",
)
@verbosity_options
def train(
    config: str,
    gold: tuple[str, ...],
    out: str,
    corpus: tuple[str, ...],
    terms: tuple[str, ...],
) -> None:
    """Train the learned recogniser.

    CONFIG is a TOML file, or the name of a configuration that ships: fast. The same files give the same parts.
    """
    from kg import train as training
    from kg.errors import KGError
    from kg.evaluate import read_gold

    if terms and not corpus:
        raise KGError("nothing to count the terms in", where="--terms", hint="add --corpus FILE")
    settings = training.read_config(config)
    papers = [paper for path in gold for paper in read_gold(path)]

    def tell(line: str) -> None:
        note(line)

    sources = training.learn_sources(_papers(corpus), [_lines(t) for t in terms], settings) if corpus else None
    found = training.train(training.documents(papers), sources or training.shipped_sources(), settings, tell)
    training.write(found, Path(out))
    tell(f"{out}: {sum(f.stat().st_size for f in Path(out).glob('*.npz')) / 1e6:.1f} MB")


def _papers(files: tuple[str, ...]) -> list[tuple[str, str]]:
    from kg import sources
    from kg.errors import SourceError
    from kg.model import Problem

    problems: list[Problem] = []
    found = [(paper.title, paper.abstract) for paper in sources.read(files, problems.append)]
    if problems:
        raise SourceError(problems[0].reason, where=f"{problems[0].file}:{problems[0].position or ''}")
    return found


def _lines(path: str) -> list[str]:
    return [line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
