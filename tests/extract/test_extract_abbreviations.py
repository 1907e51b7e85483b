"""Abbreviations that a text defines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.abbreviations import find_pairs


def pairs(text: str) -> list[tuple[str, str]]:
    """Short and long forms of a text."""
    return [(pair.short, pair.long) for pair in find_pairs(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use Mixture of Experts (MoE) layers.", "MoE", "Mixture of Experts"),
        ("We train large language models (LLMs).", "LLMs", "large language models"),
        ("Deep semi-supervised learning (SSL) is hard.", "SSL", "semi-supervised learning"),
        ("The heat shock transcription factor (HSF) binds.", "HSF", "heat shock transcription factor"),
        ("We call LoRA (Low-Rank Adaptation) good.", "LoRA", "Low-Rank Adaptation"),
        ("an encoder (masked auto-encoder, MAE) learns", "MAE", "masked auto-encoder"),
        ("a 95% confidence interval [CI] of 3", "CI", "confidence interval"),
        ("(adjusted odds ratio [AOR], 4.2)", "AOR", "adjusted odds ratio"),
        ("a “bark transformer” (BT) grows", "BT", "bark transformer"),
        ("multiple moss models (MMM) grow", "MMM", "multiple moss models"),
        ("It grows: moss attention network (MAN) is it.", "MAN", "moss attention network"),
        ("some amino acids (aa) bind", "aa", "amino acids"),
        ("the 1-methyl moss (MM) grows", "MM", "1-methyl moss"),
        ("the encoder—masked moss model (MMM)—grows", "MMM", "masked moss model"),
    ],
)
def test_a_definition_is_found(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "It works (see Table 2) well.",
        "It works well (we think).",
        "The result (p < 0.05) holds (Smith, 2020).",
        "It was fast (GPU) and cheap.",
        "One step. Then two (OST) follow.",
        "A list: (a) one, (b) two.",
        "It converges (D/\\epsilon) at $D$, say.",
        "()( )((a))[]",
        "the moss (wet) network (MN) grows",
    ],
)
def test_a_remark_in_brackets_is_no_definition(text: str) -> None:
    assert pairs(text) == []


@given(st.text(st.sampled_from('AaBb mM-([)],.;:\n"”$/ıİß1'), max_size=60) | st.text(max_size=60))
def test_the_offsets_of_a_definition_hold_its_forms(text: str) -> None:
    for pair in find_pairs(text):
        assert text[pair.short_start : pair.short_end] == pair.short
        assert text[pair.long_start : pair.long_end] == pair.long
        assert len(pair.long) > len(pair.short)


def test_many_definitions_take_time_in_proportion() -> None:
    assert len(find_pairs("moss attention network (MAN) grows and grows. " * 20_000)) == 20_000


@pytest.mark.slow
def test_definitions_of_annotated_abstracts_are_found_as_published(shared: Path) -> None:
    """Schwartz and Hearst (2003) report 96 % precision at 82 % recall on another corpus."""
    right = found = annotated = 0
    with (shared / "datasets" / "abbrev_med1250" / "all.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            gold = {(" ".join(p["short"].split()), " ".join(p["long"].split())) for p in record["pairs"]}
            predicted = set(pairs(record["text"]))
            right, found, annotated = right + len(gold & predicted), found + len(predicted), annotated + len(gold)
    precision, recall = right / found, right / annotated
    assert precision >= 0.955
    assert 2 * precision * recall / (precision + recall) >= 0.88
