"""What checks a graph: against its texts, against the shapes, against another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kg.graph.opened import Opened

if TYPE_CHECKING:
    from kg.build import Progress
    from kg.trust import Change, Finding, Verification, Violation

__all__ = ["Trusting"]


class Trusting(Opened):
    """The part of :class:`kg.Graph` that checks."""

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
