"""An answer -> a table, JSON, CSV, Turtle …, written as it is computed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOBase
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from kg.errors import QueryError
from kg.iri import PREFIXES
from kg.query.engine import Result
from kg.query.printable import printable

if TYPE_CHECKING:
    from kg.query.engine import Term

__all__ = ["GRAPH_FORMATS", "ROW_FORMATS", "plain", "shorten", "write"]

#: Formats of a SELECT or ASK, and of a CONSTRUCT or DESCRIBE. ``table`` of a graph is Turtle.
ROW_FORMATS = ("table", "json", "jsonl", "csv", "tsv", "xml")
GRAPH_FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")

_NATIVE = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}
_RDF = {
    "turtle": "TURTLE", "ntriples": "N_TRIPLES", "nquads": "N_QUADS", "trig": "TRIG", "jsonld": "JSON_LD",
    "rdfxml": "RDF_XML",
}  # fmt: skip
# Rows that a table is measured on; later ones are written as they come.
_MEASURED = 5000
_XSD = PREFIXES["xsd"]
_INTEGERS = {_XSD + t for t in (
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
    "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
)}  # fmt: skip
_FLOATS = {_XSD + t for t in ("decimal", "double", "float")}


def write(result: Result, format: str, stream: BinaryIO | TextIO) -> None:
    """Writes an answer.

    :param format: one of :data:`ROW_FORMATS` or :data:`GRAPH_FORMATS`, whichever the answer is
    :param stream: binary, or text (whose buffer is used where it has one, so that line ends stay as they are)
    :raises QueryError: if the format does not fit the answer, or its evaluation fails
    """
    if result.kind == "graph":
        _write_graph(result, "turtle" if format == "table" else format, stream)
    elif format in _NATIVE:
        from pyoxigraph import QueryResultsFormat

        answer: Any = result.answer
        native = getattr(QueryResultsFormat, _NATIVE[format])
        try:
            with _binary(stream) as out:
                answer.serialize(out, native)
        except (RuntimeError, SyntaxError) as error:
            raise QueryError(f"the evaluation failed: {error}") from error
    elif format not in ROW_FORMATS:
        fit = "CONSTRUCT or DESCRIBE" if format in GRAPH_FORMATS else "nothing"
        raise QueryError(
            f"the format {format} is for {fit}, this answer has {'rows' if result.kind == 'select' else 'yes or no'}",
            hint=f"choose {', '.join(ROW_FORMATS)}",
        )
    elif result.kind == "ask":
        _text(stream, "true\n" if result else "false\n")
    elif format == "jsonl":
        for row in result.rows():
            values = {name: plain(term) for name, term in zip(result.variables, row, strict=True)}
            _text(stream, json.dumps(values, ensure_ascii=False) + "\n")
    else:
        _write_table(result, stream)


def plain(term: Term | None) -> str | int | float | bool | None:
    """A term as a plain value: numbers as numbers, the text of an IRI or a literal, None where unbound.

    >>> from pyoxigraph import Literal, NamedNode
    >>> plain(Literal(3)), plain(Literal(0.5)), plain(Literal(True)), plain(NamedNode("http://a")), plain(Literal("x"))
    (3, 0.5, True, 'http://a', 'x')
    """
    from pyoxigraph import Literal, NamedNode

    if term is None:
        return None
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return str(term)
    kind, value = term.datatype.value, term.value
    try:
        if kind in _INTEGERS:
            return int(value)
        if kind in _FLOATS and value not in ("INF", "+INF", "-INF", "NaN"):
            return float(value)
    except ValueError:
        return value
    if kind == f"{_XSD}boolean":
        return value in ("true", "1")
    return value


def shorten(iri: str) -> str:
    """An IRI with one of our prefixes, where what is left is a plain name.

    >>> shorten("https://w3id.org/kg-papers/concept/lora"), shorten("https://w3id.org/kg-papers/ontology#uses")
    ('concept:lora', 'kg:uses')
    >>> shorten("https://w3id.org/kg-papers/paper/arxiv/2106.09685"), shorten("http://example.org/x")
    ('paper:arxiv/2106.09685', 'http://example.org/x')
    """
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and len(iri) > len(base):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def _write_graph(result: Result, format: str, stream: BinaryIO | TextIO) -> None:
    from pyoxigraph import RdfFormat, serialize

    if format not in _RDF:
        raise QueryError(
            f"the format {format} is for rows, this answer is a graph", hint=f"choose {', '.join(GRAPH_FORMATS)}"
        )
    with _binary(stream) as out:
        serialize(result.triples(), out, getattr(RdfFormat, _RDF[format]), prefixes=PREFIXES)


def _write_table(result: Result, stream: BinaryIO | TextIO) -> None:
    """Aligned columns, drawn where a person looks on; what the caller bound is the same in each row and left out."""
    every = range(len(result.variables))
    shown = [i for i in every if result.variables[i] not in result.bound] or list(every)
    names = [result.variables[i] for i in shown]
    rows = ([_cell(row[i]) for i in shown] for row in result.rows())
    head = list(islice(rows, _MEASURED))
    numeric = [bool(head) and all(right for _, right in column) for column in zip(*head, strict=True)]
    numeric = numeric or [False] * len(names)
    if isinstance(stream, TextIOBase) and stream.isatty() and len(head) < _MEASURED:
        _draw(names, [[text for text, _ in row] for row in head], numeric, stream)
        return
    from rich.cells import cell_len

    widths = [max(cell_len(t) for t in (name, *(row[i][0] for row in head))) for i, name in enumerate(names)]

    def line(texts: list[str]) -> str:
        parts = []
        for text, width, right in zip(texts, widths, numeric, strict=True):
            space = " " * max(0, width - cell_len(text))
            parts.append(space + text if right else text + space)
        return "  ".join(parts).rstrip() + "\n"

    _text(stream, line(names) + line(["-" * width for width in widths]))
    for row in chain(head, rows):
        _text(stream, line([text for text, _ in row]))


def _draw(names: list[str], rows: list[list[str]], numeric: list[bool], stream: TextIO) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, right in zip(names, numeric, strict=True):
        table.add_column(Text(name), justify="right" if right else "left", overflow="fold")
    for row in rows:
        # A Text, because rich would read [brackets] in a plain string as markup.
        table.add_row(*map(Text, row))
    Console(file=stream).print(table)


def _cell(term: Term | None) -> tuple[str, bool]:
    """What a table shows of a term, and whether it is a number."""
    from pyoxigraph import NamedNode

    if isinstance(term, NamedNode):
        return printable(shorten(term.value)), False
    value = plain(term)
    if value is None:
        return "", True
    if isinstance(value, bool):
        return str(value).lower(), False
    return printable(str(value)), isinstance(value, int | float)


@contextmanager
def _binary(stream: BinaryIO | TextIO) -> Iterator[BinaryIO]:
    """A stream as a binary one; a text stream without a buffer gets all of it, decoded, at the end."""
    out: Any = stream
    if not isinstance(stream, TextIOBase):
        yield out
        return
    stream.flush()
    buffer: BinaryIO | None = getattr(stream, "buffer", None)
    if buffer is not None:
        yield buffer
        return
    kept = BytesIO()
    yield kept
    stream.write(kept.getvalue().decode())


def _text(stream: BinaryIO | TextIO, text: str) -> None:
    out: Any = stream
    out.write(text if isinstance(stream, TextIOBase) else text.encode())
