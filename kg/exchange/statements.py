"""A file of N-Quads or TriG -> a store of its statements, checked to be those of a graph of ours."""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from kg.errors import GraphError
from kg.iri import GRAPHS, TERM

if TYPE_CHECKING:
    from pyoxigraph import RdfFormat, Store

__all__ = ["load_statements"]

_GZIP = b"\x1f\x8b"
_ENDINGS = {".nq": "N_QUADS", ".nquads": "N_QUADS", ".trig": "TRIG", ".nt": "N_TRIPLES", ".ttl": "TURTLE"}


def load_statements(path: Path, place: Path, tell: Callable[[str, int, int | None], None]) -> Store:
    """The statements of a file in a new store; ``-`` is standard input, and holds N-Quads.

    :param place: where the store is made
    :raises GraphError: if the file cannot be read, is no RDF, or holds what no export of a whole graph holds
    """
    from pyoxigraph import Store

    tell("import", 0, None)
    store = Store(str(place))
    try:
        with _opened(path) as file:
            # What an export wrote was checked when it came into its store.
            store.bulk_load(file, _format(path), lenient=True)
    except SyntaxError as error:
        where = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
        reason = re.sub(r"^Parser error at line [^:]*: ", "", str(error.msg))
        raise GraphError(
            f"no readable RDF: {reason}", where=where, hint="import what `kg export --format nquads` or `trig` wrote"
        ) from error
    except (OSError, EOFError) as error:
        raise GraphError(f"cannot be read ({getattr(error, 'strerror', None) or error})", where=str(path)) from error
    _check(store, path)
    return store


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.open(file) as inner:
            yield cast("IO[bytes]", inner)


def _format(path: Path) -> RdfFormat:
    from pyoxigraph import RdfFormat

    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    found: RdfFormat = getattr(RdfFormat, _ENDINGS.get(name.suffix.lower(), "N_QUADS"))
    return found


def _check(store: Store, path: Path) -> None:
    hint = "export the graph with `kg export --format nquads`"
    known = {iri for name, iri in GRAPHS.items() if name != "papers"}
    for graph in store.named_graphs():
        if graph.value not in known:
            raise GraphError(f"holds the graph <{graph.value}>, which kg does not write", where=str(path), hint=hint)
    if not store.query(f"ASK {{ ?p a <{TERM}Paper> }}"):
        elsewhere = store.query(f"ASK {{ GRAPH ?g {{ ?p a <{TERM}Paper> }} }}")
        reason = "holds its papers in a named graph" if elsewhere else "holds no paper"
        raise GraphError(reason, where=str(path), hint=hint)
    if store.query(f"ASK {{ ?p <{TERM}mentions> ?e }}") and not store.query(f"ASK {{ ?m a <{TERM}Mention> }}"):
        raise GraphError("is a light export: it holds no mentions", where=str(path), hint="export it without --light")
    if not store.query(f"ASK {{ GRAPH <{GRAPHS['vocabulary']}> {{ ?s ?p ?o }} }}"):
        raise GraphError("holds no vocabulary, so that its entities have no labels", where=str(path), hint=hint)
