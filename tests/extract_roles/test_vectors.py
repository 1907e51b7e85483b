"""Vectors beside the bags, and averages of networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.bags import read_bags, write_bags
from kg.extract.surfaces import Surface
from kg.extract.thing_vectors import WordVectors, thing_vectors
from kg.extract.wordpieces import WordPieces
from kg.train.bags import Recipe, Rows, averaged, fit_bags

RECIPE = Recipe(classes=2, bits=6, hidden=4, passes=6, batch=16)


def rows(seed: int = 0, width: int = 3) -> tuple[Rows, np.ndarray]:
    """Bags that tell nothing, beside vectors whose first number tells the class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, 300)
    vectors = rng.normal(5, 1, (300, width)).astype(np.float32)
    vectors[:, 0] += 4 * labels
    return Rows(rng.integers(0, 9, 600).astype(np.uint64), np.arange(0, 601, 2), vectors), labels


def test_a_class_that_vectors_alone_tell_is_learned() -> None:
    seen, labels = rows()
    model = fit_bags(seen, np.eye(2)[labels], np.ones(len(labels)), RECIPE)
    unseen, wanted = rows(1)
    assert (unseen.probabilities(model).argmax(axis=1) == wanted).mean() > 0.9


def test_a_network_with_vectors_comes_back_as_it_was_written(tmp_path: Path) -> None:
    seen, labels = rows()
    model = fit_bags(seen, np.eye(2)[labels], np.ones(len(labels)), RECIPE)
    write_bags(tmp_path / "net.npz", model)
    again = seen.probabilities(read_bags(tmp_path / "net.npz"))
    assert np.abs(again - seen.probabilities(model)).max() < 0.05


def test_the_average_of_networks_has_the_mean_of_their_scores() -> None:
    seen, labels = rows()
    models = [fit_bags(seen, np.eye(2)[labels], np.ones(len(labels)), RECIPE, seed) for seed in range(3)]
    scores = [np.log(seen.probabilities(m)) for m in models]
    differences = np.mean([s[:, 1] - s[:, 0] for s in scores], axis=0)
    together = np.log(seen.probabilities(averaged(models)))
    assert together[:, 1] - together[:, 0] == pytest.approx(differences, abs=1e-3)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.data())
def test_the_mean_of_a_stretch_is_that_of_the_words_it_touches(lengths: list[int], data: st.DataObject) -> None:
    places, at = [], 0
    for length in lengths:
        places.append((at, at + length))
        at += length + 1
    vectors = np.arange(len(places), dtype=np.float32)[:, None] + 1
    words = WordVectors.of(places, vectors)
    start = data.draw(st.integers(0, at))
    end = data.draw(st.integers(start, at + 1))
    touched = [n + 1 for n, (a, b) in enumerate(places) if a < end and start < b]
    assert float(words.mean(start, end)[0]) == pytest.approx(float(np.mean(touched)) if touched else 0.0)


def test_a_thing_stands_where_its_mentions_and_their_sentences_stand() -> None:
    text = "Moss grows. Fern grows."
    words = WordVectors.of([(0, 4), (5, 10), (12, 16), (17, 22)], np.eye(4, dtype=np.float32))
    surfaces = [Surface(0, 4, "moss", "Moss", "Method", False, "model", 1.0)]
    [vector] = thing_vectors(words, surfaces, {"moss": [0]}, [(0, 11), (12, len(text))])
    assert vector.tolist() == [1, 0, 0, 0, 0.5, 0.5, 0, 0]


@pytest.mark.parametrize(
    ("word", "pieces"),
    [("Tokenizers", (1, 2, 3)), ("tokén", (1,)), ("zzz", (0,)), ("token_token", (1, 4, 1)), ("_", (4,))],
)
def test_a_word_is_cut_into_the_longest_pieces_known(word: str, pieces: tuple[int, ...]) -> None:
    cut = WordPieces.of(["[UNK]", "token", "##izer", "##s", "_"])
    assert cut(word) == pieces
