"""Training of the linear chain: the penalised log-likelihood of the annotated labels, by L-BFGS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from kg.extract.chain import ALLOWED, LABELS
from kg.extract.features import Lexicons, pair_features, place_features, word_features
from kg.extract.lexicons import Own
from kg.extract.tables import Array, Table
from kg.train.config import Config
from kg.train.documents import Document

__all__ = ["fit_chain", "labels_of"]

_O, _B, _I, _E, _S = range(len(LABELS))
_COUNT = len(LABELS)
# Texts that are summed over side by side.
_BATCH = 200


def labels_of(document: Document) -> list[int]:
    """The label of each word by the annotation."""
    labels = [_O] * len(document.reading.words)
    for place in document.spans:
        span = document.reading.span(place)
        if span is None:
            continue
        first, last = span
        if first == last:
            labels[first] = _S
        else:
            labels[first : last + 1] = [_B, *([_I] * (last - first - 1)), _E]
    return labels


def _features(document: Document, lexicons: Lexicons, own: Own | None) -> list[list[str]]:
    found = place_features(document.reading, lexicons, own)
    words, count = document.reading.words, len(found)
    for i, word in enumerate(words):
        for offset, features in word_features(lexicons, word).items():
            if 0 <= i - offset < count:
                found[i - offset] += features
        for offset, features in pair_features(lexicons, words[i - 1], word).items() if i else ():
            if 0 <= i + offset < count:
                found[i + offset] += features
    return [sorted(set(f)) for f in found]


def fit_chain(papers: Sequence[Document], given: Sequence[Own], lexicons: Lexicons, config: Config) -> Table:
    """The table of the chain's weights.

    :param given: what each paper gave to the terms, left out of its features
    """
    counts: Counter[str] = Counter()
    rows: list[list[str]] = []
    labels: list[int] = []
    lengths: list[int] = []
    order = sorted(range(len(papers)), key=lambda i: (-len(papers[i].reading.words), i))
    for i in order:
        found = _features(papers[i], lexicons, given[i])
        lengths.append(len(found))
        labels += labels_of(papers[i])
        rows += found
        for features in found:
            counts.update(features)
    keys = sorted(f for f, n in counts.items() if n >= config.chain_minimum)
    numbers = {key: i for i, key in enumerate(keys)}
    columns: list[int] = []
    ends = [0]
    for features in rows:
        columns += [numbers[f] for f in features if f in numbers]
        ends.append(len(columns))
    x = csr_matrix(
        (np.ones(len(columns), np.float32), np.array(columns, np.int32), np.array(ends)), shape=(len(rows), len(keys))
    )
    del rows
    weights, transitions = _Problem(x, np.array(labels), np.array(lengths)).solve(config)
    kept = np.abs(weights).max(axis=1) >= config.chain_smallest
    return Table(
        tuple(key for key, keep in zip(keys, kept.tolist(), strict=True) if keep),
        {"weights": weights[kept].astype(np.float16), "_transitions": transitions.astype(np.float32)},
    )


@dataclass
class _Problem:
    """Words as rows of features, texts one after the other, the longest first."""

    x: csr_matrix
    labels: Array
    lengths: Array

    def __post_init__(self) -> None:
        self.turned = self.x.T.tocsr()
        self.offsets = np.concatenate([[0], np.cumsum(self.lengths)])
        wanted = np.eye(_COUNT, dtype=np.float32)[self.labels]
        self.wanted = np.asarray(self.turned @ wanted)
        # A text begins as after a word outside and ends as before one.
        self.wanted_steps = np.zeros((_COUNT, _COUNT))
        for i, length in enumerate(self.lengths):
            own = self.labels[self.offsets[i] : self.offsets[i] + length]
            path = np.concatenate([[_O], own, [_O]])
            np.add.at(self.wanted_steps, (path[:-1], path[1:]), 1)

    def solve(self, config: Config) -> tuple[Array, Array]:
        features = self.x.shape[1]

        def objective(flat: Array) -> tuple[float, Array]:
            weights = flat[: features * _COUNT].reshape(features, _COUNT)
            steps = flat[features * _COUNT :].reshape(_COUNT, _COUNT)
            scores = np.asarray(self.x @ weights.astype(np.float32))
            reached = float(scores[np.arange(len(self.labels)), self.labels].sum(dtype=np.float64))
            reached += float((steps * self.wanted_steps).sum())
            total, chances, taken = self._expected(scores, steps)
            gradient = np.concatenate(
                [(self.turned @ chances - self.wanted).ravel(), (taken - self.wanted_steps).ravel()]
            )
            loss = total - reached + config.chain_penalty / 2 * float(flat @ flat)
            return loss, gradient + config.chain_penalty * flat

        start = np.zeros(features * _COUNT + _COUNT * _COUNT)
        options = {"maxiter": config.chain_iterations, "maxcor": 6, "ftol": 1e-7}
        best = minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x
        return best[: features * _COUNT].reshape(-1, _COUNT), best[features * _COUNT :].reshape(_COUNT, _COUNT)

    def _expected(self, scores: Array, steps: Array) -> tuple[float, Array, Array]:
        """Logarithm of the sum over all paths, chance of each label at each word, expected number of each step."""
        chances = np.zeros_like(scores)
        taken = np.zeros((_COUNT, _COUNT))
        factors = np.where(ALLOWED, np.exp(steps), 0.0)
        total = 0.0
        for first, stop in self._batches():
            lengths = self.lengths[first:stop]
            rows = slice(self.offsets[first], self.offsets[stop])
            text = np.repeat(np.arange(stop - first), lengths)
            word = np.arange(len(text)) - np.repeat(self.offsets[first:stop] - self.offsets[first], lengths)
            padded = np.zeros((stop - first, int(lengths[0]), _COUNT))
            padded[text, word] = scores[rows]
            sums, found, own = _forward_backward(padded, factors, lengths)
            total += sums
            chances[rows] = found[text, word]
            taken += own
        return total, chances, taken

    def _batches(self) -> Iterator[tuple[int, int]]:
        for first in range(0, len(self.lengths), _BATCH):
            yield first, min(first + _BATCH, len(self.lengths))


def _forward_backward(scores: Array, factors: Array, lengths: Array) -> tuple[float, Array, Array]:
    """For texts side by side, the longest first; scores (texts, words, labels), padded."""
    texts, words, _ = scores.shape
    top = scores.max(axis=2, keepdims=True)
    local = np.exp(scores - top)
    alpha, scale = np.zeros_like(local), np.ones((texts, words))
    state = local[:, 0] * factors[_O]
    for t in range(words):
        live = int(np.count_nonzero(lengths > t))
        if t:
            state = (alpha[:live, t - 1] @ factors) * local[:live, t]
        scale[:live, t] = state.sum(axis=1)
        alpha[:live, t] = state / scale[:live, t, None]
    every, last = np.arange(texts), lengths - 1
    ends = alpha[every, last] @ factors[:, _O]
    within = np.arange(words)[None] < lengths[:, None]
    total = float(np.where(within, np.log(scale) + top[:, :, 0], 0.0).sum() + np.log(ends).sum())
    beta = np.zeros_like(local)
    beta[every, last] = factors[:, _O] / ends[:, None]
    taken = np.zeros((_COUNT, _COUNT))
    for t in range(words - 1, 0, -1):
        live = int(np.count_nonzero(lengths > t))
        ahead = beta[:live, t] * local[:live, t] / scale[:live, t, None]
        taken += alpha[:live, t - 1].T @ ahead
        beta[:live, t - 1] = ahead @ factors.T
    taken *= factors
    chances = alpha * beta
    taken[_O] += chances[:, 0].sum(axis=0)
    taken[:, _O] += chances[every, last].sum(axis=0)
    return total, chances, taken
