"""The built-in vocabulary: its size, its rules, its labels, and texts that it must and must not match."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from helpers_vocabulary import surfaces
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import TYPES
from kg.vocabulary import Vocabulary, builtin_files, check, index, load, read

TEXTS = (
    "Deep residual networks (ResNets) trained on ImageNet-1k reach 77.6% top-1 accuracy.",
    "We fine-tune BERT-large on SQuAD 2.0, then distil it; F1 rises by 2.1 points.",
    "Modelling long-range dependencies: LSTMs, GRUs vs. self-attention.",
    "Étude de l’analyse syntaxique du français — naïve Bayes, f-divergences, β-VAE.",
    "𝒪(n log n) algorithms; x_1, P@1, p_1, C++ and https://example.org/llama_2?q=bert",
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load()


def slugs(vocabulary: Vocabulary, text: str) -> set[str]:
    return {slug for found in vocabulary.find(text) for slug in found.slugs}


def test_the_built_in_vocabulary_passes_its_own_check(vocabulary: Vocabulary) -> None:
    assert check(vocabulary) == []


def test_it_holds_thousands_of_entries_of_all_six_types(vocabulary: Vocabulary) -> None:
    counts = Counter(concept.type for concept in vocabulary)
    assert len(vocabulary) >= 2000
    assert set(counts) == set(TYPES)
    assert min(counts.values()) >= 100


def test_it_loads_in_less_than_two_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    load()
    index._load.cache_clear()
    start = time.process_time()
    load().find("LoRA")
    assert time.process_time() - start < 2


def test_every_label_of_every_entry_is_found_in_the_text_that_is_that_label(vocabulary: Vocabulary) -> None:
    lost = [
        (concept.slug, label)
        for concept in vocabulary
        for label in concept.labels
        if not any((f.start, f.end) == (0, len(label)) and concept.slug in f.slugs for f in vocabulary.find(label))
    ]
    assert lost == []


def test_each_file_keeps_one_entry_once_and_under_a_heading() -> None:
    seen: Counter[str] = Counter()
    for path in builtin_files():
        text = path.read_text(encoding="utf-8")
        seen.update(re.findall(r"(?m)^c:(\S+) a ", text))
        first = re.search(r"(?m)^(# .+|c:\S+ a )", text)
        assert first is not None
        assert first.group().startswith("# "), path.name
        assert len(read([path])) <= 250, path.name
    assert [slug for slug, count in seen.items() if count > 1] == []


def test_cues_are_lower_case_words() -> None:
    assert [(c.slug, cue) for c in load() for cue in c.cues if cue != cue.lower()] == []


@pytest.mark.parametrize(
    ("slug", "form"),
    [
        ("chain-of-thought", "Chain-of-Thought"),
        ("retrieval-augmented-generation", "retrieval augmented generation"),
        ("large-language-model", "LLMs"),
        ("mixture-of-experts", "mixtures of experts"),
        ("pre-training", "pretraining"),
        ("fine-tuning", "finetuning"),
        ("vision-language-model", "VLMs"),
        ("in-context-learning", "in-context learning"),
        ("test-time-scaling", "test-time compute"),
        ("humaneval-plus", "HumanEval+"),
        ("k-nearest-neighbors", "k-nearest neighbours"),
        ("language-modeling", "language modelling"),
        ("quantization", "model quantisation"),
        ("a-search", "A* search"),
    ],
)
def test_the_field_s_usual_names_are_known(vocabulary: Vocabulary, slug: str, form: str) -> None:
    assert slug in slugs(vocabulary, f"We study {form} here.")


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("multipl-e", "It handles multiple tasks and multiples of them."),
        ("shap-e", "The shape of the loss and other shapes."),
        ("the-stack", "Values are pushed on the stack."),
        ("natural-questions", "These are natural questions to ask."),
        ("quality", "We collected a high-quality dataset."),
        ("adam", "Ryan Adams wrote to Adams."),
        ("precision-k", "Let $p_1$ and p-1 be primes."),
        ("large-margin-learning", "It wins by a large margin."),
    ],
)
def test_everyday_words_are_not_taken_for_names(vocabulary: Vocabulary, slug: str, text: str) -> None:
    assert slug in vocabulary
    assert slug not in slugs(vocabulary, text)


@given(st.one_of(st.sampled_from(TEXTS), st.text(max_size=200), st.lists(st.sampled_from(TEXTS)).map("\n".join)))
@settings(max_examples=150, deadline=None)
def test_finds_are_in_order_never_overlap_and_lie_in_the_text(vocabulary: Vocabulary, text: str) -> None:
    found = vocabulary.find(text)
    assert all(0 <= f.start < f.end <= len(text) and f.slugs for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(surface == surface.strip() and surface for surface in surfaces(vocabulary, text))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_label_in_a_sentence_is_found_at_its_offsets(vocabulary: Vocabulary, data: st.DataObject) -> None:
    slug = data.draw(st.sampled_from(sorted(vocabulary.concepts)))
    label = data.draw(st.sampled_from(vocabulary[slug].labels))
    text = f"Zzyx: «{label}» (zzyx)."
    places = {(f.start, f.end) for f in vocabulary.find(text) if slug in f.slugs}
    assert (7, 7 + len(label)) in places
