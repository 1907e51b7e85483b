"""Answers as text: what a script reads back is what was answered, and a table does nothing to a terminal."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pyoxigraph
import pytest
import rdflib
from fixture import small_store
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from kg.errors import QueryError
from kg.query import GRAPH_FORMATS, ROW_FORMATS, printable, run, write

YEARS = "SELECT ?title ?year { ?paper dcterms:title ?title OPTIONAL { ?paper kg:year ?year } } ORDER BY ?title"
ABOUT = "CONSTRUCT { ?p dcterms:title ?t ; kg:year ?y } { ?p dcterms:title ?t OPTIONAL { ?p kg:year ?y } }"
TITLES = [
    ("A title of GammaTune alone", None),
    ("AlphaNet: Picture Sorting made simple", 2021),
    ("BetaNet", 2022),
    ("DeltaNet: a net for Sorting", 2024),
    ("Tuning for Picture Sorting in naïve 机器", 2023),
]


class Terminal(io.StringIO):
    """A text stream on which a person looks on."""

    def isatty(self) -> bool:
        return True


def text(query: str, format: str, store: Store | None = None) -> str:
    out = io.BytesIO()
    write(run(store or small_store(), query), format, out)
    return out.getvalue().decode()


def one(value: str) -> str:
    """The table of one literal."""
    store = Store()
    store.add(pyoxigraph.Quad(NamedNode("http://example.org/s"), NamedNode("http://example.org/p"), Literal(value)))
    return text("SELECT ?x { ?s ?p ?x }", "table", store)


def test_jsonl_is_one_object_a_row_with_numbers_as_numbers() -> None:
    rows = [json.loads(line) for line in text(YEARS, "jsonl").splitlines()]
    assert [(r["title"], r["year"]) for r in rows] == TITLES


def test_csv_and_tsv_hold_the_same_rows() -> None:
    rows = list(csv.reader(io.StringIO(text(YEARS, "csv"), newline="")))
    assert rows[0] == ["title", "year"]
    assert [(t, int(y) if y else None) for t, y in rows[1:]] == TITLES
    parsed = pyoxigraph.parse_query_results(text(YEARS, "tsv"), pyoxigraph.QueryResultsFormat.TSV)
    assert [row["title"].value for row in parsed] == [t for t, _ in TITLES]  # type: ignore[union-attr]


@pytest.mark.parametrize(("format", "known"), [("json", "json"), ("xml", "xml")])
def test_standard_results_are_read_by_another_library(format: str, known: str) -> None:
    out = io.BytesIO()
    write(run(small_store(), YEARS), format, out)
    out.seek(0)
    result = rdflib.query.Result.parse(out, format=known)
    found = [(str(r.title), r.year.toPython() if r.year is not None else None) for r in result]  # type: ignore[union-attr]
    assert found == TITLES


def test_a_plain_table_is_aligned_and_counts_wide_characters() -> None:
    lines = text(YEARS, "table").splitlines()
    assert lines[0] == "title" + " " * 35 + "  year"
    assert lines[3] == "AlphaNet: Picture Sorting made simple" + " " * 3 + "  2021"
    assert lines[6] == "Tuning for Picture Sorting in naïve 机器" + "  2023"


def test_a_table_shortens_our_iris_and_leaves_out_what_the_caller_bound() -> None:
    out = io.StringIO()
    concept = NamedNode("https://w3id.org/kg-papers/concept/alphanet")
    write(run(small_store(), "SELECT ?e ?p { ?p kg:introduces ?e }", bindings={"e": concept}), "table", out)
    assert out.getvalue().splitlines() == ["p", "-" * 22, "paper:arxiv/2101.00001"]


def test_a_terminal_gets_a_drawn_table_with_brackets_as_they_are() -> None:
    out = Terminal()
    write(run(Store(), "SELECT ?x { VALUES ?x { '[red]x[/red]' 'y' } }"), "table", out)
    assert "[red]x[/red]" in out.getvalue()
    assert "─" in out.getvalue()


def test_a_table_without_rows_has_its_header() -> None:
    assert text("SELECT ?a ?b { ?a kg:nothing ?b }", "table").splitlines() == ["a  b", "-  -"]


def test_more_rows_than_a_table_measures_are_all_written() -> None:
    store = Store()
    store.extend(
        pyoxigraph.Quad(NamedNode(f"http://example.org/{i}"), NamedNode("http://example.org/p"), Literal(i))
        for i in range(6000)
    )
    assert len(text("SELECT ?o { ?s ?p ?o }", "table", store).splitlines()) == 6002


@given(st.text(max_size=30))
def test_a_table_holds_no_control_character_and_one_line_a_row(value: str) -> None:
    shown = one(value.encode("utf-8", "ignore").decode())
    assert len(shown.splitlines()) == 3
    assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs")} - {"\n"}


@pytest.mark.parametrize("value", ["\x1b[2J", "\x9b31m", "a\rb", "\u202eabc", "\x07", "\u2066x"])
def test_a_hostile_value_is_shown_as_its_escape(value: str) -> None:
    assert printable(value) in one(value)
    assert value not in one(value)


def test_ask_is_true_or_false_in_every_format() -> None:
    found = {f: text("ASK { ?s a kg:Paper }", f) for f in ROW_FORMATS}
    assert found["table"] == found["jsonl"] == "true\n"
    assert json.loads(found["json"])["boolean"] is True
    assert "<boolean>true</boolean>" in found["xml"]
    assert found["csv"].strip() == found["tsv"].strip() == "true"
    assert text("ASK { ?s a kg:None }", "table") == "false\n"


@pytest.mark.filterwarnings("ignore:.*Dataset:DeprecationWarning")
@pytest.mark.parametrize(
    ("format", "known"),
    [
        ("turtle", "turtle"),
        ("ntriples", "nt"),
        ("trig", "trig"),
        ("jsonld", "json-ld"),
        ("rdfxml", "xml"),
        ("nquads", "nquads"),
    ],
)
def test_a_graph_in_each_format_is_read_by_another_library(format: str, known: str) -> None:
    found = rdflib.Dataset(default_union=True)
    found.parse(data=text(ABOUT, format), format=known)
    titles = {str(o) for o in found.objects(None, rdflib.DCTERMS.title)}
    assert titles == {t for t, _ in TITLES}


def test_a_graph_has_our_prefixes_and_a_table_of_it_is_turtle() -> None:
    assert "@prefix kg: <https://w3id.org/kg-papers/ontology#>" in text(ABOUT, "turtle")
    assert "kg:year 2021" in text(ABOUT, "turtle")
    assert text(ABOUT, "table") == text(ABOUT, "turtle")


@pytest.mark.parametrize(("query", "formats"), [(YEARS, GRAPH_FORMATS), (ABOUT, ("csv", "json")), (YEARS, ("pdf",))])
def test_a_format_that_does_not_fit_is_told(query: str, formats: tuple[str, ...]) -> None:
    for format in formats:
        with pytest.raises(QueryError, match="choose"):
            text(query, format)


def test_a_text_stream_gets_the_same_bytes_as_a_binary_one() -> None:
    for query, formats in ((YEARS, ROW_FORMATS), (ABOUT, GRAPH_FORMATS)):
        for format in formats:
            kept, buffer = io.StringIO(newline=""), io.BytesIO()
            wrapped = io.TextIOWrapper(buffer, encoding="utf-8", newline="")
            write(run(small_store(), query), format, kept)
            write(run(small_store(), query), format, wrapped)
            wrapped.flush()
            assert kept.getvalue() == buffer.getvalue().decode() == text(query, format)


def test_large_and_special_numbers_stay_readable_json() -> None:
    query = "SELECT ?x { VALUES ?x { 123456789012345678901234567890 1e400 'NaN'^^xsd:double 'x'^^xsd:integer true } }"
    values = [json.loads(line)["x"] for line in text(query, "jsonl").splitlines()]
    assert True in values
    assert "x" in values
    assert all(v == v and v not in (float("inf"), float("-inf")) for v in values)
