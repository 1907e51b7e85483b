"""The role of each entity for its paper, decided once from all the sentences that name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from kg.extract.bags import Array, Bags, flatten, read_bags
from kg.extract.context import Context
from kg.extract.hints import Hints
from kg.extract.role_features import Told, role_features
from kg.extract.surfaces import Surface
from kg.model import ROLES, EntityType, Role

__all__ = ["MODEL", "Decision", "find_roles", "role_model"]


@dataclass(frozen=True)
class Decision:
    """The role of an entity, its probability (two decimals), the number of the surface whose sentence decided it, and
    the probabilities of all roles in the order of :data:`kg.model.ROLES`; ``nothing`` is the chance that what was found
    is no thing at all."""

    role: Role
    confidence: float
    surface: int
    probabilities: Array
    nothing: float = 0.0


#: Where the network that ships is kept.
MODEL = Path(__file__).parent / "models" / "roles" / "roles.npz"


@cache
def role_model() -> Bags:
    """The network that ships."""
    return read_bags(MODEL)


def find_roles(
    context: Context,
    text: str,
    surfaces: Sequence[Surface],
    kinds: Mapping[str, EntityType],
    groups: Mapping[str, list[int]],
    model: Bags | None = None,
    hints: Hints | None = None,
    vectors: Array | None = None,
) -> dict[str, Decision]:
    """The role of each thing that a text names, by slug.

    A network may have one more class than there are roles: that what was found is nothing. Roles are given as if it
    were something.

    :param kinds: type by slug
    :param groups: the numbers of each thing's surfaces, by slug, in the order of first mention
    :param hints: what :func:`kg.extract.hints.hints` gave
    :param vectors: what :func:`kg.extract.thing_vectors.thing_vectors` gave, where the network has learned with it
    """
    if not groups:
        return {}
    network = model or role_model()
    told = role_features(context, text, surfaces, kinds, groups, hints or {})
    features, starts, sizes = flatten([t.features for t in told.values()])
    every = network.probabilities(network.sums(features, starts), sizes, vectors)
    nothing = every[:, len(ROLES) :].sum(axis=1)
    chances = every[:, : len(ROLES)] / np.maximum(1 - nothing, 1e-9)[:, None]
    best = chances.argmax(axis=1).tolist()
    deciding = _deciding(network, list(told.values()), best)
    return {
        slug: Decision(
            ROLES[number],
            round(float(chances[row, number]), 2),
            deciding.get(row, groups[slug][0]),
            chances[row],
            float(nothing[row]),
        )
        for row, (slug, number) in enumerate(zip(told, best, strict=True))
    }


def _deciding(network: Bags, told: Sequence[Told], best: Sequence[int]) -> dict[int, int]:
    """The surface whose sentence speaks most for each thing's role, by the thing's number, where there is a choice."""
    choice = [
        (row, i, own) for row, thing in enumerate(told) if len(thing.mentions) > 1 for i, own in thing.mentions.items()
    ]
    if not choice:
        return {}
    features, starts, sizes = flatten([own for _, _, own in choice])
    weights = network.shares(features, starts, sizes, np.array([best[row] for row, _, _ in choice])).tolist()
    found: dict[int, tuple[float, int]] = {}
    for (row, i, _), weight in zip(choice, weights, strict=True):
        if row not in found or weight > found[row][0]:
            found[row] = weight, i
    return {row: i for row, (_, i) in found.items()}
