"""Which terms are a group's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.analyze.projection import Matrix

__all__ = ["log_odds", "title"]


def log_odds(counts: Matrix, *, prior: float = 0.01) -> NDArray[np.float64]:
    """How much more a group uses each term than all other groups do, as a z-score.

    Parameters
    ----------
    counts : array or csr_array, shape (groups, terms)
        How often each group uses each term.
    prior : float
        Weight of the background: pseudo-counts a term has for each time it is used anywhere.

    Returns
    -------
    float64 array, shape (groups, terms)
        Log-odds ratio with an informative Dirichlet prior, over its standard deviation. Neither a term that all
        groups use much nor one that a group uses once stands high.

    References
    ----------
    B. Monroe, M. Colaresi, K. Quinn, "Fightin' words: Lexical feature selection and evaluation for identifying the
    content of political conflict", Political Analysis 16 (2008), eq. 16 and 22.

    Examples
    --------
    >>> import numpy as np
    >>> log_odds(np.array([[9, 1, 50], [1, 9, 50]])).round(1).tolist()
    [[2.2, -2.2, 0.0], [-2.2, 2.2, 0.0]]
    """
    used = np.asarray(counts.todense() if hasattr(counts, "todense") else counts, dtype=np.float64)
    alpha = np.maximum(used.sum(axis=0) * prior, 1e-9)
    all_alpha = alpha.sum()
    total = used.sum(axis=1, keepdims=True)
    others, others_total = used.sum(axis=0) - used, total.sum() - total
    mine = used + alpha
    theirs = others + alpha
    rest = np.maximum(total + all_alpha - mine, 1e-9)
    others_rest = np.maximum(others_total + all_alpha - theirs, 1e-9)
    found: NDArray[np.float64] = (np.log(mine / rest) - np.log(theirs / others_rest)) / np.sqrt(1 / mine + 1 / theirs)
    return found


def title(labels: Sequence[str], count: int = 3) -> str:
    """A name from labels, best first: the first ones that have no word in common.

    Examples
    --------
    >>> title(["Diffusion Model", "Latent Diffusion Model", "Image Generation", "FID"])
    'Diffusion Model · Image Generation · FID'
    """
    chosen: list[str] = []
    seen: set[str] = set()
    for label in labels:
        words = {w.removesuffix("s") for w in re.findall(r"\w+", label.casefold())}
        if words and not words & seen:
            chosen.append(label)
            seen |= words
        if len(chosen) == count:
            break
    return " · ".join(chosen)
