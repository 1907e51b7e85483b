"""A small network over bags of hashed features, applied with numpy alone.

Features are whole numbers below 2**63. Each is hashed to a row of one table; a bag is the sum of its rows over the
square root of its size. Part of the columns are scores of the classes, the others pass one hidden layer. Weinberger et
al. (2009), "Feature hashing for large scale multitask learning"; Joulin et al. (2017), "Bag of tricks for efficient
text classification".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import KGError

__all__ = ["Array", "Bags", "flatten", "read_bags", "write_bags"]

Array = np.ndarray[Any, np.dtype[Any]]

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Bags:
    """Weights of a network of ``classes`` classes and ``hidden`` hidden units.

    ``table`` is (2**bits, hidden + classes), ``bias`` (hidden), ``out`` (classes, hidden), ``base`` (classes).
    ``temperature`` divides the scores, so that probabilities hold on papers never seen. ``allowed`` tells what classes
    a pair of types can have, (types, types, classes); empty where that plays no part. ``dense`` is (width of a vector,
    hidden + classes): what a vector beside a bag adds; empty where there are none.
    """

    table: Array
    bias: Array
    out: Array
    base: Array
    temperature: float
    allowed: Array
    dense: Array = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    @property
    def hidden(self) -> int:
        return len(self.bias)

    def rows(self, features: Array) -> Array:
        """The row of the table for each feature, (n,) to (n,)."""
        bits = int(self.table.shape[0]).bit_length() - 1
        return np.asarray((features * _MIX) >> np.uint64(64 - bits)).astype(np.int64)

    def sums(self, features: Array, starts: Array) -> Array:
        """The sum of the rows of each bag, (bags, hidden + classes); no bag may be empty."""
        from scipy.sparse import csr_array  # type: ignore[import-untyped]

        # As a sparse matrix of ones times the table: the rows are added where they lie, not copied first.
        ends = np.append(starts, len(features))
        ones = np.ones(len(features), dtype=self.table.dtype)
        return np.asarray(csr_array((ones, self.rows(features), ends), (len(starts), len(self.table))) @ self.table)

    def probabilities(self, sums: Array, sizes: Array, vectors: Array | None = None) -> Array:
        """The probability of each class, (bags, classes), from the bags' sums and sizes, and a vector beside each."""
        scaled = sums / np.sqrt(sizes)[:, None]
        if vectors is not None and len(self.dense):
            scaled = scaled + vectors @ self.dense
        hidden = np.maximum(scaled[:, : self.hidden] + self.bias, 0)
        scores = (hidden @ self.out.T + self.base + scaled[:, self.hidden :]) / self.temperature
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))

    def shares(self, features: Array, starts: Array, sizes: Array, classes: Array) -> Array:
        """What the features of each bag say for its class on average, the hidden layer left out, (bags,)."""
        weights = self.table[self.rows(features), self.hidden + np.repeat(classes, sizes)]
        return np.asarray(np.add.reduceat(weights, starts) / sizes)


def flatten(bags: Sequence[Collection[int]]) -> tuple[Array, Array, Array]:
    """The features of all bags in a row, where each bag begins, and its size."""
    sizes = np.fromiter(map(len, bags), dtype=np.int64, count=len(bags))
    ends = sizes.cumsum()
    features = np.fromiter(chain.from_iterable(bags), dtype=np.uint64, count=int(ends[-1]) if len(bags) else 0)
    return features, ends - sizes, sizes


def write_bags(path: Path, model: Bags) -> None:
    """Writes a network, its table in whole numbers of 8 bits with one scale a column."""
    scale = np.maximum(np.abs(model.table).max(axis=0), 1e-9) / 127
    np.savez_compressed(
        path,
        table=np.round(model.table / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=model.bias.astype(np.float32),
        out=model.out.astype(np.float32),
        base=model.base.astype(np.float32),
        temperature=np.float32(model.temperature),
        allowed=model.allowed,
        dense=model.dense.astype(np.float16),
    )


def read_bags(path: Path) -> Bags:
    """Reads a network.

    :raises KGError: if the file is missing or none
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return Bags(
                file["table"].astype(np.float32) * file["scale"],
                file["bias"],
                file["out"],
                file["base"],
                float(file["temperature"]),
                file["allowed"],
                file["dense"].astype(np.float32) if "dense" in file.files else np.zeros((0, 0), dtype=np.float32),
            )
    except (OSError, ValueError, KeyError) as error:
        raise KGError(
            "a trained part cannot be read", where=str(path), hint="install the package anew or run `kg train`"
        ) from error
