"""The folder that a site is written into: what is new stands in it, what was there before and is no more goes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import orjson

from kg.errors import KGError

__all__ = ["MARKER", "SiteFolder"]

#: Says that a folder holds a site, and of which graph; it is written last.
MARKER = "kg-site.json"
# The folders that are ours alone; other files beside them, such as CNAME or .git, are the user's.
_OURS = ("entity", "entities", "field", "paper", "papers", "search", "static", "vocabulary")


class SiteFolder:
    """A folder to write a site into.

    :raises KGError: if it holds something else, or cannot be made
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.exists() and not path.is_dir():
            raise KGError("is a file", where=str(path), hint="name a folder")
        path.mkdir(parents=True, exist_ok=True)
        others = [p.name for p in path.iterdir() if not p.name.startswith(".")]
        if others and not (path / MARKER).exists() and not (path / f".{MARKER}").exists():
            raise KGError(
                f"the folder holds other things ({', '.join(sorted(others)[:3])})", where=str(path),
                hint="name a new or empty folder, or one that `kg site` has written",
            )  # fmt: skip
        # As long as it is not finished the folder is ours, and no site.
        (path / f".{MARKER}").touch()
        (path / MARKER).unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=path) as probe:
            self._started = os.stat(probe.name).st_mtime_ns
        self._made: set[Path] = set()
        self.files = 0
        self.bytes = 0

    def write(self, name: str, content: str | bytes) -> None:
        """Writes a file of the site; its folder is made where it is missing."""
        place = self.path / name
        if place.parent not in self._made:
            place.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(place.parent)
        data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        place.write_bytes(data)
        self.files += 1
        self.bytes += len(data)

    def count(self, files: int, size: int) -> None:
        """Counts what others have written into the folder."""
        self.files += files
        self.bytes += size

    def finish(self, about: dict[str, object]) -> None:
        """Takes away what an earlier site left behind, and marks the folder as a whole site."""
        for folder in _OURS:
            for place in self._files(self.path / folder):
                if place.stat().st_mtime_ns < self._started:
                    place.unlink()
        self.write(MARKER, orjson.dumps(about, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
        (self.path / f".{MARKER}").unlink()

    def _files(self, folder: Path) -> Iterable[Path]:
        for parent, _, names in os.walk(folder):
            yield from (Path(parent) / name for name in names)
