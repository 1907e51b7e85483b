"""The lists of all papers and entities, the vocabulary's tree, the search and the feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from kg.model import TYPES
from kg.pages import render
from kg.site.addresses import SiteAddresses
from kg.site.feed import Entry, feed
from kg.site.names import entity_file, paper_file
from kg.site.search import Found, SearchIndex
from kg.store import Generation, GraphFolder, Index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kg.site.folder import SiteFolder
    from kg.site.thing import Things

__all__ = ["lists"]

_PAGE = 250
_NEW = 60


def lists(
    folder: GraphFolder, generation: Generation, things: Things, others: Sequence[str], site: SiteFolder, *,
    title: str, address: str,
) -> None:  # fmt: skip
    """Writes them.

    :param others: slugs of the vocabulary that no paper names
    """
    import numpy as np

    index, table = things.index, things.table
    per_entity = np.array([e.papers for e in index.each_entity()], dtype=np.int64)
    entities = np.argsort(-per_entity, kind="stable")
    papers = np.argsort(-table.issued, kind="stable")
    _entities(site, title, index, entities)
    _papers(site, title, index, papers)
    _vocabulary(site, title, things)
    search = SearchIndex(site)
    search.add(_found_entities(index, entities))
    search.add(_found_papers(index, papers))
    search.add(_found_terms(things, others))
    search.close()
    at = SiteAddresses("", title)
    site.write("search.html", render("search", at, text="", hits=(), static=True))
    site.write("feed.xml", feed(_new(folder, generation, things, per_entity), title=title,
                                built=str(generation.manifest["built"]), address=address))  # fmt: skip


def _listing(site: SiteFolder, whole: str, kind: str, total: int, **values: Any) -> Iterator[tuple[int, int, Any]]:
    """For each page of a list its first row, the row behind its last one, and what writes it from these rows."""
    at = SiteAddresses("../", whole, "Papers" if kind == "all papers" else "Entities")
    folder = "papers" if kind == "all papers" else "entities"
    pages = max(1, ceil(total / _PAGE))
    for page in range(1, pages + 1):

        def write(rows: Sequence[Any], page: int = page) -> None:
            html = render(
                "listing", at, kind=kind, rows=rows, page=page, pages=pages, above=None, tabs=(),
                turn_to=lambda n: f"{n}.html", **values,
            )  # fmt: skip
            site.write(f"{folder}/{page}.html", html)

        yield (page - 1) * _PAGE, min(page * _PAGE, total), write


def _entities(site: SiteFolder, title: str, index: Index, order: NDArray[np.int64]) -> None:
    lead = f"All {len(order):,} that papers name, those in most papers first."
    for start, stop, write in _listing(site, title, "entities", len(order), title="Entities", lead=lead):
        write(index.entities(order[start:stop].tolist()))


def _papers(site: SiteFolder, title: str, index: Index, order: NDArray[np.int64]) -> None:
    lead = f"All {len(order):,}, the latest first."
    for start, stop, write in _listing(site, title, "all papers", len(order), title="Papers", lead=lead):
        write(index.papers(order[start:stop].tolist()))


def _vocabulary(site: SiteFolder, title: str, things: Things) -> None:
    counts = {k: sum(t.type == k for t in things.tree.terms.values()) for k in TYPES}
    for kind in TYPES:
        at = SiteAddresses("../", title, "Vocabulary")
        page = render("vocabulary", at, kind=kind, roots=things.tree.roots[kind], counts=counts)
        site.write(f"vocabulary/{kind.lower()}.html", page)


def _found_entities(index: Index, order: NDArray[np.int64]) -> Iterator[Found]:
    for start in range(0, len(order), _PAGE):
        for e in index.entities(order[start : start + _PAGE].tolist()):
            detail = f"{e.papers:,} paper{'' if e.papers == 1 else 's'}"
            yield Found(e.label, f"{entity_file(e.slug)}.html", e.type, detail, e.aliases)


def _found_papers(index: Index, order: NDArray[np.int64]) -> Iterator[Found]:
    for start in range(0, len(order), _PAGE):
        for p in index.papers(order[start : start + _PAGE].tolist()):
            yield Found(p.title, f"{paper_file(p.iri)}.html", "Paper", (p.issued or "")[:4])


def _found_terms(things: Things, slugs: Sequence[str]) -> Iterator[Found]:
    for slug in slugs:
        term = things.tree.terms[slug]
        yield Found(term.label, f"{entity_file(slug)}.html", term.type, "no paper", term.aliases)


def _new(folder: GraphFolder, generation: Generation, things: Things, papers: NDArray[np.int64]) -> list[Entry]:
    """The entities that came last: with this build, else by the date of the first paper that names them.

    Where there is neither a build before nor any date, all came with this build.
    """
    import numpy as np

    index, table = things.index, things.table
    first = np.full(table.entities, np.iinfo(np.int32).max, dtype=np.int32)
    issued = table.issued[table.paper]
    dated = issued > 0
    np.minimum.at(first, table.entity[dated], issued[dated])
    first[first == np.iinfo(np.int32).max] = 0
    before = _slugs_before(folder, generation)
    fresh = np.array([before is not None and e.slug not in before for e in index.each_entity()], dtype=bool)
    if not fresh.any() and not first.any():
        fresh[:] = True
    order = np.lexsort((np.arange(table.entities), -papers, -first, ~fresh))
    best = [int(row) for row in order[:_NEW] if fresh[row] or first[row]]
    built = str(generation.manifest["built"])
    return [
        Entry(e, built if fresh[e.row] else _date(int(first[e.row])), f"{entity_file(e.slug)}.html",
              f"{e.type}, named in {e.papers:,} paper{'' if e.papers == 1 else 's'}. {e.definition}".strip())
        for e in index.entities(best)
    ]  # fmt: skip


def _slugs_before(folder: GraphFolder, generation: Generation) -> set[str] | None:
    """The entities of the generation that this one was built on, where it is still there."""
    line = folder.line(generation)
    if len(line) < 2:
        return None
    index = Index(line[1].index)
    slugs = {e.slug for e in index.each_entity()}
    index.close()
    return slugs


def _date(number: int) -> str:
    """A date as the feed has it; the first day of what is not told more exactly.

    >>> _date(20210617), _date(20210000)
    ('2021-06-17T00:00:00Z', '2021-01-01T00:00:00Z')
    """
    year, month, day = number // 10000, number // 100 % 100 or 1, number % 100 or 1
    return f"{year:04d}-{month:02d}-{day:02d}T00:00:00Z"
