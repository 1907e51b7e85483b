"""Which of several forms a client wants, by its Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["accepted", "best"]

_RANGE = re.compile(r"\s*([\w!#$&^.+-]+|\*)/([\w!#$&^.+-]+|\*)\s*((?:;[^,]*)?)$")
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_MOST = 100
_USUAL = 250


def accepted(header: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header with their quality; what cannot be read is passed over.

    >>> accepted("text/turtle;q=0.5, text/*, nonsense")
    [('text/turtle', 0.5), ('text/*', 1.0)]
    """
    found = []
    for part in header.split(",")[:_MOST]:
        match = _RANGE.match(part)
        if match:
            quality = _QUALITY.search(match.group(3))
            found.append((f"{match.group(1)}/{match.group(2)}".lower(), float(quality.group(1)) if quality else 1.0))
    return found


def best(header: str | None, offered: Sequence[str]) -> str | None:
    """The offered media type that a client likes best, of equals the first offered; None where it takes none of them.

    Without a header, or with one of which nothing can be read, anything goes.

    >>> best("text/html,application/xml;q=0.9,*/*;q=0.8", ["text/turtle", "text/html"])
    'text/html'
    >>> best("*/*", ["text/turtle", "text/html"]), best("image/png", ["text/turtle"]), best(None, ["text/turtle"])
    ('text/turtle', None, 'text/turtle')
    >>> best("text/turtle;q=0, */*", ["text/turtle", "text/csv"])
    'text/csv'
    """
    # Few headers are in use, and they come with every request; a long one is nobody's habit.
    return (_best if len(header or "") <= _USUAL else _best.__wrapped__)(header or "", tuple(offered))


@lru_cache(maxsize=512)
def _best(header: str, offered: tuple[str, ...]) -> str | None:
    ranges = accepted(header)
    if not ranges:
        return offered[0] if offered else None
    scored = [(_quality(ranges, media), -number, media) for number, media in enumerate(offered)]
    quality, _, media = max(scored, default=(0.0, 0, ""))
    return media if quality > 0 else None


def _quality(ranges: Sequence[tuple[str, float]], media: str) -> float:
    """The quality that the most specific range gives a media type; 0 where none matches."""
    for wanted in (media, f"{media.split('/')[0]}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
