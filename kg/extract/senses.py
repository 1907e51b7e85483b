"""Which sense of a homonym a text means: by its cue words, and where these do not tell, by its gloss.

The gloss of a sense is what the vocabulary says of it: cues, definition, labels. It is compared with the words around
the name as in Lesk (1986), "Automatic sense disambiguation using machine readable dictionaries", by the cosine of word
vectors in which words of few senses weigh more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import log, log1p, sqrt

from kg.extract import cues
from kg.extract.words import WORD, stem
from kg.settings import SETTINGS
from kg.vocabulary import Concept, Vocabulary
from kg.vocabulary.forms import fold, units

__all__ = ["Senses", "cue_key", "decide"]

Vector = Mapping[str, float]

# How far around a name words are compared with glosses, in characters: some forty words on either side.
_AROUND = 250
# A cue counts as two words of a definition.
_CUE = 2
_SHORTEST = 3


class Senses:
    """The senses of a vocabulary's homonyms.

    >>> senses = Senses(Vocabulary([
    ...     Concept("map-metric", "MAP", "Metric", definition="Mean of the precision over ranked queries.",
    ...             cues=("ranking",)),
    ...     Concept("map-estimate", "MAP estimate", "Method", ("MAP",), definition="The mode of a posterior.",
    ...             cues=("prior",)),
    ... ]))
    >>> text = "For all queries MAP is better."
    >>> senses.meant(("map-estimate", "map-metric"), text, 16, 19, cue_key(text))
    ('map-metric',)
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.cues = {c.slug: tuple(map(cue_key, c.cues)) for c in vocabulary if c.cues}
        self._glosses: dict[str, Vector] = {}

    def meant(self, slugs: Sequence[str], text: str, start: int, end: int, key: str) -> tuple[str, ...]:
        """The sense of a name at a place, one slug or none.

        :param slugs: the senses that the name has
        :param key: the :func:`cue_key` of the text
        """
        scores = {s: sum(cue in key for cue in self.cues.get(s, ())) for s in slugs}
        best = max(scores.values())
        top = [s for s in slugs if scores[s] == best]
        if best < SETTINGS.cues or len(top) > 1:
            near = self._likeness(top, f"{text[max(0, start - _AROUND) : start]} {text[end : end + _AROUND]}")
            first, *others = sorted(top, key=lambda s: (-near[s], s))
            if near[first] >= max([SETTINGS.gloss, *(SETTINGS.gloss_lead * near[s] for s in others[:1])]):
                return (first,)
        return decide(scores, {s: self._own(s, text[start:end]) for s in slugs})

    def _own(self, slug: str, surface: str) -> bool:
        """Whether the surface is the concept's preferred label, and no cues say when it is meant."""
        return slug not in self.cues and self.vocabulary[slug].label == surface

    def _likeness(self, slugs: Iterable[str], around: str) -> dict[str, float]:
        """The cosine of each sense's gloss with the words around a name."""
        context = self._vector(_count(around))
        found = {}
        for slug in slugs:
            if slug not in self._glosses:
                self._glosses[slug] = self._vector(_gloss(self.vocabulary[slug]))
            gloss = self._glosses[slug]
            found[slug] = sum(weight * gloss[word] for word, weight in context.items() if word in gloss)
        return found

    @cached_property
    def _spread(self) -> Counter[str]:
        """In how many glosses of homonyms each word stands."""
        return Counter(word for slug in self.cues for word in _gloss(self.vocabulary[slug]))

    def _vector(self, counts: Mapping[str, float]) -> Vector:
        total = 1 + len(self.cues)
        weights = {word: log1p(n) * log(total / (1 + self._spread[word])) for word, n in counts.items()}
        size = sqrt(sum(w * w for w in weights.values())) or 1.0
        return {word: weight / size for word, weight in weights.items()}


def _gloss(concept: Concept) -> Counter[str]:
    return _count(" . ".join((concept.definition, *concept.labels, *concept.cues * _CUE)))


def _count(text: str) -> Counter[str]:
    """The words of a text that carry meaning, as stems."""
    found: Counter[str] = Counter()
    function = cues.function_words()["en"]
    for word in WORD.findall(text):
        if len(word) >= _SHORTEST and word[0].isalpha() and word.lower() not in function:
            found[stem(word)] += 1
    return found


def decide(scores: Mapping[str, int], own: Mapping[str, bool]) -> tuple[str, ...]:
    """The sense with the most cues, one slug or none; a tie or too few cues leaves a preferred label without cues.

    >>> decide({"a": 2, "b": 1}, {"a": False, "b": False}), decide({"a": 0, "b": 0}, {"a": False, "b": False})
    (('a',), ())
    """
    best = max(scores.values(), default=0)
    top = sorted(s for s, n in scores.items() if n == best)
    if best >= SETTINGS.cues and len(top) == 1:
        return (top[0],)
    named = sorted(s for s in (top if best >= SETTINGS.cues else scores) if own[s])
    return (named[0],) if len(named) == 1 else ()


def cue_key(text: str) -> str:
    """A text in which cue words are looked for: folded, without plurals, a space on either side of each word."""
    words = (fold(u) for u, _, _ in units(text))
    return f" {' '.join(w[:-1] if len(w) > 3 and w.endswith('s') and not w.endswith('ss') else w for w in words)} "
