"""The training of the ``fast`` profile, from annotated papers to the parts that ship.

A part that reads what another one says is trained on what the other says of papers that it was not trained on: what a
part says of its own papers is too sure. So the papers are cut into parts, and for each of these there is a recogniser
that has not seen it; the second look, roles and statements learn from what these find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.extract import tables
from kg.extract.bags import Bags, write_bags
from kg.extract.chain import Chain
from kg.extract.features import Lexicons
from kg.extract.kinds import Kinds, kind_features, kind_vector
from kg.extract.lexicons import Phrases, Terms, Words
from kg.extract.reading import Reading
from kg.extract.second_look import Candidate, SecondLook, candidates
from kg.extract.tables import Array, Table
from kg.extract.tagger import Parts, Tagger
from kg.model import TYPES
from kg.train import logistic
from kg.train.aliases import fit_aliases
from kg.train.bags import Rows
from kg.train.chain import fit_chain
from kg.train.config import Config
from kg.train.documents import Document, count_terms
from kg.train.phrases import count_phrases
from kg.train.relations import train_both
from kg.train.roles import Example, read_examples, unlabelled_rows
from kg.train.words import cluster_words
from kg.vocabulary import Vocabulary

__all__ = [
    "Fit",
    "Recogniser",
    "Sources",
    "Trained",
    "learn_sources",
    "remembered",
    "shipped_sources",
    "train",
    "write",
]

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Sources:
    """What is known of words and terms from unlabelled text and other people's lists."""

    words: Table
    phrases: Table


@dataclass(frozen=True)
class Recogniser:
    """What finds stretches that may be mentions, types and links them, trained on one set of papers."""

    terms: Terms
    chain: Table
    kinds: Table
    aliases: Table


@dataclass(frozen=True)
class Trained:
    """All parts: those of the recogniser by name, and the networks of roles and statements."""

    tables: Mapping[str, Table]
    networks: Mapping[str, Bags]


#: The recogniser trained on all papers but those of the parts given.
Fit = Callable[[frozenset[int]], Recogniser]


def shipped_sources(model: str = "fast") -> Sources:
    """Those of a profile that ships."""
    folder = tables.parts_folder(model)
    return Sources(tables.read(folder / "words.npz"), tables.read(folder / "phrases.npz"))


def learn_sources(papers: Sequence[tuple[str, str]], lists: Sequence[Iterable[str]], config: Config) -> Sources:
    """Those learned from unlabelled papers (title and abstract of each) and two lists of terms at most."""
    words = cluster_words((f"{title}\n{abstract}" for title, abstract in papers), config)
    return Sources(words, count_phrases(papers, lists, config))


def remembered(
    papers: Sequence[Document], part: Mapping[str, int], sources: Sources, config: Config, vocabulary: Vocabulary,
    tell: Tell = lambda _: None,
) -> Fit:  # fmt: skip
    """A :data:`Fit` over the papers that trains each recogniser once.

    :param part: the part of each paper, by id
    :param vocabulary: the one that the papers were read with
    """
    made: dict[frozenset[int], Recogniser] = {}

    def fit(without: frozenset[int]) -> Recogniser:
        if without not in made:
            seen = [d for d in papers if part[d.id] not in without]
            made[without] = _fit_recogniser(seen, sources, config, vocabulary)
            left = f", without {', '.join(map(str, sorted(without)))}" if without else ""
            tell(f"recogniser of {len(seen)} papers{left}: {len(made[without].chain.keys)} features")
        return made[without]

    return fit


def train(
    papers: Sequence[Document], sources: Sources, config: Config, vocabulary: Vocabulary, tell: Tell = lambda _: None,
    *, part: Mapping[str, int] | None = None, fit: Fit | None = None, without: frozenset[int] = frozenset(),
    unlabelled: Sequence[Reading] = (),
) -> Trained:  # fmt: skip
    """All parts. The same papers in any order and the same configuration give the same parts.

    :param vocabulary: the one that the papers were read with
    :param tell: called with a line on each step
    :param part: the part of each paper by id, at least two; without it they are dealt out in the order of their ids
    :param fit: the recognisers, where those of another training are to be used again; of the same parts
    :param without: parts whose papers are not learned from
    :param unlabelled: papers that nobody annotated, for the roles
    """
    papers = sorted(papers, key=lambda d: d.id)
    part = part or {d.id: i % config.look_folds for i, d in enumerate(papers)}
    fit = fit or remembered(papers, part, sources, config, vocabulary, tell)
    papers = [d for d in papers if part[d.id] not in without]
    words, phrases = Words(sources.words), Phrases(sources.phrases)
    inner = sorted({part[d.id] for d in papers})

    def parts(recogniser: Recogniser, look: Mapping[str, float]) -> Parts:
        lexicons = Lexicons(words, phrases, recogniser.terms)
        kinds = Kinds.of(recogniser.kinds, words, recogniser.terms)
        return Parts(lexicons, Chain.of(recogniser.chain, lexicons), SecondLook(look), kinds, recogniser.aliases)

    found: dict[str, list[Candidate]] = {}
    for number in inner:
        chain = parts(fit(without | {number}), {}).chain
        found |= {d.id: candidates(d.reading, chain) for d in papers if part[d.id] == number}
    second = _fit_second_look([(d, found[d.id]) for d in papers], config)
    tell(f"second look: {len(second.keys)} features")
    look = SecondLook.of(second).weights
    held = {n: Tagger(parts(fit(without | {n}), look), vocabulary) for n in inner}
    last = fit(without)
    examples = read_examples(papers, lambda d: held[part[d.id]])
    rows = unlabelled_rows(unlabelled, Tagger(parts(last, look), vocabulary)) if unlabelled else None
    networks = _fit_networks(examples, part, config, rows)
    tell(f"roles and statements: {len(examples)} readings")
    return Trained(
        {
            "words": sources.words,
            "phrases": sources.phrases,
            "terms": last.terms.table,
            "chain": last.chain,
            "second_look": second,
            "kinds": last.kinds,
            "aliases": last.aliases,
        },
        networks,
    )


def _fit_networks(
    examples: Sequence[Example], part: Mapping[str, int], config: Config, rows: Rows | None
) -> dict[str, Bags]:
    roles, relations = train_both(examples, part, config.seed, rows, config.roles_networks)
    return {"roles": roles, "relations": relations}


def _fit_recogniser(papers: Sequence[Document], sources: Sources, config: Config, vocabulary: Vocabulary) -> Recogniser:
    words, phrases = Words(sources.words), Phrases(sources.phrases)
    terms, given = count_terms(papers)
    chain = fit_chain(papers, given, Lexicons(words, phrases, terms), config)
    kinds = _fit_kinds(papers, words, terms, config)
    return Recogniser(terms, chain, kinds, fit_aliases(papers, vocabulary, words, config))


def _fit_second_look(found: Sequence[tuple[Document, Sequence[Candidate]]], config: Config) -> Table:
    right = [(c.start, c.end) in set(d.spans) for d, own in found for c in own]
    every = [c.features for _, own in found for c in own]
    numbers = logistic.vocabulary_of(every, 1)
    weights = logistic.binary(logistic.matrix(every, numbers), right, config.look_penalty, config.look_iterations)
    return Table(tuple(numbers), {"weights": weights.astype(np.float64)})


def _fit_kinds(papers: Sequence[Document], words: Words, terms: Terms, config: Config) -> Table:
    rows, labels, vectors = [], [], []
    for document in papers:
        for kind, places in document.things:
            rows.append(kind_features(document.reading, places, words, terms, kind))
            labels.append(TYPES.index(kind))
            if document.reading.vectors is not None:
                vectors.append(kind_vector(document.reading.vectors, places))
    numbers = logistic.vocabulary_of(rows, config.kinds_minimum)
    x, count = logistic.matrix(rows, numbers), len(numbers)
    beside = logistic.Beside.of(vectors, config.kinds_vectors) if vectors else None
    if beside:
        x = beside.joined(x, vectors)
    weights = logistic.multinomial(x, labels, len(TYPES), config.kinds_penalty, config.kinds_iterations)
    features = weights[:count]
    columns: dict[str, Array] = {}
    if beside:
        columns["_dense"], moved = beside.unfolded(weights[count:])
        features[numbers["bias"]] += moved
    kept = np.abs(features).max(axis=1) >= config.chain_smallest
    keys = tuple(key for key, keep in zip(numbers, kept.tolist(), strict=True) if keep)
    return Table(keys, {"weights": features[kept].astype(np.float16), **columns})


def write(trained: Trained, folder: Path) -> None:
    """Writes the trained parts, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in trained.tables.items():
        tables.write(folder / f"{name}.npz", table)
    for name, network in trained.networks.items():
        write_bags(folder / f"{name}.npz", network)
