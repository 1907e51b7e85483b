"""What the components before the tagger found in a text, as the learned parts ask for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

from spacy.attrs import IDX, SENT_START
from spacy.tokens import Doc

from kg.extract.abbreviations import Pair
from kg.extract.encoder import Encoder
from kg.extract.names import given_names
from kg.extract.surfaces import Surface, addresses, text_of, title_end
from kg.extract.thing_vectors import WordVectors
from kg.extract.words import JOINTS, WORD, stem, term_of

__all__ = ["LONGEST", "Place", "Reading", "read"]

#: Start and end of a stretch of text, in characters.
Place = tuple[int, int]

#: Words of the longest term that is looked up.
LONGEST = 7


@dataclass(frozen=True)
class Reading:
    """A text with its words, abbreviations and the terms that the vocabulary knows; offsets in characters.

    ``vectors`` are those of an encoder, where a profile has one.
    """

    text: str
    border: int
    sentences: frozenset[int]
    pairs: tuple[Pair, ...]
    known: tuple[Surface, ...]
    vectors: WordVectors | None = None

    def encoded(self, encoder: Encoder) -> Reading:
        """The same with the vectors of its words."""
        return replace(self, vectors=WordVectors.of(self.places, encoder.vectors(self.words)))

    @cached_property
    def places(self) -> list[Place]:
        """Start and end of each word; names in web addresses are none."""
        blocked = addresses(self.text)
        found = [m.span() for m in WORD.finditer(self.text)]
        if not blocked:
            return found
        return [(a, b) for a, b in found if not any(s < b and a < e for s, e in blocked)]

    @cached_property
    def words(self) -> list[str]:
        return [self.text[a:b] for a, b in self.places]

    @cached_property
    def starts(self) -> dict[int, int]:
        """Word by the character at which it starts."""
        return {a: i for i, (a, _) in enumerate(self.places)}

    @cached_property
    def ends(self) -> dict[int, int]:
        """Word by the character behind it."""
        return {b: i for i, (_, b) in enumerate(self.places)}

    @cached_property
    def stems(self) -> tuple[list[int], list[str]]:
        """The words that a term's normal form is made of, by number, and their stems."""
        numbers = [i for i, word in enumerate(self.words) if word not in JOINTS]
        return numbers, [stem(self.words[i]) for i in numbers]

    @cached_property
    def known_at(self) -> dict[Place, Surface]:
        return {(s.start, s.end): s for s in self.known}

    @cached_property
    def known_from(self) -> dict[int, list[Surface]]:
        """What the vocabulary knows, by the character at which it starts."""
        return _by(self.known, attrgetter("start"))

    @cached_property
    def known_to(self) -> dict[int, list[Surface]]:
        """What the vocabulary knows, by the character behind it."""
        return _by(self.known, attrgetter("end"))

    @cached_property
    def known_terms(self) -> dict[str, str]:
        """The slug of each normal form in which the text names something that the vocabulary knows."""
        return {term_of(self.text[s.start : s.end]): s.slug for s in reversed(self.known)}

    @cached_property
    def long_forms(self) -> dict[str, str]:
        """The long form of each short form that the text defines, plurals too."""
        found: dict[str, str] = {}
        for pair in self.pairs:
            for form in (pair.short, pair.short + "s", pair.short.removesuffix("s")):
                found.setdefault(form, pair.long)
        return found

    @cached_property
    def given(self) -> dict[str, float]:
        """Names that the text says it gives."""
        return given_names(self.text, self.border)

    @cached_property
    def short_names(self) -> dict[str, str]:
        """The short form, where it is a name of mixed case, of each long form (as a normal form) in the text."""
        return {term_of(p.long): p.short for p in self.pairs if not p.short.removesuffix("s").isupper()}

    def span(self, place: Place) -> tuple[int, int] | None:
        """First and last word of a stretch; None where it does not begin and end on words' borders."""
        first, last = self.starts.get(place[0]), self.ends.get(place[1])
        return None if first is None or last is None or last < first else (first, last)

    def grams(self, beginnings: Collection[str] | None = None) -> Iterator[tuple[int, int, str]]:
        """Runs of up to :data:`LONGEST` stems: first, one past the last (numbers among the stems), joined.

        :param beginnings: where given, a run goes on only as long as it is one of these
        """
        stems = self.stems[1]
        for i in range(len(stems)):
            joined = stems[i]
            for j in range(i + 1, min(i + LONGEST, len(stems)) + 1):
                if beginnings is not None and joined not in beginnings:
                    break
                yield i, j, joined
                if j < len(stems):
                    joined = f"{joined} {stems[j]}"


def _by(surfaces: Iterable[Surface], place: Callable[[Surface], int]) -> dict[int, list[Surface]]:
    found: dict[int, list[Surface]] = {}
    for surface in surfaces:
        found.setdefault(place(surface), []).append(surface)
    return found


def read(doc: Doc) -> Reading:
    """The reading of a Doc that sentences, abbreviations and vocabulary have passed."""
    # Not token by token, which makes an object of each.
    starts = doc.to_array([IDX, SENT_START])
    begins = frozenset(starts[starts[:, 1] == 1, 0].tolist())
    return Reading(text_of(doc), title_end(doc), begins, tuple(doc._.kg_pairs), tuple(doc._.kg_surfaces))
