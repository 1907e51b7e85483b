"""Clusters of words by the company that they keep in unlabelled abstracts.

Counts of neighbours on either side and in a wide window, weighted by positive pointwise mutual information, brought to
few dimensions by a randomised singular value decomposition (Halko, Martinsson, Tropp 2011), then spherical k-means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, hstack  # type: ignore[import-untyped]

from kg.extract.lexicons import CLUSTERS
from kg.extract.tables import Array, Table
from kg.extract.words import WORD
from kg.train.config import Config

__all__ = ["cluster_words", "embed"]

_NEAR = (-2, -1, 1, 2)
_WIDE = 8
# The most frequent words tell nothing of the subject that is written about.
_COMMON = 200


def cluster_words(texts: Iterable[str], config: Config) -> Table:
    """Words in lower case, the most frequent first, with their cluster in each clustering."""
    papers = [WORD.findall(text.lower()) for text in texts]
    counts = Counter(word for words in papers for word in words)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: config.words_limit]
    keys = tuple(word for word, n in ranked if n >= config.words_minimum)
    vectors = embed(papers, keys, config)
    random = np.random.default_rng(config.seed)
    kinds = {f"c{n}": _cluster(vectors, min(n, len(keys)), random).astype(np.int16) for n in CLUSTERS}
    return Table(keys, kinds)


def embed(papers: Sequence[Sequence[str]], keys: Sequence[str], config: Config) -> Array:
    """A vector of unit length for each key, (keys, dimensions)."""
    # Number 0 is a rare word, the last one the border of a text.
    numbers = {key: i + 1 for i, key in enumerate(keys)}
    count = len(keys) + 1
    border = [count] * _WIDE
    flat: list[int] = []
    for words in papers:
        flat += [*border, *(numbers.get(w, 0) for w in words)]
    seq = np.array(flat + border, dtype=np.int32)
    blocks = [_weigh(_neighbours(seq, offset, count, 0)) for offset in _NEAR]
    wide = csr_matrix((count, count + 1), dtype=np.float32)
    for offset in range(-_WIDE, _WIDE + 1):
        if offset not in (0, *_NEAR):
            wide = wide + _neighbours(seq, offset, count, _COMMON)
    matrix = hstack([*blocks, _weigh(wide)]).tocsr()
    vectors = _reduce(matrix, min(config.words_dimensions, len(keys)), np.random.default_rng(config.seed))[1:]
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9))


def _neighbours(seq: Array, offset: int, count: int, common: int) -> csr_matrix:
    words, others = seq, np.roll(seq, -offset)
    kept = (words > 0) & (words < count) & ((others > common) & (others < count) if common else True)
    ones = np.ones(int(kept.sum()), np.float32)
    return coo_matrix((ones, (words[kept], others[kept])), shape=(count, count + 1)).tocsr()


def _weigh(counts: csr_matrix) -> csr_matrix:
    """Positive pointwise mutual information, frequent contexts damped by the power 0.75."""
    rows = np.asarray(counts.sum(axis=1)).ravel() + 1e-9
    shares = np.asarray(counts.sum(axis=0)).ravel() ** 0.75
    shares = shares / max(float(shares.sum()), 1e-9)
    found = counts.tocoo()
    information = np.log(np.maximum(found.data / (rows[found.row] * shares[found.col] + 1e-12), 1e-9))
    kept = information > 0
    places = (found.row[kept], found.col[kept])
    return coo_matrix((information[kept].astype(np.float32), places), shape=counts.shape).tocsr()


def _reduce(matrix: csr_matrix, dimensions: int, random: np.random.Generator) -> Array:
    turned = matrix.T.tocsr()
    basis = matrix @ (turned @ random.standard_normal((matrix.shape[0], dimensions + 10)).astype(np.float32))
    for _ in range(4):
        basis, _ = np.linalg.qr(basis)
        basis = matrix @ (turned @ basis)
    basis, _ = np.linalg.qr(basis)
    inner = (turned @ basis).T
    left, squares, _ = np.linalg.svd(inner @ inner.T)
    return np.asarray((basis @ left)[:, :dimensions] * np.sqrt(np.sqrt(squares[:dimensions])))


def _cluster(vectors: Array, count: int, random: np.random.Generator, rounds: int = 15) -> Array:
    centres = vectors[random.choice(len(vectors), count, replace=False)].copy()
    for _ in range(rounds):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return np.asarray(np.argmax(vectors @ centres.T, axis=1))
