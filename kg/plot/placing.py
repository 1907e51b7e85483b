"""Where labels go: beside their marks, clear of each other, of the marks and of the border."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import NamedTuple
from unicodedata import east_asian_width

__all__ = ["Box", "leader", "place_labels", "shortened", "text_width"]

# Steps round a mark, best first: right, left, above, below, and the four corners; then the same farther out.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
_GAPS = (3.0, 9.0, 18.0)
# A label as near as that to its mark needs no line.
_NEAR = 3.5


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom, with y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether the two share an area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, other: Box) -> bool:
        """Whether it lies in the other one."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


def place_labels(
    marks: Sequence[tuple[float, float, float]],
    sizes: Sequence[tuple[float, float]],
    bounds: Box,
    taken: Sequence[Box] = (),
) -> list[Box | None]:
    """A box for each label, or None where there is no room for it.

    :param marks: x, y and radius of each round mark; those that come first choose first
    :param sizes: width and height of each label
    :param bounds: what the labels must stay in
    :param taken: what they must stay out of

    >>> place_labels([(50, 50, 5), (50, 50, 5)], [(30, 10), (30, 10)], Box(0, 0, 100, 100))
    [Box(left=58.0, top=45.0, right=88.0, bottom=55.0), Box(left=12.0, top=45.0, right=42.0, bottom=55.0)]
    """
    full = [*taken, *(Box(x - r, y - r, x + r, y + r) for x, y, r in marks)]
    placed: list[Box | None] = []
    for (x, y, r), (width, height) in zip(marks, sizes, strict=True):
        box = _free(x, y, r, width, height, bounds, full)
        placed.append(box)
        if box is not None:
            full.append(box)
    return placed


def leader(mark: tuple[float, float, float], box: Box) -> tuple[float, float, float, float] | None:
    """The line from a mark to its label, as x and y of both ends; None where the label is near enough without.

    >>> leader((0, 0, 5), Box(8, -5, 30, 5)), leader((0, 0, 5), Box(20, -5, 40, 5))
    (None, (5.0, 0.0, 20, 0))
    """
    x, y, radius = mark
    near_x, near_y = min(max(x, box.left), box.right), min(max(y, box.top), box.bottom)
    away = hypot(near_x - x, near_y - y)
    if away - radius < _NEAR:
        return None
    return x + (near_x - x) * radius / away, y + (near_y - y) * radius / away, near_x, near_y


def _free(
    x: float, y: float, radius: float, width: float, height: float, bounds: Box, taken: Sequence[Box]
) -> Box | None:
    for gap in _GAPS:
        for side, up in _SIDES:
            # Beside the mark at its height, or centred above and below it; at a corner where the circle leaves room.
            reach = radius * (0.71 if side and up else 1) + gap
            centre_x = x + side * (reach + width / 2)
            centre_y = y + up * (reach + height / 2)
            box = Box(centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2)
            if box.inside(bounds) and not any(box.overlaps(other) for other in taken if not _own(other, x, y, radius)):
                return box
    return None


def _own(box: Box, x: float, y: float, radius: float) -> bool:
    """Whether it is the mark's own square, whose corners are free."""
    return box == Box(x - radius, y - radius, x + radius, y + radius)


def text_width(text: str, size: float) -> float:
    """About how wide a line of sans-serif text is, rather too much than too little; ``size`` is that of the font.

    >>> text_width("ill", 10) < text_width("Www", 10) < text_width("文文文", 10)
    True
    """
    return size * sum(_width(c) for c in text)


def _width(character: str) -> float:
    if east_asian_width(character) in "WF":
        return 1.05
    if character in "iljtf.,:;'|!·()[]I ":
        return 0.36
    if character in "mwMW%@—":
        return 0.95
    return 0.72 if character.isupper() else 0.58


def shortened(text: str, size: float, room: float) -> str:
    """Text cut to the width of ``room``, with an ellipsis where something is cut.

    >>> shortened("LoRA", 10, 80), shortened("Parameter-Efficient Fine-Tuning", 10, 80)
    ('LoRA', 'Parameter-Ef…')
    """
    if text_width(text, size) <= room:
        return text
    while text and text_width(f"{text}…", size) > room:
        text = text[:-1].rstrip()
    return f"{text}…"
