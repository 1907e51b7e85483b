"""An engine's answer -> the format that a client asked for, with no more rows than it may have."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, Literal

from kg.errors import QueryError
from kg.iri import PREFIXES
from kg.serve.engine import Raw

__all__ = ["GRAPHS", "ROWS", "Answer", "Kind", "answer", "write"]

Kind = Literal["rows", "boolean", "graph"]

#: Media type -> pyoxigraph's name of the format, the preferred one first.
ROWS: Mapping[str, str] = {
    "application/sparql-results+json": "JSON",
    "application/sparql-results+xml": "XML",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
    "application/json": "JSON",
    "application/xml": "XML",
    "text/xml": "XML",
}
GRAPHS: Mapping[str, str] = {
    "text/turtle": "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "application/ld+json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "application/n-quads": "N_QUADS",
    "application/trig": "TRIG",
    "text/n3": "N3",
    "text/plain": "N_TRIPLES",
    "application/x-turtle": "TURTLE",
    "application/json": "JSON_LD",
    "application/xml": "RDF_XML",
    "text/xml": "RDF_XML",
}

_STRING = rb'"(?:[^"\\]++|\\.)*+"'


def _object(inner: bytes) -> bytes:
    return rb"\{(?:[^\"{}]++|" + _STRING + inner + rb")*+\}"


def _nested(depth: int) -> bytes:
    pattern = b""
    for _ in range(depth):
        pattern = b"|" + _object(pattern)
    return pattern


# A row holds terms, and a term may be a triple of terms.
_ROW = re.compile(_object(_nested(6)))
_LINE_END = re.compile(rb"\n")
_START = b'"bindings":['


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: a graph in N-Triples, else SPARQL results in JSON. ``cut`` where rows were left out."""

    kind: Kind
    body: bytes
    cut: bool


def answer(raw: Raw, rows: int) -> Answer:
    r"""What an engine answered, cut off after so many rows.

    >>> answer(Raw(True, b"<a:s> <a:p> 1 .\n<a:s> <a:p> 2 .\n", True), 1)
    Answer(kind='graph', body=b'<a:s> <a:p> 1 .\n', cut=True)
    >>> body = b'{"head":{"vars":["x"]},"results":{"bindings":[{},{"x":{"type":"literal","value":"},{"}},{}]}}'
    >>> answer(Raw(False, body, True), 3).cut, answer(Raw(False, body, True), 2).body[-35:]
    (False, b'"type":"literal","value":"},{"}}]}}')
    """
    if raw.graph:
        return _cut_graph(raw, rows)
    if raw.body.endswith((b'"boolean":true}', b'"boolean":false}')):
        return Answer("boolean", raw.body, False)
    if raw.whole and raw.body.count(b"},{") < rows:
        return Answer("rows", raw.body, False)
    start = raw.body.find(_START) + len(_START)
    end = _end(_ROW, raw.body, start, rows)
    if raw.whole and raw.body[end:] == b"]}}":
        return Answer("rows", raw.body, False)
    return Answer("rows", raw.body[:end] + b"]}}", True)


def _cut_graph(raw: Raw, rows: int) -> Answer:
    body = raw.body
    if raw.whole and body.count(b"\n") <= rows:
        return Answer("graph", body, False)
    return Answer("graph", body[: _end(_LINE_END, body, 0, rows)], True)


def _end(pattern: re.Pattern[bytes], body: bytes, start: int, count: int) -> int:
    """Where the last of so many matches ends, or of all where there are fewer."""
    last = deque(islice(pattern.finditer(body, start), count), maxlen=1)
    return last[0].end() if last else start


def write(found: Answer, media: str) -> bytes:
    """An answer in a format of :data:`ROWS` or :data:`GRAPHS`, whichever it is.

    :raises QueryError: if the format cannot hold it
    """
    import pyoxigraph as ox

    if found.kind == "graph":
        name = GRAPHS[media]
        if name in ("N_TRIPLES", "N_QUADS"):
            return found.body
        triples = (quad.triple for quad in ox.parse(found.body, ox.RdfFormat.N_TRIPLES, lenient=True))
        try:
            return _bytes(ox.serialize(triples, format=getattr(ox.RdfFormat, name), prefixes=PREFIXES))
        except (ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"the answer cannot be written as {media}: {error}") from error
    name = ROWS[media]
    if name == "JSON":
        return found.body
    solutions: Any = ox.parse_query_results(found.body, ox.QueryResultsFormat.JSON)
    out = BytesIO()
    try:
        solutions.serialize(out, getattr(ox.QueryResultsFormat, name))
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(f"the answer cannot be written as {media}: {error}") from error
    return out.getvalue()


def _bytes(text: bytes | None) -> bytes:
    return text or b""
