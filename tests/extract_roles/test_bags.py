"""The network over bags of features, how it is kept, and how it learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KGError
from kg.extract.bags import Array, Bags, flatten, read_bags, write_bags
from kg.extract.context import EDGE, read_context
from kg.extract.surfaces import Surface
from kg.train.bags import Recipe, Rows, calibrated, fit_bags

BAGS = st.lists(st.sets(st.integers(0, 2**62), min_size=1, max_size=9), min_size=1, max_size=9)
RECIPE = Recipe(classes=2, bits=10, hidden=4, passes=30, batch=16, rate=0.2, drop_features=0.2, drop_hidden=0.1)


def network() -> Bags:
    rng = np.random.default_rng(1)
    made = [rng.normal(size=shape).astype(np.float32) for shape in ((64, 7), (4,), (3, 4), (3,))]
    return Bags(made[0], made[1], made[2], made[3], 1.2, np.zeros(0, dtype=bool))


@given(BAGS)
def test_probabilities_sum_to_one(bags: list[set[int]]) -> None:
    features, starts, sizes = flatten(bags)
    chances = network().probabilities(network().sums(features, starts), sizes)
    assert chances.sum(axis=1) == pytest.approx(np.ones(len(bags)), abs=1e-5)


@given(BAGS)
def test_what_is_said_of_a_bag_does_not_depend_on_its_neighbours(bags: list[set[int]]) -> None:
    model = network()
    features, starts, sizes = flatten(bags)
    together = model.probabilities(model.sums(features, starts), sizes)
    alone, first, size = flatten(bags[:1])
    assert model.probabilities(model.sums(alone, first), size)[0] == pytest.approx(together[0], abs=1e-5)


def test_a_network_that_was_written_says_nearly_the_same(tmp_path: Path) -> None:
    write_bags(tmp_path / "n.npz", network())
    features, starts, sizes = flatten([{1, 2, 3}, {4}])
    old, new = (m.probabilities(m.sums(features, starts), sizes) for m in (network(), read_bags(tmp_path / "n.npz")))
    assert new == pytest.approx(old, abs=0.02)


def test_a_network_that_is_missing_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="trained part"):
        read_bags(tmp_path / "none.npz")


def toy() -> tuple[Rows, Array]:
    """Rows whose class is told by one feature among others that tell nothing."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    features, starts, _ = flatten([{1000 + int(y), *rng.integers(0, 50, 5).tolist()} for y in labels])
    return Rows(features, np.append(starts, len(features)), np.zeros((len(starts), 0))), labels


def test_a_network_learns_what_tells_a_class() -> None:
    rows, labels = toy()
    model = fit_bags(rows, np.eye(2)[labels], np.ones(len(labels)), RECIPE)
    assert (rows.probabilities(model).argmax(axis=1) == labels).mean() > 0.95


def test_the_same_training_gives_the_same_network() -> None:
    rows, labels = toy()
    one, two = (fit_bags(rows, np.eye(2)[labels], np.ones(len(labels)), RECIPE, seed=3) for _ in range(2))
    assert np.array_equal(one.table, two.table)


def test_probabilities_that_are_too_sure_are_brought_down() -> None:
    chances = np.tile([0.99, 0.01], (100, 1))
    labels = [0] * 70 + [1] * 30
    assert calibrated(network(), chances, labels).temperature > 2


def surface(text: str, name: str) -> Surface:
    start = text.index(name)
    return Surface(start, start + len(name), name.lower(), name, "Method", False, "pattern", 0.9)


def test_a_mention_is_one_unit_whatever_its_words() -> None:
    text = "On ferns\nWe grow Moss Attention here. It works."
    one = read_context(
        text, 8, [surface(text, "Moss Attention")], {"moss attention": "Method"}, [(0, 8), (9, 37), (38, 47)]
    )
    assert one.bounds == [0, 2, 7, 10]
    assert (one.place, one.sentence, one.title, one.owner[4]) == ([4], [1], 1, 0)


def test_behind_the_edge_of_a_sentence_stands_the_edge() -> None:
    text = "Moss grows. Ferns wilt."
    one = read_context(text, 0, [], {}, [(0, 11), (12, 23)])
    assert one.key(3, 0) == EDGE
    assert one.key(3, 1) != EDGE


@given(st.text(max_size=60))
def test_any_text_has_a_context(text: str) -> None:
    one = read_context(text, 0, [], {}, [(0, len(text))])
    assert len(one.keys) == len(one.owner) == one.bounds[-1]
