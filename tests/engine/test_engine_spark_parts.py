"""What the engine calls on its workers, without the engine: the same records, problems and papers as on one machine."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from helpers_papers import paper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import sources
from kg.engine.spark import paths, session
from kg.engine.spark.papers import papers_of
from kg.engine.spark.reading import rows_of_lines, rows_of_parquet, rows_of_whole
from kg.errors import KGError
from kg.model import Origin, Paper, Problem
from kg.records import Records, clean, from_body, record_hash, to_body
from kg.resolve import identify, keys, merge

GOOD = [json.dumps({"title": f"Lantern light number {n}", "year": 2000 + n}).encode() for n in range(6)]
BROKEN = [
    b"{broken",
    b"",
    b"[1]",
    b'{"abstract": "no title"}',
    b'{"title": "half \xff of it"}',
    b'{"title": "\\ud800"}',
]


def read_here(name: str, content: bytes) -> tuple[set[tuple[str, Origin]], list[Problem]]:
    """Hash and origin of each record, and the problems, as one machine reads the file."""
    problems: list[Problem] = []
    found = sources.read_stream(io.BytesIO(content), name, problems.append)
    return {(record_hash(clean(p)), p.origin) for p in found}, problems


def told(rows: Iterable[tuple[object, ...]]) -> tuple[set[tuple[str, Origin]], list[Problem]]:
    """The same of the engine's rows."""
    records: set[tuple[str, Origin]] = set()
    problems: list[Problem] = []
    for kind, file, form, _, position, reason, key, body, names in rows:
        if kind == "problem":
            problems.append(Problem(str(file), int(str(position)) or None, str(reason)))
        elif kind == "record":
            assert isinstance(body, bytes)
            assert isinstance(names, list)
            origin = Origin(str(file), str(form), int(str(position)))
            assert names == list(keys(from_body(body, origin)))
            records.add((str(key), origin))
    return records, problems


def test_lines_give_the_records_and_problems_that_one_machine_reads() -> None:
    lines = [b"\xef\xbb\xbf" + GOOD[0], *BROKEN, *GOOD[1:]]
    rows = rows_of_lines(("a.jsonl", 0, line) for line in lines)
    assert told(rows) == read_here("a.jsonl", b"\n".join(lines))


def test_lines_of_each_block_are_counted_for_the_blocks_behind_it() -> None:
    lines = [("a.jsonl", 0, GOOD[0]), ("a.jsonl", 0, GOOD[1]), ("b.jsonl", 0, GOOD[2]), ("a.jsonl", 90, GOOD[3])]
    blocks = [row[1:5] for row in rows_of_lines(lines) if row[0] == "block"]
    assert blocks == [("a.jsonl", "jsonl", 0, 2), ("b.jsonl", "jsonl", 0, 1), ("a.jsonl", "jsonl", 90, 1)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bib", b"@article{x, title={Lantern light}, year={2020}}\n@article{y, year={2021}}"),
        ("a.csv", b"title,year\nLantern light,2020\n,2021\nFerns,2022\n"),
        ("a.json.gz", gzip.compress(b"[" + b",".join(GOOD) + b"]", mtime=0)),
        ("cut.jsonl.gz", gzip.compress(b"\n".join(GOOD), mtime=0)[:-20]),
        ("nothing.txt", b""),
        ("page.pdf", b"%PDF-1.7 and more"),
    ],
)
def test_a_whole_file_gives_what_one_machine_reads(name: str, content: bytes) -> None:
    assert told(rows_of_whole(name, content)) == read_here(name, content)


def test_only_a_file_that_was_read_to_its_end_says_so() -> None:
    whole = gzip.compress(b"\n".join(GOOD), mtime=0)
    assert [row[0] for row in rows_of_whole("a.jsonl.gz", whole)][-1] == "block"
    assert "block" not in [row[0] for row in rows_of_whole("a.jsonl.gz", whole[:-20])]


def test_rows_of_parquet_are_records_with_their_place() -> None:
    records, problems = told(rows_of_parquet("a.parquet", [(GOOD[0].decode(), 1), ('{"year": 1}', 2)]))
    assert [(origin.format, origin.position) for _, origin in records] == [("parquet", 1)]
    assert [(p.file, p.position) for p in problems] == [("a.parquet", 2)]


TITLES = st.sampled_from(["Moss Grows On Stones", "Ferns Grow On Old Trees", "Short"])
RECORDS = st.lists(
    st.builds(
        lambda title, abstract, names, author, year: paper(title, abstract, *names, authors=author, issued=year),
        TITLES,
        st.sampled_from(["", "a", "b"]),
        st.sets(st.sampled_from(["doi:10.1/x", "doi:10.1/y", "arxiv:2101.00001", "arxiv:2101.00002"]), max_size=2),
        st.sampled_from([(), ("Ada One",), ("Bea Two",)]),
        st.sampled_from([None, "2019", "2023"]),
    ),
    max_size=9,
)


def here(found: list[Paper]) -> tuple[set[tuple[str, bytes]], set[str]]:
    """IRI and body of each paper, and the titles in conflict, as all records together make them."""
    with closing(Records(Path(":memory:"))) as records, closing(sqlite3.connect("", isolation_level=None)) as work:
        records.add(found)
        identities = identify(records, work)
        groups: dict[int, list[tuple[int, str, Paper]]] = {}
        for row, key, one in records.all():
            groups.setdefault(identities.root.get(row, row), []).append((row, key, one))
    made = (
        merge([(key, one) for _, key, one in group], ambiguous=group[-1][0] in identities.ambiguous)
        for group in groups.values()
    )
    return {(iri, to_body(one)) for iri, one in made}, {" ".join(c.records) for c in identities.conflicts}


def by_component(found: list[Paper]) -> tuple[set[tuple[str, bytes]], set[str]]:
    """The same, each connected component of records and keys by itself."""
    unique = {record_hash(one): one for one in found}
    component = {key: key for key in unique}
    names = {key: set(keys(one)) for key, one in unique.items()}
    for _ in unique:
        for one, its in names.items():
            for other, theirs in names.items():
                if its & theirs:
                    component[one] = component[other] = min(component[one], component[other])
    rows = sorted((component[key], key, to_body(one), "[]") for key, one in unique.items())
    papers, conflicts = set(), set()
    for iri, _, body, _, conflict in papers_of(rows):
        if iri is None:
            conflicts.add(" ".join(orjson.loads(conflict)[1]))
        else:
            papers.add((iri, body))
    return papers, conflicts


# How long a machine takes to make the records says nothing of them.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(RECORDS)
def test_each_component_by_itself_makes_the_papers_that_all_records_make(found: list[Paper]) -> None:
    assert by_component(found) == here(found)


def test_a_file_is_known_by_whichever_address_spark_gives_it() -> None:
    assert paths.uri("/data/my papers 100%.jsonl") == "file:///data/my papers 100%.jsonl"
    assert paths.key_of("file:/data/my%20papers%20100%25.jsonl") == paths.key_of(
        "file:///data/my%20papers%20100%25.jsonl"
    )


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "find_spec", lambda name: None if name == "pyspark" else object())
    with pytest.raises(KGError) as error:
        session.check_installed()
    assert str(error.value) == (
        "--engine spark needs the Python package pyspark, which is not installed;"
        " install it with `pip install 'kg-papers[spark]'`"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("java", "found"),
    [(None, "there is none"), ("echo 'openjdk version \"11.0.2\"'", "found Java 11"), ("exit 1", "does not start")],
)
def test_a_java_that_is_missing_or_too_old_is_one_line(
    java: str | None, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    if java is not None:
        (tmp_path / "java").write_text(f"#!/bin/sh\n{java}\n")
        (tmp_path / "java").chmod(0o755)
    with pytest.raises(KGError) as error:
        session.check_installed()
    assert found in str(error.value)
    assert "install Java 17" in str(error.value)
