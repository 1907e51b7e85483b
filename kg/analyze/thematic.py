"""The thematic map: which clusters drive a field, which carry it, which stand apart, which appear or fade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze.clusters import Cluster, PaperRef, Term, Theme, clusters
from kg.store import Index, MentionTable

__all__ = ["MappedTheme", "ThematicMap", "thematic_map", "themes"]


@dataclass(frozen=True, slots=True)
class MappedTheme:
    """A cluster in its place on the map.

    ``centrality`` and ``density`` are Callon's (:func:`kg.analyze.callon`), the ranks their places from 1, the least;
    equal values share the mean of their places. ``terms`` and ``examples`` are those of the cluster.
    """

    cluster: int
    name: str
    theme: Theme
    size: int
    papers: int
    centrality: float
    density: float
    centrality_rank: float
    density_rank: float
    terms: tuple[Term, ...]
    examples: tuple[PaperRef, ...]


@dataclass(frozen=True, slots=True)
class ThematicMap:
    """A map: themes with most papers first; the medians part it into its four corners."""

    centrality: float
    density: float
    themes: tuple[MappedTheme, ...]


def themes(
    index: Index, table: MentionTable, keep: NDArray[np.bool_] | None = None, *, top: int = 10, **options: Any
) -> ThematicMap:
    """The thematic map of a corpus.

    Parameters
    ----------
    index, table
        Of one generation.
    keep : bool array, one flag a mention, optional
        Mentions that count.
    top : int
        Terms and papers told of each theme.
    **options
        As :func:`kg.analyze.partition`.

    Returns
    -------
    ThematicMap
        Without themes where no two entities stand together more than chance gives.
    """
    return thematic_map(clusters(index, table, keep, top=top, **options))


def thematic_map(found: Sequence[Cluster]) -> ThematicMap:
    """Clusters on the plane of centrality and density.

    Parameters
    ----------
    found : sequence of Cluster
        As :func:`kg.analyze.clusters` gives them; each knows its corner already.

    Returns
    -------
    ThematicMap

    Notes
    -----
    *Motor* themes (central and dense) are well developed and matter to the rest; *basic* ones (central, not dense)
    matter to all and are held together loosely; *niche* ones (dense, not central) are well developed and apart;
    *emerging or declining* ones are neither: the map alone does not tell which of the two. [1]_ lays the axes at the
    medians, and draws ranks rather than values, so that one extreme theme does not press all others together.

    References
    ----------
    .. [1] M. J. Cobo, A. G. López-Herrera, E. Herrera-Viedma, F. Herrera, "An approach for detecting, quantifying, and
       visualizing the evolution of a research field", Journal of Informetrics 5 (2011).

    Examples
    --------
    >>> thematic_map([])
    ThematicMap(centrality=0.0, density=0.0, themes=())
    """
    if not found:
        return ThematicMap(0.0, 0.0, ())
    central = np.array([c.centrality for c in found])
    dense = np.array([c.density for c in found])
    rows = [
        MappedTheme(
            cluster=c.id,
            name=c.name,
            theme=c.theme,
            size=c.size,
            papers=c.papers,
            centrality=c.centrality,
            density=c.density,
            centrality_rank=right,
            density_rank=up,
            terms=c.terms,
            examples=c.examples,
        )
        for c, right, up in zip(found, _ranks(central), _ranks(dense), strict=True)
    ]
    rows.sort(key=lambda t: (-t.papers, t.cluster))
    return ThematicMap(round(float(np.median(central)), 4), round(float(np.median(dense)), 4), tuple(rows))


def _ranks(values: NDArray[np.float64]) -> list[float]:
    """Places from 1, the least; equal values share the mean of theirs."""
    _, group, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: list[float] = (last - (count - 1) / 2)[group].tolist()
    return ranks
