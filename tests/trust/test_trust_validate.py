"""What ``kg validate`` finds in graphs and in RDF files that someone edited."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from helpers_cli import process

from kg.errors import KGError
from kg.export import export_file
from kg.iri import PREFIXES
from kg.store import GraphFolder, open_store
from kg.trust import Violation, validate

PREFIX = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
MOSS = "https://w3id.org/kg-papers/paper/arxiv/2101.00001"
TITLE = "Moss Attention for Leaf Classification"


def changed(path: Path, *updates: str) -> Any:
    """The graph in memory, with those updates made."""
    import pyoxigraph

    store = pyoxigraph.Store()
    store.extend(open_store(GraphFolder(path).current().store))
    for update in updates:
        store.update(PREFIX + update)
    return store


def found(store: Any, **options: Any) -> list[Violation]:
    """All violations, sorted."""
    violations: list[Violation] = []
    validate(store, violations.append, **options)
    return sorted(violations, key=str)


def swap(predicate: str, value: str, where: str = "") -> str:
    """An update that gives each subject of a predicate another value."""
    triple = f"?x {predicate}"
    return f"DELETE {{ {triple} ?o }} INSERT {{ {triple} {value} }} WHERE {{ {triple} ?o {where} }}"


def test_a_graph_that_kg_built_conforms(pristine: Path) -> None:
    violations: list[Violation] = []
    store = open_store(GraphFolder(pristine).current().store)
    checked = validate(store, violations.append)
    assert violations == []
    kinds = ("Paper", "Mention", "Statement", "Authorship", "Entity", "Extractor", "SourceRecord")
    query = " UNION ".join(f"{{ ?x a kg:{kind} }}" for kind in kinds)
    counted = f"{PREFIX} SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {query} UNION {{ ?x a prov:Activity }} }}"
    answer: Any = store.query(counted, use_default_graph_as_union=True)
    assert checked == int(next(answer)[0].value)


@pytest.mark.slow
def test_the_demo_conforms(demo_graph: Path) -> None:
    assert found(open_store(GraphFolder(demo_graph).current().store)) == []


@pytest.mark.parametrize(
    ("kind", "path", "update"),
    [
        ("Paper", "dcterms:title", f"DELETE WHERE {{ <{MOSS}> dcterms:title ?o }}"),
        ("Paper", "dcterms:title", f"INSERT DATA {{ <{MOSS}> dcterms:title 'Another' }}"),
        ("Paper", "dcterms:identifier", f"INSERT DATA {{ <{MOSS}> dcterms:identifier 'isbn:1' }}"),
        ("Paper", "kg:uses", f"INSERT DATA {{ <{MOSS}> kg:uses <urn:nothing> }}"),
        ("Mention", "kg:start", swap("kg:start", "-1")),
        ("Mention", "kg:surface", swap("kg:surface", "''")),
        ("Mention", "kg:matchKind", swap("kg:matchKind", "'guess'")),
        ("Statement", "kg:statedIn", swap("kg:statedIn", "<urn:nothing>")),
        ("Statement", None, swap("kg:evidence", "<urn:nothing>")),
        ("Authorship", "kg:position", swap("kg:position", "'first'", "; a kg:Authorship")),
        ("Candidate", "skos:prefLabel", swap("skos:prefLabel", "1", "; a kg:Candidate")),
        ("Candidate", "rdf:type", "INSERT { ?e a kg:Metric , kg:Task } WHERE { ?e a kg:Candidate }"),
        ("Mention", None, "INSERT DATA { [] a kg:Mention }"),
    ],
)  # fmt: skip
def test_what_breaks_a_shape_is_found(pristine: Path, kind: str, path: str | None, update: str) -> None:
    violations = found(changed(pristine, update))
    assert (kind, path) in {(v.kind, v.path) for v in violations}
    assert all(v.message for v in violations)


def test_a_violation_names_paper_entity_and_sentence(pristine: Path) -> None:
    update = (
        "DELETE { ?m kg:matchKind ?o } INSERT { ?m kg:matchKind 'guess' }"
        f" WHERE {{ ?m kg:inPaper <{MOSS}> ; kg:ofEntity concept:lantern ; kg:matchKind ?o }}"
    )
    [violation] = found(changed(pristine, update))
    assert (violation.paper, violation.title, violation.entity, violation.value) == (MOSS, TITLE, "Lantern", "guess")
    assert violation.sentence == "MossNet outperforms Lantern on FernBank."


def test_parts_of_any_size_find_the_same(pristine: Path) -> None:
    store = changed(
        pristine,
        "DELETE { ?m kg:surface ?o } WHERE { ?m kg:surface ?o }",
        "DELETE { ?e skos:prefLabel ?o } WHERE { ?e a kg:Candidate ; skos:prefLabel ?o }",
        "DELETE { ?m kg:inPaper ?p } WHERE { ?m kg:inPaper ?p ; kg:ofEntity concept:lantern }",
    )
    assert len(found(store)) > 3
    assert found(store, part=1) == found(store)
    counts = [validate(store, lambda violation: None, part=part) for part in (1, 100)]
    assert counts[0] == counts[1]


def test_a_sample_checks_fewer_papers(pristine: Path) -> None:
    store = changed(pristine, "DELETE { ?p kg:titleHash ?o } WHERE { ?p kg:titleHash ?o }")
    assert [len(found(store, sample=size)) for size in (1, 3)] == [1, 3]


def test_without_pyshacl_one_line_says_what_to_install(pristine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(KGError, match=r"pySHACL is not installed; pip install 'kg-papers\[validate\]'"):
        found(changed(pristine))


@pytest.fixture
def edited(pristine: Path, tmp_path: Path) -> Callable[[str, str], Path]:
    """Exports the graph as Turtle and replaces a text in it."""

    def edit(old: str, new: str) -> Path:
        path = tmp_path / "edited.ttl"
        export_file(GraphFolder(pristine).current(), "turtle", path)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return edit


def test_the_command_checks_a_file_that_someone_edited(edited: Callable[[str, str], Path], tmp_path: Path) -> None:
    sound = process("validate", str(edited("Garden Letters", "Garden Papers")), cwd=tmp_path)
    assert (sound.code, orjson.loads(sound.out)["conforms"]) == (0, True)
    broken = process("validate", str(edited('kg:matchKind "label"', 'kg:matchKind "guess"')), cwd=tmp_path)
    report = orjson.loads(broken.out)
    assert (broken.code, report["conforms"], report["wrong"] > 0) == (1, False, True)
    table = process("validate", "--format", "table", str(tmp_path / "edited.ttl"), cwd=tmp_path)
    assert (table.code, "a mention says how it was found" in table.out, TITLE in table.out) == (1, True, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [("<a> <b> .", "no readable RDF"), ("<urn:a> <urn:b> <urn:c> .", "nothing to check"), ("", "nothing to check")],
)
def test_a_file_that_holds_nothing_to_check_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "odd.ttl").write_text(text)
    ran = process("validate", "odd.ttl", cwd=tmp_path)
    assert ran.code == 2
    assert message in ran.message
