"""Bootstrap confidence intervals over papers (Efron 1979, percentile method)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from kg.evaluate.score import PaperCounts, figures

__all__ = ["intervals"]


def intervals(
    counts: Sequence[PaperCounts], *, samples: int = 200, level: float = 0.95, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """The interval of each headline figure, in percent: papers drawn with replacement, as many as there are.

    Identity has none: a paper drawn twice agrees with itself, which would raise the figure.

    Cost: linear in ``samples`` times the number of papers.
    """
    if not counts:
        return {}
    chance = random.Random(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(samples):
        for name, value in figures(chance.choices(counts, k=len(counts))).flat().items():
            if name != "identity":
                drawn.setdefault(name, []).append(value)
    low = round((1 - level) / 2 * (samples - 1))
    return {name: (sorted(v)[low], sorted(v)[samples - 1 - low]) for name, v in drawn.items()}
