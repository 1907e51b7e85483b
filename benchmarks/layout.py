"""Layouts for the map compared: how well each keeps neighbours together and clusters apart, and how long it takes.

Ours against ForceAtlas2 and Fruchterman-Reingold as networkx has them (while they are fast enough), pivot MDS and
maxent-stress as networkit has them, and UMAP of the same neighbours where umap-learn is installed: it is no part of
kg. Kept neighbours: of the k links of a node, how many lead to one of its k nearest nodes on the map. Own cluster: of
the ten nearest nodes, how many are of the node's own cluster.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.map import graph
from kg.view.spread import spread

_SIZES = ((2_000, 6_000), (10_000, 30_000))
_SLOW = 3_000
"""Nodes up to which the layouts of networkx run."""

Place = Any


def run(*, smoke: bool = False) -> None:
    """Prints a table."""
    print("| nodes | links | layout | kept neighbours | own cluster | s of CPU |\n|---|---|---|---|---|---|")
    for nodes, links in ((300, 900),) if smoke else _SIZES:
        ends, cluster = graph(nodes, links)
        for name, draw in _layouts(nodes, ends, cluster):
            begun = time.process_time()
            place = np.asarray(draw(), dtype=np.float64)
            took = time.process_time() - begun
            kept, own = _quality(place, ends, cluster)
            print(f"| {nodes} | {links} | {name} | {kept:.3f} | {own:.3f} | {took:.1f} |", flush=True)


def _layouts(nodes: int, ends: Place, cluster: Place) -> Iterator[tuple[str, Callable[[], Place]]]:
    weights = np.ones(len(ends))
    inside = np.where(cluster[ends[:, 0]] == cluster[ends[:, 1]], 10.0, 1.0)
    yield "kg, from its clusters", lambda: spread(nodes, ends, inside, cluster)
    for rate, like in ((1.0, "t-SNE"), (4.0, "UMAP"), (30.0, "ForceAtlas2")):
        yield (
            f"kg, drawn as by {like}, without clusters",
            lambda rate=rate: spread(nodes, ends, weights, exaggeration=rate),
        )
    yield "pivot MDS (networkit)", lambda: _networkit(nodes, ends, "PivotMDS")
    yield "maxent-stress (networkit)", lambda: _networkit(nodes, ends, "MaxentStress")
    if importlib.util.find_spec("umap"):
        yield "UMAP (umap-learn)", lambda: _umap(nodes, ends)
    if nodes <= _SLOW:
        yield "Fruchterman-Reingold (networkx)", lambda: _networkx(nodes, ends, "spring_layout")
        yield "ForceAtlas2 (networkx)", lambda: _networkx(nodes, ends, "forceatlas2_layout")


def _networkit(nodes: int, ends: Place, name: str) -> Place:
    import networkit as nk  # type: ignore[import-untyped]

    nk.setNumberOfThreads(1)
    nk.setSeed(0, False)
    made = nk.Graph(nodes)
    for a, b in ends.tolist():
        made.addEdge(a, b)
    # Neither takes a graph in pieces: the pieces are tied to the largest node.
    parts = nk.components.ConnectedComponents(made).run()
    hub = max(range(nodes), key=made.degree)
    for part in parts.run().getComponents():
        if hub not in part:
            made.addEdge(hub, part[0])
    if name == "PivotMDS":
        layout = nk.viz.PivotMDS(made, 2, 50)
    else:
        start = nk.viz.PivotMDS(made, 2, 50)
        start.run()
        layout = nk.viz.MaxentStress(made, 2, 1, start.getCoordinates(), 0.001)
    layout.run()
    return [[point[0], point[1]] for point in layout.getCoordinates()]


def _networkx(nodes: int, ends: Place, name: str) -> Place:
    import networkx as nx  # type: ignore[import-untyped]

    made = nx.Graph()
    made.add_nodes_from(range(nodes))
    made.add_edges_from(ends.tolist())
    found = getattr(nx, name)(made, seed=0)
    return [found[i] for i in range(nodes)]


def _umap(nodes: int, ends: Place) -> Place:
    import scipy.sparse as sp  # type: ignore[import-untyped]
    import umap  # type: ignore[import-not-found]

    half = sp.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    a, b = umap.umap_.find_ab_params(1.0, 0.1)
    found, _ = umap.umap_.simplicial_set_embedding(
        None, sp.coo_matrix(half + half.T), 2, 1.0, a, b, 1.0, 5, 200, "random", np.random.RandomState(0), "euclidean",
        {}, False, {}, False,
    )  # fmt: skip
    return found


def _quality(place: Place, ends: Place, cluster: Place) -> tuple[float, float]:
    from scipy.spatial import cKDTree  # type: ignore[import-untyped]

    near: dict[int, set[int]] = {}
    for a, b in ends.tolist():
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    most = max(map(len, near.values()))
    _, order = cKDTree(place).query(place, min(max(most, 10) + 1, len(place)))
    shares = [
        len(others & set(order[node, 1 : len(others) + 1].tolist())) / len(others) for node, others in near.items()
    ]
    own = (cluster[order[:, 1:11]] == cluster[:, None]).mean()
    return float(np.mean(shares)), float(own)
