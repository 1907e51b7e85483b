"""JSON: an array of records, an object that holds one (``{"papers": […]}``), or one record on many lines.

The array is split record by record before it is parsed, so that a file of any size is read in bounded memory and a
broken record costs itself, not the rest: streaming JSON parsers stop at the first error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from kg.model import Origin, Paper, Problem
from kg.sources.json_lines import is_record, parse
from kg.sources.records import to_paper
from kg.sources.registry import LIKELY, NO, POSSIBLE, Format, Report
from kg.sources.streams import HEAD, MAX_RECORD

__all__ = ["FORMATS", "read_records"]

_NAME = "json"
_LISTS = frozenset(
    b"papers results data items records entries dailyPapers rows hits docs works articles publications".split()
)
_HOLDERS = _LISTS | {b"message", b"response"}
# A string holds no raw line break in JSON, so that an unclosed one is found at the end of its line.
_OPEN_STRING = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+'
_TOKEN = re.compile(_OPEN_STRING + rb'"|[{}\[\]"]')
_UNCLOSED = re.compile(_OPEN_STRING + rb"\\?")
_VALUE = rb"\s*(?:" + _OPEN_STRING + rb'"|[^,{}\[\]"]+),'
_FIRST_KEYS = re.compile(rb'(\{\s*"[^"\\\n]*"\s*:)(?:' + _VALUE + rb'(\s*"[^"\\\n]*"\s*:))?')
_MAX_DEPTH = 20
_OPENINGS = 8
_QUOTE, _OPEN_LIST, _CLOSE_LIST, _OPEN, _CLOSE = b'"[]{}'


def read_records(stream: BinaryIO, name: str, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a JSON file with their numbers from 1, in bounded memory; broken ones are reported."""
    splitter = _Splitter(stream, name, report)
    if not splitter.find_list():
        yield from _single(splitter, name, report)
        return
    for number, line, raw in splitter.elements():
        try:
            value, mended = parse(raw)
        except ValueError as error:
            report(Problem(name, number, _broken(error, line)))
            continue
        if mended:
            report(Problem(name, number, mended))
        if isinstance(value, dict):
            yield number, value
        else:
            report(Problem(name, number, "not a record: a JSON object is expected"))


def _single(splitter: _Splitter, name: str, report: Report) -> Iterator[tuple[int, dict[str, Any]]]:
    if len(splitter.data) > MAX_RECORD:
        report(Problem(name, None, f"no list of records in the first {MAX_RECORD // 2**20} MiB"))
        return
    try:
        value, mended = parse(splitter.data)
    except ValueError as error:
        report(Problem(name, 1, _broken(error, 1)))
        return
    if mended:
        report(Problem(name, 1, mended))
    found = _records_in(value)
    if not found:
        report(Problem(name, None, "no record with a title in it"))
    yield from enumerate(found, start=1)


def _records_in(value: object, depth: int = 0) -> list[dict[str, Any]]:
    """A record, or the records of the first list (or table by id) that holds some."""
    if depth > _MAX_DEPTH:
        return []
    if isinstance(value, dict):
        if is_record(value):
            return [value]
        inner: list[object] = [value[key] for key in value]
        if inner and all(map(is_record, inner)):
            return [entry for entry in inner if isinstance(entry, dict)]
        for entry in inner:
            if isinstance(entry, dict | list) and (found := _records_in(entry, depth + 1)):
                return found
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, dict) and is_record(entry)]
    return []


def _broken(error: ValueError, line: int) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"broken JSON at line {line + error.lineno - 1}: {error.msg}"
    return f"broken JSON at line {line}: {error}"


def _opening(data: bytes, start: int) -> bytes:
    """The pattern of how a record opens: its first keys; empty where it has none."""
    keys = _FIRST_KEYS.match(data, start)
    if keys is None:
        return b""
    first, second = keys.groups()
    return re.escape(first) + (_VALUE + re.escape(second) if second else b"")


class _Splitter:
    """A stream of JSON, of which no more than the record at hand is kept."""

    def __init__(self, stream: BinaryIO, name: str, report: Report) -> None:
        self.data = b""
        self._stream, self._name, self._report = stream, name, report
        self._line = 1
        self._number = 0
        self._in_root = False
        # How the records that could be read open, up to a few.
        self._openings: set[bytes] = set()

    def _more(self) -> bool:
        # As much again as there is: a long record is copied a few times, not once a piece.
        piece = self._stream.read(max(HEAD, len(self.data)))
        self.data += piece
        return bool(piece)

    def _drop(self, end: int) -> None:
        self._line += self.data.count(b"\n", 0, end)
        self.data = self.data[end:]

    def _line_of(self, place: int) -> int:
        return self._line + self.data.count(b"\n", 0, place)

    def _problem(self, reason: str) -> None:
        self._report(Problem(self._name, self._number or None, reason))

    def find_list(self) -> bool:
        """Goes to the first record of the list; False where there is none, with all that was read in ``data``.

        The list is the root, or what a key such as ``papers`` names in the root or in an object that holds results.
        An object that has a title before any list is a record.
        """
        place, key = 0, b""
        # Whether each open bracket may hold the list, from the outside in.
        levels: list[bool] = []
        while True:
            for token in _TOKEN.finditer(self.data, place):
                kind = self.data[token.start()]
                holder = not levels or levels[-1]
                if kind == _QUOTE:
                    after = self.data[token.end() : token.end() + 64].lstrip()
                    if token.end() - token.start() == 1 or not after:
                        break
                    if after.startswith(b":"):
                        key = token.group()[1:-1]
                        if key.lower() == b"title" and len(levels) == 1:
                            levels[0] = False
                elif kind == _OPEN_LIST and holder and (not levels or key in _LISTS):
                    self._in_root = not levels
                    self._drop(token.end())
                    return True
                elif kind in (_OPEN_LIST, _OPEN):
                    levels.append(kind == _OPEN and holder and (not levels or key in _HOLDERS))
                elif levels:
                    levels.pop()
                place = token.end()
            if len(self.data) > MAX_RECORD or not self._more():
                return False

    def elements(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, line and bytes of each record of the list."""
        place = mark = 0
        start = -1
        open_: list[int] = []
        while True:
            fault = ""
            for token in _TOKEN.finditer(self.data, place):
                at, kind = token.start(), self.data[token.start()]
                if kind == _QUOTE:
                    if token.end() - at == 1:
                        unclosed = _UNCLOSED.match(self.data, at)
                        fault = "a string without end" if unclosed and unclosed.end() < len(self.data) else ""
                        place = at
                        break
                elif kind in (_OPEN, _OPEN_LIST):
                    if not open_:
                        self._between(mark, at)
                        start = at
                        self._number += 1
                    open_.append(kind)
                elif not open_:
                    if kind == _CLOSE_LIST:
                        self._between(mark, at)
                        self._after(token.end())
                        return
                elif (open_.pop() == _OPEN) != (kind == _CLOSE):
                    fault = "brackets that do not match"
                    break
                elif not open_:
                    self._remember(start)
                    yield self._number, self._line_of(start), self.data[start : token.end()]
                    start, mark = -1, token.end()
                place = token.end()
            kept = start if start >= 0 else mark
            if not fault and len(self.data) - kept > MAX_RECORD:
                fault = f"more than {MAX_RECORD // 2**20} MiB"
            if not fault:
                self._drop(kept)
                place, mark = max(place - kept, 0), 0
                start = 0 if start >= 0 else -1
                if self._more():
                    continue
                if start < 0:
                    self._between(mark, len(self.data))
                fault = "the file ends before the end of the list"
            self._problem(f"broken JSON at line {self._line_of(max(start, 0))}: {fault}, left out")
            if not self._resume(max(start, 0)):
                return
            place = mark = 0
            start, open_ = -1, []

    def _remember(self, start: int) -> None:
        if len(self._openings) < _OPENINGS and (opening := _opening(self.data, start)):
            self._openings.add(opening)

    def _resume(self, broken: int) -> bool:
        """Goes to the next record that opens as the broken one or one before it does; False where none follows.

        Where each record begins a line, what begins one with the same white space before it is a record too: what a
        record holds inside stands further to the right.
        """
        line_start = self.data.rfind(b"\n", 0, broken) + 1
        lead = self.data[line_start:broken]
        openings = {*self._openings, _opening(self.data, broken)} - {b""}
        own_line = not lead.strip() and line_start > 0
        if own_line and (lead or not openings):
            openings = {rb'\{\s*"'}
        if not openings:
            return False
        pattern = rb"(?:" + b"|".join(sorted(openings)) + rb")"
        opening = re.compile(rb"(?<=\n)" + re.escape(lead) + pattern if own_line else pattern)
        self._drop(broken + 1)
        while not (found := opening.search(self.data)):
            self._drop(max(0, len(self.data) - HEAD))
            if not self._more():
                return False
        self._drop(found.start())
        return True

    def _between(self, start: int, end: int) -> None:
        if self.data[start:end].strip(b" \t\r\n,"):
            self._problem(f"line {self._line_of(start)}: between the records stands something else, left out")

    def _after(self, end: int) -> None:
        self._drop(end)
        while self._in_root and not self.data.strip() and self._more():
            self._drop(max(0, len(self.data) - HEAD))
        if self._in_root and self.data.strip():
            self._problem(f"line {self._line_of(0)}: after the end of the list stands something else, left out")


def _sniff(head: bytes, name: str) -> int:
    if head.lstrip().startswith(b"["):
        return LIKELY if re.match(rb'\s*\[\s*(?:[{\]"\[]|$)', head) else POSSIBLE
    return LIKELY if re.match(rb'\s*\{\s*(?:"|\}|$)', head) else NO


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    for number, record in read_records(stream, name, report):
        if paper := to_paper(record, Origin(name, _NAME, number), report):
            yield paper


FORMATS = (
    Format(_NAME, "JSON: a list of records, an object that holds one, or one record", (".json",), _sniff, _read),
)
