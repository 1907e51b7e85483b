"""What is known of words and terms before a text is read: clusters, terms of other lists, terms read in training."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log2

import numpy as np

from kg.extract.tables import Array, Table
from kg.extract.words import shape
from kg.model import TYPES

__all__ = ["CLUSTERS", "Own", "Phrases", "Terms", "Words", "counted", "slug_key"]

#: Number of clusters of each clustering, coarse to fine.
CLUSTERS = (64, 256, 1000)

# How far a feature of a word is seen by its neighbours, in words.
_AFAR = {64: 3, 256: 2, 1000: 1}

_NO_CLUSTERS = (-1, -1, -1)


class Words:
    """Clusters of words by the company that they keep in unlabelled abstracts; keys sorted by frequency."""

    def __init__(self, table: Table) -> None:
        self.table = table
        columns = [table[f"c{n}"].tolist() for n in CLUSTERS]
        self._found = {key: (i, *ids) for i, (key, *ids) in enumerate(zip(table.keys, *columns, strict=True))}
        self._features: dict[str, tuple[tuple[int, str], ...]] = {}

    def clusters(self, word: str) -> tuple[int, int, int]:
        """The clusters of a word in lower case, coarse to fine; -1 where it is rare."""
        found = self._found.get(word)
        return found[1:] if found else _NO_CLUSTERS

    def features(self, word: str) -> tuple[tuple[int, str], ...]:
        """What the word itself tells, each with how many neighbours on either side see it."""
        found = self._features.get(word)
        if found is None:
            found = self._features[word] = tuple(self._make(word))
        return found

    def _make(self, word: str) -> list[tuple[int, str]]:
        low = word.lower()
        made = [(2, f"w={low}")]
        if not word[0].isalnum():
            return made
        made.append((1, f"s={shape(word)}"))
        if word.isalpha() or len(word) > 3:
            for n in (2, 3, 4):
                if len(low) > n:
                    made += [(0, f"p{n}={low[:n]}"), (1 if n > 2 else 0, f"e{n}={low[-n:]}")]
        made += [(_AFAR[n], f"c{n}={cluster}") for n, cluster in zip(CLUSTERS, self.clusters(low), strict=True)]
        known = self._found.get(low)
        made.append((0, f"f={int(log2(known[0] + 1)) if known else -1}"))
        if len(low) < 3:
            made.append((0, f"n={len(low)}"))
        return made


class Phrases:
    """Terms of other people's lists and long forms of abbreviations, with how often unlabelled abstracts hold them.

    Bits of ``lists``: 1 and 2 a term list, 4, 8, 16 long form of an abbreviation in one, a few, many papers.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        rows = zip(table.keys, table["lists"].tolist(), table["papers"].tolist(), table["titles"].tolist(), strict=True)
        self.tags: dict[str, tuple[str, str, str]] = {}
        for key, lists, papers, titles in rows:
            one = "1" if " " not in key else "n"
            often = "a" if lists >= 16 else "b" if lists >= 8 else "c" if lists >= 4 else ""
            self.tags[key] = (
                f"ph{lists & 3}{often}",
                f"pd{min(int(log2(papers + 1)), 11)}{one}",
                f"pt{min(9, int(20 * titles / (papers + 1)))}",
            )


@dataclass(frozen=True, slots=True)
class Own:
    """What a training paper itself gave to :class:`Terms`, to be left out when its features are made."""

    named: Collection[str] = frozenset()
    held: Collection[str] = frozenset()


@dataclass(frozen=True)
class Terms:
    """Terms (and slugs, by :func:`slug_key`) that annotated papers hold: in how many they are named as an entity,
    in how many they stand at all, and how often each type was meant."""

    named: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    types: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table) -> Terms:
        named = {k: n for k, n in zip(table.keys, table["named"].tolist(), strict=True) if n}
        held = {k: n for k, n in zip(table.keys, table["held"].tolist(), strict=True) if n}
        types = {k: tuple(t) for k, t in zip(table.keys, table["types"].tolist(), strict=True) if any(t)}
        return cls(named, held, types)

    @cached_property
    def table(self) -> Table:
        keys = tuple(sorted({*self.named, *self.held, *self.types}))
        none = (0,) * len(TYPES)
        columns: dict[str, Array] = {
            "named": np.array([self.named.get(k, 0) for k in keys], dtype=np.uint16),
            "held": np.array([self.held.get(k, 0) for k in keys], dtype=np.uint16),
            "types": np.array([self.types.get(k, none) for k in keys], dtype=np.uint16).reshape(len(keys), len(TYPES)),
        }
        return Table(keys, columns)

    def count(self, key: str, own: Own | None) -> tuple[int, int]:
        """In how many papers the term is named and held, without the own paper."""
        named, held = self.named.get(key, 0), self.held.get(key, 0)
        return (named, held) if own is None else (named - (key in own.named), held - (key in own.held))


def counted(named: int, held: int) -> str:
    """How often a term that annotated papers hold is named in them, in coarse steps.

    >>> counted(0, 0), counted(1, 1), counted(9, 10), counted(1, 3)
    ('0', '1_4', 'X_4', '2_1')
    """
    if held <= 0:
        return "0"
    return f"{'1' if held == 1 else '2' if held < 4 else '4' if held < 10 else 'X'}_{int(4.99 * named / held)}"


def slug_key(slug: str) -> str:
    """The key of a vocabulary entry among terms."""
    return f"@{slug}"
