"""What is written is whole or not there, and what goes wrong is one line."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from kg.errors import KGError
from kg.export import FORMATS, export, export_file, to_file
from kg.export.files import to_folder
from kg.store import Generation


def full(out: BinaryIO) -> int:
    out.write(b"half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_goes_to_a_file_as_to_a_stream(graph: Generation, tmp_path: Path, format: str) -> None:
    out = io.BytesIO()
    path = tmp_path / "new" / f"graph{FORMATS[format].extension}"
    assert export_file(graph, format, path) == export(graph, format, out)
    assert path.read_bytes() == out.getvalue()
    assert os.listdir(path.parent) == [path.name], "nothing is left beside it"


def test_a_failed_write_leaves_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text("before")
    with pytest.raises(KGError, match=r"graph\.ttl: cannot be written \(No space left on device\); make room"):
        to_file(path, full)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["graph.ttl"]


def test_a_folder_gets_all_files_or_none(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="No space left"):
        to_folder(tmp_path / "out", {"a": lambda out: out.write(b"whole"), "b": full})
    assert os.listdir(tmp_path / "out") == []


def test_other_files_of_a_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert to_folder(tmp_path, {"a": lambda out: out.write(b"123"), "b": lambda out: out.write(b"45")}) == 5
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "mine.txt"]


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted(out: BinaryIO) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        to_file(tmp_path / "a", interrupted)
    assert os.listdir(tmp_path) == []


def test_a_folder_in_the_place_of_a_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="is a folder; name a file"):
        to_file(tmp_path, full)


def test_a_file_in_the_place_of_a_folder_is_one_line(graph: Generation, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(KGError, match="out: is a file; name a folder"):
        export_file(graph, "csv", tmp_path / "out")
    with pytest.raises(KGError, match=r"cannot be written \(Not a directory\)|cannot be written \(File exists\)"):
        export_file(graph, "turtle", tmp_path / "out" / "graph.ttl")


def test_a_link_is_followed_and_the_mode_of_a_file_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("before")
    real.chmod(0o640)
    link.symlink_to(real)
    to_file(link, lambda out: out.write(b"after"))
    assert link.is_symlink()
    assert real.read_text() == "after"
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("format", FORMATS)
def test_a_full_device_is_one_line_and_stays_a_device(graph: Generation, format: str) -> None:
    with pytest.raises(KGError, match="/dev/full: cannot be written \\(No space left on device\\)"):
        export_file(graph, format, Path("/dev/full"), table=next((name for name, _ in FORMATS[format].tables), None))
    assert Path("/dev/full").is_char_device()


def test_a_reader_that_went_away_is_the_callers_matter(graph: Generation) -> None:
    read, write = os.pipe()
    os.close(read)
    with pytest.raises(BrokenPipeError), os.fdopen(write, "wb", buffering=0) as out:
        export(graph, "nquads", out)


def test_an_unknown_format_names_those_there_are(graph: Generation, tmp_path: Path) -> None:
    with pytest.raises(KGError, match="no format is called 'ttl'; there are turtle, ntriples"):
        export_file(graph, "ttl", tmp_path / "a")


def test_default_names_do_not_meet() -> None:
    names = [exporter.default_name for exporter in FORMATS.values()]
    assert len(set(names)) == len(names)
    assert FORMATS["turtle"].default_name == "graph.ttl"
