"""The one locator of what ships with the package: the ontology folder and the sample corpus."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["ontology", "sample"]


@cache
def ontology() -> Path:
    """The folder of schema, shapes, vocabulary, cues and named queries: inside the wheel, else beside the package."""
    inside = Path(__file__).parent / "ontology"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "ontology"


def sample() -> Path:
    """The sample corpus, as JSON Lines."""
    return Path(__file__).parent / "sample" / "papers.jsonl"
