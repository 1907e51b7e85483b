"""The sentence that proves a mention, read back from the text by its offsets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import FIELDS, ROLES, Field, Role
from kg.store.index import Index
from kg.store.mentions import MentionTable

__all__ = ["Evidence", "evidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a paper with the place of a mention in it; offsets count in the sentence."""

    paper: str
    title: str
    year: int | None
    field: Field
    sentence: str
    start: int
    end: int
    role: Role
    confidence: float


def evidence(index: Index, table: MentionTable, rows: Sequence[int]) -> list[Evidence]:
    """The sentences of those rows of the mention table, in the order given."""
    papers = {p.row: p for p in index.papers(sorted({int(table.paper[r]) for r in rows}))}
    found = []
    for r in rows:
        paper = papers[int(table.paper[r])]
        name = FIELDS[table.field[r]]
        text = paper.title if name == "title" else paper.abstract
        left, right = int(table.sentence_start[r]), int(table.sentence_end[r])
        found.append(
            Evidence(
                paper=paper.iri,
                title=paper.title,
                year=paper.year,
                field=name,
                sentence=text[left:right],
                start=int(table.start[r]) - left,
                end=int(table.end[r]) - left,
                role=ROLES[table.role[r]],
                confidence=round(int(table.confidence[r]) / 100, 2),
            )
        )
    return found
