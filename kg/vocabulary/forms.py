"""Surface forms: how a label and a text are brought to one form, and the variants that a label is matched in.

A text is cut into *units*: runs of letters and digits. A hyphen, slash, dot, apostrophe or the like between two letters
or digits only separates units; any other sign is a unit of its own, so that no label matches across punctuation (and
``P@1`` is not the ``p_1`` of a formula).
A unit is written with a space on either side, so that a label found in the joined units always begins and ends on a
unit's border.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "UNIT",
    "capitals_kept",
    "case_matters",
    "compose",
    "fold",
    "folded_forms",
    "plural",
    "units",
    "verbatim_forms",
    "wrap",
]

UNIT = re.compile(r"(?<=\w)[-‐‑–_'’·./&](?=\w)|([^\W_]+(?:\+\+|#(?!\w))?|[^\w\s]|_)")

_BRITISH = (
    (re.compile(r"(?<=\w{3})is(?=(?:e|ed|er|es|ing|ation|ations|able)$)"), "iz"),
    (re.compile(r"(?<=\w{2}[aeiou])ll(?=(?:ed|ing|er|ers)$)"), "l"),
    (re.compile(r"(?<=\w{3})our(?=s?$|al$|ally$|hood$|hoods$)"), "or"),
    (re.compile(r"(?<=cent|.met)re(?=s?$)"), "er"),
)


@lru_cache(maxsize=1 << 15)
def fold(unit: str) -> str:
    """A unit without case, accents and British spelling.

    >>> fold("Modelling"), fold("optimisation"), fold("Naïve"), fold("LLMs")
    ('modeling', 'optimization', 'naive', 'llms')
    """
    text = unicodedata.normalize("NFKD", unit).casefold()
    if not text.isascii():
        text = "".join(c for c in text if not unicodedata.combining(c))
    if len(text) > 5:
        for pattern, better in _BRITISH:
            text = pattern.sub(better, text)
    return text


def compose(unit: str) -> str:
    """A unit in its own case, with compatible characters made one (micro sign and mu, superscript and digit).

    >>> compose("µP") == compose("μP"), compose("RL²")
    (True, 'RL2')
    """
    return unit if unit.isascii() else unicodedata.normalize("NFKC", unit)


def units(text: str) -> list[tuple[str, int, int]]:
    """The units of a text with their offsets.

    >>> [u for u, _, _ in units("Pre-LN, C++ (F1@k)")]
    ['Pre', 'LN', ',', 'C++', '(', 'F1', '@', 'k', ')']
    """
    return [(m[1], *m.span()) for m in UNIT.finditer(text) if m[1] is not None]


def wrap(parts: list[str] | tuple[str, ...]) -> str:
    """The units as the automaton sees them.

    >>> wrap(["large", "language"])
    ' large  language '
    """
    return f" {'  '.join(parts)} " if parts else ""


def plural(word: str) -> str:
    """The plural of an English noun by its ending.

    >>> plural("model"), plural("loss"), plural("policy"), plural("analysis"), plural("array")
    ('models', 'losses', 'policies', 'analyses', 'arrays')
    """
    if word.endswith("sis"):
        return word[:-2] + "es"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


def case_matters(label: str, match_case: bool = False) -> bool:
    """Whether a label is matched only in its own case: one unit that is short with a capital, or all capitals.

    >>> case_matters("RAG"), case_matters("BLEU"), case_matters("LoRA"), case_matters("ImageNet"), case_matters("SI-NR")
    (True, True, True, False, False)
    """
    parts = units(label)
    if len(parts) != 1:
        return False
    word = parts[0][0]
    short = len(word) <= 4 and any(c.isupper() for c in word)
    return match_case or short or (word.isupper() and sum(c.isupper() for c in word) >= 2)


def capitals_kept(label: str, surface: str) -> bool:
    """Whether a surface has a capital wherever the label has one; what a label without capitals asks for nothing.

    >>> capitals_kept("The Stack", "the stack"), capitals_kept("Adam optimizer", "Adam Optimizer")
    (False, True)
    """
    pairs = zip(filter(str.isalnum, label), filter(str.isalnum, surface), strict=False)
    return all(b.isupper() for a, b in pairs if a.isupper())


def verbatim_forms(label: str) -> set[str]:
    """The wrapped forms of a label for which :func:`case_matters`: as written, its plural, all capitals if mixed.

    A word with one capital, at its start, is a name and has no plural.

    >>> sorted(verbatim_forms("MoE")), verbatim_forms("Adam")
    ([' MOE ', ' MOEs ', ' MoE ', ' MoEs '], {' Adam '})
    """
    word = compose(units(label)[0][0])
    if word[:1].isupper() and word[1:].islower():
        return {wrap([word])}
    forms = {word}
    if sum(c.isupper() for c in word) >= 2:
        forms.add(word.upper())
    return {wrap([f]) for form in forms for f in (form, form + "s")}


def folded_forms(label: str) -> set[str]:
    """The wrapped, folded forms of a label: singular and plural, parts joined where a hyphen or digit stands.

    >>> sorted(folded_forms("Pre-training"))
    [' pre  training ', ' pre  trainings ', ' pretraining ', ' pretrainings ']
    >>> ' llama2 ' in folded_forms("LLaMA-2"), ' mixtures  of  experts ' in folded_forms("Mixture of Experts")
    (True, True)
    """
    found = units(label)
    words = [fold(u) for u, _, _ in found]
    tight = [
        found[i][1] > found[i - 1][2] and label[found[i - 1][2] : found[i][1]] in "-‐‑–" for i in range(1, len(found))
    ]
    digit = [
        words[i - 1].isalpha() != words[i].isalpha() and words[i - 1].isalnum() and words[i].isalnum()
        for i in range(1, len(words))
    ]
    shapes = {tuple(words)}
    for joins in (tight, [t or d for t, d in zip(tight, digit, strict=True)]):
        joined = words[:1]
        for word, join in zip(words[1:], joins, strict=True):
            if join:
                joined[-1] += word
            else:
                joined.append(word)
        shapes.add(tuple(joined))
    for shape in list(shapes):
        if shape[-1].isalpha() and len(shape[-1]) > 2:
            shapes.add((*shape[:-1], plural(shape[-1])))
        for joint in ("of", "for", "in"):
            if joint in shape[1:-1]:
                head = shape.index(joint, 1) - 1
                shapes.add((*shape[:head], plural(shape[head]), *shape[head + 1 :]))
    return {wrap(s) for s in shapes}
