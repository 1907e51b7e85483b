"""RIS, as reference managers and publishers export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.model import Origin, Paper, Problem
from kg.sources.records import to_paper
from kg.sources.registry import NO, SURE, Format, Report
from kg.sources.streams import text_lines

__all__ = ["FORMATS"]

_NAME = "ris"
_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?$")
_FIELDS = {
    "TI": "title", "T1": "title", "AB": "abstract", "N2": "abstract", "AU": "authors", "A1": "authors", "PY": "year",
    "Y1": "year", "DA": "date", "DO": "doi", "UR": "url", "L1": "url", "LK": "url", "T2": "venue", "JO": "venue",
    "JF": "venue", "JA": "venue", "BT": "venue", "ID": "id", "N1": "note", "AN": "note", "M1": "note",
}  # fmt: skip


def _sniff(head: bytes, name: str) -> int:
    return SURE if re.search(rb"^TY  - ", head, re.MULTILINE) else NO


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    values: dict[str, list[str]] = {}
    start, last = 0, ""
    for number, line in text_lines(stream, name, report):
        line = line.rstrip("\r\n")
        found = _TAG.match(line.rstrip())
        if found is None:
            if line.strip() and last in values:
                values[last][-1] += f"\n{line}"
            elif line.strip() and start:
                report(Problem(name, number, "a line that belongs to no field, left out"))
            continue
        tag, value = found.group(1), found.group(2) or ""
        last = _FIELDS.get(tag, tag)
        if tag == "ER":
            yield from _paper(values, name, start, report)
            values, start = {}, 0
        elif tag == "TY":
            if start:
                report(Problem(name, start, "a record without its end (ER), read up to the next"))
                yield from _paper(values, name, start, report)
            values, start = {}, number
        elif value:
            if last in ("year", "date"):
                # Year, month, day and a remark between slashes, any of them empty.
                value = "-".join(part for part in value.split("/")[:3] if part)
            values.setdefault(last, []).append(value)
    if start:
        report(Problem(name, start, "the last record has no end (ER), left out"))


def _paper(values: dict[str, list[str]], name: str, start: int, report: Report) -> Iterator[Paper]:
    record = {field: found if field == "authors" else found[0] for field, found in values.items()}
    if paper := to_paper(record, Origin(name, _NAME, start), report):
        yield paper


FORMATS = (Format(_NAME, "RIS (reference managers, publishers)", (".ris",), _sniff, _read),)
