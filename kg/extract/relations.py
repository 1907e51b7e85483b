"""Statements between two things that a text names, decided for every pair that the text brings together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from kg.extract import cues
from kg.extract.bags import Array, Bags, flatten, read_bags
from kg.extract.context import Context
from kg.extract.relation_features import Pair, objective, pairs, slot_features, turned
from kg.extract.surfaces import Surface
from kg.model import PREDICATES, TYPES, EntityType, Relation
from kg.settings import SETTINGS

__all__ = ["MODEL", "find_relations", "relation_model"]

#: Where the network that ships is kept.
MODEL = Path(__file__).parent / "models" / "relations" / "relations.npz"

# A relation that is not here is never sure enough.
_ASSERTED = {"evaluated_on": SETTINGS.assertion_evaluated_on, "outperforms": SETTINGS.assertion_outperforms}


@cache
def relation_model() -> Bags:
    """The network that ships."""
    return read_bags(MODEL)


def find_relations(
    context: Context,
    text: str,
    border: int,
    surfaces: Sequence[Surface],
    kinds: Mapping[str, EntityType],
    groups: Mapping[str, list[int]],
    sentences: Sequence[tuple[int, int]],
    roles: Mapping[str, Array],
    model: Bags | None = None,
) -> list[Relation]:
    """The statements of a text, at most one a pair of things, with the sentences that hold both; a thing that the paper
    introduces also stands for "we", "our method" and "it", so that the sentence of the other one is enough.

    :param border: where the title ends in the text
    :param groups: the numbers of each thing's surfaces, by slug, in the order of first mention
    :param sentences: start and end of every sentence, in order
    :param roles: the probabilities of each role, by slug
    """
    found = pairs(context, surfaces, kinds, groups, roles)
    if not found:
        return []
    network = model or relation_model()
    slots = slot_features(context, text, surfaces, kinds, groups, roles)
    chances = _chances(network, found, slots, kinds)
    certain = {slug: max(surfaces[i].confidence for i in members) for slug, members in groups.items()}
    statements = []
    for pair, both in zip(found, chances, strict=True):
        backward, number = np.unravel_index(int(both[:, 1:].argmax()), (2, len(PREDICATES)))
        # A statement about what the text may not name at all is less sure than one about what it does.
        sure = float(both[backward, number + 1]) * (certain[pair.first] * certain[pair.second]) ** 0.5
        if sure < SETTINGS.statement:
            continue
        predicate = PREDICATES[int(number)]
        subject, other = (pair.second, pair.first) if backward else (pair.first, pair.second)
        start, end = _evidence(context, sentences, pair, roles)
        negated = _denied(text, surfaces, pair, sentences[context.sentence[pair.place[0]]][0])
        in_title = start < border
        offset = 0 if in_title or not border else border + 1
        statements.append(
            Relation(
                subject, predicate, other, "title" if in_title else "abstract",
                start - offset, end - offset, round(sure, 2), negated,
                not negated and sure >= _ASSERTED.get(predicate, 2.0),
            )
        )  # fmt: skip
    return statements


def _chances(
    network: Bags, found: Sequence[Pair], slots: Mapping[str, set[int]], kinds: Mapping[str, EntityType]
) -> Array:
    """The probability of each class in both directions, (pairs, 2, classes); 0 where the types do not go together."""
    row = {slug: n for n, slug in enumerate(slots)}
    own, own_starts, own_sizes = flatten(list(slots.values()))
    as_subject, as_object = network.sums(own, own_starts), network.sums(objective(own), own_starts)
    shared, shared_starts, shared_sizes = flatten([p.shared for p in found])
    first, second = np.array([row[p.first] for p in found]), np.array([row[p.second] for p in found])
    kind = np.array([TYPES.index(kinds[slug]) for slug in slots])
    answers = []
    for subject, other, features, directed in (
        (first, second, shared, [p.forward for p in found]),
        (second, first, turned(shared), [p.backward for p in found]),
    ):
        extra, extra_starts, extra_sizes = flatten(directed)
        sums = network.sums(features, shared_starts) + network.sums(extra, extra_starts)
        sizes = shared_sizes + extra_sizes + own_sizes[subject] + own_sizes[other]
        chances = network.probabilities(sums + as_subject[subject] + as_object[other], sizes)
        answers.append(chances * network.allowed[kind[subject], kind[other]])
    return np.stack(answers, axis=1)


def _evidence(
    context: Context, sentences: Sequence[tuple[int, int]], pair: Pair, roles: Mapping[str, Array]
) -> tuple[int, int]:
    """Start and end of the text that a statement rests on: sentences of one field."""
    left, right = sorted(context.sentence[i] for i in pair.place)
    if pair.distance > 1 or (left < context.title) != (right < context.title):
        # The thing that the paper introduces stands for the paper; the sentence names the other one.
        own = roles[pair.first][0] >= roles[pair.second][0]
        left = right = context.sentence[pair.place[1] if own else pair.place[0]]
    return sentences[left][0], sentences[right][1]


def _denied(text: str, surfaces: Sequence[Surface], pair: Pair, start: int) -> bool:
    """Whether the sentence denies or hedges what it says of a pair: from the first one's clause to the second."""
    if pair.distance:
        return False
    first, last = sorted(surfaces[i].start for i in pair.place)
    clause = max(start, *(text.rfind(mark, start, first) for mark in ",;:"))
    return bool(cues.negation().search(text, clause, last))
