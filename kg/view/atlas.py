"""What a map shows: every entity with its place, as columns. The contract between reading a graph and drawing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.model import ROLES
from kg.view.pack import Column
from kg.view.payload import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Atlas", "Details", "GapShown", "core_columns", "detail_columns"]

_FINE = 65535
"""Steps of a coordinate: a hundredth of a pixel where the map fills a screen."""


@dataclass(frozen=True, slots=True)
class GapShown:
    """Two clusters (by number) that share fewer papers than expected, and what to say of them."""

    one: int
    other: int
    observed: int
    expected: float
    unmet: tuple[str, ...] = ()
    closers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """What the panel and the filters of a map need beside the drawing; everything may be empty.

    Attributes
    ----------
    roles : int array, shape (n, 6)
        Papers by role of each entity.
    years : int array, shape (k, 3)
        Rows (entity, year, papers), by entity and year.
    refs : int array, shape (l, 3)
        Rows (entity, number of the paper, role), by entity, the most telling first.
    papers : sequence of (title, year or None, address or None)
    texts : sequence of (aliases, definition) or None, one an entity
    quotes : sequence of (number of the paper, field, sentence)
    told : int array, shape (n, 3)
        For each entity a sentence (its number, -1 for none) and where the entity stands in it (start, end).
    joined : int array, shape (m, 3)
        The same for each link: a sentence that names both ends.
    bridges : sequence of (entity, z, numbers of its clusters)
    gaps : sequence of GapShown
    """

    roles: NDArray[np.integer[Any]]
    years: NDArray[np.integer[Any]]
    refs: NDArray[np.integer[Any]]
    told: NDArray[np.integer[Any]]
    joined: NDArray[np.integer[Any]]
    papers: Sequence[tuple[str, int | None, str | None]] = ()
    texts: Sequence[tuple[tuple[str, ...], str] | None] = ()
    quotes: Sequence[tuple[int, str, str]] = ()
    bridges: Sequence[tuple[int, float, tuple[int, ...]]] = ()
    gaps: Sequence[GapShown] = ()

    @classmethod
    def none(cls, count: int, links: int) -> Details:
        """No details of so many entities and links."""
        three = np.zeros((0, 3), dtype=np.int64)
        nowhere = np.array([[-1, 0, 0]])
        return cls(
            np.zeros((count, len(ROLES)), dtype=np.int64), three, three,
            np.repeat(nowhere, count, axis=0), np.repeat(nowhere, links, axis=0),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """A map of n entities and m links.

    Attributes
    ----------
    labels, iris : sequences of str
    types : int array, shape (n,)
        Index in :data:`kg.view.payload.KINDS`.
    papers : int array, shape (n,)
    clusters : int array, shape (n,)
        Index in ``names``; -1 for none.
    names : tuple of str
    place : float array, shape (n, 2)
        Within -1 and 1, y down.
    ends : int array, shape (m, 2)
        The links, the strongest first.
    shared : int array, shape (m,)
        Papers that name both ends.

    Raises
    ------
    ValueError
        Where the columns do not fit each other.
    """

    title: str
    subtitle: str
    labels: Sequence[str]
    iris: Sequence[str]
    types: NDArray[np.integer[Any]]
    papers: NDArray[np.integer[Any]]
    clusters: NDArray[np.integer[Any]]
    names: tuple[str, ...]
    place: NDArray[np.floating[Any]]
    ends: NDArray[np.integer[Any]]
    shared: NDArray[np.integer[Any]]
    details: Details | None = None
    noun: str = "concept"
    groups: str = "Clusters"
    empty: str = field(default="There is no concept to show in this graph.")

    def __post_init__(self) -> None:
        count = len(self.labels)
        columns = (self.iris, self.types, self.papers, self.clusters, self.place)
        if any(len(column) != count for column in columns) or len(self.ends) != len(self.shared):
            raise ValueError("the columns of a map are of different lengths")
        if len(self.ends) and not 0 <= int(self.ends.min()) <= int(self.ends.max()) < count:
            raise ValueError("a link of the map has an end that is no entity of it")
        if count and int(self.clusters.max()) >= len(self.names):
            raise ValueError("an entity of the map is in a cluster that has no name")


def core_columns(atlas: Atlas) -> dict[str, Column]:
    """What the first frame needs."""
    at = np.round((np.clip(atlas.place, -1, 1) + 1) / 2 * _FINE).astype(np.int64).reshape(-1, 2)
    return {
        "x": at[:, 0],
        "y": at[:, 1],
        "type": np.asarray(atlas.types),
        "cluster": np.asarray(atlas.clusters) + 1,
        "papers": np.asarray(atlas.papers),
        "source": np.asarray(atlas.ends).reshape(-1, 2)[:, 0],
        "target": np.asarray(atlas.ends).reshape(-1, 2)[:, 1],
        "shared": np.asarray(atlas.shared),
        "labels": list(atlas.labels),
        "about": {
            "title": atlas.title, "clusters": list(atlas.names), "types": list(KINDS), "roles": list(ROLES),
            "noun": atlas.noun, "groups": atlas.groups, "empty": atlas.empty,
        },
    }  # fmt: skip


def detail_columns(atlas: Atlas) -> dict[str, Column]:
    """What panels, filters and addresses need, once the first frame stands."""
    told = atlas.details or Details.none(len(atlas.labels), len(atlas.ends))
    count = len(atlas.labels)
    base = _common(atlas.iris)
    return {
        "base": [base],
        "iris": [iri[len(base) :] for iri in atlas.iris],
        "roles": np.asarray(told.roles).ravel(),
        "yearCount": np.bincount(told.years[:, 0], minlength=count),
        "year": told.years[:, 1],
        "yearPapers": told.years[:, 2],
        "refCount": np.bincount(told.refs[:, 0], minlength=count),
        "refPaper": told.refs[:, 1],
        "refRole": told.refs[:, 2],
        "titles": [title for title, _, _ in told.papers],
        "paperYear": np.array([year or 0 for _, year, _ in told.papers], dtype=np.int64),
        "urls": [url for _, _, url in told.papers],
        "texts": [list(text) if text else 0 for text in told.texts],
        "quotes": [list(quote) for quote in told.quotes],
        # 0: no sentence.
        "quote": told.told[:, 0] + 1,
        "quoteStart": told.told[:, 1],
        "quoteEnd": told.told[:, 2],
        "tieQuote": told.joined[:, 0] + 1,
        "tieStart": told.joined[:, 1],
        "tieEnd": told.joined[:, 2],
        "bridges": [[node, round(z, 1), list(sides)] for node, z, sides in told.bridges],
        "gaps": [[g.one, g.other, g.observed, round(g.expected, 1), list(g.unmet), list(g.closers)] for g in told.gaps],
    }


def _common(iris: Sequence[str]) -> str:
    """The longest beginning that all share."""
    if not iris:
        return ""
    low, high = min(iris), max(iris)
    at = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:at]
