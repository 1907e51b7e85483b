"""A build from a file to a graph on one core by the vocabulary: papers a second and peak memory, at a quarter of a
corpus and at all.

Beside it, in the same run and on the same core, what a user would have to do anyway: spaCy's blank English tokenizer
over the same texts, and Oxigraph's own bulk load of the same statements.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.data import take

CORPORA = {"venues.jsonl.gz": 25_198, "arxiv-20k.jsonl.gz": 20_566}


def run(*, smoke: bool = False) -> None:
    """Prints a table."""
    print("| corpus | papers | papers a second | peak MB | bare tokenizer, a second | raw bulk load, share |")
    print("|---|---|---|---|---|---|")
    for name, size in CORPORA.items():
        for count in (200,) if smoke else (size // 4, size):
            with tempfile.TemporaryDirectory() as folder:
                source = take(name, count, Path(folder))
                built = _child("_build", str(source), f"{folder}/graph")
                bare = _child("_tokenize", str(source))
                raw = _child("_load", f"{folder}/graph")
            rate, plain = built["papers"] / built["seconds"], built["papers"] / bare["seconds"]
            print(
                f"| {name} | {built['papers']:.0f} | {rate:.0f} | {built['peak']:.0f} | {plain:.0f} "
                f"| {raw['seconds'] / built['seconds']:.2f} |",
                flush=True,
            )


def _child(what: str, *arguments: str) -> dict[str, float]:
    """Runs one part in a process of its own, on one core."""
    code = f"from benchmarks import build; build.{what}(*{arguments!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _tell(begun: float, papers: int) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    print(json.dumps({"seconds": time.perf_counter() - begun, "papers": papers, "peak": peak}))


def _build(source: str, graph: str) -> None:
    _pin()
    begun = time.perf_counter()
    from kg.build import build
    from kg.store import GraphFolder

    _tell(begun, build(GraphFolder(graph), [source], profile="vocabulary").papers)


def _tokenize(source: str) -> None:
    _pin()
    import spacy

    from kg import sources

    nlp, begun = spacy.blank("en"), time.perf_counter()
    papers = sum(1 for _ in nlp.pipe(p.text for p in sources.read([source], lambda problem: None)))
    _tell(begun, papers)


def _load(graph: str) -> None:
    _pin()
    import pyoxigraph

    from kg.store import GraphFolder, open_store

    dump = Path(graph) / "all.nq"
    open_store(GraphFolder(graph).current().store).dump(str(dump), pyoxigraph.RdfFormat.N_QUADS)
    begun = time.perf_counter()
    pyoxigraph.Store(f"{graph}/raw").bulk_load(path=str(dump), format=pyoxigraph.RdfFormat.N_QUADS)
    _tell(begun, 0)
