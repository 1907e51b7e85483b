"""Little graphs, written as a build writes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson

from kg.iri import paper_iri
from kg.model import Author, Extraction, Mention, Origin, Paper, PaperEntity, Relation
from kg.resolve import Entities
from kg.store import Generation
from kg.store.writer import GenerationWriter
from kg.vocabulary import Concept, Vocabulary

Make = Callable[..., Generation]

VOCABULARY = (
    Concept("adapter", "Adapter", "Method", aliases=("adapter layer", "adapter module"), broader=("tuning",)),
    Concept("tuning", "Tuning", "Method", definition='Changing what was learned, a "little".', related=("rust",)),
    Concept("rust", "Rust", "Concept", definition="What nobody here names."),
    Concept("gloss", "Gloss & Sheen", "Metric"),
)


def mention(text: str, name: str, confidence: float = 0.9) -> Mention:
    start = text.index(name)
    return Mention("abstract", start, start + len(name), name, 0, len(text), "label", confidence)


def entity(text: str, slug: str, name: str, *, known: bool = True, role: Any = "uses") -> PaperEntity:
    kind = {"gloss": "Metric"}.get(slug, "Method")
    return PaperEntity(slug, name, kind, known, role, 0.8, 0.9, 0, (mention(text, name),))  # type: ignore[arg-type]


def written(path: Path, papers: Sequence[tuple[Paper, Extraction]], vocabulary: Sequence[Concept]) -> Generation:
    """A generation that holds these papers."""
    path.mkdir()
    generation = Generation(path)
    known = Vocabulary(vocabulary, "v")
    writer = GenerationWriter(generation, known, "test-1")
    with closing(sqlite3.connect("", isolation_level=None)) as work:
        votes = Entities(work)
        votes.add([extraction for _, extraction in papers])
        for found in votes.resolved(known):
            writer.entity(found)
    for iri, paper, extraction in sorted(
        ((paper_iri(p.identifiers, p.title), p, x) for p, x in papers), key=lambda item: item[0]
    ):
        writer.paper(iri, paper, extraction, [(paper.text_hash, [paper.origin])])
    manifest = writer.close("2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z")
    (path / "manifest.json").write_bytes(orjson.dumps(manifest))
    return generation


def little_papers() -> list[tuple[Paper, Extraction]]:
    """Three papers: two name the adapter and the gloss together, one a new thing; authors, dates, awkward texts."""
    one = 'We add an Adapter\r\nand measure Gloss; \t"Tiny𝔘net" wins ]]> over the rest.'
    two = "Adapter raises Gloss, \u05e9\u05dc\u05d5\u05dd \u202eabc, without Tiny𝔘net \\ or <b>bold</b> &amp; co."
    three = "Nothing is said."
    return [
        (
            Paper(
                '=HYPERLINK("x") and <script>alert(1)</script>', one, Origin("a.bib", "bibtex", 1),
                identifiers=("arxiv:2101.00001",), authors=(Author("Ada Örn"), Author("@Bo", "https://orcid.org/0")),
                issued="2021-01-02", venue="Proc. of \"Quotes\", Vol. 1", url="https://example.org/a?b=1&c=2",
            ),
            Extraction(
                (
                    entity(one, "adapter", "Adapter", role="introduces"),
                    entity(one, "gloss", "Gloss", role="evaluates_on"),
                    entity(one, "tiny-net", "Tiny𝔘net", known=False, role="mentions"),
                ),
                (Relation("adapter", "extends", "tiny-net", "abstract", 0, 20, 0.7),),
            ),
        ),
        (
            Paper(
                "Adapters, twice", two, Origin("a.bib", "bibtex", 2),
                identifiers=("doi:10.1000/a(1)<2>;x%y",), issued="2022",
            ),
            Extraction((entity(two, "adapter", "Adapter"), entity(two, "gloss", "Gloss"))),
        ),
        (Paper("机器 is a title without an abstract to speak of", three, Origin("b.csv", "csv", 1), issued="2023-05"),
         Extraction()),
    ]  # fmt: skip
