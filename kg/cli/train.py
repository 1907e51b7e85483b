"""``kg train``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import verbosity_options
from kg.cli.output import note

if TYPE_CHECKING:
    from kg.evaluate import GoldPaper
    from kg.extract.reading import Reading

__all__ = ["train", "unlabelled_readings"]


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
@click.option(
    "--unlabelled",
    multiple=True,
    metavar="FILE",
    help="Papers without annotation that the roles also learn from; may be repeated.",
)
@verbosity_options
def train(
    config: str,
    gold: tuple[str, ...],
    out: str,
    corpus: tuple[str, ...],
    terms: tuple[str, ...],
    unlabelled: tuple[str, ...],
) -> None:
    """Train the learned recogniser, roles and statements.

    CONFIG is a TOML file, or the name of a configuration that ships: fast. The same files give the same parts.
    """
    from kg import train as training
    from kg import vocabulary
    from kg.errors import KGError
    from kg.evaluate import read_gold

    if terms and not corpus:
        raise KGError("nothing to count the terms in", where="--terms", hint="add --corpus FILE")
    settings = training.read_config(config)
    papers = [paper for path in gold for paper in read_gold(path)]

    def tell(line: str) -> None:
        note(line)

    sources = training.learn_sources(_papers(corpus), [_lines(t) for t in terms], settings) if corpus else None
    found = training.train(
        training.documents(papers), sources or training.shipped_sources(), settings, vocabulary.load(), tell,
        unlabelled=unlabelled_readings(unlabelled, papers),
    )  # fmt: skip
    training.write(found, Path(out))
    tell(f"{out}: {sum(f.stat().st_size for f in Path(out).glob('*.npz')) / 1e6:.1f} MB")


def unlabelled_readings(
    files: tuple[str, ...], annotated: Sequence[GoldPaper], *, builtin: bool = True
) -> list[Reading]:
    """The papers of the files, read; those left out that bear the title of an annotated one."""
    from kg.iri import slugify
    from kg.train import readings

    held = {slugify(paper.title) for paper in annotated}
    return readings((p for p in _papers(files) if slugify(p[0]) not in held), builtin=builtin) if files else []


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
