"""A small logistic regression: a dozen features, a million rows, NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Logistic", "logistic"]


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """Weights of standardised features: ``middle`` and ``spread`` are those of the rows it was fitted to."""

    weights: NDArray[np.float64]
    intercept: float
    middle: NDArray[np.float64]
    spread: NDArray[np.float64]

    def __call__(self, features: NDArray[np.floating]) -> NDArray[np.float64]:
        """The probability of each row of features, shape (n, d)."""
        scaled = self.weights / self.spread
        logit = features @ scaled + (self.intercept - float(self.middle @ scaled))
        found: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logit, -500, 500)))
        return found


def logistic(
    features: NDArray[np.float64], hit: NDArray[np.bool_], *, ridge: float = 1.0, steps: int = 50, tol: float = 1e-8
) -> Logistic:
    """Fits a logistic regression with a ridge penalty.

    Parameters
    ----------
    features : float64 array, shape (n, d)
    hit : bool array, shape (n,)
    ridge : float
        Penalty of the squared weights of standardised features; above 0, so that an answer exists whatever the data.
    steps : int
    tol : float
        Stops when no weight changes more.

    Returns
    -------
    Logistic

    Notes
    -----
    Newton's method (iteratively reweighted least squares), O(n d²) a step and some ten steps.

    References
    ----------
    T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning", 2nd edition, section 4.4.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(10.0)[:, None]
    >>> fitted = logistic(x, x[:, 0] > 4.5)
    >>> bool((fitted(x) > 0.5)[5:].all()), bool((fitted(x) < 0.5)[:5].all())
    (True, True)
    """
    middle, spread = features.mean(axis=0), features.std(axis=0)
    spread[spread == 0] = 1
    x = np.column_stack([np.ones(len(features)), (features - middle) / spread])
    y = hit.astype(np.float64)
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 1e-9
    share = (y.sum() + 0.5) / (len(y) + 1)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(share / (1 - share))

    def loss(b: NDArray[np.float64]) -> float:
        logit = x @ b
        return float(np.logaddexp(0, logit).sum() - y @ logit + (penalty * b**2).sum() / 2)

    now = loss(beta)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -500, 500)))
        slope = x.T @ (y - p) - penalty * beta
        bend = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        # A full step may overshoot where the classes fall apart.
        while (after := loss(beta + step)) > now and np.abs(step).max() > tol:
            step /= 2
        beta, now = beta + step, after
        if np.abs(step).max() <= tol:
            break
    return Logistic(beta[1:], float(beta[0]), middle, spread)
