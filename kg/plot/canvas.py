"""Paper and ink of the plots: one look, colours that every eye tells apart, the same bytes for the same graph."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.model import EntityType

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = [
    "DARK",
    "FORMATS",
    "LIGHT",
    "MARKERS",
    "THEMES",
    "TYPES",
    "Ink",
    "drawing",
    "figure",
    "finish",
    "measure",
    "plane",
    "printable",
    "to_bytes",
    "whole_numbers",
]

#: Formats that a plot can be saved in.
FORMATS = ("svg", "png", "pdf")
#: Okabe and Ito's colours by type, as the pages have them.
TYPES: Mapping[EntityType, str] = {
    "Method": "#0072b2", "Model": "#d55e00", "Task": "#009e73", "Dataset": "#e69f00", "Metric": "#cc79a7",
    "Concept": "#56b4e9",
}  # fmt: skip
#: By corner of a thematic map.
THEMES: Mapping[str, str] = {
    "motor": "#0072b2", "basic": "#009e73", "niche": "#d55e00", "emerging or declining": "#cc79a7",
}  # fmt: skip
#: Of lines, so that colour is never all that tells them apart.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
_FONT = "DejaVu Sans"
_DPI = 150


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of the ground, of text, of what is said softly, of rules, and of things that are told apart."""

    ground: str
    text: str
    soft: str
    rule: str
    lines: tuple[str, ...]


#: Okabe and Ito's colours and some between them; the lighter ones for a dark ground.
LIGHT = Ink(
    "#ffffff", "#1d2321", "#59625e", "#d9dcd6",
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#882255", "#7f7f7f"),
)  # fmt: skip
DARK = Ink(
    "#14181b", "#e9edee", "#a7b1b6", "#3d464d",
    ("#4aa8e0", "#ee8a3c", "#33c79b", "#e39cc2", "#d6c53d", "#8fd0f2", "#c99a6b", "#a5abb1"),
)  # fmt: skip


@contextmanager
def drawing(ink: Ink) -> Iterator[None]:
    """What is drawn inside looks as it should, whatever the user's own matplotlib settings are.

    :raises KGError: if matplotlib is not installed
    """
    try:
        from matplotlib import style
    except ImportError as error:
        raise KGError("plots need matplotlib", hint="pip install 'kg-papers[plot]'") from error
    own = {
        "svg.hashsalt": "kg", "svg.fonttype": "path", "pdf.fonttype": 42, "text.parse_math": False,
        "font.family": [_FONT], "font.size": 10, "axes.unicode_minus": False,
        "figure.facecolor": ink.ground, "axes.facecolor": ink.ground, "savefig.facecolor": ink.ground,
        "text.color": ink.text, "axes.labelcolor": ink.soft, "axes.edgecolor": ink.rule, "axes.titlecolor": ink.text,
        "xtick.color": ink.soft, "ytick.color": ink.soft, "grid.color": ink.rule, "grid.linewidth": 0.7,
        "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True,
        "axes.titlelocation": "left", "axes.titlesize": 13, "axes.titleweight": "bold", "axes.titlepad": 12,
        "legend.frameon": False, "legend.labelcolor": ink.text,
    }  # fmt: skip
    with style.context(["default", own], after_reset=True):
        yield


def figure(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure of that many inches with one pair of axes, laid out so that nothing is cut off."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height), layout="constrained")
    return made, made.add_subplot()


def whole_numbers(axis: Axis) -> None:
    """Ticks at whole numbers only: papers and years come in no parts."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))


def plane(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure whose coordinates are points from the top left corner, to lay things out by hand."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(width / 72, height / 72))
    axes = made.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return made, axes


def finish(made: Figure, title: str, note: str, ink: Ink) -> Figure:
    """Writes the note under a figure; title and note go into the file as well."""
    made.supxlabel(printable(note), fontsize=8.5, x=0.01, ha="left", color=ink.soft)
    made.set_label(f"{title}\n{note}")
    return made


def to_bytes(made: Figure, form: str) -> bytes:
    """The figure as a file: the same figure gives the same bytes.

    :param form: one of :data:`FORMATS`
    """
    from matplotlib.colors import to_rgb

    title, _, note = str(made.get_label()).partition("\n")
    said: dict[str, Any] = {
        "svg": {"Date": None, "Title": title, "Description": note},
        "png": {"Software": None, "Title": title, "Description": note},
        "pdf": {"CreationDate": None, "ModDate": None, "Title": title, "Subject": note},
    }[form]
    buffer = io.BytesIO()
    with drawing(DARK if to_rgb(made.get_facecolor()) == to_rgb(DARK.ground) else LIGHT):
        made.savefig(buffer, format=form, dpi=_DPI, metadata=said)
    return buffer.getvalue()


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """How many points wide a line of text is."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    properties = FontProperties(family=_FONT, size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, properties, False)
    return float(width)


def printable(text: str) -> str:
    """Text in which what the font lacks is a square, on one line.

    >>> printable("a\\n日b")
    'a □b'
    """
    known = _characters()
    return "".join(c if ord(c) in known else "□" for c in " ".join(text.split()))


@cache
def _characters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family=_FONT))).get_charmap())
