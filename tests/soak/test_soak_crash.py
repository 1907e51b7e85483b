"""Builds that are killed, that meet each other, and that go on under readers: the graph is whole at every moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers_cli import KG, environment, process
from helpers_papers import VOCABULARY, dump, write_lines

from kg.errors import GraphError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there"),
]

MOMENTS = 50 if os.environ.get("KG_SOAK") else 5
PAPERS = 400
WORDS = [
    "Moss Attention",
    "Lantern",
    "FernBank",
    "Petal Score",
    "SAGE",
    "image",
    "gradient",
    "Bark Transformer",
    "soil",
]
VERBS = ["uses", "outperforms", "extends", "is trained on", "is compared with", "needs"]


def papers(first: int, count: int) -> Iterator[dict[str, str]]:
    """Made papers, always the same."""
    for number in range(first, first + count):
        draw = random.Random(number)
        sentences = [
            f"{draw.choice(WORDS)} {draw.choice(VERBS)} {draw.choice(WORDS)} {n}." for n in range(draw.randint(3, 12))
        ]
        yield {
            "title": f"Growth number {number} with {draw.choice(WORDS)}",
            "abstract": f"We propose Grow{number}Net. {' '.join(sentences)}",
            "arxiv": f"2101.{number:05}",
        }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two files of papers and a vocabulary."""
    folder = tmp_path_factory.mktemp("crash")
    write_lines(folder / "old.jsonl", papers(0, PAPERS // 2))
    write_lines(folder / "new.jsonl", papers(PAPERS // 2, PAPERS // 2))
    (folder / "names.ttl").write_text(VOCABULARY, encoding="utf-8")
    return folder


def command(graph: Path, *files: str) -> list[str]:
    """The command that builds a graph."""
    return ["build", "-q", "-g", str(graph), "--no-builtin", "--vocabulary", "names.ttl", *files]


@pytest.fixture(scope="module")
def base(home: Path) -> Path:
    """A graph of the old papers alone."""
    assert process(*command(home / "base", "old.jsonl"), cwd=home).code == 0
    return home / "base"


@pytest.fixture(scope="module")
def undisturbed(home: Path) -> tuple[list[str], float]:
    """What an undisturbed build of all papers gives, and how long it takes."""
    started = time.monotonic()
    assert process(*command(home / "whole", "old.jsonl", "new.jsonl"), cwd=home).code == 0
    return dump(home / "whole"), time.monotonic() - started


@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_build_killed_at_any_moment_leaves_the_last_graph_and_completes(
    home: Path, base: Path, undisturbed: tuple[list[str], float], tmp_path: Path, moment: int
) -> None:
    whole, seconds = undisturbed
    draw = random.Random()
    again = moment % 2 == 1
    graph = tmp_path / "graph"
    if again:
        subprocess.run(["cp", "-r", str(base), str(graph)], check=True)
    workers = ["--workers", "2"] if moment % 5 == 4 else []
    full = [*command(graph, "old.jsonl", "new.jsonl"), *workers]
    wait = draw.uniform(0, 1.1) * seconds
    with subprocess.Popen([*KG, *full], cwd=home, env=environment(), start_new_session=True) as running:
        time.sleep(wait)
        running.send_signal(signal.SIGKILL)
    try:
        held = dump(graph)
    except GraphError as error:
        assert not again, f"killed after {wait:.2f} s: {error}"
        assert "no graph there" in str(error) or "no finished build" in str(error)
    else:
        assert held in ((dump(base), whole) if again else (whole,)), f"killed after {wait:.2f} s"
    ran = process(*full, cwd=home)
    assert (ran.code, ran.err) == (0, ""), f"killed after {wait:.2f} s"
    assert dump(graph) == whole
    assert not [p.name for p in (graph / "generations").iterdir() if not p.name.isdigit()]
    assert process("verify", "-g", str(graph), cwd=home).code == 0


DYING = """
    import os, pathlib, shutil, signal, sys
    from kg.cli import main

    left, before = int(sys.argv.pop(1)), sys.argv.pop(1) == "before"

    def dying(real):
        def call(*arguments, **options):
            global left
            left -= 1
            if left == 0 and before:
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*arguments, **options)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result
        return call

    for module, name in ((os, "replace"), (os, "fsync"), (os, "unlink"), (os, "rmdir"), (shutil, "copyfile"),
                         (pathlib.Path, "write_bytes"), (pathlib.Path, "mkdir")):
        setattr(module, name, dying(getattr(module, name)))
    main()
"""


def test_a_build_killed_at_any_change_of_its_folder_leaves_the_last_graph_and_completes(
    home: Path, tmp_path: Path
) -> None:
    few = [list(papers(number * 5, 5)) for number in range(6)]
    for number, records in enumerate(few):
        write_lines(home / f"few-{number}.jsonl", records)
    start = tmp_path / "start"
    # So many builds that the next one removes a generation.
    for number in range(4):
        assert process(*command(start, f"few-{number}.jsonl"), cwd=home).code == 0
    assert process(*command(tmp_path / "whole", *(f"few-{n}.jsonl" for n in range(5))), cwd=home).code == 0
    before, whole = dump(start), dump(tmp_path / "whole")
    deaths = 0
    step = 1 if MOMENTS == 50 else 7
    for count in range(1, 400, step):
        graph = tmp_path / f"graph-{count}"
        subprocess.run(["cp", "-r", str(start), str(graph)], check=True)
        full = command(graph, "few-4.jsonl")
        script = [sys.executable, "-c", textwrap.dedent(DYING), str(count), ("before", "after")[count % 2], *full]
        ended = subprocess.run(script, cwd=home, env=environment(), capture_output=True)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        deaths += 1
        assert dump(graph) in (before, whole)
        assert process("history", "-g", str(graph), cwd=home).code == 0
        ran = process(*full, cwd=home)
        assert (ran.code, ran.err, dump(graph)) == (0, "", whole)
        subprocess.run(["rm", "-r", str(graph)], check=True)
    assert deaths > 40 // step


def test_the_second_writer_gets_one_clear_line(home: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    with subprocess.Popen([*KG, *command(graph, "old.jsonl", "new.jsonl")], cwd=home, env=environment()) as first:
        while not (graph / "generations").is_dir():
            assert first.poll() is None
            time.sleep(0.01)
        for other in (
            command(graph, "old.jsonl"),
            ["remove", "-g", str(graph), "2101.00001"],
            ["undo", "-g", str(graph)],
        ):
            ran = process(*other, cwd=home)
            assert ran.code == 2
            assert ran.message.startswith(f"{graph}: ")
            assert "another process is writing" in ran.message or "no finished build" in ran.message
        assert first.wait(120) == 0


READER = """
    import sys, time
    import kg
    from kg.errors import GraphError

    COUNT = "SELECT (COUNT(*) AS ?n) { ?p a kg:Paper }"
    # One that has its files open, and one that opens them when they are gone.
    kept, lazy = kg.open(sys.argv[1]), kg.open(sys.argv[1])
    first = kept.generation.manifest["papers"]

    def papers(graph):
        return int(next(graph.query(COUNT).rows())[0].value)

    assert papers(kept) == first
    kept.find_paper("2101.00000"), kept.table
    print("ready", flush=True)
    seen, rounds = set(), 0
    while not sys.stdin.readline().startswith("stop"):
        for _ in range(20):
            graph = kg.open(sys.argv[1])
            told = graph.generation.manifest["papers"]
            assert papers(graph) == told == graph.stats().papers, "a half build was seen"
            seen.add(told)
            rounds += 1
        # The generation that was opened first goes on, though it was removed from the disk.
        assert papers(kept) == first and kept.find_paper("2101.00000") is not None
        assert kept.clusters() is not None and len(kept.table) == kept.keep().size
        list(kept.query("SELECT ?m ?s { ?m kg:surface ?s }").rows())
        print("round", flush=True)
    try:
        papers(lazy)
    except GraphError as error:
        print(error)
    print(len(seen), rounds)
"""


def test_readers_go_on_while_builds_publish_and_old_generations_go(home: Path, tmp_path: Path) -> None:
    graph = tmp_path / "graph"
    for number in range(7):
        write_lines(home / f"part-{number}.jsonl", papers(number * 10, 10))
    assert process(*command(graph, "part-0.jsonl"), cwd=home).code == 0
    said = tmp_path / "said"
    with (
        said.open("w") as err,
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(READER), str(graph)], cwd=home, env=environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, text=True,
        ) as reader,
    ):  # fmt: skip
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n", said.read_text()
        for number in range(1, 7):
            assert reader.poll() is None, said.read_text()
            reader.stdin.write("go\n")
            reader.stdin.flush()
            assert process(*command(graph, f"part-{number}.jsonl"), cwd=home).code == 0
        out, _ = reader.communicate("stop\n", timeout=120)
    assert (reader.returncode, said.read_text()) == (0, "")
    *rounds, gone, counts = out.splitlines()
    assert rounds == ["round"] * 6
    assert gone.startswith(f"{graph}: its generation 000001 is gone")
    assert gone.endswith("open the graph again")
    assert int(counts.split()[1]) == 120


def test_workers_end_with_the_build_that_started_them(home: Path, tmp_path: Path) -> None:
    full = [*command(tmp_path / "graph", "old.jsonl", "new.jsonl"), "--workers", "2"]
    with subprocess.Popen([*KG, *full], cwd=home, env=environment(), start_new_session=True) as running:
        group = running.pid
        time.sleep(2)
        running.send_signal(signal.SIGKILL)
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    pytest.fail("processes that read papers were left behind")
