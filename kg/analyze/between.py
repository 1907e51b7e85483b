"""The strongest links between two clusters, with the sentences that make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.partition import Partition
from kg.analyze.projection import npmi
from kg.store import Index, MentionTable

__all__ = ["Link", "links_between"]


@dataclass(frozen=True, slots=True)
class Link:
    """Two entities of different clusters that papers name together."""

    one: str
    one_label: str
    other: str
    other_label: str
    papers: int
    expected: float
    npmi: float
    evidence: tuple[Evidence, ...]


def links_between(
    found: Partition,
    index: Index,
    table: MentionTable,
    one: int,
    other: int,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 10,
    evidence: int = 2,
) -> list[Link]:
    """The strongest links between two clusters.

    Parameters
    ----------
    found : Partition
    index, table
        Of the same generation.
    one, other : int
        Numbers of the clusters.
    keep : bool array, one flag a mention, optional
        Mentions that count, as they did for the partition.
    top : int
        Number of rows.
    evidence : int
        Papers that give evidence for each.

    Returns
    -------
    list of Link
        By NPMI, times c / (c + 1) with c the papers that name both; empty if no paper names one of each.
    """
    projection = found.projection
    a, b = found.members(one), found.members(other)
    entries = sp.coo_array(projection.counts[a][:, b])
    row, column, both = a[entries.row], b[entries.col], entries.data
    information = npmi(both.astype(np.float64), projection.papers[row], projection.papers[column], projection.total)
    order = np.lexsort((column, row, -np.round(information * both / (both + 1), 12)))[:top]
    sentences = Sentences(table, index, keep)
    rows = []
    for i in order[information[order] > 0].tolist():
        first, second = index.entities(projection.entities[[row[i], column[i]]].tolist())
        papers = sentences.both(first.row, second.row, evidence)
        rows.append(
            Link(
                one=first.iri,
                one_label=first.label,
                other=second.iri,
                other_label=second.label,
                papers=int(both[i]),
                expected=round(float(projection.papers[row[i]] * projection.papers[column[i]] / projection.total), 3),
                npmi=round(float(information[i]), 4),
                evidence=tuple(s for p in papers for s in sentences.together(p, first.row, second.row)),
            )
        )
    return rows
