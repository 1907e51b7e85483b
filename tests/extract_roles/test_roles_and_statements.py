"""The role of each entity for its paper, and what a text states of two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kg.extract import extract, load
from kg.model import Extraction, Origin, Paper, PaperEntity, Relation

Read = Callable[[str, str], Extraction]

TITLE = "Grobble: Fast Adaptation of Language Models for Question Answering"
ABSTRACT = (
    "Question answering is costly. In this paper, we propose Grobble, a new method that adapts language models. "
    "Grobble is built on LoRA and uses quantization to save memory. "
    "Experiments on SQuAD show that Grobble outperforms BERT by 3 points in F1. "
    "The weights of RoBERTa are not changed."
)


def paper(title: str, abstract: str, name: str = "p") -> Paper:
    return Paper(title, abstract, Origin("x", "jsonl", 1), id=name)


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    nlp = load("vocabulary")
    # Rules that find the entities for sure, with the statements that they leave out.
    nlp.replace_pipe("kg_entities", "kg_entities")

    def reading(title: str, abstract: str) -> Extraction:
        return next(extract(nlp, [paper(title, abstract)]))[1]

    yield reading


def named(extraction: Extraction, name: str) -> PaperEntity:
    [found] = [e for e in extraction.entities if e.name == name]
    return found


def sentence_of(entity: PaperEntity, title: str, abstract: str) -> str:
    mention = entity.mentions[entity.evidence]
    field = title if mention.field == "title" else abstract
    return field[mention.sentence_start : mention.sentence_end]


@pytest.mark.parametrize(
    ("name", "role"),
    [("Grobble", "introduces"), ("SQuAD", "evaluates_on"), ("BERT", "compares_with"), ("LoRA", "uses")],
)
def test_a_role_follows_from_what_the_sentences_say(read: Read, name: str, role: str) -> None:
    assert named(read(TITLE, ABSTRACT), name).role == role


def test_a_role_is_decided_once_for_all_mentions(read: Read) -> None:
    found = [e for e in read(TITLE, ABSTRACT).entities if e.name == "Grobble"]
    assert len(found) == 1
    assert len(found[0].mentions) == 4


def test_the_evidence_of_a_role_is_a_sentence_that_names_the_thing(read: Read) -> None:
    for entity in read(TITLE, ABSTRACT).entities:
        assert entity.mentions[entity.evidence].surface in sentence_of(entity, TITLE, ABSTRACT)


def test_a_sure_role_is_more_confident_than_a_doubtful_one(read: Read) -> None:
    sure = named(read(TITLE, ABSTRACT), "Grobble")
    doubtful = named(read("On ferns", "Much has been said of Grobble-X1 elsewhere."), "Grobble-X1")
    assert sure.role_confidence > 0.8 > doubtful.role_confidence


def test_probabilities_have_two_decimals(read: Read) -> None:
    found = read(TITLE, ABSTRACT)
    numbers = [e.role_confidence for e in found.entities] + [r.confidence for r in found.relations]
    assert numbers == [round(n, 2) for n in numbers]


def stated(extraction: Extraction) -> set[tuple[str, str, str]]:
    names = {e.slug: e.name for e in extraction.entities}
    return {(names[r.subject], r.predicate, names[r.object]) for r in extraction.relations}


@pytest.mark.parametrize(
    "statement",
    [
        ("Grobble", "evaluated_on", "SQuAD"),
        ("Grobble", "outperforms", "BERT"),
        ("Grobble", "used_for", "Question Answering"),
    ],
)
def test_what_a_sentence_says_of_two_things_is_stated(read: Read, statement: tuple[str, str, str]) -> None:
    assert statement in stated(read(TITLE, ABSTRACT))


def test_a_pair_of_things_has_one_statement(read: Read) -> None:
    pairs = [frozenset((r.subject, r.object)) for r in read(TITLE, ABSTRACT).relations]
    assert len(pairs) == len(set(pairs))


def holds(relation: Relation, entity: PaperEntity) -> bool:
    return any(
        m.field == relation.field and relation.start <= m.start and m.end <= relation.end for m in entity.mentions
    )


def test_the_evidence_of_a_statement_names_both_or_what_the_introduced_thing_is_said_of(read: Read) -> None:
    found = read(TITLE, ABSTRACT)
    by_slug = {e.slug: e for e in found.entities}
    for relation in found.relations:
        ends = [by_slug[relation.subject], by_slug[relation.object]]
        missing = [e for e in ends if not holds(relation, e)]
        assert len(missing) < 2
        assert all(e.role_confidence > 0.3 for e in missing)


def test_what_is_denied_is_not_asserted(read: Read) -> None:
    said = read("On ferns", "We propose Grobble. On SQuAD, Grobble does not outperform BERT.")
    [relation] = [r for r in said.relations if {r.subject, r.object} == {"grobble", "bert"}]
    assert relation.negated
    assert not relation.asserted


def test_what_is_said_plainly_is_not_denied(read: Read) -> None:
    [relation] = [r for r in read(TITLE, ABSTRACT).relations if {r.subject, r.object} == {"grobble", "bert"}]
    assert not relation.negated


def test_a_paper_is_read_the_same_alone_and_among_others() -> None:
    nlp = load("vocabulary")
    papers = [paper(TITLE, ABSTRACT, "a"), paper("On ferns", "We evaluate BERT on SQuAD.", "b"), paper("", "", "c")]
    together = {p.id: e for p, e in extract(nlp, papers)}
    alone = {p.id: next(extract(nlp, [p]))[1] for p in reversed(papers)}
    assert together == alone


def test_a_text_without_things_states_nothing(read: Read) -> None:
    assert read("On ferns", "They grow in the shade of trees.") == Extraction()
