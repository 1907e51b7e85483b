"""A linear-chain conditional random field: the probability of every stretch of words to be a mention.

Lafferty, McCallum, Pereira (2001), "Conditional random fields". Labels are O outside, B first, I inner, E last word of
a mention, S a mention of one word. Only what these labels can mean is allowed: thirteen transitions of twenty-five.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from kg.extract.features import REACH, Lexicons, pair_features, place_features, word_features
from kg.extract.reading import Reading
from kg.extract.tables import Array, Table

__all__ = ["ALLOWED", "LABELS", "Chain", "stretches"]

LABELS = "OBIES"
_O, _B, _I, _E, _S = range(5)

# Words, and pairs of words, whose sums are kept.
_ROOM = 1 << 16

#: ALLOWED[a, b]: whether label b may follow label a; a text begins as after O and ends as before O.
ALLOWED: Array = np.zeros((5, 5), dtype=bool)
for _before, _after in ("OO", "OB", "OS", "BI", "BE", "II", "IE", "EO", "EB", "ES", "SO", "SB", "SS"):
    ALLOWED[LABELS.index(_before), LABELS.index(_after)] = True


@dataclass(frozen=True)
class Chain:
    """Weights of features and of transitions between labels."""

    rows: Mapping[str, int]
    weights: Array
    transitions: Array
    lexicons: Lexicons

    @classmethod
    def of(cls, table: Table, lexicons: Lexicons) -> Chain:
        rows = {key: i for i, key in enumerate(table.keys)}
        return cls(rows, table["weights"].astype(np.float64), table["_transitions"].astype(np.float64), lexicons)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", _Sums(2 * REACH + 1))
        object.__setattr__(self, "_pairs", {})

    def scores(self, reading: Reading) -> Array:
        """Score of each label for each word, (words, 5): the sum of its features' weights."""
        words, count = reading.words, len(reading.words)
        total = np.zeros((count + 2 * REACH, 5))
        own = self._words.of(words, self._of_word)  # type: ignore[attr-defined]
        for shift in range(2 * REACH + 1):
            total[shift : shift + count] += own[:, shift]
        row = self.rows
        numbers = [[row[f] for f in features if f in row] for features in place_features(reading, self.lexicons)]
        for i in range(1, count):
            for offset, rows in self._of_pair(words[i - 1], words[i]):
                if 0 <= i + offset < count:
                    numbers[i + offset] += rows
        stops = np.cumsum([len(rows) for rows in numbers])
        flat = [number for rows in numbers for number in rows]
        sums = np.concatenate([np.zeros((1, 5)), np.cumsum(self.weights[flat], axis=0)])
        return np.asarray(total[REACH : REACH + count] + sums[stops] - sums[np.concatenate([[0], stops[:-1]])])

    def _of_word(self, word: str) -> Array:
        """What a word adds to the scores of its neighbours, (2 · REACH + 1, 5), the leftmost first."""
        found = np.zeros((2 * REACH + 1, 5))
        for offset, features in word_features(self.lexicons, word).items():
            rows = [self.rows[f] for f in features if f in self.rows]
            if rows:
                found[REACH - offset] = self.weights[rows].sum(axis=0)
        return found

    def _of_pair(self, left: str, right: str) -> tuple[tuple[int, list[int]], ...]:
        """The rows that two words side by side give to those around, by offset from the right one."""
        seen: dict[tuple[str, str], tuple[tuple[int, list[int]], ...]] = self._pairs  # type: ignore[attr-defined]
        found = seen.get((left, right))
        if found is None:
            made = pair_features(self.lexicons, left, right)
            rows = [(offset, [self.rows[f] for f in features if f in self.rows]) for offset, features in made.items()]
            if len(seen) >= _ROOM:
                seen.clear()
            found = seen[left, right] = tuple((offset, numbers) for offset, numbers in rows if numbers)
        return found

    def spans(self, reading: Reading, floor: float) -> list[tuple[int, int, float]]:
        """First and last word of every mention that is at least as probable as ``floor``, with its probability."""
        return stretches(self.scores(reading), self.transitions, floor) if reading.words else []


class _Sums:
    """Sums of weights by word, made once for as long as there is room."""

    def __init__(self, width: int) -> None:
        self.rows: dict[str, int] = {}
        self.sums = np.zeros((_ROOM, width, 5))

    def of(self, words: Sequence[str], make: Callable[[str], Array]) -> Array:
        """The sums of the words, (words, width, 5)."""
        if len(words) > _ROOM:
            return np.concatenate([self.of(words[i : i + _ROOM], make) for i in range(0, len(words), _ROOM)])
        if len(self.rows) + len(words) > _ROOM:
            self.rows.clear()
        numbers = []
        for word in words:
            row = self.rows.get(word)
            if row is None:
                row = self.rows[word] = len(self.rows)
                self.sums[row] = make(word)
            numbers.append(row)
        return np.asarray(self.sums[numbers])


def stretches(scores: Array, transitions: Array, floor: float) -> list[tuple[int, int, float]]:
    """The stretches of a text that are mentions with a probability of at least ``floor``: first, last, probability.

    Forward and backward sums over the allowed transitions, scaled at each word. In plain floats: for five labels that
    is faster than arrays, and the same on every machine.

    :param scores: (words, 5)
    :param transitions: (5, 5), logarithms; those not :data:`ALLOWED` are not looked at
    """
    scale = np.exp(scores - scores.max(axis=1, keepdims=True)).tolist()
    step = [[exp(transitions[a][b]) if ALLOWED[a, b] else 0.0 for b in range(5)] for a in range(5)]
    (oo, ob, _, _, os), (_, _, bi, be, _), (_, _, ii, ie, _), (eo, eb, _, _, es), (so, sb, _, _, ss) = step
    count = len(scale)
    before: list[tuple[float, float, float, float, float]] = []
    sums: list[float] = []
    o, b, i, e, s = 1.0, 0.0, 0.0, 0.0, 0.0
    for wo, wb, wi, we, ws in scale:
        no = (o * oo + e * eo + s * so) * wo
        nb = (o * ob + e * eb + s * sb) * wb
        ni = (b * bi + i * ii) * wi
        ne = (b * be + i * ie) * we
        ns = (o * os + e * es + s * ss) * ws
        total = (no + nb + ni + ne + ns) or 1e-300
        o, b, i, e, s = no / total, nb / total, ni / total, ne / total, ns / total
        before.append((o, b, i, e, s))
        sums.append(total)
    end = (o * oo + e * eo + s * so) or 1e-300
    o, b, i, e, s = oo / end, 0.0, 0.0, eo / end, so / end
    # Chance to go on from B or I at a word to I or E at the next.
    on: list[tuple[float, float, float, float]] = [(0.0, 0.0, 0.0, 0.0)] * count
    begins: list[float] = [0.0] * count
    found = []
    for t in range(count - 1, -1, -1):
        if t < count - 1:
            wo, wb, wi, we, ws = scale[t + 1]
            total = sums[t + 1]
            o, b, i, e, s = o * wo / total, b * wb / total, i * wi / total, e * we / total, s * ws / total
            outer_o, outer_e, outer_s = o * oo + b * ob + s * os, o * eo + b * eb + s * es, o * so + b * sb + s * ss
            from_b, from_i = i * bi + e * be, i * ii + e * ie
            on[t] = (
                i * bi / from_b if from_b else 0.0, e * be / from_b if from_b else 0.0,
                i * ii / from_i if from_i else 0.0, e * ie / from_i if from_i else 0.0,
            )  # fmt: skip
            o, b, i, e, s = outer_o, from_b, from_i, outer_e, outer_s
        begins[t] = before[t][_B] * b
        single = before[t][_S] * s
        if single >= floor:
            found.append((t, t, single))
    for t in range(count - 1):
        chance = begins[t]
        if chance < floor:
            continue
        if chance * on[t][1] >= floor:
            found.append((t, t + 1, chance * on[t][1]))
        chance *= on[t][0]
        last = t + 1
        while chance >= floor and last < count - 1:
            if chance * on[last][3] >= floor:
                found.append((t, last + 1, chance * on[last][3]))
            chance *= on[last][2]
            last += 1
    return sorted(found)
