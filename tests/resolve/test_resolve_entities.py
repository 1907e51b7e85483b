"""What a thing is called and is, when papers disagree."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import permutations

import pytest

from kg.model import EntityType, Extraction, Mention, PaperEntity
from kg.resolve import Entities, Entity
from kg.vocabulary import Concept, Vocabulary

NOTHING_KNOWN = Vocabulary([])
ONE_KNOWN = Vocabulary([Concept("lantern", "Lantern", "Model")])


def says(name: str, kind: EntityType = "Method", *, known: bool = False, mentions: int = 1) -> Extraction:
    """An extraction of a paper that names one thing, the lantern."""
    place = Mention("title", 0, len(name), name, 0, len(name), "pattern", 0.5)
    return Extraction((PaperEntity("lantern", name, kind, known, "uses", 0.5, 0.5, 0, (place,) * mentions),))


def settled(votes: Sequence[Extraction], vocabulary: Vocabulary = NOTHING_KNOWN) -> list[Entity]:
    """The entities that the papers agree on."""
    entities = Entities(sqlite3.connect("", isolation_level=None))
    entities.add(list(votes))
    return list(entities.resolved(vocabulary))


def test_the_name_that_most_papers_give_is_the_label() -> None:
    assert settled([says("Lantern"), says("LANTERN"), says("Lantern")])[0].label == "Lantern"


def test_the_type_that_most_papers_give_is_the_type() -> None:
    assert settled([says("Lantern", "Model"), says("Lantern", "Method"), says("Lantern", "Model")])[0].type == "Model"


def test_papers_count_and_not_how_often_one_of_them_says_it() -> None:
    assert settled([says("LANTERN", mentions=9), says("Lantern"), says("Lantern")])[0].label == "Lantern"


@pytest.mark.parametrize("votes", list(permutations([says("LANTERN", "Task"), says("Lantern", "Model")])))
def test_of_equal_votes_the_first_in_the_alphabet_wins_whatever_the_order(votes: Sequence[Extraction]) -> None:
    [entity] = settled(votes)
    assert (entity.label, entity.type) == ("LANTERN", "Model")


def test_the_vocabulary_goes_before_any_number_of_papers() -> None:
    [entity] = settled([says("LANTERN", "Task")] * 5, ONE_KNOWN)
    assert (entity.label, entity.type, entity.known) == ("Lantern", "Model", True)


def test_papers_and_mentions_are_counted_over_all_names() -> None:
    [entity] = settled([says("Lantern", mentions=2), says("LANTERN", "Task"), says("Lantern")])
    assert (entity.papers, entity.mentions) == (3, 4)


def test_a_thing_that_the_vocabulary_does_not_hold_is_not_known() -> None:
    assert not settled([says("Lantern")])[0].known


def test_entities_come_in_the_order_of_their_slugs() -> None:
    place = Mention("title", 0, 1, "x", 0, 1, "pattern", 0.5)
    slugs = ["b", "a-b", "a", "é", "z"]
    made = [Extraction((PaperEntity(s, s, "Task", False, "uses", 0.5, 0.5, 0, (place,)),)) for s in slugs]
    assert [entity.slug for entity in settled(made)] == sorted(slugs)
