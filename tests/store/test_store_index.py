"""Finding entities and papers by any of their names, and searching them by words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.iri import concept_iri
from kg.model import Author
from kg.resolve import Entity
from kg.store import Index
from kg.store.index import IndexWriter

MOSS = "https://w3id.org/kg-papers/paper/arxiv/2101.00001"


@pytest.mark.parametrize(
    "name",
    [
        "Moss Attention",
        "moss attention",
        "MOSS-ATTENTION",
        "mossy attention",
        "moss-attention",
        concept_iri("moss-attention"),
    ],
)
def test_an_entity_is_found_by_any_of_its_names(index: Index, name: str) -> None:
    found = index.find_entity(name)
    assert found is not None and found.slug == "moss-attention"


def test_what_the_vocabulary_holds_is_told_of_all_entities_at_once(index: Index) -> None:
    assert index.known() == [entity.known for entity in index.entities()]
    assert set(index.known()) == {True, False}


@pytest.mark.parametrize("name", ["mossnet", "MossNet"])
def test_an_entity_that_the_vocabulary_does_not_hold_is_found_too(index: Index, name: str) -> None:
    found = index.find_entity(name)
    assert found is not None and (found.label, found.known) == ("MossNet", False)


@pytest.mark.parametrize(
    "name",
    [
        MOSS, "2101.00001", "2101.00001v4", "arXiv:2101.00001", "https://arxiv.org/abs/2101.00001v2", "10.1000/moss",
        "https://doi.org/10.1000/MOSS", "moss attention for leaf classification",
        "Moss Attention, for Leaf Classification!",
    ],
)  # fmt: skip
def test_a_paper_is_found_by_any_of_its_names(index: Index, name: str) -> None:
    found = index.find_paper(name)
    assert found is not None and found.iri == MOSS


@pytest.mark.parametrize("name", ["P20-1001", "acl:P20-1001", "https://aclanthology.org/P20-1001/"])
def test_a_paper_of_the_anthology_is_found_by_its_identifier(index: Index, name: str) -> None:
    found = index.find_paper(name)
    assert found is not None and found.venue == "Garden Letters"


@pytest.mark.parametrize("name", ["", " ", "Rock Attention", "%", "9999.99999", "\ud800", "\0", "'; DROP TABLE paper"])
def test_a_name_of_nothing_finds_nothing(index: Index, name: str) -> None:
    assert index.find_entity(name) is None and index.find_paper(name) is None


def test_a_paper_row_holds_what_its_records_say(index: Index) -> None:
    found = index.find_paper(MOSS)
    assert found is not None
    assert (found.issued, found.year, found.authors) == ("2021-06-17", 2021, (Author("Ada One"), Author("Bea Two")))
    assert (found.formats, found.identifiers) == (("jsonl",), ("arxiv:2101.00001", "doi:10.1000/moss"))
    assert found.link == "https://arxiv.org/abs/2101.00001"


def test_rows_come_in_the_order_asked_for(index: Index) -> None:
    assert [e.row for e in index.entities([2, 0, 2])] == [2, 0, 2]
    assert [p.row for p in index.papers([3, 1])] == [3, 1]


def test_a_row_that_is_not_there_is_a_key_error(index: Index) -> None:
    with pytest.raises(KeyError):
        index.entity(999)
    with pytest.raises(KeyError):
        index.paper(999)


def test_labels_stand_by_row(index: Index) -> None:
    assert index.labels() == [entity.label for entity in index.entities()]


@pytest.mark.parametrize(
    ("name", "near"), [("moss atention", "Moss Attention"), ("Ferbank", "FernBank"), ("lanterns", "Lantern")]
)
def test_a_name_misspelt_has_its_right_one_near(index: Index, name: str, near: str) -> None:
    assert index.near(name)[0] == near


def test_a_name_of_nothing_has_nothing_near(index: Index) -> None:
    assert index.near("quantum chromodynamics") == []


def test_a_search_for_a_label_has_its_entity_first(index: Index) -> None:
    best = index.search("moss attention")[0]
    assert (best.kind, best.label) == ("entity", "Moss Attention")


def test_a_search_finds_papers_by_their_abstracts(index: Index) -> None:
    assert [hit.label for hit in index.search("hard")] == ["Lantern: a model that glows"]


def test_a_search_in_titles_ranks_before_one_in_abstracts(index: Index) -> None:
    papers = [hit.label for hit in index.search("lantern") if hit.kind == "paper"]
    assert papers == ["Lantern: a model that glows", "Moss Attention for Leaf Classification"]


def test_the_last_word_of_a_search_is_a_beginning(index: Index) -> None:
    assert "FernBank" in [hit.label for hit in index.search("fernb")]
    assert index.search("fernb ferns") == []


def test_a_search_gives_no_more_than_asked_for_best_first(index: Index) -> None:
    hits = index.search("fernbank", limit=2)
    assert len(hits) == 2
    assert hits == sorted(hits, key=lambda hit: -hit.score)


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        "a AND",
        "NOT moss",
        "moss*",
        "title:moss",
        "(moss",
        "moss OR",
        "NEAR(moss, 2)",
        "-moss",
        "^moss",
        "\0",
        "moss\0",
    ],
)
def test_operators_of_the_search_engine_are_plain_text(index: Index, text: str) -> None:
    assert isinstance(index.search(text), list)


def test_words_that_look_like_operators_are_searched_for(index: Index) -> None:
    assert [hit.label for hit in index.search('"quoted" AND (odd)')] == ['A "quoted" title AND (an odd one)']


@given(st.text(st.characters(), max_size=20))
def test_no_text_makes_a_search_fail(index: Index, text: str) -> None:
    index.search(text)
    index.find_entity(text)
    index.find_paper(text)
    index.near(text)


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of names that differ in signs alone."""
    path = tmp_path_factory.mktemp("index") / "index.sqlite"
    writer = IndexWriter(path)
    for row, (slug, label, papers) in enumerate([("c", "C", 9), ("c-plus-plus", "C++", 1), ("c-sharp", "C#", 5)]):
        writer.entity(row, Entity(slug, label, "Method", False, papers, papers), None)
    writer.close("1")
    opened = Index(path)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["C", "C++", "C#"])
def test_names_that_differ_in_signs_alone_are_told_apart(languages: Index, name: str) -> None:
    found = languages.find_entity(name)
    assert found is not None and found.label == name
