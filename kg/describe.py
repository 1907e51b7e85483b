"""What a graph holds about an entity, a paper, or in all, brought together: what ``kg show`` and ``kg stats`` print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

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
    "Grouped",
    "Links",
    "Neighbour",
    "PaperEntityView",
    "PaperHit",
    "PaperView",
    "Stats",
    "entity_view",
    "most_telling",
    "paper_hits",
    "paper_view",
    "papers_of",
    "roles_of",
    "stats",
    "vocabulary_links",
]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another entity, and in how many papers both stand (0 where the link is the vocabulary's)."""

    iri: str
    label: str
    type: EntityType | None
    papers: int = 0


#: Broader, narrower and related entities.
Links: TypeAlias = tuple[tuple[Neighbour, ...], tuple[Neighbour, ...], tuple[Neighbour, ...]]


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


class Grouped:
    """Mentions that count by entity and by paper: sorted once, for whoever tells of many entities and papers.

    :param keep: one flag a mention
    """

    def __init__(self, table: MentionTable, keep: NDArray[np.bool_]) -> None:
        import numpy as np

        self._table = table
        rows = np.flatnonzero(keep).astype(np.uint32)
        self._by_entity, self._entities = _sorted(rows, table.entity, table.entities)
        self._by_paper, self._papers = _sorted(rows, table.paper, table.papers)

    def of_entity(self, entity: int) -> NDArray[np.int64]:
        """The mentions of an entity, as rows of the table in rising order."""
        return self._by_entity[self._entities[entity] : self._entities[entity + 1]]

    def of_paper(self, paper: int) -> NDArray[np.int64]:
        """The mentions in a paper, as rows of the table in rising order."""
        return self._by_paper[self._papers[paper] : self._papers[paper + 1]]


def _entity_rows(
    table: MentionTable, keep: NDArray[np.bool_] | Grouped, entity: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The mentions of an entity, and those of others in its papers, as rows of the table."""
    import numpy as np

    if isinstance(keep, Grouped):
        rows = keep.of_entity(entity)
        papers = np.unique(table.paper[rows]).tolist()
        around = np.concatenate([keep.of_paper(paper) for paper in papers] or [rows])
        return rows, around[table.entity[around] != entity]
    rows = np.flatnonzero(keep & (table.entity == entity))
    own = np.zeros(table.papers, dtype=np.bool_)
    own[table.paper[rows]] = True
    return rows, np.flatnonzero(keep & own[table.paper] & (table.entity != entity))


def _beside(table: MentionTable, around: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The entities of some mentions, and in how many papers each is, most first."""
    import numpy as np

    pairs = np.unique(table.paper[around].astype(np.int64) * max(table.entities, 1) + table.entity[around])
    names, counts = np.unique(pairs % max(table.entities, 1), return_counts=True)
    order = np.lexsort((names, -counts))
    return names[order], counts[order]


def _sorted(rows: NDArray[Any], column: NDArray[Any], size: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Rows by what stands for them in a column, and where each value starts."""
    import numpy as np

    values = column[rows]
    ends = np.concatenate([[0], np.cumsum(np.bincount(values, minlength=size))])
    return rows[np.argsort(values, kind="stable")], ends


def papers_of(
    index: Index, table: MentionTable, entity: int, keep: NDArray[np.bool_], role: Role | None = None
) -> list[PaperHit]:
    """The papers that name an entity, those with the most telling role first, then the latest."""
    import numpy as np

    roles = roles_of(table, np.flatnonzero(keep & (table.entity == entity)))
    if role is not None:
        roles = {p: r for p, r in roles.items() if ROLES[r] == role}
    return paper_hits(index, roles, most_telling(table, roles))


def roles_of(table: MentionTable, rows: NDArray[Any]) -> dict[int, int]:
    """The number of an entity's role in each of its papers, by row of the paper.

    :param rows: its mentions
    """
    return dict(zip(table.paper[rows].tolist(), table.role[rows].tolist(), strict=True))


def most_telling(table: MentionTable, roles: Mapping[int, int]) -> list[int]:
    """Rows of papers, those with the most telling role first, then the latest."""
    return sorted(roles, key=lambda p: (roles[p], -int(table.issued[p]), p))


def paper_hits(index: Index, roles: Mapping[int, int], papers: Sequence[int]) -> list[PaperHit]:
    """Papers by their rows, with the role that an entity has for each."""
    return [PaperHit(p.iri, p.title, p.issued, ROLES[roles[p.row]], p.link) for p in index.papers(papers)]


def entity_view(
    store: Store | None, index: Index, table: MentionTable, found: EntityRow, keep: NDArray[np.bool_] | Grouped, *,
    limit: int = 10, links: Callable[[str], Links] | None = None, sentences: int | None = None,
    papers: int | None = None,
) -> EntityView:  # fmt: skip
    """All about one entity; lists hold at most ``limit`` items, counts count everything that passes the filters.

    :param keep: the mentions that count; grouped, where many entities are told of
    :param links: gives broader, narrower and related ones of a slug, where the store is not to be asked for them
    :param sentences: how many of them at most, where not ``limit``
    :param papers: how many of them are listed at most, where not ``limit``
    """
    import numpy as np

    rows, around = _entity_rows(table, keep, found.row)
    roles = roles_of(table, rows)
    beside, counts = _beside(table, around)
    near = zip(index.entities(beside[:limit].tolist()), counts[:limit].tolist(), strict=True)
    issued = table.issued[sorted(roles)] if roles else np.empty(0, dtype=int)
    years, per_year = np.unique(issued[issued > 0] // 10000, return_counts=True)
    per_role = np.bincount(list(roles.values()) or [0], minlength=len(ROLES)) if roles else [0] * len(ROLES)
    broader, narrower, related = links(found.slug) if links else vocabulary_links(store, index, found.iri)
    return EntityView(
        iri=found.iri,
        label=found.label,
        type=found.type,
        known=found.known,
        aliases=found.aliases,
        definition=found.definition,
        broader=broader,
        narrower=narrower,
        related=related,
        papers=len(roles),
        mentions=int(rows.size),
        roles=tuple((r, int(n)) for r, n in zip(ROLES, per_role, strict=True) if n),
        years=tuple((int(y), int(n)) for y, n in zip(years, per_year, strict=True)),
        listed=tuple(paper_hits(index, roles, most_telling(table, roles)[: limit if papers is None else papers])),
        cooccurring=tuple(Neighbour(e.iri, e.label, e.type, n) for e, n in near),
        evidence=tuple(evidence(index, table, _telling(table, rows)[: limit if sentences is None else sentences])),
    )


def vocabulary_links(store: Store | None, index: Index, iri: str) -> Links:
    """What the vocabulary puts above, below and beside an entity."""
    if store is None:
        return (), (), ()
    return (
        _links(store, index, f"<{iri}> skos:broader ?x"),
        _links(store, index, f"?x skos:broader <{iri}>"),
        _links(store, index, f"{{ <{iri}> skos:related ?x }} UNION {{ ?x skos:related <{iri}> }}"),
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


def paper_view(index: Index, table: MentionTable, found: PaperRow, keep: NDArray[np.bool_] | Grouped) -> PaperView:
    """All about one paper.

    :param keep: the mentions that count; grouped, where many papers are told of
    """
    import numpy as np

    rows = keep.of_paper(found.row) if isinstance(keep, Grouped) else np.flatnonzero(keep & (table.paper == found.row))
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
    entities = table.entity[rows]
    entities_or_one = np.uint64(max(table.entities, 1))
    pairs, firsts = np.unique(table.paper[rows].astype(np.uint64) * entities_or_one + entities, return_index=True)
    papers_per_entity = np.bincount((pairs % entities_or_one).astype(np.int64), minlength=table.entities)
    seen = np.flatnonzero(papers_per_entity)
    known = np.array(index.known(), dtype=bool)
    roles = np.bincount(table.role[rows][firsts], minlength=len(ROLES))
    per_type = np.bincount(table.type[entities], minlength=len(TYPES))
    dated = papers & (table.issued > 0)
    years, per_year = np.unique(table.issued[dated] // 10000, return_counts=True)
    best = seen[np.argsort(-papers_per_entity[seen], kind="stable")][:top].tolist()
    return Stats(
        papers=int(papers.sum()),
        papers_with_date=int(dated.sum()),
        papers_with_entities=int(np.count_nonzero(np.bincount(table.paper[rows]))),
        records=manifest["records"],
        entities=len(seen),
        known_entities=int(known[seen].sum()),
        mentions=int(rows.size),
        known_mentions=int(known[entities].sum()),
        triples=manifest["triples"],
        unclear_papers=len(manifest["conflicts"]),
        types=tuple(
            (t, int((table.type[seen] == i).sum()), int(per_type[i])) for i, t in enumerate(TYPES)
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
