"""Sentence borders by rule, and the language of the text by its function words."""

from __future__ import annotations

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
    doc._.kg_language = detect_language([w.lower() for w in words])
    short, border = cues.abbreviations(), title_end(doc)
    starts = []
    ended = False
    for i, word in enumerate(words):
        begins = i == 0 or places[i - 1] < border <= places[i]
        if ended and not begins:
            if word in _CLOSE or word.isspace():
                starts.append(False)
                continue
            begins = not word[0].islower()
        starts.append(begins)
        if word.isspace():
            continue
        ended = word[-1] in _END and word.rstrip(".").lower() not in short
        if ended and word == "." and i > 0:
            last = words[i - 1]
            ended = last.lower() not in short and not (len(last) == 1 and last.isupper())
    if words:
        doc.from_array("SENT_START", np.array([1 if s else -1 for s in starts]).astype(np.uint64))  # type: ignore[arg-type]
    return doc


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
    shares = {lang: sum(w in known for w in letters) / len(letters) for lang, known in cues.function_words().items()}
    best = max(sorted(shares), key=lambda lang: shares[lang])
    return best if shares[best] >= SETTINGS.language else "und"
