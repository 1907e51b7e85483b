"""A build from files to a graph: repeatable, in any order, in steps, and whole or not at all."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from helpers_papers import VOCABULARY, dump, make, write_lines, write_vocabulary

from kg.build import BuildResult, build
from kg.errors import GraphBusyError, GraphError, KGError, SourceError, VocabularyError
from kg.model import ROLES
from kg.store import GraphFolder, Index, MentionTable, open_store

MOSS = {
    "title": "Moss Attention for Leaf Classification",
    "abstract": "We propose MossNet, a net with Moss Attention. It outperforms Lantern on FernBank by 3 Petal Score.",
    "arxiv": "2101.00001",
    "authors": ["Ada One", "Bea Two"],
    "year": "2021",
}
MOSS_AGAIN = {
    "title": "moss attention for leaf classification.",
    "doi": "10.1000/moss",
    "authors": ["A. One"],
    "year": "2021",
}
MOSS_LINKED = {"title": "MossNet", "abstract": "A short version.", "doi": "10.1000/moss", "venue": "Garden"}
LANTERN = {
    "title": "Lantern: a model that glows",
    "abstract": "Lantern uses the Bark Transformer (BT). BT is trained on FernBank. SAGE draws a mask for each image.",
    "arxiv": "2102.00002v3",
    "year": "2021-02",
}
UNCLEAR = {"title": "Notes on the slow growth", "abstract": "Nobody knows who wrote about MossNet."}
UNCLEAR_ONE = {"title": "Notes on the slow growth", "abstract": "One.", "authors": ["Ada One"]}
UNCLEAR_TWO = {"title": "Notes on the slow growth", "abstract": "Two.", "authors": ["Bea Two"]}
EDITORIAL = {"title": "Editorial", "abstract": ""}

FILES: dict[str, list[dict[str, Any]]] = {
    "a.jsonl": [MOSS, LANTERN, UNCLEAR, EDITORIAL],
    "b.jsonl": [MOSS_AGAIN, UNCLEAR_ONE, MOSS],
    "c.jsonl": [MOSS_LINKED, UNCLEAR_TWO, {"title": "Editorial", "abstract": "", "venue": "Garden"}, LANTERN],
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Three files with papers twice, chains of identifiers, a conflict and titles that say nothing."""
    folder = tmp_path_factory.mktemp("sources")
    return [write_lines(folder / name, records) for name, records in FILES.items()]


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The vocabulary of invented names."""
    return write_vocabulary(tmp_path_factory.mktemp("vocabulary") / "names.ttl")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sources: list[str], vocabulary: str) -> tuple[Path, BuildResult]:
    """A graph built in one go, to be read only."""
    folder = tmp_path_factory.mktemp("built") / "graph"
    return folder, make(folder, sources, vocabulary)


def derived(folder: Path) -> dict[str, object]:
    """What stands beside the triples: the arrays of the mention table, and the rows of the index but for the files."""
    generation = GraphFolder(folder).current()
    found: dict[str, object] = {path.name: path.read_bytes() for path in generation.mentions.glob("*.bin")}
    index = Index(generation.index)
    found["entities"] = index.entities()
    found["papers"] = [(p.iri, p.title, p.issued, p.venue, p.identifiers, p.authors) for p in index.papers()]
    index.close()
    return found


def test_a_build_counts_what_it_wrote(built: tuple[Path, BuildResult]) -> None:
    folder, result = built
    generation = GraphFolder(folder).current()
    table = MentionTable.open(generation.mentions)
    assert (result.papers, result.entities, result.mentions) == (table.papers, table.entities, len(table))
    assert result.triples == len(open_store(generation.store))


def test_records_of_one_paper_become_one_and_unclear_ones_stay_apart(built: tuple[Path, BuildResult]) -> None:
    _, result = built
    # Moss in four records, the lantern, three notes, two editorials.
    assert (result.records, result.papers) == (9, 7)
    assert [conflict.title for conflict in result.conflicts] == ["Notes on the slow growth"]


def test_every_paper_stands_for_the_records_it_was_made_from(built: tuple[Path, BuildResult]) -> None:
    folder, result = built
    derivations = [line for line in dump(folder, provenance=True) if "wasDerivedFrom" in line]
    assert len(derivations) == result.records


def test_the_same_sources_again_change_nothing(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    folder = tmp_path / "graph"
    first = make(folder, sources, vocabulary)
    generation = GraphFolder(folder).current()
    again = make(folder, sources, vocabulary)
    assert (first.changed, again.changed) == (True, False)
    assert GraphFolder(folder).current() == generation
    assert (again.papers, again.new_records, again.triples) == (first.papers, 0, first.triples)


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_files_in_any_order_make_the_same_graph(
    tmp_path: Path, built: tuple[Path, BuildResult], sources: list[str], vocabulary: str, order: tuple[int, ...]
) -> None:
    make(tmp_path / "graph", [sources[i] for i in order], vocabulary)
    assert dump(tmp_path / "graph") == dump(built[0])


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_files_one_at_a_time_make_the_same_graph(
    tmp_path: Path, built: tuple[Path, BuildResult], sources: list[str], vocabulary: str, order: tuple[int, ...]
) -> None:
    for i in order:
        make(tmp_path / "graph", [sources[i]], vocabulary)
    assert dump(tmp_path / "graph") == dump(built[0])
    assert derived(tmp_path / "graph") == derived(built[0])


def test_lines_of_a_file_in_any_order_make_the_same_graph(
    tmp_path: Path, built: tuple[Path, BuildResult], vocabulary: str
) -> None:
    every = [record for records in FILES.values() for record in records]
    make(tmp_path / "graph", [write_lines(tmp_path / "all.jsonl", every[::-1])], vocabulary)
    assert dump(tmp_path / "graph") == dump(built[0])


def test_two_workers_make_the_same_graph_as_one(
    tmp_path: Path, built: tuple[Path, BuildResult], sources: list[str], vocabulary: str
) -> None:
    make(tmp_path / "graph", sources, vocabulary, workers=2)
    assert dump(tmp_path / "graph") == dump(built[0])
    assert derived(tmp_path / "graph") == derived(built[0])


def test_every_mention_can_be_read_back_from_its_paper(built: tuple[Path, BuildResult]) -> None:
    generation = GraphFolder(built[0]).current()
    query = """PREFIX kg: <https://w3id.org/kg-papers/ontology#>
        SELECT ?text ?start ?end ?left ?right ?surface { ?m kg:inPaper ?p ; kg:field ?field ; kg:start ?start ;
          kg:end ?end ; kg:sentenceStart ?left ; kg:sentenceEnd ?right ; kg:surface ?surface .
          ?p ?part ?text . FILTER(?part = IRI(CONCAT("http://purl.org/dc/terms/", ?field))) }"""
    rows: list[Any] = list(open_store(generation.store).query(query))  # type: ignore[arg-type]
    assert len(rows) == built[1].mentions
    for text, start, end, left, right, surface in rows:
        assert text.value[int(start.value) : int(end.value)] == surface.value
        assert int(left.value) <= int(start.value) < int(end.value) <= int(right.value) <= len(text.value)


def test_replace_starts_afresh(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    folder = tmp_path / "graph"
    make(folder, sources[:1], vocabulary)
    make(folder, sources[2:], vocabulary, replace=True)
    make(tmp_path / "other", sources[2:], vocabulary)
    assert dump(folder) == dump(tmp_path / "other")


def test_problems_are_reported_and_the_rest_goes_on(tmp_path: Path, vocabulary: str) -> None:
    lines = [json.dumps(MOSS), "{broken", '{"abstract": "no title"}', json.dumps(LANTERN)]
    (tmp_path / "some.jsonl").write_text("\n".join(lines))
    result = make(tmp_path / "graph", [str(tmp_path / "some.jsonl"), str(tmp_path / "missing.bib")], vocabulary)
    assert result.papers == 2
    assert [(Path(p.file).name, p.position) for p in result.problems] == [
        ("some.jsonl", 2), ("some.jsonl", 3), ("missing.bib", None)
    ]  # fmt: skip


def test_standard_input_is_a_source(tmp_path: Path, vocabulary: str) -> None:
    result = make(tmp_path / "graph", ["-"], vocabulary, stdin=io.BytesIO(json.dumps(MOSS).encode()))
    assert result.papers == 1


def test_no_paper_at_all_is_an_error_and_makes_no_graph(tmp_path: Path, vocabulary: str) -> None:
    with pytest.raises(SourceError, match="no such file"):
        make(tmp_path / "graph", [str(tmp_path / "missing.jsonl")], vocabulary)
    with pytest.raises(GraphError):
        GraphFolder(tmp_path / "graph").current()


def test_no_paper_at_all_leaves_a_graph_as_it_was(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    make(tmp_path / "graph", sources[:1], vocabulary)
    before = dump(tmp_path / "graph", provenance=True)
    with pytest.raises(SourceError):
        make(tmp_path / "graph", [str(tmp_path / "missing.jsonl")], vocabulary, replace=True)
    assert dump(tmp_path / "graph", provenance=True) == before


def test_a_vocabulary_given_once_is_kept_for_later_builds(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    make(tmp_path / "graph", sources[:1], vocabulary)
    build(GraphFolder(tmp_path / "graph"), sources[1:])
    make(tmp_path / "other", sources, vocabulary)
    assert dump(tmp_path / "graph") == dump(tmp_path / "other")


def test_another_vocabulary_changes_what_is_linked(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    make(tmp_path / "graph", sources, vocabulary)
    other = tmp_path / "other.ttl"
    other.write_text(VOCABULARY.replace("Moss Attention", "Short Version").replace("mossy attention", "brief form"))
    result = make(tmp_path / "graph", sources, str(other))
    lines = dump(tmp_path / "graph")
    assert result.changed
    assert any('"Short Version"' in line for line in lines)
    assert not any('prefLabel> "Moss Attention" <' in line for line in lines)


def test_a_broken_vocabulary_is_refused_before_anything_is_written(tmp_path: Path, sources: list[str]) -> None:
    (tmp_path / "broken.ttl").write_text("c:oops a")
    with pytest.raises(VocabularyError, match=r"broken\.ttl:1"):
        make(tmp_path / "graph", sources, str(tmp_path / "broken.ttl"))
    assert not (tmp_path / "graph").exists()


def _fail(*args: object, **options: object) -> None:
    raise RuntimeError("in the middle")


@pytest.mark.parametrize(
    "place",
    [
        "kg.build.extract_all",
        "kg.store.writer.paper_quads",
        "kg.store.triples.TripleWriter.close",
        "kg.engine.gather.merge",
    ],
)
def test_an_exception_in_the_middle_leaves_the_last_graph_and_nothing_of_the_new(
    tmp_path: Path, sources: list[str], vocabulary: str, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    folder = tmp_path / "graph"
    make(folder, sources[:1], vocabulary)
    before, kept = (
        dump(folder, provenance=True),
        sorted(p.name for p in GraphFolder(folder).current().vocabulary.iterdir()),
    )
    other = tmp_path / "other.ttl"
    other.write_text(VOCABULARY.replace("FernBank", "FernVault"))
    monkeypatch.setattr(place, _fail)
    with pytest.raises(RuntimeError):
        make(folder, sources, str(other))
    assert dump(folder, provenance=True) == before
    assert [path.name for path in (folder / "generations").iterdir()] == ["000001"]
    assert sorted(p.name for p in GraphFolder(folder).current().vocabulary.iterdir()) == kept
    monkeypatch.undo()
    build(GraphFolder(folder), sources[1:])
    make(tmp_path / "whole", sources, vocabulary)
    assert dump(folder) == dump(tmp_path / "whole")


LIMITED = """
    import resource, sys
    from kg.build import build
    from kg.errors import GraphError
    from kg.store import GraphFolder
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
    try:
        build(GraphFolder(sys.argv[2]), sys.argv[3:])
    except GraphError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
@pytest.mark.parametrize("size", [20_000, 120_000])
def test_a_full_disk_is_one_line_and_leaves_the_last_graph(
    tmp_path: Path, sources: list[str], vocabulary: str, size: int
) -> None:
    folder = tmp_path / "graph"
    make(folder, sources[:1], vocabulary)
    before = dump(folder, provenance=True)
    many = [
        MOSS | {"title": f"Growth of moss number {n}", "arxiv": f"2103.{n:05}", "abstract": f"{n} " * 500}
        for n in range(99)
    ]
    command = [
        sys.executable,
        "-c",
        textwrap.dedent(LIMITED),
        str(size),
        str(folder),
        write_lines(tmp_path / "m.jsonl", many),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{folder}: cannot be written") and done.stdout.count("\n") == 1
    assert dump(folder, provenance=True) == before
    assert [path.name for path in (folder / "generations").iterdir()] == ["000001"]


def test_a_graph_that_is_being_written_is_busy(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    folder = tmp_path / "graph"
    with GraphFolder(folder).writing(), pytest.raises(GraphBusyError):
        make(folder, sources, vocabulary)


@pytest.mark.parametrize(
    "title", ["Half \ud83c of a pair", "A bell \x07 and a NUL \x00", "Not \ufffe a character \uffff"]
)
def test_what_xml_cannot_hold_ends_in_a_graph_whose_xml_parses(tmp_path: Path, vocabulary: str, title: str) -> None:
    import rdflib
    from pyoxigraph import DefaultGraph, RdfFormat

    record = MOSS | {"title": title, "venue": title, "id": title, "authors": [title], "doi": f"10.1000/{title}"}
    make(tmp_path / "graph", [write_lines(tmp_path / "odd.jsonl", [record])], vocabulary)
    store = open_store(GraphFolder(tmp_path / "graph").current().store)
    data = store.dump(format=RdfFormat.RDF_XML, from_graph=DefaultGraph())
    read = rdflib.Graph().parse(data=data or b"", format="xml")
    [found] = read.objects(None, rdflib.URIRef("http://purl.org/dc/terms/title"))
    assert len(str(found)) == len(title)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there")
def test_a_file_whose_name_is_no_text_can_be_read(tmp_path: Path, vocabulary: str) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.jsonl"
    with open(path, "wb") as file:
        file.write(json.dumps(MOSS).encode())
    assert make(tmp_path / "graph", [os.fsdecode(path)], vocabulary).papers == 1


def test_a_folder_of_any_name_can_hold_a_graph(tmp_path: Path, sources: list[str], vocabulary: str) -> None:
    folder = tmp_path / "draft #2?%41 ü"
    make(folder, sources[:1], vocabulary)
    index = Index(GraphFolder(folder).current().index)
    assert index.find_paper("arXiv:2101.00001") is not None
    index.close()


def test_progress_is_told_by_step(tmp_path: Path, vocabulary: str) -> None:
    told: list[tuple[str, int, int | None]] = []
    progress: Callable[[str, int, int | None], None] = lambda step, done, total: told.append((step, done, total))  # noqa: E731
    many = [{"title": f"Moss {n}", "abstract": f"Growth {n}."} for n in range(501)]
    make(tmp_path / "graph", [write_lines(tmp_path / "m.jsonl", many)], vocabulary, progress=progress)
    assert list(dict.fromkeys(step for step, _, _ in told)) == ["read", "identify", "extract", "write"]
    assert all(done <= total for _, done, total in told if total is not None)


def test_roles_and_relations_reach_the_graph(built: tuple[Path, BuildResult]) -> None:
    lines = dump(built[0])
    assert any("/paper/arxiv/2101.00001>" in line and "#introduces>" in line and "/mossnet>" in line for line in lines)
    assert any("#Statement>" in line for line in lines)
    assert len(ROLES) == 6


def test_every_error_of_a_build_is_one_for_the_user(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no graph")
    with pytest.raises(KGError, match="not a graph folder"):
        build(GraphFolder(tmp_path / "file"), [str(tmp_path / "file")])
