"""The façade: what ``kg.open("kg-graph")`` returns. Each command is one method of it, with the same name."""

from __future__ import annotations

from pathlib import Path

from kg.describe import Stats
from kg.filters import Filters
from kg.graph.asking import Asking
from kg.graph.changing import Changing
from kg.graph.curating import Curating
from kg.graph.looking import Looking
from kg.graph.measuring import Measuring
from kg.graph.publishing import Publishing
from kg.graph.taking import Taking
from kg.graph.telling import Telling
from kg.graph.trusting import Trusting

__all__ = ["Filters", "Graph", "Stats", "open_graph"]


def open_graph(path: str | Path = "kg-graph") -> Graph:
    """The graph in a folder.

    :raises GraphError: if there is none, or it is of another schema version
    """
    return Graph(path)


class Graph(Changing, Curating, Trusting, Asking, Measuring, Looking, Telling, Publishing, Taking):
    """A graph folder, open for reading. Cheap to make: what a method needs is loaded when it is first used.

    One module a subject holds its methods: what changes a graph, curates it, checks it, asks, measures, shows, tells,
    publishes it, takes it away.

    >>> import kg
    >>> kg.open("no-such-folder")
    Traceback (most recent call last):
    ...
    kg.errors.GraphError: no-such-folder: no graph there; make one with `kg build SOURCE…` or `kg demo`
    """
