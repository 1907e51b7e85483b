"""A graph says what its files say now: files read again, papers removed, steps undone, as a fresh build has it."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers_cli import process
from helpers_papers import VOCABULARY, dump, make, write_lines, write_vocabulary
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kg.build import build, remove
from kg.errors import GraphError, NotFoundError
from kg.store import GraphFolder
from kg.trust import diff, verify

MOSS = {"title": "Moss Attention for Leaf Classification", "abstract": "We use Moss Attention.", "arxiv": "2101.00001"}
LANTERN = {"title": "Lantern: a model that glows", "abstract": "Lantern beats MossNet.", "arxiv": "2102.00002"}
FERN = {"title": "FernBank, a bank of ferns", "abstract": "FernBank is a dataset.", "arxiv": "2103.00003"}


@pytest.fixture
def vocabulary(tmp_path: Path) -> str:
    """The vocabulary of invented names."""
    return write_vocabulary(tmp_path / "names.ttl")


@pytest.fixture
def fresh(tmp_path: Path, vocabulary: str) -> Callable[..., list[str]]:
    """What a fresh build of some records gives."""

    def built(*records: dict[str, Any]) -> list[str]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        make(folder / "graph", [write_lines(folder / "fresh.jsonl", records)], vocabulary)
        return dump(folder / "graph")

    return built


def test_a_changed_abstract_takes_the_place_of_the_old_one(
    tmp_path: Path, vocabulary: str, fresh: Callable[..., list[str]]
) -> None:
    path = tmp_path / "papers.jsonl"
    make(tmp_path / "graph", [write_lines(path, [MOSS, LANTERN])], vocabulary)
    changed = MOSS | {"abstract": "FernBank."}
    result = make(tmp_path / "graph", [write_lines(path, [changed, LANTERN])], vocabulary)
    assert (result.changed, result.new_records, result.gone_records, result.records) == (True, 1, 1, 2)
    assert dump(tmp_path / "graph") == fresh(changed, LANTERN)


def test_a_record_that_its_file_holds_no_more_goes(
    tmp_path: Path, vocabulary: str, fresh: Callable[..., list[str]]
) -> None:
    path = tmp_path / "papers.jsonl"
    make(tmp_path / "graph", [write_lines(path, [MOSS, LANTERN])], vocabulary)
    result = make(tmp_path / "graph", [write_lines(path, [LANTERN])], vocabulary)
    assert (result.gone_records, result.papers) == (1, 1)
    assert dump(tmp_path / "graph") == fresh(LANTERN)


def test_a_record_that_another_file_holds_stays(
    tmp_path: Path, vocabulary: str, fresh: Callable[..., list[str]]
) -> None:
    path, other = tmp_path / "papers.jsonl", write_lines(tmp_path / "other.jsonl", [MOSS])
    make(tmp_path / "graph", [write_lines(path, [MOSS, LANTERN]), other], vocabulary)
    result = make(tmp_path / "graph", [write_lines(path, [LANTERN])], vocabulary)
    assert (result.changed, result.gone_records) == (True, 0)
    assert dump(tmp_path / "graph") == fresh(MOSS, LANTERN)


def test_a_file_under_another_name_is_the_same_file(
    tmp_path: Path, vocabulary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_lines(tmp_path / "papers.jsonl", [MOSS, LANTERN])
    make(Path("graph"), ["papers.jsonl"], vocabulary)
    assert not make(tmp_path / "graph", [f".{os.sep}papers.jsonl"], vocabulary).changed
    write_lines(tmp_path / "papers.jsonl", [LANTERN])
    assert make(tmp_path / "graph", [str(tmp_path / "papers.jsonl")], vocabulary).papers == 1


def test_two_files_of_one_name_in_two_folders_do_not_replace_each_other(
    tmp_path: Path, vocabulary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, record in (("one", MOSS), ("two", LANTERN)):
        (tmp_path / name).mkdir()
        write_lines(tmp_path / name / "papers.jsonl", [record])
        monkeypatch.chdir(tmp_path / name)
        papers = make(tmp_path / "graph", ["papers.jsonl"], vocabulary).papers
    assert papers == 2


def test_a_graph_moved_with_its_files_knows_them_again(tmp_path: Path, vocabulary: str) -> None:
    (tmp_path / "here").mkdir()
    write_lines(tmp_path / "here" / "papers.jsonl", [MOSS, LANTERN])
    make(tmp_path / "here" / "graph", [str(tmp_path / "here" / "papers.jsonl")], vocabulary)
    (tmp_path / "here").rename(tmp_path / "there")
    moved = write_lines(tmp_path / "there" / "papers.jsonl", [FERN])
    assert make(tmp_path / "there" / "graph", [moved], vocabulary).papers == 1


def test_standard_input_only_adds(tmp_path: Path, vocabulary: str) -> None:
    for record in (MOSS, LANTERN):
        papers = make(tmp_path / "graph", ["-"], vocabulary, stdin=io.BytesIO(json.dumps(record).encode())).papers
    assert papers == 2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="no such device there")
def test_a_pipe_only_adds(tmp_path: Path) -> None:
    for record in (MOSS, LANTERN):
        path = write_lines(tmp_path / "papers.jsonl", [record])
        with open(path, "rb") as file:
            ran = process("build", "-g", "graph", "--no-builtin", "/dev/stdin", cwd=tmp_path, stdin=file.read())
        assert ran.code == 0, ran.err
    assert GraphFolder(tmp_path / "graph").current().manifest["papers"] == 2


@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_file_that_cannot_be_read_to_its_end_replaces_nothing(tmp_path: Path, vocabulary: str, damage: str) -> None:
    import gzip

    path = tmp_path / "papers.jsonl.gz"
    whole = gzip.compress("".join(json.dumps(r) + "\n" for r in (MOSS, LANTERN, FERN)).encode(), 0)
    path.write_bytes(whole)
    make(tmp_path / "graph", [str(path)], vocabulary)
    before = dump(tmp_path / "graph")
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else whole[: len(whole) // 2])
    other = write_lines(tmp_path / "other.jsonl", [MOSS])
    assert make(tmp_path / "graph", [str(path), other], vocabulary).problems
    assert dump(tmp_path / "graph") == before


def test_a_line_that_cannot_be_read_any_more_is_reported_and_its_record_goes(tmp_path: Path, vocabulary: str) -> None:
    path = tmp_path / "papers.jsonl"
    make(tmp_path / "graph", [write_lines(path, [MOSS, LANTERN])], vocabulary)
    path.write_text(json.dumps(MOSS) + "\n{broken\n")
    result = make(tmp_path / "graph", [str(path)], vocabulary)
    assert ([p.position for p in result.problems], result.gone_records, result.papers) == ([2], 1, 1)


@pytest.mark.parametrize(
    "name",
    [
        "https://w3id.org/kg-papers/paper/arxiv/2101.00001",
        "arXiv:2101.00001v2",
        "moss attention for leaf classification",
    ],
)
def test_a_removed_paper_leaves_what_would_have_been_without_it(
    tmp_path: Path, vocabulary: str, fresh: Callable[..., list[str]], name: str
) -> None:
    again = {"title": "MossNet", "doi": "10.1000/moss", "arxiv": "2101.00001"}
    make(tmp_path / "graph", [write_lines(tmp_path / "papers.jsonl", [MOSS, LANTERN, again])], vocabulary)
    result = remove(GraphFolder(tmp_path / "graph"), [name])
    assert (result.gone_records, result.papers) == (2, 1)
    assert dump(tmp_path / "graph") == fresh(LANTERN)


def test_a_removed_paper_comes_back_with_its_file(tmp_path: Path, vocabulary: str) -> None:
    path = write_lines(tmp_path / "papers.jsonl", [MOSS, LANTERN])
    make(tmp_path / "graph", [path], vocabulary)
    before = dump(tmp_path / "graph", provenance=True)
    remove(GraphFolder(tmp_path / "graph"), ["2101.00001"])
    make(tmp_path / "graph", [path], vocabulary)
    builds = [line for line in before if "/build/" not in line]
    assert [line for line in dump(tmp_path / "graph", provenance=True) if "/build/" not in line] == builds


def test_a_title_of_several_papers_removes_none(tmp_path: Path, vocabulary: str) -> None:
    twins = [MOSS, MOSS | {"arxiv": "2105.00005", "abstract": "Other."}]
    make(tmp_path / "graph", [write_lines(tmp_path / "papers.jsonl", twins)], vocabulary)
    before = dump(tmp_path / "graph", provenance=True)
    with pytest.raises(NotFoundError, match=r"2 papers are called .*2101\.00001.*2105\.00005"):
        remove(GraphFolder(tmp_path / "graph"), ["2101.00001", MOSS["title"]])
    with pytest.raises(NotFoundError, match="no paper called “nothing”"):
        remove(GraphFolder(tmp_path / "graph"), ["2101.00001", "nothing"])
    assert dump(tmp_path / "graph", provenance=True) == before


def test_an_undone_build_is_as_if_it_had_not_been(tmp_path: Path, vocabulary: str) -> None:
    path = tmp_path / "papers.jsonl"
    folder = GraphFolder(tmp_path / "graph")
    make(folder.path, [write_lines(path, [MOSS])], vocabulary)
    before = dump(folder.path, provenance=True)
    other = tmp_path / "other.ttl"
    other.write_text(VOCABULARY.replace("Moss Attention", "Leaf"))
    make(folder.path, [write_lines(path, [MOSS, LANTERN])], str(other))
    assert folder.undo().number == 1
    assert dump(folder.path, provenance=True) == before
    assert [(b.number, b.current, b.undone) for b in folder.history()] == [(1, True, False), (2, False, True)]
    # The next build starts from there, with the vocabulary of then.
    build(folder, [write_lines(tmp_path / "more.jsonl", [FERN])])
    make(tmp_path / "whole", [write_lines(tmp_path / "all.jsonl", [MOSS, FERN])], vocabulary)
    assert dump(folder.path) == dump(tmp_path / "whole")
    assert [(b.number, b.current) for b in folder.history()] == [(1, False), (3, True)]
    assert folder.undo().number == 1


def test_undo_goes_back_as_far_as_generations_are_kept(tmp_path: Path, vocabulary: str) -> None:
    folder = GraphFolder(tmp_path / "graph")
    for count in range(1, 6):
        make(
            folder.path, [write_lines(tmp_path / f"{count}.jsonl", [MOSS | {"arxiv": f"2101.0000{count}"}])], vocabulary
        )
    assert [b.number for b in folder.history()] == [3, 4, 5]
    assert [folder.undo().number, folder.undo().number] == [4, 3]
    with pytest.raises(GraphError, match="nothing to undo: no build before generation 3 is kept"):
        folder.undo()


def test_a_replaced_graph_can_be_had_back(tmp_path: Path, vocabulary: str) -> None:
    make(tmp_path / "graph", [write_lines(tmp_path / "a.jsonl", [MOSS])], vocabulary)
    before = dump(tmp_path / "graph", provenance=True)
    make(tmp_path / "graph", [write_lines(tmp_path / "b.jsonl", [FERN])], vocabulary, replace=True)
    GraphFolder(tmp_path / "graph").undo()
    assert dump(tmp_path / "graph", provenance=True) == before


@pytest.mark.slow
def test_the_commands_say_what_they_did(tmp_path: Path, vocabulary: str) -> None:
    path = write_lines(tmp_path / "papers.jsonl", [MOSS, LANTERN])
    make(tmp_path / "graph", [path], vocabulary)
    gone = process("remove", "-g", "graph", "2101.00001", cwd=tmp_path)
    assert gone.err.startswith("graph: 1 record removed; 1 paper, ")
    rows = process("history", "-g", "graph", cwd=tmp_path).rows
    assert [(row["number"], row["papers"], row["current"]) for row in rows] == [(1, 2, False), (2, 1, True)]
    changes = process("diff", "-g", "graph", cwd=tmp_path).rows
    assert [c["what"] for c in changes if c["kind"] == "paper"] == [MOSS["title"]]
    assert process("undo", "-g", "graph", cwd=tmp_path).err == "graph: generation 1 is current again, 2 papers.\n"
    assert "nothing to undo" in process("undo", "-g", "graph", cwd=tmp_path).message


TEXTS = (
    "We propose MossNet, a network with Moss Attention. It outperforms Lantern on FernBank by 3 Petal Score.",
    "Lantern uses the Bark Transformer (BT). BT is trained on FernBank.",
    "SAGE draws a mask for each image. MossNet does not.",
    "The gradient of SAGE takes a step size. We call it GlowTune.",
    "",
)
VENUES = (None, "Garden", "Wood")
DECIDED = (
    "merge\tmossnet\tmoss-attention",
    "merge\tmoss-attention\tlantern",
    "merge\tsage-segmenter\tsage-optimiser",
    "reject\tlantern",
    "accept\tmossnet\tMoss Network\tModel",
    "accept\tglowtune",
    "split\tlantern\tLantern Two\tMethod\tpaper:2101.00001",
    "split\tbark-transformer\tBritish Telecom\tConcept\tsurface:BT",
    "no decision",
)


class Walk(RuleBasedStateMachine):
    """Adds, changes and removes papers, changes the vocabulary, decides; a fresh build of what is left is the same."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="kg-walk-"))
        self.vocabularies = [write_vocabulary(self.root / "one.ttl"), str(self.root / "two.ttl")]
        changed = VOCABULARY.replace("Moss Attention", "Mask").replace("Lantern", "GlowTune")
        Path(self.vocabularies[1]).write_text(changed)
        self.vocabulary = 0
        self.files: dict[int, list[dict[str, Any]]] = {}
        # What the graph should hold: the records of each file as it was read last, less those removed.
        self.held: dict[int, list[dict[str, Any]]] = {}
        self.before: list[tuple[dict[int, list[dict[str, Any]]], int, list[str]]] = []
        # The lines of decisions.tsv as they are, and as the current generation followed them.
        self.decided: list[str] = []
        self.followed: list[str] = []
        self.fresh = 0

    @property
    def graph(self) -> GraphFolder:
        """The graph that is walked."""
        return GraphFolder(self.root / "graph")

    def record(self, paper: int, text: int, venue: int, named: bool) -> dict[str, Any]:
        """A record of one of a few papers; without an identifier it is known by its title."""
        record: dict[str, Any] = {"title": f"A study of moss and fern number {paper}", "abstract": TEXTS[text]}
        if named:
            record["arxiv"] = f"2101.{paper:05}"
        return record | ({"venue": VENUES[venue]} if VENUES[venue] else {})

    def read(self, *files: int) -> None:
        """Builds with those files as they are now."""
        paths = [write_lines(self.root / f"{number}.jsonl", self.files[number]) for number in files]
        held = self.held | {number: list(self.files[number]) for number in files}
        result = make(self.graph.path, paths, self.vocabularies[self.vocabulary])
        self.keep(held, result.changed)

    def keep(self, held: dict[int, list[dict[str, Any]]], changed: bool) -> None:
        """Notes what the graph should hold now."""
        if changed:
            self.before = [*self.before, (self.held, self.vocabulary, self.followed)][-2:]
        self.held, self.followed = held, list(self.decided)

    @initialize(text=st.integers(0, 3))
    def first(self, text: int) -> None:
        """There is a graph of one paper."""
        self.files[0] = [self.record(0, text, 0, True)]
        self.read(0)
        self.before = []

    @rule(
        file=st.integers(0, 2),
        paper=st.integers(0, 3),
        text=st.integers(0, 4),
        venue=st.integers(0, 2),
        named=st.booleans(),
    )
    def add(self, file: int, paper: int, text: int, venue: int, named: bool) -> None:
        """A file gets one record more."""
        self.files.setdefault(file, []).append(self.record(paper, text, venue, named))
        self.read(file)

    @rule(data=st.data(), text=st.integers(0, 4))
    def change(self, data: st.DataObject, text: int) -> None:
        """The abstract of a record is another one."""
        file = data.draw(st.sampled_from(sorted(self.files)))
        place = data.draw(st.integers(0, len(self.files[file]) - 1))
        self.files[file][place] = self.files[file][place] | {"abstract": TEXTS[text]}
        self.read(file)

    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        """A file loses a record, but not its last."""
        file = data.draw(st.sampled_from(sorted(self.files)))
        if len(self.files[file]) > 1:
            self.files[file].pop(data.draw(st.integers(0, len(self.files[file]) - 1)))
        self.read(file)

    @rule()
    def all_again(self) -> None:
        """All files are read again; those removed come back."""
        self.read(*sorted(self.files))

    @precondition(lambda self: any(self.held.values()))
    @rule(data=st.data())
    def take_away(self, data: st.DataObject) -> None:
        """One paper of the graph is removed, by its IRI."""
        papers = index_papers(self.graph)
        title = data.draw(st.sampled_from(papers)).title
        named = [p.iri for p in papers if p.title == title]
        # Nothing here speaks against two records of one title being one paper.
        assert len(named) == 1
        result = remove(self.graph, named)
        held = {file: [r for r in records if r["title"] != title] for file, records in self.held.items()}
        self.keep(held, result.changed)

    @rule(which=st.integers(0, 1))
    def relink(self, which: int) -> None:
        """The vocabulary is another one."""
        held, before, followed = self.held, self.vocabulary, self.followed
        result = build(self.graph, [], vocabulary=[self.vocabularies[which]], builtin=False)
        if result.changed:
            self.before = [*self.before, (held, before, followed)][-2:]
        self.vocabulary, self.followed = which, list(self.decided)

    @rule(line=st.sampled_from(DECIDED), again=st.booleans())
    def decide(self, line: str, again: bool) -> None:
        """The curator writes a line, or deletes it, and the graph is built."""
        self.decided = [d for d in self.decided if d != line] + [line] * (line not in self.decided or again)
        write_decisions(self.graph.path, self.decided)
        result = build(self.graph, [], vocabulary=[self.vocabularies[self.vocabulary]], builtin=False)
        self.keep(self.held, result.changed)

    @precondition(lambda self: self.before)
    @rule()
    def go_back(self) -> None:
        """The last step is undone."""
        self.graph.undo()
        self.held, self.vocabulary, self.followed = self.before.pop()

    @invariant()
    def a_fresh_build_is_the_same(self) -> None:
        """Whatever the way, the graph is that of what is left."""
        if not self.held:
            return
        self.fresh += 1
        home = self.root / f"fresh-{self.fresh}"
        home.mkdir()
        records = [record for held in self.held.values() for record in held]
        if records:
            write_decisions(home / "graph", self.followed)
            make(home / "graph", [write_lines(home / "all.jsonl", records)], self.vocabularies[self.vocabulary])
            assert dump(self.graph.path) == dump(home / "graph")
            assert list(diff(self.graph.current(), GraphFolder(home / "graph").current())) == []
        findings: list[object] = []
        verify(self.graph.current(), findings.append)
        assert findings == []
        shutil.rmtree(home)

    def teardown(self) -> None:
        """Clears the disk."""
        shutil.rmtree(self.root)


def write_decisions(folder: Path, lines: list[str]) -> None:
    """Writes the decisions of a graph, which need not be there yet."""
    folder.mkdir(exist_ok=True)
    (folder / "decisions.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def index_papers(graph: GraphFolder) -> list[Any]:
    """The papers of the current generation."""
    from kg.store import Index

    index = Index(graph.current().index)
    try:
        return index.papers()
    finally:
        index.close()


SOAK = bool(os.environ.get("KG_SOAK"))


# Two thousand steps, each with a fresh build beside it, take some ten minutes of a core.
@pytest.mark.timeout(3600 if SOAK else 600)
@pytest.mark.slow
class TestWalk(Walk.TestCase):  # type: ignore[name-defined, misc]
    """Random walks over a graph."""

    settings = settings(
        max_examples=100 if SOAK else 8,
        stateful_step_count=20 if SOAK else 10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
