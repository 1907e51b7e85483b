"""What publishes a graph: the static site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.graph.opened import Opened
from kg.graph.taking import place

if TYPE_CHECKING:
    from kg.build import Progress
    from kg.site import Written

__all__ = ["Publishing"]


class Publishing(Opened):
    """The part of :class:`kg.Graph` that publishes it."""

    def site(
        self,
        out: str | Path | None = None,
        *,
        title: str = "Knowledge graph",
        address: str = "",
        workers: int = 1,
        progress: Progress | None = None,
    ) -> Written:
        """Writes the whole graph as a static site; see :func:`kg.site.write_site`.

        :param out: the folder of the site; ``exports/site`` unless told otherwise
        """
        from kg.site import write_site

        folder = place(out or Path("exports") / "site")
        return write_site(
            self.folder, self.generation, folder, title=title, address=address, workers=workers, progress=progress
        )
