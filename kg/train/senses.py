"""Words that stand beside each sense of a homonym, counted where a text names the sense by a label that is no homonym.

"Stochastic gradient descent" says which SGD is meant, so that the words around it are those of that sense: labelled
examples without a labeller. ``python -m kg.train.senses CORPUS.jsonl.gz … > ontology/cues/senses.tsv`` makes the file
that ships; a line of a corpus is a JSON object with ``title`` and ``abstract``.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import log

from kg.extract import cues
from kg.extract.linker import cue_key
from kg.vocabulary import Vocabulary, load
from kg.vocabulary.forms import units

__all__ = ["lines", "profiles", "senses_of"]

# Texts that a sense must stand in, words that are kept of each, how much a word must prefer it (log-odds).
_TEXTS, _WORDS, _LEAST = 5, 60, 0.7
# What a word's share among all texts weighs against its share beside the sense, in texts.
_PRIOR = 10.0


def senses_of(vocabulary: Vocabulary) -> frozenset[str]:
    """The entries that share a label with another, or have cues of their own."""
    shared = (slugs for slugs in vocabulary.by_label.values() if len(slugs) > 1)
    return frozenset({slug for slugs in shared for slug in slugs} | {c.slug for c in vocabulary if c.cues})


def profiles(vocabulary: Vocabulary, texts: Iterable[str]) -> dict[str, list[tuple[str, float]]]:
    """The words of each sense with their log-odds against all texts, the strongest first."""
    senses = senses_of(vocabulary)
    skipped = cues.function_words()["en"]
    everywhere: Counter[str] = Counter()
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    count, found = 0, Counter[str]()
    for text in texts:
        words = {w for w in cue_key(text).split() if len(w) > 2 and w.isalpha() and w not in skipped}
        everywhere.update(words)
        count += 1
        named: dict[str, set[str]] = defaultdict(set)
        for place in vocabulary.find(text):
            label = text[place.start : place.end]
            if len(place.slugs) == 1 and place.slugs[0] in senses and len(units(label)) > 1:
                named[place.slugs[0]].update(cue_key(label).split())
        for slug, own in named.items():
            found[slug] += 1
            beside[slug].update(words - own)
    made = {}
    for slug, seen in beside.items():
        if found[slug] < _TEXTS:
            continue
        weights = []
        for word, number in seen.items():
            share = everywhere[word] / count
            odds = log((number + _PRIOR * share) / (found[slug] + _PRIOR) / share)
            if number > 1 and odds >= _LEAST:
                weights.append((word, round(odds, 1)))
        # What tells most in all: a rare word that prefers the sense tells less often than a common one.
        weights.sort(key=lambda item: (-item[1] * (seen[item[0]] / found[slug]) ** 0.5, item[0]))
        made[slug] = weights[:_WORDS]
    return made


def lines(made: Mapping[str, list[tuple[str, float]]]) -> Iterator[str]:
    """The file: sense, tab, words with their weights."""
    yield "# sense\twords that stand beside it, with their log-odds. Written by kg/train/senses.py: do not edit.\n"
    for slug in sorted(made):
        if made[slug]:
            yield f"{slug}\t{' '.join(f'{word}:{weight:g}' for word, weight in made[slug])}\n"


def _texts(paths: Iterable[str], every: int) -> Iterator[str]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
            for number, line in enumerate(file):
                if number % every == 0:
                    row = json.loads(line)
                    yield f"{row.get('title') or ''}\n{row.get('abstract') or ''}"


if __name__ == "__main__":
    sys.stdout.writelines(lines(profiles(load(), _texts(sys.argv[1:], 1))))
