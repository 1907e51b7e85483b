"""Small drawings for a terminal: bars, sparklines, trees; text, so that they read well in a file too.

Where the output knows no Unicode, ASCII stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg.cli.output import console, flat

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text
    from rich.tree import Tree

__all__ = ["bar", "branch", "inset", "section", "sparkline", "table", "yearly"]

_LEVELS = "▁▂▃▄▅▆▇█"
_PLAIN = "_.:-=+*#"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def sparkline(counts: Iterable[int], *, plain: bool | None = None) -> str:
    """Counts as a row of bars.

    :param plain: whether in ASCII; None for what the output knows

    >>> sparkline([0, 1, 4, 8], plain=False), sparkline([0, 1, 4, 8], plain=True)
    ('▁▂▅█', '_.=#')
    """
    values = list(counts)
    levels = _PLAIN if _is_plain(plain) else _LEVELS
    top = max(values, default=0) or 1
    return "".join(levels[round(7 * v / top)] for v in values)


def yearly(years: Sequence[tuple[int, int]], *, plain: bool | None = None) -> str:
    """Papers per year as a sparkline between its first and last year; a year without any has its place.

    >>> yearly([(2019, 2), (2021, 8)], plain=False), yearly([(2021, 3)], plain=False), yearly([])
    ('2019 ▃▁█ 2021, at most 8 in 2021', '2021 █, at most 3 in 2021', '')
    """
    if not years:
        return ""
    counts = dict(years)
    first, last = min(counts), max(counts)
    best = max(counts, key=lambda year: (counts[year], year))
    line = sparkline((counts.get(year, 0) for year in range(first, last + 1)), plain=plain)
    ends = f"{first} {line} {last}" if first < last else f"{first} {line}"
    return f"{ends}, at most {counts[best]:,} in {best}"


def bar(part: float, whole: float, width: int = 18, *, plain: bool | None = None) -> str:
    """A part of a whole as a bar; what is not nothing shows.

    >>> bar(4, 8, 4, plain=False), bar(1, 1000, 4, plain=False), bar(3, 8, 4, plain=True)
    ('██', '▏', '##')
    """
    eighths = max(round(8 * width * part / (whole or 1)), 1 if part > 0 else 0)
    if _is_plain(plain):
        return "#" * max(round(eighths / 8), 1 if part > 0 else 0)
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def inset(what: RenderableType, *, left: int = 2, above: int = 0) -> Padding:
    """Something set in from the left, no wider than it is: a file gets no spaces at the ends of its lines."""
    from rich.padding import Padding

    return Padding(what, (above, 0, 0, left), expand=False)


def section(name: str) -> Text:
    """A heading, with an empty line above."""
    from rich.text import Text

    return Text(f"\n{name}", "bold")


def branch(label: str | Text) -> Tree:
    """The root of a tree."""
    from rich.text import Text
    from rich.tree import Tree

    return Tree(Text(flat(label)) if isinstance(label, str) else label, guide_style="dim")


def table(*columns: str, right: Sequence[str] = (), head: bool = True) -> Table:
    """An empty table without lines, set in by two.

    :param right: the columns that are numbers
    """
    from rich.table import Table

    made = Table(box=None, show_header=head, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold", no_wrap=name in right)
    return made


def _is_plain(plain: bool | None) -> bool:
    return not console().encoding.lower().startswith("utf") if plain is None else plain
