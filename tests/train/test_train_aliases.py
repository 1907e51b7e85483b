"""Names that the vocabulary does not hold: which entry they stand for is learned from what annotated papers mean."""

from __future__ import annotations

import pytest

from kg import vocabulary
from kg.evaluate.gold import GoldEntity, GoldPaper
from kg.extract.aliases import Aliases
from kg.extract.lexicons import Words
from kg.train import Config, documents, shipped_sources
from kg.train.aliases import fit_aliases

ENTRIES = (
    "Knowledge Distillation", "Object Detection", "Machine Translation", "Image Captioning", "Graph Neural Network",
    "Language Modeling", "Text Classification", "Image Segmentation",
)  # fmt: skip


def paper(number: int, entry: str) -> GoldPaper:
    """One that says the same thing with one word before its name, and names another thing by another word before."""
    same, other = f"mossy {entry.lower()}", f"ferny {entry.lower()}"
    text = f"We compare {same} with {other}. In our tests the mossy kind is {number + 3} times faster."
    entities = (
        GoldEntity(entry, "Task", "studies", (same,)),
        GoldEntity(f"Ferny {entry}", "Task", "compares_with", (other,)),
    )
    return GoldPaper(f"p{number}", "Of moss and fern", text, entities, ())


@pytest.fixture(scope="module")
def learned() -> Aliases:
    known = vocabulary.load()
    papers = documents(paper(i, entry) for i, entry in enumerate(ENTRIES))
    table = fit_aliases(papers, known, Words(shipped_sources().words), Config(aliases_penalty=0.1))
    return Aliases.of(table, known)


def test_a_word_that_named_no_other_thing_before_an_entry_names_none_before_another_one(learned: Aliases) -> None:
    assert learned.entry("mossy image classification") == "image-classification"
    assert learned.entry("ferny image classification") == ""


def test_what_is_learned_is_the_same_after_it_was_stored(learned: Aliases) -> None:
    again = Aliases.of(learned.table(), learned.vocabulary)
    names = [f"{word} {entry}" for word in ("mossy", "ferny") for entry in (*ENTRIES, "Image Classification")]
    assert [again.entry(name) for name in names] == [learned.entry(name) for name in names]
    assert learned.usage.meant["mossy object detection"] == {"object-detection": 1}


def test_without_an_annotated_name_of_an_entry_nothing_is_learned() -> None:
    alone = GoldPaper(
        "p", "Moss", "We grow soft moss.", (GoldEntity("Moss", "Concept", "studies", ("soft moss",)),), ()
    )
    known = vocabulary.load()
    table = fit_aliases(documents([alone]), known, Words(shipped_sources().words), Config())
    assert Aliases.of(table, known).entry("fast object detection") == ""
