"""Parquet: papers, entities, mentions and statements as typed tables, for pandas, Polars, DuckDB, Spark.

Rows come in groups, so that a table of any size is written in constant memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from kg.errors import KGError
from kg.export.registry import Exporter, Options
from kg.iri import PREFIXES, TERM
from kg.model import FIELDS, ROLES
from kg.store import Generation, Index, MentionTable, open_store

if TYPE_CHECKING:
    import pyarrow
    from pyoxigraph import QuerySolutions

__all__ = ["FORMATS"]

_GROUP = 50_000
_STATEMENTS = """SELECT ?statement ?paper ?subject ?predicate ?object ?confidence ?polarity ?field ?start ?end WHERE {
  ?statement a kg:Statement ; kg:statedIn ?paper ; kg:subject ?subject ; kg:predicate ?predicate ; kg:object ?object ;
    kg:confidence ?confidence .
  OPTIONAL { ?statement kg:polarity ?polarity ; kg:field ?field ; kg:sentenceStart ?start ; kg:sentenceEnd ?end } }"""

Rows = Callable[[Generation], Iterator[tuple[Any, ...]]]


def _papers(generation: Generation) -> Iterator[tuple[Any, ...]]:
    index = Index(generation.index)
    try:
        for p in index.each_paper():
            authors = [author.name for author in p.authors]
            yield p.iri, p.title, p.abstract, p.issued, p.year, p.venue, p.link, list(p.identifiers), authors
    finally:
        index.close()


def _entities(generation: Generation) -> Iterator[tuple[Any, ...]]:
    index = Index(generation.index)
    try:
        for e in index.each_entity():
            yield e.iri, e.label, e.type, e.known, e.papers, e.mentions, list(e.aliases), e.definition
    finally:
        index.close()


def _mentions(generation: Generation) -> Iterator[tuple[Any, ...]]:
    import numpy as np

    table, index = MentionTable.open(generation.mentions), Index(generation.index)
    try:
        entities = [entity.iri for entity in index.entities()]
        bounds = np.searchsorted(table.paper, np.arange(table.papers + 1))
        for paper in index.each_paper():
            part = slice(int(bounds[paper.row]), int(bounds[paper.row + 1]))
            columns = (table.entity, table.role, table.field, table.start, table.end, table.sentence_start,
                       table.sentence_end, table.confidence)  # fmt: skip
            for e, r, f, start, end, left, right, c in zip(*(col[part].tolist() for col in columns), strict=True):
                text = paper.title if FIELDS[f] == "title" else paper.abstract
                surface, sentence = text[start:end], text[left:right]
                yield paper.iri, entities[e], ROLES[r], FIELDS[f], start, end, surface, left, right, sentence, c / 100
    finally:
        index.close()


def _statements(generation: Generation) -> Iterator[tuple[Any, ...]]:
    found = cast("QuerySolutions", open_store(generation.store).query(_STATEMENTS, prefixes=PREFIXES))
    for row in sorted(tuple(getattr(term, "value", None) for term in one) for one in found):
        statement, paper, subject, predicate, thing, confidence, polarity, field, start, end = row
        yield (
            statement, paper, subject, str(predicate).removeprefix(TERM), thing, float(str(confidence)), polarity,
            field, None if start is None else int(start), None if end is None else int(end),
        )  # fmt: skip


# Table -> its columns with their types, and what gives its rows.
_TABLES: dict[str, tuple[tuple[tuple[str, str], ...], Rows]] = {
    "papers": (
        (("id", "string"), ("title", "string"), ("abstract", "string"), ("issued", "string"), ("year", "int32"),
         ("venue", "string"), ("url", "string"), ("identifiers", "list"), ("authors", "list")),
        _papers,
    ),
    "entities": (
        (("id", "string"), ("label", "string"), ("type", "string"), ("known", "bool"), ("papers", "int64"),
         ("mentions", "int64"), ("aliases", "list"), ("definition", "string")),
        _entities,
    ),
    "mentions": (
        (("paper", "string"), ("entity", "string"), ("role", "string"), ("field", "string"), ("start", "int32"),
         ("end", "int32"), ("surface", "string"), ("sentence_start", "int32"), ("sentence_end", "int32"),
         ("sentence", "string"), ("confidence", "float64")),
        _mentions,
    ),
    "statements": (
        (("id", "string"), ("paper", "string"), ("subject", "string"), ("predicate", "string"), ("object", "string"),
         ("confidence", "float64"), ("polarity", "string"), ("field", "string"), ("start", "int32"), ("end", "int32")),
        _statements,
    ),
}  # fmt: skip


def _table(name: str, generation: Generation, options: Options, out: BinaryIO) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise KGError("the package pyarrow is missing", hint='run `pip install "kg-papers[parquet]"`') from error
    columns, rows = _TABLES[name]
    schema = pyarrow.schema([(column, _type(kind)) for column, kind in columns])
    waiting, count = rows(generation), 0
    with pyarrow.parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while batch := list(islice(waiting, _GROUP)):
            writer.write_table(_rows(batch, schema))
            count += len(batch)
            options.tell(name, count, None)
    return count


def _type(kind: str) -> pyarrow.DataType:
    import pyarrow

    return pyarrow.list_(pyarrow.string()) if kind == "list" else pyarrow.type_for_alias(kind)


def _rows(batch: Sequence[tuple[Any, ...]], schema: pyarrow.Schema) -> pyarrow.Table:
    import pyarrow

    arrays = [
        pyarrow.array(values, type=field.type) for values, field in zip(zip(*batch, strict=True), schema, strict=True)
    ]
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    return _table(options.table or "mentions", generation, options, out)


FORMATS = (
    Exporter(
        name="parquet",
        description="Parquet: a folder of papers, entities, mentions and statements; on standard output the mentions",
        extension=".parquet",
        media_type="application/vnd.apache.parquet",
        rdf=False,
        write=_write,
        tables=tuple((name, partial(_table, name)) for name in _TABLES),
    ),
)
