"""Cross-validation: what a profile says of papers when all its parts are trained on the papers of the other folds."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg import vocabulary
from kg.errors import KGError
from kg.evaluate import GoldPaper, predict
from kg.evaluate.run import Records
from kg.extract import ENCODED, load
from kg.extract.encoder import load_encoder
from kg.extract.reading import Reading
from kg.extract.tables import parts_folder
from kg.train.config import read_config
from kg.train.documents import documents
from kg.train.fast import remembered, shipped_sources, train, write

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["cross_validate"]

Tell = Callable[[str], None]


def cross_validate(
    gold: Sequence[GoldPaper],
    folds: Mapping[str, int],
    predictor: Callable[[Language, Iterable[GoldPaper]], Records] = predict,
    *,
    config: str = "fast",
    only: Sequence[int] = (),
    builtin: bool = True,
    unlabelled: Sequence[Reading] = (),
    tell: Tell = lambda _: None,
) -> Records:
    """What a learned profile prints for papers of each fold when all its parts are trained on all other folds.

    A recogniser without two folds serves both: what it finds in the one trains the parts that are tried on the other.

    :param folds: fold of each paper id
    :param config: the profile, which is also the name of its configuration
    :param only: the folds to be tried; all where empty
    :param builtin: whether the built-in vocabulary is used
    :param unlabelled: papers that nobody annotated, for the roles
    :raises KGError: if a paper has no fold, or there are fewer than three folds
    """
    missing = [paper.id for paper in gold if paper.id not in folds]
    if missing:
        raise KGError(
            f"{len(missing)} papers are in no fold", where=missing[0], hint="give the folds of this gold file"
        )
    if len({folds[paper.id] for paper in gold}) < 3:
        raise KGError("the papers are in fewer than three folds", hint="two must be left when one is held out")
    settings = read_config(config)
    sources = shipped_sources()
    encoder = load_encoder(parts_folder("encoder")) if config in ENCODED else None
    read = documents(gold, builtin=builtin, encoder=encoder)
    known = vocabulary.load(builtin=builtin)
    fit = remembered(read, folds, sources, settings, known, tell)
    made: Records = {}
    for fold in sorted({folds[paper.id] for paper in gold}):
        if only and fold not in only:
            continue
        held = [paper for paper in gold if folds[paper.id] == fold]
        tell(f"fold {fold}: {len(held)} papers held out")
        without = frozenset({fold})
        trained = train(
            read, sources, settings, known, tell, part=folds, fit=fit, without=without, unlabelled=unlabelled
        )
        with tempfile.TemporaryDirectory() as folder:
            write(trained, Path(folder))
            made |= predictor(load(config, builtin=builtin, model=folder), held)
    return made
