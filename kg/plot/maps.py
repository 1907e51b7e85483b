"""Plots laid out by hand: the thematic map, the evolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze import evolution, themes
from kg.errors import KGError
from kg.plot.alluvial import Ribbon, alluvial
from kg.plot.canvas import LIGHT, THEMES, Ink, measure, plane, printable
from kg.plot.charts import no_clusters
from kg.plot.placing import Box, leader, place_labels
from kg.plot.thematic import corner_labels, map_points
from kg.store import Index, MentionTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

__all__ = ["evolution_plot", "thematic_map_plot"]

_SIZE = 10.0
# Of the evolution: width of a slice and of its boxes, height of the boxes together, where they begin.
_STEP, _BAR, _HIGH, _TOP, _LEFT = 232.0, 12.0, 560.0, 68.0, 12.0


def thematic_map_plot(
    index: Index, table: MentionTable, keep: NDArray[np.bool_] | None = None, *, ink: Ink = LIGHT, **options: Any
) -> Figure:
    """The thematic map (Cobo et al. 2011); options as :func:`kg.analyze.partition`."""
    from matplotlib.patches import Circle
    from matplotlib.patheffects import withStroke

    found = themes(index, table, keep, top=1, **options)
    if not found.themes:
        raise no_clusters()
    made, axes = plane(720, 540)
    frame = Box(34, 46, 706, 490)
    corners = _framed(axes, frame, ink)
    points = map_points(found.themes, frame, (7, 24))
    pairs = sorted(zip(found.themes, points, strict=True), key=lambda pair: -pair[1][2])
    labels = [printable(" · ".join(_cut(theme.name.split(" · ")[:2]))) for theme, _ in pairs]
    marks = [point for _, point in pairs]
    sizes = [(measure(text, _SIZE) + 3, _SIZE + 3) for text in labels]
    boxes = place_labels(marks, sizes, frame, corners)
    for (theme, (x, y, r)), text, box in zip(pairs, labels, boxes, strict=True):
        axes.add_patch(Circle((x, y), r, facecolor=THEMES[theme.theme], edgecolor=ink.ground, linewidth=1.2, alpha=0.9))
        if box is not None:
            line = leader((x, y, r), box)
            if line is not None:
                axes.plot([line[0], line[2]], [line[1], line[3]], color=ink.soft, linewidth=0.6)
            said = axes.text(box.left + 1.5, (box.top + box.bottom) / 2, text, fontsize=_SIZE, va="center")
            said.set_path_effects([withStroke(linewidth=2.5, foreground=ink.ground)])
    nameless = boxes.count(None)
    note = f"{len(marks)} clusters by rank of Callon's centrality and density; areas are papers, lines medians"
    note += f"; {nameless} without room for a name." if nameless else "."
    return _signed(made, axes, "Thematic map", note, 526, ink)


def evolution_plot(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    slices: int = 3,
    cuts: Sequence[str] = (),
    top: int = 14,
    ink: Ink = LIGHT,
    **options: Any,
) -> Figure:
    """Thematic evolution as an alluvial diagram.

    :param slices: as :func:`kg.analyze.evolution`, like ``cuts`` and the options
    :param top: clusters of each slice that are shown
    """
    from matplotlib.patches import Rectangle
    from matplotlib.patheffects import withStroke

    found = evolution(index, table, keep, slices=slices, cuts=cuts, top=1, **options)
    if len(found.stages) < 2:
        why = "no paper has a date" if not found.dated else "the dates of the papers do not part into slices"
        raise KGError(why, hint="an evolution needs papers of several years; `kg stats` counts those with a date")
    drawn = alluvial(found, _HIGH, gap=8, least=14, most=top)
    if not drawn.nodes:
        raise no_clusters()
    made, axes = plane(_STEP * len(found.stages) + 16, _TOP + _HIGH + 44)
    for number, stage in enumerate(found.stages):
        span = stage.since if stage.since == stage.until else f"{stage.since} – {stage.until}"
        x = _LEFT + _STEP * number
        axes.text(x, 52, span, fontsize=10.5, fontweight="bold", va="center")
        after = x + measure(span, 10.5, bold=True) + 7
        axes.text(after, 52, f"{stage.papers:,} papers", fontsize=9, color=ink.soft, va="center")
    for ribbon in drawn.ribbons:
        axes.add_patch(_ribbon(ribbon, ink))
    for node in drawn.nodes:
        x, y, tall = _LEFT + _STEP * node.stage, _TOP + node.top, node.bottom - node.top
        axes.add_patch(Rectangle((x, y), _BAR, tall, facecolor=ink.lines[node.line % len(ink.lines)], linewidth=0))
        text = _fitted(printable(" · ".join(node.name.split(" · ")[:2])), 9, _STEP - _BAR - 14)
        said = axes.text(x + _BAR + 5, y + tall / 2, text, fontsize=9, va="center")
        said.set_path_effects([withStroke(linewidth=2.2, foreground=ink.ground)])
    note = f"{found.dated:,} papers with a date; a ribbon is as wide as two clusters share entities"
    note += f"; {found.undated:,} papers without one left out" if found.undated else ""
    note += f"; {drawn.hidden} small clusters not shown." if drawn.hidden else "."
    return _signed(made, axes, "Thematic evolution", note, _TOP + _HIGH + 28, ink)


def _framed(axes: Axes, frame: Box, ink: Ink) -> list[Box]:
    """Draws frame, medians and corner names; gives the boxes of these."""
    from matplotlib.patches import Rectangle

    size = frame.right - frame.left, frame.bottom - frame.top
    axes.add_patch(Rectangle((frame.left, frame.top), *size, fill=False, edgecolor=ink.rule))
    middle = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
    axes.plot([middle[0]] * 2, [frame.top, frame.bottom], color=ink.soft, linewidth=0.8, dashes=(4, 4))
    axes.plot([frame.left, frame.right], [middle[1]] * 2, color=ink.soft, linewidth=0.8, dashes=(4, 4))
    corners = corner_labels(frame, 10, lambda text, size: measure(text, size, bold=True))
    for text, box, _ in corners:
        axes.text(box.left, box.bottom - 4, text, fontsize=10, fontweight="bold", color=ink.soft, va="baseline")
    axes.text(frame.right, 504, "more central →", fontsize=9.5, color=ink.soft, ha="right", va="center")
    axes.text(20, frame.bottom, "denser →", fontsize=9.5, color=ink.soft, rotation=90, ha="center", va="bottom")
    return [box for _, box, _ in corners]


def _ribbon(ribbon: Ribbon, ink: Ink) -> PathPatch:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    x, end = _LEFT + _STEP * ribbon.stage + _BAR, _LEFT + _STEP * (ribbon.stage + 1)
    bend = (x + end) / 2
    (a, b), (c, d) = ((_TOP + high, _TOP + low) for high, low in (ribbon.leaves, ribbon.enters))
    points = [(x, a), (bend, a), (bend, c), (end, c), (end, d), (bend, d), (bend, b), (x, b), (x, a)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    colour = ink.lines[ribbon.line % len(ink.lines)]
    return PathPatch(Path(points, codes), facecolor=colour, alpha=0.33, linewidth=0)


def _signed(made: Figure, axes: Axes, title: str, note: str, y: float, ink: Ink) -> Figure:
    """Writes title and note, also into the file."""
    axes.text(12, 24, title, fontsize=13, fontweight="bold", va="center")
    axes.text(12, y, note, fontsize=8.5, color=ink.soft, va="center")
    made.set_label(f"{title}\n{note}")
    return made


def _cut(terms: Sequence[str]) -> list[str]:
    """The first term of a name, and the second where both are short."""
    return list(terms) if len(" · ".join(terms)) <= 28 else list(terms[:1])


def _fitted(text: str, size: float, room: float) -> str:
    if measure(text, size) <= room:
        return text
    while text and measure(f"{text}…", size) > room:
        text = text[:-1].rstrip()
    return f"{text}…"
