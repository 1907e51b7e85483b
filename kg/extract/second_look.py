"""A second look at what the chain found: how probable each stretch is a mention, given the whole paper.

A thing is named throughout a paper or not at all, which a chain cannot see. A logistic regression over the chain's
probability here, elsewhere in the paper and of rivals that overlap, and over what the vocabulary and the training
papers know of the term, decides; its probability is the mention's confidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from kg.extract.chain import Chain
from kg.extract.lexicons import Own, slug_key
from kg.extract.reading import Place, Reading
from kg.extract.tables import Table
from kg.extract.words import term_of

__all__ = ["FLOOR", "Candidate", "SecondLook", "candidates", "choose"]

#: Least probability by the chain of a stretch that gets a second look, and what a known name without it counts as.
FLOOR = 0.03
_KNOWN = 0.02

_LOGITS = (-6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 6.0)
_RATIOS = (-3.0, -1.5, -0.5, 0.4, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may be a mention, with what speaks for it."""

    start: int
    end: int
    features: Mapping[str, float]


@dataclass(frozen=True)
class SecondLook:
    """Weights of the candidates' features."""

    weights: Mapping[str, float]

    @classmethod
    def of(cls, table: Table) -> SecondLook:
        return cls(dict(zip(table.keys, table["weights"].tolist(), strict=True)))

    def probability(self, candidate: Candidate) -> float:
        score = sum(self.weights.get(name, 0.0) * value for name, value in candidate.features.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def candidates(reading: Reading, chain: Chain, own: Own | None = None) -> list[Candidate]:
    """What the chain takes for possible and what the vocabulary knows, in order of place.

    :param own: what the paper itself gave to the terms, when it is one of those trained on
    """
    places = reading.places
    chances: dict[Place, float] = {
        (places[first][0], places[last][1]): chance for first, last, chance in chain.spans(reading, FLOOR)
    }
    for place in reading.known_at:
        if reading.span(place) is not None:
            chances.setdefault(place, _KNOWN)
    terms = {place: term_of(reading.text[slice(*place)]) for place in chances}
    elsewhere: dict[str, list[float]] = defaultdict(list)
    for place, chance in chances.items():
        elsewhere[terms[place]].append(chance)
    totals = {term: sum(every) for term, every in elsewhere.items()}
    highest = {term: sorted(every)[-2:] for term, every in elsewhere.items()}
    listed = sorted(chances)
    found = []
    for number, (start, end) in enumerate(listed):
        place = (start, end)
        term = terms[place]
        others = len(elsewhere[term]) - 1
        made = {"bias": 1.0, f"others={min(others, 3)}": 1.0, f"length={min(term.count(' ') + 1, 5)}": 1.0}
        made |= _hat("chain", _logit(chances[place]), _LOGITS)
        if others:
            best = highest[term][0 if chances[place] == highest[term][-1] else -1]
            made |= _hat("best", _logit(best), _LOGITS)
            made |= _hat("mean", _logit((totals[term] - chances[place]) / others), _LOGITS)
        rival = _rival(listed, chances, number)
        if rival is None:
            made["alone"] = 1.0
        else:
            made |= _hat("rival", _logit(chances[rival]), _LOGITS)
            made |= _hat("rival best", _logit(highest[terms[rival]][-1]), _LOGITS)
            made[f"rival longer={rival[1] - rival[0] > end - start}"] = 1.0
        surface = reading.known_at.get(place)
        if surface is None:
            made["unknown"] = 1.0
        else:
            named, held = chain.lexicons.terms.count(slug_key(surface.slug), own)
            ratio = (named + 1.5) / (held + 2.5)
            made |= _hat("entry", _logit(ratio), _RATIOS)
            made |= {f"match={surface.match}": 1.0, f"type={surface.type}": 1.0, f"read={held > 0}": 1.0}
            made[f"one word={' ' not in term}"] = 1.0
        if start < reading.border:
            made["title"] = 1.0
        found.append(Candidate(start, end, made))
    return found


def _rival(listed: Sequence[Place], chances: Mapping[Place, float], number: int) -> Place | None:
    """The most probable other stretch that overlaps the one at ``number``."""
    start, end = listed[number]
    rivals = []
    for other in listed[number + 1 :]:
        if other[0] >= end:
            break
        rivals.append(other)
    for other in listed[max(0, number - 40) : number]:
        if other[1] > start:
            rivals.append(other)
    return max(rivals, key=lambda r: (chances[r], r), default=None)


def _logit(chance: float) -> float:
    chance = min(max(chance, 0.003), 0.997)
    return log(chance / (1 - chance))


def _hat(name: str, value: float, knots: Sequence[float]) -> dict[str, float]:
    """A number as shares of the two knots beside it, so that weights make up any broken line."""
    value = min(max(value, knots[0]), knots[-1])
    i = min(bisect_right(knots, value) - 1, len(knots) - 2)
    share = (value - knots[i]) / (knots[i + 1] - knots[i])
    return {f"{name}{i}": 1 - share, f"{name}{i + 1}": share}


def choose(found: Sequence[tuple[int, int, float]], least: float) -> list[tuple[int, int, float]]:
    """Stretches that do not overlap, of the greatest sum of probability above ``least``, in order.

    >>> choose([(0, 9, 0.6), (0, 4, 0.5), (5, 9, 0.3)], 0.4)
    [(0, 9, 0.6)]
    """
    kept = sorted((c for c in found if c[2] > least), key=lambda c: (c[1], c[0]))
    ends: list[int] = []
    best = [0.0]
    taken: list[int | None] = []
    for start, end, chance in kept:
        fits = bisect_right(ends, start)
        value = best[fits] + chance - least
        ends.append(end)
        taken.append(fits if value > best[-1] else None)
        best.append(max(value, best[-1]))
    chosen = []
    i = len(kept)
    while i > 0:
        fits_at = taken[i - 1]
        if fits_at is None:
            i -= 1
        else:
            chosen.append(kept[i - 1])
            i = fits_at
    return chosen[::-1]
