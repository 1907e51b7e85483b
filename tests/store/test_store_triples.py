"""The writer of triples: the same store whether it is loaded in turn or beside, and what goes wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.store import triples
from kg.store.triples import TripleWriter, open_store

LINES = [f'<urn:s:{n % 40}> <urn:p:{n % 3}> "{n % 50}" .' for n in range(500)]


def _written(path: Path, *, beside: bool) -> tuple[int, set[str]]:
    writer = TripleWriter(path, beside=beside)
    for start in range(0, len(LINES), 7):
        writer.add(LINES[start : start + 7])
    writer.close()
    writer.release()
    return writer.count, {str(quad) for quad in open_store(path)}


def test_a_store_loaded_beside_holds_what_one_loaded_in_turn_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triples, "CHUNK", 50)
    in_turn, beside = _written(tmp_path / "in-turn", beside=False), _written(tmp_path / "beside", beside=True)
    assert in_turn == beside
    assert in_turn[0] == len(in_turn[1]) == len(set(LINES))


def test_long_lines_are_loaded_before_there_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triples, "CHARACTERS", 1000)
    loaded: list[int] = []
    load = TripleWriter._bulk_load
    monkeypatch.setattr(TripleWriter, "_bulk_load", lambda self, text: (loaded.append(len(text)), load(self, text))[1])
    writer = TripleWriter(tmp_path / "store")
    for number in range(30):
        writer.add([f'<urn:s> <urn:p> "{number} {"x" * 300}" .'])
    writer.close()
    assert writer.count == 30
    assert len(loaded) > 5 and max(loaded) < 1500


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("chunk", [2, 100])
def test_what_cannot_be_loaded_is_raised_and_the_store_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: bool, chunk: int
) -> None:
    monkeypatch.setattr(triples, "CHUNK", chunk)
    writer = TripleWriter(tmp_path / "store", beside=beside)
    with pytest.raises(SyntaxError):
        for line in ("<urn:s> <urn:p> <urn:o> .", "no statement", *LINES[:6]):
            writer.add([line])
        writer.close()
    writer.release()
    # Nobody holds it any more: RocksDB lets one writer in at a time.
    TripleWriter(tmp_path / "store").close()
