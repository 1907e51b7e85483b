"""Another vocabulary made ours: its topics as entries that fit beside those that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.iri import slugify
from kg.model import EntityType
from kg.vocabulary.concepts import Concept
from kg.vocabulary.forms import case_matters, folded_forms, units, verbatim_forms
from kg.vocabulary.index import Vocabulary
from kg.vocabulary.thesaurus import Topic

__all__ = ["Imported", "adopt"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a vocabulary: new entries, entries that got an exact match, and labels left out."""

    entries: tuple[Concept, ...]
    matched: tuple[Concept, ...]
    left_out: tuple[tuple[str, str], ...]


def adopt(topics: Sequence[Topic], vocabulary: Vocabulary, kind: EntityType, source: str) -> Imported:
    """Entries for the topics, in an order that does not count.

    A topic whose label is the preferred label of an entry is that entry, which gets its IRI as ``skos:exactMatch``. A
    label that names an entry already, or an earlier topic, is left out; a topic with no label left too. ``broader``
    leads to entries of either vocabulary and never in a circle.

    :param kind: the type of the new entries
    :param source: what the definition of an entry says it comes from, where the topic has none
    """
    taken = {form: c.slug for c in vocabulary for label in c.labels for form in _forms(label, c.match_case)}
    ours = {slugify(c.label): c.slug for c in vocabulary}
    slugs: dict[str, str] = {}
    made: dict[str, tuple[Topic, Concept]] = {}
    matched: dict[str, list[str]] = {}
    left: list[tuple[str, str]] = []
    for topic in sorted(topics, key=lambda t: t.iri):
        slug = slugify(topic.label)
        if slug in ours:
            slugs[topic.iri] = ours[slug]
            matched.setdefault(ours[slug], []).append(topic.iri)
            continue
        if not _matchable(topic.label):
            left.append((topic.label, "is too short to be matched"))
            continue
        owner = next((taken[f] for f in _forms(topic.label) if f in taken), None) or (slug if slug in made else None)
        if owner:
            slugs[topic.iri] = owner
            left.append((topic.label, f"names {owner} already"))
            continue
        aliases = []
        taken.update(dict.fromkeys(_forms(topic.label), slug))
        for alias in topic.aliases:
            holder = next((taken[f] for f in _forms(alias) if taken.get(f, slug) != slug), None)
            if not _matchable(alias):
                left.append((alias, "is too short to be matched"))
            elif holder:
                left.append((alias, f"names {holder} already"))
            elif slugify(alias) != slug:
                aliases.append(alias)
                taken.update(dict.fromkeys(_forms(alias), slug))
        slugs[topic.iri] = slug
        made[slug] = (
            topic,
            Concept(
                slug,
                topic.label,
                kind,
                tuple(sorted(set(aliases))),
                definition=topic.definition,
                exact_match=(topic.iri,),
            ),
        )
    above = _without_circles({slug: _targets(topic, slugs, slug) for slug, (topic, _) in made.items()})
    entries = []
    for slug, (topic, concept) in sorted(made.items()):
        broader = above[slug]
        name = next((vocabulary[b].label if b in vocabulary else made[b][1].label for b in broader), "")
        definition = concept.definition or f"A topic of {source}" + (f", narrower than {name}." if name else ".")
        related = tuple(sorted({slugs[r] for r in topic.related if r in slugs} - {slug, *broader}))
        entries.append(replace(concept, broader=broader, related=related, definition=" ".join(definition.split())))
    found = [replace(Concept(s, vocabulary[s].label, vocabulary[s].type), exact_match=tuple(sorted(iris)))
             for s, iris in sorted(matched.items())]  # fmt: skip
    return Imported(tuple(entries), tuple(found), tuple(left))


def _matchable(label: str) -> bool:
    parts = units(label)
    return bool(parts) and (len(parts) > 1 or len(label) >= 2) and bool(slugify(label))


def _forms(label: str, match_case: bool = False) -> list[str]:
    if not units(label):
        return []
    exact = case_matters(label, match_case)
    return sorted(f"{exact}{form}" for form in (verbatim_forms(label) if exact else folded_forms(label)))


def _targets(topic: Topic, slugs: Mapping[str, str], own: str) -> tuple[str, ...]:
    return tuple(sorted({slugs[b] for b in topic.broader if b in slugs} - {own}))


def _without_circles(above: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The links less those that close a circle, looked at by slug."""
    kept: dict[str, list[str]] = {slug: [] for slug in above}

    def leads(start: str, end: str) -> bool:
        stack, seen = [start], {start}
        while stack:
            here = stack.pop()
            if here == end:
                return True
            for higher in kept.get(here, ()):
                if higher not in seen:
                    seen.add(higher)
                    stack.append(higher)
        return False

    for slug in sorted(above):
        for target in above[slug]:
            if not leads(target, slug):
                kept[slug].append(target)
    return {slug: tuple(targets) for slug, targets in kept.items()}
