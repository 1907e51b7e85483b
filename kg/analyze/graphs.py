"""networkx graphs in and out of the matrices that the measures run on."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.projection import Matrix

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

__all__ = ["on_graph", "to_matrix"]


def to_matrix(graph: nx.Graph, weight: str | None = "weight") -> tuple[Matrix, list[Any]]:
    """The adjacency matrix of an undirected graph, and its nodes in the order of the rows.

    Parameters
    ----------
    graph : networkx.Graph
    weight : str or None
        The edge attribute that holds the weights, 1 where an edge lacks it; None for 1 everywhere.

    Returns
    -------
    matrix : csr_array of float64, shape (n, n)
        Symmetric; self-loops are left out.
    nodes : list
        Sorted by their text, so that the same graph gives the same matrix whatever the order it was made in.

    Examples
    --------
    >>> import networkx as nx
    >>> matrix, nodes = to_matrix(nx.Graph([("b", "a"), ("b", "c")]))
    >>> nodes, matrix.toarray().tolist()
    (['a', 'b', 'c'], [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    """
    import networkx as nx

    nodes = sorted(graph, key=lambda node: (str(type(node)), node if isinstance(node, int) else 0, str(node)))
    if not nodes:
        return sp.csr_array((0, 0), dtype=float), nodes
    matrix = sp.csr_array(nx.to_scipy_sparse_array(graph, nodes, dtype=float, weight=weight, format="csr"))
    matrix.setdiag(0)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix, nodes


def on_graph(
    measure: Callable[..., NDArray[Any]], graph: nx.Graph, *, weight: str | None = "weight", **options: Any
) -> dict[Hashable, Any]:
    """A measure of :mod:`kg.analyze` on a networkx graph.

    Parameters
    ----------
    measure : function
        Takes an adjacency matrix, gives an array of one value a node.
    graph : networkx.Graph
    weight : str or None
        As :func:`to_matrix`.
    **options
        Handed to the measure.

    Returns
    -------
    dict
        Value by node, in the graph's own order.

    Examples
    --------
    >>> import networkx as nx
    >>> from kg.analyze import core_number
    >>> on_graph(core_number, nx.Graph([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]))
    {'a': 2, 'b': 2, 'c': 2, 'd': 1}
    """
    matrix, nodes = to_matrix(graph, weight)
    values = dict(zip(nodes, measure(matrix, **options).tolist(), strict=True))
    return {node: values[node] for node in graph}
