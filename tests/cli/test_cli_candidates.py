"""``kg candidates``: what the vocabulary lacks is listed, and a curator's word is followed at the next build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers_cli import Command
from helpers_papers import dump, make, write_lines, write_vocabulary

import kg as product
from kg.errors import KGError
from kg.store import GraphFolder
from kg.trust import Finding, verify

RECORDS = [
    {"title": "MossNet: a network for Leaf Classification", "abstract": "We propose MossNet. MossNet beats Lantern.",
     "arxiv": "2101.00001"},
    {"title": "On Mossnets", "abstract": "We compare MOSSNET with GlowTune and Lantern.", "arxiv": "2102.00002"},
    {"title": "More light", "abstract": "We call it GlowTune. GlowTune extends MossNet, and SAGE draws a mask.",
     "arxiv": "2103.00003"},
]  # fmt: skip


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph of three papers with a vocabulary of invented names."""
    vocabulary = write_vocabulary(tmp_path / "names.ttl")
    make(tmp_path / "g", [write_lines(tmp_path / "p.jsonl", RECORDS)], vocabulary, profile="vocabulary")
    return tmp_path / "g"


def labels(folder: Path) -> dict[str, tuple[str, bool, int]]:
    """Type, whether known, and number of papers of each entity by label."""
    return {e.label: (e.type, e.known, e.papers) for e in product.open(folder).index.entities()}


def build(folder: Path) -> None:
    """Builds the graph again, with all that it has."""
    product.open(folder).build()


def test_terms_outside_the_vocabulary_are_listed_with_a_sentence(kg: Command, graph: Path) -> None:
    rows = kg("candidates", "-g", str(graph)).rows
    assert {"MossNet", "GlowTune"} <= {row["label"] for row in rows}
    assert "Lantern" not in {row["label"] for row in rows}
    moss = next(row for row in rows if row["label"] == "MossNet")
    assert moss["papers"] >= 2
    assert "MossNet" in moss["evidence"][0]["sentence"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_the_list_can_be_cut_ranked_and_filtered(kg: Command, graph: Path) -> None:
    assert len(kg("candidates", "-g", str(graph), "--limit", "1").rows) == 1
    by_papers = kg("candidates", "-g", str(graph), "--by", "papers", "--sentences", "0").rows
    assert [row["papers"] for row in by_papers] == sorted((row["papers"] for row in by_papers), reverse=True)
    assert all(row["papers"] >= 2 for row in kg("candidates", "-g", str(graph), "--min-papers", "2").rows)
    assert kg("candidates", "-g", str(graph), "--until", "1999").rows == []


def test_an_accepted_candidate_is_an_entity_with_the_name_and_type_given(kg: Command, graph: Path) -> None:
    said = kg("candidates", "accept", "-g", str(graph), "GlowTune", "--type", "method", "--label", "Glow Tuning")
    assert said.code == 0
    assert "1 decision in" in said.err
    assert labels(graph)["GlowTune"][1] is False
    build(graph)
    assert labels(graph)["Glow Tuning"] == ("Method", True, 2)
    assert "GlowTune" not in {row["label"] for row in kg("candidates", "-g", str(graph)).rows}


def test_merged_entities_are_found_by_either_name_and_the_old_iri_says_what_took_its_place(
    kg: Command, graph: Path
) -> None:
    before = labels(graph)["Lantern"][2]
    assert kg("candidates", "merge", "-g", str(graph), "GlowTune", "--into", "Lantern").code == 0
    build(graph)
    assert "GlowTune" not in labels(graph)
    assert labels(graph)["Lantern"][2] > before
    assert product.open(graph).find_entity("GlowTune").label == "Lantern"
    asked = "SELECT ?new { concept:glowtune dcterms:isReplacedBy ?new ; owl:deprecated true }"
    assert "concept/lantern" in kg("query", "-g", str(graph), asked).out
    kind = "SELECT ?d { ?d a kg:Decision ; kg:decisionKind 'merge' ; kg:decidesOn concept:glowtune }"
    assert len(kg("query", "-g", str(graph), kind).rows) == 1


def test_a_rejected_entity_is_gone_and_comes_back_when_its_line_is_deleted(kg: Command, graph: Path) -> None:
    before = dump(graph)
    assert kg("candidates", "reject", "-g", str(graph), "GlowTune", "--note", "no thing").code == 0
    build(graph)
    assert "GlowTune" not in labels(graph)
    path = graph / "decisions.tsv"
    path.write_text("".join(line for line in path.read_text().splitlines(True) if not line.startswith("reject")))
    build(graph)
    assert dump(graph) == before


def test_a_split_gives_the_mentions_of_a_paper_to_another_entity(kg: Command, graph: Path) -> None:
    ran = kg("candidates", "split", "-g", str(graph), "Lantern", "--into", "Street Lamp", "--type", "Concept",
             "--paper", "2102.00002")  # fmt: skip
    assert ran.code == 0, ran.err
    build(graph)
    assert labels(graph)["Street Lamp"] == ("Concept", False, 1)
    assert labels(graph)["Lantern"][2] == 1


def test_decisions_are_kept_by_replace_and_move_to_another_graph(graph: Path, kg: Command, tmp_path: Path) -> None:
    kg("candidates", "reject", "-g", str(graph), "GlowTune")
    vocabulary, papers = str(tmp_path / "names.ttl"), str(tmp_path / "p.jsonl")
    make(graph, [papers], vocabulary, profile="vocabulary", replace=True)
    assert "GlowTune" not in labels(graph)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(graph / "decisions.tsv", other)
    make(other, [papers], vocabulary, profile="vocabulary")
    assert dump(other) == dump(graph)


def test_decisions_hold_for_papers_that_come_later(graph: Path, kg: Command, tmp_path: Path) -> None:
    kg("candidates", "merge", "-g", str(graph), "GlowTune", "--into", "Moss Attention")
    later = write_lines(tmp_path / "later.jsonl", [{"title": "GlowTune again", "abstract": "GlowTune glows."}])
    product.open(graph).build(later)
    assert "GlowTune" not in labels(graph)


def test_a_build_without_news_changes_nothing_and_one_with_a_decision_does(graph: Path, kg: Command) -> None:
    assert not product.open(graph).build().changed
    kg("candidates", "reject", "-g", str(graph), "GlowTune")
    assert product.open(graph).build().changed
    assert not product.open(graph).build().changed


def test_a_graph_with_decisions_verifies_and_conforms(graph: Path, kg: Command) -> None:
    for words in (
        ["accept", "GlowTune"], ["merge", "Lantern", "--into", "Moss Attention"], ["reject", "Leaf Classification"],
    ):  # fmt: skip
        assert kg("candidates", words[0], "-g", str(graph), *words[1:]).code == 0
    build(graph)
    findings: list[Finding] = []
    verify(GraphFolder(graph).current(), findings.append)
    assert findings == []
    assert kg("validate", "-g", str(graph)).code == 0


def test_a_broken_line_is_reported_with_file_and_line_and_the_rest_is_followed(kg: Command, graph: Path) -> None:
    (graph / "decisions.tsv").write_text("# mine\nmerge GlowTune Lantern\nreject\tglowtune\n")
    ran = kg("build", "-g", str(graph))
    assert ran.code == 1
    assert f"{graph}/decisions.tsv:2: “merge GlowTune Lantern” is no decision" in ran.err
    assert "GlowTune" not in labels(graph)


def test_a_file_of_decisions_that_cannot_be_read_is_said_in_one_line(kg: Command, graph: Path) -> None:
    (graph / "decisions.tsv").mkdir()
    ran = kg("build", "-g", str(graph))
    assert (ran.code, "decisions.tsv: cannot be read" in ran.message) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["accept", "Lantern"], "“Lantern” is no candidate: it is known already"),
        (["accept", "Nothing Here"], "no entity called “Nothing Here” in this graph"),
        (["accept", "GlowTune", "MossNet", "--label", "Both"], "one label cannot be that of several entities"),
        (["merge", "GlowTune", "--into", "GlowTune"], "glowtune is itself"),
        (["merge", "GlowTune", "--into", "Nothing Here"], "no entity called “Nothing Here”"),
        (["merge", "SAGE Segmenter", "--into", "SAGE Optimiser"], "sage-optimiser is forbidden"),
        (["merge", "SAGE", "--into", "Lantern"], "2 entities are called “SAGE”; name one of"),
        (["split", "Lantern", "--into", "Lamp"], "a split needs a form or a paper"),
        (["split", "Lantern", "--into", "Lamp", "--paper", "nowhere"], "no paper called “nowhere”"),
        (["reject", "GlowTune\tmerge"], "no entity called"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_nothing_is_written(
    kg: Command, graph: Path, arguments: list[str], said: str
) -> None:
    ran = kg("candidates", arguments[0], "-g", str(graph), *arguments[1:])
    assert ran.code == 2
    assert said in ran.message
    assert not (graph / "decisions.tsv").exists()


def test_a_merge_back_is_refused(graph: Path) -> None:
    opened = product.open(graph)
    opened.merge("GlowTune", into="Lantern")
    with pytest.raises(KGError, match="leads back to itself"):
        opened.merge("Lantern", into="GlowTune")
    assert [d.entity for d in opened.decisions()] == ["glowtune"]


def test_the_same_word_twice_is_one_line(graph: Path) -> None:
    opened = product.open(graph)
    for _ in range(2):
        opened.reject("GlowTune")
    assert len(opened.decisions()) == 1


def test_what_was_decided_is_listed(kg: Command, graph: Path) -> None:
    kg("candidates", "reject", "-g", str(graph), "GlowTune", "--note", "no\tthing")
    (row,) = kg("candidates", "decisions", "-g", str(graph)).rows
    assert (row["kind"], row["entity"], row["note"], row["line"]) == ("reject", "glowtune", "no thing", 3)
