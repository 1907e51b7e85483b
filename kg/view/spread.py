"""Where each node of a map stands: a layout for up to some hundred thousand nodes, clusters apart, neighbours together.

Nodes attract their neighbours and repel all others as in t-SNE [1]_, with attraction strengthened by a constant factor
("exaggeration"), which moves the result between t-SNE, UMAP and ForceAtlas2 [2]_. On a graph's own neighbours instead
of a table's this is tsNET and DRGraph [3]_ [4]_. The repulsion of all pairs is computed on a grid by the fast Fourier
transform [5]_, so that a step costs O(n + m + g log g) for n nodes, m edges and g grid cells. The start is a drawing of
the clusters as wholes, which keeps related clusters near each other [6]_.

.. [1] L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", JMLR 9 (2008).
.. [2] J. N. Böhm, P. Berens, D. Kobak, "Attraction-repulsion spectrum in neighbor embeddings", JMLR 23 (2022).
.. [3] J. Kruiger et al., "Graph layouts by t-SNE", Computer Graphics Forum 36 (2017).
.. [4] M. Zhu et al., "DRGraph: An efficient graph layout algorithm for large-scale graphs by dimensionality reduction",
   IEEE TVCG 27 (2021).
.. [5] G. Linderman et al., "Fast interpolation-based t-SNE for improved visualization of single-cell RNA-seq data",
   Nature Methods 16 (2019).
.. [6] D. Kobak, G. Linderman, "Initialization is critical for preserving global data structure in both t-SNE and UMAP",
   Nature Biotechnology 39 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["spread"]

_EARLY, _LATE = 12.0, 1.0
"""Exaggeration at first, while the whole takes shape, and at last."""

_STEPS = 300, 150
"""Steps in all for up to ten thousand nodes, and for a hundred thousand and more; a third of them are early ones."""

_CELL = 0.6
"""Side of a grid cell, in units in which the kernel 1 / (1 + d²) falls to a half at 1."""

_GRID = 64, 512

_WIDE = 1.25
"""How much wider than high a map is made, as screens are: distances across count that much less."""

_SMALL = 0.02
"""Components below this share of the largest one stand in the ring around it."""

_FREE = 0.42
"""How near two nodes may come, as a share of what each would have if all were spread out evenly."""


def spread(
    count: int,
    ends: NDArray[np.integer[Any]],
    weights: NDArray[np.floating[Any]],
    clusters: NDArray[np.integer[Any]] | None = None,
    *,
    exaggeration: float = _LATE,
    steps: int | None = None,
    seed: int = 0,
) -> NDArray[np.float32]:
    """The place of each node of an undirected weighted graph.

    Parameters
    ----------
    count : int
        Number of nodes n.
    ends : int array, shape (m, 2)
        The edges, each once, without loops; the few strongest ones of each node give the best drawing.
    weights : float array, shape (m,)
        Above 0.
    clusters : int array, shape (n,), optional
        Cluster of each node, -1 for none: where it starts from. By default all start around the middle.
    exaggeration : float
        1 draws like t-SNE, 4 like UMAP, 30 like ForceAtlas2.
    steps : int, optional
        By default 300 for up to 10,000 nodes, fewer for more, 150 from 100,000 on.
    seed : int

    Returns
    -------
    float32 array, shape (n, 2)
        Centred, x and y within -1 and 1, the longer side across. Nodes without an edge stand in a ring around the
        others. The same input gives the same places.
    """
    place = np.zeros((count, 2))
    inside, outside = _parts(count, np.asarray(ends))
    if len(inside) > 1:
        number = np.full(count, -1, dtype=np.int64)
        number[inside] = np.arange(len(inside))
        among = number[np.asarray(ends)[:, 0]] >= 0
        ends, weights = np.asarray(ends)[among], np.asarray(weights)[among]
        groups = np.zeros(len(inside), dtype=np.int64) if clusters is None else np.asarray(clusters)[inside]
        pull = _Pull.of(len(inside), number[np.asarray(ends, dtype=np.int64)], np.asarray(weights, dtype=np.float64))
        start = _start(pull, groups.astype(np.int64), np.random.default_rng(seed))
        drawn = _across(_descend(start, pull, exaggeration, steps or _steps(len(inside))))
        place[inside] = _apart(drawn * np.array([max(_WIDE / _aspect(drawn), 1.0), 1.0]))
    _ring(place, inside, outside)
    reach = float(np.abs(place).max(initial=0.0))
    return (place / reach if reach else place).astype(np.float32)


def _parts(count: int, ends: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The nodes of the large components, and those of the others, each small component in one piece, large ones first.

    Without a link to the rest nothing tells where they belong, and they would only drift away from it.
    """
    import scipy.sparse as sp  # type: ignore[import-untyped]
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

    ends = ends.reshape(-1, 2)
    graph = sp.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, part = connected_components(graph, directed=False) if count else (0, np.zeros(0, dtype=np.int64))
    size = np.bincount(part, minlength=1)[part]
    large = size >= max(2.0, _SMALL * float(size.max(initial=0)))
    outside = np.flatnonzero(~large)
    return np.flatnonzero(large), outside[np.lexsort((part[outside], -size[outside]))]


@dataclass(frozen=True, slots=True)
class _Pull:
    """The edges both ways, sorted by their first end; ``share`` sums to 1."""

    matrix: Any
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, count: int, ends: NDArray[np.int64], weights: Array) -> _Pull:
        import scipy.sparse as sp

        half = sp.coo_array((weights, (ends[:, 0], ends[:, 1])), shape=(count, count))
        both = sp.csr_array(half + half.T)
        both.sort_indices()
        strength = np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1e-300)
        first = np.repeat(np.arange(count), np.diff(both.indptr))
        second = both.indices.astype(np.int64)
        # Each node's ties sum to 1 from its side, as the conditional probabilities of t-SNE do.
        share = both.data * (1 / strength[first] + 1 / strength[second]) / (2 * count)
        return cls(both, first, second, share)

    def of_place(self, place: Array) -> Array:
        """How much each node is drawn to its neighbours, and where to."""
        apart = place[self.second] - place[self.first]
        pull = self.share / (1 + (apart**2).sum(axis=1))
        count = len(place)
        return np.column_stack([np.bincount(self.first, pull * apart[:, axis], count) for axis in (0, 1)])


def _steps(count: int) -> int:
    many, few = _STEPS
    return int(np.interp(np.log10(max(count, 1)), [4, 5], [many, few]))


def _start(pull: _Pull, groups: NDArray[np.int64], draw: np.random.Generator) -> Array:
    """The clusters as wholes, drawn by the links between them; who has no cluster starts amid its neighbours."""
    import networkx as nx  # type: ignore[import-untyped]
    import scipy.sparse as sp

    count = len(groups)
    place = draw.normal(0, 0.3, (count, 2))
    names, group = np.unique(groups[groups >= 0], return_inverse=True)
    if len(names) < 2:
        return place
    known = np.flatnonzero(groups >= 0)
    members = sp.csr_array((np.ones(len(known)), (known, group)), shape=(count, len(names)))
    between = (members.T @ pull.matrix @ members).toarray()
    strength = between.sum(axis=1)
    between /= np.sqrt(np.maximum(np.outer(strength, strength), 1e-12))
    np.fill_diagonal(between, 0)
    drawn = nx.spring_layout(nx.from_numpy_array(between), seed=7, iterations=200, method="force")
    centres = np.array([drawn[k] for k in range(len(names))]) * 2 * np.sqrt(len(names))
    place[known] += centres[group]
    loose = np.flatnonzero(groups < 0)
    rows = pull.matrix[loose]
    near = np.maximum(np.asarray(rows.sum(axis=1)).ravel(), 1e-300)[:, None]
    for _ in range(3):
        place[loose] = rows @ place / near + draw.normal(0, 0.1, (len(loose), 2))
    return place


def _descend(place: Array, pull: _Pull, exaggeration: float, steps: int) -> Array:
    """Gradient descent with momentum and each coordinate's own gain, as in t-SNE."""
    speed, gain = np.zeros_like(place), np.ones_like(place)
    early = steps // 3
    # Who has many neighbours is drawn by all of them: unless it moves by a part of that, it swings back and forth.
    drawn = np.bincount(pull.first, pull.share, len(place)) * len(place)
    rate = len(place) / (max(_EARLY, exaggeration) * np.maximum(drawn, 1.0))[:, None]
    for step in range(steps):
        strength = max(_EARLY, exaggeration) if step < early else exaggeration
        force = strength * pull.of_place(place) + _push(place)
        gain = np.maximum(np.where(np.sign(force) == np.sign(speed), gain + 0.2, gain * 0.8), 0.01)
        speed = (0.5 if step < early // 3 else 0.8) * speed + rate * gain * force
        # A node that is thrown far out at the start would widen the grid for all.
        length = np.hypot(speed[:, 0], speed[:, 1])[:, None]
        speed *= np.minimum(1, 5 / np.maximum(length, 1e-12))
        place = place + speed
        place -= place.mean(axis=0)
    return place


def _push(place: Array) -> Array:
    """The repulsion of all others on each node, from charges on a grid: bilinear in, two kernels, bilinear out."""
    from scipy import fft

    low = place.min(axis=0)
    extent = float((place.max(axis=0) - low).max()) + 1e-9
    cells = int(np.clip(2 ** np.ceil(np.log2(max(extent / _CELL, 1))), *_GRID))
    side = extent / (cells - 1)
    at = (place - low) / side
    corner = np.minimum(at.astype(np.int64), cells - 2)
    rest = at - corner
    base = corner[:, 0] * cells + corner[:, 1]
    parts = [
        (base + dx * cells + dy, np.abs(1 - dx - rest[:, 0]) * np.abs(1 - dy - rest[:, 1]))
        for dx in (0, 1) for dy in (0, 1)
    ]  # fmt: skip
    flat = np.concatenate([where for where, _ in parts])
    share = np.concatenate([part for _, part in parts])
    charges = np.empty((3, cells, cells), dtype=np.float32)
    for k, charge in enumerate((None, place[:, 0], place[:, 1])):
        heavy = share if charge is None else share * np.tile(charge, 4)
        charges[k] = np.bincount(flat, heavy, cells * cells).reshape(cells, cells)
    # The kernel on a torus of twice the size, so that no charge meets another one's image.
    steps = np.minimum(np.arange(2 * cells), 2 * cells - np.arange(2 * cells)) * side
    kernel = (1 / (1 + steps[:, None] ** 2 + steps[None, :] ** 2)).astype(np.float32)
    size = (2 * cells, 2 * cells)
    square, plain = fft.rfft2(kernel**2), fft.rfft2(kernel)
    waves = fft.rfft2(charges, s=size)
    fields = fft.irfft2(np.concatenate([waves * square, waves[:1] * plain]), s=size)[:, :cells, :cells]
    fields = fields.reshape(4, -1)
    sums = np.zeros((4, len(place)))
    for where, part in parts:
        sums += fields[:, where] * part
    # A node does not repel itself; in the sum over all pairs each is counted with itself once.
    total = max(float(sums[3].sum()) - len(place), 1e-9)
    away: Array = (place * sums[0][:, None] - sums[1:3].T) / total
    return away


def _aspect(place: Array) -> float:
    """How much wider than high, stragglers aside."""
    wide, high = np.quantile(place, 0.97, axis=0) - np.quantile(place, 0.03, axis=0)
    return float(wide / high) if high else 1.0


def _apart(place: Array) -> Array:
    """Stragglers drawn in, and nodes that lie on one another pushed apart a little, so that each can be seen."""
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    place = place - np.median(place, axis=0)
    reach = np.hypot(place[:, 0], place[:, 1])
    usual = 1.15 * float(np.quantile(reach, 0.97)) or 1.0
    place *= (np.where(reach > usual, usual * (reach / usual) ** 0.25, reach) / np.maximum(reach, 1e-12))[:, None]
    room = _FREE * np.sqrt(np.prod(np.quantile(place, 0.97, axis=0) - np.quantile(place, 0.03, axis=0)) / len(place))
    for _ in range(30):
        pairs = cKDTree(place).query_pairs(room, output_type="ndarray")
        if not len(pairs):
            break
        apart = place[pairs[:, 1]] - place[pairs[:, 0]]
        far = np.hypot(apart[:, 0], apart[:, 1])[:, None]
        angle = (pairs[:, 0] * 2.399963 + pairs[:, 1])[:, None]
        way = np.where(far > 1e-9, apart / np.maximum(far, 1e-9), np.hstack([np.cos(angle), np.sin(angle)]))
        push = way * (room - far) * 0.35
        for axis in (0, 1):
            place[:, axis] -= np.bincount(pairs[:, 0], push[:, axis], len(place))
            place[:, axis] += np.bincount(pairs[:, 1], push[:, axis], len(place))
    return place


def _across(place: Array) -> Array:
    """Turned so that the longest side lies across, as screens do, and centred."""
    _, axes = np.linalg.eigh(np.cov(place.T))
    turned: Array = place @ axes[:, ::-1]
    # An axis has no sign of its own: the heavier half goes to the right and up.
    turned *= np.where(np.median(turned, axis=0) > turned.mean(axis=0), -1.0, 1.0)
    turned -= (turned.max(axis=0) + turned.min(axis=0)) / 2
    return turned


def _ring(place: Array, inside: NDArray[np.int64], outside: NDArray[np.int64]) -> None:
    """Puts nodes around the others, one beside the next on a spiral."""
    if not len(outside):
        return
    reach = float(np.hypot(place[inside, 0], place[inside, 1]).max()) if len(inside) else 0.0
    # Each takes as much room as one of the others does on average.
    unit = 1.3 * reach / len(inside) ** 0.5 if reach else 1.0
    steps = np.arange(1, len(outside) + 1)
    first = 1.06 * reach / unit
    # An Archimedean spiral, r = a / 2π: the way along it from r0 to r is about π (r² - r0²).
    radius = np.sqrt(first**2 + steps / np.pi)
    # From the lower right on, where a screen that is wider than the map is free.
    angle = 2 * np.pi * (radius - first) + np.pi / 6
    place[outside] = unit * np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
