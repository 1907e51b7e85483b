"""Missing links: entities that no paper names together yet, and the ways that already lead from one to the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.analyze.evidence import Sentences
from kg.analyze.logistic import Logistic
from kg.analyze.network import Network, Predictor, blocks, came, candidates, features, learned, network, table_of
from kg.analyze.paths import EvidencePath, paths_between
from kg.analyze.projection import reweight
from kg.errors import KGError
from kg.model import EntityType
from kg.store import Index, MentionTable

__all__ = ["MissingLink", "links"]


@dataclass(frozen=True, slots=True)
class MissingLink:
    """Two entities that no paper here names together, and how likely one will.

    ``by`` says what they are ranked by, ``score`` is its value: of ``learned`` the probability that a paper of the
    next ``horizon`` years names both, read from how it went before; of the others their own measure. ``expected`` is
    how many papers would name both by chance, ``common`` how many entities both stand with; ``paths`` are the shortest
    ways between the two, each step with its sentences.
    """

    one: str
    one_label: str
    one_type: EntityType
    one_papers: int
    other: str
    other_label: str
    other_type: EntityType
    other_papers: int
    by: Predictor
    score: float
    expected: float
    common: int
    statement: str
    paths: tuple[EvidencePath, ...]


def links(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    entity: int | None = None,
    types: tuple[EntityType, EntityType] | None = None,
    by: Predictor | None = None,
    top: int = 20,
    horizon: int = 3,
    paths: int = 1,
    min_papers: int = 5,
    most: int = 3000,
    seed: int = 0,
) -> list[MissingLink]:
    """Pairs of entities that no paper names together yet, the likeliest first.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    entity : int, optional
        Row of an entity in the index: only pairs with it.
    types : pair of str, optional
        Types of the two entities, in any order; all where not given.
    by : str, optional
        One of :data:`kg.analyze.PREDICTORS`. By default ``learned``; ``resource-allocation`` where no dates say what
        came true before.
    top : int
        Number of rows.
    horizon : int
        Years ahead.
    paths : int
        Ways told of each pair.
    min_papers, most
        As :func:`kg.analyze.network`.
    seed : int

    Returns
    -------
    list of MissingLink

    Raises
    ------
    KGError
        If ``learned`` is asked for and no pair has ever met in papers with dates.

    Notes
    -----
    The learned combination is fitted to the network ``horizon`` years before the last paper and to what met since;
    :func:`kg.analyze.backtest` says how well each predictor does on the same corpus. O(pairs · predictors).
    """
    net = network(table, keep, min_papers=min_papers, most=most)
    model = None
    if by in (None, "learned"):
        model = _experience(table, keep, horizon, types, min_papers, most, seed)
        if model is None and by:
            raise KGError(
                "nothing to learn from: no two entities first met in papers with a date",
                hint="rank by another measure, such as resource-allocation",
            )
    chosen: Predictor = by or ("learned" if model else "resource-allocation")
    rows = np.arange(len(net))
    if entity is not None:
        node = net.projection.node(entity)
        if node is None:
            label = index.entity(entity).label
            raise KGError(f"too few papers name {label} to predict anything", hint="take a lower --min-papers")
        rows = np.array([node])
    pairs, scores = _best(net, rows, types, chosen, model, top, entity is not None)
    if not len(pairs):
        return []
    npmi = reweight(net.projection, "npmi")
    sentences = Sentences(table, index, keep)
    shared = (net.projection.counts > 0).astype(np.int64)
    found = []
    for (a, b), score in zip(pairs.tolist(), scores.tolist(), strict=True):
        one, other = index.entities(net.projection.entities[[a, b]].tolist())
        papers = net.projection.papers[[a, b]]
        found.append(
            MissingLink(
                one=one.iri,
                one_label=one.label,
                one_type=one.type,
                one_papers=int(papers[0]),
                other=other.iri,
                other_label=other.label,
                other_type=other.type,
                other_papers=int(papers[1]),
                by=chosen,
                score=round(score, 6),
                expected=round(float(papers[0] * papers[1] / net.projection.total), 3),
                common=int((shared[[a]] @ shared[[b]].T).sum()),
                statement=f"No paper here mentions both {one.label} and {other.label}.",
                paths=tuple(paths_between(index, sentences, npmi, a, b, count=paths, papers=1)) if paths else (),
            )
        )
    return found


def _experience(
    table: MentionTable, keep: NDArray[np.bool_] | None, horizon: int, types: tuple[EntityType, EntityType] | None,
    min_papers: int, most: int, seed: int,
) -> Logistic | None:  # fmt: skip
    """What the last years teach; None where there are no dates to learn from."""
    year = table.issued // 10000
    if keep is not None:
        year = year[np.unique(table.paper[keep])]
    last = int(year.max(initial=0))
    if not last or not ((year > 0) & (year <= last - horizon)).any():
        return None
    before = network(table, keep, until=last - horizon, min_papers=min_papers, most=most)
    return learned(before, came(table, before, last - horizon + 1, last, keep), types, seed=seed)


def _best(
    net: Network, rows: NDArray[np.int64], types: tuple[EntityType, EntityType] | None, by: Predictor,
    model: Logistic | None, top: int, all_columns: bool,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:  # fmt: skip
    """The best pairs, shape (k, 2), with their scores; of equal scores the first nodes'."""
    pairs, scores = np.empty((0, 2), dtype=np.int64), np.empty(0)
    for part in blocks(rows, len(net)):
        free = candidates(net, part, types, all_columns=all_columns)
        if not free.any():
            continue
        values = model(table_of(net, part, free)) if model else features(net, part)[by]()[free]
        row, column = np.nonzero(free)
        pairs = np.concatenate([pairs, np.column_stack([part[row], column])])
        scores = np.concatenate([scores, values])
        order = np.lexsort((pairs[:, 1], pairs[:, 0], -np.round(scores, 12)))[:top]
        pairs, scores = pairs[order], scores[order]
    return pairs[scores > 0], scores[scores > 0]
