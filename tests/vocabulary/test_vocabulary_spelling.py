"""Other spellings and word orders of a name are that name; other names are not."""

from __future__ import annotations

from string import ascii_letters, digits

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.vocabulary import Concept, Vocabulary
from kg.vocabulary.spelling import Spellings, spelling_key

CONCEPTS = (
    Concept("commonsense-reasoning", "Commonsense Reasoning", "Task"),
    Concept("pre-training-corpus", "Pre-training Corpus", "Concept"),
    Concept("image-generation", "Image Generation", "Task"),
    Concept("instruction-following", "Instruction Following", "Task"),
    Concept("r-at-k", "Recall@k", "Metric", ("R@1",)),
    Concept("moe", "MoE", "Method"),
    Concept("whisper", "Whisper", "Model", match_case=True),
    Concept("pruning", "Pruning", "Method", cues=("weight",)),
    Concept("one", "Fern Sorting", "Task"),
    Concept("two", "Fern-Sorting", "Method"),
)
KNOWN = Spellings(CONCEPTS)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("common-sense reasoning", "commonsense-reasoning"),
        ("Common Sense Reasonings", "commonsense-reasoning"),
        ("pretraining corpora", "pre-training-corpus"),
        ("generation of images", "image-generation"),
        ("generating images", "image-generation"),
        ("following instructions", "instruction-following"),
    ],
)
def test_another_spelling_or_order_is_the_entry(name: str, slug: str) -> None:
    assert KNOWN.slug(name) == slug


@pytest.mark.parametrize(
    "name",
    [
        "R1",
        "moe",
        "whispers",
        "Whispers",
        "prunings",
        "fern sorting",
        "image",
        "images of generation",
        "of",
        "",
        "ing of",
    ],
)
def test_short_forms_capitals_cues_and_names_of_several_entries_need_more_than_spelling(name: str) -> None:
    assert KNOWN.slug(name) == ""


def test_versions_stay_apart() -> None:
    assert spelling_key("FernNet 1.1") != spelling_key("FernNet 11")
    assert spelling_key("FernNet-1") != spelling_key("FernNet-2")
    assert spelling_key("Fern-Net") == spelling_key("FernNet") == spelling_key("fern net")


@settings(deadline=None)
@given(st.text(ascii_letters + digits + " -", max_size=30))
def test_a_key_does_not_depend_on_the_case(name: str) -> None:
    assert spelling_key(name) == spelling_key(name.upper()) == spelling_key(name.lower())


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_has_a_key_and_is_an_entry_or_none(name: str) -> None:
    assert spelling_key(name) == spelling_key(f" {name} ")
    assert KNOWN.slug(name) in {"", *(concept.slug for concept in CONCEPTS)}


def test_each_entry_of_the_vocabulary_is_found_by_its_own_spelling_or_by_none() -> None:
    from kg.vocabulary import load

    known: Vocabulary = load()
    wrong = [c.slug for c in known if known.spellings.slug(c.label) not in ("", c.slug)]
    assert wrong == []
