"""What changes in a corpus: rising, new, evolving; only where enough papers have a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze import Event, Evolution, Meeting, Sentences, Trend, equal_cuts, evolution, new, trends
from kg.report.content import HUB, Change, Named, Riser
from kg.store import Index, MentionTable

__all__ = ["change"]

# Fewer papers with a date than that show no change.
_DATED = 30
# Papers that a slice of time needs to be cut into clusters, and the most slices.
_SLICE, _SLICES = 150, 4
# What is new is what the last of so many equal slices names first.
_NEW = 8
# A rise must be that sure: standard errors of the difference of two shares.
_SURE = 2.0
_RISING, _NEWS, _MEETINGS, _EVENTS, _RECENT = 8, 6, 5, 6, 3
# What falls into more parts than that, or comes of more, is no event but a reshuffle.
_PARTS = 3
# Pairs that are looked through, and how often one entity may stand in those told: a hub would fill the list.
_LOOKED, _AGAIN = 60, 2


def change(
    index: Index,
    table: MentionTable,
    sentences: Sentences,
    counted: NDArray[np.bool_],
    listed: NDArray[np.bool_],
    **options: Any,
) -> tuple[Change | None, str]:
    """What changes, or why nothing is said of it.

    :param options: as :func:`kg.analyze.partition`, for the slices of the evolution
    """
    issued = np.where(listed, table.issued, 0).astype(np.int32)
    dated, papers = int((issued > 0).sum()), int(listed.sum())
    if not dated:
        none = "The paper has no date" if papers == 1 else f"None of the {papers:,} papers has a date"
        return None, f"{none}, so nothing is said of what is new or rising; dates are never guessed."
    if dated < _DATED:
        few = f"Only {dated:,} of {papers:,} papers have a date" if dated < papers else f"There are {papers:,} papers"
        return None, f"{few}: too few to say what is new or rising."
    cut = equal_cuts(issued, _NEW)
    if not cut:
        return None, "All papers are of one date, so nothing is said of what is new or rising."
    years = np.unique(issued[issued > 0] // 10000)
    found = trends(index, table, counted, top=200, recent=_RECENT) if len(years) > _RECENT else None
    rising = [t for t in found.rows if t.z >= _SURE and t.growth > 1] if found else []
    news = new(index, table, cut[-1], counted, top=_LOOKED, evidence=1)
    history = _evolution(index, table, counted, dated, **options)
    return Change(
        dated=dated,
        undated=papers - dated,
        recent=f"{years[-1] - _RECENT + 1} to {years[-1]}",
        since=cut[-1],
        new_papers=news.papers,
        rising=tuple(_riser(index, sentences, t) for t in rising[:_RISING]),
        new=tuple(n for n in news.entities if n.papers > 1)[:_NEWS],
        meetings=_varied(index, papers, news.meetings),
        evolution=history,
        events=_largest(history) if history else (),
    ), ""


def _largest(found: Evolution) -> tuple[Event, ...]:
    """The events that most papers stand behind, in the order of time."""

    def papers(event: Event) -> int:
        sides = (event.stage, event.before), (event.stage + 1, event.after)
        return sum(found.stages[stage].clusters[c].papers for stage, side in sides for c in side)

    news = [e for e in found.events if e.kind != "continuation" and max(len(e.before), len(e.after)) <= _PARTS]
    best = sorted(news, key=lambda e: -papers(e) / (len(e.before) + len(e.after)))[:_EVENTS]
    return tuple(sorted(best, key=lambda e: e.stage))


def _varied(index: Index, papers: int, meetings: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """The first pairs without a hub, in which no entity comes again and again."""
    rows = {e: index.find_entity(e) for m in meetings for e in (m.one, m.other)}
    hubs = {e for e, row in rows.items() if row and row.papers >= HUB * papers}
    seen: Counter[str] = Counter()
    chosen = []
    for meeting in meetings:
        pair = (meeting.one, meeting.other)
        if meeting.papers > 1 and not hubs & set(pair) and max(seen[e] for e in pair) < _AGAIN:
            seen.update(pair)
            chosen.append(meeting)
    return tuple(chosen[:_MEETINGS])


def _riser(index: Index, sentences: Sentences, trend: Trend) -> Riser:
    entity, paper = index.find_entity(trend.iri), index.find_paper(trend.first_paper)
    proof = sentences.of(paper.row, entity.row) if entity and paper else None
    named = Named(trend.iri, trend.label, trend.type, trend.papers, proof)
    return Riser(named, trend.growth, trend.z, trend.first, trend.years)


def _evolution(
    index: Index, table: MentionTable, counted: NDArray[np.bool_], dated: int, **options: Any
) -> Evolution | None:
    slices = min(_SLICES, dated // _SLICE)
    if slices < 2:
        return None
    found = evolution(index, table, counted, slices=slices, top=3, **options)
    return found if len(found.stages) > 1 and found.flows else None
