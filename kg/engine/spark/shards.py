"""What a build on Spark leaves for another store: sorted N-Quads, and tables of Parquet."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg import vocabulary as vocabularies
from kg.engine.spark import paths
from kg.engine.spark.counts import cooccurrence
from kg.engine.spark.extracting import Reading
from kg.engine.spark.job import Job, Tell, open_job
from kg.errors import SourceError
from kg.extract import DEFAULT_PROFILE
from kg.extract import version as extractor_version
from kg.model import Problem
from kg.resolve import Conflict
from kg.store.mapping import extractor_quads, vocabulary_quads

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["Shards", "build_shards", "sorted_lines"]


#: Bytes of lines, before compression, that one shard holds about.
SHARD = 256 << 20


@dataclass(frozen=True, slots=True)
class Shards:
    """What was left for another store."""

    records: int
    papers: int
    entities: int
    mentions: int
    triples: int
    problems: tuple[Problem, ...]
    conflicts: tuple[Conflict, ...]
    seconds: float


def build_shards(
    sources: Sequence[str], out: str, *, master: str | None = None, workers: int = 1, work: str | None = None,
    profile: str | None = None, vocabulary: Sequence[str] = (), builtin: bool = True,
    progress: Tell | None = None,
) -> Shards:  # fmt: skip
    """Reads sources and leaves, at ``out``, a folder on any path that Spark writes, what another store takes.

    ``nquads/`` holds sorted shards, each line once over all of them, gzipped; ``mentions/``, ``entities/``, ``papers/``
    and ``cooccurrence/`` are Parquet.

    :param work: where extractions are kept for later builds; None is a folder beside ``out``
    :raises KGError: where Spark is not there or fails, in one line
    :raises SourceError: if no source holds a paper
    """
    begun = time.monotonic()
    tell: Tell = progress or (lambda step, done, total: None)
    problems: list[Problem] = []
    files = [str(path) for path in vocabularies.expand(vocabulary)]
    with open_job(master, workers, work or f"{out.rstrip('/')}-work", tell) as job:
        job.gather(sources, problems.append)
        if not job.count():
            listed = "; ".join(map(str, problems[:3]))
            raise SourceError(f"no paper found{': ' if listed else ''}{listed}")
        counts = _leave(job, paths.uri(out), profile or DEFAULT_PROFILE, files, builtin, tell)
    return Shards(**counts, problems=tuple(problems), seconds=time.monotonic() - begun)


def _leave(job: Job, out: str, profile: str, files: Sequence[str], builtin: bool, tell: Tell) -> dict[str, Any]:
    from pyspark.sql import functions as f

    known = vocabularies.load(list(files), builtin=builtin)
    version = extractor_version(known.version, profile)
    reading = Reading.by(profile, files, builtin, version)
    records = job.count()
    papers, conflicts = job.identify()
    read = job.extract(papers, reading)
    mentions = job.mentions(read)
    entities = job.entities(mentions, reading)
    own = [("\n".join([*extractor_quads(version, known.version), *vocabulary_quads(known)]),)]
    lines = job.lines(read, entities, version, provenance=True)
    lines = lines.unionByName(job.contents()).unionByName(job.session.createDataFrame(own, "lines string"))
    size = lines.agg(f.sum(f.octet_length("lines"))).first()
    triples = sorted_lines(lines, 1 + int(size[0] if size else 0) // SHARD)
    tell("write", 0, None)
    triples.write.mode("overwrite").option("compression", "gzip").text(f"{out}/nquads")
    for name, table in {
        "mentions": mentions.sort("paper", "number", "mention"),
        "entities": entities.sort("slug"),
        "papers": read.select("iri", "text", "records", "extraction").sort("iri"),
        "cooccurrence": cooccurrence(mentions).sort("one", "other"),
    }.items():
        table.write.mode("overwrite").option("compression", "zstd").parquet(f"{out}/{name}")
    return {
        "records": records,
        "papers": read.count(),
        "entities": entities.count(),
        "mentions": mentions.count(),
        "triples": job.session.read.text(f"{out}/nquads").count(),
        "conflicts": conflicts,
    }


def sorted_lines(lines: DataFrame, parts: int) -> DataFrame:
    """Every line once, ``value``, in shards whose order is that of their lines' bytes (``LC_ALL=C sort -u``)."""
    from pyspark.sql import functions as f

    each = lines.select(f.explode(f.split("lines", "\n")).alias("value"))
    return each.repartitionByRange(parts, "value").dropDuplicates(["value"]).sortWithinPartitions("value")
