"""Papers and entities by row, and the full-text search over them: one SQLite file a generation, with FTS5.

Rows count from 0 in the order of the IRIs; they are the numbers in the mention table.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from kg.iri import concept_iri, concept_slug, normal_title, normalise_identifier, slugify
from kg.model import Author, EntityType
from kg.resolve.entities import Entity
from kg.vocabulary import Concept

__all__ = ["EntityRow", "Hit", "Index", "IndexWriter", "PaperRow"]

_SCHEMA = """
CREATE TABLE paper (
    row INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, title TEXT NOT NULL, abstract TEXT NOT NULL, key TEXT NOT NULL,
    issued TEXT, venue TEXT, url TEXT, identifiers TEXT NOT NULL, authors TEXT NOT NULL, formats TEXT NOT NULL,
    files TEXT NOT NULL
);
CREATE TABLE entity (
    row INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, label TEXT NOT NULL, type TEXT NOT NULL, known INTEGER NOT NULL,
    papers INTEGER NOT NULL, mentions INTEGER NOT NULL, aliases TEXT NOT NULL, definition TEXT NOT NULL
);
CREATE TABLE label (
    name TEXT NOT NULL, entity INTEGER NOT NULL, rank INTEGER NOT NULL, PRIMARY KEY (name, entity)
) WITHOUT ROWID;
CREATE TABLE identifier (name TEXT PRIMARY KEY, paper INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE paper_text USING fts5(
    title, abstract, content='paper', content_rowid='row', tokenize='porter unicode61'
);
CREATE VIRTUAL TABLE entity_text USING fts5(label, aliases, definition, tokenize='unicode61');
"""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as pages and tables show it."""

    row: int
    iri: str
    title: str
    abstract: str
    issued: str | None
    venue: str | None
    url: str | None
    identifiers: tuple[str, ...]
    authors: tuple[Author, ...]
    formats: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def year(self) -> int | None:
        """The year of publication, where known."""
        return int(self.issued[:4]) if self.issued else None

    @property
    def link(self) -> str | None:
        """Where to read it: the address that a source gives, else one made from an identifier."""
        if self.url and self.url.startswith(("http://", "https://")):
            return self.url
        for scheme, address in (
            ("arxiv:", "https://arxiv.org/abs/"),
            ("doi:", "https://doi.org/"),
            ("acl:", "https://aclanthology.org/"),
        ):
            for identifier in self.identifiers:
                if identifier.startswith(scheme):
                    return address + identifier.removeprefix(scheme)
        return None


@dataclass(frozen=True, slots=True)
class EntityRow:
    """An entity as pages and tables show it."""

    row: int
    slug: str
    label: str
    type: EntityType
    known: bool
    papers: int
    mentions: int
    aliases: tuple[str, ...]
    definition: str

    @property
    def iri(self) -> str:
        """Its IRI."""
        return concept_iri(self.slug)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity or a paper that a search found; a higher score is better."""

    kind: str
    iri: str
    label: str
    detail: str
    score: float


class IndexWriter:
    """Writes the index of a new generation."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;" + _SCHEMA)
        self._db.execute("BEGIN")

    def entity(self, row: int, entity: Entity, concept: Concept | None, merged: Sequence[str] = ()) -> None:
        """Adds an entity; ``concept`` is what the vocabulary says of it, ``merged`` the slugs that became it."""
        aliases = concept.aliases if concept else ()
        definition = concept.definition if concept else ""
        self._db.execute(
            "INSERT INTO entity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row, entity.slug, entity.label, entity.type, entity.known, entity.papers, entity.mentions,
                orjson.dumps(aliases).decode(), definition,
            ),
        )  # fmt: skip
        names = {slugify(entity.label): 0}
        for alias in (*aliases, *(concept.hidden if concept else ()), *merged):
            names.setdefault(slugify(alias), 1)
        labels = [(name, row, rank) for name, rank in names.items() if name]
        self._db.executemany("INSERT OR IGNORE INTO label VALUES (?, ?, ?)", labels)
        self._db.execute(
            "INSERT INTO entity_text (rowid, label, aliases, definition) VALUES (?, ?, ?, ?)",
            (row, entity.label, " ; ".join(aliases), definition),
        )

    def papers(self, rows: Iterable[PaperRow]) -> None:
        """Adds papers."""
        self._db.executemany(
            "INSERT INTO paper VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    p.row, p.iri, p.title, p.abstract, normal_title(p.title), p.issued, p.venue, p.url,
                    orjson.dumps(p.identifiers).decode(),
                    orjson.dumps([[a.name, a.identifier] for a in p.authors]).decode(),
                    orjson.dumps(p.formats).decode(), orjson.dumps(p.files).decode(),
                )
                for p in rows
            ),
        )  # fmt: skip

    def close(self, revision: str) -> None:
        """Builds the full-text index and finishes the file. ``revision`` names the store that it was made with."""
        self._db.execute("INSERT INTO about VALUES ('revision', ?)", (revision,))
        self._db.execute(
            "INSERT OR IGNORE INTO identifier SELECT value, row FROM paper, json_each(paper.identifiers) ORDER BY row"
        )
        self._db.execute("INSERT INTO paper_text (paper_text) VALUES ('rebuild')")
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX paper_key ON paper (key)")
        self._db.close()

    def release(self) -> None:
        """Lets go of the file, finished or not."""
        self._db.close()


class Index:
    """The index of a generation, read only."""

    def __init__(self, path: Path) -> None:
        # As an address, so that a folder may bear any name ("100%", "draft #2").
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._db = sqlite3.connect(address, uri=True, check_same_thread=False)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def entity(self, row: int) -> EntityRow:
        """The entity of a row.

        :raises KeyError: if there is none
        """
        return self.entities([row])[0]

    def entities(self, rows: Sequence[int] | None = None) -> list[EntityRow]:
        """The entities of the rows given, in that order; all of them where none are given."""
        if rows is None:
            return [_entity(r) for r in self._db.execute("SELECT * FROM entity ORDER BY row")]
        found = {r[0]: _entity(r) for r in self._in("SELECT * FROM entity WHERE row IN", rows)}
        return [found[int(row)] for row in rows]

    def known(self) -> list[bool]:
        """Whether the vocabulary holds it, of each entity in the order of rows."""
        return [known == 1 for (known,) in self._db.execute("SELECT known FROM entity ORDER BY row")]

    def paper(self, row: int) -> PaperRow:
        """The paper of a row.

        :raises KeyError: if there is none
        """
        return self.papers([row])[0]

    def papers(self, rows: Sequence[int] | None = None) -> list[PaperRow]:
        """The papers of the rows given, in that order; all of them where none are given."""
        if rows is None:
            return [_paper(r) for r in self._db.execute("SELECT * FROM paper ORDER BY row")]
        found = {r[0]: _paper(r) for r in self._in("SELECT * FROM paper WHERE row IN", rows)}
        return [found[int(row)] for row in rows]

    def _in(self, query: str, rows: Sequence[int]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        wanted = [int(r) for r in rows]
        for i in range(0, len(wanted), 500):
            part = wanted[i : i + 500]
            found += self._db.execute(f"{query} ({','.join('?' * len(part))})", part).fetchall()
        return found

    def each_paper(self, start: int = 0, stop: int | None = None) -> Iterator[PaperRow]:
        """Every paper from row to row, one after the other, by row and so by IRI."""
        query = "SELECT * FROM paper WHERE row >= ? AND (? IS NULL OR row < ?) ORDER BY row"
        return map(_paper, self._db.execute(query, (start, stop, stop)))

    def each_entity(self) -> Iterator[EntityRow]:
        """Every entity, one after the other, by row and so by slug."""
        return map(_entity, self._db.execute("SELECT * FROM entity ORDER BY row"))

    @property
    def revision(self) -> str:
        """The revision of the store that it was made with."""
        row = self._db.execute("SELECT value FROM about WHERE name = 'revision'").fetchone()
        return str(row[0]) if row else ""

    def damage(self) -> str:
        """What is wrong with the file, or nothing."""
        (found,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
        return "" if found == "ok" else str(found)

    def labels(self) -> list[str]:
        """The label of every entity, by row."""
        return [r[0] for r in self._db.execute("SELECT label FROM entity ORDER BY row")]

    def sources(self) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
        """Row, formats and files of every paper."""
        rows = self._db.execute("SELECT row, formats, files FROM paper ORDER BY row")
        return [(row, tuple(orjson.loads(f)), tuple(orjson.loads(g))) for row, f, g in rows]

    def find_entity(self, name: str) -> EntityRow | None:
        """The entity of that IRI, slug, label or alias; a label goes before an alias, then the one in more papers."""
        name = _sound(name)
        row = self._db.execute("SELECT * FROM entity WHERE slug = ?", (concept_slug(name),)).fetchone()
        row = (
            row
            or self._db.execute(
                "SELECT entity.* FROM label JOIN entity ON entity.row = label.entity WHERE label.name = ?"
                " ORDER BY entity.label = ? DESC, label.rank, entity.papers DESC, entity.row LIMIT 1",
                (slugify(name), name),
            ).fetchone()
        )
        return _entity(row) if row else None

    def find_paper(self, name: str) -> PaperRow | None:
        """The paper of that IRI, identifier or title."""
        name = _sound(name)
        row = self._db.execute("SELECT * FROM paper WHERE iri = ?", (name,)).fetchone()
        if row is None and (identifier := normalise_identifier(name) or normalise_identifier(f"arxiv:{name}")
                            or normalise_identifier(f"acl:{name}")):  # fmt: skip
            row = self._db.execute(
                "SELECT paper.* FROM identifier JOIN paper ON paper.row = identifier.paper WHERE name = ?",
                (identifier,),
            ).fetchone()
        key = normal_title(name)
        if row is None and key:
            row = self._db.execute("SELECT * FROM paper WHERE key = ? ORDER BY row LIMIT 1", (key,)).fetchone()
        return _paper(row) if row else None

    def named_papers(self, name: str) -> list[PaperRow]:
        """The paper of that IRI or identifier, else every paper of that title."""
        found = self.find_paper(name)
        if found is None or normal_title(name) != normal_title(found.title):
            return [] if found is None else [found]
        rows = self._db.execute("SELECT * FROM paper WHERE key = ? ORDER BY row", (normal_title(found.title),))
        return [_paper(row) for row in rows]

    def near(self, name: str, count: int = 3) -> list[str]:
        """Labels and titles whose spelling is near the name."""
        from difflib import get_close_matches

        names = {r[0]: r[1] for r in self._db.execute(
            "SELECT label.name, entity.label FROM label JOIN entity ON entity.row = label.entity ORDER BY entity.papers"
        )}  # fmt: skip
        close = get_close_matches(slugify(name), names, n=count * 2, cutoff=0.7)
        return list(dict.fromkeys(names[c] for c in close))[:count]

    def search(self, text: str, limit: int = 20) -> list[Hit]:
        """Entities and papers that hold all words of the text, the last one as a beginning; best first (BM25)."""
        words = re.findall(r"\w+", text)
        if not words:
            return []
        match = " ".join(f'"{w}"' for w in words) + "*"
        hits = [
            Hit("entity", concept_iri(slug), label, f"{kind}, {papers} paper{'' if papers == 1 else 's'}", -score)
            for slug, label, kind, papers, score in self._db.execute(
                "SELECT slug, entity.label, type, papers, bm25(entity_text, 8.0, 5.0, 0.5) - ln(1 + papers) AS score"
                " FROM entity_text JOIN entity ON entity.row = entity_text.rowid WHERE entity_text MATCH ?"
                " ORDER BY score, slug LIMIT ?", (match, limit),
            )
        ]  # fmt: skip
        hits += [
            Hit("paper", iri, title, issued or "", -score)
            for iri, title, issued, score in self._db.execute(
                "SELECT iri, paper.title, issued, bm25(paper_text, 4.0, 1.0) AS score FROM paper_text"
                " JOIN paper ON paper.row = paper_text.rowid WHERE paper_text MATCH ? ORDER BY score, iri LIMIT ?",
                (match, limit),
            )
        ]  # fmt: skip
        return sorted(hits, key=lambda h: (-h.score, h.kind, h.iri))[:limit]


def _sound(name: str) -> str:
    """A name from a command line, where bytes that are no text stand as half surrogates, which SQLite refuses."""
    return name.encode("utf-8", "replace").decode()


def _entity(row: tuple[Any, ...]) -> EntityRow:
    *plain, known, papers, mentions, aliases, definition = row
    return EntityRow(*[*plain, bool(known), papers, mentions, tuple(orjson.loads(aliases)), definition])


def _paper(row: tuple[Any, ...]) -> PaperRow:
    number, iri, title, abstract, _, issued, venue, url, *lists = row
    identifiers, authors, formats, files = map(orjson.loads, lists)
    people = tuple(Author(*a) for a in authors)
    return PaperRow(
        number, iri, title, abstract, issued, venue, url, tuple(identifiers), people, tuple(formats), tuple(files)
    )
