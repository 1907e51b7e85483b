"""The papers of a corpus cut into slices of time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from kg.errors import KGError
from kg.store.mentions import date_number

__all__ = ["TimeSlice", "equal_cuts", "time_slices"]

# How a date is written to the year, the month, the day.
_LENGTHS = (4, 7, 10)
# A slice may hold that many times its even share before a finer unit is taken.
_UNEVEN = 1.5
# Share of the dated papers that must know the month (or day), or the unit is too fine for them.
_PRECISE = 0.95


@dataclass(frozen=True, slots=True)
class TimeSlice:
    """A stretch of time: the first and the last date of its papers, as fine as the cuts are, and their number."""

    since: str
    until: str
    papers: int

    @property
    def label(self) -> str:
        """The stretch in one word."""
        return self.since if self.since == self.until else f"{self.since} – {self.until}"


def time_slices(issued: NDArray[np.int32], cuts: Sequence[str]) -> tuple[list[TimeSlice], NDArray[np.int64]]:
    """Places papers in slices.

    Parameters
    ----------
    issued : int32 array, one a paper
        Dates as numbers YYYYMMDD, as :class:`kg.store.MentionTable` holds them; 0 for none.
    cuts : sequence of str
        The first date (YYYY, YYYY-MM or YYYY-MM-DD) of each slice but the first one.

    Returns
    -------
    slices : list of TimeSlice
        Those that hold a paper, the earliest first.
    places : int64 array, one a paper
        Slice of each paper; -1 where it has no date, or one too coarse to say on which side of a cut it lies.

    Raises
    ------
    KGError
        If a cut is no date.

    Examples
    --------
    >>> import numpy as np
    >>> slices, places = time_slices(np.array([20190000, 20210517, 0, 20200000], dtype=np.int32), ["2020", "2021-03"])
    >>> [s.label for s in slices], places.tolist()
    (['2019', '2020', '2021-05'], [0, 2, -1, 1])
    """
    bounds = np.array(sorted({date_number(_checked(cut)) for cut in cuts}), dtype=np.int64)
    first, last = _range(issued)
    early, late = (np.searchsorted(bounds, side, side="right") for side in (first, last))
    sure = (issued > 0) & (early == late)
    held, places = np.unique(early[sure], return_inverse=True)
    found = np.full(len(issued), -1, dtype=np.int64)
    found[sure] = places
    length = max((len(cut) for cut in cuts), default=4)
    slices = []
    for number in range(len(held)):
        dates = issued[found == number]
        slices.append(TimeSlice(_written(int(dates.min()), length), _written(int(dates.max()), length), len(dates)))
    return slices, found


def equal_cuts(issued: NDArray[np.int32], slices: int) -> list[str]:
    """Cuts that part the papers with a date into slices of about as many papers each.

    Parameters
    ----------
    issued : int32 array, one a paper
        As :func:`time_slices`.
    slices : int
        How many there shall be.

    Returns
    -------
    list of str
        ``slices`` - 1 cuts, fewer where the papers have fewer different dates. They fall between years; between months
        or days only where years part the papers badly and nearly all papers have a month or a day.

    Examples
    --------
    >>> import numpy as np
    >>> equal_cuts(np.array([20180000, 20190000, 20190000, 20200000, 20200000], dtype=np.int32), 2)
    ['2020']
    >>> equal_cuts(np.array([20200110, 20200217, 20200305, 20200423], dtype=np.int32), 2)
    ['2020-03']
    """
    dated = issued[issued > 0].astype(np.int64)
    best: list[str] = []
    if not len(dated) or slices < 2:
        return best
    least = np.inf
    for unit, length in zip((10000, 100, 1), _LENGTHS, strict=True):
        fine = dated[dated % 10000 > 0] if unit == 100 else dated[dated % 100 > 0] if unit == 1 else dated
        if len(fine) < _PRECISE * len(dated):
            break
        periods, counts = np.unique(fine // unit, return_counts=True)
        starts = _even(counts, slices)
        largest = max(part.sum() for part in np.split(counts, starts)) if starts else np.inf
        if largest < least:
            best, least = [_written(int(periods[i]) * unit, length) for i in starts], largest
        if largest <= _UNEVEN * len(fine) / slices:
            break
    return best


def _even(counts: NDArray[np.int64], slices: int) -> list[int]:
    """Where slices begin, so that the sums between come near to equal ones."""
    before = np.concatenate(([0], np.cumsum(counts)))
    starts: list[int] = []
    for number in range(1, slices):
        least = (starts[-1] if starts else 0) + 1
        most = len(counts) - (slices - 1 - number)
        if least >= min(most, len(counts)):
            continue
        wanted = before[-1] * number / slices
        starts.append(least + int(np.abs(before[least:most] - wanted).argmin()))
    return starts


def _range(issued: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first and the last day that a date may mean."""
    number = issued.astype(np.int64)
    year, month = number % 10000 == 0, number % 100 == 0
    return (
        number + np.where(year, 101, np.where(month, 1, 0)),
        number + np.where(year, 1231, np.where(month, 31, 0)),
    )


def _written(number: int, length: int) -> str:
    year, month, day = number // 10000, number // 100 % 100, number % 100
    parts = [f"{year:04}"] + ([f"{month:02}"] if month else []) + ([f"{day:02}"] if day and month else [])
    return "-".join(parts)[:length]


def _checked(cut: str) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", cut, re.ASCII)
    try:
        date(*(int(part or 1) for part in match.groups())) if match else date(0, 0, 0)
    except ValueError as error:
        raise KGError(f"“{cut}” is no date to cut at", hint="write 2020, 2020-06 or 2020-06-17") from error
    return cut
