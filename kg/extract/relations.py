"""Statements between two entities of one sentence, by what stands between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.extract import cues
from kg.extract.surfaces import Surface
from kg.model import EntityType, Relation
from kg.settings import SETTINGS

__all__ = ["find_relations"]


def find_relations(
    text: str,
    border: int,
    surfaces: list[Surface],
    kinds: Mapping[str, EntityType],
    sentences: list[tuple[int, int]],
) -> Iterator[Relation]:
    """Each statement once, with its sentence; a denied or hedged one is marked so.

    Only neighbouring mentions, and those with one other mention between them, are tried.
    """
    seen: set[tuple[str, str, str]] = set()
    for i, first in enumerate(surfaces):
        left, right = sentences[i]
        for second in surfaces[i + 1 : i + 4]:
            if second.start >= right or second.start - first.end > SETTINGS.between:
                break
            if first.slug == second.slug:
                continue
            between = text[first.end : second.start]
            for cue in cues.relations():
                subject, object_ = (first, second) if cue.forward else (second, first)
                key = (subject.slug, cue.predicate, object_.slug)
                if (
                    kinds[subject.slug] not in cue.subjects
                    or kinds[object_.slug] not in cue.objects
                    or not cue.pattern.fullmatch(between)
                ):
                    continue
                if key not in seen:
                    seen.add(key)
                    offset = 0 if first.start < border else (border + 1 if border else 0)
                    yield Relation(
                        subject.slug, cue.predicate, object_.slug, "title" if first.start < border else "abstract",
                        left - offset, right - offset, cue.confidence,
                        bool(cues.negation().search(text, left, second.start)),
                    )  # fmt: skip
                break
