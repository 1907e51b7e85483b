"""``kg vocab``: looked at, checked, extended, and what an added entry does to a graph that exists."""

from __future__ import annotations

import json
from pathlib import Path

from helpers_cli import Command
from helpers_papers import write_lines

SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix kg: <https://w3id.org/kg-papers/ontology#> .\n"
ADD = ("vocab", "add", "Dew Sampling", "--type", "method", "--definition", "Draws drops at dawn.")


def test_the_list_is_narrowed_by_type_and_text(kg: Command) -> None:
    rows = kg("vocab", "list", "--type", "metric", "--match", "bleu").rows
    assert rows
    assert {row["type"] for row in rows} == {"Metric"}
    assert all("bleu" in json.dumps(row).lower() for row in rows)
    assert kg("vocab", "list", "--match", "xyzzy").err == "no entry fits\n"


def test_an_entry_is_shown_by_an_alias_and_a_near_miss_suggests(kg: Command) -> None:
    assert kg("vocab", "show", "Low-Rank", "Adaptation").rows[0]["slug"] == "lora"
    assert "broader: " in kg("vocab", "show", "LoRA", "--format", "table").out
    ran = kg("vocab", "show", "Transfomer")
    assert ran.code == 2
    assert "did you mean “Transformer”" in ran.message


def test_the_built_in_vocabulary_has_nothing_to_mend(kg: Command) -> None:
    ran = kg("vocab", "check")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.endswith(" entries, nothing wrong\n")


def test_a_check_of_a_file_finds_what_is_wrong_with_it(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.ttl").write_text(
        SKOS
        + """
        @prefix c: <https://w3id.org/kg-papers/concept/> .
        c:ring-one a kg:Method ; skos:prefLabel "Ring One" ; skos:definition "One." ; skos:broader c:ring-two .
        c:ring-two a kg:Method ; skos:prefLabel "Ring Two" ; skos:definition "Two." ; skos:broader c:ring-one .
        c:no-type a skos:Concept ; skos:prefLabel "No Type" ; skos:definition "Three." .
        c:zebra-adapter a kg:Method ; skos:prefLabel "Zebra Adapter" ; skos:altLabel "LoRA" ; skos:definition "Four." .
        c:lost a kg:Task ; skos:prefLabel "Lost" ; skos:broader c:nowhere-to-be-found ; skos:definition "Five." .
        """
    )
    ran = kg("vocab", "check", "mine.ttl")
    assert ran.code == 1
    found = {(row["kind"], row["entry"]) for row in ran.rows}
    assert {("cycle", "ring-one"), ("type", "no-type"), ("dangling", "lost")} <= found
    # The label belongs to the built-in entry as well: the file brought the second one.
    assert any(kind == "duplicate" and "zebra-adapter" in json.dumps(row) for row in ran.rows for kind in [row["kind"]])


def test_a_check_of_a_good_file_counts_its_own_entries(kg: Command) -> None:
    assert kg(*ADD, "--file", "mine.ttl").code == 0
    assert kg("vocab", "check", "mine.ttl").err == "1 entry, nothing wrong\n"


def test_a_vocabulary_file_that_cannot_be_read_is_told_with_the_line(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text(f"{SKOS}<a:b> skos:prefLabel .\n")
    for command in (["vocab", "check", "broken.ttl"], ["build", "--vocabulary", "broken.ttl", "x.bib"]):
        ran = kg(*command)
        assert ran.code == 2
        assert ran.message.startswith("broken.ttl:3: not readable as Turtle")
    assert kg("vocab", "check", "none.ttl").message.startswith("none.ttl: no vocabulary file there")
    assert kg("build", "--vocabulary", "none.ttl", "x.bib").message.startswith("none.ttl: no vocabulary file there")


def test_an_added_entry_links_the_old_papers_at_the_next_build(
    kg: Command, tmp_path: Path, small: tuple[str, ...]
) -> None:
    papers = write_lines(
        tmp_path / "p.jsonl", [{"title": "On ponds", "abstract": "We rely on dew sampling for ponds."}]
    )
    assert kg("build", papers, *small).code == 0
    assert kg("show", "Dew Sampling").code == 2
    added = kg(*ADD, "--alias", "morning sampling", "--broader", "Moss Attention")
    assert added.code == 0
    assert added.err == "added dew-sampling to kg-graph/vocabulary/own.ttl; `kg build -g kg-graph` links it\n"
    built = kg("build")
    assert built.code == 0
    assert built.err.startswith("kg-graph: 1 paper (0 new records), ")
    (row,) = kg("show", "morning sampling").rows
    assert (row["label"], row["papers"], row["broader"][0]["label"]) == ("Dew Sampling", 1, "Moss Attention")
    assert kg("build").err == "Nothing new: kg-graph holds 1 paper.\n"


def test_what_is_an_entry_already_is_not_added_again(kg: Command) -> None:
    assert kg(*ADD, "--file", "mine.ttl").code == 0
    again = kg(*ADD, "--file", "mine.ttl")
    assert again.code == 2
    assert again.message.startswith("“Dew Sampling” is an entry already (dew-sampling)")
    ran = kg("vocab", "add", "LoRA", "--type", "Method", "--definition", "x", "--file", "mine.ttl")
    assert ran.message.startswith("“LoRA” is an entry already (lora)")


def test_an_entry_that_breaks_a_rule_changes_no_file(kg: Command, tmp_path: Path) -> None:
    for arguments, said in (
        (["--broader", "Transfomer"], "did you mean"),
        (["--alias", "LoRA"], "not both have cues"),
        (["--alias", "¿?"], "has no letter or digit"),
    ):
        ran = kg(*ADD, *arguments, "--file", "mine.ttl")
        assert ran.code == 2
        assert said in ran.message
    assert not (tmp_path / "mine.ttl").exists()
    assert kg(*ADD, "-g", "nowhere").message.startswith("nowhere: no graph there")
    (tmp_path / "afile").write_text("mine")
    assert kg(*ADD, "--file", "afile/x.ttl").message.endswith("afile: a file stands where a folder is needed")


def test_a_graph_that_is_not_there_is_told_where_it_was_named(kg: Command) -> None:
    assert "nowhere: no graph there" in kg("vocab", "list", "-g", "nowhere", "--match", "LoRA").err
    assert kg("vocab", "list", "--match", "LoRA").err == ""
