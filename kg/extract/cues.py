"""The cue files of ``ontology/cues``, read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from kg.model import EntityType
from kg.resources import ontology

__all__ = [
    "NameCues",
    "TypeCue",
    "abbreviations",
    "digest",
    "function_words",
    "names",
    "negation",
    "not_names",
    "sizes",
    "types",
]


@dataclass(frozen=True, slots=True)
class NameCues:
    """What stands right before and right behind a name that the text gives."""

    before: re.Pattern[str]
    after: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class TypeCue:
    type: EntityType
    where: str
    pattern: re.Pattern[str]


def _lines(name: str) -> Iterator[str]:
    text = (ontology() / "cues" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def _rows(name: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(name))


@cache
def digest() -> str:
    """A hash of all cue files: part of the extractor's version."""
    import hashlib

    files = sorted((ontology() / "cues").iterdir())
    return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


@cache
def abbreviations() -> frozenset[str]:
    """Words whose final dot does not end a sentence."""
    return frozenset(_lines("abbreviations.txt"))


@cache
def not_names() -> frozenset[str]:
    """Capitalised words that are no entity by themselves."""
    return frozenset(_lines("not-names.txt"))


@cache
def sizes() -> re.Pattern[str]:
    """Suffixes that tell the size of a model only."""
    return re.compile("|".join(f"(?:{line})" for line in _lines("sizes.txt")))


@cache
def function_words() -> dict[str, frozenset[str]]:
    """Function words by language."""
    return {row[0]: frozenset(row[1].split()) for row in _rows("function-words.tsv")}


@cache
def names() -> NameCues:
    """Cues of a name that the text gives, joined to one pattern before and one after."""
    found: dict[str, list[str]] = {"before": [], "after": []}
    for where, pattern in _rows("names.tsv"):
        found[where].append(f"(?:{pattern})")
    before, after = (re.compile("|".join(found[w]), re.IGNORECASE) for w in ("before", "after"))
    return NameCues(before, after)


@cache
def types() -> tuple[TypeCue, ...]:
    """Cues of a type, in the order in which they are tried."""
    return tuple(
        TypeCue(cast(EntityType, type_), where, re.compile(pattern, 0 if where == "inside" else re.IGNORECASE))
        for type_, where, pattern in _rows("types.tsv")
    )


@cache
def negation() -> re.Pattern[str]:
    """Words that deny or hedge a statement."""
    return re.compile("|".join(_lines("negation.txt")), re.IGNORECASE)
