"""The type of a thing, decided once a paper from all places that name it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kg.extract.lexicons import CLUSTERS, Terms, Words, slug_key
from kg.extract.names import guess_type
from kg.extract.reading import Place, Reading
from kg.extract.tables import Array, Table
from kg.extract.thing_vectors import WordVectors
from kg.extract.words import WORD, shape, stem, term_of
from kg.model import TYPES, EntityType

__all__ = ["Kinds", "head_key", "kind_features", "kind_keys", "kind_vector"]

_TAIL = re.compile(r"(?:[A-Z][a-z]+|[A-Z]+)$")


@dataclass(frozen=True)
class Kinds:
    """Weights of features, (features, types), and of vectors, (width, types); no rows of these without an encoder."""

    rows: Mapping[str, int]
    weights: Array
    dense: Array
    words: Words
    terms: Terms

    @classmethod
    def of(cls, table: Table, words: Words, terms: Terms) -> Kinds:
        dense = table.columns.get("_dense", np.zeros((0, len(TYPES)))).astype(np.float64)
        return cls({k: i for i, k in enumerate(table.keys)}, table["weights"].astype(np.float64), dense, words, terms)

    def decide(self, reading: Reading, places: Sequence[Place]) -> EntityType:
        """The type of what the text names at the places."""
        features = kind_features(reading, places, self.words, self.terms)
        rows = sorted(self.rows[f] for f in features if f in self.rows)
        scores = self.weights[rows].sum(axis=0)
        if reading.vectors is not None and len(self.dense):
            scores = scores + kind_vector(reading.vectors, places) @ self.dense
        return TYPES[int(scores.argmax())]


def kind_vector(words: WordVectors, places: Sequence[Place]) -> Array:
    """The mean of what an encoder says at the places, (width,)."""
    return np.asarray(np.mean([words.mean(*place) for place in places], axis=0), dtype=np.float64)


def head_key(term: str) -> str:
    """The key of a term's last word among terms."""
    return f"#{term.rsplit(' ', 1)[-1]}"


def kind_keys(reading: Reading, places: Iterable[Place]) -> tuple[set[str], set[str]]:
    """The keys under which the types of a thing are counted: its terms and entries; their last words."""
    places = list(places)
    terms = {term_of(reading.text[a:b]) for a, b in places}
    entries = {slug_key(s.slug) for p in places if (s := reading.known_at.get(p))}
    return terms | entries, {head_key(t) for t in terms if t}


def kind_features(
    reading: Reading, places: Sequence[Place], words: Words, terms: Terms, own: EntityType | None = None
) -> set[str]:
    """What speaks for the type of a thing: its words, the words around it, what vocabulary and training papers know.

    :param own: the thing's type in the annotation of this paper, when it is one of those trained on: not counted
    """
    found = {"bias", f"guess={guess_type(reading.text, reading.text[slice(*places[0])], list(places))}"}
    for place in places:
        span = reading.span(place)
        if span is not None:
            found |= _form(reading, words, *span)
            found |= _context(reading, words, *span)
        found |= _entries(reading, place)
    found |= _long_form(reading, words, places)
    keys, heads = kind_keys(reading, places)
    return found | _counted("term", keys, terms, own) | _counted("head", heads, terms, own)


def _form(reading: Reading, words: Words, first: int, last: int) -> set[str]:
    own = reading.words[first : last + 1]
    low = [w.lower() for w in own]
    head = stem(own[-1])
    found = {
        f"h={head}", f"h3={head[-3:]}", f"h4={head[-4:]}", f"s={shape(own[-1])}", f"s0={shape(own[0])}",
        f"f={stem(own[0])}", f"n={min(len(own), 4)}", f"caps={all(w[0].isupper() for w in own)}",
    }  # fmt: skip
    found |= {f"w={stem(w)}" for w in own}
    for size, a, b in zip(CLUSTERS, words.clusters(low[-1]), words.clusters(low[0]), strict=True):
        found |= {f"hc{size}={a}", f"fc{size}={b}"}
    if len(own) == 1:
        found |= {f"p3={low[0][:3]}", f"one={shape(own[0])}", f"one capital={own[0][0].isupper()}"}
    if any(c.isdigit() for w in own for c in w):
        found.add("digit")
    tail = _TAIL.search(own[-1])
    if tail and tail.group() != own[-1]:
        found.add(f"tail={tail.group().lower()}")
    return found


def _context(reading: Reading, words: Words, first: int, last: int) -> set[str]:
    found = set()
    count = len(reading.words)
    for offset in (1, 2, 3):
        left = reading.words[first - offset].lower() if first >= offset else "<"
        right = reading.words[last + offset].lower() if last + offset < count else ">"
        found |= {
            f"l{offset}={left}", f"r{offset}={right}", f"L={left}", f"R={right}",
            f"lc{offset}={words.clusters(left)[1]}", f"rc{offset}={words.clusters(right)[1]}",
        }  # fmt: skip
        if offset == 1:
            before, after = left, right
        elif offset == 2:
            found |= {f"lb={left}_{before}", f"rb={after}_{right}"}
    if reading.places[first][0] < reading.border:
        found.add("title")
        if first == 0 and after == ":":
            found.add("title name")
    return found


def _entries(reading: Reading, place: Place) -> set[str]:
    surface = reading.known_at.get(place)
    found = (
        {"v=none"}
        if surface is None
        else {f"v={surface.type}", f"v={surface.type}{surface.match}", f"v@{surface.slug}"}
    )
    found |= {f"ends in={s.type}" for s in reading.known_to.get(place[1], ()) if s.start > place[0]}
    return found | {f"begins with={s.type}" for s in reading.known_from.get(place[0], ()) if s.end < place[1]}


def _long_form(reading: Reading, words: Words, places: Sequence[Place]) -> set[str]:
    found = set()
    named = {reading.text[slice(*p)] for p in places}
    for pair in reading.pairs:
        if named & {pair.short, pair.short + "s"}:
            last = WORD.findall(pair.long)[-1]
            found |= {f"long={stem(last)}", f"longc={words.clusters(last.lower())[1]}"}
            found |= {f"long v={s.type}" for s in reading.known_to.get(pair.long_end, ())}
    return found


def _counted(name: str, keys: set[str], terms: Terms, own: EntityType | None) -> set[str]:
    counts: Counter[int] = Counter()
    for key in keys:
        seen = terms.types.get(key)
        if seen:
            counts.update(dict(enumerate(seen)))
            if own is not None:
                counts[TYPES.index(own)] -= 1
    counts = +counts
    total = counts.total()
    if not total:
        return {f"{name} new"}
    size = "m" if total > 4 else "2" if total > 1 else "1"
    return {f"{name} seen", *(f"{name} {TYPES[t]}{int(4.99 * n / total)}{size}" for t, n in counts.items())}
