"""Sentence borders by rule, and the language of the text by its function words."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import cues
from kg.extract.surfaces import register, title_end, tokens_of
from kg.settings import SETTINGS

__all__ = ["detect_language", "kg_sentences"]

_END = frozenset(".!?…")
_CLOSE = frozenset(")]}\"”’'»")


@Language.component("kg_sentences")
def kg_sentences(doc: Doc) -> Doc:
    """Sets ``token.is_sent_start`` and ``doc._.kg_language``.

    A sentence ends behind a full stop, question or exclamation mark and what closes after it, unless the stop belongs
    to an abbreviation or an initial or the next word is in lower case; the title is a sentence of its own.
    """
    register()
    words, places = tokens_of(doc)
    border = title_end(doc)
    doc._.kg_language = detect_language([w.lower() for w in words])
    if not words:
        return doc
    starts = np.full(len(words), -1)
    abstract = bisect_left(places, border) if border else 0
    for i, word in enumerate(words):
        if word[-1] in _END and _ends(words, i):
            following = i + 1
            while following < len(words) and _passed_over(words[following], following == abstract):
                following += 1
            if following < len(words) and not words[following][0].islower():
                starts[following] = 1
    starts[0] = 1
    if abstract < len(words):
        starts[abstract] = 1
    doc.from_array("SENT_START", starts.astype(np.uint64))  # type: ignore[arg-type]
    return doc


def _ends(words: Sequence[str], i: int) -> bool:
    """Whether the mark at the end of a word ends a sentence."""
    short = cues.abbreviations()
    if words[i].rstrip(".").lower() in short:
        return False
    if words[i] != "." or i == 0:
        return True
    last = words[i - 1]
    return last.lower() not in short and not (len(last) == 1 and last.isupper())


def _passed_over(word: str, first: bool) -> bool:
    """Whether a word behind a sentence's end belongs to it still: white space, and what closes, but no abstract's."""
    return word.isspace() or (word in _CLOSE and not first)


def detect_language(words: list[str]) -> str:
    """The language whose function words make up the largest share of the words; ``und`` where none does enough.

    >>> detect_language("we show that the method is as good as it can be".split())
    'en'
    >>> detect_language("wir zeigen , dass die Methode nicht auf den Daten beruht".lower().split())
    'de'
    """
    letters = [w for w in words if w[:1].isalpha()]
    if len(letters) < 8:
        return "en" if all(w.isascii() for w in letters) else "und"
    counts = Counter(letters)
    shares = {
        lang: sum(counts[w] for w in known.intersection(counts)) / len(letters)
        for lang, known in cues.function_words().items()
    }
    best = max(sorted(shares), key=lambda lang: shares[lang])
    return best if shares[best] >= SETTINGS.language else "und"
