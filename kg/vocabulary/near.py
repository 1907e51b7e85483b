"""Names that are spelt alike, by the trigrams of characters that they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log, sqrt

from kg.vocabulary.forms import fold, units

__all__ = ["NearNames", "trigrams"]


def trigrams(name: str) -> Counter[str]:
    """The trigrams of a folded name, its ends marked.

    >>> sorted(trigrams("LoRA"))
    ['#lo', 'lor', 'ora', 'ra#']
    """
    text = "#" + "#".join(fold(u) for u, _, _ in units(name)) + "#"
    return Counter(text[i : i + 3] for i in range(max(1, len(text) - 2)))


class NearNames:
    """Names to look up by likeness: the cosine of trigrams, rare ones weighing more (inverse document frequency).

    Cost of a look-up: the length of the posting lists of the name's trigrams.

    >>> NearNames([("LoRA", "LoRA"), ("low-rank adaptation", "LoRA"), ("QLoRA", "QLoRA")]).near("low rank adaption")
    ('LoRA',)
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        listed = [(name, key) for name, key in names]
        grams = [trigrams(name) for name, _ in listed]
        spread = Counter(gram for found in grams for gram in found)
        self._weight = {gram: log(1 + len(listed) / n) for gram, n in spread.items()}
        self._keys = [key for _, key in listed]
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, found in enumerate(grams):
            size = self._size(found)
            for gram, count in found.items():
                self._postings[gram].append((number, count * self._weight[gram] / size))
        self._rare = log(1 + max(len(listed), 1))

    def _size(self, grams: Counter[str]) -> float:
        return sqrt(sum((n * self._weight.get(g, 1.0)) ** 2 for g, n in grams.items())) or 1.0

    def scores(self, name: str) -> dict[str, float]:
        """Likeness by key, from 0 to 1, of the names that share a trigram."""
        grams = trigrams(name)
        size = sqrt(sum((n * self._weight.get(g, self._rare)) ** 2 for g, n in grams.items())) or 1.0
        by_number: dict[int, float] = defaultdict(float)
        for gram, count in grams.items():
            weight = count * self._weight.get(gram, 0.0) / size
            for number, share in self._postings.get(gram, ()):
                by_number[number] += weight * share
        found: dict[str, float] = {}
        for number, score in by_number.items():
            key = self._keys[number]
            found[key] = max(found.get(key, 0.0), score)
        return found

    def near(self, name: str, count: int = 3, least: float = 0.5) -> tuple[str, ...]:
        """The keys of the names most alike, the nearest first."""
        scores = self.scores(name)
        ranked = sorted((key for key in scores if scores[key] >= least), key=lambda k: (-scores[k], k))
        return tuple(ranked[:count])
