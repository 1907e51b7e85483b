"""A build on Spark: read, identify, extract, resolve entities, map to triples; each step a table of Parquet.

Under the folder for work lie

```
extractions/extractor=…   every text read, by its hash: kept, so that a failed or a later build goes on from there
run-…/                    the tables of one build; removed when it ends
```
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from kg.engine.spark import extracting, paths
from kg.engine.spark.counts import cooccurrence
from kg.engine.spark.extracting import Reading
from kg.engine.spark.load import load
from kg.engine.spark.papers import distinct_records, to_papers
from kg.engine.spark.reading import SCHEMA, read_files
from kg.engine.spark.session import open_session, progress
from kg.errors import KGError
from kg.model import Origin, Paper, Problem
from kg.records import from_body
from kg.resolve import NO_DECISIONS, Conflict, Decisions, keys
from kg.sources import Report

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from kg.records import Records
    from kg.store.cache import Cache
    from kg.store.writer import GenerationWriter

__all__ = ["Job", "Tell", "open_job"]

#: Called with the step's name, how much of it is done, and how much there is (None where that is not known).
Tell = Callable[[str, int, "int | None"], None]
#: Papers that one task reads at most: what is lost where a worker fails, and what a failed build does again.
TASK = 2000
#: Records that the driver hands over at a time where the graph holds them already.
KEPT = 20_000
#: Bytes of input for which one part of a shuffle is made; Spark itself joins those that turn out small.
PART = 16 << 20


@contextmanager
def open_job(master: str | None, workers: int, work: str, tell: Tell) -> Iterator[Job]:
    """A job on a session of its own, or on the one that is open.

    :param master: URL of a master; None takes Spark's own configuration, else this machine
    :param work: a folder that driver and workers see, on any path that Spark writes
    :raises KGError: where Spark cannot start or fails, in one line
    """
    with open_session(master, workers) as session:
        job = Job(session, work, tell)
        try:
            yield job
        finally:
            job.close()


class Job:
    """The tables of one build. Methods are called in the order in which they stand here."""

    def __init__(self, session: SparkSession, work: str, tell: Tell) -> None:
        self.session, self._tell = session, tell
        self._work = paths.uri(work)
        self._run = f"{self._work}/run-{uuid.uuid4().hex[:12]}"
        self._tables = 0
        self._scratch = tempfile.mkdtemp(prefix="kg-")
        self._records: DataFrame | None = None

    def close(self) -> None:
        """Takes the tables of this build away; the extractions stay."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        # After a failure of Spark there may be nobody to take them away.
        with suppress(Exception):
            paths.remove(self.session, [self._run])

    def read(
        self, sources: Sequence[str], report: Report, *, finished: Callable[[str], None] | None = None
    ) -> Iterator[Paper]:
        """The records of the sources with their origins, as :func:`kg.sources.read` gives them, in no order."""
        self.gather(sources, report, finished=finished)
        for row in self._read_records().select("body", "file", "format", "position").toLocalIterator(True):
            yield from_body(bytes(row.body), Origin(row.file, row.format, row.position))

    def gather(self, sources: Sequence[str], report: Report, *, finished: Callable[[str], None] | None = None) -> None:
        """Reads the sources to a table; problems are reported by file and position, as :func:`kg.sources.read` does.

        :param finished: is called with the name of each file that was read to its end and held papers
        """
        from pyspark.sql import functions as f

        files = paths.find(self.session, sources, report)
        if self.session.sparkContext.getConf().get("spark.sql.shuffle.partitions") is None:
            # Enough that a part fits the memory of a task, few enough that small builds do not wait for empty ones.
            parts = max(2 * self.session.sparkContext.defaultParallelism, sum(one.size for one in files) // PART)
            self.session.conf.set("spark.sql.shuffle.partitions", str(parts))
        rows = self._empty(SCHEMA)
        if files:
            with self._telling("read"):
                rows = self.keep(read_files(self.session, files), "rows")
        other = rows.where("kind <> 'record'").select("kind", "file", "block", "position", "reason").collect()
        before = _lines_before((r.file, r.block, r.position) for r in other if r.kind == "block")
        rows = self._with_positions(rows, before)
        problems = [
            Problem(r.file, r.position + before.get((r.file, r.block), 0) or None, r.reason)
            for r in other
            if r.kind == "problem"
        ]
        held = {
            r.file: (r.format, r.records, r.whole)
            for r in rows.groupBy("file")
            .agg(
                f.max("format").alias("format"),
                f.sum((f.col("kind") == "record").cast("long")).alias("records"),
                f.sum((f.col("kind") == "block").cast("long")).alias("whole"),
            )
            .collect()
        }
        broken = {p.file for p in problems}
        order = {one.name: n for n, one in enumerate(files)}
        for one in files:
            kind, records, whole = held.get(one.name, ("", 0, 0))
            if not records and one.name not in broken:
                reason = f"no papers in it (read as {kind or 'parquet'})" if held.get(one.name) else "an empty file"
                problems.append(Problem(one.name, None, reason))
            if records and (whole or one.how != paths.WHOLE) and finished is not None:
                finished(one.name)
        for problem in sorted(problems, key=lambda p: (order.get(p.file, -1), p.position or 0)):
            report(problem)
        self._records = rows.where("kind = 'record'").select(
            "hash", "body", "names", "file", "format", f.col("position").cast("long").alias("position")
        )

    def _with_positions(self, rows: DataFrame, before: Mapping[tuple[str, int], int]) -> DataFrame:
        """Lines counted in their block to lines of their file."""
        shifted = [(file, block, lines) for (file, block), lines in before.items() if lines]
        if not shifted:
            return rows
        from pyspark.sql import functions as f

        shifts = self.session.createDataFrame(shifted, "file string, block long, shift long")
        return (
            rows.join(f.broadcast(shifts), ["file", "block"], "left")
            .withColumn("position", f.col("position") + f.coalesce("shift", f.lit(0)))
            .drop("shift")
        )

    def add(self, records: Iterable[tuple[str, bytes, Sequence[Origin]]]) -> None:
        """Adds records that the graph holds already: hash, body and origins of each."""
        schema = "hash string, body binary, names array<string>, file string, format string, position long"
        rows = (
            (key, body, list(keys(from_body(body, origin))), origin.file, origin.format, origin.position)
            for key, body, origins in records
            for origin in origins
        )
        while some := list(islice(rows, KEPT)):
            kept = self.keep(self.session.createDataFrame(some, schema), "kept")
            self._records = self._read_records().unionByName(kept)

    def _read_records(self) -> DataFrame:
        if self._records is None:
            raise RuntimeError("nothing was read: Job.read comes first")
        return self._records

    def write(
        self,
        records: Records,
        cache: Cache,
        writer: GenerationWriter,
        profile: str,
        files: Sequence[str],
        builtin: bool,
        decisions: Decisions = NO_DECISIONS,
    ) -> tuple[Conflict, ...]:
        """Fills a generation from what was read and from the records that the graph held before.

        :param writer: one that takes its triples ready made
        :param files: the vocabulary's, beside the built-in one where ``builtin``
        """
        reading = Reading.by(profile, files, builtin, writer.version, decisions.kept)
        self.add(records.unread())
        papers, conflicts = self.identify()
        read = self.extract(papers, reading)
        said = read
        if decisions.kept:
            said = self.keep(read.mapInPandas(partial(extracting.relinked, reading), read.schema), "relinked")
        mentions = self.mentions(said)
        entities = self.entities(mentions, reading)
        lines = self.lines(said, entities, reading.version, provenance=False)
        # What is kept for later builds is what was read, not what was decided of it.
        load(read, entities, lines, cooccurrence(mentions), records, cache, writer, self._tell, decisions)
        return conflicts

    def count(self) -> int:
        """How many different records there are."""
        return self._read_records().select("hash").distinct().count()

    def identify(self) -> tuple[DataFrame, tuple[Conflict, ...]]:
        """The papers that all records make, as :mod:`kg.engine.spark.papers` says, and the conflicts."""
        with self._telling("identify"):
            records = self.keep(distinct_records(self._read_records()), "records")
            found = self.keep(to_papers(records, lambda table: self.keep(table, "component")), "papers")
        listed = [orjson.loads(row.conflict) for row in found.where("iri IS NULL").select("conflict").collect()]
        conflicts = sorted((Conflict(title, tuple(keys)) for title, keys in listed), key=lambda c: c.records)
        return found.where("iri IS NOT NULL"), tuple(conflicts)

    def extract(self, papers: DataFrame, reading: Reading) -> DataFrame:
        """The papers with their extractions; a text that was ever read by this extractor is not read again."""
        self._hand_out(reading)
        home = f"{self._work}/extractions/extractor={hashlib.sha256(reading.version.encode()).hexdigest()[:24]}"
        texts = papers.select("text", "body").dropDuplicates(["text"])
        if paths.exists(self.session, home):
            texts = texts.join(self.session.read.schema(extracting.EXTRACTIONS).parquet(home), "text", "left_anti")
        texts = self.keep(texts, "texts")
        missing, total = texts.count(), papers.count()
        if missing:
            cores = self.session.sparkContext.defaultParallelism
            tasks = max(-(-missing // TASK), min(4 * cores, -(-missing // 50)))
            done = total - missing
            with progress(self.session, lambda part, of: self._tell("extract", done + missing * part // of, total)):
                said = texts.repartition(tasks).mapInPandas(
                    partial(extracting.extractions, reading), extracting.EXTRACTIONS
                )
                # Version 2: a task's file is there when the task ends, not only when all have.
                said.write.mode("append").options(
                    **{"compression": "zstd", "mapreduce.fileoutputcommitter.algorithm.version": "2"}
                ).parquet(home)
        # A task that was done twice, because its worker was lost after it, wrote the same twice.
        read = self.session.read.schema(extracting.EXTRACTIONS).parquet(home).dropDuplicates(["text"])
        joined = self.keep(papers.drop("conflict").join(read, "text"), "read")
        if joined.count() != total:
            raise KGError("extractions are missing", where=home, hint="remove that folder and build again")
        return joined

    def _hand_out(self, reading: Reading) -> None:
        for name, file in reading.files:
            copy = Path(self._scratch) / name
            shutil.copyfile(file, copy)
            self.session.sparkContext.addFile(str(copy))

    def mentions(self, read: DataFrame) -> DataFrame:
        """The mention table, as :data:`kg.engine.spark.extracting.MENTIONS`."""
        return self.keep(read.select("iri", "body", "extraction").mapInPandas(extracting.mentions, extracting.MENTIONS))

    def entities(self, mentions: DataFrame, reading: Reading) -> DataFrame:
        """What the papers name, as :data:`kg.engine.spark.extracting.ENTITIES`."""
        from pyspark.sql import functions as f

        first = (f.col("mention") == 0).cast("long")
        votes = mentions.groupBy("entity", "known", "name", "type").agg(
            f.sum(first).alias("papers"), f.count("*").alias("mentions")
        )
        spread = votes.repartition("entity").sortWithinPartitions("entity")
        return self.keep(spread.mapInPandas(partial(extracting.entities, reading), extracting.ENTITIES), "entities")

    def lines(self, read: DataFrame, entities: DataFrame, version: str, *, provenance: bool) -> DataFrame:
        """The triples of papers and entities, some papers' lines a row."""
        columns = ("iri", "body", "records", "extraction")
        of_papers = read.select(*columns).mapInPandas(partial(extracting.lines, version, provenance), extracting.LINES)
        return self.keep(
            of_papers.unionByName(entities.mapInPandas(extracting.entity_lines, extracting.LINES)), "lines"
        )

    def contents(self) -> DataFrame:
        """What each record says, as triples of its provenance."""
        records = self._read_records().select("hash", "body").dropDuplicates(["hash"])
        return self.keep(records.mapInPandas(extracting.content_lines, extracting.LINES), "contents")

    def keep(self, table: DataFrame, name: str = "table") -> DataFrame:
        """A table written to this build's folder, and read from there from now on."""
        self._tables += 1
        place = f"{self._run}/{self._tables:03d}-{name}"
        table.write.parquet(place)
        return self.session.read.schema(table.schema).parquet(place)

    def _empty(self, schema: str) -> DataFrame:
        return self.session.createDataFrame([], schema)

    @contextmanager
    def _telling(self, step: str) -> Iterator[None]:
        with progress(self.session, lambda done, total: self._tell(step, done, total)):
            yield


def _lines_before(blocks: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int], int]:
    """How many lines of a file come before each of its blocks, from file, place and lines of each.

    >>> _lines_before([("a", 64, 2), ("a", 0, 3), ("a", 128, 1)])
    {('a', 0): 0, ('a', 64): 3, ('a', 128): 5}
    """
    before: dict[tuple[str, int], int] = {}
    lines: dict[str, int] = {}
    for file, block, count in sorted(blocks):
        before[file, block] = lines.get(file, 0)
        lines[file] = lines.get(file, 0) + count
    return before
