"""The store on a million triples of our own shape, side by side with what stands below it.

Five pages of papers are built, then written again and again under other names until there are a million triples: the
same kinds of texts, mentions and statements. Then, in one run and in turns, so that a busy machine slows both:

- a fresh build's store step beside ``bulk_extend`` of the same statements;
- eight queries through the library and over HTTP (new to the server, and asked again) beside pyoxigraph itself, and
  beside a bare route of Starlette under uvicorn that gives back the same bytes: what HTTP alone costs;
- Turtle export beside pyoxigraph's own dump;
- counts from the mention table beside DuckDB on the same rows.
"""

from __future__ import annotations

import http.client
import io
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.data import corpus
from kg.model import Extraction, Paper
from kg.store import Generation

__all__ = ["QUERIES", "run"]

#: Eight questions of the kinds that users have: a look-up, a list, counts, joins, a text, a path, evidence, a graph.
QUERIES = {
    "titles that use X": "SELECT ?p ?t { ?p kg:uses concept:transformer ; dcterms:title ?t }",
    "top entities": "SELECT ?e (COUNT(?p) AS ?n) { ?p kg:mentions ?e } GROUP BY ?e ORDER BY DESC(?n) LIMIT 20",
    "co-occurring": "SELECT ?e (COUNT(?p) AS ?n) { ?p kg:mentions concept:transformer , ?e } GROUP BY ?e "
    "ORDER BY DESC(?n) LIMIT 20",
    "by role": "SELECT ?r (COUNT(*) AS ?n) { ?s kg:predicate ?r } GROUP BY ?r",
    "evidence": "SELECT ?m ?s ?from ?to { ?m kg:ofEntity concept:transformer ; kg:surface ?s ; "
    "kg:sentenceStart ?from ; kg:sentenceEnd ?to } LIMIT 1000",
    "titles with a word": 'SELECT ?p ?t { ?p dcterms:title ?t FILTER(CONTAINS(LCASE(?t), "language")) }',
    "kinds of a thing": "SELECT ?e ?l { ?e skos:broader+ concept:machine-learning ; skos:prefLabel ?l }",
    "a paper whole": "CONSTRUCT { ?p ?q ?o . ?m ?r ?v } { { SELECT ?p { ?p a kg:Paper } ORDER BY ?p LIMIT 20 } "
    "?p ?q ?o . ?m kg:inPaper ?p ; ?r ?v }",
}


# Seconds after which a query is not asked again, and after which it needs no turns to warm up.
_LONG = 30.0
_SLOW = 1.0


def run(*, smoke: bool = False, rounds: int = 3) -> None:
    """Prints four tables; all of it runs on one core, because a busy machine wakes another program late.

    :param rounds: how often the store is loaded and the graph exported
    """
    triples, turns, rounds = (60_000, 3, 1) if smoke else (1_000_000, 15, rounds)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        papers = _papers(Path(folder))
        graph = Path(folder) / "graph"
        _store_step(papers, triples, graph, Path(folder), rounds)
        _queries(graph, turns)
        _turtle(graph, Path(folder), rounds)
        _counts(graph, turns)


def _median(times: list[float]) -> float:
    return statistics.median(times) * 1e3


def _took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _papers(folder: Path) -> list[tuple[str, Paper, Extraction]]:
    """The papers of five pages as a build reads them, with what each says."""
    import sqlite3
    from contextlib import closing

    from kg.build import build
    from kg.engine import resolve_papers, resolved_papers
    from kg.records import Records
    from kg.store import Cache, GraphFolder

    home = GraphFolder(folder / "pages")
    build(home, [str(corpus(f"daily-papers-{n}.txt")) for n in range(5)], profile="vocabulary")
    manifest = home.current().manifest
    with (
        closing(Records(home.current().records, frozen=True)) as records,
        closing(sqlite3.connect("", isolation_level=None)) as work,
        closing(Cache(home.cache, manifest["extractor"])) as cache,
    ):
        resolve_papers(records, work, lambda step, done, total: None)
        return [(iri, paper, cache.get(paper.text_hash)) for iri, paper, _ in resolved_papers(work)]


def _copies(papers: list[tuple[str, Paper, Extraction]], count: int) -> Iterator[tuple[str, Paper, Extraction]]:
    """So many papers: the given ones again and again, each time under other names."""
    for number in range(count):
        again, place = divmod(number, len(papers))
        iri, paper, extraction = papers[place]
        yield f"{iri}x{again:03d}", paper, extraction


def _store_step(
    papers: list[tuple[str, Paper, Extraction]], triples: int, graph: Path, folder: Path, rounds: int
) -> None:
    import orjson
    import pyoxigraph as ox

    from kg.store import GraphFolder
    from kg.store.mapping import extractor_quads, paper_quads, vocabulary_quads
    from kg.store.triples import TripleWriter
    from kg.vocabulary import load

    vocabulary = load()
    version = "vocabulary-benchmark"

    def lines(count: int) -> Iterator[list[str]]:
        yield [*extractor_quads(version, vocabulary.version), *vocabulary_quads(vocabulary)]
        for iri, paper, extraction in _copies(papers, count):
            yield list(paper_quads(iri, paper, extraction, version))

    beside = sum(map(len, lines(0)))
    said = sum(len(list(paper_quads(*one, version))) for one in papers)
    count = max(1, round((triples - beside) * len(papers) / said))
    ours, mapped, theirs = [], [], []
    for turn in range(rounds):
        place = folder / f"ours-{turn}"

        def write(place: Path = place) -> None:
            writer = TripleWriter(place)
            for part in lines(count):
                writer.add(part)
            writer.close()

        ours.append(_took(write))
        mapped.append(_took(lambda: sum(map(len, lines(count)))))
        data = "\n".join(line for part in lines(count) for line in part).encode()
        store = ox.Store(str(folder / f"theirs-{turn}"))
        theirs.append(_took(partial(store.bulk_extend, ox.parse(data, ox.RdfFormat.N_QUADS, lenient=True))))
        total = len(store)
        del store, data
    print(f"{total:,} triples.\n\n| store step | seconds |\n|---|---|")
    print(f"| ours: mapping and load | {statistics.median(ours):.1f} |")
    print(f"| of that, mapping alone | {statistics.median(mapped):.1f} |")
    print(f"| pyoxigraph `bulk_extend` of the same, parsed | {statistics.median(theirs):.1f} |")
    rate = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    print(f"\nOurs runs at {rate:.2f} of the speed of `bulk_extend`.\n", flush=True)
    # The rest of a graph, for what comes next.
    home = GraphFolder(graph)
    with home.writing(), home.new_generation(start=True) as generation:
        _generation(generation, papers, count, vocabulary, version)
        manifest = orjson.loads((generation.path / "counts.json").read_bytes())
        home.publish(generation, manifest)


def _generation(generation: Generation, papers: Any, count: int, vocabulary: Any, version: str) -> None:
    import sqlite3
    from contextlib import closing

    import orjson

    from kg.model import Origin
    from kg.resolve import Entities
    from kg.store.writer import GenerationWriter

    with (
        closing(sqlite3.connect("", isolation_level=None)) as work,
        GenerationWriter(generation, vocabulary, version) as writer,
    ):
        votes = Entities(work)
        for _, _, extraction in _copies(papers, count):
            votes.add([extraction])
        for entity in votes.resolved(vocabulary):
            writer.entity(entity)
        for iri, paper, extraction in sorted(_copies(papers, count), key=lambda one: one[0]):
            writer.paper(iri, paper, extraction, [(f"{hash(iri):064x}"[-64:], [Origin("a", "daily-papers", 1)])])
        counts = writer.close("2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z")
    counts |= {"built": "2024-01-01T00:00:01Z", "profile": "vocabulary", "builtin": True, "records": counts["papers"],
               "conflicts": []}  # fmt: skip
    (generation.path / "counts.json").write_bytes(orjson.dumps(counts))


@contextmanager
def _serving(*arguments: str) -> Iterator[http.client.HTTPConnection]:
    """A connection to a server of ours, which says its address on standard error."""
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = re.search(r"127\.0\.0\.1:(\d+)/", server.stderr.readline())
        assert found
        client = http.client.HTTPConnection("127.0.0.1", int(found.group(1)), timeout=120)
        try:
            yield client
        finally:
            client.close()
            server.send_signal(signal.SIGTERM)


def _sent(client: http.client.HTTPConnection, text: str | bytes, method: str = "POST") -> bytes:
    """The answer of a server to a query."""
    headers = {"content-type": "application/sparql-query",
               "accept": "application/sparql-results+json, application/n-triples"}  # fmt: skip
    try:
        client.request(method, "/sparql", text, headers)
        answer = client.getresponse()
    except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
        # Kept for longer than the server keeps one.
        client.close()
        client.request(method, "/sparql", text, headers)
        answer = client.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"HTTP answers {answer.status}: {body[:200].decode()}")
    return body


def _queries(graph: Path, turns: int) -> None:
    import pyoxigraph as ox

    from kg.iri import PREFIXES
    from kg.query import run as ask
    from kg.query import write
    from kg.store import GraphFolder, open_store

    store = open_store(GraphFolder(graph).current().store)
    print("| query | raw ms | library | HTTP | HTTP again | HTTP alone |\n" + "|---" * 6 + "|")
    with _serving("kg", "serve", "-g", str(graph), "--port", "0") as client, _serving("benchmarks.bare") as bare:
        for name, query in QUERIES.items():
            graph_answer = query.startswith("CONSTRUCT")

            def raw(query: str = query, graph_answer: bool = graph_answer) -> None:
                answer: Any = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
                form: Any = ox.RdfFormat.N_TRIPLES if graph_answer else ox.QueryResultsFormat.JSON
                answer.serialize(io.BytesIO(), form)

            def library(query: str = query, graph_answer: bool = graph_answer) -> None:
                write(ask(store, query), "ntriples" if graph_answer else "json", io.BytesIO())

            times: dict[str, list[float]] = {"raw": [], "library": [], "new": [], "again": [], "alone": []}
            begun = time.perf_counter()
            try:
                _sent(bare, _sent(client, query), "PUT")
                warm = 0 if time.perf_counter() - begun > _SLOW else 2
                for turn in range(turns + warm):
                    # A comment makes it a query that the server has not answered before.
                    kinds = {
                        "raw": raw, "library": library, "new": partial(_sent, client, f"{query} # {turn}"),
                        "again": partial(_sent, client, query), "alone": partial(_sent, bare, query),
                    }  # fmt: skip
                    # In any order: on a busy machine what follows a wait gets more of a core.
                    for kind, work in random.Random(turn).sample(list(kinds.items()), len(kinds)):
                        took = _took(work)
                        if turn >= warm:
                            times[kind].append(took)
                    if turn >= warm + 1 and time.perf_counter() - begun > _LONG:
                        break
            except RuntimeError as error:
                print(f"| {name} | {' '.join(str(error).split())} | | | | |", flush=True)
                continue
            base, *others = (_median(times[kind]) for kind in times)
            cells = " | ".join(f"{took / base:.2f}" for took in others)
            print(f"| {name} | {base:.2f} | {cells} |", flush=True)
    print("\nAll but the first as multiples of it.\n")


def _turtle(graph: Path, folder: Path, turns: int) -> None:
    import pyoxigraph as ox

    from kg.export import export_file
    from kg.store import GraphFolder, open_store

    generation = GraphFolder(graph).current()
    store = open_store(generation.store)
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "theirs": []}
    kinds = {
        "ours": lambda: export_file(generation, "turtle", folder / "ours.ttl", graphs=("papers",)),
        "theirs": lambda: store.dump(
            str(folder / "theirs.ttl"), ox.RdfFormat.TURTLE, from_graph=ox.DefaultGraph()
        ),
    }  # fmt: skip
    for turn in range(turns):
        for kind in sorted(kinds, reverse=turn % 2 == 0):
            before = time.process_time()
            took = _took(kinds[kind])
            times[kind].append((took, time.process_time() - before))
    print("| Turtle of the papers' graph | seconds | of the processor |\n|---|---|---|")
    for kind, what in (("ours", "ours: sorted, the same bytes each time"), ("theirs", "pyoxigraph's dump")):
        clock, processor = (statistics.median(column) for column in zip(*times[kind], strict=True))
        print(f"| {what} | {clock:.1f} | {processor:.1f} |")
    pairs = list(zip(times["ours"], times["theirs"], strict=True))
    clock, processor = (statistics.median(b[n] / a[n] for a, b in pairs) for n in range(2))
    print(f"\nOurs runs at {clock:.2f} of the speed of the dump, {processor:.2f} by the processor.\n", flush=True)


def _counts(graph: Path, turns: int) -> None:
    import duckdb
    import numpy as np
    import pyarrow

    import kg
    from kg.model import ROLES

    opened = kg.open(graph)
    table = opened.table
    columns = {name: np.asarray(getattr(table, name)) for name in ("paper", "entity", "role", "confidence")}
    columns["year"] = np.asarray(table.issued)[columns["paper"]] // 10000
    database = duckdb.connect()
    database.register("rows", pyarrow.table(columns))
    database.execute("CREATE TABLE mention AS SELECT * FROM rows")
    focus = opened.find_entity("Transformer").row
    keep = opened.keep()

    def top() -> object:
        return opened.stats(top=20)

    def cooccurring() -> object:
        mask = table.entity == focus
        papers = np.zeros(table.papers, dtype=bool)
        papers[table.paper[mask]] = True
        rows = np.flatnonzero(papers[table.paper] & keep)
        pairs = np.unique(table.paper[rows].astype(np.uint64) * table.entities + table.entity[rows])
        counts = np.bincount((pairs % table.entities).astype(np.int64), minlength=table.entities)
        return np.argsort(-counts, kind="stable")[:20]

    asked: dict[str, tuple[Callable[[], object], str]] = {
        "all of `kg stats`": (
            top,
            "SELECT entity, count(DISTINCT paper) n FROM mention GROUP BY entity ORDER BY n DESC LIMIT 20;"
            "SELECT role, count(*) FROM (SELECT DISTINCT paper, entity, role FROM mention) GROUP BY role;"
            "SELECT year, count(DISTINCT paper) FROM mention GROUP BY year;"
            "SELECT count(DISTINCT paper), count(DISTINCT entity), count(*) FROM mention",
        ),
        "entities beside X": (
            cooccurring,
            f"SELECT entity, count(DISTINCT paper) n FROM mention WHERE paper IN (SELECT paper FROM mention WHERE "
            f"entity = {focus}) GROUP BY entity ORDER BY n DESC LIMIT 20",
        ),
        "X whole, as `kg show`": (
            lambda: opened.show("Transformer"),
            f"SELECT role, count(DISTINCT paper) FROM mention WHERE entity = {focus} GROUP BY role;"
            f"SELECT year, count(DISTINCT paper) FROM mention WHERE entity = {focus} GROUP BY year;"
            f"SELECT entity, count(DISTINCT paper) n FROM mention WHERE paper IN (SELECT paper FROM mention WHERE "
            f"entity = {focus}) GROUP BY entity ORDER BY n DESC LIMIT 20",
        ),
        "the co-occurrence network": (
            lambda: opened.to_networkx(min_papers=5).number_of_edges(),
            "SELECT a.entity, b.entity, count(*) n FROM (SELECT DISTINCT paper, entity FROM mention) a JOIN "
            "(SELECT DISTINCT paper, entity FROM mention) b ON a.paper = b.paper AND a.entity < b.entity "
            "GROUP BY a.entity, b.entity HAVING n >= 5",
        ),
    }
    print(f"{len(table):,} mentions, {len(ROLES)} roles.\n\n| count | ours ms | DuckDB ms | ratio |\n|---|---|---|---|")
    for name, (ours, sql) in asked.items():
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(min(turns, 7) + 1):
            one = _took(ours)
            other = _took(lambda sql=sql: [database.execute(part).fetchall() for part in sql.split(";")])  # type: ignore[misc]
            if turn:
                times[0].append(one)
                times[1].append(other)
        mine, theirs = map(_median, times)
        print(f"| {name} | {mine:.1f} | {theirs:.1f} | {mine / theirs:.2f} |", flush=True)
