"""Co-occurrence counts on the engine: how many papers name both of two entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["cooccurrence"]


def cooccurrence(mentions: DataFrame) -> DataFrame:
    """Rows ``one, other, papers`` with ``one < other``, from the mention table: what :func:`kg.analyze.cooccurrence`
    counts over all mentions.

    A join of the table's distinct pairs of paper and entity with itself: work grows with the sum, over papers, of the
    squared number of entities named.
    """
    from pyspark.sql import functions as f

    named = mentions.select("paper", "entity").distinct()
    pairs = named.withColumnRenamed("entity", "one").join(named.withColumnRenamed("entity", "other"), "paper")
    return pairs.where("one < other").groupBy("one", "other").agg(f.count("*").alias("papers"))
