"""Bytes of a file, a pipe or a compressed file, as UTF-8, in bounded pieces."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from kg.errors import SourceError
from kg.model import Problem

__all__ = ["HEAD", "MAX_RECORD", "Input", "is_cut", "lines", "open_input", "text_lines"]

HEAD = 64 * 1024
MAX_RECORD = 16 * 1024 * 1024
"""The longest record in bytes; a longer one is reported, so that memory stays bounded whatever the file."""


class _Chunks(io.RawIOBase):
    """A raw stream over an iterator of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class Input(io.BufferedReader):
    """A stream that knows its first bytes (``head``) and, once read, why it ended early (``broken``)."""

    def __init__(self, source: BinaryIO) -> None:
        self.broken: str | None = None
        chunks = _as_utf8(self._decompressed(source))
        head = b""
        for piece in chunks:
            head += piece
            if len(head) >= HEAD:
                break
        self.head = head[:HEAD]
        super().__init__(_Chunks(_chain(head, chunks)), buffer_size=HEAD)

    def _decompressed(self, source: BinaryIO) -> Iterator[bytes]:
        import lzma
        import zlib

        pieces = iter(lambda: source.read(HEAD), b"")
        first = b""
        for piece in pieces:
            first += piece
            if len(first) >= 6:
                break
        kind, opener = _decompressor(first)
        whole = io.BufferedReader(_Chunks(_chain(first, pieces)), buffer_size=HEAD)
        if opener is None:
            yield from iter(lambda: whole.read1(HEAD), b"")
            return
        try:
            # read1, not read: what was unpacked before a cut is handed over.
            packed = opener(whole)
            yield from iter(lambda: packed.read1(HEAD), b"")
        except EOFError:
            self.broken = f"the {kind} data ends before its end mark"
        except (OSError, zlib.error, lzma.LZMAError, ValueError) as error:
            self.broken = f"the {kind} data is damaged ({error})"


def _decompressor(first: bytes) -> tuple[str, Callable[[BinaryIO], io.BufferedIOBase] | None]:
    if first.startswith(b"\x1f\x8b"):
        import gzip

        return "gzip", lambda raw: cast(io.BufferedIOBase, gzip.GzipFile(fileobj=raw))
    if first.startswith(b"BZh"):
        import bz2

        return "bzip2", lambda raw: cast(io.BufferedIOBase, bz2.BZ2File(raw))
    if first.startswith(b"\xfd7zXZ\x00"):
        import lzma

        return "xz", lambda raw: cast(io.BufferedIOBase, lzma.LZMAFile(raw))
    if first.startswith(b"\x28\xb5\x2f\xfd"):
        from importlib import import_module

        try:
            zstd = import_module("compression.zstd")
        except ImportError:
            raise SourceError("zstd needs Python 3.14 or later", hint="unpack the file first") from None
        return "zstd", lambda raw: cast(io.BufferedIOBase, zstd.ZstdFile(raw))
    return "", None


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Without a byte order mark; UTF-16 with one becomes UTF-8."""
    first = b""
    for piece in chunks:
        first += piece
        if len(first) >= 3:
            break
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        for piece in _chain(first, chunks):
            yield decoder.decode(piece).encode()
        yield decoder.decode(b"", final=True).encode()
        return
    yield from _chain(first.removeprefix(codecs.BOM_UTF8), chunks)


@contextmanager
def open_input(name: str, stdin: BinaryIO | None = None) -> Iterator[Input]:
    """The bytes of a file, or of standard input for ``-``.

    :raises OSError: where the file cannot be opened or read
    :raises SourceError: where its compression is not supported
    """
    if name == "-":
        import sys

        yield Input(stdin if stdin is not None else sys.stdin.buffer)
        return
    with open(name, "rb") as source:
        yield Input(source)


def is_cut(stream: BinaryIO) -> bool:
    """Whether a compressed stream ended early, so that its last record cannot be trusted."""
    return isinstance(stream, Input) and stream.broken is not None


def lines(stream: BinaryIO, name: str, report: Callable[[Problem], None]) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers from 1, endings kept; one over :data:`MAX_RECORD` is reported and left out.

    The unfinished last line of a cut stream is left out: half an abstract is not what the paper says.
    """
    number = 0
    while line := stream.readline(MAX_RECORD):
        number += 1
        if len(line) == MAX_RECORD and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_RECORD)
            report(Problem(name, number, f"a line of more than {MAX_RECORD // 2**20} MiB, left out"))
        elif line.endswith(b"\n") or not is_cut(stream):
            yield number, line


def text_lines(stream: BinaryIO, name: str, report: Callable[[Problem], None]) -> Iterator[tuple[int, str]]:
    """Like :func:`lines`, decoded; what is no UTF-8 becomes U+FFFD and is reported, a NUL is reported and kept."""
    for number, line in lines(stream, name, report):
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            text = line.decode(errors="replace")
            report(
                Problem(name, number, f"no UTF-8 at byte {error.start + 1} of the line; read with U+FFFD in its place")
            )
        if "\0" in text:
            report(Problem(name, number, "a NUL character, kept as given"))
        yield number, text
