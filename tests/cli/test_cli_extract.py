"""``kg extract``: one line a record, with its own id, offsets in the text as given, nothing brought together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers_cli import Command
from helpers_papers import write_lines

RECORDS = [
    {
        "id": "b",
        "title": "Lantern: a light\tin the  dark",
        "abstract": "We train Lantern on FernBank 🌿 and FernBank only.",
    },
    {"id": "a", "title": "Naïve ferns 機械", "abstract": "Moss Attention beats $\\alpha$-Lantern.\nTwice."},
    {
        "id": "b2",
        "title": "Lantern: a light\tin the  dark",
        "abstract": "We train Lantern on FernBank 🌿 and FernBank only.",
    },
    {"id": "", "title": "Nothing here", "abstract": ""},
]


def test_each_record_is_a_line_in_its_place_even_one_that_stands_there_twice(
    kg: Command, tmp_path: Path, small: tuple[str, ...]
) -> None:
    rows = kg("extract", write_lines(tmp_path / "p.jsonl", RECORDS), *small).rows
    assert [row["id"] for row in rows] == ["b", "a", "b2", ""]
    assert rows[0]["entities"] == rows[2]["entities"] != []
    assert rows[3]["entities"] == []


def test_offsets_slice_the_text_as_given(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    rows = kg("extract", write_lines(tmp_path / "p.jsonl", RECORDS), *small).rows
    mentions = 0
    for record, row in zip(RECORDS, rows, strict=True):
        text = f"{record['title']}\n{record['abstract']}"
        for entity in row["entities"]:
            for mention in entity["mentions"]:
                assert text[mention["start"] : mention["end"]] == mention["text"]
                mentions += 1
    assert mentions > 8


def test_a_concept_is_the_same_in_every_record(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    rows = kg("extract", write_lines(tmp_path / "p.jsonl", RECORDS), *small).rows
    concepts = {e["name"]: e["concept"] for row in rows for e in row["entities"]}
    assert concepts["Lantern"] == "https://w3id.org/kg-papers/concept/lantern"
    for row in rows:
        here = {e["concept"] for e in row["entities"]}
        assert all({r["subject"], r["object"]} <= here for r in row["relations"])


def test_standard_input_gives_what_the_file_gives(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    path = write_lines(tmp_path / "p.jsonl", RECORDS)
    assert kg("extract", "-", *small, stdin=Path(path).read_bytes()).out == kg("extract", path, *small).out


@pytest.mark.slow
def test_two_processes_give_what_one_gives(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    path = write_lines(tmp_path / "p.jsonl", RECORDS)
    assert kg("extract", path, *small, "--workers", "2").out == kg("extract", path, *small).out


def test_little_confidence_can_be_left_out(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    rows = kg("extract", write_lines(tmp_path / "p.jsonl", RECORDS), *small, "--min-confidence", "0.9").rows
    assert len(rows) == len(RECORDS)
    assert all(m["confidence"] >= 0.9 for row in rows for e in row["entities"] for m in e["mentions"])


def test_a_text_with_half_a_character_is_read(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    (tmp_path / "p.jsonl").write_text('{"id": "x\\ud800", "title": "Half \\ud83d of Lantern", "abstract": ""}\n')
    ran = kg("extract", "p.jsonl", *small)
    assert (ran.code, ran.message) == (1, "p.jsonl:1: half of a surrogate pair; read with U+FFFD in its place")
    (row,) = ran.rows
    (mention,) = row["entities"][0]["mentions"]
    assert "Half \ud83d of Lantern"[mention["start"] : mention["end"]] == "Lantern"


def test_verbose_counts_and_quiet_is_silent(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> None:
    path = write_lines(tmp_path / "p.jsonl", RECORDS)
    assert kg("extract", path, *small, "-v").err == "4 records, 0 problems\n"
    assert kg("extract", path, *small, "-q").err == ""
    assert json.loads(kg("extract", path, *small, "--format", "JSONL").out.splitlines()[0])["id"] == "b"
