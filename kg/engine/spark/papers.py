"""Records to papers and their readings on Spark: the rules are those of one machine, called for each component.

:func:`kg.resolve.identify_together` and :func:`kg.resolve.merge` decide; the engine only brings together what has a
key in common. A record that shares none, as most, is a paper by itself and is not moved.

| column of a paper | holds |
|---|---|
| iri, text, body | its IRI, the hash of its text, what its records know together (:func:`kg.records.to_body`) |
| records | JSON: hash and origins of each record |
| conflict | JSON, in rows without an IRI: the title and records of a :class:`kg.resolve.Conflict` |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from kg.engine.spark.components import components, shared_edges
from kg.model import Origin, Paper
from kg.records import from_body, to_body
from kg.resolve import identify_together, merge

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

__all__ = ["PAPERS", "distinct_records", "papers_of", "to_papers"]

PAPERS = "iri string, text string, body binary, records string, conflict string"
_FLUSH = 500
_NOWHERE = Origin("", "", 0)

Row = tuple[Any, ...]
#: Component, hash, body and origins (JSON) of a record.
Member = tuple[str, str, bytes, str]


def distinct_records(rows: DataFrame) -> DataFrame:
    """Each record once, with all its origins: ``hash, body, names, origins``."""
    from pyspark.sql import functions as f

    places = f.to_json(f.array_sort(f.collect_set(f.struct("file", "format", "position"))))
    return rows.groupBy("hash").agg(
        f.first("body").alias("body"), f.first("names").alias("names"), places.alias("origins")
    )


def to_papers(records: DataFrame, keep: Callable[[DataFrame], DataFrame]) -> DataFrame:
    """The papers that the records make, and the conflicts.

    :param records: as :func:`distinct_records` gives them, kept: they are read more than once
    """
    from pyspark.sql import functions as f

    members = records.select(f.explode("names").alias("name"), f.col("hash").alias("member"))
    found = components(shared_edges(members), keep).withColumnRenamed("member", "hash")
    plain = records.select("hash", "body", "origins").join(found, "hash", "left")
    alone = plain.where("component IS NULL").withColumn("component", f.col("hash"))
    together = plain.where("component IS NOT NULL").repartition("component").sortWithinPartitions("component", "hash")
    order = ("component", "hash", "body", "origins")
    return (
        alone.select(*order)
        .mapInPandas(_papers, PAPERS)
        .unionByName(together.select(*order).mapInPandas(_papers, PAPERS))
    )


def _papers(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    from itertools import islice

    import pandas as pd

    columns = [part.split()[0] for part in PAPERS.split(", ")]
    rows = papers_of(row for frame in frames for row in frame.itertuples(index=False, name=None))
    while some := list(islice(rows, _FLUSH)):
        yield pd.DataFrame(some, columns=columns)


def papers_of(members: Iterable[Member]) -> Iterator[Row]:
    """Rows of papers and conflicts of records ordered by component and hash.

    Memory grows with the records of one component.
    """
    for _, group in groupby(members, key=lambda member: member[0]):
        found = [(key, from_body(bytes(body), _NOWHERE), orjson.loads(origins)) for _, key, body, origins in group]
        identities = identify_together([(key, paper) for key, paper, _ in found]) if len(found) > 1 else None
        if identities is None:
            yield _paper(found, False)
            continue
        papers: dict[int, list[int]] = {}
        for place in range(len(found)):
            papers.setdefault(identities.root.get(place, place), []).append(place)
        for places in papers.values():
            # The last by hash has the say, as where the records of all papers are gone through by hash.
            yield _paper([found[place] for place in places], places[-1] in identities.ambiguous)
        for conflict in identities.conflicts:
            yield None, None, None, None, orjson.dumps([conflict.title, conflict.records]).decode()


def _paper(found: list[tuple[str, Paper, Any]], ambiguous: bool) -> Row:
    iri, whole = merge([(key, paper) for key, paper, _ in found], ambiguous=ambiguous)
    records = orjson.dumps([[key, [_origin(o) for o in origins]] for key, _, origins in found]).decode()
    return iri, whole.text_hash, to_body(whole), records, None


def _origin(origin: dict[str, Any]) -> tuple[str, str, int]:
    return origin["file"], origin["format"], origin["position"]
