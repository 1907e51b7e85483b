"""The vocabulary as one object: its concepts by slug and name, and the automata that find its labels in a text."""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.iri import concept_slug, slugify
from kg.vocabulary.concepts import Concept, builtin_files, digest, expand, read
from kg.vocabulary.forms import capitals_kept, case_matters, compose, fold, folded_forms, units, verbatim_forms, wrap
from kg.vocabulary.spelling import Spellings

if TYPE_CHECKING:
    from daachorse import CharwiseDoubleArrayAhoCorasick

__all__ = ["Found", "Vocabulary", "load"]

# Raised when the way of indexing changes, so that an index cached by an older version is not used.
INDEX_VERSION = 2
# The length of a unit of that length as the automaton sees it, with a space on either side.
_WRAPPED = (2).__add__


class Found(NamedTuple):
    """A label of the vocabulary at one place of a text, and every concept that bears it."""

    start: int
    end: int
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Automaton:
    """Patterns in an Aho-Corasick automaton, with the slugs that each stands for."""

    matcher: CharwiseDoubleArrayAhoCorasick | None
    slugs: tuple[tuple[str, ...], ...]

    def spans(self, parts: list[str], places: Sequence[tuple[int, int]]) -> Iterator[Found]:
        if self.matcher is None or not parts:
            return
        found = self.matcher.find(wrap(parts))
        borders = [0, *accumulate(map(_WRAPPED, map(len, parts)))] if found else []
        for start, end, pattern in found:
            first, last = bisect_left(borders, start), bisect_left(borders, end) - 1
            yield Found(places[first][0], places[last][1], self.slugs[pattern])


class Vocabulary:
    """What the graph knows by name: concepts, and where a text names them.

    >>> from kg.vocabulary import Concept
    >>> v = Vocabulary([Concept("lora", "LoRA", "Method", ("low-rank adaptation",))])
    >>> [(f.start, f.end, f.slugs) for f in v.find("Low Rank Adaptations, or LoRA")]
    [(0, 20, ('lora',)), (25, 29, ('lora',))]
    """

    def __init__(self, concepts: Sequence[Concept], version: str = "") -> None:
        self.concepts: dict[str, Concept] = {c.slug: c for c in concepts}
        #: A hash of the files that it was read from: part of an extractor's version.
        self.version = version
        self._automata: tuple[_Automaton, _Automaton] | None = None

    def __len__(self) -> int:
        return len(self.concepts)

    def __contains__(self, slug: object) -> bool:
        return slug in self.concepts

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts.values())

    def __getitem__(self, slug: str) -> Concept:
        return self.concepts[slug]

    @cached_property
    def by_label(self) -> dict[str, tuple[str, ...]]:
        """Slugs by folded label (units joined by a space)."""
        found: dict[str, set[str]] = defaultdict(set)
        for concept in self:
            for label in concept.labels:
                found[_key(label)].add(concept.slug)
        return {key: tuple(sorted(slugs)) for key, slugs in found.items()}

    def named(self, name: str) -> tuple[str, ...]:
        """Slugs of the concepts of that label, alias, slug or IRI; a preferred label in its own case goes alone."""
        slug = concept_slug(name)
        if slug in self.concepts:
            return (slug,)
        slugs = self.by_label.get(_key(name), ())
        exact = tuple(s for s in slugs if self.concepts[s].label == name)
        return exact or slugs

    @cached_property
    def spellings(self) -> Spellings:
        """The entries by the spelling of their labels."""
        return Spellings(self)

    def near(self, name: str, count: int = 3) -> list[str]:
        """Preferred labels whose spelling is near the name, nearest first."""
        keys = get_close_matches(_key(name), self.by_label, n=count * 2, cutoff=0.7)
        return list(dict.fromkeys(self.concepts[s].label for k in keys for s in self.by_label[k]))[:count]

    def find(self, text: str) -> list[Found]:
        """Every place where the text names a concept: leftmost, longest, none inside another.

        Cost: linear in the text, whatever the size of the vocabulary.
        """
        found = units(text)
        written = [u for u, _, _ in found]
        places = [(start, end) for _, start, end in found]
        folded, verbatim = self._index
        loose = folded.spans(list(map(fold, written)), places)
        cased = self._cased
        matches = [m if cased.isdisjoint(m.slugs) else self._in_case(m, text) for m in loose]
        matches += verbatim.spans(written if text.isascii() else [compose(u) for u in written], places)
        matches.sort(key=lambda m: (m.start - m.end, m.start, m.slugs))
        taken: set[int] = set()
        kept: dict[tuple[int, int], Found] = {}
        for match in matches:
            place = (match.start, match.end)
            if not match.slugs:
                continue
            if place in kept:
                kept[place] = Found(*place, tuple(sorted({*kept[place].slugs, *match.slugs})))
            elif match.start not in taken and match.end - 1 not in taken:
                taken.update(range(match.start, match.end))
                kept[place] = match
        return sorted(kept.values(), key=lambda m: m.start)

    def _in_case(self, match: Found, text: str) -> Found:
        """The match for those of its concepts whose capitals it keeps, where they ask for that."""
        surface = text[match.start : match.end]
        slugs = tuple(s for s in match.slugs if not self.concepts[s].match_case or _keeps(self.concepts[s], surface))
        return Found(match.start, match.end, slugs)

    @cached_property
    def _cased(self) -> frozenset[str]:
        """The concepts that are matched in their own case only."""
        return frozenset(c.slug for c in self if c.match_case)

    @property
    def _index(self) -> tuple[_Automaton, _Automaton]:
        if self._automata is None:
            self._automata = _cached_automata(self)
        return self._automata

    def patterns(self) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        """What the automata look for: folded forms and forms in their own case, each with its slugs."""
        folded: dict[str, set[str]] = defaultdict(set)
        verbatim: dict[str, set[str]] = defaultdict(set)
        for concept in self:
            for label in concept.labels:
                if case_matters(label, concept.match_case):
                    for form in verbatim_forms(label):
                        verbatim[form].add(concept.slug)
                elif units(label):
                    for form in folded_forms(label):
                        folded[form].add(concept.slug)
        return (
            {form: tuple(sorted(folded[form])) for form in sorted(folded)},
            {form: tuple(sorted(verbatim[form])) for form in sorted(verbatim)},
        )


def load(extra: Sequence[str | Path] = (), *, builtin: bool = True) -> Vocabulary:
    """The vocabulary: the built-in one, the files given, or both.

    :param extra: SKOS files, globs or folders
    :param builtin: whether the built-in vocabulary is part of it
    :raises VocabularyError: if a file is missing or no SKOS
    """
    files = [*(builtin_files() if builtin else []), *expand(extra)]
    return _load(tuple(files), digest(files))


@lru_cache(maxsize=4)
def _load(files: tuple[Path, ...], version: str) -> Vocabulary:
    return Vocabulary(_cached_concepts(files, version), version)


def _key(name: str) -> str:
    return " ".join(fold(u) for u, _, _ in units(name)) or slugify(name)


def _keeps(concept: Concept, surface: str) -> bool:
    """Whether the surface has the capitals of one of the concept's labels that it spells."""
    spelt = _key(surface).replace(" ", "")
    same = [label for label in concept.labels if spelt.startswith(_key(label).replace(" ", ""))]
    return not same or any(capitals_kept(label, surface) for label in same)


def _cache_file(name: str) -> Path | None:
    """A file of the user's cache folder; None where there is no such folder and none can be made."""
    root = Path(os.environ.get("KG_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kg")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return root / name


def _store(path: Path, data: bytes) -> None:
    """Writes a cache file in one step; a cache that cannot be written is done without."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        os.replace(file.name, path)
    except OSError:
        return


def _concept(row: dict[str, Any]) -> Concept:
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    return Concept(**values)


def _cached_concepts(files: tuple[Path, ...], version: str) -> list[Concept]:
    import orjson

    path = _cache_file(f"concepts-{INDEX_VERSION}-{version}.json")
    if path and path.is_file():
        rows = orjson.loads(path.read_bytes())
        return [_concept(row) for row in rows]
    concepts = read(files)
    if path:
        _store(path, orjson.dumps([asdict(c) for c in concepts]))
    return concepts


def _cached_automata(vocabulary: Vocabulary) -> tuple[_Automaton, _Automaton]:
    import orjson
    from daachorse import MATCH_KIND_LEFTMOST_LONGEST, CharwiseDoubleArrayAhoCorasick

    path = _cache_file(f"patterns-{INDEX_VERSION}-{vocabulary.version}.json") if vocabulary.version else None
    if path and path.is_file():
        folded, verbatim = orjson.loads(path.read_bytes())
    else:
        folded, verbatim = vocabulary.patterns()
        if path:
            _store(path, orjson.dumps([folded, verbatim]))

    def automaton(forms: dict[str, Sequence[str]]) -> _Automaton:
        matcher = CharwiseDoubleArrayAhoCorasick(list(forms), MATCH_KIND_LEFTMOST_LONGEST) if forms else None
        return _Automaton(matcher, tuple(tuple(s) for s in forms.values()))

    return automaton(folded), automaton(verbatim)
