"""How a graph becomes a site: what all pages share first, then each thing's own files, then the lists and the start."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from kg.export.files import one_line
from kg.pages import STATIC
from kg.site.folder import SiteFolder
from kg.site.front import front
from kg.site.lists import lists
from kg.site.thing import Fields, Things
from kg.store import Generation, GraphFolder

__all__ = ["Written", "write_site"]

Progress: TypeAlias = Callable[[str, int, int | None], None]

_PART = 100
_FOLDERS = 256

# In a worker: what writes there.
_things: Things | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a site holds; ``entities`` are those that papers name, ``terms`` the others of the vocabulary."""

    path: str
    papers: int
    entities: int
    terms: int
    fields: int
    files: int
    bytes: int


def write_site(
    folder: GraphFolder, generation: Generation, out: Path, *, title: str = "Knowledge graph", address: str = "",
    workers: int = 1, progress: Progress | None = None,
) -> Written:  # fmt: skip
    """Writes a graph as a static site. The same graph gives the same files.

    Pages are made from the index and the mention table some hundred at a time; what grows with the graph in memory is
    the words of the search and some numbers an entity and a mention.

    :param folder: of the graph, in which the generation before tells which entities are new
    :param out: the folder of the site, a new one or one that was written before
    :param title: what the site is called
    :param address: where it will stand on the web, for the feed
    :param workers: processes that write pages
    :raises KGError: if the folder holds something else, or cannot be written
    """
    if address and not address.endswith("/"):
        address += "/"

    def told(step: str, done: int, total: int | None) -> None:
        if progress is not None:
            progress(step, done, total)

    with one_line(str(out)):
        site = SiteFolder(out)
        _folders(site)
        for name, file in STATIC.items():
            site.write(f"static/{name}", file.read_bytes())
        told("measure", 0, None)
        fields, pages = front(generation, site, title)
        things = Things(generation, out, title, fields)
        known = {e.slug for e in things.index.each_entity()}
        others = sorted(slug for slug in things.tree.terms if slug not in known)
        total = things.table.papers + things.table.entities + len(others)
        done = 0
        for count, files, size in _parts(generation, things, fields, others, title, workers):
            site.count(files, size)
            told("pages", done := done + count, total)
        told("search", 0, None)
        lists(folder, generation, things, others, site, title=title, address=address)
        pages(things.index)
        site.write(".nojekyll", b"")
        site.finish(_about(generation, title))
        things.index.close()
    return Written(
        str(out), things.table.papers, things.table.entities, len(others), len(fields.names), site.files, site.bytes
    )


def _folders(site: SiteFolder) -> None:
    for kind in ("entity", "paper"):
        for number in range(_FOLDERS):
            (site.path / kind / f"{number:02x}").mkdir(parents=True, exist_ok=True)


def _about(generation: Generation, title: str) -> dict[str, object]:
    manifest = generation.manifest
    return {
        "title": title,
        "generation": manifest["generation"],
        "built": manifest["built"],
        "extractor": manifest["extractor"],
        "papers": manifest["papers"],
        "entities": manifest["entities"],
    }


def _parts(
    generation: Generation, things: Things, fields: Fields, terms: list[str], title: str, workers: int
) -> Iterator[tuple[int, int, int]]:
    """Writes all things' files; gives, part by part, how many things, files and bytes."""
    jobs: list[tuple[str, Any]] = [
        *(("papers", (i, i + _PART)) for i in range(0, things.table.papers, _PART)),
        *(("entities", (i, i + _PART)) for i in range(0, things.table.entities, _PART)),
        *(("terms", (terms[i : i + _PART],)) for i in range(0, len(terms), _PART)),
    ]
    if workers <= 1 or len(jobs) < 2:
        for kind, arguments in jobs:
            yield _written(things, kind, arguments)
        return
    context = multiprocessing.get_context("spawn")
    start = (generation, things.folder, title, fields)
    with ProcessPoolExecutor(min(workers, len(jobs)), context, initializer=_start, initargs=start) as pool:
        yield from pool.map(_work, *zip(*jobs, strict=True))


def _start(generation: Generation, folder: Path, title: str, fields: Fields) -> None:
    global _things
    _things = Things(generation, folder, title, fields)


def _work(kind: str, arguments: Any) -> tuple[int, int, int]:
    if _things is None:
        raise RuntimeError("the worker has no graph: _start has not run")
    return _written(_things, kind, arguments)


def _written(things: Things, kind: str, arguments: Any) -> tuple[int, int, int]:
    files, size = things.files, things.bytes
    count: int = getattr(things, kind)(*arguments)
    return count, things.files - files, things.bytes - size
