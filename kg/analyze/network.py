"""Who may meet whom: the co-occurrence network up to a year, what predicts new links in it, and which links came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze import proximity
from kg.analyze.logistic import Logistic, logistic
from kg.analyze.projection import Matrix, Projection, cooccurrence
from kg.model import TYPES, EntityType
from kg.store import MentionTable

__all__ = [
    "PREDICTORS",
    "Network",
    "Predictor",
    "blocks",
    "came",
    "candidates",
    "features",
    "learned",
    "network",
    "table_of",
]

#: What ranks pairs that have not met; the last one weighs all others.
Predictor: TypeAlias = Literal[
    "preferential-attachment",
    "recent-popularity",
    "common-neighbours",
    "adamic-adar",
    "resource-allocation",
    "katz",
    "pagerank",
    "spectral",
    "learned",
]
PREDICTORS: tuple[Predictor, ...] = get_args(Predictor)
_SINGLE = PREDICTORS[:-1]

# Pairs that a learned combination is fitted to, and entries of a block.
_FITTED = 600_000
_BLOCK = 4_000_000
# Years that count as recent.
_RECENT = 3


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A co-occurrence network at a time.

    Attributes
    ----------
    projection : Projection
        Entities with enough papers, and the papers that they share.
    kinds : uint8 array, shape (n,)
        Type of each entity, index in :data:`kg.model.TYPES`.
    recent : int64 array, shape (n,)
        Papers of the last three years that name it; all its papers where none has a date.
    values, vectors
        As :func:`kg.analyze.spectrum`.
    beta : float
        As :func:`kg.analyze.katz`.
    """

    projection: Projection
    kinds: NDArray[np.uint8]
    recent: NDArray[np.int64]
    values: NDArray[np.float64]
    vectors: NDArray[np.float64]
    beta: float

    def __len__(self) -> int:
        return len(self.projection)


def network(
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    until: int | None = None,
    min_papers: int = 5,
    most: int = 3000,
    dimensions: int = 64,
) -> Network:
    """The network of entities that papers name together.

    Parameters
    ----------
    table : MentionTable
    keep : bool array, one flag a mention, optional
        Mentions that count.
    until : int, optional
        Last year; papers without a date count only without it.
    min_papers : int
        Least number of papers of an entity. It is raised until no more than ``most`` entities are left: all pairs of
        them are looked at.
    dimensions : int
        As :func:`kg.analyze.spectrum`.

    Returns
    -------
    Network
    """
    rows = np.ones(len(table), dtype=np.bool_) if keep is None else keep
    year = table.issued // 10000
    if until is not None:
        rows = rows & ((year > 0) & (year <= until))[table.paper]
    found = cooccurrence(table, rows)
    papers = np.sort(found.papers)[::-1]
    least = max(min_papers, int(papers[most]) + 1 if len(papers) > most else 0)
    inside = np.flatnonzero(found.papers >= least)
    counts = found.counts[inside][:, inside]
    part = Projection(
        found.entities[inside], found.papers[inside], found.total, sp.csr_array(found.incidence[:, inside]),
        sp.csr_array(counts), sp.csr_array(counts, dtype=np.float64), "count",
    )  # fmt: skip
    last = int(year[np.diff(part.incidence.indptr) > 0].max(initial=0))
    late = np.flatnonzero(year > last - _RECENT) if last else np.arange(table.papers)
    recent = np.asarray(part.incidence[late].sum(axis=0)).ravel().astype(np.int64)
    values, vectors = proximity.spectrum(_damped(part), dimensions)
    largest = proximity.largest_eigenvalue(_edges(part.counts))
    return Network(
        part, table.type[part.entities], recent, values, vectors, 0.5 / largest if largest else 0.0
    )  # fmt: skip


def candidates(
    net: Network,
    rows: NDArray[np.int64],
    types: tuple[EntityType, EntityType] | None = None,
    *,
    all_columns: bool = False,
) -> NDArray[np.bool_]:
    """Which pairs have not met: one row for each of ``rows``, one column a node.

    Parameters
    ----------
    net : Network
    rows : int array, shape (b,)
    types : pair of str, optional
        The types of the two entities, in any order.
    all_columns : bool
        Both ways; else each pair once, under its first node.
    """
    columns = np.arange(len(net))[None, :]
    free: NDArray[np.bool_] = columns != rows[:, None] if all_columns else columns > rows[:, None]
    met: NDArray[np.bool_] = (net.projection.counts[rows] > 0).toarray()
    free &= ~met
    if types:
        one, other = (net.kinds == TYPES.index(t) for t in types)
        free &= (one[rows][:, None] & other[None, :]) | (other[rows][:, None] & one[None, :])
    return free


def came(table: MentionTable, net: Network, first: int, last: int, keep: NDArray[np.bool_] | None = None) -> Matrix:
    """Which pairs of the network's entities papers of some years name together.

    Parameters
    ----------
    table, keep
        As :func:`network`.
    net : Network
    first, last : int
        Years.

    Returns
    -------
    csr_array of int64, shape (n, n)
        Papers that name both.
    """
    rows = np.ones(len(table), dtype=np.bool_) if keep is None else keep
    year = table.issued // 10000
    found = cooccurrence(table, rows & ((year >= first) & (year <= last))[table.paper])
    at = np.searchsorted(found.entities, net.projection.entities)
    at[at == len(found.entities)] = 0
    known = np.flatnonzero(found.entities[at] == net.projection.entities) if len(found) else np.empty(0, np.int64)
    part = sp.coo_array(found.counts[at[known]][:, at[known]]) if len(known) else sp.coo_array((0, 0), dtype=np.int64)
    return sp.csr_array((part.data, (known[part.row], known[part.col])), shape=(len(net), len(net)))


def features(net: Network, rows: NDArray[np.int64]) -> Mapping[Predictor, Callable[[], NDArray[np.float64]]]:
    """The scores of some nodes with all others, each made when it is asked for, as :mod:`kg.analyze.proximity`."""
    counts = net.projection.counts
    recent = (net.recent + 1).astype(np.float64)
    return {
        "preferential-attachment": lambda: proximity.preferential_attachment(counts, rows),
        "recent-popularity": lambda: np.outer(recent[rows], recent),
        "common-neighbours": lambda: proximity.common_neighbours(counts, rows),
        "adamic-adar": lambda: proximity.adamic_adar(counts, rows),
        "resource-allocation": lambda: proximity.resource_allocation(counts, rows),
        "katz": lambda: proximity.katz(_edges(counts), rows, beta=net.beta),
        "pagerank": lambda: proximity.personalised_pagerank(_damped(net.projection), rows),
        "spectral": lambda: proximity.factorised(net.values, net.vectors, rows),
    }


def table_of(net: Network, rows: NDArray[np.int64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The features of the pairs that are ``free``, shape (pairs, features), for a learned combination.

    What spans orders of magnitude stands as its logarithm.
    """
    found = []
    for name, score in features(net, rows).items():
        values = score()[free]
        found.append(values if name == "spectral" else np.log(values + _FLOOR[name]))
    papers = net.projection.papers.astype(np.float64)
    found.append(np.log(np.outer(papers[rows], papers))[free])
    return np.column_stack(found)


# What a score of 0 counts as, some tenth of the least score above it.
_FLOOR: Mapping[str, float] = {
    "preferential-attachment": 0.1,
    "recent-popularity": 0.0,
    "common-neighbours": 0.5,
    "adamic-adar": 0.05,
    "resource-allocation": 1e-3,
    "katz": 1e-9,
    "pagerank": 1e-6,
}


def learned(
    net: Network, hits: Matrix, types: tuple[EntityType, EntityType] | None = None, *, seed: int = 0
) -> Logistic | None:
    """Weighs the predictors by which pairs of a network met after its time; None where none did.

    Parameters
    ----------
    net : Network
    hits : csr_array, shape (n, n)
        As :func:`came`.
    types
        As :func:`candidates`.
    seed : int
        Of the choice of nodes, where there are too many pairs to fit to all.
    """
    n = len(net)
    rows = np.arange(n)
    if n * n > 2 * _FITTED:
        rows = np.sort(np.random.default_rng(seed).choice(n, max(2 * _FITTED // n, 1), replace=False))
    xs, ys = [], []
    for part in blocks(rows, n):
        free = candidates(net, part, types)
        xs.append(table_of(net, part, free))
        ys.append((hits[part] > 0).toarray()[free])
    x, y = np.concatenate(xs) if xs else np.empty((0, 1)), np.concatenate(ys) if ys else np.empty(0, dtype=np.bool_)
    return logistic(x, y) if y.any() and not y.all() else None


def blocks(rows: NDArray[np.int64], n: int) -> Iterator[NDArray[np.int64]]:
    """Rows in runs whose dense blocks of n columns stay small."""
    size = max(_BLOCK // max(n, 1), 1)
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _edges(counts: Matrix) -> Matrix:
    return sp.csr_array((np.ones(len(counts.data)), counts.indices, counts.indptr), shape=counts.shape)


def _damped(projection: Projection) -> Matrix:
    """Counts by their logarithm: the tenth paper of a pair says less than the second."""
    counts = projection.counts
    return sp.csr_array((np.log1p(counts.data.astype(np.float64)), counts.indices, counts.indptr), shape=counts.shape)
