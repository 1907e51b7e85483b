"""How answers with sentences are printed for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.cli.draw import inset
from kg.cli.output import console, flat

if TYPE_CHECKING:
    from rich.tree import Tree

    from kg.analyze import Evidence

__all__ = ["branch", "flat_inside", "line", "proofs_under", "sentences"]


def line(*parts: str | tuple[str, str]) -> None:
    """One line, its parts plain or with a style."""
    from rich.text import Text

    console().print(
        Text.assemble(*(flat_inside(p) if isinstance(p, str) else (flat_inside(p[0]), p[1]) for p in parts))
    )


def sentences(proofs: Iterable[Evidence]) -> None:
    """Each sentence, and under it its paper."""
    from rich.text import Text

    for proof in proofs:
        console().print(inset(Text(flat(proof.sentence)), left=2))
        console().print(inset(Text(flat(proof.title), "dim"), left=4))


def branch(parent: Tree | None, *parts: str | tuple[str, str]) -> Tree:
    """A line of a tree under another one; its root where there is none."""
    from rich.text import Text
    from rich.tree import Tree

    text = Text.assemble(*(flat_inside(p) if isinstance(p, str) else (flat_inside(p[0]), p[1]) for p in parts))
    return Tree(text, guide_style="dim") if parent is None else parent.add(text)


def proofs_under(parent: Tree, proofs: Iterable[Evidence]) -> None:
    """Each sentence with its paper as a leaf of a tree."""
    for proof in proofs:
        branch(parent, proof.sentence, (f"  — {flat(proof.title)}", "dim"))


def flat_inside(text: str) -> str:
    """Text on one line, its outer spaces kept."""
    return text[: len(text) - len(text.lstrip())] + flat(text) + text[len(text.rstrip()) :] if text.strip() else text
