"""The folder of a graph: what it refuses, what survives a crash, who may read and write at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import GraphBusyError, GraphError
from kg.store.folder import KEPT, GraphFolder


def publish(folder: GraphFolder, text: str = "") -> Path:
    """Makes a new generation current that holds one file."""
    with folder.writing(), folder.new_generation(start=True) as fresh:
        (fresh.path / "file").write_text(text)
        fresh.records.write_text(text)
        return folder.publish(fresh, {"says": text}).path


def test_a_folder_that_does_not_exist_holds_no_graph(tmp_path: Path) -> None:
    assert not GraphFolder(tmp_path / "none").exists()
    with pytest.raises(GraphError, match="no graph there"):
        GraphFolder(tmp_path / "none").current()


def test_an_empty_folder_can_become_a_graph(tmp_path: Path) -> None:
    assert not GraphFolder(tmp_path).exists()
    publish(GraphFolder(tmp_path))
    assert GraphFolder(tmp_path).exists()


def test_a_folder_of_other_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("dear")
    for replace in (False, True):
        with pytest.raises(GraphError, match="is not a kg graph"), GraphFolder(tmp_path).writing(replace=replace):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "graph").write_text("a file")
    with pytest.raises(GraphError, match="is a file"):
        GraphFolder(tmp_path / "graph").current()


def test_a_graph_of_another_schema_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "kg.json").write_text('{"schema": 99}')
    with pytest.raises(GraphError, match=r"schema 99.*--replace"):
        GraphFolder(tmp_path).current()


def test_a_graph_of_another_schema_can_be_replaced(tmp_path: Path) -> None:
    publish(GraphFolder(tmp_path), "old")
    (tmp_path / "kg.json").write_text('{"schema": 99}')
    with GraphFolder(tmp_path).writing(replace=True):
        assert not (tmp_path / "CURRENT").exists()
    assert GraphFolder(tmp_path).exists()


@pytest.mark.parametrize("marker", ["", "{", "[]", "null", "{}", "\xff"])
def test_a_marker_that_cannot_be_read_is_an_error(tmp_path: Path, marker: str) -> None:
    (tmp_path / "kg.json").write_text(marker, encoding="latin-1")
    with pytest.raises(GraphError, match=r"kg\.json cannot be read"):
        GraphFolder(tmp_path).current()


def test_a_graph_without_a_finished_build_says_so(tmp_path: Path) -> None:
    with GraphFolder(tmp_path).writing():
        pass
    with pytest.raises(GraphError, match="no finished build"):
        GraphFolder(tmp_path).current()


@pytest.mark.parametrize("pointer", [b"000007", b"", b"\xff\xfe", b"../.."])
def test_a_pointer_to_no_generation_is_a_damaged_graph(tmp_path: Path, pointer: bytes) -> None:
    publish(GraphFolder(tmp_path))
    (tmp_path / "CURRENT").write_bytes(pointer)
    with pytest.raises(GraphError, match="is damaged; build it again"):
        GraphFolder(tmp_path).current()


@pytest.mark.parametrize("manifest", ["", '{"papers": 1'])
def test_a_manifest_cut_short_is_a_damaged_graph(tmp_path: Path, manifest: str) -> None:
    (publish(GraphFolder(tmp_path)) / "manifest.json").write_text(manifest)
    with pytest.raises(GraphError, match=f"{tmp_path.name}: its current generation 000001 is damaged"):
        _ = GraphFolder(tmp_path).current().manifest


def test_a_damaged_graph_can_be_replaced(tmp_path: Path) -> None:
    publish(GraphFolder(tmp_path))
    (tmp_path / "CURRENT").write_bytes(b"000007")
    publish(GraphFolder(tmp_path), "new")
    assert GraphFolder(tmp_path).current().manifest["says"] == "new"


HOLD = """
import sys
from kg.store import GraphFolder
with GraphFolder(sys.argv[1]).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_graph_that_another_process_writes_is_busy_until_it_ends(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(GraphBusyError, match="another process"), GraphFolder(folder).writing():
            pass
        process.stdin.close()
    with GraphFolder(folder).writing():
        pass


def test_a_folder_where_a_first_build_has_only_taken_its_lock_is_no_foreign_folder(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    assert not GraphFolder(tmp_path).exists()


def test_a_graph_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    publish(GraphFolder(tmp_path), "old")
    with GraphFolder(tmp_path).writing():
        assert GraphFolder(tmp_path).current().manifest["says"] == "old"


def test_what_a_crash_left_is_cleared_by_the_next_writer(tmp_path: Path) -> None:
    publish(GraphFolder(tmp_path))
    left = tmp_path / "generations" / "new-4711"
    left.mkdir()
    (left / "half").touch()
    with GraphFolder(tmp_path).writing():
        assert not left.exists()


def test_a_generation_that_is_not_published_is_removed(tmp_path: Path) -> None:
    folder = GraphFolder(tmp_path)
    before = publish(folder)
    with pytest.raises(ZeroDivisionError), folder.writing(), folder.new_generation(start=True):
        raise ZeroDivisionError
    assert list((tmp_path / "generations").iterdir()) == [before]


def test_a_new_generation_begins_with_the_records_of_the_current_one(tmp_path: Path) -> None:
    folder = GraphFolder(tmp_path)
    publish(folder, "kept")
    with folder.writing(), folder.new_generation(start=False) as fresh:
        assert fresh.records.read_text() == "kept"
    with folder.writing(), folder.new_generation(start=True) as fresh:
        assert not fresh.records.exists()


def test_the_last_generations_stay_and_older_ones_go(tmp_path: Path) -> None:
    made = [publish(GraphFolder(tmp_path), str(n)) for n in range(KEPT + 2)]
    assert sorted((tmp_path / "generations").iterdir()) == made[-KEPT:]
    assert GraphFolder(tmp_path).current().path == made[-1]


def test_a_generation_that_was_never_made_current_does_not_stand_in_the_way(tmp_path: Path) -> None:
    publish(GraphFolder(tmp_path), "old")
    (tmp_path / "generations" / "000002").mkdir()
    assert publish(GraphFolder(tmp_path), "new").name == "000003"
    assert GraphFolder(tmp_path).current().manifest == {"says": "new", "generation": 3, "previous": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_reader_of_an_old_generation_goes_on_after_it_is_removed(tmp_path: Path) -> None:
    with (publish(GraphFolder(tmp_path), "old") / "file").open() as reader:
        for n in range(KEPT + 1):
            publish(GraphFolder(tmp_path), str(n))
        assert reader.read() == "old"
