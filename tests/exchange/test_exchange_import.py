"""A graph comes back from what it exported, to the same bytes, and can be changed as the old one could."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from exchange_graphs import PAPERS
from helpers_cli import process
from helpers_papers import dump, make, write_lines
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.build import build, remove
from kg.errors import GraphError, KGError
from kg.exchange import import_graph
from kg.records import Records
from kg.store import GraphFolder, MentionTable
from kg.trust import diff, verify


def exported(graph: Path, path: Path, format: str = "nquads", **options: object) -> Path:
    """The file that an export of a graph wrote."""
    kg.open(graph).export(format, path, **options)
    return path


@pytest.mark.parametrize(("format", "name"), [("nquads", "a.nq"), ("trig", "a.trig"), ("nquads", "a.nq.gz")])
def test_what_was_exported_comes_back_to_the_same_bytes(little: Path, tmp_path: Path, format: str, name: str) -> None:
    path = exported(little, tmp_path / "plain", format)
    data = path.read_bytes()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    result = import_graph(GraphFolder(tmp_path / "copy"), path)
    assert (result.papers, result.records, result.whole_records) == (3, 4, True)
    assert exported(tmp_path / "copy", tmp_path / "again", format).read_bytes() == data


def test_an_imported_graph_is_asked_shown_measured_and_verified_as_the_old_one(little: Path, tmp_path: Path) -> None:
    old = kg.open(little)
    new = kg.Graph.import_(exported(little, tmp_path / "a.nq"), tmp_path / "copy")
    findings: list[object] = []
    verify(new.generation, findings.append)
    assert findings == []
    assert list(diff(old.generation, new.generation)) == []
    assert new.show("Moss Attention") == old.show("Moss Attention")
    assert new.paper("2101.00001") == old.paper("2101.00001")
    assert new.search("fern") == old.search("fern")
    assert new.papers("FernBank") == old.papers("FernBank")
    assert new.clusters() == old.clusters()
    one, two = (MentionTable.open(g.generation.mentions) for g in (old, new))
    for name in one.__slots__:
        # Counts of pairs stand beside a table only where an engine made them.
        before, after = (None if (c := getattr(t, name)) is None else c.tolist() for t in (one, two))
        assert before == after
    assert {s: getattr(new.stats(), s) for s in ("papers", "records", "entities", "mentions", "types", "roles")} == {
        s: getattr(old.stats(), s) for s in ("papers", "records", "entities", "mentions", "types", "roles")
    }


def test_the_source_records_come_back_as_they_were_read(little: Path, tmp_path: Path) -> None:
    import_graph(GraphFolder(tmp_path / "copy"), exported(little, tmp_path / "a.nq"))
    held = []
    for graph in (little, tmp_path / "copy"):
        records = Records(GraphFolder(graph).current().records, frozen=True)
        held.append([(key, paper, records.origins(key)) for _, key, paper in records.all()])
        records.close()
    assert held[0] == held[1]
    assert len(held[0]) == 4


def test_a_later_build_gives_what_a_fresh_build_of_all_gives(little: Path, tmp_path: Path) -> None:
    # Without the extractor, whose version names the files of the vocabulary.
    def said(graph: Path) -> list[str]:
        return [line for line in dump(graph) if "/extractor/" not in line]

    more = {"title": "Bark Transformer, twice", "abstract": "We use a Bark Transformer (BT).", "arxiv": "2104.00004"}
    import_graph(GraphFolder(tmp_path / "copy"), exported(little, tmp_path / "a.nq"))
    result = build(GraphFolder(tmp_path / "copy"), [write_lines(tmp_path / "more.jsonl", [more])])
    assert (result.papers, result.new_records) == (4, 1)
    vocabulary = str(little.parent / "names.ttl")
    make(tmp_path / "whole", [write_lines(tmp_path / "all.jsonl", [*PAPERS, more])], vocabulary)
    assert said(tmp_path / "copy") == said(tmp_path / "whole")
    assert remove(GraphFolder(tmp_path / "copy"), ["2101.00001"]).gone_records == 2
    without = [p for p in [*PAPERS, more] if p.get("arxiv") != "2101.00001"]
    make(tmp_path / "less", [write_lines(tmp_path / "less.jsonl", without)], vocabulary)
    assert said(tmp_path / "copy") == said(tmp_path / "less")


def test_the_curators_decisions_come_back_and_are_followed_by_later_builds(little: Path, tmp_path: Path) -> None:
    vocabulary = str(little.parent / "names.ttl")
    source = write_lines(tmp_path / "papers.jsonl", PAPERS)
    make(tmp_path / "graph", [source], vocabulary)
    lines = "accept\tmossnet\tMoss Net\tModel\nmerge\tglowtune\tlantern\t\t\tthe same\n"
    (tmp_path / "graph" / "decisions.tsv").write_text(lines)
    make(tmp_path / "graph", [source], vocabulary)
    path = exported(tmp_path / "graph", tmp_path / "a.nq")
    new = kg.Graph.import_(path, tmp_path / "copy")
    assert exported(tmp_path / "copy", tmp_path / "b.nq").read_bytes() == path.read_bytes()
    assert new.show("Moss Net") == kg.open(tmp_path / "graph").show("Moss Net")
    findings: list[object] = []
    verify(new.generation, findings.append)
    assert findings == []
    kept = (tmp_path / "copy" / "decisions.tsv").read_text()
    assert [line for line in kept.splitlines() if not line.startswith("#")] == lines.splitlines()
    before = [line for line in dump(tmp_path / "copy") if "/extractor/" not in line]
    build(GraphFolder(tmp_path / "copy"), [])
    assert [line for line in dump(tmp_path / "copy") if "/extractor/" not in line] == before
    (tmp_path / "copy" / "decisions.tsv").write_text("reject\tlantern\n")
    with pytest.raises(GraphError, match="holds decisions of another graph"):
        import_graph(GraphFolder(tmp_path / "copy"), path, replace=True)


def test_a_file_without_provenance_makes_each_paper_its_own_record(little: Path, tmp_path: Path) -> None:
    path = exported(little, tmp_path / "a.nq", graphs=("papers", "vocabulary"))
    result = import_graph(GraphFolder(tmp_path / "copy"), path)
    assert (result.papers, result.records, result.whole_records) == (3, 3, False)
    again = exported(tmp_path / "copy", tmp_path / "b.nq", graphs=("papers", "vocabulary"))
    assert again.read_bytes() == path.read_bytes()
    findings: list[object] = []
    verify(GraphFolder(tmp_path / "copy").current(), findings.append)
    assert findings == []
    files = {o["file"] for o in _rows(tmp_path / "copy", "SELECT DISTINCT ?file { ?o kg:file ?file }")}
    assert files == {str(path)}


def _rows(graph: Path, query: str) -> list[dict[str, str]]:
    found = kg.open(graph).query(query)
    return [dict(zip(found.variables, (t.value for t in row), strict=True)) for row in found.rows()]  # type: ignore[union-attr]


def test_a_graph_that_is_there_gives_way_only_where_told_and_can_be_had_back(little: Path, tmp_path: Path) -> None:
    path = exported(little, tmp_path / "a.nq")
    make(tmp_path / "graph", [write_lines(tmp_path / "b.jsonl", PAPERS[:1])], str(little.parent / "names.ttl"))
    before = dump(tmp_path / "graph", provenance=True)
    with pytest.raises(GraphError, match="a graph is there already"):
        import_graph(GraphFolder(tmp_path / "graph"), path)
    import_graph(GraphFolder(tmp_path / "graph"), path, replace=True)
    assert dump(tmp_path / "graph", provenance=True) == dump(little, provenance=True)
    GraphFolder(tmp_path / "graph").undo()
    assert dump(tmp_path / "graph", provenance=True) == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[: len(text) // 2], "no readable RDF"),
        (lambda text: "", "holds no paper"),
        (lambda text: text.replace("/graph/vocabulary>", "/graph/other>"), "which kg does not write"),
        (lambda text: text.replace('kg-papers/ontology#surface> "FernBank"', 'x> "y"'), "a mention that lacks"),
        (lambda text: text.replace('ontology#content> "[\\"Lantern', 'ontology#content> "[\\"Lamp'), "was changed"),
        (lambda text: text.replace("ontology#Extractor>", "ontology#Other>"), "names 0 extractors"),
        (lambda text: text.replace('#field> "title"', '#field> "footer"'), "cannot be read"),
        (lambda text: text.replace('#start> "0"', '#start> "x"'), "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_sound_export_is_one_line_and_makes_nothing(
    little: Path, tmp_path: Path, change: object, message: str
) -> None:
    text = exported(little, tmp_path / "a.nq").read_text()
    changed = change(text)  # type: ignore[operator]
    assert changed != text
    (tmp_path / "b.nq").write_text(changed)
    with pytest.raises(KGError, match=message) as caught:
        import_graph(GraphFolder(tmp_path / "copy"), tmp_path / "b.nq")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "copy" / "CURRENT").exists()
    assert list((tmp_path / "copy" / "generations").iterdir()) == []


def test_a_light_export_is_refused(little: Path, tmp_path: Path) -> None:
    path = exported(little, tmp_path / "a.nq", light=True)
    with pytest.raises(GraphError, match="is a light export"):
        import_graph(GraphFolder(tmp_path / "copy"), path)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(damage=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_damage_of_a_file_is_one_line_or_a_graph(
    damage: list[tuple[int, int]], little: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    data = bytearray(exported(little, folder / "a.nq").read_bytes())
    for place, byte in damage:
        data[place * 37 % len(data)] = byte
    (folder / "b.nq").write_bytes(data)
    try:
        import_graph(GraphFolder(folder / "copy"), folder / "b.nq")
    except KGError as error:
        assert "\n" not in str(error)
    shutil.rmtree(folder)


def test_the_command_imports_from_a_file_and_from_standard_input(little: Path, tmp_path: Path) -> None:
    path = exported(little, tmp_path / "a.nq")
    ran = process("import", "-g", "copy", "a.nq", cwd=tmp_path)
    assert ran.code == 0 and ran.err.startswith("copy: 3 papers, "), ran.err
    assert process("import", "-g", "other", "-", cwd=tmp_path, stdin=path.read_bytes()).code == 0
    assert dump(tmp_path / "copy", provenance=True) == dump(tmp_path / "other", provenance=True)
    assert "a graph is there already" in process("import", "-g", "copy", "a.nq", cwd=tmp_path).message
    assert "cannot be read" in process("import", "-g", "new", "none.nq", cwd=tmp_path).message
