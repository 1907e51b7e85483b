"""The pictures of the report, as SVG that takes its colours from the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analyze import Evolution, MappedTheme, ThematicMap
from kg.plot.alluvial import alluvial
from kg.plot.placing import Box, leader, place_labels, shortened, text_width
from kg.plot.thematic import corner_labels, map_points
from kg.report.content import Years

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["evolution_picture", "sparkline", "thematic_picture", "year_bars"]

_FONT = 13.0
# Classes of colours that the style sheet holds for lines of descent.
_COLOURS = 8


def thematic_picture(found: ThematicMap, numbers: dict[int, int], *, wide: bool) -> Markup:
    """The thematic map; each theme is a link to its field.

    :param numbers: what the report calls each cluster
    :param wide: with names; without them it is for narrow screens
    """
    from markupsafe import Markup, escape

    width, height = (760.0, 470.0) if wide else (360.0, 350.0)
    frame = Box(30, 8, width - 8, height - 30)
    points = map_points(found.themes, frame, (10.0, 25.0) if wide else (8.0, 16.0))
    middle = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
    parts = [
        f'<rect class="frame" x="{frame.left:g}" y="{frame.top:g}" width="{frame.right - frame.left:g}" '
        f'height="{frame.bottom - frame.top:g}" rx="10"/>',
        f'<path class="axis" d="M{middle[0]:g} {frame.top:g}V{frame.bottom:g}M{frame.left:g} {middle[1]:g}'
        f'H{frame.right:g}"/>',
    ]
    corners = corner_labels(frame, 12.0, text_width)
    for text, at, end in corners:
        x = at.right if end else at.left
        parts.append(f'<text class="corner{" end" if end else ""}" x="{x:g}" y="{at.bottom - 3:g}">{text}</text>')
    parts.append(
        f'<text class="ax end" x="{frame.right:g}" y="{height - 8:g}">more central →</text>'
        f'<text class="ax" transform="translate(18 {frame.bottom:g}) rotate(-90)">denser →</text>'
    )
    by_size = sorted(zip(found.themes, points, strict=True), key=lambda pair: -pair[1][2])
    names = [_first_term(theme) for theme, _ in by_size]
    sizes = [(text_width(name, _FONT) + 2, _FONT + 4) for name in names]
    marks = [point for _, point in by_size]
    boxes = place_labels(marks, sizes, frame, [box for _, box, _ in corners]) if wide else [None] * len(marks)
    for (theme, (x, y, r)), name, box in zip(by_size, names, boxes, strict=True):
        number = numbers[theme.cluster]
        what = escape(f"{number}. {theme.name}: {theme.theme}, {theme.papers:,} papers")
        label = _label(name, (x, y, r), box) if box else ""
        parts.append(
            f'<a href="#field-{number}"><title>{what}</title>'
            f'<circle class="theme {theme.theme.split()[0]}" cx="{x:g}" cy="{y:g}" r="{r:g}"/>'
            f'<text class="digit" x="{x:g}" y="{y + 4:g}">{number}</text>{label}</a>'
        )
    kind = "wide" if wide else "narrow"
    return Markup(
        f'<svg class="map {kind}" viewBox="0 0 {width:g} {height:g}" role="group" aria-label="Thematic map: fields by'
        f' centrality (to the right) and density (upwards)">{"".join(parts)}</svg>'
    )


def _label(name: str, mark: tuple[float, float, float], box: Box) -> str:
    """A name beside its mark, with a line where it stands farther away."""
    from markupsafe import escape

    line = leader(mark, box)
    drawn = "" if line is None else '<path class="leader" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>'.format(*line)
    # Widths are estimates, rather too wide: the text stands at that end of its box that is nearer to the mark.
    x, kind = box.left + 1, ""
    if box.right <= mark[0]:
        x, kind = box.right - 1, " end"
    elif box.left < mark[0]:
        x, kind = (box.left + box.right) / 2, " middle"
    return f'{drawn}<text class="name{kind}" x="{x:g}" y="{box.bottom - 5:g}">{escape(name)}</text>'


def evolution_picture(found: Evolution) -> Markup:
    """The fields of each slice of time as boxes, what they hand on as ribbons."""
    from markupsafe import Markup, escape

    width, height, top = 250.0 * len(found.stages) + 20, 620.0, 34.0
    drawn = alluvial(found, height - top - 8, gap=9, least=15)
    step, bar = (width - 20) / len(found.stages), 13.0
    left = {number: 10 + step * number for number in range(len(found.stages))}
    parts = []
    for ribbon in drawn.ribbons:
        x, end = left[ribbon.stage] + bar, left[ribbon.stage + 1]
        bend = (x + end) / 2
        (a, b), (c, d) = ribbon.leaves, ribbon.enters
        flow = ribbon.flow
        what = escape(
            f"{flow.source_name} → {flow.target_name}: {flow.shared} entities in both, inclusion {flow.inclusion:.2f}"
        )
        parts.append(
            f'<path class="ribbon line{ribbon.line % _COLOURS}" d="M{x:.1f} {top + a:.1f}C{bend:.1f} {top + a:.1f} '
            f"{bend:.1f} {top + c:.1f} {end:.1f} {top + c:.1f}V{top + d:.1f}C{bend:.1f} {top + d:.1f} {bend:.1f} "
            f'{top + b:.1f} {x:.1f} {top + b:.1f}Z"><title>{what}</title></path>'
        )
    for number, stage in enumerate(found.stages):
        span = stage.since if stage.since == stage.until else f"{stage.since} – {stage.until}"
        parts.append(
            f'<text class="span" x="{left[number]:g}" y="14">{escape(span)}</text>'
            f'<text class="ax" x="{left[number] + text_width(span, 16) + 6:g}" y="14">{stage.papers:,} papers</text>'
        )
    for node in drawn.nodes:
        x, middle = left[node.stage], top + (node.top + node.bottom) / 2
        terms = node.name.split(" · ")
        name = shortened(" · ".join(terms[:2]), 12, step - bar - 16)
        parts.append(
            f"<g><title>{escape(f'{node.name}: {node.papers:,} papers')}</title>"
            f'<rect class="box line{node.line % _COLOURS}" x="{x:g}" y="{top + node.top:.1f}" width="{bar:g}" '
            f'height="{max(node.bottom - node.top, 1):.1f}" rx="3"/>'
            f'<text class="node" x="{x + bar + 5:g}" y="{middle + 4:.1f}">{escape(name)}</text></g>'
        )
    return Markup(
        f'<svg class="evolution" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="How the fields of each slice'
        f' of time hand their entities on to those of the next; the list below says the same">{"".join(parts)}</svg>'
    )


def year_bars(years: Years) -> Markup:
    """Papers a year as bars."""
    from markupsafe import Markup, escape

    counts, first = _each(years)
    tall = max(counts)
    bars = "".join(
        f'<rect x="{i * 10 + 1}" y="{60 - 58 * n / tall:.1f}" width="8" height="{58 * n / tall:.1f}" rx="1">'
        f"<title>{first + i}: {n:,}</title></rect>"
        for i, n in enumerate(counts)
        if n
    )
    what = escape(f"Papers a year, {first} to {first + len(counts) - 1}")
    return Markup(
        f'<svg class="bars" viewBox="0 0 {len(counts) * 10} 60" preserveAspectRatio="none" role="img" '
        f'aria-label="{what}">{bars}</svg>'
    )


def sparkline(years: Years, span: Years) -> Markup:
    """An entity's papers a year, over the years of the corpus, as a share of its papers."""
    from markupsafe import Markup, escape

    totals, first = _each(span)
    mine = dict(years)
    shares = [mine.get(first + i, 0) / n if n else 0.0 for i, n in enumerate(totals)]
    tall = max(shares) or 1.0
    bars = "".join(
        f'<rect x="{i * 4}" y="{18 - 17 * s / tall:.1f}" width="3" height="{17 * s / tall:.1f}"/>'
        for i, s in enumerate(shares)
        if s
    )
    what = escape(f"Share of the papers of each year, {first} to {first + len(totals) - 1}")
    return Markup(f'<svg class="spark" viewBox="0 0 {len(totals) * 4} 18" role="img" aria-label="{what}">{bars}</svg>')


def _each(years: Years) -> tuple[list[int], int]:
    """The count of every year from the first to the last, and the first."""
    counts = dict(years)
    first, last = min(counts), max(counts)
    return [counts.get(y, 0) for y in range(first, last + 1)], first


def _first_term(theme: MappedTheme) -> str:
    return shortened(theme.name.split(" · ")[0], _FONT, 210)
