"""Connected components on Spark by alternating large and small stars, over distinct keys alone.

Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii, "Connected Components in MapReduce and Beyond", SoCC 2014: each
round joins every node to the smallest of its neighbours, first the greater ones, then the smaller ones; after some
log²(n) rounds each component is a star around its smallest node.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.errors import KGError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["components", "shared_edges"]

#: Rounds after which something is wrong: a chain of a thousand million nodes needs fewer.
ROUNDS = 100


def shared_edges(members: DataFrame) -> DataFrame:
    """Edges ``u > v`` of a star for each key that several members have, from rows ``(name, member)``."""
    from pyspark.sql import functions as f

    least = members.groupBy("name").agg(f.min("member").alias("v"), f.count("*").alias("n")).where("n > 1")
    joined = members.join(least.select("name", "v"), "name").where("member > v")
    return joined.select(f.col("member").alias("u"), "v").distinct()


def components(edges: DataFrame, keep: Callable[[DataFrame], DataFrame]) -> DataFrame:
    """The component of each node of the edges ``u > v``: rows ``(member, component)``, which is its smallest node.

    :param keep: writes a table where the loss of a worker does not reach it, and gives it back
    """
    from pyspark.sql import functions as f

    edges = keep(edges)
    for _ in range(ROUNDS):
        if _are_stars(edges):
            own = edges.select(f.col("v").alias("member"), f.col("v").alias("component")).distinct()
            return edges.select(f.col("u").alias("member"), f.col("v").alias("component")).unionByName(own)
        edges = keep(_small_star(_large_star(edges)))
    raise KGError(f"components did not settle in {ROUNDS} rounds")


def _are_stars(edges: DataFrame) -> bool:
    """Whether each node has one neighbour that is smaller, and that one none."""
    twice = edges.groupBy("u").count().where("count > 1")
    inner = edges.select("u").join(edges.selectExpr("v AS u"), "u", "left_semi")
    return not twice.take(1) and not inner.take(1)


def _large_star(edges: DataFrame) -> DataFrame:
    from pyspark.sql import functions as f

    both = edges.unionByName(edges.selectExpr("v AS u", "u AS v"))
    least = both.groupBy("u").agg(f.min("v").alias("m")).select("u", f.least("u", "m").alias("m"))
    return both.join(least, "u").where("v > u").selectExpr("v AS u", "m AS v").distinct()


def _small_star(edges: DataFrame) -> DataFrame:
    from pyspark.sql import functions as f

    least = edges.groupBy("u").agg(f.min("v").alias("m"))
    moved = edges.join(least, "u").where("v <> m").selectExpr("v AS u", "m AS v")
    return least.selectExpr("u", "m AS v").unionByName(moved).distinct()
