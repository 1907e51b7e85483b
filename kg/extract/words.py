"""The words of a text as the learned parts see them, and the normal form of a term."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from kg.vocabulary.forms import fold

__all__ = ["JOINTS", "WORD", "shape", "stem", "term", "term_of"]

# Finer than the tokenizer: a name may end before a hyphen ("X-based"), so each sign stands alone.
WORD = re.compile(r"\w+|[^\w\s]")

#: Signs that do not tell two spellings of a term apart.
JOINTS = frozenset("-–‐‑'’/.&")

_NO_PLURAL = ("ss", "us", "is")


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A word without case, accents, British spelling and plural.

    >>> stem("Policies"), stem("Models"), stem("loss"), stem("Optimisation")
    ('policy', 'model', 'loss', 'optimization')
    """
    word = fold(word)
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(_NO_PLURAL):
        return word[:-1]
    return word


def term(words: Iterable[str]) -> str:
    """The normal form of a term: its words' stems, one space between.

    >>> term(["Pre", "-", "trained", "Models"])
    'pre trained model'
    """
    return " ".join(stem(w) for w in words if w not in JOINTS)


@lru_cache(maxsize=1 << 14)
def term_of(text: str) -> str:
    """The normal form of a stretch of text.

    >>> term_of("Vision-Language Models")
    'vision language model'
    """
    return term(WORD.findall(text))


@lru_cache(maxsize=1 << 15)
def shape(word: str) -> str:
    """How a word is written: X a capital, x a small letter, 9 a digit, u another sign; runs cut to two.

    >>> shape("LoRA"), shape("Transformers"), shape("GPT4")
    ('XxXX', 'Xxx', 'XX9')
    """
    found = "".join(
        "u" if not c.isascii() else "X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else c
        for c in word
    )
    return re.sub(r"(.)\1{2,}", r"\1\1", found)[:8]
