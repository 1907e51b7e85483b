"""Writes a generation: triples, mention table and index together, from papers and entities by order of their IRIs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from kg.model import Extraction, Origin, Paper
from kg.resolve.decisions import NO_DECISIONS, Decisions
from kg.resolve.entities import Entity
from kg.store.folder import Generation
from kg.store.index import IndexWriter, PaperRow
from kg.store.mapping import (
    accepted_quads,
    build_quads,
    content_quad,
    decision_quads,
    entity_quads,
    extractor_quads,
    paper_quads,
    provenance_quads,
    vocabulary_quads,
)
from kg.store.mentions import MentionWriter
from kg.store.triples import TripleWriter
from kg.vocabulary import Vocabulary

__all__ = ["GenerationWriter"]

_BATCH = 1000


class GenerationWriter:
    """Takes all papers by IRI and all entities by slug, in turn or one kind after the other, then closes.

    As a context manager it lets go of all files, finished or not.

    :param mapped: whether the triples of entities and papers come ready made by :meth:`lines`
    :param beside: as :class:`TripleWriter`
    """

    def __init__(
        self,
        generation: Generation,
        vocabulary: Vocabulary,
        version: str,
        decisions: Decisions = NO_DECISIONS,
        *,
        mapped: bool = False,
        beside: bool = False,
    ) -> None:
        self._mapped = mapped
        self.vocabulary = vocabulary
        self._merged = decisions.merged_into()
        self.version = version
        self._triples = TripleWriter(generation.store, beside=beside)
        self._index = IndexWriter(generation.index)
        self._table = MentionWriter(generation.mentions)
        # The row of each entity, and the number that it bears in the mention table until all rows are known.
        self._rows: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._waiting: list[PaperRow] = []
        self.papers = self.mentions = 0
        self._triples.add(extractor_quads(version, vocabulary.version))
        self._triples.add(vocabulary_quads(vocabulary))
        self._triples.add(decision_quads(decisions))

    def __enter__(self) -> GenerationWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self._triples.release()
        self._index.release()
        self._table.release()

    def entity(self, entity: Entity) -> None:
        """Adds the next entity."""
        row = self._rows[entity.slug] = len(self._rows)
        if not self._mapped:
            self._triples.add(entity_quads(entity))
        self._table.entity(entity.type)
        concept = self.vocabulary.concepts.get(entity.slug)
        if entity.known and concept is None:
            self._triples.add(accepted_quads(entity))
        self._index.entity(row, entity, concept, self._merged.get(entity.slug, ()))
        self.mentions += entity.mentions

    def paper(
        self, iri: str, paper: Paper, extraction: Extraction, records: Sequence[tuple[str, Sequence[Origin]]]
    ) -> None:
        """Adds the next paper with what it says and where its records were read."""
        if not self._mapped:
            self._triples.add(paper_quads(iri, paper, extraction, self.version))
        self._triples.add(provenance_quads(iri, records))
        for said in extraction.entities:
            self._numbers.setdefault(said.slug, len(self._numbers))
        self._table.paper(self.papers, paper.issued, extraction, self._numbers)
        origins = [origin for _, places in records for origin in places]
        self._waiting.append(
            PaperRow(
                row=self.papers,
                iri=iri,
                title=paper.title,
                abstract=paper.abstract,
                issued=paper.issued,
                venue=paper.venue,
                url=paper.url,
                identifiers=paper.identifiers,
                authors=paper.authors,
                formats=tuple(sorted({o.format for o in origins})),
                files=tuple(sorted({o.file for o in origins})),
            )
        )
        self.papers += 1
        if len(self._waiting) >= _BATCH:
            self._flush()

    def lines(self, lines: Sequence[str]) -> None:
        """Adds triples that were mapped elsewhere, as lines of N-Quads."""
        self._triples.add(lines)

    def records(self, bodies: Iterable[tuple[str, str]]) -> None:
        """Adds what the source records say: the hash and the content of each."""
        waiting = iter(bodies)
        while batch := [content_quad(key, body) for key, body in islice(waiting, _BATCH)]:
            self._triples.add(batch)

    def pairs(self, counted: Iterable[tuple[str, str, int]]) -> None:
        """Adds how many papers name both of two entities, by their slugs, sorted, the smaller first."""
        self._table.pairs((self._rows[one], self._rows[other], papers) for one, other, papers in counted)

    def _flush(self) -> None:
        self._index.papers(self._waiting)
        self._waiting.clear()

    def close(self, started: str, ended: str) -> dict[str, Any]:
        """Finishes all files and returns the counts of the manifest.

        :param started: when the build began, as xsd:dateTime in UTC
        :param ended: when it ended
        """
        number = "".join(c for c in started if c.isalnum())
        self._triples.add(build_quads(number, started, ended, self.version, self.papers))
        self._triples.close()
        revision = f"{number}-{time.monotonic_ns()}"
        self._flush()
        self._index.close(revision)
        self._table.close(revision, [self._rows[slug] for slug in self._numbers])
        return {
            "revision": revision,
            "extractor": self.version,
            "vocabulary": self.vocabulary.version,
            "papers": self.papers,
            "entities": len(self._rows),
            "mentions": self.mentions,
            "triples": self._triples.count,
        }
