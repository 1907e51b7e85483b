"""Abbreviations that a text defines, after Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation
definitions in biomedical text"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import cues
from kg.extract.surfaces import register, text_of

__all__ = ["Pair", "find_pairs", "kg_abbreviations"]

_ROUND = re.compile(r"\(([^()]{2,80})\)")
_SQUARE = re.compile(r"\[([^\[\]]{2,80})\]")
_WORD = re.compile(r"[^\s]+")
_PART = re.compile(r"[^\W_]+")
# The word that a long form begins in belongs to it whole ("semi-supervised"), but not what a dash or slash joins to it.
_HEAD = re.compile(r"(?:(?!--)[^\s—–/(\[{\"“‘])*\Z")
_BESIDE = "-_'*.,"
_FORMULA = re.compile(r"[\\$^={}<>|~]")
_QUOTES = "\"'“”‘’"
# No long form is longer, in characters; what stands further before is not looked at.
_REACH = 400


@dataclass(frozen=True, slots=True)
class Pair:
    """A short form and the long form that defines it, with their offsets."""

    short: str
    long: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


@Language.component("kg_abbreviations")
def kg_abbreviations(doc: Doc) -> Doc:
    """Sets ``doc._.kg_pairs``: the abbreviations that the text defines."""
    register()
    doc._.kg_pairs = tuple(find_pairs(text_of(doc)))
    return doc


def find_pairs(text: str) -> list[Pair]:
    """The abbreviations that a text defines, in order: "long form (SF)", "(long form, SF)" and "SF (long form)".

    >>> [(p.short, p.long) for p in find_pairs("We use Mixture of Experts (MoE) and LoRA (Low-Rank Adaptation).")]
    [('MoE', 'Mixture of Experts'), ('LoRA', 'Low-Rank Adaptation')]
    >>> find_pairs("It works (see Table 2) well (we think).")
    []
    """
    pairs = []
    for match in sorted((*_ROUND.finditer(text), *_SQUARE.finditer(text)), key=lambda m: m.start()):
        parts = re.split(r"[,;:]|\bor\b|\bi\.e\.", match.group(1))
        inner = parts[0].strip().strip(_QUOTES)
        start = text.find(inner, match.start(1))
        if not inner or start < 0:
            continue
        last = parts[-1].strip().strip(_QUOTES)
        if _is_short(inner) or (len(parts) == 1 and inner.isalpha() and inner.islower()):
            pair = _long_before(text, match.start(), inner, start)
        elif len(parts) == 2 and _is_short(last):
            pair = _long_before(text, match.start(1) + len(parts[0]), last, text.find(last, start + len(inner)))
        else:
            pair = _short_before(text, match.start(), inner, start)
        if pair:
            pairs.append(pair)
    return pairs


def _is_short(form: str) -> bool:
    words = form.split()
    return (
        2 <= len(form) <= 12
        and len(words) <= 2
        and form[0].isalnum()
        and sum(c.isalpha() for c in form) >= 2
        and any(c.isupper() for c in form)
        and not _FORMULA.search(form)
    )


def _singular(short: str) -> str:
    return short[:-1] if short.endswith("s") and any(c.isupper() for c in short[:-1]) else short


def _long_before(text: str, stop: int, short: str, start: int) -> Pair | None:
    key = _singular(short)
    edge = max(0, stop - _REACH)
    words = list(_WORD.finditer(text, edge, stop))
    window = words[-min(len(key) + 5, len(key) * 2) :]
    if not window:
        return None
    left = window[0].start()
    tail = text[left : window[-1].end()].rstrip(_QUOTES).rstrip()
    # The long form stays within its clause.
    cut = max((m.end() for m in re.finditer(r"[.;:!?()\[\]\n]\s|[()\[\]]", tail)), default=0)
    found = _begin(key, tail[cut:])
    if found is None:
        return None
    long = tail[cut + found :]
    if not _plausible(short, long):
        return None
    at = left + cut + found
    return Pair(short, long, start, start + len(short), at, at + len(long))


def _short_before(text: str, stop: int, long: str, start: int) -> Pair | None:
    words = list(_WORD.finditer(text, max(0, stop - _REACH), stop))
    if not words:
        return None
    word = words[-1].group().strip(_QUOTES + ",")
    if not _is_short(word) or len(long.split()) < 2 or _begin(_singular(word), long) != 0 or not _plausible(word, long):
        return None
    at = text.index(word, words[-1].start())
    return Pair(word, long, at, at + len(word), start, start + len(long))


def _begin(short: str, long: str) -> int | None:
    """Where in ``long`` the tail begins that ``short`` stands for: one whose words begin with its letters, else the
    shortest that holds them in order; from the start of a word. A form in lower case needs the former."""
    at = _initials(short, long)
    if at is None and not short.islower():
        at = _align(short, long)
    if at is None:
        return None
    head = _HEAD.search(long, 0, at)
    start = head.start() if head else at
    return start + len(long[start:at]) - len(long[start:at].lstrip(_BESIDE))


def _initials(short: str, long: str) -> int | None:
    """Where the words begin whose first letters are those of ``short``, function words passed over."""
    letters = [c.lower() for c in short if c.isalnum()]
    skipped = cues.function_words()["en"]
    for part in reversed(list(_PART.finditer(long))):
        if part.group()[0].lower() == letters[-1]:
            letters.pop()
            if not letters:
                return part.start()
        elif part.group() not in skipped:
            return None
    return None


def _align(short: str, long: str) -> int | None:
    """Where in ``long`` its shortest tail begins whose letters hold those of ``short`` in order, the first one at the
    start of a word; None where there is none."""
    at = len(long) - 1
    for i in range(len(short) - 1, -1, -1):
        char = short[i].lower()
        if not char.isalnum():
            continue
        while at >= 0 and (long[at].lower() != char or (i == 0 and at > 0 and long[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return at + 1


def _plausible(short: str, long: str) -> bool:
    words = long.split()
    return (
        len(long) > len(short)
        and len(words) <= min(len(short) + 5, len(short) * 2)
        and short not in _PART.findall(long)
        and not long[0].isspace()
        and long.count("(") == long.count(")")
    )
