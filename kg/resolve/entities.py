"""Which things the papers name, brought together over all papers: one entity a slug, with label, type and counts.

A pure function of the set of extractions: a thing that the vocabulary holds is what the vocabulary says; one that it
does not hold bears the name and the type that the curator gave it, else those that most papers give it, of equals the
one that sorts first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kg.model import EntityType, Extraction
from kg.resolve.decisions import NO_DECISIONS, Decisions
from kg.vocabulary import Vocabulary

__all__ = ["Entities", "Entity", "Vote", "entity_of"]

#: What some papers make of a thing: slug, known to the vocabulary, name, type, papers, mentions.
Vote: TypeAlias = tuple[str, int, str, EntityType, int, int]


@dataclass(frozen=True, slots=True)
class Entity:
    """A node of the graph: something that papers name. ``known`` to the vocabulary, or accepted by the curator."""

    slug: str
    label: str
    type: EntityType
    known: bool
    papers: int
    mentions: int


class Entities:
    """Votes of the papers on what each thing is called and is, gathered in a scratch database."""

    def __init__(self, work: sqlite3.Connection) -> None:
        self._db = work
        work.execute(
            "CREATE TABLE vote (slug TEXT, known INTEGER, name TEXT, type TEXT, papers INTEGER, mentions INTEGER,"
            " PRIMARY KEY (slug, known, name, type)) WITHOUT ROWID"
        )

    def add(self, extractions: list[Extraction]) -> None:
        """Counts what some papers name."""
        self._db.executemany(
            "INSERT INTO vote VALUES (?, ?, ?, ?, 1, ?)"
            " ON CONFLICT DO UPDATE SET papers = papers + 1, mentions = mentions + excluded.mentions",
            [(e.slug, e.known, e.name, e.type, len(e.mentions)) for x in extractions for e in x.entities],
        )

    def resolved(self, vocabulary: Vocabulary, decisions: Decisions = NO_DECISIONS) -> Iterator[Entity]:
        """Every entity, ordered by slug."""
        rows = self._db.execute("SELECT slug, known, name, type, papers, mentions FROM vote ORDER BY slug")
        group: list[Vote] = []
        for row in rows:
            if group and row[0] != group[0][0]:
                yield entity_of(group, vocabulary, decisions)
                group = []
            group.append(row)
        if group:
            yield entity_of(group, vocabulary, decisions)


def entity_of(votes: Sequence[Vote], vocabulary: Vocabulary, decisions: Decisions = NO_DECISIONS) -> Entity:
    """The entity of all the votes on one slug; their order does not count."""
    slug = votes[0][0]
    papers, mentions = sum(v[4] for v in votes), sum(v[5] for v in votes)
    if slug in vocabulary:
        concept = vocabulary[slug]
        return Entity(slug, concept.label, concept.type or "Concept", True, papers, mentions)
    names: dict[str, int] = {}
    types: dict[EntityType, int] = {}
    for _, _, name, kind, count, _ in votes:
        names[name] = names.get(name, 0) + count
        types[kind] = types.get(kind, 0) + count
    said, given = decisions.accepted.get(slug, ("", None))
    label = said or decisions.labels.get(slug) or min(names, key=lambda n: (-names[n], n))
    voted = min(types, key=lambda t: (-types[t], t))
    return Entity(slug, label, given or decisions.types.get(slug, voted), slug in decisions.accepted, papers, mentions)
