"""What asks a graph: SPARQL, named queries, entities and papers by name, search, counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg import describe
from kg.describe import Stats
from kg.errors import KGError
from kg.filters import Filters, kept_papers
from kg.graph.opened import Opened
from kg.model import ROLES, Role
from kg.store import Hit

if TYPE_CHECKING:
    from kg.query import Result

__all__ = ["Asking"]


class Asking(Opened):
    """The part of :class:`kg.Graph` that answers questions."""

    def query(self, sparql: str, *, union: bool = True, bindings: Mapping[str, Any] | None = None) -> Result:
        """SPARQL over the graph; the usual prefixes are declared.

        :param union: whether the default graph is the union of all graphs (else what papers say alone)
        :raises QueryError: if the query is not valid
        """
        from kg.query import run

        return run(self.store, sparql, union=union, bindings=bindings)

    def named_query(self, name: str, **values: str) -> Result:
        """A query of ``ontology/queries`` with its parameters; entities and papers by any of their names."""
        from kg.query import named

        query = named.load(name)
        return self.query(query.text, bindings=named.bind(query, values, self.resolve))

    def resolve(self, kind: str, value: str) -> str:
        """The IRI of an ``entity`` or a ``paper`` by any of its names."""
        return self.find_entity(value).iri if kind == "entity" else self.find_paper(value).iri

    def search(self, text: str, limit: int = 20, *, filters: Filters = Filters()) -> list[Hit]:
        """Entities and papers by label, alias, title and abstract, best first.

        An entity passes the filters where a mention of it does; so does a paper where they ask for types or a
        confidence, else where its own date and source do.
        """
        if not filters.any:
            return self.index.search(text, limit)
        keep, found = self.keep(filters), list[Hit]()
        entities, papers = set(self.table.entity[keep].tolist()), set(self.table.paper[keep].tolist())
        if not (filters.types or filters.min_confidence):
            papers = set(kept_papers(filters, self.index, self.table).nonzero()[0].tolist())
        for hit in self.index.search(text, self.table.papers + self.table.entities):
            row = self.find_entity(hit.iri).row if hit.kind == "entity" else self.find_paper(hit.iri).row
            if row in (entities if hit.kind == "entity" else papers):
                found.append(hit)
            if len(found) == limit:
                break
        return found

    def show(
        self, name: str, *, filters: Filters = Filters(), limit: int = 10
    ) -> describe.EntityView | describe.PaperView:
        """All about the entity or the paper of that name.

        :raises NotFoundError: with names that are near
        """
        if self.index.find_entity(name) is None and self.index.find_paper(name) is not None:
            return self.paper(name, filters=filters)
        if self.index.find_entity(name) is None:
            raise self._not_found("entity or paper", name)
        return self.entity(name, filters=filters, limit=limit)

    def entity(self, name: str, *, filters: Filters = Filters(), limit: int = 10) -> describe.EntityView:
        """All about one entity."""
        from kg.notebook import shown

        found = self.find_entity(name)
        return shown(describe.entity_view(self.store, self.index, self.table, found, self.keep(filters), limit=limit))

    def paper(self, name: str, *, filters: Filters = Filters()) -> describe.PaperView:
        """All about one paper."""
        from kg.notebook import shown

        return shown(describe.paper_view(self.index, self.table, self.find_paper(name), self.keep(filters)))

    def papers(self, entity: str, *, role: Role | None = None, filters: Filters = Filters()) -> list[describe.PaperHit]:
        """The papers that name an entity, those with the most telling role first.

        :param role: only those for which it plays this role
        """
        if role is not None and role not in ROLES:
            raise KGError(f"no role “{role}”", hint=f"one of {', '.join(ROLES)}")
        return describe.papers_of(self.index, self.table, self.find_entity(entity).row, self.keep(filters), role)

    def stats(self, *, filters: Filters = Filters(), top: int = 10) -> Stats:
        """Counts by type and role, coverage, sizes."""
        papers = kept_papers(filters, self.index, self.table)
        return describe.stats(self.generation, self.index, self.table, self.keep(filters), papers, top)
