"""A graph -> what the report says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze import (
    Bridge,
    Cluster,
    Evidence,
    Gap,
    Partition,
    Sentences,
    Unmet,
    bridges_of,
    clusters_of,
    gaps_of,
    partition,
    thematic_map,
)
from kg.model import TYPES, EntityType
from kg.report.change import change
from kg.report.content import (
    HUB,
    LARGE,
    CitedPaper,
    Figures,
    Named,
    OpenGap,
    Question,
    Report,
    TypeCount,
    read_first,
)
from kg.report.questions import question, worth
from kg.report.words import limits, method, summary
from kg.store import Generation, Index, MentionTable

__all__ = ["report"]

# How many of each are told.
_TOP_ENTITIES, _BRIDGES, _GAPS, _PAIRS, _QUESTIONS, _CLOSERS = 4, 5, 3, 12, 1, 2
# Bridges that are looked through, and how often one field may stand in those told.
_LOOKED, _AGAIN = 40, 2


def report(
    generation: Generation,
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    papers: NDArray[np.bool_] | None = None,
    *,
    title: str | None = None,
    found: Partition | None = None,
    **options: Any,
) -> Report:
    """What a corpus is about.

    :param keep: mentions that count, one flag each
    :param papers: papers that count, one flag each
    :param title: without one, the number of papers
    :param found: the clusters of the same mentions and options, where they are known already
    :param options: as :func:`kg.analyze.partition`
    """
    counted = np.ones(len(table), dtype=np.bool_) if keep is None else keep
    listed = np.ones(table.papers, dtype=np.bool_) if papers is None else papers
    found = found or partition(index, table, keep, **options)
    sentences = Sentences(table, index, keep)
    clusters = tuple(clusters_of(index, table, found, keep))
    bridges = _varied(clusters, bridges_of(found, index, table, keep, top=_LOOKED, evidence=1))
    missing = _missing(index, found.projection.total, gaps_of(found, index, table, keep, top=_GAPS, detail=_PAIRS))
    changing, no_change = change(index, table, sentences, counted, listed, **options)
    figures = _figures(index, table, sentences, counted, listed, int((found.home >= 0).sum()))
    said = summary(figures, clusters, bridges, missing, changing)
    made = Report(
        title=title or _title(figures.papers),
        summary=said,
        figures=figures,
        clusters=clusters,
        map=thematic_map(clusters),
        bridges=bridges,
        gaps=missing,
        change=changing,
        no_change=no_change,
        method=method(generation, found, changing),
        limits=limits(figures, found, changing),
        papers=(),
    )
    return _cited(made, index)


def _title(papers: int) -> str:
    return "What this paper is about" if papers == 1 else f"What these {papers:,} papers are about"


def _figures(
    index: Index,
    table: MentionTable,
    sentences: Sentences,
    counted: NDArray[np.bool_],
    listed: NDArray[np.bool_],
    placed: int,
) -> Figures:
    issued = table.issued[listed]
    years, counts = np.unique(issued[issued > 0] // 10000, return_counts=True)
    pairs = np.unique(table.paper[counted].astype(np.int64) * max(table.entities, 1) + table.entity[counted])
    support = np.bincount(pairs % max(table.entities, 1), minlength=table.entities)
    dates = sorted(p.issued for p in index.papers(_ends(table, listed)) if p.issued)
    known = sum(e.known and bool(support[e.row]) for e in index.each_entity())
    rows = np.flatnonzero(listed)
    bare = sum(not p.abstract.strip() and bool(listed[p.row]) for p in index.each_paper())
    return Figures(
        papers=len(rows),
        papers_with_entities=len(np.unique(pairs // max(table.entities, 1))),
        papers_without_abstract=bare,
        dated=int((issued > 0).sum()),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
        entities=int((support > 0).sum()),
        known=known,
        mentions=int(counted.sum()),
        placed=placed,
        years=tuple((int(y), int(c)) for y, c in zip(years, counts, strict=True)),
        types=_types(index, table, sentences, support),
    )


def _ends(table: MentionTable, listed: NDArray[np.bool_]) -> list[int]:
    """The papers of the first and of the last date."""
    rows = np.flatnonzero(listed & (table.issued > 0))
    if not len(rows):
        return []
    dates = table.issued[rows]
    return [int(rows[dates.argmin()]), int(rows[dates.argmax()])]


def _types(
    index: Index, table: MentionTable, sentences: Sentences, support: NDArray[np.int64]
) -> tuple[TypeCount, ...]:
    found = []
    for number, kind in enumerate(TYPES):
        rows = np.flatnonzero((table.type == number) & (support > 0))
        best = rows[np.argsort(-support[rows], kind="stable")][:_TOP_ENTITIES]
        top = tuple(
            Named(e.iri, e.label, e.type, int(support[e.row]), sentence_of(sentences, e.row))
            for e in index.entities(best.tolist())
        )
        if len(rows):
            found.append(TypeCount(kind, len(rows), top))
    return tuple(found)


def sentence_of(sentences: Sentences, entity: int) -> Evidence | None:
    """A sentence that names an entity, from the first of its papers that has one of fair length."""
    best: Evidence | None = None
    for paper in sentences.papers(entity)[:20].tolist():
        found = sentences.of(paper, entity)
        if found is not None and 60 <= len(found.sentence) <= 240 and found.field == "abstract":
            return found
        best = best or found
    return best


def _varied(clusters: Sequence[Cluster], found: Sequence[Bridge]) -> tuple[Bridge, ...]:
    """The bridges that are told: first between fields that are told at length, and no field again and again."""
    told = {c.id for c in sorted(clusters, key=lambda c: (-c.papers, c.id))[:LARGE]}
    seen: Counter[int] = Counter()
    chosen = []
    for bridge in sorted(found, key=lambda b: -sum(s.cluster in told for s in b.sides[:2])):
        joined = [side.cluster for side in bridge.sides[:2]]
        if max(seen[c] for c in joined) < _AGAIN:
            seen.update(joined)
            chosen.append(bridge)
    return tuple(chosen[:_BRIDGES])


def _missing(index: Index, papers: int, found: Sequence[Gap]) -> tuple[OpenGap, ...]:
    types: dict[str, tuple[EntityType, int]] = {}
    for gap in found:
        for unmet in gap.unmet:
            for iri in (unmet.one, unmet.other):
                row = index.find_entity(iri)
                if row is not None:
                    types[iri] = (row.type, row.papers)
    rows, asked = [], set[str]()
    for gap in found:
        chosen = _questions(gap.unmet, types, papers, asked)
        rows.append(
            OpenGap(
                one=gap.one,
                one_name=gap.one_name,
                other=gap.other,
                other_name=gap.other_name,
                observed=gap.observed,
                expected=gap.expected,
                chance=gap.chance,
                questions=chosen,
                closers=gap.closers[:_CLOSERS],
            )
        )
    return tuple(rows)


def _questions(
    pairs: Sequence[Unmet], types: dict[str, tuple[EntityType, int]], papers: int, asked: set[str]
) -> tuple[Question, ...]:
    """The pairs of a gap that are most worth asking about: no hubs, nothing twice, what one asks readily first."""

    def order(unmet: Unmet) -> tuple[bool, int, int, float]:
        (one, few), (other, many) = types[unmet.one], types[unmet.other]
        again = (unmet.one in asked) + (unmet.other in asked)
        return max(few, many) >= HUB * papers, again, worth(one, other), -unmet.expected

    left = list(pairs)
    chosen: list[Question] = []
    while left and len(chosen) < _QUESTIONS:
        best = min(left, key=order)
        asked |= {best.one, best.other}
        text = question(best.one_label, types[best.one][0], best.other_label, types[best.other][0])
        chosen.append(Question(text, best))
        left = [u for u in left if not {u.one, u.other} & {best.one, best.other}]
    return tuple(chosen)


def _cited(made: Report, index: Index) -> Report:
    """The report with the list of the papers that it leads to, in the order in which it does."""
    from dataclasses import replace

    sentences: dict[str, dict[tuple[str, int], Evidence]] = {}
    for proof in _proofs(made):
        # The same sentence may prove two things; it is shown once.
        sentences.setdefault(proof.paper, {}).setdefault((proof.field, proof.sentence_start), proof)
    papers = []
    for number, (iri, found) in enumerate(sentences.items(), 1):
        row = index.find_paper(iri)
        assert row is not None  # evidence comes from this index
        papers.append(CitedPaper(number, iri, row.title, row.issued, row.link, tuple(found.values())))
    return replace(made, papers=tuple(papers))


def _proofs(made: Report) -> Iterable[Evidence]:
    """Every sentence that the report stands on, in reading order."""
    for statement in made.summary:
        yield from statement.evidence
    for kind in made.figures.types:
        yield from (n.evidence for n in kind.top if n.evidence)
    by_id = {c.id: c for c in made.clusters}
    for theme in made.map.themes[:LARGE]:
        yield from (e.evidence for e in read_first(by_id[theme.cluster]) if e.evidence)
    for bridge in made.bridges:
        yield from (s for side in bridge.sides[:2] for s in side.evidence)
    for gap in made.gaps:
        yield from (s for closer in gap.closers for s in closer.evidence)
    if made.change:
        yield from (r.named.evidence for r in made.change.rising if r.named.evidence)
        yield from (s for n in made.change.new for s in n.evidence)
        yield from (s for m in made.change.meetings for s in m.evidence)
