"""Files, folders, pages and standard input to papers, one by one.

>>> import io
>>> problems = []
>>> page = io.BytesIO(b'{"title": "On Trees", "abstract": "We grow trees."}\\n{"abstract": "no title"}\\n')
>>> [paper.title for paper in read(["-"], problems.append, stdin=page)]
['On Trees']
>>> print(*problems)
-:2: a record without title, left out

A format is recognised by what a file holds; its extension only breaks ties. To add one, see
:mod:`kg.sources.registry`.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from kg.errors import SourceError
from kg.model import Paper, Problem
from kg.sources.registry import Format, Report, detect, load_formats
from kg.sources.streams import Input, open_input

__all__ = ["FORMATS", "Format", "Report", "expand", "read", "read_stream"]

FORMATS: dict[str, Format] = load_formats()
"""Every format by name."""

_BINARY = bytes(set(range(32)) - set(b"\t\n\f\r\x1b\x00"))


def expand(sources: Sequence[str], report: Report) -> list[Path | Literal["-"]]:
    """The files that ``sources`` name, in their order, the contents of a folder or pattern sorted.

    Hidden files in folders are passed over. What is missing, unreadable or empty is reported.
    """
    return ["-" if name == "-" else Path(name) for name in _names(sources, report)]


def read(
    sources: Sequence[str],
    report: Report,
    *,
    stdin: BinaryIO | None = None,
    finished: Callable[[str], None] | None = None,
) -> Iterator[Paper]:
    """The papers of any mix of files, folders, patterns and ``-`` (standard input), streamed.

    :param sources: what to read, in this order; the contents of a folder or pattern come sorted
    :param report: is called with each record and file that cannot be read; the rest goes on
    :param stdin: what ``-`` stands for, if not the process's own
    :param finished: is called with the name of each regular file that was read to its end and held papers
    """
    for name in _names(sources, report):
        whole = yield from _read_file(name, report, stdin)
        if whole and finished is not None and _is_file(name):
            finished(name)


def read_stream(source: BinaryIO, name: str, report: Report) -> Generator[Paper, None, bool]:
    """The papers of one file that is open already; returns whether it was read to its end and held any.

    :param name: what origins and problems call it
    """
    try:
        return (yield from _read_stream(Input(source), name, report))
    except SourceError as error:
        report(Problem(name, None, str(error)))
        return False


def _is_file(name: str) -> bool:
    """Whether the name stands for the same file tomorrow: no pipe, and not what a shell put behind /dev/stdin."""
    return name != "-" and os.path.isfile(name) and not os.path.abspath(name).startswith(("/dev/", "/proc/"))


def _names(sources: Sequence[str], report: Report) -> Iterator[str]:
    for source in sources:
        if source == "-":
            yield source
        elif os.path.isdir(source):
            yield from _in_folder(source, report)
        elif os.path.lexists(source):
            yield source
        elif glob.has_magic(source):
            found = sorted(glob.glob(source, recursive=True))
            if not found:
                report(Problem(source, None, "no file fits this pattern"))
            for name in found:
                yield from _in_folder(name, report) if os.path.isdir(name) else (name,)
        else:
            report(Problem(source, None, "no such file or folder"))


def _in_folder(folder: str, report: Report) -> Iterator[str]:
    found = 0
    for name in _walk(folder, (os.path.realpath(folder),), report):
        found += 1
        yield name
    if not found:
        report(Problem(folder, None, "a folder without files to read"))


def _walk(folder: str, above: tuple[str, ...], report: Report) -> Iterator[str]:
    """Files below ``folder``, sorted; ``above`` are the real folders on the way, to see a loop."""
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        report(Problem(folder, None, f"cannot be listed: {error.strerror}"))
        return
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            real = os.path.realpath(path)
            if real in above:
                report(Problem(path, None, "a link back to a folder above it, not followed"))
            else:
                yield from _walk(path, (*above, real), report)
        elif os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            report(Problem(path, None, "neither file nor folder, left out"))
        else:
            yield path


def _read_file(name: str, report: Report, stdin: BinaryIO | None) -> Generator[Paper, None, bool]:
    try:
        with open_input(name, stdin) as stream:
            return (yield from _read_stream(stream, name, report))
    except SourceError as error:
        report(Problem(name, None, str(error)))
    except OSError as error:
        report(Problem(name, None, f"cannot be read: {error.strerror or error}"))
    return False


def _read_stream(stream: Input, name: str, report: Report) -> Generator[Paper, None, bool]:
    """The papers of one file; returns whether it was read to its end and held any."""
    if not stream.head.strip():
        report(Problem(name, None, stream.broken or "an empty file"))
        return False
    if _is_binary(stream.head):
        report(Problem(name, None, "a binary file, not text"))
        return False
    found = detect(stream.head, name, FORMATS)
    if found is None:
        report(Problem(name, None, f"of no known format (known: {', '.join(FORMATS)})"))
        return False
    count = problems = 0
    # The record that a cut goes through is a part of the one problem, the cut.
    last: Problem | None = None

    def hold(problem: Problem) -> None:
        nonlocal last, problems
        problems += 1
        if last is not None:
            report(last)
        last = problem if stream.broken else None
        if last is None:
            report(problem)

    for paper in found.read(stream, name, hold):
        if last is not None:
            report(last)
            last = None
        count += 1
        yield paper
    if stream.broken:
        where = None if last is None else last.position
        report(Problem(name, where, f"{stream.broken}; {count} papers before that were read"))
    elif not count and not problems:
        report(Problem(name, None, f"no papers in it (read as {found.name})"))
    return count > 0 and not stream.broken


def _is_binary(head: bytes) -> bool:
    """Whether control characters are more than a slip: text holds at most one in a hundred."""
    if head.startswith((b"%PDF-", b"PK\x03\x04")):
        return True
    control = len(head) - len(head.translate(None, _BINARY)) + head.count(0)
    return control > max(4, len(head) // 100)
