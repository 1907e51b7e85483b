"""A build on Apache Spark: the same functions as on one machine, called by the engine; the same bytes.

The engine reads, joins, sorts and counts; every rule is a function that one machine calls too:

| step | function | one machine | Spark |
|---|---|---|---|
| a line, a file to records | :mod:`kg.sources` | file by file | block by block in ``mapInPandas`` |
| which records are one paper | :func:`kg.resolve.identify_together` | over all records | for each connected component |
| what a paper is | :func:`kg.resolve.merge` | for each group | the same |
| what a text says | :func:`kg.extract.extract` | in batches | in ``mapInPandas`` |
| what an entity is | :func:`kg.resolve.entity_of` | for each slug | the same |
| triples | :mod:`kg.store.mapping` | paper by paper | the same, in ``mapInPandas`` |
| index, mention table, store | :class:`kg.store.writer.GenerationWriter` | by IRI | the same, on the driver |

Importing this package needs neither pyspark nor Java.
"""

from kg.engine.spark.job import Job, open_job
from kg.engine.spark.session import check_installed, open_session
from kg.engine.spark.shards import Shards, build_shards

__all__ = ["Job", "Shards", "build_shards", "check_installed", "open_job", "open_session"]
