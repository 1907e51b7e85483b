"""``kg query``: every kind of answer in every format, where the query comes from, and what is said of a bad one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
from helpers_cli import Command

SELECT = "SELECT ?label { ?e a kg:Metric ; skos:prefLabel ?label } ORDER BY ?label LIMIT 3"
LORA = "https://w3id.org/kg-papers/concept/lora"


@pytest.fixture(autouse=True)
def _the_demo(demo_graph: Path, monkeypatch: pytest.MonkeyPatch, kg: Command) -> None:
    # After the fixture that takes the variable away.
    monkeypatch.setenv("KG_GRAPH", str(demo_graph))


def test_the_rows_of_a_select_are_the_same_in_every_format(kg: Command) -> None:
    labels = [row["label"] for row in kg("query", SELECT).rows]
    assert len(labels) == 3
    answer = json.loads(kg("query", SELECT, "--format", "json").out)
    assert [b["label"]["value"] for b in answer["results"]["bindings"]] == labels
    assert [r["label"] for r in csv.DictReader(io.StringIO(kg("query", SELECT, "--format", "csv").out))] == labels
    assert kg("query", SELECT, "--format", "tsv").out.splitlines() == ["?label", *(f'"{label}"' for label in labels)]
    found = ElementTree.fromstring(kg("query", SELECT, "--format", "xml").out)
    assert [e.text for e in found.iter("{http://www.w3.org/2005/sparql-results#}literal")] == labels
    table = kg("query", SELECT, "--format", "table").out.splitlines()
    assert [line.strip() for line in table[2:]] == labels


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv", "xml"])
def test_an_ask_is_true_or_false(kg: Command, form: str) -> None:
    yes, no = (kg("query", f"ASK {{ ?s a kg:{kind} }}", "--format", form).out for kind in ("Method", "Unicorn"))
    assert "true" in yes
    assert "false" in no
    assert yes.endswith("\n")
    assert not yes.endswith("\n\n")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(
    ("form", "name"),
    # Without named graphs N-Quads is N-Triples, and TriG is Turtle.
    [("turtle", "turtle"), ("ntriples", "nt"), ("nquads", "nt"), ("trig", "turtle"), ("jsonld", "json-ld"),
     ("rdfxml", "xml"), ("table", "turtle")],
)  # fmt: skip
@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?s a ?t } WHERE { ?s a ?t ; skos:prefLabel 'LoRA' }", f"DESCRIBE <{LORA}>"]
)
def test_a_graph_is_the_same_in_every_rdf_format(kg: Command, query: str, form: str, name: str) -> None:
    expected = rdflib.Graph().parse(data=kg("query", query).out, format="turtle")
    assert (rdflib.URIRef(LORA), None, None) in expected
    found = rdflib.Graph().parse(data=kg("query", query, "--format", form).out, format=name)
    assert set(found) == set(expected)


@pytest.mark.parametrize(
    ("query", "form", "said"),
    [(SELECT, "turtle", "table, json, jsonl, csv, tsv, xml"), ("ASK {}", "jsonld", "table, json"),
     ("CONSTRUCT WHERE { ?s a kg:Metric }", "csv", "turtle, ntriples, nquads, trig, jsonld, rdfxml")],
)  # fmt: skip
def test_a_format_that_does_not_fit_the_answer_names_those_that_do(
    kg: Command, query: str, form: str, said: str
) -> None:
    ran = kg("query", query, "--format", form)
    assert ran.code == 2
    assert said in ran.message


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELEC ?x {}", ["line 1, column 1", "did you mean SELECT?"]),
        ("SELECT * {\n  ?s ?p ?o\n} LIMT 3", ["line 3, column 3", "did you mean LIMIT?"]),
        ("SELECT * { ?s foo:bar ?o }", ["line 1, column 15", "the prefix foo: is not declared"]),
        ("SELECT * { ?s skoss:prefLabel ?o }", ["did you mean skos:?"]),
        ("SELECT * { ?s ?p ?o", ["line 1"]),
        ("", ["the query is empty"]),
        ("  # nothing\n", ["the query is empty"]),
        ("INSERT DATA { <a:b> <a:c> <a:d> }", ["read-only"]),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", ["SERVICE is refused"]),
        ("SELECT \udcff {}", ["no UTF-8"]),
    ],
)
def test_a_bad_query_is_one_line_with_the_place(kg: Command, query: str, said: list[str]) -> None:
    ran = kg("query", query)
    assert (ran.code, ran.out) == (2, "")
    for part in said:
        assert part in ran.message


def test_a_query_comes_from_a_file_or_from_standard_input(kg: Command, tmp_path: Path) -> None:
    expected = kg("query", SELECT)
    for name in ("three.rq", "three.sparql", "three"):
        (tmp_path / name).write_text(SELECT, encoding="utf-8-sig")
        assert kg("query", "--file", name) == expected
    assert kg("query", "--file", "-", stdin=SELECT.encode()) == expected


def test_a_query_that_cannot_be_read_says_why(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes(b"SELECT ?x { ?x ?y 'caf\xe9' }")
    assert kg("query", "--file", "none.rq").message == "none.rq: cannot be read (No such file or directory)"
    assert kg("query", "--file", ".").code == 2
    assert kg("query", "--file", "latin.rq").message.startswith("latin.rq: cannot be read")
    assert kg("query", "--file", "-", stdin=b"ASK { \xff }").message == "standard input: no UTF-8 at byte 7"


def test_a_named_query_takes_parameters_by_any_name_of_an_entity(kg: Command) -> None:
    rows = kg("query", "--name", "papers-using", "-p", "entity=LoRA").rows
    assert rows
    assert kg("query", "--name", "papers-using", "-p", "entity=lora adapter").rows == rows
    assert kg("query", "--name", "papers-using", "-p", f"entity={LORA}").rows == rows


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["papers-usng", "-p", "entity=LoRA"], "did you mean papers-using"),
        (["papers-using"], "missing parameter entity"),
        (["papers-using", "-p", "entty=LoRA"], "did you mean entity?"),
        (["papers-using", "-p", "entity=Transfomer"], "did you mean “Transformer”"),
        (["introduced-since", "-p", "since=lately"], "“lately”"),
        (["top-entities", "-p", "type=Metods"], "metods"),
    ],
)
def test_a_named_query_asked_wrongly_says_what_it_takes(kg: Command, arguments: list[str], said: str) -> None:
    ran = kg("query", "--name", *arguments)
    assert ran.code == 2
    assert said in ran.message.replace('"', "“", 1).replace('"', "”", 1)


def test_the_named_queries_are_listed_with_their_parameters(kg: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {row["name"]: row for row in kg("query", "--list").rows}
    assert rows["papers-using"]["parameters"][0]["name"] == "entity"
    assert json.loads(kg("query", "--list", "--format", "json").out) == list(rows.values())
    monkeypatch.setattr("kg.cli.query.interactive", lambda: True)
    table = kg("query", "--list").out
    assert "papers-using  entity=entity" in table
    assert all(name in table for name in rows)


@pytest.mark.parametrize("row", ["papers-using", "introduced-since", "top-entities", "similar-papers"])
def test_the_example_of_a_named_query_runs(kg: Command, row: str) -> None:
    (found,) = (r for r in kg("query", "--list").rows if r["name"] == row)
    values = [part for key, value in found["example"].items() for part in ("-p", f"{key}={value}")]
    assert kg("query", "--name", row, *values).code == 0


def test_plain_rdf_files_are_asked_without_a_graph(
    kg: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_GRAPH", "no-such-graph")
    (tmp_path / "a.ttl").write_text('@prefix e: <http://example.org/> . e:a e:says "one" ; e:next e:b .')
    (tmp_path / "b.nt").write_text('<http://example.org/b> <http://example.org/says> "two" .\n')
    (tmp_path / "c.jsonld").write_text('{"@id": "http://example.org/c", "http://example.org/says": "three"}')
    files = [part for name in ("a.ttl", "b.nt", "c.jsonld") for part in ("--data", name)]
    query = "SELECT ?what { ?s <http://example.org/says> ?what } ORDER BY ?what"
    assert [row["what"] for row in kg("query", query, *files).rows] == ["one", "three", "two"]
    (tmp_path / "broken.ttl").write_text("@prefix e: <http://example.org/> .\ne:a e:b e:c\ne:d e:e .\n")
    ran = kg("query", "ASK {}", "--data", "a.ttl", "--data", "broken.ttl")
    assert ran.code == 2
    assert ran.message.startswith("broken.ttl:3:")
    assert kg("query", "ASK {}", "--data", "none.ttl").message.startswith("none.ttl: ")


def test_an_export_asked_as_plain_rdf_gives_what_the_graph_gives(kg: Command) -> None:
    assert kg("export", "--format", "ntriples", "-o", "graph.nt").code == 0
    asked = "SELECT ?p { ?p a kg:Paper ; kg:mentions concept:lora } ORDER BY ?p"
    assert kg("query", asked, "--data", "graph.nt").rows == kg("query", asked).rows != []


def test_the_standard_dataset_has_no_union_of_graphs(kg: Command) -> None:
    inside = f"ASK {{ GRAPH graph:vocabulary {{ <{LORA}> a kg:Method }} }}"
    bare = f"ASK {{ <{LORA}> skos:definition ?d }}"
    assert kg("query", inside, "--standard-dataset").out == "true\n"
    assert kg("query", bare).out == "true\n"
    assert kg("query", bare, "--standard-dataset").out == "false\n"
