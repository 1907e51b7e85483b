"""Terms of other people's lists and long forms of abbreviations, counted in unlabelled abstracts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from kg.extract.abbreviations import find_pairs
from kg.extract.tables import Table
from kg.extract.words import JOINTS, WORD, stem, term_of
from kg.train.config import Config

__all__ = ["count_phrases"]

# Words of the longest phrase, and papers from which on a long form counts as rare, as usual.
_LONGEST = 6
_FEW, _MANY = 2, 4


def count_phrases(papers: Sequence[tuple[str, str]], lists: Sequence[Iterable[str]], config: Config) -> Table:
    """Phrases with their lists (bits, see :class:`kg.extract.lexicons.Phrases`), papers and titles.

    :param papers: title and abstract of each
    :param lists: two lists of terms at most
    """
    bits: dict[str, int] = defaultdict(int)
    for number, terms in enumerate(lists):
        for term in terms:
            bits[term_of(term)] |= 1 << number
    defined: Counter[str] = Counter()
    for title, abstract in papers:
        longs = {term_of(p.long) for p in find_pairs(f"{title}\n{abstract}") if len(p.long.split()) <= _LONGEST}
        defined.update(longs)
    for key, count in defined.items():
        bits[key] |= 4 if count < _FEW else 8 if count < _MANY else 16
    held: Counter[str] = Counter()
    titles: Counter[str] = Counter()
    for title, abstract in papers:
        in_title = _phrases(title, bits)
        titles.update(in_title)
        held.update(set(in_title) | set(_phrases(abstract, bits)))
    keys = tuple(
        sorted(
            k
            for k, b in bits.items()
            if k and k.count(" ") < _LONGEST and (held[k] >= config.phrases_minimum or b >= 8)
        )
    )
    return Table(
        keys,
        {
            "lists": np.array([bits[k] for k in keys], dtype=np.uint8),
            "papers": np.array([min(held[k], 65535) for k in keys], dtype=np.uint16),
            "titles": np.array([min(titles[k], 65535) for k in keys], dtype=np.uint16),
        },
    )


def _phrases(text: str, wanted: dict[str, int]) -> list[str]:
    stems = [stem(w) for w in WORD.findall(text) if w not in JOINTS]
    found = []
    for i in range(len(stems)):
        for j in range(i + 1, min(i + _LONGEST, len(stems)) + 1):
            key = " ".join(stems[i:j])
            if key in wanted:
                found.append(key)
    return found
