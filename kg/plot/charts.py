"""Bars, lines, cells: plots of what is named, of clusters, of years, of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analyze import ORDERS, Order, Projection, clusters, cooccurrence, trends
from kg.errors import KGError
from kg.model import TYPES as KINDS
from kg.plot.canvas import LIGHT, MARKERS, THEMES, TYPES, Ink, figure, finish, printable, whole_numbers
from kg.store import Index, MentionTable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["cluster_sizes", "degree_distribution", "heatmap", "top_entities", "trend_lines"]

# A year with fewer papers than that gives no share worth drawing.
_YEAR = 20
_LABEL = 38


def top_entities(
    index: Index, table: MentionTable, keep: NDArray[np.bool_] | None = None, *, top: int = 25, ink: Ink = LIGHT
) -> Figure:
    """The entities that most papers name, as bars by type."""
    found = _named(table, keep)
    order = np.lexsort((np.arange(len(found)), -found.papers))[:top]
    rows = index.entities(found.entities[order].tolist())
    made, axes = figure(8, 1.3 + 0.26 * len(rows))
    kinds = [k for k in KINDS if any(e.type == k for e in rows)]
    _bars(axes, [e.label for e in rows], found.papers[order].tolist(), [TYPES[e.type] for e in rows], ink)
    _legend(axes, [(k, TYPES[k]) for k in kinds])
    axes.set_xlabel("papers")
    title = f"What most of {found.total:,} papers name"
    axes.set_title(title)
    return finish(made, title, f"The first {len(rows)} of {len(found):,} entities.", ink)


def cluster_sizes(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 25,
    ink: Ink = LIGHT,
    **options: Any,
) -> Figure:
    """Papers of each cluster, as bars by theme; options as :func:`kg.analyze.partition`."""
    found = clusters(index, table, keep, top=1, **options)
    if not found:
        raise no_clusters()
    shown = sorted(found, key=lambda c: (-c.papers, c.id))[:top]
    made, axes = figure(8.5, 1.3 + 0.28 * len(shown))
    _bars(axes, [c.name for c in shown], [c.papers for c in shown], [THEMES[c.theme] for c in shown], ink, wide=56)
    _legend(axes, [(k, v) for k, v in THEMES.items() if any(c.theme == k for c in shown)])
    axes.set_xlabel("papers that are mostly about it")
    title = "The clusters"
    axes.set_title(title)
    return finish(
        made, title, f"{_some(len(shown), len(found), 'clusters')}; colours by place on the thematic map.", ink
    )


def trend_lines(
    index: Index,
    table: MentionTable,
    keep: NDArray[np.bool_] | None = None,
    *,
    top: int = 8,
    by: Order = "growth",
    entities: Sequence[int] = (),
    ink: Ink = LIGHT,
) -> Figure:
    """The share of each year's papers that name an entity.

    :param by: which entities are shown, as :func:`kg.analyze.trends`
    :param entities: rows of the entities to show, instead
    """
    if by not in ORDERS:
        raise KGError(f"trends are not sorted by {by!r}", hint=f"there are {', '.join(ORDERS)}")
    found = _named(table, keep)
    named = np.diff(found.incidence.indptr) > 0
    dated = named & (table.issued > 0)
    if not dated.any():
        raise KGError("no paper has a date", hint="trends need papers with dates; `kg stats` counts them")
    years = np.arange(table.issued[dated].min() // 10000, table.issued[dated].max() // 10000 + 1)
    totals = np.bincount(table.issued[dated] // 10000 - years[0], minlength=len(years))
    enough = totals >= min(_YEAR, totals.max())
    if enough.sum() < 2:
        raise KGError("the papers are of one year", hint="trends need papers of several years")
    if entities:
        rows = index.entities(list(entities)[: len(MARKERS)])
    else:
        told = trends(index, table, keep, by=by, top=min(top, len(MARKERS))).rows
        rows = [e for t in told if (e := index.find_entity(t.iri)) is not None]
    lines = [100 * _by_year(found, table, dated, row.row, years)[enough] / totals[enough] for row in rows]
    # From the year before the first one is named.
    start = max(min((int(np.argmax(line > 0)) for line in lines if line.any()), default=0) - 1, 0)
    at = years[enough][start:]
    made, axes = figure(9.5, 5.2)
    ends = []
    for number, (row, line) in enumerate(zip(rows, lines, strict=True)):
        colour, marker = ink.lines[number], MARKERS[number]
        axes.plot(at, line[start:], color=colour, marker=marker, markersize=5, linewidth=1.8)
        ends.append((float(line[-1]), printable(_short(row.label, 30)), colour))
    tallest = max((float(line.max()) for line in lines), default=0.0)
    _end_labels(axes, float(at[-1]), tallest or 1.0, ends)
    whole_numbers(axes.xaxis)
    axes.grid(axis="y")
    axes.set_ylabel("% of the papers of the year")
    said = {"growth": "What rises", "papers": "What is named most", "burst": "What bursts", "first": "What is new"}
    title = "By year" if entities else said[by]
    axes.set_title(title)
    thin, undated = int((~enough & (totals > 0)).sum()), int((named & (table.issued == 0)).sum())
    note = f"{int(dated.sum()):,} papers with a date."
    note += f" Years with fewer than {_YEAR} papers are left out." if thin else ""
    note += f" {undated:,} papers without a date are left out." if undated else ""
    return finish(made, title, note, ink)


def _by_year(
    found: Projection, table: MentionTable, dated: NDArray[np.bool_], entity: int, years: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The papers of each year that name an entity."""
    node = found.node(entity)
    mine = np.zeros(table.papers, dtype=np.bool_)
    if node is not None:
        mine[found.incidence[:, [node]].nonzero()[0]] = True
    return np.bincount(table.issued[dated & mine] // 10000 - years[0], minlength=len(years)).astype(np.int64)


def heatmap(
    index: Index, table: MentionTable, keep: NDArray[np.bool_] | None = None, *, top: int = 25, ink: Ink = LIGHT
) -> Figure:
    """Which of the entities in most papers stand together: colour by NPMI, numbers count papers."""
    from matplotlib.colors import Normalize

    found = _named(table, keep)
    nodes = np.lexsort((np.arange(len(found)), -found.papers))[: max(top, 2)]
    nodes = nodes[_seriated(found, nodes)]
    counts = found.counts[nodes][:, nodes].toarray()
    values = _npmi(found, nodes, counts)
    labels = [printable(_short(e.label, _LABEL)) for e in index.entities(found.entities[nodes].tolist())]
    side = 2.6 + 0.33 * len(nodes)
    made, axes = figure(side + 1, side)
    most = max(float(np.nanmax(values, initial=0)), 0.1)
    image = axes.imshow(np.ma.masked_invalid(values), cmap="cividis", norm=Normalize(0, most))
    for i, j in zip(*np.nonzero(counts), strict=True):
        shade = "#000000" if values[i, j] > 0.6 * most else "#ffffff"
        axes.text(j, i, str(counts[i, j]), ha="center", va="center", fontsize=7, color=shade)
    axes.set_xticks(range(len(nodes)), labels, rotation=90, fontsize=8.5)
    axes.set_yticks(range(len(nodes)), labels, fontsize=8.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = made.colorbar(image, ax=axes, shrink=0.5, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label("NPMI: 0 or less by chance, 1 never apart")
    title = "What stands together"
    axes.set_title(title)
    return finish(made, title, f"The {len(nodes)} entities in most papers; numbers are papers in common.", ink)


def degree_distribution(
    index: Index, table: MentionTable, keep: NDArray[np.bool_] | None = None, *, ink: Ink = LIGHT
) -> Figure:
    """How many entities have at least so many neighbours, and so many papers, on logarithmic axes."""
    found = _named(table, keep)
    degree = np.diff(found.counts.indptr)
    made, axes = figure(7.5, 5)
    for values, label, colour, marker in (
        (degree[degree > 0], "entities named with it", ink.lines[0], "o"),
        (found.papers, "papers that name it", ink.lines[1], "s"),
    ):
        if not len(values):
            continue
        at, counts = np.unique(values, return_counts=True)
        share = counts[::-1].cumsum()[::-1] / len(values)
        axes.loglog(at, share, marker=marker, markersize=4.5, linestyle="none", color=colour, label=label)
    axes.set_xlabel("at least so many")
    axes.set_ylabel("share of the entities")
    axes.grid(which="major")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axes.legend(loc="upper right")
    title = "How the names are spread"
    axes.set_title(title)
    middle = int(np.median(degree)) if len(degree) else 0
    most = int(degree.max(initial=0))
    note = f"{len(found):,} entities; half are named with {middle:,} others or fewer, one with {most:,}."
    return finish(made, title, note, ink)


def no_clusters() -> KGError:
    """What is said where there is nothing to draw."""
    return KGError("no clusters to draw", hint="no two entities stand in papers together more than chance gives")


def _named(table: MentionTable, keep: NDArray[np.bool_] | None) -> Projection:
    found = cooccurrence(table, keep)
    if not len(found):
        raise KGError("nothing to draw: no paper names an entity", hint="`kg stats` tells what the graph holds")
    return found


def _bars(
    axes: Axes, labels: Sequence[str], values: Sequence[int], colours: Sequence[str], ink: Ink, wide: int = _LABEL
) -> None:
    places = range(len(values))
    axes.barh(places, values, color=colours, height=0.74)
    axes.set_yticks(places, [printable(_short(text, wide)) for text in labels])
    axes.tick_params(axis="y", length=0, labelcolor=ink.text)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
    whole_numbers(axes.xaxis)
    for place, value in zip(places, values, strict=True):
        axes.annotate(
            f"{value:,}", (value, place), (3, 0), textcoords="offset points", va="center", fontsize=8.5, color=ink.soft
        )


def _legend(axes: Axes, entries: Sequence[tuple[str, str]]) -> None:
    from matplotlib.patches import Patch

    if len(entries) > 1:
        axes.legend(handles=[Patch(color=c, label=k) for k, c in entries], loc="lower right", fontsize=9)


def _end_labels(axes: Axes, x: float, tallest: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """Labels at the ends of lines, moved apart where they would lie on each other."""
    low, high = 0.0, tallest * 1.06
    axes.set_ylim(low, high)
    step = (high - low) * 0.048
    order = sorted(range(len(ends)), key=lambda i: (ends[i][0], ends[i][1]))
    heights = [ends[i][0] for i in order]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + step)
    over = max(heights[-1] - (high - step / 2), 0.0) if heights else 0.0
    for i in range(len(heights) - 1, -1, -1):
        # Down again from the top, as far as the one below lets it.
        heights[i] = min(heights[i], high - step / 2 - step * (len(heights) - 1 - i)) if over else heights[i]
    for place, i in zip(heights, order, strict=True):
        value, text, colour = ends[i]
        axes.annotate(
            text, (x, value), xytext=(12, place), textcoords=("offset points", "data"), va="center", fontsize=9,
            color=colour, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3},
        )  # fmt: skip


def _seriated(found: Projection, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """An order in which entities that stand together are neighbours."""
    from scipy.cluster.hierarchy import leaves_list, linkage  # type: ignore[import-untyped]
    from scipy.spatial.distance import squareform  # type: ignore[import-untyped]

    if len(nodes) < 3:
        return np.arange(len(nodes))
    counts = found.counts[nodes][:, nodes].toarray()
    likeness = np.nan_to_num(np.maximum(_npmi(found, nodes, counts), 0))
    apart = 1 - (likeness + likeness.T) / 2
    np.fill_diagonal(apart, 0)
    order: NDArray[np.int64] = leaves_list(linkage(squareform(apart, checks=False), "average", optimal_ordering=True))
    return order


def _npmi(found: Projection, nodes: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """NPMI of each pair, 0 where it is less or they share no paper; NaN on the diagonal."""
    from kg.analyze import npmi

    values = np.zeros(counts.shape)
    row, column = np.nonzero(counts)
    papers = found.papers[nodes]
    values[row, column] = npmi(counts[row, column].astype(np.float64), papers[row], papers[column], found.total)
    values = np.maximum(values, 0)
    np.fill_diagonal(values, np.nan)
    return values


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _some(shown: int, all_of: int, noun: str) -> str:
    return f"{all_of} {noun}" if shown == all_of else f"The largest {shown} of {all_of} {noun}"
