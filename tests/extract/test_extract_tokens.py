"""Tokens and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.sentences import detect_language, kg_sentences
from kg.extract.tokenizer import make_tokenizer

if TYPE_CHECKING:
    from spacy.language import Language

TOKENIZER = make_tokenizer()(spacy.blank("en"))


def tokens(text: str) -> list[str]:
    """The tokens of a text."""
    return [token.text for token in TOKENIZER(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "Pre-LN",
        "LLaMA-2",
        "W4A8",
        "F1@k",
        "C++",
        "C#",
        "i.e.",
        "e.g.",
        "U.S.",
        "state-of-the-art",
        "3.5",
        "1,000",
        "k-NN",
        "GPT-3.5",
    ],
)
def test_a_term_of_the_field_is_one_token(whole: str) -> None:
    assert whole in tokens(f"We use {whole} here.")


@pytest.mark.parametrize("whole", ["Pre-LN", "LLaMA-2", "W4A8", "F1@k", "C++"])
@pytest.mark.parametrize("around", ["({})", "“{}”", "{},", "{}.", "[{}];", "'{}'", "{}'s", "{}…"])
def test_a_term_is_one_token_whatever_stands_around_it(whole: str, around: str) -> None:
    assert whole in tokens(f"Then {around.format(whole)} then")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("end. Next", ["end", ".", "Next"]),
        ("(see below)", ["(", "see", "below", ")"]),
        ("train/test", ["train", "/", "test"]),
        ("BERT—our baseline", ["BERT", "—", "our", "baseline"]),
        ("word(s)", ["word", "(", "s", ")"]),
    ],
)
def test_signs_that_join_nothing_stand_alone(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize("address", ["https://example.org/a_b.html", "www.example.org/x", "ada@example.org"])
def test_an_address_is_one_token(address: str) -> None:
    assert address in tokens(f"See {address}, then")


@given(st.text(max_size=60))
def test_tokens_leave_nothing_out(text: str) -> None:
    assert TOKENIZER(text).text == text


def sentences(nlp: Language, abstract: str, title: str = "") -> list[str]:
    """The sentences of a text."""
    with nlp.select_pipes(enable="kg_sentences"):
        doc = nlp.make_doc(f"{title}\n{abstract}" if title else abstract)
        doc._.kg_title_end = len(title)
        return [sentence.text.strip() for sentence in nlp(doc).sents]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One thing. Another thing.", 2),
        ("Is it? It is! So be it.", 3),
        ("Many things, e.g. Lantern and i.e. Moss, are fine.", 1),
        ("As in Fig. 3 and Sec. 4 and Eq. 5 of Smith et al. (2020), it holds.", 1),
        ("We follow Ada et al. Their work is old.", 1),
        ("The work of J. R. Bloggs holds.", 1),
        ("It gains 3.5 points. That is 0.7 more.", 2),
        ("It holds vs. the rest.", 1),
        ("He says “it works.” Then it ends.", 2),
        ("It works (or so. it seems) well.", 1),
        ("It works.[3] Then it ends.", 1),
        ("It is 5 % better... Then it ends.", 2),
        ("iPhone users agree. iPads are next.", 1),
        ("No stop at the end", 1),
    ],
)
def test_sentences_end_where_a_reader_ends_them(nlp: Language, text: str, count: int) -> None:
    assert len(sentences(nlp, text)) == count


def test_the_title_is_a_sentence_of_its_own(nlp: Language) -> None:
    assert sentences(nlp, "it has no stop", "A title without stop") == ["A title without stop", "it has no stop"]


def test_a_title_of_two_sentences_is_two(nlp: Language) -> None:
    assert sentences(nlp, "Yes.", "Is it? It is") == ["Is it?", "It is", "Yes."]


@given(st.text(max_size=80))
def test_sentences_cover_the_text(text: str) -> None:
    doc = kg_sentences(TOKENIZER(text))
    assert "".join(sentence.text_with_ws for sentence in doc.sents) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we show that the method is as good as it can be in this setting"),
        ("de", "wir zeigen dass die methode nicht auf den daten beruht und wird"),
        ("fr", "nous montrons que la méthode est plus rapide pour les données dans ce cas"),
        ("es", "se presenta un método que por su forma es más rápido para los datos"),
        ("und", "机器 学习 方法 研究 综述 数据 模型 训练 结果"),
        ("en", "moss attention"),
        ("und", "机器学习"),
    ],
)
def test_a_language_is_known_by_its_function_words(language: str, text: str) -> None:
    assert detect_language(text.split()) == language
