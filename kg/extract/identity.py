"""Which thing a stretch of text names: an entry of the vocabulary, else the slug of its normal form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.extract import cues
from kg.extract.lexicons import Words
from kg.extract.reading import Place, Reading
from kg.extract.words import JOINTS, WORD, term_of
from kg.iri import slugify
from kg.vocabulary import Vocabulary
from kg.vocabulary.spelling import singular

__all__ = ["Identity", "identify", "normal_slug"]

_INSIDE = re.compile(r"\s*\([^()]*\)\s*(?=\w)")


@dataclass(frozen=True, slots=True)
class Identity:
    """The slug of a thing; whether the vocabulary holds it, and whether an abbreviation led there.

    ``name`` is what a thing is called that the vocabulary does not hold, spelt out.
    """

    slug: str
    known: bool
    abbreviation: bool = False
    name: str = ""


def identify(reading: Reading, vocabulary: Vocabulary, words: Words, place: Place) -> Identity:
    """What the text names at that place.

    In this order: what the vocabulary found there, senses decided; the long form of an abbreviation that the text
    defines; what the text names elsewhere by the same term; an entry that bears the words as a label; an entry of
    which they are another spelling or word order; the normal form.
    """
    surface = reading.known_at.get(place)
    if surface is not None:
        return Identity(surface.slug, True, surface.match == "abbreviation")
    text = reading.text[slice(*place)]
    long = reading.long_forms.get(text)
    # A short form of mixed case is a name of its own; one of capitals alone can stand for many things.
    whole = long if long is not None and text.removesuffix("s").isupper() else text
    # An abbreviation that is defined inside the name is no part of it: "key-value (KV) cache".
    bare = _INSIDE.sub(" ", whole)
    # The long form of such a name is one thing with it: "Chain-of-Model (CoM)".
    short = reading.short_names.get(term_of(bare)) if long is None else None
    for form in dict.fromkeys((long or text, whole, bare, short or bare)):
        slug = reading.known_terms.get(term_of(form)) or _entry(vocabulary, form)
        if slug:
            return Identity(slug, True, long is not None)
    slug = vocabulary.spellings.slug(bare)
    if slug:
        return Identity(slug, True, long is not None)
    if short is not None:
        bare = short
    elif " " in bare and bare != bare.lower() and re.search(rf"(?<!\w){re.escape(bare.lower())}(?!\w)", reading.text):
        # A term in the capitals of a title, which the text itself writes small.
        bare = bare.lower()
    if bare[-1:] == "s" and re.search(rf"(?<!\w){re.escape(bare[:-1])}(?!\w)", reading.text):
        # The text itself has the singular.
        bare = bare[:-1]
    slug = normal_slug(bare, words)
    if slug in vocabulary:
        return Identity(slug, True, long is not None)
    return Identity(slug, False, long is not None, bare)


def _entry(vocabulary: Vocabulary, form: str) -> str:
    """The one entry that bears the form as a label; a size that a hyphen joins to it is passed over."""
    found = vocabulary.find(form)
    if len(found) != 1 or found[0].start != 0 or len(found[0].slugs) != 1:
        return ""
    rest = form[found[0].end :]
    if rest and not (rest[0] == "-" and cues.sizes().fullmatch(rest[1:])):
        return ""
    slug = found[0].slugs[0]
    return "" if vocabulary[slug].cues else slug


def normal_slug(text: str, words: Words) -> str:
    """The slug of a thing that no vocabulary holds: its words, the last one singular unless it is a name.

    Empty where the text holds no letter or digit.
    """
    parts = tuple(WORD.findall(text))
    return _normal_slug(parts, words.clusters(parts[-1].lower())[0] >= 0, text) if parts else ""


@lru_cache(maxsize=1 << 14)
def _normal_slug(parts: Sequence[str], common: bool, text: str) -> str:
    last = parts[-1]
    name = last[:1].isupper() and not common and not last[:-1].isupper()
    if last in JOINTS or name or not last.isalpha():
        return slugify(text)
    head = text[: len(text) - len(last)]
    # An acronym's plural loses its s, else the stem would not be the same as that of its singular.
    acronyms = last[-1] == "s" and last[:-1].isupper() and len(last) > 3
    return slugify(head + (last[:-1] if acronyms else singular(last.lower())))
