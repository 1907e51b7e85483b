"""kg: the knowledge graph of research papers.

>>> import kg
>>> g = kg.open("kg-graph")  # doctest: +SKIP
>>> g.papers("LoRA", role="uses")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.filters import Filters
    from kg.graph import Graph
    from kg.graph import open_graph as open

__all__ = ["Filters", "Graph", "__version__", "open"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Loaded when first asked for, so that `kg --help` answers at once.
    if name in ("Filters", "Graph", "open"):
        from kg import graph

        return getattr(graph, {"open": "open_graph"}.get(name, name))
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
