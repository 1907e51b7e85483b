"""What measures a graph: network science over the mention table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.filters import Filters
from kg.graph.opened import Opened

if TYPE_CHECKING:
    from kg.analyze import (
        Backtest,
        Bridge,
        Central,
        Cluster,
        Comparison,
        EvidencePath,
        Evolution,
        Gap,
        MissingLink,
        News,
        Predictor,
        Resolution,
        ThematicMap,
        Trends,
    )
    from kg.model import EntityType

__all__ = ["Measuring"]


class Measuring(Opened):
    """The part of :class:`kg.Graph` that measures; see :mod:`kg.analyze`."""

    def clusters(self, *, filters: Filters = Filters(), **options: Any) -> list[Cluster]:
        """Communities of entities that stand in papers together; options as :func:`kg.analyze.clusters`."""
        from kg.analyze import clusters

        return clusters(self.index, self.table, self.keep(filters), **options)

    def resolutions(self, *, filters: Filters = Filters(), **options: Any) -> list[Resolution]:
        """Clusters at several resolutions, and how stable they are; options as :func:`kg.analyze.resolutions`."""
        from kg.analyze import resolutions

        return resolutions(self.table, self.keep(filters), **options)

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

    def themes(self, *, filters: Filters = Filters(), **options: Any) -> ThematicMap:
        """The thematic map: communities by centrality and density; options as :func:`kg.analyze.themes`."""
        from kg.analyze import themes

        return themes(self.index, self.table, self.keep(filters), **options)

    def evolution(self, *, filters: Filters = Filters(), **options: Any) -> Evolution:
        """How communities change over slices of time; options as :func:`kg.analyze.evolution`."""
        from kg.analyze import evolution

        return evolution(self.index, self.table, self.keep(filters), **options)

    def links(
        self,
        entity: str | None = None,
        *,
        filters: Filters = Filters(),
        between: tuple[EntityType, EntityType] | None = None,
        by: Predictor | None = None,
        **options: Any,
    ) -> list[MissingLink]:
        """Entities that no paper names together yet, the likeliest first; options as :func:`kg.analyze.links`.

        :param entity: only pairs with it
        :param between: only pairs of these two types
        """
        from kg.analyze import links

        row = self.find_entity(entity).row if entity else None
        return links(
            self.index, self.table, self.keep(filters), entity=row, types=between, by=by,
            **options,
        )  # fmt: skip

    def backtest(
        self,
        year: int | None = None,
        *,
        filters: Filters = Filters(),
        between: tuple[EntityType, EntityType] | None = None,
        **options: Any,
    ) -> Backtest:
        """Whether missing links predicted from the papers up to a year came; options as :func:`kg.analyze.backtest`."""
        from kg.analyze import backtest

        return backtest(self.table, self.keep(filters), until=year, types=between, **options)

    def path(self, one: str, other: str, *, filters: Filters = Filters(), top: int = 3) -> list[EvidencePath]:
        """The shortest chains of shared papers between two entities, each step with its sentences."""
        from kg.analyze import evidence_paths

        ends = (self.find_entity(one).row, self.find_entity(other).row)
        return evidence_paths(self.index, self.table, *ends, self.keep(filters), count=top)

    def compare(self, one: str, other: str, *, filters: Filters = Filters(), top: int = 20) -> Comparison:
        """Two entities side by side: shared papers, tasks, data sets, metrics, and who is said to outperform whom."""
        from kg.analyze import compare

        ends = (self.find_entity(one).row, self.find_entity(other).row)
        return compare(self.index, self.table, *ends, self.keep(filters), top=top, store=self.store)

    def trends(self, *, filters: Filters = Filters(), **options: Any) -> Trends:
        """What rises and falls over the years; options as :func:`kg.analyze.trends`."""
        from kg.analyze import trends

        return trends(self.index, self.table, self.keep(filters), **options)

    def new(self, since: str, *, filters: Filters = Filters(), top: int = 50) -> News:
        """What was first named since a date, and which entities first met."""
        from kg.analyze import new

        return new(self.index, self.table, since, self.keep(filters), top=top)
