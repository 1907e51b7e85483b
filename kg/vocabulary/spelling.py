"""One key for all spellings of a name: hyphens, spaces, doubled letters and plurals, regular or not, do not count."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from kg.vocabulary.concepts import Concept
from kg.vocabulary.forms import case_matters, fold, units

__all__ = ["Spellings", "singular", "spelling_key"]

# Plurals of English nouns that no ending tells.
_IRREGULAR = {
    "analyses": "analysis", "automata": "automaton", "bases": "basis", "biases": "bias", "corpora": "corpus",
    "criteria": "criterion", "hypotheses": "hypothesis", "indices": "index", "matrices": "matrix", "maxima": "maximum",
    "minima": "minimum", "optima": "optimum", "parentheses": "parenthesis", "phenomena": "phenomenon",
    "simplices": "simplex", "spectra": "spectrum", "syntheses": "synthesis", "theses": "thesis", "vertices": "vertex",
}  # fmt: skip
_SIBILANT = ("sses", "xes", "ches", "shes", "zzes")
_NO_PLURAL = ("ss", "us", "is")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_INVERTED = re.compile(r"(.+?)\s+of\s+(?:the\s+|an?\s+)?(.+)", re.IGNORECASE)
# A key of fewer letters says too little to stand for several spellings.
_SHORTEST = 6


@lru_cache(maxsize=1 << 15)
def singular(word: str) -> str:
    """A folded word without its plural.

    >>> [singular(w) for w in ("losses", "policies", "corpora", "biases", "models", "bias", "mixture")]
    ['loss', 'policy', 'corpus', 'bias', 'model', 'bias', 'mixture']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_SIBILANT):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith((*_NO_PLURAL, "ias")):
        return word[:-1]
    return word


@lru_cache(maxsize=1 << 14)
def spelling_key(name: str) -> str:
    """The key of a name; empty where the name is too short to have one.

    >>> spelling_key("Re-Rankings") == spelling_key("reranking"), spelling_key("Common-Sense Reasoning")
    (True, 'comonsensereasoning')
    >>> spelling_key("MoE"), spelling_key("ResNet-50") == spelling_key("ResNet-101")
    ('', False)
    """
    words = _words(name)
    return _joined(words) if sum(map(len, words)) >= _SHORTEST else ""


def _words(name: str) -> list[str]:
    return [singular(fold(u)) for u, _, _ in units(name) if u[0].isalnum()]


def _joined(words: Iterable[str]) -> str:
    parts: list[str] = []
    for word in words:
        # Two numbers side by side stay two: version 1.1 is not version 11.
        parts += ["." if parts and parts[-1][-1:].isdigit() and word[:1].isdigit() else "", word]
    return _DOUBLED.sub(r"\1", "".join(parts))


def _action(word: str) -> str:
    """What is left of a noun of action: the same for "generating" and "generation"; empty for another noun."""
    stem = word[:-3] if word.endswith(("ing", "ion")) else ""
    stem = stem.removesuffix("at")
    return stem if len(stem) >= 4 else ""


class Spellings:
    """Entries by the spelling of their labels, those of abbreviations aside.

    >>> found = Spellings([Concept("image-generation", "Image Generation", "Task")])
    >>> [found.slug(name) for name in ("image-generations", "generation of images", "generating images", "image")]
    ['image-generation', 'image-generation', 'image-generation', '']
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        plain: dict[str, set[str]] = defaultdict(set)
        acting: dict[str, set[str]] = defaultdict(set)
        for concept in concepts:
            for label in concept.labels:
                if case_matters(label, concept.match_case) or concept.match_case:
                    continue
                words = _words(label)
                if sum(map(len, words)) < _SHORTEST or (len(words) == 1 and concept.cues):
                    continue
                plain[_joined(words)].add(concept.slug)
                if len(words) > 1 and (stem := _action(words[-1])):
                    acting[f"{_joined(words[:-1])} {stem}"].add(concept.slug)
        self._plain = {key: min(slugs) for key, slugs in plain.items() if len(slugs) == 1}
        self._acting = {key: min(slugs) for key, slugs in acting.items() if len(slugs) == 1}

    def slug(self, name: str) -> str:
        """The one entry of which a name is another spelling or order ("X of Y", "doing X"); empty where none is."""
        found = self._plain.get(spelling_key(name), "")
        if found:
            return found
        inverted = _INVERTED.fullmatch(name)
        words = [*_words(inverted.group(2)), *_words(inverted.group(1))] if inverted else _words(name)
        if not inverted and len(words) > 1 and words[0].endswith("ing"):
            words = [*words[1:], words[0]]
        elif not inverted:
            return ""
        if sum(map(len, words)) < _SHORTEST or len(words) < 2:
            return ""
        return self._plain.get(_joined(words)) or self._acting.get(f"{_joined(words[:-1])} {_action(words[-1])}", "")
