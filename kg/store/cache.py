"""Extractions kept between builds, by the hash of their text; those of another extractor are dropped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from kg.model import Extraction, Mention, PaperEntity, Relation

__all__ = ["Cache", "decode", "encode"]


def encode(extraction: Extraction) -> bytes:
    """An extraction as compact JSON."""
    return orjson.dumps(
        [
            [
                [
                    e.slug, e.name, e.type, e.known, e.role, e.role_confidence, e.confidence, e.evidence,
                    [
                        [m.field, m.start, m.end, m.surface, m.sentence_start, m.sentence_end, m.match, m.confidence]
                        for m in e.mentions
                    ],
                ]
                for e in extraction.entities
            ],
            [
                [r.subject, r.predicate, r.object, r.field, r.start, r.end, r.confidence, r.negated, r.asserted]
                for r in extraction.relations
            ],
        ]
    )  # fmt: skip


def decode(data: bytes) -> Extraction:
    """The inverse of :func:`encode`."""
    entities, relations = orjson.loads(data)
    return Extraction(
        tuple(PaperEntity(*[*e[:-1], tuple(Mention(*m) for m in e[-1])]) for e in entities),
        tuple(Relation(*r) for r in relations),
    )


class Cache:
    """A file of extractions; only those of one extractor version are seen. A damaged file is begun afresh."""

    def __init__(self, path: Path, version: str) -> None:
        try:
            self._open(path, version)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._db.close()
            for part in ("", "-wal", "-shm"):
                path.with_name(path.name + part).unlink(missing_ok=True)
            self._open(path, version)

    def _open(self, path: Path, version: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS version (name TEXT);"
            "CREATE TABLE IF NOT EXISTS extraction (text TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;"
        )
        row: tuple[Any, ...] | None = self._db.execute("SELECT name FROM version").fetchone()
        if row is None or row[0] != version:
            self._db.executescript("BEGIN; DELETE FROM extraction; DELETE FROM version;")
            self._db.execute("INSERT INTO version VALUES (?)", (version,))
            self._db.execute("COMMIT")

    def __contains__(self, text_hash: object) -> bool:
        return self._db.execute("SELECT 1 FROM extraction WHERE text = ?", (text_hash,)).fetchone() is not None

    def get(self, text_hash: str) -> Extraction:
        """The extraction of a text.

        :raises KeyError: if there is none
        """
        row = self._db.execute("SELECT body FROM extraction WHERE text = ?", (text_hash,)).fetchone()
        if row is None:
            raise KeyError(text_hash)
        return decode(row[0])

    def put(self, items: Iterable[tuple[str, bytes]]) -> None:
        """Keeps encoded extractions by text hash, in one transaction."""
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO extraction VALUES (?, ?)", items)
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()
