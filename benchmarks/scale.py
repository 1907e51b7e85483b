"""A build at scale: one process, two and Spark side by side, and the curve from thousands of papers to all corpora.

Side by side, for each profile in one run: wall time, CPU of all processes, peak memory of each kind of process, and the
ratios. Spark is measured warm: the session has built a little before, and its workers have their pipelines loaded.

The curve: wall time, CPU and peak memory of builds with two workers, and how far the time is from the straight line
through all of them; with what a paper costs in CPU, statements and bytes on disk.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.data import corpus, take

CURVE = (5_000, 10_000, 20_000, 40_000, 57_000)
SIDE = 20_000
_ALL = ("venues.jsonl.gz", "arxiv-20k.jsonl.gz", "acl-half.jsonl.gz")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


def run(*, smoke: bool = False) -> None:
    """Prints the tables. ``KG_BENCH_SIDE`` and ``KG_BENCH_CURVE`` (sizes, parted by commas) make them smaller.

    ``KG_BENCH_CURVE=none`` leaves the curve out, ``KG_BENCH_PROFILES=fast`` the other profile; with
    ``KG_BENCH_SIDE=2000`` what is left takes some minutes.
    """
    side = 200 if smoke else int(os.environ.get("KG_BENCH_SIDE", SIDE))
    given = os.environ.get("KG_BENCH_CURVE")
    asked = () if given == "none" else tuple(map(int, given.split(","))) if given else CURVE
    sizes = (100, 200) if smoke else asked
    with tempfile.TemporaryDirectory() as folder:
        profiles = os.environ.get("KG_BENCH_PROFILES", "vocabulary,fast").split(",")
        _side_by_side(Path(folder), side, ["vocabulary"] if smoke else profiles)
        if sizes:
            _curve(Path(folder), sizes)


def _side_by_side(folder: Path, count: int, profiles: Sequence[str]) -> None:
    source = str(take("venues.jsonl.gz", count, folder))
    little = str(take("venues.jsonl.gz", min(count, 300), folder))
    print(f"| profile | how ({count:,} records) | seconds | CPU seconds | peak MB: main, worker, JVM | against one |")
    print("|---|---|---|---|---|---|")
    for profile in profiles:
        one = 0.0
        for name, options in (
            ("one process", {}),
            ("--workers 2", {"workers": 2}),
            ("spark, warm", {"engine": "spark"}),
        ):
            graph = str(folder / f"{profile}-{name}".replace(" ", "-"))
            found = _child({"source": source, "little": little, "graph": graph, "profile": profile, "options": options})
            one = one or found["seconds"]
            peaks = ", ".join(f"{found[kind]:.0f}" for kind in ("main", "worker", "jvm"))
            print(f"| {profile} | {name} | {found['seconds']:.1f} | {found['cpu']:.1f} | {peaks} "
                  f"| {one / found['seconds']:.2f} |", flush=True)  # fmt: skip


def _curve(folder: Path, sizes: tuple[int, ...]) -> None:
    print("\n| papers | seconds | CPU seconds | CPU ms a paper | peak MB: main, worker | statements a paper "
          "| bytes a paper: store, index, records, cache | off the line |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    rows: list[tuple[dict[str, Any], dict[str, float]]] = []
    for size in sizes:
        source = folder / f"curve-{size}.jsonl"
        source.write_bytes(b"".join(_records(size)))
        graph = folder / f"curve-{size}"
        found = _child({"source": str(source), "graph": str(graph), "profile": "vocabulary", "options": {"workers": 2}})
        rows.append((found, _bytes(graph)))
    slope, start = statistics.linear_regression([r["papers"] for r, _ in rows], [r["cpu"] for r, _ in rows])
    for found, size_of in rows:
        papers = found["papers"]
        stored = ", ".join(f"{size_of[name] / papers:,.0f}" for name in ("store", "index", "records", "cache"))
        off = found["cpu"] / (start + slope * papers) - 1
        print(f"| {papers:,} | {found['seconds']:.1f} | {found['cpu']:.1f} | {1000 * found['cpu'] / papers:.1f} "
              f"| {found['main']:.0f}, {found['worker']:.0f} | {found['triples'] / papers:.0f} | {stored} "
              f"| {off:+.1%} |", flush=True)  # fmt: skip


def _records(count: int) -> Iterator[bytes]:
    """The first records of all corpora, one after the other."""
    for name in _ALL:
        with gzip.open(corpus(name)) as lines:
            for line in lines:
                if count == 0:
                    return
                count -= 1
                yield line


def _bytes(graph: Path) -> dict[str, float]:
    generation = next(iter(sorted(graph.glob("generations/0*"))))
    of = {"store": generation / "store", "index": generation / "index.sqlite", "records": generation / "records.sqlite"}
    sizes = {name: sum(f.stat().st_size for f in [path, *path.rglob("*")] if f.is_file()) for name, path in of.items()}
    return sizes | {"cache": (graph / "cache.sqlite").stat().st_size}


def _child(task: dict[str, Any]) -> dict[str, Any]:
    """Runs one build in a process of its own."""
    code = f"from benchmarks import scale; scale._build({json.dumps(task)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _build(told: str) -> None:
    """Builds as told and prints seconds, CPU and peaks of this process and of all below it."""
    task = json.loads(told)
    if task["options"].get("engine") == "spark":
        from kg.engine.spark import open_session

        with open_session(f"local[{max(2, multiprocessing.cpu_count())}]"):
            _measured(task | {"source": task["little"], "graph": f"{task['graph']}-warm"})
            print(json.dumps(_measured(task)))
        return
    print(json.dumps(_measured(task)))


def _measured(task: dict[str, Any]) -> dict[str, Any]:
    from kg.build import build
    from kg.store import GraphFolder

    with _watched() as peaks:
        begun, before = time.perf_counter(), _cpu()
        result = build(GraphFolder(task["graph"]), [task["source"]], profile=task["profile"], **task["options"])
        seconds, cpu = time.perf_counter() - begun, _cpu() - before
    return {"seconds": seconds, "cpu": cpu, "papers": result.papers, "triples": result.triples, **peaks}


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """The greatest resident memory, in MB, of this process, of a Python below it and of a JVM, looked at often."""
    peaks = {"main": 0.0, "worker": 0.0, "jvm": 0.0}
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.2):
            for pid in _below(os.getpid()):
                try:
                    size = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 2**20
                    name = Path(f"/proc/{pid}/comm").read_text().strip()
                except (OSError, IndexError):
                    continue
                kind = "main" if pid == os.getpid() else "jvm" if name == "java" else "worker"
                peaks[kind] = max(peaks[kind], size)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        stop.set()
        thread.join()


def _below(root: int) -> list[int]:
    """The process and all that it started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, left = [root], [root]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def _cpu() -> float:
    """CPU seconds so far of this process and all below it, those that have ended included."""
    total = 0.0
    for pid in _below(os.getpid()):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # User and system time, then those of children that were waited for.
        total += sum(map(int, fields[11:15])) / _TICK
    return total
