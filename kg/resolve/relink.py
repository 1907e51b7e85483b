"""What a paper says once the curator's decisions are followed: its mentions linked to what their entities became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.model import FIELDS, ROLES, Extraction, Mention, PaperEntity, Relation
from kg.resolve.decisions import Decisions
from kg.vocabulary import Vocabulary

__all__ = ["relink"]


@dataclass(frozen=True, slots=True)
class _Part:
    """The mentions of one entity that go one way; ``proof`` is the one that its role rests on."""

    entity: PaperEntity
    mentions: tuple[Mention, ...]
    proof: Mention


def relink(extraction: Extraction, paper: str, decisions: Decisions, vocabulary: Vocabulary) -> Extraction:
    """An extraction under decisions; the same one where they do not touch it.

    Entities that become one have all their mentions; the role is that of the surest of them that says more than
    ``mentions``. A relation of a split entity follows the mentions within the relation's stretch of text. A relation
    whose ends have become one, or have gone, goes.

    :param paper: the paper's IRI
    """
    touched = [
        e for e in extraction.entities
        if e.slug in decisions.became or e.slug in decisions.splits or e.slug in decisions.accepted
    ]  # fmt: skip
    if not touched:
        return extraction
    parts: dict[str, list[_Part]] = defaultdict(list)
    for entity in extraction.entities:
        ways: dict[str, list[Mention]] = defaultdict(list)
        for mention in entity.mentions:
            ways[_way(entity.slug, mention, paper, decisions)].append(mention)
        decisive = entity.mentions[entity.evidence]
        for slug, mentions in ways.items():
            proof = decisive if decisive in mentions else mentions[0]
            parts[slug].append(_Part(entity, tuple(mentions), proof))
    parts.pop("", None)
    made = [_entity(slug, found, decisions, vocabulary) for slug, found in parts.items()]
    made.sort(key=lambda e: (_place(e.mentions[0]), e.slug))
    return Extraction(tuple(made), _relations(extraction.relations, parts))


def _way(slug: str, mention: Mention, paper: str, decisions: Decisions) -> str:
    """What the mention names now; nothing where that is no entity."""
    for where, into in decisions.splits.get(slug, ()):
        if where in (f"paper:{paper}", f"surface:{' '.join(mention.surface.split())}"):
            slug = into
            break
    return decisions.became.get(slug, slug)


def _place(mention: Mention) -> tuple[int, int, int]:
    return FIELDS.index(mention.field), mention.start, mention.end


def _entity(slug: str, parts: Sequence[_Part], decisions: Decisions, vocabulary: Vocabulary) -> PaperEntity:
    mentions = tuple(sorted((m for part in parts for m in part.mentions), key=_place))
    telling = max(
        parts,
        key=lambda p: (p.entity.role != "mentions", p.entity.role_confidence, -ROLES.index(p.entity.role),
                       p.entity.slug == slug, p.entity.slug),
    )  # fmt: skip
    own = max(parts, key=lambda p: (p.entity.slug == slug, len(p.mentions), p.entity.slug)).entity
    name, kind = own.name, own.type
    if slug in vocabulary:
        name, kind = vocabulary[slug].label, vocabulary[slug].type or "Concept"
    elif own.slug != slug:
        name, kind = decisions.labels.get(slug, name), decisions.types.get(slug, kind)
    return replace(
        own,
        slug=slug,
        name=name,
        type=kind,
        known=slug in vocabulary or slug in decisions.accepted,
        role=telling.entity.role,
        role_confidence=telling.entity.role_confidence,
        confidence=max(m.confidence for m in mentions),
        evidence=mentions.index(telling.proof),
        mentions=mentions,
    )


def _relations(relations: Sequence[Relation], parts: dict[str, list[_Part]]) -> tuple[Relation, ...]:
    ways: dict[str, list[tuple[str, _Part]]] = defaultdict(list)
    for slug, found in parts.items():
        for part in found:
            ways[part.entity.slug].append((slug, part))
    best: dict[tuple[str, str, str], Relation] = {}
    for relation in relations:
        subject, object_ = (_end(ways[slug], relation) for slug in (relation.subject, relation.object))
        if not subject or not object_ or subject == object_:
            continue
        made = replace(relation, subject=subject, object=object_)
        key = (subject, made.predicate, object_)
        # Of two that have become one the surer one stays, of equals the first.
        if key not in best or made.confidence > best[key].confidence:
            best[key] = made
    return tuple(best.values())


def _end(ways: Sequence[tuple[str, _Part]], relation: Relation) -> str:
    if len(ways) < 2:
        return ways[0][0] if ways else ""
    within = [
        slug for slug, part in ways
        if any(m.field == relation.field and relation.start <= m.start < relation.end for m in part.mentions)
    ]  # fmt: skip
    return (within or [ways[0][0]])[0]
