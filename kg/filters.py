"""The filters that commands share."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.model import EntityType
from kg.store import Index, MentionTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Filters", "kept_mentions", "kept_papers"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which papers, entities and mentions count. A paper whose date is not known passes no date filter.

    ``since`` and ``until`` are YYYY, YYYY-MM or YYYY-MM-DD, inclusive; ``sources`` are names of formats or of files (a
    part of the name is enough); ``min_confidence`` is that of a mention.

    :raises KGError: if a date is none
    """

    since: str | None = None
    until: str | None = None
    types: tuple[EntityType, ...] = ()
    sources: tuple[str, ...] = ()
    min_confidence: float = 0.0

    def __post_init__(self) -> None:
        for date in filter(None, (self.since, self.until)):
            if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", date):
                raise KGError(f"“{date}” is no date", hint="write 2024, 2024-06 or 2024-06-17")

    @property
    def any(self) -> bool:
        """Whether anything is filtered at all."""
        return self != Filters()


def kept_mentions(filters: Filters, index: Index, table: MentionTable) -> NDArray[np.bool_]:
    """Which rows of the mention table pass the filters.

    :raises KGError: if no paper comes from the sources asked for
    """
    return table.where(
        since=filters.since,
        until=filters.until,
        types=filters.types,
        min_confidence=filters.min_confidence,
        papers=_sourced(filters, index, table),
    )


def kept_papers(filters: Filters, index: Index, table: MentionTable) -> NDArray[np.bool_]:
    """Which papers pass the filters of papers: date and source, whatever they name.

    :raises KGError: if no paper comes from the sources asked for
    """
    import numpy as np

    # The table's own rule, asked of a table with one row a paper.
    each = np.arange(table.papers, dtype=np.uint32)
    return replace(table, paper=each).where(
        since=filters.since, until=filters.until, papers=_sourced(filters, index, table)
    )


def _sourced(filters: Filters, index: Index, table: MentionTable) -> NDArray[np.bool_] | None:
    """Which papers come from the sources asked for; None where none are asked for."""
    if not filters.sources:
        return None
    import numpy as np

    flags = np.zeros(table.papers, dtype=np.bool_)
    for row, formats, files in index.sources():
        flags[row] = any(s in formats or any(s in f for f in files) for s in filters.sources)
    if not flags.any():
        known = sorted({f for _, formats, _ in index.sources() for f in formats})
        raise KGError(
            f"no source “{', '.join(filters.sources)}” in this graph", hint=f"formats in it: {', '.join(known)}"
        )
    return flags
