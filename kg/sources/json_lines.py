"""JSON Lines: one record a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from kg.model import Origin, Paper, Problem
from kg.sources.records import TITLE, key_name, to_paper
from kg.sources.registry import LIKELY, NO, POSSIBLE, SURE, Format, Report
from kg.sources.streams import HEAD, lines

__all__ = ["FORMATS", "is_record", "parse", "read_line"]

_NAME = "jsonl"
_LIST = re.compile(rb'"\w+"\s*:\s*\[\s*\{')


def parse(data: bytes) -> tuple[Any, str | None]:
    """The value of one JSON text, and what had to be mended to read it (None: nothing).

    :raises ValueError: where it is no JSON, with line and column in the message
    """
    try:
        return orjson.loads(data), None
    except orjson.JSONDecodeError:
        mended = None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        mended = f"no UTF-8 at byte {error.start + 1}; read with U+FFFD in its place"
    try:
        # The standard parser reads what orjson refuses: lone surrogates, NaN.
        return json.loads(text), mended
    except RecursionError:
        raise ValueError("nested too deeply") from None


def is_record(value: object) -> bool:
    """Whether a JSON value is an object with a title, its own or that of the record it wraps."""
    if not isinstance(value, dict):
        return False
    names = {key_name(key) for key in value}
    return any(key in names for key in TITLE) or any(
        isinstance(value.get(key), dict) and "title" in {key_name(k) for k in value[key]} for key in ("paper", "row")
    )


def _sniff(head: bytes, name: str) -> int:
    if not head.lstrip().startswith(b"{"):
        return NO
    whole = head.splitlines() if len(head) < HEAD else head.splitlines()[:-1]
    kept = [line for line in whole if line.strip()]
    objects = []
    for line in kept[:50]:
        try:
            value = parse(line)[0]
        except ValueError:
            continue
        if isinstance(value, dict):
            objects.append(value)
    if len(objects) > 1 or (objects and len(kept) > 1 and kept[0].startswith(b"{")):
        return SURE
    if len(objects) == 1 and len(kept) == 1:
        return SURE if is_record(objects[0]) else POSSIBLE
    if b"\n" not in head.strip():
        # One long line: a record, unless it soon opens a list under a name of its own.
        return POSSIBLE if _LIST.search(head) and not name.endswith((".jsonl", ".ndjson")) else LIKELY
    return LIKELY if sum(line.startswith(b'{"') and not line.endswith(b",") for line in kept) > 1 else POSSIBLE


def read_line(line: bytes, origin: Origin, report: Report) -> Paper | None:
    """The record of one line, if it holds one that can be read; every line stands for itself."""
    if not line.strip():
        return None
    try:
        record, mended = parse(line)
    except ValueError as error:
        report(Problem(origin.file, origin.position, f"no JSON: {error}"))
        return None
    if mended:
        report(Problem(origin.file, origin.position, mended))
    if not isinstance(record, dict):
        report(Problem(origin.file, origin.position, "not a record: a JSON object is expected on each line"))
        return None
    return to_paper(record, origin, report)


def _read(stream: BinaryIO, name: str, report: Report) -> Iterator[Paper]:
    for number, line in lines(stream, name, report):
        if paper := read_line(line, Origin(name, _NAME, number), report):
            yield paper


FORMATS = (
    Format(
        _NAME,
        "JSON Lines, one record a line (arXiv snapshot, Semantic Scholar, OpenAlex)",
        (".jsonl", ".ndjson"),
        _sniff,
        _read,
    ),
)
