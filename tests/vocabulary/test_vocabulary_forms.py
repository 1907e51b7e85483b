"""The forms in which a label is found."""

from __future__ import annotations

import pytest
from helpers_vocabulary import matcher, surfaces
from hypothesis import given
from hypothesis import strategies as st

from kg.vocabulary import Concept, Vocabulary
from kg.vocabulary.forms import fold, units


@pytest.mark.parametrize("form", ["pre-training", "pre training", "pretraining", "Pre-Training", "PRE‑TRAINING"])
def test_hyphen_space_and_none_are_the_same(form: str) -> None:
    assert surfaces(matcher("Pre-training"), f"On {form} at scale") == [form]


@pytest.mark.parametrize(
    ("label", "plural"),
    [
        ("Language Model", "language models"),
        ("Policy", "policies"),
        ("Word Analysis", "word analyses"),
        ("Mixture of Experts", "mixtures of experts"),
        ("Hinge Loss", "hinge losses"),
        ("CNN", "CNNs"),
    ],
)
def test_plurals_are_found(label: str, plural: str) -> None:
    assert surfaces(matcher(label), f"Of {plural}, we say") == [plural]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Model Optimization", "model optimisation"),
        ("Language Modeling", "language modelling"),
        ("Behavior Cloning", "behaviour cloning"),
        ("Data-Centric Labeling", "data-centric labelling"),
        ("Class Center", "class centre"),
        ("Naive Bayes", "naïve Bayes"),
    ],
)
def test_british_american_and_accented_spellings_are_the_same(label: str, text: str) -> None:
    assert surfaces(matcher(label), text) == [text]


@pytest.mark.parametrize("form", ["LLaMA-2", "Llama 2", "LLaMA2", "llama-2"])
def test_a_version_number_may_stand_off_or_on(form: str) -> None:
    assert surfaces(matcher("LLaMA-2"), f"with {form}.") == [form]


def test_a_ligature_and_a_superscript_are_read_as_their_letters() -> None:
    assert surfaces(matcher("Classifier"), "a classiﬁer") == ["classiﬁer"]
    assert surfaces(matcher("RL²"), "an RL2 agent") == ["RL2"]


@pytest.mark.parametrize("text", ["BLEU", "a BLEU of 30", "BLEUs"])
def test_an_abbreviation_is_found_in_its_own_case(text: str) -> None:
    assert len(surfaces(matcher("BLEU"), text)) == 1


@pytest.mark.parametrize(("label", "text"), [("BLEU", "bleu"), ("RAG", "rag"), ("LoRA", "lora"), ("SWAG", "swag")])
def test_an_abbreviation_is_not_found_in_another_case(label: str, text: str) -> None:
    assert surfaces(matcher(label), f"some {text} here") == []


def test_a_mixed_abbreviation_is_also_found_in_capitals() -> None:
    assert surfaces(matcher("MoE"), "MoE, MOE and moe") == ["MoE", "MOE"]


def test_match_case_holds_a_name_to_its_capital_and_gives_it_no_plural() -> None:
    assert surfaces(matcher("Whisper", match_case=True), "whisper, Whisper, Whispers") == ["Whisper"]


def test_match_case_asks_longer_labels_for_their_capitals_only() -> None:
    vocabulary = matcher("The Stack", "Adam optimizer", "stacked data", match_case=True)
    text = "The Stack, the stack, The stack; Adam Optimizer, an adam optimizer; Stacked Data"
    assert surfaces(vocabulary, text) == ["The Stack", "Adam Optimizer", "Stacked Data"]


def test_a_name_whose_joined_form_is_a_word_is_told_from_it_by_its_capitals() -> None:
    assert surfaces(matcher("MultiPL-E", match_case=True), "multiple, Multiple, MultiPL-E, MULTIPL-E") == [
        "MultiPL-E",
        "MULTIPL-E",
    ]


@pytest.mark.parametrize("sign", [", ", ". ", "; ", ": ", " (", ") ", "! ", "? ", ' "', " = ", " + ", "\n– "])
def test_no_label_matches_across_punctuation(sign: str) -> None:
    assert surfaces(matcher("language model"), f"of language{sign}model") == []


@pytest.mark.parametrize("text", ["language model", "language  model", "language\nmodel", "language-model"])
def test_white_space_of_any_kind_joins_words(text: str) -> None:
    assert surfaces(matcher("language model"), text) == [text]


@pytest.mark.parametrize("text", ["P_1", "p-1", "P 1", "P1"])
def test_a_sign_in_a_label_must_stand_in_the_text(text: str) -> None:
    assert surfaces(matcher("P@1"), f"with {text}") == []
    assert surfaces(matcher("P@1"), "with P@1") == ["P@1"]


def test_a_label_is_no_part_of_a_longer_word() -> None:
    assert surfaces(matcher("attention"), "inattention attentional attention") == ["attention"]


def test_the_longest_label_wins() -> None:
    vocabulary = Vocabulary(
        [Concept("model", "Model", "Concept"), Concept("language-model", "Language Model", "Concept")]
    )
    assert [f.slugs for f in vocabulary.find("language model, model")] == [("language-model",), ("model",)]


def test_a_homonym_is_found_with_all_its_senses() -> None:
    senses = [Concept(f"sam-{s}", s, "Method", ("SAM",), cues=(s,)) for s in ("segmentation", "sharpness")]
    assert [f.slugs for f in Vocabulary(senses).find("SAM")] == [("sam-segmentation", "sam-sharpness")]


def test_case_tells_two_concepts_apart() -> None:
    vocabulary = Vocabulary([Concept("cqa", "CQA", "Task"), Concept("cqa-b", "cQA", "Task")])
    assert [f.slugs for f in vocabulary.find("cQA")] == [("cqa-b",)]


@given(st.text(max_size=300))
def test_units_slice_to_themselves_and_leave_only_separators(text: str) -> None:
    found = units(text)
    assert all(text[start:end] == unit for unit, start, end in found)
    covered = {i for _, start, end in found for i in range(start, end)}
    assert all(c.isspace() or c in "-‐‑–_'’·./&" for i, c in enumerate(text) if i not in covered)


@given(st.text(min_size=1, max_size=30))
def test_folding_twice_is_folding_once_for_plain_words(word: str) -> None:
    if word.isascii():
        assert fold(fold(word)) == fold(word)
