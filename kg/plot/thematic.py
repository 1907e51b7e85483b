"""Where the themes of a thematic map go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

from kg.analyze import MappedTheme
from kg.plot.placing import Box

__all__ = ["corner_labels", "map_points"]

# Themes from which on the marks shrink, so that they stay apart.
_MANY = 22
# Height of the names of the corners.
_CORNER = 18.0


def map_points(
    themes: Sequence[MappedTheme], frame: Box, radii: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """x, y and radius of each theme: ranks of centrality to the right and of density upwards, papers as the area.

    :param frame: the map, with y downwards
    :param radii: of a theme without papers, and of the one with most; less where there are many themes
    """
    count = len(themes)
    most = max((t.papers for t in themes), default=1) or 1
    small, large = (r * min(1.0, sqrt(_MANY / max(count, 1))) for r in radii)
    # Room for the largest mark on each side, and for the names of the corners above and below.
    inside = Box(frame.left + large, frame.top + large + _CORNER, frame.right - large, frame.bottom - large - _CORNER)

    def along(rank: float, low: float, high: float) -> float:
        return low + (high - low) * (rank - 0.5) / max(count, 1)

    return [
        (
            round(along(t.centrality_rank, inside.left, inside.right), 1),
            round(along(t.density_rank, inside.bottom, inside.top), 1),
            round(small + (large - small) * sqrt(t.papers / most), 1),
        )
        for t in themes
    ]


def corner_labels(frame: Box, size: float, width: Callable[[str, float], float]) -> list[tuple[str, Box, bool]]:
    """The names of the four corners, the box of each, and whether it ends at the right.

    :param size: of the font
    :param width: how wide a text of that size is
    """
    found = []
    for text, right, bottom in (
        ("Niche", False, False),
        ("Motor", True, False),
        ("Emerging or declining", False, True),
        ("Basic", True, True),
    ):
        wide, tall = width(text, size), size + 4
        left = frame.right - wide - 10 if right else frame.left + 10
        top = frame.bottom - tall - 6 if bottom else frame.top + 6
        found.append((text, Box(left, top, left + wide, top + tall), right))
    return found
