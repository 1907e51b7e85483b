"""The RDF formats. All are written from one stream of sorted statements, so that equal graphs give equal bytes.

N-Quads and TriG keep the graphs apart; the others hold the union of the papers, the vocabulary and the decisions as one
graph, and the provenance where it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from kg.errors import KGError
from kg.export.registry import Exporter, Options
from kg.export.statements import CHOICES, chosen, sorted_statements
from kg.export.turtle import write_turtle
from kg.export.xmltext import UNFIT
from kg.iri import BASE, GRAPHS, PREFIXES
from kg.store import Generation

if TYPE_CHECKING:
    from pyoxigraph import Quad, RdfFormat, Triple

__all__ = ["FORMATS", "LABELS", "Headed", "parsed", "sorted_prefixes"]

#: The prefixes of written files: the usual ones, and one for each kind of thing whose names would else need escapes.
LABELS = {
    **{name: iri for name, iri in PREFIXES.items() if name != "paper"},
    "acl": f"{BASE}paper/acl/",
    "arxiv": f"{BASE}paper/arxiv/",
    "mention": f"{BASE}mention/",
    "statement": f"{BASE}statement/",
}

_UNION = ("papers", "vocabulary", "decisions")
_BATCH = 5000
_STEP = 1 << 16

_Header = Callable[[bytes], "bytes | None"]


def _ntriples(generation: Generation, options: Options, out: BinaryIO) -> int:
    return _lines(generation, options, out, chosen(options, _UNION), named=False)


def _nquads(generation: Generation, options: Options, out: BinaryIO) -> int:
    return _lines(generation, options, out, chosen(options, CHOICES), named=True)


def _lines(generation: Generation, options: Options, out: BinaryIO, graphs: tuple[str, ...], *, named: bool) -> int:
    count = 0
    with sorted_statements(generation, graphs, options, named=named) as lines:
        while batch := list(islice(lines, _BATCH)):
            out.write(b"".join(batch))
            count += len(batch)
            options.tell("write", count, None)
    return count


def _turtle(generation: Generation, options: Options, out: BinaryIO) -> int:
    from pyoxigraph import RdfFormat

    if not options.light:
        return write_turtle(generation, options, out, chosen(options, _UNION), LABELS)
    # Which statements a light export holds is decided by lines.
    return _serialize(generation, options, Headed(out, sorted_prefixes), RdfFormat.TURTLE)


def _jsonld(generation: Generation, options: Options, out: BinaryIO) -> int:
    from pyoxigraph import RdfFormat

    return _serialize(generation, options, out, RdfFormat.JSON_LD)


def _rdfxml(generation: Generation, options: Options, out: BinaryIO) -> int:
    from pyoxigraph import RdfFormat

    headed = Headed(out, _sorted_namespaces, _keep_returns)
    return _serialize(generation, options, headed, RdfFormat.RDF_XML, _fits_xml)


def _serialize(
    generation: Generation,
    options: Options,
    out: BinaryIO | Headed,
    format: RdfFormat,
    check: Callable[[Triple], Triple] | None = None,
) -> int:
    from pyoxigraph import serialize

    count = _Counter(options)
    with sorted_statements(generation, chosen(options, _UNION), options, named=False) as lines:
        triples: Iterator[Triple] = (quad.triple for quad in parsed(count(lines)))
        if check is not None:
            triples = map(check, triples)
        serialize(triples, out, format, prefixes=LABELS)  # type: ignore[arg-type]
    if isinstance(out, Headed):
        out.finish()
    return count.done


def _trig(generation: Generation, options: Options, out: BinaryIO) -> int:
    from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

    count = _Counter(options)

    def quads() -> Iterator[Quad]:
        # One graph after the other, so that each is one block.
        for name in chosen(options, CHOICES):
            graph = NamedNode(GRAPHS[name])
            with sorted_statements(generation, (name,), options, named=False) as lines:
                for quad in parsed(count(lines)):
                    yield quad if name == "papers" else Quad(quad.subject, quad.predicate, quad.object, graph)

    headed = Headed(out, sorted_prefixes)
    serialize(quads(), headed, RdfFormat.TRIG, prefixes=LABELS)  # type: ignore[arg-type]
    headed.finish()
    return count.done


class _Counter:
    def __init__(self, options: Options) -> None:
        self._options = options
        self.done = 0

    def __call__(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.done += 1
            if self.done % _STEP == 0:
                self._options.tell("write", self.done, None)
            yield line


def parsed(lines: Iterator[bytes]) -> Iterator[Quad]:
    """Lines of N-Triples as statements."""
    from pyoxigraph import RdfFormat, parse

    while batch := b"".join(islice(lines, _BATCH)):
        # The store gave these lines: each IRI in them was checked before.
        yield from parse(batch, RdfFormat.N_TRIPLES, lenient=True)


def _fits_xml(triple: Triple) -> Triple:
    if found := UNFIT.search(getattr(triple.object, "value", "")):
        raise KGError(
            f"its {triple.predicate.value} holds U+{ord(found.group()):04X}, which RDF/XML cannot hold",
            where=str(getattr(triple.subject, "value", triple.subject)),
            hint="export it as turtle, ntriples or jsonld",
        )
    return triple


class Headed:
    """A stream whose header is put in order: the writer names its prefixes in an order that differs between runs.

    :param header: the header in order with all that came so far, or None while it is not whole
    :param change: what is done to all bytes
    """

    def __init__(self, out: BinaryIO, header: _Header, change: Callable[[bytes], bytes] | None = None) -> None:
        self._out = out
        self._header = header
        self._change = change
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        size = len(data)
        if self._change is not None:
            data = self._change(data)
        if self._head is None:
            self._out.write(data)
            return size
        self._head += data
        if (ordered := self._header(self._head)) is not None:
            self._out.write(ordered)
            self._head = None
        return size

    def flush(self) -> None:
        """Left to the owner of the stream."""

    def finish(self) -> None:
        """Writes a header that nothing followed."""
        if self._head:
            self._out.write(b"".join(sorted(self._head.splitlines(keepends=True))))
        self._head = None


def sorted_prefixes(data: bytes) -> bytes | None:
    """All that came so far with the prefixes of Turtle in order; None while another may follow."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1]):
        if not line.startswith(b"@prefix "):
            return b"\n".join([*sorted(lines[:number]), *lines[number:]])
    return None


_ROOT = re.compile(rb"<rdf:RDF((?: [^ <>]+)*)(/?>)")


def _sorted_namespaces(data: bytes) -> bytes | None:
    found = _ROOT.search(data)
    if found is None:
        return None
    names = b" ".join(sorted(found.group(1).split()))
    return data[: found.start()] + b"<rdf:RDF " + names + found.group(2) + data[found.end() :]


def _keep_returns(data: bytes) -> bytes:
    # An XML parser reads a bare carriage return as a line feed; the writer makes none of its own.
    return data.replace(b"\r", b"&#xD;")


FORMATS = (
    Exporter("turtle", "Turtle, to be read by people too: one graph", ".ttl", "text/turtle", True, _turtle),
    Exporter("ntriples", "N-Triples, sorted: one graph", ".nt", "application/n-triples", True, _ntriples),
    Exporter("nquads", "canonical N-Quads, sorted: all four graphs", ".nq", "application/n-quads", True, _nquads),
    Exporter("trig", "TriG: all four graphs", ".trig", "application/trig", True, _trig),
    Exporter("jsonld", "JSON-LD, expanded: one graph", ".jsonld", "application/ld+json", True, _jsonld),
    Exporter("rdfxml", "RDF/XML: one graph", ".rdf", "application/rdf+xml", True, _rdfxml),
)
