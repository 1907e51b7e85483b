"""``kg build``: whatever the order and however often, the same papers give the same graph; a stranger's papers too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import stranger
from helpers_cli import Command
from helpers_papers import write_lines

GOOD = {"id": "good", "title": "Lantern light in ferns", "abstract": "We train Lantern on FernBank."}
DECIDED = ("--format", "nquads", "--graphs", "papers", "--graphs", "vocabulary", "--graphs", "decisions", "-o", "-")


def test_papers_come_from_standard_input_too(kg: Command, small: tuple[str, ...]) -> None:
    assert kg("build", "-", *small, stdin=json.dumps(GOOD).encode()).code == 0
    assert kg("show", "Lantern").code == 0
    assert kg("build", "-", *small).message == "no paper found: -: an empty file"


def test_what_a_build_did_is_one_line(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    ran = kg("build", good, *small)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("kg-graph: 1 paper (1 new record), 2 entities, 3 mentions, ")
    assert len(ran.err.splitlines()) == 1
    more = write_lines(tmp_path / "more.jsonl", [{"title": "Lantern again"}])
    assert kg("build", "--quiet", more).err == ""


def test_a_second_build_of_the_same_changes_nothing(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    assert kg("build", good, *small).code == 0
    before = (tmp_path / "kg-graph" / "CURRENT").read_text()
    again = kg("build", good, *small)
    assert (again.code, again.err) == (0, "Nothing new: kg-graph holds 1 paper.\n")
    assert (tmp_path / "kg-graph" / "CURRENT").read_text() == before


def test_a_fresh_start_forgets_what_was_there(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    assert kg("build", write_lines(tmp_path / "good.jsonl", [GOOD]), *small).code == 0
    other = write_lines(tmp_path / "other.jsonl", [{"title": "Petal Score of the Lantern"}])
    assert kg("build", "--replace", other, *small).code == 0
    assert kg("stats").rows[0]["papers"] == 1
    assert kg("show", "Petal Score of the Lantern").code == 0


def test_files_in_any_order_or_one_at_a_time_give_the_same_bytes(
    kg: Command, tmp_path: Path, small: tuple[str, ...]
) -> None:
    files = [
        write_lines(tmp_path / "a.jsonl", [GOOD, {"title": "Twice told ferns of Lantern", "year": 2020}]),
        write_lines(tmp_path / "b.jsonl", [{"title": "Twice Told Ferns of Lantern.", "doi": "10.1234/x"}]),
        stranger.write(tmp_path / "c.jsonl"),
    ]
    kg("build", *files, *small, "-g", "one")
    kg("build", *reversed(files), *small, "-g", "two", "--workers", "2")
    for file in reversed(files):
        kg("build", file, *small, "-g", "three")
    exported = {name: kg("export", *DECIDED, "-g", name).out for name in ("one", "two", "three")}
    assert exported["one"].count("\n") > 200
    assert exported["one"] == exported["two"] == exported["three"]


def test_the_papers_of_a_stranger_give_a_graph_without_hand_edits(kg: Command, tmp_path: Path) -> None:
    bib = Path(__file__).parent / "fixtures" / "stranger.bib"
    ran = kg("build", "-q", bib, stranger.write(tmp_path / "arxiv.json"))
    assert ran.code == 1
    assert ran.message == f"{bib}:35: forgotten: an entry without title, left out"
    (stats,) = kg("stats").rows
    assert stats["papers"] == 54
    assert stats["papers_with_entities"] >= 53
    assert stats["known_entities"] >= 25
    (fern,) = kg("show", "10.5555/fern.2023.17").rows
    assert fern["title"] == "FernFormer: Gated Attention for Very Long Gardens"
    assert fern["authors"][0]["name"] == "Jörg Müller"
    roles = {e["label"]: e["role"] for e in fern["entities"]}
    assert roles["FernFormer"] == "introduces"
    assert roles["LoRA"] == "uses"
    assert kg("show", "LoRA").rows[0]["papers"] == 6
    (one,) = kg("show", "arXiv:2101.10004").rows
    assert one["title"] == "Revisiting LoRA for summarization: a view in 4 dimensions"


def test_options_of_spark_without_spark_are_refused(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    for option in ("--master", "--work", "--shards"):
        assert (ran := kg("build", good, *small, option, "x")).code == 2
        assert f"{option} is Spark's: add --engine spark" in ran.err
    assert not (tmp_path / "kg-graph").exists()


@pytest.mark.slow
def test_spark_without_java_says_what_to_install(
    kg: Command, tmp_path: Path, small: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "no-java"))
    good = write_lines(tmp_path / "good.jsonl", [GOOD])
    ran = kg("build", "--engine", "spark", good, *small)
    assert ran.code == 2
    assert ran.message.startswith("--engine spark needs Java, and there is none in JAVA_HOME")
    assert "apt install openjdk-17-jre-headless" in ran.message
    assert not (tmp_path / "kg-graph").exists()
