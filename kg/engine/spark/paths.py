"""Files on any path that Spark reads: their names, their first bytes, and how Spark is told of them."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kg import sources as readers
from kg.errors import KGError
from kg.model import Problem
from kg.sources import FORMATS, Report
from kg.sources.registry import detect
from kg.sources.streams import HEAD, Input

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["LINES", "PARQUET", "WHOLE", "Found", "escaped", "exists", "find", "is_uri", "key_of", "remove", "uri"]

LINES, PARQUET, WHOLE = "lines", "parquet", "whole"
#: A file of another format than JSON Lines and Parquet is read by one task as a whole.
LARGEST = 1 << 30
_GLOB = re.compile(r"([\\{}\[\]*?])")
_SPLITTABLE_NAMES = re.compile(r"\.(jsonl|ndjson)(\.(gz|bz2|zst|deflate|lz4|snappy))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read: ``name`` as the user gave it, ``uri`` as Spark does, how it is read, its size in bytes."""

    name: str
    uri: str
    how: str
    size: int


def is_uri(name: str) -> bool:
    """Whether a name has a scheme, so that Spark's file systems look for it.

    >>> is_uri("s3a://papers/all.parquet"), is_uri("papers.jsonl")
    (True, False)
    """
    return re.match(r"[A-Za-z][\w+.-]*:/", name) is not None


def uri(name: str) -> str:
    """A local path as Spark names it, whatever its default file system; an address as it is.

    >>> uri("/data/my papers")
    'file:///data/my papers'
    """
    return name if is_uri(name) else f"file://{os.path.abspath(name)}"


def escaped(name: str) -> str:
    """An address that Spark does not take for a pattern."""
    return _GLOB.sub(r"\\\1", name)


def key_of(address: str) -> str:
    """What two spellings of one file's address have in common.

    >>> key_of("file:/a%20b/c%25.jsonl") == key_of("file:///a%20b/c%25.jsonl")
    True
    """
    scheme, _, rest = address.partition(":")
    return f"{scheme}:/{unquote(rest).lstrip('/')}"


def find(session: SparkSession, sources: Sequence[str], report: Report) -> list[Found]:
    """The files that the sources name, each with the way to read it; what cannot be read is reported.

    Names without a scheme are found as on one machine. With one, a folder stands for the files below it that are not
    hidden, and patterns are Spark's.
    """
    if "-" in sources:
        raise KGError("standard input cannot be read on Spark", hint="write it to a file first")
    found: list[Found] = []
    for source in sources:
        if is_uri(source):
            found += _remote(session, source, report)
        else:
            names = [str(path) for path in readers.expand([source], report)]
            found += [f for name in names if (f := _look(session, name, uri(name), report)) is not None]
    return list({f.uri: f for f in found}.values())


def _remote(session: SparkSession, source: str, report: Report) -> Iterator[Found]:
    system, path = _system(session, source)
    matches = system.globStatus(path)
    if not matches:
        report(Problem(source, None, "no such file or folder"))
        return
    for address in sorted(name for status in matches for name in _below(system, status)):
        one = _look(session, address, address, report)
        if one is not None:
            yield one


def _below(system: Any, status: Any) -> Iterator[str]:
    if not status.isDirectory():
        yield status.getPath().toString()
        return
    for inner in system.listStatus(status.getPath()):
        if not inner.getPath().getName().startswith((".", "_")):
            yield from _below(system, inner)


def _look(session: SparkSession, name: str, address: str, report: Report) -> Found | None:
    """How a file is read, by its name where that says it, else by its first bytes."""
    system, path = _system(session, address)
    size = system.getFileStatus(path).getLen()
    if _SPLITTABLE_NAMES.search(name):
        return Found(name, address, LINES, size)
    if name.lower().endswith((".parquet", ".parq")):
        return Found(name, address, PARQUET, size)
    with_head = system.open(path)
    try:
        head = bytes(with_head.readNBytes(HEAD))
    finally:
        with_head.close()
    if head.startswith(b"PAR1"):
        return Found(name, address, PARQUET, size)
    shown = Input(io.BytesIO(head)).head
    found = detect(shown, name, FORMATS)
    compressed = shown[: len(head)] != head[: len(shown)]
    if (
        found is not None
        and found.name == "jsonl"
        and not compressed
        and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        return Found(name, address, LINES, size)
    if size > LARGEST:
        reason = f"{size / 2**30:.1f} GiB of a format that one task reads as a whole (at most {LARGEST >> 30} GiB)"
        report(Problem(name, None, f"{reason}: split it, or write it as JSON Lines or Parquet"))
        return None
    return Found(name, address, WHOLE, size)


def _system(session: SparkSession, address: str) -> tuple[Any, Any]:
    """The Hadoop file system of an address, and the address as its path."""
    jvm: Any = session._jvm
    path = jvm.org.apache.hadoop.fs.Path(address)
    return path.getFileSystem(session._jsc.hadoopConfiguration()), path


def exists(session: SparkSession, address: str) -> bool:
    """Whether something lies there."""
    system, path = _system(session, address)
    return bool(system.exists(path))


def remove(session: SparkSession, addresses: Iterable[str]) -> None:
    """Takes away what lies there, folders with all they hold."""
    for address in addresses:
        system, path = _system(session, address)
        system.delete(path, True)
