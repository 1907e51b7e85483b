"""Builds on Spark itself: on this machine's cores, and on a standalone cluster that loses a worker midway."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from helpers_cli import KG, Ran, environment, process
from helpers_papers import dump, make, write_lines, write_vocabulary
from helpers_spark import Cluster, cluster

from kg import sources
from kg.analyze import cooccurrence
from kg.engine.spark import build_shards, open_session
from kg.errors import KGError
from kg.serve.engine import binary
from kg.store import GraphFolder, Index, MentionTable

SOAK = bool(os.environ.get("KG_SOAK"))
# A build of 20,000 papers, which shares the cores with others.
_LONG = 3600 if SOAK else 600

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(7200 if SOAK else 1800),
    # pyspark's and pandas' own, about each other.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark.*", "ignore::FutureWarning:pyspark.*"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

FERNS = [
    {"title": "Lantern light in ferns", "abstract": "We train Lantern on FernBank with Moss Attention.", "year": 2020},
    {"title": "Lantern Light in Ferns", "abstract": "We train Lantern on FernBank.", "arxiv": "2101.00001"},
    {"title": "Moss attention for leaves", "abstract": "Moss Attention is used for Leaf Classification on FernBank."},
    {"title": 'A tab\tand "quotes" \\ of SAGE', "abstract": "SAGE Optimiser outperforms Moss Attention.\nTwice."},
    {"title": "Short", "abstract": ""},
]


# Builds of a few records spend their time on compiling: on Java's second compiler, and on code made for each query.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SUBMIT = (
    f'--driver-java-options "{QUICK}" --conf "spark.executor.extraJavaOptions={QUICK}" '
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.shuffle.partitions=2 pyspark-shell"
)


@pytest.fixture(scope="module")
def here() -> Iterator[str]:
    """A session on two cores of this machine, which builds with no master of their own use."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYSPARK_SUBMIT_ARGS", SUBMIT)
            stack.enter_context(open_session("local[2]"))
        yield "local[2]"


def built(folder: Path, files: list[str], engine: str, **options: str) -> list[str]:
    """The problems of a build of invented names, as a user reads them."""
    vocabulary = write_vocabulary(folder / "small.ttl")
    return [str(p) for p in make(folder / engine, files, vocabulary, engine=engine, **options).problems]


def origins(folder: Path) -> list[str]:
    """Where the records were read, as the graph tells it."""
    return [line for line in dump(folder, provenance=True) if "/origin/" in line]


def test_files_of_every_kind_give_the_bytes_and_problems_of_one_machine(here: str, tmp_path: Path) -> None:
    odd = tmp_path / "a folder, 100% [odd]"
    odd.mkdir()
    (odd / "papers {1}.jsonl").write_text("\n{broken\n" + "".join(json.dumps(f) + "\n" for f in FERNS) + "[]\n")
    (odd / "more.jsonl.gz").write_bytes(gzip.compress(json.dumps(FERNS[0] | {"doi": "10.1234/x"}).encode()))
    (odd / "cut.json.gz").write_bytes(gzip.compress(json.dumps(FERNS[2:]).encode())[:-9])
    (odd / "table.csv").write_text(
        "title,abstract,year\nLantern again,By SAGE Segmenter on FernBank images,2021\n,x,1\n"
    )
    (odd / "empty.jsonl").write_text("")
    files = [str(odd), str(tmp_path / "nowhere.jsonl")]
    problems = built(tmp_path, files, "local")
    assert sorted(built(tmp_path, files, "spark")) == sorted(problems)
    assert any("papers {1}.jsonl:2: no JSON" in line for line in problems)
    assert dump(tmp_path / "spark") == dump(tmp_path / "local")
    assert origins(tmp_path / "spark") == origins(tmp_path / "local")


def test_rows_of_parquet_give_the_bytes_of_the_same_records_as_lines(here: str, tmp_path: Path) -> None:
    import pandas as pd

    pd.DataFrame(FERNS).to_parquet(tmp_path / "ferns.parquet")
    built(tmp_path, [str(tmp_path / "ferns.parquet")], "spark")
    built(tmp_path, [write_lines(tmp_path / "ferns.jsonl", FERNS)], "local")
    assert dump(tmp_path / "spark") == dump(tmp_path / "local")


def test_blocks_of_a_file_give_the_lines_of_the_file(here: str, tmp_path: Path) -> None:
    lines = [json.dumps(FERNS[n % 4] | {"title": f"Lantern number {n} of ferns"}) for n in range(60)]
    lines[17], lines[44] = "{no", "[2]"
    (tmp_path / "many.jsonl").write_text("\n".join(lines) + "\n")
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    session.conf.set("spark.sql.files.maxPartitionBytes", "1500")
    try:
        problems = built(tmp_path, [str(tmp_path / "many.jsonl")], "spark")
    finally:
        session.conf.unset("spark.sql.files.maxPartitionBytes")
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in problems] == ["18", "45"]
    built(tmp_path, [str(tmp_path / "many.jsonl")], "local")
    assert origins(tmp_path / "spark") == origins(tmp_path / "local")
    assert dump(tmp_path / "spark") == dump(tmp_path / "local")


def test_a_build_adds_to_what_the_graph_holds_and_a_file_read_again_replaces_itself(here: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    for engine in ("local", "spark"):
        write_lines(first, FERNS[:2])
        built(tmp_path, [str(first)], engine)
        write_lines(second, FERNS[2:])
        built(tmp_path, [str(second)], engine)
        write_lines(first, [FERNS[0] | {"abstract": "Nothing but SAGE images."}])
        built(tmp_path, [str(first)], engine)
    assert dump(tmp_path / "spark") == dump(tmp_path / "local")


def test_a_curator_s_decisions_are_followed_as_on_one_machine(here: str, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "ferns.jsonl", FERNS)
    decided = "merge\tmoss-attention\tsage-optimiser\nreject\tleaf-classification\naccept\tferns\n"
    split = "split\tlantern\tStreet Lamp\tConcept\tpaper:2101.00001\nno decision\n"
    for engine in ("local", "spark"):
        (tmp_path / engine).mkdir()
        (tmp_path / engine / "decisions.tsv").write_text(decided + split)
        (problem,) = built(tmp_path, [lines], engine)
        assert "decisions.tsv:5: “no decision” is no decision" in problem
    assert dump(tmp_path / "spark") == dump(tmp_path / "local")


def test_a_text_that_was_read_is_not_read_again(here: str, tmp_path: Path) -> None:
    import pandas as pd

    for count in (3, 5):
        built(tmp_path, [write_lines(tmp_path / "ferns.jsonl", FERNS[:count])], "spark")
    read = pd.read_parquet(tmp_path / "spark/spark/extractions")["text"]
    assert len(read) == len(set(read)) == 4
    assert len(list((tmp_path / "spark/spark/extractions").glob("*/part-*"))) >= 2


def parsed(file: Path) -> list[str]:
    """The statements of a file of N-Quads, whichever way their strings are escaped."""
    return [str(quad) for quad in pyoxigraph.parse(path=str(file), format=pyoxigraph.RdfFormat.N_QUADS)]


def test_shards_are_the_sorted_lines_of_the_graph_and_tables_agree_with_it(here: str, tmp_path: Path) -> None:
    import pandas as pd

    lines = write_lines(tmp_path / "ferns.jsonl", FERNS)
    vocabulary = write_vocabulary(tmp_path / "small.ttl")
    found = build_shards([lines], str(tmp_path / "out"), vocabulary=[vocabulary], builtin=False)
    built(tmp_path, [lines], "local")
    shards = b"".join(gzip.decompress(p.read_bytes()) for p in sorted((tmp_path / "out/nquads").glob("part-*.gz")))
    told = shards.decode().splitlines()
    assert told == sorted(set(told), key=lambda line: line.encode())
    ended = process("export", "-g", "local", "--format", "nquads", "-o", "-", cwd=tmp_path)
    provenance = "<https://w3id.org/kg-papers/graph/provenance> ."
    assert [t for t in told if not t.endswith(provenance)] == [
        t for t in ended.out.splitlines() if not t.endswith(provenance)
    ]
    contents = "<https://w3id.org/kg-papers/ontology#content>"
    assert [t for t in told if contents in t] == [t for t in ended.out.splitlines() if contents in t] != []
    # The shards as the how-to loads them into a store of another program.
    (tmp_path / "all.nq").write_bytes(shards)
    place = ("--location", str(tmp_path / "store"))
    loaded, dumped = (*place, "--file", "all.nq", "--format", "nq"), (*place, "--file", "dump.nq", "--format", "nq")
    subprocess.run([binary(), "load", *loaded], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    subprocess.run([binary(), "dump", *dumped], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert sorted(parsed(tmp_path / "dump.nq")) == sorted(parsed(tmp_path / "all.nq"))
    generation = GraphFolder(tmp_path / "local").current()
    table, index = MentionTable.open(generation.mentions), Index(generation.index)
    slugs = [e.slug for e in index.entities()]
    index.close()
    assert found.mentions == len(pd.read_parquet(tmp_path / "out/mentions")) == len(table)
    counts = cooccurrence(table).counts.tocoo()
    pairs = {(slugs[i], slugs[j], int(n)) for i, j, n in zip(*counts.coords, counts.data, strict=True) if i < j}
    counted = pd.read_parquet(tmp_path / "out/cooccurrence")
    assert {(a, b, int(n)) for a, b, n in counted[["one", "other", "papers"]].itertuples(index=False)} == pairs


def test_what_the_engine_counted_gives_analyses_the_same_network(here: str, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "ferns.jsonl", FERNS)
    built(tmp_path, [lines], "spark")
    table = MentionTable.open(GraphFolder(tmp_path / "spark").current().mentions)
    assert table.pairs is not None
    for choice in ({}, {"types": ["Method", "Dataset"]}, {"min_papers": 2}, {"weight": "fractional"}):
        one, other = cooccurrence(table, **choice), cooccurrence(replace(table, pairs=None), **choice)
        assert one.counts.toarray().tolist() == other.counts.toarray().tolist()
        assert one.weights.toarray().tolist() == other.weights.toarray().tolist()
    some = table.where(min_confidence=0.9)
    assert not some.all()
    only = cooccurrence(table, some).counts.toarray()
    assert only.tolist() == cooccurrence(replace(table, pairs=None), some).counts.toarray().tolist()


def test_what_spark_cannot_do_is_one_line(here: str, tmp_path: Path) -> None:
    with pytest.raises(KGError, match="standard input cannot be read on Spark"):
        built(tmp_path, ["-"], "spark")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(KGError) as error:
        built(tmp_path, [str(broken)], "spark")
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def papers(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Papers of the pages as JSON Lines, records of venues and a line that is none: 200, or 20,810 at KG_SOAK=1."""
    folder = tmp_path_factory.mktemp("papers")
    pages = sources.read([str(p) for p in sorted((shared / "corpus").glob("daily-papers-*.txt"))], lambda problem: None)
    write_lines(
        folder / "pages.jsonl",
        [
            {"title": p.title, "abstract": p.abstract, "identifiers": p.identifiers, "url": p.url, "date": p.issued}
            for p in itertools.islice(pages, None if SOAK else 120)
        ],
    )
    with gzip.open(shared / "corpus" / "venues.jsonl.gz", "rt") as lines, (folder / "venues.jsonl").open("w") as file:
        file.write("{no record\n")
        file.writelines(itertools.islice(lines, 20_000 if SOAK else 80))
    return folder


def test_a_cluster_that_loses_a_worker_gives_the_bytes_and_problems_of_one_machine(
    papers: Path, tmp_path: Path
) -> None:
    files = [str(papers / name) for name in ("pages.jsonl", "venues.jsonl")]
    profile = "fast" if SOAK else "vocabulary"
    options = ("--profile", profile)
    alone = process("build", "-g", "alone", *options, *files, cwd=tmp_path, timeout=_LONG)
    with cluster(tmp_path, 2) as found:
        ran = on(found, "spark", options, files, tmp_path)
        assert len(found.workers) == 1
    assert (ran.code, alone.code) == (1, 1)
    assert ran.err.splitlines()[:-1] == alone.err.splitlines()[:-1]
    wanted = export("alone", tmp_path)
    assert export("spark", tmp_path) == wanted
    if SOAK:
        # Of fewer papers, another test holds this.
        two = process("build", "-g", "two", "--workers", "2", *options, *files, cwd=tmp_path, timeout=_LONG)
        assert two.err.splitlines()[:-1] == alone.err.splitlines()[:-1]
        assert export("two", tmp_path) == wanted


def on(found: Cluster, graph: str, options: tuple[str, ...], files: list[str], cwd: Path) -> Ran:
    """Builds on a cluster, of which one worker is ended when the first texts have been read."""
    command = [*KG, "build", "-g", graph, "--engine", "spark", "--master", found.url, *options, *files]
    settings = environment() if SOAK else environment(PYSPARK_SUBMIT_ARGS=SUBMIT)
    running = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings)
    home, end = cwd / graph / "spark/extractions", time.monotonic() + _LONG
    while running.poll() is None and not any(home.glob("*/part-*")):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert running.poll() is None, "the build ended before a worker could be lost"
    found.kill_worker()
    out, err = running.communicate(timeout=_LONG)
    return Ran(running.returncode, out.decode(), err.decode())


def export(graph: str, cwd: Path) -> str:
    """Every statement but those of provenance, sorted."""
    graphs = ("--graphs", "papers", "--graphs", "vocabulary", "--graphs", "decisions")
    return process("export", "-g", graph, "--format", "nquads", *graphs, "-o", "-", cwd=cwd, timeout=900).out
