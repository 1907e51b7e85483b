"""The source records of a graph, read back from its provenance."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kg.errors import GraphError
from kg.exchange.reading import Reading
from kg.iri import BASE, GRAPHS, TERM
from kg.model import Origin, Paper
from kg.records import Records, parse_body, record_hash
from kg.resolve import Conflict, identify
from kg.store.mapping import content_quad, provenance_quads

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions, Store

__all__ = ["restore_records"]

Tell = Callable[[str, int, "int | None"], None]

_CONTENT = f"SELECT ?r ?c {{ GRAPH <{GRAPHS['provenance']}> {{ ?r <{TERM}content> ?c }} }}"
_STEP = 500


def restore_records(
    store: Store, place: Path, reading: Reading, path: Path, tell: Tell
) -> tuple[int, tuple[Conflict, ...], bool]:
    """Writes the source records of a store to their file.

    Where the store does not hold them all, each paper becomes a record of its own that was read from the file, and the
    provenance of the store is that.

    :return: how many there are, which may be one paper or several, and whether they were there
    :raises GraphError: if one does not have its hash, or was read nowhere
    """
    contents = {
        str(one[0].value).rsplit("/", 1)[-1]: str(one[1].value) for one in cast("QuerySolutions", store.query(_CONTENT))
    }
    derived = {iri: [name.rsplit("/", 1)[-1] for name in reading.records(iri)] for iri in reading.iris}
    whole = all(names and all(name in contents for name in names) for names in derived.values())

    def read_back() -> Iterator[Paper]:
        for done, iri in enumerate(reading.iris):
            if done % _STEP == 0:
                tell("records", done, len(reading.iris))
            for name in derived[iri]:
                yield from _record(name, contents[name], reading)

    def made() -> Iterator[Paper]:
        for number, iri in enumerate(reading.iris, start=1):
            if number % _STEP == 0:
                tell("records", number, len(reading.iris))
            yield replace(reading.paper(iri)[0], origin=Origin(str(path), "import", number))

    with closing(Records(place)) as records, closing(sqlite3.connect("", isolation_level=None)) as work:
        # Their files may lie elsewhere, or nowhere here: none that is read later replaces what was imported.
        records.add(read_back() if whole else made(), place=lambda name: f"imported:{name}")
        if not whole:
            _replace_provenance(store, reading, records)
        return len(records), identify(records, work).conflicts, whole


def _record(name: str, body: str, reading: Reading) -> Iterator[Paper]:
    """A record as often as it was read, each time with another origin."""
    iri = f"{BASE}record/{name}"
    try:
        paper = parse_body(body.encode())
    except (ValueError, TypeError) as error:
        raise GraphError("is a source record that cannot be read", where=iri, hint="export the graph anew") from error
    if not record_hash(paper).startswith(name):
        raise GraphError("is a source record that was changed", where=iri, hint="export the graph anew")
    origins = reading.origins(iri)
    if not origins:
        raise GraphError("is a source record that was read nowhere", where=iri, hint="export the graph anew")
    for origin in origins:
        yield replace(paper, origin=origin)


def _replace_provenance(store: Store, reading: Reading, records: Records) -> None:
    from pyoxigraph import NamedNode, RdfFormat

    store.clear_graph(NamedNode(GRAPHS["provenance"]))
    lines: list[str] = []
    for iri in reading.iris:
        key = record_hash(reading.paper(iri)[0])
        lines += provenance_quads(iri, [(key, records.origins(key))])
    lines += (content_quad(key, body) for key, body in records.bodies())
    store.bulk_load("\n".join(lines), RdfFormat.N_QUADS, lenient=True)
