"""What ``kg verify`` finds: nothing in a graph that kg built, and each kind of damage that is planted in one."""

from __future__ import annotations

import importlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import orjson
import pytest
from helpers_cli import process
from helpers_papers import make, write_lines, write_vocabulary

from kg.errors import GraphError
from kg.iri import GRAPHS, PREFIXES
from kg.store import Generation, GraphFolder
from kg.trust import CHECKS, Finding, Verification, verify

Copied = Callable[[], GraphFolder]
PREFIX = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
MOSS = "paper:arxiv\\/2101.00001"
VOCABULARY, PROVENANCE = (f"<{GRAPHS[name]}>" for name in ("vocabulary", "provenance"))


def swap(predicate: str, value: str, where: str = "") -> str:
    """An update that gives each subject of a predicate another value."""
    triple = f"?x {predicate}"
    return f"DELETE {{ {triple} ?o }} INSERT {{ {triple} {value} }} WHERE {{ {triple} ?o {where} }}"


def lose(predicate: str, value: str = "?o", where: str = "") -> str:
    """An update that takes a predicate away from each of its subjects."""
    return f"DELETE {{ ?x {predicate} {value} }} WHERE {{ ?x {predicate} {value} {where} }}"


def rename(kind: str) -> str:
    """An update that gives one node of a class another name."""
    node = f"<https://w3id.org/kg-papers/{kind.lower()}/0>"
    one = f"{{ SELECT ?x {{ ?x a kg:{kind} }} LIMIT 1 }}"
    return f"DELETE {{ ?x ?p ?o }} INSERT {{ {node} ?p ?o }} WHERE {{ {one} ?x ?p ?o }}"


# What is planted, which check finds it, and how it is planted.
PLANTED = [
    ("another surface form", "mention", swap("kg:surface", "'Mess'")),
    ("a mention that starts elsewhere", "mention", swap("kg:start", "?n", "BIND(?o + 1 AS ?n)")),
    ("offsets beyond the text", "mention", swap("kg:end", "99999")),
    ("offsets that are no numbers", "mention", swap("kg:end", "'far'")),
    ("a sentence that ends before the mention", "mention", swap("kg:sentenceEnd", "?s", "; kg:start ?s")),
    ("a sentence that starts after it", "mention", swap("kg:sentenceStart", "?s", "; kg:end ?s")),
    ("a sentence beyond the text", "mention", swap("kg:sentenceEnd", "9999", "; a kg:Mention")),
    ("a mention in the other field", "mention", swap("kg:field", "'abstract'", "; a kg:Mention")),
    ("a mention in no known field", "mention", swap("kg:field", "'body'", "; a kg:Mention")),
    ("a mention under another name", "mention", rename("Mention")),
    ("a mention of an entity that is nowhere", "mention", swap("kg:ofEntity", "concept:gone")),
    ("a mention without a type", "mention", lose("a", "kg:Mention")),
    ("a mention without a match kind", "mention", lose("kg:matchKind")),
    ("a mention with two starts", "mention", "INSERT { ?m kg:start 0 } WHERE { ?m kg:start ?s FILTER(?s > 0) }"),
    ("a mention of no paper", "file", lose("kg:inPaper")),
    ("a mention of a paper that is nowhere", "file", swap("kg:inPaper", "paper:none")),
    ("a mention that is lost", "table", "DELETE { ?x ?p ?o } WHERE { ?x kg:ofEntity concept:moss-attention ; ?p ?o }"),
    ("another confidence", "table", swap("kg:confidence", "0.11", "; a kg:Mention")),
    ("another abstract", "hash", swap("dcterms:abstract", "'Else.'")),
    ("another title", "hash", swap("dcterms:title", "'Else'")),
    ("another hash of the title", "hash", swap("kg:titleHash", "'aa'")),
    ("no hash of the abstract", "hash", lose("kg:abstractHash")),
    ("a paper without a type", "paper", lose("a", "kg:Paper")),
    (
        "a paper that the index has not",
        "paper",
        "INSERT DATA { <urn:stray> a kg:Paper }",
    ),
    ("another date", "paper", swap("dcterms:issued", "'1999'")),
    ("another year", "paper", swap("kg:year", "1999")),
    ("another identifier", "paper", swap("dcterms:identifier", "'doi:10.1/x'", "FILTER(STRSTARTS(?o, 'arxiv'))")),
    ("another author", "paper", swap("foaf:name", "'Nobody'")),
    ("another extractor", "paper", swap("kg:extractedBy", "<urn:x>")),
    ("a role without a statement", "role", f"INSERT DATA {{ {MOSS} kg:studies concept:lantern }}"),
    ("a role without kg:mentions", "role", lose("kg:mentions", where="; kg:introduces ?o")),
    ("kg:mentions without a mention", "role", f"INSERT DATA {{ {MOSS} kg:mentions concept:petal-score }}"),
    ("a statement without its role", "statement", lose("kg:introduces")),
    ("a statement without evidence", "statement", lose("kg:evidence")),
    (
        "evidence of another entity",
        "statement",
        swap("kg:evidence", "?n", "; kg:object ?e . ?n kg:ofEntity ?f FILTER(?e!=?f)"),
    ),
    ("a statement under another name", "statement", rename("Statement")),
    ("a statement without a confidence", "statement", lose("kg:confidence", where="; a kg:Statement")),
    (
        "a relation of something unmentioned",
        "statement",
        swap("kg:object", "concept:petal-score", "; kg:polarity ?y"),
    ),
    ("a relation beyond its text", "statement", swap("kg:sentenceEnd", "9999", "; kg:polarity ?y")),
    ("a relation without a polarity", "statement", lose("kg:polarity")),
    ("a relation that no paper states", "statement", "INSERT DATA { concept:lantern kg:usedFor concept:fernbank }"),
    ("a statement of an unknown predicate", "statement", swap("kg:predicate", "kg:likes")),
    ("an entity without a label", "entity", lose("skos:prefLabel", where="; a kg:Candidate")),
    ("an entity of another type", "entity", f"WITH {VOCABULARY} " + swap("a", "kg:Task", "FILTER(?o = kg:Model)")),
    (
        "entities of the vocabulary that are lost",
        "mention",
        f"WITH {VOCABULARY} DELETE {{ ?x ?p ?o }} WHERE {{ ?x ?p ?o }}",
    ),
    ("a source record that is not there", "record", f"WITH {PROVENANCE} " + swap("prov:wasDerivedFrom", "<urn:x/0>")),
    ("an origin that is lost", "record", f"WITH {PROVENANCE} " + lose("kg:origin")),
    ("something that belongs to no paper", "file", "INSERT DATA { <urn:stray> rdfs:label 'stray' }"),
    ("something in another graph", "file", "INSERT DATA { GRAPH graph:decisions { <urn:stray> rdfs:label 'stray' } }"),
    ("a blank mention", "file", "INSERT DATA { [] a kg:Mention }"),
]


def checked(generation: Generation) -> tuple[Verification, list[Finding]]:
    """The figures of a verification, and all findings."""
    findings: list[Finding] = []
    return verify(generation, findings.append), findings


def update(generation: Generation, text: str) -> None:
    """Changes the store of a generation."""
    import pyoxigraph

    store = pyoxigraph.Store(str(generation.store))
    before = sorted(map(str, store))
    store.update(PREFIX + text)
    assert sorted(map(str, store)) != before, "nothing was planted"
    store.flush()


def test_all_holds_in_a_graph_that_kg_built(pristine: Path) -> None:
    found, findings = checked(GraphFolder(pristine).current())
    assert findings == []
    assert [name for name, _, _ in found.checks] == list(CHECKS)
    assert all(count > 0 and wrong == 0 for _, count, wrong in found.checks)
    assert found.triples == GraphFolder(pristine).current().manifest["triples"]


@pytest.mark.parametrize(("check", "text"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_damage_of_the_store_is_found(copied: Copied, check: str, text: str) -> None:
    generation = copied().current()
    update(generation, text)
    found, findings = checked(generation)
    assert check in {finding.check for finding in findings}
    assert found.wrong == len(findings)


@pytest.mark.parametrize("column", ["paper", "entity", "role", "field", "start", "end", "sentence_start", "confidence"])
def test_damage_of_the_mention_table_is_found(copied: Copied, column: str) -> None:
    generation = copied().current()
    path = generation.mentions / f"{column}.bin"
    data = np.fromfile(path, dtype="uint8" if column in ("role", "field", "confidence") else "uint32")
    data[1] = (data[1] + 1) % 3 if column != "start" else data[1] + 1
    data.tofile(path)
    _, findings = checked(generation)
    assert "table" in {finding.check for finding in findings}


@pytest.mark.parametrize(
    ("check", "text"),
    [
        ("paper", "UPDATE paper SET title = 'Else' WHERE row = 0"),
        ("paper", "UPDATE paper SET venue = 'Else' WHERE row = 0"),
        ("paper", "UPDATE paper SET authors = '[]' WHERE row = 0"),
        ("paper", "DELETE FROM paper WHERE row = 2"),
        ("entity", "UPDATE entity SET label = 'Else' WHERE row = 0"),
        ("entity", "UPDATE entity SET mentions = mentions + 1 WHERE row = 0"),
        ("entity", "DELETE FROM entity WHERE row = (SELECT max(row) FROM entity)"),
        ("file", "UPDATE about SET value = 'another build'"),
    ],
)
def test_damage_of_the_index_is_found(copied: Copied, check: str, text: str) -> None:
    generation = copied().current()
    with closing(sqlite3.connect(generation.index)) as database, database:
        database.execute(text)
    try:
        _, findings = checked(generation)
    except GraphError as error:
        pytest.fail(f"not a finding, but {error}")
    assert check in {finding.check for finding in findings}


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE record SET body = replace(body, 'MossNet', 'MissNet')",
        "UPDATE record SET hash = 'ff' WHERE id = 1",
        "DELETE FROM origin WHERE position = 1",
        "DELETE FROM record WHERE id = 1",
    ],
)
def test_damage_of_the_records_is_found(copied: Copied, text: str) -> None:
    generation = copied().current()
    with closing(sqlite3.connect(generation.records)) as database, database:
        database.execute(text)
    _, findings = checked(generation)
    assert "record" in {finding.check for finding in findings}


@pytest.mark.parametrize("count", ["papers", "entities", "mentions", "triples", "records", "revision"])
def test_a_manifest_that_counts_otherwise_is_found(copied: Copied, count: str) -> None:
    generation = copied().current()
    told = generation.manifest | {count: 4711}
    (generation.path / "manifest.json").write_bytes(orjson.dumps(told))
    _, findings = checked(generation)
    assert "file" in {finding.check for finding in findings}


@pytest.mark.parametrize("name", ["store/CURRENT", "index.sqlite", "records.sqlite", "mentions/start.bin"])
@pytest.mark.parametrize("damage", ["missing", "cut", "noise"])
def test_a_file_that_cannot_be_read_is_one_line(copied: Copied, name: str, damage: str) -> None:
    generation = copied().current()
    path = generation.path / name
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else bytes(b ^ 0x5A for b in data))
    try:
        _, findings = checked(generation)
    except GraphError as error:
        assert "\n" not in str(error)
        assert "kg undo" in str(error)
    else:
        assert findings


def test_two_processes_find_what_one_finds(copied: Copied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("kg.trust.verify"), "PART", 1)
    generation = copied().current()
    update(generation, PLANTED[0][2])
    alone, one = checked(generation)
    findings: list[Finding] = []
    together = verify(generation, findings.append, workers=2)
    assert (together.checks, findings) == (alone.checks, one)


def test_a_graph_without_papers_holds(pristine: Path, tmp_path: Path) -> None:
    from kg.build import remove

    folder = GraphFolder(shutil.copytree(pristine, tmp_path / "graph"))
    remove(folder, ["2101.00001", "2102.00002", "10.1000/notes"])
    found, findings = checked(folder.current())
    assert (findings, found.wrong, folder.current().manifest["papers"]) == ([], 0, 0)


def test_all_holds_where_title_and_abstract_make_a_name_together(tmp_path: Path) -> None:
    record = {"title": "How to grow with less Moss", "abstract": "Attention is all that it takes. Lantern glows."}
    source = write_lines(tmp_path / "papers.jsonl", [record])
    make(tmp_path / "graph", [source], write_vocabulary(tmp_path / "names.ttl"))
    found, findings = checked(GraphFolder(tmp_path / "graph").current())
    assert findings == []
    assert {name: count for name, count, _ in found.checks}["mention"] > 0


def test_all_holds_in_the_demo(demo_graph: Path) -> None:
    assert checked(GraphFolder(demo_graph).current())[1] == []


@pytest.mark.slow
def test_all_holds_in_the_five_pages(shared: Path, tmp_path: Path) -> None:
    from kg.build import build

    folder = GraphFolder(tmp_path / "graph")
    build(folder, [str(path) for path in sorted((shared / "corpus").glob("daily-papers-*.txt"))])
    found, findings = checked(folder.current())
    assert findings == []
    assert {name: count for name, count, _ in found.checks}["mention"] > 10_000


def test_the_command_lists_what_is_wrong_and_says_so_by_its_exit_code(copied: Copied, tmp_path: Path) -> None:
    folder = copied()
    sound = process("verify", "-g", str(folder.path), cwd=tmp_path)
    assert (sound.code, orjson.loads(sound.out)["wrong"]) == (0, 0)
    update(folder.current(), PLANTED[0][2])
    table = process("verify", "-g", str(folder.path), "--format", "table", "--limit", "1", cwd=tmp_path)
    assert table.code == 1
    assert "“Mess”" in table.out
    assert "more findings" in table.err


def test_a_graph_that_never_was_is_one_line(tmp_path: Path) -> None:
    assert process("verify", "-g", "none", cwd=tmp_path).message.startswith("none: no graph there")
