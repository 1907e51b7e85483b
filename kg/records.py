"""The source records of a graph, kept as they were read: the truth that everything else in a graph follows from.

One SQLite file a generation. A record is known by the hash of its content, so that the same record read again, from
whichever file, is the same row with one more origin. A file that is read again is taken at its word: origins in it that
are no more there go, and a record goes with its last origin.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import orjson

from kg.model import Author, Origin, Paper

__all__ = ["Records", "clean", "fits", "from_body", "parse_body", "record_hash", "to_body"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS origin (
    record TEXT NOT NULL, place TEXT NOT NULL, file TEXT NOT NULL, format TEXT NOT NULL, position INTEGER NOT NULL,
    round INTEGER NOT NULL, PRIMARY KEY (record, place, format, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS origin_place ON origin (place, round);
"""

# What no XML document can hold, and so no RDF/XML: replaced by the replacement character, one for one, so that
# offsets stay.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fits(text: str) -> bool:
    """Whether RDF/XML can hold a text as it is."""
    return _UNFIT.search(text) is None


def clean(paper: Paper) -> Paper:
    """The record without characters that RDF/XML cannot hold; offsets stay."""
    texts = (paper.title, paper.abstract, paper.venue or "", paper.url or "", paper.id, paper.origin.file)
    people = (t for a in paper.authors for t in (a.name, a.identifier or ""))
    if not any(_UNFIT.search(t) for t in (*texts, *paper.identifiers, *people)):
        return paper

    def fit(text: str) -> str:
        return _UNFIT.sub("\ufffd", text)

    return replace(
        paper,
        title=fit(paper.title),
        abstract=fit(paper.abstract),
        origin=replace(paper.origin, file=fit(paper.origin.file)),
        id=fit(paper.id),
        identifiers=tuple(sorted({fit(i) for i in paper.identifiers})),
        venue=paper.venue and fit(paper.venue),
        url=paper.url and fit(paper.url),
        authors=tuple(Author(fit(a.name), a.identifier and fit(a.identifier)) for a in paper.authors),
    )


def to_body(paper: Paper) -> bytes:
    """What a record says, as bytes: all but where it was read."""
    return orjson.dumps(
        [
            paper.title, paper.abstract, paper.id, paper.identifiers, [[a.name, a.identifier] for a in paper.authors],
            paper.issued, paper.venue, paper.url,
        ]
    )  # fmt: skip


def from_body(body: bytes, origin: Origin) -> Paper:
    """The inverse of :func:`to_body`; the origin is not part of what a record says."""
    title, abstract, own, identifiers, authors, issued, venue, url = orjson.loads(body)
    return Paper(
        title=title, abstract=abstract, origin=origin, id=own, identifiers=tuple(identifiers),
        authors=tuple(Author(name, identifier) for name, identifier in authors), issued=issued, venue=venue, url=url,
    )  # fmt: skip


def parse_body(body: bytes) -> Paper:
    """The record whose content that is (see :meth:`Records.bodies`); its origin is left empty."""
    return from_body(body, Origin("", "", 0))


def record_hash(paper: Paper) -> str:
    """What a record says, as a hash; where it was read does not count."""
    return hashlib.sha256(to_body(paper)).hexdigest()


class Records:
    """The records of one generation, on disk.

    :param frozen: whether they are only read, as those of a finished generation are
    """

    def __init__(self, path: Path, *, frozen: bool = False) -> None:
        if frozen:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            return
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        self._db.executescript(_SCHEMA)
        # Numbers the readings, so that what a file held before can be told from what it holds now.
        last = self._db.execute("SELECT max(round) FROM origin").fetchone()[0]
        self._round = (last or 0) + 1

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM record").fetchone()[0])

    def add(self, papers: Iterable[Paper], *, place: Callable[[str], str] = str, batch: int = 2000) -> tuple[int, int]:
        """Adds records; returns how many were new and how many origins were.

        :param place: which file a name means: the same file under two names is one
        """
        before = self._counts()
        rows: list[tuple[str, bytes]] = []
        origins: list[tuple[str, str, str, str, int, int]] = []

        def flush() -> None:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR IGNORE INTO record (hash, body) VALUES (?, ?)", rows)
            self._db.executemany(
                "INSERT INTO origin VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET round = excluded.round", origins
            )
            self._db.execute("COMMIT")
            rows.clear()
            origins.clear()

        name, where = "", ""
        for paper in papers:
            body = to_body(paper)
            key = hashlib.sha256(body).hexdigest()
            rows.append((key, body))
            if not where or paper.origin.file != name:
                name, where = paper.origin.file, place(paper.origin.file)
            origins.append((key, where, name, paper.origin.format, paper.origin.position, self._round))
            if len(rows) >= batch:
                flush()
        flush()
        after = self._counts()
        return after[0] - before[0], after[1] - before[1]

    def forget(self, places: Iterable[str]) -> tuple[int, int]:
        """Takes away what those files held and, as :meth:`add` read them now, hold no more.

        :return: how many records went, and how many origins
        """
        before = self._counts()
        self._db.execute("BEGIN")
        self._db.executemany("DELETE FROM origin WHERE place = ? AND round < ?", ((p, self._round) for p in places))
        if self._counts()[1] < before[1]:
            self._db.execute("DELETE FROM record WHERE hash NOT IN (SELECT record FROM origin)")
        self._db.execute("COMMIT")
        after = self._counts()
        return before[0] - after[0], before[1] - after[1]

    def remove(self, prefixes: Iterable[str]) -> int:
        """Takes away the records whose hash begins so, with their origins; returns how many."""
        listed = [f"{prefix}*" for prefix in prefixes]
        before = self._counts()[0]
        self._db.execute("BEGIN")
        for table, column in (("record", "hash"), ("origin", "record")):
            self._db.executemany(f"DELETE FROM {table} WHERE {column} GLOB ?", ((pattern,) for pattern in listed))
        self._db.execute("COMMIT")
        return before - self._counts()[0]

    def _counts(self) -> tuple[int, int]:
        one = self._db.execute("SELECT count(*) FROM record").fetchone()[0]
        two = self._db.execute("SELECT count(*) FROM origin").fetchone()[0]
        return int(one), int(two)

    def all(self) -> Iterator[tuple[int, str, Paper]]:
        """Every record with its row and hash, ordered by hash; the origin is left empty."""
        nowhere = Origin("", "", 0)
        for row, key, body in self._db.execute("SELECT id, hash, body FROM record ORDER BY hash"):
            yield row, key, from_body(body, nowhere)

    def unread(self) -> Iterator[tuple[str, bytes, list[Origin]]]:
        """Hash, body and origins of each record that :meth:`add` has not read since this was opened."""
        query = "SELECT hash, body FROM record WHERE hash NOT IN (SELECT record FROM origin WHERE round = ?) ORDER BY 1"
        for key, body in self._db.execute(query, (self._round,)):
            yield key, body, self.origins(key)

    def get(self, rows: Iterable[int]) -> list[tuple[str, Paper]]:
        """The records of those rows with their hashes, ordered by hash."""
        wanted = list(rows)
        found = self._db.execute(
            f"SELECT hash, body FROM record WHERE id IN ({','.join('?' * len(wanted))}) ORDER BY hash", wanted
        )
        return [(key, from_body(body, Origin("", "", 0))) for key, body in found]

    def starting(self, prefix: str) -> list[tuple[str, Paper]]:
        """The records whose hash begins so, with their hashes."""
        found = self._db.execute("SELECT hash, body FROM record WHERE hash GLOB ? ORDER BY hash", (f"{prefix}*",))
        return [(key, from_body(body, Origin("", "", 0))) for key, body in found]

    def bodies(self) -> Iterator[tuple[str, str]]:
        """The hash of every record with its content as JSON, ordered by hash: the text that was hashed."""
        yield from self._db.execute("SELECT hash, CAST(body AS TEXT) FROM record ORDER BY hash")

    def damaged(self) -> Iterator[tuple[str, str]]:
        """The hash of each record that is not what was read, or was read nowhere, with the reason.

        :raises sqlite3.DatabaseError: if the file itself is damaged
        """
        for (problem,) in self._db.execute("PRAGMA integrity_check(1)"):
            if problem != "ok":
                raise sqlite3.DatabaseError(problem)
        for key, body in self._db.execute("SELECT hash, CAST(body AS BLOB) FROM record ORDER BY hash"):
            if hashlib.sha256(body).hexdigest() != key:
                yield key, "its content does not have its hash"
        lost = "SELECT hash FROM record WHERE hash NOT IN (SELECT record FROM origin) ORDER BY hash"
        for (key,) in self._db.execute(lost):
            yield key, "it was read nowhere"
        for (key,) in self._db.execute(
            "SELECT DISTINCT record FROM origin WHERE record NOT IN (SELECT hash FROM record)"
        ):
            yield key, "it is missing, its origin is there"

    def origins(self, record: str) -> list[Origin]:
        """Where a record was read, sorted."""
        query = "SELECT DISTINCT file, format, position FROM origin WHERE record = ? ORDER BY 1, 2, 3"
        return [Origin(*row) for row in self._db.execute(query, (record,))]
