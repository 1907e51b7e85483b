"""A text as a row of words and mentions: what roles and statements are read from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from kg.extract.surfaces import Surface
from kg.model import TYPES, EntityType

__all__ = ["EDGE", "Context", "key_of", "read_context", "root", "shapes"]

#: What stands where a sentence has no further unit.
EDGE = 1

_WORD = re.compile(r"\w+(?:[-'’.]\w+)*|[^\w\s]")
# Longer endings first: of those that fit, the first is cut.
_ENDINGS = ("ations", "ation", "ingly", "ions", "ion", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "e")
_TYPE_KEYS: dict[str, int] = {kind: crc32(f"<{kind}>".encode()) for kind in TYPES}


@dataclass(frozen=True, slots=True)
class Context:
    """The units of a text, sentence by sentence; each mention is one unit whose key is that of its type.

    ``owner`` holds the surface of each unit, -1 for a word; ``place`` the unit of each surface, -1 where it has none;
    ``bounds`` the first unit of each sentence and the end; ``sentence`` that of each surface; the first ``title``
    sentences are the title's.
    """

    keys: list[int]
    owner: list[int]
    place: list[int]
    bounds: list[int]
    sentence: list[int]
    title: int

    def key(self, unit: int, sentence: int) -> int:
        """The key of a unit, :data:`EDGE` outside the sentence."""
        return self.keys[unit] if self.bounds[sentence] <= unit < self.bounds[sentence + 1] else EDGE


def root(word: str) -> str:
    """A word in small letters without its commonest ending: forms of one verb get one root, right or not.

    >>> root("Proposed"), root("proposing"), root("uses")
    ('propos', 'propos', 'uses')
    """
    word = word.lower()
    if len(word) > 4:
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                return word[: -len(ending)]
    return word


@lru_cache(maxsize=1 << 15)
def key_of(word: str) -> int:
    """The key of a word: 32 bits of its root; all numbers share one."""
    return crc32((root(word) if not word[0].isdigit() else "0").encode())


def read_context(
    text: str,
    border: int,
    surfaces: Sequence[Surface],
    kinds: Mapping[str, EntityType],
    sentences: Sequence[tuple[int, int]],
) -> Context:
    """The units of a text.

    :param border: where the title ends in the text
    :param surfaces: sorted, none touching another
    :param kinds: type by slug
    :param sentences: start and end of every sentence, in order
    """
    keys: list[int] = []
    owner: list[int] = []
    place = [-1] * len(surfaces)
    stops = [start for start, _ in sentences[1:]] + [len(text) + 1]
    begins = [*(surface.start for surface in surfaces), len(text) + 1]
    ends = [*(surface.end for surface in surfaces), len(text) + 1]
    bounds, stop, near = [0], stops[0], 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        while start >= stop:
            bounds.append(len(keys))
            stop = stops[len(bounds) - 1]
        while ends[near] <= start:
            near += 1
        if begins[near] >= end:
            keys.append(key_of(match[0]))
            owner.append(-1)
        elif place[near] < 0:
            place[near] = len(keys)
            keys.append(_TYPE_KEYS[kinds[surfaces[near].slug]])
            owner.append(near)
    bounds += [len(keys)] * (len(stops) + 1 - len(bounds))
    sentence = [max(0, bisect_right(bounds, unit) - 1) if unit >= 0 else 0 for unit in place]
    return Context(keys, owner, place, bounds, sentence, sum(start < border for start, _ in sentences))


@lru_cache(maxsize=1 << 15)
def shapes(form: str) -> tuple[int, ...]:
    """How a name is written, as the numbers of what holds: small letters, inner capitals, digits, words, and so on.

    >>> shapes("GPT-4"), shapes("attention")
    ((2, 3, 5, 6, 7), (1,))
    """
    return tuple(
        number
        for number, holds in enumerate(
            (
                form.islower(), any(c.isupper() for c in form[1:]), any(c.isdigit() for c in form), " " in form,
                form[:1].isupper(), form.isupper(), "-" in form,
            ),
            start=1,
        )
        if holds
    )  # fmt: skip
