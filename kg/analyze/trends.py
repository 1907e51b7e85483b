"""What is changing: entities that appear, grow, burst, and pairs that meet for the first time.

A paper without a date counts nowhere here, and each answer says how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.bursts import bursts
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.projection import Matrix, Projection, cooccurrence
from kg.model import EntityType
from kg.store import Index, MentionTable
from kg.store.mentions import date_number

__all__ = ["ORDERS", "Meeting", "New", "News", "Order", "Surge", "Trend", "Trends", "new", "trends"]

Order: TypeAlias = Literal["growth", "burst", "papers", "first"]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True)
class Surge:
    """A burst: its first and last year, and its weight (:func:`kg.analyze.bursts`)."""

    first: int
    last: int
    weight: float


@dataclass(frozen=True, slots=True)
class Trend:
    """An entity over the years.

    ``years`` are pairs of a year and the papers that name it then. ``growth`` is its share of the papers of the last
    years over that of those before, with half a paper added to each; ``z`` is the difference of the two shares in
    standard errors. ``undated`` of its papers have no date.
    """

    iri: str
    label: str
    type: EntityType
    papers: int
    undated: int
    first: str
    first_paper: str
    years: tuple[tuple[int, int], ...]
    growth: float
    z: float
    bursts: tuple[Surge, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Rows, and what they are read from: papers with and without a date, and the papers of each year."""

    dated: int
    undated: int
    years: tuple[tuple[int, int], ...]
    rows: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class New:
    """An entity whose first paper with a date is new; ``undated`` papers name it too, and may be older."""

    iri: str
    label: str
    type: EntityType
    papers: int
    undated: int
    first: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two entities, both known before, that new papers name together for the first time."""

    one: str
    one_label: str
    other: str
    other_label: str
    papers: int
    first: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What is new since a date: numbers of papers, new entities, first meetings."""

    since: str
    papers: int
    before: int
    undated: int
    entities: tuple[New, ...]
    meetings: tuple[Meeting, ...]


def trends(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    by: Order = "growth",
    top: int = 50,
    recent: int = 3,
    min_papers: int = 3,
) -> Trends:
    """Entities over the years.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    by : {"growth", "burst", "papers", "first"}
        What to sort by: the z of its growth, its heaviest burst, papers, or the date of its first one, latest first.
    top : int
        Number of rows.
    recent : int
        Number of last years that growth sets against all before.
    min_papers : int
        Least number of papers with a date.

    Returns
    -------
    Trends
        Without rows where no paper has a date.
    """
    found = cooccurrence(table, keep)
    named = np.diff(found.incidence.indptr) > 0
    dated = np.flatnonzero(named & (table.issued > 0))
    undated = int(named.sum()) - len(dated)
    if not len(dated):
        return Trends(0, undated, (), ())
    year = table.issued[dated] // 10000
    years = np.arange(year.min(), year.max() + 1)
    step = sp.csr_array(
        (np.ones(len(dated), dtype=np.int64), (year - years[0], dated)), shape=(len(years), table.papers)
    )
    counts = np.asarray((step @ found.incidence).toarray())
    totals = np.bincount(year - years[0], minlength=len(years))
    papers = counts.sum(axis=0)
    growth, z = _growth(counts, totals, recent)
    enough = np.flatnonzero(papers >= max(min_papers, 1))
    surges = {n: _surges(counts[:, n], totals, years) for n in enough.tolist()} if by == "burst" else {}
    firsts = _first(found.incidence, table.issued)
    key = {
        "growth": -z,
        "papers": -papers,
        "first": -table.issued[firsts],
        "burst": np.array([-max((s.weight for s in surges.get(n, ())), default=0.0) for n in range(len(papers))]),
    }[by]
    order = enough[np.lexsort((-papers[enough], key[enough]))][:top].tolist()
    starts = index.papers(firsts[order].tolist())
    rows = tuple(
        Trend(
            iri=e.iri,
            label=e.label,
            type=e.type,
            papers=int(papers[n]),
            undated=int(found.papers[n] - papers[n]),
            first=start.issued or "",
            first_paper=start.iri,
            years=tuple((int(y), int(c)) for y, c in zip(years, counts[:, n], strict=True) if c),
            growth=round(float(growth[n]), 3),
            z=round(float(z[n]), 3),
            bursts=surges[n] if n in surges else _surges(counts[:, n], totals, years),
        )
        for e, n, start in zip(index.entities(found.entities[order].tolist()), order, starts, strict=True)
    )
    per_year = tuple((int(y), int(c)) for y, c in zip(years, totals, strict=True) if c)
    return Trends(len(dated), undated, per_year, rows)


def new(
    index: Index,
    table: MentionTable,
    since: str,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 50,
    evidence: int = 2,
) -> News:
    """What the papers since a date name for the first time.

    Parameters
    ----------
    index, table
        Of one generation.
    since : str
        YYYY, YYYY-MM or YYYY-MM-DD. A paper dated by a year alone counts as undated if the date lies within that year.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    top : int
        Entities, and pairs.
    evidence : int
        Papers that give evidence for each.

    Returns
    -------
    News
        Entities by number of papers; meetings by how many papers, then by how little the two stood apart by chance.
    """
    found = cooccurrence(table, keep)
    named = np.diff(found.incidence.indptr) > 0
    first, dated = date_number(since), table.issued > 0
    # The last day that a date may mean: of its year, or of its month, where it says no more.
    last = table.issued + np.where(table.issued % 10000 == 0, 1231, np.where(table.issued % 100 == 0, 31, 0))
    young, old = named & dated & (table.issued >= first), named & dated & (last < first)
    undated = named & ~young & ~old
    of = {name: found.incidence[np.flatnonzero(which)] for name, which in
          (("young", young), ("old", old), ("undated", undated))}  # fmt: skip
    papers = {name: np.asarray(part.sum(axis=0)).ravel() for name, part in of.items()}
    sentences = Sentences(table, index, keep)
    nodes = np.flatnonzero((papers["young"] > 0) & (papers["old"] == 0))
    nodes = nodes[np.argsort(-papers["young"][nodes], kind="stable")][:top]
    rows = []
    for e, n in zip(index.entities(found.entities[nodes].tolist()), nodes.tolist(), strict=True):
        chosen = _earliest(sentences.papers(e.row), young, table.issued)
        rows.append(
            New(
                e.iri,
                e.label,
                e.type,
                int(papers["young"][n]),
                int(papers["undated"][n]),
                sentences.paper(chosen[0]).issued or "",
                tuple(s for p in chosen[:evidence] if (s := sentences.of(p, e.row)) is not None),
            )
        )
    known = papers["old"] > 0
    met = _meetings(of["young"], of["old"], of["undated"], known, found.papers, top)
    return News(
        since=since,
        papers=int(young.sum()),
        before=int(old.sum()),
        undated=int(undated.sum()),
        entities=tuple(rows),
        meetings=tuple(_meeting(index, sentences, found, a, b, young, table.issued, evidence) for a, b in met),
    )


def _growth(
    counts: NDArray[np.int64], totals: NDArray[np.int64], recent: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Growth and its z-score for each column."""
    late, early = counts[-recent:].sum(axis=0), counts[:-recent].sum(axis=0)
    many, few = int(totals[-recent:].sum()), int(totals[:-recent].sum())
    if not few:
        return np.ones(counts.shape[1]), np.zeros(counts.shape[1])
    growth = ((late + 0.5) / (many + 1)) / ((early + 0.5) / (few + 1))
    pooled = (late + early) / (many + few)
    error = np.sqrt(pooled * (1 - pooled) * (1 / many + 1 / few))
    z = np.divide(late / many - early / few, error, out=np.zeros(len(error)), where=error > 0)
    return growth, z


def _surges(counts: NDArray[np.int64], totals: NDArray[np.int64], years: NDArray[np.int64]) -> tuple[Surge, ...]:
    return tuple(Surge(int(years[b.start]), int(years[b.end]), b.weight) for b in bursts(counts, totals))


def _first(incidence: Matrix, issued: NDArray[np.int32]) -> NDArray[np.int64]:
    """The paper of the earliest date that names each entity; any one of its papers where none has a date."""
    paper = np.repeat(np.arange(incidence.shape[0]), np.diff(incidence.indptr))
    date = np.where(issued > 0, issued, np.iinfo(np.int32).max)
    order = np.lexsort((paper, date[paper], incidence.indices))
    entity = incidence.indices[order]
    begins = np.flatnonzero(np.diff(entity, prepend=-1))
    found: NDArray[np.int64] = paper[order][begins]
    return found


def _earliest(papers: NDArray[np.int64], which: NDArray[np.bool_], issued: NDArray[np.int32]) -> list[int]:
    chosen = papers[which[papers]]
    found: list[int] = chosen[np.lexsort((chosen, issued[chosen]))].tolist()
    return found


def _meetings(
    young: Matrix, old: Matrix, undated: Matrix, known: NDArray[np.bool_], papers: NDArray[np.int64], top: int
) -> list[tuple[int, int]]:
    """Pairs of known entities that young papers name together, and no other does."""
    both = sp.triu(young.T @ young, k=1, format="csr")
    before = sp.csr_array(old.T @ old + undated.T @ undated)
    first = sp.coo_array(both - both * (before > 0))
    inside = (first.data > 0) & known[first.row] & known[first.col]
    row, column, count = first.row[inside], first.col[inside], first.data[inside]
    order = np.lexsort((column, row, papers[row] * papers[column], -count))[:top]
    return list(zip(row[order].tolist(), column[order].tolist(), strict=True))


def _meeting(
    index: Index, sentences: Sentences, found: Projection, one: int, other: int,
    young: NDArray[np.bool_], issued: NDArray[np.int32], evidence: int,
) -> Meeting:  # fmt: skip
    a, b = index.entities(found.entities[[one, other]].tolist())
    shared = np.intersect1d(sentences.papers(a.row), sentences.papers(b.row), assume_unique=True)
    chosen = _earliest(shared, young, issued)
    return Meeting(
        one=a.iri,
        one_label=a.label,
        other=b.iri,
        other_label=b.label,
        papers=len(chosen),
        first=sentences.paper(chosen[0]).issued or "",
        evidence=tuple(s for p in chosen[:evidence] for s in sentences.together(p, a.row, b.row)),
    )
