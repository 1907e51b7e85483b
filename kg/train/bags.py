"""Training of :class:`kg.extract.bags.Bags`: AdaGrad over small batches, features and hidden units dropped out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from kg.extract.bags import Array, Bags

__all__ = ["Recipe", "Rows", "averaged", "calibrated", "fit_bags"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training depends on beside its data: sizes, passes over the data, and chances to drop."""

    classes: int
    bits: int = 15
    hidden: int = 64
    passes: int = 8
    batch: int = 256
    rate: float = 0.03
    dense_rate: float = 0.03
    drop_features: float = 0.5
    drop_hidden: float = 0.3
    drop_vectors: float = 0.3
    # Length of a vector beside a bag, whose own features have length 1.
    vectors: float = 3.0


@dataclass(frozen=True)
class Rows:
    """Bags of features in a row, where each begins, the end of the last; a vector beside each, of width 0 for none."""

    features: Array
    bounds: Array
    vectors: Array

    def take(self, numbers: Array) -> Rows:
        """The bags of these numbers, in that order."""
        parts = [self.features[self.bounds[i] : self.bounds[i + 1]] for i in numbers.tolist()]
        sizes = [len(p) for p in parts]
        return Rows(np.concatenate(parts), np.concatenate([[0], np.cumsum(sizes)]), self.vectors[numbers])

    def joined(self, others: Rows) -> Rows:
        """These bags and then the others."""
        bounds = np.concatenate([self.bounds, self.bounds[-1] + others.bounds[1:]])
        vectors = np.concatenate([self.vectors, others.vectors])
        return Rows(np.concatenate([self.features, others.features]), bounds, vectors)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def probabilities(self, model: Bags) -> Array:
        """What a network says of each bag, (rows, classes)."""
        found = []
        for start in range(0, len(self), 2048):
            bounds = self.bounds[start : start + 2049]
            part = self.features[bounds[0] : bounds[-1]]
            sums = model.sums(part, bounds[:-1] - bounds[0])
            found.append(model.probabilities(sums, np.diff(bounds), self.vectors[start : start + 2048]))
        return np.concatenate(found)


def fit_bags(rows: Rows, wanted: Array, weights: Array, recipe: Recipe, seed: int = 0) -> Bags:
    """A network that gives the chances wanted; the same rows, recipe and seed give the same network on one machine.

    :param wanted: the chance of each class for each row, (rows, classes)
    :param weights: how much each row counts
    """
    rng = np.random.default_rng(seed)
    hidden, classes = recipe.hidden, recipe.classes
    table = np.zeros((1 << recipe.bits, hidden + classes), dtype=np.float32)
    table[:, :hidden] = rng.normal(0, 0.05, (len(table), hidden))
    model = Bags(
        table,
        np.zeros(hidden, dtype=np.float32),
        rng.uniform(-1, 1, (classes, hidden)).astype(np.float32) / np.float32(np.sqrt(hidden)),
        np.zeros(classes, dtype=np.float32),
        1.0,
        np.zeros(0, dtype=bool),
    )
    columns = model.rows(rows.features)
    # Each number of the vectors with mean 0 and variance 1, times what makes a vector as long as the recipe has it.
    mean, width = rows.vectors.mean(axis=0), rows.vectors.shape[1]
    scale = recipe.vectors / (np.sqrt(max(width, 1)) * (rows.vectors.std(axis=0) + 1e-6))
    vectors = ((rows.vectors - mean) * scale).astype(np.float32)
    own = np.zeros((width, hidden + classes), dtype=np.float32)
    own[:, :hidden] = rng.normal(0, 1 / np.sqrt(max(width, 1)), (width, hidden))
    seen_own = np.full_like(own, 1e-3)
    dense = [model.bias, model.out, model.base]
    seen = np.zeros_like(table)
    seen_dense = [np.full_like(part, 1e-3) for part in dense]
    steps = recipe.passes * -(-len(rows) // recipe.batch)
    step = 0
    for _ in range(recipe.passes):
        order = rng.permutation(len(rows))
        for start in range(0, len(order), recipe.batch):
            chosen = order[start : start + recipe.batch]
            slow = max(0.05, 1 - step / steps)
            step += 1
            used, bag = _batch(columns, rows.bounds, chosen, recipe.drop_features, rng)
            keep = (rng.random((len(chosen), hidden)) >= recipe.drop_hidden).astype(np.float32) / (
                1 - recipe.drop_hidden
            )
            beside = vectors[chosen] * (rng.random((len(chosen), width)) >= recipe.drop_vectors).astype(np.float32)
            beside /= np.float32(1 - recipe.drop_vectors)
            sums = bag @ table[used] + beside @ own
            inner, outer, total = _gradients(model, sums, keep, wanted[chosen], weights[chosen])
            change_own = beside.T @ inner
            seen_own += change_own**2
            own -= recipe.dense_rate * slow * change_own / np.sqrt(seen_own)
            changes = bag.T @ inner
            seen[used] += changes**2
            table[used] -= recipe.rate * slow * changes / (np.sqrt(seen[used]) + 1e-8)
            for part, change, past in zip(
                dense, (inner[:, :hidden].sum(axis=0), outer, total), seen_dense, strict=True
            ):
                past += change**2
                part -= recipe.dense_rate * slow * change / np.sqrt(past)
    return _with_vectors(model, own * scale[:, None], mean) if width else model


def _with_vectors(model: Bags, weights: Array, mean: Array) -> Bags:
    """The network with weights of vectors as they are given, not of their distance from the mean."""
    moved = mean @ weights
    return replace(
        model, dense=weights.astype(np.float32), bias=(model.bias - moved[: model.hidden]).astype(np.float32),
        base=(model.base - moved[model.hidden :]).astype(np.float32),
    )  # fmt: skip


def _batch(
    columns: Array, bounds: Array, chosen: Array, drop: float, rng: np.random.Generator
) -> tuple[Array, csr_matrix]:
    """The rows of the table that a batch uses, and the batch over them, (batch, used rows)."""
    parts = [columns[bounds[i] : bounds[i + 1]] for i in chosen.tolist()]
    sizes = np.array([len(p) for p in parts])
    together = np.concatenate(parts)
    bag_of = np.repeat(np.arange(len(parts)), sizes)
    kept = rng.random(len(together)) >= drop
    used, column = np.unique(together[kept], return_inverse=True)
    values = (1 / ((1 - drop) * np.sqrt(sizes)))[bag_of[kept]].astype(np.float32)
    return used, csr_matrix((values, (bag_of[kept], column)), shape=(len(parts), len(used)))


def _gradients(model: Bags, sums: Array, keep: Array, wanted: Array, weights: Array) -> tuple[Array, Array, Array]:
    """The loss's gradients by the bags' sums, by ``out`` and by ``base``."""
    hidden = model.hidden
    before = sums[:, :hidden] + model.bias
    active = np.maximum(before, 0) * keep
    scores = active @ model.out.T + model.base + sums[:, hidden:]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares = (shares - wanted) * (weights / len(wanted))[:, None]
    inner = np.hstack([(shares @ model.out) * keep * (before > 0), shares])
    return inner.astype(np.float32), (shares.T @ active).astype(np.float32), shares.sum(axis=0).astype(np.float32)


def averaged(models: Sequence[Bags]) -> Bags:
    """One network whose scores are the means of the networks' scores: their hidden units side by side."""
    hidden, count = models[0].hidden, np.float32(len(models))

    def beside(parts: Sequence[Array]) -> Array:
        inner = [part[:, :hidden] for part in parts]
        return np.hstack([*inner, sum(part[:, hidden:] for part in parts) / count])

    return replace(
        models[0],
        table=beside([m.table for m in models]),
        bias=np.concatenate([m.bias for m in models]),
        out=np.hstack([m.out for m in models]) / count,
        base=np.asarray(sum(m.base for m in models) / count),
        dense=beside([m.dense for m in models]) if len(models[0].dense) else models[0].dense,
    )


def calibrated(model: Bags, held_out: Array, labels: Sequence[int]) -> Bags:
    """The network with the temperature that makes probabilities of papers not trained on as likely as can be.

    Guo et al. (2017), "On calibration of modern neural networks".

    :param held_out: probabilities of rows that were not trained on, (rows, classes), made with temperature 1
    """
    scores = np.log(np.maximum(held_out, 1e-12))
    right = np.arange(len(labels)), np.asarray(labels)

    def loss(heat: float) -> float:
        turned = scores / heat
        top = turned.max(axis=1, keepdims=True)
        return float((top[:, 0] + np.log(np.exp(turned - top).sum(axis=1)) - turned[right]).mean())

    return replace(model, temperature=round(float(minimize_scalar(loss, bounds=(0.3, 4.0), method="bounded").x), 3))
