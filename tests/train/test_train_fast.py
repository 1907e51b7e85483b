"""Training: small sets of our own texts, and the properties that the learned parts must have."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kg import vocabulary
from kg.errors import KGError
from kg.evaluate.gold import GoldEntity, GoldPaper
from kg.extract import extract, load, tables
from kg.extract.chain import ALLOWED, LABELS, stretches
from kg.extract.second_look import choose
from kg.extract.tables import Table
from kg.train import Config, documents, learn_sources, read_config, train, write
from kg.train.chain import labels_of

NAMES = ("Moss Attention", "Fern Pooling", "Lichen Search", "Reed Decoding", "Peat Sampling", "Heath Tuning")
QUICK = Config(chain_iterations=30, chain_minimum=1, look_folds=2, words_minimum=1, words_dimensions=8, kinds_minimum=1)


def paper(number: int, name: str) -> GoldPaper:
    abstract = (
        f"We study how plants grow in rows of {number + 3} pots. We propose {name}, a new method that waters them. "
        f"In our tests {name} needs less water than before, and the leaves of room gardening stay green for many weeks."
    )
    entities = (
        GoldEntity(name, "Method", "introduces", (name,)),
        GoldEntity("Room Gardening", "Task", "studies", ("room gardening",)),
    )
    return GoldPaper(f"p{number}", f"{name} for dry rooms", abstract, entities, ((name, "used_for", "Room Gardening"),))


@pytest.fixture(scope="module")
def papers() -> list[GoldPaper]:
    return [paper(i, name) for i, name in enumerate(NAMES * 2)]


@pytest.fixture(scope="module")
def trained(papers: list[GoldPaper], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    sources = learn_sources([(p.title, p.abstract) for p in papers], [["fern pooling"]], QUICK)
    write(train(documents(papers), sources, QUICK, vocabulary.load()), folder)
    return folder


def test_a_name_never_seen_is_found_where_the_seen_ones_stood(trained: Path) -> None:
    unseen = paper(40, "Birch Folding")
    [(_, found)] = extract(load("fast", model=str(trained)), [unseen.paper])
    named = {e.name: e for e in found.entities if "Birch Folding" in {m.surface for m in e.mentions}}
    assert [e.role for e in named.values()] == ["introduces"]


def test_the_same_papers_in_another_order_give_the_same_parts_to_the_byte(
    papers: list[GoldPaper], trained: Path, tmp_path: Path
) -> None:
    sources = learn_sources([(p.title, p.abstract) for p in papers], [["fern pooling"]], QUICK)
    write(train(documents(papers[::-1]), sources, QUICK, vocabulary.load()), tmp_path)
    assert tables.digest(tmp_path) == tables.digest(trained)


def test_labels_tell_where_each_mention_begins_and_ends(papers: list[GoldPaper]) -> None:
    [document] = documents(papers[:1])
    words = [(w, LABELS[label]) for w, label in zip(document.reading.words, labels_of(document), strict=True)]
    assert words[:4] == [("Moss", "B"), ("Attention", "E"), ("for", "O"), ("dry", "O")]


def test_a_setting_that_no_training_knows_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[chain]\npenalti = 3.0\n", encoding="utf-8")
    with pytest.raises(KGError, match=r"no setting “chain\.penalti”"):
        read_config(file)


def test_the_configuration_that_ships_is_read_by_its_name() -> None:
    assert read_config("fast").chain_penalty > 0


def test_a_folder_without_parts_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="a trained part cannot be read"):
        load("fast", model=str(tmp_path))


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    table = Table(("a", "β γ"), {"n": np.array([1, 2], np.uint16), "_whole": np.eye(2)})
    tables.write(tmp_path / "t.npz", table)
    again = tables.read(tmp_path / "t.npz")
    assert again.keys == table.keys
    assert all(np.array_equal(again[name], table[name]) for name in table.columns)


def _by_hand(scores: np.ndarray, transitions: np.ndarray) -> dict[tuple[int, int], float]:
    """The probability of each stretch, summed over all paths one by one."""
    total, found = 0.0, {}
    for path in itertools.product(range(5), repeat=len(scores)):
        whole = (0, *path, 0)
        if not all(ALLOWED[a, b] for a, b in itertools.pairwise(whole)):
            continue
        weight = np.exp(
            sum(scores[t, y] for t, y in enumerate(path)) + sum(transitions[a, b] for a, b in itertools.pairwise(whole))
        )
        total += weight
        start = 0
        for t, y in enumerate(path):
            if LABELS[y] in "BS":
                start = t
            if LABELS[y] in "ES":
                found[start, t] = found.get((start, t), 0.0) + weight
    return {place: weight / total for place, weight in found.items()}


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 5).flatmap(lambda n: arrays(float, (n, 5), elements=st.floats(-4, 4))),
    arrays(float, (5, 5), elements=st.floats(-2, 2)),
)
def test_the_probability_of_a_stretch_is_the_sum_over_all_paths_that_hold_it(scores, transitions) -> None:
    expected = _by_hand(scores, transitions)
    found = {(a, b): chance for a, b, chance in stretches(scores, transitions, 0.0)}
    for place, chance in expected.items():
        assert found.get(place, 0.0) == pytest.approx(chance, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.floats(0, 1)), max_size=12))
def test_what_is_chosen_never_overlaps(found) -> None:
    chosen = choose([(start, start + length, chance) for start, length, chance in found], 0.4)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(chosen))
