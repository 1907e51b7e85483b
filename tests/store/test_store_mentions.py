"""The mention table and its filters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.model import FIELDS, ROLES, TYPES, EntityType, Extraction, Mention, PaperEntity
from kg.store import Index, MentionTable
from kg.store.mentions import COLUMNS, MentionWriter

DATES = (None, "2019", "2020-12-31", "2021", "2021-06", "2021-06-17", "2022-01-01")


def mention(confidence: float = 0.9) -> Mention:
    """A mention in an abstract."""
    return Mention("abstract", 5, 9, "Moss", 0, 20, "label", confidence)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> MentionTable:
    """One paper a date, each naming a method with confidence 0.9 and a dataset with 0.55."""
    folder = tmp_path_factory.mktemp("table") / "mentions"
    writer = MentionWriter(folder)
    writer.entity("Method")
    writer.entity("Dataset")
    entities = tuple(
        PaperEntity(slug, slug, "Method", True, "uses", 0.5, c, 0, (mention(c),))
        for slug, c in (("m", 0.9), ("d", 0.55))
    )
    for row, date in enumerate(DATES):
        writer.paper(row, date, Extraction(entities), {"m": 0, "d": 1})
    writer.close("1")
    return MentionTable.open(folder)


def dates(table: MentionTable, **filters: str) -> list[str | None]:
    """The dates of the papers that pass."""
    return [DATES[row] for row in np.unique(table.paper[table.where(**filters)])]  # type: ignore[arg-type]


def test_the_columns_hold_what_the_papers_say(index: Index, table: MentionTable) -> None:
    for row in range(len(table)):
        paper, entity = index.paper(int(table.paper[row])), index.entity(int(table.entity[row]))
        text = paper.title if FIELDS[table.field[row]] == "title" else paper.abstract
        surface = text[table.start[row] : table.end[row]].lower()
        names = {entity.label.lower(), *(alias.lower() for alias in entity.aliases), "bt"}
        assert surface in names
        assert table.sentence_start[row] <= table.start[row] < table.end[row] <= table.sentence_end[row]
        assert 0 < table.confidence[row] <= 100
        assert TYPES[table.type[table.entity[row]]] == entity.type
        assert ROLES[table.role[row]] in ROLES


def test_every_column_has_a_row_for_every_mention(table: MentionTable) -> None:
    assert {len(getattr(table, name)) for name in COLUMNS} == {len(table)}


def test_papers_without_a_mention_count_as_papers(dated: MentionTable, tmp_path: Path) -> None:
    writer = MentionWriter(tmp_path / "mentions")
    writer.paper(0, "2021", Extraction(), {})
    writer.close("1")
    empty = MentionTable.open(tmp_path / "mentions")
    assert (len(empty), empty.papers, empty.entities) == (0, 1, 0)


def test_a_large_table_is_written_in_parts(tmp_path: Path) -> None:
    writer = MentionWriter(tmp_path / "mentions")
    writer.entity("Method")
    many = PaperEntity("m", "m", "Method", True, "uses", 0.5, 0.5, 0, (mention(),) * 40_000)
    for row in range(4):
        writer.paper(row, None, Extraction((many,)), {"m": 0})
    writer.close("1")
    table = MentionTable.open(tmp_path / "mentions")
    assert np.bincount(table.paper).tolist() == [40_000] * 4


def test_numbers_given_before_the_rows_were_known_become_rows(tmp_path: Path) -> None:
    writer = MentionWriter(tmp_path / "mentions")
    for row, slugs in enumerate((("fern", "bark"), ("moss", "bark"))):
        entities = tuple(PaperEntity(s, s, "Method", True, "uses", 0.5, 0.9, 0, (mention(),)) for s in slugs)
        writer.paper(row, None, Extraction(entities), {"fern": 0, "bark": 1, "moss": 2})
    for _ in range(3):
        writer.entity("Method")
    writer.close("1", [1, 0, 2])
    assert MentionTable.open(tmp_path / "mentions").entity.tolist() == [1, 0, 2, 0]


def test_without_filters_everything_passes(dated: MentionTable) -> None:
    assert dated.where().all()


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2021", DATES[3:]),
        ("2021-06", DATES[3:]),
        ("2021-06-17", DATES[3:]),
        ("2021-06-18", ("2021", "2021-06", "2022-01-01")),
        ("2021-07", ("2021", "2022-01-01")),
        ("2022", ("2022-01-01",)),
        ("2023", ()),
    ],
)
def test_since_keeps_what_may_be_of_that_day_or_later(
    dated: MentionTable, since: str, expected: tuple[str, ...]
) -> None:
    assert dates(dated, since=since) == list(expected)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2018", ()),
        ("2019", ("2019",)),
        ("2020", ("2019", "2020-12-31")),
        ("2021-05-31", ("2019", "2020-12-31", "2021")),
        ("2021-06", ("2019", "2020-12-31", "2021", "2021-06", "2021-06-17")),
        ("2021-06-16", ("2019", "2020-12-31", "2021", "2021-06")),
        ("2021", DATES[1:6]),
    ],
)
def test_until_keeps_what_may_be_of_that_day_or_earlier(
    dated: MentionTable, until: str, expected: tuple[str, ...]
) -> None:
    assert dates(dated, until=until) == list(expected)


def test_a_year_is_the_whole_of_it_on_either_side(dated: MentionTable) -> None:
    assert dates(dated, since="2021", until="2021") == ["2021", "2021-06", "2021-06-17"]


@pytest.mark.parametrize(
    ("types", "rows"), [(("Method",), 7), (("Dataset",), 7), (("Task",), 0), (("Method", "Dataset"), 14)]
)
def test_types_keep_the_mentions_of_their_entities(
    dated: MentionTable, types: tuple[EntityType, ...], rows: int
) -> None:
    assert int(dated.where(types=types).sum()) == rows


@pytest.mark.parametrize(("least", "rows"), [(0.0, 14), (0.55, 14), (0.56, 7), (0.9, 7), (0.91, 0)])
def test_confidence_keeps_what_has_as_much_or_more(dated: MentionTable, least: float, rows: int) -> None:
    assert int(dated.where(min_confidence=least).sum()) == rows


def test_flags_of_papers_keep_their_mentions(dated: MentionTable) -> None:
    flags = np.zeros(dated.papers, dtype=np.bool_)
    flags[3] = True
    assert set(dated.paper[dated.where(papers=flags)].tolist()) == {3}
