"""Progress on standard error, for what takes over a second; off when that is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.cli.output import is_quiet

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from kg.build import Progress

__all__ = ["progress_bar"]

_STEPS = {
    "read": "Reading records",
    "identify": "Finding the same papers",
    "extract": "Reading papers",
    "write": "Writing the graph",
    "verify": "Reading papers again",
    "validate": "Checking papers",
    "measure": "Measuring the graph",
    "pages": "Writing pages",
    "search": "Writing lists and the search",
    "import": "Loading statements",
    "records": "Restoring records",
    "index": "Writing the index",
    "push": "Sending statements",
}


@contextmanager
def progress_bar(hidden: bool = False) -> Iterator[Progress]:
    """A function to be told of progress; it draws from the first second on.

    :param hidden: whether there is none, as with ``-q``
    """
    if hidden or is_quiet() or not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    bars: dict[str, TaskID] = {}
    drawn: list[RichProgress] = []
    started = time.monotonic()

    def tell(step: str, done: int, total: int | None) -> None:
        if not drawn and time.monotonic() - started < 1:
            return
        if not drawn:
            drawn.append(_make())
            drawn[0].start()
        if step not in bars:
            bars[step] = drawn[0].add_task(_STEPS.get(step, step.capitalize()), total=total)
        drawn[0].update(bars[step], completed=done, total=total)

    try:
        yield tell
    finally:
        if drawn:
            drawn[0].stop()


def _make() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
