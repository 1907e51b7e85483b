"""The rules that a vocabulary obeys, checked: what ``kg vocab check`` prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from kg.iri import slugify
from kg.vocabulary.concepts import Concept
from kg.vocabulary.forms import case_matters, folded_forms, units, verbatim_forms

__all__ = ["check"]


def check(concepts: Iterable[Concept]) -> list[tuple[str, str, str]]:
    """Breaches of the rules, as (kind, slug, what is wrong), sorted.

    Kinds: ``type``, ``definition``, ``slug``, ``label``, ``duplicate`` (a label on two entries without cues on each),
    ``dangling`` (a link to no entry), ``cycle`` (in broader), ``merge`` (forbidden and broader at once).
    """
    entries = {c.slug: c for c in concepts}
    return sorted(
        {
            *_entries(entries),
            *_duplicates(entries),
            *_links(entries),
            *(("cycle", slug, f"broader leads back: {way}") for slug, way in _cycles(entries)),
        }
    )


def _entries(entries: Mapping[str, Concept]) -> Iterator[tuple[str, str, str]]:
    for concept in entries.values():
        if concept.type is None:
            yield "type", concept.slug, "not exactly one of the six types"
        if not concept.definition:
            yield "definition", concept.slug, "no definition"
        made = slugify(concept.label)
        if concept.slug != made and not concept.slug.startswith(f"{made}-"):
            yield "slug", concept.slug, f"is not the slug of “{concept.label}” ({made}), nor that with a qualifier"
        for label in concept.labels:
            parts = units(label)
            if not parts or (len(parts) == 1 and len(label) < 2):
                yield "label", concept.slug, f"“{label}” is too short to be matched"


def _duplicates(entries: Mapping[str, Concept]) -> Iterator[tuple[str, str, str]]:
    bearers: dict[tuple[bool, str], set[str]] = defaultdict(set)
    for concept in entries.values():
        for label in concept.labels:
            if not units(label):
                continue
            exact = case_matters(label, concept.match_case)
            for form in verbatim_forms(label) if exact else folded_forms(label):
                bearers[exact, form].add(concept.slug)
    clashes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (_, form), slugs in bearers.items():
        for pair in combinations(sorted(slugs), 2):
            if not all(entries[slug].cues for slug in pair):
                clashes[pair].append(" ".join(form.split()))
    for (a, b), forms in clashes.items():
        # A label has many forms; the shortest one says which it is.
        form = min(forms, key=lambda f: (len(f), f))
        yield "duplicate", a, f"“{form}” also names {b}, and not both have cues"


def _links(entries: Mapping[str, Concept]) -> Iterator[tuple[str, str, str]]:
    for concept in entries.values():
        for field in ("broader", "related", "extends", "part_of", "not_same_as"):
            for target in getattr(concept, field):
                if target not in entries:
                    yield "dangling", concept.slug, f"{field} names no entry: {target}"
        for target in concept.not_same_as:
            if target == concept.slug:
                yield "merge", concept.slug, "is said not to be the same as itself"


def _cycles(entries: Mapping[str, Concept]) -> Iterator[tuple[str, str]]:
    done: set[str] = set()
    for first in sorted(entries):
        way: list[str] = []
        stack: list[tuple[str, bool]] = [(first, False)]
        while stack:
            slug, leaving = stack.pop()
            if leaving:
                way.pop()
                done.add(slug)
            elif slug in way:
                yield slug, " → ".join([*way[way.index(slug) :], slug])
            elif slug not in done and slug in entries:
                way.append(slug)
                stack.append((slug, True))
                stack += [(b, False) for b in entries[slug].broader]
