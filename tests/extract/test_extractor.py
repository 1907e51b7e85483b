"""The extractor that both engines read with: the same answers, however often its pipeline is loaded anew."""

from __future__ import annotations

import pytest

from kg.extract import Extractor, extractor
from kg.model import Origin, Paper

TEXTS = (
    "We fine-tune with LoRA.",
    "A Mixture of Experts (MoE) routes.",
    "BERT is tested on GLUE.",
    "",
    "Ferns.",
)


def papers() -> list[Paper]:
    """One paper a text."""
    return [Paper(f"Paper {n}", text, Origin("", "", n), id=str(n)) for n, text in enumerate(TEXTS)]


def test_a_pipeline_loaded_anew_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(Extractor("vocabulary")(papers()))
    monkeypatch.setattr(extractor, "RENEWED", 2)
    read = Extractor("vocabulary")
    first = read._nlp
    assert [found for paper in papers() for found in read([paper])] == whole
    assert read._nlp is not first


def test_papers_come_back_in_order_with_what_they_name() -> None:
    found = list(Extractor("vocabulary")(papers()))
    assert [paper.id for paper, _ in found] == ["0", "1", "2", "3", "4"]
    assert [e.name for e in found[0][1].entities] == ["LoRA"]
    assert found[4][1].entities == ()
