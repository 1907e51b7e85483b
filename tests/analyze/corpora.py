"""Small corpora made by hand: papers as lists of sentences, sentences as lists of the entities that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kg.iri import paper_iri, slugify
from kg.model import EntityType, Extraction, Mention, PaperEntity
from kg.resolve.entities import Entity
from kg.store import Index, MentionTable, PaperRow
from kg.store.index import IndexWriter
from kg.store.mentions import MentionWriter

Sentences = Sequence[Sequence[str]]


class Corpus(NamedTuple):
    """An index, a table, and the row of each entity by its name."""

    index: Index
    table: MentionTable
    rows: dict[str, int]


def corpus(
    folder: Path,
    papers: Sequence[Sentences],
    *,
    dates: Sequence[str | None] = (),
    types: Mapping[str, EntityType] | None = None,
) -> Corpus:
    """Writes a corpus and opens it. Each sentence reads "We see A and B."."""
    names = sorted({name for paper in papers for sentence in paper for name in sentence}, key=slugify)
    rows = {name: row for row, name in enumerate(names)}
    kinds = {name: (types or {}).get(name, "Method") for name in names}
    index, table = IndexWriter(folder / "index.sqlite"), MentionWriter(folder / "mentions")
    found = [_extract(paper, kinds) for paper in papers]
    for name in names:
        slug = slugify(name)
        mentions = [len(e.mentions) for _, extraction in found for e in extraction.entities if e.slug == slug]
        index.entity(rows[name], Entity(slug, name, kinds[name], True, len(mentions), sum(mentions)), None)
        table.entity(kinds[name])
    slugs = {slugify(name): row for name, row in rows.items()}
    for number, (abstract, extraction) in enumerate(found):
        title, issued = f"Paper number {number} of these", dates[number] if dates else None
        iri = paper_iri((), title)
        index.papers([PaperRow(number, iri, title, abstract, issued, None, None, (), (), ("jsonl",), ("x.jsonl",))])
        table.paper(number, issued, extraction, slugs)
    index.close("1")
    table.close("1")
    return Corpus(Index(folder / "index.sqlite"), MentionTable.open(folder / "mentions"), rows)


def themes(
    groups: Mapping[str, Sequence[str]], papers: int, size: int, *, extra: Sequence[Sequence[str]] = (), seed: int = 0
) -> list[Sentences]:
    """Papers that each name ``size`` entities of one group, ``papers`` of each; ``extra`` are more, of one sentence."""
    rng = np.random.default_rng(seed)
    found: list[Sentences] = []
    for names in groups.values():
        for _ in range(papers):
            found.append([[str(n) for n in rng.choice(list(names), size, replace=False)]])
    return found + [[list(names)] for names in extra]


def _extract(paper: Sentences, kinds: Mapping[str, EntityType]) -> tuple[str, Extraction]:
    text, mentions = "", dict[str, list[Mention]]()
    for sentence in paper:
        start = len(text) + bool(text)
        line = "We see " + " and ".join(sentence) + "."
        text = f"{text} {line}" if text else line
        place = start + len("We see ")
        for name in sentence:
            found = Mention("abstract", place, place + len(name), name, start, start + len(line), "label", 0.9)
            mentions.setdefault(name, []).append(found)
            place += len(name) + len(" and ")
    entities = (
        PaperEntity(slugify(name), name, kinds[name], True, "uses", 0.9, 0.9, 0, tuple(spans))
        for name, spans in mentions.items()
    )
    return text, Extraction(tuple(entities))
