"""CSV: nodes, edges, papers, and which paper names which entity. As RFC 4180 says, in UTF-8, with a header.

A spreadsheet takes a cell that begins with ``=`` and its like for a formula, and a title is a stranger's text: such a
cell gets an apostrophe before it, so that it is shown and not run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from kg.export.cooccurrence import cooccurrence
from kg.export.registry import Exporter, Options
from kg.model import ROLES
from kg.store import Generation, Index, MentionTable

__all__ = ["FORMATS", "cell"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BATCH = 500

_Row = Sequence[str | int | float | bool | None]


def cell(value: str | int | float | bool | None) -> str:
    """A value as a spreadsheet may show it.

    >>> cell("=1+1"), cell("-SVM"), cell("a=b"), cell(-1), cell(True), cell(None)
    ("'=1+1", "'-SVM", 'a=b', '-1', 'true', '')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else str(value)


def _table(out: BinaryIO, options: Options, name: str, header: Sequence[str], rows: Iterable[_Row]) -> int:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    count = 0
    waiting = iter(rows)
    while True:
        batch = list(islice(waiting, _BATCH))
        writer.writerows([cell(value) for value in row] for row in batch)
        out.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
        count += len(batch)
        if not batch:
            return count
        options.tell(name, count, None)


def _nodes(generation: Generation, options: Options, out: BinaryIO) -> int:
    index = Index(generation.index)
    try:
        rows = (
            (e.iri, e.label, e.type, e.known, e.papers, e.mentions, "; ".join(e.aliases), e.definition)
            for e in index.entities()
        )
        header = ("id", "label", "type", "known", "papers", "mentions", "aliases", "definition")
        return _table(out, options, "nodes", header, rows)
    finally:
        index.close()


def _edges(generation: Generation, options: Options, out: BinaryIO) -> int:
    network = cooccurrence(generation, options.min_support)
    iris = [entity.iri for entity in network.entities]
    labels = [entity.label for entity in network.entities]
    rows = ((iris[one], iris[two], weight, labels[one], labels[two]) for one, two, weight in network.edges())
    return _table(out, options, "edges", ("source", "target", "weight", "source_label", "target_label"), rows)


def _paper_entity(generation: Generation, options: Options, out: BinaryIO) -> int:
    index = Index(generation.index)
    try:
        header = ("paper", "entity", "label", "role", "mentions", "confidence")
        return _table(out, options, "paper_entity", header, _pairs(MentionTable.open(generation.mentions), index))
    finally:
        index.close()


def _pairs(table: MentionTable, index: Index) -> Iterator[_Row]:
    """A row for each entity of each paper, in the order of their IRIs; the confidence is that of its surest mention."""
    import numpy as np

    entities = [(entity.iri, entity.label) for entity in index.entities()]
    if not entities:
        return
    key = table.paper.astype(np.uint64) * len(entities) + table.entity
    order = np.argsort(key, kind="stable")
    pairs, first, mentions = np.unique(key[order], return_index=True, return_counts=True)
    confidence = np.maximum.reduceat(table.confidence[order], first)
    role = table.role[order][first]
    for start in range(0, len(pairs), _BATCH):
        part = slice(start, start + _BATCH)
        paper, entity = (column.tolist() for column in np.divmod(pairs[part], len(entities)))
        iris = dict(zip(sorted(set(paper)), (p.iri for p in index.papers(sorted(set(paper)))), strict=True))
        for p, e, r, m, c in zip(
            paper, entity, role[part].tolist(), mentions[part].tolist(), confidence[part].tolist(), strict=True
        ):
            yield iris[p], *entities[e], ROLES[r], m, c / 100


def _papers(generation: Generation, options: Options, out: BinaryIO) -> int:
    index = Index(generation.index)
    total = MentionTable.open(generation.mentions).papers

    def rows() -> Iterator[_Row]:
        for start in range(0, total, _BATCH):
            for p in index.papers(range(start, min(start + _BATCH, total))):
                authors = "; ".join(author.name for author in p.authors)
                yield p.iri, p.title, p.issued, p.year, p.venue, p.link, "; ".join(p.identifiers), authors, p.abstract

    try:
        header = ("id", "title", "issued", "year", "venue", "url", "identifiers", "authors", "abstract")
        return _table(out, options, "papers", header, rows())
    finally:
        index.close()


_TABLES = (("nodes", _nodes), ("edges", _edges), ("paper_entity", _paper_entity), ("papers", _papers))


def _write(generation: Generation, options: Options, out: BinaryIO) -> int:
    return dict(_TABLES)[options.table or "edges"](generation, options, out)


FORMATS = (
    Exporter(
        name="csv",
        description="CSV: a folder of nodes, edges, paper × entity and papers; on standard output the edges",
        extension=".csv",
        media_type="text/csv",
        rdf=False,
        write=_write,
        tables=_TABLES,
    ),
)
