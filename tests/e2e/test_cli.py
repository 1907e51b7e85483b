"""The program as a user starts it: processes, pipes, terminals, full disks, other writers, whole corpora."""

from __future__ import annotations

import errno
import json
import os
import pty
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers_cli import KG, environment, process
from helpers_papers import write_lines, write_vocabulary

GOOD = {"id": "good", "title": "Lantern light in ferns", "abstract": "We train Lantern on FernBank."}
DECIDED = ("--format", "nquads", "--graphs", "papers", "--graphs", "vocabulary", "--graphs", "decisions", "-o", "-")


@pytest.fixture(scope="session")
def _ferns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ferns")
    vocabulary = write_vocabulary(folder / "small.ttl")
    papers = write_lines(folder / "good.jsonl", [GOOD])
    assert process("build", "--no-builtin", "--vocabulary", vocabulary, papers, cwd=folder).code == 0
    return folder


@pytest.fixture
def ferns(_ferns: Path, tmp_path: Path) -> Path:
    """A folder of one's own with ``good.jsonl`` and the graph of it in ``kg-graph``, over a few invented names."""
    return Path(shutil.copytree(_ferns, tmp_path / "ferns"))


def on_a_terminal(*arguments: str, cwd: Path, width: int = 90) -> str:
    """What a person sees: standard output and error of ``kg`` on a terminal of that width."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    running = subprocess.Popen(
        [*KG, *arguments],
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color", COLUMNS=str(width), LINES="40"),
    )
    os.close(theirs)
    seen = b""
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                piece = os.read(ours, 65536)
            except OSError as error:
                # Linux ends a terminal whose program has gone with an error.
                assert error.errno == errno.EIO
                break
            if not piece:
                break
            seen += piece
        running.wait(10)
    finally:
        running.kill()
        os.close(ours)
    return seen.decode()


# Terminal and pipes


def test_a_terminal_gets_a_table_with_colour_and_a_pipe_gets_json(demo_graph: Path) -> None:
    seen = on_a_terminal("stats", "-g", "demo", cwd=demo_graph.parent)
    assert "In most papers" in seen
    assert "\x1b[1m" in seen
    piped = process("stats", "-g", "demo", cwd=demo_graph.parent)
    assert json.loads(piped.out)["papers"] > 100


def test_a_table_fits_its_terminal(demo_graph: Path) -> None:
    seen = on_a_terminal("search", "attention", "-g", "demo", cwd=demo_graph.parent, width=60)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", seen)
    assert max(map(len, plain.splitlines())) <= 60


def test_the_mention_is_highlighted_on_a_terminal(demo_graph: Path) -> None:
    assert "\x1b[1;7mLoRA" in on_a_terminal("show", "LoRA", "-g", "demo", cwd=demo_graph.parent)


def test_an_answer_that_is_a_graph_is_turtle_and_one_that_is_rows_a_table(demo_graph: Path) -> None:
    where = demo_graph.parent
    assert "@prefix" in on_a_terminal("query", "-g", "demo", "DESCRIBE concept:lora", cwd=where)
    rows = on_a_terminal("query", "-g", "demo", "SELECT ?l { concept:lora skos:prefLabel ?l }", cwd=where)
    assert "{" not in rows
    assert "LoRA" in rows


@pytest.mark.parametrize(
    "arguments",
    [["export", "--format", "nquads"], ["export"], ["query", "SELECT * { ?s ?p ?o }"],
     ["query", "CONSTRUCT WHERE { ?s ?p ?o }"], ["vocab", "list"], ["show", "LoRA", "--format", "table"], ["--help"]],
    ids=" ".join,
)  # fmt: skip
def test_a_reader_that_leaves_ends_the_program_quietly(demo_graph: Path, arguments: list[str]) -> None:
    with subprocess.Popen(
        [*KG, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(KG_GRAPH=str(demo_graph))
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert os.read(running.stdout.fileno(), 1)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 0


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "arguments",
    [["stats"], ["--help"], ["export", "--format", "nquads"], ["view", "-o", "/dev/full"]],
    ids=" ".join,
)  # fmt: skip
def test_an_output_that_is_full_is_one_line(demo_graph: Path, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*KG, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(KG_GRAPH=str(demo_graph)),
            timeout=120,
        )
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("kg: /dev/full: " if "/dev/full" in arguments else "kg: standard output: ")
    assert Path("/dev/full").is_char_device()


def test_closed_streams_are_no_fault(demo_graph: Path) -> None:
    for closed in (">&-", "2>&-", "<&-"):
        command = f'exec "$0" -m kg stats -g "$1" {closed}'
        done = subprocess.run(
            ["sh", "-c", command, sys.executable, str(demo_graph)], capture_output=True, env=environment(), timeout=120
        )
        assert done.returncode == 0, closed
        assert b"Traceback" not in done.stderr


def test_output_is_utf_8_whatever_the_locale(demo_graph: Path) -> None:
    ran = process(
        "stats", "-g", "demo", "--format", "table", cwd=demo_graph.parent, env={"PYTHONIOENCODING": "latin-1"}
    )
    assert "entity" in ran.out
    ran = process("search", "zzz “", "-g", "demo", cwd=demo_graph.parent, env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert ran.code == 0


# Disks, rights, other writers


@pytest.mark.slow
def test_a_full_disk_leaves_the_graph_as_it_was(ferns: Path) -> None:
    """A limit on the size of a file stands for the disk: it needs no rights, and the program meets it the same way."""
    more = write_lines(ferns / "more.jsonl", [{"title": f"Lantern number {n} of the night"} for n in range(300)])
    before = process("export", *DECIDED, cwd=ferns).out

    def tight() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    ran = process("build", more, cwd=ferns, preexec_fn=tight)
    assert ran.code == 2
    assert ran.message.startswith("kg-graph: cannot be written (")
    assert ran.message.endswith("the graph is as it was before this build")
    assert process("export", *DECIDED, cwd=ferns).out == before
    # With room again the same build goes through.
    assert process("build", more, cwd=ferns).code == 0
    assert len(list((ferns / "kg-graph" / "generations").iterdir())) == 2


@contextmanager
def _tiny_disk(place: Path, size: str) -> Iterator[None]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _may_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            with _tiny_disk(Path(folder) / "try", "64k"):
                return True
        except subprocess.CalledProcessError:
            return False


@pytest.mark.slow
@pytest.mark.skipif(not _may_mount(), reason="no right to mount: the limit on the size of a file stands for it above")
def test_a_disk_that_is_really_full_leaves_the_graph_as_it_was(tmp_path: Path, ferns: Path) -> None:
    rows = [{"title": f"Lantern number {n} of the night", "abstract": "Ferns in FernBank. " * 200} for n in range(3000)]
    more = write_lines(tmp_path / "more.jsonl", rows)
    with _tiny_disk(tmp_path / "disk", "12m"):
        shutil.copytree(ferns / "kg-graph", tmp_path / "disk" / "graph")
        before = process("export", "-g", "disk/graph", *DECIDED, cwd=tmp_path).out
        ran = process("build", more, "-g", "disk/graph", cwd=tmp_path)
        assert ran.code == 2
        assert ran.message.startswith("disk/graph: cannot be written (")
        assert process("export", "-g", "disk/graph", *DECIDED, cwd=tmp_path).out == before
        filler = tmp_path / "disk" / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        for command in (["export", "-o", "disk/x.nq", "--format", "nquads"], ["view", "-o", "disk/x.html"]):
            ran = process(*command, "-g", "disk/graph", cwd=tmp_path)
            assert ran.code == 2
            assert ran.message.startswith(f"{command[2]}: cannot be written (No space left on device)")
            assert not (tmp_path / command[2]).exists()


def _without_the_rights_of_root() -> None:
    """Run in a child before it starts: root then obeys the modes of files, as everybody does."""
    import ctypes

    prctl_drop_bounding, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        ctypes.CDLL(None).prctl(prctl_drop_bounding, capability, 0, 0, 0)


@pytest.mark.slow
def test_without_permission_the_message_says_so(ferns: Path) -> None:
    obedient = _without_the_rights_of_root if os.geteuid() == 0 else None
    (ferns / "secret.bib").write_text("@misc{a, title={Ferns}}")
    (ferns / "secret.bib").chmod(0)
    (ferns / "theirs").mkdir(mode=0o555)
    ran = process("build", "-q", "secret.bib", "good.jsonl", cwd=ferns, preexec_fn=obedient)
    assert (ran.code, ran.message) == (1, "secret.bib: cannot be read: Permission denied")
    ran = process("build", "good.jsonl", "-g", "theirs/graph", cwd=ferns, preexec_fn=obedient)
    assert ran.code == 2
    assert ran.message.startswith("theirs/graph: cannot be written (theirs/graph: Permission denied)")
    for command in (["export", "-o", "theirs/x.ttl"], ["view", "-o", "theirs/x.html"]):
        ran = process(*command, cwd=ferns, preexec_fn=obedient)
        assert ran.code == 2
        assert ran.message.startswith(f"{command[2]}: cannot be written (Permission denied)")


HOLD = """
import sys
from kg.store import GraphFolder
with GraphFolder(sys.argv[1]).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_graph_that_another_process_writes_can_be_read_but_not_written(ferns: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, "kg-graph"], cwd=ferns, env=environment(), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        ran = process("build", "good.jsonl", cwd=ferns)
        assert ran.code == 2
        assert ran.message == "kg-graph: another process is writing this graph; wait until it has finished"
        assert process("show", "Lantern", cwd=ferns).code == 0
    finally:
        holder.stdin.close()
        holder.wait(30)
        holder.stdout.close()
    assert process("build", "good.jsonl", cwd=ferns).code == 0


@pytest.mark.slow
def test_an_interrupted_build_leaves_the_graph_as_it_was(ferns: Path) -> None:
    rows = [
        {"title": f"Lantern number {n} of the night", "abstract": "Ferns in FernBank. " * 50} for n in range(20_000)
    ]
    more = write_lines(ferns / "more.jsonl", rows)
    running = subprocess.Popen([*KG, "build", more], cwd=ferns, env=environment(), stderr=subprocess.PIPE)
    generations = ferns / "kg-graph" / "generations"
    deadline = time.monotonic() + 60
    while not any(generations.glob("new-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == -signal.SIGINT
    assert said.decode().strip().splitlines()[-1].startswith("kg: stopped; the graph is as it was")
    assert b"Traceback" not in said
    assert not any(generations.glob("new-*"))
    assert json.loads(process("stats", cwd=ferns).out)["papers"] == 1


# The whole way


@pytest.mark.slow
def test_the_five_pages_hold_810_papers_and_no_furniture_in_any_order(tmp_path: Path, shared: Path) -> None:
    pages = [str(p) for p in sorted((shared / "corpus").glob("daily-papers-*.txt"))]
    assert len(pages) == 5
    assert process("build", *pages, "-g", "one", cwd=tmp_path).code == 0
    (stats,) = map(json.loads, process("stats", "-g", "one", cwd=tmp_path).out.splitlines())
    assert stats["papers"] == 810
    asked = "SELECT ?t { ?p a kg:Paper ; dcterms:title ?t }"
    titles = [json.loads(x)["t"] for x in process("query", "-g", "one", asked, cwd=tmp_path).out.splitlines()]
    assert len(titles) == 810
    furniture = re.compile(
        r"(?i)hugging face|^subscribe|^papers?$|^(sign up|log in|models|datasets|spaces|docs|pricing)$"
    )
    assert [t for t in titles if furniture.search(t) and "Hugging" not in t] == []
    again = process("build", *pages, "-g", "one", cwd=tmp_path)
    assert (again.code, again.err) == (0, "Nothing new: one holds 810 papers.\n")
    for page in reversed(pages):
        assert process("build", page, "-g", "two", cwd=tmp_path).code == 0
    one, two = (process("export", *DECIDED, "-g", name, cwd=tmp_path).out for name in ("one", "two"))
    assert one == two


@pytest.mark.slow
def test_the_scorer_reads_what_extract_prints(tmp_path: Path, shared: Path) -> None:
    gold = shared / "gold" / "dev.jsonl"
    ran = process("extract", str(gold), "--format", "jsonl", cwd=tmp_path)
    assert ran.code == 0
    texts = {r["id"]: f"{r['title']}\n{r['abstract']}" for r in map(json.loads, gold.read_text("utf-8").splitlines())}
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["id"] for row in rows] == list(texts)
    for row in rows:
        for mention in (m for e in row["entities"] for m in e["mentions"]):
            assert texts[row["id"]][mention["start"] : mention["end"]] == mention["text"]
    (tmp_path / "predicted.jsonl").write_text(ran.out, encoding="utf-8")
    scored = subprocess.run(
        [sys.executable, str(shared / "eval" / "score.py"), str(gold), str(tmp_path / "predicted.jsonl")],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert scored.returncode == 0, scored.stderr
    assert "mention" in scored.stdout


# The demo, and how soon it answers


@pytest.mark.slow
def test_the_demo_writes_its_page_and_turtle_and_says_what_to_try_next(demo_graph: Path) -> None:
    exports = demo_graph.parent / "exports"
    assert (exports / "demo.html").stat().st_size > 100_000
    assert "skos:prefLabel" in (exports / "demo.ttl").read_text(encoding="utf-8")
    again = process("demo", "-g", "demo", cwd=demo_graph.parent)
    assert again.code == 0
    assert "(built before)" in again.out
    assert "The strongest bridges" in again.out
    tried = [line.strip() for line in again.out.split("Try next")[1].splitlines() if line.strip().startswith("kg ")]
    assert len(tried) >= 4
    for command in tried[:-1]:
        done = subprocess.run(
            command.replace("kg ", f'"{sys.executable}" -m kg ', 1), shell=True, cwd=demo_graph.parent,
            capture_output=True, env=environment(), timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_help_answers_about_as_soon_as_click_does() -> None:
    from benchmarks.startup import ratio

    # Three is what is promised; a busy machine gets a second chance.
    assert min(ratio(runs=5), ratio(runs=9)) <= 3


def test_a_query_answers_within_a_second_from_a_cold_start(demo_graph: Path) -> None:
    from benchmarks.startup import seconds

    asked = ["query", "-g", str(demo_graph), "--name", "papers-using", "-p", "entity=LoRA"]
    assert seconds([*KG, *asked], runs=5) < 1


# From Python


def test_python_has_what_the_command_line_has(demo_graph: Path, tmp_path: Path) -> None:
    import kg

    graph = kg.open(demo_graph)
    assert graph.entity("LoRA adapter").label == "LoRA"
    using = graph.papers("LoRA", role="uses")
    assert using
    assert {p.role for p in using} == {"uses"}
    assert len(graph.papers("LoRA")) > len(using)
    rows = list(graph.query("SELECT ?l { concept:lora skos:prefLabel ?l }").rows())
    assert [[term.value for term in row] for row in rows] == [["LoRA"]]  # type: ignore[union-attr]
    assert bool(graph.query("ASK { concept:lora a kg:Method }"))
    network = graph.to_networkx()
    assert network.nodes["https://w3id.org/kg-papers/concept/lora"]["label"] == "LoRA"
    assert network.number_of_edges() > 500
    with pytest.raises(kg.errors.NotFoundError, match="did you mean “LoRA”"):
        graph.entity("Lorra")


@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated", "ignore:ConjunctiveGraph is deprecated")
def test_the_graph_goes_into_rdflib_whole(ferns: Path) -> None:
    import kg

    graph = kg.open(ferns / "kg-graph")
    data = graph.to_rdflib()
    assert len(list(data.quads())) == len(graph.store)
    assert data.query("ASK { ?p a kg:Paper ; kg:mentions ?e }").askAnswer


def test_a_build_from_python_reopens_the_graph(ferns: Path) -> None:
    import kg

    graph = kg.open(ferns / "kg-graph")
    assert len(graph.papers("Lantern")) == 1
    more = write_lines(ferns / "more.jsonl", [{"title": "We use Lantern again at night"}])
    assert graph.build(more).new_records == 1
    assert len(graph.papers("Lantern")) == 2
