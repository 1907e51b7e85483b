"""What the tests of sources share: reading bytes as if from standard input, and endless-looking streams."""

from __future__ import annotations

import io
from collections.abc import Iterator

from kg.model import Paper, Problem
from kg.sources import read


def papers_of(data: bytes | str) -> tuple[list[Paper], list[Problem]]:
    """What is read from ``data`` on standard input, and what is reported."""
    problems: list[Problem] = []
    raw = data.encode() if isinstance(data, str) else data
    return list(read(["-"], problems.append, stdin=io.BytesIO(raw))), problems


class Generated(io.RawIOBase):
    """A stream over generated pieces, none of which is kept."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
