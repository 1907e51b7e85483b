"""Network science at 100,000 nodes and 1 million edges, each tool on its own form of the same graph, on one core.

Every figure is of a process of its own: the median time of some runs of the measure alone, the graph read before, and
the peak memory of the whole process. Where a tool would take hours it does a stated share of the work, and the time is
scaled up.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp

# Measure -> the tools that have it.
MEASURES = {
    "communities": ("kg", "networkit", "networkit Louvain"),
    "pagerank": ("kg", "networkit", "networkx"),
    "core": ("kg", "networkit", "networkx"),
    "articulation": ("kg", "networkit", "networkx"),
    "constraint": ("kg", "networkx"),
    "betweenness": ("kg", "networkit", "networkx"),
    "components": ("scipy", "networkit", "networkx"),
    "to_networkx": ("kg",),
}
SOURCES = 100
# Papers that name both, from one triple a paper and entity, and from mentions as a graph has them.
_ENTITIES = "Oxigraph, ?paper kg:mentions ?a, ?b"
_MENTIONS = "Oxigraph, mentions kg:inPaper ?paper"
PROJECTIONS = ("kg", _ENTITIES, _MENTIONS)
LIMIT = 600


def run(*, smoke: bool = False) -> None:
    """Prints two tables."""
    nodes, edges, mentions = (1000, 10_000, 10_000) if smoke else (100_000, 1_000_000, 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/graph.npz"
        graph = made(nodes, edges)
        sp.save_npz(path, sp.csr_matrix(graph))
        print(f"{graph.shape[0]:,} nodes, {graph.nnz // 2:,} edges.\n")
        print("| measure | tool | seconds | times kg | peak MB | |\n|---|---|---|---|---|---|")
        for measure, tools in MEASURES.items():
            base = None
            for tool in tools:
                found = _child("_measure", measure, tool, path)
                base = base or found["seconds"]
                print(
                    f"| {measure} | {tool} | {found['seconds']:.3g} | {found['seconds'] / base:.3g} "
                    f"| {found['peak']:.0f} | {found['note']} |",
                    flush=True,
                )
        for count in (mentions // 10, mentions):
            _projections(count)


def projections(*, smoke: bool = False) -> None:
    """Prints the table of the projections alone."""
    for count in (1000, 10_000) if smoke else (100_000, 1_000_000):
        _projections(count)


def _projections(mentions: int) -> None:
    print(f"\nProjection of {mentions:,} mentions to co-occurrence counts, {LIMIT} seconds at most.\n")
    print("| tool | seconds | times kg | peak MB | pairs |\n|---|---|---|---|---|")
    base = None
    for tool in PROJECTIONS:
        try:
            found = _child("_project", tool, str(mentions), limit=LIMIT)
        except subprocess.TimeoutExpired:
            print(f"| {tool} | not done in {LIMIT} | at least {LIMIT / (base or LIMIT):.0f} | | |", flush=True)
            continue
        base = base or found["seconds"]
        print(
            f"| {tool} | {found['seconds']:.3g} | {found['seconds'] / base:.3g} | {found['peak']:.0f} "
            f"| {found['note']} |",
            flush=True,
        )


def made(nodes: int, edges: int, *, seed: int = 0) -> Any:
    """A graph with fields and hubs: groups of uneven size, degrees of a heavy tail, four of five edges in a group."""
    rng = np.random.default_rng(seed)
    size = rng.pareto(1.5, max(nodes // 150, 4)) + 1
    group = np.sort(rng.choice(len(size), nodes, p=size / size.sum()))
    worth = (rng.pareto(2.2, nodes) + 1).clip(max=200)
    before = np.concatenate(([0.0], np.cumsum(worth)))
    first, last = np.searchsorted(group, np.arange(len(size))), np.searchsorted(group, np.arange(len(size)), "right")

    def drawn(low: Any, high: Any) -> Any:
        at = np.searchsorted(before, low + rng.random(len(low)) * (high - low), side="right") - 1
        return at.clip(0, nodes - 1)

    wanted = int(edges * 1.25)
    one = drawn(np.zeros(wanted), np.full(wanted, before[-1]))
    inside = rng.random(wanted) < 0.8
    low = np.where(inside, before[first[group[one]]], 0.0)
    high = np.where(inside, before[last[group[one]]], before[-1])
    other = drawn(low, high)
    apart = one != other
    key = np.unique(np.minimum(one, other)[apart] * nodes + np.maximum(one, other)[apart])
    key = np.sort(rng.choice(key, min(edges, len(key)), replace=False))
    row, column = np.divmod(key, nodes)
    half = sp.csr_array((rng.integers(1, 6, len(key)).astype(float), (row, column)), shape=(nodes, nodes))
    found = sp.csr_array(half + half.T)
    found.sort_indices()
    return found


def _child(what: str, *arguments: str, limit: float | None = None) -> dict[str, Any]:
    code = f"from benchmarks import analyze; analyze.{what}(*{arguments!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=limit)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _tell(times: list[float], note: str = "") -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    print(json.dumps({"seconds": statistics.median(times), "peak": peak, "note": note}))


def _timed(work: Callable[[], Any], runs: int) -> tuple[list[float], Any]:
    """CPU seconds, which on one thread are wall seconds of a machine that does nothing else; and the last answer."""
    times, found = [], None
    for _ in range(runs):
        begun = time.process_time()
        found = work()
        times.append(time.process_time() - begun)
    return times, found


def _pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _measure(measure: str, tool: str, path: str) -> None:
    _pin()
    matrix = sp.csr_array(sp.load_npz(path))
    {"kg": _kg, "networkx": _networkx, "scipy": _scipy}.get(tool, _networkit)(measure, tool, matrix)


def _kg(measure: str, tool: str, matrix: Any) -> None:
    from kg import analyze

    if measure == "communities":
        analyze.communities(matrix[:50][:, :50], tries=1)
        times, labels = _timed(lambda: analyze.communities(matrix, tries=1), 3)
        _tell(times, f"modularity {analyze.modularity(matrix, labels):.4f}")
    elif measure == "to_networkx":
        times, graph = _timed(lambda: analyze.to_networkx(_projection(matrix), _Names()), 1)
        _tell(times, f"{graph.number_of_nodes():,} nodes, {graph.number_of_edges():,} edges with attributes")
    elif measure == "betweenness":
        _tell(_timed(lambda: analyze.betweenness(matrix, exact=0, samples=SOURCES), 1)[0], f"{SOURCES} sources")
    else:
        work = {
            "pagerank": analyze.pagerank,
            "core": analyze.core_number,
            "articulation": analyze.cut_points,
            "constraint": analyze.constraint,
        }[measure]
        _tell(_timed(lambda: work(matrix), 3)[0])


def _networkit(measure: str, tool: str, matrix: Any) -> None:
    import networkit as nk

    from kg import analyze

    nk.setNumberOfThreads(1)
    nk.setSeed(0, False)
    upper = sp.triu(matrix, k=1, format="coo")
    ends = (upper.row.astype(np.intp), upper.col.astype(np.intp))
    graph = nk.GraphFromCoo((upper.data, ends), n=matrix.shape[0], weighted=True)
    if measure == "communities":
        kind = nk.community.PLM if tool.endswith("Louvain") else nk.community.ParallelLeiden
        times, found = _timed(lambda: kind(graph).run().getPartition(), 3)
        labels = np.asarray(found.getVector(), dtype=np.int64)
        _tell(times, f"modularity {analyze.modularity(matrix, labels):.4f}")
        return
    plain = nk.graphtools.toUnweighted(graph)
    work: dict[str, Callable[[], Any]] = {
        "pagerank": lambda: nk.centrality.PageRank(graph, 0.85, 1e-12).run(),
        "core": lambda: nk.centrality.CoreDecomposition(plain).run(),
        "articulation": lambda: nk.components.BiconnectedComponents(plain).run(),
        "betweenness": lambda: nk.centrality.EstimateBetweenness(plain, SOURCES).run(),
        "components": lambda: nk.components.ConnectedComponents(plain).run(),
    }
    note = {"articulation": "biconnected components", "betweenness": f"{SOURCES} sources"}.get(measure, "")
    _tell(_timed(work[measure], 1 if measure == "betweenness" else 3)[0], note)


def _networkx(measure: str, tool: str, matrix: Any) -> None:
    import networkx as nx

    graph = nx.from_scipy_sparse_array(matrix)
    if measure == "constraint":
        some = np.random.default_rng(0).choice(matrix.shape[0], min(40, matrix.shape[0]), replace=False).tolist()
        times, _ = _timed(lambda: nx.constraint(graph, some, weight="weight"), 1)
        _tell([t * matrix.shape[0] / len(some) for t in times], f"scaled up from {len(some)} nodes")
        return
    if measure == "betweenness":
        times, _ = _timed(lambda: nx.betweenness_centrality(graph, k=1, seed=0), 1)
        _tell([t * SOURCES for t in times], "scaled up from 1 source")
        return
    work: dict[str, Callable[[], Any]] = {
        "pagerank": lambda: nx.pagerank(graph, tol=1e-12 / matrix.shape[0], max_iter=1000),
        "core": lambda: nx.core_number(graph),
        "articulation": lambda: list(nx.articulation_points(graph)),
        "components": lambda: list(nx.connected_components(graph)),
    }
    _tell(_timed(work[measure], 1)[0])


def _scipy(measure: str, tool: str, matrix: Any) -> None:
    from scipy.sparse.csgraph import connected_components

    _tell(_timed(lambda: connected_components(matrix, directed=False), 3)[0])


class _Names:
    """Stands for an index: a name for each entity."""

    def entities(self, rows: list[int]) -> list[Any]:
        from types import SimpleNamespace

        return [SimpleNamespace(iri=f"https://example.org/{i}", label=f"Entity {i}", type="Method") for i in rows]


def _projection(matrix: Any) -> Any:
    from kg.analyze import Projection

    n = matrix.shape[0]
    papers = np.diff(matrix.indptr).astype(np.int64) + 5
    counts = sp.csr_array((matrix.data.astype(np.int64), matrix.indices, matrix.indptr), shape=matrix.shape)
    return Projection(np.arange(n), papers, 10 * n, sp.csr_array((1, n), dtype=np.int64), counts, matrix, "count")


def _drawn(count: int) -> tuple[Any, Any]:
    """Papers that each name ten entities or so, some named by many."""
    rng = np.random.default_rng(0)
    papers = max(count // 12, 1)
    return np.sort(rng.integers(0, papers, count)), (30_000 * rng.power(0.35, count)).astype(np.int64)


def _project(tool: str, mentions: str) -> None:
    _pin()
    paper, entity = _drawn(int(mentions))
    if tool == "kg":
        from kg.analyze import cooccurrence
        from kg.store import MentionTable

        blank = {name: np.zeros(len(paper), dtype=np.uint8) for name in ("role", "field", "confidence")}
        spans = {
            name: np.zeros(len(paper), dtype=np.uint32) for name in ("start", "end", "sentence_start", "sentence_end")
        }
        table = MentionTable(
            paper=paper.astype(np.uint32), entity=entity.astype(np.uint32), **blank, **spans,
            issued=np.zeros(int(paper.max()) + 1, dtype=np.int32), type=np.zeros(30_000, dtype=np.uint8),
        )  # fmt: skip
        # The first runs wait for memory that a virtual machine gets from its host, up to twice as long as they compute.
        times, found = _timed(lambda: cooccurrence(table), 9)
        _tell(times, f"{found.counts.nnz // 2:,}")
        return
    import pyoxigraph as ox

    kg = "https://w3id.org/kg-papers/ontology#"
    store = ox.Store()
    store.bulk_extend(_triples(ox, kg, paper.tolist(), entity.tolist(), each=tool == _MENTIONS))
    pattern = (
        f"?one <{kg}inPaper> ?p ; <{kg}ofEntity> ?a . ?other <{kg}inPaper> ?p ; <{kg}ofEntity> ?b"
        if tool == _MENTIONS
        else f"?p <{kg}mentions> ?a , ?b"
    )
    papers = "DISTINCT ?p" if tool == _MENTIONS else "*"
    query = f"SELECT ?a ?b (COUNT({papers}) AS ?n) {{ {pattern} FILTER(STR(?a) < STR(?b)) }} GROUP BY ?a ?b"
    times, rows = _timed(lambda: sum(1 for _ in store.query(query)), 1)
    _tell(times, f"{rows:,}")


def _triples(ox: Any, kg: str, papers: list[int], entities: list[int], *, each: bool) -> Iterator[Any]:
    """What names what, as triples; with a node for ``each`` mention, or without."""
    for number, (p, e) in enumerate(zip(papers, entities, strict=True)):
        paper, entity = (ox.NamedNode(f"https://example.org/{kind}{n}") for kind, n in (("p", p), ("e", e)))
        if each:
            mention = ox.NamedNode(f"https://example.org/m{number}")
            yield ox.Quad(mention, ox.NamedNode(f"{kg}inPaper"), paper)
            yield ox.Quad(mention, ox.NamedNode(f"{kg}ofEntity"), entity)
        else:
            yield ox.Quad(paper, ox.NamedNode(f"{kg}mentions"), entity)
