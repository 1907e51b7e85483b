"""Dates as sources write them, as ISO 8601, as precise as given."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_tz

__all__ = ["iso_date", "month_number"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:$|[T\s])")
_WORDS = re.compile(r"[A-Za-z]+|\d+")


def month_number(value: str) -> int | None:
    """The month of a name, its first three letters or a number.

    >>> month_number("June"), month_number("sept."), month_number("06"), month_number("13")
    (6, 9, 6, None)
    """
    text = value.strip().lower()
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.index(text[:3]) + 1 if text[:3] in _MONTHS else None


def iso_date(value: object) -> str | None:
    """``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None where no date is said, or none that exists.

    Where day and month cannot be told apart, the year alone is said.

    >>> iso_date(2021), iso_date("2021-6"), iso_date("2021-06-17T12:00:00Z"), iso_date("2021-02-30")
    ('2021', '2021-06', '2021-06-17', None)
    >>> iso_date("Thu, 17 Jun 2021 17:37:18 GMT"), iso_date("17 June 2021"), iso_date("Jun 2021")
    ('2021-06-17', '2021-06-17', '2021-06')
    >>> iso_date("06/07/2021"), iso_date("2021-00-00"), iso_date([[2021, 6]]), iso_date("soon")
    ('2021', '2021', '2021-06', None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, dict):
        parts = value.get("date-parts") or value.get("raw") or value.get("literal") or value.get("value")
        return iso_date(parts)
    if isinstance(value, list):
        while value and isinstance(value[0], list):
            value = value[0]
        return iso_date("-".join(str(part) for part in value[:3] if part not in (None, "")))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip() if isinstance(value, str | int) else ""
    if match := _ISO.match(text):
        year, month, day = (int(group or 0) for group in match.groups())
        return _checked(year, month, day)
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return _checked(int(text[:4]), int(text[4:6]), int(text[6:]))
    if (parsed := parsedate_tz(text)) and re.match(r"[A-Za-z]{3},", text):
        return _checked(*parsed[:3])
    return _from_words(text)


def _from_words(text: str) -> str | None:
    if len(text) > 60:
        return None
    words = _WORDS.findall(text)
    years = [int(word) for word in words if len(word) == 4 and word.isdecimal()]
    if len(years) != 1 or not 1000 <= years[0] < 3000:
        return None
    months = [month for word in words if not word.isdecimal() and (month := month_number(word))]
    days = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
    if len(months) != 1:
        return _checked(years[0], 0, 0)
    return _checked(years[0], months[0], days[0] if len(days) == 1 else 0)


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        date(year, month or 1, day or 1 if month else 1)
    except ValueError:
        return None
    if year < 1000:
        return None
    if not month:
        return f"{year}"
    return f"{year}-{month:02}-{day:02}" if day else f"{year}-{month:02}"
