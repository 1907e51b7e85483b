"""Bursts of activity in a series of counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Burst", "bursts"]


@dataclass(frozen=True, slots=True)
class Burst:
    """A run of periods, from ``start`` to ``end`` inclusive (positions in the series), and how much it stands out."""

    start: int
    end: int
    weight: float


def bursts(
    counts: NDArray[np.int64], totals: NDArray[np.int64], *, scale: float = 2.0, gamma: float = 1.0
) -> list[Burst]:
    """Periods in which something is far more frequent than over the whole time.

    Parameters
    ----------
    counts, totals : int arrays, shape (t,)
        How many of the papers of each period name it, and how many there are.
    scale : float
        How many times as frequent a burst is, above 1.
    gamma : float
        What it costs to enter one: higher for fewer bursts.

    Returns
    -------
    list of Burst
        In the order of time; ``weight`` is how much cheaper the periods are as a burst than without.

    Notes
    -----
    The automaton of two states for batched arrivals; the cheapest sequence by dynamic programming, O(t).

    References
    ----------
    J. Kleinberg, "Bursty and hierarchical structure in streams", KDD 2002, section 4.

    Examples
    --------
    >>> import numpy as np
    >>> found = bursts(np.array([1, 1, 9, 8, 1, 1]), np.array([50] * 6))
    >>> [(b.start, b.end) for b in found]
    [(2, 3)]
    """
    total, length = int(totals.sum()), len(counts)
    if not length or not counts.sum() or counts.sum() == total:
        return []
    base = counts.sum() / total
    raised = min(base * scale, 0.9999)
    if raised <= base:
        return []
    # Without the binomial coefficient, which is the same in both states.
    costs = [-(counts * np.log(p) + (totals - counts) * np.log1p(-p)) for p in (base, raised)]
    enter = gamma * np.log(max(length, 2))
    calm, high = 0.0, enter
    came: list[tuple[bool, bool]] = []
    for low_cost, high_cost in zip(costs[0].tolist(), costs[1].tolist(), strict=True):
        came.append((high < calm, calm + enter > high))
        calm, high = min(calm, high) + low_cost, min(high, calm + enter) + high_cost
    states = [high < calm]
    for from_high_to_low, stayed_high in reversed(came[1:]):
        states.append(stayed_high if states[-1] else from_high_to_low)
    states.reverse()
    found, start = [], None
    for t, state in enumerate([*states, False]):
        if state and start is None:
            start = t
        elif not state and start is not None:
            weight = float((costs[0] - costs[1])[start:t].sum())
            found.append(Burst(start, t - 1, round(weight, 4)))
            start = None
    return found
