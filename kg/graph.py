"""The façade: what ``kg.open("kg-graph")`` returns. Each command is one method of it, with the same name."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from kg import describe
from kg.describe import Stats
from kg.errors import KGError, NotFoundError
from kg.filters import Filters, kept_mentions, kept_papers
from kg.iri import PREFIXES
from kg.model import ROLES, Role
from kg.store import Build, EntityRow, Generation, GraphFolder, Hit, Index, MentionTable, PaperRow, open_store

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]
    import numpy as np
    from numpy.typing import NDArray
    from pyoxigraph import Store
    from rdflib import Dataset

    from kg.analyze import Bridge, Central, Cluster, Comparison, EvidencePath, Gap, News, Trends
    from kg.build import BuildResult, Progress
    from kg.query import Result
    from kg.trust import Change, Finding, Verification, Violation

T = TypeVar("T")

__all__ = ["Filters", "Graph", "Stats", "open_graph"]


def open_graph(path: str | Path = "kg-graph") -> Graph:
    """The graph in a folder.

    :raises GraphError: if there is none, or it is of another schema version
    """
    return Graph(path)


class Graph:
    """A graph folder, open for reading. Cheap to make: what a method needs is loaded when it is first used.

    >>> import kg
    >>> kg.open("no-such-folder")
    Traceback (most recent call last):
    ...
    kg.errors.GraphError: no-such-folder: no graph there; make one with `kg build SOURCE…` or `kg demo`
    """

    def __init__(self, path: str | Path) -> None:
        self.folder = GraphFolder(path)
        self.generation: Generation = self.folder.current()

    def __repr__(self) -> str:
        manifest = self.generation.manifest
        return f"<kg.Graph {self.folder.path}: {manifest['papers']} papers, {manifest['entities']} entities>"

    @cached_property
    def store(self) -> Store:
        """The Oxigraph store, read only."""
        return self._opened(lambda: open_store(self.generation.store))

    @cached_property
    def index(self) -> Index:
        """Papers and entities by row, and the search."""

        def opened() -> Index:
            index = Index(self.generation.index)
            # SQLite reads a file only when it is first asked.
            index.find_entity("")
            return index

        return self._opened(opened)

    @cached_property
    def table(self) -> MentionTable:
        """The mention table."""
        return self._opened(lambda: MentionTable.open(self.generation.mentions))

    def _opened(self, opener: Callable[[], T]) -> T:
        try:
            return opener()
        except (OSError, RuntimeError, ValueError, sqlite3.DatabaseError) as error:
            raise self.generation.unreadable(error) from error

    def build(self, *sources: str, progress: Progress | None = None, **options: Any) -> BuildResult:
        """Adds papers and reopens the graph at its new generation; options as :func:`kg.build.build`."""
        from kg.build import build

        result = build(self.folder, sources, progress=progress, **options)
        self._reopen()
        return result

    def remove(self, *papers: str, progress: Progress | None = None, **options: Any) -> BuildResult:
        """Takes papers away and reopens the graph at its new generation; options as :func:`kg.build.remove`."""
        from kg.build import remove

        result = remove(self.folder, papers, progress=progress, **options)
        self._reopen()
        return result

    def undo(self) -> Generation:
        """Makes the generation before this one current again and reopens the graph there."""
        before = self.folder.undo()
        self._reopen()
        return before

    def history(self) -> list[Build]:
        """The generations on disk, the oldest first."""
        return self.folder.history()

    def _reopen(self) -> None:
        self.__init__(self.folder.path)  # type: ignore[misc]
        for name in ("store", "index", "table"):
            self.__dict__.pop(name, None)

    # Trust

    def verify(
        self, report: Callable[[Finding], None], *, workers: int = 1, progress: Progress | None = None
    ) -> Verification:
        """Reads every mention and statement again; see :func:`kg.trust.verify`."""
        from kg.trust import verify

        return verify(self.generation, report, progress, workers=workers)

    def validate(
        self, report: Callable[[Violation], None], *, sample: int | None = None, progress: Progress | None = None
    ) -> int:
        """Checks the graph against the SHACL shapes; see :func:`kg.trust.validate`."""
        from kg.trust import validate

        return validate(self.store, report, progress, sample=sample)

    def diff(self, old: str | int | None = None, new: str | int | None = None) -> Iterator[Change]:
        """What ``new`` holds other than ``old``; see :func:`kg.trust.diff`.

        :param old: a folder, or the number of a generation of this graph; None is the generation before ``new``
        :param new: the same; None is the current generation
        """
        from kg.trust import diff, sides

        return diff(*sides(self.folder, old, new))

    # Ask

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

    # Find

    def find_entity(self, name: str) -> EntityRow:
        """The entity of that label, alias, slug or IRI.

        :raises NotFoundError: with names that are near
        """
        found = self.index.find_entity(name)
        if found is None:
            raise self._not_found("entity", name)
        return found

    def find_paper(self, name: str) -> PaperRow:
        """The paper of that IRI, identifier or title.

        :raises NotFoundError: if there is none
        """
        found = self.index.find_paper(name)
        if found is None:
            raise self._not_found("paper", name)
        return found

    def _not_found(self, kind: str, name: str) -> NotFoundError:
        near = self.index.near(name) or [h.label for h in self.index.search(name, 3)]
        hint = f"did you mean {' or '.join(f'“{n}”' for n in near)}?" if near else "try `kg search` with a word of it"
        return NotFoundError(f"no {kind} called “{name}” in this graph", hint=hint)

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
        found = self.find_entity(name)
        return describe.entity_view(self.store, self.index, self.table, found, self.keep(filters), limit=limit)

    def paper(self, name: str, *, filters: Filters = Filters()) -> describe.PaperView:
        """All about one paper."""
        return describe.paper_view(self.index, self.table, self.find_paper(name), self.keep(filters))

    def papers(self, entity: str, *, role: Role | None = None, filters: Filters = Filters()) -> list[describe.PaperHit]:
        """The papers that name an entity, those with the most telling role first.

        :param role: only those for which it plays this role
        """
        if role is not None and role not in ROLES:
            raise KGError(f"no role “{role}”", hint=f"one of {', '.join(ROLES)}")
        return describe.papers_of(self.index, self.table, self.find_entity(entity).row, self.keep(filters), role)

    # Measure

    def keep(self, filters: Filters = Filters()) -> NDArray[np.bool_]:
        """Which rows of the mention table pass the filters."""
        return kept_mentions(filters, self.index, self.table)

    def stats(self, *, filters: Filters = Filters(), top: int = 10) -> Stats:
        """Counts by type and role, coverage, sizes."""
        papers = kept_papers(filters, self.index, self.table)
        return describe.stats(self.generation, self.index, self.table, self.keep(filters), papers, top)

    def clusters(self, *, filters: Filters = Filters(), **options: Any) -> list[Cluster]:
        """Communities of entities that stand in papers together; options as :func:`kg.analyze.clusters`."""
        from kg.analyze import clusters

        return clusters(self.index, self.table, self.keep(filters), **options)

    def bridges(self, *, filters: Filters = Filters(), **options: Any) -> list[Bridge]:
        """Entities that join communities more than chance would; options as :func:`kg.analyze.bridges`."""
        from kg.analyze import bridges

        return bridges(self.index, self.table, self.keep(filters), **options)

    def central(self, *, filters: Filters = Filters(), **options: Any) -> list[Central]:
        """Entities by their place in the co-occurrence graph; options as :func:`kg.analyze.central`."""
        from kg.analyze import central

        return central(self.index, self.table, self.keep(filters), **options)

    def gaps(self, *, filters: Filters = Filters(), **options: Any) -> list[Gap]:
        """Pairs of communities that share far fewer links than expected; options as :func:`kg.analyze.gaps`."""
        from kg.analyze import gaps

        return gaps(self.index, self.table, self.keep(filters), **options)

    def path(self, one: str, other: str, *, filters: Filters = Filters(), count: int = 3) -> list[EvidencePath]:
        """The shortest chains of shared papers between two entities, each step with its sentences."""
        from kg.analyze import evidence_paths

        ends = (self.find_entity(one).row, self.find_entity(other).row)
        return evidence_paths(self.index, self.table, *ends, self.keep(filters), count=count)

    def compare(self, one: str, other: str, *, filters: Filters = Filters(), top: int = 20) -> Comparison:
        """Two entities side by side: shared papers, tasks, data sets and metrics, or that no paper names both."""
        from kg.analyze import compare

        ends = (self.find_entity(one).row, self.find_entity(other).row)
        return compare(self.index, self.table, *ends, self.keep(filters), top=top)

    def trends(self, *, filters: Filters = Filters(), **options: Any) -> Trends:
        """What rises and falls over the years; options as :func:`kg.analyze.trends`."""
        from kg.analyze import trends

        return trends(self.index, self.table, self.keep(filters), **options)

    def new(self, since: str, *, filters: Filters = Filters(), top: int = 50) -> News:
        """What was first named since a date, and which entities first met."""
        from kg.analyze import new

        return new(self.index, self.table, since, self.keep(filters), top=top)

    # Take away

    def to_networkx(self, *, filters: Filters = Filters(), min_papers: int = 1) -> nx.Graph[str]:
        """The co-occurrence graph of entities: nodes are IRIs, weights papers in common.

        :param min_papers: least papers that two entities stand in together
        """
        from kg.analyze import cooccurrence, to_networkx

        projection = cooccurrence(self.table, self.keep(filters), weight="count", min_support=min_papers)
        return to_networkx(projection, self.index)

    def to_rdflib(self) -> Dataset:
        """All graphs as an rdflib Dataset in memory; some 20 µs a statement."""
        import rdflib
        from rdflib import Dataset

        data = Dataset(default_union=True)
        import pyoxigraph

        text = self.store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
        data.parse(data=text or b"", format="nquads")
        for prefix, iri in PREFIXES.items():
            data.bind(prefix, rdflib.Namespace(iri))
        return data

    def export(self, format: str = "turtle", out: str | Path | BinaryIO | None = None, **options: Any) -> int:
        """Writes the graph in a format of :data:`kg.export.FORMATS`; to ``exports/`` unless told where.

        :param out: a file, a folder for a format of several tables, or a binary stream
        :param options: as :func:`kg.export.export`: ``light``, ``graphs``, ``min_support``, ``table``,
            ``progress``
        :return: how many statements or rows were written
        """
        from kg import export

        if out is None:
            if format not in export.FORMATS:
                raise KGError(f"no format is called {format!r}", hint=f"there are {', '.join(export.FORMATS)}")
            out = Path("exports") / export.FORMATS[format].default_name
        if isinstance(out, str | Path):
            return export.export_file(self.generation, format, _place(out), **options)
        return export.export(self.generation, format, out, **options)

    def view(
        self,
        focus: str | None = None,
        *,
        filters: Filters = Filters(),
        limit: int | None = None,
        out: str | Path | None = None,
    ) -> str:
        """The interactive graph as one HTML page, which opens offline; also written to ``out`` where that is given.

        :param focus: the entity in whose neighbourhood to look; None for the entities in most papers
        :param limit: nodes at most; without one 120, or 60 round a focus
        """
        from kg.export import to_file
        from kg.view import render
        from kg.view.select import page

        centre = self.find_entity(focus) if focus else None
        made = page(self.index, self.table, self.keep(filters), centre, limit or (60 if centre else 120))
        if out is None:
            return render(made)
        html = render(made)
        to_file(_place(out), lambda file: file.write(html.encode()))
        return html


def _place(out: str | Path) -> Path:
    """The place to write to.

    :raises KGError: if a file stands where one of its folders should
    """
    for parent in Path(out).absolute().parents:
        if parent.exists() and not parent.is_dir():
            raise KGError("is a file, and a folder is needed there", where=str(parent), hint="write elsewhere")
    return Path(out)
