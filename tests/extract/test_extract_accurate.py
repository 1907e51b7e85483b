"""The `accurate` profile: an encoder whose vectors tell types and roles, the same in any batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from spacy.language import Language

from kg.extract import extract, load
from kg.extract.encoder import LONGEST, Encoder, load_encoder
from kg.extract.tables import parts_folder
from kg.model import Origin, Paper

ABSTRACT = (
    "In this paper, we propose Grobble, a new method that adapts language models. Grobble is built on LoRA and uses "
    "quantization to save memory. Experiments on SQuAD show that Grobble outperforms BERT by 3 points in F1."
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(parts_folder("encoder"))


@pytest.fixture(scope="module")
def nlp() -> Iterator[Language]:
    yield load("accurate")


def paper(number: int, abstract: str) -> Paper:
    return Paper("Grobble: Adaptation for Question Answering", abstract, Origin("x", "jsonl", 1), id=f"p{number}")


def test_every_word_gets_a_vector_whatever_the_length(encoder: Encoder) -> None:
    for count in (0, 1, LONGEST - 2, 3 * LONGEST):
        assert encoder.vectors(["network"] * count).shape == (count, encoder.width)


def test_a_word_has_another_vector_in_another_sentence(encoder: Encoder) -> None:
    river, money = (
        encoder.vectors(["the", "bank", "of", "the", "river"])[1],
        encoder.vectors(["the", "bank", "lends", "money"])[1],
    )
    same = encoder.vectors(["the", "bank", "of", "the", "river"])[1]
    assert np.array_equal(river, same)
    assert float(river @ money / np.linalg.norm(river) / np.linalg.norm(money)) < 0.98


def test_the_answer_for_a_paper_depends_on_that_paper_alone(nlp: Language) -> None:
    papers = [paper(0, ABSTRACT), paper(1, "We study moss. " * 90), paper(2, ABSTRACT[:90])]
    together = {p.id: found for p, found in extract(nlp, papers)}
    alone = {p.id: found for one in papers for p, found in extract(nlp, [one], batch=1)}
    assert together == alone


def test_what_the_paper_gives_is_introduced_and_what_it_is_measured_on_is_not(nlp: Language) -> None:
    [(_, found)] = extract(nlp, [paper(0, ABSTRACT)])
    roles = {e.name: e.role for e in found.entities}
    assert roles["Grobble"] == "introduces"
    assert roles["SQuAD"] == "evaluates_on"


def test_text_in_another_language_is_not_encoded(nlp: Language) -> None:
    doc = nlp("Wir zeigen, dass die Methode nicht auf den Daten beruht und dass sie nicht so gut ist wie BERT.")
    assert doc._.kg_vectors is None
