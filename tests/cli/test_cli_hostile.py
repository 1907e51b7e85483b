"""Text of strangers: nothing that a terminal would obey, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from helpers_cli import Command
from helpers_papers import write_lines

TITLES = [
    "\x1b[31mRed\x1b[0m ferns\x07 and \x1b]0;owned\x07 windows",
    "\x9b31mC1 ferns\x9d0;owned\x9c \x7f",
    "=HYPERLINK(\"http://example.org/\",\"ferns\")",
    "+1+1 ferns", "-1+1 ferns", "@SUM(A1) ferns",
    "[bold]Ferns[/bold] [/] [link=http://example.org]",
    "right\u202eto left\u2066 ferns\u2069",
    "Ferns\r\nover two\u2028lines",
]  # fmt: skip
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@pytest.fixture
def hostile(kg: Command, tmp_path: Path, small: tuple[str, ...]) -> Path:
    """A graph of papers with such titles, all about Lantern."""
    records = [{"title": t, "abstract": f"We use Lantern, number {n}.", "authors": [t]} for n, t in enumerate(TITLES)]
    assert kg("build", write_lines(tmp_path / "h.jsonl", records), *small).code == 0
    return tmp_path / "kg-graph"


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv"])
@pytest.mark.parametrize(
    "command",
    [["search", "ferns"], ["show", "Lantern", "--limit", "50"], ["stats"], ["analyze", "central"],
     ["query", "SELECT ?t { ?p dcterms:title ?t }"]],
    ids=lambda c: c[0],
)  # fmt: skip
def test_a_terminal_is_given_nothing_that_it_would_obey(
    kg: Command, hostile: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], form: str
) -> None:
    for module in ("kg.cli.output", "kg.cli.query"):
        monkeypatch.setattr(f"{module}.interactive", lambda: True)
    ran = kg(*command, "--format", form)
    assert ran.code == 0
    assert OBEYED.search(ran.out + ran.err) is None


def test_markup_in_a_title_is_shown_as_it_is(kg: Command, hostile: Path) -> None:
    assert TITLES[6] in kg("show", "Lantern", "--limit", "50", "--format", "table").out


@pytest.mark.parametrize(
    "command",
    [["search", "ferns"], ["show", "-g", "kg-graph", "Lantern", "--limit", "50"],
     ["query", "SELECT ?t { ?p dcterms:title ?t }"], ["export", "--table", "papers"]],
    ids=lambda c: c[0],
)  # fmt: skip
def test_csv_holds_no_formula(kg: Command, hostile: Path, command: list[str]) -> None:
    ran = kg(*command, "--format", "csv")
    assert ran.code == 0
    cells = [cell for row in csv.reader(io.StringIO(ran.out, newline="")) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r", "-"))] == []


def test_a_number_in_csv_stays_a_number(kg: Command, hostile: Path) -> None:
    asked = 'SELECT (-5 AS ?a) (1.50 AS ?b) (true AS ?c) ("-x" AS ?d) (<http://example.org/> AS ?e) ?f {}'
    assert kg("query", asked, "--format", "csv").out == "a,b,c,d,e,f\r\n-5,1.5,true,'-x,http://example.org/,\r\n"


def test_names_in_messages_are_shown_not_obeyed(kg: Command, hostile: Path, tmp_path: Path) -> None:
    name = "evil\x1b[31m\nname.bib"
    (tmp_path / name).touch()
    for command in (
        ["build", name],
        ["build", "no\x1bsuch.bib"],
        ["show", "no\x1bsuch"],
        ["stats", "-g", "no\x1bsuch"],
    ):
        ran = kg(*command)
        assert ran.code == 2
        assert "\\x1b" in ran.message
        assert OBEYED.search(ran.message) is None


def test_an_entity_of_a_foreign_vocabulary_is_shown_as_text(kg: Command, tmp_path: Path) -> None:
    (tmp_path / "v.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <urn:x> a skos:Concept ;"
        ' skos:prefLabel "Fern\\u001B[31m" ;'
        ' skos:definition "=1+1\\u009B31m" .'
    )
    assert OBEYED.search(kg("vocab", "check", "v.ttl", "--format", "table").out) is None
