"""The source records of a graph: one row a content, however often and wherever it was read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from helpers_papers import paper
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Author, Origin, Paper
from kg.records import Records, clean, record_hash

TEXT = st.text(max_size=40)
ANY = st.text(st.characters(), max_size=20) | st.text(
    st.sampled_from("a\0\x08\x0b\x1f\ud800\udfff\ufffe\uffff\U0001f33f"), max_size=8
)


def papers(text: st.SearchStrategy[str]) -> st.SearchStrategy[Paper]:
    """Records with every field filled or not."""
    origin = st.builds(Origin, text, st.just("jsonl"), st.integers(1, 9))
    people = st.lists(st.builds(Author, text, st.none() | text), max_size=3).map(tuple)
    maybe = st.none() | text
    names = st.lists(text, max_size=3).map(tuple)
    dates = st.sampled_from([None, "2021", "2021-06-17"])
    return st.builds(Paper, text, text, origin, text, names, people, dates, maybe, maybe)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """An empty file of records."""
    with closing(Records(tmp_path / "records.sqlite")) as opened:
        yield opened


def test_a_record_read_in_two_files_is_one_row_with_two_origins(records: Records) -> None:
    first, second = Origin("a.jsonl", "jsonl", 3), Origin("b.bib", "bibtex", 1)
    added = records.add([paper("Title", "Text.", origin=second), paper("Title", "Text.", origin=first)])
    assert added == (1, 2)
    [(_, key, _)] = records.all()
    assert records.origins(key) == [first, second]


def test_a_record_read_again_at_the_same_place_adds_nothing(records: Records) -> None:
    assert records.add([paper("Title")]) == (1, 1)
    assert records.add([paper("Title"), paper("Title")]) == (0, 0)


@pytest.mark.parametrize(
    "other",
    [
        paper("Title", "text"),
        paper("Title", "", "arxiv:2106.09685"),
        paper("Title", authors=["A. Person"]),
        paper("Title", issued="2021"),
        paper("Title", venue="Venue"),
        paper("Title", url="https://example.org/"),
    ],
)
def test_records_that_differ_in_any_field_are_two_rows(records: Records, other: Paper) -> None:
    assert records.add([paper("Title"), other]) == (2, 2)


def test_records_come_in_the_same_order_however_they_were_added(tmp_path: Path) -> None:
    every = [paper(f"Title {n}") for n in range(20)]
    orders = []
    for name, batch in (("one", every), ("two", every[::-1])):
        with closing(Records(tmp_path / name)) as opened:
            opened.add(batch, batch=3)
            orders.append([key for _, key, _ in opened.all()])
    assert orders[0] == orders[1]


def test_records_are_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for expected in (0, 1):
        with closing(Records(tmp_path / "records.sqlite")) as opened:
            assert len(opened) == expected
            opened.add([paper("Title")])


@given(papers(TEXT))
def test_a_record_is_read_back_as_it_was_written(made: Paper) -> None:
    with closing(Records(Path(":memory:"))) as opened:
        opened.add([made])
        [(row, key, back)] = opened.all()
        assert key == record_hash(made)
        assert opened.get([row]) == [(key, back)]
        assert opened.origins(key) == [made.origin]
    fields = ("title", "abstract", "id", "identifiers", "authors", "issued", "venue", "url")
    assert [getattr(back, f) for f in fields] == [getattr(made, f) for f in fields]


@given(papers(ANY))
def test_a_cleaned_record_keeps_the_length_of_its_texts(made: Paper) -> None:
    cleaned = clean(made)
    assert [len(cleaned.title), len(cleaned.abstract)] == [len(made.title), len(made.abstract)]


@given(papers(ANY))
def test_a_cleaned_record_can_be_kept_and_is_clean(made: Paper) -> None:
    with closing(Records(Path(":memory:"))) as opened:
        assert opened.add([clean(made)]) == (1, 1)
    assert clean(clean(made)) == clean(made)


def test_a_record_without_unfit_characters_is_left_as_it_is() -> None:
    made = paper("Tabs\tand\nlines\r\n", "𝛼 → ∞ \u2028 \x7f")
    assert clean(made) is made


def test_the_text_hash_tells_title_from_abstract() -> None:
    assert paper("a", "bc").text_hash != paper("ab", "c").text_hash
