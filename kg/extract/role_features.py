"""What the sentences that name a thing tell about its role for the paper, as hashed features."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from zlib import crc32

from kg.extract.context import Context, key_of, shapes
from kg.extract.hints import Hints
from kg.extract.surfaces import Surface
from kg.model import TYPES, EntityType

__all__ = ["Told", "role_features"]

# One number a kind of feature, above the 32 bits of what it holds. `T` marks a feature joined with the thing's type.
(
    _BEFORE1, _BEFORE2, _BEFORE3, _AFTER1, _AFTER2, _AFTER3, _BEFORE12, _AFTER12, _AROUND, _BAG_BEFORE, _BAG_AFTER,
    _SENTENCE, _POSITION, _TITLE_BEFORE, _TITLE_AFTER, _TITLE_BAG_BEFORE, _TITLE_BAG_AFTER, _TITLE_POSITION, _TYPE,
    _NAME, _WHOLE, _SHAPE, _COUNT, _FIRST, _LAST, _SENTENCES, _DEFINED, _FIELDS, _COLON, _BEFORE1_T, _AFTER1_T,
    _BAG_BEFORE_T, _US, _HEAD, _ORDER, _POSITION_T, _START, _VERB, _VERB_NEAR, _US_NEAR,
) = (number << 32 for number in range(40))  # fmt: skip

_LOW = (1 << 32) - 1
_WORDS = re.compile(r"\w+")
_COLON_KEY, _OPEN_KEY = key_of(":"), key_of("(")
_OWN_KEYS = frozenset({key_of("we"), key_of("our")})
_NONE: Hints = MappingProxyType({})
# Words of a sentence and of a title that count as near a mention, on either side.
_WINDOW, _TITLE_WINDOW = 8, 6
# Of a sentence without end only so many units on either side are looked at.
_FAR = 80


@dataclass(frozen=True, slots=True)
class Told:
    """The features of one thing, and those of each of its mentions that has any, by the mention's number."""

    features: set[int]
    mentions: dict[int, set[int]]


def role_features(
    context: Context,
    text: str,
    surfaces: Sequence[Surface],
    kinds: Mapping[str, EntityType],
    groups: Mapping[str, list[int]],
    hints: Hints = _NONE,
) -> dict[str, Told]:
    """The features of each thing that a text names.

    :param groups: the numbers of each thing's surfaces, by slug, in the order of first mention
    :param hints: what :func:`kg.extract.hints.hints` gave; the network must have learned with them
    """
    colon, shared = _colon(context), _Shared(context)
    found = {}
    for rank, (slug, members) in enumerate(groups.items()):
        number = TYPES.index(kinds[slug])
        mentions: dict[int, set[int]] = {}
        for i in members:
            if context.place[i] >= 0:
                if context.sentence[i] < context.title:
                    mentions[i] = _title_mention(context, i, number, colon)
                else:
                    mentions[i] = _mention(context, shared, i, number)
        features = _thing(context, text, surfaces, slug, members, number)
        features |= hints.get(slug, frozenset())
        features |= {_ORDER | min(rank, 8), _ORDER | (100 + 10 * rank // len(groups))}
        if colon >= 0:
            features.add(_COLON | number)
        found[slug] = Told(features.union(*mentions.values()), mentions)
    return found


class _Shared:
    """What all mentions of a text look up, found once: the words of its sentences, and where it says "we" or "our"."""

    def __init__(self, context: Context) -> None:
        self._keys = context.keys
        self._own = [u for u, key in enumerate(context.keys) if key in _OWN_KEYS]
        self._sentences: dict[tuple[int, int], frozenset[int]] = {}

    def sentence(self, first: int, stop: int) -> frozenset[int]:
        """The words of a stretch of units as features."""
        if (first, stop) not in self._sentences:
            self._sentences[first, stop] = frozenset([_SENTENCE | k for k in self._keys[first:stop]])
        return self._sentences[first, stop]

    def own(self, first: int, unit: int, stop: int) -> tuple[int, bool]:
        """The last "we" or "our" from the first unit up to that one, -1 where there is none, and whether one comes
        behind it."""
        at = bisect_left(self._own, unit)
        before = self._own[at - 1] if at and self._own[at - 1] >= first else -1
        at = bisect_right(self._own, unit, lo=at)
        return before, at < len(self._own) and self._own[at] < stop


def _colon(context: Context) -> int:
    """The unit of the title's first colon, -1 where it has none."""
    stop = context.bounds[min(context.title, len(context.bounds) - 1)]
    return next((i for i in range(stop) if context.keys[i] == _COLON_KEY), -1)


def _title_mention(context: Context, i: int, kind: int, colon: int) -> set[int]:
    unit, sentence = context.place[i], context.sentence[i]
    first, stop = context.bounds[sentence], context.bounds[sentence + 1]
    keys = context.keys
    side = 0 if colon < 0 else 1 if unit < colon else 2
    found = {
        _TITLE_BEFORE | context.key(unit - 1, sentence), _TITLE_AFTER | context.key(unit + 1, sentence),
        _TITLE_POSITION | (unit != first) + 2 * (unit == stop - 1), _TITLE_POSITION | (10 + side),
        _TITLE_POSITION | (100 + side + 10 * kind),
    }  # fmt: skip
    found.update([_TITLE_BAG_BEFORE | k for k in keys[max(first, unit - _TITLE_WINDOW) : unit]])
    found.update([_TITLE_BAG_AFTER | k for k in keys[unit + 1 : min(stop, unit + _TITLE_WINDOW + 1)]])
    return found


def _mention(context: Context, shared: _Shared, i: int, kind: int) -> set[int]:
    unit, sentence = context.place[i], context.sentence[i]
    first = max(context.bounds[sentence], context.place[i] - _FAR)
    stop = min(context.bounds[sentence + 1], context.place[i] + _FAR)
    keys, key = context.keys, context.key
    b1, b2, b3 = key(unit - 1, sentence), key(unit - 2, sentence), key(unit - 3, sentence)
    a1, a2, a3 = key(unit + 1, sentence), key(unit + 2, sentence), key(unit + 3, sentence)
    total = max(1, len(context.bounds) - 1 - context.title)
    index = sentence - context.title
    part = min(5, 6 * index // total)
    found = {
        _BEFORE1 | b1, _BEFORE2 | b2, _BEFORE3 | b3, _AFTER1 | a1, _AFTER2 | a2, _AFTER3 | a3,
        _BEFORE12 | (b1 * 31 + b2 & _LOW), _AFTER12 | (a1 * 31 + a2 & _LOW), _AROUND | (b1 * 31 + a1 & _LOW),
        _BEFORE1_T | (b1 * 7 + kind & _LOW), _AFTER1_T | (a1 * 7 + kind & _LOW),
        _POSITION | part, _POSITION_T | (part * 7 + kind),
        _START | keys[first], _START | (keys[first] * 31 + key(first + 1, sentence) & _LOW),
    }  # fmt: skip
    before = keys[max(first, unit - _WINDOW) : unit]
    found.update([_BAG_BEFORE | k for k in before])
    found.update([_BAG_BEFORE_T | (k * 7 + kind & _LOW) for k in before])
    found.update([_BAG_AFTER | k for k in keys[unit + 1 : min(stop, unit + _WINDOW + 1)]])
    found |= shared.sentence(first, stop)
    if index == total - 1:
        found.add(_POSITION | 20)
    if index == 0:
        found.add(_POSITION | 21)
    if unit - first < 2:
        found.add(_START | 5)
    found |= _us(context, shared, unit, sentence)
    return found


def _us(context: Context, shared: _Shared, unit: int, sentence: int) -> set[int]:
    """Whether the sentence says "we" or "our" before or after the mention, and the word behind the last one before."""
    first, stop = max(context.bounds[sentence], unit - _FAR), min(context.bounds[sentence + 1], unit + _FAR)
    last, later = shared.own(first, unit, stop)
    found = {_US | ((last >= 0) + 2 * later)}
    if last >= 0:
        verb, gap = context.key(last + 1, sentence), unit - last
        found |= {
            _VERB | verb, _VERB_NEAR | (verb * 31 + (1 if gap < 6 else 2) & _LOW),
            _US_NEAR | (context.keys[last] * 31 + min(gap, 12) & _LOW),
        }  # fmt: skip
    return found


def _thing(
    context: Context, text: str, surfaces: Sequence[Surface], slug: str, members: Sequence[int], kind: int
) -> set[int]:
    """What the thing itself tells: type, name, how it is written, how often and where it is named."""
    found = set(_name(surfaces[members[0]].name, kind))
    for form in {text[surfaces[i].start : surfaces[i].end] for i in members}:
        found |= _form(form, kind)
    placed = [i for i in members if context.place[i] >= 0]
    titled = any(context.sentence[i] < context.title for i in placed)
    own = {context.sentence[i] - context.title for i in placed if context.sentence[i] >= context.title}
    fields, count = titled * 2 + bool(own), min(len(members), 6)
    found |= {_COUNT | count, _COUNT | (100 + count * 7 + kind), _FIELDS | fields, _FIELDS | (100 + fields * 7 + kind)}
    if own:
        total = max(1, len(context.bounds) - 1 - context.title)
        first, last = min(5, 6 * min(own) // total), min(5, 6 * max(own) // total)
        spread = min(5, len(own))
        found |= {
            _FIRST | first, _FIRST | (100 + first * 7 + kind), _LAST | last, _LAST | (100 + last * 7 + kind),
            _SENTENCES | spread, _SENTENCES | (100 + spread * 2 + titled),
        }  # fmt: skip
    if any(_defines(context, surfaces, slug, context.place[i]) for i in placed):
        found.add(_DEFINED | (1 + kind))
    return found


@lru_cache(maxsize=1 << 15)
def _name(name: str, kind: int) -> frozenset[int]:
    words = _WORDS.findall(name)
    found = {_TYPE | kind, _WHOLE | crc32(name.casefold().encode()), *(_NAME | key_of(w) for w in words)}
    if words:
        head = key_of(words[-1])
        found |= {_HEAD | head, _HEAD | (head * 7 + kind & _LOW)}
    return frozenset(found)


@lru_cache(maxsize=1 << 15)
def _form(form: str, kind: int) -> frozenset[int]:
    found = {_NAME | key_of(w) for w in _WORDS.findall(form)}
    for number in shapes(form):
        found |= {_SHAPE | number, _SHAPE | (100 + number * 7 + kind)}
    return frozenset(found)


def _defines(context: Context, surfaces: Sequence[Surface], slug: str, unit: int) -> bool:
    """Whether the thing is named again in brackets right behind."""
    if unit + 2 >= len(context.keys) or context.keys[unit + 1] != _OPEN_KEY:
        return False
    other = context.owner[unit + 2]
    return other >= 0 and surfaces[other].slug == slug
