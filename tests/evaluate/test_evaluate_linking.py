"""Linking alone: how many of the annotated things that the vocabulary knows by name are linked to their entry."""

from __future__ import annotations

from kg.evaluate.gold import GoldEntity, GoldPaper
from kg.evaluate.linking import linking_rows
from kg.iri import concept_iri
from kg.vocabulary import Concept, Vocabulary

KNOWN = Vocabulary(
    [
        Concept("moss-attention", "Moss Attention", "Method", ("mossy attention",)),
        Concept("lantern", "Lantern", "Model"),
    ]
)


def paper(key: str, *entities: tuple[str, str]) -> GoldPaper:
    """An annotated paper: name and surface of each thing."""
    made = tuple(GoldEntity(name, "Method", "uses", (surface,)) for name, surface in entities)
    return GoldPaper(key, "Title", "Text.", made, (), "gold.jsonl")


def linked(*entities: tuple[str, str]) -> dict[str, object]:
    """What was printed for a paper: slug and surface of each thing."""
    return {
        "entities": [
            {"concept": concept_iri(slug), "name": text, "mentions": [{"text": text}]} for slug, text in entities
        ]
    }


def test_linking_counts_what_the_vocabulary_holds_and_coverage_what_recurs() -> None:
    gold = [
        paper("a", ("Moss Attention", "mossy attention"), ("Lantern", "the lamp"), ("Fern", "fern")),
        paper("b", ("Moss Attention", "Moss Attention"), ("Fern", "fern"), ("Bark", "bark")),
    ]
    predicted = {
        "a": linked(("moss-attention", "mossy attention"), ("the-lamp", "the lamp"), ("fern", "fern")),
        "b": linked(("moss", "Moss Attention"), ("fern", "fern")),
    }
    rows = {row.figure: (row.f1, row.predicted, row.gold) for row in linking_rows(gold, predicted, KNOWN)}
    assert rows == {
        "linking": (33.33, 1, 3),
        "linking_written": (50.0, 1, 2),
        "coverage": (50.0, 2, 4),
    }
