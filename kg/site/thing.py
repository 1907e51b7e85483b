"""The files about entities and papers: page, Turtle, JSON-LD; some at a time, so that processes can share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.describe import Grouped, entity_view, most_telling, paper_hits, paper_view, roles_of
from kg.iri import PREFIXES
from kg.pages import render, term_view
from kg.pages.rdf import entity_triples, lines, paper_triples
from kg.pages.terms import term_links
from kg.pages.tree import Tree
from kg.site.addresses import SiteAddresses
from kg.site.names import entity_file, paper_file
from kg.store import EntityRow, Generation, Index, MentionTable, open_store

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyoxigraph import Store, Triple

__all__ = ["LISTED", "PAGE", "Fields", "Things"]

#: Papers on an entity's own page; and on each page of the list of all of them.
LISTED, PAGE = 40, 500
_NEIGHBOURS = 24
_SENTENCES = 8
# All triples about what half of a large corpus names would fill the memory; what is left out stands at its papers.
_TRIPLES = 50_000


@dataclass(frozen=True, slots=True)
class Fields:
    """The clusters' names, and the cluster of each entity by row, -1 for none."""

    names: tuple[str, ...]
    of: NDArray[Any]


class Things:
    """Writes the files about some entities or papers.

    :param folder: of the site
    :param title: of the site
    """

    def __init__(self, generation: Generation, folder: Path, title: str, fields: Fields) -> None:
        self.index = Index(generation.index)
        self.table = MentionTable.open(generation.mentions)
        self.store: Store = open_store(generation.store)
        self.tree = Tree.read(self.store)
        self.folder = folder
        self._at = SiteAddresses("../../", title)
        self._fields = fields
        self.files = 0
        self.bytes = 0

    @cached_property
    def grouped(self) -> Grouped:
        """All mentions."""
        import numpy as np

        return Grouped(self.table, np.ones(len(self.table), dtype=np.bool_))

    @cached_property
    def counts(self) -> dict[str, int]:
        """In how many papers each entry of the vocabulary is that any paper names."""
        return {e.slug: e.papers for e in self.index.each_entity() if e.known}

    def papers(self, start: int, stop: int) -> int:
        """Writes the papers from row to row; gives their number."""
        for paper in self.index.each_paper(start, stop):
            view = paper_view(self.index, self.table, paper, self.grouped)
            place = paper_file(paper.iri)
            self._write(f"{place}.html", render("paper", self._at, view=view))
            self._rdf(place, paper_triples(self.store, paper.iri))
        return min(stop, self.table.papers) - start

    def entities(self, start: int, stop: int) -> int:
        """Writes the entities from row to row; gives their number."""
        rows = range(start, min(stop, self.table.entities))
        for entity in self.index.entities(rows):
            self._entity(entity)
        return len(rows)

    def terms(self, slugs: Sequence[str]) -> int:
        """Writes entries of the vocabulary that no paper names; gives their number."""
        for slug in slugs:
            view = term_view(self.tree, slug, self._papers_of)
            place = entity_file(slug)
            page = render(
                "entity", self._at, view=view, above=self._above(slug), limit=LISTED, most=LISTED, cluster=None
            )
            self._write(f"{place}.html", page)
            self._rdf(place, entity_triples(self.store, view.iri))
        return len(slugs)

    def _entity(self, entity: EntityRow) -> None:
        links = partial(term_links, self.tree, papers=self._papers_of)
        view = entity_view(
            self.store, self.index, self.table, entity, self.grouped, limit=_NEIGHBOURS, links=links,
            sentences=_SENTENCES, papers=LISTED,
        )  # fmt: skip
        number = int(self._fields.of[entity.row])
        cluster = None if number < 0 else (number, self._fields.names[number])
        place = entity_file(entity.slug)
        page = render(
            "entity", self._at, view=view, above=self._above(entity.slug), limit=LISTED, most=LISTED, cluster=cluster
        )
        self._write(f"{place}.html", page)
        self._rdf(place, entity_triples(self.store, entity.iri))
        if view.papers > LISTED:
            self._all_papers(entity)

    def _all_papers(self, entity: EntityRow) -> None:
        roles = roles_of(self.table, self.grouped.of_entity(entity.row))
        order = most_telling(self.table, roles)
        pages = ceil(len(order) / PAGE)
        for page in range(1, pages + 1):
            html = render(
                "listing", self._at, kind="papers", title=f"Papers that name {entity.label}", tabs=(),
                lead="Those for which it is most telling first, then the latest.", page=page, pages=pages,
                above=(self._at.thing(entity.iri), entity.label), turn_to=partial(self._at.papers, entity.iri),
                rows=paper_hits(self.index, roles, order[(page - 1) * PAGE : page * PAGE]),
            )  # fmt: skip
            self._write(f"{entity_file(entity.slug)}_p{page}.html", html)

    def _above(self, slug: str) -> list[tuple[str, str]]:
        return [(t.iri, t.label) for t in self.tree.above(slug)][::-1] if slug in self.tree.terms else []

    def _papers_of(self, slug: str) -> int:
        return self.counts.get(slug, 0)

    def _rdf(self, place: str, triples: Iterator[Triple]) -> None:
        from pyoxigraph import RdfFormat, serialize

        found: Iterable[Triple] = lines(islice(triples, _TRIPLES))
        for suffix, form in (("ttl", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)):
            self._write(f"{place}.{suffix}", serialize(found, format=form, prefixes=PREFIXES) or b"")

    def _write(self, name: str, content: str | bytes) -> None:
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(data)
        self.files += 1
        self.bytes += len(data)
