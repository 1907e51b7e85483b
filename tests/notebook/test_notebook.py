"""What a notebook shows: pages in a frame that can do nothing to it, cards, and answers as tables."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas
import polars
import pytest
from helpers_site import HOSTILE, make_graph
from IPython.core.formatters import DisplayFormatter
from lxml import html

import kg
from kg.errors import KGError, QueryError

QUERY = """SELECT ?label ?papers ?share ?first ?mixed {
  VALUES (?label ?papers ?share ?first ?mixed)
    { ("Lantern" 4 0.5 true 1) ("Moss Attention" 2 UNDEF false "one") ("=1+1" UNDEF 0.25 UNDEF UNDEF) }
}"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    return make_graph(tmp_path_factory.mktemp("notebook") / "graph")


def displayed(value: object) -> str:
    """What IPython sends to a notebook as HTML."""
    data, _ = DisplayFormatter().format(value)
    assert "text/plain" in data and len(data["text/plain"]) < 20_000
    return str(data["text/html"])


def test_a_page_is_shown_in_a_frame_of_its_own_and_is_still_text(graph: kg.Graph) -> None:
    page = graph.view("Lantern")
    assert isinstance(page, str) and page.startswith("<!DOCTYPE html>")
    frame = html.fragment_fromstring(displayed(page))
    assert frame.tag == "iframe" and frame.get("srcdoc") == page
    allowed = set(frame.get("sandbox").split())
    assert "allow-scripts" in allowed and not allowed & {"allow-same-origin", "allow-top-navigation", "allow-forms"}


def test_an_entity_is_shown_as_a_card_with_its_sentences(graph: kg.Graph) -> None:
    card = html.fragment_fromstring(displayed(graph.entity("Lantern")))
    text = card.text_content()
    assert "Lantern" in text and "A model that glows." in text
    assert "Lantern" in [mark.text for mark in card.iter("mark")]


@pytest.mark.parametrize("what", ["entity", "paper"])
def test_a_card_shows_texts_of_papers_as_text(graph: kg.Graph, what: str) -> None:
    hostile = next(p for p in graph.index.papers() if HOSTILE[:12] in p.title)
    value = graph.entity("Lantern") if what == "entity" else graph.paper(hostile.iri)
    card = html.fragment_fromstring(displayed(value))
    assert not card.xpath("//img | //script | //*[@onerror]")
    assert "<img src=x onerror=alert(1)>" in card.text_content() and "\u202e" not in card.text_content()


def test_what_is_found_by_either_name_is_shown(graph: kg.Graph) -> None:
    assert "kg-card" in displayed(graph.show("Lantern")) and "kg-card" in displayed(graph.show("2101.00001"))


def test_an_answer_becomes_a_frame_of_pandas(graph: kg.Graph) -> None:
    frame = graph.query(QUERY).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["label", "papers", "share", "first", "mixed"]
    assert frame["label"].tolist() == ["Lantern", "Moss Attention", "=1+1"]
    assert str(frame["papers"].dtype) == "Int64" and frame["papers"].iloc[0] == 4 and frame["papers"].isna().iloc[2]
    assert frame["share"].iloc[2] == 0.25 and bool(frame["first"].iloc[0]) is True


def test_an_answer_becomes_a_frame_of_polars(graph: kg.Graph) -> None:
    frame = graph.query(QUERY).to_polars()
    assert isinstance(frame, polars.DataFrame)
    assert frame["papers"].to_list() == [4, 2, None] and frame["share"].to_list() == [0.5, None, 0.25]
    assert frame["mixed"].to_list() == ["1", "one", None]


def test_a_graph_becomes_a_frame_of_triples_and_no_answer_an_empty_one(graph: kg.Graph) -> None:
    triples = graph.query("CONSTRUCT { ?p dcterms:title ?t } WHERE { ?p dcterms:title ?t }").to_pandas()
    assert list(triples.columns) == ["subject", "predicate", "object"] and len(triples) == 5
    assert len(graph.query("SELECT ?x { ?x a kg:Nothing }").to_polars()) == 0
    with pytest.raises(QueryError):
        graph.query("ASK {}").to_pandas()


def test_a_named_query_becomes_a_frame_too(graph: kg.Graph) -> None:
    assert "title" in graph.named_query("papers-using", entity="Moss Attention").to_pandas().columns


def test_a_missing_package_is_named(graph: kg.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(KGError, match="pip install polars"):
        graph.query(QUERY).to_polars()


def test_a_page_is_written_where_it_is_wanted(graph: kg.Graph, tmp_path: Path) -> None:
    page = graph.view("Lantern", out=tmp_path / "lantern.html")
    assert (tmp_path / "lantern.html").read_text(encoding="utf-8") == page
