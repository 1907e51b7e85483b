"""Annotated papers as the learned parts see them, and what they tell about terms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.evaluate.gold import GoldPaper, gold_spans
from kg.extract.encoder import Encoder
from kg.extract.kinds import kind_keys
from kg.extract.lexicons import Own, Terms, slug_key
from kg.extract.reading import Place, Reading, read
from kg.extract.words import term_of
from kg.model import TYPES, EntityType

__all__ = ["Document", "count_terms", "documents", "own_terms", "readings"]


@dataclass(frozen=True)
class Document:
    """An annotated paper, its reading, and where what is annotated stands."""

    paper: GoldPaper
    reading: Reading
    spans: tuple[Place, ...]
    things: tuple[tuple[EntityType, tuple[Place, ...]], ...]

    @property
    def id(self) -> str:
        return self.paper.id

    @cached_property
    def terms(self) -> frozenset[str]:
        """The normal forms of the annotated surfaces."""
        return frozenset(term_of(self.reading.text[a:b]) for a, b in self.spans)


def documents(papers: Iterable[GoldPaper], *, builtin: bool = True, encoder: Encoder | None = None) -> list[Document]:
    """The papers read by the components before the tagger, over the built-in vocabulary or none."""
    papers = list(papers)
    made = []
    for paper, (_, reading) in zip(papers, _readings(((p.title, p.abstract) for p in papers), builtin), strict=True):
        spans = sorted(gold_spans(paper.text, paper.entities), key=lambda s: s[:2])
        things: dict[str, list[Place]] = defaultdict(list)
        types: dict[str, EntityType] = {}
        for start, end, entity in spans:
            things[entity.name].append((start, end))
            types[entity.name] = entity.type
        made.append(
            Document(
                paper,
                reading if encoder is None else reading.encoded(encoder),
                tuple((a, b) for a, b, _ in spans),
                tuple((types[name], tuple(places)) for name, places in things.items()),
            )
        )
    return made


def readings(
    papers: Iterable[tuple[str, str]], *, builtin: bool = True, encoder: Encoder | None = None
) -> list[Reading]:
    """Papers that nobody annotated, given as (title, abstract), read in the same way; those in English."""
    found = (reading for language, reading in _readings(papers, builtin) if language == "en")
    return list(found) if encoder is None else [reading.encoded(encoder) for reading in found]


def _readings(papers: Iterable[tuple[str, str]], builtin: bool) -> Iterator[tuple[str, Reading]]:
    from kg.extract import load

    nlp = load("vocabulary", builtin=builtin)
    before = [pipe for name, pipe in nlp.pipeline if name in ("kg_sentences", "kg_abbreviations", "kg_vocabulary")]
    for title, abstract in papers:
        doc = nlp.make_doc(f"{title}\n{abstract}")
        doc._.kg_title_end = len(title)
        for pipe in before:
            doc = pipe(doc)
        yield doc._.kg_language, read(doc)


def own_terms(document: Document, named_anywhere: frozenset[str]) -> Own:
    """Terms and entries that the document names, and those of ``named_anywhere`` that stand in it.

    A term inside a longer annotated one says nothing about itself and does not count.
    """
    reading = document.reading
    numbers = reading.stems[0]
    inside = [-1] * (len(numbers) + 1)
    for i, number in enumerate(numbers):
        at = reading.places[number][0]
        inside[i] = next((s for s, (a, b) in enumerate(document.spans) if a <= at < b), -1)
    held = set(document.terms)
    for i, j, key in reading.grams():
        if key in named_anywhere:
            span = inside[i]
            nested = span >= 0 and inside[j - 1] == span
            whole = (i == 0 or inside[i - 1] != span) and inside[j] != span
            if not nested or whole:
                held.add(key)
    spans = frozenset(document.spans)
    named_entries = {slug_key(s.slug) for s in reading.known if (s.start, s.end) in spans}
    held_entries = {
        slug_key(s.slug)
        for s in reading.known
        if not any(a <= s.start and s.end <= b and (a, b) != (s.start, s.end) for a, b in spans)
    }
    return Own(document.terms | named_entries, frozenset(held) | held_entries | named_entries)


def count_terms(papers: Sequence[Document]) -> tuple[Terms, list[Own]]:
    """What the papers tell about terms, and what each of them gave to it."""
    named_anywhere = frozenset[str]().union(*(d.terms for d in papers))
    given = [own_terms(d, named_anywhere) for d in papers]
    types: dict[str, list[int]] = defaultdict(lambda: [0] * len(TYPES))
    for document in papers:
        for kind, places in document.things:
            keys, heads = kind_keys(document.reading, places)
            for key in keys | heads:
                types[key][TYPES.index(kind)] += 1
    named = Counter(key for own in given for key in own.named)
    held = Counter(key for own in given for key in own.held)
    return Terms(dict(named), dict(held), {k: tuple(v) for k, v in types.items()}), given
