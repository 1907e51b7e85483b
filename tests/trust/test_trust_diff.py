"""What ``kg diff`` lists: exactly what one graph holds and the other does not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers_cli import process
from helpers_papers import VOCABULARY, make, write_lines, write_vocabulary

from kg.errors import GraphError
from kg.store import GraphFolder, open_store
from kg.trust import Change, diff, sides

MOSS = {"title": "Moss Attention for Leaf Classification", "abstract": "We use Moss Attention.", "arxiv": "2101.00001"}
LANTERN = {"title": "Lantern: a model that glows", "abstract": "Lantern beats MossNet.", "arxiv": "2102.00002"}
FERN = {"title": "FernBank, a bank of ferns", "abstract": "FernBank helps Lantern.", "arxiv": "2103.00003"}


@pytest.fixture
def folder(tmp_path: Path) -> GraphFolder:
    """A graph of three generations: two papers, a third added, an abstract changed."""
    vocabulary = write_vocabulary(tmp_path / "names.ttl")
    other = MOSS | {"abstract": "We use the Bark Transformer."}
    for records in ([MOSS, LANTERN], [MOSS, LANTERN, FERN], [other, LANTERN, FERN]):
        make(tmp_path / "graph", [write_lines(tmp_path / "papers.jsonl", records)], vocabulary)
    return GraphFolder(tmp_path / "graph")


def changes(folder: GraphFolder, *names: Any) -> list[Change]:
    """The changes between two generations."""
    return list(diff(*sides(folder, *names)))


def things(folder: GraphFolder, number: int, kind: str) -> set[str]:
    """The IRIs of a class in the papers' graph of a generation."""
    store: Any = open_store(folder.generation(number).store)
    rows = store.query(f"SELECT ?x {{ ?x a <https://w3id.org/kg-papers/ontology#{kind.capitalize()}> }}")
    return {row[0].value for row in rows}


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (1, 3), (3, 1)])
def test_what_was_added_and_removed_is_what_the_stores_hold(folder: GraphFolder, old: int, new: int) -> None:
    listed = changes(folder, old, new)
    for kind in ("paper", "mention", "statement"):
        for way, one, two in (("added", new, old), ("removed", old, new)):
            found = {c.iri for c in listed if (c.kind, c.way) == (kind, way)}
            assert found == things(folder, one, kind) - things(folder, two, kind), (kind, way)


def test_the_same_generation_has_no_difference(folder: GraphFolder) -> None:
    assert changes(folder, 2, 2) == []


def test_the_other_direction_says_the_opposite(folder: GraphFolder) -> None:
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    there = Counter((c.way, c.kind, c.iri) for c in changes(folder, 1, 3))
    back = Counter((opposite[c.way], c.kind, c.iri) for c in changes(folder, 3, 1))
    assert there == back


def test_without_names_it_is_what_the_last_build_changed(folder: GraphFolder) -> None:
    assert changes(folder) == changes(folder, 2, 3)
    assert [(c.way, c.iri) for c in changes(folder) if c.kind == "paper"] == [
        ("changed", "https://w3id.org/kg-papers/paper/arxiv/2101.00001")
    ]


def test_a_paper_brings_its_entities_mentions_and_statements(folder: GraphFolder) -> None:
    listed = changes(folder, 1, 2)
    assert {(c.kind, c.way) for c in listed} <= {(k, "added") for k in ("paper", "entity", "mention", "statement")}
    assert [c.what for c in listed if c.kind == "paper"] == [FERN["title"]]
    assert "FernBank (Dataset)" in [c.what for c in listed if c.kind == "entity"]
    assert {c.paper for c in listed if c.kind == "mention"} == {"https://w3id.org/kg-papers/paper/arxiv/2103.00003"}


def test_another_vocabulary_changes_links_and_not_places(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "papers.jsonl", [MOSS])
    make(tmp_path / "graph", [path], write_vocabulary(tmp_path / "names.ttl"))
    other = tmp_path / "other.ttl"
    other.write_text(VOCABULARY.replace("c:moss-attention", "c:mossy"))
    make(tmp_path / "graph", [path], str(other))
    listed = changes(GraphFolder(tmp_path / "graph"))
    assert {(c.way, c.what) for c in listed if c.kind == "entity"} == {
        ("removed", "Moss Attention (Method)"), ("added", "Moss Attention (Method)"),
    }  # fmt: skip
    assert {c.way for c in listed if c.kind == "mention"} == {"changed"}


def test_two_graphs_are_compared_by_their_folders(folder: GraphFolder, tmp_path: Path) -> None:
    vocabulary = str(tmp_path / "names.ttl")
    make(tmp_path / "other", [write_lines(tmp_path / "other.jsonl", [LANTERN])], vocabulary)
    ran = process("diff", "other", "graph", "--format", "json", cwd=tmp_path)
    found = json.loads(ran.out)
    assert (ran.code, found["counts"]["paper"]) == (0, {"added": 2, "removed": 0, "changed": 0})
    table = process("diff", "other", "graph", "--format", "table", "--limit", "1", cwd=tmp_path)
    assert "… and 1 more papers added (--limit)" in table.out


@pytest.mark.parametrize("names", [("1", "9"), ("none", "1"), ("1",)])
def test_a_side_that_is_not_there_is_one_line(folder: GraphFolder, tmp_path: Path, names: tuple[str, ...]) -> None:
    ran = process("diff", "-g", str(folder.path), *names, cwd=tmp_path)
    assert ran.code == 2
    assert len(ran.err.splitlines()) <= 4
    assert "Traceback" not in ran.err


def test_a_graph_of_one_build_has_nothing_to_compare_with(tmp_path: Path) -> None:
    make(tmp_path / "graph", [write_lines(tmp_path / "a.jsonl", [MOSS])], write_vocabulary(tmp_path / "names.ttl"))
    with pytest.raises(GraphError, match="no build before generation 1 is kept"):
        changes(GraphFolder(tmp_path / "graph"))
