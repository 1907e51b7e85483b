"""The vocabulary of a graph as a tree, read from its store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from kg.iri import CONCEPT, GRAPHS, PREFIXES, TERM, concept_iri, concept_slug
from kg.model import TYPES, EntityType

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["Branch", "Term", "Tree"]


@dataclass(slots=True)
class Term:
    """An entry of the vocabulary; relations are slugs, sorted by label."""

    slug: str
    label: str = ""
    type: EntityType = "Concept"
    definition: str = ""
    aliases: list[str] = field(default_factory=list)
    broader: list[str] = field(default_factory=list)
    narrower: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)

    @property
    def iri(self) -> str:
        """Its IRI."""
        return concept_iri(self.slug)


@dataclass(frozen=True, slots=True)
class Branch:
    """An entry with what stands under it; ``again`` where that is shown at another place of the tree already."""

    term: Term
    children: tuple[Branch, ...]
    again: bool = False

    @property
    def size(self) -> int:
        """Entries under it."""
        return sum(1 + child.size for child in self.children)


class Tree:
    """All entries by slug."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = terms

    @classmethod
    def read(cls, store: Store) -> Tree:
        """The vocabulary graph of a store."""
        from pyoxigraph import NamedNode

        skos, kind = PREFIXES["skos"], f"{PREFIXES['rdf']}type"
        graph = NamedNode(GRAPHS["vocabulary"])
        types: Mapping[str, EntityType] = {f"{TERM}{name}": name for name in get_args(EntityType)}
        terms: dict[str, Term] = {}
        for quad in store.quads_for_pattern(None, None, None, graph):
            subject, predicate, value = quad.subject, quad.predicate.value, getattr(quad.object, "value", "")
            if not isinstance(subject, NamedNode) or not subject.value.startswith(CONCEPT):
                continue
            slug = concept_slug(subject.value)
            term = terms.setdefault(slug, Term(slug))
            if predicate == kind and value in types:
                term.type = types[value]
            elif predicate == f"{skos}prefLabel":
                term.label = value
            elif predicate == f"{skos}definition":
                term.definition = value
            elif predicate == f"{skos}altLabel":
                term.aliases.append(value)
            elif predicate == f"{skos}broader":
                term.broader.append(concept_slug(value))
            elif predicate == f"{skos}related":
                term.related.append(concept_slug(value))
        named = {slug: term for slug, term in terms.items() if term.label}
        for term in named.values():
            for slug in term.broader:
                if slug in named:
                    named[slug].narrower.append(term.slug)
            for slug in term.related:
                if slug in named and term.slug not in named[slug].related:
                    named[slug].related.append(term.slug)
        tree = cls(named)
        for term in named.values():
            term.aliases.sort(key=str.casefold)
            term.broader, term.narrower, term.related = map(tree._sorted, (term.broader, term.narrower, term.related))
        return tree

    def _sorted(self, slugs: list[str]) -> list[str]:
        return sorted((s for s in set(slugs) if s in self.terms), key=lambda s: (self.terms[s].label.casefold(), s))

    @cached_property
    def roots(self) -> dict[EntityType, tuple[Branch, ...]]:
        """The branches that have nothing above them, by type."""
        tops = self._sorted([t.slug for t in self.terms.values() if not t.broader])
        seen: set[str] = set()
        branches = [self._branch(slug, seen) for slug in tops]
        # Entries that stand above each other in a circle have no top; they are shown from the first of them on.
        for slug in self._sorted([s for s in self.terms if s not in seen]):
            if slug not in seen:
                branches.append(self._branch(slug, seen))
        return {kind: tuple(b for b in branches if b.term.type == kind) for kind in TYPES}

    def _branch(self, slug: str, seen: set[str]) -> Branch:
        if slug in seen:
            return Branch(self.terms[slug], (), again=bool(self.terms[slug].narrower))
        seen.add(slug)
        return Branch(self.terms[slug], tuple(self._branch(child, seen) for child in self.terms[slug].narrower))

    def above(self, slug: str) -> Iterator[Term]:
        """The line of entries above one, the nearest first, by the first parent of each."""
        seen = {slug}
        while (parents := self.terms[slug].broader) and parents[0] not in seen:
            slug = parents[0]
            seen.add(slug)
            yield self.terms[slug]
