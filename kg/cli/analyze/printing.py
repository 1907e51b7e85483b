"""How answers with sentences are printed for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.cli.output import console, flat

if TYPE_CHECKING:
    from kg.analyze import Evidence

__all__ = ["line", "sentences", "sparkline"]


def line(*parts: str | tuple[str, str]) -> None:
    """One line, its parts plain or with a style."""
    from rich.text import Text

    console().print(Text.assemble(*(_safe(p) if isinstance(p, str) else (_safe(p[0]), p[1]) for p in parts)))


def sentences(proofs: Iterable[Evidence]) -> None:
    """A line for each sentence, with its paper."""
    for proof in proofs:
        line((f"      {flat(proof.sentence)}  — {flat(proof.title)}", "dim"))


def sparkline(counts: Iterable[int]) -> str:
    """Counts as a row of bars.

    >>> sparkline([0, 1, 4, 8])
    '▁▂▅█'
    """
    values = list(counts)
    top = max(values, default=0) or 1
    return "".join("▁▂▃▄▅▆▇█"[round(7 * v / top)] for v in values)


def _safe(text: str) -> str:
    """One line, its outer spaces kept."""
    return text[: len(text) - len(text.lstrip())] + flat(text) + text[len(text.rstrip()) :] if text.strip() else text
