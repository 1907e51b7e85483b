"""Sources on Spark: files to one table of records, problems and counts, by the readers that one machine uses.

JSON Lines and Parquet are split among the tasks; a file of any other format is read by one task as a whole. A record's
position is what it is on one machine: its line, from 1, wherever its block of the file begins.

| column | holds |
|---|---|
| kind | ``record``; ``problem``; ``block``: the lines of a block, or that a whole file was read to its end |
| file, format | name as the user gave it; how it was read |
| block, position | where its block begins in the file; the line within the block, or the position in the file |
| reason | of a problem |
| hash, body, names | of a record: see :mod:`kg.records`; what it may share with another (:func:`kg.resolve.keys`) |
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.engine.spark.paths import LINES, PARQUET, WHOLE, Found, escaped, key_of
from kg.model import Origin, Paper, Problem
from kg.records import clean, record_hash, to_body
from kg.resolve import keys
from kg.sources import read_stream
from kg.sources.json_lines import read_line
from kg.sources.records import to_paper
from kg.sources.streams import MAX_RECORD

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["SCHEMA", "read_files", "rows_of_lines", "rows_of_parquet", "rows_of_whole"]

SCHEMA = (
    "kind string, file string, format string, block long, position long, reason string, hash string, body binary, "
    "names array<string>"
)
_COLUMNS = ("kind", "file", "format", "block", "position", "reason", "hash", "body", "names")
_FLUSH = 1000

Row = tuple[Any, ...]


def read_files(session: SparkSession, files: Iterable[Found]) -> DataFrame:
    """The table of all that the files hold, in no order."""
    from functools import partial, reduce

    from pyspark.sql import functions as f

    by: dict[str, list[Found]] = {LINES: [], PARQUET: [], WHOLE: []}
    for one in files:
        by[one.how].append(one)
    names = {how: {key_of(_encoded(f.uri)): f.name for f in found} for how, found in by.items()}
    where = f.col("_metadata.file_path").alias("file")
    tables: list[DataFrame] = []
    if by[LINES]:
        text = session.read.option("lineSep", "\n").text([escaped(one.uri) for one in by[LINES]])
        # As bytes: what is no UTF-8 is reported with its place, as on one machine.
        lines = text.select(f.col("value").cast("binary"), where, f.col("_metadata.file_block_start").alias("block"))
        tables.append(lines.mapInPandas(partial(_lines, names[LINES]), SCHEMA))
    for one in by[PARQUET]:
        # One by one, for their columns may differ.
        table = session.read.parquet(escaped(one.uri))
        place = (f.col("_metadata.row_index") + 1).alias("position")
        rows = table.select(f.to_json(f.struct("*")).alias("value"), place)
        tables.append(rows.mapInPandas(partial(_parquet, one.name), SCHEMA))
    if by[WHOLE]:
        whole = session.read.format("binaryFile").load([escaped(one.uri) for one in by[WHOLE]])
        tables.append(whole.select("content", where).mapInPandas(partial(_whole, names[WHOLE]), SCHEMA))
    return reduce(lambda one, other: one.unionByName(other), tables)


def _encoded(address: str) -> str:
    """An address as Spark gives it back: percent-encoded."""
    from urllib.parse import quote

    scheme, _, rest = address.partition(":")
    return f"{scheme}:{quote(rest)}"


def _lines(names: Mapping[str, str], frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    lines = (
        (names[key_of(file)], block, bytes(value))
        for frame in frames
        for value, file, block in zip(frame["value"], frame["file"], frame["block"], strict=True)
    )
    return _frames(rows_of_lines(lines))


def _parquet(name: str, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    rows = (row for frame in frames for row in zip(frame["value"], frame["position"], strict=True))
    return _frames(rows_of_parquet(name, rows))


def _whole(names: Mapping[str, str], frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    files = (
        (names[key_of(f)], bytes(c)) for frame in frames for c, f in zip(frame["content"], frame["file"], strict=True)
    )
    return _frames(row for name, content in files for row in rows_of_whole(name, content))


def _frames(rows: Iterable[Row]) -> Iterator[pd.DataFrame]:
    from itertools import islice

    import pandas as pd

    stream = iter(rows)
    while some := list(islice(stream, _FLUSH)):
        yield pd.DataFrame(some, columns=list(_COLUMNS))


def rows_of_lines(lines: Iterable[tuple[str, int, bytes]]) -> Iterator[Row]:
    """The rows of lines of JSON, each with its file and where its block begins; lines of a block come together."""
    name, block, number = "", -1, 0
    problems: list[Problem] = []
    for file, begins, line in lines:
        if (file, begins) != (name, block):
            if number:
                yield _row("block", name, "jsonl", block, number)
            name, block, number = file, begins, 0
        number += 1
        if begins == 0 and number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) >= MAX_RECORD:
            problems.append(Problem(file, number, f"a line of more than {MAX_RECORD >> 20} MiB, left out"))
        else:
            paper = read_line(line, Origin(file, "jsonl", number), problems.append)
            if paper is not None:
                yield _record(paper, block)
        yield from _problems(problems, "jsonl", block)
    if number:
        yield _row("block", name, "jsonl", block, number)


def rows_of_parquet(name: str, rows: Iterable[tuple[str, int]]) -> Iterator[Row]:
    """The rows of records as JSON, each with its place in the file."""
    import orjson

    problems: list[Problem] = []
    for value, position in rows:
        paper = to_paper(orjson.loads(value), Origin(name, "parquet", int(position)), problems.append)
        if paper is not None:
            yield _record(paper, 0)
        yield from _problems(problems, "parquet", 0)


def rows_of_whole(name: str, content: bytes) -> Iterator[Row]:
    """The rows of a file of any format that one machine reads."""
    problems: list[Problem] = []
    reading = read_stream(io.BytesIO(content), name, problems.append)
    formats: set[str] = set()
    while True:
        try:
            paper = next(reading)
        except StopIteration as end:
            yield from _problems(problems, "", 0)
            if end.value:
                yield _row("block", name, next(iter(formats), ""), 0, 0)
            return
        formats.add(paper.origin.format)
        yield _record(paper, 0)
        yield from _problems(problems, paper.origin.format, 0)


def _record(paper: Paper, block: int) -> Row:
    kept = clean(paper)
    where = paper.origin
    return (
        "record", where.file, where.format, block, where.position, None, record_hash(kept), to_body(kept),
        list(keys(kept)),
    )  # fmt: skip


def _problems(problems: list[Problem], kind: str, block: int) -> Iterator[Row]:
    for problem in problems:
        yield _row("problem", problem.file, kind, block, problem.position or 0, problem.reason)
    problems.clear()


def _row(kind: str, file: str, format: str, block: int, position: int, reason: str | None = None) -> Row:
    return kind, file, format, block, position, reason, None, None, None
