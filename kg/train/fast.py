"""The training of the ``fast`` profile, from annotated papers to the tables that ship."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.extract import tables
from kg.extract.chain import Chain
from kg.extract.features import Lexicons
from kg.extract.kinds import kind_features
from kg.extract.lexicons import Phrases, Terms, Words
from kg.extract.second_look import Candidate, candidates
from kg.extract.tables import Table
from kg.extract.tagger import parts_folder
from kg.model import TYPES
from kg.train import logistic
from kg.train.chain import fit_chain
from kg.train.config import Config
from kg.train.documents import Document, count_terms
from kg.train.phrases import count_phrases
from kg.train.words import cluster_words

__all__ = ["Sources", "learn_sources", "shipped_sources", "train", "write"]

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Sources:
    """What is known of words and terms from unlabelled text and other people's lists."""

    words: Table
    phrases: Table


def shipped_sources(model: str = "fast") -> Sources:
    """Those of a profile that ships."""
    folder = parts_folder(model)
    return Sources(tables.read(folder / "words.npz"), tables.read(folder / "phrases.npz"))


def learn_sources(papers: Sequence[tuple[str, str]], lists: Sequence[Iterable[str]], config: Config) -> Sources:
    """Those learned from unlabelled papers (title and abstract of each) and two lists of terms at most."""
    words = cluster_words((f"{title}\n{abstract}" for title, abstract in papers), config)
    return Sources(words, count_phrases(papers, lists, config))


def train(
    papers: Sequence[Document], sources: Sources, config: Config, tell: Tell = lambda _: None
) -> dict[str, Table]:
    """The trained parts, by name. The same papers in any order and the same configuration give the same tables.

    :param tell: called with a line on each step
    """
    papers = sorted(papers, key=lambda d: d.id)
    words, phrases = Words(sources.words), Phrases(sources.phrases)
    terms, given = count_terms(papers)
    tell(f"{len(papers)} papers, {len(terms.held)} terms")
    chain = fit_chain(papers, given, Lexicons(words, phrases, terms), config)
    tell(f"chain: {len(chain.keys)} features")
    look = _fit_second_look(papers, words, phrases, config, tell)
    kinds = _fit_kinds(papers, words, terms, config)
    tell(f"kinds: {len(kinds.keys)} features")
    return {
        "words": sources.words,
        "phrases": sources.phrases,
        "terms": terms.table,
        "chain": chain,
        "second_look": look,
        "kinds": kinds,
    }


def _fit_second_look(papers: Sequence[Document], words: Words, phrases: Phrases, config: Config, tell: Tell) -> Table:
    """Learns from what chains say of papers that they were not trained on: what a chain says of its own is too sure."""
    found: list[Candidate] = []
    right: list[bool] = []
    for fold in range(config.look_folds):
        seen = [d for i, d in enumerate(papers) if i % config.look_folds != fold]
        held = [d for i, d in enumerate(papers) if i % config.look_folds == fold]
        terms, given = count_terms(seen)
        lexicons = Lexicons(words, phrases, terms)
        chain = Chain.of(fit_chain(seen, given, lexicons, config), lexicons)
        for document in held:
            spans = set(document.spans)
            made = candidates(document.reading, chain)
            found += made
            right += [(c.start, c.end) in spans for c in made]
        tell(f"second look: part {fold + 1} of {config.look_folds}")
    numbers = logistic.vocabulary_of((c.features for c in found), 1)
    x = logistic.matrix([c.features for c in found], numbers)
    weights = logistic.binary(x, right, config.look_penalty, config.look_iterations)
    return Table(tuple(numbers), {"weights": weights.astype(np.float64)})


def _fit_kinds(papers: Sequence[Document], words: Words, terms: Terms, config: Config) -> Table:
    rows, labels = [], []
    for document in papers:
        for kind, places in document.things:
            rows.append(kind_features(document.reading, places, words, terms, kind))
            labels.append(TYPES.index(kind))
    numbers = logistic.vocabulary_of(rows, config.kinds_minimum)
    weights = logistic.multinomial(
        logistic.matrix(rows, numbers), labels, len(TYPES), config.kinds_penalty, config.kinds_iterations
    )
    kept = np.abs(weights).max(axis=1) >= config.chain_smallest
    keys = tuple(key for key, keep in zip(numbers, kept.tolist(), strict=True) if keep)
    return Table(keys, {"weights": weights[kept].astype(np.float16)})


def write(parts: dict[str, Table], folder: Path) -> None:
    """Writes the trained parts, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in parts.items():
        tables.write(folder / f"{name}.npz", table)
