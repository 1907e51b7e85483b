"""Logistic regression with an L2 penalty over sparse features, by L-BFGS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

from kg.extract.tables import Array

__all__ = ["Beside", "binary", "matrix", "multinomial", "vocabulary_of"]


def vocabulary_of(rows: Iterable[Iterable[str]], minimum: int) -> dict[str, int]:
    """Number of each feature that occurs in at least ``minimum`` rows, in alphabetical order."""
    counts = Counter(feature for row in rows for feature in row)
    return {feature: i for i, feature in enumerate(sorted(f for f, n in counts.items() if n >= minimum))}


def matrix(
    rows: Sequence[Mapping[str, float] | Iterable[str]], numbers: Mapping[str, int], dtype: type = np.float64
) -> csr_matrix:
    """Rows of features as a sparse matrix (rows, features); features without a number are left out."""
    values: list[float] = []
    columns: list[int] = []
    ends = [0]
    for row in rows:
        items = row.items() if isinstance(row, Mapping) else ((f, 1.0) for f in row)
        kept = sorted((numbers[f], v) for f, v in items if f in numbers)
        columns += [c for c, _ in kept]
        values += [v for _, v in kept]
        ends.append(len(columns))
    return csr_matrix(
        (np.array(values, dtype), np.array(columns, np.int32), np.array(ends)), shape=(len(rows), len(numbers))
    )


@dataclass(frozen=True)
class Beside:
    """Vectors beside sparse features: each number less its mean, times a factor."""

    mean: Array
    factor: Array

    @classmethod
    def of(cls, vectors: Sequence[Array], deviation: float) -> Beside:
        """Brings each number to mean 0 and the deviation given."""
        whole = np.asarray(vectors)
        return cls(whole.mean(axis=0), deviation / (whole.std(axis=0) + 1e-6))

    def joined(self, x: csr_matrix, vectors: Sequence[Array]) -> csr_matrix:
        """The rows of features with the vectors behind."""
        return hstack([x, csr_matrix((np.asarray(vectors) - self.mean) * self.factor)]).tocsr()

    def unfolded(self, weights: Array) -> tuple[Array, Array]:
        """The weights for vectors as they come, and what goes to the bias."""
        own = weights * self.factor.reshape(-1, *[1] * (weights.ndim - 1))
        return own.astype(np.float32), -(self.mean @ own)


def multinomial(x: csr_matrix, labels: Sequence[int], classes: int, penalty: float, iterations: int) -> Array:
    """Weights (features, classes) of the most probable classes."""
    turned, wanted = x.T.tocsr(), np.eye(classes)[np.asarray(labels)]

    def objective(flat: Array) -> tuple[float, Array]:
        scores = x @ flat.reshape(-1, classes)
        top = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - top)
        total = shares.sum(axis=1, keepdims=True)
        loss = (top + np.log(total)).sum() - (scores * wanted).sum()
        gradient = turned @ (shares / total - wanted)
        return float(loss + penalty / 2 * (flat @ flat)), gradient.ravel() + penalty * flat

    start = np.zeros(x.shape[1] * classes)
    options = {"maxiter": iterations, "maxcor": 5}
    return np.asarray(minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x.reshape(-1, classes))


def binary(x: csr_matrix, labels: Sequence[bool], penalty: float, iterations: int) -> Array:
    """Weights (features,) of the probability that a label holds."""
    turned, wanted = x.T.tocsr(), np.asarray(labels, dtype=np.float64)

    def objective(weights: Array) -> tuple[float, Array]:
        scores = x @ weights
        loss = (np.logaddexp(0, scores) - wanted * scores).sum()
        gradient = turned @ (1 / (1 + np.exp(-scores)) - wanted)
        return float(loss + penalty / 2 * (weights @ weights)), gradient + penalty * weights

    options = {"maxiter": iterations}
    return np.asarray(minimize(objective, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options=options).x)
