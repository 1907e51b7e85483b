"""The orchestration of a build: read the sources, extract, resolve, write a new generation, make it current.

What is kept from build to build are the source records and the extractions by text. Everything else is resolved anew
from the whole set of records, so that papers added in one go, in ten or in another order give the same bytes, and a
paper taken away leaves what would have been without it. A file that is read again replaces what it said before.
Extraction costs most of a first build and is never repeated for the same text.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kg import sources as readers
from kg import vocabulary as vocabularies
from kg.engine import check_engine, count_papers, extract_all, open_engine, resolve_papers, resolved_papers
from kg.errors import GraphError, NotFoundError, SourceError
from kg.extract import DEFAULT_PROFILE
from kg.extract import version as extractor_version
from kg.iri import PREFIXES
from kg.model import Extraction, Paper, Problem
from kg.records import Records, clean, fits
from kg.resolve import Conflict, Entities, read_decisions, relink, settle
from kg.store import Cache, Generation, GraphFolder, Index, open_store
from kg.store.writer import GenerationWriter

if TYPE_CHECKING:
    from kg.engine.spark import Job

__all__ = ["BuildResult", "Progress", "build", "remove"]

#: Called with the step's name, how much of it is done, and how much there is (None where that is not known).
Progress = Callable[[str, int, "int | None"], None]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. ``changed`` is false where the graph held everything already.

    ``gone_records`` are those that their file holds no more, or that were removed.
    """

    changed: bool
    records: int
    new_records: int
    gone_records: int
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
    profile: str | None = None,
    vocabulary: Sequence[str] | None = None,
    builtin: bool | None = None,
    engine: str = "local",
    master: str | None = None,
    work: str | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Adds the papers of the sources to a graph; the same sources again change nothing.

    A file that was read before, and is read to its end now, replaces what it said then: a record that it holds no more
    goes, unless another file holds it. Standard input, pipes, and files that are missing or cut off replace nothing.

    :param replace: start afresh instead of adding
    :param workers: processes that read papers
    :param vocabulary: SKOS files beside the built-in vocabulary; None keeps those that the graph has
    :param profile: how papers are read (:data:`kg.extract.PROFILES`); None keeps what the graph does
    :param builtin: whether the built-in vocabulary is used; None keeps what the graph does
    :param engine: ``local``, or ``spark`` (see :mod:`kg.engine.spark`), on ``master`` with a folder ``work``
    :raises GraphBusyError: if another process is writing the graph
    :raises SourceError: if no source holds a paper
    """
    begun, started = time.monotonic(), _now()
    tell: Progress = progress or (lambda step, done, total: None)
    problems: list[Problem] = []
    check_engine(engine)
    given = None if vocabulary is None else vocabularies.expand(vocabulary)
    if given:
        vocabularies.read(given)
    if sources and engine == "local" and not readers.expand(sources, problems.append):
        raise _nothing(problems)
    problems.clear()
    whole: set[str] = set()
    read = 0

    def report(problem: Problem) -> None:
        # A graph may lie in the folder that it is built from; that its own files are no papers is no news.
        if not os.path.abspath(problem.file).startswith(os.path.abspath(folder.path) + os.sep):
            problems.append(problem)

    def counted(papers: Iterator[Paper]) -> Iterator[Paper]:
        nonlocal read
        for paper in papers:
            read += 1
            if read % 500 == 0:
                tell("read", read, None)
            yield clean(paper)

    with (
        _disk_errors(folder),
        folder.writing(replace=replace),
        open_engine(engine, master, workers, work or str(folder.path / "spark"), tell) as job,
    ):
        old = folder.current().manifest if not replace and (folder.path / "CURRENT").is_file() else None
        with folder.new_generation(start=replace) as generation, closing(Records(generation.records)) as records:
            _give(generation, given)
            builtin = builtin if builtin is not None else bool(old is None or old["builtin"])
            profile = profile or (str(old["profile"]) if old else DEFAULT_PROFILE)
            reader = _Reader(folder, generation, profile, builtin, workers, tell)
            place = _place(folder)
            if job is not None:
                found = job.read(sources, report, finished=whole.add)
            else:
                found = readers.read(sources, report, stdin=stdin, finished=whole.add)
            new, origins = records.add(counted(found), place=place)
            # A name that is no text was changed to be kept, and may be that of another file now.
            gone, left = records.forget(place(name) for name in sorted(whole) if fits(name))
            if (len(records) == 0 and (sources or old is None)) or (problems and not read):
                raise _nothing(problems)
            problems += reader.problems
            if old is not None and not new and not origins and not left and reader.made(old):
                return _result(old, False, 0, 0, problems, begun)
            manifest = _write(reader, records, started, job)
    return _result(manifest, True, new, gone, problems, begun)


def remove(
    folder: GraphFolder, papers: Sequence[str], *, workers: int = 1, progress: Progress | None = None
) -> BuildResult:
    """Takes papers away with all their records; what is left is as if they had never been read.

    A later build of a file that holds them brings them back.

    :param papers: IRI, identifier or title of each
    :raises NotFoundError: if one is not in the graph, or a title is that of several; nothing is removed then
    """
    begun, started = time.monotonic(), _now()
    folder.current()
    with _disk_errors(folder), folder.writing():
        current = folder.current()
        keys = _records_of(current, papers)
        with folder.new_generation(start=False) as generation, closing(Records(generation.records)) as records:
            gone = records.remove(keys)
            builtin = bool(current.manifest["builtin"])
            tell: Progress = progress or (lambda step, done, total: None)
            reader = _Reader(folder, generation, current.manifest["profile"], builtin, workers, tell)
            manifest = _write(reader, records, started)
    return _result(manifest, True, 0, gone, reader.problems, begun)


def _records_of(generation: Generation, papers: Sequence[str]) -> list[str]:
    """How the hashes of the records of those papers begin."""
    from pyoxigraph import NamedNode

    index, iris = Index(generation.index), set()
    try:
        for name in papers:
            found = index.named_papers(name)
            if not found:
                raise NotFoundError(f"no paper called “{name}” in this graph", hint=f"try `kg search {name!r}`")
            if len(found) > 1:
                listed = " ".join(paper.iri for paper in found)
                raise NotFoundError(f"{len(found)} papers are called “{name}”", hint=f"name one by its IRI: {listed}")
            iris.add(found[0].iri)
    finally:
        index.close()
    store = open_store(generation.store)
    derived = NamedNode(f"{PREFIXES['prov']}wasDerivedFrom")
    return [
        str(quad.object.value).rsplit("/", 1)[-1]  # type: ignore[union-attr]
        for iri in sorted(iris)
        for quad in store.quads_for_pattern(NamedNode(iri), derived, None, None)
    ]


class _Reader:
    """What reads the papers of a build: the vocabulary of its generation, and the processes."""

    def __init__(
        self,
        folder: GraphFolder,
        generation: Generation,
        profile: str,
        builtin: bool,
        workers: int,
        tell: Progress,
    ) -> None:
        self.folder, self.generation, self.tell, self.workers = folder, generation, tell, workers
        self.profile, self.builtin = profile, builtin
        self.files = [str(path) for path in folder.vocabulary_files(generation)]
        self.known = vocabularies.load(self.files, builtin=builtin)
        self.version = extractor_version(self.known.version, profile)
        found, broken = read_decisions(folder.decisions)
        self.decisions, forbidden = settle(found, self.known, str(folder.decisions))
        self.problems = (*broken, *forbidden)

    def made(self, manifest: dict[str, Any]) -> bool:
        """Whether a generation was read and resolved as this would do it."""
        decided = manifest.get("decisions", "")
        return bool(manifest["extractor"] == self.version and decided == self.decisions.digest)


def _write(reader: _Reader, records: Records, started: str, job: Job | None = None) -> dict[str, Any]:
    """Resolves all records anew, writes the generation and makes it current; returns its manifest."""
    folder, known, tell = reader.folder, reader.known, reader.tell
    with (
        closing(sqlite3.connect("", isolation_level=None)) as work,
        closing(Cache(folder.cache, reader.version)) as cache,
    ):
        if job is None:
            conflicts = resolve_papers(records, work, tell)
        # One process keeps to one core; where others read, or made the triples, the store is loaded beside them.
        beside = reader.workers > 1 or job is not None
        with GenerationWriter(
            reader.generation, known, reader.version, reader.decisions, mapped=job is not None, beside=beside
        ) as writer:
            if job is not None:
                conflicts = job.write(
                    records, cache, writer, reader.profile, reader.files, reader.builtin, reader.decisions
                )
            else:
                _write_papers(work, cache, records, reader, writer)
            writer.records(records.bodies())
            counts = writer.close(started, _now())
    manifest = counts | {
        "built": _now(),
        "profile": reader.profile,
        "builtin": reader.builtin,
        "decisions": reader.decisions.digest,
        "records": len(records),
        "conflicts": [{"title": c.title, "records": list(c.records)} for c in conflicts],
    }
    folder.publish(reader.generation, manifest)
    return manifest


def _result(
    manifest: dict[str, Any], changed: bool, new: int, gone: int, problems: Sequence[Problem], begun: float
) -> BuildResult:
    return BuildResult(
        changed=changed,
        records=manifest["records"],
        new_records=new,
        gone_records=gone,
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


def _give(generation: Generation, given: Sequence[Path] | None) -> None:
    """Copies the vocabulary files given into the generation, in place of those given before, for later builds too."""
    if given is None:
        return
    if generation.vocabulary.is_dir():
        shutil.rmtree(generation.vocabulary)
    generation.vocabulary.mkdir()
    for number, path in enumerate(given, start=1):
        shutil.copyfile(path, generation.vocabulary / f"given-{number:03d}-{path.name}")


def _place(folder: GraphFolder) -> Callable[[str], str]:
    """Names a file by its way from the graph's folder, so that the two can be moved together."""
    home = os.path.abspath(folder.path)
    return lambda name: name if name == "-" or "://" in name else os.path.relpath(os.path.abspath(name), home)


def _read_texts(
    work: sqlite3.Connection, cache: Cache, reader: _Reader
) -> Generator[tuple[str, Paper, list[str], Extraction], None, None]:
    """IRI, paper, its records and what its text says, by IRI; texts that the cache does not hold are read and kept."""
    tasks = (
        (paper.text_hash, paper.title, paper.abstract)
        for _, paper, _ in resolved_papers(work)
        if paper.text_hash not in cache
    )
    batches = extract_all(
        tasks, profile=reader.profile, vocabulary=reader.files, builtin=reader.builtin, workers=reader.workers
    )
    with closing(batches):
        for iri, paper, keys in resolved_papers(work):
            while paper.text_hash not in cache:
                cache.put(next(batches))
            yield iri, paper, keys, cache.get(paper.text_hash)


def _write_papers(
    work: sqlite3.Connection, cache: Cache, records: Records, reader: _Reader, writer: GenerationWriter
) -> None:
    """Writes each paper as soon as it is read, while others are; then what they name, settled over all of them."""
    votes, total = Entities(work), count_papers(work)
    work.execute("BEGIN")
    with closing(_read_texts(work, cache, reader)) as texts:
        for done, (iri, paper, keys, read) in enumerate(texts):
            said = relink(read, iri, reader.decisions, reader.known)
            votes.add([said])
            writer.paper(iri, paper, said, [(key, records.origins(key)) for key in keys])
            if done % 100 == 0:
                reader.tell("extract", done, total)
    work.execute("COMMIT")
    reader.tell("write", total, total)
    for entity in votes.resolved(reader.known, reader.decisions):
        writer.entity(entity)


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
