"""Features of each word of a text for the tagger: strings, so that what a weight stands for can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kg.extract.lexicons import Own, Phrases, Terms, Words, counted, slug_key
from kg.extract.names import name_candidates
from kg.extract.reading import Place, Reading
from kg.extract.words import shape

__all__ = ["REACH", "Lexicons", "pair_features", "place_features", "word_features"]

#: The farthest neighbour whose features a word sees.
REACH = 3


@dataclass(frozen=True)
class Lexicons:
    """What is known of words, and of terms by other people's lists and by annotated papers."""

    words: Words
    phrases: Phrases
    terms: Terms

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Every term that is looked up, and what it begins with, word by word."""
        found: set[str] = set()
        for key in (*self.phrases.tags, *self.terms.named):
            while key not in found:
                found.add(key)
                key = key.rpartition(" ")[0]
        return frozenset(found)


def word_features(lexicons: Lexicons, word: str) -> dict[int, list[str]]:
    """What a word tells of its neighbours: at ``i``, it adds ``found[offset]`` to the features of ``i - offset``."""
    found: dict[int, list[str]] = {o: [] for o in range(-REACH, REACH + 1)}
    for reach, feature in lexicons.words.features(word):
        for offset in range(-reach, reach + 1):
            found[offset].append(f"{offset}|{feature}")
    return found


def pair_features(lexicons: Lexicons, left: str, right: str) -> dict[int, list[str]]:
    """What two words side by side tell of the words around: at ``i - 1`` and ``i``, they add ``found[offset]`` to the
    features of the word ``i + offset``."""
    low, high = left.lower(), right.lower()
    (coarse, fine, _), (coarse_right, fine_right, _) = lexicons.words.clusters(low), lexicons.words.clusters(high)
    return {
        -2: [f"E{low}_{high}"],
        -1: [f"A{low}_{high}", f"B{coarse}_{coarse_right}", f"C{fine}_{fine_right}"],
        0: [
            f"a{low}_{high}",
            f"b{coarse}_{coarse_right}",
            f"c{fine}_{fine_right}",
            f"d{shape(left)}_{shape(right)}",
        ],
        1: [f"e{low}_{high}"],
    }


def place_features(reading: Reading, lexicons: Lexicons, own: Own | None = None) -> list[list[str]]:
    """What its place tells of each word: its neighbours, the paper as a whole, terms that it is part of.

    :param own: what the paper itself gave to the terms, when it is one of those trained on
    """
    found: list[list[str]] = [[] for _ in reading.words]
    coarse = [lexicons.words.clusters(w.lower())[0] for w in reading.words]
    for i in range(1, len(coarse) - 1):
        found[i].append(f"t{coarse[i - 1]}_{coarse[i]}_{coarse[i + 1]}")
    _paper(reading, found)
    _known(reading, lexicons.terms, own, found)
    _names(reading, found)
    _terms(reading, lexicons, own, found)
    return found


def _paper(reading: Reading, found: list[list[str]]) -> None:
    text, words = reading.text, reading.words
    low = [w.lower() for w in words]
    in_title = {w for w, (a, _) in zip(low, reading.places, strict=True) if a < reading.border}
    times = Counter(low)
    capitals = Counter(
        w for w, (a, _) in zip(words, reading.places, strict=True)
        if w[0].isupper() and a > reading.border and a not in reading.sentences
    )  # fmt: skip
    for i, (word, (start, end)) in enumerate(zip(words, reading.places, strict=True)):
        here = found[i]
        title = start < reading.border
        if title:
            here += ("title", f"title+{shape(word)}")
        if word[0].isalpha():
            if not title and low[i] in in_title:
                here.append("in title")
            here.append(f"times={min(times[low[i]], 4)}")
            if word[0].isupper() and not title:
                here += ("start" if start in reading.sentences else "inside", f"capitals={min(capitals[word], 3)}")
            elif capitals.get(word.capitalize()):
                here.append("capital elsewhere")
        if start and not text[start - 1].isspace():
            here.append("joined left")
        if end < len(text) and not text[end].isspace():
            here.append("joined right")


def _mark(reading: Reading, found: list[list[str]], place: Place, *tags: str) -> None:
    """Adds tags to each word of a stretch, with the word's position in it."""
    span = reading.span(place)
    if span is None:
        return
    first, last = span
    for i in range(first, last + 1):
        where = "S" if first == last else "B" if i == first else "E" if i == last else "I"
        found[i] += [where + tag for tag in tags]


def _known(reading: Reading, terms: Terms, own: Own | None, found: list[list[str]]) -> None:
    for surface in reading.known:
        seen = counted(*terms.count(slug_key(surface.slug), own))
        _mark(
            reading, found, (surface.start, surface.end),
            "v", f"v={surface.type}{surface.match}", f"v@{surface.slug}", f"v:{seen}",
        )  # fmt: skip
    for pair in reading.pairs:
        _mark(reading, found, (pair.long_start, pair.long_end), "long")
        _mark(reading, found, (pair.short_start, pair.short_end), "short")


def _names(reading: Reading, found: list[list[str]]) -> None:
    """What looks like a name, and what the text says it gives as a name."""
    given = reading.given
    for place in name_candidates(reading.text, reading.border):
        _mark(reading, found, place, "name", *(("given",) if reading.text[slice(*place)] in given else ()))


def _terms(reading: Reading, lexicons: Lexicons, own: Own | None, found: list[list[str]]) -> None:
    tags, terms = lexicons.phrases.tags, lexicons.terms
    phrases: dict[int, tuple[int, str]] = {}
    learned: dict[int, tuple[int, str]] = {}
    for i, j, key in reading.grams(lexicons.beginnings):
        if key in tags:
            phrases[i] = (j, key)
        if terms.named.get(key, 0) > (own is not None and key in own.named):
            learned[i] = (j, key)
    for i, j, key in _longest(phrases):
        _mark(reading, found, _place(reading, i, j), *tags[key])
    for i, j, key in _longest(learned):
        _mark(
            reading, found, _place(reading, i, j), f"l:{counted(*terms.count(key, own))}", "l1" if j - i == 1 else "ln"
        )


def _longest(matches: Mapping[int, tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Leftmost matches, none that begins inside another; each is the longest that begins there."""
    kept, border = [], 0
    for i, (j, key) in sorted(matches.items()):
        if i >= border:
            kept.append((i, j, key))
            border = j
    return kept


def _place(reading: Reading, first: int, stop: int) -> Place:
    numbers = reading.stems[0]
    return reading.places[numbers[first]][0], reading.places[numbers[stop - 1]][1]
