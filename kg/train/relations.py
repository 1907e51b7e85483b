"""Training of the statements: annotated papers with the roles that a network gave -> a network over pairs of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kg.errors import KGError
from kg.extract.bags import Array, Bags, flatten
from kg.extract.relation_features import objective, pairs, slot_features, turned
from kg.model import PREDICATES, ROLES, TYPES
from kg.train import roles
from kg.train.bags import Recipe, Rows, calibrated, fit_bags
from kg.train.roles import Example

__all__ = ["RECIPE", "Link", "held_out", "relation_rows", "train", "train_both"]

#: Class 0 is that nothing is stated, the others are the predicates in their order.
RECIPE = Recipe(
    classes=len(PREDICATES) + 1,
    bits=16,
    hidden=32,
    passes=6,
    rate=0.1,
    dense_rate=0.05,
    drop_features=0.4,
    drop_hidden=0.4,
)
# Share of the pairs without a statement that are learned from; each stands for as many as were left out.
_KEPT = 0.4
# A predicate is open to a pair of types that has it at least so often in the annotation.
_OFTEN = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the training: the example's number, subject and object."""

    example: int
    subject: str
    object: str


def relation_rows(
    examples: Sequence[Example], chances: Sequence[Mapping[str, Array]]
) -> tuple[Rows, list[Link], Array]:
    """The bags of all pairs of all examples in both directions, what each belongs to, and its class.

    :param chances: the probabilities of each role, by slug, for each example
    :raises KGError: if no example names two things
    """
    parts: list[Array] = []
    links: list[Link] = []
    labels: list[int] = []
    for number, example in enumerate(examples):
        if not example.groups:
            continue
        context, own_roles = example.context, chances[number]
        common = (example.surfaces, example.kinds, example.groups, own_roles)
        slots = {
            slug: flatten([sorted(own)])[0]
            for slug, own in slot_features(context, example.text, *common).items()
        }  # fmt: skip
        stated = {(s, o): PREDICATES.index(p) + 1 for s, p, o in sorted(example.relations)}
        for pair in pairs(context, *common):
            shared = flatten([sorted(pair.shared)])[0]
            for subject, other, text, own in (
                (pair.first, pair.second, shared, pair.forward),
                (pair.second, pair.first, turned(shared), pair.backward),
            ):
                directed = flatten([sorted(own)])[0]
                parts.append(np.concatenate([text, directed, slots[subject], objective(slots[other])]))
                links.append(Link(number, subject, other))
                labels.append(stated.get((subject, other), 0))
    if not parts:
        raise KGError("no paper names two things that could be related", hint="give papers with more annotation")
    bounds = np.concatenate([[0], np.cumsum([len(p) for p in parts])])
    return Rows(np.concatenate(parts), bounds, np.zeros((len(parts), 0), np.float32)), links, np.array(labels)


def _fit(rows: Rows, labels: Array, chosen: Array, seed: int, recipe: Recipe) -> Bags:
    rng = np.random.default_rng(seed)
    kept = chosen[(labels[chosen] > 0) | (rng.random(len(chosen)) < _KEPT)]
    weights = np.where(labels[kept] > 0, 1.0, 1 / _KEPT)
    wanted = np.eye(recipe.classes)[labels[kept]]
    return fit_bags(rows.take(kept), wanted, weights / weights.mean(), recipe, seed)


def held_out(
    examples: Sequence[Example], rows: Rows, links: Sequence[Link], labels: Array, folds: Mapping[str, int], seed: int,
    recipe: Recipe = RECIPE,
) -> Array:  # fmt: skip
    """The probability of each class for each row, from networks that were not trained on its paper, (rows, classes)."""
    part = np.array([folds[examples[link.example].paper] for link in links])
    found = np.zeros((len(links), recipe.classes))
    for fold in sorted(set(part.tolist())):
        model = _fit(rows, labels, np.flatnonzero(part != fold), seed, recipe)
        held = np.flatnonzero(part == fold)
        found[held] = rows.take(held).probabilities(model)
    return found


def train(
    examples: Sequence[Example], chances: Sequence[Mapping[str, Array]], seed: int, told: Array | None = None,
    recipe: Recipe = RECIPE,
) -> Bags:  # fmt: skip
    """The network of statements, learned from all examples.

    :param chances: what :func:`kg.train.roles.held_out` gave for them
    :param told: what :func:`held_out` gave; without it probabilities stay as they come
    """
    rows, links, labels = relation_rows(examples, chances)
    model = _fit(rows, labels, np.arange(len(links)), seed, recipe)
    model = replace(model, allowed=_allowed(examples))
    if told is None:
        return model
    own = [i for i, link in enumerate(links) if not examples[link.example].annotated]
    return calibrated(model, told[own], labels[own].tolist())


def train_both(
    examples: Sequence[Example], folds: Mapping[str, int], seed: int, unlabelled: Rows | None = None, networks: int = 1
) -> tuple[Bags, Bags]:
    """The networks of roles and of statements, calibrated on papers that they were not trained on.

    :param folds: number of the part that each paper belongs to
    :param unlabelled: what :func:`kg.train.roles.unlabelled_rows` gave
    :param networks: how many networks of roles are averaged
    """
    told = roles.held_out(examples, folds, seed, unlabelled)
    # What the statements are told of is taken for something, as kg.extract.roles has it.
    given = [{slug: p[: len(ROLES)] / p[: len(ROLES)].sum() for slug, p in own.items()} for own in told]
    chances = held_out(examples, *relation_rows(examples, given), folds, seed)
    told_of = roles.train(examples, seed, told, unlabelled, networks=networks)
    return told_of, train(examples, given, seed, chances)


def _allowed(examples: Sequence[Example]) -> Array:
    """Whether a pair of types has each class often enough, (subject types, object types, classes)."""
    counts = np.zeros((len(TYPES), len(TYPES), len(PREDICATES) + 1), dtype=int)
    for example in examples:
        if example.annotated:
            for subject, predicate, other in example.relations:
                kinds = (TYPES.index(example.kinds[name]) for name in (subject, other))
                counts[(*kinds, PREDICATES.index(predicate) + 1)] += 1
    counts[:, :, 0] = _OFTEN
    return np.asarray(counts >= _OFTEN)
