"""Pictures of a graph for papers and slides: SVG, PNG or PDF, drawn by matplotlib (the extra ``kg-papers[plot]``).

:data:`PLOTS` lists them. The same graph gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.plot.canvas import DARK, FORMATS, LIGHT, drawing, to_bytes
from kg.plot.charts import cluster_sizes, degree_distribution, heatmap, top_entities, trend_lines
from kg.plot.maps import evolution_plot, thematic_map_plot
from kg.store import Index, MentionTable

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["FORMATS", "PLOTS", "draw", "to_bytes"]

#: What can be drawn, by name.
PLOTS: Mapping[str, Callable[..., Figure]] = {
    "entities": top_entities,
    "trends": trend_lines,
    "themes": thematic_map_plot,
    "evolution": evolution_plot,
    "clusters": cluster_sizes,
    "cooccurrence": heatmap,
    "degree": degree_distribution,
}


def draw(
    name: str,
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    dark: bool = False,
    **options: Any,
) -> Figure:
    """A plot as a matplotlib figure.

    :param name: in :data:`PLOTS`
    :param keep: mentions that count, one flag each
    :param dark: light lines on a dark ground
    :param options: as the function that draws it
    :raises KGError: if there is no such plot, nothing to draw, or no matplotlib
    """
    if name not in PLOTS:
        raise KGError(f"no plot is called {name!r}", hint=f"there are {', '.join(PLOTS)}")
    ink = DARK if dark else LIGHT
    with drawing(ink):
        return PLOTS[name](index, table, keep, ink=ink, **options)
