"""Lines come back sorted, once each, whatever fits into memory."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KGError
from kg.export import sorting
from kg.export.sorting import LineSorter

LINES = st.lists(st.binary(max_size=6).map(lambda b: b.replace(b"\n", b"") + b"\n"))


@given(LINES, st.integers(1, 40))
def test_lines_are_sorted_and_unique(lines: list[bytes], run: int) -> None:
    with LineSorter(run=run) as sorter:
        for line in lines:
            sorter.add([line])
        assert list(sorter.lines()) == sorted(set(lines))


def _open_files() -> int:
    """0 where the system does not say."""
    files = Path("/proc/self/fd")
    return len(os.listdir(files)) if files.is_dir() else 0


def test_more_runs_than_one_merge_takes_are_merged_in_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "WAYS", 3)
    lines = [b"%d\n" % (n * 7919 % 1000) for n in range(1000)]
    before = _open_files()
    with LineSorter(run=40) as sorter:
        for line in lines:
            sorter.add([line])
        assert _open_files() - before < 40
        assert list(sorter.lines()) == sorted(lines)


def test_memory_does_not_grow_with_the_lines() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        with LineSorter(run=1 << 18) as sorter:
            for n in range(0, count, 100):
                sorter.add([b"%040d\n" % (m * 7919 % count) for m in range(n, n + 100)])
            assert sum(1 for _ in sorter.lines()) == count
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    # The runs' read buffers are what remains: a few of them, in both.
    assert peak(80_000) < 3 * peak(20_000)


def test_a_scratch_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with LineSorter(tmp_path / "gone", run=1) as sorter, pytest.raises(KGError, match="gone: temporary files cannot"):
        sorter.add([b"a\n"])
