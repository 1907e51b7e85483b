"""The folder of a graph on disk: its marker, its generations, its lock.

```
kg-graph/
  kg.json            says that this is a graph, and its schema version
  CURRENT            the name of the generation that readers open, replaced in one step
  cache.sqlite       extractions by text and extractor, shared by the generations
  vocabulary/        the graph's own vocabulary: own.ttl of `kg vocab add`
  decisions.tsv      the curator's decisions, kept by --replace
  generations/000001 records.sqlite, store/, mentions/, index.sqlite, manifest.json, and in vocabulary/ the files given
```
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from kg.errors import GraphBusyError, GraphError

__all__ = ["KEPT", "SCHEMA", "Build", "Generation", "GraphFolder"]

#: Raised when a graph written before cannot be read any more.
SCHEMA = 2
#: Generations that stay on disk: the current one and those that it was built on.
KEPT = 3
_MARKER = "kg.json"


@dataclass(frozen=True, slots=True)
class Generation:
    """The files of one generation."""

    path: Path

    @property
    def store(self) -> Path:
        """The Oxigraph store."""
        return self.path / "store"

    @property
    def records(self) -> Path:
        """The source records (SQLite)."""
        return self.path / "records.sqlite"

    @property
    def index(self) -> Path:
        """Papers, entities and the full-text index (SQLite)."""
        return self.path / "index.sqlite"

    @property
    def mentions(self) -> Path:
        """The mention table (a folder of NumPy arrays)."""
        return self.path / "mentions"

    @property
    def vocabulary(self) -> Path:
        """The vocabulary files given to its build, or to one before it."""
        return self.path / "vocabulary"

    @property
    def number(self) -> int:
        """Its number, counted from 1; no two generations of a graph have the same."""
        return int(self.path.name)

    @property
    def manifest(self) -> dict[str, Any]:
        """Counts and versions, as written by the build.

        :raises GraphError: if it cannot be read
        """
        try:
            found: dict[str, Any] = orjson.loads((self.path / "manifest.json").read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise self.unreadable() from error
        return found

    def unreadable(self, why: object = "") -> GraphError:
        """The error of a file of this generation that cannot be read: it is damaged, or newer builds took its place."""
        place, name = str(self.path.parents[1]), self.path.name
        if self.path.is_dir():
            return _damaged(self.path, why)
        return GraphError(f"its generation {name} is gone: newer builds took its place", where=place,
                          hint="open the graph again")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Build:
    """One generation as ``kg history`` lists it. ``undone`` says that the current one was not built on it."""

    number: int
    built: str
    records: int
    papers: int
    entities: int
    mentions: int
    triples: int
    current: bool
    undone: bool


class GraphFolder:
    """A graph's folder, to be read or written.

    :param path: the folder; it need not exist before the first build
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @property
    def cache(self) -> Path:
        """The extractions kept between builds (SQLite)."""
        return self.path / "cache.sqlite"

    @property
    def vocabulary(self) -> Path:
        """The folder of vocabulary files that belong to this graph, whatever its generation."""
        return self.path / "vocabulary"

    @property
    def decisions(self) -> Path:
        """The curator's decisions, which belong to this graph, whatever its generation."""
        return self.path / "decisions.tsv"

    def vocabulary_files(self, generation: Generation | None = None) -> list[Path]:
        """The vocabulary files of a build: the graph's own, then those given to the generation that it starts from."""
        folders = [self.vocabulary] if generation is None else [self.vocabulary, generation.vocabulary]
        return [path for folder in folders for path in sorted(folder.glob("*.*"))]

    def exists(self) -> bool:
        """Whether a graph lies there.

        :raises GraphError: if something else does, or a graph of another schema version
        """
        marker = self.path / _MARKER
        if not self.path.exists():
            return False
        if not self.path.is_dir():
            raise GraphError("is a file, not a graph folder", where=str(self.path), hint="name another folder with -g")
        if not marker.is_file():
            # A first build may have come no further than its lock; decisions of another graph may be moved in.
            if any(path.name not in ("lock", f"{_MARKER}.new", self.decisions.name) for path in self.path.iterdir()):
                raise GraphError(
                    "is not a kg graph (no kg.json in it)", where=str(self.path), hint="name another folder with -g"
                )
            return False
        try:
            found = orjson.loads(marker.read_bytes())
            schema = found["schema"]
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise GraphError(
                "kg.json cannot be read", where=str(self.path), hint="name another folder with -g"
            ) from error
        if schema != SCHEMA:
            raise GraphError(
                f"is a graph of schema {schema}, and this version of kg reads schema {SCHEMA}",
                where=str(self.path),
                hint="build it again with `kg build --replace SOURCE…`",
            )
        return True

    def current(self) -> Generation:
        """The generation that readers open.

        :raises GraphError: if there is no graph or it has no finished build
        """
        if not self.exists():
            raise GraphError(
                "no graph there", where=str(self.path), hint="make one with `kg build SOURCE…` or `kg demo`"
            )
        generation = self._current()
        if generation is None:
            raise GraphError("holds no finished build", where=str(self.path), hint="run `kg build SOURCE…` again")
        return generation

    def _current(self) -> Generation | None:
        pointer = self.path / "CURRENT"
        last = ""
        while pointer.is_file():
            name = pointer.read_text(encoding="utf-8", errors="replace").strip() or "unnamed"
            path = self.path / "generations" / name
            if (path / "manifest.json").is_file():
                return Generation(path)
            if name == last:
                raise _damaged(path)
            # Between the two looks, other builds may have come and this one gone: only the same again is damage.
            last = name
        return None

    def generation(self, number: int) -> Generation:
        """The generation of that number.

        :raises GraphError: if it is not there, with those that are
        """
        self.current()
        found = {g.number: g for g in self._generations()}
        if number not in found:
            there = ", ".join(map(str, sorted(found)))
            raise GraphError(f"has no generation {number}", where=str(self.path), hint=f"it has {there}")
        return found[number]

    def _generations(self) -> list[Generation]:
        root = self.path / "generations"
        found = (Generation(path) for path in root.iterdir() if path.name.isdigit())
        return sorted((g for g in found if _readable(g)), key=lambda g: g.number)

    def history(self) -> list[Build]:
        """The generations on disk, the oldest first.

        :raises GraphError: if there is no graph
        """
        current = self.current()
        line = {g.number for g in self.line(current)}
        return [
            Build(
                number=g.number,
                built=str(m.get("built", "")),
                **{name: int(m.get(name, 0)) for name in ("records", "papers", "entities", "mentions", "triples")},
                current=g.number == current.number,
                undone=g.number not in line,
            )
            for g in self._generations()
            for m in (g.manifest,)
        ]

    def line(self, generation: Generation) -> list[Generation]:
        """A generation and those on disk that it was built on, the newest first."""
        line = [generation]
        while (number := line[-1].manifest.get("previous")) is not None:
            before = Generation(self.path / "generations" / f"{number:06d}")
            if not _readable(before):
                break
            line.append(before)
        return line

    def undo(self) -> Generation:
        """Makes the generation that the current one was built on current again, in one step.

        The one left is listed as undone until the next build, which starts from the generation made current.

        :raises GraphError: if there is none
        :raises GraphBusyError: if another process is writing
        """
        self.current()
        with self.writing():
            line = self.line(self.current())
            if len(line) < 2:
                raise GraphError(
                    f"nothing to undo: no build before generation {line[0].number} is kept",
                    where=str(self.path),
                    hint="`kg history` lists what is kept",
                )
            _replace(self.path / "CURRENT", line[1].path.name.encode())
            return line[1]

    @contextmanager
    def writing(self, *, replace: bool = False) -> Iterator[None]:
        """Holds the folder for writing, makes it where it is missing, and clears what a crash left.

        :param replace: whether a graph of another schema version is cleared away rather than refused
        :raises GraphBusyError: if another process is writing
        """
        from filelock import FileLock, Timeout

        try:
            found = self.exists()
        except GraphError:
            if not (replace and (self.path / _MARKER).is_file()):
                raise
            found = False
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / "lock", timeout=0):
                if not found:
                    for old in ("CURRENT", "generations", "cache.sqlite"):
                        _remove(self.path / old)
                    _replace(self.path / _MARKER, orjson.dumps({"format": "kg graph", "schema": SCHEMA}))
                for left in (self.path / "generations").glob("???-*"):
                    _remove(left)
                yield
        except Timeout as error:
            raise GraphBusyError(
                "another process is writing this graph", where=str(self.path), hint="wait until it has finished"
            ) from error

    @contextmanager
    def new_generation(self, *, start: bool) -> Iterator[Generation]:
        """A fresh generation, begun from the current one's records unless ``start``; made current by :meth:`publish`.

        The vocabulary files given to the current one are taken over in any case.

        What is not published is removed.
        """
        path = self.path / "generations" / f"new-{os.getpid()}"
        path.mkdir(parents=True)
        generation = Generation(path)
        try:
            old = self._base(start=start)
            if old is not None and not start:
                shutil.copyfile(old.records, generation.records)
            if old is not None and old.vocabulary.is_dir():
                shutil.copytree(old.vocabulary, generation.vocabulary)
            yield generation
        finally:
            _remove(path)

    def _base(self, *, start: bool) -> Generation | None:
        try:
            return self._current()
        except GraphError:
            if not start:
                raise
            return None

    def publish(self, generation: Generation, manifest: dict[str, Any]) -> Generation:
        """Makes a generation the current one in one step, and removes all but the :data:`KEPT` of its line."""
        root = self.path / "generations"
        there = [path for path in root.iterdir() if path.name.isdigit()]
        number = max((int(path.name) for path in there), default=0) + 1
        before = self._base(start=True)
        final = Generation(root / f"{number:06d}")
        lineage = {"generation": number} if before is None else {"generation": number, "previous": before.number}
        (generation.path / "manifest.json").write_bytes(orjson.dumps(manifest | lineage, option=orjson.OPT_INDENT_2))
        os.replace(generation.path, final.path)
        _replace(self.path / "CURRENT", final.path.name.encode())
        kept = {g.number for g in self.line(final)[:KEPT]}
        for old in there:
            if int(old.name) not in kept:
                # In two steps, so that a crash leaves no half of a generation that could still be made current.
                gone = root / f"old-{old.name}"
                os.replace(old, gone)
                _remove(gone)
        return final


def _readable(generation: Generation) -> bool:
    try:
        return bool(generation.manifest)
    except GraphError:
        return False


def _damaged(generation: Path, why: object = "") -> GraphError:
    return GraphError(
        f"its current generation {generation.name} is damaged" + (f" ({why})" if why else ""),
        where=str(generation.parents[1]),
        hint="build it again with `kg build --replace SOURCE…`",
    )


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
