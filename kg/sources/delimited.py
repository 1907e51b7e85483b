"""Tables with a header: CSV (comma or semicolon) and TSV; field names as in :mod:`kg.sources.records`."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

from kg.model import Origin, Paper, Problem
from kg.sources.records import TITLE, key_name, to_paper
from kg.sources.registry import LIKELY, NO, Format, Report
from kg.sources.streams import text_lines

__all__ = ["FORMATS"]


def _delimiter(header: str) -> str | None:
    """What parts the fields of a header that names a title; a lone ``title`` counts as comma."""
    for delimiter in "\t", ",", ";":
        try:
            names = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            continue
        if any(key_name(name) in TITLE for name in names) and (len(names) > 1 or delimiter == ";"):
            return delimiter
    return "," if key_name(header) in TITLE[:1] else None


def _header(head: bytes) -> str:
    return head.lstrip(b"\r\n").split(b"\n", 1)[0].decode(errors="replace").strip("\r")


def _sniffer(delimiters: str) -> Callable[[bytes, str], int]:
    def sniff(head: bytes, name: str) -> int:
        if head.lstrip()[:1] in (b"{", b"[", b"<", b"@"):
            return NO
        found = _delimiter(_header(head))
        return LIKELY if found and found in delimiters else NO

    return sniff


def _reader(format_name: str) -> Callable[[BinaryIO, str, Report], Iterator[Paper]]:
    def read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
        return _rows(stream, name, report, format_name)

    return read


def _rows(stream: BinaryIO, name: str, report: Report, format_name: str) -> Iterator[Paper]:
    numbered = text_lines(stream, name, report)
    skipped, header = next(((line, text.strip("\r\n")) for line, text in numbered if text.strip()), (0, ""))
    delimiter = _delimiter(header)
    if delimiter is None:
        report(Problem(name, skipped or None, "no column with titles in the header"))
        return
    names = next(csv.reader([header], delimiter=delimiter))
    feed = _Feed(numbered)
    # strict: a quote that is never closed is an error, not a field that holds the rest of the file.
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.begin_row()
        try:
            cells = next(rows, None)
        except csv.Error as error:
            report(Problem(name, feed.first, f"a row that cannot be read ({error}), left out"))
            # A quote without end swallowed rows that are good: they are read again, the broken one is not.
            if "end of data" in str(error) or "field limit" in str(error):
                feed.again_from_second()
                rows = csv.reader(feed, delimiter=delimiter, strict=True)
            continue
        if cells is None:
            return
        if not any(cells) or (feed.is_second_reading and len(cells) != len(names)):
            continue
        if any(cells[len(names) :]):
            reason = f"{len(cells)} cells where the header has {len(names)}: is a delimiter not quoted? left out"
            report(Problem(name, feed.first, reason))
            continue
        record = dict(zip(names, cells, strict=False))
        if paper := to_paper(record, Origin(name, format_name, feed.first), report):
            yield paper


class _Feed:
    """Lines for the parser of rows, which remembers those of the row at hand to give them again."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self._numbered = numbered
        self._row: list[tuple[int, str]] = []
        self._again: deque[tuple[int, str]] = deque()
        self.is_second_reading = False

    @property
    def first(self) -> int:
        """The line that the row at hand begins on."""
        return self._row[0][0] if self._row else 0

    def begin_row(self) -> None:
        self._row = []
        self.is_second_reading = bool(self._again)

    def again_from_second(self) -> None:
        self._again.extendleft(reversed(self._row[1:]))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        entry = self._again.popleft() if self._again else next(self._numbered)
        self._row.append(entry)
        return entry[1]


FORMATS = (
    Format(
        "csv",
        "table with a header, comma or semicolon (Zotero, spreadsheets)",
        (".csv",),
        _sniffer(",;"),
        _reader("csv"),
    ),
    Format("tsv", "table with a header, tab-separated", (".tsv", ".tab"), _sniffer("\t"), _reader("tsv")),
)
