"""Answers that are kept: a generation never changes, so that a query asked again has the same answer.

Each has an entity tag, by which a client asks whether what it holds is still true (RFC 9110, 13.1.2).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

__all__ = ["Answers", "Kept", "matches", "repeatable"]

# Bytes of answers that are kept, of one of them, and what one takes beside its own bytes, more or less.
_ALL = 32 * 1024 * 1024
_ONE = 1024 * 1024
_BESIDE = 1024
# What gives another answer each time (SPARQL 1.1, 17.4); the letters may stand in a name or a text as well.
_CHANGING = re.compile(r"rand|now|uuid|bnode", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """A response to be sent again: its body and headers, the tag among them."""

    body: bytes
    headers: Mapping[str, str]


class Answers:
    """The answers asked for last, within a limit of bytes.

    >>> answers = Answers()
    >>> answers.keep(("ASK {}",), 6, b"true", {}).headers["etag"] == answers.get(("ASK {}",)).headers["etag"]
    True
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> Kept | None:
        """An answer; None where it is not kept."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, length: int, body: bytes, headers: Mapping[str, str]) -> Kept:
        """Keeps an answer, unless it is long, and gives it its tag.

        :param length: bytes of the key, more or less
        """
        tag = blake2b(body, digest_size=12).hexdigest()
        kept = Kept(body, {**headers, "etag": f'"{tag}"', "cache-control": "no-cache"})
        size = length + len(body) + _BESIDE
        if size <= _ONE and key not in self._kept:
            self._kept[key] = kept, size
            self._size += size
            while self._size > _ALL:
                self._size -= self._kept.popitem(last=False)[1][1]
        return kept


def repeatable(query: str) -> bool:
    """Whether a query surely has the same answer each time it is asked.

    >>> repeatable("SELECT * { ?s ?p ?o }"), repeatable("SELECT (RAND() AS ?x) {}")
    (True, False)
    """
    return _CHANGING.search(query) is None


def matches(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names a tag.

    >>> matches('"a", W/"b"', '"b"'), matches("*", '"a"'), matches(None, '"a"')
    (True, True, False)
    """
    if header is None:
        return False
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in header.split(","))
