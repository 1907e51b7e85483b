"""What a text tells about each pair of things that it names, as hashed features."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from kg.extract.bags import Array
from kg.extract.context import EDGE, Context, key_of, shapes
from kg.extract.surfaces import Surface
from kg.model import TYPES, EntityType

__all__ = ["Pair", "objective", "pairs", "slot_features", "turned"]

# One number a kind of feature, above the 32 bits of what it holds. Of a pair:
(
    _TYPES, _ROLES, _TYPES_ROLES, _DISTANCE, _DISTANCE_TYPES, _DISTANCE_ROLES, _TITLED, _IN_TITLE, _BETWEEN,
    _BETWEEN_TYPES, _BETWEEN_ROLES, _WHOLE_BETWEEN, _BEHIND1, _BEHIND2, _AHEAD1, _AHEAD2, _GAP, _MENTIONS, _PRECEDING,
    _FOLLOWING, _WORDS, _NAMES, _HEADS, _RANK_FIRST, _RANK_SECOND, _INTRODUCED, _THINGS, _EDGES, _LEADING, _US,
) = (number << 32 for number in range(30))  # fmt: skip
# Of one thing:
(
    _KIND, _ROLE, _KIND_ROLE, _NAME, _HEAD, _SHAPE, _BEFORE1, _BEFORE2, _BEFORE12, _AFTER1, _AFTER12, _BAG_BEFORE,
    _BAG_AFTER, _TITLE_BEFORE, _TITLE_AFTER, _TITLE_POSITION, _FIELD, _COUNT,
) = (number << 32 for number in range(30, 48))  # fmt: skip

_LOW = (1 << 32) - 1
#: Added to a pair's features where its second thing comes first in the sentence.
_REVERSED = 64 << 32
#: Added where the subject is the pair's second thing; where a feature speaks of subject and object, not of order.
_TURNED, _DIRECTED = 128 << 32, 256 << 32
#: Added to a thing's features where it is the object.
_OBJECT = 512 << 32

_WORDS_OF = re.compile(r"\w+")
_OWN_KEYS = frozenset({key_of("we"), key_of("our")})
# Chance to be introduced from which a thing stands for the paper's "we" and "our method" in any sentence.
_OWN = 0.3
# Of more units between two mentions only as many at either end count.
_LONG, _END = 12, 6
# Of a text that is no abstract only the first things, and the first mentions of each, are brought together.
_THINGS_AT_MOST, _MENTIONS_AT_MOST = 60, 12


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that may stand in a relation, the one named first in front.

    ``shared`` holds for either direction (see :func:`turned`), ``forward`` where the first is the subject, ``backward``
    where the second is. ``place`` are the surfaces nearest to each other, ``distance`` the sentences between them.
    """

    first: str
    second: str
    shared: set[int]
    forward: set[int]
    backward: set[int]
    place: tuple[int, int]
    distance: int


@dataclass(frozen=True, slots=True)
class _Thing:
    kind: int
    role: int
    introduced: float
    sentences: frozenset[int]
    surfaces: tuple[int, ...]
    words: tuple[int, ...]
    name: int
    rank: int
    same: int
    place_introduced: int


def turned(features: Array) -> Array:
    """Features of a pair, for the direction in which its second thing is the subject."""
    return features + np.uint64(_TURNED)


def objective(features: Array) -> Array:
    """Features of a thing as the subject, for the thing as the object."""
    return features + np.uint64(_OBJECT)


def slot_features(
    context: Context,
    text: str,
    surfaces: Sequence[Surface],
    kinds: Mapping[str, EntityType],
    groups: Mapping[str, list[int]],
    roles: Mapping[str, Array],
) -> dict[str, set[int]]:
    """The features of each thing by itself, as the subject of a statement."""
    found = {}
    for slug, members in groups.items():
        kind, role = TYPES.index(kinds[slug]), int(roles[slug].argmax())
        first = surfaces[members[0]]
        words = [key_of(w) for w in _WORDS_OF.findall(first.name)]
        own = {_KIND | kind, _ROLE | role, _KIND_ROLE | (kind * 7 + role), _COUNT | min(5, len(members))}
        own.update([_NAME | w for w in words])
        own.update([_SHAPE | n for n in shapes(text[first.start : first.end])])
        if words:
            own.add(_HEAD | words[-1])
        titled = False
        for i in members:
            if context.place[i] >= 0:
                titled |= context.sentence[i] < context.title
                own |= _near(context, i)
        own.add(_FIELD | titled)
        found[slug] = own
    return found


def _near(context: Context, i: int) -> set[int]:
    unit, sentence = context.place[i], context.sentence[i]
    keys, key = context.keys, context.key
    first, stop = context.bounds[sentence], context.bounds[sentence + 1]
    b1, b2, a1, a2 = (key(unit + d, sentence) for d in (-1, -2, 1, 2))
    if sentence < context.title:
        ends = (unit == first) + 2 * (unit == stop - 1)
        return {_TITLE_BEFORE | b1, _TITLE_AFTER | a1, _TITLE_POSITION | ends}
    found = {
        _BEFORE1 | b1, _BEFORE2 | b2, _BEFORE12 | (b1 * 31 + b2 & _LOW), _AFTER1 | a1, _AFTER12 | (a1 * 31 + a2 & _LOW)
    }  # fmt: skip
    found.update([_BAG_BEFORE | k for k in keys[max(first, unit - 5) : unit]])
    found.update([_BAG_AFTER | k for k in keys[unit + 1 : min(stop, unit + 4)]])
    return found


def pairs(
    context: Context,
    surfaces: Sequence[Surface],
    kinds: Mapping[str, EntityType],
    groups: Mapping[str, list[int]],
    roles: Mapping[str, Array],
) -> list[Pair]:
    """The pairs of things that a text may relate: those of one sentence; those of neighbouring sentences of which one
    is in the title; and all with a thing that the paper seems to introduce."""
    groups = {slug: groups[slug][:_MENTIONS_AT_MOST] for slug in list(groups)[:_THINGS_AT_MOST]}
    things = _things(context, surfaces, kinds, groups, roles)
    common = {
        _INTRODUCED | min(4, sum(t.introduced > 0.4 for t in things.values())),
        _THINGS | min(20, len(things)) // 3,
    }
    found = []
    listed = list(things.items())
    for number, (first, a) in enumerate(listed):
        for second, b in listed[number + 1 :]:
            distance = 0 if a.sentences & b.sentences else min(abs(x - y) for x in a.sentences for y in b.sentences)
            if distance and max(a.introduced, b.introduced) <= _OWN and (
                distance > 1 or not (0 in a.sentences or 0 in b.sentences)
            ):  # fmt: skip
                continue
            near = _nearest(context, a, b)
            shared = common | _together(a, b, distance)
            if distance == 0:
                for i, j in near[:2]:
                    shared |= _between(context, a, b, i, j)
            found.append(
                Pair(first, second, shared, _directed(a, b, distance), _directed(b, a, distance), near[0], distance)
            )
    return found


def _things(
    context: Context, surfaces: Sequence[Surface], kinds: Mapping[str, EntityType], groups: Mapping[str, list[int]],
    roles: Mapping[str, Array],
) -> dict[str, _Thing]:  # fmt: skip
    placed = {s: tuple(i for i in m if context.place[i] >= 0) for s, m in groups.items()}
    order = {s: n for n, s in enumerate(sorted(groups, key=lambda s: (-float(roles[s][0]), groups[s][0])))}
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for slug, members in placed.items():
        if members:
            alike[kinds[slug], int(roles[slug].argmax())].append(slug)
    return {
        slug: _Thing(
            TYPES.index(kinds[slug]), int(roles[slug].argmax()), float(roles[slug][0]),
            frozenset(context.sentence[i] for i in members), members,
            tuple(key_of(w) for w in _WORDS_OF.findall(surfaces[members[0]].name)),
            crc32(surfaces[members[0]].name.casefold().encode()),
            alike[kinds[slug], int(roles[slug].argmax())].index(slug),
            len(alike[kinds[slug], int(roles[slug].argmax())]), order[slug],
        )
        for slug, members in placed.items() if members
    }  # fmt: skip


def _nearest(context: Context, a: _Thing, b: _Thing) -> list[tuple[int, int]]:
    """Their mentions in pairs, those of one sentence first, then by the units between."""
    if len(a.surfaces) == len(b.surfaces) == 1:
        return [(a.surfaces[0], b.surfaces[0])]
    place, sentence = context.place, context.sentence
    return sorted(
        ((i, j) for i in a.surfaces for j in b.surfaces),
        key=lambda p: (abs(sentence[p[0]] - sentence[p[1]]), abs(place[p[0]] - place[p[1]]), p),
    )


def _together(a: _Thing, b: _Thing, distance: int) -> set[int]:
    """What two things tell by their types, roles, names and sentences."""
    types, roles, gap = a.kind * 7 + b.kind, a.role * 7 + b.role, min(distance, 3)
    titled = (0 in a.sentences) * 2 + (0 in b.sentences)
    found = {
        _TYPES | types, _ROLES | roles, _TYPES_ROLES | (types * 49 + roles), _DISTANCE | gap, _TITLED | titled,
        _DISTANCE_TYPES | (gap * 49 + types), _DISTANCE_ROLES | (roles * 4 + gap),
        _INTRODUCED | (10 + min(4, a.place_introduced) * 5 + min(4, b.place_introduced)),
        _RANK_FIRST | (min(4, a.rank) * 5 + min(4, a.same)), _RANK_SECOND | (min(4, b.rank) * 5 + min(4, b.same)),
        _NAMES | (a.name * 31 + b.name & _LOW),
    }  # fmt: skip
    if a.words and b.words:
        x, y = a.words, b.words
        found.add(_HEADS | (x[-1] * 31 + y[-1] & _LOW))
        holds = (
            x[-1] == y[-1], len(x) > len(y) and x[-len(y) :] == y, len(y) > len(x) and y[-len(x) :] == x,
            bool(set(x) & set(y)),
        )  # fmt: skip
        found.update([_WORDS | n for n, held in enumerate(holds) if held])
    return found


def _between(context: Context, a: _Thing, b: _Thing, i: int, j: int) -> set[int]:
    """What stands between two mentions of one sentence, and right beside them."""
    if context.sentence[i] != context.sentence[j]:
        return set()
    p, q = sorted((context.place[i], context.place[j]))
    sentence = context.sentence[i]
    first, stop = context.bounds[sentence], context.bounds[sentence + 1]
    keys, key = context.keys, context.key
    types, roles = a.kind * 7 + b.kind, a.role * 7 + b.role
    gap = q - p - 1
    l1, l2, r1, r2 = key(p + 1, sentence), key(p + 2, sentence), key(q - 1, sentence), key(q - 2, sentence)
    inside = [u for u in range(p + 1, q) if context.owner[u] >= 0]
    found = {
        _IN_TITLE | (sentence < context.title), _GAP | min(gap, 12), _MENTIONS | min(4, len(inside)),
        _BEHIND1 | l1, _BEHIND2 | (l1 * 31 + l2 & _LOW), _AHEAD1 | r1, _AHEAD2 | (r1 * 31 + r2 & _LOW),
        _PRECEDING | key(p - 1, sentence), _FOLLOWING | key(q + 1, sentence),
        _EDGES | (first == p) + 2 * (stop - 2 == q),
        _US | (not _OWN_KEYS.isdisjoint(keys[first:p])) + 2 * (not _OWN_KEYS.isdisjoint(keys[p:q])),
    }  # fmt: skip
    found.update([_MENTIONS | (100 + keys[u] & _LOW) for u in inside])
    between = keys[p + 1 : q]
    if gap > _LONG:
        between = between[:_END] + between[-_END:]
    else:
        found.update([_BETWEEN_ROLES | (k * 49 + roles & _LOW) for k in between])
    found.update([_BETWEEN | k for k in between])
    found.update([_BETWEEN_TYPES | (k * 49 + types & _LOW) for k in between])
    if gap <= 4:
        whole = EDGE
        for k in between:
            whole = whole * 31 + k & _LOW
        found.add(_WHOLE_BETWEEN | whole)
    found.update([_LEADING | k for k in keys[max(first, p - 5) : p]])
    return found if context.place[i] < context.place[j] else {f + _REVERSED for f in found}


def _directed(subject: _Thing, other: _Thing, distance: int) -> set[int]:
    """What subject and object tell whichever is named first."""
    types, roles, gap = subject.kind * 7 + other.kind, subject.role * 7 + other.role, min(distance, 3)
    return {
        _DIRECTED + (_TYPES_ROLES | (types * 49 + roles)), _DIRECTED + (_DISTANCE_ROLES | (roles * 4 + gap)),
        _DIRECTED + (_DISTANCE_TYPES | (gap * 49 + types)),
        _DIRECTED + (_INTRODUCED | (min(4, subject.place_introduced) * 5 + min(4, other.place_introduced))),
        _DIRECTED + (_RANK_FIRST | min(4, subject.rank)), _DIRECTED + (_RANK_SECOND | min(4, other.rank)),
        _DIRECTED + (_TITLED | (0 in subject.sentences) * 2 + (0 in other.sentences)),
    }  # fmt: skip
