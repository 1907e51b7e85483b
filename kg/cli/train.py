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
    from kg.extract.encoder import Encoder
    from kg.extract.reading import Reading
    from kg.train import Config

__all__ = ["encoder_of", "train", "unlabelled_readings"]


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
@click.option(
    "--folds",
    metavar="FILE",
    help="Parts that the second look, roles and statements learn across: a JSON object of lists of ids by part.",
)
@click.option(
    "--model",
    metavar="DIR",
    help="Weights that the encoder is made from: model.safetensors and vocab.txt of a BERT model. Default: that which "
    "ships.",
)
@verbosity_options
def train(
    config: str,
    gold: tuple[str, ...],
    out: str,
    corpus: tuple[str, ...],
    terms: tuple[str, ...],
    unlabelled: tuple[str, ...],
    folds: str | None,
    model: str | None,
) -> None:
    """Train the learned recogniser, roles and statements.

    CONFIG is a TOML file, or the name of a configuration that ships: fast, accurate. The same files give the same
    parts.
    """
    from kg import train as training
    from kg import vocabulary
    from kg.errors import KGError
    from kg.evaluate import read_folds, read_gold

    if terms and not corpus:
        raise KGError("nothing to count the terms in", where="--terms", hint="add --corpus FILE")
    settings = training.read_config(config)
    papers = [paper for path in gold for paper in read_gold(path)]

    def tell(line: str) -> None:
        note(line)

    sources = training.learn_sources(_papers(corpus), [_lines(t) for t in terms], settings) if corpus else None
    encoder = encoder_of(settings, model, Path(out))
    beside = unlabelled_readings(unlabelled, papers, encoder=encoder)
    found = training.train(
        training.documents(papers, encoder=encoder), sources or training.shipped_sources(), settings, vocabulary.load(),
        tell, part=read_folds(folds) if folds else None, unlabelled=beside,
    )  # fmt: skip
    training.write(found, Path(out))
    tell(f"{out}: {sum(f.stat().st_size for f in Path(out).glob('*.npz')) / 1e6:.1f} MB")


def unlabelled_readings(
    files: tuple[str, ...], annotated: Sequence[GoldPaper], *, builtin: bool = True, encoder: Encoder | None = None
) -> list[Reading]:
    """The papers of the files, read; those left out that bear the title of an annotated one."""
    from kg.iri import slugify
    from kg.train import readings

    held = {slugify(paper.title) for paper in annotated}
    papers = (p for p in _papers(files) if slugify(p[0]) not in held)
    return readings(papers, builtin=builtin, encoder=encoder) if files else []


def encoder_of(settings: Config, model: str | None, out: Path) -> Encoder | None:
    """The encoder that a configuration wants: made from a model's weights, else that which ships; None for none."""
    from kg.extract.encoder import load_encoder
    from kg.extract.tables import parts_folder

    if not settings.encoder_layers:
        return None
    if model is None:
        return load_encoder(parts_folder("encoder"))
    from kg.train.encoder import write_encoder

    folder = out / "encoder"
    write_encoder(Path(model), folder, layers=settings.encoder_layers, heads=settings.encoder_heads)
    return load_encoder(folder)


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
