"""Texts of other fields give few and unsure entities; texts of other languages are read by the vocabulary alone."""

from __future__ import annotations

from functools import cache

import pytest

from kg.extract import extract, load
from kg.model import Extraction, Origin, Paper

TEXTS = {
    "biomedical": (
        "Salt intake and blood pressure in adults of a coastal town",
        "We followed 412 adults of a coastal town for six years. Salt intake was measured from urine collected over a"
        " day, and blood pressure at each visit by a nurse. Men with the highest intake had a pressure 5 mmHg above"
        " those with the lowest, after allowance for age, weight and smoking. No such difference was seen in women."
        " Eating less salt may lower the burden of stroke in places like this one.",
    ),
    "news": (
        "Ferry service to return in spring",
        "The ferry between the island and the harbour will sail again from April, the mayor said on Monday. The old"
        " boat had been laid up since a storm tore off part of its bow in November. Shopkeepers welcomed the news."
        " Tickets will cost two euros more than last year, and the first boat leaves at six in the morning.",
    ),
    "history": (
        "Grain, guilds and governors: a market town in the eighteenth century",
        "This article follows the quarrels between bakers and councillors over the price of bread. Court rolls and"
        " letters show that both sides appealed to custom. The governor took a side only when harvests failed.",
    ),
}  # fmt: skip
MACHINE_LEARNING = (
    "Low-rank adapters for retrieval",
    "We fine-tune BERT with LoRA for passage retrieval and report recall on MS MARCO. Compared with full fine-tuning,"
    " low-rank adaptation keeps the accuracy of the dense retriever while training one per cent of the weights.",
)
FOREIGN = {
    "German": (
        "Ein Vergleich von BERT und GPT-2",
        "In dieser Arbeit werden BERT und GPT-2 auf deutschen Texten verglichen. Die Modelle wurden mit LoRA an die"
        " Aufgabe angepasst, und es zeigt sich, dass die Ergebnisse nicht von der Größe des Wörterbuchs abhängen.",
    ),
    "French": (
        "Une étude de BERT",
        "Nous étudions dans cet article le modèle BERT et les méthodes qui le réduisent. Les résultats sur ImageNet"
        " montrent que la distillation est plus sûre que les autres méthodes, et qu'elle est aussi plus rapide.",
    ),
    "Spanish": (
        "Un estudio de BERT",
        "En este trabajo se estudia el modelo BERT y se compara con GPT-2 en los textos de la prensa. Los resultados"
        " muestran que el modelo no es mejor que los otros, pero que es más rápido y que usa menos memoria.",
    ),
}


@cache
def read(title: str, abstract: str, profile: str = "fast") -> Extraction:
    """What a text says."""
    paper = Paper(title, abstract, Origin("test", "test", 1))
    return next(iter(extract(load(profile), [paper])))[1]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("profile", ["fast", "vocabulary"])
def test_prose_of_another_field_gives_few_entities_and_unsure_ones(field: str, profile: str) -> None:
    found = read(*TEXTS[field], profile).entities
    usual = read(*MACHINE_LEARNING, profile).entities
    print(field, profile, [(e.name, e.confidence) for e in found], len(usual))
    assert len(found) <= 4
    assert len(found) < len(usual)
    assert sum(e.confidence >= 0.9 for e in found) <= 1


@pytest.mark.parametrize("field", TEXTS)
def test_prose_of_another_field_introduces_nothing(field: str) -> None:
    assert [e.name for e in read(*TEXTS[field]).entities if e.role == "introduces" and e.confidence >= 0.7] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_text_in_another_language_is_read_by_the_vocabulary_alone(language: str) -> None:
    found = read(*FOREIGN[language])
    assert "BERT" in {e.name for e in found.entities}
    assert all(e.known for e in found.entities)
    assert {m.match for e in found.entities for m in e.mentions} <= {"label", "alias", "abbreviation"}
    assert found.relations == ()


@pytest.mark.parametrize("language", FOREIGN)
def test_the_language_of_a_text_is_recognised(language: str) -> None:
    nlp = load("vocabulary")
    assert nlp("\n".join(FOREIGN[language]))._.kg_language != "en"
    assert nlp("\n".join(MACHINE_LEARNING))._.kg_language == "en"
