"""What a graph holds about an entity, a paper, or in all, brought together: what ``kg show`` and ``kg stats`` print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.iri import PREFIXES, concept_iri, concept_slug
from kg.model import ROLES, TYPES, Author, EntityType, Role
from kg.store.evidence import Evidence, evidence
from kg.store.folder import Generation
from kg.store.index import EntityRow, Index, PaperRow
from kg.store.mentions import MentionTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyoxigraph import Store

__all__ = [
    "EntityView",
    "Neighbour",
    "PaperEntityView",
    "PaperHit",
    "PaperView",
    "Stats",
    "entity_view",
    "paper_view",
    "papers_of",
    "stats",
]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another entity, and in how many papers both stand (0 where the link is the vocabulary's)."""

    iri: str
    label: str
    type: EntityType | None
    papers: int = 0


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A paper in a list, with the role that the entity has for it."""

    iri: str
    title: str
    issued: str | None
    role: Role
    url: str | None


@dataclass(frozen=True, slots=True)
class EntityView:
    """An entity with what the vocabulary and the papers say of it."""

    iri: str
    label: str
    type: EntityType
    known: bool
    aliases: tuple[str, ...]
    definition: str
    broader: tuple[Neighbour, ...]
    narrower: tuple[Neighbour, ...]
    related: tuple[Neighbour, ...]
    papers: int
    mentions: int
    roles: tuple[tuple[Role, int], ...]
    years: tuple[tuple[int, int], ...]
    listed: tuple[PaperHit, ...]
    cooccurring: tuple[Neighbour, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class PaperEntityView:
    """An entity that a paper names."""

    iri: str
    label: str
    type: EntityType
    known: bool
    role: Role
    mentions: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper with the entities that it names, most telling role first."""

    iri: str
    title: str
    abstract: str
    authors: tuple[Author, ...]
    issued: str | None
    venue: str | None
    url: str | None
    identifiers: tuple[str, ...]
    sources: tuple[str, ...]
    entities: tuple[PaperEntityView, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of a graph: how much it holds, by type and role, and how much of it the vocabulary knows."""

    papers: int
    papers_with_date: int
    papers_with_entities: int
    records: int
    entities: int
    known_entities: int
    mentions: int
    known_mentions: int
    triples: int
    unclear_papers: int
    types: tuple[tuple[EntityType, int, int], ...]
    roles: tuple[tuple[Role, int], ...]
    years: tuple[tuple[int, int], ...]
    top: tuple[tuple[str, str, EntityType, int], ...]
    sizes: tuple[tuple[str, int], ...]
    built: str
    extractor: str


def papers_of(
    index: Index, table: MentionTable, entity: int, keep: NDArray[np.bool_], role: Role | None = None
) -> list[PaperHit]:
    """The papers that name an entity, those with the most telling role first, then the latest."""
    import numpy as np

    rows = np.flatnonzero(keep & (table.entity == entity))
    roles = {int(table.paper[r]): int(table.role[r]) for r in rows}
    if role is not None:
        roles = {p: r for p, r in roles.items() if ROLES[r] == role}
    order = sorted(roles, key=lambda p: (roles[p], -int(table.issued[p]), p))
    return [PaperHit(p.iri, p.title, p.issued, ROLES[roles[p.row]], p.link) for p in index.papers(order)]


def entity_view(
    store: Store, index: Index, table: MentionTable, found: EntityRow, keep: NDArray[np.bool_], *, limit: int = 10
) -> EntityView:
    """All about one entity; lists hold at most ``limit`` items, counts count everything that passes the filters."""
    import numpy as np

    mask = keep & (table.entity == found.row)
    rows = np.flatnonzero(mask)
    hits = papers_of(index, table, found.row, keep)
    own = np.zeros(table.papers, dtype=np.bool_)
    own[table.paper[rows]] = True
    beside = keep & own[table.paper] & (table.entity != found.row)
    pairs = (
        np.unique(np.stack([table.paper[beside], table.entity[beside]]), axis=1)
        if beside.any()
        else np.empty((2, 0), int)
    )
    counts = np.bincount(pairs[1], minlength=table.entities) if pairs.size else np.zeros(table.entities, int)
    best = sorted(np.flatnonzero(counts), key=lambda e: (-int(counts[e]), int(e)))[:limit]
    near = [Neighbour(e.iri, e.label, e.type, int(counts[e.row])) for e in index.entities([int(b) for b in best])]
    issued = table.issued[np.unique(table.paper[rows])] if rows.size else np.empty(0, dtype=int)
    years, per_year = np.unique(issued[issued > 0] // 10000, return_counts=True)
    return EntityView(
        iri=found.iri,
        label=found.label,
        type=found.type,
        known=found.known,
        aliases=found.aliases,
        definition=found.definition,
        broader=_links(store, index, f"<{found.iri}> skos:broader ?x"),
        narrower=_links(store, index, f"?x skos:broader <{found.iri}>"),
        related=_links(store, index, f"{{ <{found.iri}> skos:related ?x }} UNION {{ ?x skos:related <{found.iri}> }}"),
        papers=len(hits),
        mentions=int(rows.size),
        roles=tuple((r, n) for r in ROLES if (n := sum(h.role == r for h in hits))),
        years=tuple((int(y), int(n)) for y, n in zip(years, per_year, strict=True)),
        listed=tuple(hits[:limit]),
        cooccurring=tuple(near),
        evidence=tuple(evidence(index, table, _telling(table, rows)[:limit])),
    )


def _telling(table: MentionTable, rows: Sequence[int] | NDArray[np.int64]) -> list[int]:
    """One mention a paper, the most telling role and the latest paper first; an abstract's sentence before a title."""
    first: dict[int, int] = {}
    for r in sorted((int(r) for r in rows), key=lambda r: (-int(table.field[r]), int(table.start[r]))):
        first.setdefault(int(table.paper[r]), r)
    return sorted(first.values(), key=lambda r: (int(table.role[r]), -int(table.issued[table.paper[r]]), r))


def _links(store: Store, index: Index, pattern: str) -> tuple[Neighbour, ...]:
    where = f"{pattern} . ?x skos:prefLabel ?label . ?x a ?type"
    query = f"SELECT DISTINCT ?x ?label ?type WHERE {{ {where} }} ORDER BY ?label ?x"
    found: dict[str, Neighbour] = {}
    for row in store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True):  # type: ignore[union-attr]
        iri, label, kind = (row[k].value for k in ("x", "label", "type"))
        name = kind.removeprefix(PREFIXES["kg"])
        if name in TYPES:
            here = index.find_entity(concept_slug(iri))
            found[iri] = Neighbour(concept_iri(concept_slug(iri)), label, name, here.papers if here else 0)
    return tuple(found.values())


def paper_view(index: Index, table: MentionTable, found: PaperRow, keep: NDArray[np.bool_]) -> PaperView:
    """All about one paper."""
    import numpy as np

    rows = np.flatnonzero(keep & (table.paper == found.row))
    by_entity: dict[int, list[int]] = {}
    for r in rows:
        by_entity.setdefault(int(table.entity[r]), []).append(int(r))
    order = sorted(by_entity, key=lambda e: (int(table.role[by_entity[e][0]]), -len(by_entity[e]), e))
    proofs = evidence(index, table, [_telling(table, by_entity[e])[0] for e in order])
    entities = [
        PaperEntityView(e.iri, e.label, e.type, e.known, proof.role, len(by_entity[e.row]), proof)
        for e, proof in zip(index.entities(order), proofs, strict=True)
    ]
    return PaperView(
        iri=found.iri,
        title=found.title,
        abstract=found.abstract,
        authors=found.authors,
        issued=found.issued,
        venue=found.venue,
        url=found.link,
        identifiers=found.identifiers,
        sources=found.files,
        entities=tuple(entities),
    )


def stats(
    generation: Generation, index: Index, table: MentionTable, keep: NDArray[np.bool_], papers: NDArray[np.bool_],
    top: int,
) -> Stats:  # fmt: skip
    """Counts by type and role, coverage, sizes.

    :param keep: the mentions that count
    :param papers: the papers that count
    :param top: how many entities to name
    """
    import numpy as np

    manifest = generation.manifest
    rows = np.flatnonzero(keep)
    pairs = np.unique(np.stack([table.paper[rows], table.entity[rows]]), axis=1) if rows.size else np.empty((2, 0), int)
    papers_per_entity = np.bincount(pairs[1], minlength=table.entities)
    seen = np.flatnonzero(papers_per_entity)
    known = np.array([e.known for e in index.entities()], dtype=bool)
    _, firsts = np.unique(
        table.paper[rows].astype(np.uint64) * max(table.entities, 1) + table.entity[rows], return_index=True
    )
    roles = np.bincount(table.role[rows][firsts], minlength=len(ROLES))
    dated = papers & (table.issued > 0)
    years, per_year = np.unique(table.issued[dated] // 10000, return_counts=True)
    best = sorted(map(int, seen), key=lambda e: (-int(papers_per_entity[e]), e))[:top]
    return Stats(
        papers=int(papers.sum()),
        papers_with_date=int(dated.sum()),
        papers_with_entities=len(np.unique(table.paper[rows])),
        records=manifest["records"],
        entities=len(seen),
        known_entities=int(known[seen].sum()),
        mentions=int(rows.size),
        known_mentions=int(known[table.entity[rows]].sum()),
        triples=manifest["triples"],
        unclear_papers=len(manifest["conflicts"]),
        types=tuple(
            (t, int((table.type[seen] == i).sum()), int((table.type[table.entity[rows]] == i).sum()))
            for i, t in enumerate(TYPES)
        ),
        roles=tuple((r, int(n)) for r, n in zip(ROLES, roles, strict=True)),
        years=tuple((int(y), int(n)) for y, n in zip(years, per_year, strict=True)),
        top=tuple((e.iri, e.label, e.type, int(papers_per_entity[e.row])) for e in index.entities(best)),
        sizes=tuple((p.name, _size(p)) for p in sorted(generation.path.iterdir())),
        built=manifest["built"],
        extractor=manifest["extractor"],
    )  # fmt: skip


def _size(path: Path) -> int:
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size
