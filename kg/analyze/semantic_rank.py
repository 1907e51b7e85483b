"""Terms by what their words mean to each other: what frequency alone says of a candidate term, revised."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.affinity import nearest
from kg.analyze.central import pagerank
from kg.analyze.projection import Matrix

__all__ = ["relatedness", "semantic_rank"]


def relatedness(counts: Matrix, frequency: NDArray[np.int64], total: int, *, neighbours: int = 15) -> Matrix:
    """Which words mean something to each other: the cosine of what they stand beside.

    Parameters
    ----------
    counts : csr_array, shape (n, n)
        Sentences (or papers) that hold both words; symmetric, empty diagonal.
    frequency : int array, shape (n,)
        Sentences that hold each.
    total : int
        All sentences.
    neighbours : int
        Most related words kept of each.

    Returns
    -------
    csr_array of float64, shape (n, n)
        Symmetric, between 0 and 1.

    Notes
    -----
    Rows are positive pointwise mutual information, which does as well as trained embeddings where a corpus is small.
    O(Σ degree²).

    References
    ----------
    O. Levy, Y. Goldberg, I. Dagan, "Improving distributional similarity with lessons learned from word embeddings",
    TACL 3 (2015).
    """
    entries = sp.coo_array(counts)
    chance = frequency[entries.row].astype(np.float64) * frequency[entries.col]
    information = np.log(entries.data * total / chance)
    some = information > 0
    shape = counts.shape
    rows = sp.csr_array((information[some], (entries.row[some], entries.col[some])), shape=shape)
    return nearest(rows, neighbours, least=0.1)


def semantic_rank(
    terms: Sequence[Sequence[int]],
    scores: NDArray[np.float64],
    related: Matrix,
    seeds: Sequence[int] = (),
    *,
    alpha: float = 0.85,
) -> NDArray[np.float64]:
    """Scores of candidate terms, raised where their words are near the words of known terms.

    Parameters
    ----------
    terms : sequence of sequences of int
        The words of each candidate, as rows of ``related``.
    scores : float64 array, shape (t,)
        What any method of term extraction gives the candidates, such as frequency or C-value; not negative.
    related : csr_array, shape (n, n)
        As :func:`relatedness`.
    seeds : sequence of int
        Words of terms that are known; without any, all words count alike.
    alpha : float
        As :func:`kg.analyze.pagerank`.

    Returns
    -------
    float64 array, shape (t,)
        Each score over the highest, times 1 + the mean of its words' personalised PageRank, over the highest.

    Notes
    -----
    SemRe-Rank [1]_ on one graph of the corpus, where the paper has one for each document and adds them up. O(m) a
    step of PageRank.

    References
    ----------
    .. [1] Z. Zhang, J. Gao, F. Ciravegna, "SemRe-Rank: Improving automatic term extraction by incorporating semantic
       relatedness with personalised PageRank", ACM Transactions on Knowledge Discovery from Data 12 (2018).

    Examples
    --------
    >>> import networkx as nx, numpy as np
    >>> words = nx.to_scipy_sparse_array(nx.path_graph(4), format="csr", dtype=float)
    >>> semantic_rank([[0, 1], [3]], np.array([2.0, 2.0]), words, seeds=[0]).round(2).tolist()
    [2.0, 1.31]
    """
    n = related.shape[0]
    restart = np.zeros(n)
    restart[list(seeds) if len(seeds) else slice(None)] = 1
    weight = pagerank(related, alpha=alpha, restart=restart)
    sizes = np.array([len(term) for term in terms], dtype=np.int64)
    member = sp.csr_array(
        (
            np.ones(int(sizes.sum())),
            (np.repeat(np.arange(len(terms)), sizes), np.concatenate([*terms, []]).astype(int)),
        ),
        shape=(len(terms), n),
    )
    mean = (member @ weight) / np.maximum(sizes, 1)
    most, best = mean.max(initial=0), scores.max(initial=0)
    raised: NDArray[np.float64] = (scores / (best or 1)) * (1 + mean / (most or 1))
    return raised
