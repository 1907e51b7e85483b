"""Cross-validation: what is said of a paper comes from parts that never saw it."""

from __future__ import annotations

import pytest

from kg import vocabulary
from kg.errors import KGError
from kg.evaluate.gold import GoldEntity, GoldPaper
from kg.train import Config, cross, documents, shipped_sources
from kg.train.fast import remembered

NAMES = ("Moss Attention", "Fern Pooling", "Lichen Search", "Reed Decoding", "Peat Sampling", "Heath Tuning")
QUICK = Config(chain_iterations=20, chain_minimum=1, kinds_minimum=1)


@pytest.fixture(scope="module")
def papers() -> list[GoldPaper]:
    made = []
    for i, name in enumerate(NAMES * 2):
        text = f"We propose {name}, a new method for room gardening. In {i + 3} tests {name} needs less water."
        entities = (
            GoldEntity(name, "Method", "introduces", (name,)),
            GoldEntity("Room Gardening", "Task", "studies", ("room gardening",)),
        )
        relations = ((name, "used_for", "Room Gardening"),)
        made.append(GoldPaper(f"p{i}", f"{name} for dry rooms", text, entities, relations))
    return made


@pytest.fixture(scope="module")
def folds(papers: list[GoldPaper]) -> dict[str, int]:
    # A name stands in one fold alone.
    return {paper.id: i % len(NAMES) // 2 for i, paper in enumerate(papers)}


@pytest.mark.slow
def test_every_paper_of_a_fold_is_read_and_no_other(
    papers: list[GoldPaper], folds: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross, "read_config", lambda _: QUICK)
    found = cross.cross_validate(papers, folds, only=[1])
    assert sorted(found) == sorted(paper for paper, fold in folds.items() if fold == 1)
    named = {m["text"] for record in found.values() for e in record["entities"] for m in e["mentions"]}
    assert {"Lichen Search", "Reed Decoding"} <= named


def test_a_recogniser_is_trained_once_and_knows_no_term_of_the_parts_left_out(
    papers: list[GoldPaper], folds: dict[str, int]
) -> None:
    told: list[str] = []
    fit = remembered(documents(papers), folds, shipped_sources(), QUICK, vocabulary.load(), told.append)
    without = fit(frozenset({0, 1}))
    assert fit(frozenset({1, 0})) is without
    assert len(told) == 1
    assert "peat sampling" in without.terms.named
    assert not {"moss attention", "fern pooling", "lichen search", "reed decoding"} & without.terms.named.keys()


def test_two_folds_are_too_few(papers: list[GoldPaper]) -> None:
    with pytest.raises(KGError, match="fewer than three folds"):
        cross.cross_validate(papers, {paper.id: i % 2 for i, paper in enumerate(papers)})


def test_a_paper_without_a_fold_is_named(papers: list[GoldPaper]) -> None:
    with pytest.raises(KGError, match="12 papers are in no fold"):
        cross.cross_validate(papers, {})
