"""The set of source records to papers with identity, on one machine: a table of a scratch database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import orjson

from kg.model import Author, Origin, Paper
from kg.records import Records
from kg.resolve import Conflict, identify, merge

__all__ = ["count_papers", "resolve_papers", "resolved_papers"]

#: Called with the step's name, how much of it is done, and how much there is (None where that is not known).
Tell = Callable[[str, int, "int | None"], None]


def resolve_papers(records: Records, work: sqlite3.Connection, tell: Tell) -> tuple[Conflict, ...]:
    """Fills the table ``paper`` of the scratch database: IRI, key of the text, what is known, the records."""
    work.execute("CREATE TABLE paper (iri TEXT PRIMARY KEY, text TEXT, body BLOB, records TEXT) WITHOUT ROWID")
    identities = identify(records, work)
    sizes: dict[int, int] = {}
    for root in identities.root.values():
        sizes[root] = sizes.get(root, 0) + 1
    groups: dict[int, list[tuple[str, Paper]]] = {}
    total = len(records)
    work.execute("BEGIN")
    for done, (row, key, paper) in enumerate(records.all()):
        root = identities.root.get(row, row)
        found = groups.pop(root, [])
        found.append((key, paper))
        if len(found) < sizes.get(root, 1):
            groups[root] = found
            continue
        iri, whole = merge(found, ambiguous=row in identities.ambiguous)
        work.execute(
            "INSERT INTO paper VALUES (?, ?, ?, ?)",
            (iri, whole.text_hash, orjson.dumps(whole), " ".join(k for k, _ in found)),
        )
        if done % 1000 == 0:
            tell("identify", done, total)
    work.execute("COMMIT")
    return identities.conflicts


def resolved_papers(work: sqlite3.Connection) -> Iterator[tuple[str, Paper, list[str]]]:
    """IRI, paper and the hashes of its records, ordered by IRI."""
    for iri, body, keys in work.execute("SELECT iri, body, records FROM paper ORDER BY iri"):
        d = orjson.loads(body)
        paper = Paper(
            title=d["title"],
            abstract=d["abstract"],
            origin=Origin("", "", 0),
            id=d["id"],
            identifiers=tuple(d["identifiers"]),
            authors=tuple(Author(**a) for a in d["authors"]),
            issued=d["issued"],
            venue=d["venue"],
            url=d["url"],
        )
        yield iri, paper, keys.split(" ")


def count_papers(work: sqlite3.Connection) -> int:
    """How many papers there are."""
    return int(work.execute("SELECT count(*) FROM paper").fetchone()[0])
