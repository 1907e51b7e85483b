"""The folder of a graph on disk: its marker, its generations, its lock.

```
kg-graph/
  kg.json            says that this is a graph, and its schema version
  CURRENT            the name of the generation that readers open, replaced in one step
  cache.sqlite       extractions by text and extractor, shared by the generations
  vocabulary/        the vocabulary files given beside the built-in one, and vocabulary.ttl of `kg vocab add`
  generations/000001 records.sqlite, store/, mentions/, index.sqlite, manifest.json
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

__all__ = ["KEPT", "SCHEMA", "Generation", "GraphFolder"]

#: Raised when a graph written before cannot be read any more.
SCHEMA = 1
#: Generations that stay on disk, the current one among them.
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
    def manifest(self) -> dict[str, Any]:
        """Counts and versions, as written by the build.

        :raises GraphError: if it cannot be read
        """
        try:
            found: dict[str, Any] = orjson.loads((self.path / "manifest.json").read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise _damaged(self.path) from error
        return found


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
        """The folder of vocabulary files that belong to this graph."""
        return self.path / "vocabulary"

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
            # A first build that runs, or was cut off, may have come no further than its lock.
            if any(path.name not in ("lock", f"{_MARKER}.new") for path in self.path.iterdir()):
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
        if not pointer.is_file():
            return None
        name = pointer.read_text(encoding="utf-8", errors="replace").strip()
        path = self.path / "generations" / (name or "unnamed")
        if not (path / "manifest.json").is_file():
            raise _damaged(path)
        return Generation(path)

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
                for left in (self.path / "generations").glob("new-*"):
                    _remove(left)
                yield
        except Timeout as error:
            raise GraphBusyError(
                "another process is writing this graph", where=str(self.path), hint="wait until it has finished"
            ) from error

    @contextmanager
    def new_generation(self, *, start: bool) -> Iterator[Generation]:
        """A fresh generation, begun from the current one's records unless ``start``; made current by :meth:`publish`.

        What is not published is removed.
        """
        path = self.path / "generations" / f"new-{os.getpid()}"
        path.mkdir(parents=True)
        generation = Generation(path)
        try:
            old = None if start else self._current()
            if old is not None:
                shutil.copyfile(old.records, generation.records)
            yield generation
        finally:
            _remove(path)

    def publish(self, generation: Generation, manifest: dict[str, Any]) -> Generation:
        """Makes a generation the current one in one step, and removes the oldest beyond :data:`KEPT`."""
        root = self.path / "generations"
        names = sorted(int(p.name) for p in root.iterdir() if p.name.isdigit())
        number = names[-1] + 1 if names else 1
        final = root / f"{number:06d}"
        (generation.path / "manifest.json").write_bytes(
            orjson.dumps(manifest | {"generation": number}, option=orjson.OPT_INDENT_2)
        )
        os.replace(generation.path, final)
        _replace(self.path / "CURRENT", final.name.encode())
        for old in [*names, number][:-KEPT]:
            _remove(root / f"{old:06d}")
        return Generation(final)


def _damaged(generation: Path) -> GraphError:
    return GraphError(
        f"its current generation {generation.name} is damaged",
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
