"""Where a thing stands in the space of an encoder: the mean of its mentions' words, and of the sentences around."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.surfaces import Surface
from kg.extract.tables import Array

__all__ = ["WordVectors", "thing_vectors"]


@dataclass(frozen=True)
class WordVectors:
    """The vectors of a text's words, summed from the first on: (words + 1, width); and where each word stands."""

    places: Sequence[tuple[int, int]]
    sums: Array

    @classmethod
    def of(cls, places: Sequence[tuple[int, int]], vectors: Array) -> WordVectors:
        return cls(places, np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0)]))

    def mean(self, start: int, end: int) -> Array:
        """The mean of the words that a stretch of text touches; zeros where there is none."""
        first = bisect_right(self.places, start, key=lambda place: place[1])
        stop = bisect_right(self.places, end - 1, key=lambda place: place[0])
        if stop <= first:
            return np.zeros(self.sums.shape[1], dtype=np.float32)
        return np.asarray((self.sums[stop] - self.sums[first]) / np.float32(stop - first))


def thing_vectors(
    words: WordVectors,
    surfaces: Sequence[Surface],
    groups: Mapping[str, Sequence[int]],
    sentences: Sequence[tuple[int, int]],
) -> Array:
    """A vector for each thing, (things, 2 · width): of its mentions, and of the sentences that hold them.

    :param groups: the numbers of each thing's surfaces, by slug
    :param sentences: start and end of every sentence, in order
    """
    starts = [start for start, _ in sentences]
    held: dict[int, Array] = {}
    rows = []
    for members in groups.values():
        own, around = [], []
        for i in members:
            surface = surfaces[i]
            own.append(words.mean(surface.start, surface.end))
            number = max(0, bisect_right(starts, surface.start) - 1)
            if number not in held:
                held[number] = words.mean(*sentences[number])
            around.append(held[number])
        rows.append(np.concatenate([np.mean(own, axis=0), np.mean(around, axis=0)]))
    return np.asarray(rows, dtype=np.float32)
