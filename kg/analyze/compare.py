"""Two entities side by side: the papers that name both, those that name one, what they are used with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.analyze.claims import Claim, claims
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.projection import cooccurrence, npmi
from kg.model import EntityType
from kg.store import EntityRow, Index, MentionTable

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["Comparison", "Shared", "compare"]

# From this confidence on a statement is said rather than may be said.
_SURE = 0.5


@dataclass(frozen=True, slots=True)
class Shared:
    """An entity that stands in papers with both; how many with each."""

    iri: str
    label: str
    type: EntityType
    with_one: int
    with_other: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two entities side by side.

    ``both``, ``only_one`` and ``only_other`` count papers; ``expected`` is how many would name both by chance and
    ``npmi`` is None where none does. ``first_together`` is the earliest date of one that names both, None where no
    such paper has a date; ``undated`` of them have none. ``in_a_sentence`` counts those with a sentence that names
    both. ``shared`` are the tasks, data sets and metrics of both; ``claims`` are what papers state of the two, and
    ``verdict`` sums them up.
    """

    one: str
    one_label: str
    other: str
    other_label: str
    both: int
    only_one: int
    only_other: int
    expected: float
    npmi: float | None
    in_a_sentence: int
    first_together: str | None
    undated: int
    statement: str
    verdict: str
    shared: tuple[Shared, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]


def compare(
    index: Index,
    table: MentionTable,
    one: int,
    other: int,
    keep: NDArray[np.bool_] | None = None,
    *,
    types: Sequence[EntityType] = ("Task", "Dataset", "Metric"),
    top: int = 20,
    papers: int = 5,
    store: Store | None = None,
) -> Comparison:
    """Two entities side by side.

    Parameters
    ----------
    index, table
        Of one generation.
    one, other : int
        Rows of the entities in the index.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    types : sequence of str
        Types of the entities that are told as shared.
    top : int
        Shared entities told.
    papers : int
        Papers that give evidence, those with both in one sentence first, then the earlier.
    store : pyoxigraph.Store, optional
        Of the same generation: holds the statements. Without it there are no claims.

    Returns
    -------
    Comparison
    """
    sentences = Sentences(table, index, keep)
    first, second = index.entities([one, other])
    mine, theirs = sentences.papers(one), sentences.papers(other)
    both = np.intersect1d(mine, theirs, assume_unique=True)
    total = len(np.unique(table.paper if keep is None else table.paper[keep]))
    joint = {p: sentences.joint(p, one, [other]) for p in both.tolist()}
    date = {p: int(table.issued[p]) or 99999999 for p in both.tolist()}
    ranked = sorted(both.tolist(), key=lambda p: (not joint[p], date[p], p))
    dated = [p for p in sorted(both.tolist(), key=lambda p: (date[p], p)) if table.issued[p] > 0]
    together = None
    if len(both):
        sizes = (np.array([len(mine)]), np.array([len(theirs)]))
        together = round(float(npmi(np.array([float(len(both))]), *sizes, total)[0]), 4)
    stated = claims(store, index, sentences, one, other) if store is not None else []
    return Comparison(
        one=first.iri,
        one_label=first.label,
        other=second.iri,
        other_label=second.label,
        both=len(both),
        only_one=len(mine) - len(both),
        only_other=len(theirs) - len(both),
        expected=round(len(mine) * len(theirs) / max(total, 1), 3),
        npmi=together,
        in_a_sentence=sum(joint.values()),
        first_together=sentences.paper(dated[0]).issued if dated else None,
        undated=len(both) - len(dated),
        statement=_statement(first, second, len(both), sum(joint.values())),
        verdict=_verdict(first, second, stated),
        claims=tuple(stated),
        shared=_shared(index, table, keep, (one, other), (mine, theirs), types, top),
        evidence=tuple(s for p in ranked[:papers] for s in sentences.together(p, one, other)),
    )


def _statement(one: EntityRow, other: EntityRow, both: int, joint: int) -> str:
    names = f"{one.label} and {other.label}"
    if not both:
        return f"No paper here mentions both {names}."
    if not joint:
        return f"{_papers(both, 'mention')} both {names}, none in one sentence."
    return f"{_papers(both, 'mention')} both {names}, {joint} in one sentence."


def _verdict(one: EntityRow, other: EntityRow, stated: Sequence[Claim]) -> str:
    """Who is said to outperform whom, by papers; what was read with less than even odds only may be said."""
    said = []
    for better, worse in ((one, other), (other, one)):
        for denied in (False, True):
            papers: dict[str, float] = {}
            for c in stated:
                if c.relation == "outperforms" and c.subject == better.iri and c.denied == denied:
                    papers[c.evidence.paper] = max(c.confidence, papers.get(c.evidence.paper, 0.0))
            if papers:
                sure = sum(confidence >= _SURE for confidence in papers.values())
                count = sure or len(papers)
                verb = "deny or hedge" if denied else "say"
                if not sure:
                    verb = f"may {verb}"
                elif count == 1:
                    verb = "denies or hedges" if denied else "says"
                more = f" ({len(papers) - sure} more may)" if 0 < sure < len(papers) else ""
                noun = "paper" if count == 1 else "papers"
                said.append(f"{count} {noun} {verb} that {better.label} outperforms {worse.label}{more}.")
    return " ".join(said) or "No paper here says that one outperforms the other."


def _papers(count: int, verb: str) -> str:
    return f"1 paper {verb}s" if count == 1 else f"{count} papers {verb}"


def _shared(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None,
    rows: tuple[int, int],
    papers: tuple[NDArray[np.int64], NDArray[np.int64]],
    types: Sequence[EntityType],
    top: int,
) -> tuple[Shared, ...]:
    found = cooccurrence(table, keep, types=types)
    one, other = (np.asarray(found.incidence[p].sum(axis=0)).ravel() for p in papers)
    least = np.where(np.isin(found.entities, rows), 0, np.minimum(one, other))
    nodes = np.lexsort((-(one + other), -least))[:top]
    nodes = nodes[least[nodes] > 0]
    entities = index.entities(found.entities[nodes].tolist())
    return tuple(
        Shared(e.iri, e.label, e.type, int(one[n]), int(other[n]))
        for e, n in zip(entities, nodes.tolist(), strict=True)
    )
