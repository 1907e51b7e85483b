"""Words cut into pieces that an encoder knows: greedy longest match, as BERT has it.

Devlin et al. (2019), "BERT"; Wu et al. (2016), "Google's neural machine translation system". The library that does this
brings a client for a model hub along; what is needed here is one loop.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

__all__ = ["WordPieces"]

_UNKNOWN = "[UNK]"
# Of longer words no piece is looked for.
_LONGEST = 100


class WordPieces:
    """The numbers of a word's pieces, remembered: in small letters, without accents.

    >>> WordPieces({"[UNK]": 0, "token": 1, "##izer": 2})("Tokenizer")
    (1, 2)
    """

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers
        self._seen: dict[str, tuple[int, ...]] = {}

    @classmethod
    def of(cls, pieces: Sequence[str]) -> WordPieces:
        """From the pieces in the order of their numbers."""
        return cls({piece: number for number, piece in enumerate(pieces)})

    def __call__(self, word: str) -> tuple[int, ...]:
        found = self._seen.get(word)
        if found is None:
            if len(self._seen) >= 1 << 16:
                self._seen.clear()
            found = self._seen[word] = self._cut(word)
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        for part in _parts(word):
            found += self._match(part)
        return tuple(found) or (self._numbers[_UNKNOWN],)

    def _match(self, part: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(part):
            for stop in range(min(len(part), start + _LONGEST), start, -1):
                number = self._numbers.get(part[start:stop] if not start else f"##{part[start:stop]}")
                if number is not None:
                    break
            else:
                return [self._numbers[_UNKNOWN]]
            found.append(number)
            start = stop
        return found


def _parts(word: str) -> list[str]:
    """A word without case and accents; each sign and each Chinese character for itself."""
    parts: list[str] = [""]
    for char in unicodedata.normalize("NFD", word.lower()):
        if unicodedata.category(char) == "Mn":
            continue
        if not char.isalnum() or "\u4e00" <= char <= "\u9fff":
            parts += [char, ""]
        else:
            parts[-1] += char
    return [part for part in parts if part]
