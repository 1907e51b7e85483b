"""Vocabulary matching: labels of the vocabulary in the text, homonyms decided by context."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc

from kg import vocabulary as vocabularies
from kg.extract import cues
from kg.extract.abbreviations import Pair
from kg.extract.senses import Senses, cue_key
from kg.extract.surfaces import Surface, addresses, register, text_of, title_end
from kg.model import Match
from kg.settings import SETTINGS
from kg.vocabulary import Found, Vocabulary
from kg.vocabulary.forms import fold, units

__all__ = ["Linker"]

_CHUNK_TAIL = re.compile(r"-[^\s,;:()\[\]]*[^\W_]")


@Language.factory("kg_vocabulary", default_config={"files": [], "builtin": True})
def create(nlp: Language, name: str, files: Sequence[str], builtin: bool) -> Linker:
    """The component over the built-in vocabulary, the SKOS files given, or both."""
    return Linker(vocabularies.load(files, builtin=builtin))


class Linker:
    """Sets ``doc._.kg_surfaces`` to what the vocabulary finds, each linked to one concept.

    A short form that the text defines takes the sense of its long form. Of the senses of a homonym the one with the
    most cue words in the text is taken, else the one whose gloss is nearest; where none is near, nothing is linked.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        register()
        self.vocabulary = vocabulary
        self._senses = Senses(vocabulary)

    def __call__(self, doc: Doc) -> Doc:
        text = text_of(doc)
        found = self._find(text, title_end(doc))
        if not found:
            return doc
        blocked = addresses(text)
        spans = {(f.start, f.end): f.slugs for f in found}
        defined = self._defined(doc._.kg_pairs, spans)
        context: str | None = None
        surfaces: list[Surface] = []
        for place in found:
            start, end = place.start, place.end
            if any(a < end and start < b for a, b in blocked):
                continue
            surface = text[start:end]
            match: Match | None = None
            if surface in defined:
                slugs: tuple[str, ...] = (defined[surface],) if defined[surface] else ()
                match = "abbreviation"
            else:
                slugs = place.slugs
                if len(slugs) > 1 or (slugs[0] in self._senses.cues and len(units(surface)) == 1):
                    context = context or cue_key(text)
                    slugs = self._senses.meant(slugs, text, start, end, context)
                    match = None
            if not slugs:
                continue
            concept = self.vocabulary[slugs[0]]
            end = _with_size(text, end)
            kind = match or _kind(concept.label, surface)
            surfaces.append(
                Surface(start, end, concept.slug, concept.label, concept.type or "Concept", True, kind,
                        _confidence(kind, len(place.slugs) > 1))
            )  # fmt: skip
        doc._.kg_surfaces = tuple(surfaces)
        return doc

    def _find(self, text: str, border: int) -> list[Found]:
        """The labels in title and abstract, each for itself: none begins in the one and ends in the other."""
        if not border:
            return list(self.vocabulary.find(text))
        rest = self.vocabulary.find(text[border:])
        moved = (Found(f.start + border, f.end + border, f.slugs) for f in rest)
        return [*self.vocabulary.find(text[:border]), *moved]

    def _defined(self, pairs: Sequence[Pair], spans: Mapping[tuple[int, int], tuple[str, ...]]) -> dict[str, str]:
        """The concept of each short form that the text defines; empty where the long form is none that is known."""
        meaning: dict[str, str] = {}
        for pair in pairs:
            long = spans.get((pair.long_start, pair.long_end)) or self.vocabulary.named(pair.long)
            short = spans.get((pair.short_start, pair.short_end), ())
            both = [s for s in long if s in short]
            slug = (both or list(long) or [""])[0]
            for form in (pair.short, pair.short + "s", pair.short.removesuffix("s")):
                meaning.setdefault(form, slug)
        return meaning


def _with_size(text: str, end: int) -> int:
    """The end of a name with the size that a hyphen joins to it."""
    tail = _CHUNK_TAIL.match(text, end)
    if tail and cues.sizes().fullmatch(tail.group()[1:]):
        return tail.end()
    return end


@lru_cache(maxsize=1 << 15)
def _kind(label: str, surface: str) -> Match:
    words = [fold(u) for u, _, _ in units(surface)]
    own = [fold(u) for u, _, _ in units(label)]
    return "label" if "".join(words).startswith("".join(own)[:-1]) else "alias"


def _confidence(kind: Match, homonym: bool) -> float:
    if kind == "abbreviation":
        return SETTINGS.abbreviation
    if homonym:
        return SETTINGS.homonym
    return SETTINGS.label if kind == "label" else SETTINGS.alias
