"""Files that are whole or not there: written beside their place, then put into it in one step."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kg.errors import KGError

__all__ = ["is_special", "one_line", "to_file", "to_folder"]

Write = Callable[[BinaryIO], int]


def to_file(path: Path, write: Write) -> int:
    """Writes a file; what stood there before stays until all is written. Its folder is made where it is missing.

    A link is followed; a device or pipe is written to as it is.

    :returns: what ``write`` returns
    :raises KGError: if the disk is full, the place is not ours to write, or a folder stands there

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = Path(folder) / "exports" / "a.txt"
    ...     to_file(place, lambda out: out.write(b"whole")), place.read_bytes()
    (5, b'whole')
    """
    with one_line(str(path)):
        place = path.resolve()
        if place.is_dir():
            raise KGError("is a folder", where=str(path), hint="name a file")
        if is_special(place):
            with place.open("wb") as special:
                return write(special)
        place.parent.mkdir(parents=True, exist_ok=True)
        count, fresh = _write_beside(place, write)
        _put(fresh, place)
        return count


def to_folder(folder: Path, writes: Mapping[str, Write]) -> int:
    """Writes files into a folder, all or none; others that it holds stay.

    :param writes: file name -> what writes it
    :returns: the sum of what they return
    :raises KGError: as :func:`to_file`
    """
    with one_line(str(folder)):
        if folder.exists() and not folder.is_dir():
            raise KGError("is a file", where=str(folder), hint="name a folder")
        folder.mkdir(parents=True, exist_ok=True)
        done: list[tuple[Path, Path]] = []
        total = 0
        try:
            for name, write in writes.items():
                place = folder / name
                count, fresh = _write_beside(place, write)
                done.append((fresh, place))
                total += count
            while done:
                _put(*done.pop())
        finally:
            for fresh, _ in done:
                fresh.unlink(missing_ok=True)
        return total


def is_special(place: Path) -> bool:
    """Whether a device, a pipe or the like stands there."""
    return place.exists() and not place.is_file() and not place.is_dir()


def _write_beside(place: Path, write: Write) -> tuple[int, Path]:
    fresh = place.with_name(f".{place.name[:200]}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            count = write(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return count, fresh


def _put(fresh: Path, place: Path) -> None:
    try:
        if place.exists():
            # A file that was readable for others stays so, or the other way round.
            with suppress(OSError):
                shutil.copymode(place, fresh)
        os.replace(fresh, place)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


@contextmanager
def one_line(where: str) -> Iterator[None]:
    """Makes one line of a full disk, a place that is not ours to write and the like.

    :param where: what is written, as the user calls it
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "make room there, or write elsewhere" if full else "write elsewhere"
        raise KGError(f"cannot be written ({error.strerror or error})", where=where, hint=hint) from error
