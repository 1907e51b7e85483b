"""Learns which entry of the vocabulary a name stands for that it does not hold, from what annotated papers mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.evaluate.gold import gold_spans
from kg.extract.aliases import Aliases, Usage
from kg.extract.identity import identify
from kg.extract.lexicons import Words
from kg.extract.tables import Table
from kg.extract.words import term_of
from kg.train import logistic
from kg.train.config import Config
from kg.train.documents import Document
from kg.vocabulary import Vocabulary

__all__ = ["fit_aliases"]


@dataclass(frozen=True)
class _Named:
    """What one paper tells: the entries that each name without an entry stands for, none where it is another thing,
    and the entries that it names."""

    meant: Mapping[str, frozenset[str]]
    papers: frozenset[str]

    @property
    def usage(self) -> Usage:
        meant = {term: Counter(slugs or ("",)) for term, slugs in _by_term(self.meant).items()}
        return Usage(meant, dict.fromkeys(self.papers, 1))


def fit_aliases(papers: Sequence[Document], vocabulary: Vocabulary, words: Words, config: Config) -> Table:
    """The ranking of entries, as :meth:`kg.extract.aliases.Aliases.of` reads it."""
    named = [_read(document, vocabulary, words) for document in papers]
    meant: dict[str, Counter[str]] = defaultdict(Counter)
    spread: Counter[str] = Counter()
    for one in named:
        for term, counts in one.usage.meant.items():
            meant[term].update(counts)
        spread.update(one.papers)
    ranking = Aliases({}, Usage(dict(meant), spread), vocabulary)
    rows: list[list[str]] = []
    right: list[bool] = []
    for one in named:
        own = one.usage
        for name in sorted(one.meant):
            for candidate, features in ranking.ranked(name, own):
                rows.append(features)
                right.append(candidate.slug in one.meant[name])
    numbers = logistic.vocabulary_of(rows, config.aliases_minimum)
    weights: list[float] = []
    if any(right):
        x = logistic.matrix(rows, numbers)
        weights = logistic.binary(x, right, config.aliases_penalty, config.aliases_iterations).tolist()
    learned = {f: w for f, w in zip(numbers, weights, strict=False) if abs(w) >= config.aliases_smallest}
    # A name that never stood for an entry has no prior.
    told = {term: counts for term, counts in meant.items() if set(counts) != {""}}
    return Aliases(learned, Usage(told, spread), vocabulary).table()


def _read(document: Document, vocabulary: Vocabulary, words: Words) -> _Named:
    """What the annotation of a paper means by each name; of several things that it gives it to the most frequent."""
    paper, reading = document.paper, document.reading
    annotated: dict[str, Counter[str]] = defaultdict(Counter)
    linked: dict[str, Counter[str]] = defaultdict(Counter)
    for start, end, entity in gold_spans(paper.text, paper.entities):
        found = identify(reading, vocabulary, words, (start, end))
        if found.known:
            linked[entity.name][found.slug] += 1
        elif found.name:
            annotated[found.name][entity.name] += 1
    meant: dict[str, frozenset[str]] = {}
    for name, entities in annotated.items():
        most = max(entities, key=lambda e: (entities[e], e))
        meant[name] = frozenset(vocabulary.named(most)) | frozenset(linked[most])
    return _Named(meant, frozenset(slug for slugs in linked.values() for slug in slugs))


def _by_term(meant: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The same by normal form."""
    found: dict[str, frozenset[str]] = {}
    for name, slugs in meant.items():
        term = term_of(name)
        found[term] = found.get(term, frozenset()) | slugs
    return found
