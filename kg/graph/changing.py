"""What changes a graph: builds, removals, the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kg.graph.opened import Opened
from kg.store import Build, Generation, GraphFolder

if TYPE_CHECKING:
    from kg.build import BuildResult, Progress

__all__ = ["Changing"]


class Changing(Opened):
    """The part of :class:`kg.Graph` that writes new generations."""

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

    @classmethod
    def import_(
        cls, file: str | Path, path: str | Path = "kg-graph", *, replace: bool = False, progress: Progress | None = None
    ) -> Self:
        """The graph that is made in a folder from a file that :meth:`kg.Graph.export` wrote as nquads or trig.

        :param replace: whether a graph that is there already gives way
        """
        from kg.exchange import import_graph

        import_graph(GraphFolder(path), file, replace=replace, progress=progress)
        return cls(path)

    def undo(self) -> Generation:
        """Makes the generation before this one current again and reopens the graph there."""
        before = self.folder.undo()
        self._reopen()
        return before

    def history(self) -> list[Build]:
        """The generations on disk, the oldest first."""
        return self.folder.history()
