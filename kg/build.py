"""The orchestration of a build: read the sources, extract, resolve, write a new generation, make it current.

What is kept from build to build are the source records and the extractions by text. Everything else is resolved anew
from the whole set of records, so that papers added in one go, in ten or in another order give the same bytes, and a
paper taken away leaves what would have been without it. Extraction costs most of a first build and is never repeated
for the same text.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from kg import sources as readers
from kg import vocabulary as vocabularies
from kg.engine import Task, extract_all
from kg.errors import GraphError, SourceError
from kg.extract import version as extractor_version
from kg.model import Author, Origin, Paper, Problem
from kg.records import Records, clean
from kg.resolve import Conflict, Entities, identify, merge
from kg.store import Cache, GraphFolder
from kg.store.writer import GenerationWriter

__all__ = ["BuildResult", "Progress", "build"]

#: Called with the step's name, how much of it is done, and how much there is (None where that is not known).
Progress = Callable[[str, int, "int | None"], None]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``changed`` is false where the graph held everything already."""

    changed: bool
    records: int
    new_records: int
    papers: int
    entities: int
    mentions: int
    triples: int
    problems: tuple[Problem, ...]
    conflicts: tuple[Conflict, ...]
    seconds: float


def build(
    folder: GraphFolder,
    sources: Sequence[str],
    *,
    replace: bool = False,
    workers: int = 1,
    vocabulary: Sequence[str] | None = None,
    builtin: bool | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Adds the papers of the sources to a graph; the same sources again change nothing.

    :param replace: start afresh instead of adding
    :param workers: processes that read papers
    :param vocabulary: SKOS files beside the built-in vocabulary; None keeps those that the graph has
    :param builtin: whether the built-in vocabulary is used; None keeps what the graph does
    :raises GraphBusyError: if another process is writing the graph
    :raises SourceError: if no source holds a paper
    """
    begun, started = time.monotonic(), _now()
    tell: Progress = progress or (lambda step, done, total: None)
    problems: list[Problem] = []
    given = None if vocabulary is None else vocabularies.expand(vocabulary)
    if given:
        vocabularies.read(given)
    if sources and not readers.expand(sources, problems.append):
        raise _nothing(problems)
    problems.clear()
    read = 0

    def counted(papers: Iterator[Paper]) -> Iterator[Paper]:
        nonlocal read
        for paper in papers:
            read += 1
            if read % 500 == 0:
                tell("read", read, None)
            yield clean(paper)

    with _disk_errors(folder), folder.writing(replace=replace):
        old = folder.current().manifest if not replace and (folder.path / "CURRENT").is_file() else None
        files = _vocabulary(folder, given)
        builtin = builtin if builtin is not None else bool(old is None or old["builtin"])
        known = vocabularies.load(files, builtin=builtin)
        version = extractor_version(known.version)
        with folder.new_generation(start=replace) as generation, closing(Records(generation.records)) as records:
            new, origins = records.add(counted(readers.read(sources, problems.append, stdin=stdin)))
            if len(records) == 0 or (problems and not read):
                raise _nothing(problems)
            if old is not None and not new and not origins and old["extractor"] == version:
                return _result(old, False, 0, problems, begun)
            with (
                closing(sqlite3.connect("", isolation_level=None)) as work,
                closing(Cache(folder.cache, version)) as cache,
            ):
                conflicts = _resolve_papers(records, work, tell)
                _extract_missing(work, cache, files, builtin, workers, tell)
                with GenerationWriter(generation, known, version) as writer:
                    _resolve_entities(work, cache, known, writer)
                    _write_papers(work, cache, records, writer, tell)
                    counts = writer.close(started, _now())
            manifest = counts | {
                "built": _now(),
                "builtin": builtin,
                "records": len(records),
                "conflicts": [{"title": c.title, "records": list(c.records)} for c in conflicts],
            }
            folder.publish(generation, manifest)
            if given is not None:
                _keep_vocabulary(folder, given)
    return _result(manifest, True, new, problems, begun)


def _result(
    manifest: dict[str, Any], changed: bool, new: int, problems: Sequence[Problem], begun: float
) -> BuildResult:
    return BuildResult(
        changed=changed,
        records=manifest["records"],
        new_records=new,
        papers=manifest["papers"],
        entities=manifest["entities"],
        mentions=manifest["mentions"],
        triples=manifest["triples"],
        problems=tuple(problems),
        conflicts=tuple(Conflict(c["title"], tuple(c["records"])) for c in manifest["conflicts"]),
        seconds=time.monotonic() - begun,
    )


def _nothing(problems: Sequence[Problem]) -> SourceError:
    if len(problems) == 1:
        return SourceError(f"no paper found: {problems[0]}")
    if problems:
        listed = "; ".join(map(str, problems[:3]))
        return SourceError(f"no paper found, {len(problems)} problems: {listed}{' …' if len(problems) > 3 else ''}")
    hint = "name files or folders that hold papers; `kg build --help` lists the formats"
    return SourceError("no paper found", hint=hint)


def _vocabulary(folder: GraphFolder, given: Sequence[Path] | None) -> list[str]:
    """The vocabulary files of a build: those in the graph's folder, the files given in place of those given before."""
    kept = sorted(folder.vocabulary.glob("*.*")) if folder.vocabulary.is_dir() else []
    if given is not None:
        kept = [path for path in kept if not path.name.startswith("given-")] + list(given)
    return [str(path) for path in kept]


def _keep_vocabulary(folder: GraphFolder, given: Sequence[Path]) -> None:
    """Copies the vocabulary files given into the graph's folder, for later builds; done once the build stands."""
    folder.vocabulary.mkdir(exist_ok=True)
    contents = [(path.name, path.read_bytes()) for path in given]
    for old in folder.vocabulary.glob("given-*"):
        old.unlink()
    for number, (name, data) in enumerate(contents, start=1):
        (folder.vocabulary / f"given-{number}-{name}").write_bytes(data)


def _resolve_papers(records: Records, work: sqlite3.Connection, tell: Progress) -> tuple[Conflict, ...]:
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


def _papers(work: sqlite3.Connection) -> Iterator[tuple[str, Paper, list[str]]]:
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


def _count(work: sqlite3.Connection) -> int:
    return int(work.execute("SELECT count(*) FROM paper").fetchone()[0])


def _extract_missing(
    work: sqlite3.Connection, cache: Cache, vocabulary: Sequence[str], builtin: bool, workers: int, tell: Progress
) -> None:
    """Extracts the texts that the cache does not hold."""
    total, done = _count(work), 0

    def tasks() -> Iterator[Task]:
        nonlocal done
        for _, paper, _ in _papers(work):
            key = paper.text_hash
            if key in cache:
                done += 1
            else:
                yield key, paper.title, paper.abstract

    for batch in extract_all(tasks(), vocabulary=vocabulary, builtin=builtin, workers=workers):
        cache.put(batch)
        done += len(batch)
        tell("extract", done, total)


def _resolve_entities(
    work: sqlite3.Connection, cache: Cache, known: vocabularies.Vocabulary, writer: GenerationWriter
) -> None:
    """Settles what the papers name, over all of them."""
    votes = Entities(work)
    work.execute("BEGIN")
    for (text,) in work.execute("SELECT text FROM paper"):
        votes.add([cache.get(text)])
    work.execute("COMMIT")
    for entity in votes.resolved(known):
        writer.entity(entity)


def _write_papers(
    work: sqlite3.Connection, cache: Cache, records: Records, writer: GenerationWriter, tell: Progress
) -> None:
    total = _count(work)
    for done, (iri, paper, keys) in enumerate(_papers(work)):
        writer.paper(iri, paper, cache.get(paper.text_hash), [(key, records.origins(key)) for key in keys])
        if done % 500 == 0:
            tell("write", done, total)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _disk_errors(folder: GraphFolder) -> Iterator[None]:
    """A full or read-only disk becomes one line; the graph stays at its last good generation."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        named = getattr(error, "filename", None)
        reason = f"{named}: {reason}" if named else reason
        raise GraphError(
            f"cannot be written ({reason})", where=str(folder.path), hint="the graph is as it was before this build"
        ) from error
