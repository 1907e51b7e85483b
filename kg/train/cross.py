"""Cross-validation: what a profile says of papers when all its parts are trained on the papers of the other folds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.evaluate import GoldPaper, predict
from kg.evaluate.run import Records
from kg.extract import load
from kg.extract.bags import write_bags
from kg.train.config import read_config
from kg.train.documents import documents
from kg.train.fast import shipped_sources, train, write
from kg.train.relations import train_both
from kg.train.roles import read_examples

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["cross_validate"]

Tell = Callable[[str], None]
# Parts of the training papers that networks are calibrated on.
_INNER = 4


def cross_validate(
    gold: Sequence[GoldPaper],
    folds: Mapping[str, int],
    predictor: Callable[[Language, Iterable[GoldPaper]], Records] = predict,
    *,
    config: str = "fast",
    only: Sequence[int] = (),
    tell: Tell = lambda _: None,
) -> Records:
    """What the ``fast`` profile prints for papers of each fold when all its parts are trained on all other folds.

    :param folds: fold of each paper id
    :param only: the folds to be tried; all where empty
    :raises KGError: if a paper has no fold
    """
    missing = [paper.id for paper in gold if paper.id not in folds]
    if missing:
        raise KGError(
            f"{len(missing)} papers are in no fold", where=missing[0], hint="give the folds of this gold file"
        )
    settings = read_config(config)
    sources = shipped_sources()
    read = documents(gold)
    made: Records = {}
    for fold in sorted(set(folds.values())):
        held = [paper for paper in gold if folds[paper.id] == fold]
        if not held or (only and fold not in only):
            continue
        tell(f"fold {fold}: {len(held)} papers held out")
        parts = train([d for d in read if folds[d.id] != fold], sources, settings, tell)
        with tempfile.TemporaryDirectory() as folder:
            write(parts, Path(folder))
            _write_networks([paper for paper in gold if folds[paper.id] != fold], Path(folder), settings.seed)
            made |= predictor(load("fast", model=folder), held)
    return made


def _write_networks(papers: Sequence[GoldPaper], folder: Path, seed: int) -> None:
    """Trains roles and statements on the papers, as the recogniser of the folder reads them, and writes them there."""
    nlp = load("fast", model=str(folder))
    examples = read_examples(papers, lambda _: nlp)
    inner = {paper.id: i % _INNER for i, paper in enumerate(sorted(papers, key=lambda p: p.id))}
    roles, relations = train_both(examples, inner, seed)
    write_bags(folder / "roles.npz", roles)
    write_bags(folder / "relations.npz", relations)
