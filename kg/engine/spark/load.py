"""From the engine's tables into a graph folder: the generation's files, written by the writer of one machine."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import orjson

from kg.model import Origin
from kg.records import Records, from_body
from kg.resolve import NO_DECISIONS, Decisions, Entity, relink
from kg.store.cache import Cache, decode

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from kg.engine.spark.job import Tell
    from kg.store.writer import GenerationWriter

__all__ = ["load"]

_BATCH = 500
# Papers whose lines the driver takes at a time: some 50 MB.
_PAPERS_A_PARTITION = 1000
_NOWHERE = Origin("", "", 0)


def load(
    read: DataFrame, entities: DataFrame, lines: DataFrame, counts: DataFrame, records: Records, cache: Cache,
    writer: GenerationWriter, tell: Tell, decisions: Decisions = NO_DECISIONS,
) -> None:  # fmt: skip
    """Takes entities by slug, papers by IRI and triples in any order; keeps the extractions for builds on one machine.

    :param counts: of pairs of entities, as :func:`kg.engine.spark.counts.cooccurrence` gives them
    :param writer: one that takes its triples ready made
    :param decisions: the curator's, that the build follows
    """
    for row in entities.sort("slug").toLocalIterator(prefetchPartitions=True):
        writer.entity(Entity(*row))
    total = read.count()
    papers = read.select("iri", "text", "body", "records", "extraction").sort("iri")
    rows = papers.toLocalIterator(prefetchPartitions=True)
    done = 0
    while some := list(islice(rows, _BATCH)):
        cache.put([(row.text, bytes(row.extraction)) for row in some])
        for row in some:
            keys = [key for key, _ in orjson.loads(row.records)]
            places = [(key, records.origins(key)) for key in keys]
            said = relink(decode(bytes(row.extraction)), row.iri, decisions, writer.vocabulary)
            writer.paper(row.iri, from_body(bytes(row.body), _NOWHERE), said, places)
        done += len(some)
        tell("write", done, total)
    # The driver takes a partition at a time, whole: one of all papers' lines is more than its memory holds.
    for row in lines.repartition(1 + total // _PAPERS_A_PARTITION).toLocalIterator(prefetchPartitions=True):
        writer.lines(row.lines.split("\n"))
    writer.pairs(map(tuple, counts.sort("one", "other").toLocalIterator(prefetchPartitions=True)))
