"""CSL-JSON, as Zotero and Pandoc write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from kg.model import Origin, Paper
from kg.sources.json_array import read_records
from kg.sources.records import to_paper
from kg.sources.registry import NO, SURE, Format, Report

__all__ = ["FORMATS"]

_NAME = "csl-json"
_MARK = re.compile(rb'"(?:date-parts|container-title|citation-key|citation-label)"\s*:')


def _sniff(head: bytes, name: str) -> int:
    # Objects one after the other without a comma are JSON Lines.
    lines = re.search(rb"\}\s*\n\s*\{", head)
    return SURE if re.match(rb"\s*[\[{]", head) and _MARK.search(head) and not lines else NO


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    for number, record in read_records(stream, name, report):
        if paper := to_paper(record, Origin(name, _NAME, number), report):
            yield paper


FORMATS = (Format(_NAME, "CSL-JSON (Zotero, Pandoc, Crossref)", (".json", ".csljson"), _sniff, _read),)
