"""What tells, beside the sentences, whether a paper introduces a thing or the thing is any at all: how well known its
name is, whether the text says that it gives the name, how sure its mentions are. As hashed features for the roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log2
from zlib import crc32

from kg.extract.features import Lexicons
from kg.extract.reading import Reading
from kg.extract.surfaces import Surface
from kg.extract.words import term_of
from kg.model import TYPES

__all__ = ["Hints", "hints"]

#: The features of each thing, by slug.
Hints = Mapping[str, frozenset[int]]

# One number a kind of feature, above the 32 bits of what it holds; kg.extract.role_features has those below 64.
_KNOWN, _READ, _PHRASE, _GIVEN, _SURE = (number << 32 for number in range(64, 69))
# Steps of how many papers hold a term, by powers of two.
_MANY = 6


def hints(
    reading: Reading, lexicons: Lexicons, surfaces: Sequence[Surface], *, sure: bool = True
) -> dict[str, frozenset[int]]:
    """The features of each thing that a text names.

    :param surfaces: the mentions, each linked and typed
    :param sure: whether confidences count; those of annotated mentions say nothing
    """
    groups: dict[str, list[Surface]] = defaultdict(list)
    for surface in surfaces:
        groups[surface.slug].append(surface)
    given = reading.given
    found = {}
    for slug, own in groups.items():
        forms = {reading.text[s.start : s.end] for s in own}
        kind = TYPES.index(own[0].type or "Concept")
        made = _familiar({term_of(form) for form in forms}, lexicons, kind)
        known, named = any(s.known for s in own), not given.keys().isdisjoint(forms)
        made |= {_KNOWN | known, _KNOWN | (100 + known * 7 + kind)}
        made |= {_GIVEN | named, _GIVEN | (10 + named * 7 + kind), _GIVEN | (100 + named * 2 + bool(given))}
        if sure:
            best = int(max(s.confidence for s in own) * 10)
            made |= {_SURE | best, _SURE | (100 + best * 7 + kind)}
        else:
            made.add(_SURE | 20)
        found[slug] = frozenset(made)
    return found


def _familiar(terms: set[str], lexicons: Lexicons, kind: int) -> set[int]:
    """In how many annotated papers the terms are named and held, and what phrase lists and abstracts know of them."""
    counts = [lexicons.terms.count(term, None) for term in terms]
    named, held = (min(int(log2(max(column) + 1)), _MANY) for column in zip(*counts, strict=True))
    found = {_READ | named, _READ | (100 + named * 7 + kind), _READ | (1000 + named * 10 + held)}
    tags = [tag for term in terms for tag in lexicons.phrases.tags.get(term, ())]
    return found | ({_PHRASE | crc32(tag.encode()) for tag in tags} or {_PHRASE, _PHRASE | (100 + kind)})
