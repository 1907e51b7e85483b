"""The CSV tables: all there, readable by anything, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from export_graphs import Make
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KGError
from kg.export import export, export_file
from kg.export.tables import cell
from kg.iri import concept_iri, paper_iri
from kg.model import Extraction, Origin, Paper
from kg.store import Generation

ONE = paper_iri(("arxiv:2101.00001",), "")


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def table(generation: Generation, name: str) -> list[dict[str, str]]:
    out = io.BytesIO()
    count = export(generation, "csv", out, table=name)
    found = rows(out.getvalue())
    assert len(found) == count
    return found


def test_a_folder_gets_all_tables(graph: Generation, tmp_path: Path) -> None:
    count = export_file(graph, "csv", tmp_path / "out")
    names = ["edges.csv", "nodes.csv", "paper_entity.csv", "papers.csv"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    assert count == sum(len(rows((tmp_path / "out" / name).read_bytes())) for name in names)


def test_a_stream_or_a_file_that_ends_in_csv_gets_the_edges(graph: Generation, tmp_path: Path) -> None:
    out = io.BytesIO()
    export(graph, "csv", out)
    export_file(graph, "csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == out.getvalue()
    assert {"source": concept_iri("adapter"), "target": concept_iri("gloss"), "weight": "2"}.items() <= rows(
        out.getvalue()
    )[0].items()


def test_nodes_hold_every_entity(graph: Generation) -> None:
    found = {row["label"]: row for row in table(graph, "nodes")}
    assert set(found) == {"Adapter", "Gloss & Sheen", "Tiny𝔘net"}
    assert found["Adapter"]["aliases"] == "adapter layer; adapter module"
    assert (found["Tiny𝔘net"]["known"], found["Adapter"]["known"]) == ("false", "true")


def test_each_paper_stands_by_each_of_its_entities_with_the_role(graph: Generation) -> None:
    found = {(row["paper"], row["label"]): row for row in table(graph, "paper_entity")}
    assert len(found) == 5
    row = found[ONE, "Adapter"]
    assert (row["role"], row["mentions"], row["confidence"]) == ("introduces", "1", "0.9")


def test_papers_hold_what_is_known_of_them(graph: Generation) -> None:
    row = next(row for row in table(graph, "papers") if row["id"] == ONE)
    assert row["authors"] == "Ada Örn; @Bo"
    assert (row["issued"], row["year"], row["identifiers"]) == ("2021-01-02", "2021", "arxiv:2101.00001")
    assert "\r\n" in row["abstract"], "line ends within a cell stay as they are"


def test_a_title_that_looks_like_a_formula_is_shown_as_text(graph: Generation) -> None:
    row = next(row for row in table(graph, "papers") if row["id"] == ONE)
    assert row["title"] == '\'=HYPERLINK("x") and <script>alert(1)</script>'


@given(st.sampled_from("=+-@\t\r\n"), st.text())
def test_no_cell_begins_as_a_formula_does(first: str, rest: str) -> None:
    assert cell(first + rest) == f"'{first}{rest}"


def test_lines_end_as_rfc_4180_says(graph: Generation) -> None:
    out = io.BytesIO()
    export(graph, "csv", out, table="nodes")
    assert out.getvalue().count(b"\r\n") == 4
    assert out.getvalue().count(b"\n") == 4


@pytest.mark.parametrize("name", ["nodes", "edges", "paper_entity"])
def test_a_graph_without_entities_gives_headers(make: Make, name: str) -> None:
    assert table(make([(Paper("A title", "", Origin("f", "csv", 1)), Extraction())]), name) == []


def test_an_unknown_table_is_refused(graph: Generation) -> None:
    with pytest.raises(KGError, match="csv has no table 'node'; there are nodes, edges"):
        export(graph, "csv", io.BytesIO(), table="node")
    with pytest.raises(KGError, match="turtle has no table 'nodes'; leave"):
        export(graph, "turtle", io.BytesIO(), table="nodes")
