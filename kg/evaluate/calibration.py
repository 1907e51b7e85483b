"""How far stated confidences are from the share that is right."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["calibration_error"]


def calibration_error(chances: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass (Naeini et al. 2015), 0 to 1.

    :param chances: confidence of each mention, and whether it is right

    >>> calibration_error([(0.5, True), (0.5, False)], bins=1)
    0.0
    """
    ranked = sorted(chances)
    total = len(ranked)
    error = 0.0
    for i in range(bins):
        part = ranked[i * total // bins : (i + 1) * total // bins]
        if part:
            error += abs(sum(c for c, _ in part) - sum(right for _, right in part)) / total
    return error
