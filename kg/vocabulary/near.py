"""Names that are spelt alike, by the trigrams of characters that they share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log, sqrt

from kg.vocabulary.forms import fold, units

__all__ = ["NearNames", "trigrams"]

# Trigrams of a name, the rarest ones, of which a near name holds one at least.
_RARE = 5


def trigrams(name: str) -> Counter[str]:
    """The trigrams of a folded name, its ends marked.

    >>> sorted(trigrams("LoRA"))
    ['#lo', 'lor', 'ora', 'ra#']
    """
    text = "#" + "#".join(fold(u) for u, _, _ in units(name)) + "#"
    return Counter(text[i : i + 3] for i in range(max(1, len(text) - 2)))


class NearNames:
    """Names to look up by likeness: the cosine of trigrams, rare ones weighing more (inverse document frequency).

    Only names that hold one of the rarest trigrams of the name asked for are looked at, which keeps a look-up short.

    >>> NearNames([("LoRA", "LoRA"), ("low-rank adaptation", "LoRA"), ("QLoRA", "QLoRA")]).near("low rank adaption")
    ('LoRA',)
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        listed = list(names)
        grams = [trigrams(name) for name, _ in listed]
        spread = Counter(gram for found in grams for gram in found)
        self._weight = {gram: log(1 + len(listed) / n) for gram, n in spread.items()}
        self._unseen = log(1 + max(len(listed), 1))
        self._keys = [key for _, key in listed]
        self._vectors = [self._vector(found) for found in grams]
        self._postings: dict[str, list[int]] = defaultdict(list)
        for number, found in enumerate(grams):
            for gram in found:
                self._postings[gram].append(number)

    def _vector(self, grams: Counter[str]) -> dict[str, float]:
        weights = {gram: count * self._weight.get(gram, self._unseen) for gram, count in grams.items()}
        size = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {gram: weight / size for gram, weight in weights.items()}

    def scores(self, name: str) -> dict[str, float]:
        """Likeness by key, from 0 to 1, of the names that share a rare trigram."""
        vector = self._vector(trigrams(name))
        rare = sorted((g for g in vector if g in self._postings), key=lambda g: (len(self._postings[g]), g))[:_RARE]
        found: dict[str, float] = {}
        for number in {n for gram in rare for n in self._postings[gram]}:
            other = self._vectors[number]
            score = sum(weight * other[gram] for gram, weight in vector.items() if gram in other)
            key = self._keys[number]
            found[key] = max(found.get(key, 0.0), score)
        return found

    def near(self, name: str, count: int = 3, least: float = 0.5) -> tuple[str, ...]:
        """The keys of the names most alike, the nearest first."""
        scores = self.scores(name)
        ranked = sorted((key for key in scores if scores[key] >= least), key=lambda k: (-scores[k], k))
        return tuple(ranked[:count])
