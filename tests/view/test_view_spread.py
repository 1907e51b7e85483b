"""The layout of a map."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.view.spread import spread


def planted(groups: int, size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Groups with many links inside and few between; ends and group of each node."""
    graph = nx.planted_partition_graph(groups, size, 0.25, 0.004, seed=seed)
    return np.array(sorted(graph.edges)), np.repeat(np.arange(groups), size)


def kept(place: np.ndarray, ends: np.ndarray) -> float:
    """How many of each node's neighbours are among its nearest nodes, on average."""
    from scipy.spatial import cKDTree

    near: dict[int, set[int]] = {}
    for a, b in ends.tolist():
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    shares = []
    for node, others in near.items():
        _, found = cKDTree(place).query(place[node], len(others) + 1)
        shares.append(len(others & set(np.atleast_1d(found).tolist())) / len(others))
    return float(np.mean(shares))


def test_the_same_graph_gives_the_same_places() -> None:
    ends, groups = planted(4, 40)
    assert np.array_equal(spread(160, ends, np.ones(len(ends)), groups), spread(160, ends, np.ones(len(ends)), groups))


def test_places_fill_the_frame_and_are_finite() -> None:
    ends, groups = planted(4, 40)
    place = spread(160, ends, np.ones(len(ends)), groups)
    assert np.isfinite(place).all()
    assert np.abs(place).max() == pytest.approx(1)
    assert np.ptp(place[:, 0]) > np.ptp(place[:, 1])


def test_clusters_stand_apart() -> None:
    ends, groups = planted(6, 50)
    place = spread(300, ends, np.ones(len(ends)), groups)
    middles = np.array([place[groups == g].mean(axis=0) for g in range(6)])
    nearest = np.argmin(((place[:, None] - middles[None]) ** 2).sum(axis=2), axis=1)
    assert (nearest == groups).mean() > 0.97


def test_neighbours_stay_together_far_better_than_by_a_spring_layout() -> None:
    graph = nx.connected_watts_strogatz_graph(400, 6, 0.02, seed=3)
    ends = np.array(sorted(graph.edges))
    springs = nx.spring_layout(graph, seed=1)
    ours = kept(spread(400, ends, np.ones(len(ends))), ends)
    assert ours > 0.5
    assert ours > 1.5 * kept(np.array([springs[i] for i in range(400)]), ends)


def test_nodes_without_a_link_stand_around_the_others() -> None:
    ends, _ = planted(2, 50)
    place = spread(120, ends, np.ones(len(ends)))
    inner = np.hypot(*place[:100].T)
    assert np.hypot(*place[100:].T).min() > np.quantile(inner, 0.98)


def test_small_components_stay_in_one_piece() -> None:
    ends, _ = planted(2, 60)
    pairs = np.array([[120, 121], [122, 123], [124, 125]])
    place = spread(126, np.vstack([ends, pairs]), np.ones(len(ends) + 3))
    within = np.hypot(*(place[pairs[:, 0]] - place[pairs[:, 1]]).T)
    assert within.max() < 0.15


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 12), pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20))
def test_any_small_graph_has_places(count: int, pairs: list[tuple[int, int]]) -> None:
    inside = sorted({(min(p), max(p)) for p in pairs if p[0] != p[1] and max(p) < count})
    place = spread(count, np.array(inside, dtype=np.int64).reshape(-1, 2), np.ones(len(inside)), steps=30)
    assert place.shape == (count, 2)
    assert np.isfinite(place).all()
    assert len(np.unique(place, axis=0)) == count


def test_a_star_puts_its_hub_in_the_middle() -> None:
    ends = np.column_stack([np.zeros(2000, dtype=np.int64), np.arange(1, 2001)])
    place = spread(2001, ends, np.ones(2000))
    reach = np.hypot(*(place - np.median(place, axis=0)).T)
    assert reach[0] < 0.2 * np.quantile(reach, 0.9)
