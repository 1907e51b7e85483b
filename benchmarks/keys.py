"""How many keys `resolve` meets as papers come: Heaps' and Zipf's laws fitted on the corpora, and drawn out from there.

A key is a thing that papers name (an entity's slug); a token is a paper that names it. Papers come in a random order.
Heaps' law, ``keys = K * tokens ** beta``, is fitted to the first half of the tokens by least squares of the logarithms
and checked on the whole; Zipf's law with Mandelbrot's shift, ``p(rank) ~ (rank + q) ** -s``, to the frequencies of the
keys that five papers or more name. Rarer keys fall off faster (R. Ferrer i Cancho, R. V. Solé, "Two regimes in the
frequency of words", Journal of Quantitative Linguistics 8, 2001): beyond the last of those ranks a second exponent
holds, the one with which a simulation of the corpus meets as many keys as the corpus does. The simulation then draws
tokens by that law and counts distinct keys, beside what Heaps' law says.

Graphs to take the keys from are named by ``KG_BENCH_GRAPHS`` (folders, parted by ``:``); without, some papers of the
corpora are built.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.data import take

#: Papers at which sizes are told: the corpora, arXiv's computer science and neighbours, a company's holdings.
SIZES = (57_000, 200_000, 2_800_000, 200_000_000)
_SEED = 7
# Tokens that one simulation draws at most; beyond, the expectation is summed.
_DRAWN = 20_000_000


def run(*, smoke: bool = False) -> None:
    """Prints the fits, the check, and a table of sizes."""
    given = os.environ.get("KG_BENCH_GRAPHS")
    if given:
        graphs = [Path(name) for name in given.split(":")]
        _report(*_tokens(graphs), smoke=smoke)
        return
    with tempfile.TemporaryDirectory() as folder:
        graphs = []
        for name, count in (
            ("venues.jsonl.gz", 200 if smoke else 5000),
            ("arxiv-20k.jsonl.gz", 200 if smoke else 5000),
        ):
            from kg.build import build
            from kg.store import GraphFolder

            home = Path(folder) / name
            home.mkdir()
            build(GraphFolder(home / "graph"), [str(take(name, count, home))])
            graphs.append(home / "graph")
        _report(*_tokens(graphs), smoke=smoke)


def _tokens(graphs: list[Path]) -> tuple[list[NDArray[np.int64]], float, float]:
    """The keys of each paper, the keys of a record (for identity), and the share of records that share one."""
    from kg.records import Records
    from kg.resolve import keys
    from kg.store import GraphFolder, Index, MentionTable

    numbers: dict[str, int] = {}
    papers: list[NDArray[np.int64]] = []
    names: dict[str, int] = {}
    records = sharing = 0
    for folder in graphs:
        generation = GraphFolder(folder).current()
        index, table = Index(generation.index), MentionTable.open(generation.mentions)
        mine = np.array([numbers.setdefault(e.slug, len(numbers)) for e in index.entities()], dtype=np.int64)
        index.close()
        pairs = np.unique(np.asarray(table.paper, dtype=np.int64) * table.entities + table.entity)
        paper, entity = np.divmod(pairs, table.entities)
        papers += np.split(mine[entity], np.flatnonzero(np.diff(paper)) + 1)
        kept = Records(generation.records, frozen=True)
        each = [list(keys(record)) for _, _, record in kept.all()]
        kept.close()
        records += len(each)
        for some in each:
            for name in some:
                names[name] = names.get(name, 0) + 1
        sharing += sum(any(names[name] > 1 for name in some) for some in each)
    return papers, sum(names.values()) / records, sharing / records


def _report(papers: list[NDArray[np.int64]], keys: float, sharing: float, *, smoke: bool) -> None:
    rng = np.random.default_rng(_SEED)
    order = rng.permutation(len(papers))
    stream = np.concatenate([papers[i] for i in order])
    mean = len(stream) / len(papers)
    tokens, distinct = _growth(stream)
    half = tokens <= len(stream) / 2
    k, beta = _heaps(tokens[half], distinct[half])
    said = k * len(stream) ** beta
    print(f"papers {len(papers):,}, tokens {len(stream):,} ({mean:.1f} a paper), keys {distinct[-1]:,}")
    print(
        f"Heaps, first half: keys = {k:.2f} * tokens ** {beta:.3f}; "
        f"of the whole it says {said:,.0f} ({said / distinct[-1]:.2f})"
    )
    k, beta = _heaps(tokens[tokens > len(stream) / 50], distinct[tokens > len(stream) / 50])
    print(f"Heaps, all: keys = {k:.2f} * tokens ** {beta:.3f}")
    frequency = np.sort(np.bincount(stream))[::-1]
    frequency = frequency[frequency > 0]
    s, q = _zipf(frequency)
    knee = int((frequency >= 5).sum())
    tail = _tail(len(stream), len(frequency), s, q, knee)
    print(
        f"Zipf–Mandelbrot to rank {knee:,}: p ~ (rank + {q:.1f}) ** -{s:.3f}, beyond: exponent {tail:.3f}; once: "
        f"{(frequency == 1).mean():.2f} of the keys; the most frequent: {frequency[0] / len(papers):.3f} of the papers"
    )
    print(f"identity: {keys:.2f} keys a record, {sharing:.3f} of the records share one")
    print("\n| papers | tokens | keys (Heaps) | keys (simulated) | votes on the most frequent key |")
    print("|---|---|---|---|---|")
    for size in (len(papers), *(SIZES[:1] if smoke else SIZES)):
        n = int(size * mean)
        print(f"| {size:,} | {n:,} | {k * n**beta:,.0f} | {_simulated(n, s, q, knee, tail, rng):,.0f} "
              f"| {frequency[0] / len(papers) * size:,.0f} |", flush=True)  # fmt: skip


def _growth(stream: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many distinct keys the first tokens hold, at a hundred places."""
    _, first = np.unique(stream, return_index=True)
    places = np.unique(np.geomspace(100, len(stream), 100).astype(np.int64))
    return places, np.searchsorted(np.sort(first), places).astype(np.int64)


def _heaps(tokens: NDArray[np.int64], distinct: NDArray[np.int64]) -> tuple[float, float]:
    beta, log_k = np.polyfit(np.log(tokens), np.log(distinct), 1)
    return float(np.exp(log_k)), float(beta)


def _zipf(frequency: NDArray[np.int64]) -> tuple[float, float]:
    """Exponent and shift that fit the logarithms best, each octave of ranks weighing the same.

    Of frequencies below five the ranks say little: many keys share one.
    """
    ranks = np.unique(np.geomspace(1, max(2, int((frequency >= 5).sum())), 200).astype(np.int64))
    y = np.log(frequency[ranks - 1])
    fits = []
    for q in np.geomspace(0.1, 1000, 60):
        slope, constant = np.polyfit(np.log(ranks + q), y, 1)
        fits.append((float(np.square(y - slope * np.log(ranks + q) - constant).sum()), -float(slope), float(q)))
    _, s, q = min(fits)
    return s, q


def _tail(tokens: int, keys: int, s: float, q: float, knee: int) -> float:
    """The exponent beyond the knee with which so many tokens meet that many keys."""
    low, high = 1.01, 8.0
    for _ in range(40):
        middle = (low + high) / 2
        if _expected(tokens, *_law(s, q, knee, middle)) > keys:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _law(s: float, q: float, knee: int, tail: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The chance of a key of each rank, and how many ranks have it.

    Ranks beyond the first million are taken together in bins, each as wide as a thousandth of its rank or less.
    """
    edges = np.geomspace(1_000_001, 1e15, 30_000)
    ranks = np.concatenate((np.arange(1, 1_000_001, dtype=np.float64), np.sqrt(edges[1:] * edges[:-1])))
    many = np.concatenate((np.ones(1_000_000), np.diff(edges)))
    weight = np.where(ranks <= knee, (ranks + q) ** -s, (knee + q) ** -s * (ranks / knee) ** -tail)
    return weight / (weight * many).sum(), many


def _expected(n: int, chance: NDArray[np.float64], many: NDArray[np.float64]) -> float:
    return float((many * -np.expm1(n * np.log1p(-chance))).sum())


def _simulated(n: int, s: float, q: float, knee: int, tail: float, rng: np.random.Generator) -> float:
    """Distinct keys of n tokens drawn by the law; for very many tokens, their expectation."""
    chance, many = _law(s, q, knee, tail)
    if n > _DRAWN:
        return _expected(n, chance, many)
    # A rank is met if its number of tokens, which is Poisson, is not 0; in a bin of ranks so many are.
    met = rng.poisson(many * -np.expm1(-n * chance))
    single = rng.random(1_000_000) < -np.expm1(-n * chance[:1_000_000])
    return float(single.sum() + met[1_000_000:].sum())
