"""Whether predicted links come true: trained on the papers up to a year, measured on those after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kg.analyze.network import (
    PREDICTORS,
    Network,
    Predictor,
    blocks,
    came,
    candidates,
    features,
    learned,
    network,
    table_of,
)
from kg.analyze.projection import Matrix
from kg.analyze.ranking import ranking
from kg.errors import KGError
from kg.model import EntityType
from kg.store import MentionTable

__all__ = ["Backtest", "Tested", "backtest"]


@dataclass(frozen=True, slots=True)
class Tested:
    """One way to rank pairs, and how well it did.

    ``auc`` is the chance that a pair that met stands before one that did not, ``average_precision`` as
    :func:`kg.analyze.ranking`; ``hits`` are pairs of k and how many of the first k met; ``lift`` is average precision
    over that of preferential attachment, the popularity baseline, None without it.
    """

    by: Predictor
    auc: float
    average_precision: float
    lift: float | None
    hits: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """What was known up to the year ``until``, and what came in the ``horizon`` years after it.

    ``pairs`` of ``entities`` that ``min_papers`` papers or more named had not met; ``met`` of them did.
    """

    until: int
    horizon: int
    papers: int
    entities: int
    min_papers: int
    pairs: int
    met: int
    rows: tuple[Tested, ...]


def backtest(
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    until: int | None = None,
    horizon: int = 3,
    types: tuple[EntityType, EntityType] | None = None,
    by: Sequence[Predictor] = PREDICTORS,
    at: Sequence[int] = (10, 100, 1000),
    min_papers: int = 5,
    most: int = 3000,
    seed: int = 0,
) -> Backtest:
    """Predicts first co-occurrences after a year from the papers up to it, and counts which came.

    Parameters
    ----------
    table : MentionTable
    keep : bool array, one flag a mention, optional
        Mentions that count.
    until : int, optional
        Last year that predictions may know; by default ``horizon`` years before the last one.
    horizon : int
        Years after it in which a pair may meet.
    types : pair of str, optional
        Types of the two entities, in any order; all where not given.
    by : sequence of str
        Which of :data:`kg.analyze.PREDICTORS`.
    at : sequence of int
        The k of hits at k.
    min_papers, most
        As :func:`kg.analyze.network`.
    seed : int

    Returns
    -------
    Backtest

    Raises
    ------
    KGError
        If there are no papers with a date on one side of the year.

    Notes
    -----
    All pairs are ranked that have not met by then, none is sampled: with one pair in a hundred a hit, figures on
    sampled misses would flatter. The learned combination is fitted one horizon earlier: to the network ``horizon``
    years before ``until`` and to what met between the two. O(pairs · predictors) and 8 bytes a pair.

    References
    ----------
    D. Liben-Nowell, J. Kleinberg, "The link-prediction problem for social networks", JASIST 58 (2007), for training
    before a time and testing after it; Y. Yang, R. Lichtenwalter, N. Chawla, "Evaluating link prediction methods",
    Knowledge and Information Systems 45 (2015), for not sampling.
    """
    year = table.issued // 10000
    dated = year[year > 0]
    if not len(dated):
        raise KGError("no paper has a date, so that nothing can be predicted from earlier ones")
    until = int(dated.max()) - horizon if until is None else until
    if not ((dated <= until).any() and ((dated > until) & (dated <= until + horizon)).any()):
        raise KGError(
            f"no papers on both sides of {until}", hint=f"take a year from {dated.min()} to {dated.max() - 1}"
        )  # fmt: skip
    net = network(table, keep, until=until, min_papers=min_papers, most=most)
    hits = came(table, net, until + 1, until + horizon, keep)
    hit = _pairs(net, hits, types)
    tested: dict[Predictor, Tested] = {}
    for name in by:
        scores = _scores(table, keep, net, name, until, horizon, types, min_papers, most, seed)
        if scores is None or not hit.any():
            continue
        found = ranking(scores, hit, tuple(at))
        tested[name] = Tested(
            by=name,
            auc=round(found.auc, 4),
            average_precision=round(found.average_precision, 4),
            lift=None,
            hits=tuple((k, round(h, 1)) for k, h in zip(at, found.hits, strict=True)),
        )
    base = tested.get("preferential-attachment")
    return Backtest(
        until=until,
        horizon=horizon,
        papers=net.projection.total,
        entities=len(net),
        min_papers=int(net.projection.papers.min()) if len(net) else min_papers,
        pairs=len(hit),
        met=int(hit.sum()),
        rows=tuple(replace(t, lift=_lift(t, base)) for t in tested.values()),
    )


def _lift(row: Tested, base: Tested | None) -> float | None:
    return round(row.average_precision / base.average_precision, 3) if base and base.average_precision else None


def _pairs(net: Network, hits: Matrix, types: tuple[EntityType, EntityType] | None) -> NDArray[np.bool_]:
    rows = np.arange(len(net))
    found = [(hits[part] > 0).toarray()[candidates(net, part, types)] for part in blocks(rows, len(net))]
    return np.concatenate(found) if found else np.empty(0, dtype=np.bool_)


def _scores(
    table: MentionTable, keep: NDArray[np.bool_] | None, net: Network, by: Predictor, until: int, horizon: int,
    types: tuple[EntityType, EntityType] | None, min_papers: int, most: int, seed: int,
) -> NDArray[np.float64] | None:  # fmt: skip
    model = None
    if by == "learned":
        before = network(table, keep, until=until - horizon, min_papers=min_papers, most=most)
        model = learned(before, came(table, before, until - horizon + 1, until, keep), types, seed=seed)
        if model is None:
            return None
    found = []
    for part in blocks(np.arange(len(net)), len(net)):
        free = candidates(net, part, types)
        found.append(model(table_of(net, part, free)) if model else features(net, part)[by]()[free])
    return np.concatenate(found) if found else np.empty(0)
