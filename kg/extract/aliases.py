"""Which entry of the vocabulary a name stands for that the vocabulary does not hold: candidates are the entries whose
labels share words with it, ranked by what annotated papers mean by such names.

Candidates, then a trained ranking with NIL among the answers, is how entity linking is done since Bunescu and Paşca
(2006), "Using encyclopedic knowledge for named entity disambiguation"; counts of what a name stood for before are the
prior of Milne and Witten (2008), "Learning to link with Wikipedia". The answer depends on the name alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from heapq import nsmallest
from math import exp, log2
from typing import Literal, TypeAlias

import numpy as np

from kg.extract.tables import Table
from kg.extract.words import term_of
from kg.settings import SETTINGS
from kg.vocabulary import Vocabulary
from kg.vocabulary.forms import case_matters

__all__ = ["Aliases", "Candidate", "Usage"]

#: How a name and a label share words: all of them by their beginnings; a part of the name is the label; the name is the
#: end, or the beginning, of the label; all but the last, or the first, word; a name that stood for the entry before.
Sharing: TypeAlias = Literal["same", "part", "end", "beginning", "other head", "other modifier", "before"]

#: Beginnings of words.
Key: TypeAlias = tuple[str, ...]

# Words count as one by their first letters, so that "recognizer" finds "recognition"; what follows is for the ranking.
_LETTERS = 6
# A label of one shorter word says too little.
_SHORTEST = 5
# Of many entries that share words in one way, the most usual ones.
_USUAL = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a name may stand for; ``front`` and ``back`` are the name's words beside the label."""

    slug: str
    sharing: Sharing
    label: str
    front: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


@dataclass(frozen=True)
class Usage:
    """What annotated papers mean: in how many a name (a normal form) that the vocabulary does not hold stands for each
    entry, or for something else (the empty slug), and how many name each entry at all."""

    meant: Mapping[str, Counter[str]] = field(default_factory=dict)
    papers: Mapping[str, int] = field(default_factory=dict)


class Aliases:
    """A trained ranking over the entries of a vocabulary.

    >>> from kg.vocabulary import Concept
    >>> known = Vocabulary([Concept("text-recognition", "Text Recognition", "Task")])
    >>> [(c.slug, c.sharing) for c in Aliases({}, Usage(), known).candidates("scene text recognizer")]
    [('text-recognition', 'part')]
    """

    def __init__(self, weights: Mapping[str, float], usage: Usage, vocabulary: Vocabulary) -> None:
        self.weights = weights
        self.usage = usage
        self.vocabulary = vocabulary
        #: The entry that a name stands for, empty where it is none of them.
        self.entry = lru_cache(maxsize=1 << 13)(self._entry)

    @classmethod
    def of(cls, table: Table, vocabulary: Vocabulary) -> Aliases:
        """Rows of features with their weights; rows of name, tab, slug (either may be empty) with numbers of papers."""
        weights: dict[str, float] = {}
        meant: dict[str, Counter[str]] = defaultdict(Counter)
        papers: dict[str, int] = {}
        for key, weight, count in zip(table.keys, table["weights"].tolist(), table["papers"].tolist(), strict=True):
            name, tab, slug = key.partition("\t")
            if not tab:
                weights[key] = weight
            elif name:
                meant[name][slug] = count
            else:
                papers[slug] = count
        return cls(weights, Usage(dict(meant), papers), vocabulary)

    def table(self) -> Table:
        """What :meth:`of` reads."""
        counts = {f"{name}\t{slug}": n for name, own in self.usage.meant.items() for slug, n in own.items()}
        counts |= {f"\t{slug}": n for slug, n in self.usage.papers.items()}
        keys = tuple(sorted({*self.weights, *counts}))
        return Table(
            keys,
            {
                "weights": np.array([self.weights.get(k, 0.0) for k in keys], dtype=np.float16),
                "papers": np.array([counts.get(k, 0) for k in keys], dtype=np.uint16),
            },
        )

    def _entry(self, name: str) -> str:
        if not self.weights:
            return ""
        best, found = 0.0, ""
        for candidate, features in self.ranked(name):
            score = sum(self.weights.get(feature, 0.0) for feature in features)
            if not found or score > best:
                best, found = score, candidate.slug
        return found if found and 1 / (1 + exp(-best)) >= SETTINGS.alias_chance else ""

    def ranked(self, name: str, own: Usage | None = None) -> Iterator[tuple[Candidate, list[str]]]:
        """Each candidate of a name with its features.

        :param own: what a training paper itself gave to :attr:`usage`, to be left out
        """
        term = term_of(name)
        found = self.candidates(name, own)
        usual = {c.slug: self._papers(c.slug, own) for c in found}
        alike = Counter(c.sharing for c in found)
        most = {s: max(usual[c.slug] for c in found if c.sharing == s) for s in alike}
        meant = self.usage.meant.get(term, Counter[str]())
        before = own.meant.get(term, Counter[str]()) if own else Counter[str]()
        total = meant.total() - before.total()
        words = term.split()
        for c in found:
            share = int(4.99 * (meant[c.slug] - before[c.slug]) / total) if total > 0 else "-"
            label = c.label.split()
            added, lost = _without(label, words), _without(words, label)
            kind, papers = c.sharing, _step(usual[c.slug])
            yield c, [
                "bias", kind, f"{kind} {min(len(words), 4)} {min(len(label), 4)}", f"papers {papers}",
                f"{kind} papers {papers}", *(f"+{w}" for w in added), *(f"-{w}" for w in lost),
                *(f"-{w}^" for w in c.front), *(f"-{w}$" for w in c.back),
                f"added {min(len(added), 3)} lost {min(len(lost), 3)}", f"one head {words[-1] == label[-1]}",
                f"@{c.slug}", f"{kind} of {min(alike[kind], 4)}", f"{kind} most usual {usual[c.slug] == most[kind]}",
                f"before {_step(total)} {share}", f"{kind} before {share}",
                f"{kind} {self.vocabulary[c.slug].type}",
            ]  # fmt: skip

    def candidates(self, name: str, own: Usage | None = None) -> list[Candidate]:
        """The entries that a name may stand for, none twice: by the label that leaves the fewest of its words."""
        words = tuple(term_of(name).split())
        found: dict[str, Candidate] = {}
        if not words:
            return []
        if not case_matters(name):
            for c in self._sharing(words, own):
                if c.slug not in found or len(c.front + c.back) < len(found[c.slug].front + found[c.slug].back):
                    found[c.slug] = c
        term = " ".join(words)
        before = own.meant.get(term, Counter[str]()) if own else Counter[str]()
        for slug, n in sorted(self.usage.meant.get(term, {}).items()):
            if slug in self.vocabulary and slug not in found and n > before[slug] and not self.vocabulary[slug].cues:
                found[slug] = Candidate(slug, "before", term_of(self.vocabulary[slug].label))
        return list(found.values())

    def _sharing(self, words: tuple[str, ...], own: Usage | None) -> Iterator[Candidate]:
        key, count = _key(words), len(words)
        whole, ends, beginnings = self._index
        for size in range(count, 0, -1):
            for i in range(count - size + 1):
                for slug, label in whole.get(key[i : i + size], ()):
                    yield Candidate(slug, "same" if size == count else "part", label, words[:i], words[i + size :])

        def usual(sharing: Sharing, entries: Iterable[tuple[str, str]]) -> Iterator[Candidate]:
            for slug, label in nsmallest(_USUAL, entries, key=lambda e: (-self._papers(e[0], own), e)):
                yield Candidate(slug, sharing, label)

        yield from usual("end", ends.get(key, ()))
        yield from usual("beginning", beginnings.get(key, ()))
        if count > 1:
            yield from usual("other head", (e for e in beginnings.get(key[:-1], ()) if e[1].count(" ") == count - 1))
            yield from usual("other modifier", (e for e in ends.get(key[1:], ()) if e[1].count(" ") == count - 1))

    def _papers(self, slug: str, own: Usage | None) -> int:
        return self.usage.papers.get(slug, 0) - (own.papers.get(slug, 0) if own else 0)

    @cached_property
    def _index(self) -> tuple[dict[Key, list[tuple[str, str]]], ...]:
        """Entries with their labels (as normal forms) by all of a label's words, by its last and by its first ones;
        homonyms aside, which context decides."""
        whole: dict[Key, set[tuple[str, str]]] = defaultdict(set)
        ends: dict[Key, set[tuple[str, str]]] = defaultdict(set)
        beginnings: dict[Key, set[tuple[str, str]]] = defaultdict(set)
        for concept in self.vocabulary:
            if concept.cues:
                continue
            for label in concept.labels:
                term = term_of(label)
                key = _key(term.split())
                if len(term) < _SHORTEST:
                    continue
                entry = (concept.slug, term)
                whole[key].add(entry)
                for i in range(1, len(key)):
                    ends[key[i:]].add(entry)
                    beginnings[key[:i]].add(entry)
        return tuple({key: sorted(entries) for key, entries in made.items()} for made in (whole, ends, beginnings))


def _key(words: Iterable[str]) -> Key:
    return tuple(word[:_LETTERS] for word in words)


def _without(words: Iterable[str], others: Iterable[str]) -> list[str]:
    """Words of which none of the others has the beginning, each once."""
    begun = set(_key(others))
    return list(dict.fromkeys(word for word in words if word[:_LETTERS] not in begun))


def _step(count: int) -> int:
    """A number of papers, by powers of two."""
    return min(int(log2(count + 1)), 6)
