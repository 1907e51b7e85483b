"""Plain RDF files -> a store in memory, to be asked like a graph."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.query.printable import printable

if TYPE_CHECKING:
    from pyoxigraph import RdfFormat, Store

__all__ = ["data_store"]

_EXTENSIONS = {
    "ttl": "TURTLE", "turtle": "TURTLE", "nt": "N_TRIPLES", "ntriples": "N_TRIPLES", "nq": "N_QUADS",
    "nquads": "N_QUADS", "trig": "TRIG", "jsonld": "JSON_LD", "json": "JSON_LD", "rdf": "RDF_XML", "rdfxml": "RDF_XML",
    "owl": "RDF_XML", "xml": "RDF_XML", "n3": "N3",
}  # fmt: skip
# One statement of N-Quads or N-Triples on a line of its own.
_STATEMENT = re.compile(rb"\s*(?:<[^<>\s]*>|_:\S+)\s+<[^<>\s]*>\s+\S.*\.\s*(?:#.*)?")


def data_store(files: Iterable[str | Path]) -> Store:
    """The files' statements in one store; blank nodes of different files stay apart.

    The format is told by the extension, else by the content: Turtle, N-Triples, N-Quads, TriG, JSON-LD, RDF/XML, N3.
    Relative IRIs are resolved against the file's own place.

    :raises QueryError: if a file cannot be read or is no RDF, with file, line and column
    """
    from pyoxigraph import Store

    store = Store()
    for name in files:
        path = Path(name)
        try:
            store.bulk_load(path=str(path), format=_format(path), base_iri=path.absolute().as_uri())
        except SyntaxError as error:
            place = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
            reason = re.sub(r"^Parser error at line [^:]*: ", "", str(error.msg))
            raise QueryError(
                f"no readable RDF: {printable(reason)}", where=place, hint="check the file and its extension"
            ) from error
        except OSError as error:
            raise QueryError(f"cannot be read ({error.strerror or error})", where=str(path)) from error
    return store


def _format(path: Path) -> RdfFormat:
    from pyoxigraph import RdfFormat

    name = _EXTENSIONS.get(path.suffix.lstrip(".").lower())
    if name is None:
        with path.open("rb") as file:
            name = _sniff(file.read(64 * 1024))
    found: RdfFormat = getattr(RdfFormat, name)
    return found


def _sniff(head: bytes) -> str:
    """The name of the format that a file's first bytes look like.

    >>> _sniff(b'<a:s> <a:p> "x" <a:g> .'), _sniff(b"@prefix a: <b> ."), _sniff(b'[{"@id": "a"}]'), _sniff(b"<?xml ?>")
    ('N_QUADS', 'TRIG', 'JSON_LD', 'RDF_XML')
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"[\[{]\s*(?:[\[{\"\]}]|$)", text):
        return "JSON_LD"
    if re.match(rb"<(?:\?xml|!DOCTYPE|!--|rdf:RDF)", text):
        return "RDF_XML"
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(b"#"))
    # N-Quads holds N-Triples, TriG holds Turtle.
    return "N_QUADS" if _STATEMENT.fullmatch(next(lines, b"")) else "TRIG"
