"""Linking alone: of the annotated things that the vocabulary knows by name, how many are linked to their entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg.evaluate.gold import GoldPaper
from kg.evaluate.report import Row
from kg.evaluate.score import align, normal
from kg.iri import concept_slug
from kg.vocabulary import Vocabulary

__all__ = ["linking_rows"]


def linking_rows(gold: Sequence[GoldPaper], predicted: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[Row]:
    """Three figures of each gold file, in percent.

    ``linking``: of the annotated things whose name is a label of the vocabulary, those linked to an entry of that name.
    ``linking_written``: the same of those things that the text calls by a label of that entry, rather than by other
    words.
    ``coverage``: of the annotated things whose name stands in two papers or more, those whose name is a label of the
    vocabulary, or one of whose surfaces is.

    :param predicted: records of :func:`kg.evaluate.predict_on_gold` by paper id
    """
    for name in sorted({paper.file for paper in gold}):
        papers = [paper for paper in gold if paper.file == name]
        spread = Counter(key for paper in papers for key in {normal(e.name) for e in paper.entities})
        right = known = written = right_written = held = recurring = 0
        for paper in papers:
            linked = {
                id(one): concept_slug(other["concept"])
                for one, other in align(paper.entities, predicted[paper.id]["entities"])
            }
            for entity in paper.entities:
                entries = vocabulary.named(entity.name)
                if entries:
                    known += 1
                    hit = linked.get(id(entity)) in entries
                    right += hit
                    if any(set(vocabulary.named(surface)) & set(entries) for surface in entity.surfaces):
                        written += 1
                        right_written += hit
                if spread[normal(entity.name)] > 1:
                    recurring += 1
                    held += bool(entries) or any(vocabulary.named(surface) for surface in entity.surfaces)
        yield _row(name, "linking", right, known)
        yield _row(name, "linking_written", right_written, written)
        yield _row(name, "coverage", held, recurring)


def _row(file: str, figure: str, hit: int, total: int) -> Row:
    value = round(100 * hit / total, 2) if total else 0.0
    return Row(file, figure, None, None, value, None, None, hit, total)
